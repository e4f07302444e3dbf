"""What came from others and has been read but not written: of what kind it is, what it would do, and how that can be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from desktop.words import tr

if TYPE_CHECKING:
    from db.exchange.foreign.gathering import Unfit
    from db.exchange.plan import Policy
    from db.exchange.refi.passages import SourceProof
    from db.exchange.refi.positions import Model
    from db.exchange.report import FidelityReport
    from db.sharing.merging import MergeReport, Preview

Kind = Literal["bundle", "web", "refi", "codebook", "csv", "qualcoder", "taguette"]
BUNDLE, FOLDER = ".glossbundle", ".qda"
# What a drop on the window is taken for by its name; a folder only where it is called so.
SUFFIXES = (BUNDLE, ".jsonld", ".qdpx", ".qdc", ".qde", FOLDER, ".sqlite3", ".csv", ".tsv", ".xlsx")
# What can besides be chosen: dropped, it may be something else.
CHOSEN = (".json", ".jsonl", ".ndjson", ".zip")
HEADINGS: dict[Kind, str] = {
    "bundle": "Bundle “{name}”",
    "web": "Web annotations “{name}”",
    "refi": "REFI-QDA project “{name}”",
    "codebook": "REFI-QDA codebook “{name}”",
    "csv": "Table of passages “{name}”",
    "qualcoder": "QualCoder project “{name}”",
    "taguette": "Taguette database “{name}”",
}
# Kinds of records in the order in which they are said.
NAMES = {
    "article": "Articles", "version": "Texts", "annotation": "Annotations", "tagging": "Codes on passages",
    "link": "Links to instruments", "note": "Notes", "translation": "Translations of passages",
    "relation": "Relations between passages and articles", "catalogued": "Relations between instruments",
    "code": "Codes", "codebook": "Codebooks", "instrument": "Instruments",
    "alias": "Other names of instruments", "provision": "Provisions", "coder": "Coders", "field": "Field definitions",
    "field_value": "Field values", "article_status": "States of articles", "article_tag": "Tags", "collection": "Collections",
    "collected": "Articles in collections", "confirmation": "Places confirmed", "saved_search": "Searches kept",
    "crosswalk": "Crosswalks", "crosswalk_row": "Rows of crosswalks",
}  # fmt: skip
_BY = {
    "names": "shown by the names of its selections",
    "boundaries": "shown by the boundaries of words and sentences",
    "other sources": "as in the other sources",
    "any": "every way of counting gives the same",
    "origin": "as the program that wrote it counts",
    "assumed": "assumed; look at the samples",
    "chosen": "your own choice",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked of a reading: what becomes of conflicts, and ways of counting, by article (uuid) or for all."""

    policy: Policy = "ask"
    models: Mapping[str, Model] = field(default_factory=dict)
    model: Model | None = None


@dataclass(frozen=True, slots=True)
class Differing:
    """A conflict as it is named before it is decided: which record and field, and what either side has, in words."""

    what: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Arriving:
    """A file that was read, and what taking it in would do; `told` is None and `planned` empty where no project is open.

    `coders` are those whose work is in it, `state` the name and time of a frozen state, `differing` the first of the conflicts.
    """

    path: Path
    kind: Kind
    counts: Mapping[str, int]
    coders: tuple[str, ...]
    latest: str  # when the newest of it was made, ISO 8601; empty where nothing says
    asked: Asked
    told: Preview | None = None
    fidelity: FidelityReport | None = None
    unfit: tuple[Unfit, ...] = ()
    proofs: tuple[SourceProof, ...] = ()
    planned: Any = None  # as the module of the core that read it wants it back
    textless: bool = False
    state: tuple[str, str] = ("", "")
    differing: tuple[Differing, ...] = ()

    @property
    def changes_nothing(self) -> bool:
        """Whether the project holds all of it already."""
        return self.planned is None or getattr(self.planned, "plan", self.planned).changes_nothing

    @property
    def is_state(self) -> bool:
        """Whether it is a frozen state, which can be opened to be read."""
        return bool(self.state[0]) and not self.textless

    @property
    def heading(self) -> str:
        """Say what it is."""
        if self.is_state:
            return tr("Frozen state “{name}”", name=self.state[0])
        return tr(HEADINGS[self.kind], name=self.path.stem)


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What was taken in: the file as it was read, and what became of it."""

    arriving: Arriving
    report: MergeReport


def counted(records: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, int]:
    """Count records by kind, relations between instruments apart: they belong to the catalogue, and nobody's work is in them."""
    counts = {kind: len(several) for kind, several in records.items() if several}
    catalogued = sum(1 for each in records["relation"] if each["from_instrument"] and each["to_instrument"])
    if catalogued:
        counts |= {"relation": counts["relation"] - catalogued, "catalogued": catalogued}
    return counts


def is_from_others(path: Path) -> bool:
    """Whether a file or folder dropped on the window is somebody's work, to be taken in rather than imported as a text."""
    suffix = path.suffix.lower()
    return suffix in SUFFIXES and (suffix == FOLDER or not path.is_dir())


def name_of(kind: str) -> str:
    """Say a kind of record."""
    return tr(NAMES[kind]) if kind in NAMES else tr(kind)


def model_words(model: Model) -> str:
    """Say a way of counting positions."""
    words = tr("UTF-16 units") if model.utf16 else tr("UTF-8 bytes") if model.utf8 else tr("code points")
    if model.bom:
        words = tr("{words}, from a leading byte order mark", words=words)
    if model.crlf == 1:
        words = tr("{words}, a line end as one", words=words)
    elif model.lf == 2:
        words = tr("{words}, every line end as two", words=words)
    return tr("{words}, up to the last character itself", words=words) if model.last else words


def proof_words(source: SourceProof) -> str:
    """Say why a source is counted so, and how well that fits."""
    proof, score = source.proof, source.proof.score
    why = tr(_BY[proof.by])
    if not proof.of:
        return why
    met = tr("names met: {met} of {most}", met=score.names, most=2 * score.named) if score.named else ""
    ends = tr("ends on boundaries: {edges} of {most}", edges=score.edges, most=2 * proof.of)
    misfits = tr("selections that mark nothing: {count}", count=score.misfits) if score.misfits else ""
    return " · ".join(words for words in (why, met, ends, misfits) if words)
