"""Quotes and citations: plain, HTML and Pandoc, with the locator that is written everywhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.citing import Quote, pandoc_key, quote_of
from db.locators import paragraph_locator
from db.records import Block, Layout
from tests.test_locators import STATUTE, _laid_out

ARTICLE = _laid_out(
    "# 谁来审计",
    "模型要说明理由。",
    "他说：“理由‘不充分’的，不算说明。”别人don’t agree。",
    "## 备案",
    "备案不是许可。",
    "许可另行办理。",
)


def cited(words: str, last: str = "", language: str = "zh", source: tuple[str, Layout] = ARTICLE) -> Quote:
    text, layout = source
    start = text.index(words)
    end = text.index(last, start) + len(last) if last else start + len(words)
    return quote_of("王鹏2023", text, layout, start, end, language)


def test_a_quote_in_a_line_in_both_languages() -> None:
    quote = cited("模型要说明理由")
    assert quote.plain() == "“模型要说明理由”（王鹏2023，¶1）"
    assert quote.pandoc() == "“模型要说明理由” [@王鹏2023, para. 1]"
    assert quote.html() == '<p><q style="quotes: none">“模型要说明理由”</q>（王鹏2023，¶1）</p>'
    assert cited("模型要说明理由", language="en").plain() == "“模型要说明理由” (王鹏2023, ¶1)"


def test_quotation_marks_inside_change_places_and_apostrophes_stay() -> None:
    quote = cited("他说：“理由‘不充分’的，不算说明。”", "别人don’t agree。")
    assert quote.plain() == "“他说：‘理由“不充分”的，不算说明。’别人don’t agree。”（王鹏2023，¶2）"
    assert Quote('a "b" c', "K", "", "", "en").plain() == "“a 'b' c” (K)"


def test_a_heading_is_named_before_the_paragraph_and_pandoc_gets_the_number() -> None:
    quote = cited("备案不是许可")
    assert (quote.locator, quote.locator_pandoc) == ("备案 ¶3", "para. 3")
    title = cited("谁来审计", language="en")
    assert (title.locator, title.locator_pandoc, title.pandoc()) == ("Title", "", "“谁来审计” [@王鹏2023]")
    assert (cited("备案", "备案").locator, cited("备案", "备案").locator_pandoc) == ("备案", "")
    assert cited("备案\n备案不是许可").locator == "备案 ¶3"


def test_several_paragraphs_are_a_block_and_a_range() -> None:
    quote = cited("说明理由。", "许可另行")
    assert (quote.locator, quote.locator_pandoc) == ("¶1–4", "paras. 1–4")
    assert quote.text.split("\n") == ["说明理由。", *ARTICLE[0].split("\n")[2:5], "许可另行"]
    assert quote.plain().startswith("“说明理由。 / 他说：‘理由“不充分”的")
    assert quote.plain().endswith(" / 许可另行”（王鹏2023，¶1–4）")
    lines = quote.pandoc().split("\n")
    assert lines[::2] == [f"> {line}" for line in quote.text.split("\n")[:-1]] + ["> 许可另行 [@王鹏2023, paras. 1–4]"]
    assert set(lines[1::2]) == {">"}
    html = quote.html()
    assert html.startswith("<blockquote><p>说明理由。</p><p>他说：“理由‘不充分’的")
    assert html.endswith("<p>许可另行（王鹏2023，¶1–4）</p></blockquote>")


def test_a_long_quote_is_a_block_too() -> None:
    text = "监管需要证据。" * 30
    quote = quote_of("K", text, Layout.of_lines(text), 0, len(text), "en")
    assert quote.html() == f"<blockquote><p>{text} (K, ¶1)</p></blockquote>"
    assert quote.pandoc() == f"> {text} [@K, para. 1]"
    assert quote.plain() == f"“{text}” (K, ¶1)"


@pytest.mark.parametrize(
    ("words", "last", "locator", "pandoc"),
    [
        ("为了做某事", "", "第一条", "art. 1"),
        ("下列事项", "", "第二条第一款", "art. 2(1)"),
        ("乙事项", "", "第二条第一款第（二）项", "art. 2(1)(2)"),
        ("甲事项", "乙事项", "第二条第一款第（一）项至第（二）项", "art. 2(1)(1–2)"),
        ("下列事项", "前款", "第二条第一款至第二款", "art. 2(1–2)"),
        ("下列事项", "甲事项", "第二条第一款", "art. 2(1)"),
        ("乙事项", "部门负责", "第二条至第三条", "arts. 2–3"),
        ("前款以外", "第二章", "第二条第二款至第三款", "art. 2(2–3)"),
        ("第二章", "", "第二章 监督", "chap. 2"),
        ("另有规定", "", "第三条之一", "art. 3-1"),
    ],
)
def test_a_passage_of_a_statute_is_cited_by_its_provision(words: str, last: str, locator: str, pandoc: str) -> None:
    quote = cited(words, last, source=STATUTE)
    assert (quote.locator, quote.locator_pandoc) == (locator, pandoc)


def test_there_is_one_locator_for_everybody() -> None:
    text, layout = STATUTE
    for start, end in ((26, 30), (43, 60), (60, 130), (110, 120)):
        for language in ("zh", "en"):
            written = paragraph_locator(layout, start, text, language, end)
            assert quote_of("K", text, layout, start, end, language).locator == written


def test_white_space_around_a_passage_belongs_to_no_other_paragraph() -> None:
    text, layout = ARTICLE
    start = text.index("备案不是许可")
    quote = quote_of("K", text, layout, start - 1, start + 8, "en")
    assert (quote.locator, quote.text) == ("备案 ¶3", "备案不是许可。")


def test_a_whole_article_is_cited_without_words() -> None:
    quote = quote_of("王鹏2023", *ARTICLE, None, None, "zh")
    assert (quote.plain(), quote.html(), quote.pandoc()) == ("（王鹏2023）", "<p>（王鹏2023）</p>", "[@王鹏2023]")


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("王鹏2023", "王鹏2023"), ("doe99", "doe99"), ("_a", "_a"), ("a:b.c", "a:b.c"), ("https://x.org/a", "{https://x.org/a}"),
        ("a--b", "{a--b}"), ("a.", "{a.}"), ("-a", "{-a}"), ("a,b", "{a,b}"), ("王 鹏 2023", "{王_鹏_2023}"), ("a}b", "{a_b}"),
    ],
)  # fmt: skip
def test_a_key_is_written_as_pandoc_reads_it(key: str, written: str) -> None:
    assert pandoc_key(key) == written


def test_signs_of_markdown_and_html_stay_signs() -> None:
    text = "a *b* [c] <d> & `e`_f\n# no heading\n1. no list\n- nor this"
    blocks = Layout(tuple(Block("paragraph", found.start(), found.end()) for found in re.finditer("[^\n]+", text)))
    quote = quote_of("<K>", text, blocks, 0, len(text), "en")
    assert quote.pandoc().split("\n")[::2] == [
        r"> a \*b\* \[c\] \<d\> & \`e\`\_f",
        r"> \# no heading",
        r"> 1\. no list",
        r"> \- nor this [@{<K>}, paras. 1–4]",
    ]
    assert "<p>a *b* [c] &lt;d&gt; &amp; `e`_f</p>" in quote.html()
    assert "(&lt;K&gt;, ¶1–4)" in quote.html()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words = ""

    def handle_data(self, data: str) -> None:
        self.words += data


@given(text=st.text(st.sampled_from("法a<>&\"'“”‘’\n #*_[]\t\u3000😀"), min_size=1, max_size=30), data=st.data())
def test_anything_can_be_quoted_and_comes_back_out_of_html(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    quote = quote_of("K", text, Layout.of_lines(text), start, end, "en")
    reader = _Words()
    reader.feed(quote.html())
    reader.close()
    assert "\n" not in quote.plain()
    assert quote.pandoc().count("[@K") == 1
    if quote.is_block:
        assert reader.words == quote.text.replace("\n", "") + f" {quote.citation}"
    else:
        assert reader.words == quote.plain()
