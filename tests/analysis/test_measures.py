"""Measures of agreement: published values to the digits printed, what must not matter, and other programs as oracles."""

from __future__ import annotations

import doctest
from collections import Counter
from collections.abc import Hashable, Mapping
from math import isnan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.analysis import agreement
from db.analysis.agreement import NAMES, NO_PAIR, ONE_CATEGORY, ONE_CODER, Name, Pattern, band, measured
from db.records import Remark
from tests.analysis.published import LEFT_OUT, RATINGS, TABLES

Ratings = list[tuple[Hashable | None, ...]]
# Digits that were printed, and half of the last.
PRINTED = 6e-7
PRINTED_BY_GWET = 6e-6


def reckoned(patterns: Mapping[Pattern, int], categories: int) -> dict[str, float]:
    found: dict[str, float] = {}
    for name in NAMES:
        value = measured(name, patterns)
        assert isinstance(value, float)
        found[name] = value
    found["s"] = (found["percent"] - 1 / categories) / (1 - 1 / categories)
    return found


@pytest.mark.parametrize("name", TABLES)
def test_published_tables_of_two_coders(name: str) -> None:
    _source, table, expected = TABLES[name]
    found = reckoned(agreement.crossed(table), len(table))
    largest = agreement.kappa_max([sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)])
    assert isinstance(largest, float)
    found["kappa_max"] = largest
    for measure, value in expected.items():
        assert found[measure] == pytest.approx(value, abs=PRINTED_BY_GWET if measure == "ac1" else PRINTED), measure


@pytest.mark.parametrize("name", RATINGS)
def test_published_ratings_of_many_coders(name: str) -> None:
    _source, rows, expected = RATINGS[name]
    units = agreement.counted([[None if rating == "." else rating for rating in row] for row in rows])
    found = reckoned(units, len({rating for row in rows for rating in row} - {"."}))
    for measure, value in expected.items():
        assert found[measure] == pytest.approx(value, abs=PRINTED), measure


@pytest.mark.parametrize("name", LEFT_OUT)
def test_a_published_measure_that_is_left_out_is_not_there(name: str) -> None:
    assert not hasattr(agreement, name), "it is computed now: hold it against its published values"


def test_tables_that_are_none_are_refused() -> None:
    for table in ([[1, 2], [3]], [[1, 2]], [[1, -1], [0, 1]]):
        with pytest.raises(ValueError, match="as many columns as rows"):
            agreement.crossed(table)
    with pytest.raises(ValueError, match="argument 2"):
        agreement.counted([["a", "b"], ["a"]])
    missing = agreement.counted([["a", float("nan"), "b"], ["a", "b", None]])
    assert missing == {("a", "a"): 1, (None, "b"): 1, ("b", None): 1}
    assert agreement.kappa_max((0, 0), (0, 0)) == NO_PAIR
    assert agreement.kappa_max((4, 0), (4, 0)) == ONE_CATEGORY


def test_the_examples_in_the_words_of_the_module_are_right() -> None:
    found = doctest.testmod(agreement)
    assert (found.attempted, found.failed) == (2, 0)


def test_each_measure_has_a_name_of_its_own() -> None:
    patterns: dict[Pattern, int] = {("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15}
    for name in NAMES:
        assert getattr(agreement, name)(patterns) == measured(name, patterns)
    assert agreement.ac1(patterns, categories=3) != agreement.ac1(patterns)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_undefined_says_why(name: Name) -> None:
    assert measured(name, {("a",): 3, ("b",): 4}) == ONE_CODER
    assert measured(name, {}) == ONE_CODER
    assert measured(name, {("a", None): 3, (None, "b"): 4}) == NO_PAIR
    alike = measured(name, {("a", "a"): 5})
    assert alike == (1.0 if name == "percent" else ONE_CATEGORY)


def test_a_pair_of_three_without_common_units_is_left_out_of_the_mean() -> None:
    two: dict[Pattern, int] = {("a", "a"): 4, ("b", "b"): 3, ("a", "b"): 2}
    assert agreement.kappa({(*pattern, None): count for pattern, count in two.items()}) == agreement.kappa(two)


def test_bands_are_those_of_krippendorff() -> None:
    assert [band(value) for value in (-0.2, 0.6669, 0.667, 0.7999, 0.8, 1.0)] == [
        "low", "low", "tentative", "tentative", "reliable", "reliable",
    ]  # fmt: skip


def ratings(most_coders: int = 4, missing: bool = True) -> st.SearchStrategy[Ratings]:
    """Units rated by two to some coders in up to four categories."""
    rating = st.sampled_from(["a", "b", "c", "d", *([None] if missing else [])])
    return st.integers(2, most_coders).flatmap(lambda coders: st.lists(st.tuples(*[rating] * coders), min_size=1, max_size=25))


def same(one: float | Remark, two: float | Remark) -> bool:
    if isinstance(one, Remark) or isinstance(two, Remark):
        return one == two
    return one == pytest.approx(two, abs=1e-9)


@given(ratings(), st.randoms(use_true_random=False), st.sampled_from(NAMES))
def test_the_order_and_names_of_coders_and_categories_do_not_matter(units: Ratings, rng: object, name: Name) -> None:
    before = measured(name, Counter(units))
    order = list(range(len(units[0])))
    rng.shuffle(order)  # type: ignore[attr-defined]
    assert same(before, measured(name, Counter(tuple(unit[coder] for coder in order) for unit in units)))
    renamed = {"a": 3, "b": "a", "c": ("c",), "d": 0.5}
    called = Counter(tuple(None if rating is None else renamed[str(rating)] for rating in unit) for unit in units)
    assert same(before, measured(name, called))


@given(ratings(), st.sampled_from(NAMES))
def test_a_measure_is_a_number_up_to_one_or_a_reason(units: Ratings, name: Name) -> None:
    value = measured(name, Counter(units))
    assert isinstance(value, Remark) or (not isnan(value) and value <= 1 + 1e-12)


@given(ratings(missing=False), st.sampled_from(NAMES))
def test_full_agreement_is_one_unless_chance_would_agree_too(units: Ratings, name: Name) -> None:
    value = measured(name, Counter((unit[0],) * len(unit) for unit in units))
    assert value == (ONE_CATEGORY if len({unit[0] for unit in units}) == 1 and name != "percent" else pytest.approx(1.0))


@settings(max_examples=60, deadline=None)
@given(ratings())
def test_alpha_is_that_of_krippendorff(units: Ratings) -> None:
    oracle = pytest.importorskip("krippendorff")
    value = agreement.alpha(Counter(units))
    if not isinstance(value, Remark):
        table = [
            [float("nan") if rating is None else "abcd".index(str(rating)) for rating in coder]
            for coder in zip(*units, strict=True)
        ]
        assert value == pytest.approx(oracle.alpha(reliability_data=table, level_of_measurement="nominal"), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(ratings(missing=False))
def test_kappas_are_those_of_statsmodels(units: Ratings) -> None:
    oracle = pytest.importorskip("statsmodels.stats.inter_rater")
    ordered = sorted({str(rating) for unit in units for rating in unit})
    two, many = agreement.kappa(Counter(unit[:2] for unit in units)), agreement.fleiss(Counter(units))
    if not isinstance(two, Remark):
        table = [[sum(unit[:2] == (a, b) for unit in units) for b in ordered] for a in ordered]
        assert two == pytest.approx(oracle.cohens_kappa(table, return_results=False), abs=1e-9)
    if not isinstance(many, Remark):
        counts = [[unit.count(category) for category in ordered] for unit in units]
        assert many == pytest.approx(oracle.fleiss_kappa(counts), abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(ratings())
def test_measures_with_missing_ratings_are_those_of_irrcac(units: Ratings) -> None:
    raw, pandas = pytest.importorskip("irrCAC.raw"), pytest.importorskip("pandas")
    rated = [unit for unit in units if any(rating is not None for rating in unit)]
    categories = sorted({str(rating) for unit in rated for rating in unit if rating is not None})
    ac1, fleiss = agreement.ac1(Counter(units)), agreement.fleiss(Counter(units))
    if not isinstance(ac1, Remark) and not isinstance(fleiss, Remark) and len(rated) > 1:
        oracle = raw.CAC(pandas.DataFrame(rated), categories=categories)
        assert ac1 == pytest.approx(oracle.gwet()["est"]["coefficient_value"], abs=6e-6)
        assert fleiss == pytest.approx(oracle.fleiss()["est"]["coefficient_value"], abs=6e-6)
