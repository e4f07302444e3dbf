"""Merging a bundle into a project: previewed first, then written as one change, so that one undo takes all of it back."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db import schema
from db.changes import now
from db.errors import CannotRead, Refused
from db.exchange import bundle as bundles
from db.exchange.dots import dots_of, seen, stamp_of
from db.exchange.merge import Clash, Plan, Policy, make_plan
from db.ids import shipped_uuid
from db.records import Progress, no_progress
from db.store import Store

if TYPE_CHECKING:
    from db.project import Project

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What a merge did; counts of records, and of annotations on another text than the one shown."""

    added: int
    updated: int
    deleted: int
    unchanged: int
    conflicts: tuple[Clash, ...]
    reanchored: int
    review: int
    dangling: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Give the report as the command line prints it."""
        return asdict(self) | {"conflicts": [asdict(clash) for clash in self.conflicts]}


def preview(project: Project, path: Path, *, policy: Policy = "ask", progress: Progress = no_progress) -> Plan:
    """Read a bundle, check it and plan its merge; writes nothing; raises CannotRead."""
    bundle = bundles.read(path, progress=progress)
    store = project.store
    links = {kind: _links(store, kind) for kind in schema.TRAVELLING}
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


def apply(project: Project, plan: Plan, *, policy: Policy = "ask", source: str = "") -> MergeReport:
    """Write a plan as one change; raises CannotRead where a record does not fit, and nothing is changed then."""
    store = project.store
    if plan.position != _position(store):
        # The project went on while the preview was looked at.
        plan = _planned(project, plan.bundle, {kind: _links(store, kind) for kind in schema.TRAVELLING}, policy)
    inserted = [str(record["uuid"]) for record in plan.inserts["annotation"]]
    if not plan.changes_nothing:
        try:
            with project.change("Merge bundle"):
                _Writer(store, plan, project.replica).write()
                _keep_conflicts(store, plan, policy, source)
        except (Refused, OverflowError) as error:
            reason = "A record in it does not fit ({detail}). Ask for it to be exported again."
            raise CannotRead(source, reason, detail=str(error)) from error
    moved, review = _carried(store, inserted)
    deleted, updated = len(plan.deletes), len(plan.updates)
    return MergeReport(plan.added, updated, deleted, plan.unchanged, tuple(plan.conflicts), moved, review, plan.dangling)


def foreseen(plan: Plan) -> MergeReport:
    """Give the report of a plan that has not been written; carried annotations are known only afterwards."""
    return MergeReport(
        plan.added, len(plan.updates), len(plan.deletes), plan.unchanged, tuple(plan.conflicts), 0, 0, plan.dangling
    )


def merge(project: Project, path: Path, *, policy: Policy = "ask", progress: Progress = no_progress) -> MergeReport:
    """Read, plan and write in one go."""
    return apply(project, preview(project, path, policy=policy, progress=progress), policy=policy, source=path.name)


def _links(store: Store, kind: str) -> dict[str, str]:
    return {c: t for c, t in schema.references(store.connection, kind).items() if t in schema.TRAVELLING}


def _check_columns(store: Store, path: Path, bundle: bundles.Bundle) -> None:
    for kind in schema.TRAVELLING:
        types = {row[1]: str if row[2] == "TEXT" else int for row in store.rows(f"PRAGMA table_info({kind})")}
        types |= dict.fromkeys(_links(store, kind), str)
        wanted = set(types) - {"id"} - ({"text"} if kind == "version" else set())
        for record in bundle.records[kind]:
            fits = set(record) == wanted and all(v is None or type(v) is types[name] for name, v in record.items())
            words = "".join(value for value in record.values() if isinstance(value, str))
            if not fits or "\0" in words or _SURROGATE.search(words):
                raise CannotRead(path, "A record in it does not fit ({detail}). Ask for it to be exported again.", detail=kind)


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
    for column, table in _links(store, kind).items():
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


class _Writer:
    """Writes a plan's records with keys given beforehand, so that their order does not matter."""

    def __init__(self, store: Store, plan: Plan, own: str) -> None:
        self._store, self._plan, self._own = store, plan, own
        self._run = store.connection.execute
        self._keys: dict[str, dict[str, int]] = {}

    def write(self) -> None:
        self._run("PRAGMA defer_foreign_keys = ON")
        for kind, old, new in self._plan.renames:
            self._run(f"UPDATE {kind} SET uuid = ? WHERE uuid = ?", (new, old))
            self._run("DELETE FROM stamp WHERE uuid = ?", (old,))
        for kind in schema.TRAVELLING:
            self._keys[kind] = dict(self._run(f"SELECT uuid, id FROM {kind}").fetchall())
        for kind, records in self._plan.inserts.items():
            last = self._run(f"SELECT ifnull(max(id), 0) FROM {kind}").fetchone()[0]
            for number, record in enumerate(records, last + 1):
                self._keys[kind][str(record["uuid"])] = number
        for kind in schema.TRAVELLING:
            self._insert(kind)
        for kind, uuid, values in self._plan.updates:
            self._bring(uuid, self._plan.brought.get(uuid, {}))
            if kind == "version":
                self._keep(values.get("original"))
            self._store.update(kind, self._keys[kind][uuid], **self._inward(kind, values))
        for kind, uuid in self._plan.deletes:
            self._run(f"DELETE FROM {kind} WHERE uuid = ?", (uuid,))
        self._stamp()

    def _inward(self, kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
        links = _links(self._store, kind)
        return {
            name: self._keys[links[name]][value] if name in links and value is not None else value
            for name, value in values.items()
        }

    def _insert(self, kind: str) -> None:
        records = self._plan.inserts[kind]
        if not records:
            return
        bundle, rows = self._plan.bundle, []
        links = _links(self._store, kind)
        for record in records:
            row = {n: self._keys[links[n]][v] if n in links and v is not None else v for n, v in record.items()}
            row["id"] = self._keys[kind][str(record["uuid"])]
            if not self._plan.stamps.get(str(record["uuid"]), ("", {}, False))[1]:
                self._bring(str(record["uuid"]), {})
            if kind == "version":
                row["text"] = bundle.texts[str(record["uuid"])]
                self._keep(record["original"])
            rows.append(row)
        names = list(rows[0])
        marks = ", ".join(f":{name}" for name in names)
        self._store.connection.executemany(f"INSERT INTO {kind} ({', '.join(names)}) VALUES ({marks})", rows)

    def _bring(self, uuid: str, dots: Mapping[str, int]) -> None:
        """Note what a record written here rests on; nothing for what nobody stamped, so that it is not stamped here."""
        row = (self._store.history.open_change, uuid, *(stamp_of(dots) if dots else ("", 0)))
        self._run("INSERT OR REPLACE INTO brought VALUES (?, ?, ?, ?)", row)

    def _keep(self, name: str | None) -> None:
        if name is not None:
            data = self._plan.bundle.originals[name]
            values = (name, zlib.compress(data, 6), len(data))
            self._run("INSERT INTO blob SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM blob WHERE sha256 = ?1)", values)

    def _stamp(self) -> None:
        vector = self._plan.bundle.vector if self._plan.bundle.whole else {}
        replicas = {stamp_of(dots)[0] for _kind, dots, _gone in self._plan.stamps.values() if dots} | set(vector)
        for uuid in replicas:
            self._run("INSERT INTO replica (uuid) SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM replica WHERE uuid = ?1)", (uuid,))
        for uuid, number in vector.items():
            if uuid != self._own:  # nobody else knows what this file has done
                self._run("UPDATE replica SET seen = ? WHERE uuid = ? AND seen < ?", (number, uuid, number))
        keys = dict(self._run("SELECT uuid, id FROM replica").fetchall())
        for uuid, (kind, dots, gone) in self._plan.stamps.items():
            if dots:
                replica, number = stamp_of(dots)
                self._run(
                    "INSERT INTO stamp (uuid, kind, replica, number, gone) VALUES (?, ?, ?, ?, ?) ON CONFLICT (uuid)"
                    " DO UPDATE SET replica = excluded.replica, number = excluded.number, gone = excluded.gone",
                    (uuid, kind, keys[replica], number, int(gone)),
                )
        for uuid, (kind, kept) in self._plan.aliases.items():
            self._run(
                "INSERT INTO same (kind, uuid, kept) SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM same WHERE uuid = ?2)",
                (kind, uuid, kept),
            )


def _keep_conflicts(store: Store, plan: Plan, policy: Policy, source: str) -> None:
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
