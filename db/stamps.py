"""Stamps: which replica last touched each record that travels, so that merging knows old from new.

A replica is this file on this installation and path; a copied file gets a new one. Undo restores values, never stamps:
what undo touches is stamped anew, except what a merge had stamped with another's.
"""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from db import schema
from db.changes import Touched
from db.ids import new_uuid, shipped_uuid

CATALOGUE = shipped_uuid("replica", "catalogue")


def ensure_replica(connection: sqlite3.Connection, installation: str, path: Path) -> int:
    """Find or make the replica of this file here; inside upkeep."""
    where = str(path.resolve())
    row = connection.execute("SELECT id FROM replica WHERE installation = ? AND path = ?", (installation, where)).fetchone()
    if row is None:
        row = connection.execute(
            "INSERT INTO replica (uuid, installation, path) VALUES (?, ?, ?) RETURNING id",
            (new_uuid(), installation, where),
        ).fetchone()
    return int(row[0])


class Stamps:
    """Stamps what each change touched with this replica and the change's number."""

    def __init__(self, replica: int) -> None:
        self.replica = replica

    def follow(self, connection: sqlite3.Connection, touched: Touched) -> None:
        """Stamp the touched records that travel; stamps written by the change itself (a merge's) are left as they are."""
        number = connection.execute("SELECT number FROM change WHERE id = ?", (touched.change,)).fetchone()[0]
        explicit = json.dumps(self._explicit(connection, touched))
        for table in schema.TRAVELLING:
            if table not in touched.counts:
                continue
            for gone, uuids in (
                (0, f"SELECT uuid FROM {table} WHERE id IN (SELECT key FROM history WHERE change = :change AND tbl = :tbl)"),
                (1, "SELECT DISTINCT json_extract(old, '$.uuid') FROM history WHERE change = :change AND tbl = :tbl AND op = 'D'"
                    f" AND json_extract(old, '$.uuid') NOT IN (SELECT uuid FROM {table})"),
            ):  # fmt: skip
                connection.execute(
                    "INSERT INTO stamp (uuid, kind, replica, number, gone)"
                    f" SELECT uuid, :tbl, :replica, :number, {gone} FROM (SELECT column1 AS uuid FROM (VALUES (NULL)) WHERE 0"
                    f" UNION ALL {uuids}) WHERE uuid NOT IN (SELECT value FROM json_each(:explicit))"
                    " ON CONFLICT (uuid) DO UPDATE SET replica = excluded.replica, number = excluded.number,"
                    " gone = excluded.gone, kind = excluded.kind",
                    {
                        "change": touched.change,
                        "tbl": table,
                        "replica": self.replica,
                        "number": number,
                        "explicit": explicit,
                    },
                )
        # A change that stamped nothing (a merge that only took others' records) says nothing about this replica.
        connection.execute(
            "UPDATE replica SET seen = ?1 WHERE id = ?2 AND EXISTS (SELECT 1 FROM stamp WHERE replica = ?2 AND number = ?1)",
            (number, self.replica),
        )

    def _explicit(self, connection: sqlite3.Connection, touched: Touched) -> list[str]:
        uuids: set[str] = set()
        for key, old in touched.rows("stamp"):
            if old is not None:
                uuids.add(str(old["uuid"]))
            row = connection.execute("SELECT uuid FROM stamp WHERE id = ?", (key,)).fetchone()
            if row is not None:
                uuids.add(row[0])
        return sorted(uuids)
