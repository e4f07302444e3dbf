"""Align two texts once: grams unique in both, grown to runs, joined to clusters, the heaviest increasing chain of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

# Grams kept of one text at most: longer texts are sampled, which bounds memory and time.
_GRAMS = 25_000
# Below this length the whole texts are also searched for short grams.
_SHORT_GRAMS_BELOW = 300_000
# Gaps whose sides multiply to more are searched again for grams unique inside them.
_LARGE = 250_000
# Runs that lie at most this far apart, on nearly one diagonal, are one cluster.
_NEAR = 80
# Unique grams next to a repetition can overlap this much in a chain; what overlaps is cut.
_OVERLAP = 16
# A cluster off the chain of so many characters is a moved block.
_BLOCK = 12


class Run(NamedTuple):
    """Equal stretches: old[old:old+length] == new[new:new+length]."""

    old: int
    new: int
    length: int


class Box(NamedTuple):
    """A stretch of the old and one of the new text, half-open."""

    old: int
    old_end: int
    new: int
    new_end: int


@dataclass(slots=True)
class Cluster:
    """Runs in order in both texts and close together; `weight` is the sum of their lengths."""

    runs: list[Run] = field(default_factory=list)
    weight: int = 0

    @property
    def box(self) -> Box:
        """The stretches from the first run to the last."""
        first, last = self.runs[0], self.runs[-1]
        return Box(first.old, last.old + last.length, first.new, last.new + last.length)

    def add(self, run: Run) -> None:
        """Append a run, without what overlaps the last one."""
        self.weight += append(self.runs, run)

    def holds(self, start: int, end: int) -> int:
        """Count the characters of an old stretch that are in this cluster's runs."""
        return sum(max(0, min(end, run.old + run.length) - max(start, run.old)) for run in self.runs)

    def takes(self, run: Run) -> bool:
        """Whether a run continues this cluster."""
        box = self.box
        old, new = run.old - box.old_end, run.new - box.new_end
        return min(old, new) > -_OVERLAP and max(old, new) <= _NEAR and abs(old - new) <= 8 + max(old, new) // 2


def append(runs: list[Run], run: Run) -> int:
    """Append a run to runs in order, cut where it overlaps the last; gives what length was left."""
    if runs:
        last = runs[-1]
        cut = max(0, last.old + last.length - run.old, last.new + last.length - run.new)
        run = Run(run.old + cut, run.new + cut, run.length - cut)
    if run.length > 0:
        runs.append(run)
    return max(0, run.length)


def common_prefix(a: str, i: int, b: str, j: int, limit: int) -> int:
    """Count how many characters from a[i] and b[j] on are equal, up to a limit."""
    done, step = 0, 16
    while done < limit:
        step = min(step, limit - done)
        if a[i + done : i + done + step] == b[j + done : j + done + step]:
            done += step
            step *= 4
        elif step == 1:
            break
        else:
            step //= 2
            limit = min(limit, done + 2 * step + 1)
    return done


def common_suffix(a: str, i: int, b: str, j: int, limit: int) -> int:
    """Count how many characters before a[i] and b[j] are equal, up to a limit."""
    done, step = 0, 16
    while done < limit:
        step = min(step, limit - done)
        if a[i - done - step : i - done] == b[j - done - step : j - done]:
            done += step
            step *= 4
        elif step == 1:
            break
        else:
            step //= 2
            limit = min(limit, done + 2 * step + 1)
    return done


def align(old: str, new: str) -> tuple[list[Run], list[Cluster]]:
    """Give the runs that keep their order, without overlaps, and the blocks that were moved."""
    short = min(len(old), len(new))
    head = common_prefix(old, 0, new, 0, short)
    tail = common_suffix(old, len(old), new, len(new), short - head)
    box = Box(head, len(old) - tail, head, len(new) - tail)
    large = max(len(old), len(new)) > _SHORT_GRAMS_BELOW
    between, moved = _align_box(old, new, box, (16,) if large else (16, 8))
    runs: list[Run] = []
    for run in (Run(0, 0, head), *between, Run(box.old_end, box.new_end, tail)):
        append(runs, run)
    finer: list[Run] = []
    for gap, following in gaps(runs, len(old), len(new)):
        if (gap.old_end - gap.old) * (gap.new_end - gap.new) > _LARGE:
            inside, blocks = _align_box(old, new, gap, (8,))
            finer.extend(inside)
            moved.extend(blocks)
        if following is not None:
            finer.append(following)
    return finer, moved


def gaps(runs: Iterable[Run], old_length: int, new_length: int) -> Iterator[tuple[Box, Run | None]]:
    """Walk the stretches between runs, the edges included; each comes with the run after it."""
    old = new = 0
    for run in runs:
        yield Box(old, run.old, new, run.new), run
        old, new = run.old + run.length, run.new + run.length
    yield Box(old, old_length, new, new_length), None


def _align_box(old: str, new: str, box: Box, sizes: tuple[int, ...]) -> tuple[list[Run], list[Cluster]]:
    pairs = sorted(pair for size in sizes for pair in _unique_pairs(old, new, box, size))
    clusters = _clusters(_runs(old, new, box, pairs))
    chained = _heaviest(clusters)
    kept = set(map(id, chained))
    runs: list[Run] = []
    for cluster in chained:
        for run in cluster.runs:
            append(runs, run)
    return runs, [c for c in clusters if id(c) not in kept and c.weight >= _BLOCK]


def _unique_pairs(old: str, new: str, box: Box, size: int) -> list[tuple[int, int]]:
    """List where grams stand that occur once in either stretch."""
    step = 1 + (box.old_end - box.old) // _GRAMS
    sample = {old[i : i + size] for i in range(box.old, box.old_end - size + 1, step)}
    in_old = _once(old, box.old, box.old_end, sample, size)
    in_new = _once(new, box.new, box.new_end, in_old.keys(), size)
    return [(in_old[gram], position) for gram, position in in_new.items()]


def _once(text: str, start: int, end: int, grams: Iterable[str], size: int) -> dict[str, int]:
    wanted = grams if isinstance(grams, set) else set(grams)
    positions: dict[str, int] = {}
    for i in [i for i in range(start, end - size + 1) if text[i : i + size] in wanted]:
        gram = text[i : i + size]
        positions[gram] = -1 if gram in positions else i
    return {gram: i for gram, i in positions.items() if i >= 0}


def _runs(old: str, new: str, box: Box, pairs: list[tuple[int, int]]) -> list[Run]:
    """Grow each pair, in order of the old text, as far as the texts are equal inside the box."""
    runs: list[Run] = []
    reached: dict[int, int] = {}
    for i, j in pairs:
        if reached.get(j - i, -1) > i:
            continue
        before = common_suffix(old, i, new, j, min(i - box.old, j - box.new))
        after = common_prefix(old, i, new, j, min(box.old_end - i, box.new_end - j))
        runs.append(Run(i - before, j - before, before + after))
        reached[j - i] = i + after
    runs.sort()
    return runs


def _clusters(runs: list[Run]) -> list[Cluster]:
    clusters: list[Cluster] = []
    for run in runs:
        if not (clusters and clusters[-1].takes(run)):
            clusters.append(Cluster())
        clusters[-1].add(run)
    return clusters


def _heaviest(clusters: list[Cluster]) -> list[Cluster]:
    """Choose the heaviest clusters that keep their order in both texts.

    The front of best chains (new end rising, weight rising) is a sorted list: as fast as a Fenwick tree, and shorter.
    """
    boxes = [cluster.box for cluster in clusters]
    slack = [min(_OVERLAP, cluster.weight // 2) for cluster in clusters]
    best, before = [0] * len(clusters), [-1] * len(clusters)
    front_ends: list[int] = []
    front: list[int] = []
    waiting = sorted(range(len(clusters)), key=lambda c: boxes[c].old_end - slack[c])
    released = 0
    for c in sorted(range(len(clusters)), key=lambda c: boxes[c].old):
        while released < len(waiting):
            w = waiting[released]
            if boxes[w].old_end - slack[w] > boxes[c].old:
                break
            _advance(front_ends, front, boxes[w].new_end - slack[w], w, best)
            released += 1
        at = bisect_right(front_ends, boxes[c].new) - 1
        before[c] = front[at] if at >= 0 else -1
        best[c] = clusters[c].weight + (best[front[at]] if at >= 0 else 0)
    chosen: list[Cluster] = []
    c = max(range(len(clusters)), key=best.__getitem__, default=-1)
    while c >= 0:
        chosen.append(clusters[c])
        c = before[c]
    return chosen[::-1]


def _advance(front_ends: list[int], front: list[int], end: int, cluster: int, best: list[int]) -> None:
    """Put a chain that ends with a cluster into the front, and take out those it beats."""
    at = bisect_right(front_ends, end)
    if at and best[front[at - 1]] >= best[cluster]:
        return
    at = bisect_left(front_ends, end)
    last = at
    while last < len(front) and best[front[last]] <= best[cluster]:
        last += 1
    front_ends[at:last] = [end]
    front[at:last] = [cluster]
