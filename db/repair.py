"""Saving what can be read of a damaged project into a new one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from db import connection as files
from db import errors, schema
from db.person import load_person
from db.project import Project

# What is kept: records and what undo does not know; places, index and the undo stack are derived or made anew.
_TABLES = ("blob", "looked", *schema.RECORDED, *schema.SEEN)
_OLDEST = ("article", "version", "annotation", "tagging", "code", "change", "history")  # in a project of any format


def repair(damaged: Path, target: Path) -> dict[str, tuple[int, int]]:
    """Copy readable rows of a damaged project into a new file; gives table -> (rows saved, rows lost as far as known)."""
    if target.exists():
        raise errors.FileExists(target)
    _look_at(damaged)
    found: dict[str, tuple[int, int]] = {}
    try:
        uri = damaged.resolve().as_uri() + "?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as source, Project.create(target, person=load_person(), working=()) as made:
            made.refill(lambda run: found.update({table: _copy(source, run, table) for table in _TABLES}))
            if not any(saved for saved, _lost in found.values()):
                raise errors.Refused("Nothing of {path} can be read. Restore a backup.", path=damaged)
    except files.FAULTS as error:
        target.unlink(missing_ok=True)
        raise files.told(error, damaged) from error
    except errors.ProjectError:
        target.unlink(missing_ok=True)
        raise
    return found


def _look_at(damaged: Path) -> None:
    """Refuse what was never a project; a damaged one is at least a database with some table of a project's."""
    try:
        files.look_at(damaged)
    except errors.ProjectDamaged:
        return
    except errors.NotAProject:
        if not damaged.is_file():
            raise
        with closing(sqlite3.connect(damaged.resolve().as_uri() + "?mode=ro", uri=True)) as source:
            try:
                names = {row[0] for row in source.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            except files.FAULTS:
                names = set()
        if not names.issuperset(_OLDEST):
            raise


def _copy(source: sqlite3.Connection, target: sqlite3.Connection, table: str) -> tuple[int, int]:
    """Copy a table by key ranges, halving a range that cannot be read until single rows are left out."""
    key = "rowid" if table != "blob" else "sha256"
    try:
        held = schema.columns(source, table)  # fewer in a file of an older format
        names = [name for name in schema.columns(target, table) if name in held]
        keys = [row[0] for row in source.execute(f"SELECT {key} FROM {table} ORDER BY {key}")]
    except sqlite3.DatabaseError:
        return 0, 0
    saved = lost = 0
    insert = f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    waiting = [keys]
    while waiting:
        part = waiting.pop()
        if not part:
            continue
        try:
            rows = source.execute(
                f"SELECT {', '.join(names)} FROM {table} WHERE {key} BETWEEN ? AND ?", (part[0], part[-1])
            ).fetchall()
            saved += target.executemany(insert, rows).rowcount
        except sqlite3.DatabaseError:
            if len(part) == 1:
                lost += 1
            else:
                middle = len(part) // 2
                waiting += [part[:middle], part[middle:]]
    return saved, lost
