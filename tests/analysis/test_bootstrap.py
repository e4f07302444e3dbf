"""Resampling: many samples at once give what samples drawn one by one give."""

from __future__ import annotations

import random
from statistics import mean, pvariance, stdev

import pytest

from db.analysis import agreement
from db.analysis.agreement import NAMES, Name, Pattern
from db.analysis.bootstrap import Lanes, interval, resampled
from tests.analysis.published import TABLES


def drawn(patterns: dict[Pattern, int], samples: int, seed: int) -> list[float | None]:
    """Kappa in samples of a table of two coders, units counted in lanes; the first is the table itself."""
    lanes = Lanes(samples, sum(patterns.values()), seed)
    counts = {pattern: sum(lanes.draw() for _ in range(count)) for pattern, count in patterns.items() if count}
    columns = {pattern: lanes.split(count) for pattern, count in counts.items()}
    found: list[float | None] = []
    for lane in range(samples + 1):
        value = agreement.kappa({pattern: column[lane] for pattern, column in columns.items()})
        found.append(value if isinstance(value, float) else None)
    return found


def example() -> tuple[dict[Pattern, int], float]:
    _source, table, expected = TABLES["cohen1960_p45"]
    return {(a, b): count for a, row in enumerate(table) for b, count in enumerate(row)}, expected["kappa"]


def test_the_interval_is_that_of_the_large_sample_error() -> None:
    patterns, kappa = example()
    values = drawn(patterns, 2_000, 1)
    assert values[0] == pytest.approx(kappa, abs=6e-7)
    samples = [value for value in values[1:] if value is not None]
    assert stdev(samples) == pytest.approx(0.051002, rel=0.06)
    # Standard error .051002 and this interval are published with the table.
    assert interval(values[1:], 0.95) == pytest.approx((0.391564, 0.591487), abs=0.015)
    assert resampled("kappa", patterns, samples=2_000) == interval(values[1:], 0.95)


def test_the_interval_is_that_of_units_drawn_with_replacement() -> None:
    patterns: dict[Pattern, int] = {("y", "y"): 30, ("y", "n"): 9, ("n", "y"): 6, ("n", "n"): 55}
    units = [pattern for pattern, count in patterns.items() for _ in range(count)]
    rng = random.Random(3)
    plain: list[float | None] = []
    for _ in range(2_000):
        sample: dict[Pattern, int] = {}
        for unit in rng.choices(units, k=len(units)):
            sample[unit] = sample.get(unit, 0) + 1
        value = agreement.kappa(sample)
        plain.append(value if isinstance(value, float) else None)
    assert resampled("kappa", patterns, samples=2_000, level=0.9, seed=4) == pytest.approx(interval(plain, 0.9), abs=0.02)


def test_a_unit_counts_once_in_the_table_and_once_on_average_in_samples() -> None:
    lanes = Lanes(20_000, 1, 5)
    table, *samples = lanes.split(lanes.draw())
    assert table == 1
    assert mean(samples) == pytest.approx(1, abs=0.03)
    assert pvariance(samples) == pytest.approx(1, abs=0.05)


def test_a_seed_gives_the_same_samples_again() -> None:
    patterns, _kappa = example()
    assert drawn(patterns, 50, 7) == drawn(patterns, 50, 7) != drawn(patterns, 50, 8)


def test_sums_beyond_four_thousand_million_are_kept() -> None:
    lanes = Lanes(3, 1 << 40, 1)
    assert lanes.split(lanes.draw() * (1 << 40))[0] == 1 << 40
    assert lanes.split(0).tolist() == [0] * 4


@pytest.mark.parametrize("name", NAMES)
def test_every_measure_has_an_interval_around_it_or_none_where_it_is_undefined(name: Name) -> None:
    ratings = agreement.counted(zip(*([("y", "y", "y")] * 30 + [("y", None, "n")] * 5 + [("n", "n", "n")] * 20), strict=True))
    value, found = agreement.measured(name, ratings), resampled(name, ratings, samples=400)
    assert isinstance(value, float)
    assert found is not None
    assert found[0] < value < found[1] <= 1
    for nothing in ({}, {("y",): 4}, {("y", None): 3}, {(None, None): 2}):
        assert resampled(name, nothing, samples=50) is None


def test_there_is_no_interval_where_few_samples_have_a_value() -> None:
    assert interval([0.5] * 89 + [None] * 11, 0.95) is None
    assert interval([0.5] * 90 + [None] * 10, 0.95) == (0.5, 0.5)
    assert interval([], 0.95) is None
    assert interval([0.0, 1.0, 2.0, 3.0, 4.0], 0.5) == (1.0, 3.0)
