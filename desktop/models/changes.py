"""The audit as rows: every change, newest first."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from db.changes import Change
from desktop.models.articles import RECORD, Index
from desktop.models.deeds import deed_words, label_words
from desktop.words import tr

_NOWHERE = QModelIndex()
# What is counted in words; what else a change touches follows from these.
_COUNTED = {
    "article": ("1 article", "{count} articles"),
    "version": ("1 text", "{count} texts"),
    "annotation": ("1 passage", "{count} passages"),
    "tagging": ("1 coding", "{count} codings"),
    "link": ("1 link", "{count} links"),
    "note": ("1 note", "{count} notes"),
    "code": ("1 code", "{count} codes"),
    "instrument": ("1 instrument", "{count} instruments"),
    "field_value": ("1 field value", "{count} field values"),
    "relation": ("1 relation", "{count} relations"),
    "article_status": ("1 status", "{count} statuses"),
    "conflict": ("1 conflict", "{count} conflicts"),
}


class ChangesModel(QAbstractListModel):
    """The changes of a project."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Change] = []

    def show_changes(self, changes: list[Change]) -> None:
        """Show changes in the order given."""
        self.beginResetModel()
        self._rows = changes
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, RECORD, Qt.ItemDataRole.AccessibleTextRole):
            return None
        change = self._rows[index.row()]
        return change if role == RECORD else label_of(change)


def label_of(change: Change) -> str:
    """Say what a change did."""
    if change.kind == "undo":
        return tr("Undid: {label}", label=deed_words(change))
    return tr("Redid: {label}", label=deed_words(change)) if change.kind == "redo" else label_words(change.label)


def counts_of(change: Change) -> str:
    """Say how much a change touched."""
    counted = ((words, change.counts.get(table, 0)) for table, words in _COUNTED.items())
    return " · ".join(tr(one) if count == 1 else tr(several, count=count) for (one, several), count in counted if count)
