"""What goes into a bundle: all of a project, or what was chosen of it with what hangs on that, under names or without."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from db.exchange.pseudonyms import named
from db.exchange.report import FidelityReport
from db.records import TravellingRecord
from resources.words import say

Preset = Literal["whole", "kit", "layer", "public"]
PRESETS: tuple[Preset, ...] = ("whole", "kit", "layer", "public")
Records = dict[str, list[TravellingRecord]]

# What a coding kit leaves at home: whatever somebody marked, wrote or decided.
_WORK = (
    "annotation", "tagging", "link", "translation", "confirmation", "note", "article_status", "saved_search",
)  # fmt: skip
# What is a coder's own, and so belongs to a layer.
LAYER = (*_WORK, "field_value", "relation", "collected", "article_tag")
_ON_PASSAGES = ("annotation", "tagging", "link", "from_annotation", "to_annotation")
# Of a version nothing that tells its text goes out to the public; its hash finds it where it is.
_TEXTLESS: Mapping[str, str | None] = {"layout": "{}", "original": None, "file_name": "", "removed": "[]", "remarks": "[]"}
# What a record belongs to: with it gone, the record has nothing to say.
BELONGS: Mapping[str, tuple[str, ...]] = {
    "code": ("codebook",),
    "crosswalk": ("source", "target"),
    "crosswalk_row": ("crosswalk",),
    "version": ("article",),
    "article_status": ("article",),
    "annotation": ("article", "version"),
    "tagging": ("annotation", "code"),
    "link": ("annotation",),
    "translation": ("annotation",),
    "confirmation": ("annotation", "version"),
    "collected": ("collection", "article"),
    "article_tag": ("article",),
    "note": ("annotation", "article", "code"),
    "field_value": ("article", "annotation", "tagging", "link"),
    "relation": ("from_article", "from_annotation", "to_article", "to_annotation"),
}


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked for: a preset, narrowed to articles, codes (with those below them) or coders by uuid; None means all.

    `layer` needs the coders whose layer it is; `anonymous` puts pseudonyms for the coders' names and uuids. `corrected` are
    articles that go along with a layer though nothing is marked on them: their coders changed what is said of them.
    """

    preset: Preset = "whole"
    articles: frozenset[str] | None = None
    codes: frozenset[str] | None = None
    coders: frozenset[str] | None = None
    private: bool = False
    anonymous: bool = False
    corrected: frozenset[str] = frozenset()
    language: str = field(default="en", compare=False)  # of what the report says

    @property
    def everything(self) -> bool:
        """Whether no record is left out but private notes."""
        return self.preset == "whole" and self.articles is None and self.codes is None and self.coders is None

    @property
    def whole(self) -> bool:
        """Whether what is absent from the bundle is known to be gone; names left out are not."""
        return self.everything and not self.anonymous

    @property
    def texts(self) -> bool:
        """Whether the articles' texts and originals go."""
        return self.preset != "public"


class Holding(Protocol):
    """Where records are chosen from."""

    def records(self, kind: str) -> Iterator[TravellingRecord]: ...
    def pseudonyms(self) -> Mapping[str, str]: ...


def choose(source: Holding, kinds: Iterable[str], wanted: Selection, report: FidelityReport) -> Records:
    """Choose the records that go, each kind by uuid; the report counts what stays behind and says why."""
    chosen: Records = {kind: sorted(source.records(kind), key=_by_uuid) for kind in kinds}
    every_coder = chosen["coder"]
    if not wanted.private:
        _keep_private(chosen, wanted.language, report)
    if not wanted.everything:
        _narrow(chosen, wanted)
    # A coder who made nothing is nobody's concern; so an empty project adds none.
    makers = {r.get("coder") for kind, several in chosen.items() if kind != "coder" for r in several}
    chosen["coder"] = [coder for coder in every_coder if coder["uuid"] in makers]
    if wanted.anonymous:
        _rename(chosen, source.pseudonyms(), {str(coder["name"]) for coder in every_coder}, report)
        told = "Coders go under pseudonyms. What notes say, names in them too, goes as it is."
        report.reasons.append(say(wanted.language, told))
    if not wanted.texts:
        report.dropped["text"] += len(chosen["version"])
        report.reasons.append(
            say(wanted.language, "The articles' texts stay here; whoever has an article finds the marks on it.")
        )
    return chosen


def without_text(version: TravellingRecord) -> TravellingRecord:
    """Give a version without anything that tells its text."""
    return {**version, **_TEXTLESS}


def _by_uuid(record: TravellingRecord) -> str:
    return str(record["uuid"])


def _keep_private(chosen: Records, language: str, report: FidelityReport) -> None:
    """Leave private notes out, and the replies to them."""
    gone = {note["uuid"] for note in chosen["note"] if note["private"]}
    if not gone:
        return
    while more := {n["uuid"] for n in chosen["note"] if n["reply_to"] in gone and n["uuid"] not in gone}:
        gone |= more
    chosen["note"] = [note for note in chosen["note"] if note["uuid"] not in gone]
    report.dropped["note"] += len(gone)
    report.reasons.append(say(language, "Private notes stay on this machine."))


# Narrowing


def narrowed(records: Records, wanted: Selection) -> Records:
    """Give what a selection takes of records, whether or not notes among them are private."""
    chosen = dict(records)
    if not wanted.everything:
        _narrow(chosen, wanted)
    return chosen


def _narrow(chosen: Records, wanted: Selection) -> None:
    if wanted.preset == "kit":
        for kind in _WORK:
            chosen[kind] = []
    if wanted.coders is not None:
        for kind in LAYER:
            chosen[kind] = [r for r in chosen[kind] if r["coder"] is None or r["coder"] in wanted.coders]
    if wanted.codes is not None:
        _only_codes(chosen, wanted.codes)
    articles = wanted.articles
    # What is still to be coded stays in a kit, whoever did what on it: of a kit, codes narrow the codebook alone.
    if articles is None and wanted.preset != "kit" and (wanted.codes is not None or wanted.coders is not None):
        articles = frozenset(_worked_on(chosen)) | wanted.corrected
    if articles is not None:
        chosen["article"] = [article for article in chosen["article"] if article["uuid"] in articles]
        chosen["collection"] = _collections_of(articles, chosen)
    _drop_dangling(chosen)


def _only_codes(chosen: Records, asked: Collection[str]) -> None:
    """Keep codes with those below and above them, what is tagged with them, and the notes on either."""
    parents = {str(code["uuid"]): code["parent"] for code in chosen["code"]}
    wanted = {uuid for uuid in parents if any(above in asked for above in _upwards(uuid, parents))}
    kept = {above for uuid in wanted for above in _upwards(uuid, parents)}
    chosen["code"] = [code for code in chosen["code"] if code["uuid"] in kept]
    books = {code["codebook"] for code in chosen["code"]}
    chosen["codebook"] = [book for book in chosen["codebook"] if book["uuid"] in books]
    chosen["tagging"] = [tagging for tagging in chosen["tagging"] if tagging["code"] in wanted]
    tagged = {tagging["annotation"] for tagging in chosen["tagging"]}
    chosen["annotation"] = [annotation for annotation in chosen["annotation"] if annotation["uuid"] in tagged]
    on = [note for note in chosen["note"] if note["annotation"] in tagged or note["code"] in wanted or note["reply_to"]]
    there = {note["uuid"] for note in on}
    while len(on) > len(answered := [note for note in on if note["reply_to"] is None or note["reply_to"] in there]):
        on, there = answered, {note["uuid"] for note in answered}
    chosen["note"] = on
    for kind in ("article_status", "saved_search"):
        chosen[kind] = []


def _upwards(uuid: str, parents: Mapping[str, str | int | None]) -> Iterator[str]:
    """Yield a record and those above it; a ring, which a stranger's file may hold, comes to an end."""
    seen: set[str] = set()
    at: str | int | None = uuid
    while isinstance(at, str) and at not in seen:
        seen.add(at)
        yield at
        at = parents.get(at)


def _worked_on(chosen: Records) -> set[str]:
    kinds = ("annotation", "article_status", "note", "field_value", "collected", "article_tag")
    return {str(record["article"]) for kind in kinds for record in chosen[kind] if record["article"] is not None}


def _collections_of(articles: Collection[str], chosen: Records) -> list[TravellingRecord]:
    """Give the collections that hold some articles, and those above them; the others are not the receiver's concern."""
    parents = {str(record["uuid"]): record["parent"] for record in chosen["collection"]}
    holding = {str(record["collection"]) for record in chosen["collected"] if record["article"] in articles}
    kept = {above for uuid in holding for above in _upwards(uuid, parents)}
    return [record for record in chosen["collection"] if record["uuid"] in kept]


def _drop_dangling(chosen: Records) -> None:
    while True:
        there = {record["uuid"] for several in chosen.values() for record in several}
        before = sum(map(len, chosen.values()))
        for kind, links in BELONGS.items():
            chosen[kind] = [r for r in chosen[kind] if all(r[link] is None or r[link] in there for link in links)]
        if sum(map(len, chosen.values())) == before:
            return


# Names


def _rename(chosen: Records, hidden: Mapping[str, str], names: Collection[str], report: FidelityReport) -> None:
    """Put pseudonyms for the coders; who brought what everybody has is not said, for there the real coder stands elsewhere."""
    called = named(hidden, (str(coder["colour"]) for coder in chosen["coder"]))
    for kind, several in chosen.items():
        if kind != "coder" and several and "coder" in several[0]:
            chosen[kind] = [nameless(kind, r, hidden, names) for r in several]
    makers = {r.get("coder") for kind, several in chosen.items() if kind != "coder" for r in several}
    chosen["coder"] = [
        {"uuid": uuid, "name": name, "initials": initials, "colour": colour, "created": ""}
        for uuid, (name, initials, colour) in sorted(called.items())
        if uuid in makers
    ]
    report.changed["coder"] += len(chosen["coder"])


def nameless(
    kind: str, record: TravellingRecord, hidden: Mapping[str, str], names: Collection[str]
) -> TravellingRecord:  # fmt: skip
    """Give a record with a pseudonym for its coder, and without a coder's name for its translator's."""
    coder = record["coder"]
    left = {"translator": ""} if record.get("translator") in names else {}
    face = None if coder is None else hidden[str(coder) if is_own(kind, record) else ""]
    return {**record, **left, "coder": face}


def is_own(kind: str, record: Mapping[str, object]) -> bool:
    """Whether a record is some coder's work, which no coding kit holds: of the others it is not said whose they are."""
    return kind in _WORK or any(record.get(end) is not None for end in _ON_PASSAGES)
