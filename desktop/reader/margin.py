"""The two margins of the page: paragraph numbers left, labels of marks right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from desktop.reader.highlights import Highlights
from desktop.reader.intervals import Mark
from desktop.theme import Theme, ui_font

ROW = 18  # the height of a label, logical pixels
_MOST_PUSHED = 3 * ROW
_FURTHER = 400  # logical pixels above the view in which labels can push others
_TEXT_LEFT = 18
_BAR_LEFT = 10


class View(Protocol):
    """What the margins ask of the text beside them; heights in document coordinates."""

    theme: Theme

    def scrolled(self) -> int: ...
    def numbers_in_view(self) -> Iterable[tuple[int, float]]: ...
    def first_lines(self, top: float, bottom: float) -> Iterable[tuple[float, Mark]]: ...
    def reach(self, mark: Mark) -> tuple[float, float] | None: ...
    def wheelEvent(self, event: QWheelEvent) -> None: ...


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


def words_of(mark: Mark) -> str:
    """Give the words of a label: initials of another coder, the code, how many more, ◇ for an instrument, • for a note."""
    parts = [
        "" if mark.own else mark.coder,
        mark.label,
        f"+{mark.codes - 1}" if mark.codes > 1 else "",
        "◇" if mark.instrument else "",
        "•" if mark.note else "",
    ]
    return " ".join(part for part in parts if part)


class Gutter(QWidget):
    """Paragraph numbers beside their first lines."""

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
            painter.setFont(ui_font(theme.size("small") - 1))
            painter.setPen(theme.colour("muted"))
            scroll = self._page.scrolled()
            for number, base in self._page.numbers_in_view():
                words = str(number)
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
        self.setMouseTracking(True)

    def labels(self) -> list[Label]:
        """Give the labels in view. They are worked out from further above, so that scrolling moves them and no more."""
        top = self._page.scrolled()
        return [
            label
            for label in place_labels(self._page.first_lines(top - _FURTHER, top + self.height()))
            if top - ROW < label.top < top + self.height()
        ]

    def label_under(self, position: QPointF) -> Label | None:
        """Give the label at a place of this widget."""
        y = position.y() + self._page.scrolled()
        return next((label for label in self.labels() if label.top <= y < label.top + ROW), None)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the labels in view, and how far the marks reach that are under the pointer or current."""
        painter = QPainter(self)
        try:
            painter.fillRect(event.rect(), self._page.theme.colour("base"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            font = ui_font(self._page.theme.size("small"))
            painter.setFont(font)
            metrics = QFontMetrics(font)
            painter.translate(0, -self._page.scrolled())
            for id in {self._highlights.current, self._highlights.hovered}:
                self._paint_reach(painter, id)
            for label in self.labels():
                self._paint_label(painter, label, metrics)
        finally:
            painter.end()

    def _paint_reach(self, painter: QPainter, id: int | None) -> None:
        mark = self._highlights.marks.get(id) if id is not None else None
        if mark and (reach := self._page.reach(mark)):
            painter.setPen(QPen(self._page.theme.branch(mark.branch), 1))
            painter.drawLine(QPointF(4.5, reach[0]), QPointF(4.5, reach[1]))

    def _paint_label(self, painter: QPainter, label: Label, metrics: QFontMetrics) -> None:
        theme, mark = self._page.theme, label.mark
        strength = self._highlights.strength(mark)
        colour = theme.branch(mark.branch)
        words = theme.colour("text" if strength == "hover" else "muted")
        if strength == "faded":
            colour.setAlphaF(0.45)
            words.setAlphaF(0.55)
        _paint_bar(painter, mark, QRectF(_BAR_LEFT, label.top + 2, 3, ROW - 4), colour)
        painter.setPen(words)
        room = QRectF(_TEXT_LEFT, label.top, self.width() - _TEXT_LEFT - 4, ROW)
        more = f"+{len(label.hidden)}" if label.hidden else ""
        beside = metrics.horizontalAdvance(more) + _BAR_LEFT if more else 0
        elided = metrics.elidedText(words_of(mark), Qt.TextElideMode.ElideRight, int(room.width() - beside))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, elided)
        room.setLeft(room.left() + metrics.horizontalAdvance(elided) + _BAR_LEFT)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, more)

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
