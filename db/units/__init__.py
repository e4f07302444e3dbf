"""The units a text is read, selected and compared by, right for Chinese as for English. Pure; positions are code points.

A character is what a reader takes for one (a letter with its marks, an emoji, a flag); words are found by `tokens`,
clauses and sentences by `stops`; a paragraph is a line of the text; a provision is the smallest of a statute's articles,
their paragraphs and items (条、款、项) by its layout, and a paragraph elsewhere. No unit but a provision leaves its
paragraph, none has white space at its edges, and none is empty. Only the surroundings of a point are ever looked at.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from db.locators import provision_units
from db.records import Layout
from db.units import stops
from db.units.edges import Span, drawn_in, ink_before, is_blank, trimmed
from db.units.tokens import characters, words

__all__ = [
    "UNITS",
    "Span",
    "Unit",
    "drawn_in",
    "next_start",
    "previous_start",
    "spans",
    "unit_after",
    "unit_at",
    "unit_before",
    "widened",
]

Unit = Literal["character", "word", "clause", "sentence", "paragraph", "provision"]
UNITS: tuple[Unit, ...] = ("character", "word", "clause", "sentence", "paragraph", "provision")

_INK = re.compile(r"\S")
# How far round a point the ends of clauses and sentences are looked for first; then four times as far, and so on.
_REACH = 256


def _line_at(text: str, point: int) -> Span:
    """Give the line of the text that holds a point, without its line feed."""
    point = min(max(point, 0), len(text))
    end = text.find("\n", point)
    return text.rfind("\n", 0, point) + 1, len(text) if end < 0 else end


def unit_at(text: str, point: int, unit: Unit, layout: Layout | None = None) -> Span:
    """Give the unit that holds a point.

    From white space and from the end of a line it is the unit before in that line, else the one after; (point, point) in
    an empty line.
    """
    point = min(max(point, 0), len(text))
    low, high = _line_at(text, point)
    ink = point
    if point == high or is_blank(text, point):
        ink = ink_before(text, point, low)
        if ink < 0:
            found = _INK.search(text, point, high)
            if not found:
                return point, point
            ink = found.start()
    if unit == "provision":
        provisions = _provisions(text, layout)
        i = bisect_right(provisions, (ink, len(text))) - 1
        if i >= 0 and ink < provisions[i][1]:
            return provisions[i]
    if unit == "clause" or unit == "sentence":
        low, high = _end_before(text, low, high, ink, unit), _end_after(text, low, high, ink, unit)
    elif unit == "character" or unit == "word":
        found_units = (characters if unit == "character" else words)(text, low, high, ink)
        return next(span for span in found_units if span[1] > ink)
    return trimmed(text, low, high)


def unit_after(text: str, point: int, unit: Unit, layout: Layout | None = None) -> Span | None:
    """Give the first unit that starts at a point or after it."""
    provisions = _provisions(text, layout) if unit == "provision" else ()
    if provisions:
        i = bisect_left(provisions, (point, 0))
        return provisions[i] if i < len(provisions) else None
    span = _unit_from(text, max(point, 0), unit)
    return _unit_from(text, span[1], unit) if span and span[0] < point else span


def unit_before(text: str, point: int, unit: Unit, layout: Layout | None = None) -> Span | None:
    """Give the last unit that ends at a point or before it."""
    provisions = _provisions(text, layout) if unit == "provision" else ()
    if provisions:
        i = bisect_left(provisions, (point, 0)) - 1
        while i >= 0 and provisions[i][1] > point:
            i -= 1
        return provisions[i] if i >= 0 else None
    span = _unit_until(text, min(point, len(text)), unit)
    return _unit_until(text, span[0], unit) if span and span[1] > point else span


def next_start(text: str, point: int, unit: Unit, layout: Layout | None = None) -> int:
    """Give where the next unit after a point begins, or the end of the text."""
    span = unit_after(text, point + 1, unit, layout)
    return span[0] if span else len(text)


def previous_start(text: str, point: int, unit: Unit, layout: Layout | None = None) -> int:
    """Give where the unit before a point begins, this one if the point is inside it, or 0."""
    provisions = _provisions(text, layout) if unit == "provision" else ()
    if provisions:
        i = bisect_left(provisions, (point, 0)) - 1
        return provisions[i][0] if i >= 0 else 0
    span = _unit_until(text, min(point, len(text)), unit)
    return span[0] if span else 0


def spans(text: str, unit: Unit, layout: Layout | None = None) -> list[Span]:
    """Give every unit of a text by start; only provisions hold others (a paragraph its items, which follow it)."""
    if unit == "provision" and (provisions := _provisions(text, layout)):
        return list(provisions)
    found: list[Span] = []
    ink = _INK.search(text)
    while ink:
        low, high = _line_at(text, ink.start())
        found.extend(_of_line(text, low, high, unit))
        ink = _INK.search(text, high)
    return found


def widened(text: str, start: int, end: int, unit: Unit | Literal["free"], layout: Layout | None = None) -> Span:
    """Widen a span to the whole units it touches, then draw it in by the rule for edges, as alone is done when free."""
    start, end = drawn_in(text, start, end)
    if unit == "free" or start == end:
        return start, end
    first, last = unit_at(text, start, unit, layout), unit_at(text, end - 1, unit, layout)
    return drawn_in(text, min(first[0], start), max(first[1], last[1], end))


def _of_line(text: str, low: int, high: int, unit: Unit) -> Iterator[Span]:
    """Give the units of one line, which is not empty."""
    if unit == "character":
        yield from characters(text, low, high, low)
    elif unit == "word":
        yield from words(text, low, high, low)
    else:
        begin = low
        for end, whole in stops.ends(text, low, high, low) if unit in ("clause", "sentence") else ():
            if whole or unit == "clause":
                span = trimmed(text, begin, end)
                begin = end
                yield span
        span = trimmed(text, begin, high)
        if span[0] < span[1]:
            yield span


def _unit_from(text: str, point: int, unit: Unit) -> Span | None:
    """Give the unit of the first character at or after a point that is not white space."""
    ink = _INK.search(text, point)
    return unit_at(text, ink.start(), unit) if ink else None


def _unit_until(text: str, point: int, unit: Unit) -> Span | None:
    """Give the unit of the last character before a point that is not white space."""
    ink = ink_before(text, point, 0)
    return unit_at(text, ink, unit) if ink >= 0 else None


def _end_before(text: str, low: int, high: int, point: int, unit: Unit) -> int:
    """Give where the clause or sentence at a point begins: behind the last end at or before it."""
    reach = _REACH
    while True:
        begin, last = stops.run_start(text, low, max(low, point - reach)), -1
        for end, whole in stops.ends(text, low, high, begin):
            if end > point:
                break
            last = end if whole or unit == "clause" else last
        if last >= 0 or begin == low:
            return max(last, low)
        reach *= 4


def _end_after(text: str, low: int, high: int, point: int, unit: Unit) -> int:
    """Give where the clause or sentence at a point ends."""
    for end, whole in stops.ends(text, low, high, point):
        if end > point and (whole or unit == "clause"):
            return end
    return high


def _provisions(text: str, layout: Layout | None) -> tuple[Span, ...]:
    return provision_units(text, layout or _laid_out(text))


@lru_cache(maxsize=1)
def _laid_out(text: str) -> Layout:
    return Layout.of_lines(text)
