"""Merging a bundle into a project: previewed first, then written as one change, so that one undo takes all of it back."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db import pasts, removed, schema
from db.changes import now
from db.errors import CannotRead, Refused
from db.exchange import bundle as bundles
from db.exchange.bundle_behind import Dispute
from db.exchange.joined import PLACES
from db.exchange.landing import Landed, Landing, land
from db.exchange.merge import Clash, Plan, Policy, make_plan
from db.exchange.plan import PLACE
from db.ids import shipped_uuid
from db.records import Progress, Remark, no_progress
from db.sharing.bringing import Bringing, links_of
from db.sharing.frameworks import weigh
from db.store import Store

if TYPE_CHECKING:
    from db.project import Project


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What a merge did; counts of records, and of annotations on another text than the one shown.

    Of marks that came without their texts: `missing` names the texts that are not here, `lost` and `uncertain` the quotes that
    stand nowhere or were found again unsurely. `anonymous` tells of a bundle whose coders go under pseudonyms, `remarks` what
    a person should know.
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
    remarks: tuple[Remark, ...] = ()

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
    here = {coder.uuid: coder.name for coder in project.coders.all()}
    marks = Counter(str(record["coder"]) for record in plan.inserts["annotation"])
    # Marks of a table that names nobody are one's own, whom it does not bring.
    names = {uuid: name for uuid, name in here.items() if uuid in marks}
    told = (*(each for each in plan.bundle.records["coder"] if str(each["uuid"]) in marks), *plan.inserts["coder"])
    names |= {str(coder["uuid"]): str(coder["name"]) for coder in told}
    shares = (Share(uuid, name, uuid in here, marks[uuid]) for uuid, name in names.items())
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
    _check_columns(project.store, path, bundle)
    return _landed(project, bundle, path, policy)


def _landed(project: Project, sent: bundles.Bundle, path: Path, policy: Policy) -> Plan:
    """Plan the merge of marks that came without their texts, on the texts as they are now."""
    contents = project.contents()
    bundle, landed = land(sent, Landing(contents.known(now()), contents.text))
    plan = plan_of(project, bundle, path, policy=policy)
    plan.landed, plan.sent = landed, sent
    return plan


def plan_of(project: Project, bundle: bundles.Bundle, path: Path, *, policy: Policy = "ask") -> Plan:
    """Check records that were read from a file and plan their merge; writes nothing; raises CannotRead."""
    store = project.store
    links = {kind: links_of(store, kind) for kind in schema.TRAVELLING}
    _check_columns(store, path, bundle)
    return _planned(project, bundle, links, policy)


def _planned(project: Project, bundle: bundles.Bundle, links: Mapping[str, Mapping[str, str]], policy: Policy) -> Plan:
    store = project.store

    history = pasts.Pasts(store).of, partial(removed.remembered, store)
    plan = make_plan(project.contents(), bundle, links, history, policy)
    weigh(store, plan)
    plan.disputes = _new_disputes(store, plan) if policy == "ask" else []
    plan.position = _position(store)
    return plan


def _new_disputes(store: Store, plan: Plan) -> list[Dispute]:
    """Keep, of the conflicts they told of, those that are not here, and those that they decided knowing what is here."""
    here: dict[str, str] = dict(store.rows("SELECT uuid, decision FROM conflict"))
    there = {record["uuid"] for several in plan.inserts.values() for record in several}
    found = []
    for each in plan.disputes:
        decision = here.get(conflict_uuid(each.record, each.field, each.mine, each.theirs))
        if decision is None:
            row = store.one(f"SELECT 1 FROM {each.kind} WHERE uuid = ?", (each.record,))
            if row is not None or each.record in there:
                found.append(each)
        elif not decision and each.decision and each.record in plan.settled:
            found.append(each)
    return found


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
        if plan.sent is not None:
            plan = _landed(project, plan.sent, Path(source), policy)
        else:
            plan = _planned(project, plan.bundle, {kind: links_of(store, kind) for kind in schema.TRAVELLING}, policy)
    inserted = [str(record["uuid"]) for record in plan.inserts["annotation"]]
    if not plan.changes_nothing or beside is not None:
        try:
            with project.watched(progress) if progress is not no_progress else nullcontext(), project.change(label):
                Bringing(store, plan, project.replica, progress).write()
                pasts.keep(store, plan.bundle.pasts, project.replica, plan.new)
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
    settings = tuple(sorted(name for name in plan.settings if name not in plan.bundle.kept))
    return MergeReport(
        plan.added, len(plan.updates), len(plan.deletes), plan.unchanged, tuple(plan.conflicts),
        moved + landed.reanchored, review + len(landed.uncertain), plan.dangling, tuple(landed.missing), tuple(landed.lost),
        tuple(landed.uncertain), settings, plan.bundle.anonymous, tuple(plan.remarks),
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
        # Most records are alike: their columns and what stands in them are compared once for all of those.
        looks = {(tuple(record), tuple(map(type, record.values()))) for record in records}
        fits = all(
            set(names) == wanted and all(held in (types[name], type(None)) for name, held in zip(names, kinds, strict=True))
            for names, kinds in looks
        )
        if not fits or (bundle.escaped and not all(map(_storable, records))):
            raise CannotRead(path, "A record in it does not fit ({detail}). Ask for it to be exported again.", detail=kind)


def _storable(record: Mapping[str, Any]) -> bool:
    words = "".join([value for value in record.values() if isinstance(value, str)])
    try:
        return b"\0" not in words.encode()
    except UnicodeEncodeError:  # half a character
        return False


def conflict_uuid(record: str, field: str, mine: str, theirs: str) -> str:
    """Name a conflict of two values (JSON): the same two met twice are one, whichever way they are merged."""
    return shipped_uuid("conflict", "\n".join((record, field, *sorted((mine, theirs)))))


def _keep_conflicts(store: Store, plan: Plan, policy: Policy, source: str) -> None:
    open_still = {(clash.record, clash.field) for clash in plan.conflicts}
    for kind, record, changed in plan.updates:
        if record in plan.settled:
            whole = [(PLACE, _place(store, kind, record))] if changed.keys() & set(PLACES.get(kind, ())) else []
            _close(store, record, [pair for pair in (*changed.items(), *whole) if (record, pair[0]) not in open_still])
    for clash in plan.conflicts:
        mine, theirs, base = map(_json, (clash.mine, clash.theirs, clash.base))
        decision = "" if policy == "ask" else policy
        _keep(store, Dispute(clash.kind, clash.record, clash.field, mine, theirs, base, now(), decision), source)
    for told in plan.disputes:
        _keep(store, told, source)


def _close(store: Store, record: str, decided: list[tuple[str, Any]]) -> None:
    """Close the conflicts about a record whose value arrives from somebody who knew both values."""
    for field, value in decided:
        store.rows(
            "UPDATE conflict SET decision = CASE json(?1) WHEN json(mine) THEN 'mine' WHEN json(theirs) THEN 'theirs'"
            " ELSE 'both' END WHERE record = ?2 AND field = ?3 AND decision = ''",
            (_json(value), record, field),
        )


def _keep(store: Store, told: Dispute, source: str) -> None:
    uuid = conflict_uuid(told.record, told.field, told.mine, told.theirs)
    there = store.one("SELECT mine, decision FROM conflict WHERE uuid = ?", (uuid,))
    if there is None:
        store.rows(
            "INSERT INTO conflict (uuid, kind, record, field, mine, theirs, base, source, created, decision)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (uuid, told.kind, told.record, told.field, told.mine, told.theirs, told.base, source, told.created, told.decision),
        )
    elif told.decision and not there[1]:
        turned = {"mine": "theirs", "theirs": "mine"} if there[0] != told.mine else {}
        decision = turned.get(told.decision, told.decision)
        store.rows("UPDATE conflict SET decision = ? WHERE uuid = ?", (decision, uuid))


def _place(store: Store, kind: str, uuid: str) -> dict[str, Any]:
    """Give where an annotation is, its references as uuids."""
    names, links = PLACES[kind], links_of(store, kind)
    row = store.one(f"SELECT {', '.join(names)} FROM {kind} WHERE uuid = ?", (uuid,)) or ()
    return {
        name: store.value(f"SELECT uuid FROM {links[name]} WHERE id = ?", (value,)) if name in links else value
        for name, value in zip(names, row, strict=False)
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


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
