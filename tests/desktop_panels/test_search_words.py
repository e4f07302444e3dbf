"""A query said as a sentence, and filters put into its text."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from db.search.query import parse
from desktop.query_changes import filters, toggled
from desktop.query_words import sentence
from desktop.words import use_language


def called(field: str, value: str) -> str:
    return {"bias": "3.1.1(b) 偏见歧视", "li": "李"}.get(value, value)


SAID = {
    "code:bias coder:li 算法 -数据 published:2024..2025": (
        "Passages coded 3.1.1(b) 偏见歧视, by 李, published 2024–2025, whose words hold 算法 and not 数据",
        "编码为“3.1.1(b) 偏见歧视”、由“李”所作、2024年至2025年发布、文字含“算法”而不含“数据”的片段",
    ),
    "算法": ("Everything whose words hold 算法", "文字含“算法”的任何内容"),
    "kind:note 算法 OR coder:li": (
        "Everything ((of the kind note and whose words hold 算法) or by 李)",
        "（（类型为笔记且文字含“算法”）或由“李”所作）的任何内容",
    ),
    "kind:note (算法 OR 数据)": ("Notes whose words hold (算法 or 数据)", "文字含（“算法”或“数据”）的笔记"),
    "-算法": ("Everything whose words do not hold 算法", "文字不含“算法”的任何内容"),
    "code:bias code:b -coder:li": (
        "Passages coded 3.1.1(b) 偏见歧视 and b, not by 李", "编码为“3.1.1(b) 偏见歧视”和“b”、并非由“李”所作的片段",
    ),
    "status:已核对": ("Articles and passages in articles marked checked", "所在文章状态为已核对的文章和片段"),
    "overlaps:(code:bias coder:li)": (
        "Passages overlapping another passage coded 3.1.1(b) 偏见歧视, by 李",
        "与编码为“3.1.1(b) 偏见歧视”、由“李”所作的另一片段重叠的片段",
    ),
    "同句:bias": (
        "Passages in one sentence with another passage coded 3.1.1(b) 偏见歧视",
        "与编码为“3.1.1(b) 偏见歧视”的另一片段同句的片段",
    ),
    "算法 责任 near:5": (
        "Everything whose words hold 算法 and 责任 within 5 characters of each other",
        "文字含“算法”和“责任”且彼此相距不超过 5 字的任何内容",
    ),
    "published:2024-05..": ("Articles and passages published from May 2024 on", "2024年5月以后发布的文章和片段"),
    "地区:上海": ("Articles and passages whose 地区 is 上海", "“地区”为“上海”的文章和片段"),
}  # fmt: skip


@pytest.mark.parametrize("query", SAID)
def test_a_query_is_one_sentence_in_both_languages(qapp: QApplication, query: str) -> None:
    english, chinese = SAID[query]
    use_language(qapp, "en")
    found = sentence(parse(query).root, called)
    use_language(qapp, "zh_CN")
    zh = sentence(parse(query).root, called)
    use_language(qapp, "en")
    assert (found, zh) == (english, chinese)


def test_kinds_chosen_beside_the_query_are_what_is_shown(qapp: QApplication) -> None:
    use_language(qapp, "en")
    assert sentence(parse("算法").root, called, ["passage", "note"]) == "Passages and notes whose words hold 算法"
    assert sentence(None, called) == ""


CHANGED = (
    # (query, field, value, excluded, what it becomes)
    ("算法", "code", "bias", False, "算法 code:bias"),
    ("", "code", "bias", False, "code:bias"),
    ("算法 ", "coder", "Maya Chen", True, '算法 -coder:"Maya Chen"'),
    ("算法 code:bias", "code", "bias", False, "算法"),
    ("算法 编码:bias", "code", "bias", True, "算法 -code:bias"),
    ("算法 -code:bias", "code", "bias", True, "算法"),
    ("算法 OR 数据", "published", "2024", False, "(算法 OR 数据) published:2024"),
    ("算法 (数据", "published", "2024", False, "算法 (数据 published:2024"),
    ("code:bias", "code", "bias", False, ""),
)


@pytest.mark.parametrize(("query", "field", "value", "excluded", "becomes"), CHANGED)
def test_a_filter_is_put_into_the_text_or_taken_out(query: str, field: str, value: str, excluded: bool, becomes: str) -> None:
    assert toggled(query, field, value, exclude=excluded) == becomes


def test_filters_are_written_in_the_language_of_the_window() -> None:
    assert toggled("算法", "coder", "李明", chinese=True) == "算法 编码者:李明"
    assert dict(filters("算法 编码者:李明 -code:bias (code:x OR code:y)")) == {("coder", "李明"): True, ("code", "bias"): False}
