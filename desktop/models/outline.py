"""The outline of a text as one flat list: headings and provisions in order, filtered as one types."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from db.folding import fold_query
from db.locators import Heading, headings, numeral
from db.records import Layout
from desktop.models.articles import RECORD, Index

HERE = RECORD + 1  # whether one reads there; RECORD is the Heading of a row
_NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Outline:
    """The headings of one text, where each starts (code points), and what a filter compares."""

    headings: Sequence[Heading] = ()
    starts: Sequence[int] = ()
    folded: Sequence[str] = ()


def outlined(text: str, layout: Layout) -> Outline:
    """Find the headings of a text and all that showing them needs; pure, for any thread."""
    found = headings(text, layout)
    titles = [each.title for each in found]
    folded = fold_query("\n".join(titles)).split("\n")  # at once: three times as fast as one by one
    if len(folded) != len(titles):
        folded = [fold_query(title) for title in titles]
    return Outline(found, [each.start for each in found], folded)


class OutlineModel(QAbstractListModel):
    """The rows of an outline that fit the filter, one of them marked as the place where one reads."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._outline = Outline()
        self._rows: Sequence[int] = ()
        self._filter = ""
        self._point = 0
        self._here = -1

    def show(self, outline: Outline) -> None:
        """Show the outline of another text."""
        self._outline = outline
        self._fill()

    def set_filter(self, text: str) -> None:
        """Show only what has these words in it; a number finds the provision of that number."""
        if text.strip() != self._filter:
            self._filter = text.strip()
            self._fill()

    @property
    def count(self) -> int:
        """How many headings the text has, shown or not."""
        return len(self._outline.headings)

    @property
    def filtered(self) -> bool:
        """Whether a filter hides headings."""
        return bool(self._filter)

    def _fill(self) -> None:
        self.beginResetModel()
        wanted = _wanted(self._filter)
        self._rows = range(self.count)
        if wanted:
            self._rows = [at for at, title in enumerate(self._outline.folded) if any(word in title for word in wanted)]
        self._here = self._row_of(self._point)
        self.endResetModel()

    def set_place(self, point: int) -> bool:
        """Mark the heading that a code point stands under; whether another one is marked now."""
        self._point = point
        before, self._here = self._here, self._row_of(point)
        if before == self._here:
            return False
        for row in (before, self._here):
            if 0 <= row < len(self._rows):
                self.dataChanged.emit(self.index(row), self.index(row), [HERE])
        return True

    @property
    def here(self) -> QModelIndex:
        """The row where one reads; invalid where the filter hides it or no heading stands before."""
        return self.index(self._here) if self._here >= 0 else QModelIndex()

    def _row_of(self, point: int) -> int:
        heading = bisect_right(self._outline.starts, point) - 1
        row = bisect_left(self._rows, heading)
        return row if row < len(self._rows) and self._rows[row] == heading else -1

    def heading(self, index: Index) -> Heading | None:
        """Give the heading of a row."""
        return self._outline.headings[self._rows[index.row()]] if 0 <= index.row() < len(self._rows) else None

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if role == HERE:
            return index.row() == self._here
        found = self.heading(index)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return found.title if found else None
        return found if role == RECORD else None


def _wanted(text: str) -> tuple[str, ...]:
    """Give the words of which one must be in a title."""
    words = fold_query(text).strip()
    if words.isdecimal() and words.isascii() and int(words) < 100_000:
        return (*(f"第{each}{kind}" for each in (words, numeral(int(words))) for kind in "条章节编"), words)
    return (words,) if words else ()
