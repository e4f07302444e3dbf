"""The collections above the list of articles: a heading that folds, and the tree below it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QStyleOptionViewItem, QTreeView, QVBoxLayout, QWidget

from db.changes import Change
from desktop.models.collection_tree import ALL, NONE, TABLES, CollectionsModel, Shelf
from desktop.panels.painting import draw_elided
from desktop.panels.parts import button
from desktop.panels.rows import CODE_ROW, CodeRow, Colour, TokenTree, smaller
from desktop.session import Session
from desktop.words import tr

_FOLDED, _UNFOLDED = "▸", "▾"
_MOST_ROWS = 9
_LATER = 30  # milliseconds


class ShelfRow(CodeRow):
    """The name of a collection and how many articles it holds."""

    def draw(self, painter: QPainter, option: QStyleOptionViewItem, record: object, colour: Colour) -> None:
        if not isinstance(record, Shelf):
            return
        box = option.rect.adjusted(4, 0, -12, 0)
        painter.setFont(smaller(option.font))
        painter.setPen(colour("muted"))
        count = f"{record.count:,}"
        room = painter.fontMetrics().horizontalAdvance(count)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count)
        painter.setFont(option.font)
        painter.setPen(colour("text" if record.key > NONE else "muted"))
        draw_elided(painter, QRect(box.left(), box.top(), box.width() - room - 8, box.height()), record.title)


class _Tree(TokenTree):
    """The tree; F2 renames, Del removes."""

    remove_requested = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.remove_requested.emit()
        elif event.key() == Qt.Key.Key_F2 and self.currentIndex().isValid():
            self.edit(self.currentIndex())
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def keyboardSearch(self, _search: str) -> None:
        """Letters go nowhere: there are few rows."""


class CollectionsView(QWidget):
    """Choosing a collection lists what is in it; articles are dropped on it."""

    chosen = Signal(object)  # a collection's id, NONE, or None for all articles
    new_requested = Signal(object)  # below which collection; None: at the top
    rename_requested = Signal(int, str)
    move_requested = Signal(int, object)
    remove_requested = Signal(int)
    put_requested = Signal(list, int)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.model = CollectionsModel(session, self)
        self._folded: set[int] = set()
        self.fold = button("quiet")
        self.fold.setCheckable(True)
        self.add = button("quiet", "+")
        self.view = _Tree(self)
        self.view.setObjectName("collections")
        self.view.setModel(self.model)
        self.view.setItemDelegate(ShelfRow(self.view))
        self.view.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.view.setExpandsOnDoubleClick(False)
        self.view.setDragDropMode(QTreeView.DragDropMode.DragDrop)
        self.view.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        head = QHBoxLayout()
        head.setContentsMargins(12, 0, 8, 2)
        head.addWidget(self.fold)
        head.addStretch(1)
        head.addWidget(self.add)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 4)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self.view)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_LATER)
        self._timer.timeout.connect(self.reload)
        self._connect()
        self.reload()

    def _connect(self) -> None:
        self.fold.toggled.connect(self._lay_out)
        self.add.clicked.connect(self._new)
        self.view.clicked.connect(self._choose)
        self.view.activated.connect(self._choose)
        self.view.expanded.connect(self._expanded)
        self.view.collapsed.connect(self._collapsed)
        self.view.remove_requested.connect(self._remove)
        self.view.customContextMenuRequested.connect(self._context)
        self.model.rename_requested.connect(self.rename_requested)
        self.model.move_requested.connect(self.move_requested)
        self.model.put_requested.connect(self.put_requested)
        self._session.opened.connect(self.reload)
        self._session.closed.connect(self.reload)
        self._session.changed.connect(self._changed)
        self._session.freed.connect(self._say)

    def reload(self) -> None:
        """Read the collections again; what is chosen and folded stays so."""
        self._timer.stop()
        shelf = self.model.shelf(self.view.currentIndex())
        folded = set(self._folded)
        self.model.reload()
        self.view.expandAll()
        for key in folded:
            self.view.setExpanded(self.model.index_of(key), False)
        self._folded = folded
        if shelf is not None:
            index = self.model.index_of(shelf.key)
            self.view.setCurrentIndex(index)
            if not index.isValid():  # what was listed is gone
                self.chosen.emit(None)
        self._say()
        self._lay_out()

    def mark(self, key: int | None) -> None:
        """Mark the collection that is listed; none where all articles are."""
        index = self.model.index_of(key) if key is not None else QModelIndex()
        if index != self.view.currentIndex():
            self.view.setCurrentIndex(index)
        if not index.isValid():
            self.view.clearSelection()

    def _changed(self, change: Change) -> None:
        if change.tables & TABLES:
            self._timer.start()

    def _lay_out(self, _on: bool | None = None) -> None:
        rows = self._rows(QModelIndex())
        self.view.setFixedHeight(min(rows, _MOST_ROWS) * CODE_ROW)
        self.view.setVisible(rows > 0 and self.fold.isChecked() is False)
        self.setVisible(self._session.is_open)
        self._say()

    def _rows(self, parent: QModelIndex) -> int:
        below = [self.model.index(row, 0, parent) for row in range(self.model.rowCount(parent))]
        return len(below) + sum(self._rows(index) for index in below if self.view.isExpanded(index))

    def _expanded(self, index: QModelIndex) -> None:
        self._fold(index, folded=False)

    def _collapsed(self, index: QModelIndex) -> None:
        self._fold(index, folded=True)

    def _fold(self, index: QModelIndex, *, folded: bool) -> None:
        if (shelf := self.model.shelf(index)) is not None:
            self._folded = self._folded | {shelf.key} if folded else self._folded - {shelf.key}
            self._lay_out()

    # What is asked for

    def _choose(self, index: QModelIndex) -> None:
        if (shelf := self.model.shelf(index)) is not None:
            self.chosen.emit(None if shelf.key == ALL else shelf.key)

    def _current(self) -> int | None:
        shelf = self.model.shelf(self.view.currentIndex())
        return shelf.key if shelf is not None and shelf.key > NONE else None

    def _new(self) -> None:
        self.new_requested.emit(None)

    def _remove(self) -> None:
        if (key := self._current()) is not None:
            self.remove_requested.emit(key)

    def _context(self, at: QPoint) -> None:
        index = self.view.indexAt(at)
        shelf = self.model.shelf(index)
        menu = QMenu(self)
        own = shelf is not None and shelf.key > NONE
        words = ("New collection…", "New collection inside…", "Rename", "Move to the top", "Remove collection")
        entries = [menu.addAction(tr(each)) for each in (words if own else words[:1])]
        for entry in entries:
            entry.setEnabled(self._session.editable)
        if own and not index.parent().isValid():
            entries[3].setEnabled(False)
        entry = menu.exec(self.view.viewport().mapToGlobal(at))
        place = entries.index(entry) if entry in entries else -1
        menu.deleteLater()
        self._do(place, shelf, index)

    def _do(self, place: int, shelf: Shelf | None, index: QModelIndex) -> None:
        if place == 0:
            self.new_requested.emit(None)
        elif shelf is None:
            return
        elif place == 1:
            self.new_requested.emit(shelf.key)
        elif place == 2:
            self.view.edit(index)
        elif place == 3:
            self.move_requested.emit(shelf.key, None)
        elif place == 4:
            self.remove_requested.emit(shelf.key)

    # Words

    def _say(self) -> None:
        self.fold.setText(f"{_FOLDED if self.fold.isChecked() else _UNFOLDED} {tr('Collections')}")
        self.fold.setAccessibleName(tr("Collections"))
        self.add.setToolTip(tr("New collection…"))
        self.add.setAccessibleName(tr("New collection…"))
        self.add.setVisible(self._session.editable)
        self.view.setAccessibleName(tr("Collections"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.reload()
