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
from db.exchange.archive import Archive
from db.exchange.bundle import Bundle
from db.exchange.refi.around import Around
from db.exchange.refi.aside import Aside
from db.exchange.refi.catalogue import Reading
from db.exchange.refi.files import Files
from db.exchange.refi.guids import derived, normal
from db.exchange.refi.known import Known
from db.exchange.refi.parsing import child, children, parse, words_of
from db.exchange.refi.passages import Passages, SourceProof, TextSource
from db.exchange.refi.positions import Model
from db.exchange.refi.shapes import say
from db.exchange.refi.texts import RawText, measured, read_text
from db.exchange.report import FidelityReport
from db.records import Progress, no_progress

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

SUFFIXES = (".qdpx", ".qdc")
_TEXTS = ("TextSource", "PDFSource")
_NO_PROJECT = "It holds no project or codebook of this kind. Choose a .qdpx or .qdc file."
_NO_TEXT = "The text of {name} is not in the file; the source is kept as it came."
_UNREADABLE = "The text of {name} cannot be read; the source is kept as it came."
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
        with Archive(path) as archive:
            data = archive.read(Files(archive).list_of_contents())
            reader = _Reader(path, parse(path, data), _replica(data), known, archive, language)
            return reader.project(models or {}, model, progress)
    except OSError as error:
        raise CannotRead(
            path, "It cannot be read ({detail}). Ask its owner for it, or check the disk.", detail=error.strerror or str(error)
        ) from error


def _replica(data: bytes) -> str:
    return derived("replica", sha256(data).hexdigest())


class _Reader:
    def __init__(self, path: Path, root: Element, replica: str, known: Known, archive: Archive | None, language: str) -> None:
        if root.tag not in ("Project", "CodeBook"):
            raise CannotRead(path, _NO_PROJECT)
        self._root, self._files, self._path = root, Files(archive), path
        self._r = Reading(path, root, known, replica, language)

    def codebook(self) -> Incoming:
        """Read a codebook; sets of codes are kept aside."""
        top = self._root if self._root.tag == "CodeBook" else child(self._root, "CodeBook")
        codes = child(top, "Codes") if top is not None else None
        if codes is None:
            raise CannotRead(self._path, _NO_CODES)
        self._r.codes(codes)
        around = Around(self._r, self._files, {})
        for each in children(child(top, "Sets") if top is not None else None, "Set"):
            for member in children(each, "MemberCode"):
                member.set("targetGUID", member.attrib.pop("guid", member.get("targetGUID") or ""))
            around.keep(each, "Sets")
        return self._done(around, ())

    def project(self, models: Mapping[str, Model], model: Model | None, progress: Progress) -> Incoming:
        """Read a project."""
        if self._root.tag == "CodeBook":
            return self.codebook()
        reading = self._r
        reading.users()
        top = child(self._root, "CodeBook")
        reading.codes(child(top, "Codes") if top is not None else None)
        reading.variables()
        passages = Passages(reading, self._files, models, model)
        around = Around(reading, self._files, passages.tagged)
        around.name_notes()
        sources, others = self._sources(progress)
        around.outer = {normal(source.outer.get("guid")) for source in sources if source.outer is not source.inner}
        passages.read(sources, progress)
        around.cases()
        around.attach()
        around.notes()
        around.links()
        for source, proof in zip(sources, passages.proofs, strict=True):
            around.keep_shell(source.outer, source.inner, proof.article, source.raw.text)
        for element in others:
            around.keep(element, "Sources")
        around.leftovers()
        self._tell(passages.proofs)
        return self._done(around, tuple(passages.proofs))

    def _done(self, around: Around, proofs: tuple[SourceProof, ...]) -> Incoming:
        self._r.finish()
        lineage = derived("lineage", self._r.origin, self._root.get("name") or self._path.stem)
        return Incoming(self._r.gathered.bundle(), around.aside, lineage, proofs, self._r.report)

    def _sources(self, progress: Progress) -> tuple[list[TextSource], list[Element]]:
        """Give the sources with a text, and those without one that can be read."""
        found: list[TextSource] = []
        others: list[Element] = []
        top = child(self._root, "Sources")
        for done, outer in enumerate(top if top is not None else ()):
            progress(done, 0)
            inner = outer if outer.tag == "TextSource" else child(outer, "Representation") if outer.tag in _TEXTS else None
            source = self._text(outer, inner) if inner is not None else None
            if source is None:
                others.append(outer)
            else:
                found.append(source)
        return found, others

    def _text(self, outer: Element, inner: Element) -> TextSource | None:
        name = (outer.get("name") or inner.get("name") or normal(inner.get("guid"))).strip()
        member = self._files.find(inner.get("plainTextPath"))
        data = self._files.read(member) if member else b""
        try:
            raw: RawText | None = read_text(data) if member else None
        except ValueError:
            self._r.report.dropped["article"] += 1
            self._r.tell(_UNREADABLE, name=name)
            return None
        if raw is None and child(inner, "PlainTextContent") is not None:
            words = words_of(inner, "PlainTextContent")
            raw, data = measured(words), words.encode("utf-8", "replace")
        if raw is None:
            self._r.report.dropped["article"] += 1
            self._r.tell(_NO_TEXT, name=name)
            return None
        original = self._files.find(outer.get("path")) if outer is not inner else self._files.find(inner.get("richTextPath"))
        file_name = Path(original or member or name).name
        return TextSource(inner, outer, raw, self._files.read(original) if original else data, file_name)

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
