"""A concordance shows every place in its surroundings, in the order asked for."""

from __future__ import annotations

import pytest

from db import errors
from db.search.concordance import ORDERS, Concordance, lines
from tests.search.library import Library

TEXT = "乙说算法好。甲说算法坏。\n丙说算法 GPT-4 中性。"


def shown(library: Library, query: str = "算法", *order: str, **options: object) -> list[str]:
    found = lines(library.searcher, query, order=order, context=2, **options)  # type: ignore[arg-type]
    return [f"{line.left}[{line.match}]{line.right}" for line in found.lines]


def test_lines_show_places_with_what_stands_around_them(library: Library) -> None:
    article = library.article(TEXT, title="题目", published="2024-05")
    found = lines(library.searcher, "算法")
    assert [line.match for line in found.lines] == ["算法"] * 3
    assert not found.more
    first = found.lines[0]
    assert (first.article, first.title, first.date) == (article, "题目", "2024-05")
    assert TEXT[first.start : first.end] == "算法"
    for line in found.lines:
        assert line.left + line.match + line.right == TEXT[max(0, line.start - 30) : line.end + 30].replace("\n", " ")
    assert shown(library) == ["乙说[算法]好。", "甲说[算法]坏。", "丙说[算法] G"]
    assert lines(library.searcher, "算法", context=-1).lines[0].left == ""


def test_chinese_sorts_by_its_reading_and_other_words_before_it(library: Library) -> None:
    library.article(TEXT)
    assert shown(library, "算法", "right1") == ["丙说[算法] G", "乙说[算法]好。", "甲说[算法]坏。"]
    assert shown(library, "算法", "left2") == ["丙说[算法] G", "甲说[算法]坏。", "乙说[算法]好。"]
    assert shown(library, "算法", "left1", "right1") == shown(library, "算法", "right1")
    assert shown(library, "算法", "left1") == shown(library)
    assert shown(library, "算法", "left1", "position", "right1") == shown(library)


def test_traditional_characters_and_capitals_sort_as_others_do(library: Library) -> None:
    library.article("算法貝一。算法爱二。算法Beta三。算法alpha四。算法贝五。算法，白六。")
    order = ["算法alpha四", "算法Beta三", "算法爱二", "算法，白六", "算法貝一", "算法贝五"]
    found = lines(library.searcher, "算法", order=("right1",)).lines
    assert [line.match + line.right.partition("。")[0] for line in found] == order


def test_a_place_at_the_edge_comes_first(library: Library) -> None:
    library.article("中算法")
    library.article("算法")
    assert shown(library, "算法", "left1") == ["[算法]", "中[算法]"]


def test_lines_sort_by_what_was_found_and_by_date(library: Library) -> None:
    library.article("算法与安全与 AI", published="2023")
    library.article("安全", published="2024-05")
    library.article("安全与算法")
    query = "算法 OR 安全 OR AI"
    assert [line.match for line in lines(library.searcher, query, order=("match",)).lines] == ["AI", *["安全"] * 3, *["算法"] * 2]
    dated = lines(library.searcher, query, order=("date", "match")).lines
    assert [line.date for line in dated] == ["2024-05", "2023", "2023", "2023", "", ""]
    assert [line.match for line in dated] == ["安全", "AI", "安全", "算法", "安全", "算法"]


def test_lines_name_the_annotations_over_them(library: Library) -> None:
    article = library.article(TEXT)
    own = library.passage(article, "乙说算法好")
    other = library.passage(article, "算法好", coder=library.other)
    library.passage(article, "甲说")
    found = lines(library.searcher, "算法")
    assert [set(line.annotations) for line in found.lines] == [{own, other}, set(), set()]


def test_a_concordance_says_where_there_is_more(library: Library) -> None:
    library.article(TEXT)
    for most, more in ((2, True), (3, False), (4, False)):
        found = lines(library.searcher, "算法", most=most)
        assert (len(found.lines), found.more) == (min(most, 3), more)
    assert lines(library.searcher, "") == Concordance((), False, ())
    assert lines(library.searcher, "算法 code:没有").remarks != ()


def test_an_order_that_does_not_exist_is_refused(library: Library) -> None:
    with pytest.raises(errors.Refused, match="left6"):
        lines(library.searcher, "算法", order=("left6",))
    library.article(TEXT)
    for order in ORDERS:
        assert len(lines(library.searcher, "算法", order=(order,)).lines) == 3


def test_a_concordance_can_be_stopped(library: Library) -> None:
    for _ in range(3):
        library.article(TEXT)
    with pytest.raises(errors.Cancelled):
        lines(library.searcher, "算法", progress=lambda done, _total: library.searcher.interrupt() if done else None)
    assert len(lines(library.searcher, "算法").lines) == 9
