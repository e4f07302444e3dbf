"""Where a passage begins or ends whose edge was rewritten: a replaced word belongs to it, what was put in beside it does not.

Everything is told as for a beginning; for an end the texts come reversed. All texts are folded, positions folded indexes.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from math import log2
from typing import NamedTuple

from db.anchors.chain import Run
from db.anchors.mapping import STRAY, Mapping
from db.anchors.measures import similarity

# Strong and weak breaks between words; a line's end is the strongest.
_LINE, _STOP, _COMMA = 3.0, 3.0, 2.0
_BREAKS = {**dict.fromkeys(".!?;", _STOP), **dict.fromkeys(',:"()[]<>', _COMMA)}
# Another number of breaks inside the edge; a cut through a word; something put in beside a replaced word.
_BROKEN, _SPLIT, _BESIDE = 3.0, 4.0, 1.5
# A break at the cut where the old text had none: what was put in ends there.
_NATURAL = 1.0
_MOST = 2.5  # what a length can cost at most
# So far from an edge short runs are looked at.
_CHANCE = 16
# So much of a word or number can have been put before its beginning; more are words run together.
_PREFIX = 6
# Two beginnings of paragraphs so like each other are numbered likewise.
_ALIKE = 0.5
# Cuts that cost so little more than the best are as good as it.
_SURE = 0.75

Breaks = Callable[[int], bool]


class Side(NamedTuple):
    """What surrounds an edge: old characters lost outside and inside it, and the new ones put in their place.

    `outer`, `inner`: the old characters on either side of the edge; `kept_outer`, `kept_inner`: the new ones on either side of
    the gap, "" at the edge of the text. `line`: whether a line began at the old edge. `lines`, `splits`: whether a line
    begins, a word is cut, before the last n characters of the gap.
    """

    outside: int
    inside: str
    gap: str
    outer: str
    kept_outer: str
    kept_inner: str
    line: bool
    whole_word: bool
    lines: Breaks
    splits: Breaks


class Edge(NamedTuple):
    """Where an image begins or ends, and where it may as well."""

    at: int
    others: tuple[int, ...] = ()


class Cut(NamedTuple):
    """How many characters of a gap, counted from the passage, belong to it; `others` may be as right."""

    inside: int
    others: tuple[int, ...] = ()


def cut(side: Side, tolerance: int) -> Cut:
    """Say how much of the gap at its edge belongs to a passage; other cuts nearer than the tolerance are no matter."""
    if not side.gap:
        return Cut(0)
    if not side.inside:
        return Cut(_to_word(side))
    far = min(len(side.gap), _farthest(side.inside))
    wanted = _count(side.inside)
    counts = accumulate((character in _BREAKS for character in side.gap[: -far - 1 : -1]), initial=0)
    costs = [_cost(side, inside, count != wanted) for inside, count in enumerate(counts)]
    best = min(range(far + 1), key=lambda inside: (costs[inside], abs(inside - len(side.inside))))
    rivals = [k for k, cost in enumerate(costs) if abs(k - best) > tolerance and cost < costs[best] + _SURE]
    if best > 3 * len(side.inside) + 4:
        rivals.append(len(side.inside))
    return Cut(best, tuple(sorted({min(rivals), max(rivals)})) if rivals else ())


def _to_word(side: Side) -> int:
    """Take in the new beginning of a word that began the passage."""
    inside = 0
    while side.whole_word and inside < len(side.gap) and inside <= _PREFIX and side.splits(inside):
        inside += 1
    return inside if inside <= _PREFIX else 0


def _cost(side: Side, inside: int, broken: bool) -> float:
    length = len(side.gap)
    cost = _unlike(inside, len(side.inside))
    if side.outside:
        cost += _unlike(length - inside, side.outside)
    elif inside < length:
        cost += _BESIDE
    cost += _BROKEN * broken
    cost += _SPLIT * (side.whole_word and side.splits(inside))
    return cost - _likeness(side, inside)


def _likeness(side: Side, inside: int) -> float:
    """Rate how much a cut lies at a break as the old edge did, right before or right after it."""
    gap, length = side.gap, len(side.gap)
    outer = gap[length - inside - 1] if inside < length else side.kept_outer
    inner = gap[length - inside] if inside else side.kept_inner
    old, new = _break(side.outer, side.line), _break(outer, side.lines(inside))
    old_inner, new_inner = _break(side.inside[0], False), _break(inner, False)
    if not old and not old_inner:
        return _NATURAL if new and inside < length else 0.0
    return max(min(old, new), min(old_inner, new_inner))


def _unlike(new: int, old: int) -> float:
    return min(_MOST, abs(log2((new + 1) / (old + 1))))


def _count(text: str) -> int:
    return sum(character in _BREAKS for character in text)


def _break(character: str, line: bool) -> float:
    return _LINE if line or not character else _BREAKS.get(character, 0.0)


def edges(mapping: Mapping, start: int, end: int, runs: list[Run], *, moved: bool) -> tuple[Edge, Edge]:
    """Say where the image of an old stretch begins and ends of which the runs are kept; `moved` ones lost their neighbours."""
    tolerance = max(1, (end - start) // 20)
    first, last = _solid(mapping, runs, start, end)
    before, after = cut(_beginning(mapping, start, first, moved), tolerance), cut(_end(mapping, end, last, moved), tolerance)
    begin, finish = first.new, last.new + last.length
    return (
        Edge(begin - before.inside, tuple(begin - other for other in before.others)),
        Edge(finish + after.inside, tuple(finish + other for other in after.others)),
    )


def _solid(mapping: Mapping, runs: list[Run], start: int, end: int) -> tuple[Run, Run]:
    """Give the first and last run that are not beside an edge by chance."""
    most = min(_CHANCE, (end - start) // 3)
    low, high = 0, len(runs) - 1
    while low < high and runs[low].length <= STRAY and runs[low + 1].old - start <= most:
        low += 1
    if low < high and runs[low + 1].old - start <= most and _begins_again(mapping, start, runs[low + 1]):
        low += 1
    while low < high and runs[high].length <= STRAY and end - runs[high - 1].old - runs[high - 1].length <= most:
        high -= 1
    return runs[low], runs[high]


def _begins_again(mapping: Mapping, start: int, run: Run) -> bool:
    """Whether a line of the new text begins right before a run as the passage did: a paragraph, numbered likewise, was put in."""
    head = run.old - start
    if not mapping.old_seams.line(start):
        return False
    for length in (head, head + 1, head - 1):
        at = run.new - length
        if length > 0 and at > 0 and mapping.new_seams.line(at):
            return similarity(mapping.old[start : run.old], mapping.new[at : run.new], 0) >= _ALIKE
    return False


def _beginning(mapping: Mapping, start: int, first: Run, moved: bool) -> Side:
    old, new, seams = mapping.old, mapping.new, mapping.new_seams
    inside = old[start : first.old]
    before = (start, max(0, first.new - _farthest(inside) - 1)) if moved else mapping.kept_before(start)
    at = min(before[1], first.new)
    return Side(
        start - before[0], inside, new[at : first.new], old[start - 1 : start] if start else "", new[at - 1 : at] if at else "",
        new[first.new : first.new + 1], mapping.old_seams.line(start), not mapping.old_seams.splits(start),
        lambda n: seams.line(first.new - n), lambda n: seams.splits(first.new - n),
    )  # fmt: skip


def _end(mapping: Mapping, end: int, last: Run, moved: bool) -> Side:
    old, new, seams = mapping.old, mapping.new, mapping.new_seams
    old_end, new_end = last.old + last.length, last.new + last.length
    inside = old[old_end:end][::-1]
    after = (end, min(len(new), new_end + _farthest(inside) + 1)) if moved else mapping.kept_after(end)
    at = max(after[1], new_end)
    return Side(
        after[0] - end, inside, new[new_end:at][::-1], old[end : end + 1], new[at : at + 1],
        new[new_end - 1 : new_end], mapping.old_seams.line(end), not mapping.old_seams.splits(end),
        lambda n: seams.line(new_end + n), lambda n: seams.splits(new_end + n),
    )  # fmt: skip


def _farthest(inside: str) -> int:
    return 4 * len(inside) + 12
