"""What a search found as rows: hits under the article or code they are in, fetched a page at a time as one scrolls."""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, Signal

from db.records import Code, Codebook
from db.search.searcher import Hit, Results
from desktop.dates import when
from desktop.models.articles import RECORD, Index
from desktop.query_words import code_words
from desktop.words import listed, tr

# How hits can be grouped, and what that is called.
GROUPS = (("article", "By article"), ("code", "By code"), ("", "Not grouped"))
_KEPT = 16  # pages whose hits are kept; those of others are fetched again when they are seen
_NOWHERE = QModelIndex()
_Role = Qt.ItemDataRole
_ROLES = (RECORD, _Role.DisplayRole, _Role.AccessibleTextRole, _Role.ToolTipRole)
Key = int | str


@dataclass(frozen=True, slots=True)
class Group:
    """The row above the hits of one article or code, or of one kind; `more` says that others may follow."""

    title: str
    count: int
    more: bool = False
    again: bool = False  # others of it stand further up

    @property
    def words(self) -> str:
        """The title, with a word on whether it stands further up too."""
        return tr("{title} (continued)", title=self.title) if self.again else self.title


@dataclass(frozen=True, slots=True)
class Known:
    """What codes and coders are, to name those of a hit."""

    codes: Mapping[int, Code] = field(default_factory=dict)
    coders: Mapping[int, str] = field(default_factory=dict)
    books: Mapping[int, Codebook] = field(default_factory=dict)

    def label(self, code: Code) -> str:
        """Say what a code is called."""
        return code_words(code, self.books.get(int(code.codebook)))

    def chips(self, hit: Hit) -> list[Code]:
        """List the codes of a hit."""
        return [self.codes[code] for code in hit.codes if code in self.codes]


class ResultsModel(QAbstractListModel):
    """The hits of a search; a group's row cannot be chosen."""

    page_wanted = Signal(int)  # counted from 0

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.by = "article"
        self.known = Known()
        self.fresh: Mapping[str, frozenset[int]] = {}  # what is new in a standing search, by kind
        self._totals: Mapping[str, Mapping[int, int]] = {}  # how many hits a group has in all, by what is grouped by
        self._pages: OrderedDict[int, tuple[Hit, ...]] = OrderedDict()
        self._size = 0  # hits of a full page
        self._rows: list[tuple[int, int]] = []  # (page, place in it), or (-1, heading)
        self._headings: list[tuple[Key, Group]] = []
        self._heading_rows: list[int] = []
        self._starts: list[int] = []  # the first row of each page
        self._articles: set[int] = set()
        self._groups: set[Key] = set()
        self._seen = 0
        self.more = False

    # What is shown

    def show_hits(self, hits: Sequence[Hit], *, more: bool = False) -> None:
        """Show the first page of hits in place of all others."""
        self.beginResetModel()
        self.fresh, self._totals = {}, {}
        self._clear()
        self._take(0, tuple(hits))
        self.more = more
        self.endResetModel()

    def add_page(self, number: int, results: Results) -> None:
        """Take a page: the next one, or one seen before whose hits were let go."""
        if number < len(self._starts):
            self._keep(number, results.hits)
            end = self._starts[number + 1] if number + 1 < len(self._starts) else len(self._rows)
            self.dataChanged.emit(self.index(self._starts[number]), self.index(end - 1))
            return
        if number > len(self._starts):
            return
        groups = list(self._laid_out(number, results.hits))
        if groups:
            last = self._headings[-1][0] if self._headings else None
            headings = sum(key != last for key, _group, _places in groups) if self.by else 0
            count = headings + sum(len(places) for _key, _group, places in groups)
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + count - 1)
            self._take(number, results.hits)
            self.endInsertRows()
        self.more = _goes_on(results, self._seen)
        if not self.more and self._rows:  # groups no longer say that others may follow
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def know_totals(self, totals: Mapping[str, Mapping[int, int]]) -> None:
        """Learn how many hits groups have in all: by article, by code."""
        self._totals = totals
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def group_by(self, by: str) -> None:
        """Group otherwise: what was fetched is laid out anew, as far as it is at hand."""
        if by == self.by:
            return
        self.by, pages = by, dict(self._pages)
        at_hand = next((number for number in range(len(self._starts)) if number not in pages), len(self._starts))
        self.beginResetModel()
        self.more = self.more or at_hand < len(self._starts)
        self._clear()
        for number in range(at_hand):
            self._take(number, pages[number])
        self.endResetModel()

    def _clear(self) -> None:
        for held in (self._pages, self._rows, self._headings, self._heading_rows, self._starts):
            held.clear()
        for known in (self._articles, self._groups):
            known.clear()
        self._seen = 0

    def _take(self, number: int, hits: tuple[Hit, ...]) -> None:
        self._size = max(self._size, len(hits)) if number else len(hits)
        rows = list(self._laid_out(number, hits))
        self._starts.append(len(self._rows))
        self._seen += len(hits)
        self._articles.update(hit.article_id for hit in hits if hit.article_id is not None)
        for key, group, places in rows:
            self._lay(key, group, number, places)
        self._keep(number, hits)

    def _lay(self, key: Key, group: Group, number: int, places: list[int]) -> None:
        if self.by and not (self._headings and self._headings[-1][0] == key):
            self._heading_rows.append(len(self._rows))
            self._rows.append((-1, len(self._headings)))
            self._headings.append((key, replace(group, again=key in self._groups)))
            self._groups.add(key)
        elif self.by:
            before = self._headings[-1][1]
            self._headings[-1] = key, replace(before, count=before.count + group.count)
        self._rows += [(number, place) for place in places]

    def _laid_out(self, number: int, hits: Sequence[Hit]) -> Iterator[tuple[Key, Group, list[int]]]:
        """Yield the groups of a page in the order of their first hits; the group the page before ended with comes first."""
        places: dict[Key, list[int]] = {}
        if number and self._headings:
            places[self._headings[-1][0]] = []
        for place, hit in enumerate(hits):
            for key in self._keys(hit):
                places.setdefault(key, []).append(place)
        for key, found in places.items():
            if found:
                yield key, Group(self._title(key, hits[found[0]]), len(found)), found

    def _keys(self, hit: Hit) -> Sequence[Key]:
        if not self.by:
            return ("",)
        if self.by == "code" and hit.kind == "passage":
            return tuple(code for code in hit.codes if code in self.known.codes) or ("without",)
        return (hit.article_id if self.by == "article" and hit.article_id is not None else hit.kind,)

    def _title(self, key: Key, hit: Hit) -> str:
        if key == "without":
            return tr("Without a code")
        if isinstance(key, str):
            return kind_words(key) if key else ""
        return hit.title if self.by == "article" else self.known.label(self.known.codes[key])

    def _keep(self, number: int, hits: tuple[Hit, ...]) -> None:
        self._pages[number] = hits
        self._pages.move_to_end(number)
        while len(self._pages) > _KEPT:
            self._pages.popitem(last=False)

    # What is asked of the rows

    @property
    def seen(self) -> int:
        """How many hits were fetched so far."""
        return self._seen

    @property
    def articles(self) -> int | None:
        """How many articles the hits are in; None as long as not all were seen."""
        return None if self.more else len(self._articles)

    @property
    def next_page(self) -> int:
        """The number of the page that follows those shown."""
        return len(self._starts)

    def headings_before(self, row: int) -> int:
        """Count the headings above a row."""
        return bisect_left(self._heading_rows, row)

    def is_heading(self, row: int) -> bool:
        """Whether a row is a heading."""
        return 0 <= row < len(self._rows) and self._rows[row][0] < 0

    def is_let_go(self, row: int) -> bool:
        """Whether the hit on a row is of a page that is not at hand any more."""
        return not self.is_heading(row) and self._rows[row][0] not in self._pages

    def next_hit(self, row: int, by: int) -> int:
        """Give the row of the hit before (-1) or after (1) a row; the same row where there is none."""
        at = row + by
        while self.is_heading(at):
            at += by
        return at if 0 <= at < len(self._rows) else row

    def row_of(self, wanted: Hit | None) -> int:
        """Give the row of the record of a hit, where it was fetched; -1 where it was not."""
        if wanted is None:
            return -1
        rows = (row for row, at in enumerate(self._rows) if at[0] >= 0 and _same(wanted, self._hit(at)))
        return next(rows, -1)

    def is_fresh(self, hit: Hit) -> bool:
        """Whether a hit is new in a standing search."""
        return hit.record_id in self.fresh.get(hit.kind, ())

    def second_line(self, hit: Hit) -> tuple[str, str]:
        """Say where a hit is, and when that was published and whose it is: of an article, who wrote and published it."""
        title = "" if hit.kind in ("code", "instrument") or (self.by == "article" and hit.article_id is not None) else hit.title
        whose = _signed(hit) if hit.kind == "article" else self.known.coders.get(hit.coder_id or 0, "")
        return title, _joined(when(hit.date[:10]), whose)

    def _hit(self, at: tuple[int, int]) -> Hit | None:
        page = self._pages.get(at[0])
        return page[at[1]] if page is not None and at[1] < len(page) else None

    def _record(self, row: int) -> Group | Hit | None:
        number, place = self._rows[row]
        if number < 0:
            key, group = self._headings[place]
            total = self._totals.get(self.by, {}).get(key) if isinstance(key, int) else None
            if total is not None and self.more:
                return replace(group, count=total, more=False)
            return replace(group, more=self.more)
        if number not in self._pages:
            self.page_wanted.emit(number)
        else:
            self._pages.move_to_end(number)
        if self.more and row > len(self._rows) - self._size // 2:
            self.page_wanted.emit(len(self._starts))
        return self._hit((number, place))

    # What Qt asks

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or self.is_heading(index.row()):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid() or role not in _ROLES:
            return None
        row = self._record(index.row())
        if role == RECORD or row is None:
            return row
        if isinstance(row, Group):
            return row.words if role != Qt.ItemDataRole.ToolTipRole else None
        codes = "\n".join(map(self.known.label, self.known.chips(row)))
        if role == Qt.ItemDataRole.ToolTipRole:
            return codes
        named = row.title if row.kind in ("code", "instrument") else ""
        if role == Qt.ItemDataRole.DisplayRole:
            return row.snippet
        return _joined(kind_words(row.kind, several=False), named, row.snippet, *self.second_line(row), codes)


def _goes_on(results: Results, shown: int) -> bool:
    """Whether there is more than was shown of what a query finds."""
    return results.capped or results.total > shown


def goes_on(results: Results) -> bool:
    """Whether there is more than the first page."""
    return bool(results.hits) and _goes_on(results, len(results.hits))


def _joined(*words: str) -> str:
    return " · ".join(word for word in words if word)


def _signed(hit: Hit) -> str:
    """Say who wrote an article, and in brackets who published it."""
    authors = listed(hit.authors)
    if authors and hit.publisher:
        return tr("{authors} ({publisher})", authors=authors, publisher=hit.publisher)
    return authors or hit.publisher


def _same(one: Hit, other: Hit | None) -> bool:
    return other is not None and (one.kind, one.record_id) == (other.kind, other.record_id)


def kind_words(kind: str, *, several: bool = True) -> str:
    """Say a kind of record in the window's language."""
    one, many = _KINDS[kind]
    return tr(many if several else one)


_KINDS = {
    "article": ("Article", "Articles"),
    "passage": ("Passage", "Passages"),
    "note": ("Note", "Notes"),
    "instrument": ("Instrument", "Instruments"),
    "code": ("Code", "Codes"),
}
