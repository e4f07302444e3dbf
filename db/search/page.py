"""A text that was found: whether and where its words stand, and the piece of it that is shown.

Positions are code points of the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from db.folding import Folded, fold
from db.search.near import together
from db.search.query import Every, Near, Node, Not, Term
from db.search.words import BREAK, Pattern, pattern

_FIRST_CHUNK = 1_000
_LARGEST_CHUNK = 64_000
# Before the start of a chunk, one character decides whether a word begins there.
_BEFORE = 8
_WHOLE = 160  # texts up to this long are shown whole
_LEAD, _AROUND = 30, 120
_BLANKS = dict.fromkeys(map(ord, "\n\r\t\x0b\x0c\x85\u2028\u2029"), " ")


class Page:
    """A long text folded a chunk at a time, as far as is needed."""

    def __init__(self, text: str, body: int, reach: int) -> None:
        self.text = text
        self.body = body
        self._reach = reach  # how far words may reach over the end of a chunk
        self._chunks: list[tuple[int, int, int, Folded]] = []  # start, end, where the fold begins, fold
        self._whole: Folded | None = None

    def earliest(self, patterns: Sequence[Pattern]) -> tuple[int, int] | None:
        """Give the first place of any of several patterns."""
        for chunk in self._walk():
            found = [place for one in patterns if (place := _first_in(chunk, one)) is not None]
            if found:
                return min(found)
        if len(self._chunks) < 2:
            return None
        folded = self.whole()  # a long gap may reach further than chunks overlap
        return min((folded.span(*place) for one in patterns if (place := one.find(folded.text))), default=None)

    def whole(self) -> Folded:
        """Give all of the text folded."""
        if self._whole is None:
            alone = len(self._chunks) == 1 and self._chunks[0][1] == len(self.text)
            self._whole = self._chunks[0][3] if alone else fold(self.text)
        return self._whole

    def _walk(self) -> Iterator[tuple[int, int, int, Folded]]:
        yield from self._chunks
        while (start := self._chunks[-1][1] if self._chunks else 0) < len(self.text):
            size = min(_FIRST_CHUNK << 2 * len(self._chunks), _LARGEST_CHUNK)
            end = min(start + size, len(self.text))
            begin = max(0, start - _BEFORE)
            self._chunks.append((start, end, begin, fold(self.text[begin : end + self._reach])))
            yield self._chunks[-1]

    def snippet(self, place: tuple[int, int] | None, patterns: Sequence[Pattern]) -> tuple[str, tuple[tuple[int, int], ...]]:
        """Give a piece of the text around a place, on one line, and what to mark in it."""
        start, end = place or (0, 0)
        left = self.text.rfind(BREAK, 0, start) + 1
        right = self.text.find(BREAK, start)
        right = len(self.text) if right < 0 else right
        if right - left > _WHOLE:
            left = max(left, min(start - _LEAD, right - _AROUND))
            right = min(right, max(left + _AROUND, min(end, left + 2 * _AROUND)))
        marks = self._marks(left, right, patterns)
        return self.text[left:right].translate(_BLANKS), tuple((s - left, e - left) for s, e in marks)

    def _marks(self, left: int, right: int, patterns: Sequence[Pattern]) -> list[tuple[int, int]]:
        begin = max(0, left - _BEFORE)
        if len(self._chunks) == 1 and self._chunks[0][1] == len(self.text):
            begin, folded = 0, self._chunks[0][3]
        else:
            folded = fold(self.text[begin : right + _BEFORE])
        spans = sorted(span for one in patterns for span in one.spans(folded))
        marks: list[tuple[int, int]] = []
        for start, end in spans:
            start, end = max(start + begin, left), min(end + begin, right)
            if marks and start <= marks[-1][1]:
                marks[-1] = (marks[-1][0], max(end, marks[-1][1]))
            elif start < end:
                marks.append((start, end))
        return marks


def _first_in(chunk: tuple[int, int, int, Folded], pattern: Pattern) -> tuple[int, int] | None:
    start, end, begin, folded = chunk
    found = pattern.find(folded.text, folded.index(start - begin))
    if found is None:
        return None
    first, last = folded.span(*found)
    return (begin + first, begin + last) if begin + first < end else None


def positive(node: Node) -> list[Pattern]:
    """List the patterns of the words that should stand in what is found."""
    if isinstance(node, Not):
        return []
    if isinstance(node, Term):
        found = pattern(node.text, node.whole)
        return [found] if found else []
    parts = [term for group in node.groups for term in group] if isinstance(node, Near) else getattr(node, "parts", ())
    return [found for part in parts for found in positive(part)]


def holds(node: Node, text: str | Page) -> bool:
    """Whether the words stand in a folded text or a page as a query wants it; what SQL has judged counts as true."""
    if isinstance(node, Term):
        found = pattern(node.text, node.whole)
        return found is not None and (found.find(text) if isinstance(text, str) else text.earliest((found,))) is not None
    if isinstance(node, Near):
        near = all(any(holds(term, text) for term in group) for group in node.groups)
        if not near:
            return False
        return together(node, Folded(text, range(len(text) + 1)) if isinstance(text, str) else text.whole()) is not None
    if isinstance(node, Not):
        return not isinstance(node.part, Term | Near) or not holds(node.part, text)
    parts = getattr(node, "parts", ())
    return not parts or (all if isinstance(node, Every) else any)(holds(part, text) for part in parts)


def place(node: Node, page: Page, patterns: Sequence[Pattern]) -> tuple[int, int] | None:
    """Give the place to show: where words stand as close as they should, or the first of any."""
    if (near := _nearness(node)) and (found := together(near, page.whole())):
        return found
    return page.earliest(patterns)


def _nearness(node: Node) -> Near | None:
    """Give the first part of a query that wants words close together."""
    if isinstance(node, Near):
        return node
    parts = getattr(node, "parts", ())
    return next(filter(None, map(_nearness, parts)), None)
