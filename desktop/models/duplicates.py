"""Groups of articles that are nearly one text, with what a person decided about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from db.library import Entry, Filter
from db.records import ArticleId
from desktop.models.articles import RECORD, Index
from desktop.session import Session
from desktop.words import tr

_NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Suspects:
    """Articles that are nearly one text, the earliest published first; `decided` where all are related as reprints."""

    articles: tuple[Entry, ...]
    decided: bool

    @property
    def publishers(self) -> tuple[str, ...]:
        """Who published the text, each once."""
        return tuple(dict.fromkeys(each.publisher for each in self.articles if each.publisher))


class GroupsModel(QAbstractListModel):
    """The groups, those that nobody decided about first; what is in one is read when it is seen."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._found: list[list[ArticleId]] = []
        self._different: Mapping[ArticleId, frozenset[ArticleId]] = {}
        self._families: dict[ArticleId, ArticleId] = {}
        self._groups: list[tuple[ArticleId, ...]] = []
        self._read: dict[tuple[ArticleId, ...], Suspects] = {}

    def show_groups(self, groups: Iterable[Sequence[ArticleId]]) -> None:
        """Show groups, divided by what people said is not the same text."""
        self._found = [list(group) for group in groups]
        self.reload()

    def reload(self) -> None:
        """Look at the groups again, as when articles were removed or related, or said to be not the same."""
        articles = self._session.project.articles if self._session.is_open else None
        wanted = tuple(key for group in self._found for key in group)
        there = set(articles.ids(where=Filter(articles=wanted))) if articles is not None and wanted else set()
        self._families = articles.families() if articles is not None else {}
        left = [[key for key in group if key in there] for group in self._found]
        relations = self._session.project.relations if self._session.is_open else None
        self._different = relations.different() if relations is not None else {}
        groups = [tuple(group) for group in relations.told_apart(left)] if relations is not None else []
        self.beginResetModel()
        self._read.clear()
        self._groups = sorted(groups, key=self._is_decided)
        self.endResetModel()

    def _is_decided(self, group: Sequence[ArticleId]) -> bool:
        return len({self._families.get(key, key) for key in group}) == 1

    def is_different(self, one: ArticleId, other: ArticleId) -> bool:
        """Whether a person called two articles different."""
        return other in self._different.get(one, ())

    def original(self, article: ArticleId) -> ArticleId:
        """Give what an article is a reprint of, else itself."""
        return self._families.get(article, article)

    def suspects(self, row: int) -> Suspects | None:
        """Give the group on a row."""
        if not 0 <= row < len(self._groups):
            return None
        group = self._groups[row]
        if group not in self._read:
            found = self._session.project.articles.page(where=Filter(articles=group), limit=len(group))
            # An undated one cannot be shown to be the original.
            found.sort(key=lambda each: (self.original(each.id) != each.id, not each.published, each.published, each.id))
            self._read[group] = Suspects(tuple(found), self._is_decided(group))
        return self._read[group]

    def row_of(self, article: int | None) -> int:
        """Give the first row with an article; -1 where there is none."""
        return next((row for row, group in enumerate(self._groups) if article in group), -1)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._groups)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        suspects = self.suspects(index.row()) if index.isValid() else None
        if suspects is None or role == RECORD:
            return suspects
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return None
        return f"{suspects.articles[0].title}\n{group_words(suspects)}"


def group_words(suspects: Suspects) -> str:
    """Say how many articles a group has, and who published them."""
    several = tr("{n} articles", n=len(suspects.articles))
    return " · ".join((several, *suspects.publishers))
