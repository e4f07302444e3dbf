"""How the window answers: a sentence for six seconds, or a notice that waits."""

from __future__ import annotations

from PySide6.QtCore import QObject

from db.changes import Change
from db.errors import Cancelled, NothingToRedo, NothingToUndo, ProjectError, Refused
from desktop.errors import words
from desktop.panels.notice_bar import NoticeBar
from desktop.panels.status_line import StatusLine
from desktop.words import tr

# A label a person reads as something else than the name of the change: what was done, counted.
_COUNTED = {
    "Tag passage": ("tagging", "Tagged 1 code", "Tagged {count} codes"),
    "Link passage": ("link", "Linked 1 instrument", "Linked {count} instruments"),
    "Import article": ("article", "Imported 1 article", "Imported {count} articles"),
    "Remove annotation": ("annotation", "Removed 1 annotation", "Removed {count} annotations"),
    "Remove article": ("article", "Removed 1 article", "Removed {count} articles"),
}
# What else was done, said as done; the label itself says what Undo would take back.
_DONE = {
    "Add code": "New code",
    "Add instrument": "New instrument",
    "Add relation": "Relation added",
    "Choose letters for a code": "Letters chosen",
    "Choose the unit of passages": "Unit of passages chosen",
    "Choose working frameworks": "Frameworks chosen",
    "Edit article": "Article changed",
    "Edit code": "Code changed",
    "Edit instrument": "Instrument changed",
    "Edit link": "Link changed",
    "Edit note": "Note changed",
    "Edit translation": "Translation changed",
    "Highlight passage": "Highlighted",
    "Make my own": "Made my own",
    "Move boundary": "Boundary moved",
    "Move code": "Code moved",
    "Remove code": "Code removed",
    "Remove code from passage": "Code taken off",
    "Remove instrument": "Instrument removed",
    "Remove link": "Link removed",
    "Remove note": "Note removed",
    "Remove relation": "Relation removed",
    "Remove translation": "Translation removed",
    "Set field": "Field set",
    "Set status": "Status set",
    "Write note": "Note written",
    "Write translation": "Translation written",
}
_RELATED = "Related: "
_BRIEF = (Cancelled, NothingToUndo, NothingToRedo, Refused)


class Telling(QObject):
    """Finds the words for errors and changes, and the place to show them."""

    def __init__(self, notice: NoticeBar, status: StatusLine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notice = notice
        self._status = status

    def error(self, error: ProjectError) -> None:
        """Say what could not be done: small things at the foot, others above the text."""
        if isinstance(error, _BRIEF):
            self._status.say(words(error))
        else:
            self._notice.tell(words(error), error=True)

    def say(self, words: str) -> None:
        """Say at the foot what was done that changed nothing in the project."""
        self._status.say(words)

    def did(self, words: str) -> None:
        """Say a change in words of its own, with Undo beside it."""
        self._status.say(words, undo=True)

    def hindered(self, reason: str) -> None:
        """Say why a key does nothing."""
        self._status.say(reason)

    def done(self, change: Change) -> None:
        """Say what was done, with Undo beside it."""
        label = tr(change.label)
        if change.kind == "undo":
            self._status.say(tr("Undone: {label}", label=label))
        elif change.kind == "redo":
            self._status.say(tr("Redone: {label}", label=label))
        else:
            self._status.say(done_words(change), undo=True)


def done_words(change: Change) -> str:
    """Say a change in the past, counted where that helps."""
    table, one, several = _COUNTED.get(change.label, ("", "", ""))
    count = change.counts.get(table, 0)
    if not count:
        done = "Relation added" if change.label.startswith(_RELATED) else _DONE.get(change.label, change.label)
        return tr(done)
    return tr(one) if count == 1 else tr(several, count=count)
