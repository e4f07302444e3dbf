"""Queries of which nothing is left to look for say so, and dates at the end of the calendar find what they name."""

from __future__ import annotations

import pytest

from db.search import concordance
from db.search.fields import within
from db.search.query import Filter
from tests.search.library import Library


@pytest.mark.parametrize("query", ["near:5", "-near:5", "near:5 near:3", "邻近：5字", "nosuch:。"])
def test_a_query_of_which_nothing_is_left_finds_nothing_and_says_why(library: Library, query: str) -> None:
    library.passage(library.article("甲乙丙"), "甲")
    results = library.searcher.run(query)
    assert (results.hits, results.total) == ((), 0)
    assert [remark for remark in results.remarks if "was left out" in remark.sentence or "no field" in remark.sentence]


def test_the_lines_of_a_concordance_say_it_too(library: Library) -> None:
    library.article("甲乙丙")
    found = concordance.lines(library.searcher, "near:5")
    assert found.lines == ()
    assert ["near:" in remark.sentence for remark in found.remarks] == [True]


def test_the_last_year_of_the_calendar_is_found(library: Library) -> None:
    first = library.article("甲", "一", published="9999-12-31")
    second = library.article("甲", "二", published="9998-05")
    for query, expected in (
        ("published:9999", [first]),
        ("published:9999-12", [first]),
        ("published:9998", [second]),
        ("published:..9999", [first, second]),
        ("published:9998..9999", [first, second]),
        ("published:0000..9998", [second]),
    ):
        found = [hit.record_id for hit in library.searcher.run(f"{query} kind:article").hits]
        assert sorted(found) == sorted(expected), query


def test_a_field_of_ones_own_knows_the_last_year_too() -> None:
    last = within("date", Filter("due", "9999", 0))
    assert [last(stored) for stored in ("9999", "9999-12-31T23:59", "9998-12", "")] == [True, True, False, False]
