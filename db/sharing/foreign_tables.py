"""SQLite files of other programs, read without trusting them: nothing is written, and only plain tables are looked at."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from db.errors import CannotRead
from db.exchange.foreign.rows import Row

HEADER = b"SQLite format 3\x00"
LARGEST = 1_000_000_000  # bytes of a file
_LONGEST = 300_000_000  # bytes of one value
_MOST_ROWS = 3_000_000  # of one table
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})

MISSING = "There is no such file. Check the name."
UNREADABLE = "It cannot be read ({detail}). Ask its owner for it, or check the disk."
TOO_LARGE = "It is larger than {limit} MB. Ask for a part of it."
DAMAGED = "It is damaged ({detail}). Open it in the program that made it and save a copy."
NO_DATABASE = (
    "Nothing that can be taken in is in this file."
    " Choose a .glossbundle, .qdpx, .qdc, .jsonld, .qda, .sqlite3, .csv, .tsv or .xlsx file."
)


class Database:
    """The plain tables of a file, by name."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path, self._connection = path, connection
        rows = self._all("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        virtual = {str(name) for name, sql in rows if str(sql).upper().split()[1:2] == ["VIRTUAL"]}
        self.tables = {str(name) for name, _sql in rows} - virtual
        # What a name stands for is known now: from here on nothing but reading tables is allowed.
        self._columns = {name: [str(r[1]) for r in self._all(f"PRAGMA table_info({_quoted(name)})")] for name in self.tables}
        connection.set_authorizer(_allow)

    def _all(self, sql: str) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql).fetchmany(_MOST_ROWS)
        except (sqlite3.Error, UnicodeDecodeError, MemoryError) as error:
            raise CannotRead(self._path, DAMAGED, detail=" ".join(str(error).split())[:120]) from error

    def read(self, tables: Mapping[str, Sequence[str]]) -> dict[str, list[Row]]:
        """Give the rows of several tables, by name, with some columns."""
        return {table: self.rows(table, columns) for table, columns in tables.items()}

    def rows(self, table: str, columns: Sequence[str]) -> list[Row]:
        """Give the rows of a table in the order they came, with their `rowid`; columns it has not are None.

        No rows where there is no such table, or where a view takes its name.
        """
        if table not in self.tables:
            return []
        there = [name for name in columns if name in self._columns[table]]
        wanted = ", ".join(["rowid", *map(_quoted, there)])
        empty = dict.fromkeys(columns)
        rows = self._all(f"SELECT {wanted} FROM main.{_quoted(table)} ORDER BY rowid")
        return [{**empty, **dict(zip(("rowid", *there), row, strict=True))} for row in rows]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _allow(action: int, *_names: object) -> int:
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def is_database(path: Path) -> bool:
    """Whether a file begins as a database does."""
    try:
        with path.open("rb") as file:
            return file.read(len(HEADER)) == HEADER
    except OSError:
        return False


@contextmanager
def opened(path: Path) -> Iterator[Database]:
    """Open a file for reading; raises CannotRead.

    What another program has not yet written into it, because it runs or was cut short, is taken from the files beside it,
    in a copy: the file itself is never touched.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise CannotRead(path, TOO_LARGE, limit=LARGEST // 1_000_000)
        beside = [file for end in ("-wal", "-journal") if (file := path.with_name(path.name + end)).is_file()]
        unfinished = [file for file in beside if 0 < file.stat().st_size <= LARGEST]
    except FileNotFoundError as error:
        raise CannotRead(path, MISSING) from error
    except OSError as error:
        raise CannotRead(path, UNREADABLE, detail=error.strerror or str(error)) from error
    if not is_database(path):
        raise CannotRead(path, NO_DATABASE)
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        whole = path
        if unfinished:
            whole = Path(folder, "copy")
            shutil.copyfile(path, whole)
            for file in unfinished:
                shutil.copyfile(file, whole.with_name("copy" + file.name.removeprefix(path.name)))
        uri = whole.resolve().as_uri() + ("" if unfinished else "?mode=ro&immutable=1")
        try:
            connection = sqlite3.connect(uri, uri=True, isolation_level=None)
        except sqlite3.Error as error:
            raise CannotRead(path, DAMAGED, detail=str(error)) from error
        with closing(connection):
            _guard(path, connection)
            yield Database(path, connection)


def _guard(path: Path, connection: sqlite3.Connection) -> None:
    connection.text_factory = _text
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
    try:
        for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "query_only = ON", "mmap_size = 0"):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error as error:
        raise CannotRead(path, DAMAGED, detail=str(error)[:120]) from error


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
