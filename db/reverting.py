"""Putting a change back: its rows of the history from the last to the first, many of one kind by one statement.

Records come and go set by set, parents first and children first; what was changed is put back row by row, for a record may
have been changed several times. The recording of the change that puts back sees every row, so that it can be put back too.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from db import errors, schema
from db.records import Progress

# Rows of the history, and characters in them, that are put back between two looks at whether to go on.
_MOST_ROWS, _MOST_CHARACTERS = 5_000, 4_000_000
# The order in which records of several tables come back: none before what it refers to.
_ORDER = {table: place for place, table in enumerate((*schema.RECORDED, "replica", "stamp"))}
_OF_TABLE = "FROM history WHERE change = ? AND id BETWEEN ? AND ? AND tbl = ?"


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Rows of the history in a row, by table, that all tell of new (I), changed (U) or removed (D) records."""

    op: str
    first: int
    last: int
    tables: Mapping[str, int]


def values_of(old: str | None) -> Mapping[str, str | int | None]:
    """Read the values of a row; none where a stranger wrote something else."""
    try:
        values = json.loads(old or "{}")
    except ValueError:
        return {}
    plain = isinstance(values, dict) and all(value is None or isinstance(value, str | int) for value in values.values())
    return values if plain else {}


class Reverting:
    """Puts back what one change did, inside another; foreign keys are checked at its end."""

    def __init__(self, connection: sqlite3.Connection, path: Path, tables: Mapping[str, tuple[str, ...]]) -> None:
        """Take the recorded tables with their columns, and the path for what is said of a damaged file."""
        self._connection = connection
        self._path = path
        self._tables = tables

    def put_back(self, change: int, label: str, progress: Progress) -> None:
        """Put back all that a change did; `progress` counts thousandths and may cancel; raises ProjectDamaged."""
        run = self._connection.execute
        run("PRAGMA defer_foreign_keys = ON")
        total = run("SELECT count(*) FROM history WHERE change = ?", (change,)).fetchone()[0]
        if not total:
            raise self._damaged(f"the old values of {label} are missing")
        done = 0
        for stretch in self._stretches(change):
            progress(1000 * done // total, 1000)
            self._put_back(change, stretch)
            done += sum(stretch.tables.values())

    def _stretches(self, change: int) -> Iterator[_Stretch]:
        sql = "SELECT id, tbl, op, ifnull(length(old), 0) FROM history WHERE change = ? AND id < ? ORDER BY id DESC LIMIT ?"
        below = 1 << 62
        while rows := self._connection.execute(sql, (change, below, _MOST_ROWS)).fetchall():
            below = rows[-1][0]
            for op, several in groupby(rows, itemgetter(2)):
                for part in _parts(several):
                    yield _Stretch(op, part[-1][0], part[0][0], Counter(row[1] for row in part))

    def _put_back(self, change: int, stretch: _Stretch) -> None:
        for table in stretch.tables:
            if table not in self._tables:
                raise self._damaged(f"its history names a table {table}")
        for table in sorted(stretch.tables, key=_ORDER.__getitem__, reverse=stretch.op == "I"):
            rows = (change, stretch.first, stretch.last, table)
            if stretch.op == "I":
                self._connection.execute(f"DELETE FROM {table} WHERE id IN (SELECT key {_OF_TABLE})", rows)
            elif stretch.op == "D":
                self._bring_back(table, rows, stretch.tables[table])
            else:
                self._change_back(table, rows)

    def _bring_back(self, table: str, rows: tuple[object, ...], count: int) -> None:
        """Make removed records again, each with all its values."""
        columns = self._tables[table]
        values = ", ".join(f"json_extract(old, '$.{column}')" for column in columns)
        plain = " AND ".join(f"json_type(old, '$.{column}') IN ('null', 'text', 'integer')" for column in columns)
        sql = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} {_OF_TABLE} AND {plain} ORDER BY id DESC"
        if self._connection.execute(sql, rows).rowcount != count:
            raise self._damaged(f"its history does not hold all values of {table}")

    def _change_back(self, table: str, stretch: tuple[object, ...]) -> None:
        """Give changed records the values they had, the last change first."""
        found = self._connection.execute(f"SELECT key, old {_OF_TABLE} ORDER BY id DESC", stretch).fetchall()
        read = [(key, values_of(old)) for key, old in found]
        kept = [tuple(column for column in self._tables[table] if column in values) for _key, values in read]
        for columns, several in groupby(zip(kept, read, strict=True), itemgetter(0)):
            rows = [(*(values[column] for column in columns), key) for _columns, (key, values) in several]
            if not columns:
                raise self._damaged(f"its history holds no values of {table} {rows[0][-1]}")
            sets = ", ".join(f"{column} = ?" for column in columns)
            self._connection.executemany(f"UPDATE {table} SET {sets} WHERE id = ?", rows)

    def _damaged(self, detail: str) -> errors.ProjectDamaged:
        return errors.ProjectDamaged(self._path, detail=detail)


def _parts(rows: Iterable[tuple[int, str, str, int]]) -> Iterator[list[tuple[int, str, str, int]]]:
    """Cut rows, whose last value is how long they are, where they hold too much to be in memory at once."""
    part: list[tuple[int, str, str, int]] = []
    characters = 0
    for row in rows:
        part.append(row)
        characters += row[3]
        if characters > _MOST_CHARACTERS:
            yield part
            part, characters = [], 0
    if part:
        yield part
