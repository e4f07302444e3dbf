"""What was removed, as it was last: told from the history, as far back as that goes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from db import schema
from db.errors import NotFound
from db.records import TravellingRecord
from db.store import Store

_GONE = (
    "SELECT tbl, key, change, {old} FROM history"
    " WHERE op = 'D' AND tbl IN (SELECT value FROM json_each(?)) AND json_valid(old) ORDER BY id"
)


_SHORT = "json_remove(old, '$.text')"
_WHOLE = "CASE tbl WHEN 'version' THEN json_remove(old, '$.text') ELSE old END"


def last_values(store: Store) -> dict[str, list[TravellingRecord]]:
    """Give, by kind, the records that have a tombstone and whose last values the history holds, without their long texts."""
    gone = {row[0] for row in store.rows("SELECT uuid FROM stamp WHERE gone = 1")}
    return _LastValues(store, gone).tell(_SHORT) if gone else {}


def remembered(store: Store, uuids: Collection[str]) -> dict[str, list[TravellingRecord]]:
    """Give, by kind, some removed records whole, as far as the history holds them; a version without its text (see `text`)."""
    names = {
        kind: set(schema.columns(store.connection, kind)) - {"text" if kind == "version" else ""} for kind in schema.TRAVELLING
    }
    told = _LastValues(store, set(uuids)).tell(_WHOLE) if uuids else {}
    return {
        kind: [{n: value for n, value in record.items() if n != "id"} for record in several if record.keys() == names[kind]]
        for kind, several in told.items()
    }


def text(store: Store, uuid: str) -> str:
    """Give the text of a removed version; raises NotFound."""
    row = store.one(
        "SELECT json_extract(old, '$.text') FROM history WHERE op = 'D' AND tbl = 'version'"
        " AND json_extract(old, '$.uuid') = ? ORDER BY id DESC LIMIT 1",
        (uuid,),
    )
    if row is None:
        raise NotFound("version", uuid)
    return str(row[0])


class _LastValues:
    def __init__(self, store: Store, gone: set[str]) -> None:
        self._store, self._gone = store, gone
        # A key is given again once its row is gone: what hung on it hung on the first of that key that went after it.
        self._went: defaultdict[tuple[str, int], list[tuple[int, str]]] = defaultdict(list)
        self._there: dict[str, dict[int, str]] = {}

    def tell(self, form: str) -> dict[str, list[TravellingRecord]]:
        rows: list[tuple[str, int, dict[str, Any]]] = []
        for kind, key, change, told in self._store.rows(_GONE.format(old=form), (json.dumps(schema.TRAVELLING),)):
            old = json.loads(told)
            if isinstance(old, dict) and isinstance(old.get("uuid"), str):
                rows.append((kind, change, old))
                self._went[kind, key].append((change, old["uuid"]))
        links = {kind: self._links(kind) for kind in {row[0] for row in rows}}
        found: defaultdict[str, dict[str, TravellingRecord]] = defaultdict(dict)
        for kind, change, old in rows:
            if old["uuid"] in self._gone:
                found[kind][old["uuid"]] = self._outward(links[kind], change, old)
        return {kind: list(several.values()) for kind, several in found.items()}

    def _links(self, kind: str) -> dict[str, str]:
        names = dict.fromkeys(schema.columns(self._store.connection, kind))
        links = schema.references(self._store.connection, kind)
        return {name: links[name] for name in names if links.get(name) in schema.TRAVELLING}

    def _outward(self, links: Mapping[str, str], change: int, old: Mapping[str, Any]) -> TravellingRecord:
        """Give a row with uuids for keys; a column that came later is empty."""
        known = {name: self._uuid(links[name], value, change) if name in links else value for name, value in old.items()}
        return {**dict.fromkeys(links), **known}

    def _uuid(self, kind: str, key: Any, change: int) -> str | None:
        if not isinstance(key, int):
            return None
        after = (uuid for when, uuid in self._went.get((kind, key), ()) if when >= change)
        return next(after, None) or self._live(kind).get(key)

    def _live(self, kind: str) -> dict[int, str]:
        if kind not in self._there:
            self._there[kind] = dict(self._store.rows(f"SELECT id, uuid FROM {kind}"))
        return self._there[kind]
