"""Look a passage up in texts by its grams: where might it stand, though it was edited?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from db.anchors.chain import Run
from db.anchors.measures import fit, kept, similarity

_SIZE = 4
# Positions kept at most: longer texts are sampled.
_POSITIONS = 40_000
# A gram that stands in more places says nothing.
_COMMON = 60
_BUCKET = 16
# Grams of a quote looked up at most.
_LOOKED_UP = 200


class Found(NamedTuple):
    """A stretch of the text that is like a quote, folded positions."""

    start: int
    end: int
    similarity: float
    runs: list[Run]


class Grams:
    """An index of the 4-grams of some stretches of a folded text."""

    def __init__(self, text: str, stretches: Iterable[tuple[int, int]], *, crowded: bool = False) -> None:
        """Index stretches of a text; `crowded`: of what stands in many places some are looked at, rather than none."""
        self.text, self._crowded = text, crowded
        wide = [(start, end) for start, end in stretches if end - start >= _SIZE]
        step = self._step = 1 + sum(end - start for start, end in wide) // _POSITIONS
        self._positions: dict[str, list[int]] = {}
        for start, end in wide:
            for i in range(start, end - _SIZE + 1, step):
                self._positions.setdefault(text[i : i + _SIZE], []).append(i)

    def look_up(self, quote: str, quote_at: int = 0, *, at_most: int = 4, least: float = 0) -> list[Found]:
        """Give the stretches most like a quote, best first, without overlaps; `least`: the part of its grams they share."""
        votes: Counter[int] = Counter()
        step = 1 + len(quote) // _LOOKED_UP
        for i in range(0, len(quote) - _SIZE + 1, step):
            places = self._positions.get(quote[i : i + _SIZE], ())
            if len(places) <= _COMMON or self._crowded:
                votes.update({(place - i) // _BUCKET for place in places[:_COMMON]})
        found: list[Found] = []
        enough = least * len(quote) / (step * self._step)
        for bucket, count in votes.most_common(2 * at_most):
            if count < enough:
                break
            start = bucket * _BUCKET
            margin = _BUCKET + len(quote) // 8
            runs = fit(quote, self.text, start - margin, start + len(quote) + margin, quote_at)
            if runs:
                begin, end = runs[0].new, runs[-1].new + runs[-1].length
                found.append(Found(begin, end, similarity(quote, self.text[begin:end], kept(runs)), runs))
        found.sort(key=lambda one: -one.similarity)
        chosen: list[Found] = []
        for one in found:
            if all(one.end <= other.start or one.start >= other.end for other in chosen):
                chosen.append(one)
        return chosen[:at_most]
