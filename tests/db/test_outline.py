"""The outline of a text: headings and provisions in one list, nested without gaps."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.locators import headings
from db.records import Block, BlockKind, Layout
from tests.test_locators import LAWS, STATUTE, _laid_out


def shown(*lines: str) -> list[tuple[int, str]]:
    return [(one.level, one.title) for one in headings(*_laid_out(*lines))]


def test_an_article_has_its_headings() -> None:
    assert shown("# 题目", "段落。", "## 甲", "段落。", "#### 深处", "## 乙") == [(1, "题目"), (2, "甲"), (3, "深处"), (2, "乙")]
    assert shown("没有标题的一段。") == []
    assert headings("", Layout()) == []


def test_a_statute_has_its_chapters_and_articles_with_their_first_words() -> None:
    text, layout = STATUTE
    found = headings(text, layout)
    assert [(one.level, one.title) for one in found] == [
        (1, "某某安全办法"), (2, "第一章 总则"), (3, "第一条 为了做某事，制定本办法。"), (3, "第二条 下列事项适用本办法："),
        (2, "第二章 监督"), (3, "第三条 有关部门负责监督。"), (3, "第三条之一 另有规定的除外。"),
    ]  # fmt: skip
    assert all(text.startswith(one.title[:2], one.start) for one in found)


def test_a_plain_text_statute_nests_by_what_its_provisions_are() -> None:
    found = shown("办法", "第一编 总", "第一章 甲", "第一节 子", "第一条 一。", "第二条 二。", "第二编 分", "第三条 三。")
    assert [level for level, _title in found] == [1, 2, 3, 4, 4, 1, 2]
    assert [title for _level, title in found][3:6] == ["第一条 一。", "第二条 二。", "第二编 分"]


def test_a_heading_that_is_no_provision_stands_beside_those_of_its_level() -> None:
    lines = ("# 办法", "## 第一章 总则", "第一条 一。", "### 说明", "第二条 二。", "## 结语", "第三条 三。", "## 第二章 附则")
    assert shown(*lines) == [
        (1, "办法"), (2, "第一章 总则"), (3, "第一条 一。"), (3, "说明"), (4, "第二条 二。"), (2, "结语"), (3, "第三条 三。"),
        (2, "第二章 附则"),
    ]  # fmt: skip


def test_a_table_of_contents_is_not_listed() -> None:
    lines = (
        "# 办法",
        "## 目录",
        "## 第一章 总则",
        "## 第二章 附则",
        "## 第一章 总则",
        "第一条 一。",
        "## 第二章 附则",
        "第二条 二。",
        "第三条 三。",
    )
    assert [title for _level, title in shown(*lines)] == [
        "办法", "目录", "第一章 总则", "第一条 一。", "第二章 附则", "第二条 二。", "第三条 三。",
    ]  # fmt: skip


def test_an_article_that_quotes_one_provision_is_no_statute() -> None:
    assert shown("# 评论", "第十九条 这一条说得清楚。", "## 小结") == [(1, "评论"), (2, "小结")]


def test_a_number_alone_takes_the_words_below_it_and_long_ones_are_shortened() -> None:
    found = shown("第一条", "为了做事。", "第二条", "第三条", "长" * 90)
    assert [title for _level, title in found] == ["第一条 为了做事。", "第二条", f"第三条 {'长' * 43}…"]


KINDS: tuple[BlockKind, ...] = ("heading", "paragraph")


@given(
    lines=st.lists(
        st.tuples(
            st.sampled_from(KINDS),
            st.integers(1, 6),
            st.sampled_from(["", "第一编 甲", "第二章", "第三节 丙", "第四条 丁。", "戊"]),
        ),
        max_size=12,
    )
)
def test_levels_begin_at_one_and_never_skip(lines: list[tuple[BlockKind, int, str]]) -> None:
    blocks, at = [], 0
    for kind, level, words in lines:
        blocks.append(Block(kind, at, at + len(words), level if kind == "heading" else 0))
        at += len(words) + 1
    text = "\n".join(words for _kind, _level, words in lines)
    found = headings(text, Layout(tuple(blocks)))
    assert [one.level for one in found[:1]] in ([], [1])
    assert all(1 <= after.level <= before.level + 1 and before.start < after.start for before, after in pairwise(found))
    assert all(one.title for one in found)


@pytest.mark.skipif(not LAWS, reason="no statutes beside the checkout")
def test_a_law_has_every_article_in_its_outline() -> None:
    for path in LAWS:
        lines = [line.replace("**", "") for line in path.read_text("utf-8").split("\n") if line.strip()]
        found = headings(*_laid_out(*lines))
        assert sum(one.title.startswith("第") and "条" in one.title[:12] for one in found) > 20
        assert {one.level for one in found} == set(range(1, max(one.level for one in found) + 1))
