"""Reading REFI-QDA projects (.qdpx) and codebooks (.qdc) of any program into a bundle that merges like any other.

Nothing is clamped, skipped or renamed without saying so in the fidelity report.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from db.errors import CannotRead
from db.exchange.bundle import Bundle
from db.exchange.refi.around import Around
from db.exchange.refi.aside import Aside
from db.exchange.refi.catalogue import Reading
from db.exchange.refi.files import Files, Holding, LooseArchive, Unpacked
from db.exchange.refi.guids import derived
from db.exchange.refi.keeping import Keeping
from db.exchange.refi.known import Known
from db.exchange.refi.notes import NoteReader
from db.exchange.refi.parsing import child, children, parse
from db.exchange.refi.passages import Passages, SourceProof
from db.exchange.refi.positions import Model
from db.exchange.refi.shapes import say
from db.exchange.refi.sources import SourceReader
from db.exchange.report import FidelityReport
from db.records import Progress, no_progress

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

SUFFIXES = (".qdpx", ".qdc", ".qde")
_NO_PROJECT = "It holds no project or codebook of this kind. Choose a .qdpx or .qdc file."
_COUNTED = "{name}: positions are counted as {model}, shown by {by}; for example “{sample}”."
_SHOWN_BY = {
    "names": "the names of its selections", "boundaries": "the boundaries of words and sentences",
    "other sources": "the other sources", "origin": "the program that wrote it", "assumed": "what its program usually does",
    "chosen": "your own choice",
}  # fmt: skip
_SEVERAL = "{count} sources: positions are counted as {model}."
_TELLING = 12
_NO_CODES = "It holds no codes."


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a file brings: a bundle to merge, what is kept aside, how each source was counted, and the report."""

    bundle: Bundle
    aside: Aside
    lineage: str  # what later exports of the same project share
    proofs: tuple[SourceProof, ...]
    report: FidelityReport


def read(
    path: Path, known: Known, *, models: Mapping[str, Model] | None = None, model: Model | None = None, language: str = "en",
    progress: Progress = no_progress,
) -> Incoming:  # fmt: skip
    """Read a project or a codebook; `models` say by GUID of a source, `model` for all, how positions are counted.

    Raises CannotRead, and what `progress` raises to stop.
    """
    try:
        if path.suffix.lower() == ".qdc":
            data = path.read_bytes()
            return _Reader(path, parse(path, data), _replica(data), known, None, language).codebook()
        if path.suffix.lower() == ".qde" or path.is_dir():
            return _project(path, Unpacked(path), known, models, model, language, progress)
        with LooseArchive(path) as archive:
            return _project(path, archive, known, models, model, language, progress)
    except OSError as error:
        raise CannotRead(
            path, "It cannot be read ({detail}). Ask its owner for it, or check the disk.", detail=error.strerror or str(error)
        ) from error


def _project(
    path: Path, held: Holding, known: Known, models: Mapping[str, Model] | None, model: Model | None, language: str,
    progress: Progress,
) -> Incoming:  # fmt: skip
    data = held.read(Files(held).list_of_contents())
    return _Reader(path, parse(path, data), _replica(data), known, held, language).project(models or {}, model, progress)


def is_unpacked(path: Path) -> bool:
    """Whether a folder holds a project that lies unpacked."""
    return path.is_dir() and any(each.suffix.lower() == ".qde" for each in path.iterdir())


def _replica(data: bytes) -> str:
    return derived("replica", sha256(data).hexdigest())


class _Reader:
    def __init__(self, path: Path, root: Element, replica: str, known: Known, held: Holding | None, language: str) -> None:
        if root.tag not in ("Project", "CodeBook"):
            raise CannotRead(path, _NO_PROJECT)
        self._root, self._files, self._path = root, Files(held), path
        self._r = Reading(path, root, known, replica, language)

    def codebook(self) -> Incoming:
        """Read a codebook; sets of codes are kept aside."""
        top = self._root if self._root.tag == "CodeBook" else child(self._root, "CodeBook")
        codes = child(top, "Codes") if top is not None else None
        if codes is None:
            raise CannotRead(self._path, _NO_CODES)
        self._r.codes(codes)
        keeping = Keeping(self._r, self._files, ())
        for each in children(child(top, "Sets") if top is not None else None, "Set"):
            for member in children(each, "MemberCode"):
                member.set("targetGUID", member.attrib.pop("guid", member.get("targetGUID") or ""))
            keeping.keep(each, "Sets")
        keeping.finish()
        return self._done(keeping.aside, ())

    def project(self, models: Mapping[str, Model], model: Model | None, progress: Progress) -> Incoming:
        """Read a project."""
        if self._root.tag == "CodeBook":
            return self.codebook()
        reading = self._r
        reading.users()
        top = child(self._root, "CodeBook")
        reading.codes(child(top, "Codes") if top is not None else None)
        reading.variables()
        sources, others = SourceReader(reading, self._files).read(progress)
        keeping = Keeping(reading, self._files, sources)
        passages = Passages(reading, models, model)
        notes = NoteReader(reading, self._files, passages.tagged, keeping)
        notes.name()
        passages.read(sources, progress)
        around = Around(reading, keeping, notes.about)
        around.cases(passages.values)
        notes.attach()
        notes.read()
        around.links()
        for number, (source, proof, shown) in enumerate(zip(sources, passages.proofs, passages.shown, strict=True)):
            if number not in passages.shared or not source.is_note:
                keeping.keep_shell(source, proof.article, proof.proof.model, shown, passages.areas[number])
        for element in others:
            keeping.keep(element, "Sources")
        around.leftovers(passages.notes)
        keeping.finish()
        self._tell(passages.proofs)
        return self._done(keeping.aside, tuple(passages.proofs))

    def _done(self, aside: Aside, proofs: tuple[SourceProof, ...]) -> Incoming:
        self._r.finish()
        lineage = derived("lineage", self._r.origin, self._root.get("name") or self._path.stem)
        return Incoming(self._r.gathered.bundle(), aside, lineage, proofs, self._r.report)

    def _tell(self, proofs: list[SourceProof]) -> None:
        """Say how sources were counted: the telling ones one by one, those where it makes no difference together."""
        telling = [each for each in proofs if each.proof.by != "any"]
        for each in telling[:_TELLING]:
            sample = each.proof.samples[0][1] if each.proof.samples else ""
            facts = {
                "name": each.name,
                "model": str(each.proof.model),
                "by": say(self._r.language, _SHOWN_BY[each.proof.by]),
                "sample": sample,
            }
            self._r.report.reasons.append(say(self._r.language, _COUNTED, **facts))
        counts: dict[str, int] = {}
        for each in telling[_TELLING:]:
            counts[str(each.proof.model)] = counts.get(str(each.proof.model), 0) + 1
        for model, count in sorted(counts.items()):
            self._r.remark(_SEVERAL, count, model=model)
