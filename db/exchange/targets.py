"""Where nothing may be written: over a database, open or not, and over what SQLite keeps beside one."""

from __future__ import annotations

from pathlib import Path

from db.errors import FileExists, Refused

_HEADER = b"SQLite format 3\x00"
_MARK = slice(68, 72)  # where a database tells whose it is: schema.APPLICATION_ID
# What stands beside a database that is open or was not closed well; SQLite would play it into whatever lies there then.
BESIDE = ("-wal", "-shm", "-journal")
_DATABASE = "{path} is a project or another program's database, which nothing is written over. Give another name."
_PART = "{path} would lie among the files of the project {project}. Give another name."


def is_database(path: Path) -> bool:
    """Whether a file begins as a SQLite database does, under whatever name it is reached."""
    try:
        with path.open("rb") as file:
            return file.read(len(_HEADER)) == _HEADER
    except OSError:
        return False


def is_project(path: Path) -> bool:
    """Whether a file is a project of this program, by the mark that its database bears."""
    try:
        with path.open("rb") as file:
            head = file.read(_MARK.stop)
    except OSError:
        return False
    return head.startswith(_HEADER) and head[_MARK] == b"Glos"


def refuse_database(target: Path, *, replace: bool = False) -> None:
    """Refuse to write over a database or among the files of one; raises Refused, or FileExists for a folder.

    With `replace` a database may go, as far as this tells: the caller has asked for it and looked at whether it is open.
    """
    if target.is_dir():
        raise FileExists(target)
    if not replace and is_database(target):
        raise Refused(_DATABASE, path=target)
    for end in BESIDE:
        owner = target.with_name(target.name[: -len(end)] or ".") if target.name.lower().endswith(end) else target
        if owner != target and is_database(owner):
            raise Refused(_PART, path=target, project=owner)
