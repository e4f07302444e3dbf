"""GUIDs as other programs write them, and the uuids of our records they stand for: unique among all kinds of record."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from functools import lru_cache

from db.ids import named_uuid

NAMESPACE = uuid.UUID("0b7c2f0a-53f4-5d0e-8a8d-3a6d3e0f2c51")
_GUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def derived(*parts: str) -> str:
    """Give the uuid that stands for some words, the same everywhere (UUIDv5)."""
    return named_uuid(NAMESPACE, "\n".join(parts))


@lru_cache(200_000)
def normal(raw: str | None) -> str:
    """Give a GUID in lower case without braces; what is no GUID gets one derived from it; nothing for nothing."""
    bare = (raw or "").strip().strip("{}").strip().lower()
    if not bare or _GUID.fullmatch(bare):
        return bare
    return derived("guid", bare)


class Names:
    """Which uuid stands for which element of a file, by kind of record."""

    def __init__(self, kinds: Mapping[str, str], aliases: Mapping[str, str]) -> None:
        self._kinds = dict(kinds)  # uuid -> kind, of the project's records and of those read so far
        self._aliases = aliases
        self._found: dict[tuple[str, str], str] = {}
        self.doubled = 0

    def take(self, kind: str, raw: str | None, *place: str) -> str:
        """Give the uuid of an element; without a GUID, or with one used before, it is derived from its place."""
        guid = normal(raw) or derived(kind, *place)
        uuid = self._kept(guid)
        if (kind, guid) in self._found or self._kinds.get(uuid, kind) != kind:
            self.doubled += (kind, guid) in self._found
            uuid = self._kept(derived(kind, guid, *(place if (kind, guid) in self._found else ())))
        self._found.setdefault((kind, guid), uuid)
        self._kinds[uuid] = kind
        return uuid

    def point(self, kind: str, raw: str | None, uuid: str) -> None:
        """Let a GUID stand for a record that has another uuid here."""
        self._found.setdefault((kind, normal(raw)), uuid)

    def of(self, kind: str, raw: str | None) -> str | None:
        """Give the uuid that a reference means, if the file holds such an element."""
        return self._found.get((kind, normal(raw)))

    def all_of(self, kind: str) -> dict[str, str]:
        """Give the uuids of a kind by the GUIDs they stand for."""
        return {guid: uuid for (of, guid), uuid in self._found.items() if of == kind}

    def any_of(self, raw: str | None) -> tuple[str, str] | None:
        """Give (kind, uuid) of whatever a GUID stands for, what one annotates first."""
        guid = normal(raw)
        for kind in ("annotation", "note", "article", "instrument", "code", "coder", "tagging"):
            if (kind, guid) in self._found:
                return kind, self._found[kind, guid]
        return None

    def _kept(self, uuid: str) -> str:
        while uuid in self._aliases:
            uuid = self._aliases[uuid]
        return uuid
