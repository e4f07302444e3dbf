"""Rows of other programs' tables, as they were read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# Column -> value; `rowid` is always there, a column that a file has not is None.
Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]


def digest_of(tables: Tables) -> str:
    """Give a digest of what was read, so that a file opened and closed by its program stays the same file."""
    found = hashlib.sha256()
    for table, rows in sorted(tables.items()):
        found.update(f"{table} {len(rows)}\n".encode())
        for row in rows:
            found.update(json.dumps(row, sort_keys=True, default=repr).encode())
    return found.hexdigest()


def number(value: object) -> int | None:
    """Give a whole number as it stands or as words; None for anything else."""
    if isinstance(value, str):
        digits = value.strip().removeprefix("-")
        value = int(value) if digits.isascii() and digits.isdigit() and len(digits) < 20 else None
    return value if isinstance(value, int) else None


def downwards(rows: Mapping[int | None, Row], column: str) -> Iterator[int | None]:
    """Give keys in their order, what is above one before it; a ring is entered where it is met first."""
    done: set[int | None] = set()
    for key in rows:
        way: list[int | None] = []
        at: int | None = key
        while at in rows and at not in done and at not in way:
            way.append(at)
            at = number(rows[at][column])
        done.update(way)
        yield from reversed(way)


def nearest(text: str, words: str, at: int | None) -> tuple[int, int] | None:
    """Give the place of words that stand several times: the one nearest to a position, if the others are much farther away."""
    if at is None:
        return None
    before, behind = text.rfind(words, 0, at + len(words)), text.find(words, at)
    found = sorted((abs(place - at), place) for place in {before, behind} if place >= 0)
    if not found or found[0][0] > _NEAR or (len(found) > 1 and found[1][0] < _FARTHER * max(1, found[0][0])):
        return None
    return found[0][1], found[0][1] + len(words)


# How far words may stand from where they are said to, in code points, and how many times as far the next of them.
_NEAR, _FARTHER = 20, 4
