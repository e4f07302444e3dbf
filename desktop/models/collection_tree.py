"""Collections as a tree: all articles on top, each collection with those below it, and what is in none at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractItemModel, QMimeData, QModelIndex, QObject, Qt, Signal

from db.library import Filter
from desktop.models.articles import DRAGGED, RECORD, Index
from desktop.session import Session
from desktop.words import tr

TABLES = frozenset({"collection", "collected", "article"})
_NOWHERE = QModelIndex()
ALL, NONE = -1, 0  # instead of a collection's id
COLLECTION = "application/x-glossator-collection"


@dataclass(frozen=True, slots=True)
class Shelf:
    """A row: a collection, ALL or NONE, and how many articles are in it or below it."""

    key: int
    title: str
    count: int


@dataclass(slots=True)
class _Node:
    shelf: Shelf
    above: int  # the node's place in the list; -1 at the top
    row: int
    below: list[int]


class CollectionsModel(QAbstractItemModel):
    """The rows of the tree; what is dropped or written on them is asked for, and the rows follow when it was done."""

    rename_requested = Signal(int, str)
    move_requested = Signal(int, object)  # collection, the one it is to be below (None: at the top)
    put_requested = Signal(list, int)  # articles, collection

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._nodes: list[_Node] = []
        self._top: list[int] = []
        self._places: dict[int, int] = {}  # by collection, ALL or NONE

    def reload(self) -> None:
        """Read the collections again; counts that change leave the tree as it is."""
        nodes = self._read()
        before = [(node.shelf.key, node.shelf.title, node.above) for node in self._nodes]
        if [(node.shelf.key, node.shelf.title, node.above) for node in nodes] == before:
            for place, node in enumerate(nodes):
                if self._nodes[place].shelf != node.shelf:
                    self._nodes[place].shelf = node.shelf
                    index = self.createIndex(node.row, 0, place)
                    self.dataChanged.emit(index, index)
            return
        self.beginResetModel()
        self._nodes = nodes
        self._top = [place for place, node in enumerate(nodes) if node.above < 0]
        self._places = {node.shelf.key: place for place, node in enumerate(nodes)}
        self.endResetModel()

    def _read(self) -> list[_Node]:
        collections = self._session.project.collections.all() if self._session.is_open else []
        if not collections:
            return []
        articles = self._session.project.articles
        places: dict[int, int] = {}
        nodes, top = [_Node(Shelf(ALL, tr("All articles"), articles.count()), -1, 0, [])], 1
        for each in collections:
            above = places[each.parent] if each.parent is not None else -1
            row = len(nodes[above].below) if above >= 0 else top
            places[each.id] = len(nodes)
            if above >= 0:
                nodes[above].below.append(len(nodes))
            else:
                top += 1
            nodes.append(_Node(Shelf(each.id, each.name, each.within), above, row, []))
        nodes.append(_Node(Shelf(NONE, tr("In no collection"), articles.count(Filter(collection=NONE))), -1, top, []))
        return nodes

    def shelf(self, index: Index) -> Shelf | None:
        """Give what stands on a row."""
        return self._nodes[index.internalId()].shelf if index.isValid() else None

    def index_of(self, key: int) -> QModelIndex:
        """Give the row of a collection, ALL or NONE."""
        place = self._places.get(key)
        return self.createIndex(self._nodes[place].row, 0, place) if place is not None else QModelIndex()

    # What Qt asks

    def index(self, row: int, column: int, parent: Index = _NOWHERE) -> QModelIndex:
        below = self._nodes[parent.internalId()].below if parent.isValid() else self._top
        return self.createIndex(row, 0, below[row]) if column == 0 and 0 <= row < len(below) else QModelIndex()

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        above = self._nodes[index.internalId()].above if index.isValid() else -1
        return self.createIndex(self._nodes[above].row, 0, above) if above >= 0 else QModelIndex()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return len(self._nodes[parent.internalId()].below if parent.isValid() else self._top)

    def columnCount(self, _parent: Index = _NOWHERE) -> int:
        return 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags, shelf = super().flags(index), self.shelf(index)
        if shelf is None or not self._session.editable:
            # The top takes collections too.
            return flags | Qt.ItemFlag.ItemIsDropEnabled if shelf is None else flags
        if shelf.key <= NONE:
            return flags | Qt.ItemFlag.ItemIsDropEnabled if shelf.key == ALL else flags
        return flags | Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemIsDropEnabled

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        shelf = self.shelf(index)
        if shelf is None or role == RECORD:
            return shelf
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return f"{shelf.title} ({shelf.count})"
        return shelf.title if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole) else None

    # What is written and dropped on rows

    def setData(self, index: Index, value: object, role: int = int(Qt.ItemDataRole.EditRole)) -> bool:
        shelf = self.shelf(index)
        if role == Qt.ItemDataRole.EditRole and shelf is not None and str(value).strip() not in ("", shelf.title):
            self.rename_requested.emit(shelf.key, str(value).strip())
        return False

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:
        return [COLLECTION, DRAGGED]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        shelves = [self.shelf(index) for index in indexes]
        data.setData(COLLECTION, ",".join(str(each.key) for each in shelves if each is not None).encode())
        return data

    def canDropMimeData(self, data: QMimeData, _action: Qt.DropAction, _row: int, _column: int, parent: Index) -> bool:
        return self._session.editable and self._dropped(data, parent) is not None

    def dropMimeData(self, data: QMimeData, _action: Qt.DropAction, _row: int, _column: int, parent: Index) -> bool:
        """Ask for the collection to be moved, or the articles to be put in; the rows follow when it was done."""
        shelf, dropped = self.shelf(parent), self._dropped(data, parent)
        if dropped is None or not self._session.editable:
            return False
        if data.hasFormat(DRAGGED):
            self.put_requested.emit(dropped, shelf.key if shelf is not None else ALL)
        else:
            self.move_requested.emit(dropped[0], shelf.key if shelf is not None and shelf.key > NONE else None)
        return False

    def _dropped(self, data: QMimeData, parent: Index) -> list[int] | None:
        """Give the articles, or the one collection, that can be dropped on a row; None where it cannot."""
        shelf = self.shelf(parent)
        words = bytes(data.data(DRAGGED if data.hasFormat(DRAGGED) else COLLECTION).data()).decode()
        keys = [int(word) for word in words.split(",") if word.isdecimal()]
        if data.hasFormat(DRAGGED):
            return keys if keys and shelf is not None and shelf.key > NONE else None
        dragged = self._places.get(keys[0], -1) if len(keys) == 1 else -1
        at = self._places[shelf.key] if shelf is not None and shelf.key > NONE else -1
        if dragged < 0 or (shelf is not None and shelf.key == NONE) or at == self._nodes[dragged].above:
            return None
        while at >= 0:
            if at == dragged:
                return None
            at = self._nodes[at].above
        return keys
