"""What came from others and has been read but not written: of what kind it is, what it would do, and how that can be said."""

from __future__ import annotations

from collections.abc import Mapping
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
SUFFIXES = (BUNDLE, ".jsonld", ".qdpx", ".qdc", FOLDER, ".sqlite3", ".csv", ".tsv")
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
    "relation": "Relations between passages and articles", "code": "Codes", "codebook": "Codebooks", "instrument": "Instruments",
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
class Arriving:
    """A file that was read, and what taking it in would do; `told` is None and `planned` empty where no project is open."""

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

    @property
    def changes_nothing(self) -> bool:
        """Whether the project holds all of it already."""
        return self.planned is None or getattr(self.planned, "plan", self.planned).changes_nothing

    @property
    def heading(self) -> str:
        """Say what it is."""
        return tr(HEADINGS[self.kind], name=self.path.stem)


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What was taken in: the file as it was read, and what became of it."""

    arriving: Arriving
    report: MergeReport


def is_from_others(path: Path) -> bool:
    """Whether a file or folder dropped on the window is somebody's work, to be taken in rather than imported as a text."""
    suffix = path.suffix.lower()
    return suffix in SUFFIXES and (suffix == FOLDER or not path.is_dir())


def name_of(kind: str) -> str:
    """Say a kind of record."""
    return tr(NAMES[kind]) if kind in NAMES else tr(kind)


def model_words(model: Model) -> str:
    """Say a way of counting positions."""
    words = tr("UTF-16 units") if model.utf16 else tr("code points")
    if model.bom:
        words = tr("{words}, from a leading byte order mark", words=words)
    if model.crlf == 1:
        return tr("{words}, a line end as one", words=words)
    return tr("{words}, every line end as two", words=words) if model.lf == 2 else words


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
