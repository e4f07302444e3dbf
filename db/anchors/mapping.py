"""Two folded texts aligned: what of an old stretch stands where in the new one, and back."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate

from db.anchors.chain import Box, Cluster, Run, align, gaps
from db.anchors.measures import equal_runs
from db.anchors.measures import kept as count
from db.anchors.sliding import Unsure, settle
from db.folding import Folded

# Gaps whose sides multiply to more have nothing in common that could be aligned.
_ALIGNABLE = 4_000_000
# Aligned gaps kept for the next passage.
_REMEMBERED = 2_000
# Parts of the shorter text: enough is shared; hardly anything is; most of it is, counting single characters.
_ENOUGH, _HARDLY, _MOST = 0.35, 0.08, 0.5
# In texts shorter than this few grams survive heavy editing.
_PAGE = 1_000
_FAR = 4  # times longer: no version of the other
# Longer replaced stretches are a deletion and an insertion.
_REPLACED = 4


class Mapping:
    """The runs two texts share in order, the blocks that moved, and the gaps between, aligned when asked for."""

    def __init__(self, old: Folded, new: Folded, old_text: str, new_text: str) -> None:
        self.old, self.new = old.text, new.text
        runs, moved = align(self.old, self.new)
        self.runs, self.unsure = settle(self.old, self.new, runs, _LineEnds(old, old_text), _LineEnds(new, new_text))
        self.moved = sorted(moved, key=lambda cluster: cluster.box.old)
        self._boxes = [gap for gap, _ in gaps(self.runs, len(self.old), len(self.new))]
        self._olds = [run.old for run in self.runs]
        self._news = [run.new for run in self.runs]
        self._moved_olds = [cluster.box.old for cluster in self.moved]
        self._moved_ends = list(accumulate((cluster.box.old_end for cluster in self.moved), max))
        self._claims = sorted((cluster.box.new, cluster.box.new_end, cluster.box.old) for cluster in self.moved)
        self._gap_runs: dict[int, list[Run]] = {}

    @cached_property
    def another_text(self) -> bool:
        """Whether too little of the shorter text is accounted for; where it is little, down to single characters."""
        shorter, longer = sorted((max(1, len(self.old)), max(1, len(self.new))))
        shared = sum(run.length for run in self.runs) + sum(cluster.weight for cluster in self.moved)
        if shared >= _ENOUGH * shorter:
            return False
        # Single characters of a short text are found in any long one: they speak only for texts of like length.
        if shared < _HARDLY * shorter and (shorter > _PAGE or longer > _FAR * shorter):
            return True
        return count(self.kept(0, len(self.old))) < _MOST * shorter

    def chained(self, start: int, end: int) -> Run | None:
        """Give the run of the chain that holds an old stretch whole."""
        i = bisect_right(self._olds, start) - 1
        if i < 0:
            return None
        run = self.runs[i]
        return run if end <= run.old + run.length else None

    def kept(self, start: int, end: int) -> list[Run]:
        """Give what the alignment keeps of an old stretch, in order."""
        first = bisect_right(self._olds, start) - 1
        last = bisect_left(self._olds, end)
        pieces: list[Run] = []
        for i in range(max(first, -1), last):
            if i >= 0:
                pieces.extend(clip((self.runs[i],), start, end))
            box = self._boxes[i + 1]
            if box.old < end and box.old_end > start:
                pieces.extend(clip(self._in_gap(i + 1), start, end))
        return pieces

    def replaced(self, start: int, end: int, first: Run, last: Run) -> tuple[int, int]:
        """Count the characters at an old stretch's edges that were replaced one for one, before `first` and after `last`."""
        if not 0 < first.old - start <= _REPLACED:
            before = 0
        else:
            edge = (self.kept(max(0, start - _REPLACED), start) or [Run(0, 0, 0)])[-1]
            same = first.old - edge.old - edge.length == first.new - edge.new - edge.length <= _REPLACED
            before = first.old - start if same else 0
        rest = end - last.old - last.length
        if not 0 < rest <= _REPLACED:
            return before, 0
        edge = (self.kept(end, end + _REPLACED) or [Run(len(self.old), len(self.new), 0)])[0]
        same = edge.old - last.old == edge.new - last.new <= _REPLACED + last.length
        return before, rest if same else 0

    def chained_share(self, start: int, end: int) -> float:
        """What part of a new stretch is the chain's, 0..1."""
        i = max(0, bisect_right(self._news, start) - 1)
        shared = 0
        while i < len(self.runs) and self.runs[i].new < end:
            run = self.runs[i]
            shared += max(0, min(end, run.new + run.length) - max(start, run.new))
            i += 1
        return shared / max(1, end - start)

    def claimed_share(self, start: int, end: int, old_start: int, old_end: int) -> float:
        """What part of a new stretch belongs to the largest moved block from outside an old stretch, 0..1."""
        share = 0
        for new, new_end, old in self._claims:
            if new >= end:
                break
            if new_end > start and not old_start - (new_end - new) < old < old_end:
                share = max(share, min(end, new_end) - max(start, new))
        return share / max(1, end - start)

    def blocks(self, start: int, end: int) -> Iterator[Cluster]:
        """Give the moved blocks that hold something of an old stretch."""
        i = bisect_left(self._moved_olds, end) - 1
        while i >= 0 and self._moved_ends[i] > start:
            if self.moved[i].box.old_end > start:
                yield self.moved[i]
            i -= 1

    def origin(self, start: int, end: int) -> list[Run]:
        """Give what in the gaps' alignment a new stretch came from."""
        pieces: list[Run] = []
        i = bisect_right(self._news, start)
        while i < len(self._boxes) and self._boxes[i].new < end:
            for run in self._in_gap(i):
                low, high = max(run.new, start), min(run.new + run.length, end)
                if low < high:
                    pieces.append(Run(run.old + low - run.new, low, high - low))
            i += 1
        return pieces

    def unaccounted(self) -> Iterator[tuple[int, int]]:
        """Give the new stretches that neither the chain nor a moved block accounts for."""
        claims = iter(self._claims)
        claim = next(claims, None)
        for box in self._boxes:
            start = box.new
            while claim is not None and claim[0] < box.new_end:
                if claim[1] > start:
                    yield start, claim[0]
                    start = claim[1]
                claim = next(claims, None)
            yield start, box.new_end

    def unsure_at(self, start: int, end: int) -> Unsure | None:
        """Give the unsure stretch that holds an old stretch whole."""
        i = bisect_right(self.unsure, start, key=_start) - 1
        while i >= 0 and self.unsure[i].start > start - 2_000:
            if self.unsure[i].end >= end:
                return self.unsure[i]
            i -= 1
        return None

    def _in_gap(self, index: int) -> list[Run]:
        found = self._gap_runs.get(index)
        if found is None:
            if len(self._gap_runs) >= _REMEMBERED:
                self._gap_runs.clear()
            found = self._gap_runs[index] = self._align_gap(self._boxes[index])
        return found

    def _align_gap(self, box: Box) -> list[Run]:
        size = (box.old_end - box.old) * (box.new_end - box.new)
        if not 0 < size <= _ALIGNABLE:
            return []
        return equal_runs(self.old[box.old : box.old_end], self.new[box.new : box.new_end], box.old, box.new)


def clip(runs: Iterator[Run] | list[Run] | tuple[Run, ...], start: int, end: int) -> Iterator[Run]:
    """Give the parts of runs that lie in an old stretch."""
    for run in runs:
        low, high = max(run.old, start), min(run.old + run.length, end)
        if low < high:
            yield Run(low, run.new + low - run.old, high - low)


def _start(stretch: Unsure) -> int:
    return stretch.start


class _LineEnds:
    """Tell whether a line ends before a folded position."""

    def __init__(self, folded: Folded, text: str) -> None:
        self._folded, self._text = folded, text

    def __call__(self, at: int) -> bool:
        origin = self._folded.origin
        return "\n" in self._text[origin[at - 1] : origin[at]]
