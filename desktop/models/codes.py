"""The codes as a tree: books at the top, their nodes below; filtered by name, number or pinyin initials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QAbstractItemModel, QMimeData, QModelIndex, QObject, Qt, Signal

from db.project import Project
from db.records import Code, Codebook, CodeId
from desktop.matching import Matchable, Matcher
from desktop.models.articles import RECORD, Index
from desktop.session import Session
from desktop.words import language, tr

BELOW = RECORD + 2  # how many passages the codes below a code have, all levels together
SIGHT = RECORD + 1  # how a code is shown in the text: a word of _SIGHTS, or nothing where it is shown as ever
TABLES = frozenset({"code", "codebook", "tagging", "setting", "annotation", "article_status"})
_NOWHERE = QModelIndex()
_CODE = "application/x-glossator-code"  # what a dragged code is to others: nothing
_SIGHTS = {
    "hidden": "Hidden in the text",
    "dimmed": "Dimmed in the text",
    "solo": "The only code shown in the text",
    "faded": "",  # it follows a code above it, or another code is shown alone
}


@dataclass(frozen=True, slots=True)
class Sight:
    """Which codes (uuids) are hidden or dimmed in the text with what is below them, and which one is shown alone."""

    hidden: frozenset[str] = frozenset()
    dimmed: frozenset[str] = frozenset()
    solo: str = ""

    @property
    def any(self) -> bool:
        """Whether the text shows codes otherwise than all alike."""
        return bool(self.hidden or self.dimmed or self.solo)


@dataclass(slots=True)
class _Node:
    record: Code | Codebook
    above: int  # place among the nodes, -1 at the top
    row: int
    below: list[int] = field(default_factory=list)
    uses_below: int = 0


class CodesModel(QAbstractItemModel):
    """The codes of the working books and own ones, or of all books."""

    move_requested = Signal(int, object)  # an own code was dropped on another one, or on its book (None)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._books: list[Codebook] = []
        self._codes: list[Code] = []
        self._nodes: list[_Node] = []
        self._top: list[int] = []
        self._sight = Sight()
        self._sights: list[str] = []  # beside the nodes
        self._filter = ""
        self._matcher: Matcher[CodeId] | None = None
        self.all_books = False

    def reload(self) -> None:
        """Read books and codes again; where only counts and names changed, the tree stays as it is."""
        opened = self._session.is_open
        self._books = self._session.project.codes.books() if opened else []
        self._codes = _in_sight(self._session) if opened else []
        self._matcher = None
        self._show()

    def set_filter(self, text: str) -> None:
        """Show only codes that fit, with what is above them."""
        if text.strip() != self._filter:
            self._filter = text.strip()
            self._show()

    def show_all_books(self, on: bool) -> None:
        """Show the frameworks one does not work with, too."""
        self.all_books = on
        self._show()

    @property
    def sight(self) -> Sight:
        """Which codes are hidden, dimmed or alone in sight."""
        return self._sight

    def set_sight(self, sight: Sight) -> None:
        """Say of each code how it is shown in the text."""
        self._sight = sight
        self._sights = self._seen(self._nodes)
        self._redraw(QModelIndex())

    def _seen(self, nodes: list[_Node]) -> list[str]:
        """Say of each node how it is shown; what is below a code follows it."""
        sight, seen = self._sight, []
        faded: list[bool] = []
        alone: list[bool] = []
        for node in nodes:
            uuid = node.record.uuid if isinstance(node.record, Code) else ""
            own = "solo" if uuid and uuid == sight.solo else ""
            own = own or ("hidden" if uuid in sight.hidden else "dimmed" if uuid in sight.dimmed else "")
            alone.append(own == "solo" or (node.above >= 0 and alone[node.above]))
            faded.append(own in ("hidden", "dimmed") or (node.above >= 0 and faded[node.above]))
            away = faded[-1] or (bool(sight.solo) and not alone[-1])
            seen.append(own or ("faded" if away and uuid else ""))
        return seen

    @property
    def filtered(self) -> bool:
        """Whether a filter hides codes."""
        return bool(self._filter)

    def _show(self) -> None:
        nodes, top = self._grown()
        same = [(n.above, type(n.record), n.record.id) for n in nodes] == [
            (n.above, type(n.record), n.record.id) for n in self._nodes
        ]
        if same:
            self._nodes, self._sights = nodes, self._seen(nodes)
            self._redraw(QModelIndex())
            return
        self.beginResetModel()
        self._nodes, self._top, self._sights = nodes, top, self._seen(nodes)
        self.endResetModel()

    def _redraw(self, parent: QModelIndex) -> None:
        """Say that all rows below a parent may look different."""
        rows = self.rowCount(parent)
        if rows:
            self.dataChanged.emit(self.index(0, 0, parent), self.index(rows - 1, 0, parent))
        for row in range(rows):
            self._redraw(self.index(row, 0, parent))

    def _grown(self) -> tuple[list[_Node], list[int]]:
        """Build the nodes; in reading order a parent stands before what is below it."""
        nodes: list[_Node] = []
        top: list[int] = []
        kept = self._kept()
        for book in self._books:
            codes = [code for code in self._codes if code.codebook == book.id and (kept is None or code.id in kept)]
            shown = not book.shipped or book.working or self.all_books
            if not shown or (not codes and (kept is not None or not book.shipped)):
                continue
            root = len(nodes)
            nodes.append(_Node(book, -1, len(top)))
            top.append(root)
            places: dict[int, int] = {}
            for code in _parents_first(codes):
                above = places.get(code.parent or 0, root)
                places[code.id] = len(nodes)
                nodes.append(_Node(code, above, len(nodes[above].below)))
                nodes[above].below.append(places[code.id])
        for node in reversed(nodes):  # what is below stands after
            if node.above >= 0 and isinstance(node.record, Code):
                nodes[node.above].uses_below += node.record.uses + node.uses_below
        return nodes, top

    def _kept(self) -> set[int] | None:
        if not self._filter:
            return None
        above = {code.id: code.parent for code in self._codes}
        kept: set[int] = set()
        for item in self._matching().find(self._filter, len(self._codes)):
            each: CodeId | None = item.key
            while each is not None and each not in kept:
                kept.add(each)
                each = above.get(each)
        return kept

    def _matching(self) -> Matcher[CodeId]:
        if self._matcher is None:
            self._matcher = Matcher(Matchable(code.id, names(code), code.uses) for code in self._codes)
        return self._matcher

    def record(self, index: Index) -> Code | Codebook | None:
        """Give the code or book of a row."""
        return self._nodes[index.internalId()].record if index.isValid() else None

    def index_of(self, code: int | None) -> QModelIndex:
        """Give the row of a code; an invalid index where it is not shown."""
        for place, node in enumerate(self._nodes):
            if isinstance(node.record, Code) and node.record.id == code:
                return self.createIndex(node.row, 0, place)
        return QModelIndex()

    def named(self, query: str, limit: int) -> list[Code]:
        """List the offered codes a name may mean, best first."""
        offered = {book.id for book in self._books if book.working or not book.shipped}
        by_id = {code.id: code for code in self._codes if code.codebook in offered}
        found = self._matching().find(query, len(self._codes))
        return [by_id[item.key] for item in found if item.key in by_id][:limit]

    def index(self, row: int, column: int, parent: Index = _NOWHERE) -> QModelIndex:
        below = self._nodes[parent.internalId()].below if parent.isValid() else self._top
        return self.createIndex(row, 0, below[row]) if column == 0 and 0 <= row < len(below) else QModelIndex()

    def parent(self, index: Index = _NOWHERE) -> QModelIndex:  # type: ignore[override]
        above = self._nodes[index.internalId()].above if index.isValid() else -1
        return self.createIndex(self._nodes[above].row, 0, above) if above >= 0 else QModelIndex()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return len(self._nodes[parent.internalId()].below if parent.isValid() else self._top)

    def columnCount(self, _parent: Index = _NOWHERE) -> int:
        return 1

    # Own codes are dragged to where they belong

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags, record = super().flags(index), self.record(index)
        if not self._session.editable or record is None:
            return flags
        if isinstance(record, Codebook):
            return flags if record.shipped else flags | Qt.ItemFlag.ItemIsDropEnabled
        return flags | Qt.ItemFlag.ItemIsDropEnabled | (Qt.ItemFlag(0) if record.name else Qt.ItemFlag.ItemIsDragEnabled)

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [_CODE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        records = [self.record(index) for index in indexes]
        data.setData(_CODE, ",".join(str(record.id) for record in records if isinstance(record, Code)).encode())
        return data

    def canDropMimeData(self, data: QMimeData, _action: Qt.DropAction, _row: int, _column: int, parent: Index) -> bool:
        return self._dropped(data, parent) is not None

    def dropMimeData(self, data: QMimeData, _action: Qt.DropAction, _row: int, _column: int, parent: Index) -> bool:
        """Ask for the code to be moved; the rows follow when it was."""
        code, above = self._dropped(data, parent), self.record(parent)
        if code is not None:
            self.move_requested.emit(code, above.id if isinstance(above, Code) else None)
        return False

    def _dropped(self, data: QMimeData, parent: Index) -> CodeId | None:
        """Give the code that is dropped on a row, if it can be moved there: not below itself nor where it is."""
        dragged = bytes(data.data(_CODE).data()).decode()
        index = self.index_of(int(dragged)) if dragged.isdecimal() else QModelIndex()
        if not index.isValid() or not parent.isValid() or parent.internalId() == self._nodes[index.internalId()].above:
            return None
        place = parent.internalId()
        while place >= 0:
            if place == index.internalId():
                return None
            place = self._nodes[place].above
        code = self.record(index)
        return code.id if isinstance(code, Code) else None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if role == BELOW:
            return self._nodes[index.internalId()].uses_below if index.isValid() else 0
        if role == SIGHT:
            return self._sights[index.internalId()] if index.isValid() else ""
        if role not in (RECORD, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return None
        record = self.record(index)
        if record is None or role == RECORD:
            return record
        if isinstance(record, Codebook):
            lacks = record.lacks_zh if language().startswith("zh") else record.lacks_en
            title = book_title(record)
            return title if role == Qt.ItemDataRole.DisplayRole else "\n".join(part for part in (title, lacks) if part)
        sight = _SIGHTS.get(self._sights[index.internalId()], "")
        if role == Qt.ItemDataRole.DisplayRole:
            return record.label(language())
        return _tip(record, self._nodes[index.internalId()].uses_below, tr(sight) if sight else "")


def _in_sight(session: Session) -> list[Code]:
    """List all codes; passages in layers that are hidden are not counted."""
    hidden, codes = session.project.layers.counts().codes, session.project.codes.all()
    return [replace(code, uses=code.uses - hidden[code.id]) if code.id in hidden else code for code in codes] if hidden else codes


def book_title(book: Codebook) -> str:
    """Give the name of a book as the window shows it: its version stands apart, also where it is part of the title."""
    return versioned(book.title(language()) or book.key, book.version)


def versioned(title: str, version: str) -> str:
    """Put a version behind a title, once and apart."""
    bare = title.removesuffix(version).rstrip() if version else title
    return f"{bare} {version}" if version and bare and version not in bare else title


def uses_in_sight(project: Project, code: Code) -> tuple[int, int]:
    """Count the passages of a code and of all below it, without those in layers that are hidden."""
    hidden, below = project.layers.counts().codes, set(project.codes.branch(code.id))
    uses = {each.id: each.uses - hidden.get(each.id, 0) for each in project.codes.all() if each.id in below}
    own = uses.pop(code.id, 0)
    return own, sum(uses.values())


def uses_said(own: int, below: int) -> str:
    """Say how many passages a code and the codes below it have."""
    if below:
        return tr("Passages: {own} of its own, {below} of the codes below it", own=own, below=below)
    return tr("1 passage") if own == 1 else tr("{count} passages", count=own)


def names(code: Code) -> tuple[str, ...]:
    """Give what a code may be called: its names and its number."""
    return (code.name_zh, code.name_en, code.number)


def _tip(code: Code, below: int, sight: str) -> str:
    doubt = "" if code.confirmed(language()) else tr("This name is not yet confirmed")
    other = code.name_en if code.title(language()) == code.name_zh else code.name_zh
    parts = (code.label(language()), other, code.definition(language()), doubt, uses_said(code.uses, below), sight)
    return "\n".join(part for part in parts if part)


def _parents_first(codes: list[Code]) -> list[Code]:
    """Order codes so that a parent comes before its children, otherwise as they stand."""
    here = {code.id for code in codes}
    below: dict[int | None, list[Code]] = {}
    for code in codes:
        below.setdefault(code.parent if code.parent in here else None, []).append(code)
    ordered: list[Code] = []
    waiting = list(reversed(below.get(None, [])))
    while waiting:
        code = waiting.pop()
        ordered.append(code)
        waiting += reversed(below.get(code.id, []))
    return ordered
