"""Policy instruments: the shipped catalogue and own ones, with aliases, dates and relations."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence

from db import errors
from db.changes import now
from db.fields import refuse_no_date
from db.ids import SHIPPED_AT, shipped_uuid
from db.records import Alias, Instrument, InstrumentId
from db.store import Store
from resources import resource

KINDS = (
    "law", "regulation", "departmental-rule", "bill", "treaty", "declaration", "resolution", "initiative", "standard",
    "guideline", "filing-list", "position-paper", "report",
)  # fmt: skip
_SELECT = (
    "SELECT id, uuid, ifnull(name, ''), title_zh, title_en, kind, issuer, jurisdiction, dates, status, status_date, url,"
    " confidence, note, shipped, (SELECT count(*) FROM link WHERE link.instrument = instrument.id) FROM instrument"
)
_EDITABLE = (
    "title_zh", "title_en", "kind", "issuer", "jurisdiction", "status", "status_date", "url", "note",
)  # fmt: skip


def _dates(stored: str) -> tuple[tuple[str, str], ...]:
    return tuple((str(kind), str(date)) for kind, date in json.loads(stored))


class Instruments:
    """The instruments of a project."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> list[Instrument]:
        """List the instruments, most used first, then by title."""
        return self._read(" ORDER BY 16 DESC, title_zh, title_en", ())

    def recent(self, limit: int = 12) -> list[InstrumentId]:
        """List the instruments of one's own last links, the newest first, each once."""
        return [InstrumentId(key) for key in self._store.recent("link", "instrument", limit)]

    def get(self, instrument: InstrumentId) -> Instrument:
        """Give one instrument; raises NotFound."""
        found = self._read(" WHERE id = ?", (instrument,))
        if not found:
            raise errors.NotFound("instrument", instrument)
        return found[0]

    def _read(self, tail: str, values: Sequence[int]) -> list[Instrument]:
        aliases: defaultdict[int, list[Alias]] = defaultdict(list)
        where = " WHERE instrument = ?" if values else ""
        for row in self._store.rows(f"SELECT instrument, id, uuid, text, language, scope FROM alias{where} ORDER BY id", values):
            aliases[row[0]].append(Alias(*row[1:]))
        found = []
        for row in self._store.rows(_SELECT + tail, values):
            dates = self._store.parsed(row[8], _dates)
            whole = (*row[:8], dates, *row[9:14], bool(row[14]), tuple(aliases[row[0]]), row[15])
            found.append(Instrument(*whole))
        return found

    def by_ref(self, ref: str) -> InstrumentId:
        """Find an instrument by stable name, uuid, unique prefix, title or alias; raises NotFound or Ambiguous."""
        bare = ref.strip().strip("《》")
        if not bare:
            raise errors.NotFound("instrument", ref)
        rows = self._store.rows(
            "SELECT id FROM instrument WHERE name = ?1 OR uuid = ?1 OR title_zh IN (?1, '《' || ?2 || '》') OR title_en = ?1"
            " UNION SELECT instrument FROM alias WHERE scope = 'anywhere' AND text = ?2",
            (ref, bare),
        )
        if len(rows) > 1:
            raise errors.Ambiguous(ref, [self.get(InstrumentId(row[0])).key for row in rows])
        if rows:
            return InstrumentId(rows[0][0])
        return InstrumentId(self._store.by_ref("instrument", ref, names=("name",)))

    def add(
        self,
        title_zh: str = "",
        title_en: str = "",
        *,
        dates: Sequence[tuple[str, str]] = (),
        aliases: Sequence[str] = (),
        **more: str,
    ) -> InstrumentId:
        """Add an own instrument."""
        title_zh, title_en = title_zh.strip(), title_en.strip()
        if not (title_zh or title_en):
            raise errors.Refused("An instrument needs a title. Give one in Chinese or English.")
        values = {key: value for key, value in more.items() if key in _EDITABLE}
        for date in (*(date for _kind, date in dates), values.get("status_date", "")):
            refuse_no_date(date)
        with self._store.change("Add instrument"):
            key = InstrumentId(
                self._store.insert(
                    "instrument", title_zh=title_zh, title_en=title_en, dates=json.dumps([list(d) for d in dates]),
                    created=now(), modified=now(), **values,
                )
            )  # fmt: skip
            for alias in aliases:
                self.add_alias(key, alias)
        return key

    def edit(self, instrument: InstrumentId, *, dates: Sequence[tuple[str, str]] | None = None, **values: str) -> None:
        """Correct titles, kind, dates, status, URL or note of an instrument, a shipped one's too."""
        before = self.get(instrument)
        given = {key: value.strip() for key, value in values.items() if key in _EDITABLE}
        if not (given.get("title_zh", before.title_zh) or given.get("title_en", before.title_en)):
            raise errors.Refused("An instrument needs a title. Give one in Chinese or English.")
        changed = {key: value for key, value in given.items() if getattr(before, key) != value}
        refuse_no_date(changed.get("status_date", ""))
        if dates is not None and tuple(tuple(d) for d in dates) != before.dates:
            for _kind, date in dates:
                refuse_no_date(date)
            changed["dates"] = json.dumps([list(d) for d in dates])
        if changed:
            with self._store.change("Edit instrument"):
                self._store.update("instrument", instrument, modified=now(), **changed)

    def remove(self, instrument: InstrumentId) -> None:
        """Remove an own instrument with the links to it (undo brings them back)."""
        found = self.get(instrument)
        if found.shipped:
            raise errors.Refused(
                "{name} belongs to the shipped catalogue and stays. Only own instruments can be removed.",
                name=found.name,
            )
        with self._store.change("Remove instrument"):
            self._store.delete("instrument", [instrument])

    def add_alias(self, instrument: InstrumentId, text: str, *, scope: str = "anywhere") -> None:
        """Add another name; the same one twice is one."""
        text = text.strip()
        self.get(instrument)
        if not text or self._store.one("SELECT 1 FROM alias WHERE instrument = ? AND text = ?", (instrument, text)):
            return
        with self._store.change("Add alias"):
            language = "en" if text.isascii() else "zh"
            self._store.insert("alias", instrument=instrument, text=text, language=language, scope=scope)

    def remove_alias(self, alias: int) -> None:
        """Remove another name."""
        with self._store.change("Remove alias"):
            self._store.delete("alias", [alias])

    def load(self) -> None:
        """Load the shipped catalogue; inside a change."""
        shipped = json.loads(resource("instruments", "instruments.json").read_text("utf-8"))
        when, ids = SHIPPED_AT, {}
        for item in shipped["instruments"]:
            values = {key: item[key] for key in (*_EDITABLE, "name", "confidence")}
            dates = json.dumps([[date["kind"], date["date"]] for date in item["dates"]])
            uuid = shipped_uuid("instrument", item["name"])
            key = self._store.insert("instrument", uuid=uuid, dates=dates, shipped=1, created=when, modified=when, **values)
            ids[item["name"]] = key
            for alias in item["aliases"]:
                alias_uuid = shipped_uuid("alias", f"{item['name']}:{alias['scope']}:{alias['text']}")
                self._store.insert("alias", uuid=alias_uuid, instrument=key, **alias)
        for item in shipped["instruments"]:
            for relation in item["relations"]:
                uuid = shipped_uuid("relation", f"{item['name']}:{relation['kind']}:{relation['target']}")
                ends = {"from_instrument": ids[item["name"]], "to_instrument": ids[relation["target"]]}
                self._store.insert("relation", uuid=uuid, kind=relation["kind"], created=when, **ends)
