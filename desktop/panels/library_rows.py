"""The library's list: rows of articles under headings, worked by mouse and by single keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyleOptionViewItem, QWidget

from db.articles import STATUSES
from db.library import Entry
from db.records import ArticleId
from desktop.models.articles import ArticlesModel, Heading, Index, second_line
from desktop.panels.headed_list import HEADING_ROW, HeadedList
from desktop.panels.painting import draw_elided
from desktop.panels.rows import ARTICLE_ROW, ArticleRow, Colour, paint_status, smaller

_PAD = 12
_FOLDED, _UNFOLDED = "▸", "▾"
_NOTHING = ("", 0)
_FEW = 100
_Flag = QItemSelectionModel.SelectionFlag


class LibraryRow(ArticleRow):
    """Status, title, publisher · date · genre, and a number at the right; or a heading with how many are below it."""

    def __init__(self, view: LibraryList, model: ArticlesModel) -> None:
        super().__init__(view)
        self._model = model
        self._article, self._heading = QSize(120, ARTICLE_ROW), QSize(120, HEADING_ROW)

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        return self._heading if self._model.is_heading(index.row()) else self._article

    def draw(self, painter: QPainter, option: QStyleOptionViewItem, record: object, colour: Colour) -> None:
        if isinstance(record, Heading):
            self._draw_heading(painter, option, record, colour)
        elif isinstance(record, Entry):
            self._draw_article(painter, option, record, colour)

    @staticmethod
    def _draw_heading(painter: QPainter, option: QStyleOptionViewItem, heading: Heading, colour: Colour) -> None:
        box = option.rect
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(QRect(box.left(), box.top(), 2, box.height()), colour("accent"))
        painter.setPen(colour("hairline"))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        font = smaller(option.font, 1)
        painter.setFont(font)
        painter.setPen(colour("muted"))
        count = f"{heading.count:,}"
        room = painter.fontMetrics().horizontalAdvance(count)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box.adjusted(0, 0, -_PAD, 0), right, count)
        painter.drawText(box.adjusted(_PAD, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, _UNFOLDED if heading.open else _FOLDED)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        draw_elided(painter, box.adjusted(32, 0, -_PAD - room - 8, 0), heading.title)

    def _draw_article(self, painter: QPainter, option: QStyleOptionViewItem, entry: Entry, colour: Colour) -> None:
        box = option.rect
        glyph = QRectF(box.left() + _PAD, box.center().y() - 14.5, 11, 11)
        paint_status(painter, glyph, entry.status, colour("muted"), colour("accent"))
        painter.setFont(smaller(option.font))
        number = {"characters": entry.characters, "annotations": entry.annotations}.get(self._model.order, entry.own)
        words = f"{number:,}" if number else ""
        room = painter.fontMetrics().horizontalAdvance(words)
        painter.setPen(colour("muted"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box.adjusted(0, 0, -_PAD, 0), right, words)
        text = QRect(box.left() + 32, box.top(), box.width() - 32 - _PAD - (room + 8 if room else 0), box.height())
        ink = colour("muted" if entry.status == "excluded" else "text")
        self.two_lines(painter, option, text, (entry.title, second_line(entry)), (ink, colour("muted")))


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was selected, current and uppermost before rows changed, as things and not as rows."""

    by: str
    selected: list[tuple[str, int]]
    current: tuple[str, int]
    top: tuple[str, int]
    offset: int  # pixels of the uppermost that are out of sight


class LibraryList(HeadedList):
    """The list of articles; what is selected, current and in sight stays so when the rows change."""

    beside_chosen = Signal(QModelIndex)  # by Ctrl+Enter
    status_typed = Signal(str)  # 1 to 5
    rename_requested = Signal()
    remove_requested = Signal()
    letter_typed = Signal(str)

    def __init__(self, model: ArticlesModel, parent: QWidget | None = None) -> None:
        super().__init__(model, parent)
        self._model = model
        self._grouped = model.by
        self._kept: _Kept | None = None
        self.setObjectName("library")
        self.setItemDelegate(LibraryRow(self, model))
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setDragDropMode(QListView.DragDropMode.DragOnly)
        model.modelAboutToBeReset.connect(self._keep)
        model.modelReset.connect(self._restore)

    # What is chosen

    def chosen_count(self) -> int:
        """How many rows are selected."""
        return sum(part.height() for part in self.selectionModel().selection().toList())

    def chosen_articles(self) -> list[ArticleId]:
        """List the selected articles in the order of their rows, each once."""
        parts = sorted((part.top(), part.bottom()) for part in self.selectionModel().selection().toList())
        return self._model.ids_of(row for top, bottom in parts for row in range(top, bottom + 1))

    def _keep(self) -> None:
        key, top, current = self._model.key_of, self.indexAt(self.viewport().rect().topLeft()), self.currentIndex()
        parts = self.selectionModel().selection().toList()
        rows = [row for part in parts for row in range(part.top(), part.bottom() + 1)]
        scrolled = top.isValid() and self.verticalScrollBar().value() > 0
        self._kept = _Kept(
            self._grouped,
            [key(row) for row in rows],
            key(current.row()) if current.isValid() else _NOTHING,
            key(top.row()) if scrolled else _NOTHING,
            self.visualRect(top).top() if scrolled else 0,
        )

    def _restore(self) -> None:
        kept, self._kept = self._kept, None
        before, self._grouped = self._grouped, self._model.by
        if kept is None:
            return
        find = self._model.rows_of if before == self._grouped else self._found
        self._select(find(kept.selected) if kept.selected else [])
        rows = find([kept.current]) if kept.current != _NOTHING else []
        if rows:
            self.selectionModel().setCurrentIndex(self._model.index(rows[0]), _Flag.NoUpdate)
            if before != self._grouped:
                self.scrollTo(self._model.index(rows[0]), QAbstractItemView.ScrollHint.PositionAtCenter)
                return
        rows = find([kept.top]) if kept.top != _NOTHING else []
        if rows:
            self.scrollTo(self._model.index(rows[0]), QAbstractItemView.ScrollHint.PositionAtTop)
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() - kept.offset)

    def _found(self, keys: Sequence[tuple[str, int]]) -> list[int]:
        """Find articles that are grouped otherwise now; of very many none, for each may be in another group."""
        indexes = [self._model.index_of(article) for _group, article in keys if article] if len(keys) <= _FEW else []
        return sorted({index.row() for index in indexes if index.isValid()})

    def _select(self, rows: Sequence[int]) -> None:
        selection, start = QItemSelection(), 0
        for place, row in enumerate(rows):
            if place + 1 == len(rows) or rows[place + 1] != row + 1:
                selection.select(self._model.index(rows[start]), self._model.index(row))
                start = place + 1
        self.selectionModel().select(selection, _Flag.ClearAndSelect)

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier and self.currentIndex().isValid():
            self.beside_chosen.emit(self.currentIndex())
        elif not (plain and (self._fold(event.key()) or self._asked(event.key()))):
            super().keyPressEvent(event)
            return
        event.accept()

    def _fold(self, key: int) -> bool:
        """Fold and unfold by ← and →, Enter and the space bar; whether the key was for that."""
        index = self.currentIndex()
        if not index.isValid() or not self._model.by:
            return False
        if not self._model.is_heading(index.row()):
            if key == Qt.Key.Key_Left:
                self.setCurrentIndex(self._model.heading_of(index))
            return key == Qt.Key.Key_Left
        unfold = {Qt.Key.Key_Left: False, Qt.Key.Key_Right: True}.get(Qt.Key(key))
        if unfold is None and key not in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            return False
        self._model.fold(index, unfold=unfold)
        return True

    def _asked(self, key: int) -> bool:
        place = key - int(Qt.Key.Key_1)
        if key == Qt.Key.Key_F2:
            self.rename_requested.emit()
        elif key == Qt.Key.Key_Delete:
            self.remove_requested.emit()
        elif 0 <= place < len(STATUSES):
            self.status_typed.emit(STATUSES[place])
        else:
            return False
        return True

    def keyboardSearch(self, search: str) -> None:
        """Hand a letter on to the filter, which finds more than the row that begins with it."""
        if search.strip():
            self.letter_typed.emit(search)
