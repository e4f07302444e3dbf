"""Looking at what a change would do to a project before it is opened to be written: not a byte of the file is touched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.migrations import brought_up
from db.person import Person
from db.project import Project
from db.records import CoderId
from db.stamps import find_replica
from db.store import Store


def is_known(path: Path, person: Person, coder: str = "") -> bool:
    """Whether opening a project to write finds the person, the coder named and the installation in it, so that it adds none."""
    with Project.open(path, person=person, read_only=True) as project:
        replica = find_replica(project.store.connection, person.installation, path)
        return bool(project.me) and replica is not None and (not coder or _named(project, coder) is not None)


@contextmanager
def looking(path: Path, *, person: Person, coder: str = "") -> Iterator[Project]:
    """Open a project only to be read; whoever is new to it is a coder of a copy in memory, as a change would make them one."""
    project = Project.open(path, person=person, read_only=True)
    try:
        if not project.me or (coder and _named(project, coder) is None):
            project = _copied(project, path)
        me = project.me or project.coders.insert(person.name or "?", person.initials, person.colour, person.uuid)
        project.code_as(_named(project, coder) or project.coders.insert(coder) if coder else me)
        yield project
    finally:
        project.close()


def _copied(project: Project, path: Path) -> Project:
    me = project.me
    copied = Project(Store(brought_up(project.store.connection), path, None), "")
    copied.code_as(me)
    return copied


def _named(project: Project, name: str) -> CoderId | None:
    return next((coder.id for coder in project.coders.all() if coder.name == name), None)
