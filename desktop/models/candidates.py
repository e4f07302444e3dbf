"""The hits of a search as they would be marked, under the articles they are in, and which of them are to be."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby
from operator import attrgetter

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from db.errors import NotFound
from db.folding import fold
from db.records import CodeId, InstrumentId
from db.search.marking import Candidate
from db.search.words import Pattern
from desktop.models.articles import RECORD, Index
from desktop.models.concordance import BARS, CodesThere
from desktop.session import Session

WHETHER = int(Qt.ItemDataRole.UserRole) + 2  # bool: whether it will be marked
SHOWN = int(Qt.ItemDataRole.UserRole) + 3  # tuple[Piece, ...]
_NOWHERE = QModelIndex()
_LONGEST, _AROUND, _EDGE = 220, 60, 24  # characters of a passage shown; around a hit; at its ends
Span = tuple[int, int, int]  # article, start, end


@dataclass(frozen=True, slots=True)
class Heading:
    """The row above the candidates of one article."""

    article: int
    title: str
    first: int  # the row of its first candidate
    count: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a row: around what would be marked, in it, a hit in it, or a gap."""

    text: str
    kind: str  # around, inside, hit, gap


@dataclass(frozen=True, slots=True)
class ToMark:
    """What is to be marked, and with what; `new` are names of codes that are made with it."""

    query: str
    candidates: Sequence[Candidate]
    codes: Sequence[CodeId] = ()
    new: Sequence[str] = ()
    links: Sequence[tuple[InstrumentId, str]] = ()
    note: str = ""


@dataclass(slots=True)
class _Decisions:
    """What a person said of places: whether they are to be marked."""

    said: dict[Span, bool] = field(default_factory=dict)

    def say(self, candidates: Sequence[Candidate], on: bool) -> None:
        """Decide on places; what was said of places over a part of one is said anew."""
        spans: dict[int, list[tuple[int, int]]] = {}
        for each in candidates:
            spans.setdefault(each.article, []).append((each.start, each.end))
        covers = {article: _Cover(several) for article, several in spans.items()}
        self.said = {span: said for span, said in self.said.items() if span[0] not in covers or not covers[span[0]].meets(span)}
        self.said.update((_span(each), on) for each in candidates)

    def carried(self, new: Sequence[Candidate], old: Sequence[tuple[Candidate, bool | None]]) -> list[bool | None]:
        """Give what is said of new candidates: of the very place, else of all those before that share a part with it."""
        shared = _sharing(new, old)
        return [self.said.get(_span(each), _all_said(before)) for each, before in zip(new, shared, strict=True)]


def _span(candidate: Candidate) -> Span:
    return candidate.article, candidate.start, candidate.end


class _Cover:
    """Stretches of one text, which may lie in each other."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        in_order = sorted(spans)
        self._starts = [start for start, _end in in_order]
        self._ends = list(accumulate((end for _start, end in in_order), max))  # how far all up to each reach

    def meets(self, span: Span) -> bool:
        """Whether some stretch shares a part with a place."""
        _article, start, end = span
        before = bisect_left(self._starts, end)
        return before > 0 and self._ends[before - 1] > start


def _all_said(before: Sequence[bool | None]) -> bool | None:
    """Leave out where all were left out, take where one was taken."""
    if any(before):
        return True
    return False if before and all(each is False for each in before) else None


def _sharing(new: Sequence[Candidate], old: Sequence[tuple[Candidate, bool | None]]) -> Iterator[list[bool | None]]:
    """Give for each new candidate what was said of the old ones over a part of it."""
    by_article: dict[int, list[tuple[Candidate, bool | None]]] = {}
    for pair in old:
        by_article.setdefault(pair[0].article, []).append(pair)
    for article, several in groupby(new, key=attrgetter("article")):
        coming = by_article.get(article, [])
        at = 0
        for each in several:
            while at < len(coming) and coming[at][0].end <= each.start:
                at += 1
            over = at
            said: list[bool | None] = []
            while over < len(coming) and coming[over][0].start < each.end:
                if coming[over][0].end > each.start:
                    said.append(coming[over][1])
                over += 1
            yield said


class CandidatesModel(QAbstractListModel):
    """Candidates under the titles of their articles; those tagged already are left out unless a person takes them."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Heading | Candidate] = []
        self._said: list[bool | None] = []  # by row
        self._taken: set[int] = set()  # rows
        self._several = 0
        self._decisions = _Decisions()
        self._patterns: Sequence[Pattern] = ()
        self._shown: dict[int, tuple[Piece, ...]] = {}
        self._codes = CodesThere(session, self._annotations)

    def show_candidates(self, candidates: Sequence[Candidate], patterns: Sequence[Pattern]) -> None:
        """Show candidates; what was decided on places that remain stays so."""
        old = [(row, said) for row, said in zip(self._rows, self._said, strict=True) if isinstance(row, Candidate)]
        carried = iter(self._decisions.carried(candidates, old))
        self.beginResetModel()
        self._rows, self._said, self._patterns = [], [], patterns
        self._shown.clear()
        self._codes.forget()
        for article, group in groupby(candidates, key=attrgetter("article")):
            several = list(group)
            self._rows += [Heading(article, several[0].title, len(self._rows) + 1, len(several)), *several]
            self._said += [None, *(next(carried) for _each in several)]
        self._several = len(candidates)
        self._taken = {
            row
            for row, (each, said) in enumerate(zip(self._rows, self._said, strict=True))
            if isinstance(each, Candidate) and (not each.already if said is None else said)
        }
        self.endResetModel()

    def forget(self) -> None:
        """Show nothing, and forget what was decided."""
        self._decisions = _Decisions()
        self._rows, self._said = [], []
        self.show_candidates((), ())

    def read_again(self) -> None:
        """Read the codes anew, as when the language is another."""
        self._codes.forget()

    # What is to be marked

    def candidate(self, row: int) -> Candidate | None:
        """Give the candidate on a row; none where there is a heading."""
        found = self._rows[row] if 0 <= row < len(self._rows) else None
        return found if isinstance(found, Candidate) else None

    def heading(self, row: int) -> Heading | None:
        """Give the heading a row is under, or is."""
        above = (self._rows[each] for each in range(row, -1, -1)) if 0 <= row < len(self._rows) else ()
        return next((each for each in above if isinstance(each, Heading)), None)

    def row_of(self, span: Span) -> int:
        """Give the row of a place, or the first that shares a part with it; -1 where there is none."""
        article, start, end = span
        rows = ((row, each) for row, each in enumerate(self._rows) if isinstance(each, Candidate) and each.article == article)
        return next((row for row, each in rows if each.start < end and each.end > start), -1)

    def is_on(self, row: int) -> bool:
        """Whether the candidate on a row will be marked."""
        return row in self._taken

    def marked(self) -> list[Candidate]:
        """List what will be marked."""
        return [each for row in sorted(self._taken) if isinstance(each := self._rows[row], Candidate)]

    @property
    def count(self) -> int:
        """How many candidates there are."""
        return self._several

    @property
    def taken(self) -> int:
        """How many of them will be marked."""
        return len(self._taken)

    def tally(self, heading: Heading) -> int:
        """Count what will be marked in an article."""
        return sum(self.is_on(row) for row in self._under(heading))

    def toggle(self, row: int) -> None:
        """Take the candidate on a row, or leave it out."""
        if self.candidate(row) is not None:
            self._put([row], not self.is_on(row))

    def toggle_article(self, row: int) -> None:
        """Take all candidates of the article a row is in, or leave them out if all are taken."""
        heading = self.heading(row)
        if heading is not None:
            rows = self._under(heading)
            fresh = self._fresh(rows) or rows
            self._put(rows if self.tally(heading) else fresh, not all(map(self.is_on, fresh)))

    def take_all(self) -> None:
        """Take all that are not tagged yet; if these are taken already, the others too."""
        rows = [row for row in range(len(self._rows)) if self.candidate(row) is not None]
        fresh = self._fresh(rows)
        self._put(rows if all(map(self.is_on, fresh)) else fresh, True)

    def leave_all(self) -> None:
        """Leave all out."""
        self._put([row for row in range(len(self._rows)) if self.candidate(row) is not None], False)

    def _under(self, heading: Heading) -> range:
        return range(heading.first, heading.first + heading.count)

    def _fresh(self, rows: Sequence[int]) -> list[int]:
        return [row for row in rows if (found := self.candidate(row)) is not None and not found.already]

    def _put(self, rows: Sequence[int], on: bool) -> None:
        for row in rows:
            self._said[row] = on
        self._taken = self._taken | set(rows) if on else self._taken - set(rows)
        self._decisions.say([found for row in rows if (found := self.candidate(row)) is not None], on)
        if rows:
            self.dataChanged.emit(self.index(max(0, rows[0] - 1)), self.index(rows[-1]))

    # What is shown

    def _annotations(self, row: int) -> Sequence[int]:
        found = self._rows[row]
        return found.already if isinstance(found, Candidate) else ()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self._rows[index.row()], Heading):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = index.row()
        found = self._rows[row]
        if role == RECORD:
            return found
        if isinstance(found, Heading):
            return found.title if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) else None
        if role == WHETHER:
            return self.is_on(row)
        if role == BARS:
            return self._bars(row)
        if role == SHOWN:
            if row not in self._shown:
                self._shown[row] = tuple(pieces(found, self._patterns))
            return self._shown[row]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{'☑' if self.is_on(row) else '☐'} {found.exact}"
        return found.exact if role == Qt.ItemDataRole.DisplayRole else None

    def _bars(self, row: int) -> object:
        try:
            return self._codes.bars(row, len(self._rows))
        except NotFound:  # a code that a running job has just removed
            return ()


def pieces(candidate: Candidate, patterns: Sequence[Pattern]) -> Iterator[Piece]:
    """Give the words of a candidate with those around it on one line; of a long one the ends and what is around a hit."""
    folded = fold(candidate.exact)
    hits = sorted({span for one in patterns for span in one.spans(folded)})
    last = len(candidate.exact)
    yield Piece(_line(candidate.before), "around")
    if last <= _LONGEST:
        yield from _inside(candidate.exact, 0, last, hits)
    else:
        first = hits[0] if hits else (0, 0)
        low, high = max(0, first[0] - _AROUND), min(last, first[1] + 2 * _AROUND)
        at = 0
        for start, end in ((0, _EDGE), (low, high), (last - _EDGE, last)):
            start = max(start, at)
            if start < end:
                if start > at:
                    yield Piece(" … ", "gap")
                yield from _inside(candidate.exact, start, end, hits)
                at = end
    yield Piece(_line(candidate.after), "around")


def _inside(text: str, start: int, end: int, hits: Sequence[tuple[int, int]]) -> Iterator[Piece]:
    at = start
    for low, high in hits:
        low, high = max(low, at), min(high, end)
        if low < high:
            yield Piece(_line(text[at:low]), "inside")
            yield Piece(_line(text[low:high]), "hit")
            at = high
    yield Piece(_line(text[at:end]), "inside")


def _line(text: str) -> str:
    """Put a text on one line of the same length."""
    return text.translate(_BLANKS)


_BLANKS = dict.fromkeys(map(ord, "\n\r\t\x0b\x0c\x85\u2028\u2029"), " ")
