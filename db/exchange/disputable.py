"""What two people can leave undecided: which fields of which records, and what may stand in them.

A conflict travels in bundles and waits in a project, so what it holds is held to this when it is read and when it is decided.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from db.exchange.bundle_values import UUID
from db.exchange.shapes import SHAPES

REMOVED = "(removed)"
PLACE = "(place)"  # stands for the fields that say where an annotation is
# Fields nobody decides about: the earlier or later, smaller or greater value stands.
EARLIER = frozenset(
    {"created", "imported", "position", "published_from", "fetched_from", "number", "media_type", "file_name", "coder"}
)
LATER = frozenset(
    {"modified", "revision", "code_revision", "removed", "remarks", "layout", "original", "origin", "origin_detail", "url_key"}
)
# Fields that say one thing together: half of one place and half of another is no place.
PLACES: Mapping[str, tuple[str, ...]] = {
    "annotation": ("article", "version", "start", "end", "exact", "prefix", "suffix"),
    "confirmation": ("start", "end"),
}
# Fields of prose, in which both can stand one below the other.
PROSE = frozenset(
    {
        ("note", "text"), ("translation", "text"), ("code", "definition_zh"), ("code", "definition_en"), ("code", "use_when"),
        ("code", "avoid_when"), ("code", "note"), ("instrument", "note"), ("codebook", "note"), ("relation", "note"),
    }
)  # fmt: skip
# What never changes, once it is made.
_FIXED = frozenset({"id", "uuid"})
_MADE_ONCE = frozenset({"version"})
_NUMBERS = frozenset({"shipped", "private"})
# Fields that may be empty; of a relation and what is said on something, all its ends.
_EMPTY: Mapping[str, tuple[str, ...]] = {
    "codebook": ("name",),
    "code": ("name", "parent"),
    "crosswalk": ("name",),
    "instrument": ("name",),
    "provision": ("parent",),
    "relation": tuple(f"{side}_{end}" for side in ("from", "to") for end in ("annotation", "article", "instrument")),
    "note": ("annotation", "article", "code", "instrument", "reply_to"),
    "field": ("name",),
    "field_value": ("article", "annotation", "tagging", "link"),
    "collection": ("parent",),
}
_MOST = 1 << 62


def can_differ(kind: str, field: str) -> bool:
    """Whether merging can leave a column of a kind of record undecided by itself."""
    alone = field not in EARLIER | LATER | _FIXED and field not in PLACES.get(kind, ())
    return alone and kind not in _MADE_ONCE


def below_each_other(mine: object, theirs: object) -> str:
    """Give two texts as one, the same whoever asks."""
    return "\n\n".join(sorted({str(text) for text in (mine, theirs) if text}))


def storable(value: object) -> bool:
    """Whether SQLite holds a value as it is: nothing, a number of 63 bits, or text of whole characters without a NUL."""
    if isinstance(value, str):
        try:
            return b"\0" not in value.encode()
        except UnicodeEncodeError:  # half a character
            return False
    return value is None or (type(value) is int and -_MOST < value < _MOST)


def fits(kind: str, field: str, value: Any) -> bool:
    """Whether a value can stand in a field, or in all that PLACE or REMOVED stands for, as far as the value alone tells."""
    if field == REMOVED:
        return value in (None, REMOVED)
    if field == PLACE:
        return kind in PLACES and _is_place(PLACES[kind], value)
    if field in _NUMBERS:
        return type(value) is int and value in (0, 1)
    if value is None:
        return field in _EMPTY.get(kind, ())
    return isinstance(value, str) and storable(value) and _in_shape(kind, field, value)


def _in_shape(kind: str, field: str, value: str) -> bool:
    check = SHAPES.get((kind, field))
    try:
        if check is not None:
            check(json.loads(value))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False
    return True


def _is_place(names: tuple[str, ...], value: Any) -> bool:
    if not isinstance(value, dict) or value.keys() != set(names) or not all(map(storable, value.values())):
        return False
    start, end = value["start"], value["end"]
    words = [value[name] for name in names if name not in ("start", "end")]
    if not all(isinstance(each, str) for each in words):
        return False
    if not all(UUID.fullmatch(value[name]) for name in ("article", "version") if name in value):
        return False
    if start is None or end is None:
        return start is end
    if type(start) is not int or type(end) is not int or not 0 <= start < end:
        return False
    return "exact" not in value or len(value["exact"]) == end - start


def stands_in(place: Mapping[str, Any], text: str) -> bool:
    """Whether what PLACE stands for, having fitted, lies inside a text and quotes it."""
    start, end = place["start"], place["end"]
    if start is None:
        return True
    return bool(end <= len(text) and text[start:end] == place.get("exact", text[start:end]))
