"""A Word document to a Draft: its XML is read as it is, nothing that it points to is opened."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from db.errors import CannotImport
from db.importers.assembling import Known
from db.importers.composing import Script, compose, known_from_properties
from db.importers.docx_runs import Counted, Notes, Runs
from db.importers.docx_styles import Numbers, Style, child, numbering_of, styles_in
from db.importers.kinds import DAMAGED_DOCX
from db.importers.packed import Archive, local, parsed, value_of
from db.importers.pieces import Pace, Piece, Tick
from db.records import BlockKind, Draft, Inline, Remark

if TYPE_CHECKING:
    from lxml.etree import _Element

CHANGES = "The document holds {count} tracked changes; it was read as if all of them were accepted."
COMMENTS = "{count} comments of the document were left out."
LINKED = "{count} linked files or templates were left out; none was fetched."
PICTURES = "{count} pictures were left out; none was fetched."
_TRANSPARENT = ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "body", "document", "Choice")
# Numbers that a text is cited by belong into it; those of an ordinary list stand beside it.
_PART_OF_TEXT = re.compile(
    r"第.*[编章节条款项部分]|[（(].+[）)]|.*[、.]?\d+\.\d+|(?:Article|Section|Chapter|Part|Annex)\b.*", re.IGNORECASE
)
_IDLE_END = re.compile(r"[。；，：,;:]$")


def docx_draft(data: bytes, name: str, *, as_is: bool, pace: Pace) -> Draft:
    """Make the Draft of a Word document. CannotImport if it is damaged."""
    archive = Archive(data, name, DAMAGED_DOCX)
    document = _Document(archive, name)
    document.read(pace.between(100, 850, 1000))
    script = document.script
    script.remarks += document.remarks()
    known = _properties(archive, name)
    draft = compose(script, known, name, pace.between(850, 1000, len(script.pieces)), as_is=as_is)
    return replace(draft, media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document")


class _Document:
    """Walks the body of a document and writes its paragraphs, tables and notes into a script."""

    def __init__(self, archive: Archive, name: str) -> None:
        self._archive, self._name = archive, name
        self._place = _main_part(archive)
        self._targets, self._linked = _relations(archive, self._place, name)
        self._styles = styles_in(self._part("styles.xml"))
        self._numbers = Numbers.of(self._part("numbering.xml"))
        self._notes = Notes()
        self._counted = Counted()
        self._body_size = self._styles[""].size or 10.5
        self.script = Script()

    def _part(self, name: str) -> _Element | None:
        data = self._archive.part(posixpath.join(posixpath.dirname(self._place), name))
        return parsed(data, self._name, DAMAGED_DOCX) if data.strip() else None

    def read(self, tick: Tick) -> None:
        """Read the body, then the notes it calls."""
        data = self._archive.part(self._place)
        if not data:
            raise CannotImport(self._name, DAMAGED_DOCX)
        body = child(parsed(data, self._name, DAMAGED_DOCX), "body")
        if body is None:
            raise CannotImport(self._name, DAMAGED_DOCX)
        total = max(1, len(body))
        for number, element in enumerate(body):
            if not number & 0x3F:
                tick(1000 * number // total)
            for piece, reason in self._pieces(element):
                self.script.add(piece, reason)
        self._raise_title()
        for piece in self._note_pieces():
            self.script.add(piece)

    def remarks(self) -> Iterator[Remark]:
        """Say what was left out or decided."""
        counts = ((CHANGES, self._counted.changes), (COMMENTS, self._counted.comments))
        for sentence, count in (*counts, (PICTURES, self._counted.pictures), (LINKED, self._linked)):
            if count:
                yield Remark(sentence, {"count": str(count)})

    def _pieces(self, element: _Element) -> Iterator[tuple[Piece, str]]:
        name = local(element)
        if name == "p":
            yield from self._paragraph(element)
        elif name == "tbl":
            yield from self._table(element)
        elif name in _TRANSPARENT or name == "AlternateContent":
            for each in element:
                yield from self._pieces(each)

    def _runs(self, paragraph: _Element, style: Style) -> Runs:
        runs = Runs(self._styles, self._targets, self._notes, self._counted, style)
        runs.read(paragraph)
        return runs

    def _paragraph(self, paragraph: _Element) -> Iterator[tuple[Piece, str]]:
        properties = child(paragraph, "pPr")
        style = self._styles.get(value_of(child(properties, "pStyle"), "val"), self._styles[""])
        runs = self._runs(paragraph, style)
        text, inlines = runs.text, runs.inlines
        if style.bold and text.strip():
            inlines = (Inline("bold", 0, len(text)), *(i for i in inlines if i.kind != "bold"))
        kind, level, label = self._kind(properties, style)
        depth = (numbering_of(properties) or style.numbering)[1]
        marker = self._marker(properties, style) if text.strip() else ""
        if marker and (kind == "heading" or _PART_OF_TEXT.fullmatch(marker)):
            lead = marker + ("" if marker.endswith(("）", "、", "：")) else " ")
            text = lead + text
            inlines, marker = tuple(Inline(i.kind, i.start + len(lead), i.end + len(lead), i.href) for i in inlines), ""
        elif marker and kind == "paragraph":
            kind, level = "item", depth + 1
        if kind == "paragraph" and self._looks_like_title(properties, runs, text):
            kind, level = "heading", 1
        for start, end in _lines(text):
            piece = Piece(kind, text[start:end], _cut(inlines, start, end), level, marker)
            if kind == "paragraph" and piece.is_bold and len(piece.text) <= 40 and not _IDLE_END.search(piece.text):
                piece.kind, piece.level = "heading", 3 if label != "title" else 1
            yield piece, "navigation" if label == "contents" else ""
            marker = ""
        for words in runs.pictures:
            yield Piece("figure", words), ""
        for box in runs.boxes:
            for each in box:
                yield from self._pieces(each)

    def _marker(self, properties: _Element | None, style: Style) -> str:
        number, depth = numbering_of(properties) or style.numbering
        return self._numbers.next(number, depth) if number not in ("", "0") else ""

    def _kind(self, properties: _Element | None, style: Style) -> tuple[BlockKind, int, str]:
        label = style.kind
        outline = value_of(child(properties, "outlineLvl"), "val")
        level = int(outline) + 1 if outline.isdecimal() and int(outline) < 9 else style.outline
        if label == "title":
            return "heading", 1, label
        if level and label != "contents":
            return "heading", min(6, level), label
        return ("quote" if label == "quote" else "code" if label == "code" else "paragraph"), 0, label

    def _looks_like_title(self, properties: _Element | None, runs: Runs, text: str) -> bool:
        """Whether one of the first paragraphs is set as a title without being marked as one: large and in the middle."""
        if len(self.script.pieces) > 8 or not text.strip() or len(text) > 80:
            return False
        centred = value_of(child(properties, "jc"), "val") in ("center", "centre")
        return centred and (runs.largest or self._body_size) >= 1.25 * self._body_size

    def _raise_title(self) -> None:
        """Join a title that is set in two paragraphs, and put headings of the first level under a title of the same."""
        heads = [piece for piece in self.script.pieces if piece.kind == "heading"]
        if heads and heads[0].level == 1 and sum(piece.level == 1 for piece in heads) > 1 and heads[0] in self.script.pieces[:3]:
            for piece in heads[1:]:
                piece.level = min(6, piece.level + 1)

    def _table(self, table: _Element) -> Iterator[tuple[Piece, str]]:
        rows = [row for row in table.iter() if local(row) == "tr" and _owner(row, "tbl") is table]
        cells = [[cell for cell in row.iter() if local(cell) == "tc" and _owner(cell, "tr") is row] for row in rows]
        if max(map(len, cells), default=0) < 2:  # a frame around text, no table
            for row in cells:
                for cell in row:
                    for each in cell:
                        yield from self._pieces(each)
            return
        for row in cells:
            texts, inlines, at = [], [], 0
            for cell in row:
                text, emphasis = self._cell(cell)
                inlines += [Inline(i.kind, i.start + at, i.end + at, i.href) for i in emphasis]
                texts.append(text)
                at += len(text) + 1
            if any(text.strip() for text in texts):
                yield Piece("row", "\t".join(texts), tuple(inlines)), ""

    def _cell(self, cell: _Element) -> tuple[str, list[Inline]]:
        merged = child(cell, "tcPr", "vMerge")
        if merged is not None and value_of(merged, "val") != "restart":
            return "", []
        parts: list[str] = []
        inlines: list[Inline] = []
        at = 0
        for paragraph in (each for each in cell.iter() if local(each) == "p"):
            pieces = [piece for piece, _ in self._paragraph(paragraph)]
            if not pieces and (marker := self._marker_of_empty(paragraph)):
                parts.append(marker)
                at += len(marker) + 1
            for piece in pieces:
                words = f"{piece.marker} {piece.text}" if piece.marker not in ("", "•") else piece.text
                shift = at + len(words) - len(piece.text)
                inlines += [Inline(i.kind, i.start + shift, i.end + shift, i.href) for i in piece.inlines]
                parts.append(words.replace("\t", " "))
                at += len(words) + 1
        return " ".join(parts), inlines

    def _marker_of_empty(self, paragraph: _Element) -> str:
        """Give the number of an empty paragraph: the first column of a table is often numbered so."""
        properties = child(paragraph, "pPr")
        style = self._styles.get(value_of(child(properties, "pStyle"), "val"), self._styles[""])
        marker = self._marker(properties, style)
        return "" if marker == "•" else marker

    def _note_pieces(self) -> Iterator[Piece]:
        """Give the notes as paragraphs that begin with their number, as it stands in the text."""
        texts: dict[tuple[str, str], str] = {}
        for kind in ("footnote", "endnote"):
            root = self._part(f"{kind}s.xml")
            for note in root if root is not None else ():
                texts[kind, value_of(note, "id")] = " ".join(
                    self._runs(paragraph, Style()).text.replace("\n", " ").strip()
                    for paragraph in note.iter()
                    if local(paragraph) == "p"
                ).strip()
        for number, called in enumerate(self._notes.called, 1):
            if text := texts.get(called, ""):
                yield Piece("paragraph", f"[{number}] {text}", note=True)


def _owner(element: _Element, name: str) -> _Element | None:
    """Give the nearest element of a name around another."""
    return next((each for each in element.iterancestors() if local(each) == name), None)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Give the spans of the lines that hold words, without the space around them."""
    start = 0
    for line in text.split("\n"):
        if line.strip("\u200b \u3000\xa0"):
            yield start + len(line) - len(line.lstrip(" \u3000")), start + len(line.rstrip(" \u3000"))
        start += len(line) + 1


def _cut(inlines: tuple[Inline, ...], start: int, end: int) -> tuple[Inline, ...]:
    cut = (Inline(i.kind, max(i.start, start) - start, min(i.end, end) - start, i.href) for i in inlines)
    return tuple(i for i in cut if i.start < i.end)


def _main_part(archive: Archive) -> str:
    if relations := archive.part("_rels/.rels"):
        for each in parsed(relations, archive.name, DAMAGED_DOCX):
            if value_of(each, "Type").endswith("/officeDocument"):
                return posixpath.normpath(value_of(each, "Target").lstrip("/"))
    return "word/document.xml"


def _relations(archive: Archive, place: str, name: str) -> tuple[Mapping[str, str], int]:
    """Give the addresses of the links by id, and how many files elsewhere the document wants to show."""
    folder, base = posixpath.split(place)
    targets: dict[str, str] = {}
    linked = 0
    for part in (base, "settings.xml"):
        if data := archive.part(posixpath.join(folder, "_rels", f"{part}.rels")):
            for each in parsed(data, name, DAMAGED_DOCX):
                link = value_of(each, "Type").endswith("/hyperlink")
                if link and part == base:
                    targets[value_of(each, "Id")] = value_of(each, "Target")
                linked += not link and value_of(each, "TargetMode") == "External"
    return targets, linked


def _properties(archive: Archive, name: str) -> Known:
    data = archive.part("docProps/core.xml")
    said = {local(each): (each.text or "").strip() for each in parsed(data, name, DAMAGED_DOCX)} if data.strip() else {}
    return known_from_properties(said.get("title", ""), said.get("creator", ""), said.get("created", ""))
