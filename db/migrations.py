"""The file's history as numbered steps; a released step is never edited. Imported only when a file is not up to date."""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database, Migrations

from db import schema
from db.search import entries, index

steps = Migrations("glossator")


@steps(name="0001_first")
def first(db: Database) -> None:
    """Make the tables of the first release."""
    _run(db, schema.FIRST)
    index.create_tables(db.conn)


@steps(name="0002_library")
def library(db: Database) -> None:
    """Add collections, tags of articles and what the library derives; deriving is left to whoever opens the file."""
    _run(db, schema.SECOND)
    index.hold_back(db.conn)


@steps(name="0003_searches")
def searches(db: Database) -> None:
    """Tell kinds of saved searches apart, and keep what standing searches had found when one last looked."""
    _run(db, schema.THIRD)


@steps(name="0004_past")
def past(db: Database) -> None:
    """Keep what others' records were before they came here."""
    _run(db, schema.FOURTH)


def _run(db: Database, scripts: tuple[str, ...]) -> None:
    for script in scripts:
        for statement in _statements(script):
            db.execute(statement)


def _statements(script: str) -> list[str]:
    """Split a script; executescript would commit the migration's own transaction."""
    found, statement = [], ""
    for piece in script.split(";"):
        statement += piece + ";"
        if sqlite3.complete_statement(statement):
            found.append(statement.strip())
            statement = ""
    return [each for each in found if each != ";"]


def migrate(connection: sqlite3.Connection) -> None:
    """Bring an older or empty file to the present format; what was done in it can be undone as before."""
    before = {table: schema.columns(connection, table) for table in schema.RECORDED}
    steps.apply(Database(connection, execute_plugins=False))
    for table, names in before.items():
        if names:
            _complete(connection, table, names)
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {schema.FORMAT}")


def _complete(connection: sqlite3.Connection, table: str, names: tuple[str, ...]) -> None:
    """Give the old values of rows the columns that a step added, with what those began with."""
    for _at, name, _type, _needed, default, _key in connection.execute(f"PRAGMA table_info({table})").fetchall():
        if name not in names:
            connection.execute(
                f"UPDATE history SET old = json_set(old, ?, {default or 'NULL'}) WHERE tbl = ? AND json_valid(old)",
                (f"$.{name}", table),
            )


def brought_up(connection: sqlite3.Connection, *, any_thread: bool = False) -> sqlite3.Connection:
    """Give an older file that is only to be read in the present format: a copy in memory, so that the file stays as it is."""
    copied = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=not any_thread)
    connection.backup(copied)
    connection.close()
    for pragma in ("foreign_keys = ON", "trusted_schema = OFF", "temp_store = MEMORY"):
        copied.execute(f"PRAGMA {pragma}")
    migrate(copied)
    entries.rebuild(copied)
    return copied
