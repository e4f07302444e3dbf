"""Names that never clash: UUIDv7 for what people make, UUIDv5 for what is shipped."""

from __future__ import annotations

import hashlib
import os
import threading
import time
import uuid

# The namespace of shipped things: equal names give equal uuids in every project, so that merging finds them.
CATALOGUE = uuid.UUID("6f5f3c1e-7a55-5b0e-9b1b-9d8f0c6d2a11")

# When shipped records were "made": the same everywhere, so that two projects' catalogues are equal.
SHIPPED_AT = "2026-01-01T00:00:00.000Z"

_lock = threading.Lock()
_last = 0


def new_uuid() -> str:
    """Make a UUIDv7 (RFC 9562) that sorts after every one made before it in this process."""
    global _last
    with _lock:
        # 48 bits of milliseconds, then 12 bits that count within one, so that order is kept.
        stamp = max((time.time_ns() // 1_000_000) << 12, _last + 1)
        _last = stamp
    random = int.from_bytes(os.urandom(8), "big") >> 2
    value = (stamp >> 12) << 80 | 7 << 76 | (stamp & 0xFFF) << 64 | 2 << 62 | random
    return str(uuid.UUID(int=value))


def shipped_uuid(kind: str, name: str) -> str:
    """Give the uuid of a shipped record, the same in every project."""
    return named_uuid(CATALOGUE, f"{kind}:{name}")


def named_uuid(space: uuid.UUID, name: str) -> str:
    """Give the UUIDv5 (RFC 9562) of a name, as uuid.uuid5 does, in a third of the time: a table of others' work needs many."""
    found = bytearray(hashlib.sha1(space.bytes + name.encode(), usedforsecurity=False).digest()[:16])
    found[6] = found[6] & 0x0F | 0x50
    found[8] = found[8] & 0x3F | 0x80
    text = found.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
