"""Where characters stand: the lines of a laid out document, in document coordinates and Qt positions."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QAbstractTextDocumentLayout, QTextBlock, QTextCursor, QTextDocument, QTextLayout, QTextLine

# Cells of one row stand side by side and begin at one height, but do not end at one: so many may have to be looked at.
_SIDE_BY_SIDE = 13
# QTextFormat.Property.FontPixelSize as a plain number: asking the enumeration for it takes longer than the rest.
_PIXELS = 0x2009


@dataclass(slots=True)  # not frozen: some hundred are made for each paint
class Line:
    """One line: Qt positions start:end, the origin of its block, its base line and the height of its letters."""

    block: QTextBlock
    layout: QTextLayout
    line: QTextLine
    origin: QPointF
    start: int
    end: int
    base: float
    size: float

    @property
    def top(self) -> float:
        """The top of its ideographs."""
        return self.base - 0.88 * self.size

    @property
    def bottom(self) -> float:
        """The bottom of its ideographs."""
        return self.base + 0.12 * self.size

    def spans(self, start: int, end: int, both_ways: bool) -> list[tuple[float, float]]:
        """Give the stretches (left, right) that Qt positions start:end take; several where writing runs both ways."""
        start, end = max(start, self.start), min(end, self.end)
        if start >= end:
            return []
        at = self.block.position()
        if both_ways:
            return self._by_glyphs(start - at, end - at)
        left, right = _x(self.line, start - at), _x(self.line, end - at)
        natural = self.line.x() + self.line.naturalTextWidth()
        if right > left or end == self.end:  # else nothing that has a width
            right = min(right, natural) if right > left else natural
        return [(self.origin.x() + left, self.origin.x() + right)] if right > left else []

    def _by_glyphs(self, start: int, length_end: int) -> list[tuple[float, float]]:
        rects = [run.boundingRect() for run in self.line.glyphRuns(start, length_end - start)]
        x, room = self.origin.x(), self.line.naturalTextRect()  # beyond it is only white space at the end of a line
        clipped = ((max(rect.left(), room.left()), min(rect.right(), room.right())) for rect in rects)
        stretches = sorted((x + left, x + right) for left, right in clipped if left < right)
        joined: list[tuple[float, float]] = []
        for left, right in stretches:
            if joined and left <= joined[-1][1] + 1:
                joined[-1] = joined[-1][0], max(right, joined[-1][1])
            else:
                joined.append((left, right))
        return joined

    def position_under(self, x: float) -> int | None:
        """Give the Qt position of the character under x, or nothing beside the line."""
        x -= self.origin.x()
        room = self.line.naturalTextRect()
        if not room.left() <= x <= room.right():
            return None
        position = self.block.position() + self.line.xToCursor(x, QTextLine.CursorPosition.CursorOnCharacter)
        return position if self.start <= position < self.end else None


def lines_between(document: QTextDocument, top: float, bottom: float) -> Iterator[Line]:
    """Give the lines that touch top:bottom, from above to below, laying out no further than that."""
    layout = document.documentLayout()
    block = _first_reaching(document, layout, top)
    back = 0
    while block.previous().isValid() and (not back or (back < _SIDE_BY_SIDE and QTextCursor(block).currentTable() is not None)):
        block = block.previous()  # a mark under a line belongs to it; cells of one row reach down unequally
        back += 1
    while block.isValid():
        rect = layout.blockBoundingRect(block)
        if rect.top() > bottom:
            return
        if rect.bottom() >= top:
            yield from _lines(block, rect, top, bottom)
        block = block.next()


def first_bare(document: QTextDocument) -> int:
    """Give the number of the first block that is not laid out yet; the number of blocks if all are."""

    def is_bare(number: int) -> bool:
        own = document.findBlockByNumber(number).layout()
        return own is None or own.lineCount() == 0

    count = document.blockCount()
    return bisect_left(range(count), True, key=is_bare) if is_bare(count - 1) else count


def _first_reaching(document: QTextDocument, layout: QAbstractTextDocumentLayout, top: float) -> QTextBlock:
    """Give the first block that ends below a height, or the last one.

    Qt's own hitTest goes through all blocks behind a place between two, and laying out is lazy: so look among those that are
    laid out, and then go on in growing steps.
    """

    def reaches(number: int) -> bool:
        return layout.blockBoundingRect(document.findBlockByNumber(number)).bottom() >= top

    last = document.blockCount() - 1
    numbers = range(last + 1)
    low, high, stride = 0, max(first_bare(document) - 1, 0), 1
    while high < last and not reaches(high):
        low, high, stride = high, min(high + stride, last), 2 * stride
    return document.findBlockByNumber(bisect_left(numbers, True, low, high, key=reaches))


def line_at(document: QTextDocument, position: int) -> Line | None:
    """Give the line that holds a Qt position, laying the text out as far as that."""
    block = document.findBlock(position)
    if not block.isValid():
        return None
    rect = document.documentLayout().blockBoundingRect(block)
    layout = block.layout()
    if layout is None or layout.lineCount() == 0:
        return None
    line = layout.lineForTextPosition(position - block.position())
    return _line(block, layout, line if line.isValid() else layout.lineAt(layout.lineCount() - 1), rect, _size(block))


def _lines(block: QTextBlock, rect: QRectF, top: float, bottom: float) -> Iterator[Line]:
    layout = block.layout()
    if layout is None:
        return
    count, size = layout.lineCount(), _size(block)
    first, last = 0, count
    while first < last:  # a paragraph of 100,000 characters has thousands of lines
        middle = (first + last) // 2
        line = layout.lineAt(middle)
        if rect.top() + line.y() + 2 * line.height() < top:
            first = middle + 1
        else:
            last = middle
    for index in range(first, count):
        line = layout.lineAt(index)
        if rect.top() + line.y() > bottom:
            return
        yield _line(block, layout, line, rect, size)


def _line(block: QTextBlock, layout: QTextLayout, line: QTextLine, rect: QRectF, size: float) -> Line:
    start = block.position() + line.textStart()
    leading = max(line.leading(), 0.0) if line.leadingIncluded() else 0.0
    base = rect.top() + line.y() + line.ascent() + leading
    return Line(block, layout, line, rect.topLeft(), start, start + line.textLength(), base, size)


def _size(block: QTextBlock) -> float:
    # Every block of text has its own; Qt's layouts do not tell the font they use.
    return float(block.charFormat().intProperty(_PIXELS) or 1)


def _x(line: QTextLine, position: int) -> float:
    found: object = line.cursorToX(position)  # the binding gives (x, position), its stubs say object
    x = found[0] if isinstance(found, tuple) else found
    return x if isinstance(x, float) else 0.0
