"""What a passage keeps of the white space and punctuation at its edges. Pure; positions are code points."""

from __future__ import annotations

import re
from functools import cached_property

from db.units.stops import ATTACHED, CLOSING, OPENING, PAIRS, SEPARATORS, STOPS

Span = tuple[int, int]

_ATTACHED = re.compile(f"[{ATTACHED}]*")
# A space may carry a mark, and is something to read then; a tab or a line end may not.
_SPACES = r" \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_MARKED = re.compile(f"[{_SPACES}][{ATTACHED}]")
_BLANK = re.compile(rf"(?:[^\S{_SPACES}]|[{_SPACES}](?![{ATTACHED}]))*")
_BETWEEN = SEPARATORS + "、—"
# What goes from the start whatever follows.
_PLAIN = re.compile(rf"[\s{_BETWEEN}{re.escape(CLOSING)}。．｡！？…]*(?![{ATTACHED}])")
_PAIRED = re.compile(f"[{re.escape(OPENING + CLOSING)}]")
_OPENING_OF = {closing: opening for opening, closing in PAIRS.items()}


def is_blank(text: str, point: int) -> bool:
    """Whether white space stands at a place, and nothing is attached to it."""
    return text[point].isspace() and not _MARKED.match(text, point)


def ink_before(text: str, point: int, low: int) -> int:
    """Give the last place from low to before a point that is not white space, -1 if there is none."""
    if point > low and not is_blank(text, point - 1):
        return point - 1
    reach = 64
    while point > low:
        begin = max(low, point - reach)
        length = len(text[begin:point].rstrip())
        if length:
            return begin + length - 1
        point, reach = begin, reach * 4
    return -1


def trimmed(text: str, start: int, end: int) -> Span:
    """Draw a span in until it begins and ends with something to read; an empty one if there is nothing."""
    if start < end and not text[start].isspace() and not text[end - 1].isspace():
        return start, end
    end = max(start, ink_before(text, end, start) + 1)
    found = _BLANK.match(text, start, end)
    return (found.end() if found else start), end


def drawn_in(text: str, start: int, end: int) -> Span:
    """Draw a span in by the one rule for edges; a span of nothing but punctuation only loses its outer white space.

    White space and the separators ，、；：,;: — go from both edges, stops and closing quotes and brackets from the start,
    opening ones from the end, and a quote or bracket at the very edge whose partner is outside; the stop at the end stays.
    """
    start, end = trimmed(text, start, end)
    edges = _Edges(text, start, end)
    plain = _PLAIN.match(text, start, end)
    first = plain.end() if plain else start
    while first < end and edges.goes_from_start(first):
        found = _ATTACHED.match(text, first + 1, end)
        first = found.end() if found else first + 1
    last = end
    while first < last and edges.goes_from_end(base := _base(text, first, last)):
        last = base
    return (first, last) if first < last else (start, end)


def _base(text: str, start: int, end: int) -> int:
    """Give where the last mark of a span begins, with what is attached to it."""
    end -= 1
    while end > start and _ATTACHED.fullmatch(text, end, end + 1):
        end -= 1
    return end


class _Edges:
    """What may go from the edges of one span; its quotes and brackets are paired when one stands there."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text, self._start, self._end = text, start, end

    @cached_property
    def _paired(self) -> set[int]:
        """Where the quotes and brackets stand that have their partner inside the span."""
        waiting: dict[str, list[int]] = {mark: [] for mark in OPENING}
        paired: set[int] = set()
        for found in _PAIRED.finditer(self._text, self._start, self._end):
            mark, at = found[0], found.start()
            if mark in waiting:
                waiting[mark].append(at)
            elif waiting[_OPENING_OF[mark]]:
                paired |= {at, waiting[_OPENING_OF[mark]].pop()}
        return paired

    @cached_property
    def _lone_straight_quote(self) -> bool:
        return self._text.count('"', self._start, self._end) == 1

    def goes_from_start(self, at: int) -> bool:
        """Whether the mark at a place is to go when nothing stands before it."""
        mark = self._text[at]
        if mark in _BETWEEN or is_blank(self._text, at) or mark in CLOSING:
            return True
        if mark in OPENING:
            return at not in self._paired
        if mark in STOPS or mark == ".":
            return not mark.isascii() or not self._text[at + 1 : at + 2].isalnum()
        return mark == '"' and self._lone_straight_quote

    def goes_from_end(self, at: int) -> bool:
        """Whether the mark at a place is to go when nothing stands behind it."""
        mark = self._text[at]
        if mark in _BETWEEN or is_blank(self._text, at) or mark in OPENING:
            return True
        if mark in CLOSING:
            return at not in self._paired and not (mark == "’" and self._text[at - 1 : at].isascii())
        return mark == '"' and self._lone_straight_quote
