"""Every place where the words of a query stand, in the newest texts of the articles. Positions are code points.

An article must fit the whole query; its places are then all of the words that should stand in it, and the stretches that
hold words as close together as they are wanted. Where a query asks for something that only passages have (a code, a
coder…), the places are those inside the passages that fit it; one without words gives these passages themselves.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from db.folding import fold
from db.records import Progress, Remark, no_progress
from db.search.conditions import Wanted, resolve
from db.search.near import windows
from db.search.query import Either, Every, Near, Node, Query, Term, parse
from db.search.searcher import Searcher
from db.search.words import pattern

MOST = 10_000
# Of passages that fit, the newest so many for each place that is wanted.
_PASSAGES_EACH = 10
Span = tuple[int, int]

_ARTICLES = (
    "SELECT a.id, a.title, a.published, c.version FROM article a JOIN current c ON c.article = a.id LEFT JOIN entry e"
    " ON e.article = a.id WHERE a.id IN (SELECT value FROM json_each(?)) ORDER BY e.title, a.key, a.id"
)
_PASSAGES = (
    "SELECT n.article, p.start, p.end FROM json_each(?) k CROSS JOIN annotation n ON n.id = k.value JOIN current c"
    " ON c.article = n.article JOIN place p ON p.annotation = n.id AND p.version = c.version WHERE p.start IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of an article's newest version."""

    article: int
    version: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    """An article's newest text with the places found in it, sorted; `published` is the date as written."""

    article: int
    title: str
    published: str
    version: int
    text: str
    spans: Sequence[Span]


def places(
    searcher: Searcher, query: str | Query, *, me: int | None = None, most: int = MOST, progress: Progress = no_progress
) -> Iterator[Place]:
    """Yield up to `most` places, by the article's title and the place in it; equal ones once.

    `progress` counts articles. Raises QueryFault, and Cancelled after `searcher.interrupt()`.
    """
    with searcher.watched():
        found = (
            Place(one.article, one.version, *span) for one in Finding(searcher, query, me, most, progress) for span in one.spans
        )
        yield from islice(found, most)


class Finding:
    """Goes through the texts that have places, each with all of them.

    Then `remarks` are what is to be said, `words` tells whether the places are of words or else whole passages, and `more`
    whether passages were left out: the newest are looked into, ten for each of the `most` places wanted. To be gone
    through within `searcher.watched()`.
    """

    def __init__(
        self, searcher: Searcher, query: str | Query, me: int | None, most: int, progress: Progress = no_progress
    ) -> None:
        self.more = False
        self.words = False
        self.remarks: tuple[Remark, ...] = ()
        self._searcher = searcher
        self._query = parse(query) if isinstance(query, str) else query
        self._me = me
        self._most = most * _PASSAGES_EACH
        self._progress = progress

    def __iter__(self) -> Iterator[Found]:
        self.remarks = self._query.remarks
        root = self._query.root
        wanted = resolve(root, self._searcher.connection, self._me) if root is not None else None
        if wanted is None:
            return
        self.remarks += wanted.remarks
        words = _Words(wanted.root)
        self.words = bool(words)
        inside, whole = self._passages(wanted), set[int]()
        if words and wanted.shown("article"):
            whole.update(self._searcher.keys(self._query, "article", me=self._me))
        yield from self._texts(words, whole, inside)

    def _texts(self, words: _Words, whole: set[int], inside: Mapping[int, set[Span]]) -> Iterator[Found]:
        """Yield the texts of articles that are looked through as a whole, or inside some spans."""
        searcher = self._searcher
        rows = searcher.connection.execute(_ARTICLES, (json.dumps(sorted(whole | inside.keys())),)).fetchall()
        for done, (article, title, published, version) in enumerate(rows):
            self._progress(done, len(rows))
            searcher.check()
            (text,) = searcher.connection.execute("SELECT text FROM version WHERE id = ?", (version,)).fetchone()
            spans = words.spans(text, 0, len(text)) if article in whole else set()
            for start, end in inside.get(article, ()):
                spans |= words.spans(text, start, end) if words else {(start, end)}
            if spans:
                yield Found(article, title, published, version, text, sorted(spans))
        self._progress(len(rows), len(rows))

    def _passages(self, wanted: Wanted) -> dict[int, set[Span]]:
        """Give where the passages stand that must be looked into, by article: of articles that cannot fit, or by kind:."""
        found = defaultdict[int, set[Span]](set)
        by_kind = any(condition.subject == "kind" for condition in wanted.conditions.values())
        if self.words and wanted.shown("article") and not by_kind:
            return found
        keys = self._searcher.keys(self._query, "passage", me=self._me, most=self._most + 1)
        self.more = len(keys) > self._most
        for article, start, end in self._searcher.connection.execute(_PASSAGES, (json.dumps(keys[: self._most]),)):
            found[article].add((start, end))
        return found


class _Words:
    """The words of a query that should stand in a text."""

    def __init__(self, root: Node) -> None:
        sought = list(_sought(root))
        found = (pattern(term.text, term.whole) for term in sought if isinstance(term, Term))
        self._patterns = list(dict.fromkeys(one for one in found if one is not None))
        self._nears = [near for near in sought if isinstance(near, Near)]

    def __bool__(self) -> bool:
        return bool(self._patterns or self._nears)

    def spans(self, text: str, start: int, end: int) -> set[Span]:
        """Give where they stand in a part of a text, which is looked at by itself."""
        folded = fold(text[start:end])
        found = {span for one in self._patterns for span in one.spans(folded)}
        found.update(span for near in self._nears for span in windows(near, folded))
        return {(start + first, start + last) for first, last in found} if start else found


def _sought(node: Node) -> Iterator[Term | Near]:
    if isinstance(node, Term | Near):
        yield node
    elif isinstance(node, Every | Either):
        for part in node.parts:
            yield from _sought(part)


def overlapping(spans: Iterable[Span], placed: Iterable[tuple[int, int, int]]) -> Iterator[tuple[int, ...]]:
    """Yield for each span the keys of what is placed (start, end, key) over a part of it; both sorted by start."""
    coming = iter(placed)
    following = next(coming, None)
    open_: list[tuple[int, int, int]] = []
    for start, end in spans:
        while following is not None and following[0] < end:
            open_.append(following)
            following = next(coming, None)
        open_ = [one for one in open_ if one[1] > start]
        yield tuple(key for first, _last, key in open_ if first < end)
