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
# So far from a passage's edge the nearest character that is kept is looked for.
_NEAR = 64
# Shorter runs beside an edge may be there by chance.
STRAY = 2
# Scripts from here on are written without spaces between words.
_UNSPACED = "\u2e80"


class Mapping:
    """The runs two texts share in order, the blocks that moved, and the gaps between, aligned when asked for."""

    def __init__(self, old: Folded, new: Folded, old_text: str, new_text: str) -> None:
        self.old, self.new = old.text, new.text
        runs, moved = align(self.old, self.new)
        self.old_seams, self.new_seams = Seams(old, old_text), Seams(new, new_text)
        self.runs, self.unsure = settle(self.old, self.new, runs, self.old_seams.line, self.new_seams.line)
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

    def kept_before(self, at: int) -> tuple[int, int]:
        """Give where the last character before an old position that is kept ends, in both texts."""
        pieces = self.kept(max(0, at - _NEAR), at)
        while len(pieces) > 1 and pieces[-1].length <= STRAY and pieces[-2].length > STRAY:
            pieces.pop()
        if pieces:
            last = pieces[-1]
            return last.old + last.length, last.new + last.length
        i = bisect_left(self._olds, at) - 1
        return (self.runs[i].old + self.runs[i].length, self.runs[i].new + self.runs[i].length) if i >= 0 else (0, 0)

    def kept_after(self, at: int) -> tuple[int, int]:
        """Give where the first character from an old position on that is kept begins, in both texts."""
        pieces = self.kept(at, min(len(self.old), at + _NEAR))[::-1]
        while len(pieces) > 1 and pieces[-1].length <= STRAY and pieces[-2].length > STRAY:
            pieces.pop()
        if pieces:
            first = pieces[-1]
            return first.old, first.new
        i = bisect_left(self._olds, at)
        return (self.runs[i].old, self.runs[i].new) if i < len(self.runs) else (len(self.old), len(self.new))

    def chained_share(self, start: int, end: int, without: tuple[int, int] = (0, 0)) -> float:
        """What part of a new stretch is the chain's, 0..1, leaving out what came from an old stretch."""
        i = max(0, bisect_right(self._news, start) - 1)
        shared = 0
        while i < len(self.runs) and self.runs[i].new < end:
            run = self.runs[i]
            low, high = max(start, run.new), min(end, run.new + run.length)
            own = min(high, without[1] + run.new - run.old) - max(low, without[0] + run.new - run.old)
            shared += max(0, high - low) - (max(0, own) if without[1] else 0)
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

    def only(self, words: str) -> int:
        """Give where words stand in the new text, if they stand once in either; else -1."""
        at = self.new.find(words)
        if at < 0 or self.new.find(words, at + 1) >= 0 or self.old.find(words, self.old.find(words) + 1) >= 0:
            return -1
        return at

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


class Seams:
    """Tell where a folded text's lines end and what would cut a word."""

    def __init__(self, folded: Folded, text: str) -> None:
        self._folded, self._text = folded, text

    def line(self, at: int) -> bool:
        """Whether a line ends before a folded position."""
        return at <= 0 or "\n" in self._between(at)

    def splits(self, at: int) -> bool:
        """Whether a folded position lies inside a word or number, of a script that puts spaces between them."""
        words = self._folded.text[max(0, at - 1) : at + 1]
        if len(words) < 2 or max(words) >= _UNSPACED or not words.isalnum():
            return False
        return not any(character.isspace() for character in self._between(at))

    def _between(self, at: int) -> str:
        origin = self._folded.origin
        return self._text[origin[at - 1] : origin[at]]
