"""What the picker offers: codes or instruments that fit what is typed, and at the end to make a new code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from db.folding import fold_query
from db.project import Project
from db.records import CodeId
from desktop.matching import Matchable, Matcher
from desktop.mnemonics import assign
from desktop.models.articles import RECORD, Index
from desktop.words import language, tr

_NOWHERE = QModelIndex()
_RECENT = 10_000  # more than anything is ever used
LATELY = 12
_TWO, _FEW = 2, 4  # letters; offers that are only spelled with what is typed


@dataclass(frozen=True, slots=True)
class Offer:
    """One row: a code or instrument by id, or (id 0) a code to be made with this name."""

    id: int
    name: str
    number: str = ""
    branch: str = ""
    colour: str = ""
    aside: str = ""
    unsure: bool = False
    letters: str = ""


class OffersModel(QAbstractListModel):
    """The offers that fit what is typed, best first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._offers: dict[int, Offer] = {}
        self._matcher: Matcher[int] = Matcher(())
        self._rows: list[Offer] = []
        self.chosen: Sequence[int] = ()
        self._makes = False
        self._names: dict[int, tuple[str, ...]] = {}  # folded
        self._cues: dict[int, tuple[str, ...]] = {}

    def offer_codes(self, project: Project, recent: Sequence[int]) -> None:
        """Offer the codes of the working books and own ones; those used last and most come first."""
        several, codes = {book.id: book for book in project.codes.books()}, project.codes.offered()
        frameworks = {code.codebook for code in codes}
        letters = assign(codes, project.letters())
        items: list[Matchable[int]] = []
        self._offers, self._names, self._cues = {}, {}, {}
        for code in codes:
            version = several[code.codebook].version if len(frameworks) > 1 else ""
            name = code.title(language()) or code.key
            unsure = not code.confirmed(language())
            pair = letters.get(code.id, "")
            self._offers[code.id] = Offer(code.id, name, code.number, code.branch, code.colour, version, unsure, pair)
            texts = (code.number, code.name_zh, code.name_en, code.name)
            cues = (*code.cues_zh, *code.cues_en)
            self._names[code.id] = tuple(fold_query(text) for text in texts if text)
            self._cues[code.id] = tuple(fold_query(text) for text in cues)
            boost = _boost(code.id, code.uses, recent)
            items.append(Matchable(code.id, texts, boost, cues, pair))
        self._matcher, self._makes = Matcher(items), True

    def offer_instruments(self, project: Project, recent: Sequence[int]) -> None:
        """Offer instruments by titles, aliases and stable names."""
        items: list[Matchable[int]] = []
        self._offers, self._names, self._cues = {}, {}, {}
        for each in project.instruments.all():
            self._offers[each.id] = Offer(each.id, each.title(language()) or each.key, aside=each.date[:4])
            bare = each.title_zh.strip("《》")
            texts = (bare, each.title_en, each.name, *(alias.text for alias in each.aliases))
            items.append(Matchable(each.id, texts, _boost(each.id, each.uses, recent)))
        self._matcher, self._makes = Matcher(items), False

    def find(self, query: str) -> None:
        """Show what fits."""
        query = query.strip()
        found = self._sensible(query, [self._offers[item.key] for item in self._matcher.find(query, 200)])
        if self._makes and query and all(offer.name.casefold() != query.casefold() for offer in found):
            found.append(Offer(0, query))
        self._show(found)

    def _sensible(self, query: str, found: list[Offer]) -> list[Offer]:
        """Put names in which a word begins with Latin letters before those that hold them inside one.

        Where names hold three letters or more outright, only a few offers that are merely spelled with them follow.
        """
        letters = fold_query(query)
        if not self._names or len(letters) < _TWO or not letters.isascii() or not letters[0].isalpha():
            return found
        said = {offer.id for offer in found if any(letters in name for name in self._names[offer.id])}
        begun = {key for key in said if any(f" {letters}" in f" {name}" for name in self._names[key])}
        order = iter(sorted((offer for offer in found if offer.id in said), key=lambda offer: offer.id not in begun))
        found = [next(order) if offer.id in said else offer for offer in found]
        if not begun or len(letters) == _TWO:
            return found
        held = said | {offer.id for offer in found if any(letters in cue for cue in self._cues[offer.id])}
        others = [offer.id for offer in found if offer.id not in held]
        return [offer for offer in found if offer.id in held or offer.id in others[:_FEW]]

    def narrow(self, letters: str) -> None:
        """Show the codes whose letters begin with these, in their order; without any, all, best first."""
        found = [offer for offer in self._best() if offer.letters and offer.letters.startswith(letters)]
        self._show(sorted(found, key=_letters) if letters else found)

    def lettered(self, letters: str) -> Offer | None:
        """Give the code that has these letters."""
        return next((offer for offer in self._offers.values() if letters and offer.letters == letters), None)

    def begins(self, letters: str) -> bool:
        """Whether the letters of any code begin with these."""
        return any(offer.letters.startswith(letters) for offer in self._offers.values())

    def _best(self) -> list[Offer]:
        return [self._offers[item.key] for item in self._matcher.find("", len(self._offers))]

    def _show(self, offers: list[Offer]) -> None:
        self.beginResetModel()
        self._rows = offers
        self.endResetModel()

    def best(self, query: str) -> Offer | None:
        """Give what fits a query best, without showing it."""
        found = self._matcher.find(query, 1)
        return self._offers[found[0].key] if found else None

    def offer(self, row: int) -> Offer | None:
        """Give the offer of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, key: int) -> int:
        """Give the row that offers a code or instrument; -1 where it is not shown."""
        return next((row for row, offer in enumerate(self._rows) if key and offer.id == key), -1)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        offer = self.offer(index.row()) if index.isValid() else None
        if offer is None:
            return None
        if role == RECORD:
            return offer
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return shown_name(offer)
        doubt = tr("name unconfirmed") if offer.unsure else ""
        return "\n".join(filter(None, (shown_name(offer), doubt))) if role == Qt.ItemDataRole.ToolTipRole else None


def shown_name(offer: Offer) -> str:
    """Say what a row offers."""
    return f"{offer.number} {offer.name}".strip() if offer.id else tr("Make own code “{name}”", name=offer.name)


def own_code(project: Project, name: str) -> CodeId:
    """Find the own code of a name, or make it; a name in Latin letters counts as English."""
    held = (code.id for code in project.codes.all() if not code.shipped and name in (code.name_zh, code.name_en))
    found = next(held, None)
    return project.codes.add(*(("", name) if name.isascii() else (name, ""))) if found is None else found


def _letters(offer: Offer) -> str:
    return offer.letters


def _boost(key: int, uses: int, recent: Sequence[int]) -> float:
    return float(uses + (_RECENT * (len(recent) - recent.index(key)) if key in recent else 0))
