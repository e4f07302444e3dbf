"""What the table classes share: one connection, its history, and rows in and out."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from db import connection as files
from db import errors
from db.changes import History
from db.ids import new_uuid
from db.records import CoderId

Values = str | int | None | bytes
Row = tuple[Any, ...]
Made = TypeVar("Made")
_TEXTS = 2  # kept in memory: the one at hand and the one beside it
# What was used lately is looked for among so many of one's last uses, however many there are.
_LATELY = 1_000


class Store:
    """One open file: SQL goes through here, so that what SQLite meets is told as a fault of the file."""

    def __init__(self, connection: sqlite3.Connection, path: Path, history: History | None) -> None:
        self.connection = connection
        self.path = path
        self._history = history
        self.me = CoderId(0)
        self._texts: dict[str, str] = {}

    @property
    def history(self) -> History:
        """The history; raises ProjectReadOnly where nothing can be changed."""
        if self._history is None:
            raise errors.ProjectReadOnly(self.path)
        return self._history

    @property
    def writable(self) -> bool:
        """Whether the project can be changed."""
        return self._history is not None

    def text(self, version: int, uuid: str) -> str:
        """Give the text of a version. Texts never change, so the last ones asked for are kept: a tag need not read a book."""
        if uuid not in self._texts:
            kept = list(self._texts.items())[1 - _TEXTS :]
            self._texts = {**dict(kept), uuid: str(self.value("SELECT text FROM version WHERE id = ?", (version,)))}
        return self._texts[uuid]

    def change(self, label: str) -> AbstractContextManager[None]:
        """Make one change; see changes.History.change."""
        return self.history.change(label)

    def rows(self, sql: str, values: Sequence[Values] | Mapping[str, Values] = ()) -> list[Row]:
        """Fetch all rows of a query."""
        try:
            return self.connection.execute(sql, values).fetchall()
        except sqlite3.IntegrityError:
            raise
        except files.FAULTS as error:
            raise files.told(error, self.path) from error

    def one(self, sql: str, values: Sequence[Values] = ()) -> Row | None:
        """Fetch the first row of a query, if any."""
        rows = self.rows(sql, values)
        return rows[0] if rows else None

    def value(self, sql: str, values: Sequence[Values] = ()) -> Any:
        """Fetch the first value of the first row; None if there is none."""
        row = self.one(sql, values)
        return row[0] if row else None

    def recent(self, table: str, column: str, limit: int) -> list[int]:
        """List what the present coder's last records of a table name in a column, the newest first, each once."""
        rows = self.rows(
            f"SELECT {column} FROM (SELECT id, {column} FROM {table} WHERE coder = ? ORDER BY id DESC LIMIT ?)"
            f" GROUP BY {column} ORDER BY max(id) DESC LIMIT ?",
            (self.me, _LATELY, limit),
        )
        return [row[0] for row in rows]

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Tell what is met while others read the open file as a fault of the file."""
        try:
            yield
        except files.FAULTS as error:
            raise files.told(error, self.path) from error
        except json.JSONDecodeError as error:
            raise errors.ProjectDamaged(self.path, detail=f"a list in it cannot be read: {error}") from error

    def parsed(self, stored: Any, make: Callable[[Any], Made] = json.loads) -> Made:
        """Make a value of what is stored; raises ProjectDamaged where it is not what was put there."""
        try:
            return make(stored)
        except (ValueError, TypeError, KeyError, AttributeError, zlib.error) as error:
            raise errors.ProjectDamaged(self.path, detail=f"{type(error).__name__}: {error}"[:80]) from error

    def insert(self, table: str, /, **values: Values) -> int:
        """Insert a record with a new uuid unless one is given; gives its key."""
        values.setdefault("uuid", new_uuid())
        marks = ", ".join("?" * len(values))
        rows = self.rows(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks}) RETURNING id", list(values.values()))
        return int(rows[0][0])

    def update(self, table: str, key: int, /, **values: Values) -> None:
        """Set values of one record."""
        if values:
            sets = ", ".join(f"{name} = ?" for name in values)
            self.rows(f"UPDATE {table} SET {sets} WHERE id = ?", [*values.values(), key])

    def delete(self, table: str, keys: Iterable[int]) -> None:
        """Delete records by key; what hangs on them goes too."""
        for key in keys:
            self.rows(f"DELETE FROM {table} WHERE id = ?", (key,))

    def by_ref(self, table: str, ref: str, *, names: Sequence[str] = (), kind: str = "") -> int:
        """Find a record by exact name, uuid or unique prefix of either; raises NotFound or Ambiguous."""
        columns = (*names, "uuid")
        exact = " OR ".join(f"{column} = ?" for column in columns)
        found = self.rows(f"SELECT id FROM {table} WHERE {exact}", [ref] * len(columns))
        if len(found) == 1:
            return int(found[0][0])
        shown = f"coalesce(nullif({columns[0]}, ''), uuid)"
        prefix = " OR ".join(f"substr({column}, 1, ?) = ?" for column in columns)
        if len(found) == 0 and ref:
            found = self.rows(f"SELECT id, {shown} FROM {table} WHERE {prefix} LIMIT 6", [len(ref), ref] * len(columns))
        if len(found) == 1:
            return int(found[0][0])
        if not found:
            raise errors.NotFound(kind or table, ref)
        keys = [row[0] for row in found]
        marks = ", ".join("?" * len(keys))
        choices = [row[0] for row in self.rows(f"SELECT {shown} FROM {table} WHERE id IN ({marks}) ORDER BY id", keys)]
        if len(set(choices)) < len(choices):
            choices = [row[0] for row in self.rows(f"SELECT uuid FROM {table} WHERE id IN ({marks}) ORDER BY id", keys)]
        raise errors.Ambiguous(ref, choices)
