"""How candidates are drawn and stepped through: a box, the passage with its hits among the words around it, its codes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from db.search.marking import Candidate
from desktop.models.articles import RECORD
from desktop.models.candidates import SHOWN, WHETHER, CandidatesModel, Heading, Piece
from desktop.models.concordance import BARS, CodeBar
from desktop.panels.concordance_rows import bold, paint_bars
from desktop.panels.difference_view import formats
from desktop.panels.painting import draw_elided, smaller
from desktop.panels.parts import TokenView
from desktop.reader.positions import Positions
from desktop.words import tr

ROW = 52
_PAD, _BOX, _TEXT, _ASIDE, _PITCH = 16, 14, 44, 168, 20
_LEFT_OUT = 0.75  # opacity of what is left out
_Cursor = TokenView.CursorAction


class CandidateDelegate(QStyledItemDelegate):
    """Rows of one height, so that thousands are laid out at once."""

    def __init__(self, view: CandidatesList, model: CandidatesModel) -> None:
        super().__init__(view)
        self._view = view
        self._model = model

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(240, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        row = index.data(RECORD)
        painter.save()
        if isinstance(row, Heading):
            self._paint_heading(painter, option.rect, row)
        elif isinstance(row, Candidate):
            if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
                painter.fillRect(option.rect, self._view.colour("hover"))  # what is chosen is what is ticked
            if option.state & QStyle.StateFlag.State_HasFocus:
                painter.fillRect(QRect(0, option.rect.top(), 2, ROW), self._view.colour("accent"))
            self._paint_candidate(painter, option.rect, row, index)
        painter.restore()

    def _paint_heading(self, painter: QPainter, box: QRect, heading: Heading) -> None:
        view, taken = self._view, self._model.tally(heading)
        inside = QRect(box.left(), box.top() + 16, box.width(), ROW - 20)
        self._paint_box(painter, inside, taken == heading.count, partly=bool(taken))
        painter.setFont(bold(view.font()))
        painter.setPen(view.colour("text"))
        draw_elided(painter, inside.adjusted(_TEXT, 0, -_ASIDE, 0), heading.title)
        painter.setFont(view.font())
        painter.setFont(smaller(painter))
        painter.setPen(view.colour("muted"))
        tally = tr("{count} of {all}", count=taken, all=heading.count)
        painter.drawText(inside.adjusted(0, 0, -_PAD, 0), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tally)
        painter.setPen(view.colour("hairline"))
        painter.drawLine(box.left() + _PAD, box.bottom(), box.right() - _PAD, box.bottom())

    def _paint_candidate(
        self, painter: QPainter, box: QRect, candidate: Candidate, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        on = bool(index.data(WHETHER))
        self._paint_box(painter, box, on)
        if not on:
            painter.setOpacity(_LEFT_OUT)
        aside = _ASIDE if candidate.already else 0
        if aside:
            self._paint_already(painter, box.adjusted(box.width() - _ASIDE, 0, -_PAD, 0), index.data(BARS))
        width = box.width() - _TEXT - _PAD - aside
        layout, cut = laid_out(index.data(SHOWN), self._view, width)
        painter.setPen(self._view.colour("muted"))
        top = box.top() + (ROW - _PITCH * max(1, layout.lineCount())) // 2
        layout.draw(painter, QPointF(box.left() + _TEXT, top))
        if cut:
            last = layout.lineAt(layout.lineCount() - 1)
            painter.drawText(QPointF(box.left() + _TEXT + last.naturalTextWidth(), top + last.y() + last.ascent()), "…")

    def _paint_already(self, painter: QPainter, box: QRect, bars: Sequence[CodeBar]) -> None:
        font = painter.font()
        painter.setFont(smaller(painter))
        painter.setPen(self._view.colour("muted"))
        draw_elided(painter, QRect(box.left(), box.top() + 6, box.width(), _PITCH), tr("already tagged"))
        below = QRect(box.left(), box.top() + 6 + _PITCH, box.width(), _PITCH)
        room = paint_bars(painter, below.adjusted(0, 3, 0, -3), self._view, tuple(bars))
        draw_elided(painter, below.adjusted(room, 0, 0, 0), tr(", ").join(bar.name for bar in bars))
        painter.setFont(font)

    def _paint_box(self, painter: QPainter, box: QRect, on: bool, *, partly: bool = False) -> None:
        """Paint a box: ticked, empty, or with a line through where some are taken."""
        view = self._view
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        square = QRectF(box.left() + _PAD + 0.5, box.center().y() - _BOX / 2 + 0.5, _BOX - 1, _BOX - 1)
        painter.setPen(QPen(view.colour("accent" if on or partly else "muted"), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(square, 2, 2)
        painter.setPen(QPen(view.colour("accent"), 1.8))
        if on:
            tick = ((0.22, 0.52), (0.42, 0.73), (0.8, 0.27))
            at = [QPointF(square.left() + x * square.width(), square.top() + y * square.height()) for x, y in tick]
            painter.drawPolyline(at)
        elif partly:
            y = square.center().y()
            painter.drawLine(QPointF(square.left() + 3.5, y), QPointF(square.right() - 3.5, y))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def laid_out(pieces: Sequence[Piece], view: TokenView, width: int) -> tuple[QTextLayout, bool]:
    """Lay out the words of a row in at most two lines of a width in pixels; gives whether there are more."""
    looks = {kind: QTextCharFormat() for kind in ("around", "inside", "hit", "gap")}
    for kind, look in looks.items():
        look.setForeground(view.colour("text" if kind in ("inside", "hit") else "muted"))
    looks["hit"].setBackground(view.colour("search_hit"))
    looks["hit"].setFontWeight(600)
    text = "".join(piece.text for piece in pieces)
    layout = QTextLayout(text, view.font())
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.setFormats(formats([(piece.text, looks[piece.kind]) for piece in pieces]))
    layout.beginLayout()
    while layout.lineCount() < 2 and (line := layout.createLine()).isValid():
        line.setLineWidth(width if layout.lineCount() < 2 else width - view.fontMetrics().horizontalAdvance("…"))
        line.setPosition(QPointF(0, (layout.lineCount() - 1) * _PITCH))
    layout.endLayout()
    last = layout.lineAt(layout.lineCount() - 1) if layout.lineCount() else None
    return layout, last is not None and last.textStart() + last.textLength() < Positions(text).to_qt(len(text))


class CandidatesList(TokenView):
    """Steps over headings; a click on a box takes or leaves, a double click and Enter open the place."""

    box_clicked = Signal(int)
    heading_clicked = Signal(int)

    def __init__(self, model: CandidatesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._candidates = model
        self.setModel(model)
        self.setItemDelegate(CandidateDelegate(self, model))
        self.setUniformItemSizes(True)
        self.clicked.disconnect(self.chosen)
        self.doubleClicked.connect(self.chosen)

    def moveCursor(self, action: TokenView.CursorAction, _modifiers: Qt.KeyboardModifier) -> QModelIndex:
        last, here = self._candidates.rowCount() - 1, self.currentIndex().row()
        page = max(1, self.viewport().height() // ROW - 1)
        steps = {
            _Cursor.MoveUp: -1, _Cursor.MovePrevious: -1, _Cursor.MoveDown: 1, _Cursor.MoveNext: 1, _Cursor.MovePageUp: -page,
            _Cursor.MovePageDown: page, _Cursor.MoveHome: -last, _Cursor.MoveEnd: last,
        }  # fmt: skip
        by = steps.get(action, 0)
        row = max(0, min(here + by, last))
        found = self._nearest(row, 1 if by >= 0 else -1)
        return self._candidates.index(here if found is None else found)

    def _nearest(self, row: int, by: int) -> int | None:
        """Give the candidate nearest to a row, first in one direction."""
        for step in (by, -by):
            at = row
            while 0 <= at < self._candidates.rowCount():
                if self._candidates.candidate(at) is not None:
                    return at
                at += step
        return None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() == Qt.Key.Key_Space or (enter and control) or (event.text().strip() and not control and not enter):
            event.ignore()  # the page's
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            if self._candidates.candidate(index.row()) is None:
                self.heading_clicked.emit(index.row())
                return
            if event.position().x() < _TEXT:
                self.setCurrentIndex(index)
                self.box_clicked.emit(index.row())
                return
        super().mousePressEvent(event)
