"""The segment table: code points of the reading text against Qt's positions, exact both ways. No Qt here."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class Positions:
    """Maps code points to positions of a QTextDocument (UTF-16 code units, and places that are no character of the text).

    `extras` are (code point, count): so many Qt positions that belong to nothing lie before this code point.
    """

    def __init__(self, text: str, extras: Iterable[tuple[int, int]] = ()) -> None:
        self._length = len(text)
        shifts = dict.fromkeys((each.end() for each in _ASTRAL.finditer(text)), 1) if _has_astral(text) else {}
        for point, count in extras:
            shifts[point] = shifts.get(point, 0) + count
        # Within a segment both sides run in step; each begins where a shift is due.
        self._points = array("q", [0])
        self._places = array("q", [0])
        shift = 0
        for point in sorted(shifts):
            shift += shifts[point]
            if point == 0:
                self._places[0] = shift
            else:
                self._points.append(point)
                self._places.append(point + shift)

    def to_qt(self, point: int) -> int:
        """Give the Qt position of a code point; one outside the text counts as its nearest end."""
        point = min(max(point, 0), self._length)
        segment = bisect_right(self._points, point) - 1
        return self._places[segment] + point - self._points[segment]

    def from_qt(self, place: int) -> int:
        """Give the code point at a Qt position; a place that is no character of the text counts as the one after it."""
        segment = bisect_right(self._places, place) - 1
        if segment < 0:
            return 0
        point = self._points[segment] + place - self._places[segment]
        last = segment + 1 == len(self._points)
        return min(point, self._length if last else self._points[segment + 1])


def _has_astral(text: str) -> bool:
    return len(text.encode("utf-16-le", "surrogatepass")) != 2 * len(text)
