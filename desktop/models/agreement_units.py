"""The units behind a number of agreement as rows, read some at a time, and the words of each that are shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, Signal

from db.compared import Told, Voice
from desktop.models.articles import RECORD, Index
from desktop.models.candidates import SHOWN, Piece
from desktop.words import tr

PAGE = 200
_NOWHERE = QModelIndex()
_LEAD = 40  # code points shown before the first passage of a long unit
_BLANKS = dict.fromkeys(map(ord, "\n\r\t\x0b\x0c\x85\u2028\u2029"), " ")


class UnitsModel(QAbstractListModel):
    """Units in the order of articles; the next ones are asked for when the view comes to the end."""

    more_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._units: list[Told] = []
        self._shown: dict[int, tuple[Piece, ...]] = {}
        self._unit = ""
        self.complete = True

    def begin(self, unit: str) -> None:
        """Show none yet; more will come."""
        self.beginResetModel()
        self._units, self._unit, self.complete = [], unit, False
        self._shown.clear()
        self.endResetModel()

    def forget(self) -> None:
        """Show none."""
        self.begin("")
        self.complete = True

    def add(self, units: Sequence[Told]) -> None:
        """Show further units; a page that is not full is the last."""
        self.complete = len(units) < PAGE
        if units:
            first = len(self._units)
            self.beginInsertRows(_NOWHERE, first, first + len(units) - 1)
            self._units += units
            self.endInsertRows()

    def unit(self, row: int) -> Told | None:
        """Give the unit on a row."""
        return self._units[row] if 0 <= row < len(self._units) else None

    def canFetchMore(self, _parent: Index = _NOWHERE) -> bool:
        return not self.complete

    def fetchMore(self, _parent: Index = _NOWHERE) -> None:
        self.more_wanted.emit()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._units)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        told = self.unit(index.row())
        if told is None:
            return None
        if role == RECORD:
            return told
        if role == SHOWN:
            if index.row() not in self._shown:
                self._shown[index.row()] = tuple(led(list(pieces(told, self._unit))))
            return self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return told.text or " … ".join(quote for voice in told.voices for quote in voice.quotes if quote)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            said = "; ".join(f"{voice.name}: {gave_words(voice)}" for voice in told.voices)
            return f"{self.data(index)} – {told.code} – {told.title} {told.locator} – {said}"
        return None


def gave_words(voice: Voice | None) -> str:
    """Say whether a coder gave the code; None has not finished the article."""
    if voice is None:
        return tr("has not finished this article")
    return tr("coded it") if voice.gave else tr("did not code it")


def pieces(told: Told, unit: str) -> Iterator[Piece]:
    """Give the words of a unit with what was coded in it; of a whole article, the coded passages alone."""
    if unit == "article":
        quotes = dict.fromkeys(quote for voice in told.voices for quote in voice.quotes if quote)
        for number, quote in enumerate(quotes):
            if number:
                yield Piece(" … ", "gap")
            yield Piece(quote.translate(_BLANKS), "hit")
        return
    cell = told.cell.start, told.cell.end
    spans = [cell] if unit == "character" else [span for voice in told.voices for span in voice.passages if span is not None]
    at, last = 0, len(told.text)
    for start, end in sorted(spans):
        start, end = max(at, start - told.at), min(last, end - told.at)
        if start < end:
            yield Piece(told.text[at:start].translate(_BLANKS), "around" if unit == "character" else "inside")
            yield Piece(told.text[start:end].translate(_BLANKS), "hit")
            at = end
    yield Piece(told.text[at:].translate(_BLANKS), "around" if unit == "character" else "inside")


def led(found: Sequence[Piece]) -> Iterator[Piece]:
    """Give the same without most of what stands before the first passage, so that a row shows it."""
    first = found[0] if found else Piece("", "")
    if len(found) > 1 and first.kind != "hit" and len(first.text) > 2 * _LEAD:
        yield Piece("… " + first.text[-_LEAD:], first.kind)
        yield from found[1:]
    else:
        yield from found
