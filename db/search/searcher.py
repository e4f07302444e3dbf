"""Runs queries: plans them, fetches keys a few at a time, looks at each row shown, and says where its words stand.

No query takes long: what is fetched has a time limit, and a remark says so where only a part could be looked at.
"""

from __future__ import annotations

import math
import sqlite3
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Self

from db import errors
from db.connection import FAULTS, connect, told
from db.folding import fold_text, fold_texts
from db.records import Progress, Remark, no_progress
from db.schema import FORMAT
from db.search import functions
from db.search.asked import Asked, Fetched, Results, kinds_of, shares
from db.search.conditions import Wanted, resolve
from db.search.hits import Hit, hits_of
from db.search.page import Page, holds, positive
from db.search.plan import ORDERS, Plan, plan
from db.search.query import KINDS, Node, Query, Term, leaves, parse
from db.search.texts import Text, texts_of
from db.search.waiting import STANDING, Veil, Waiting
from db.search.words import Pattern

__all__ = ["MOST_COUNTED", "ORDERS", "Hit", "Results", "Searcher"]

# Counts stop here: "1000+".
MOST_COUNTED = 1_000
# What is looked for is sorted otherwise than newest first up to so many hits.
MOST_SORTED = {"relevance": 10_000, "date": 100_000, "position": 100_000}
# Seconds after which a page shows what was found so far, hits are not sorted, and a count is left open.
PATIENCE, PATIENCE_SORTING, PATIENCE_COUNTING = 1.0, 0.7, 0.3
_RESERVED = 0.1  # of that time, for each kind that is still to be looked for
_STEPS = 20_000  # of SQLite, between two looks at the clock: about a millisecond
_BATCHES = (64, 256)  # rows looked at together, first and then
# Pages of longer texts are kept, so many and up to so many characters each.
_KEPT, _LEAST_KEPT, _MOST_KEPT = 128, 1_000, 64_000
# How far a term may reach in a text: its characters with the gaps between them.
_REACH = 200
_TOO_SLOW = Remark("This took too long, so only a part was looked at. Add a word or a filter to find all.", {})
_TOO_MANY = "More than {count} were found, so the newest come first. Add a word or a filter to sort them all."


class Searcher:
    """Searches over one connection."""

    def __init__(self, connection: sqlite3.Connection, path: Path | None = None) -> None:
        self._connection = connection
        self._path = path  # of a connection of its own
        self._stopped = self._is_watched = False
        self._until = math.inf
        self._late = False
        self._progress: Progress = no_progress
        self._kept: dict[tuple[str, int], Page] = {}
        self._asked: Asked | None = None
        self._waiting, self._veils = Waiting(connection, path), False
        functions.register(connection)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Search a project over a read-only connection of its own, which any one thread at a time may use.

        Raises a FileFault, then and in `watched`, where the file is gone or cannot be read.
        """
        if not path.exists():
            raise errors.NoSuchProject(path)
        try:
            connection = connect(path, read_only=True, any_thread=True)
            if connection.execute("PRAGMA user_version").fetchone()[0] != FORMAT:
                from db.migrations import brought_up  # an older file that cannot be written to, which is rare

                connection = brought_up(connection, any_thread=True)
        except FAULTS as error:
            raise told(error, path) from error
        return cls(connection, path)

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection searched over, for what reads beside."""
        return self._connection

    def interrupt(self) -> None:
        """Stop the query that runs, from any thread: it raises Cancelled."""
        self._stopped = True
        self._connection.interrupt()

    def heed(self, progress: Progress) -> None:
        """Stop queries also where `progress` raises Cancelled; it is asked all the while, and told that nothing is known."""
        self._progress = progress

    def close(self) -> None:
        """Close the connection."""
        self._asked = None
        self._connection.close()

    @contextmanager
    def veiling(self, on: bool = True) -> Iterator[None]:
        """Meanwhile leave out what stands in layers that wait for `me`, as `waiting` tells; otherwise all is found."""
        before, self._veils = self._veils, on
        try:
            yield
        finally:
            self._veils = before

    def seen(self, annotations: Sequence[int], me: int | None) -> Sequence[int]:
        """Give those of some annotations that are not left out."""
        veil = self._veil("passage", me)
        return veil(annotations) if veil is not None else annotations

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
        of the page. With `me`, status is that coder's and others' private notes stay hidden. Where a page took too long, the
        next one goes on behind what it showed, as long as nothing else is asked for and nothing changes.
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
        """Count what a query finds of each kind: (count, whether there are more).

        It counts up to a number or until it takes too long; below zero it counts all, which takes time where that is much.
        """
        counts: dict[str, tuple[int, bool]] = {}
        with self.watched():
            wanted = self._wanted(query, me)[1]
            for kind, one in self._plans(wanted, kinds, me).items() if wanted else ():
                if most < 0:
                    counts[kind] = self._count_all(self._fetched(one, me)), False
                    continue
                with self._patient(PATIENCE) as late:
                    found = self._fetched(one, me)
                    self._fetch(found, most + 1)
                counts[kind] = min(len(found.keys), most), late() or len(found.keys) > most
        return counts

    def total(self, query: str | Query, *, kinds: Iterable[str] | None = None, me: int | None = None) -> int:
        """Count all that a query finds, which takes time where that is much."""
        return sum(count for count, _more in self.count(query, kinds=kinds, me=me, most=-1).values())

    def hidden(
        self, query: str | Query, *, kinds: Iterable[str] | None = None, me: int | None = None, most: int = MOST_COUNTED
    ) -> tuple[int, bool]:
        """Count what a query finds in layers that wait for `me`, veiled or not, up to a number: (count, whether there are more).

        That costs one look where nobody else marked anything.
        """
        total, more = 0, False
        with self.watched(), self.veiling():
            wanted = self._wanted(query, me)[1]
            plans = self._plans(wanted, kinds, me) if wanted and me is not None and self._waiting.any(me) else {}
            for kind in plans.keys() & set(STANDING):
                found = self._fetched(plans[kind], me, hidden=True)
                with self._patient(PATIENCE) as late:
                    self._fetch(found, most + 1)
                total += len(found.keys)
                more = more or late()
        return min(total, most), more or total > most

    def _count_all(self, found: Fetched) -> int:
        exact = found.plan.exact and found.veil is None
        count = self._connection.execute(*found.plan.count(-1)).fetchone()[0] if exact else sum(map(len, self._pieces(found)))
        self.check()
        return int(count)

    def keys(self, query: str | Query, kind: str, *, me: int | None = None, most: int = -1) -> list[int]:
        """Give the ids of the records of one kind that a query finds, newest first, up to a number."""
        with self.watched():
            wanted = self._wanted(query, me)[1]
            if wanted is None:
                return []
            found = [self._fetched(one, me) for one in self._plans(wanted, [kind], me).values()]
            for one in found:
                self._fetch(one, most)
            keys = [key for one in found for key in one.keys]
            return keys if most < 0 else keys[:most]

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
            query = parse(query) if isinstance(query, str) else query
            self._asked = self._asked if counting else None  # a first page begins anew
            asked = self._ask(query, kinds, me, order, limit)
            if asked is None:
                return Results((), 0, False, query.remarks, _since(began), counted=counting)
            found = list(asked.found.values())
            late = self._take(found, limit + offset + (not counting))
            hits = self._page(asked, limit, offset)
            most = max(MOST_COUNTED, limit + offset) if counting else limit
            with self._patient(PATIENCE_COUNTING) as open_count:
                for one in found if counting and not late else ():
                    self._fetch(one, most + 1)
            remarks = (*asked.remarks, *([_TOO_SLOW] if late else []))
            counts = {kind: min(len(one.keys), most) for kind, one in asked.found.items()}
            capped = late or open_count() or any(len(one.keys) > most for one in found)
            return Results(hits, sum(counts.values()), capped, remarks, _since(began), counts, counting)

    def _ask(self, query: Query, kinds: Iterable[str] | None, me: int | None, order: str, limit: int) -> Asked | None:
        """Give a query as it was left by its last page, or else begin it; None where it asks for nothing."""
        version = self._connection.execute("PRAGMA data_version").fetchone()[0]
        by = (query, tuple(kinds_of(kinds)), me, order, limit, self._veils, version, self._connection.total_changes)
        if self._asked is not None and self._asked.by == by:
            return self._asked
        self._asked = None
        wanted = self._wanted(query, me)[1]
        if wanted is None:
            return None
        plans, found = self._plans(wanted, kinds, me, order == "relevance"), dict[str, Fetched]()
        remarks = list(wanted.remarks)
        with self._patient(PATIENCE_SORTING):
            for kind, one in plans.items():
                listed, remark = self._sorted(one, order)
                remarks += [remark] if remark and remark not in remarks else []
                found[kind] = self._fetched(one, me, listed)
        self._asked = Asked(by, wanted.root, found, tuple(remarks), {0: [0] * len(found)})
        return self._asked

    def _take(self, found: Sequence[Fetched], most: int) -> bool:
        """Fetch so many keys of each kind, none taking all of the time; tells whether it was too short."""
        until, was_late = time.perf_counter() + PATIENCE, False
        for after, one in zip(reversed(range(len(found))), found, strict=True):
            with self._patient(until - time.perf_counter() - after * _RESERVED * PATIENCE) as late:
                self._fetch(one, most)
            was_late = was_late or late()
        return was_late

    def _page(self, asked: Asked, limit: int, offset: int) -> tuple[Hit, ...]:
        sizes = [len(one.keys) for one in asked.found.values()]
        before = asked.ends.get(offset) or shares(sizes, offset)
        until = asked.ends.get(offset + limit, before)
        if until == before:
            until = asked.ends[offset + limit] = shares(sizes, limit, before)
        patterns = positive(asked.root)
        hits: list[Hit] = []
        for at, (kind, one) in enumerate(asked.found.items()):
            pages = list(self._pages(kind, one.keys[before[at] : until[at]], asked.root))
            hits += hits_of(self._connection, kind, pages, asked.root, patterns)
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
        except FAULTS as error:
            if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
                raise errors.Cancelled from error
            if self._path is not None:
                raise told(error, self._path) from error
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
        try:
            self._progress(0, 0)
        except errors.Cancelled:
            self._stopped = True
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
        asked = [kind for kind in KINDS if kind in kinds_of(kinds) and wanted.shown(kind)]
        return {kind: plan(kind, wanted, self._connection, me, ranked) for kind in asked}

    def _fetched(self, one: Plan, me: int | None, listed: Sequence[int] | None = None, *, hidden: bool = False) -> Fetched:
        """Begin to fetch what a plan finds: all that is not left out, or only what is."""
        return Fetched(one, listed, veil=self._veil(one.kind, me, hidden=hidden))

    def _veil(self, kind: str, me: int | None, *, hidden: bool = False) -> Veil | None:
        """Give what takes away what is left out, or leaves only that; None where nothing can be."""
        return self._waiting.veil(kind, me, hidden=hidden) if self._veils and me is not None else None

    def _sorted(self, found: Plan, order: str) -> tuple[list[int] | None, Remark | None]:
        """List the keys of all rows in an order, or say why the newest come first, if that was not asked for."""
        most = MOST_SORTED.get(order)
        if most is None or (order == "relevance" and not found.match and not found.common):
            return None, None
        run = self._connection.execute
        try:
            if (found.match or order != "relevance") and run(*found.count(most + 1)).fetchone()[0] <= most:
                return [row[0] for row in run(*found.keys(-1, order))], None
        except sqlite3.OperationalError:
            if self._stopped or not self._late:
                raise
        return None, Remark(_TOO_MANY, {"count": str(most)})

    def _fetch(self, found: Fetched, most: int) -> None:
        """Fetch keys until there are so many (-1: all of them), or a few more, or until it is late."""
        if found.all or 0 <= most <= len(found.keys):
            return
        with closing(self._pieces(found)) as pieces:
            for kept in pieces:
                found.keys += kept
                if 0 <= most <= len(found.keys):
                    break
        self.check()

    def _pieces(self, found: Fetched) -> Generator[Sequence[int], None, None]:
        """Yield the keys of the rows not looked at yet in which the words really stand, a few at a time, until it is late."""
        try:
            with closing(self._batches(found)) as batches:
                for keys in batches:
                    for looked, kept in self._judged(found, keys):
                        found.last, found.seen = looked[-1], found.seen + len(looked)
                        yield kept
                        if self._tick():
                            return
            found.all = True
        except sqlite3.OperationalError:
            if self._stopped or not self._late:
                raise

    def _batches(self, found: Fetched) -> Generator[Sequence[int], None, None]:
        """Yield the keys of the rows not looked at yet."""
        batch = _BATCHES[0]
        if found.listed is not None:
            while keys := found.listed[found.seen : found.seen + batch]:
                batch = _BATCHES[1]
                yield keys
            return
        with closing(self._connection.execute(*found.plan.keys(-1, last=found.last))) as cursor:
            while rows := cursor.fetchmany(batch):
                batch = _BATCHES[1]
                yield [row[0] for row in rows]

    def _judged(self, found: Fetched, keys: Sequence[int]) -> Iterator[tuple[Sequence[int], Sequence[int]]]:
        """Yield keys, and those of them that are not left out and in whose texts the words really stand."""
        kind, root = found.plan.kind, found.plan.root
        seen = found.veil(keys) if found.veil is not None else keys
        if found.plan.exact:
            yield keys, seen
        elif kind in ("passage", "note"):  # short texts are folded together
            texts = texts_of(self._connection, kind, seen)
            there = [key for key in seen if key in texts]
            folded = fold_texts([texts[key].text for key in there])
            yield keys, [key for key, text in zip(there, folded, strict=True) if holds(root, text)]
        else:
            for key in keys:
                text = texts_of(self._connection, kind, (key,)).get(key)
                long = text is not None and len(text.text) >= _MOST_KEPT
                fits = text is not None and holds(root, self._read(text, root) if long else fold_text(text.text))
                yield (key,), (key,) if fits else ()

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


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 3)
