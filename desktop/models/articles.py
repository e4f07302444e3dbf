"""The library's list: which articles in which order, and what a row shows, read a page at a time when it is seen."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt

from db.folding import fold_query, fold_text
from db.library import PAGE, Entry, Filter
from db.records import AnnotationId, Article, ArticleId
from desktop.matching import Matchable, Matcher
from desktop.models.article_groups import Group, Rows, alike_groups, ordered
from desktop.session import Session
from desktop.words import tr

TABLES = frozenset(
    {
        "article",
        "version",
        "article_status",
        "article_tag",
        "collected",
        "collection",
        "annotation",
        "tagging",
        "coder",
        "setting",
    }
)
# A change of these alone is seen on the rows of their articles, and changes none's place unless one sorts by them.
_ON_ANNOTATIONS = frozenset({"annotation", "tagging"})
RECORD = int(Qt.ItemDataRole.UserRole)  # the Entry or Heading of a row
DRAGGED = "application/x-glossator-articles"
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_KEPT_PAGES = 64
# A larger library is searched by SQL alone: working out the pinyin of all its titles would take too long for a key.
_SPELLED = 1_000
_CANDIDATES = 200
ALIKE = "alike"  # grouped by what was found to be nearly one text
_TAGS = 10  # tags a word of the filter may mean


@dataclass(frozen=True, slots=True)
class Heading:
    """The row above a group of articles."""

    value: str
    title: str
    count: int
    open: bool


# What a group is called whose articles lack what is grouped by.
_WITHOUT = {
    "publisher": "Without publisher", "year": "Without date", "genre": "Without genre", "collection": "In no collection",
    "tag": "Without tags", "author": "Without author", "language": "Language unknown",
}  # fmt: skip


LANGUAGES = {"zh": "Chinese text", "en": "English text"}


class ArticlesModel(QAbstractListModel):
    """The articles of the open project in the order asked for: at first the last imported first."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.where = Filter()
        self.order, self.descending, self.by = "added", True, ""
        self.alike: Sequence[Sequence[ArticleId]] = ()  # groups of what was found to be nearly one text
        self._closed: set[tuple[str, str]] = set()  # headings folded by hand: (grouped by, value)
        self._rows = Rows()
        self._pages: OrderedDict[tuple[str, int], dict[ArticleId, Entry]] = OrderedDict()
        self._count = 0
        self._matcher: Matcher[ArticleId] | None = None
        self._named: dict[ArticleId, Entry] = {}

    # What is listed

    def reload(self) -> None:
        """Read which articles there are again; what is seen of them is read when they are drawn."""
        self._matcher = None
        self._count = self._session.project.articles.count() if self._session.is_open else 0
        if not self._session.is_open:
            self._closed.clear()
        self._show()

    def catch_up(self, tables: Collection[str], annotations: Sequence[int] | None) -> None:
        """Follow changes of some tables that touched some annotations (None: any)."""
        placed = self.where.coded is not None or self.where.coder is not None or self.order == "annotations"
        if placed or not set(tables) & TABLES <= _ON_ANNOTATIONS or not self._session.is_open:
            self.reload()
            return
        keys = [AnnotationId(key) for key in annotations or ()]
        found = self._session.project.annotations.several(keys)
        if annotations is not None and len(found) == len(keys):
            self._read_again({each.article for each in found})
        else:  # what was removed does not say from which article
            self._pages.clear()
            self._told(0, len(self._rows) - 1)

    def list_by(self, where: Filter, order: str = "added", *, descending: bool = True, by: str = "") -> None:
        """List the articles that fit, in an order of db.library.ORDERS, grouped by one of GROUPS (or not)."""
        if (where, order, descending, by) != (self.where, self.order, self.descending, self.by):
            self.where, self.order, self.descending, self.by = where, order, descending, by
            self._show()

    def set_filter(self, text: str) -> None:
        """Show only articles whose title, by-line, key, address or tag fits."""
        self.list_by(replace(self.where, text=text.strip()), self.order, descending=self.descending, by=self.by)

    @property
    def count(self) -> int:
        """How many articles there are, filtered or not."""
        return self._count

    def _show(self) -> None:
        """Read which articles are listed, and say how the rows differ from before."""
        self._pages.clear()
        rows = Rows(self._groups(), headed=bool(self.by)) if self._session.is_open else Rows()
        before, after = self._rows.keys(), rows.keys()
        head = _alike(before, after)
        tail = min(_alike(before[::-1], after[::-1]), min(len(before), len(after)) - head)
        gone, come = len(before) - head - tail, len(after) - head - tail
        if head + tail and gone and not come:
            self.beginRemoveRows(QModelIndex(), head, head + gone - 1)
            self._rows = rows
            self.endRemoveRows()
        elif head + tail and come and not gone:
            self.beginInsertRows(QModelIndex(), head, head + come - 1)
            self._rows = rows
            self.endInsertRows()
        elif gone or come:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return
        self._rows = rows
        self._told(0, len(rows) - 1)

    def _groups(self) -> list[Group]:
        project, where = self._session.project, self._wanted()
        if not self.by:
            ids = project.articles.ids(self.order, descending=self.descending, where=where)
            return [Group("", "", len(ids), ids=ids)]
        if self.by == ALIKE:
            ids = project.articles.ids(self.order, descending=self.descending, where=where)
            groups = alike_groups(project, ids, self.alike)
            for group in groups:
                group.open = (ALIKE, group.value) not in self._closed
            return groups
        counted = project.articles.groups(self.by, where)
        groups = [Group(value, value, count, (self.by, value) not in self._closed) for value, count in counted]
        return ordered(project, self.by, groups)

    def _wanted(self) -> Filter:
        """Give what is filtered by; the words typed may also be pinyin or mean tags."""
        where, articles = self.where, self._session.project.articles
        if not where.text:
            return where
        if self._count <= _SPELLED:
            fitting = {item.key for item in self._matching().find(where.text, self._count)}
        else:
            word = fold_query(where.text)
            tags = [name for name, _count in articles.tags() if word in fold_text(name)][:_TAGS]
            if not tags:
                return where
            fitting = set(articles.ids(where=replace(where, articles=None)))
            for name in tags:
                fitting.update(articles.ids(where=Filter(tag=name)))
        if where.articles is not None:
            fitting.intersection_update(where.articles)
        return replace(where, text="", articles=tuple(sorted(fitting)))

    def _ids(self, group: Group) -> list[ArticleId]:
        if group.ids is None:
            group.ids = self._put_into(group) if self.by == "collection" else self._sharing(group.value)
        return group.ids

    def _sharing(self, value: str) -> list[ArticleId]:
        """List the articles that have a value of what is grouped by."""
        articles, where = self._session.project.articles, self._wanted()
        change: dict[str, Any] = {self.by: value}
        found = articles.ids(self.order, descending=self.descending, where=replace(where, **change))
        if getattr(where, self.by) in (None, value):
            return found
        both = set(articles.ids(where=where))  # one author or tag is asked for, and these articles have several
        return [key for key in found if key in both]

    def _put_into(self, group: Group) -> list[ArticleId]:
        """List what was put into a collection itself; a filter by a collection asks for those below it too."""
        project, where = self._session.project, self._wanted()
        collections = project.collections.all()
        here = next((each.id for each in collections if each.uuid == group.value), None)
        narrowed = replace(where, collection=here or 0)
        found = project.articles.ids(self.order, descending=self.descending, where=narrowed)
        if len(found) == group.count:
            return found
        among = set(project.articles.ids(where=where))
        below: set[ArticleId] = set()
        for each in collections:
            if here is not None and each.parent == here:
                below.update(project.articles.ids(where=replace(where, collection=each.id)))
        found = [key for key in found if key in among]
        alone = [key for key in found if key not in below]
        if len(alone) == group.count:
            return alone
        return [key for key in found if key not in below or here in project.collections.of(key)]

    # Rows

    def _told(self, first: int, last: int) -> None:
        if 0 <= first <= last:
            self.dataChanged.emit(self.index(first), self.index(last))

    def headings_before(self, row: int) -> int:
        """Count the headings above a row."""
        return self._rows.headings_before(row)

    def is_heading(self, row: int) -> bool:
        """Whether a row is a heading."""
        return self._rows.is_heading(row)

    def heading_of(self, index: Index) -> QModelIndex:
        """Give the heading above a row; an invalid index where nothing is grouped."""
        return self.index(self._rows.first_of(index.row())) if self._rows.headed and index.isValid() else QModelIndex()

    def fold(self, index: Index, *, unfold: bool | None = None) -> None:
        """Fold the group of a heading, or unfold it; as it is not, unless said."""
        if not index.isValid() or not self.is_heading(index.row()):
            return
        found, row = self._rows.at(index.row()), index.row()
        if found is None or found[0].open is unfold:
            return
        group = found[0]
        if group.open:
            self._closed.add((self.by, group.value))
            self.beginRemoveRows(QModelIndex(), row + 1, row + group.count)
            group.open = False
            self._rows.count_again()
            self.endRemoveRows()
        else:
            self._closed.discard((self.by, group.value))
            self.beginInsertRows(QModelIndex(), row + 1, row + group.count)
            group.open = True
            self._rows.count_again()
            self.endInsertRows()
        self._told(row, row)

    def fold_all(self, *, unfold: bool) -> None:
        """Fold all groups, or unfold them."""
        self._closed = set() if unfold else {(self.by, group.value) for group in self._rows.groups}
        self._show()

    def ids_of(self, rows: Iterable[int]) -> list[ArticleId]:
        """Give the articles on some rows, each once."""
        return [key for key in dict.fromkeys(ArticleId(self.key_of(row)[1]) for row in rows) if key]

    def key_of(self, row: int) -> tuple[str, int]:
        """Give what stands on a row, to find it again when rows have changed: (group, article), 0 for a heading."""
        at = self._rows.at(row)
        if at is None:
            return "", 0
        ids = self._ids(at[0]) if at[1] >= 0 else []
        return at[0].value, ids[at[1]] if 0 <= at[1] < len(ids) else 0

    def rows_of(self, keys: Sequence[tuple[str, int]]) -> list[int]:
        """Give the rows, in order, on which things stand now that `key_of` gave; those no longer listed are left out."""
        return self._rows.find(keys, self._ids)

    def index_of(self, article: int | None) -> QModelIndex:
        """Give the first row of an article; an invalid index where it is not shown."""
        homes = self._homes(article) if article is not None else []
        rows = self.rows_of([(home, article) for home in homes if article is not None])
        return self.index(rows[0]) if rows else QModelIndex()

    def _homes(self, article: int) -> list[str]:
        """Give the groups an article stands in, so that not every group is read to find it."""
        if not self._rows.headed:
            return [""]
        if self.by == ALIKE:
            return [group.value for group in self._rows.groups if article in (group.ids or ())]
        project = self._session.project
        entries = project.articles.page(where=Filter(articles=(ArticleId(article),)))
        if not entries:
            return []
        if self.by == "collection":
            within = set(project.collections.of(ArticleId(article)))
            return [each.uuid for each in project.collections.all() if each.id in within] or [""]
        entry = entries[0]
        if self.by in ("author", "tag"):
            return list(entry.authors if self.by == "author" else entry.tags) or [""]
        return [entry.published[:4] if self.by == "year" else str(getattr(entry, self.by))]

    def article(self, index: Index) -> Entry | None:
        """Give the article of a row."""
        at = self._rows.at(index.row()) if index.isValid() else None
        if at is None or at[1] < 0:
            return None
        ids = self._ids(at[0])
        return self._page(at[0].value, at[1] // PAGE, ids).get(ids[at[1]]) if at[1] < len(ids) else None

    def _page(self, value: str, number: int, ids: list[ArticleId]) -> dict[ArticleId, Entry]:
        page = self._pages.get((value, number))
        if page is None:
            wanted = tuple(ids[number * PAGE : (number + 1) * PAGE])
            page = self._pages[value, number] = {entry.id: entry for entry in self._entries(wanted)}
            while len(self._pages) > _KEPT_PAGES:
                self._pages.popitem(last=False)
        self._pages.move_to_end((value, number))
        return page

    def _entries(self, wanted: tuple[ArticleId, ...]) -> list[Entry]:
        """Read the rows of some articles; annotations in layers that are hidden are not counted."""
        project = self._session.project
        hidden, found = project.layers.counts().articles, project.articles.page(where=Filter(articles=wanted), limit=len(wanted))
        return [replace(each, annotations=each.annotations - hidden[each.id]) if each.id in hidden else each for each in found]

    def _read_again(self, articles: set[ArticleId]) -> None:
        """Read some articles anew, where they are on a page that was seen."""
        seen = [page for page in self._pages.values() if not articles.isdisjoint(page)]
        wanted = tuple(articles.intersection(*[set().union(*seen)]))
        for entry in self._entries(wanted) if wanted else ():
            for page in seen:
                if entry.id in page:
                    page[entry.id] = entry
            if entry.id in self._named:
                self._named[entry.id] = entry
            looked_at = [group.value for group in self._rows.groups if group.ids is not None]
            for row in self.rows_of([(value, entry.id) for value in looked_at]):
                self._told(row, row)

    # Names

    def named(self, query: str, limit: int) -> list[Entry]:
        """List the articles a name may mean, best first."""
        if self._count <= _SPELLED:
            found = self._matching().find(query, limit)
            return [self._named[item.key] for item in found]
        listed = self._session.project.articles.page(where=Filter(text=query), descending=True, limit=_CANDIDATES)
        by_id = {entry.id: entry for entry in listed}
        best = Matcher([Matchable(entry.id, names(entry)) for entry in listed]).find(query, limit)
        return list({item.key: by_id[item.key] for item in best}.values()) or listed[:limit]

    def _matching(self) -> Matcher[ArticleId]:
        if self._matcher is None:
            listed = self._session.project.articles.page(descending=True, limit=_SPELLED) if self._session.is_open else []
            self._named = {entry.id: entry for entry in listed}
            self._matcher = Matcher([Matchable(entry.id, (*names(entry), *entry.tags)) for entry in listed])
        return self._matcher

    # What Qt asks

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if self.is_heading(index.row()):
            return Qt.ItemFlag.ItemIsEnabled
        drag = Qt.ItemFlag.ItemIsDragEnabled if self._session.editable else Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren | drag

    def mimeTypes(self) -> list[str]:
        return [DRAGGED]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        data.setData(DRAGGED, ",".join(str(key) for key in self.ids_of(index.row() for index in indexes)).encode())
        return data

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if role not in (RECORD, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return None
        at = self._rows.at(index.row()) if index.isValid() else None
        if at is not None and at[1] < 0:
            heading = Heading(at[0].value, self._title(at[0]), at[0].count, at[0].open)
            return heading if role == RECORD else f"{heading.title} ({heading.count})"
        entry = self.article(index)
        if entry is None or role == RECORD:
            return entry
        return entry.title if role == Qt.ItemDataRole.DisplayRole else _tip(entry)

    def _title(self, group: Group) -> str:
        if not group.value:
            return tr(_WITHOUT.get(self.by, "Without publisher"))
        if self.by == "language":
            return language_said(group.title)
        said = {"status": group.title.capitalize(), "genre": group.title}.get(self.by)
        return tr(said) if said else group.title


def language_said(language: str) -> str:
    """Say the language of a text in the window's language."""
    return tr(LANGUAGES[language]) if language in LANGUAGES else language


def _alike(one: Sequence[object], other: Sequence[object]) -> int:
    """Count how many begin both alike."""
    most = min(len(one), len(other))
    return next((place for place in range(most) if one[place] != other[place]), most)


def by_line(article: Article | Entry) -> str:
    """Give who brought an article: its publisher, else its first authors."""
    return article.publisher or "、".join(_authors(article)[:2])


def _authors(article: Article | Entry) -> list[str]:
    return [author if isinstance(author, str) else author.name for author in article.authors]


def second_line(article: Article | Entry) -> str:
    """Give a row's second line: publisher · date · genre."""
    genre = tr(article.genre) if article.genre else ""
    return " · ".join(part for part in (by_line(article), article.published[:10], genre) if part)


def names(article: Article | Entry) -> tuple[str, ...]:
    """Give what an article may be found by."""
    return (article.title, article.key, article.publisher, article.published, *_authors(article))


def _tip(entry: Entry) -> str:
    status, passages = tr(entry.status.capitalize()), tr("{count} passages of yours", count=entry.own)
    tags = "  ".join(f"#{tag}" for tag in entry.tags)
    return "\n".join(part for part in (entry.title, second_line(entry), tags, status, passages) if part)
