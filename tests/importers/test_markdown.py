"""Markdown with every character of ordinary text kept."""

from __future__ import annotations

import pytest

from db import importers
from db.records import Draft


def read(text: str) -> Draft:
    return importers.read_text("# 题\n\n" + text, as_is=True)


def body(text: str) -> str:
    return read(text).text.removeprefix("题\n")


def marked(draft: Draft, kind: str) -> list[str]:
    return [draft.text[i.start : i.end] for i in draft.layout.inlines if i.kind == kind]


@pytest.mark.parametrize(
    "text",
    [
        "5*3=15，2*4=8",
        "甲* 和乙*",
        "变量 a_b_c 与_下划线_x",
        "《<AI>》与 a < b > c，R&D，AT&T；",
        "[[维基]] 与 [[页|名]]",
        "#话题# 不是标题",
        "[1]: 王某某. 论文题目. 2020",
        "“引号”与'单引号'—破折号...省略号--",
        "　　全角缩进　中间\u00a0不断行\u2028行分\u200b零宽",
        "~~删~~ ==亮== ^上^ $x_1$",
        "2**10 与 **未闭合",
        "1）甲 （二）乙 ①丙",
    ],
)
def test_ordinary_text_loses_no_character(text: str) -> None:
    assert body(text) == text


@pytest.mark.parametrize(
    ("text", "bold"),
    [
        ("甲。**一是安全。**后文", ["一是安全。"]),
        ("**“引”**，再**（二）**乙", ["“引”", "（二）"]),
        ("**第一条**　为了规范", ["第一条"]),
        ("__粗__ 与 **粗**字", ["粗", "粗"]),
        ("***粗斜***字", ["粗斜"]),
    ],
)
def test_bold_is_seen_beside_chinese_punctuation(text: str, bold: list[str]) -> None:
    assert marked(read(text), "bold") == bold


def test_a_list_right_under_a_line_is_a_list() -> None:
    draft = read("如下：\n* 甲\n* 乙\n    * 丙\n\n3. 三\n4. 四")
    items = [(b.marker, b.level, draft.text[b.start : b.end]) for b in draft.layout.blocks if b.kind == "item"]
    assert items == [("•", 1, "甲"), ("•", 1, "乙"), ("•", 2, "丙"), ("3.", 1, "三"), ("4.", 1, "四")]


def test_lines_of_a_paragraph_stay_lines_and_wrapped_prose_is_joined() -> None:
    assert body("北窗观察员\n法规\n后一行") == "北窗观察员\n法规\n后一行"
    wrapped = "A model card is written once, on the day of release,\nby people who already know all the answers."
    assert body(wrapped) == wrapped.replace("\n", " ")


def test_tables_are_rows_with_cells_between_tabs() -> None:
    draft = read("| 甲 | 乙 |\n|---|---|\n| 1 | **2** |")
    assert draft.text == "题\n甲\t乙\n1\t2"
    assert marked(draft, "bold")[-1] == "2"


def test_quotes_code_and_footnotes_are_kept() -> None:
    draft = read("> 引文\n\n```\n代码  两格\n```\n\n注[^1]。\n\n[^1]: 脚注。")
    kinds = [(b.kind, draft.text[b.start : b.end]) for b in draft.layout.blocks[1:]]
    assert kinds == [("quote", "引文"), ("code", "代码  两格"), ("paragraph", "注[1]。"), ("item", "脚注。")]


def test_raw_html_is_read_and_nothing_of_it_runs() -> None:
    draft = read("<script>alert(1)</script>\n\n甲<b>乙</b>\n\n[丙](javascript:alert(1)) [丁](https://a.example)")
    assert draft.text == "题\n甲乙\n丙 丁"
    assert [i.href for i in draft.layout.inlines if i.kind == "link"] == ["https://a.example"]
    assert any(r.facts == {"count": "1"} for r in draft.remarks)


def test_a_short_bold_paragraph_is_a_heading_and_a_bold_sentence_is_not() -> None:
    draft = read("**一、背景**\n\n**这是一整句加粗的话。**\n\n**第三条**")
    assert [b.kind for b in draft.layout.blocks] == ["heading", "heading", "paragraph", "paragraph"]


def test_front_matter_lists_quotes_and_addresses_are_read() -> None:
    text = '---\ntitle: "题: 副题"\nauthor:\n  - "[[王鹏]]"\n  - 李 明\nsource: https://a.example/x\n'
    text += "published: 2024-05-01\n---\n\n正文。"
    draft = importers.read_text(text)
    assert (draft.title, draft.url, draft.publisher) == ("题: 副题", "https://a.example/x", "")
    assert [a.name for a in draft.authors] == ["王鹏", "李明"]
    assert draft.text == "正文。"


def test_a_title_known_only_from_front_matter_is_not_in_the_text() -> None:
    assert importers.read_text("---\ntitle: 题\n---\n\n只有正文。").text == "只有正文。"
