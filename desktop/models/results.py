"""What a search found as rows: hits under the article they are in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from db.search.searcher import Hit
from desktop.models.articles import RECORD, Index
from desktop.words import tr

_NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Group:
    """The row above the hits of one article, or above codes or instruments."""

    title: str
    count: int


class ResultsModel(QAbstractListModel):
    """The hits of a search; a group's row cannot be chosen."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Group | Hit] = []

    def show_hits(self, hits: Sequence[Hit]) -> None:
        """Show hits, grouped in the order of their first one."""
        groups: dict[object, list[Hit]] = {}
        for hit in hits:
            groups.setdefault(hit.article_id if hit.article_id is not None else hit.kind, []).append(hit)
        self.beginResetModel()
        self._rows = []
        for key, several in groups.items():
            title = several[0].title if isinstance(key, int) else kind_words(str(key))
            self._rows += [Group(title, len(several)), *several]
        self.endResetModel()

    def next_hit(self, row: int, by: int) -> int:
        """Give the row of the hit before (-1) or after (1) a row; the same row where there is none."""
        at = row + by
        while 0 <= at < len(self._rows) and isinstance(self._rows[at], Group):
            at += by
        return at if 0 <= at < len(self._rows) else row

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self._rows[index.row()], Group):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, RECORD, Qt.ItemDataRole.AccessibleTextRole):
            return None
        row = self._rows[index.row()]
        if role == RECORD:
            return row
        return row.title if isinstance(row, Group) else row.snippet


def kind_words(kind: str, *, several: bool = True) -> str:
    """Say a kind of record in the window's language."""
    one, many = _KINDS[kind]
    return tr(many if several else one)


_KINDS = {
    "article": ("Article", "Articles"),
    "passage": ("Passage", "Passages"),
    "note": ("Note", "Notes"),
    "instrument": ("Instrument", "Instruments"),
    "code": ("Code", "Codes"),
}
