"""Measures of agreement between coders, over how often each pattern of ratings occurs. Pure.

A pattern is one rating per coder, in one order of coders; None is missing. Every measure here is made of sums over units,
which are linear in how often each pattern occurs, and of what follows from these sums: an observed agreement po and one
expected by chance pe, which give (po - pe) / (1 - pe). So units need only be counted, by pattern, and resampling them
(`bootstrap`) is resampling counts.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from math import lcm
from typing import Literal, get_args

from db.records import Remark

Pattern = tuple[Hashable | None, ...]
Name = Literal["percent", "kappa", "fleiss", "alpha", "ac1"]
NAMES: tuple[Name, ...] = get_args(Name)
# Observed agreement and agreement expected by chance; None where no unit can be compared.
Chance = tuple[float, float] | None

# Below the first, no conclusions; below the second, tentative ones (Krippendorff 2004, p. 241).
THRESHOLDS = (0.667, 0.8)
Band = Literal["low", "tentative", "reliable"]
BANDS: tuple[Band, ...] = get_args(Band)

ONE_CODER = Remark("Undefined, because only one coder is compared.")
NO_PAIR = Remark("Undefined, because no unit was coded by two of the coders.")
ONE_CATEGORY = Remark("Undefined, because all units are in one category, so chance alone would agree on all.")


@dataclass(frozen=True, slots=True)
class Part:
    """One comparison: what each pattern adds to its sums, and po and pe from the sums (pe = 1 where there is one category)."""

    weigh: Callable[[Pattern], tuple[int, ...]]
    conclude: Callable[[Sequence[int]], Chance]


def percent(patterns: Mapping[Pattern, int]) -> float | Remark:
    """Give the share of agreeing pairs of ratings, averaged over the units with two or more: po of `fleiss`, pe = 0."""
    return measured("percent", patterns)


def kappa(patterns: Mapping[Pattern, int]) -> float | Remark:
    """Give Cohen's kappa: pe is the sum over categories of the product of both coders' shares (Cohen 1960).

    Of more than two coders, the mean over pairs (Light 1971), without pairs for which it is undefined. A pair is compared on
    the units that both rated.
    """
    return measured("kappa", patterns)


def fleiss(patterns: Mapping[Pattern, int]) -> float | Remark:
    """Give Fleiss' kappa (Fleiss 1971), which for two coders is Scott's pi (Scott 1955).

    With r_c of a unit's m ratings in category c, po is the mean of sum r_c (r_c - 1) / (m (m - 1)) over units with m > 1,
    and pe the sum of the squares of the means of r_c / m over units with m > 0, as Gwet 2014 (ch. 2) has it for missing values.
    """
    return measured("fleiss", patterns)


def alpha(patterns: Mapping[Pattern, int]) -> float | Remark:
    """Give Krippendorff's alpha for nominal data: 1 - Do / De from the coincidences of pairable values (Krippendorff 2011).

    Over units with m > 1 ratings, r_c of them in category c: n = sum m, n_c = sum r_c, po = sum r_c (r_c - 1) / (m - 1) / n and
    pe = sum n_c (n_c - 1) / (n (n - 1)).
    """
    return measured("alpha", patterns)


def ac1(patterns: Mapping[Pattern, int], categories: int = 0) -> float | Remark:
    """Give Gwet's AC1: po and the means p_c of r_c / m as `fleiss`, pe = sum p_c (1 - p_c) / (q - 1) (Gwet 2008).

    q is the number of categories, those that occur unless more are given; for missing values see Gwet 2014.
    """
    return measured("ac1", patterns, categories=categories)


def measured(name: Name, patterns: Mapping[Pattern, int], *, categories: int = 0) -> float | Remark:
    """Give a measure of patterns and how often each occurs, or why it is undefined."""
    patterns = {pattern: count for pattern, count in patterns.items() if count}
    occurring = list(dict.fromkeys(rating for pattern in patterns for rating in pattern if rating is not None))
    coders = max(map(len, patterns), default=0)
    chances: list[Chance] = []
    for part in parts(name, coders, occurring, categories):
        columns = zip(*([count * weight for weight in part.weigh(pattern)] for pattern, count in patterns.items()), strict=True)
        chances.append(part.conclude([sum(column) for column in columns]))
    value = mean(chances)
    return why(chances, coders) if value is None else value


def parts(name: Name, coders: int, occurring: Sequence[Hashable], categories: int = 0) -> list[Part]:
    """Give the comparisons whose mean a measure is: one for each pair of coders for `kappa`, else one of all."""
    if coders < 2:
        return []
    if name == "kappa":
        return [Part(partial(_pair, one, two, occurring), _product) for one, two in combinations(range(coders), 2)]
    scale = _scale(coders)
    if name == "alpha":
        return [Part(partial(_coincidences, scale, occurring), partial(_drawn_twice, scale))]
    conclude: Callable[[Sequence[int]], Chance] = _certain
    if name == "fleiss":
        conclude = _squares
    elif name == "ac1":
        conclude = partial(_spread, max(categories, len(occurring)))
    return [Part(partial(_shares, scale, occurring), conclude)]


def largest(coders: int) -> int:
    """Give what no unit's addition to a sum exceeds, with so many coders."""
    return coders * _scale(coders)


def _scale(coders: int) -> int:
    """Give the least number that m (m - 1) divides for every m up to so many ratings."""
    return lcm(*(size * (size - 1) for size in range(2, coders + 1)))


def corrected(chance: Chance) -> float | None:
    """Give the agreement beyond chance; None where chance alone agrees on all, or nothing can be compared."""
    if chance is None or chance[1] == 1:
        return None
    return (chance[0] - chance[1]) / (1 - chance[1])


def mean(chances: Iterable[Chance]) -> float | None:
    """Give the mean agreement beyond chance of those comparisons where it is defined; None if it is in none."""
    values = [value for value in map(corrected, chances) if value is not None]
    return sum(values) / len(values) if values else None


def why(chances: Sequence[Chance], coders: int) -> Remark:
    """Say why there is no agreement beyond chance in any of these comparisons."""
    if coders < 2:
        return ONE_CODER
    return NO_PAIR if all(chance is None for chance in chances) else ONE_CATEGORY


def band(value: float) -> Band:
    """Tell what a value of a chance-corrected measure allows, by `THRESHOLDS`."""
    return BANDS[sum(value >= threshold for threshold in THRESHOLDS)]


# What a pattern adds to the sums of a part; all integers, `scale` is a multiple of m (m - 1) for every m.


def _pair(one: int, two: int, occurring: Sequence[Hashable], pattern: Pattern) -> tuple[int, ...]:
    a, b = pattern[one], pattern[two]
    if a is None or b is None:
        return (0,) * (2 + 2 * len(occurring))
    return (1, int(a == b), *(int(a == category) for category in occurring), *(int(b == category) for category in occurring))


def _shares(scale: int, occurring: Sequence[Hashable], pattern: Pattern) -> tuple[int, ...]:
    counts = [pattern.count(category) for category in occurring]
    m = sum(counts)
    agreeing = scale // (m * (m - 1)) * sum(r * (r - 1) for r in counts) if m > 1 else 0
    return (scale * (m > 1), agreeing, scale * (m > 0), *(scale // m * r if m else 0 for r in counts))


def _coincidences(scale: int, occurring: Sequence[Hashable], pattern: Pattern) -> tuple[int, ...]:
    counts = [pattern.count(category) for category in occurring]
    m = sum(counts)
    if m < 2:
        return (0,) * (2 + len(counts))
    return (m, scale // (m - 1) * sum(r * (r - 1) for r in counts), *counts)


# Observed and expected agreement from the sums of a part.


def _product(sums: Sequence[int]) -> Chance:
    n, agreeing, *shares = sums
    if not n:
        return None
    half = len(shares) // 2
    return agreeing / n, sum(a * b for a, b in zip(shares[:half], shares[half:], strict=True)) / (n * n)


def _certain(sums: Sequence[int]) -> Chance:
    return (sums[1] / sums[0], 0.0) if sums[0] else None


def _squares(sums: Sequence[int]) -> Chance:
    n, agreeing, rated, *shares = sums
    return (agreeing / n, sum(share * share for share in shares) / (rated * rated)) if n else None


def _spread(categories: int, sums: Sequence[int]) -> Chance:
    n, agreeing, rated, *shares = sums
    if not n:
        return None
    if rated in shares:
        return 1.0, 1.0
    return agreeing / n, sum(share * (rated - share) for share in shares) / (rated * rated) / (categories - 1)


def _drawn_twice(scale: int, sums: Sequence[int]) -> Chance:
    n, agreeing, *counts = sums
    return (agreeing / scale / n, sum(count * (count - 1) for count in counts) / (n * (n - 1))) if n else None
