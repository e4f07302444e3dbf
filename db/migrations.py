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
    """Bring an older or empty file to the present format; the undo stack of another format is emptied."""
    before = connection.execute("PRAGMA user_version").fetchone()[0]
    steps.apply(Database(connection, execute_plugins=False))
    if before:
        connection.execute("DELETE FROM history")
        connection.execute("DELETE FROM brought")
        connection.execute("UPDATE change SET state = 'kept', size = 0")
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {schema.FORMAT}")


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
