"""The sources of a file that have a text: documents, PDFs, pictures, transcripts of recordings, and notes that are coded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from db.exchange.refi.areas import places, text_of_areas
from db.exchange.refi.aside import RECORDINGS, STANDING
from db.exchange.refi.catalogue import Reading
from db.exchange.refi.files import Files
from db.exchange.refi.formatted import docx_text
from db.exchange.refi.guids import normal
from db.exchange.refi.parsing import child, children, number, words_of
from db.exchange.refi.positions import Mark
from db.exchange.refi.texts import RawText, measured, read_text
from db.records import Progress

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_NO_TEXT = "The text of {name} is not in the file; the source is kept as it came."
_FORMATTED = "{name} comes with its formatted file only; its text was taken from that."
_UNREADABLE = "The text of {name} cannot be read; the source is kept as it came."
_WITHOUT = "{count} passages of {name} have no text to stand on: {passages}."
_LISTED = 12
# What a note holds that is more than words.
_CODED = ("PlainTextSelection", "Coding", "VariableValue")


@dataclass(frozen=True)
class TextSource:
    """A source with a text: the element that holds selections, and the one it stands in, for a PDF another."""

    inner: Element
    outer: Element
    raw: RawText
    data: bytes
    file_name: str
    taken: bool = False  # its text was taken from a formatted file, which is not what was counted
    number: int = 0  # which of several texts of the same source it is
    areas: tuple[tuple[int, int] | None, ...] = ()  # where the words of a PDF's areas stand, of each

    @property
    def name(self) -> str:
        """The source's name; of several texts of one source only the first has that."""
        outer, inner = ((element.get("name") or "").strip() for element in (self.outer, self.inner))
        if self.number:
            return inner if inner and inner != outer else f"{outer or self.file_name} {self.number + 1}"
        return outer or inner or self.file_name.strip()

    @property
    def holders(self) -> tuple[Element, ...]:
        """The elements whose codings, values and notes are on the whole text."""
        return (self.inner,) if self.outer is self.inner or self.number else (self.inner, self.outer)

    @property
    def is_transcript(self) -> bool:
        """Whether it is what is said in a recording."""
        return self.inner.tag == "Transcript"

    @property
    def is_note(self) -> bool:
        """Whether it is a note."""
        return self.inner.tag == "Note"

    @property
    def selections(self) -> Iterator[Element]:
        """The selections of its text."""
        return (each for each in self.inner if each.tag in ("PlainTextSelection", "TranscriptSelection"))

    @cached_property
    def places(self) -> list[Mark | None]:
        """The selections as they are placed, in order; None for one whose positions are no numbers."""
        points = {normal(each.get("guid")): number(each.get("position")) for each in children(self.inner, "SyncPoint")}
        found = []
        for each in self.selections:
            ends = [
                number(each.get(position)) if each.get(point) is None else points.get(normal(each.get(point)))
                for position, point in (("startPosition", "fromSyncPoint"), ("endPosition", "toSyncPoint"))
            ]
            start, end = ends
            found.append(None if start is None or end is None else Mark(start, end, each.get("name", "")))
        return found

    @property
    def marks(self) -> list[Mark]:
        """The selections whose positions are numbers."""
        return [mark for mark in self.places if mark is not None]


def is_coded(note: Element) -> bool:
    """Whether a note is more than words on something: what is coded itself is a text like any other."""
    return any(each.tag in _CODED for each in note)


class SourceReader:
    """Reads the texts of sources."""

    def __init__(self, reading: Reading, files: Files) -> None:
        self._r, self._files = reading, files

    def read(self, progress: Progress) -> tuple[list[TextSource], list[Element]]:
        """Give the sources with a text, and those without one that can be read."""
        found: list[TextSource] = []
        others: list[Element] = []
        top = child(self._r.root, "Sources")
        for done, outer in enumerate(top if top is not None else ()):
            progress(done, 0)
            if outer.tag == "PDFSource" and child(outer, "Representation") is None:
                text_of_areas(outer, self._area_words)
            texts = [text for number, inner in enumerate(_inners(outer)) if (text := self._text(outer, inner, number))]
            found += texts
            if not texts:
                others.append(outer)
        for note in children(child(self._r.root, "Notes"), "Note"):
            text = self._text(note, note) if is_coded(note) else None
            if text is not None:
                found.append(text)
        return found, others

    def _text(self, outer: Element, inner: Element, nth: int = 0) -> TextSource | None:
        name = (outer.get("name") or inner.get("name") or normal(inner.get("guid"))).strip()
        member = self._files.find(inner.get("plainTextPath"))
        data = self._files.read(member) if member else b""
        try:
            raw = read_text(data) if member else self._other_text(inner, name)
        except ValueError:
            self._miss(inner, name, _UNREADABLE)
            return None
        if raw is None:
            self._miss(inner, name, _NO_TEXT)
            return None
        taken = not member and child(inner, "PlainTextContent") is None
        data = data or raw.text.encode("utf-8", "replace")
        original = self._files.find(inner.get("richTextPath"))
        if outer is not inner and outer.tag in STANDING:
            original = self._files.find(outer.get("path"))
        file_name = Path(original or member or name).name
        found = places(outer, inner, raw.text, self._area_words) if outer.tag == "PDFSource" else ()
        whole = self._files.read(original) if original else data
        return TextSource(inner, outer, raw, whole, file_name, taken, nth, tuple(found))

    def _area_words(self, inner: Element) -> str:
        member = self._files.find(inner.get("plainTextPath"))
        try:
            return read_text(self._files.read(member)).text if member else measured(words_of(inner, "PlainTextContent")).text
        except ValueError:
            return ""

    def _miss(self, inner: Element, name: str, why: str) -> None:
        """Say that a source has no text, and which passages therefore cannot be shown."""
        self._r.report.dropped["article"] += 1
        self._r.tell(why, name=name)
        selections = [each for each in inner if each.tag in ("PlainTextSelection", "TranscriptSelection")]
        if selections:
            told = [_called(each) for each in selections[:_LISTED]]
            passages = "; ".join([*told, *(["…"] if len(selections) > _LISTED else [])])
            self._r.tell(_WITHOUT, count=len(selections), name=name, passages=passages)

    def _other_text(self, inner: Element, name: str) -> RawText | None:
        """Give the text of a source that has no plain file: what stands in the list of contents, or its formatted file's."""
        if child(inner, "PlainTextContent") is not None:
            return measured(words_of(inner, "PlainTextContent"))
        member = self._files.find(inner.get("richTextPath"))
        words = docx_text(self._files.read(member)) if member else None
        if words is None:
            return None
        self._r.report.changed["article"] += 1
        self._r.tell(_FORMATTED, name=name)
        return measured(words)


def _inners(outer: Element) -> list[Element]:
    """Give the elements of a source that hold a text of it."""
    if outer.tag == "TextSource":
        return [outer]
    if outer.tag in RECORDINGS:
        return list(children(outer, "Transcript"))
    inner = child(outer, STANDING.get(str(outer.tag), ""))
    return [inner] if inner is not None else []


def _called(selection: Element) -> str:
    name = " ".join((selection.get("name") or "").split())
    return name or f"{selection.get('startPosition', '?')}–{selection.get('endPosition', '?')}"
