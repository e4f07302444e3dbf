"""The library's rows: articles, filtered by what is typed."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from db.records import Article, ArticleId
from desktop.matching import Matchable, Matcher
from desktop.session import Session
from desktop.words import tr

TABLES = frozenset({"article", "version", "article_status", "annotation"})
RECORD = int(Qt.ItemDataRole.UserRole)  # the Article of a row
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class ArticlesModel(QAbstractListModel):
    """The articles of the open project, the last imported first."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._all: list[Article] = []
        self._shown: list[Article] = []
        self._filter = ""
        self._matcher: Matcher[ArticleId] | None = None

    def reload(self) -> None:
        """Read the articles again."""
        self._all = self._session.project.articles.all() if self._session.is_open else []
        self._matcher = None
        self._show()

    def set_filter(self, text: str) -> None:
        """Show only articles whose title, authors, publisher, key or year fit."""
        if text.strip() != self._filter:
            self._filter = text.strip()
            self._show()

    def _show(self) -> None:
        shown = self._all
        if self._filter:
            fitting = {item.key for item in self._matching().find(self._filter, len(self._all))}
            shown = [each for each in self._all if each.id in fitting]
        same_rows = [each.id for each in shown] == [each.id for each in self._shown]
        if same_rows:
            self._shown = shown
            if shown:
                self.dataChanged.emit(self.index(0), self.index(len(shown) - 1))
            return
        self.beginResetModel()
        self._shown = shown
        self.endResetModel()

    @property
    def count(self) -> int:
        """How many articles there are, filtered or not."""
        return len(self._all)

    def article(self, index: Index) -> Article | None:
        """Give the article of a row."""
        return self._shown[index.row()] if index.isValid() and index.row() < len(self._shown) else None

    def index_of(self, article: int | None) -> QModelIndex:
        """Give the row of an article; an invalid index where it is not shown."""
        return next((self.index(row) for row, each in enumerate(self._shown) if each.id == article), QModelIndex())

    def named(self, query: str, limit: int) -> list[Article]:
        """List the articles a name may mean, best first."""
        by_id = {each.id: each for each in self._all}
        return [by_id[item.key] for item in self._matching().find(query, limit)]

    def _matching(self) -> Matcher[ArticleId]:
        if self._matcher is None:
            self._matcher = Matcher(Matchable(each.id, names(each)) for each in self._all)
        return self._matcher

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if role not in (RECORD, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return None
        article = self.article(index)
        if article is None or role == RECORD:
            return article
        if role == Qt.ItemDataRole.DisplayRole:
            return article.title
        status = tr(article.status.capitalize()) + (f" ({article.reason})" if article.reason else "")
        parts = (article.title, second_line(article), status, tr("{count} passages of yours", count=article.own))
        return "\n".join(part for part in parts if part)


def second_line(article: Article) -> str:
    """Give a row's second line: publisher · date · genre."""
    by = article.publisher or "、".join(author.name for author in article.authors[:2])
    return " · ".join(part for part in (by, article.published[:10], tr(article.genre) if article.genre else "") if part)


def names(article: Article) -> tuple[str, ...]:
    """Give what an article may be found by."""
    return (article.title, article.key, article.publisher, article.published, *(author.name for author in article.authors))
