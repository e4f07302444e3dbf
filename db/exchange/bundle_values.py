"""What stands in a bundle's list of stamps, read as what it should be: a stranger may have written anything there."""

from __future__ import annotations

import re
from collections.abc import Mapping

from db.exchange.dots import dots_of, stamp_of

UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Stamp = tuple[str, str, int, bool]  # kind, replica, number, gone


def uuid_in(value: object) -> str:
    """Read a uuid; raises ValueError."""
    if not isinstance(value, str) or not UUID.fullmatch(value):
        raise ValueError(f"{value!r} is no uuid")
    return value


def number_in(value: object) -> int:
    """Read the number of a change; raises ValueError."""
    if not isinstance(value, int) or not 0 <= value < 1 << 62:
        raise ValueError(f"{value!r} is no number of a change")
    return value


def stamp_in(uuid: str, kind: str, replica: str, number: int, gone: object, *, kinds: Mapping[str, object]) -> Stamp:
    """Read the stamp of a record of one of these kinds; raises ValueError."""
    dots = dots_of(replica, number_in(number))
    if kind not in kinds or not isinstance(gone, bool) or stamp_of(dots) != (replica, number):
        raise ValueError(f"the stamp of {uuid}")
    for name, count in dots.items():
        uuid_in(name), number_in(count)
    return kind, replica, number, gone


def alias_in(kind: str, uuid: str, kept: str, *, kinds: Mapping[str, object]) -> tuple[str, str, str]:
    """Read that a record is another one; raises ValueError."""
    # The smaller always stays, so that following aliases comes to an end.
    if kind not in kinds or not uuid_in(kept) < uuid_in(uuid):
        raise ValueError(f"the alias of {uuid}")
    return kind, uuid, kept
