"""The list of what a search found: laid out by reckoning, so that a hundred thousand rows cost what ten do."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QWidget

from desktop.models.results import ResultsModel
from desktop.panels.headed_list import HeadedList
from desktop.panels.hit_delegate import GROUP_ROW, ROW, HitDelegate

_Cursor = QAbstractItemView.CursorAction
_BACK = (_Cursor.MoveUp, _Cursor.MovePrevious, _Cursor.MovePageUp, _Cursor.MoveHome)


class HitList(HeadedList):
    """Hits under their groups; the keys step over the titles of groups."""

    _hits: ResultsModel | None = None  # Qt asks where rows are while the list is still being made

    def __init__(self, model: ResultsModel, parent: QWidget | None = None) -> None:
        super().__init__(model, parent)
        self._hits = model
        self.setItemDelegate(HitDelegate(self))
        self.verticalScrollBar().setSingleStep(ROW // 2)

    def top_of(self, row: int) -> int:
        headings = self._hits.headings_before(row) if self._hits is not None else 0
        return headings * GROUP_ROW + (row - headings) * ROW

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        index, model = super().moveCursor(action, modifiers), self._hits
        if model is None or not index.isValid() or not model.is_heading(index.row()):
            return index
        row = model.next_hit(index.row(), -1 if action in _BACK else 1)
        row = model.next_hit(index.row(), 1) if model.is_heading(row) else row
        return model.index(row)

    def keyboardSearch(self, _search: str) -> None:
        """Letters mean nothing here."""

    def go_to(self, row: int) -> None:
        """Make a row the current one, with the title of its group in sight if it is the first of it."""
        model = self._hits
        if model is None or not 0 <= row < model.rowCount():
            return
        if model.is_heading(row - 1):
            self.scrollTo(model.index(row - 1))
        self.setCurrentIndex(model.index(row))
