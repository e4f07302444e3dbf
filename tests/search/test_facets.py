"""What was found is told apart by code, instrument, coder, year and kind."""

from __future__ import annotations

from db.search.facets import Count, Facets, facets
from tests.search.library import Library


def test_facets_count_what_a_query_finds(library: Library) -> None:
    old = library.article("算法甲乙", published="2022-03")
    new = library.article("算法丙", published="2024")
    undated = library.article("算法丁", published="去年")
    bias, safety = library.code("偏见", "3.1", name="asgf.3.1"), library.code("安全", "3.2")
    first = library.passage(old, "算法甲", bias, safety)
    library.passage(new, "算法丙", bias, coder=library.other)
    library.passage(undated, "算法丁")
    law = library.instrument("数据安全法", name="dsl")
    library.link(first, law, "第一条")
    library.link(first, law, "第二条")
    found = facets(library.searcher, "算法")
    assert found.codes == (Count(bias, "3.1 偏见", "asgf.3.1", 2), Count(safety, "3.2 安全", "3.2", 1))
    assert found.instruments == (Count(law, "数据安全法", "dsl", 1),)
    assert [(one.name, one.count) for one in found.coders] == [("王鹏", 2), ("Ada Lovelace", 1)]
    assert [(one.key, one.count) for one in found.years] == [("2024", 2), ("2022", 2)]
    assert [(one.key, one.count) for one in found.kinds] == [("article", 3), ("passage", 3)]
    assert not found.sample
    for facet in found.codes:
        assert library.searcher.total(f"算法 code:{facet.name}", kinds=["passages"]) == facet.count


def test_facets_are_a_sample_of_the_newest_where_there_is_much(library: Library) -> None:
    article = library.article("算法")
    first, second = library.code("甲", "1"), library.code("甲", "1")
    for code in (first, second, second):
        library.passage(article, "算法", code)
    found = facets(library.searcher, "算法", kinds=("passages",), most=2)
    assert found.sample
    assert [(one.key, one.count) for one in found.codes] == [(second, 2)]
    both = facets(library.searcher, "算法", kinds=("passages",))
    assert len({one.name for one in both.codes}) == 2
    for facet in both.codes:
        assert library.searcher.total(f"code:{facet.name}", kinds=["passages"]) == facet.count


def test_a_name_that_something_not_found_has_too_does_not_stand_for_what_was_found(library: Library) -> None:
    article = library.article("算法与平台")
    bias, other = library.code("偏见"), library.code("偏见")
    library.passage(article, "算法", bias)
    library.passage(article, "平台", other)
    (count,) = facets(library.searcher, "算法", kinds=("passages",)).codes
    assert library.searcher.total(f"code:{count.name}", kinds=["passages"]) == count.count == 1


def test_nothing_found_has_no_facets(library: Library) -> None:
    assert facets(library.searcher, "算法") == Facets()
