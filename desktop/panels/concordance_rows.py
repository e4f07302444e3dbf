"""How the lines of a concordance are drawn, in columns that hold where they stand, and worked by keys."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from db.search.concordance import Line
from desktop.models.articles import RECORD
from desktop.models.concordance import BARS, CodeBar, ConcordanceModel, as_table
from desktop.panels.painting import draw_elided, paint_ground, smaller
from desktop.panels.parts import TokenView

_ROW, _PAD, _GAP = 28, 16, 8
_BARS = 4
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_Flag = QItemSelectionModel.SelectionFlag


def columns(width: int, match: int) -> tuple[QRect, QRect, QRect, QRect]:
    """Give the places of left context, match, right context and title in a row, for a widest match in pixels."""
    title = max(0, min(220, width // 5)) if width >= 480 else 0
    room = width - 2 * _PAD - (title + 2 * _GAP if title else 0)
    match = max(0, min(match, room // 3))
    side = (room - match) // 2
    left, middle = QRect(_PAD, 0, side - _GAP, _ROW), QRect(_PAD + side, 0, match, _ROW)
    right = QRect(middle.right() + 1 + _GAP, 0, side - _GAP, _ROW)
    return left, middle, right, QRect(width - _PAD - title, 0, title, _ROW)


class LineDelegate(QStyledItemDelegate):
    """The match in the middle, what stands before it up against it, what stands behind it, the title and its codes."""

    def __init__(self, view: ConcordanceList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(240, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        view, line = self._view, index.data(RECORD)
        if not isinstance(line, Line):
            return
        painter.save()
        box: QRect = option.rect
        paint_ground(painter, view, box, option.state)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(QRect(box.left(), box.top(), 2, box.height()), view.colour("accent"))
        left, middle, right, title = (place.translated(0, box.top()) for place in columns(box.width(), view.widest))
        painter.setPen(view.colour("text"))
        flush = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(left, flush, painter.fontMetrics().elidedText(line.left, Qt.TextElideMode.ElideLeft, left.width()))
        draw_elided(painter, right, line.right)
        if title.width():
            self._paint_aside(painter, title, line, index.data(BARS))
        chosen = option.state & QStyle.StateFlag.State_Selected
        painter.setFont(bold(view.font()))
        painter.setPen(view.colour("text" if chosen else "accent"))
        shown = painter.fontMetrics().elidedText(line.match, Qt.TextElideMode.ElideMiddle, middle.width())
        painter.drawText(middle, Qt.AlignmentFlag.AlignCenter, shown)
        painter.restore()

    def _paint_aside(self, painter: QPainter, box: QRect, line: Line, bars: tuple[CodeBar, ...]) -> None:
        font, view = painter.font(), self._view
        painter.setFont(smaller(painter))
        painter.setPen(view.colour("muted"))
        room = paint_bars(painter, QRect(box.left(), box.top() + 7, box.width(), _ROW - 14), view, bars)
        draw_elided(painter, box.adjusted(room, 0, 0, 0), line.title)
        painter.setFont(font)


def paint_bars(painter: QPainter, box: QRect, view: TokenView, bars: tuple[CodeBar, ...]) -> int:
    """Paint the codes as small bars from the left of a box, and how many more there are; gives the pixels taken."""
    x = box.left()
    for bar in bars[:_BARS]:
        painter.fillRect(QRect(x, box.top(), 3, box.height()), QColor(bar.colour) if bar.colour else view.colour(bar.branch))
        x += 5
    if len(bars) > _BARS:
        more = f"+{len(bars) - _BARS}"
        painter.drawText(QRect(x, box.top(), 30, box.height()), Qt.AlignmentFlag.AlignVCenter, more)
        x += painter.fontMetrics().horizontalAdvance(more) + 2
    return x - box.left() + 4 if bars else 0


def bold(font: QFont) -> QFont:
    """Give a font in the weight of what was found."""
    made = QFont(font)
    made.setWeight(QFont.Weight.DemiBold)
    return made


class ConcordanceList(TokenView):
    """Lines of one height: a click selects, a double click and Enter open, Ctrl+C copies as a table."""

    def __init__(self, model: ConcordanceModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = model
        self.widest = 0  # pixels of the widest match
        self.setModel(model)
        self.setItemDelegate(LineDelegate(self))
        self.setUniformItemSizes(True)
        self.setSelectionMode(TokenView.SelectionMode.ExtendedSelection)
        self.clicked.disconnect(self.chosen)
        self.doubleClicked.connect(self.chosen)

    def chosen_rows(self) -> list[int]:
        """Give the selected rows from above to below."""
        parts = self.selectionModel().selection().toList()
        return sorted(row for part in parts for row in range(part.top(), part.bottom() + 1))

    def select_rows(self, rows: list[int]) -> None:
        """Select rows and stand on the first."""
        selection = QItemSelection()
        for row in rows:
            selection.select(self._lines.index(row), self._lines.index(row))
        self.selectionModel().setCurrentIndex(self._lines.index(rows[0] if rows else 0), _Flag.NoUpdate)
        self.selectionModel().select(selection, _Flag.ClearAndSelect)
        self.scrollTo(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            rows = self.chosen_rows()
            if rows:
                QGuiApplication.clipboard().setText(as_table(line for row in rows if (line := self._lines.line(row))))
            event.accept()
        elif event.text().strip() and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier & ~_SHIFT:
            event.ignore()  # digits and signs are the view's
        else:
            super().keyPressEvent(event)
