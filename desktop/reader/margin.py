"""The two margins of the page: paragraph numbers left, labels of marks right."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QEvent, QLineF, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen, QStaticText, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from desktop.reader.document import Sheet
from desktop.reader.highlights import LANES, Highlights
from desktop.reader.intervals import Mark
from desktop.reader.lines import Line, lines_between
from desktop.theme import Theme, blend, ui_font

ROW = 18  # the height of a label, logical pixels
_MOST_PUSHED = 3 * ROW
_FURTHER = 400  # logical pixels above the view in which labels can push others
_LANE_LEFT, _LANE = 1.5, 3.0
_BAR_LEFT = 16
_TEXT_LEFT = 24
_ABOUT = 0.3  # of a line's letters, by which its rung is higher than they are, above and below
_MOST_WRITTEN = 1_000


class View(Protocol):
    """What the margins ask of the text beside them; heights in document coordinates."""

    theme: Theme
    sheet: Sheet

    def scrolled(self) -> int: ...
    def paragraph_in_hand(self) -> int: ...
    def numbers_in_view(self) -> Iterable[tuple[int, float]]: ...
    def wheelEvent(self, event: QWheelEvent) -> None: ...


class Ladder:
    """Lines of the text from above to below, and where marks begin and reach on them."""

    def __init__(self, sheet: Sheet, top: float, bottom: float) -> None:
        self._to_qt = sheet.positions.to_qt
        self.lines = sorted(lines_between(sheet.document, max(top, 0), bottom), key=_start)
        self._starts = [line.start for line in self.lines]
        from_qt = sheet.positions.from_qt
        self.start = from_qt(self._starts[0]) if self.lines else 0
        self.end = from_qt(self.lines[-1].end) + 1 if self.lines else 0

    def first_line(self, mark: Mark) -> Line | None:
        """Give the line that a mark begins on, if it is one of these."""
        if not self.lines or not self.start <= mark.start < self.end:
            return None
        return self.lines[self._index(self._to_qt(mark.start))]

    def rungs(self, mark: Mark) -> range:
        """Give the indexes of the lines that a mark stands on."""
        first, last = self._to_qt(mark.start), self._to_qt(mark.end)
        if not self.lines or last <= self._starts[0] or first >= self.lines[-1].end:
            return range(0)
        return range(self._index(first), self._index(last - 1) + 1)

    def reach(self, mark: Mark, shared: Container[int]) -> tuple[float, float]:
        """Give from where to where a mark reaches: whole lines, but part of one whose lane it shares with another mark."""
        rungs = self.rungs(mark)
        above, below = self._box(rungs[0]), self._box(rungs[-1])
        top = self._within(rungs[0], self._to_qt(mark.start)) if rungs[0] in shared else above[0]
        return top, self._within(rungs[-1], self._to_qt(mark.end)) if rungs[-1] in shared else below[1]

    def _index(self, place: int) -> int:
        return max(0, bisect_right(self._starts, place) - 1)

    def _box(self, index: int) -> tuple[float, float]:
        line = self.lines[index]
        return line.top - _ABOUT * line.size, line.bottom + _ABOUT * line.size

    def _within(self, index: int, place: int) -> float:
        line, (top, bottom) = self.lines[index], self._box(index)
        return top + (bottom - top) * min(max((place - line.start) / max(line.end - line.start, 1), 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Label:
    """A label of the margin at its top, in document coordinates; `hidden` are the marks that found no room under it."""

    mark: Mark
    top: float
    hidden: tuple[Mark, ...] = ()


def place_labels(wanted: Iterable[tuple[float, Mark]], row: float = ROW, most: float = _MOST_PUSHED) -> list[Label]:
    """Push labels apart downwards, in order of place; one that would go too far from its line is hidden under the last."""
    labels: list[Label] = []
    hidden: list[list[Mark]] = []
    free = float("-inf")
    for top, mark in wanted:
        if labels and free - top > most:
            hidden[-1].append(mark)
            continue
        labels.append(Label(mark, max(top, free)))
        hidden.append([])
        free = labels[-1].top + row
    return [Label(each.mark, each.top, tuple(under)) for each, under in zip(labels, hidden, strict=True)]


def parts_of(mark: Mark) -> tuple[str, str, str]:
    """Give a label's words before its name, the name, which alone is cut off where there is no room, and those behind it."""
    coder = "" if mark.own else mark.coder
    note = "•" if mark.note else ""
    if mark.label:
        behind = (f"+{mark.codes - 1}" if mark.codes > 1 else "", "◇" if mark.instrument else "", note)
        return coder, mark.label, _joined(*behind)
    return _joined(coder, "◇" if mark.instrument else ""), mark.instrument_name, note


def words_of(mark: Mark) -> str:
    """Give the words of a label: initials of another coder, the code, how many more, ◇ for an instrument, • for a note.

    Without a code the instrument is named.
    """
    return _joined(*parts_of(mark))


def written(mark: Mark, more: str, metrics: QFontMetrics, room: int) -> str:
    """Give the words of a label in the room they have: only its name is cut off, what stands behind it is always shown."""
    before, name, behind = parts_of(mark)
    kept = metrics.horizontalAdvance(_joined(before, " ", behind) + more)
    return _joined(before, metrics.elidedText(name, Qt.TextElideMode.ElideRight, max(room - kept, 0)), behind) + more


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def number_font(theme: Theme) -> QFont:
    """Give the font of paragraph numbers."""
    return ui_font(theme.size("small") - 1)


class Gutter(QWidget):
    """Paragraph numbers beside their first lines; that of the paragraph which keys work in stands out."""

    def __init__(self, parent: QWidget, page: View) -> None:
        super().__init__(parent)
        self._page = page
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the numbers of the paragraphs in view."""
        theme = self._page.theme
        painter = QPainter(self)
        try:
            painter.fillRect(event.rect(), theme.colour("base"))
            painter.setFont(number_font(theme))
            scroll, in_hand = self._page.scrolled(), self._page.paragraph_in_hand()
            for number, base in self._page.numbers_in_view():
                words = str(number)
                painter.setPen(theme.colour("focus" if number == in_hand else "muted"))
                left = self.width() - painter.fontMetrics().horizontalAdvance(words)
                painter.drawText(QPointF(left, base - scroll), words)
        finally:
            painter.end()


class Margin(QWidget):
    """Labels of marks beside their first lines; they answer to the pointer like the marks themselves."""

    activated = Signal(int)
    hovered = Signal(object)  # a mark's id, or None
    several_requested = Signal(list)

    def __init__(self, parent: QWidget, page: View, highlights: Highlights) -> None:
        super().__init__(parent)
        self._page = page
        self._highlights = highlights
        self._written: dict[tuple[str, str, int], QStaticText] = {}  # labels as they are written
        self.setMouseTracking(True)

    def labels(self) -> list[Label]:
        """Give the labels in view. They are worked out from further above, so that scrolling moves them and no more."""
        return self._labels(self._ladder())

    def _ladder(self) -> Ladder:
        top = self._page.scrolled()
        return Ladder(self._page.sheet, top - _FURTHER, top + self.height())

    def _labels(self, ladder: Ladder) -> list[Label]:
        wanted = []
        for mark in self._highlights.marks.overlapping(ladder.start, ladder.end):
            if words_of(mark) and (line := ladder.first_line(mark)):
                wanted.append(((line.top + line.bottom - ROW) / 2, mark))
        top = self._page.scrolled()
        labels = place_labels(sorted(wanted, key=_top))
        return [label for label in labels if top - ROW < label.top < top + self.height()]

    def label_under(self, position: QPointF) -> Label | None:
        """Give the label at a place of this widget."""
        y = position.y() + self._page.scrolled()
        return next((label for label in self.labels() if label.top <= y < label.top + ROW), None)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lanes of marks that take several lines, or are under the pointer or current, and the labels in view."""
        theme = self._page.theme
        painter = QPainter(self)
        try:
            painter.fillRect(event.rect(), theme.colour("base"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(0, -self._page.scrolled())
            ladder = self._ladder()
            self._paint_lanes(painter, ladder)
            font = ui_font(theme.size("small"))
            painter.setFont(font)
            metrics = QFontMetrics(font)
            for label in self._labels(ladder):
                self._paint_label(painter, label, metrics)
        finally:
            painter.end()

    def _paint_lanes(self, painter: QPainter, ladder: Ladder) -> None:
        marks = [(mark, ladder.rungs(mark)) for mark in self._highlights.marks.overlapping(ladder.start, ladder.end)]
        lane_of = self._highlights.marks.lane
        on = Counter((min(lane_of(mark.id), LANES), rung) for mark, rungs in marks for rung in rungs)
        for mark, rungs in marks:
            lane = min(lane_of(mark.id), LANES)
            if (len(rungs) > 1 and lane < LANES) or (rungs and self._highlights.strength(mark) in ("current", "hover")):
                top, bottom = ladder.reach(mark, {rung for rung in (rungs[0], rungs[-1]) if on[lane, rung] > 1})
                x = _LANE_LEFT + _LANE * lane
                painter.setPen(self._highlights.pen(mark))
                painter.drawLine(QLineF(x, top + 1, x, bottom - 1))
        for rung, line in enumerate(ladder.lines):
            if on[LANES, rung] > on[LANES, rung - 1]:
                self._paint_count(painter, line, on[LANES, rung])

    def _paint_count(self, painter: QPainter, line: Line, count: int) -> None:
        """Tell how many marks more than there are lanes begin to stand on a line."""
        theme = self._page.theme
        painter.setFont(ui_font(theme.size("small") - 3))
        room = QRectF(0, line.top, _BAR_LEFT, line.size)
        painter.fillRect(room, theme.colour("base"))
        painter.setPen(theme.colour("muted"))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, f"+{count}")

    def _paint_label(self, painter: QPainter, label: Label, metrics: QFontMetrics) -> None:
        theme, mark = self._page.theme, label.mark
        strength = self._highlights.strength(mark)
        colour = theme.branch(mark.branch)
        if strength in ("aside", "faded"):
            colour = blend(colour, theme.colour("base"), 0.75 if strength == "aside" else 0.45)
        _paint_bar(painter, mark, QRectF(_BAR_LEFT, label.top + 2, 3, ROW - 4), colour)
        painter.setPen(self._highlights.label_colour(strength))
        words = self._label_as_written(label, metrics)
        painter.drawStaticText(QPointF(_TEXT_LEFT, label.top + (ROW - metrics.height()) / 2), words)

    def _label_as_written(self, label: Label, metrics: QFontMetrics) -> QStaticText:
        """Give a label's words in the room they have, cut off if need be, and how many are hidden under it."""
        more = f"  +{len(label.hidden)}" if label.hidden else ""
        room = self.width() - _TEXT_LEFT - 4
        key = words_of(label.mark), more, room
        if key not in self._written:
            if len(self._written) > _MOST_WRITTEN:
                self._written.clear()
            words = QStaticText(written(label.mark, more, metrics, room))
            words.setTextFormat(Qt.TextFormat.PlainText)
            self._written[key] = words
        return self._written[key]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show which mark a label belongs to."""
        label = self.label_under(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if label else Qt.CursorShape.ArrowCursor)
        self.hovered.emit(label.mark.id if label else None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the mark of a label, or offer those that are hidden under it."""
        label = self.label_under(event.position())
        if label is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if label.hidden:
            self.several_requested.emit([mark.id for mark in (label.mark, *label.hidden)])
        else:
            self.activated.emit(label.mark.id)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the page."""
        self._page.wheelEvent(event)

    def event(self, event: QEvent) -> bool:
        """Tell the whole words of a label that is cut off; forget the pointer when it leaves."""
        if event.type() == QEvent.Type.ToolTip:
            position = self.mapFromGlobal(QPoint(self.cursor().pos()))
            label = self.label_under(QPointF(position))
            QToolTip.showText(self.cursor().pos(), _all_words(label) if label else "", self)
            return True
        if event.type() == QEvent.Type.Leave:
            self.hovered.emit(None)
        return super().event(event)

    def sizeHint(self) -> QSize:
        """Give the least width, which is the design's."""
        return QSize(self._page.theme.size("margin"), 0)


def _all_words(label: Label) -> str:
    return "\n".join(words_of(mark) for mark in (label.mark, *label.hidden))


def _paint_bar(painter: QPainter, mark: Mark, bar: QRectF, colour: QColor) -> None:
    """Paint a bar: solid for one's own mark, hollow for another coder's, broken for an unsure one."""
    pieces: Sequence[QRectF] = [bar]
    if mark.unsure:
        pieces = [QRectF(bar.left(), bar.top() + step, bar.width(), 4) for step in (0.0, 5.0, 10.0)]
    if mark.own:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
    else:
        painter.setPen(QPen(colour, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pieces = [piece.adjusted(0.5, 0.5, 0.5, -0.5) for piece in pieces]
    for piece in pieces:
        painter.drawRoundedRect(piece, 1, 1)


def _start(line: Line) -> int:
    return line.start


def _top(wanted: tuple[float, Mark]) -> float:
    return wanted[0]
