"""Where places of a text are in another version of it, as well as can be said at once: what came before and after stays put."""

from __future__ import annotations


def carried(old: str, new: str, *points: int) -> list[int]:
    """Give where code points of an old text are in a new one: in what both begin or end with the same, else by proportion."""
    head = _alike(old, new)
    tail = _alike(old[head:], new[head:], end=True)
    gone, come = len(old) - head - tail, len(new) - head - tail
    places = []
    for point in points:
        if point <= head:
            places.append(point)
        elif point >= head + gone:
            places.append(point - gone + come)
        else:
            places.append(head + (point - head) * come // gone)
    return places


def _alike(one: str, other: str, *, end: bool = False) -> int:
    """Count the code points that two texts begin, or end, with alike; by halves, for Python compares stretches fast."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if end:
            same = one[len(one) - middle : len(one) - low] == other[len(other) - middle : len(other) - low]
        else:
            same = one[low:middle] == other[low:middle]
        low, high = (middle, high) if same else (low, middle - 1)
    return low
