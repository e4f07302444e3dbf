"""Annotations as JSON lines, carried from one plain text to another: what other programs ask of anchoring. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from db.anchors.alignment import Alignment
from db.errors import Refused
from db.records import Anchor, as_json


def carried(old: str, new: str, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Give for each line {id, start, end, exact, prefix, suffix} where it is in the new text; blank lines are passed over.

    Positions are code points into the old text; without them the quote is looked for. Raises Refused for what is no such line.
    """
    alignment: Alignment | None = None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        values = _values(line, number)
        anchor = _anchor(values, number)
        alignment = alignment or Alignment.of(old, new)
        placed = alignment.place(anchor)
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


def _anchor(values: Mapping[str, Any], number: int) -> Anchor:
    start, end = values.get("start"), values.get("end")
    words = [values.get(name) or "" for name in ("exact", "prefix", "suffix")]
    if not all(isinstance(word, str) for word in words) or not all(_is_position(at) for at in (start, end)):
        raise _refusal(number)
    if start is None or end is None:
        if not words[0]:
            raise _refusal(number)
        start = end = -1
    return Anchor(start, end, *words)


def _is_position(value: object) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool))


def _refusal(number: int) -> Refused:
    return Refused(
        "Line {number} of the annotations is no JSON object with start and end, or with exact. Correct it.", number=number
    )
