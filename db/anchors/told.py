"""Annotations as JSON lines, carried from one plain text to another: what other programs ask of anchoring. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from db.anchors.alignment import Alignment
from db.anchors.placement import Placement, doubted, gone
from db.anchors.quotes import Quotes
from db.errors import Refused
from db.records import Anchor, as_json

NOT_THERE = "not in the old text"  # how, where neither text has an annotation's words
OUTSIDE = (
    "Line {number} of the annotations has the positions {start} to {end}, which mark no passage in an old text of {length} "
    "characters. Correct it."
)


def carried(old: str, new: str, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Give for each line {id, start, end, exact, prefix, suffix} where it is in the new text; blank lines are passed over.

    Positions are code points into the old text; without them the quote is looked for, in the new text where the old one does
    not have it. Raises Refused for what is no such line and for positions that mark no passage of the old text.
    """
    alignment: Alignment | None = None
    quotes: tuple[Quotes, Quotes] | None = None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        values = _values(line, number)
        anchor = _anchor(values, number, len(old))
        alignment = alignment or Alignment.of(old, new)
        placed = alignment.place(anchor)
        if placed.span is None and placed.how == "unverified" and anchor.exact:
            quotes = quotes or (Quotes(old), Quotes(new))
            placed = _by_quote(*quotes, anchor) or placed
        yield {
            "id": values.get("id"), "status": placed.status, "start": placed.start, "end": placed.end,
            "confidence": placed.confidence, "candidates": [json.loads(as_json(one)) for one in placed.candidates],
            "how": placed.how,
        }  # fmt: skip


def _values(line: str, number: int) -> Mapping[str, Any]:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise _refusal(number)
    return values


def _by_quote(old: Quotes, new: Quotes, anchor: Anchor) -> Placement | None:
    """Place by its words alone what the old text does not have: nothing vouches for it. None if the old one has it."""
    if old.find(anchor).span is not None:
        return None
    placed = new.find(replace(anchor, start=-1, end=-1))
    return gone(NOT_THERE, placed.candidates) if placed.span is None else doubted(placed, "unverified", placed.candidates)


def _anchor(values: Mapping[str, Any], number: int, length: int) -> Anchor:
    start, end = values.get("start"), values.get("end")
    words = [values.get(name) or "" for name in ("exact", "prefix", "suffix")]
    if not all(isinstance(word, str) for word in words) or not all(_is_position(at) for at in (start, end)):
        raise _refusal(number)
    if start is None or end is None:
        if not words[0]:
            raise _refusal(number)
        return Anchor(-1, -1, *words)
    if not 0 <= start <= end <= length:
        raise Refused(OUTSIDE, number=number, start=start, end=end, length=length)
    return Anchor(start, end, *words)


def _is_position(value: object) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool))


def _refusal(number: int) -> Refused:
    return Refused(
        "Line {number} of the annotations is no JSON object with start and end, or with exact. Correct it.", number=number
    )
