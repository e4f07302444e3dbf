"""A locator has one canonical form, and a statute's articles are found where they stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.locators import matches, normalise, number, numeral, outline, paragraph_locator, spell
from db.records import Block, Layout
from tests.shared import SHARED

LAWS = sorted((SHARED / "laws").glob("*.md")) if SHARED else []


def _laid_out(*lines: str) -> tuple[str, Layout]:
    """Lay lines out as blocks; those that begin with # are headings."""
    blocks, at, plain = [], 0, []
    for line in lines:
        marks = re.match(r"#*", line)
        level = marks.end() if marks else 0
        words = line[level:].strip()
        blocks.append(Block("heading" if level else "paragraph", at, at + len(words), level))
        plain.append(words)
        at += len(words) + 1
    return "\n".join(plain), Layout(tuple(blocks))


STATUTE = _laid_out(
    "# 某某安全办法",
    "二〇二四年某月某日公布",
    "## 第一章　总则",
    "第一条　为了做某事，制定本办法。",
    "第二条　下列事项适用本办法：",
    "（一）甲事项；",
    "（二）乙事项。",
    "前款以外的不适用。",
    "第三条规定的情形另行处理，这里只是提到它。",
    "## 第二章　监督",
    "第三条　有关部门负责监督。",
    "第三条之一　另有规定的除外。",
)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("第十九条第一款第（二）项", "art19/p1/i2"),
        ("第19条", "art19"),
        ("第十九條", "art19"),
        ("第 十九 条", "art19"),
        ("第一百二十条之一", "art120-1"),
        ("第12-1条", "art12-1"),
        ("第十条第2款第(a)项", "art10/p2/ia"),
        ("第三章第二节", "ch3/sec2"),
        ("第三章第十九条", "art19"),
        ("《某某法》第十九条", "art19"),
        ("附件三", "annex3"),
        ("附件", "annex"),
        ("Annex III", "annex3"),
        ("Annex III, point 5(b)", "annex3/p5/ib"),
        ("Art. 10(2)(a)", "art10/p2/ia"),
        ("Article 10, paragraph 2, point (a)", "art10/p2/ia"),
        ("point (a) of Article 10(2)", "art10/p2/ia"),
        ("Article 5(1)(b)(ii)", "art5/p1/ib/sii"),
        ("Art. 4a", "art4a"),
        ("Chapter III, Section 2", "ch3/sec2"),
        ("Recital 12", "rec12"),
        ("第十九条至第二十一条", "art19..21"),
        ("第十九至二十一条", "art19..21"),
        ("Articles 9-12", "art9..12"),
        ("第十九条第一款、第二款", "art19/p1+art19/p2"),
        ("Articles 9 and 10", "art9+art10"),
        ("19", "art19"),
        ("p. 12", "page12"),
        ("随便写的", ""),
        ("hello 19", ""),
        ("条", ""),
        ("", ""),
    ],
)
def test_one_provision_has_one_canonical_form(written: str, canonical: str) -> None:
    assert normalise(written) == canonical


@given(st.integers(0, 99_999))
def test_chinese_numbers_are_read_as_they_are_written(value: int) -> None:
    assert number(numeral(value)) == value


def test_other_ways_to_write_numbers_are_read() -> None:
    assert [number(text) for text in ("二〇二四", "廿一", "两百", "一百零五", "十", "19", "甲", "")] == [
        2024, 21, 200, 105, 10, 19, None, None,
    ]  # fmt: skip


@given(st.text(st.sampled_from("第十九条款项章（二）之一至、Art. 10(2)(a)iIV-–附件§"), max_size=16))
def test_anything_can_be_tried(written: str) -> None:
    canonical = normalise(written)
    assert canonical == normalise(written)
    if canonical:
        assert matches(canonical, canonical)
        assert spell(canonical, "zh")
        assert spell(canonical, "en")


def test_a_provision_holds_what_is_inside_it() -> None:
    assert matches("art19/p1", "art19")
    assert matches("art9+art10/p2", "art10")
    assert matches("art10", "art9..11")
    assert not matches("art19", "art1")
    assert not matches("art19", "art19/p1")
    assert not matches("art19", "")


def test_a_canonical_locator_is_written_in_both_languages() -> None:
    assert spell("art19/p1/i2", "zh_CN") == "第十九条第一款第（二）项"
    assert spell("art10/p2/ia", "en") == "Art. 10(2)(a)"
    assert spell("art19..21", "zh") == "第十九条至第二十一条"


def test_a_statute_is_outlined_and_mentions_are_no_provisions() -> None:
    text, layout = STATUTE
    found = outline(text, layout)
    assert [one.canonical for one in found] == ["ch1", "art1", "art2", "ch2", "art3", "art3-1"]
    assert text[found[2].start : found[2].end].endswith("这里只是提到它。")
    assert text[found[0].start : found[0].end].endswith("这里只是提到它。")
    assert found[-1].end == len(text)


def test_a_table_of_contents_is_not_the_statute() -> None:
    text, layout = _laid_out("目录", "第一章 总则", "第二章 附则", "第一章 总则", "第一条 甲。", "第二章 附则", "第二条 乙。")
    assert [one.canonical for one in outline(text, layout)] == ["ch1", "art1", "ch2", "art2"]


def test_a_passage_of_a_statute_is_named_by_its_provision() -> None:
    text, layout = STATUTE

    def at(words: str, language: str = "zh") -> str:
        return paragraph_locator(layout, text.index(words), text, language)

    assert at("为了做某事") == "第一条"
    assert at("下列事项") == "第二条第一款"
    assert at("乙事项") == "第二条第一款第（二）项"
    assert at("乙事项", "en") == "Art. 2(1)(2)"
    assert at("前款以外") == "第二条第二款"
    assert at("另有规定") == "第三条之一"
    assert at("监督") == "第二章 监督"
    assert at("二〇二四") == "¶1"


def test_a_passage_of_an_article_is_named_by_heading_and_paragraph() -> None:
    text, layout = _laid_out("# 题目", "第一段。", "", "第二段。", "## 小标题", "第三段。")
    places = [paragraph_locator(layout, text.index(words), text, "zh") for words in ("题目", "第一", "第二", "第三")]
    assert places == ["标题", "¶1", "¶2", "小标题 ¶3"]
    assert paragraph_locator(layout, 0, text, "en") == "Title"
    assert paragraph_locator(Layout(), 0, "", "en") == ""


@pytest.mark.skipif(not LAWS, reason="no statutes beside the checkout")
@pytest.mark.parametrize("path", LAWS, ids=lambda path: path.stem)
def test_the_articles_of_a_law_are_numbered_without_a_gap(path: Path) -> None:
    lines = [line.replace("**", "") for line in path.read_text("utf-8").split("\n") if line.strip()]
    numbers = [int(one.canonical[3:]) for one in outline(*_laid_out(*lines)) if one.level == 5]
    assert len(numbers) > 20
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
