"""Words close together: where one of each group of terms stands with few characters between neighbours. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from db.folding import Folded
from db.search.tree import Near
from db.search.words import BREAK, pattern

MOST_GROUPS = 8  # the work doubles with each
_BLANK = re.compile(r"\s")


def together(near: Near, folded: Folded) -> tuple[int, int] | None:
    """Give the first of the `windows`; None where there is none."""
    return next(_windows(near, folded), None)


def windows(near: Near, folded: Folded) -> list[tuple[int, int]]:
    """Give the places of a folded text, in code points of its source, that hold a term of each group close together.

    Between neighbours, whatever their order, stand no more than `near.distance` characters; white space does not count.
    The places are in order and do not overlap: the next begins after the one that ends first.
    """
    return list(_windows(near, folded))


def _windows(near: Near, folded: Folded) -> Iterator[tuple[int, int]]:
    spans: list[tuple[int, int, int]] = []
    for at, group in enumerate(near.groups):
        patterns = [one for term in group if (one := pattern(term.text, term.whole)) is not None]
        found = {span for one in patterns for span in one.spans(folded)}
        if not found:
            return
        spans += [(start, end, at) for start, end in found]
    blanks = [folded.origin[match.start()] for match in _BLANK.finditer(folded.text)]
    breaks = [folded.origin[match.start()] for match in re.finditer(BREAK, folded.text)]
    parts: dict[int, list[tuple[int, int, int]]] = {}
    for span in sorted(spans):
        parts.setdefault(bisect_left(breaks, span[0]), []).append(span)
    for part in parts.values():
        yield from _chained(part, len(near.groups), near.distance, blanks)


def _chained(spans: list[tuple[int, int, int]], groups: int, distance: int, blanks: list[int]) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of spans (start, end, group; sorted), one of each group, each near enough to the next.

    `blanks` are the sorted positions that do not count. For every span the sets of groups that a chain ending with it
    can hold are kept, each with the latest start, so that the shortest place is found that ends first.
    """
    inked = [(start - bisect_left(blanks, start), end - bisect_left(blanks, end)) for start, end, _group in spans]
    everything = (1 << groups) - 1
    longest = max((end - start for start, end in inked), default=0)
    held: list[dict[int, tuple[int, int]]] = []
    first, done = 0, 0
    for at, (start, end, group) in enumerate(spans):
        mine = {1 << group: (start, end)} if start >= done else {}
        held.append(mine)
        for before in range(at - 1, first - 1, -1):
            if not mine or inked[at][0] - inked[before][0] > distance + longest:
                break
            if inked[at][0] - inked[before][1] <= distance:
                _lengthen(mine, held[before], 1 << group, end)
        if everything in mine:
            yield mine[everything]
            first, done = at + 1, mine[everything][1]


def _lengthen(mine: dict[int, tuple[int, int]], before: dict[int, tuple[int, int]], bit: int, end: int) -> None:
    """Add a span of a group to the chains that end with one before it."""
    for holds, (first, last) in before.items():
        if not holds & bit and first > mine.get(holds | bit, (-1, 0))[0]:
            mine[holds | bit] = (first, max(last, end))
