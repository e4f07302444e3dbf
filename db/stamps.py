"""Stamps: which replica last touched each record that travels, so that merging knows old from new.

A replica is this file on this installation and path; a copied file gets a new one. Undo restores values, never stamps:
what undo touches is stamped anew, except what a merge had stamped with another's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from db import schema
from db.changes import Touched
from db.exchange.dots import Dots, dots_of, join, stamp_of
from db.ids import new_uuid, shipped_uuid

CATALOGUE = shipped_uuid("replica", "catalogue")


def find_replica(connection: sqlite3.Connection, installation: str, path: Path) -> int | None:
    """Find the replica of this file here, if it was opened here before."""
    where = str(path.resolve())
    row = connection.execute("SELECT id FROM replica WHERE installation = ? AND path = ?", (installation, where)).fetchone()
    return None if row is None else int(row[0])


def ensure_replica(connection: sqlite3.Connection, installation: str, path: Path) -> int:
    """Find or make the replica of this file here; inside a transaction."""
    found = find_replica(connection, installation, path)
    if found is not None:
        return found
    row = connection.execute(
        "INSERT INTO replica (uuid, installation, path) VALUES (?, ?, ?) RETURNING id",
        (new_uuid(), installation, str(path.resolve())),
    ).fetchone()
    return int(row[0])


class Stamps:
    """Stamps what each change touched with this replica and the change's number."""

    def __init__(self, replica: int) -> None:
        self.replica = replica

    def follow(self, connection: sqlite3.Connection, touched: Touched) -> None:
        """Stamp the touched records that travel; stamps written by the change itself (a merge's) are left as they are."""
        number = connection.execute("SELECT number FROM change WHERE id = ?", (touched.change,)).fetchone()[0]
        self._note_explicit(connection, touched)
        resting = self._resting(connection, touched)
        stamped = 0
        removals = self._removals(connection, touched)
        for table, (first, last) in touched.spans.items():
            if table not in schema.TRAVELLING:
                continue
            rows = "FROM history WHERE change = :change AND tbl = :tbl AND id BETWEEN :first AND :last"
            kinds = [(0, f"SELECT uuid FROM {table} WHERE id IN (SELECT key {rows})")]
            if table in removals:
                gone_uuid = "json_extract(old, '$.uuid')"
                kinds.append((1, f"SELECT {gone_uuid} {rows} AND op = 'D' AND {gone_uuid} NOT IN (SELECT uuid FROM {table})"))
            for gone, uuids in kinds:
                stamped += connection.execute(
                    "INSERT INTO stamp (uuid, kind, replica, number, gone)"
                    f" SELECT uuid, :tbl, :replica, :number, {gone} FROM (SELECT column1 AS uuid FROM (VALUES (NULL)) WHERE 0"
                    f" UNION ALL {uuids}) WHERE uuid NOT IN explicit"
                    " ON CONFLICT (uuid) DO UPDATE SET replica = excluded.replica, number = excluded.number,"
                    " gone = excluded.gone, kind = excluded.kind",
                    {
                        "change": touched.change,
                        "tbl": table,
                        "replica": self.replica,
                        "number": number,
                        "first": first,
                        "last": last,
                    },
                ).rowcount
        connection.execute("DELETE FROM explicit")
        self._join(connection, resting, number)
        # A change that stamped nothing (a merge that only took others' records) says nothing about this replica.
        if stamped:
            connection.execute("UPDATE replica SET seen = ? WHERE id = ?", (number, self.replica))
            connection.execute("UPDATE change SET replica = ? WHERE id = ?", (self.replica, touched.change))

    def _removals(self, connection: sqlite3.Connection, touched: Touched) -> set[str]:
        """Give the tables that rows were removed from."""
        rows = connection.execute("SELECT DISTINCT tbl FROM history WHERE change = ? AND op = 'D'", (touched.change,))
        return {row[0] for row in rows.fetchall()}

    def _resting(self, connection: sqlite3.Connection, touched: Touched) -> dict[str, Dots]:
        """Give, by uuid, the dots of touched records that rest on changes this file has not wholly seen (partial bundles)."""
        found: dict[str, Dots] = {}
        unseen = "EXISTS (SELECT 1 FROM stamp WHERE stamp.replica = replica.id AND stamp.number > replica.seen)"
        if connection.execute(f"SELECT 1 FROM replica WHERE {unseen}").fetchone() is None:
            return found
        vector = dict(connection.execute("SELECT uuid, seen FROM replica WHERE seen > 0"))
        touched_here = "SELECT key FROM history WHERE change = ?1 AND tbl = ?2"
        for table in schema.TRAVELLING:
            if table in touched.counts:
                rows = connection.execute(
                    "SELECT s.uuid, r.uuid, s.number FROM stamp s JOIN replica r ON r.id = s.replica WHERE s.number > r.seen"
                    f" AND s.uuid IN (SELECT uuid FROM {table} WHERE id IN ({touched_here})"
                    " UNION SELECT json_extract(old, '$.uuid') FROM history WHERE change = ?1 AND tbl = ?2 AND op = 'D')",
                    (touched.change, table),
                )
                for uuid, replica, number in rows.fetchall():
                    dots = {name: count for name, count in dots_of(replica, number).items() if vector.get(name, 0) < count}
                    if dots:
                        found[uuid] = dots
        return found

    def _join(self, connection: sqlite3.Connection, resting: Mapping[str, Dots], number: int) -> None:
        """Let what was stamped anew keep resting on what it rested on."""
        own = connection.execute("SELECT uuid FROM replica WHERE id = ?", (self.replica,)).fetchone()[0]
        for uuid, dots in resting.items():
            name, count = stamp_of(join(dots, {own: number}))
            connection.execute("INSERT INTO replica (uuid) VALUES (?) ON CONFLICT DO NOTHING", (name,))
            connection.execute(
                "UPDATE stamp SET replica = (SELECT id FROM replica WHERE uuid = ?), number = ?"
                " WHERE uuid = ? AND replica = ? AND number = ?",
                (name, count, uuid, self.replica, number),
            )

    def _note_explicit(self, connection: sqlite3.Connection, touched: Touched) -> None:
        """Note in a table of this connection's own which records the change has stamped itself."""
        connection.execute("CREATE TEMP TABLE IF NOT EXISTS explicit (uuid TEXT PRIMARY KEY) WITHOUT ROWID")
        # What a merge brought unstamped stays so, when it is redone too.
        connection.execute(
            "INSERT OR IGNORE INTO explicit"
            " SELECT b.uuid FROM change c JOIN brought b ON b.change IN (c.id, c.target) WHERE c.id = ?1 AND b.number = 0"
            " UNION ALL SELECT uuid FROM stamp WHERE id IN (SELECT key FROM history WHERE change = ?1 AND tbl = 'stamp')"
            " UNION ALL SELECT json_extract(old, '$.uuid') FROM history WHERE change = ?1 AND tbl = 'stamp' AND old IS NOT NULL",
            (touched.change,),
        )
