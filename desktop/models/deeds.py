"""What changes are called once they are done, and when they are taken back; their labels in the file stay as they are."""

from __future__ import annotations

from db.changes import Change
from desktop.words import tr

# By label: what was done, and what it is that is undone or redone.
_DEEDS = {
    "Add alias": ("Alias added", "adding an alias"),
    "Add code": ("New code", "making a code"),
    "Add codebook": ("Codebook added", "adding a codebook"),
    "Add coder": ("Coder added", "adding a coder"),
    "Add collection": ("Collection made", "making a collection"),
    "Add instrument": ("New instrument", "adding an instrument"),
    "Add relation": ("Relation added", "adding a relation"),
    "Change saved search": ("Search changed", "changing a search"),
    "Choose letters for a code": ("Letters chosen", "choosing letters for a code"),
    "Choose the unit of passages": ("Unit of passages chosen", "choosing the unit of passages"),
    "Choose what belongs to the text": ("Text chosen", "choosing what belongs to the text"),
    "Choose working frameworks": ("Frameworks chosen", "choosing working frameworks"),
    "Confirm place": ("Place decided", "deciding a place"),
    "Decide conflicts": ("Conflicts decided", "deciding conflicts"),
    "Edit annotation": ("Annotation changed", "changing an annotation"),
    "Edit article": ("Article changed", "changing an article"),
    "Edit code": ("Code changed", "changing a code"),
    "Edit coder": ("Coder changed", "changing a coder"),
    "Edit instrument": ("Instrument changed", "changing an instrument"),
    "Edit link": ("Link changed", "changing a link"),
    "Edit note": ("Note changed", "changing a note"),
    "Edit text": ("Text corrected", "correcting the text"),
    "Edit translation": ("Translation changed", "changing a translation"),
    "Hide others' annotations": ("Others' annotations hidden", "hiding others' annotations"),
    "Highlight passage": ("Highlighted", "highlighting a passage"),
    "Import annotations": ("Annotations imported", "importing annotations"),
    "Import article": ("Article imported", "importing articles"),
    "Import articles": ("Articles imported", "importing articles"),
    "Import passages": ("Passages imported", "importing passages"),
    "Import QualCoder project": ("QualCoder project imported", "importing a QualCoder project"),
    "Import REFI-QDA": ("REFI-QDA project imported", "importing a REFI-QDA project"),
    "Import Taguette database": ("Taguette database imported", "importing a Taguette database"),
    "Import version": ("New version taken", "taking a new version"),
    "Link passage": ("Instrument linked", "linking a passage"),
    "Make my own": ("Made my own", "making an annotation my own"),
    "Make sample": ("Sample made", "making the sample"),
    "Merge bundle": ("Bundle merged", "merging a bundle"),
    "Move boundary": ("Boundary moved", "moving a boundary"),
    "Move code": ("Code moved", "moving a code"),
    "Move collection": ("Collection moved", "moving a collection"),
    "New field": ("Field defined", "defining a field"),
    "New project": ("Project made", "making the project"),
    "New version": ("New version taken", "taking a new version"),
    "Put into collection": ("Put into the collection", "putting into a collection"),
    "Remove alias": ("Alias removed", "removing an alias"),
    "Remove annotation": ("Annotation removed", "removing annotations"),
    "Remove article": ("Article removed", "removing articles"),
    "Remove code": ("Code removed", "removing a code"),
    "Remove code from article": ("Code taken off the article", "taking a code off an article"),
    "Remove code from passage": ("Code taken off", "taking a code off a passage"),
    "Remove code from passages": ("Code taken off the passages", "taking a code off passages"),
    "Remove collection": ("Collection removed", "removing a collection"),
    "Remove field": ("Field removed", "removing a field"),
    "Remove instrument": ("Instrument removed", "removing an instrument"),
    "Remove link": ("Link removed", "removing a link"),
    "Remove note": ("Note removed", "removing a note"),
    "Remove relation": ("Relation removed", "removing a relation"),
    "Remove saved search": ("Search forgotten", "forgetting a search"),
    "Remove translation": ("Translation removed", "removing a translation"),
    "Rename collection": ("Collection renamed", "renaming a collection"),
    "Rename saved search": ("Search renamed", "renaming a search"),
    "Rename tag": ("Tag renamed", "renaming a tag"),
    "Save search": ("Search kept", "keeping a search"),
    "Set field": ("Field set", "setting a field"),
    "Set status": ("Status set", "setting a status"),
    "Show others' annotations": ("Others' annotations shown", "showing others' annotations"),
    "Tag articles": ("Tags given", "giving tags"),
    "Tag hits": ("Passages tagged", "tagging hits"),
    "Tag passage": ("Codes changed", "tagging a passage"),
    "Take out of collection": ("Taken out of the collection", "taking out of a collection"),
    "Take tags off articles": ("Tags taken off", "taking tags off"),
    "Tell articles apart": ("Told apart: not the same text", "telling two articles apart"),
    "Use an older text again": ("The older text is in use again", "using an older text again"),
    "Write note": ("Note written", "writing a note"),
    "Write translation": ("Translation written", "writing a translation"),
}
# What was done, counted: the table whose rows count, and the words for one and for several.
_COUNTED = {
    "Tag hits": ("annotation", "Tagged 1 passage", "Tagged {count} passages"),
    "Tag passage": ("tagging", "Tagged 1 code", "Tagged {count} codes"),
    "Link passage": ("link", "Linked 1 instrument", "Linked {count} instruments"),
    "Import article": ("article", "Imported 1 article", "Imported {count} articles"),
    "Import articles": ("article", "Imported 1 article", "Imported {count} articles"),
    "Remove annotation": ("annotation", "Removed 1 annotation", "Removed {count} annotations"),
    "Remove article": ("article", "Removed 1 article", "Removed {count} articles"),
}
_RELATED, _HITS = "Related: ", "Tag hits: "


def done_words(change: Change) -> str:
    """Say a change as done, counted where that helps."""
    table, one, several = _COUNTED.get(_key(change.label), ("", "", ""))
    count = change.counts.get(table, 0)
    if count:
        return tr(one) if count == 1 else tr(several, count=f"{count:,}")
    return tr(_DEEDS.get(_key(change.label), (change.label,))[0])


def label_words(label: str) -> str:
    """Say a label as a person reads it, with the query whose hits were tagged."""
    return tr("Tag hits: {query}", query=label.removeprefix(_HITS)) if label.startswith(_HITS) else tr(label)


def deed_words(change: Change) -> str:
    """Say what it is that is undone or redone: importing articles."""
    return tr(_DEEDS.get(_key(change.label), (change.label,))[-1])


def _key(label: str) -> str:
    if label.startswith(_HITS):
        return "Tag hits"
    return "Add relation" if label.startswith(_RELATED) else label
