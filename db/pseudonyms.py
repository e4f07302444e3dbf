"""The uuids that coders go under where names are left out: others than their own, which stand beside the names elsewhere.

They are derived from what this file alone knows, so that two exports of it go together and nobody without the file can tell
who is who. They are UUIDv8 (RFC 9562), by which merging knows them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets

from db.exchange.pseudonyms import pseudonym
from db.store import Store


def pseudonyms(store: Store) -> dict[str, str]:
    """Give what each coder goes under, by uuid, in the order in which they are numbered; "" stands for whoever it was."""
    uuids = [str(row[0]) for row in store.rows("SELECT uuid FROM coder")]
    secret = _secret(store)
    hidden = {uuid: pseudonym(_digest(secret, uuid), uuid) for uuid in ("", *uuids)}
    place = {uuid: at for at, uuid in enumerate(_numbered(store))}
    return {uuid: hidden[uuid] for uuid in sorted(hidden, key=lambda uuid: (place.get(uuid, len(place)), hidden[uuid]))}


def _digest(secret: bytes, uuid: str) -> bytes:
    return hmac.new(secret, uuid.encode(), hashlib.sha256).digest()


def _secret(store: Store) -> bytes:
    """Give what stands in the file and leaves it with no export: where it was first opened, by which it knows itself again."""
    row = store.one("SELECT installation, uuid FROM replica WHERE installation <> '' ORDER BY id LIMIT 1")
    # A frozen state, or a copy that was handed on and never opened to be written: nothing of its own to go by.
    return "\n".join(row).encode() if row else secrets.token_bytes(32)


def _numbered(store: Store) -> list[str]:
    """Give the order in which the coders of a frozen state were numbered."""
    value = store.value("SELECT value FROM setting WHERE name = 'frozen'")
    held = store.parsed(value, json.loads) if value else {}
    return [str(uuid) for uuid in held.get("coders", ())] if isinstance(held, dict) else []
