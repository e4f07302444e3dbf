"""What coders are called where names are left out: a number, and a uuid (UUIDv8, RFC 9562) that says nothing either."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

# Whoever brought what everybody has (articles, collections): it sorts after all others, so that it takes no number of theirs.
_LAST = b"\xff\xff\xff\xff"
_ANYBODY = ("Coder", "C")


def pseudonym(digest: bytes, coder: str) -> str:
    """Give the uuid that a coder goes under, of 16 bytes or more that nobody else knows; "" stands for whoever it was."""
    if is_pseudonym(coder):
        return coder
    made = bytearray((b"" if coder else _LAST) + digest)[:16]
    made[6] = made[6] & 0x0F | 0x80
    made[8] = made[8] & 0x3F | 0x80
    if coder:
        made[0] &= 0x7F
    return str(uuid.UUID(bytes=bytes(made)))


def is_pseudonym(coder: object) -> bool:
    """Whether a coder's uuid is one that was put for another."""
    return isinstance(coder, str) and coder[14:15] == "8"


def named(hidden: Mapping[str, str], colours: Iterable[str]) -> dict[str, tuple[str, str, str]]:
    """Give names, initials and colours by pseudonym, numbered in the order given; "" is whoever brought what everybody has.

    The colours go in an order of their own, for they too stand beside the names elsewhere.
    """
    several = sorted(set(colours)) or [""]
    numbered = [uuid for coder, uuid in hidden.items() if coder]
    names = {
        uuid: (f"Coder {number}", f"C{number}", several[number % len(several)]) for number, uuid in enumerate(numbered, 1)
    }  # fmt: skip
    return {hidden[""]: (*_ANYBODY, several[0])} | names
