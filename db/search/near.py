"""Words close together: where one of each group of terms stands with few characters between neighbours. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from db.folding import Folded
from db.search.tree import Near
from db.search.words import BREAK, pattern

MOST_GROUPS = 8  # the work doubles with each
_BLANK = re.compile(r"\s")


class _Chain(NamedTuple):
    """Spans near to each other: how far the last one reaches, blanks not counted, and where all of them begin and end."""

    reach: int
    start: int
    end: int


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

    `blanks` are the sorted positions that do not count. For the sets of groups that chains hold those are kept that a next
    span may still be near to, those that start latest, so that the shortest place is found that ends first.
    """
    everything = (1 << groups) - 1
    chains: dict[int, deque[_Chain]] = {}
    done = 0
    for start, end, group in spans:
        if start < done:
            continue
        bit, least = 1 << group, start - bisect_left(blanks, start) - distance
        mine = {bit: (start, end)}
        for holds, several in chains.items():
            if not holds & bit and (latest := _latest(several, least)) is not None:
                mine[holds | bit] = latest.start, max(latest.end, end)
        if everything in mine:
            yield mine[everything]
            done = mine[everything][1]
            chains.clear()
            continue
        reach = end - bisect_left(blanks, end)
        for holds, (first, last) in mine.items():
            _add(chains.setdefault(holds, deque()), _Chain(reach, first, last))


def _latest(chains: deque[_Chain], least: int) -> _Chain | None:
    """Give the chain that starts latest, the shortest of these, of those that reach so far; no later span is near the others."""
    while chains and chains[0].reach < least:
        chains.popleft()
    return max((chain for chain in chains if chain.reach >= least), key=_rank, default=None)


def _add(chains: deque[_Chain], chain: _Chain) -> None:
    """Add a chain in place of those before it that it is better than."""
    while chains and _rank(chains[-1]) <= _rank(chain) and chains[-1].reach <= chain.reach:
        chains.pop()
    chains.append(chain)


def _rank(chain: _Chain) -> tuple[int, int]:
    return chain.start, -chain.end
