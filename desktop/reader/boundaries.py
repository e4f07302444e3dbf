"""The two ends of the current mark, as the mouse takes hold of them and moves them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from unicodedata import bidirectional

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from desktop.reader.document import Sheet
from desktop.reader.highlights import Highlights
from desktop.reader.intervals import Mark
from desktop.reader.lines import Line
from desktop.reader.stepping import Edge, Span, Steps

_REACH = 5  # logical pixels on either side of an edge
_BAR, _DOT, _FOOT = 2.0, 3.5, 5.0


@dataclass(frozen=True, slots=True)
class Handle:
    """Where an end of a mark can be taken hold of, in document coordinates."""

    edge: Edge
    x: float
    top: float
    bottom: float
    opens_right: bool  # the mark lies to the right of it

    def holds(self, place: QPointF) -> bool:
        """Whether a place is near enough."""
        return abs(place.x() - self.x) <= _REACH and self.top <= place.y() <= self.bottom


class Boundaries:
    """Which end of the current mark is under the pointer, and where it is being dragged to; only one's own marks move."""

    def __init__(self, highlights: Highlights) -> None:
        self._highlights = highlights
        self.near: Edge | None = None  # under the pointer
        self.held: Edge | None = None  # being dragged
        self._mark: Mark | None = None
        self._span: Span = (0, 0)

    def current(self) -> Mark | None:
        """Give the mark whose ends can be moved now."""
        id = self._highlights.current
        mark = self._highlights.marks.get(id) if id is not None else None
        return mark if mark and mark.own else None

    def edge_under(self, text: str, place: QPointF, lines: Sequence[Line], sheet: Sheet) -> Edge | None:
        """Give the end that lies under a place of the document, among these lines."""
        mark = self.current()
        if mark is None:
            return None
        handles = [each for each in _handles(text, (mark.start, mark.end), lines, sheet) if each.holds(place)]
        return min(handles, key=partial(_distance, place)).edge if handles else None

    # ---- dragging

    def begin(self) -> None:
        """Take hold of the end under the pointer."""
        self._mark, self.held = self.current(), self.near
        if self._mark:
            self._span = self._mark.start, self._mark.end

    def drag(self, point: int, steps: Steps) -> Span:
        """Move the end that is held to a code point, as far as it can go; gives the span as it would be."""
        if self._mark and self.held and (found := steps.with_edge((self._mark.start, self._mark.end), self.held, point)):
            self._span = found
        return self._span

    def end(self) -> tuple[int, int, int] | None:
        """Let go; gives (id, start, end) of a mark that is to be moved."""
        mark, self._mark, self.held = self._mark, None, None
        if mark is None or self._span == (mark.start, mark.end) or self._highlights.marks.get(mark.id) != mark:
            return None
        return mark.id, *self._span

    # ---- painting

    def paint(self, painter: QPainter, text: str, lines: Sequence[Line], sheet: Sheet) -> None:
        """Paint brackets at both ends of the current mark; those that can be moved have a knob."""
        id = self._highlights.current
        mark = self._mark or (self._highlights.marks.get(id) if id is not None else None)
        if mark is None:
            return
        colour = self._highlights.theme.branch(mark.branch)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        for handle in _handles(text, self._span if self.held else (mark.start, mark.end), lines, sheet):
            x = max(handle.x, _BAR / 2)  # nothing can be painted left of the column
            painter.drawRect(QRectF(x - _BAR / 2, handle.top, _BAR, handle.bottom - handle.top))
            foot = x if handle.opens_right else x - _FOOT
            for y in (handle.top, handle.bottom - _BAR):
                painter.drawRect(QRectF(foot, y, _FOOT, _BAR))
            if mark.own:
                y = handle.top if handle.edge == "start" else handle.bottom
                painter.drawEllipse(QPointF(max(x, _DOT), y), _DOT, _DOT)


def _handles(text: str, span: Span, lines: Sequence[Line], sheet: Sheet) -> Iterator[Handle]:
    """Give the handles of a span that lie on these lines."""
    for edge, point in (("start", span[0]), ("end", span[1] - 1)):
        first, last = sheet.positions.to_qt(point), sheet.positions.to_qt(point + 1)
        line = next((each for each in lines if each.start <= first < each.end), None)
        sides = line.spans(first, last, sheet.both_ways) if line else []
        if line and sides:
            backwards = sheet.both_ways and bidirectional(text[point]) in ("R", "AL")
            right = (edge == "start") != backwards
            x = sides[0][0] if right else sides[-1][1]
            pad = 0.16 * line.size
            yield Handle("start" if edge == "start" else "end", x, line.top - pad, line.bottom + pad, right)


def _distance(place: QPointF, handle: Handle) -> float:
    return abs(handle.x - place.x())
