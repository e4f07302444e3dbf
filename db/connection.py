"""Opening the file: what is refused and why, and the connection as this program wants it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from db import errors, schema
from db.exchange.targets import BESIDE, refuse_database
from db.search import index

# A person can wait this long for another program that writes; then it is said.
BUSY_MILLISECONDS = 2_000
_HEADER = b"SQLite format 3\x00"
# Folders kept in step by a program that copies files one by one: a -wal beside the file would tear.
_SYNCED = ("dropbox", "onedrive", "google drive", "googledrive", "icloud", "nutstore", "坚果云", "mobile documents")


def look_at(path: Path) -> None:
    """Refuse what is no project before SQLite touches it; raises a FileFault."""
    try:
        if not path.is_file():
            raise errors.NotAProject(path) if path.exists() else errors.NoSuchProject(path)
        with path.open("rb") as file:
            header = file.read(100)
            size = os.fstat(file.fileno()).st_size
    except OSError as error:
        reason = "It cannot be read ({detail}). Ask its owner for it, or check the disk."
        raise errors.CannotRead(path, reason, detail=error.strerror or str(error)) from error
    if size == 0:
        raise errors.EmptyFile(path)
    if not header.startswith(_HEADER) or len(header) < 100:
        raise errors.NotAProject(path)
    if int.from_bytes(header[68:72], "big") != schema.APPLICATION_ID:
        raise errors.NotAProject(path)
    found = int.from_bytes(header[60:64], "big")
    if found > schema.FORMAT:
        raise errors.ProjectTooNew(path, found=found, known=schema.FORMAT)
    page = int.from_bytes(header[16:18], "big") or 1
    page = 65_536 if page == 1 else page
    pages = int.from_bytes(header[28:32], "big")
    if not _wal(path).exists() and size < page * pages:
        raise errors.ProjectDamaged(path, detail=f"{page * pages - size} bytes are missing")


def _wal(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def is_synced(path: Path) -> bool:
    """Tell whether a path lies where write-ahead logging is unsafe: a synced or a network folder."""
    text = str(path.resolve())
    return text.startswith("\\\\") or any(name in text.lower() for name in _SYNCED) or _on_network(text)


def _on_network(path: str) -> bool:
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return False
    kinds = {}
    for line in mounts.read_text("utf-8", "replace").splitlines():
        _device, where, kind, *_rest = line.split(" ")
        kinds[where] = kind
    inside = [where for where in kinds if path == where or path.startswith(where.rstrip("/") + "/")]
    return bool(inside) and kinds[max(inside, key=len)] in {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs"}


def can_write(path: Path) -> bool:
    """Tell whether a project file and its folder can be written to."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def connect(path: Path, *, read_only: bool = False, any_thread: bool = False) -> sqlite3.Connection:
    """Open a connection with this program's settings; `read_only` takes no lock file where none can be made."""
    uri = path.resolve().as_uri()
    if read_only:
        alone = not _wal(path).exists() and not can_write(path)
        uri += "?mode=ro&immutable=1" if alone else "?mode=ro"
    else:
        uri += "?mode=rw"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=not any_thread)
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    for pragma in ("foreign_keys = ON", "recursive_triggers = ON", "trusted_schema = OFF", "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def prepare_writer(connection: sqlite3.Connection, path: Path) -> None:
    """Choose the journal for the place the file lies in; every commit is on disk when it returns."""
    wanted = "DELETE" if is_synced(path) else "WAL"
    connection.execute(f"PRAGMA journal_mode = {wanted}")
    connection.execute("PRAGMA synchronous = FULL")


def refuse_foreign(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file whose schema holds what this program never makes: it could act when the file is read or written."""
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    for kind, name, sql in rows:
        words = (sql or "").upper().split()
        virtual = kind == "table" and words[:2] == ["CREATE", "VIRTUAL"]
        ours = virtual and name in index.TABLES and words[4:5] == ["USING"] and words[5].startswith("FTS5(")
        if kind in ("trigger", "view") or (virtual and not ours):
            raise errors.ForeignSchema(path, kind="virtual table" if virtual else kind, name=name)


def refuse_incomplete(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file of the present format that lacks one of its tables."""
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for name in (*schema.RECORDED, *schema.SEEN, *schema.BEHIND, *index.TABLES):
        if name not in tables:
            raise errors.ProjectDamaged(path, detail=f"the table {name} is missing")


# What SQLite says of a damaged schema may hold bytes that are no text.
FAULTS = (sqlite3.Error, UnicodeDecodeError)


def told(error: sqlite3.Error | UnicodeDecodeError, path: Path) -> errors.FileFault:
    """Say what SQLite met as a fault of the file."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return errors.ProjectLocked(path)
    if code == sqlite3.SQLITE_FULL:
        return errors.DiskFull(path)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return errors.ProjectReadOnly(path)
    if code == sqlite3.SQLITE_IOERR:
        return errors.NotWritten(path, reason=str(error))
    return errors.ProjectDamaged(path, detail=" ".join(str(error).split())[:200])  # it may quote the file, line feeds and all


def refuse_target(target: Path, own: Path, *, replace: bool, database: bool = False) -> None:
    """Refuse to write where a file lies, unless it may be replaced; one's own project and one that is open never may.

    Another project may only where a `database` is what is written. Raises FileExists or Refused.
    """
    if target.exists() and (not replace or target.is_dir() or target.samefile(own)):
        raise errors.FileExists(target)
    refuse_database(target, replace=database)
    if target.exists() and any(target.with_name(target.name + end).exists() for end in BESIDE):
        # SQLite would play what is left of the old file into the new one.
        told = "{path} is open, or was not closed well. Open and close it first, or give another name."
        raise errors.Refused(told, path=target)


def copy(source: sqlite3.Connection, target: Path, prepare: Callable[[sqlite3.Connection], None] | None = None) -> None:
    """Copy a whole project to a file by SQLite's backup, which sees one consistent state; what lay there goes at the end.

    `prepare` may alter the copy before it gets its name, so that what must not be handed on never stands under it.
    """
    if not target.parent.is_dir():
        raise errors.FolderMissing(target)
    part = target.with_name(f".{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(part, isolation_level=None)) as copied:
            source.backup(copied, pages=4096)
            copied.execute("PRAGMA journal_mode = DELETE")
            if prepare is not None:
                prepare(copied)
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.replace(target)
    except sqlite3.Error as error:
        raise told(error, target) from error
    except OSError as error:
        raise errors.NotWritten(target, reason=error.strerror or str(error)) from error
    finally:
        for left in (part, part.with_name(part.name + "-journal")):
            with suppress(OSError):
                left.unlink(missing_ok=True)
