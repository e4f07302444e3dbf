"""Runs queries: plans them, fetches keys a few at a time, looks at each row shown, and says where its words stand.

No query takes long: what is fetched has a time limit, and a remark says so where only a part could be looked at.
"""

from __future__ import annotations

import math
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import Self

from db import errors
from db.connection import connect
from db.folding import fold_text, fold_texts
from db.records import Remark
from db.schema import FORMAT
from db.search import functions
from db.search.conditions import Wanted, resolve
from db.search.hits import Hit, hits_of
from db.search.page import Page, holds, positive
from db.search.plan import ORDERS, Plan, plan
from db.search.query import KINDS, Node, Query, Term, leaves, parse
from db.search.texts import Text, texts_of
from db.search.words import Pattern

__all__ = ["MOST_COUNTED", "ORDERS", "Hit", "Results", "Searcher"]

# Counts stop here: "1000+".
MOST_COUNTED = 1_000
# What is looked for is sorted otherwise than newest first up to so many hits.
MOST_SORTED = {"relevance": 10_000, "date": 100_000, "position": 100_000}
# Seconds after which a page shows what was found so far, and then a count is left open.
PATIENCE, PATIENCE_COUNTING = 1.0, 0.3
_STEPS = 20_000  # of SQLite, between two looks at the clock: about a millisecond
_BATCHES = (64, 256)  # rows looked at together, first and then
# Pages of longer texts are kept, so many and up to so many characters each.
_KEPT, _LEAST_KEPT, _MOST_KEPT = 128, 1_000, 64_000
# How far a term may reach in a text: its characters with the gaps between them.
_REACH = 200
_PLURALS = {f"{kind}s": kind for kind in KINDS} | {kind: kind for kind in KINDS}
_TOO_SLOW = Remark("This took too long, so only a part was looked at. Add a word or a filter to find all.", {})
_TOO_MANY = "More than {count} were found, so the newest come first. Add a word or a filter to sort them all."


@dataclass(frozen=True, slots=True)
class Results:
    """A page of hits; `total` counts up to MOST_COUNTED of each kind, `counts` says how many of which kind, and `capped`
    that there are more; if they were not `counted`, these are the hits seen so far."""

    hits: tuple[Hit, ...]
    total: int
    capped: bool
    remarks: tuple[Remark, ...]
    milliseconds: float
    counts: Mapping[str, int] = field(default_factory=dict)
    counted: bool = True


class _Found:
    """The keys of one kind that a query finds, fetched as far as they are wanted."""

    def __init__(self, rows: Iterator[int]) -> None:
        self.keys: list[int] = []
        self.all = False  # whether there are no more
        self._rows = rows

    def take(self, most: int) -> list[int]:
        """Give the first keys, up to a number."""
        while not self.all and len(self.keys) < most:
            more = list(islice(self._rows, most - len(self.keys)))
            self.keys += more
            self.all = len(self.keys) < most
        return self.keys[:most]


class Searcher:
    """Searches over one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._stopped = self._is_watched = False
        self._until = math.inf
        self._late = False
        self._kept: dict[tuple[str, int], Page] = {}
        functions.register(connection)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Search a project over a read-only connection of its own, which any one thread at a time may use."""
        connection = connect(path, read_only=True, any_thread=True)
        if connection.execute("PRAGMA user_version").fetchone()[0] != FORMAT:
            from db.migrations import brought_up  # an older file that cannot be written to, which is rare

            connection = brought_up(connection, any_thread=True)
        return cls(connection)

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection searched over, for what reads beside."""
        return self._connection

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
        order: str = "newest",
    ) -> Results:
        """Give a page of what a query finds and count it; raises QueryFault, Refused and Cancelled.

        The hits come kind by kind, in one of ORDERS: newest first, most relevant first, by the article's date (newest
        first) or by the article's title and the place in it. Where there are hits of several kinds, each has a fair share
        of the page. With `me`, status is that coder's and others' private notes stay hidden.
        """
        return self._answer(query, kinds, me, order, max(limit, 0), max(offset, 0), counting=True)

    def first(
        self,
        query: str | Query,
        *,
        kinds: Iterable[str] | None = None,
        limit: int = 50,
        me: int | None = None,
        order: str = "newest",
    ) -> Results:
        """Give the first page without counting: `total` is what was seen, `capped` that there may be more."""
        return self._answer(query, kinds, me, order, max(limit, 0), 0, counting=False)

    def count(
        self, query: str | Query, *, kinds: Iterable[str] | None = None, me: int | None = None, most: int = MOST_COUNTED
    ) -> Mapping[str, tuple[int, bool]]:
        """Count what a query finds of each kind, up to a number or until it takes too long: (count, whether there are more)."""
        counts = {}
        with self.watched():
            wanted = self._wanted(query, me)[1]
            for kind, one in self._plans(wanted, kinds, me).items() if wanted else ():
                with self._patient(PATIENCE) as late:
                    found = _Found(self._rows(one, "newest"))
                    found.take(most + 1)
                counts[kind] = min(len(found.keys), most), late() or len(found.keys) > most
        return counts

    def total(self, query: str | Query, *, kinds: Iterable[str] | None = None, me: int | None = None) -> int:
        """Count all that a query finds, which takes time where that is much."""
        count = 0
        with self.watched():
            wanted = self._wanted(query, me)[1]
            for found in self._plans(wanted, kinds, me).values() if wanted else ():
                rows = () if found.exact else self._rows(found, "newest")
                count += self._connection.execute(*found.count(-1)).fetchone()[0] if found.exact else sum(1 for _key in rows)
        return count

    def keys(self, query: str | Query, kind: str, *, me: int | None = None, most: int = -1) -> list[int]:
        """Give the ids of the records of one kind that a query finds, newest first, up to a number."""
        with self.watched():
            wanted = self._wanted(query, me)[1]
            if wanted is None:
                return []
            plans = self._plans(wanted, [kind], me).values()
            rows = chain.from_iterable(self._rows(found, "newest") for found in plans)
            return list(rows if most < 0 else islice(rows, most))

    def patterns(self, query: str | Query, *, me: int | None = None) -> list[Pattern]:
        """Give the patterns of the words that should stand in what a query finds."""
        with self.watched():
            wanted = self._wanted(query, me)[1]
            return positive(wanted.root) if wanted else []

    def _answer(
        self, query: str | Query, kinds: Iterable[str] | None, me: int | None, order: str, limit: int, offset: int, counting: bool
    ) -> Results:
        began = time.perf_counter()
        if order not in ORDERS:
            raise errors.Refused("{order} is no order. Choose among: {choices}.", order=order, choices=", ".join(ORDERS))
        with self.watched():
            query, wanted = self._wanted(query, me)
            if wanted is None:
                return Results((), 0, False, query.remarks, _since(began), counted=counting)
            plans = self._plans(wanted, kinds, me, order == "relevance")
            remarks = list(wanted.remarks)
            found: dict[str, _Found] = {}
            with self._patient(PATIENCE) as late:
                for kind, one in plans.items():
                    by, remark = self._ordered(one, order)
                    remarks += [remark] if remark and remark not in remarks else []
                    found[kind] = _Found(self._rows(one, by))
                    found[kind].take(limit + offset + (not counting))
            remarks += [_TOO_SLOW] if late() else []
            hits = self._page(wanted.root, found, limit, offset)
            most = max(MOST_COUNTED, limit + offset) if counting else limit
            with self._patient(PATIENCE_COUNTING) as open_count:
                for listed in found.values() if counting and not late() else ():
                    listed.take(most + 1)
            counts = {kind: min(len(listed.keys), most) for kind, listed in found.items()}
            capped = late() or open_count() or any(len(listed.keys) > most for listed in found.values())
            return Results(hits, sum(counts.values()), capped, tuple(remarks), _since(began), counts, counting)

    def _page(self, root: Node, found: Mapping[str, _Found], limit: int, offset: int) -> tuple[Hit, ...]:
        sizes = [min(len(one.keys), limit + offset) for one in found.values()]
        before, until = _shares(sizes, offset), _shares(sizes, offset + limit)
        patterns = positive(root)
        hits: list[Hit] = []
        for at, (kind, one) in enumerate(found.items()):
            pages = list(self._pages(kind, one.keys[before[at] : until[at]], root))
            hits += hits_of(self._connection, kind, pages, root, patterns)
        return tuple(hits)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Let `interrupt` stop what reads over the connection, and make that Cancelled; it may stand inside another."""
        outermost, self._is_watched = not self._is_watched, True
        if outermost:
            self._stopped, self._until, self._late = False, math.inf, False
            self._connection.set_progress_handler(self._tick, _STEPS)
        try:
            yield
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
                raise errors.Cancelled from error
            raise
        finally:
            if outermost:
                self._is_watched = False
                self._connection.set_progress_handler(None, 0)

    def check(self) -> None:
        """Raise Cancelled if `interrupt` was called since the outermost `watched` began."""
        if self._stopped:
            raise errors.Cancelled

    def _tick(self) -> int:
        """Tell SQLite whether to stop."""
        self._late = self._late or time.perf_counter() > self._until
        return self._stopped or self._late

    @contextmanager
    def _patient(self, seconds: float) -> Iterator[Callable[[], bool]]:
        """Look no longer than so many seconds; gives what tells whether that was too short."""
        self._until, self._late = time.perf_counter() + seconds, False
        late: list[bool] = []
        try:
            yield lambda: late[0]
        finally:
            late.append(self._late)
            self._until, self._late = math.inf, False

    def _wanted(self, query: str | Query, me: int | None) -> tuple[Query, Wanted | None]:
        query = parse(query) if isinstance(query, str) else query
        if query.root is None:
            return query, None
        wanted = resolve(query.root, self._connection, me)
        return query, replace(wanted, remarks=query.remarks + wanted.remarks) if wanted else None

    def _plans(self, wanted: Wanted, kinds: Iterable[str] | None, me: int | None, ranked: bool = False) -> dict[str, Plan]:
        asked = [kind for kind in KINDS if kind in _kinds(kinds) and wanted.shown(kind)]
        return {kind: plan(kind, wanted, self._connection, me, ranked) for kind in asked}

    def _ordered(self, found: Plan, order: str) -> tuple[str, Remark | None]:
        """Give the order that can be had soon enough, and what to say if it is not the one asked for."""
        most = MOST_SORTED.get(order)
        if most is None or (order == "relevance" and not found.match and not found.common):
            return order, None
        try:
            if (found.match or order != "relevance") and self._connection.execute(*found.count(most + 1)).fetchone()[0] <= most:
                return order, None
        except sqlite3.OperationalError:
            if self._stopped or not self._late:
                raise
        return "newest", Remark(_TOO_MANY, {"count": str(most)})

    def _rows(self, found: Plan, order: str) -> Iterator[int]:
        """Yield the keys of the rows in which the words really stand, until it is late."""
        cursor = self._connection.cursor()
        try:
            cursor.execute(*found.keys(-1, order))
            at = 0
            while keys := [row[0] for row in cursor.fetchmany(_BATCHES[at])]:
                at = 1
                yield from keys if found.exact else self._verified(found.kind, keys, found.root)
                if self._tick():
                    break
        except sqlite3.OperationalError:
            if self._stopped or not self._late:
                raise
        finally:
            cursor.close()
        self.check()

    def _verified(self, kind: str, keys: Sequence[int], root: Node) -> Iterator[int]:
        if kind in ("passage", "note"):  # short texts are folded together
            texts = texts_of(self._connection, kind, keys)
            kept = [key for key in keys if key in texts]
            folded = fold_texts([texts[key].text for key in kept])
            yield from (key for key, text in zip(kept, folded, strict=True) if holds(root, text))
            return
        for key in keys:
            text = texts_of(self._connection, kind, (key,)).get(key)
            if text is not None and holds(root, fold_text(text.text) if len(text.text) < _MOST_KEPT else self._read(text, root)):
                yield key
            elif self._tick():
                break

    def _pages(self, kind: str, keys: Sequence[int], root: Node) -> Iterator[tuple[int, Page]]:
        for start in range(0, len(keys), _BATCHES[0]):
            some = keys[start : start + _BATCHES[0]]
            texts = texts_of(self._connection, kind, some)
            for key in some:
                self.check()
                if key in texts:
                    yield key, self._read(texts[key], root)

    def _read(self, text: Text, root: Node) -> Page:
        """Give the page of a text, kept from the last queries if it is an article's: the next key needs it again."""
        longest = max((len(leaf.text) for leaf in leaves(root) if isinstance(leaf, Term)), default=0)
        reach = _REACH if longest <= _REACH // 4 else _REACH + 4 * longest
        if not text.body or not _LEAST_KEPT < len(text.text) < _MOST_KEPT:
            return Page(text.text, text.body, reach)
        page = self._kept.pop((text.text, reach), None) or Page(text.text, text.body, reach)
        self._kept[text.text, reach] = page
        if len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]
        return page


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
