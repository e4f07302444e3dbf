"""What is painted under the text: fills and lanes of marks, hits of a search, the passage just revealed."""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop.reader.document import Sheet
from desktop.reader.intervals import Intervals, Mark
from desktop.reader.lines import Line
from desktop.theme import Theme

Span = tuple[int, int]
LANES = 4
_FILLS = 2


def fills(marks: Sequence[Mark], most: int = _FILLS) -> Iterator[tuple[Mark, int, int]]:
    """Give which mark fills which stretch: everywhere the shortest of those that overlap there, at most so many."""
    turns = sorted({point for mark in marks for point in (mark.start, mark.end)})
    begins = sorted(marks, key=_start)
    active: list[Mark] = []
    running: dict[int, tuple[Mark, int]] = {}
    at = 0
    for turn in turns:
        active = [mark for mark in active if mark.end > turn]
        while at < len(begins) and begins[at].start <= turn:
            active.append(begins[at])
            at += 1
        chosen = {mark.id: mark for mark in heapq.nsmallest(most, active, key=_length)}
        for id in [id for id in running if id not in chosen]:
            mark, since = running.pop(id)
            yield mark, since, turn
        for id, mark in chosen.items():
            running.setdefault(id, (mark, turn))


def _start(mark: Mark) -> int:
    return mark.start


def _length(mark: Mark) -> tuple[int, int]:
    return mark.end - mark.start, mark.id


class Highlights:
    """Marks, hits and what is under the pointer, and how they look on the lines of a page."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.marks = Intervals()
        self.hits: Sequence[Span] = ()
        self.current_hit = -1
        self.current: int | None = None
        self.hovered: int | None = None
        self.flash: Span | None = None

    def strength(self, mark: Mark) -> str:
        """Give how strongly a mark is painted now: hover, rest or faded."""
        if mark.id in (self.hovered, self.current):
            return "hover"
        return "rest" if self.hovered is None else "faded"

    def paint(self, painter: QPainter, lines: Sequence[Line], sheet: Sheet) -> None:
        """Paint under the lines in view; the painter is in document coordinates."""
        if not lines:
            return
        brush = _Brush(painter, lines, sheet)
        from_qt = sheet.positions.from_qt
        start, end = from_qt(min(line.start for line in lines)), from_qt(max(line.end for line in lines))
        visible = self.marks.overlapping(start, end + 1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for mark, begin, stop in fills(visible):
            brush.fill(begin, stop, self.theme.wash(self.theme.branch(mark.branch), self.strength(mark)))
        if self.flash:
            brush.fill(*self.flash, self.theme.wash(self.theme.colour("accent"), "hover"))
        first = bisect_right(self.hits, start, key=_end_of)
        for index in range(first, bisect_left(self.hits, end, key=_start_of)):
            token = "current_hit" if index == self.current_hit else "search_hit"
            brush.fill(*self.hits[index], self.theme.colour(token))
        for mark in visible:
            if mark.label and (lane := self.marks.lane(mark.id)) < LANES:
                brush.underline(mark.start, mark.end, lane, self._pen(mark))

    def _pen(self, mark: Mark) -> QPen:
        strength = self.strength(mark)
        colour = self.theme.branch(mark.branch)
        colour = colour if strength == "hover" else self.theme.wash(colour, "lane" if strength == "rest" else "hover")
        pen = QPen(colour, 1.5 if mark.own else 1.0)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if mark.unsure:
            pen.setDashPattern([4, 2.5])
        return pen


class _Brush:
    """Paints spans of code points on lines."""

    def __init__(self, painter: QPainter, lines: Sequence[Line], sheet: Sheet) -> None:
        self._painter = painter
        self._lines = sorted(lines, key=_start_of_line)
        self._ends = [line.end for line in self._lines]
        self._to_qt = sheet.positions.to_qt
        self._both_ways = sheet.both_ways

    def _pieces(self, start: int, end: int) -> Iterator[tuple[Line, float, float]]:
        first, last = self._to_qt(start), self._to_qt(end)
        for index in range(bisect_right(self._ends, first), len(self._lines)):
            line = self._lines[index]
            if line.start >= last:
                return
            for left, right in line.spans(first, last, self._both_ways):
                yield line, left, right

    def fill(self, start: int, end: int, colour: QColor) -> None:
        """Fill behind a span."""
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(colour)
        for line, left, right in self._pieces(start, end):
            pad = 0.16 * line.size
            self._painter.drawRoundedRect(QRectF(left, line.top - pad, right - left, line.size + 2 * pad), 2.5, 2.5)

    def underline(self, start: int, end: int, lane: int, pen: QPen) -> None:
        """Draw the line of a lane under a span."""
        self._painter.setPen(pen)
        for line, left, right in self._pieces(start, end):
            y = line.bottom + 0.17 * line.size + 0.75 + 2.75 * lane
            self._painter.drawLine(QLineF(left, y, right, y))


def _start_of(span: Span) -> int:
    return span[0]


def _end_of(span: Span) -> int:
    return span[1]


def _start_of_line(line: Line) -> int:
    return line.start
