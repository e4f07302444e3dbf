"""What a job does with a file from others, off the window's thread: read it, take it in, make a project of it."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.errors import ProjectError
from db.project import Project
from db.records import Conflict, Progress
from desktop.models.arriving import BUNDLE, Arriving, Asked, Differing, Kind, TakenIn, counted
from desktop.session import FrozenState

if TYPE_CHECKING:
    from db.exchange.bundle import Bundle
    from db.exchange.plan import Clash
    from db.person import Person
    from db.sharing.deciding import Decision

NAMED = 12  # conflicts that are named before they are decided
_DATED = ("annotation", "tagging", "note", "code", "article")
_BY_SUFFIX: Mapping[str, Kind] = {
    BUNDLE: "bundle",
    ".jsonld": "web",
    ".json": "web",
    ".jsonl": "web",
    ".ndjson": "web",
    ".qdpx": "refi",
    ".qde": "refi",
    ".qdc": "codebook",
}


def read(mine: Path | None, path: Path, asked: Asked, language: str, progress: Progress) -> Arriving:
    """Read a file and plan what it would do to a project; without one a bundle is read by itself. Raises CannotRead."""
    if mine is None:
        from db.exchange import bundle

        return _arrived(path, "bundle", bundle.read(path, progress=progress), asked, {})
    with Project.open(mine, read_only=True) as project:
        return planned(project, path, asked, language, progress)


def planned(project: Project, path: Path, asked: Asked, language: str, progress: Progress) -> Arriving:
    """Read a file and plan what it would do to a project that is open here; writes nothing; raises CannotRead."""
    from db.sharing import merging

    kind = _BY_SUFFIX.get(path.suffix.lower())
    reader = {"bundle": _bundle, "web": _web, "refi": _refi, "codebook": _refi}.get(kind or "", _foreign)
    found = reader(project, path, asked, language, progress)
    plan = getattr(found["planned"], "plan", found["planned"])
    said = merging.told(project, plan)
    found["told"] = replace(said, added=counted(plan.inserts))
    found["differing"] = tuple(_differing(project, clash) for clash in said.conflicts[:NAMED])
    return _arrived(path, found.pop("kind", kind), plan.bundle, asked, found)


def _bundle(project: Project, path: Path, asked: Asked, _language: str, progress: Progress) -> dict[str, Any]:
    from db.sharing import merging

    return {"planned": merging.preview(project, path, policy=asked.policy, progress=progress)}


def _web(project: Project, path: Path, asked: Asked, language: str, progress: Progress) -> dict[str, Any]:
    from db.sharing import web_files

    found = web_files.preview(project, path, policy=asked.policy, language=language, progress=progress)
    return {"planned": found, "fidelity": found.fidelity}


def _refi(project: Project, path: Path, asked: Asked, language: str, progress: Progress) -> dict[str, Any]:
    from db.sharing import refi

    found = refi.preview(
        project, path, policy=asked.policy, models=asked.models, model=asked.model, language=language, progress=progress
    )
    return {"planned": found, "fidelity": found.fidelity, "proofs": found.incoming.proofs}


def _foreign(project: Project, path: Path, asked: Asked, language: str, progress: Progress) -> dict[str, Any]:
    from db.sharing import taking_in

    found = taking_in.preview(project, path, policy=asked.policy, language=language, progress=progress)
    return {"kind": found.kind, "planned": found, "fidelity": found.report, "unfit": found.unfit}


def _arrived(path: Path, kind: Kind, bundle: Bundle, asked: Asked, found: Mapping[str, Any]) -> Arriving:
    from db.exchange.authors import authors

    dated = (record for name in _DATED for record in bundle.records[name])
    latest = max((str(record.get("modified") or record.get("created") or "") for record in dated), default="")
    coders = tuple(name for name in dict.fromkeys(authors(bundle.records)) if name)
    textless = kind == "bundle" and bundle.textless
    held = bundle.manifest.get("state") or {}
    state = str(held.get("name", "")), str(held.get("at", ""))
    return Arriving(path, kind, counted(bundle.records), coders, latest, asked, textless=textless, state=state, **found)


def _differing(project: Project, clash: Clash) -> Differing:
    from desktop.models.conflicts import field_words, record_words, value_words

    mine, theirs, base = (json.dumps(value, ensure_ascii=False) for value in (clash.mine, clash.theirs, clash.base))
    conflict = Conflict(0, "", clash.kind, clash.record, clash.field, mine, theirs, base, "", "", "")
    what = f"{record_words(project, conflict)} · {field_words(conflict)}"
    return Differing(what, value_words(project, conflict, mine), value_words(project, conflict, theirs))


def is_state(path: Path) -> bool:
    """Whether a bundle says of itself that it is a frozen state; one that cannot be read says nothing."""
    from db.exchange.archive import Archive

    try:
        with Archive(path) as archive:
            manifest = json.loads(archive.read("manifest.json"))
    except (ProjectError, ValueError):
        return False
    return isinstance(manifest, dict) and isinstance(manifest.get("state"), dict) and bool(manifest["state"].get("name"))


def thaw_or_read(mine: Path | None, path: Path, language: str, progress: Progress) -> Arriving | tuple[Path, FrozenState]:
    """Make a project of a frozen state in a folder of its own, or read another bundle as `read` does; raises as both do."""
    if not is_state(path):
        return read(mine, path, Asked(), language, progress)
    from db.sharing import freezing

    folder = Path(tempfile.mkdtemp(prefix="glossator-"))
    try:
        target = folder / f"{path.stem}.gloss"  # the name that its tables give the project
        state = freezing.thaw(path, target, progress=progress)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return target, FrozenState(state.name if state else path.stem, state.at if state else "", path)


def take(arriving: Arriving, project: Project, progress: Progress) -> TakenIn:
    """Write what was previewed as one change; the core plans anew where the project went on since. Raises CannotRead."""
    from db.sharing import merging, refi, taking_in, web_files

    found, policy = arriving.planned, arriving.asked.policy
    if arriving.kind == "bundle":
        report = merging.apply(project, found, policy=policy, source=arriving.path.name, progress=progress)
    elif arriving.kind == "web":
        report = web_files.apply(project, found, policy=policy, progress=progress)
    elif arriving.kind in ("refi", "codebook"):
        report = refi.apply(project, found, policy=policy, progress=progress)
    else:
        report = taking_in.take_in(project, found, progress=progress)
    return TakenIn(arriving, report)


def decide(decision: Decision, uuids: list[str], project: Project, progress: Progress) -> int:
    """Decide conflicts by uuid as one change; gives how many."""
    from db.sharing.deciding import Conflicts

    with project.watched(progress):
        return Conflicts(project.store).decide(decision, uuids)


def make_project(path: Path, target: Path, person: Person, asked: Asked, language: str, progress: Progress) -> Path:
    """Make a new project of a file; nothing is left of it where that fails; raises FileExists and what reading raises."""
    project = Project.create(target, person=person)
    try:
        with project:
            take(planned(project, path, asked, language, progress), project, progress)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return target
