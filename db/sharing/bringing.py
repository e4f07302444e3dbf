"""Writing what a merge decided: records with keys given beforehand, so that their order does not matter, and their stamps."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from operator import itemgetter
from typing import Any

from db import removed, schema
from db.exchange.dots import stamp_of
from db.exchange.merge import Plan
from db.records import Progress, no_progress
from db.settings import put
from db.store import Store, Values

# Rows between two looks at whether one cancelled.
_STEP = 2_000
# Rows of one statement: SQLite guards every statement that can fail halfway, which costs as much as the row.
_AT_ONCE = 100
_CACHE_KILOBYTES = 12_000
# What records stand beside: in the order of these the indexes that hold them are filled from one end to the other.
_BESIDE: Mapping[str, str] = {
    "annotation": "article",
    **dict.fromkeys(("tagging", "link", "translation", "note"), "annotation"),
    "field_value": "tagging",
}
Keys = dict[str | None, int | None]


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
        self._keys: dict[str, Keys] = {}
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
            self._number(kind)
        with self._plan.bundle.opened():
            for kind in schema.TRAVELLING:
                self._insert(kind)
            for kind, uuid, values in self._plan.updates:
                self._bring(uuid, self._plan.brought.get(uuid, {}))
                if kind == "version":
                    self._keep(values.get("original"))
                self._store.update(kind, int(self._keys[kind][uuid] or 0), **self._inward(kind, values))
        for kind, uuid in self._plan.deletes:
            self._run(f"DELETE FROM {kind} WHERE uuid = ?", (uuid,))
        for uuid in self._plan.nobody:
            self._bring(uuid, {})  # nobody removed it: it leaves no tombstone
            self._run("DELETE FROM coder WHERE uuid = ?", (uuid,))
        self._stamp()
        for name, (value, number) in self._plan.settings.items():
            for sha256 in self._plan.bundle.kept.get(name, ()):
                self._keep(sha256)
            put(self._store, name, value, number)

    def _number(self, kind: str) -> None:
        """Give the records of a kind, after those it refers to, the keys that they will have."""
        keys: Keys = dict(self._run(f"SELECT uuid, id FROM {kind}").fetchall())
        keys[None] = None
        self._keys[kind] = keys
        records = self._plan.inserts.get(kind, [])
        if (column := _BESIDE.get(kind)) is not None and len(records) > _AT_ONCE:
            beside = self._keys[self._links[kind][column]]
            records.sort(key=lambda record: beside[record[column]] or 0)
        last = self._run(f"SELECT ifnull(max(id), 0) FROM {kind}").fetchone()[0]
        keys.update(zip(map(itemgetter("uuid"), records), range(last + 1, last + 1 + len(records)), strict=True))

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
        with self._store.history.only_adding(kind):
            self._fill(kind, columns, self._rows(kind, names))
        stamps = self._plan.stamps
        for record in records:
            planned = stamps.get(record["uuid"])
            if planned is None or not planned[1]:
                self._bring(record["uuid"], {})

    def _fill(self, table: str, columns: list[str], rows: Iterable[tuple[Values, ...]]) -> None:
        """Insert rows, many by one statement."""
        head, row = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ", f"({', '.join('?' * len(columns))})"
        several = iter(rows)
        at_once = _AT_ONCE if table != "version" else 1  # texts can be long
        while part := list(islice(several, at_once)):
            self._run(head + ", ".join([row] * len(part)), list(chain.from_iterable(part)))

    def _rows(self, kind: str, names: list[str]) -> Iterator[tuple[Values, ...]]:
        records, links = self._plan.inserts[kind], self._links[kind]
        # Column by column, so that no step of Python is taken for each value.
        columns: list[Iterable[Values]] = [
            map(self._keys[links[name]].__getitem__, map(itemgetter(name), records))
            if name in links
            else map(itemgetter(name), records)
            for name in names
        ]
        columns.append(map(self._keys[kind].__getitem__, map(itemgetter("uuid"), records)))
        if kind == "version":
            columns.append(map(self._text, records))
        for row in zip(*columns, strict=True):
            self._step()
            yield row

    def _text(self, version: Mapping[str, Any]) -> str:
        """Give the text of a version, one's own where it comes back; see to it that the bytes it was imported from are there."""
        self._keep(version["original"])
        try:
            return self._plan.bundle.texts[version["uuid"]]
        except KeyError:
            return removed.text(self._store, version["uuid"])

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
        shared = {id(dots): dots for _kind, dots, _gone in stamps.values() if dots}
        names = {key: stamp_of(dots) for key, dots in shared.items()}
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

        columns = ["uuid", "kind", "replica", "number", "gone"]
        with self._store.history.only_adding("stamp"):
            self._fill("stamp", columns, rows(stamps.keys() - there))
        self._many(
            f"INSERT INTO stamp ({', '.join(columns)}) VALUES (?, ?, ?, ?, ?) ON CONFLICT (uuid)"
            " DO UPDATE SET replica = excluded.replica, number = excluded.number, gone = excluded.gone",
            rows(stamps.keys() & there),
        )
        for uuid, (kind, kept) in self._plan.aliases.items():
            self._run(
                "INSERT INTO same (kind, uuid, kept) SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM same WHERE uuid = ?2)",
                (kind, uuid, kept),
            )
