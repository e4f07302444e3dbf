"""Settle insertions and deletions that could as well lie elsewhere: at a boundary of the text, else nobody can say where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from db.anchors.chain import Run, append, common_prefix, common_suffix

# Shorter insertions and deletions stay where they are: they decide about no passage.
_SHORT = 4
# So many offsets are looked at on either side.
_FAR = 600

_BOUNDARIES = {**dict.fromkeys(".!?;", 2), **dict.fromkeys(',:"', 1)}

Breaks = Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class Unsure:
    """An old stretch whose place depends on where an insertion or deletion lies; `shift` leads to the other copy."""

    start: int
    end: int
    shift: int


def settle(old: str, new: str, runs: list[Run], old_breaks: Breaks, new_breaks: Breaks) -> tuple[list[Run], list[Unsure]]:
    """Move each slidable gap to the best boundary; gives the runs and the old stretches left unsure.

    `*_breaks` tell whether a line ends before a folded position.
    """
    settled: list[Run] = runs[:1]
    unsure: list[Unsure] = []
    for _, following in pairwise(runs):
        last = settled.pop()
        start, new_start = last.old + last.length, last.new + last.length
        deleted, inserted = following.old - start, following.new - new_start
        offset = 0
        if deleted == 0 and inserted >= _SHORT:
            offsets = _offsets(new, new_start, following.new, last.length, following.length, new_breaks)
            offset, doubts = _choose(offsets)
            unsure += [Unsure(start + low, start + high, inserted) for low, high in doubts]
        elif inserted == 0 and deleted >= _SHORT:
            offsets = _offsets(old, start, following.old, last.length, following.length, old_breaks)
            offset, doubts = _choose(offsets)
            unsure += [Unsure(at + low, at + high, 0) for low, high in doubts for at in (start, following.old)]
        append(settled, Run(last.old, last.new, last.length + offset))
        append(settled, Run(following.old + offset, following.new + offset, following.length - offset))
    return settled, sorted(unsure, key=lambda stretch: stretch.start)


def _offsets(text: str, start: int, end: int, before: int, after: int, breaks: Breaks) -> list[tuple[int, int]]:
    """Rate each offset by which text[start:end] can slide: (offset, how good a boundary it begins and ends at)."""
    left = common_suffix(text, start, text, end, min(before, _FAR))
    right = common_prefix(text, start, text, end, min(after, _FAR))
    if not left and not right:
        return []
    return [(d, _rate(text, start + d, breaks) + _rate(text, end + d, breaks)) for d in range(-left, right + 1)]


def _rate(text: str, at: int, breaks: Breaks) -> int:
    if at in (0, len(text)) or breaks(at):
        return 3
    return _BOUNDARIES.get(text[at - 1], 0)


def _choose(offsets: list[tuple[int, int]]) -> tuple[int, list[tuple[int, int]]]:
    """Give the best offset, and the range between equally good ones, if there are several."""
    if not offsets:
        return 0, []
    top = max(score for _, score in offsets)
    tied = [offset for offset, score in offsets if score == top]
    chosen = min(tied, key=abs)
    return chosen, [(tied[0], tied[-1])] if len(tied) > 1 else []
