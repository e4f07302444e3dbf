"""Searches that were kept, run again: what a standing search finds that its coder has not looked at, what a smart code holds.

What was found is kept by half of each record's uuid and not by its key: SQLite gives the key of a record that was removed to
the next one made, while a record undone and redone, or merged with its twin, is the one that was seen.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from db.errors import Cancelled
from db.records import Progress, SavedSearch, no_progress
from db.search.query import KINDS
from db.search.searcher import Searcher

# So many of each kind, the newest, are looked at.
MOST = 100_000
_READ = 5_000
_BYTES = 8  # of a uuid, from its end: 62 random bits and two that are always the same
_TABLES = {kind: kind for kind in KINDS} | {"passage": "annotation"}


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found of one kind, to be kept as seen: half uuids one after the other, and the least key looked at."""

    seen: bytes
    down_to: int


@dataclass(frozen=True, slots=True)
class News:
    """What a standing search finds that a coder has not seen: keys of records by kind, and how many they are.

    `more` says that only the newest of a kind were looked at; `looked` is when the coder last looked, UTC, "" if never.
    """

    keys: Mapping[str, frozenset[int]]
    total: int
    more: bool
    looked: str
    search: str  # uuid
    coder: str  # uuid
    found: Mapping[str, Found]


def news(searcher: Searcher, search: SavedSearch, me: int | None, *, most: int = MOST, progress: Progress = no_progress) -> News:
    """Find what is new to a coder; raises QueryFault and Cancelled.

    Progress counts the kinds of records, and cancels between them; `searcher.interrupt()` stops the kind at hand.
    """
    try:
        return _news(searcher, search, me, most, progress)
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
            raise Cancelled from error
        raise


def _news(searcher: Searcher, search: SavedSearch, me: int | None, most: int, progress: Progress) -> News:
    connection = searcher.connection
    row = connection.execute("SELECT uuid FROM coder WHERE id = ?", (me,)).fetchone()
    coder = row[0] if row else ""
    seen = _seen(connection, search.uuid, coder)
    keys: dict[str, frozenset[int]] = {}
    found: dict[str, Found] = {}
    more = False
    for done, kind in enumerate(KINDS):
        progress(done, len(KINDS))
        listed = searcher.keys(search.query, kind, me=me, most=most + 1)
        down_to = 0
        if len(listed) > most:
            listed, more = sorted(listed, reverse=True)[:most], True
            down_to = listed[-1]
        halves = _halves(connection, _TABLES[kind], listed)
        before, known_to = seen.get(kind, (frozenset(), 0))
        # What is older than all that was looked at is not news because something newer has gone.
        if fresh := frozenset(key for key, half in halves.items() if half not in before and key >= known_to):
            keys[kind] = fresh
        found[kind] = Found(_packed(_with_twins(connection, halves.values())), down_to)
    progress(len(KINDS), len(KINDS))
    return News(keys, sum(map(len, keys.values())), more, _looked(connection, search.uuid, coder), search.uuid, coder, found)


def passages(searcher: Searcher, search: SavedSearch, me: int | None) -> tuple[int, bool]:
    """Count the passages of a smart code, and say whether there are more than were counted; raises QueryFault and Cancelled."""
    return searcher.count(search.query, kinds=("passage",), me=me).get("passage", (0, False))


def mark(connection: sqlite3.Connection, news: News, at: str) -> None:
    """Keep what was found as seen; inside an upkeep."""
    _forget_gone(connection)
    connection.execute("DELETE FROM looked WHERE search = ? AND coder = ?", (news.search, news.coder))
    connection.executemany(
        "INSERT INTO looked (search, coder, kind, at, down_to, seen) VALUES (?, ?, ?, ?, ?, ?)",
        [(news.search, news.coder, kind, at, found.down_to, found.seen) for kind, found in news.found.items()],
    )


def _forget_gone(connection: sqlite3.Connection) -> None:
    """Drop what was kept of searches that were removed, once undo cannot bring any back."""
    gone = "FROM looked WHERE search NOT IN (SELECT uuid FROM saved_search)"
    if connection.execute(f"SELECT 1 {gone} LIMIT 1").fetchone() is None:
        return
    undoable = "SELECT 1 FROM change WHERE size > 0 AND json_extract(counts, '$.saved_search') IS NOT NULL LIMIT 1"
    if connection.execute(undoable).fetchone() is None:
        connection.execute(f"DELETE {gone}")


def _looked(connection: sqlite3.Connection, search: str, coder: str) -> str:
    row = connection.execute("SELECT max(at) FROM looked WHERE search = ? AND coder = ?", (search, coder)).fetchone()
    return str(row[0] or "")


def _seen(connection: sqlite3.Connection, search: str, coder: str) -> dict[str, tuple[frozenset[bytes], int]]:
    """Give, by kind, the half uuids a coder has seen and the least key looked at."""
    rows = connection.execute("SELECT kind, seen, down_to FROM looked WHERE search = ? AND coder = ?", (search, coder)).fetchall()
    return {
        kind: (frozenset(_with_twins(connection, (seen[at : at + _BYTES] for at in range(0, len(seen), _BYTES)))), down_to)
        for kind, seen, down_to in rows
    }


def _halves(connection: sqlite3.Connection, table: str, keys: Sequence[int]) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for start in range(0, len(keys), _READ):
        part = json.dumps(keys[start : start + _READ])
        rows = connection.execute(f"SELECT id, uuid FROM {table} WHERE id IN (SELECT value FROM json_each(?))", (part,))
        found.update((key, _half(uuid)) for key, uuid in rows)
    return found


def _half(uuid: str) -> bytes:
    return bytes.fromhex(uuid.replace("-", ""))[-_BYTES:]


def _packed(halves: Iterable[bytes]) -> bytes:
    """Join half uuids in order, sorted some hundreds at a time: while one long sort runs the window's thread stands still."""
    parts: dict[int, list[bytes]] = {}
    for half in halves:
        parts.setdefault(half[0], []).append(half)
    return b"".join(half for first in sorted(parts) for half in sorted(parts[first]))


def _with_twins(connection: sqlite3.Connection, halves: Iterable[bytes]) -> set[bytes]:
    """Add the other uuids of records that merging found to be one thing, so that it does not come back under another."""
    found = set(halves)
    rows = connection.execute("SELECT uuid, kept FROM same ORDER BY uuid DESC").fetchall()  # the smaller one is always kept
    twins = [(_half(uuid), _half(kept)) for uuid, kept in rows]
    for goes, stays in twins:
        if goes in found:
            found.add(stays)
    for goes, stays in reversed(twins):
        if stays in found:
            found.add(goes)
    return found
