"""Resampling units many times at once. Pure.

The bootstrap is Poisson's: in each sample every unit counts as often as a draw from a Poisson distribution of mean 1 says,
instead of units being drawn with replacement until there are as many (Hanley & MacGibbon 2006; Chamandy et al. 2012). For
ratios of sums the two agree but for terms of 1/n, and each unit is met but once. What a unit counts in all samples is one
large integer of as many lanes, so that adding up counts for all of them is one addition.
"""

from __future__ import annotations

import random
import sys
from array import array
from collections.abc import Hashable, Iterable, Mapping, Sequence

from db.analysis import agreement
from db.analysis.agreement import Chance, Name, Pattern

# Of 256 equally likely bytes so many mean 0, 1, 2 … : mean 1 exactly, variance 1.008 (Poisson: 1).
_OF_BYTE = (95, 93, 47, 16, 4, 1)
_COUNTS = bytes(count for count, bytes_ in enumerate(_OF_BYTE) for _ in range(bytes_))
# Below this share of samples in which a measure is defined there is no interval.
_ENOUGH = 0.9


class Lanes:
    """Counts of units in the table itself (the first lane) and in a number of samples of it.

    `most` is the largest sum over units that anybody will ask for, were every unit counted once.
    """

    def __init__(self, samples: int, most: int, seed: int) -> None:
        self._lanes = samples + 1
        self._random = random.Random(seed)
        self._type = "I" if most * len(_OF_BYTE) < 1 << 32 else "Q"
        self._bytes = array(self._type).itemsize

    def draw(self) -> int:
        """Give how often one more unit counts: once in the first lane, by chance in the others."""
        lanes = bytearray(self._lanes * self._bytes)
        lanes[:: self._bytes] = b"\1" + self._random.randbytes(self._lanes - 1).translate(_COUNTS)
        return int.from_bytes(lanes, "little")

    def split(self, counts: int) -> array[int]:
        """Give the counts of each lane."""
        found = array(self._type)
        found.frombytes(counts.to_bytes(self._lanes * self._bytes, "little"))
        if sys.byteorder == "big":
            found.byteswap()
        return found

    def chances(
        self, counts: Mapping[Pattern, int], measures: Iterable[Name], occurring: tuple[Hashable, ...]
    ) -> dict[Name, list[list[Chance]]]:
        """Give po and pe in each lane, for each comparison a measure is made of; `occurring` are the categories."""
        coders = max(map(len, counts), default=0)
        columns: dict[tuple[object, ...], list[array[int]]] = {}
        found: dict[Name, list[list[Chance]]] = {name: [] for name in measures}
        for name, chances in found.items():
            for part in agreement.parts(name, coders, occurring):
                key = part.weigh.func, *part.weigh.args  # measures share sums, which are made once
                if key not in columns:
                    weighed = [[weight * lanes for weight in part.weigh(pattern)] for pattern, lanes in counts.items()]
                    columns[key] = [self.split(sum(column)) for column in zip(*weighed, strict=True)]
                chances.append(part.conclude(columns[key]))
        return found


def resampled(
    name: Name, patterns: Mapping[Pattern, int], *, samples: int = 1_000, level: float = 0.95, seed: int = 1
) -> tuple[float, float] | None:
    """Give the bootstrap interval of a measure of patterns and how often each occurs; None where it is undefined."""
    occurring = tuple(dict.fromkeys(rating for pattern in patterns for rating in pattern if rating is not None))
    lanes = Lanes(samples, sum(patterns.values()) * agreement.largest(max(map(len, patterns), default=0)), seed)
    counts = {pattern: sum(lanes.draw() for _ in range(count)) for pattern, count in patterns.items()}
    chances = lanes.chances(counts, (name,), occurring)[name] if occurring else []
    return interval(agreement.means(chances)[1:], level)


def interval(values: Sequence[float | None], level: float) -> tuple[float, float] | None:
    """Give the percentile interval of the values of samples; None where too few samples have a value.

    Quantiles lie between the values next to them, as R's type 7.
    """
    defined = sorted(value for value in values if value is not None)
    if len(defined) < max(1, _ENOUGH * len(values)):
        return None
    return _quantile(defined, (1 - level) / 2), _quantile(defined, (1 + level) / 2)


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])
