"""Writing what a merge decided: records with keys given beforehand, so that their order does not matter, and their stamps."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from db import schema
from db.exchange.dots import stamp_of
from db.exchange.merge import Plan
from db.records import Progress, no_progress
from db.settings import put
from db.store import Store, Values

# Rows between two looks at whether one cancelled.
_STEP = 2_000
_CACHE_KILOBYTES = 12_000


def links_of(store: Store, kind: str) -> dict[str, str]:
    """Give column -> kind for the references of a kind of record to others that travel."""
    return {c: t for c, t in schema.references(store.connection, kind).items() if t in schema.TRAVELLING}


class Bringing:
    """Writes a plan's records inside a change; `own` is the replica whose numbers nobody else may set."""

    def __init__(self, store: Store, plan: Plan, own: str, progress: Progress = no_progress) -> None:
        self._store, self._plan, self._own, self._progress = store, plan, own, progress
        self._run = store.connection.execute
        self._many = store.connection.executemany
        self._links = {kind: links_of(store, kind) for kind in schema.TRAVELLING}
        self._keys: dict[str, dict[str, int]] = {}
        self._done, self._total = 0, max(1, plan.added)

    def write(self) -> None:
        """Write all of it; the file's pages are kept in memory meanwhile, for their indexes are filled everywhere at once."""
        kept = self._run("PRAGMA cache_size").fetchone()[0]
        self._run(f"PRAGMA cache_size = -{_CACHE_KILOBYTES if self._plan.added > _STEP else 2_000}")
        try:
            self._write()
        finally:
            self._run(f"PRAGMA cache_size = {kept}")

    def _write(self) -> None:
        self._run("PRAGMA defer_foreign_keys = ON")
        for kind, old, new in self._plan.renames:
            self._run(f"UPDATE {kind} SET uuid = ? WHERE uuid = ?", (new, old))
            self._run("DELETE FROM stamp WHERE uuid = ?", (old,))
        for kind in schema.TRAVELLING:
            self._keys[kind] = dict(self._run(f"SELECT uuid, id FROM {kind}").fetchall())
        for kind, records in self._plan.inserts.items():
            last = self._run(f"SELECT ifnull(max(id), 0) FROM {kind}").fetchone()[0]
            keys = self._keys[kind]
            for number, record in enumerate(records, last + 1):
                keys[record["uuid"]] = number
        with self._plan.bundle.opened():
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
        for name, (value, number) in self._plan.settings.items():
            put(self._store, name, value, number)

    def _inward(self, kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
        links = self._links[kind]
        return {
            name: self._keys[links[name]][value] if name in links and value is not None else value
            for name, value in values.items()
        }

    def _insert(self, kind: str) -> None:
        records = self._plan.inserts[kind]
        if not records:
            return
        names = list(records[0])
        columns = [*names, "id", *(["text"] if kind == "version" else [])]
        marks = ", ".join("?" * len(columns))
        with self._store.history.only_adding(kind):
            self._many(f"INSERT INTO {kind} ({', '.join(columns)}) VALUES ({marks})", self._rows(kind, names))
        stamps = self._plan.stamps
        for record in records:
            planned = stamps.get(record["uuid"])
            if planned is None or not planned[1]:
                self._bring(record["uuid"], {})

    def _rows(self, kind: str, names: list[str]) -> Iterator[tuple[Values, ...]]:
        own = self._keys[kind]
        maps = [self._keys[table] if (table := self._links[kind].get(name)) else None for name in names]
        for record in self._plan.inserts[kind]:
            self._step()
            values = [
                keys[value] if keys is not None and value is not None else value
                for keys, value in zip(maps, map(record.__getitem__, names), strict=True)
            ]
            values.append(own[record["uuid"]])
            if kind == "version":
                values.append(self._plan.bundle.texts[record["uuid"]])
                self._keep(record["original"])
            yield tuple(values)

    def _step(self) -> None:
        if self._done % _STEP == 0:
            self._progress(self._done, self._total)
        self._done += 1

    def _bring(self, uuid: str, dots: Mapping[str, int]) -> None:
        """Note what a record written here rests on; nothing for what nobody stamped, so that it is not stamped here."""
        if not self._store.history.changing:
            return
        row = (self._store.history.open_change, uuid, *(stamp_of(dots) if dots else ("", 0)))
        self._run("INSERT OR REPLACE INTO brought VALUES (?, ?, ?, ?)", row)

    def _keep(self, name: str | None) -> None:
        if name is not None and self._run("SELECT 1 FROM blob WHERE sha256 = ?", (name,)).fetchone() is None:
            data = self._plan.bundle.originals[name]
            self._run("INSERT INTO blob VALUES (?, ?, ?)", (name, zlib.compress(data, 6), len(data)))

    def _stamp(self) -> None:
        vector = self._plan.bundle.vector if self._plan.bundle.whole else {}
        stamps = self._plan.stamps
        # One text for the dots of all records of a change.
        names = {id(dots): stamp_of(dots) for _kind, dots, _gone in stamps.values() if dots}
        for uuid in {replica for replica, _number in names.values()} | set(vector):
            self._run("INSERT INTO replica (uuid) SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM replica WHERE uuid = ?1)", (uuid,))
        for uuid, number in vector.items():
            if uuid != self._own:  # nobody else knows what this file has done
                self._run("UPDATE replica SET seen = ? WHERE uuid = ? AND seen < ?", (number, uuid, number))
        keys = dict(self._run("SELECT uuid, id FROM replica").fetchall())
        there = {row[0] for row in self._run("SELECT uuid FROM stamp")}

        def rows(uuids: Iterable[str]) -> Iterator[tuple[Values, ...]]:
            # In the order of the index they go into, which is then filled from one end to the other.
            for uuid in sorted(uuids):
                kind, dots, gone = stamps[uuid]
                if dots:
                    replica, number = names[id(dots)]
                    yield uuid, kind, keys[replica], number, int(gone)

        insert = "INSERT INTO stamp (uuid, kind, replica, number, gone) VALUES (?, ?, ?, ?, ?)"
        with self._store.history.only_adding("stamp"):
            self._many(insert, rows(stamps.keys() - there))
        self._many(
            f"{insert} ON CONFLICT (uuid)"
            " DO UPDATE SET replica = excluded.replica, number = excluded.number, gone = excluded.gone",
            rows(stamps.keys() & there),
        )
        for uuid, (kind, kept) in self._plan.aliases.items():
            self._run(
                "INSERT INTO same (kind, uuid, kept) SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM same WHERE uuid = ?2)",
                (kind, uuid, kept),
            )
