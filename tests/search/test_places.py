"""Places are where reading the whole text finds the words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import errors
from db.folding import fold
from db.search.places import Place, overlapping, places
from db.search.query import QueryFault
from tests.search.library import Library

TEXT = "算法备案让人看清算法。\n人工智能 AI 与 OpenAI 都提到算\n法；演算，法也一样。"


def stretches(library: Library, query: str, **options: object) -> list[tuple[int, str]]:
    """Give the article and the words of each place."""
    found = []
    for place in places(library.searcher, query, **options):  # type: ignore[arg-type]
        (text,) = library.connection.execute("SELECT text FROM version WHERE id = ?", (place.version,)).fetchone()
        found.append((place.article, text[place.start : place.end]))
    return found


def words(library: Library, query: str, **options: object) -> list[str]:
    return [text for _article, text in stretches(library, query, **options)]


def test_every_place_is_found_also_over_a_line_break_and_with_other_characters(library: Library) -> None:
    article = library.article(TEXT)
    version = library.connection.execute("SELECT version FROM current").fetchone()[0]
    first = TEXT.index("算法")
    assert next(places(library.searcher, "算法")) == Place(article, version, first, first + 2)
    assert words(library, "算法") == ["算法", "算法", "算\n法"]
    assert words(library, "演算法") == []
    assert words(library, "AI") == ["AI"]
    library.article("演算法與ＡＩ的演算法")
    assert words(library, "演算法") == ["演算法", "演算法"]
    assert words(library, "ai") == ["AI", "ＡＩ"]


def test_an_article_fits_as_a_whole_and_all_its_words_are_places(library: Library) -> None:
    library.article("算法有偏见。" + "其他。" * 2_000 + "歧视来自算法。")
    library.article("只有算法。")
    assert words(library, "算法 歧视") == ["算法", "歧视", "算法"]
    assert words(library, "算法 -歧视") == ["算法"]
    assert words(library, "偏见 OR 只有") == ["偏见", "只有"]
    assert words(library, "“算法有偏见” OR 算法", most=2) == ["算法", "算法有偏见"]


def test_a_word_of_the_title_alone_has_no_place(library: Library) -> None:
    library.article("正文。", title="算法")
    library.article("算法。", title="另一篇")
    assert words(library, "算法") == ["算法"]


def test_equal_places_are_one(library: Library) -> None:
    library.article("算法与算法偏见")
    assert words(library, "算法 OR 演算 OR 算法") == ["算法", "算法"]
    assert words(library, "算法 OR 算法偏见") == ["算法", "算法", "算法偏见"]


def test_places_near_each_other_are_the_stretches_that_hold_together(library: Library) -> None:
    library.article("算法有偏见。" + "无关。" * 9 + "算法。" + "无关。" * 9 + "偏见，算法。")
    assert words(library, "算法 偏见 near:3") == ["算法有偏见", "偏见，算法"]
    assert words(library, "(算法 偏见 near:3) OR 无关")[:2] == ["算法有偏见", "无关"]


def test_filters_on_passages_give_places_inside_the_passages_that_fit(library: Library) -> None:
    bias, other = library.code("偏见", "1"), library.code("别的", "2")
    first = library.article("算法一，算法二，算法三。")
    library.article("算法没有片段。")
    library.passage(first, "算法一，算法二", bias)
    library.passage(first, "算法二", bias, coder=library.other)
    library.passage(first, "算法三", other)
    assert words(library, "算法 code:偏见") == ["算法", "算法"]
    assert words(library, "算法 code:偏见 coder:Ada") == ["算法"]
    assert words(library, "算法 code:偏见 算法三") == []
    assert words(library, "code:偏见") == ["算法一，算法二", "算法二"]
    assert words(library, "算法 kind:passage") == ["算法"] * 3
    assert words(library, "算法 kind:article") == ["算法"] * 4
    assert words(library, "算法 kind:note") == []
    assert words(library, "一 OR code:别的") == ["一"]


def test_a_passage_that_moved_with_its_article_is_looked_into_where_it_is_now(library: Library) -> None:
    bias = library.code("偏见", "1")
    text = "开头一句。算法会放大旧有的偏见，这一点需要说明。结尾一句。"
    article = library.article(text)
    library.passage(article, "算法会放大旧有的偏见", bias)
    library.version(article, "新加的第一段，其中也说算法。\n" + text, 2)
    (place,) = places(library.searcher, "算法 code:偏见")
    (newest,) = library.connection.execute("SELECT text FROM version WHERE number = 2").fetchone()
    assert place.start == newest.index("算法会")
    assert words(library, "算法") == ["算法", "算法"]


def test_a_query_for_nothing_gives_nothing(library: Library) -> None:
    library.article(TEXT)
    for query in ("", "，", "算法 code:没有", "没有这样的词"):
        assert words(library, query) == []
    with pytest.raises(QueryFault):
        words(library, "算法 published:春天")


def test_articles_come_by_title_and_progress_counts_them(library: Library) -> None:
    keys = [library.article("算法", key=key) for key in "cab"]
    told: list[tuple[int, int]] = []
    found = [place.article for place in places(library.searcher, "算法", progress=lambda *of: told.append(of))]
    assert found == [keys[1], keys[2], keys[0]]
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_finding_places_can_be_stopped(library: Library) -> None:
    for _ in range(3):
        library.article("算法")

    def refuse(done: int, _total: int) -> None:
        if done:
            raise errors.Cancelled

    def interrupt(done: int, _total: int) -> None:
        if done:
            library.searcher.interrupt()

    for stop in (refuse, interrupt):
        with pytest.raises(errors.Cancelled):
            words(library, "算法", progress=stop)
    assert words(library, "算法") == ["算法"] * 3


def test_no_more_places_are_given_than_asked_for(library: Library) -> None:
    for _ in range(3):
        library.article("算法算法")
    assert len(words(library, "算法", most=5)) == 5
    assert words(library, "算法", most=0) == []


# ---- against reading everything

PIECES = st.lists(
    st.sampled_from(["算", "法", "演", "偏", "见", "見", "AI", "ai", "Open", "ＡＩ", "，", " ", "\n", "4"]), max_size=14
)
TERMS = st.sampled_from(["算法", "算", "法偏见", "见", "ai", "open", "openai", "4"])
_OVER = r"[^\S\n]*\n\s*"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    library = Library(Path(tmp_path_factory.mktemp("places")) / "places.gloss")
    yield library
    library.close()


def read(text: str, term: str) -> set[tuple[int, int]]:
    """Find a term by the rules as they are told: Chinese anywhere, also over a line break; else from a word's start."""
    folded = fold(text)
    alike = "0-9" if term.isdigit() else "a-z"
    looked = f"(?<![{alike}]){term}" if term.isascii() else f"(?:{_OVER})?".join(term)
    return {folded.span(*match.span()) for match in re.finditer(looked, folded.text)}


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(PIECES.map("".join), min_size=1, max_size=3), terms=st.lists(TERMS, min_size=1, max_size=2, unique=True))
def test_places_are_those_that_reading_finds(world: Library, texts: list[str], terms: list[str]) -> None:
    articles = [world.article(text, title="") for text in texts]
    try:
        for query, wanted in ((" ".join(terms), all), (" OR ".join(terms), any)):
            expected = []
            for article, text in zip(articles, texts, strict=True):
                found = [read(text, term) for term in terms]
                if wanted(found):
                    expected += [(article, *span) for span in sorted(set().union(*found))]
            given_ = [(place.article, place.start, place.end) for place in places(world.searcher, query)]
            assert given_ == expected, query
    finally:
        for article in articles:
            world.run("DELETE FROM article WHERE id = ?", article)


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6)), max_size=8),
    st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6))),
)
def test_what_overlaps_is_what_shares_a_character(spans: list[tuple[int, int]], placed: list[tuple[int, int]]) -> None:
    wanted = sorted((start, start + length) for start, length in spans)
    rows = sorted((start, start + length, key) for key, (start, length) in enumerate(placed))
    expected = [{key for first, last, key in rows if set(range(first, last)) & set(range(start, end))} for start, end in wanted]
    assert [set(keys) for keys in overlapping(wanted, rows)] == expected
