"""Runs queries: plans them, fetches newest first, looks at each row shown, and says where its words stand."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from db import errors
from db.connection import connect
from db.records import Remark
from db.search import index
from db.search.conditions import Wanted, resolve
from db.search.page import Page
from db.search.plan import Plan, plan
from db.search.query import KINDS, Every, Node, Not, Query, Term, leaves, parse
from db.search.words import Pattern, pattern

# Counts stop here: "1000+".
MOST_COUNTED = 1_000
_BATCH = 100
# Pages of longer texts are kept, so many and up to so many characters each.
_KEPT, _LEAST_KEPT, _MOST_KEPT = 128, 1_000, 64_000
# How far a term may reach in a text: its characters with the gaps between them.
_REACH = 200
_PLURALS = {f"{kind}s": kind for kind in KINDS} | {kind: kind for kind in KINDS}
_TITLE = "coalesce(nullif(title_zh, ''), title_en)"
_LABEL = "trim(number || ' ' || coalesce(nullif(name_zh, ''), name_en))"


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found. start and end are code points in the article's newest version: where the first of the words stands
    (an article), or the passage; None where it has no place there. `marks` are code points of the snippet."""

    kind: str
    article: str
    annotation: str
    record_id: int
    article_id: int | None
    start: int | None
    end: int | None
    snippet: str
    marks: tuple[tuple[int, int], ...]
    title: str
    key: str  # the record's stable name, else its uuid


@dataclass(frozen=True, slots=True)
class Results:
    """A page of hits; `total` counts up to MOST_COUNTED of each kind, and `capped` says that there are more."""

    hits: tuple[Hit, ...]
    total: int
    capped: bool
    remarks: tuple[Remark, ...]
    milliseconds: float


class Searcher:
    """Searches over one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._stopped = False
        self._kept: dict[tuple[str, int], Page] = {}

    @classmethod
    def open(cls, path: Path) -> Self:
        """Search a project over a read-only connection of its own, which any one thread at a time may use."""
        return cls(connect(path, read_only=True, any_thread=True))

    def interrupt(self) -> None:
        """Stop the query that runs, from any thread: it raises Cancelled."""
        self._stopped = True
        self._connection.interrupt()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def run(
        self,
        query: str | Query,
        *,
        kinds: Iterable[str] | None = None,
        limit: int = 50,
        offset: int = 0,
        me: int | None = None,
    ) -> Results:
        """Give a page of what a query finds, newest first and kind by kind; raises QueryFault, Refused and Cancelled.

        Where there are hits of several kinds, each has a fair share of the page. With `me`, status is that coder's and
        others' private notes stay hidden.
        """
        began = time.perf_counter()
        with self._watched():
            query, wanted = self._wanted(query, me)
            if wanted is None:
                return Results((), 0, False, query.remarks, _since(began))
            plans = self._plans(wanted, kinds, me)
            limit, offset = max(limit, 0), max(offset, 0)
            most = max(MOST_COUNTED, limit + offset)
            listed = {kind: list(self._verified(kind, found, wanted)) for kind, found in plans.items() if found.few}
            counts = [len(listed[kind]) if kind in listed else self._count(found, most + 1) for kind, found in plans.items()]
            before, until = _shares(counts, offset), _shares(counts, offset + limit)
            hits: list[Hit] = []
            for at, (kind, found) in enumerate(plans.items()):
                if kind in listed:
                    hits += [self._hit(kind, *row, _positive(wanted.root)) for row in listed[kind][before[at] : until[at]]]
                    continue
                shown, dropped = self._hits(kind, found, wanted, before[at], until[at] - before[at])
                hits += shown
                counts[at] -= dropped
            capped = any(count > most for count in counts)
            total = sum(min(count, most) for count in counts)
            return Results(tuple(hits), total, capped, wanted.remarks, _since(began))

    def total(self, query: str | Query, *, kinds: Iterable[str] | None = None, me: int | None = None) -> int:
        """Count all that a query finds, which takes time where that is much."""
        with self._watched():
            _query, wanted = self._wanted(query, me)
            if wanted is None:
                return 0
            plans = self._plans(wanted, kinds, me)
            return sum(
                self._count(found, -1) if found.exact else sum(1 for _key, _page in self._verified(kind, found, wanted))
                for kind, found in plans.items()
            )

    @contextmanager
    def _watched(self) -> Iterator[None]:
        self._stopped = False
        try:
            yield
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
                raise errors.Cancelled from error
            raise

    def _wanted(self, query: str | Query, me: int | None) -> tuple[Query, Wanted | None]:
        query = parse(query) if isinstance(query, str) else query
        if query.root is None:
            return query, None
        wanted = resolve(query.root, self._connection, me)
        return query, replace(wanted, remarks=query.remarks + wanted.remarks) if wanted else None

    def _plans(self, wanted: Wanted, kinds: Iterable[str] | None, me: int | None) -> dict[str, Plan]:
        asked = _kinds(kinds)
        return {kind: plan(kind, wanted, self._connection, me) for kind in KINDS if kind in asked and wanted.shown(kind)}

    def _count(self, found: Plan, most: int) -> int:
        return int(self._connection.execute(*found.count(most)).fetchone()[0])

    def _hits(self, kind: str, found: Plan, wanted: Wanted, offset: int, limit: int) -> tuple[list[Hit], int]:
        """Give hits, and how many rows were looked at that hold no such words after all."""
        if limit <= 0:
            return [], 0
        patterns = _positive(wanted.root)
        if found.exact:
            keys = [row[0] for row in self._connection.execute(*found.page(limit, offset))]
            return [self._hit(kind, key, page, patterns) for key, page in self._pages(kind, keys, wanted)], 0
        hits: list[Hit] = []
        seen: list[int] = []
        for at, (key, page) in enumerate(self._verified(kind, found, wanted, seen)):
            if at >= offset:
                hits.append(self._hit(kind, key, page, patterns))
            if len(hits) == limit:
                break
        return hits, len(seen)

    def _verified(self, kind: str, found: Plan, wanted: Wanted, dropped: list[int] | None = None) -> Iterator[tuple[int, Page]]:
        """Yield the rows in which the words really stand; the others' keys are added to `dropped`."""
        offset = 0
        while keys := [row[0] for row in self._connection.execute(*found.page(_BATCH, offset))]:
            offset += len(keys)
            for key, page in self._pages(kind, keys, wanted):
                if _holds(wanted.root, page):
                    yield key, page
                elif dropped is not None:
                    dropped.append(key)

    def _pages(self, kind: str, keys: Sequence[int], wanted: Wanted) -> Iterator[tuple[int, Page]]:
        longest = max((len(leaf.text) for leaf in leaves(wanted.root) if isinstance(leaf, Term)), default=0)
        reach = _REACH if longest <= _REACH // 4 else _REACH + 4 * longest
        for key in keys:
            if self._stopped:
                raise errors.Cancelled
            text = index.text_of(self._connection, kind, key)
            if text is not None:
                yield key, self._page(text, reach)

    def _page(self, text: index.Text, reach: int) -> Page:
        """Give the page of a text, kept from the last queries if it is an article's: the next key needs it again."""
        if not text.body or not _LEAST_KEPT < len(text.text) < _MOST_KEPT:
            return Page(text.text, text.body, reach)
        page = self._kept.pop((text.text, reach), None) or Page(text.text, text.body, reach)
        self._kept[text.text, reach] = page
        if len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]
        return page

    def _hit(self, kind: str, key: int, page: Page, patterns: Sequence[Pattern]) -> Hit:
        place = page.earliest(patterns)
        snippet, marks = page.snippet(place, patterns)
        uuid, title, article_id, article, annotation, start, end = self._facts(kind, key)
        if kind == "article":
            start, end = place if place and place[1] <= page.body else (None, None)
        return Hit(kind, article, annotation, key, article_id, start, end, snippet, marks, title, uuid)

    def _facts(self, kind: str, key: int) -> tuple[str, str, int | None, str, str, int | None, int | None]:
        """Give a record's key, title, article (id, uuid), annotation (uuid) and place on the newest version."""
        run = self._connection.execute
        if kind == "article":
            uuid, title = run("SELECT uuid, title FROM article WHERE id = ?", (key,)).fetchone()
            return uuid, title, key, uuid, "", None, None
        if kind in ("instrument", "code"):
            words = _TITLE if kind == "instrument" else _LABEL
            name, title = run(f"SELECT coalesce(nullif(name, ''), uuid), {words} FROM {kind} WHERE id = ?", (key,)).fetchone()
            return name, title, None, "", "", None, None
        passage = key
        uuid, target, article, code, instrument = "", None, None, None, None
        if kind == "note":
            uuid, target, article, code, instrument = run(
                "SELECT n.uuid, coalesce(n.annotation, o.annotation), coalesce(n.article, o.article),"
                " coalesce(n.code, o.code), coalesce(n.instrument, o.instrument)"
                " FROM note n LEFT JOIN note o ON o.id = n.reply_to WHERE n.id = ?",
                (key,),
            ).fetchone()
            passage = target or 0
        row = run(
            "SELECT n.uuid, r.title, r.id, r.uuid, p.start, p.end FROM annotation n JOIN article r ON r.id = n.article"
            " LEFT JOIN current c ON c.article = r.id LEFT JOIN place p ON p.annotation = n.id AND p.version = c.version"
            " WHERE n.id = ?",
            (passage,),
        ).fetchone()
        if row is not None:
            return uuid or row[0], row[1], row[2], row[3], row[0], row[4], row[5]
        for of, target in (("article", article), ("code", code), ("instrument", instrument)):
            if target is not None:
                _key, title, article_id, about, *_rest = self._facts(of, target)
                return uuid, title, article_id, about, "", None, None
        return uuid, "", None, "", "", None, None


def _kinds(asked: Iterable[str] | None) -> list[str]:
    """Give the kinds asked for, in the singular; raises Refused."""
    given = list(KINDS if asked is None else asked)
    for kind in given:
        if kind not in _PLURALS:
            choices = ", ".join(f"{kind}s" for kind in KINDS)
            raise errors.Refused("{kind} is no kind to search. Choose among: {choices}.", kind=kind, choices=choices)
    return [_PLURALS[kind] for kind in given]


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 3)


def _shares(counts: Sequence[int], wanted: int) -> list[int]:
    """Deal a number of places to kinds with so many hits each, one to each in turn."""
    given = [0] * len(counts)
    while wanted > 0 and (open_ := [at for at, count in enumerate(counts) if given[at] < count]):
        for at in open_:
            more = min(max(wanted // len(open_), 1), counts[at] - given[at], wanted)
            given[at] += more
            wanted -= more
            open_ = open_[1:] or open_
    return given


def _positive(node: Node) -> list[Pattern]:
    """List the patterns of the words that should stand in a hit."""
    if isinstance(node, Not):
        return []
    if isinstance(node, Term):
        found = pattern(node.text, node.whole)
        return [found] if found else []
    return [found for part in getattr(node, "parts", ()) for found in _positive(part)]


def _holds(node: Node, page: Page) -> bool:
    """Whether the words stand in a text as the query wants it; what SQL has judged counts as true."""
    if isinstance(node, Term):
        found = pattern(node.text, node.whole)
        return found is not None and page.holds(found)
    if isinstance(node, Not):
        return not isinstance(node.part, Term) or not _holds(node.part, page)
    parts = getattr(node, "parts", ())
    return not parts or (all if isinstance(node, Every) else any)(_holds(part, page) for part in parts)
