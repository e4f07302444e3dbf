"""What a new version brings as rows: where annotations come to stand, and how two texts differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from db.anchors.placement import Candidate
from db.differences import Difference
from db.records import ArticleId, Draft, VersionId
from db.review import Placed
from db.versions import Preview
from desktop.models.articles import RECORD, Index
from desktop.words import tr

Span = tuple[int, int]
Piece = tuple[str, str]  # words, and how they are shown: same, faint, added, removed, moved

SECOND = RECORD + 1  # the second line of a row
ORDER = ("exact", "moved", "aligned", "review", "gone")  # as counts are said
SIGNS = {"exact": "✓", "moved": "→", "aligned": "≈", "review": "?", "gone": "×"}
_WORDS = {"exact": "Exact", "moved": "Moved", "aligned": "Approximate", "review": "To review", "gone": "Gone"}
_FIRST = ("review", "gone", "aligned", "moved", "exact")  # what a person has to look at comes first
_NOWHERE = QModelIndex()
_ROUND = 40  # code points shown on either side of a passage
_LONGEST = 400  # code points shown of a passage or a paragraph that is the same
_EDGES = 30  # code points shown on either side of a change within a paragraph
_CHANGED = 2_000  # code points shown of what came or went
_APART = 2  # changes with no more between them are shown as one
_BESIDE = 1  # unchanged paragraphs shown beside a changed one
# A candidate for a passage that is gone is worth offering from here on: a few words in common stand anywhere.
_SHORTEST, _SUREST = 8, 0.5
_MOST = 4  # the place it has now, and three candidates


@dataclass(frozen=True, slots=True)
class Proposal:
    """A text that may become the newest version of an article, with what it would bring; nothing is written yet."""

    article: ArticleId
    title: str
    version: VersionId  # the one it was compared with
    kind: Literal["import", "edit", "again"]
    name: str  # of the file, or of the version it comes from
    old: str
    draft: Draft
    preview: Preview
    place: Span | None = None  # where to go in the new text when it is taken


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage with the words around it, each on one line."""

    before: str
    words: str
    after: str

    @property
    def text(self) -> str:
        """All of it."""
        return f"{self.before}{self.words}{self.after}"


def passage_in(text: str, start: int, end: int) -> Passage:
    """Take a passage out of a text."""
    before, after = text[max(0, start - _ROUND) : start], text[end : end + _ROUND]
    return passage_of(before, text[start:end], after, begins=start <= _ROUND, ends=end + _ROUND >= len(text))


def passage_of(before: str, words: str, after: str, *, begins: bool = True, ends: bool = True) -> Passage:
    """Make a passage of its words and those around it."""
    return Passage(
        f"{'' if begins else '…'}{_plain(before)}", _plain(_cut(words, _LONGEST)), f"{_plain(after)}{'' if ends else '…'}"
    )


def status_words(placed: Placed) -> str:
    """Say where an annotation comes to stand, and how sure that is unless it is plain."""
    words = tr(_WORDS[placed.status])
    if placed.status in ("exact", "gone"):
        return words
    return tr("{status}, {share} % sure", status=words, share=round(100 * placed.confidence))


def places_offered(placed: Placed) -> list[Candidate]:
    """Give where a passage may stand: its place now and the likeliest others; for one that is gone only what is like it."""
    if placed.status == "gone":
        long = [each for each in placed.candidates if each.end - each.start >= _SHORTEST]
        whole = len(placed.made.exact)  # words said again elsewhere are as long, however little speaks for the place
        return [each for each in long if each.confidence >= _SUREST or each.end - each.start == whole][: _MOST - 1]
    now = [] if placed.start is None or placed.end is None else [Candidate(placed.start, placed.end, placed.confidence)]
    return [*now, *placed.candidates][:_MOST]


def count_words(counts: Mapping[str, int]) -> str:
    """Say how many annotations come to stand how."""
    said = (tr("{status} {count}", status=tr(_WORDS[each]), count=counts[each]) for each in ORDER if counts.get(each))
    return " · ".join(said)


def doubtful_first(places: Iterable[Placed]) -> list[Placed]:
    """Sort places by what a person has to look at, then by the text."""
    return sorted(places, key=lambda placed: _FIRST.index(placed.status))


class PlacesModel(QAbstractListModel):
    """Places of annotations; the second line says how each is found, by whom, or in which article."""

    def __init__(self, titles: Callable[[ArticleId], str] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._titles = titles
        self._rows: list[Placed] = []

    def show_places(self, places: Sequence[Placed]) -> None:
        """Show places in the order given."""
        self.beginResetModel()
        self._rows = list(places)
        self.endResetModel()

    def placed(self, row: int) -> Placed | None:
        """Give the place of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, annotations: Iterable[int]) -> int:
        """Give the first row of one of these annotations, -1 where there is none."""
        wanted = set(annotations)
        return next((row for row, placed in enumerate(self._rows) if placed.annotation in wanted), -1)

    def row_in(self, article: int) -> int:
        """Give the first row in an article, -1 where there is none."""
        return next((row for row, placed in enumerate(self._rows) if placed.article == article), -1)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        placed = self._rows[index.row()]
        if role == RECORD:
            return placed
        if role == SECOND:
            return self._second(placed)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{_plain(_cut(placed.made.exact, _LONGEST))} – {self._second(placed)}"
        return None

    def _second(self, placed: Placed) -> str:
        more = self._titles(placed.article) if self._titles is not None and placed.article is not None else placed.coder
        return " · ".join(part for part in (status_words(placed), more) if part)


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of the old text, of the new one, or of both."""

    kind: str  # equal, changed, added, removed, moved
    old: Span
    new: Span
    parts: tuple[tuple[int, int, int, int], ...] = ()
    first: bool = False

    @property
    def sign(self) -> str:
        """The sign beside it, so that colour alone says nothing."""
        signs = {"changed": "±", "added": "+", "removed": "−", "moved": "↷" if self.first else "↶"}
        return signs.get(self.kind, "")

    def is_empty(self, *, new: bool) -> bool:
        """Whether nothing of it stands here in the new text, or in the old one."""
        return self.kind == ("removed" if new else "added") or (self.kind == "moved" and self.first == new)


@dataclass(frozen=True, slots=True)
class Fold:
    """Paragraphs that are the same in both texts and are not shown."""

    count: int
    old: Span
    new: Span


Row = Line | Fold


class DifferencesModel(QAbstractListModel):
    """What differs between two texts, paragraph by paragraph; what is the same is folded but for the paragraphs beside."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._old = self._new = ""
        self._rows: list[Row] = []

    def show_differences(self, old: str, new: str, found: Sequence[Difference]) -> None:
        """Show what `db.differences.differences` found between two texts."""
        self.beginResetModel()
        self._old, self._new, self._rows = old, new, []
        for at, each in enumerate(found):
            if each.kind == "equal":
                self._rows += self._folded(each.old, each.new, head=at > 0, tail=at < len(found) - 1)
            else:
                self._rows.append(Line(each.kind, each.old, each.new, each.parts, each.first))
        self.endResetModel()

    def _folded(self, old: Span, new: Span, *, head: bool, tail: bool) -> list[Row]:
        """Fold what is the same but for the paragraphs beside a change."""
        by, count = new[0] - old[0], self._old.count("\n", *old) + 1
        if count <= _BESIDE * (head + tail) + 1:
            return list(self._equal(old, by))
        start, end = old
        first: list[Row] = []
        last: list[Row] = []
        for _ in range(_BESIDE if head else 0):
            stop = self._old.find("\n", start, end)
            first.append(Line("equal", (start, stop), (start + by, stop + by)))
            start = stop + 1
        for _ in range(_BESIDE if tail else 0):
            begin = self._old.rfind("\n", start, end) + 1
            last.insert(0, Line("equal", (begin, end), (begin + by, end + by)))
            end = begin - 1
        folded = Fold(count - len(first) - len(last), (start, end), (start + by, end + by))
        return [*first, folded, *last]

    def _equal(self, old: Span, by: int) -> Iterable[Line]:
        start = old[0]
        for words in self._old[slice(*old)].split("\n"):
            yield Line("equal", (start, start + len(words)), (start + by, start + by + len(words)))
            start += len(words) + 1

    def unfold(self, row: int) -> None:
        """Show what a fold holds."""
        fold = self._rows[row]
        if isinstance(fold, Fold):
            self._put(row, list(self._equal(fold.old, fold.new[0] - fold.old[0])))

    def _put(self, row: int, lines: list[Row] | list[Line]) -> None:
        self.beginRemoveRows(_NOWHERE, row, row)
        del self._rows[row]
        self.endRemoveRows()
        self.beginInsertRows(_NOWHERE, row, row + len(lines) - 1)
        self._rows[row:row] = lines
        self.endInsertRows()

    def show_point(self, point: int, *, new: bool) -> int:
        """Give the row of the paragraph at a code point of the new or the old text, taken out of its fold; -1 for none."""
        for row, each in enumerate(self._rows):
            span = each.new if new else each.old
            if not span[0] <= point <= span[1] or (isinstance(each, Line) and each.is_empty(new=new)):
                continue
            return self._out_of(row, each, point, new=new) if isinstance(each, Fold) else row
        return -1

    def _out_of(self, row: int, fold: Fold, point: int, *, new: bool) -> int:
        at = point - (fold.new[0] - fold.old[0]) if new else point
        start, end = self._old.rfind("\n", fold.old[0], at) + 1, self._old.find("\n", at, fold.old[1])
        parts = self._split(fold, start or fold.old[0], end if end >= 0 else fold.old[1])
        self._put(row, parts)
        return row + next(place for place, part in enumerate(parts) if isinstance(part, Line))

    def _split(self, fold: Fold, start: int, end: int) -> list[Row]:
        """Take one paragraph out of a fold; what is left on either side stays folded."""
        by = fold.new[0] - fold.old[0]

        def left(low: int, high: int) -> list[Row]:
            count = self._old.count("\n", low, high) + 1
            return [Fold(count, (low, high), (low + by, high + by))] if low <= high else []

        line = Line("equal", (start, end), (start + by, end + by))
        return [*left(fold.old[0], start - 1), line, *left(end + 1, fold.old[1])]

    def next_change(self, row: int, by: int) -> int:
        """Give the row of the next change (1) or the one before (-1); the same row where there is none."""
        at = row + by
        while 0 <= at < len(self._rows):
            each = self._rows[at]
            if isinstance(each, Line) and each.kind != "equal":
                return at
            at += by
        return row

    def row(self, row: int) -> Row | None:
        """Give a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def pieces(self, line: Line) -> list[Piece]:
        """Give the words of a paragraph with how each stretch is shown; long stretches are cut."""
        if line.kind == "changed":
            return self._changed(line)
        words = self._new[slice(*line.new)] if line.kind == "added" else self._old[slice(*line.old)]
        how = "faint" if line.kind == "equal" else line.kind
        return [(_cut(words, _LONGEST if how == "faint" else _CHANGED) or "¶", how)]

    def _changed(self, line: Line) -> list[Piece]:
        found: list[Piece] = []
        at = line.old[0]
        for start, end, new_start, new_end in _joined(line.parts):
            if start > at:
                found.append((_between(self._old[at:start], head=at > line.old[0], tail=True), "same"))
            found.append((_cut(self._old[start:end], _CHANGED), "removed"))
            found.append((_cut(self._new[new_start:new_end], _CHANGED), "added"))
            at = end
        if at < line.old[1]:
            found.append((_between(self._old[at : line.old[1]], head=True, tail=False), "same"))
        return [piece for piece in found if piece[0]]

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == RECORD:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._said(row)
        return None

    def _said(self, row: Row) -> str:
        """Say a row as it is read aloud."""
        if isinstance(row, Fold):
            return fold_words(row)
        words = "".join(_SPOKEN.get(how, "{}").format(_plain(text)) for text, how in self.pieces(row))
        return f"{kind_words(row)}: {words}" if row.kind != "equal" else words


_SPOKEN = {"removed": "[−{}]", "added": "[+{}]"}


def kind_words(line: Line) -> str:
    """Say what became of a paragraph."""
    if line.kind == "moved":
        return tr("Moved away from here") if line.first else tr("Moved here")
    return tr({"changed": "Changed", "added": "Added", "removed": "Removed"}.get(line.kind, "Unchanged"))


def fold_words(fold: Fold) -> str:
    """Say how much is folded."""
    if fold.count == 1:
        return tr("… 1 unchanged paragraph")
    return tr("… {count} unchanged paragraphs", count=fold.count)


def _plain(text: str) -> str:
    return text.replace("\n", " ")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most * 2 // 3]} … {text[-most // 3 :]}"


def _between(text: str, *, head: bool, tail: bool) -> str:
    """Show of what is the same no more than the edges beside a change."""
    if len(text) <= _EDGES * (head + tail) + _EDGES:
        return text
    return f"{text[:_EDGES] if head else ''}…{text[-_EDGES:] if tail else ''}"


def _joined(parts: Sequence[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Join changes that lie so close that each alone could not be read."""
    found: list[tuple[int, int, int, int]] = []
    for part in parts:
        if found and part[0] - found[-1][1] <= _APART and part[2] - found[-1][3] <= _APART:
            last = found.pop()
            part = (last[0], part[1], last[2], part[3])
        found.append(part)
    return found
