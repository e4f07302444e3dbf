"""All records of a project as they travel: plain values, references as uuids, texts and originals one at a time."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping

from db import schema
from db.errors import NotFound
from db.exchange.bundle import SETTINGS
from db.exchange.bundle_behind import KEPT, Dispute
from db.exchange.past import Past
from db.exchange.refi.known import Known
from db.pasts import Pasts
from db.pseudonyms import pseudonyms
from db.records import TravellingRecord
from db.removed import last_values
from db.store import Store


class Contents:
    """The records of an open project, read when asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._uuids: dict[str, dict[int, str]] = {}

    def _uuid_of(self, table: str) -> dict[int, str]:
        if table not in self._uuids:
            self._uuids[table] = dict(self._store.rows(f"SELECT id, uuid FROM {table}"))
        return self._uuids[table]

    def records(self, kind: str) -> Iterator[TravellingRecord]:
        """Yield the records of one kind in the order they were made; a version comes without its text (see `text`)."""
        names = [n for n in schema.columns(self._store.connection, kind) if n != "id" and (kind, n) != ("version", "text")]
        links = schema.references(self._store.connection, kind)
        maps = {name: self._uuid_of(table) for name, table in links.items() if table in schema.TRAVELLING}
        for row in self._store.rows(f"SELECT {', '.join(names)} FROM {kind} ORDER BY id"):
            yield {
                name: maps[name][value] if name in maps and value is not None else value
                for name, value in zip(names, row, strict=True)
            }

    def text(self, version: str) -> str:
        """Give the reading text of a version by uuid; raises NotFound."""
        row = self._store.one("SELECT text FROM version WHERE uuid = ?", (version,))
        if row is None:
            raise NotFound("version", version)
        return str(row[0])

    def original(self, sha256: str) -> bytes:
        """Give imported bytes by their SHA-256; raises NotFound."""
        row = self._store.one("SELECT data FROM blob WHERE sha256 = ?", (sha256,))
        if row is None:
            raise NotFound("original", sha256)
        return self._store.parsed(row[0], zlib.decompress)

    def stamps(self) -> dict[str, tuple[str, str, int, bool]]:
        """Give uuid -> (kind, replica uuid, number, gone) of every record stamped since it was shipped, tombstones too."""
        rows = self._store.rows(
            "SELECT stamp.uuid, kind, replica.uuid, number, gone FROM stamp JOIN replica ON replica.id = stamp.replica"
        )
        return {row[0]: (row[1], row[2], row[3], bool(row[4])) for row in rows}

    def vector(self) -> dict[str, int]:
        """Give the highest number seen of each replica, by uuid."""
        return dict(self._store.rows("SELECT uuid, seen FROM replica WHERE seen > 0"))

    def removed(self) -> Mapping[str, Iterable[TravellingRecord]]:
        """Give, by kind, the last values of the records that are gone, as far as the history tells."""
        return last_values(self._store)

    def pseudonyms(self) -> Mapping[str, str]:
        """Give what each coder goes under where names are left out, by uuid, in the order in which they are numbered."""
        return pseudonyms(self._store)

    def aliases(self) -> list[tuple[str, str, str]]:
        """List (kind, uuid, kept uuid) of records that merging found to be the same."""
        return [(row[0], row[1], row[2]) for row in self._store.rows("SELECT kind, uuid, kept FROM same ORDER BY uuid")]

    def settings(self) -> dict[str, tuple[str, int]]:
        """Give the settings that everybody in the project keeps to, with the number of the change that chose each."""
        rows: dict[str, str] = dict(self._store.rows(f"SELECT name, value FROM setting WHERE name IN {('chosen', *SETTINGS)}"))
        chosen: dict[str, int] = self._store.parsed(rows.pop("chosen", "{}"))
        return {name: (value, int(chosen.get(name, 0))) for name, value in rows.items()}

    def asides(self) -> dict[str, tuple[str, int]]:
        """Give what imports of REFI-QDA kept aside, by the setting it stands in, with the number of the change that kept it."""
        found = self._store.rows("SELECT name, value FROM setting WHERE name LIKE ?", (f"{KEPT}%",))
        chosen: dict[str, int] = self._store.parsed(self._store.value("SELECT value FROM setting WHERE name = 'chosen'") or "{}")
        return {name: (value, int(chosen.get(name, 0))) for name, value in found}

    def pasts(self) -> Iterator[tuple[str, Past]]:
        """Yield what records were before, by uuid; a note that was private is as if it had been made when it ceased to be."""
        for kind, uuid, past in Pasts(self._store).all(self.vector()):
            shown = [at for at, step in enumerate(past.steps) if "private" in step.fields] if kind == "note" else []
            past = Past(None, past.steps[shown[-1] + 1 :]) if shown else past
            if past.steps:
                yield uuid, past

    def disputes(self) -> list[Dispute]:
        """List the conflicts, decided ones too."""
        columns = "kind, record, field, mine, theirs, base, created, decision"
        return [Dispute(*row) for row in self._store.rows(f"SELECT {columns} FROM conflict ORDER BY uuid")]

    def known(self, now: str) -> Known:
        """Give all records as an import of marks looks at them; without places."""
        from db.importers.metadata import url_key

        records = {kind: {str(record["uuid"]): dict(record) for record in self.records(kind)} for kind in schema.TRAVELLING}
        pairs = "SELECT a.uuid, v.uuid FROM current c JOIN article a ON a.id = c.article JOIN version v ON v.id = c.version"
        current: dict[str, str] = dict(self._store.rows(pairs))
        aliases = {uuid: kept for _kind, uuid, kept in self.aliases()}
        return Known(now, records, self.stamps(), self.vector(), aliases, current=current, url_key=url_key)
