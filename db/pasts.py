"""The pasts of records: told from this file's history, and from what bundles told of others' histories.

What a merge wrote here is no step of its own: the steps are those of whoever wrote it, and come with it. Only where they did
not (a bundle of an older format, a file of another program) what the merge changed stands for them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from db import schema
from db.exchange.dots import Dots, dots_of, join, seen
from db.exchange.past import UNTOLD, Past, Step
from db.store import Row, Store

_LOST = ""  # stands for a record that is gone: no uuid
_ROWS = (
    "SELECT h.key, h.op, h.old, c.id, c.kind, c.number, r.uuid, b.replica, b.number FROM history h"
    " JOIN change c ON c.id = h.change JOIN {kind} x ON x.id = h.key LEFT JOIN replica r ON r.id = c.replica"
    " LEFT JOIN brought b ON b.change = ifnull(c.target, c.id) AND b.uuid = x.uuid"
    " WHERE h.tbl = ?1 AND h.key IN (SELECT key FROM history WHERE tbl = ?1 AND op <> 'I') ORDER BY h.key, h.id DESC"
)
_MAKING = (
    "SELECT 0, 'I', NULL, c.id, c.kind, c.number, r.uuid, NULL, NULL FROM change c LEFT JOIN replica r ON r.id = c.replica"
    " WHERE c.id = ?"
)


class Pasts:
    """Tells the pasts of the records of an open file, as it is now."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._changed: dict[str, dict[int, list[Row]]] = {}
        self._made: dict[str, dict[int, int]] = {}  # kind -> key -> the change that made it
        self._names: dict[str, tuple[str, ...]] = {}
        self._links: dict[str, dict[str, str]] = {}
        self._uuids: dict[str, dict[int, str]] = {}
        self._merges: frozenset[int] | None = None
        self._forgotten: dict[str, Dots] = {}

    def of(self, kind: str, uuid: str) -> Past:
        """Give the past of a record that is here."""
        row = self._store.one(f"SELECT id FROM {kind} WHERE uuid = ?", (uuid,))
        if row is None:
            return Past(None)
        rows = self._rows(kind).get(row[0])
        if rows is None:
            if kind not in self._made:
                made = self._store.rows("SELECT key, change FROM history WHERE tbl = ? AND op = 'I'", (kind,))
                self._made[kind] = dict(made)
            change = self._made[kind].get(row[0])
            rows = self._store.rows(_MAKING, (change,)) if change is not None else []
        told = self._store.value("SELECT told FROM past WHERE uuid = ?", (uuid,))
        carried = self._store.parsed(told, _read) if told else None
        return self._past(kind, row[0], uuid, rows, carried)

    def _rows(self, kind: str) -> dict[int, list[Row]]:
        """Give what the history says of the records that were changed since they were made, the latest first."""
        if kind not in self._changed:
            found = self._store.rows(_ROWS.format(kind=kind), (kind,))
            self._changed[kind] = {key: list(several) for key, several in groupby(found, itemgetter(0))}
        return self._changed[kind]

    def all(self, vector: Mapping[str, int]) -> Iterator[tuple[str, str, Past]]:
        """Yield kind, uuid and past of every record that was changed since it was made, in one order."""
        carried: dict[str, str] = dict(self._store.rows("SELECT uuid, told FROM past"))
        touched = {row[0] for row in self._store.rows("SELECT DISTINCT tbl FROM history WHERE op = 'U'")}
        # A coder is made by every file that he works in, and what he was called before is his own.
        for kind in (kind for kind in schema.TRAVELLING if kind != "coder"):
            changed = self._rows(kind) if kind in touched else {}
            ids: dict[str, int] = dict(self._store.rows(f"SELECT uuid, id FROM {kind}")) if carried or changed else {}
            names = {key: uuid for uuid, key in ids.items()}
            for uuid in sorted({names[key] for key in changed} | (carried.keys() & ids.keys())):
                told = self._store.parsed(carried[uuid], _read) if uuid in carried else None
                past = self._past(kind, ids[uuid], uuid, changed.get(ids[uuid], []), told)
                stamp = self._stamp(uuid)
                known = tuple(step for step in past.steps if seen(step.dots, vector) or seen(step.dots, stamp))
                if known:
                    yield kind, uuid, Past(past.since, known).ordered()

    def _stamp(self, uuid: str) -> Dots:
        row = self._store.one("SELECT r.uuid, s.number FROM stamp s JOIN replica r ON r.id = s.replica WHERE s.uuid = ?", (uuid,))
        return dots_of(*row) if row else {}

    def _past(self, kind: str, key: int, uuid: str, rows: list[Row], carried: Past | None) -> Past:
        names = self._columns(kind)
        values = self._store.one(f"SELECT {', '.join(names)} FROM {kind} WHERE id = ?", (key,))
        after: Mapping[str, Any] = dict(zip(names, values or (), strict=True))
        told = {(name, pair[1]) for step in (carried.steps if carried else ()) for name, pair in step.fields.items()}
        steps: dict[tuple[str, int], dict[str, tuple[Any, Any]]] = {}
        since: Dots | None = self._since_forgotten(kind)
        for at, (_key, op, old, change, how, number, replica, brought, count) in enumerate(rows):
            if op == "I":
                back = rows[at + 1][1:3] if at + 1 < len(rows) else ("", "")
                if back[0] == "D" and json.loads(back[1]).get("uuid") == uuid:
                    continue
                since = self._since_making(uuid, change, number, replica, len(rows) == 1, carried)
                break
            before = json.loads(old)
            fields = self._difference(kind, names, before, after)
            after = before
            if change in self._all_merges():
                fields = {name: pair for name, pair in fields.items() if (name, pair[1]) not in told}
                stamp = (brought, count) if brought and how != "undo" else None
            else:
                stamp = (replica, number) if replica else None
            if stamp and fields:
                sooner = steps.setdefault(stamp, {})
                # Two rows of one change are one step: rows come the latest first.
                steps[stamp] = {**fields, **{n: (fields.get(n, pair)[0], pair[1]) for n, pair in sooner.items()}}
        whole = {stamp: {n: pair for n, pair in fields.items() if pair[0] != pair[1]} for stamp, fields in steps.items()}
        own = Past(since, tuple(Step(*stamp, fields) for stamp, fields in whole.items() if fields))
        return own.joined(carried) if carried else own

    def _since_making(
        self, uuid: str, change: int, number: int, replica: str | None, untouched: bool, carried: Past | None
    ) -> Dots | None:
        if change not in self._all_merges():
            return {replica: number} if replica else {}
        if carried is not None and carried.since is not None:
            return carried.since
        # Brought by a merge, without its steps: as it came, it rests on what its stamp says.
        return self._stamp(uuid) if untouched else {}

    def _since_forgotten(self, kind: str) -> Dots:
        """Give the last changes of a kind of records whose old values are no longer kept, by replica."""
        if kind not in self._forgotten:
            # The first change of a file is its making, which every project shares.
            rows = self._store.rows(
                "SELECT r.uuid, max(c.number) FROM change c JOIN replica r ON r.id = c.replica WHERE c.size = 0"
                " AND c.id > (SELECT min(id) FROM change) AND json_extract(c.counts, ?) IS NOT NULL GROUP BY r.uuid",
                (f"$.{kind}",),
            )
            found: Dots = {}
            for replica, number in rows:
                found = join(found, dots_of(replica, number))
            self._forgotten[kind] = found
        return self._forgotten[kind]

    def _all_merges(self) -> frozenset[int]:
        """Give the changes that wrote stamps themselves: merges, and undoing or redoing them."""
        if self._merges is None:
            rows = self._store.rows("SELECT DISTINCT change FROM history WHERE tbl IN ('stamp', 'replica')")
            self._merges = frozenset(row[0] for row in rows)
        return self._merges

    def _difference(
        self, kind: str, names: Iterable[str], before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> dict[str, tuple[Any, Any]]:
        links, found = self._links[kind], {}
        for name in names:
            pair = before.get(name), after.get(name)
            if pair[0] != pair[1] and name not in UNTOLD:
                table = links.get(name)
                found[name] = (self._uuid(table, pair[0]), self._uuid(table, pair[1])) if table else pair
        return found

    def _columns(self, kind: str) -> tuple[str, ...]:
        if kind not in self._names:
            names = schema.columns(self._store.connection, kind)
            self._names[kind] = tuple(name for name in names if (kind, name) != ("version", "text"))
            links = schema.references(self._store.connection, kind).items()
            self._links[kind] = {name: table for name, table in links if table in schema.TRAVELLING}
        return self._names[kind]

    def _uuid(self, table: str | None, key: Any) -> Any:
        if table is None or key is None:
            return key
        if table not in self._uuids:
            self._uuids[table] = dict(self._store.rows(f"SELECT id, uuid FROM {table}"))
        return self._uuids[table].get(key, _LOST)


def _read(told: str) -> Past:
    return Past.of_json(json.loads(told))


def keep(store: Store, pasts: Mapping[str, Past], own: str, new: Iterable[str]) -> None:
    """Keep, inside a change, what a bundle told of others' steps, by uuid; `new` are those that it brings for the first time."""
    there: defaultdict[str, Past] = defaultdict(lambda: Past(None))
    there.update((uuid, _read(told)) for uuid, told in store.rows("SELECT uuid, told FROM past"))
    brought = set(new)
    rows = []
    for uuid, past in pasts.items():
        steps = tuple(step for step in past.steps if own not in step.dots)
        told = there[uuid].joined(Past(past.since if uuid in brought else None, steps)).ordered()
        if told != there[uuid]:
            rows.append((uuid, json.dumps(told.as_json(), ensure_ascii=False, separators=(",", ":"))))
    store.connection.executemany("INSERT OR REPLACE INTO past VALUES (?, ?)", rows)
