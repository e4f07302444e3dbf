"""The quotations of a manuscript as rows, with what became of each; narrowed to one status where asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from db.sharing.quotes import ALLOWED, Checked, Status
from db.sharing.wording import Part
from desktop.models.articles import RECORD, Index
from desktop.words import tr

STATUSES: tuple[Status, ...] = ("verbatim", "differs", "ambiguous", "absent")
SIGNS: Mapping[Status, str] = {"verbatim": "✓", "differs": "≠", "ambiguous": "?", "absent": "–"}
_NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a quotation: same in both, in the manuscript only, or in the article only."""

    text: str
    kind: str  # same, manuscript, article


def status_words(status: Status) -> str:
    """Say a status."""
    if status == "verbatim":
        return tr("verbatim")
    if status == "differs":
        return tr("differs")
    return tr("ambiguous") if status == "ambiguous" else tr("not in the library")


def outcome_words(checked: Checked) -> str:
    """Say what became of a quotation, with what was allowed or overlooked in it."""
    words = status_words(checked.status)
    if not checked.allowed:
        return words
    return tr(
        "{status}, allowing for: {allowed}", status=words, allowed=tr(", ").join(tr(ALLOWED[name]) for name in checked.allowed)
    )


def pieces(checked: Checked) -> tuple[Piece, ...]:
    """Give the words of a quotation with what differs; one that does not differ is one piece."""
    if not checked.difference:
        return (Piece(checked.quotation.text, "same"),)
    return tuple(piece for part in checked.difference for piece in _of(part))


def _of(part: Part) -> Iterator[Piece]:
    if part.equal:
        yield Piece(part.manuscript, "same")
        return
    if part.manuscript:
        yield Piece(part.manuscript, "manuscript")
    if part.article:
        yield Piece(part.article, "article")


class QuotesModel(QAbstractListModel):
    """Quotations in the order of the manuscript."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[Checked, ...] = ()
        self._rows: tuple[Checked, ...] = ()
        self.status: Status | None = None

    def show_checked(self, checked: Sequence[Checked]) -> None:
        """Show quotations, all of them."""
        self._all = tuple(checked)
        self.narrow(None)

    def narrow(self, status: Status | None) -> None:
        """Show only those of a status; None shows all."""
        self.beginResetModel()
        self.status = status
        self._rows = tuple(each for each in self._all if status in (None, each.status))
        self.endResetModel()

    @property
    def counts(self) -> Counter[str]:
        """How many there are of each status."""
        return Counter(each.status for each in self._all)

    def quote(self, row: int) -> Checked | None:
        """Give the quotation on a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    @property
    def all(self) -> tuple[Checked, ...]:
        """All quotations, whichever are shown."""
        return self._all

    def row_of(self, checked: Checked | None) -> int:
        """Give the row of a quotation, -1 where it is not shown."""
        return self._rows.index(checked) if checked in self._rows else -1

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        checked = self.quote(index.row())
        if checked is None:
            return None
        if role == RECORD:
            return checked
        if role == Qt.ItemDataRole.DisplayRole:
            return " ".join(checked.quotation.text.split())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{outcome_words(checked)}: {self.data(index)} – {checked.place} – {checked.citation}"
        return None
