"""What a project has already, and the records that a file of another program becomes beside it: a bundle like any other.

A record equal to ours carries our stamp, what we removed stays removed, and everything else carries the file's own stamp,
so that the merging of bundles does the rest: what only the file changed is taken, what both changed is a conflict.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from db.exchange.bundle import MEMBERS, Bundle
from db.exchange.bundle_values import Stamp
from db.exchange.dots import dots_of, join, stamp_of
from db.exchange.web_annotation import KINDS as WEB_KINDS

Record = dict[str, Any]
KINDS = (*(kind for kinds in MEMBERS.values() for kind in kinds), *WEB_KINDS)
# The columns of new records with what stands in them unless a file says otherwise.
_NEW: Mapping[str, Mapping[str, Any]] = {
    "coder": {"name": "", "initials": "", "colour": "", "created": ""},
    "codebook": {
        "name": None, "version": "", "publisher_zh": "", "publisher_en": "", "licence": "", "url": "", "released": "",
        "languages": "[]", "note": "", "lacks_zh": "", "lacks_en": "", "shipped": 0, "revision": 1,
    },
    "code": {
        "parent": None, "name": None, "number": "", "kind": "own", "branch": "own", "name_zh": "", "name_en": "",
        "name_zh_status": "ours", "name_en_status": "ours", "definition_zh": "", "definition_en": "", "use_when": "",
        "avoid_when": "", "cues_zh": "[]", "cues_en": "[]", "colour": "", "confidence": "", "note": "", "revision": 1,
    },
    "instrument": {
        "name": None, "title_zh": "", "title_en": "", "kind": "", "issuer": "", "jurisdiction": "", "dates": "[]",
        "status": "", "status_date": "", "url": "", "confidence": "", "note": "", "shipped": 0,
    },
    "article": {
        "title": "", "authors": "[]", "publisher": "", "source": "", "column_prefix": "", "genre": "", "url": "",
        "url_key": "", "published": "", "published_from": "", "fetched": "", "fetched_from": "", "language": "",
    },
    "version": {"original": None, "media_type": "text/plain", "file_name": "", "removed": "[]", "remarks": "[]"},
    "annotation": {"start": None, "end": None, "exact": "", "prefix": "", "suffix": ""},
    "tagging": {"code_revision": 1, "origin": "imported", "origin_detail": ""},
    "link": {"locator": "", "locator_key": "", "relation": ""},
    "note": {"annotation": None, "article": None, "code": None, "instrument": None, "reply_to": None, "day": "", "private": 0},
    "field": {"name": None, "type": "text", "options": "[]", "position": 1000, "shipped": 0},
    "field_value": {"article": None, "annotation": None, "tagging": None, "link": None, "coder": None},
    "relation": {
        **dict.fromkeys((f"{s}_{k}" for s in ("from", "to") for k in ("annotation", "article", "instrument")), None), "note": "",
    },
    "translation": {"translator": ""},
    "article_tag": {}, "article_status": {"reason": ""}, "saved_search": {"kind": "search"},
    "collection": {"parent": None}, "collected": {},
}  # fmt: skip


@dataclass(slots=True)
class Known:
    """A project as an import looks at it; records by kind and uuid, `places` on the newest text, `current` versions by article.

    `short_key` makes a free short key from a title and a date, `url_key` what addresses are compared by.
    """

    now: str
    records: Mapping[str, Mapping[str, Record]] = field(default_factory=dict)
    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    vector: Mapping[str, int] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, tuple[int, int] | None] = field(default_factory=dict)
    current: Mapping[str, str] = field(default_factory=dict)
    relation_kinds: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    short_key: Callable[[str, str], str] = lambda title, date: (title[:12] or "article") + date[:4]
    url_key: Callable[[str], str] = lambda url: url

    def of(self, kind: str) -> Mapping[str, Record]:
        """Give the records of a kind by uuid."""
        return self.records.get(kind, {})

    def kinds(self) -> dict[str, str]:
        """Give the kind of every uuid."""
        return {uuid: kind for kind in KINDS for uuid in self.of(kind)}

    def only_imported(self, uuid: str) -> bool:
        """Whether nobody touched a record since it was imported: all it rests on are files, whose replicas are UUIDv5."""
        stamp = self.stamps.get(uuid)
        return stamp is not None and all(replica[14] == "5" for replica in dots_of(stamp[1], stamp[2]))


class Gathered:
    """The records a file becomes."""

    def __init__(self, known: Known, replica: str) -> None:
        self.known, self._replica = known, replica
        self.records: dict[str, dict[str, Record]] = {kind: {} for kind in KINDS}
        self.texts: dict[str, str] = {}
        self.originals: dict[str, bytes] = {}
        self.superseding: set[str] = set()

    def get(self, kind: str, uuid: str | None) -> Record | None:
        """Give a record as it will be, or as it is in the project."""
        return self.records[kind].get(uuid or "") or self.known.of(kind).get(uuid or "")

    def put(self, kind: str, uuid: str, carried: Mapping[str, Any], fixed: Mapping[str, Any] | None = None) -> Record:
        """Gather a record; `carried` is what the file says, `fixed` what only a new record takes from it."""
        ours = self.known.of(kind).get(uuid)
        record = {**ours, **carried} if ours is not None else {"uuid": uuid, **_NEW[kind], **(fixed or {}), **carried}
        self.records[kind][uuid] = record
        return record

    def keep(self, kind: str, uuid: str) -> None:
        """Gather one of our records as it is."""
        self.records[kind].setdefault(uuid, dict(self.known.of(kind)[uuid]))

    def bundle(self) -> Bundle:
        """Give all of it as a bundle."""
        own = {self._replica: 1}
        stamps: dict[str, Stamp] = {}
        for kind, several in self.records.items():
            here, made = self.known.of(kind), (kind, *stamp_of(own), False)
            for uuid, record in several.items():
                ours, mine = here.get(uuid), self.known.stamps.get(uuid)
                if mine is not None and (mine[3] or ours == record):
                    stamps[uuid] = (kind, *mine[1:])
                elif ours is None or ours != record:
                    before = dots_of(mine[1], mine[2]) if mine and uuid in self.superseding else {}
                    stamps[uuid] = (kind, *stamp_of(join(before, own)), False) if before else made
        # A later export of one project knows what an earlier one brought; an earlier one that comes again does not.
        vector = dict(own)
        if self._replica not in self.known.vector:
            vector |= {replica: seen for replica, seen in self.known.vector.items() if replica[14] == "5"}
        records = {kind: list(several.values()) for kind, several in self.records.items()}
        manifest = {"whole": True, "kind": "refi"}
        return Bundle(manifest, records, stamps, vector, [], dict(self.texts), dict(self.originals))


def by_column(records: Mapping[str, Record], *columns: str) -> dict[tuple[Any, ...], str]:
    """Give uuids by the values of columns; of several the first."""
    found: defaultdict[tuple[Any, ...], list[str]] = defaultdict(list)
    for uuid, record in records.items():
        found[tuple(record[column] for column in columns)].append(uuid)
    return {values: uuids[0] for values, uuids in found.items()}
