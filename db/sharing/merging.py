"""Merging a bundle into a project: previewed first, then written as one change, so that one undo takes all of it back."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db import schema
from db.changes import now
from db.errors import CannotRead, Refused
from db.exchange import bundle as bundles
from db.exchange.dots import dots_of, seen
from db.exchange.landing import Landed, Landing, land
from db.exchange.merge import Clash, Plan, Policy, make_plan
from db.ids import shipped_uuid
from db.records import Progress, no_progress
from db.sharing.bringing import Bringing, links_of
from db.store import Store

if TYPE_CHECKING:
    from db.project import Project


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What a merge did; counts of records, and of annotations on another text than the one shown.

    Of marks that came without their texts: `missing` names the texts that are not here, `lost` and `uncertain` the quotes that
    stand nowhere or were found again unsurely. `anonymous` tells of a bundle whose coders go under pseudonyms.
    """

    added: int
    updated: int
    deleted: int
    unchanged: int
    conflicts: tuple[Clash, ...]
    reanchored: int
    review: int
    dangling: int = 0
    missing: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    uncertain: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    anonymous: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Give the report as the command line prints it."""
        return asdict(self) | {"conflicts": [asdict(clash) for clash in self.conflicts]}


@dataclass(frozen=True, slots=True)
class Share:
    """What one coder brings: new annotations by the merge; `known` tells whether the coder is in the project already."""

    coder: str
    name: str
    known: bool
    annotations: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a merge would do, for a person to read: records by kind, who brings what, which articles are new."""

    added: Mapping[str, int]
    updated: Mapping[str, int]
    deleted: Mapping[str, int]
    unchanged: int
    conflicts: tuple[Clash, ...]
    coders: tuple[Share, ...]
    articles: tuple[tuple[str, str], ...]  # uuid, title of those that are new
    state: Mapping[str, Any]  # name and time of a frozen state, nothing else
    report: MergeReport


def told(project: Project, plan: Plan) -> Preview:
    """Tell what a plan would do; nothing is written."""
    here = {coder.uuid for coder in project.coders.all()}
    marks = Counter(str(record["coder"]) for record in plan.inserts["annotation"])
    shares = (
        Share(uuid, str(coder["name"]), uuid in here, marks[uuid])
        for coder in plan.bundle.records["coder"]
        if (uuid := str(coder["uuid"])) in marks or uuid not in here
    )
    return Preview(
        {kind: len(several) for kind, several in plan.inserts.items() if several},
        dict(Counter(kind for kind, _uuid, _values in plan.updates)),
        dict(Counter(kind for kind, _uuid in plan.deletes)),
        plan.unchanged,
        tuple(plan.conflicts),
        tuple(sorted(shares, key=lambda share: (share.name, share.coder))),
        tuple((str(one["uuid"]), str(one["title"])) for one in plan.inserts["article"]),
        dict(plan.bundle.manifest.get("state") or {}),
        foreseen(plan),
    )


def preview(project: Project, path: Path, *, policy: Policy = "ask", progress: Progress = no_progress) -> Plan:
    """Read a bundle, check it and plan its merge; writes nothing; raises CannotRead."""
    bundle = bundles.read(path, progress=progress)
    if not bundle.textless:
        return plan_of(project, bundle, path, policy=policy)
    contents = project.contents()
    _check_columns(project.store, path, bundle)
    bundle, landed = land(bundle, Landing(contents.known(now()), contents.text))
    plan = plan_of(project, bundle, path, policy=policy)
    plan.landed = landed
    return plan


def plan_of(project: Project, bundle: bundles.Bundle, path: Path, *, policy: Policy = "ask") -> Plan:
    """Check records that were read from a file and plan their merge; writes nothing; raises CannotRead."""
    store = project.store
    links = {kind: links_of(store, kind) for kind in schema.TRAVELLING}
    _check_columns(store, path, bundle)
    return _planned(project, bundle, links, policy)


def _planned(project: Project, bundle: bundles.Bundle, links: Mapping[str, Mapping[str, str]], policy: Policy) -> Plan:
    store = project.store

    def base(kind: str, uuid: str) -> Mapping[str, Any] | None:
        return _base(store, kind, uuid, bundle.vector)

    plan = make_plan(project.contents(), bundle, links, base, policy)
    plan.position = _position(store)
    return plan


def _position(store: Store) -> int:
    return int(store.value("SELECT ifnull(max(id), 0) FROM change"))


def apply(
    project: Project, plan: Plan, *, policy: Policy = "ask", source: str = "", label: str = "Merge bundle",
    beside: Callable[[Store], None] | None = None, progress: Progress = no_progress,
) -> MergeReport:  # fmt: skip
    """Write a plan as one change, and `beside` in the same; raises CannotRead where a record does not fit: nothing is changed.

    `progress` may raise to cancel, which leaves nothing of it.
    """
    store = project.store
    if plan.position != _position(store):
        # The project went on while the preview was looked at.
        landed = plan.landed
        plan = _planned(project, plan.bundle, {kind: links_of(store, kind) for kind in schema.TRAVELLING}, policy)
        plan.landed = landed
    inserted = [str(record["uuid"]) for record in plan.inserts["annotation"]]
    if not plan.changes_nothing or beside is not None:
        try:
            with project.watched(progress) if progress is not no_progress else nullcontext(), project.change(label):
                Bringing(store, plan, project.replica, progress).write()
                _keep_conflicts(store, plan, policy, source)
                if beside is not None:
                    beside(store)
        except (Refused, OverflowError) as error:
            reason = "A record in it does not fit ({detail}). Ask for it to be exported again."
            raise CannotRead(source, reason, detail=str(error)) from error
    return _report(plan, *_carried(store, inserted))


def foreseen(plan: Plan) -> MergeReport:
    """Give the report of a plan that has not been written; what is carried to another text is known only afterwards."""
    return _report(plan, 0, 0)


def _report(plan: Plan, moved: int, review: int) -> MergeReport:
    landed = plan.landed or Landed()
    return MergeReport(
        plan.added, len(plan.updates), len(plan.deletes), plan.unchanged, tuple(plan.conflicts),
        moved + landed.reanchored, review + len(landed.uncertain), plan.dangling, tuple(landed.missing), tuple(landed.lost),
        tuple(landed.uncertain), tuple(sorted(plan.settings)), plan.bundle.anonymous,
    )  # fmt: skip


def merge(project: Project, path: Path, *, policy: Policy = "ask", progress: Progress = no_progress) -> MergeReport:
    """Read, plan and write in one go."""
    plan = preview(project, path, policy=policy, progress=progress)
    return apply(project, plan, policy=policy, source=path.name, progress=progress)


def _check_columns(store: Store, path: Path, bundle: bundles.Bundle) -> None:
    for kind in schema.TRAVELLING:
        types = {row[1]: str if row[2] == "TEXT" else int for row in store.rows(f"PRAGMA table_info({kind})")}
        types |= dict.fromkeys(links_of(store, kind), str)
        wanted = set(types) - {"id"} - ({"text"} if kind == "version" else set())
        records = bundle.records[kind]
        fits = all(record.keys() == wanted for record in records)
        fits = fits and all({*map(type, map(itemgetter(name), records))} <= {types[name], type(None)} for name in wanted)
        if not fits or (bundle.escaped and not all(map(_storable, records))):
            raise CannotRead(path, "A record in it does not fit ({detail}). Ask for it to be exported again.", detail=kind)


def _storable(record: Mapping[str, Any]) -> bool:
    words = "".join([value for value in record.values() if isinstance(value, str)])
    try:
        return b"\0" not in words.encode()
    except UnicodeEncodeError:  # half a character
        return False


def _base(store: Store, kind: str, uuid: str, vector: Mapping[str, int]) -> dict[str, Any] | None:
    """Give our record with every field as it was before we first changed it unseen by the other side.

    None where history no longer says.
    """
    names = [name for name in schema.columns(store.connection, kind) if (kind, name) != ("version", "text")]
    row = store.one(f"SELECT {', '.join(names)} FROM {kind} WHERE uuid = ?", (uuid,))
    if row is None or _forgotten(store, kind, vector):
        return None
    record = dict(zip(names, row, strict=True))
    steps = store.rows(
        "SELECT h.op, h.old, c.number, r.uuid, b.replica, b.number FROM history h JOIN change c ON c.id = h.change"
        " LEFT JOIN replica r ON r.id = c.replica LEFT JOIN brought b ON b.change = c.id AND b.uuid = ?"
        " WHERE h.tbl = ? AND h.key = ? ORDER BY h.id DESC",
        (uuid, kind, record["id"]),
    )
    base, after = dict(record), record
    for at, (op, old, number, replica, brought, count) in enumerate(steps):
        # What a merge brought is known to whoever knows its dots; what undoing a merge put back was known before.
        dots = dots_of(brought, count) if brought else {replica: number} if replica else {}
        if op == "I":
            removed = steps[at + 1][:2] if at + 1 < len(steps) else ("", "")
            if removed[0] != "D" or json.loads(removed[1])["uuid"] != uuid:
                # Here it was made; if they do not know of that, what they have is another's making.
                return None if not seen(dots, vector) else _outward(store, kind, base)
            continue
        before = json.loads(old)
        if not seen(dots, vector):
            base |= {name: before[name] for name in names if before[name] != after[name]}
        after = before
    return _outward(store, kind, base)


def _outward(store: Store, kind: str, base: dict[str, Any]) -> dict[str, Any]:
    """Give a record with its references as uuids."""
    for column, table in links_of(store, kind).items():
        if base[column] is not None:
            base[column] = store.value(f"SELECT uuid FROM {table} WHERE id = ?", (base[column],))
    return {name: value for name, value in base.items() if name != "id"}


def _forgotten(store: Store, kind: str, vector: Mapping[str, int]) -> bool:
    """Tell whether old values of a change that the other side has not seen are no longer kept."""
    # The first change of a file is its making, which every project shares.
    rows = store.rows(
        "SELECT r.uuid, max(c.number) FROM change c JOIN replica r ON r.id = c.replica WHERE c.size = 0"
        " AND c.id > (SELECT min(id) FROM change) AND json_extract(c.counts, ?) IS NOT NULL GROUP BY r.uuid",
        (f"$.{kind}",),
    )
    return not seen(dict(rows), vector)


def _keep_conflicts(store: Store, plan: Plan, policy: Policy, source: str) -> None:
    open_still = {(clash.record, clash.field) for clash in plan.conflicts}
    for _kind, record, changed in plan.updates:
        for field, value in changed.items():
            if (record, field) in open_still:
                continue
            # Somebody who knew both values decided, and the decision arrives with this merge.
            store.rows(
                "UPDATE conflict SET decision = CASE json(?1) WHEN json(mine) THEN 'mine' WHEN json(theirs) THEN 'theirs'"
                " ELSE 'both' END WHERE record = ?2 AND field = ?3 AND decision = ''",
                (json.dumps(value, ensure_ascii=False), record, field),
            )
    for clash in plan.conflicts:
        values = sorted(json.dumps(value, ensure_ascii=False) for value in (clash.mine, clash.theirs))
        # The same two values met twice are one conflict, whichever way they are merged.
        uuid = shipped_uuid("conflict", "\n".join((clash.record, clash.field, *values)))
        mine, theirs, base = (json.dumps(value, ensure_ascii=False) for value in (clash.mine, clash.theirs, clash.base))
        store.rows(
            "INSERT INTO conflict (uuid, kind, record, field, mine, theirs, base, source, created, decision)"
            " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 WHERE NOT EXISTS (SELECT 1 FROM conflict WHERE uuid = ?1)",
            (uuid, clash.kind, clash.record, clash.field, mine, theirs, base, source, now(), "" if policy == "ask" else policy),
        )


def _carried(store: Store, annotations: list[str]) -> tuple[int, int]:
    """Count, among annotations by uuid, those carried to another text than their own and those that need a look."""
    moved = review = 0
    for part in (annotations[i : i + 500] for i in range(0, len(annotations), 500)):
        marks = ", ".join("?" * len(part))
        for (status,) in store.rows(
            "SELECT p.status FROM annotation a JOIN current c ON c.article = a.article JOIN place p ON p.annotation = a.id"
            f" AND p.version = c.version WHERE c.version <> a.version AND a.uuid IN ({marks})",
            part,
        ):
            moved += status not in ("review", "gone")
            review += status in ("review", "gone")
    return moved, review
