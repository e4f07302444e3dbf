"""Measures of agreement between coders, over how often each pattern of ratings occurs. Pure.

A pattern is one rating per coder, in one order of coders; None is missing. Every measure here is made of sums over units,
which are linear in how often each pattern occurs, and of what follows from these sums: an observed agreement po and one
expected by chance pe, which give (po - pe) / (1 - pe). So units need only be counted, by pattern, and resampling them
(`bootstrap`) is resampling counts.

    >>> round(alpha(counted([["yes", "yes", "no", None], ["yes", "no", "no", "no"]])), 6)  # ratings: coders by units
    0.444444
    >>> round(kappa(crossed([[20, 5], [10, 15]])), 6)  # a table of two coders: rows are the first one's categories
    0.4
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from math import lcm
from operator import mul
from typing import Literal, get_args

from db.records import Remark

Pattern = tuple[Hashable | None, ...]
Name = Literal["percent", "kappa", "fleiss", "alpha", "ac1"]
NAMES: tuple[Name, ...] = get_args(Name)
# Observed agreement and agreement expected by chance; None where no unit can be compared.
Chance = tuple[float, float] | None
Column = Sequence[int]

# Below the first, no conclusions; below the second, tentative ones (Krippendorff 2004, p. 241).
THRESHOLDS = (0.667, 0.8)
Band = Literal["low", "tentative", "reliable"]
BANDS: tuple[Band, ...] = get_args(Band)

ONE_CODER = Remark("Undefined, because only one coder is compared.")
NO_PAIR = Remark("Undefined, because no unit was coded by two of the coders.")
ONE_CATEGORY = Remark("Undefined, because all units are in one category, so chance alone would agree on all.")


@dataclass(frozen=True, slots=True)
class Part:
    """One comparison: what each pattern adds to its sums, and po and pe from the sums (pe = 1 where there is one category).

    `conclude` takes a column for each sum, of a value for each table, and gives as many results: samples are concluded at once.
    """

    weigh: partial[tuple[int, ...]]
    conclude: Callable[[Sequence[Column]], list[Chance]]


def counted(ratings: Iterable[Sequence[Hashable | None]]) -> Counter[Pattern]:
    """Count the patterns of a table of coders by units: a row of ratings for each coder; None and NaN are missing.

    Raises ValueError where coders have rows of different lengths.
    """
    units = zip(*ratings, strict=True)
    return Counter(tuple(None if rating != rating else rating for rating in unit) for unit in units)


def crossed(table: Sequence[Sequence[int]]) -> dict[Pattern, int]:
    """Give the patterns of a table of two coders: counts of units, rows being the first one's categories, columns the second's.

    Raises ValueError where the table is not square or a count is negative.
    """
    if any(len(row) != len(table) or min(row) < 0 for row in table):
        raise ValueError("A table of two coders has as many columns as rows, and counts of units in them.")
    return {(one, two): count for one, row in enumerate(table) for two, count in enumerate(row)}


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


def kappa_max(ones: Sequence[int], twos: Sequence[int]) -> float | Remark:
    """Give the largest kappa that how often each of two coders used each category allows: that of po = sum min (Cohen 1960)."""
    units = sum(ones)
    agreeing = sum(map(min, ones, twos))
    value = means([_product([[units], [agreeing], *([each] for each in (*ones, *twos))])])[0]
    return value if value is not None else ONE_CATEGORY if units else NO_PAIR


def measured(name: Name, patterns: Mapping[Pattern, int], *, categories: int = 0) -> float | Remark:
    """Give a measure of patterns and how often each occurs, or why it is undefined."""
    patterns = {pattern: count for pattern, count in patterns.items() if count}
    occurring = tuple(dict.fromkeys(rating for pattern in patterns for rating in pattern if rating is not None))
    coders = max(map(len, patterns), default=0)
    if not occurring:
        return why((), coders)
    chances: list[list[Chance]] = []
    for part in parts(name, coders, occurring, categories):
        columns = zip(*([count * weight for weight in part.weigh(pattern)] for pattern, count in patterns.items()), strict=True)
        chances.append(part.conclude([[sum(column)] for column in columns]))
    value = next(iter(means(chances)), None)
    return why([several[0] for several in chances], coders) if value is None else value


def parts(name: Name, coders: int, occurring: tuple[Hashable, ...], categories: int = 0) -> list[Part]:
    """Give the comparisons whose mean a measure is: one for each pair of coders for `kappa`, else one of all."""
    if coders < 2:
        return []
    if name == "kappa":
        return [Part(partial(_pair, one, two, occurring), _product) for one, two in combinations(range(coders), 2)]
    scale = _scale(coders)
    if name == "alpha":
        return [Part(partial(_coincidences, scale, occurring), partial(_drawn_twice, scale))]
    conclude: Callable[[Sequence[Column]], list[Chance]] = _certain
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


def corrected(chances: Iterable[Chance]) -> list[float | None]:
    """Give the agreement beyond chance in each table; None where chance alone agrees on all, or nothing can be compared."""
    return [None if each is None or each[1] == 1 else (each[0] - each[1]) / (1 - each[1]) for each in chances]


def means(chances: Sequence[Sequence[Chance]]) -> list[float | None]:
    """Give in each table the mean agreement beyond chance of those comparisons where it is defined; None if it is in none."""
    values = [corrected(several) for several in chances]
    return values[0] if len(values) == 1 else [_mean(lane) for lane in zip(*values, strict=True)]


def _mean(values: Iterable[float | None]) -> float | None:
    defined = [value for value in values if value is not None]
    return sum(defined) / len(defined) if defined else None


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


def _products(ones: Iterable[Column], twos: Iterable[Column]) -> Iterator[int]:
    """Give in each table the sum over categories of the products of two columns."""
    return map(sum, zip(*(map(mul, one, two) for one, two in zip(ones, twos, strict=True)), strict=True))


def _product(sums: Sequence[Column]) -> list[Chance]:
    units, agreeing, *shares = sums
    half = len(shares) // 2
    chances = zip(units, agreeing, _products(shares[:half], shares[half:]), strict=True)
    return [(a / n, p / (n * n)) if n else None for n, a, p in chances]


def _certain(sums: Sequence[Column]) -> list[Chance]:
    return [(a / n, 0.0) if n else None for n, a in zip(sums[0], sums[1], strict=True)]


def _squares(sums: Sequence[Column]) -> list[Chance]:
    units, agreeing, rated, *shares = sums
    chances = zip(units, agreeing, rated, _products(shares, shares), strict=True)
    return [(a / n, p / (r * r)) if n else None for n, a, r, p in chances]


def _spread(categories: int, sums: Sequence[Column]) -> list[Chance]:
    units, agreeing, rated, *shares = sums
    chances = zip(units, agreeing, rated, _products(shares, shares), strict=True)
    # Shares add up to all ratings, so the sum of p (1 - p) is 1 - the sum of squares; that is 0 where there is one category.
    return [
        None if not n else (1.0, 1.0) if p == r * r else (a / n, (r * r - p) / (r * r) / (categories - 1))
        for n, a, r, p in chances
    ]


def _drawn_twice(scale: int, sums: Sequence[Column]) -> list[Chance]:
    units, agreeing, *counts = sums
    chances = zip(units, agreeing, _products(counts, counts), strict=True)
    return [(a / scale / n, (p - n) / (n * (n - 1))) if n else None for n, a, p in chances]
