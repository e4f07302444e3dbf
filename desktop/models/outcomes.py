"""What became of each file of an import, as rows that can be filtered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal, get_args

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from db.errors import CannotImport, ProjectError
from db.records import ArticleId, Remark
from desktop.dates import written
from desktop.errors import words
from desktop.models.articles import RECORD, Index
from desktop.words import tr

Fate = Literal["failed", "known", "similar", "remarked", "imported", "left_out"]
FATES: tuple[Fate, ...] = get_args(Fate)
NAMES: Mapping[Fate, str] = {
    "failed": "Not imported",
    "known": "Already in the project",
    "similar": "Nearly the same as another",
    "remarked": "Imported with remarks",
    "imported": "Imported",
    "left_out": "Left out",
}
_NOWHERE = QModelIndex()
_SHOWN = 3  # remarks that are said in a row; the tool tip says all


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one source: its name as it can be shown, the article it became or is, and what is to be known of it."""

    name: str
    article: ArticleId | None = None
    title: str = ""
    known: bool = False
    error: ProjectError | None = None
    remarks: tuple[Remark, ...] = ()
    like: ArticleId | None = None  # an article with nearly the same text
    like_title: str = ""

    @property
    def fate(self) -> Fate:
        """The one word for it, what needs a person first."""
        if self.error is not None:
            return "left_out" if self.was_left_out else "failed"
        if self.known:
            return "known"
        return "similar" if self.like is not None else "remarked" if self.remarks else "imported"

    @property
    def was_left_out(self) -> bool:
        """Whether this is about files that were not meant to become articles: a reference list, files of other kinds."""
        if not isinstance(self.error, CannotImport):
            return False
        from db.importers import LeftOut  # heavy, and loaded by the import that this is about

        return isinstance(self.error, LeftOut)


def said(outcome: Imported, most: int | None = None) -> str:
    """Say what became of a file, with at most so many remarks."""
    if isinstance(outcome.error, CannotImport):
        return tr(outcome.error.template, **outcome.error.facts)  # its name stands beside it
    if outcome.error is not None:
        return words(outcome.error)
    parts = [tr("Already in the project")] if outcome.known else [tr("Imported")]
    if outcome.like is not None:
        parts.append(tr("nearly the same as “{title}”", title=outcome.like_title))
    parts += [remark_said(remark) for remark in outcome.remarks[:most]]
    return " · ".join(parts)


def remark_said(remark: Remark) -> str:
    """Say a remark of an import, dates and times among its facts as the page wrote them."""
    facts = {name: written(fact) if len(fact) > len("2024") else fact for name, fact in remark.facts.items()}
    return tr(remark.sentence, **facts)


class OutcomesModel(QAbstractListModel):
    """The outcomes of one import, those of one fate or all."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: Sequence[Imported] = ()
        self._shown: Sequence[Imported] = ()
        self._fate: Fate | None = None

    def show_outcomes(self, outcomes: Sequence[Imported]) -> None:
        """Show the outcomes of an import, in the order of its files."""
        self._all = outcomes
        self._choose()

    def show_only(self, fate: Fate | None) -> None:
        """Show those of one fate; None shows all."""
        if fate != self._fate:
            self._fate = fate
            self._choose()

    def _choose(self) -> None:
        self.beginResetModel()
        self._shown = self._all if self._fate is None else [each for each in self._all if each.fate == self._fate]
        self.endResetModel()

    @property
    def fate(self) -> Fate | None:
        """What is shown alone, if anything is."""
        return self._fate

    @property
    def counts(self) -> Mapping[Fate, int]:
        """How many there are of each fate, filtered or not."""
        counts: dict[Fate, int] = dict.fromkeys(FATES, 0)
        for each in self._all:
            counts[each.fate] += 1
        return counts

    def outcome(self, index: Index) -> Imported | None:
        """Give the outcome of a row."""
        return self._shown[index.row()] if index.isValid() and index.row() < len(self._shown) else None

    def listed(self) -> str:
        """Give what is shown as lines of name, fate and words, with tabs between them as tables take them."""
        rows = ((each.name, tr(NAMES[each.fate]), each.title, said(each)) for each in self._shown)
        return "\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        outcome = self.outcome(index)
        if outcome is None or role == RECORD:
            return outcome
        if role == Qt.ItemDataRole.DisplayRole:
            return outcome.name
        lines = [part for part in (outcome.name, outcome.title, said(outcome)) if part]
        if role == Qt.ItemDataRole.ToolTipRole:
            return "".join(f"<p>{escape(line)}</p>" for line in lines)  # Qt wraps rich text only
        return "\n".join(lines) if role == Qt.ItemDataRole.AccessibleTextRole else None


def short(outcome: Imported) -> str:
    """Say what became of a file in one line."""
    more = len(outcome.remarks) - _SHOWN
    return said(outcome, _SHOWN) + (f" · {tr('{count} more', count=more)}" if more > 0 else "")
