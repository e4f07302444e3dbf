"""A reading text with its layout as a detached QTextDocument, and the segment table that belongs to it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from unicodedata import combining

from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import (
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextOption,
    QTextTable,
    QTextTableFormat,
)

from db.locators import begins_with_title, paragraph_numbers
from db.records import Block, Inline, Layout
from desktop.reader.positions import Positions
from desktop.theme import Theme, blend, text_font

LONGEST_BLOCK = 10_000  # code points; Qt lays a block out as a whole
_CUT_BACK = 500  # code points in which the end of a sentence is looked for to cut there
_MOST_CELLS = 4_000  # a larger table is laid out as lines with tabs
_SMALLEST = 25  # per cent
_TALLEST = 8_200_000  # logical pixels; Qt lays nothing out below INT_MAX / 256
_LINE_HEIGHT = 1.75
_BETWEEN = 14  # logical pixels under a paragraph
_CLOSE = ("item", "code", "row")  # blocks of these kinds stand closer together
# Characters that Qt would take for structure are shown as others, one for one; the text itself stays as it is.
_STRUCTURE = re.compile("[\r\u2029\ufdd0\ufdd1\ufffc\0]")
_SHOWN = str.maketrans(
    {"\r": " ", "\u2029": "\u2028", "\ufdd0": "\ufffd", "\ufdd1": "\ufffd", "\ufffc": "\u25a1", "\0": "\ufffd"}
)
_SENTENCE_END = re.compile(r"[。！？；][”’」』）》〉]*|[.!?;]\s+|\u2028")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u200f\u202b\u202e\u2067]")
_JOINERS = "\u200d\ufe0e\ufe0f"  # zero-width joiner and variation selectors
_MONOSPACE = ["Noto Sans Mono CJK SC", "Cascadia Mono", "Consolas", "Menlo", "DejaVu Sans Mono", "monospace"]


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above a reading text: its title and one line about it."""

    title: str = ""
    byline: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """How a person wants texts to look: zoom in per cent, the widest column in em, a face with serifs or without."""

    zoom: int = 100
    measure: int = 42
    serif: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document with its segment table; code points `starts` of the layout's blocks, beside the blocks themselves."""

    document: QTextDocument
    positions: Positions
    blocks: Sequence[Block]
    starts: Sequence[int]
    numbers: Sequence[int]  # the paragraph number of each block; those not counted repeat the one before
    titled: bool  # the text begins with its own title
    both_ways: bool  # something in it is written from right to left

    def block_starting(self, point: int) -> int | None:
        """Give the index of the layout's block that starts at a code point."""
        index = bisect_left(self.starts, point)
        return index if index < len(self.starts) and self.starts[index] == point else None


def em(theme: Theme, zoom: int) -> int:
    """Give the size of the text in logical pixels at a zoom in per cent."""
    return max(6, round(theme.size("text") * zoom / 100))


def fitted(look: Look, text: str, layout: Layout, theme: Theme, room: int) -> Look:
    """Give a look smaller by as much as a text needs in order not to become taller than Qt can lay out."""
    zoom = look.zoom
    while zoom > _SMALLEST:
        size = em(theme, zoom)
        lines = len(layout.blocks) + len(text) * size / min(look.measure * size, room)
        if lines * _LINE_HEIGHT * size + len(layout.blocks) * _BETWEEN * zoom / 100 < _TALLEST:
            break
        zoom -= 1 + zoom // 50
    return replace(look, zoom=zoom)


def head_height(theme: Theme, zoom: int, byline: bool) -> int:
    """Give the height of what stands between a title and the text: a line about it, if any, and a hairline."""
    return round((7 if byline else 4) * theme.size("grid") * zoom / 100)


def build(text: str, layout: Layout, head: Head | None, theme: Theme, look: Look, width: int) -> Sheet:
    """Build the document of a reading text in a look, to be laid out at a width; nothing is laid out yet."""
    blocks = layout.blocks if _covers(layout.blocks, text) else Layout.of_lines(text).blocks
    titled = head is not None and is_titled(text, head)
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    document.setDocumentMargin(0)
    document.setDefaultFont(text_font(em(theme, look.zoom), look.serif))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    option.setTabStopDistance(em(theme, look.zoom) * 4)
    document.setDefaultTextOption(option)
    writer = _Writer(document, text, _Formats(theme, look.zoom, titled, bool(head and head.byline)))
    writer.write(blocks)
    # A layout made without a width lays long paragraphs out on one line first.
    document.setPageSize(QSizeF(width, -1))
    positions = Positions(text, writer.extras)
    _emphasise(document, layout.inlines, positions, theme)
    numbers = paragraph_numbers(text, blocks, head.title if head is not None else "")
    starts, both_ways = [block.start for block in blocks], bool(_RIGHT_TO_LEFT.search(text))
    return Sheet(document, positions, blocks, starts, numbers, titled, both_ways)


def is_titled(text: str, head: Head) -> bool:
    """Whether a text begins with its own title, which may carry its column before it: 前沿 | …"""
    return begins_with_title(text, head.title)


def set_edges(document: QTextDocument, top: int, bottom: int) -> None:
    """Leave room above the text (for the head) and under it."""
    shape = document.rootFrame().frameFormat()
    shape.setTopMargin(top)
    shape.setBottomMargin(bottom)
    document.rootFrame().setFrameFormat(shape)


def _covers(blocks: Sequence[Block], text: str) -> bool:
    """Whether blocks cover the text as a layout promises: joined by single line feeds, in order, nothing left."""
    at = 0
    for block in blocks:
        if block.start != at or block.end < at or (block.end < len(text) and text[block.end] != "\n"):
            return False
        at = block.end + 1
    return at == len(text) + 1


def _emphasise(document: QTextDocument, inlines: Sequence[Inline], positions: Positions, theme: Theme) -> None:
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    for inline in inlines:
        shape = QTextCharFormat()
        if inline.kind == "bold":
            shape.setFontWeight(QFont.Weight.DemiBold)
        elif inline.kind == "italic":
            shape.setFontItalic(True)
        elif inline.kind == "code":
            shape.setFontFamilies(_MONOSPACE)
        else:
            link = theme.colour("link")
            shape.setAnchor(True)
            shape.setAnchorHref(inline.href)
            shape.setForeground(link)
            shape.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
            shape.setUnderlineColor(blend(link, theme.colour("base"), 0.4))
        cursor.setPosition(positions.to_qt(inline.start))
        cursor.setPosition(positions.to_qt(inline.end), QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(shape)
    cursor.endEditBlock()


class _Formats:
    """The shared formats of a document: one per kind and level of block."""

    def __init__(self, theme: Theme, zoom: int, titled: bool, byline: bool) -> None:
        self.theme = theme
        self.zoom = zoom
        self.titled = titled
        self.byline = byline

    def scaled(self, pixels: float) -> int:
        return round(pixels * self.zoom / 100)

    def of(self, kind: str, level: int, title: bool, joined: bool = False) -> tuple[QTextBlockFormat, QTextCharFormat]:
        """Give the formats of a kind of block; a joined one is followed by a piece of the same paragraph."""
        above, below, size, weight = self._measures(kind, level, title)
        block, char = QTextBlockFormat(), QTextCharFormat()
        block.setTopMargin(self.scaled(above))
        block.setBottomMargin(0 if joined else self.scaled(below))
        height = 1.5 * size if kind == "row" else max(_LINE_HEIGHT * self.theme.size("text"), 1.5 * size)
        block.setLineHeight(self.scaled(height), QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        if kind in ("item", "quote"):
            block.setLeftMargin(self.scaled(24 * max(level, 1) if kind == "item" else 20))
        if kind == "heading" or title:
            block.setHeadingLevel(min(max(level, 1), 6))
        char.setProperty(QTextCharFormat.Property.FontPixelSize, max(6, self.scaled(size)))
        if weight:
            char.setFontWeight(weight)
        if kind == "figure":
            char.setForeground(self.theme.colour("muted"))
        if kind == "code":
            char.setFontFamilies(_MONOSPACE)
        return block, char

    def _measures(self, kind: str, level: int, title: bool) -> tuple[float, float, float, int]:
        """Give the space above and below, the size and the weight, at 100 %."""
        text = self.theme.size("text")
        if title:
            return 0, head_height(self.theme, 100, self.byline), self.theme.size("title"), QFont.Weight.DemiBold
        if kind == "heading":
            return (28, 12, text + 3, QFont.Weight.DemiBold) if level <= 2 else (20, 8, text, QFont.Weight.DemiBold)
        small = {"item": (0, 6, text, 0), "figure": (8, 16, text - 3, 0), "row": (0, 0, text - 2, 0), "code": (0, 0, text - 2, 0)}
        return small.get(kind, (0, _BETWEEN, text, 0))


class _Writer:
    """Writes blocks through one cursor, in runs of equal form, and notes the Qt positions that are no character."""

    def __init__(self, document: QTextDocument, text: str, formats: _Formats) -> None:
        self.extras: list[tuple[int, int]] = []
        self._text = text
        self._shown = text.translate(_SHOWN) if _STRUCTURE.search(text) else text
        self._formats = formats
        self._cursor = QTextCursor(document)
        self._open = True  # the block at the end is empty and waits for its text

    def write(self, blocks: Sequence[Block]) -> None:
        """Write all blocks."""
        self._cursor.beginEditBlock()
        if self._formats.titled and blocks:
            self._run(blocks[:1], "heading", 1, title=True)
            blocks = blocks[1:]
        before = ""
        for (kind, level), run in groupby(blocks, key=_form):
            several = list(run)
            if kind == "row" and (cells := self._cells(several)):
                self._table(several, cells)
            else:
                if kind != before:
                    self._part(before)
                self._run(several, kind, level)
            before = kind
        self._cursor.endEditBlock()

    def _part(self, kind: str) -> None:
        """Leave room between the last of several close blocks and what follows."""
        if kind in _CLOSE and not self._open:
            block = self._cursor.blockFormat()
            block.setBottomMargin(self._formats.scaled(_BETWEEN))
            self._cursor.setBlockFormat(block)

    def _run(self, run: Sequence[Block], kind: str, level: int, title: bool = False) -> None:
        """Write blocks of one form: whole stretches at once, a paragraph that is too long in pieces."""
        within = False  # the piece before belongs to the same paragraph
        for start, end, joined in _stretches(self._text, run):
            block, char = self._formats.of(kind, level, title, joined)
            if self._open:
                self._cursor.setBlockFormat(block)
                self._cursor.setBlockCharFormat(char)
                self._open = False
            else:
                self._cursor.insertBlock(block, char)
                if within:
                    self.extras.append((start, 1))
            self._cursor.insertText(self._shown[start:end], char)
            within = joined

    def _cells(self, rows: Sequence[Block]) -> list[list[str]]:
        """Give the cells of rows that can stand in a grid: there are several columns and not too many cells."""
        cells = [self._shown[row.start : row.end].split("\t") for row in rows]
        columns = max(len(row) for row in cells)
        plain = not any("\n" in cell for row in cells for cell in row)
        return cells if plain and 1 < columns <= 12 and columns * len(rows) <= _MOST_CELLS else []

    def _table(self, rows: Sequence[Block], cells: list[list[str]]) -> None:
        """Write rows as a grid. Each border of a cell is one Qt position, as the tab or line feed there is one character."""
        if self._open:  # a grid is never the first thing in its frame
            self._shrink()
            self.extras.append((rows[0].start, 1))
        columns = max(len(row) for row in cells)
        table = self._cursor.insertTable(len(rows), columns, self._grid())
        block, char = self._formats.of("row", 0, False)
        for number, (row, texts) in enumerate(zip(rows, cells, strict=True)):
            for column in range(columns):
                self._fill(table, number, column, texts[column] if column < len(texts) else "", block, char)
            if len(texts) < columns:
                self.extras.append((row.end + 1, columns - len(texts)))
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        self._open = True
        self._shrink()

    @staticmethod
    def _fill(table: QTextTable, row: int, column: int, text: str, block: QTextBlockFormat, char: QTextCharFormat) -> None:
        cursor = table.cellAt(row, column).firstCursorPosition()
        cursor.setBlockFormat(block)
        cursor.setBlockCharFormat(char)
        cursor.insertText(text, char)

    def _shrink(self) -> None:
        flat = QTextBlockFormat()
        flat.setLineHeight(1, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        self._cursor.setBlockFormat(flat)

    def _grid(self) -> QTextTableFormat:
        shape = QTextTableFormat()
        shape.setBorder(1)
        shape.setBorderBrush(self._formats.theme.colour("hairline"))
        shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        shape.setBorderCollapse(True)
        shape.setCellSpacing(0)
        shape.setCellPadding(self._formats.scaled(6))
        shape.setTopMargin(self._formats.scaled(8))
        shape.setBottomMargin(self._formats.scaled(20))
        shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        shape.setAlignment(Qt.AlignmentFlag.AlignLeft)
        return shape


def _form(block: Block) -> tuple[str, int]:
    return block.kind, block.level


def _stretches(text: str, run: Sequence[Block]) -> Iterator[tuple[int, int, bool]]:
    """Give (start, end, joined) of what is written at once: neighbours together, a long paragraph in pieces."""
    start: int | None = None
    end = 0
    for block in run:
        if block.end - block.start <= LONGEST_BLOCK:
            start, end = (block.start if start is None else start), block.end
            continue
        if start is not None:
            yield start, end, False
            start = None
        yield from _pieces(text, block)
    if start is not None:
        yield start, end, False


def _pieces(text: str, block: Block) -> Iterator[tuple[int, int, bool]]:
    """Cut a long paragraph behind sentences where there are any, and never before a character that joins the one before."""
    start = block.start
    while block.end - start > LONGEST_BLOCK:
        end = start + LONGEST_BLOCK
        ends = [found.end() for found in _SENTENCE_END.finditer(text, end - _CUT_BACK, end)]
        if ends:
            end = ends[-1]
        while end > start + LONGEST_BLOCK - _CUT_BACK and _joins(text, end):
            end -= 1
        yield start, end, True
        start = end
    yield start, block.end, False


def _joins(text: str, point: int) -> bool:
    return combining(text[point]) > 0 or text[point] in _JOINERS or text[point - 1] == _JOINERS[0]
