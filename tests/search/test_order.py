"""Hits come in the order asked for, first pages before counts, and never late."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from db import errors
from db.search import plan, searcher
from db.search.searcher import Searcher
from resources import resource
from tests.search.library import Library


@pytest.fixture
def three(library: Library) -> list[int]:
    """Make passages in three articles, of 2024, 2022 and 2023."""
    made = []
    for title, published, text in (
        ("丙文", "2024-05", "算法甲。再说算法，算法。"),
        ("甲文", "2022", "算法乙"),
        ("乙文", "2023-01-02", "算法丙"),
    ):
        article = library.article(text, title, published=published)
        made.append(library.passage(article, text))
    return made


@pytest.mark.parametrize(
    ("order", "expected"),
    [("newest", [2, 1, 0]), ("relevance", [0, 2, 1]), ("date", [0, 2, 1]), ("position", [0, 2, 1])],
)
def test_passages_and_articles_come_in_the_order_asked_for(
    library: Library, three: list[int], order: str, expected: list[int]
) -> None:
    hits = library.search("算法", "passages", order=order).hits
    # By title: 丙 (U+4E19) stands before 乙 (U+4E59) and 甲 (U+7532).
    assert [hit.record_id for hit in hits] == [three[at] for at in expected]
    assert [hit.record_id for hit in library.search("算法", "articles", order=order).hits] == [at + 1 for at in expected]


def test_passages_of_one_article_stand_as_in_the_text(library: Library) -> None:
    article = library.article("算法一。算法二。算法三。")
    second, first, third = (library.passage(article, text) for text in ("算法二", "算法一", "算法三"))
    assert [hit.record_id for hit in library.search("算法", "passages", order="position").hits] == [first, second, third]
    pages = [library.search("算法", "passages", order="position", limit=1, offset=at).hits[0].record_id for at in range(3)]
    assert pages == [first, second, third]


@pytest.mark.parametrize("order", plan.ORDERS)
def test_every_kind_has_every_order(library: Library, order: str) -> None:
    article = library.article("算法", "算法", published="2024")
    passage = library.passage(article, "算法", library.code("算法", "1"))
    library.instrument("算法规定")
    note = library.note("算法", annotation=passage)
    library.note("算法", reply_to=note)
    library.note("算法", day="2025-01-01")
    assert [hit.kind for hit in library.search("算法", order=order).hits] == [
        "article", "passage", "note", "note", "note", "instrument", "code",
    ]  # fmt: skip
    assert len(library.search("算法 -GPT-4", order=order).hits) == 7


def test_an_order_that_does_not_exist_is_refused(library: Library) -> None:
    with pytest.raises(errors.Refused, match="best is no order"):
        library.search("算法", order="best")


def test_too_many_hits_are_not_sorted_and_it_is_said(library: Library, three: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(searcher.MOST_SORTED, "date", 2)
    results = library.search("算法", "passages", order="date")
    assert [hit.record_id for hit in results.hits] == three[::-1]
    assert results.remarks[0].facts == {"count": "2"}
    assert results.remarks[0].sentence in json.loads(resource("translations", "zh_CN", "searcher.json").read_text("utf-8"))


def test_what_a_narrow_filter_keeps_is_weighed_too_and_common_characters_are_not(
    library: Library, three: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = library.code("甲", "1")
    for passage in three[:2]:
        library.insert("tagging", annotation=passage, code=code, coder=library.coder, created="2025")
    assert [hit.record_id for hit in library.search("code:1 算法", order="relevance").hits] == three[:2]
    assert [hit.record_id for hit in library.search("code:1", order="relevance").hits] == three[1::-1]
    assert library.search("算", "passages", order="relevance").remarks == ()
    monkeypatch.setattr(plan, "_MANY", 0)
    monkeypatch.setattr(plan, "_ROOM", -1)
    results = library.searcher.first("算", kinds=["passages"], order="relevance")
    assert [hit.record_id for hit in results.hits] == three[::-1]
    assert results.remarks[0].facts == {"count": "10000"}


def test_the_first_page_is_not_counted_and_the_count_is_by_kind(library: Library) -> None:
    article = library.article("算法")
    for _ in range(30):
        library.passage(article, "算法")
    library.note("算法")
    first = library.searcher.first("算法", limit=10)
    assert (len(first.hits), first.counted, first.capped) == (10, False, True)
    assert sum(first.counts.values()) == first.total
    whole = library.searcher.first("算法", limit=50)
    assert (len(whole.hits), whole.capped, whole.counts) == (32, False, {"article": 1, "passage": 30, "note": 1} | NONE)
    assert library.searcher.count("算法", most=20) == {
        "article": (1, False), "passage": (20, True), "note": (1, False), "instrument": (0, False), "code": (0, False),
    }  # fmt: skip
    counted = library.search("算法", limit=10)
    assert (counted.counts, counted.total, counted.counted) == ({"article": 1, "passage": 30, "note": 1} | NONE, 32, True)
    assert library.searcher.first("").hits == ()


NONE = {"instrument": 0, "code": 0}


def test_keys_are_verified_and_newest_first(library: Library) -> None:
    article = library.article("GPT4 与 GPT-4")
    old, new = library.passage(article, "GPT-4"), library.passage(article, "GPT-4")
    library.passage(article, "GPT4")
    assert library.searcher.keys('"GPT-4"', "passages") == [new, old]
    assert library.searcher.keys('"GPT-4"', "passage", most=1) == [new]
    assert library.searcher.keys("", "passage") == []
    assert [found.find("gpt-4") for found in library.searcher.patterns('"GPT-4" -算法')] == [(0, 5)]


def test_a_hit_knows_its_coder_codes_and_date(library: Library) -> None:
    article = library.article("算法", published="2024-05")
    code, other = library.code("甲"), library.code("乙")
    passage = library.passage(article, "算法", other, code, coder=library.other)
    note = library.note("算法", annotation=passage)
    hits = {hit.kind: hit for hit in library.search("算法").hits}
    assert (hits["passage"].coder_id, hits["passage"].codes, hits["passage"].date) == (library.other, (other, code), "2024-05")
    assert (hits["note"].coder_id, hits["note"].record_id, hits["note"].date) == (library.coder, note, "2024-05")
    assert (hits["article"].coder_id, hits["article"].date) == (library.coder, "2024-05")


def test_what_takes_too_long_shows_a_part_and_says_so(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    article = library.article("算法")
    with library.history.change("Many"):
        for _ in range(1_200):
            library.passage(article, "算法")
    monkeypatch.setattr(searcher, "PATIENCE", -1.0)
    for query in ("算法", "算法 created:..2100", '"算法" -"GPT-4"', "-GPT-4"):
        for results in (
            library.search(query, "passages", limit=500),
            library.searcher.first(query, kinds=["passages"], limit=500),
        ):
            assert results.capped
            assert results.total < 1_000
            assert results.remarks[-1].sentence.startswith("This took too long")
    monkeypatch.setattr(searcher, "PATIENCE", 60.0)
    monkeypatch.setattr(searcher, "PATIENCE_COUNTING", -1.0)
    results = library.search("算法", "passages", limit=5)
    assert (len(results.hits), results.capped, results.remarks) == (5, True, ())
    assert results.total < 1_000
    assert len(library.searcher.keys("算法", "passage")) == 1_200


def test_a_kind_that_takes_too_long_leaves_time_for_the_others(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(300):
        library.article("GPT-4", "题")
    passage = library.passage(1, "GPT-4")
    monkeypatch.setattr(searcher, "PATIENCE", -1.0)  # late from the beginning
    results = library.search('"GPT-4"')
    assert results.capped
    assert results.counts["article"] < 300
    assert [hit.record_id for hit in results.hits if hit.kind == "passage"] == [passage]


def test_what_cannot_be_counted_soon_enough_to_be_sorted_is_found_all_the_same(
    library: Library, three: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searcher, "PATIENCE_SORTING", -1.0)
    monkeypatch.setattr(searcher, "_STEPS", 1)
    results = library.search("算法 created:..2100", "passages", order="date")
    assert [hit.record_id for hit in results.hits] == three[::-1]
    assert [remark.facts for remark in results.remarks] == [{"count": "100000"}]


@pytest.mark.parametrize("order", plan.ORDERS)
@pytest.mark.parametrize("query", ["算法", '"算法" -"GPT-4"', "code:1 算法", "-GPT-4", "算"])
def test_pages_that_take_too_long_go_on_where_the_last_one_stopped(
    library: Library, monkeypatch: pytest.MonkeyPatch, query: str, order: str
) -> None:
    article, code = library.article("算法"), library.code("甲", "1")
    with library.history.change("Many"):
        for _ in range(200):
            library.passage(article, "算法", code)
    whole = [hit.record_id for hit in library.search(query, "passages", limit=500, order=order).hits]
    monkeypatch.setattr(searcher, "PATIENCE", -1.0)
    monkeypatch.setattr(searcher, "_BATCHES", (3, 5))
    pages = [library.search(query, "passages", limit=7, offset=at, order=order) for at in range(0, 7 * 90, 7)]
    shown = [hit.record_id for page in pages for hit in page.hits]
    assert shown == whole[: len(shown)]
    assert len(shown) == len(whole) == 200
    again = library.search(query, "passages", limit=7, offset=14, order=order)
    assert again.hits in (pages[2].hits, library.search(query, "passages", limit=7, order=order).hits)


def test_pages_after_a_change_are_of_what_there_is_now(library: Library) -> None:
    article = library.article("算法")
    keys = [library.passage(article, "算法") for _ in range(6)]
    first = library.search("算法", "passages", limit=3)
    new = library.passage(article, "算法")
    second = library.search("算法", "passages", limit=3, offset=3)
    assert [hit.record_id for hit in (*first.hits, *second.hits)] == [*keys[:2:-1], *keys[3::-1][:3]]
    assert library.search("算法", "passages", limit=1).hits[0].record_id == new


def test_a_searcher_leaves_the_connection_as_it_was(library: Library) -> None:
    library.article("算法")
    library.searcher.interrupt()
    assert library.search("算法").total == 1
    library.searcher.interrupt()
    assert library.connection.execute("SELECT count(*) FROM article").fetchone() == (1,)


@pytest.mark.parametrize("query", ["算法", '"算法" -"GPT-4"'])
def test_a_job_that_is_cancelled_stops_its_queries(library: Library, query: str) -> None:
    article = library.article("算法")
    with library.history.change("Many"):
        for _ in range(600):
            library.passage(article, "算法")
    asked: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        asked.append((done, total))
        if len(asked) > 1:
            raise errors.Cancelled

    library.searcher.heed(progress)
    with pytest.raises(errors.Cancelled):
        library.searcher.keys(query, "passage")
    assert set(asked) == {(0, 0)}


def test_a_file_that_is_gone_or_torn_is_said_to_be_so(library: Library, tmp_path: Path) -> None:
    library.article("算法")
    with pytest.raises(errors.NoSuchProject):
        Searcher.open(tmp_path / "gone.gloss")
    own = Searcher.open(library.path)
    library.connection.execute("PRAGMA query_only = OFF")
    library.connection.execute("DROP TABLE article_words")
    with pytest.raises(errors.ProjectDamaged, match="article_words"):
        own.run("算法")
    own.close()


def test_a_searcher_of_its_own_reads_while_the_project_changes(library: Library) -> None:
    article = library.article("算法")
    own = Searcher.open(library.path)
    passage = library.passage(article, "算法")
    assert own.keys("算法", "passage") == [passage]
    library.history.undo()
    assert own.keys("算法", "passage") == []
    own.close()
