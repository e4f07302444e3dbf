"""What a key does to the caret and the selection, unit by unit. No Qt here; positions are code points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from db import units
from db.records import Layout
from db.units import UNITS, Unit

Span = tuple[int, int]
Edge = Literal["start", "end"]
Whole = Unit | Literal["free"]
_LEAST_HERE = UNITS.index("clause")


@dataclass(frozen=True, slots=True)
class Steps:
    """A reading text in units: `unit` is what a key steps by, `whole` what every selection is widened to, or "free"."""

    text: str = ""
    layout: Layout = field(default_factory=Layout)
    unit: Unit = "sentence"
    whole: Whole = "free"

    # ---- units at a place

    def at(self, point: int, unit: Unit | None = None) -> Span | None:
        """Give the unit that holds a code point, or nothing where there is nothing to read."""
        start, end = units.unit_at(self.text, point, unit or self.unit, self.layout)
        return (start, end) if start < end else None

    def following(self, point: int, unit: Unit | None = None) -> Span | None:
        """Give the first unit that starts at a code point or after it."""
        return units.unit_after(self.text, point, unit or self.unit, self.layout) if point <= len(self.text) else None

    def preceding(self, point: int, unit: Unit | None = None) -> Span | None:
        """Give the last unit that ends at a code point or before it."""
        return units.unit_before(self.text, point, unit or self.unit, self.layout) if point >= 0 else None

    def start_beyond(self, point: int, unit: Unit, forward: bool) -> int:
        """Give where the next unit begins, or the end of the text; or where the one before begins, or 0."""
        find = units.next_start if forward else units.previous_start
        return find(self.text, point, unit, self.layout)

    def _ahead(self, point: int, unit: Unit | None = None) -> Span | None:
        """Give the unit that reaches beyond a point, or the next one."""
        here = self.at(point, unit) if point < len(self.text) else None
        return here if here and here[0] <= point < here[1] else self.following(point, unit)

    def _behind(self, point: int, unit: Unit | None = None) -> Span | None:
        """Give the unit that begins before a point and reaches it, or the one before."""
        here = self.at(point - 1, unit) if point > 0 else None
        return here if here and here[0] < point <= here[1] else self.preceding(point, unit)

    # ---- selecting

    def next_to(self, anchor: int, caret: int) -> Span | None:
        """Give the unit after a selection; the one at the caret, or the next one, if there is none."""
        return self._ahead(caret) if anchor == caret else self.following(max(anchor, caret))

    def previous_to(self, anchor: int, caret: int) -> Span | None:
        """Give the unit before a selection; the one before the caret if there is none."""
        if anchor == caret:
            return self._behind(caret) or self._ahead(caret)
        return self.preceding(min(anchor, caret))

    def here(self, point: int) -> Span | None:
        """Give the unit at a code point that is to be taken as a passage: no less than a clause."""
        return self.at(point, self.unit if UNITS.index(self.unit) >= _LEAST_HERE else "sentence")

    def extended(self, anchor: int, caret: int, forward: bool) -> int:
        """Give where the caret goes so that a unit more, or one less, is selected; it stops at the anchor as it crosses."""
        if forward and caret >= anchor:
            found = self._ahead(caret)
            if found and anchor < caret and self.drawn(found)[1] <= caret:  # only what the rule leaves out is left of it
                found = self.following(found[1]) or found
            return found[1] if found else caret
        if forward:
            found = self.following(caret + 1)
            return min(found[0], anchor) if found else anchor
        if caret <= anchor:
            found = self._behind(caret)
            if found and caret < anchor and self.drawn(found)[0] >= caret:
                found = self.preceding(found[0]) or found
            return found[0] if found else caret
        found = self.preceding(caret - 1)
        return max(found[1], anchor) if found else anchor

    # ---- larger and smaller

    def resized(self, step: int) -> Unit | None:
        """Give the unit that is so many sizes larger, or nothing beyond the last."""
        index = UNITS.index(self.unit) + step
        return UNITS[index] if 0 <= index < len(UNITS) else None

    def around(self, span: Span, unit: Unit) -> Span:
        """Give the whole units that a span touches."""
        first, last = self.at(span[0], unit) or span, self.at(max(span[0], span[1] - 1), unit) or span
        return min(first[0], span[0]), max(first[1], last[1], span[1])

    def first_within(self, span: Span) -> tuple[Unit, Span] | None:
        """Give the largest unit smaller than the current one of which one lies in a span, and the first one there."""
        for unit in reversed(UNITS[: max(1, UNITS.index(self.unit))]):
            here = self.at(span[0], unit)
            if here and self.drawn(here)[0] < span[0]:
                here = self.following(span[0], unit)
            if here and span[0] <= self.drawn(here)[0] and self.drawn(here)[1] <= span[1]:
                return unit, here
        return None

    # ---- what may be a passage

    def drawn(self, span: Span) -> Span:
        """Give a span without what does not belong at its edges."""
        return units.drawn_in(self.text, *span)

    def ruled(self, start: int, end: int) -> Span | None:
        """Give a span as a passage of this project: whole units, or without what does not belong at its edges."""
        if start >= end:
            return None
        start, end = units.widened(self.text, start, end, self.whole, self.layout)
        return (start, end) if start < end else None

    def moved(self, span: Span, edge: Edge, step: int) -> Span | None:
        """Give a passage with one boundary a unit earlier or later, or nothing where it cannot go."""
        start, end = span
        for point in self._stops(start if edge == "start" else end, edge, step):
            if (point >= end) if edge == "start" else (point <= start):
                return None
            found = self.with_edge(span, edge, point)
            if found and (found[0] - start + found[1] - end) * step > 0:  # the rule may take back what a step gave
                return found
        return None

    def with_edge(self, span: Span, edge: Edge, point: int) -> Span | None:
        """Give a passage with one boundary moved to a code point, as the rule allows; the other one stays where it is."""
        start, end = span
        if edge == "start":
            found = self.ruled(point, end)
            return (found[0], end) if found and found[0] < end else None
        found = self.ruled(start, point)
        return (start, found[1]) if found and start < found[1] else None

    def _stops(self, point: int, edge: Edge, step: int) -> Iterator[int]:
        """Give the edges of units from a point on, each further than the one before."""
        unit = self.unit if self.whole == "free" else max(self.unit, self.whole, key=UNITS.index)
        side = 0 if edge == "start" else 1
        while True:
            if edge == "start":
                found = self.following(point + 1, unit) if step > 0 else self._behind(point, unit)
            else:
                found = self._ahead(point, unit) if step > 0 else self.preceding(point - 1, unit)
            if not found:
                return
            point = found[side]
            yield point
