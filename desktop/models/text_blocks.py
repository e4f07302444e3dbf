"""The blocks of an article's file, those of its text and those left out, with what a person chooses of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from db.project import Project
from db.records import ArticleId, Progress, Remark
from desktop.models.articles import RECORD, Index
from desktop.words import tr

LOOKED_AT, _TIP = 400, 2_000  # characters
_NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Row:
    """One block: what it says, why it was left out if it was, how much room it takes in halves of a Chinese character."""

    kind: str
    text: str
    reason: str  # an English template; nothing for a block of the text
    kept: bool  # as the article is now
    room: float


@dataclass(frozen=True, slots=True)
class Choice:
    """What the page shows of one article, read beside the window."""

    article: ArticleId
    version: int
    title: str
    remarks: tuple[Remark, ...]
    rows: tuple[Row, ...]
    marked: tuple[tuple[int, int], ...]  # of each annotation, the first and the last row it stands in


class BlocksModel(QAbstractListModel):
    """The blocks with what is chosen of them now."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[Row] = ()
        self.kept: list[bool] = []

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show blocks as the article has them."""
        self.beginResetModel()
        self._rows, self.kept = rows, [row.kept for row in rows]
        self.endResetModel()

    def row(self, index: Index) -> Row | None:
        """Give the block of a row."""
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    def keep(self, rows: Iterable[int], kept: bool) -> None:
        """Keep blocks, or leave them out."""
        for row in rows:
            self.kept[row] = kept
            self.dataChanged.emit(self.index(row), self.index(row))

    @property
    def changed(self) -> list[int]:
        """The rows that are chosen otherwise than the article has them."""
        return [n for n, row in enumerate(self._rows) if row.kept != self.kept[n]]

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        row = self.row(index)
        if row is None or role == RECORD:
            return row
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if self.kept[index.row()] else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.DisplayRole:
            return row.text[:LOOKED_AT]
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.text[:_TIP] if row.room > LOOKED_AT / 4 else None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            state = tr("Kept") if self.kept[index.row()] else tr("Left out")
            return "\n".join(part for part in (state, tr(row.reason) if row.reason else "", row.text[:LOOKED_AT]) if part)
        return None


def read_blocks(path: Path, article: ArticleId, progress: Progress) -> Choice:
    """Read what the page shows of an article."""
    from db.importers import REASONS  # heavy, and needed only here
    from db.importers.putting_back import blocks_of

    with Project.open(path, read_only=True) as project:
        version = project.articles.version(article)
        title = project.articles.get(article).title
        spans = [(each.start, each.end) for each in project.annotations.of(article)]
    rows, homes = [], []
    blocks = iter(version.layout.blocks)
    for n, piece in enumerate(blocks_of(version)):
        if not n & 0xFF:
            progress(n, 0)
        if piece.kept:
            block = next(blocks)
            homes.append((n, block.start, block.end))
        reason = REASONS.get(piece.reason, piece.reason)
        rows.append(Row(piece.kind, piece.text, reason, piece.kept, _room(piece.text)))
    return Choice(article, version.id, title, version.remarks, tuple(rows), _marked(spans, homes))


def _room(text: str) -> float:
    head = text[:LOOKED_AT]
    return len(head) + sum(1 for character in head if character > "⺀")


def _marked(spans: Iterable[tuple[int | None, int | None]], homes: Sequence[tuple[int, int, int]]) -> tuple[tuple[int, int], ...]:
    """Give the first and the last row each annotation stands in."""
    starts, ends = [start for _row, start, _end in homes], [end for _row, _start, end in homes]
    found = []
    for start, end in spans:
        if start is not None and end is not None:
            first, last = bisect_right(ends, start), bisect_left(starts, end) - 1
            if first <= last:
                found.append((homes[first][0], homes[last][0]))
    return tuple(found)
