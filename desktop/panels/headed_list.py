"""A list of rows of two heights, articles and the headings above them, laid out by reckoning: ten thousand cost what ten do."""

from __future__ import annotations

from bisect import bisect_right
from typing import Protocol

from PySide6.QtCore import QAbstractItemModel, QItemSelection, QItemSelectionModel, QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QCursor, QDrag, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem, QWidget

from desktop.models.articles import Index
from desktop.panels.parts import TokenView
from desktop.panels.rows import ARTICLE_ROW

HEADING_ROW = 28
_Cursor = QAbstractItemView.CursorAction
_Hint = QAbstractItemView.ScrollHint
_VARYING = QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_MouseOver


class HeadedRows(Protocol):
    """What is asked of a model whose rows are laid out: how many there are, and which of them are headings."""

    def rowCount(self) -> int: ...

    def index(self, row: int, /) -> QModelIndex: ...

    def headings_before(self, row: int, /) -> int: ...


class HeadedList(TokenView):
    """Takes the place of QListView's own layout, which asks for every row whenever any row changes."""

    _rows: HeadedRows | None = None  # Qt asks where rows are while the list is still being made

    def __init__(self, model: HeadedRows, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = model
        assert isinstance(model, QAbstractItemModel)
        self.setModel(model)
        self.verticalScrollBar().setSingleStep(ARTICLE_ROW // 2)

    # Where rows are

    def top_of(self, row: int) -> int:
        """Give how many pixels are above a row, wherever the list is scrolled to."""
        headings = self._rows.headings_before(row) if self._rows is not None else 0
        return headings * HEADING_ROW + (row - headings) * ARTICLE_ROW

    def _count(self) -> int:
        return self._rows.rowCount() if self._rows is not None else 0

    def _at(self, row: int) -> QModelIndex:
        return self._rows.index(row) if self._rows is not None else QModelIndex()

    def row_at(self, height: int) -> int:
        """Give the row at a height below the top of the first; -1 above it, the last for what is below all."""
        return bisect_right(range(self._count()), height, key=self.top_of) - 1

    def visualRect(self, index: Index) -> QRect:
        if not index.isValid():
            return QRect()
        top, bottom = self.top_of(index.row()), self.top_of(index.row() + 1)
        return QRect(0, top - self.verticalOffset(), self.viewport().width(), bottom - top)

    def indexAt(self, at: QPoint) -> QModelIndex:
        height = at.y() + self.verticalOffset()
        whole = self.top_of(self._count())
        return self._at(self.row_at(height)) if 0 <= height < whole else QModelIndex()

    def scrollTo(self, index: Index, hint: QAbstractItemView.ScrollHint = _Hint.EnsureVisible) -> None:
        if not index.isValid():
            return
        bar, box, room = self.verticalScrollBar(), self.visualRect(index), self.viewport().height()
        if hint == _Hint.PositionAtTop or (hint == _Hint.EnsureVisible and box.top() < 0):
            bar.setValue(bar.value() + box.top())
        elif hint == _Hint.PositionAtBottom or (hint == _Hint.EnsureVisible and box.bottom() >= room):
            bar.setValue(bar.value() + min(box.bottom() + 1 - room, box.top()))
        elif hint == _Hint.PositionAtCenter:
            bar.setValue(bar.value() + box.center().y() - room // 2)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().scroll(dx, dy)  # QListView moves nothing where it has laid out no rows itself

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def horizontalOffset(self) -> int:
        return 0

    def isIndexHidden(self, _index: Index) -> bool:
        return False

    def doItemsLayout(self) -> None:
        QAbstractItemView.doItemsLayout(self)

    def updateGeometries(self) -> None:
        bar, room = self.verticalScrollBar(), self.viewport().height()
        bar.setPageStep(room)
        bar.setRange(0, max(0, self.top_of(self._count()) - room))
        QAbstractItemView.updateGeometries(self)

    # Going and selecting

    def moveCursor(self, action: QAbstractItemView.CursorAction, _modifiers: Qt.KeyboardModifier) -> QModelIndex:
        last = self._count() - 1
        if last < 0:
            return QModelIndex()
        here, page = self.currentIndex().row(), max(1, self.viewport().height() // ARTICLE_ROW - 1)
        steps = {
            _Cursor.MoveUp: -1, _Cursor.MovePrevious: -1, _Cursor.MoveDown: 1, _Cursor.MoveNext: 1, _Cursor.MovePageUp: -page,
            _Cursor.MovePageDown: page, _Cursor.MoveHome: -last, _Cursor.MoveEnd: last,
        }  # fmt: skip
        row = max(here, 0) + steps.get(action, 0) if here >= 0 or action == _Cursor.MoveEnd else 0
        return self._at(max(0, min(row, last)))

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        selection, box = QItemSelection(), rect.normalized().translated(0, self.verticalOffset())
        last = self._count() - 1
        first = max(0, self.row_at(box.top()))
        if last >= 0 and box.bottom() >= 0 and box.top() < self.top_of(last + 1):
            selection.select(self._at(first), self._at(max(first, min(last, self.row_at(box.bottom())))))
        self.selectionModel().select(selection, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region, room = QRegion(), self.viewport().rect()
        for part in selection.toList():
            top, bottom = self.visualRect(part.topLeft()), self.visualRect(part.bottomRight())
            region += top.united(bottom).intersected(room)
        return region

    def startDrag(self, _actions: Qt.DropAction) -> None:
        data = self.model().mimeData(self.selectedIndexes())
        if data.formats():
            drag = QDrag(self)
            drag.setMimeData(data)
            drag.exec(Qt.DropAction.CopyAction)

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QPainter(self.viewport()), QStyleOptionViewItem()
        self.initViewItemOption(option)
        plain, delegate = option.state, self.itemDelegate()
        chosen, current, keys = self.selectionModel(), self.currentIndex(), self.hasFocus()
        under = self.viewport().mapFromGlobal(QCursor.pos()) if self.viewport().underMouse() else QPoint(-1, -1)
        row, count = max(0, self.row_at(event.rect().top() + self.verticalOffset())), self._count()
        while row < count:
            index = self._at(row)
            option.rect = self.visualRect(index)
            if option.rect.top() > event.rect().bottom():
                break
            state = plain & ~(
                QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_MouseOver
            )
            if chosen.isSelected(index):
                state |= QStyle.StateFlag.State_Selected
            if keys and index == current:
                state |= QStyle.StateFlag.State_HasFocus
            if option.rect.contains(under):
                state |= QStyle.StateFlag.State_MouseOver
            option.state = state
            delegate.paint(painter, option, index)
            row += 1
        painter.end()
