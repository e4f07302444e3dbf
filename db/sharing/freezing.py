"""Freezing a state of a project ("Submission 1"): a hash-checked bundle that opens read-only and gives every table again."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from db import errors, schema
from db.changes import now
from db.connection import refuse_target
from db.exchange import bundle as bundles
from db.exchange.dots import dots_of
from db.exchange.plan import Plan
from db.exchange.presets import Selection, choose
from db.exchange.report import FidelityReport
from db.person import Person
from db.project import Project
from db.records import Progress, TravellingRecord, no_progress
from db.sharing.bringing import Bringing

SUFFIX = bundles.SUFFIX


@dataclass(frozen=True, slots=True)
class State:
    """A frozen state: its name, when it was frozen (UTC, ISO 8601), and the project's name unless it is anonymous."""

    name: str
    at: str
    project: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A record that is not as it was frozen: `what` is added, removed or changed since, and then in which columns."""

    kind: str
    uuid: str
    what: str
    columns: tuple[str, ...] = ()


def freeze(
    project: Project, name: str, path: Path, *, anonymous: bool = False, replace: bool = False,
    progress: Progress = no_progress,
) -> FidelityReport:  # fmt: skip
    """Write the whole project as a state under a name, without private notes; raises Refused, FileExists or NotWritten.

    With `replace` a file that lies there goes when the state is whole.
    """
    if not name.strip():
        raise errors.Refused("A state needs a name. Give one, as Submission 1.")
    refuse_target(path, project.path, replace=replace)
    contents = project.contents()
    state = {"name": name.strip(), "at": now(), "working": list(project.codes.working())}
    if not anonymous:
        # Of the names that it tells, by which numbers they go where they are left out.
        state |= {"project": project.path.stem, "coders": [uuid for uuid in contents.pseudonyms() if uuid]}
    order: dict[str, list[str]] = {}
    for kind in schema.TRAVELLING:
        uuids = [str(record["uuid"]) for record in contents.records(kind)]
        if any(one > other for one, other in pairwise(uuids)):
            order[kind] = uuids
    return bundles.write(
        contents, path, wanted=Selection(anonymous=anonymous), state=state, order=order, progress=progress
    )  # fmt: skip


def state_of(bundle: bundles.Bundle) -> State | None:
    """Give the state that a bundle names; None for one that was not frozen."""
    held = bundle.manifest.get("state")
    if not isinstance(held, dict) or not held:
        return None
    return State(*(str(held.get(key, "")) for key in ("name", "at", "project")))


def thaw(path: Path, target: Path, *, progress: Progress = no_progress) -> State | None:
    """Make a project file of just what a bundle holds, in its order; raises CannotRead, FileExists or Refused."""
    bundle = bundles.read(path, progress=progress)
    if bundle.textless:
        raise errors.Refused("{path} holds no texts, so it cannot be opened as a project. Merge it into one.", path=path)
    with Project.create(target, working=()) as made:
        try:
            made.refill(lambda _connection: _fill(made, bundle, progress))
        except (errors.Refused, OverflowError, KeyError) as error:
            reason = "A record in it does not fit ({detail}). Ask for it to be exported again."
            raise errors.CannotRead(path, reason, detail=str(error)) from error
    return state_of(bundle)


def _fill(made: Project, bundle: bundles.Bundle, progress: Progress) -> None:
    plan = Plan(bundle)
    for kind in schema.TRAVELLING:
        places = {uuid: place for place, uuid in enumerate(bundle.order.get(kind, ()))}
        several = bundle.records[kind]
        plan.inserts[kind] = sorted(several, key=lambda record: places.get(record["uuid"], 0)) if places else several
    for uuid, (kind, replica, number, gone) in bundle.stamps.items():
        plan.stamps[uuid] = (kind, dots_of(replica, number), gone)
    plan.settings = dict(bundle.settings)
    Bringing(made.store, plan, "", progress).write()
    working = bundle.manifest.get("state", {}).get("working", [])
    if isinstance(working, list):
        named = [name for name in working if isinstance(name, str)]
        made.store.rows("INSERT OR REPLACE INTO setting (name, value) VALUES ('working', ?)", (json.dumps(named),))
    if state := state_of(bundle):
        # By these a table of it is the same whenever it is made again.
        coders = bundle.manifest["state"].get("coders", [])
        held = json.dumps({"at": state.at, "project": state.project, "coders": coders})
        made.store.rows("INSERT OR REPLACE INTO setting (name, value) VALUES ('frozen', ?)", (held,))


@contextmanager
def opened(path: Path, *, person: Person | None = None, progress: Progress = no_progress) -> Iterator[Project]:
    """Open a bundle as a project that can only be read, for as long as it is needed; raises as `thaw` does."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        target = Path(folder, path.stem + ".gloss")
        thaw(path, target, progress=progress)
        with Project.open(target, person=person, read_only=True) as project:
            yield project


def differences(project: Project, path: Path, *, progress: Progress = no_progress) -> list[Difference]:
    """Say how a project differs from what was frozen of it; raises CannotRead where it is no frozen state or not what it was."""
    bundle = bundles.read(path, progress=progress)
    if state_of(bundle) is None:
        raise errors.CannotRead(path, "This is no frozen state, so nothing can be told from it. Choose one that was frozen.")
    wanted = Selection(anonymous=bundle.anonymous)
    here = choose(project.contents(), schema.TRAVELLING, wanted, FidelityReport())
    found: list[Difference] = []
    for kind in schema.TRAVELLING:
        found += _compared(kind, bundle.records[kind], here[kind])
    return found


def _compared(
    kind: str, before: Sequence[Mapping[str, Any]], after: Sequence[TravellingRecord]
) -> Iterator[Difference]:  # fmt: skip
    frozen = {str(record["uuid"]): record for record in before}
    there = {str(record["uuid"]): record for record in after}
    for uuid in sorted({*frozen, *there}):
        one, other = frozen.get(uuid), there.get(uuid)
        if one is None or other is None:
            yield Difference(kind, uuid, "added" if one is None else "removed")
        elif columns := tuple(sorted(name for name in one if one[name] != other.get(name))):
            yield Difference(kind, uuid, "changed", columns)
