"""Names are found by what a person remembers of them, and the README's examples find something."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from db import errors, sample
from db.ids import new_uuid
from db.locators import normalise
from db.person import Person
from db.project import Project
from resources.words import say
from tests.search.library import Library

README = Path(__file__).resolve().parents[2] / "README.md"


def passages(library: Library, query: str) -> list[int]:
    return library.found(query, "passages").get("passage", [])


def test_a_code_is_found_by_its_number_without_punctuation_and_by_a_part_of_its_name(library: Library) -> None:
    article = library.article("甲乙丙丁")
    parent = library.code("偏见、歧视风险", "3.1.1", name_en="Bias and discrimination")
    child = library.code("杀熟", "3.1.1(b)", parent)
    other = library.code("群体偏见歧视", "31.1", name_en="Plagiarism")
    named_so = library.code("歧视", "9")
    first, second, third, fourth = (
        library.passage(article, text, code) for text, code in (("甲", parent), ("乙", child), ("丙", other), ("丁", named_so))
    )
    for query, expected in (
        ("code:311b", [second]),
        ("code:３１１Ｂ", [second]),
        ("code:3-1-1b", [second]),
        ("code:311", [first, second, third]),
        ("code:3-1-1", [first, second]),
        ("code:偏见歧视", [first, second, third]),
        ("code:偏見·歧視", [first, second, third]),
        ("code:歧视", [fourth]),
        ("code:BIAS", [first, second]),
        ("code:lagia", [third]),
        ("code:（）", []),
        ("code:险bias", []),
    ):
        assert passages(library, query) == expected, query


def test_an_instrument_is_found_by_a_part_of_a_title_or_alias_with_its_provision(library: Library) -> None:
    article = library.article("甲乙丙丁")
    rules = library.instrument("《互联网信息服务深度合成管理规定》", "Deep Synthesis Provisions")
    listed = library.instrument("《境内深度合成服务算法备案清单》")
    exact = library.instrument("《数据安全法》")
    longer = library.instrument("《数据安全法实施条例》")
    first, second, third, fourth = (library.passage(article, text) for text in "甲乙丙丁")
    library.link(first, rules, "第十九条第一款", normalise("第十九条第一款"))
    library.link(second, listed)
    library.link(third, exact)
    library.link(fourth, longer)
    for query, expected in (
        ("instrument:深度合成", [first, second]),
        ("instrument:深度合成@第十九条", [first]),
        ("文书：深度合成＠第十九条", [first]),
        ("instrument:深度合成@第二十条", []),
        ("instrument:《深度合成》", [first, second]),
        ("instrument:synthesis", [first]),
        ("instrument:数据安全法", [third]),
        ("instrument:数据安全", [third, fourth]),
    ):
        assert passages(library, query) == expected, query


def test_a_coder_is_found_by_a_part_of_the_name(library: Library) -> None:
    article = library.article("甲乙丙")
    maya, may = (library.insert("coder", name=name, initials=name[:2], created="2025") for name in ("Maya Chen", "Amaya"))
    first, second, third = (
        library.passage(article, text, coder=coder) for text, coder in (("甲", maya), ("乙", may), ("丙", library.coder))
    )
    for query, expected in (
        ("coder:Maya", [first]),
        ("coder:chen", [first]),
        ("coder:mayachen", [first]),
        ("coder:Amaya", [second]),
        ("coder:aya", [first, second]),
        ("coder:鹏", [third]),
    ):
        assert passages(library, query) == expected, query


def test_a_kind_that_is_none_is_refused_with_the_choices(library: Library) -> None:
    with pytest.raises(errors.Refused, match="bogus is no kind to search") as caught:
        library.search("甲", "passages", "bogus")
    assert "bogus" in say("zh_CN", caught.value.template, caught.value.facts)
    assert say("zh_CN", caught.value.template) != caught.value.template
    assert str(caught.value).endswith("Choose among: articles, passages, notes, instruments, codes.")
    with pytest.raises(errors.Refused):
        library.searcher.total("甲", kinds=("bogus",))


def test_the_examples_of_the_readme_find_passages_in_the_sample_project(tmp_path: Path) -> None:
    path = tmp_path / "sample.gloss"
    sample.make(path, person=Person(new_uuid(), "Maya Chen", "MC"))
    typed = re.findall(r"`((?:code|instrument|coder):[^`]*)`", README.read_text("utf-8"))
    assert {query.partition(":")[0] for query in typed} >= {"code", "instrument", "coder"}
    with Project.open(path) as project:
        for query in (*typed, "code:311b", "code:偏见歧视"):
            query = f"{query}Maya" if query == "coder:" else query
            results = project.search(query, kinds=("passages",))
            assert results.total, query
            assert not results.remarks, query
