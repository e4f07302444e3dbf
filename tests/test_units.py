"""Units of a text: characters, words, clauses, sentences, paragraphs and provisions, in Chinese, in English and in between."""

from __future__ import annotations

import re
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from db import units
from db.records import Block, Layout
from db.units import Unit, tokens
from db.units.edges import trimmed

TILING: tuple[Unit, ...] = ("character", "word", "clause", "sentence", "paragraph")
STATUTE = (
    "某某系统管理办法\n第一章 总则\n第一条 为了规范某某系统，制定本办法。\n"
    "第二条 本办法所称系统，是指甲、乙。\n丙不适用本办法。\n"
    "第三条 有下列情形之一的，应当备案：\n（一）面向公众；\n（二）用于招聘。\n前款情形由主管部门认定。\n\n"
    "第四条 本办法自公布之日起施行。"
)
# Everything a text may hold that has gone wrong somewhere: marks, emoji, flags, right-to-left, full-width, quotes, stops.
ALPHABET = [
    *"甲乙人工智能一二三的了aB19 \u3000\t\r",
    *"\n\n。。，，；：、！？!?.,;:…—“”‘’「」（）()《》[]\"'-_/%@",
    *(
        "\u0301",
        "\ufe0f",
        "\u200d",
        "\U000e0100",
        "👩",
        "👍🏽",
        "🇨",
        "🇳",
        "1\ufe0f\u20e3",
        "𠮷",
        "葛\U000e0100",
        "한",
        "カ",
        "が",
        "क्षि",
    ),
    *(
        "שלום",
        "عربي",
        "\u200f",
        "，\ufe00",
        "。\ufe00",
        "……",
        "——",
        "\r\n",
        "１２",
        "Art. 5",
        "e.g. ",
        "U.S. ",
        "3.14",
        "《你好？》",
        "（真的！）",
    ),
]
TEXTS = st.lists(st.sampled_from(ALPHABET), max_size=40).map("".join)


def cut(text: str, unit: Unit, layout: Layout | None = None) -> list[str]:
    """Give the units of a text in words."""
    return [text[start:end] for start, end in units.spans(text, unit, layout)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["他问：“这公平吗？”", "没有人回答。", "走了"],
        ["他说：“好。”", "然后走了。"],
        ["“好。", "我走了。”"],
        ["“走吧！”，他说，“快！”"],
        ["“公平？”、“透明？”", "都是问题。", "见下文……", "完"],
        ["《你好吗？》的作者（真的！）来了。", "（见第三条。）", "完。"],
        ["他来了。", '"人工智能"是新词。', '他说："好。"', "走了,真的?", "是的!"],
        ["所谓“？”是一个标点。", "对!!!", "好……"],
        ["第3.14节写道 see Sec. 4 of Art. 10 and No. 5, e.g. the U.S. Congress, J. Smith et al. 2020.", "Then stop!"],
        ["In the U.S.", "They differ.", "Is it fair?", "No.", "The end."],
        ["1. Scope of this text.", "A second one."],
        ['"Stop!" he said.', '"Why?"'],
        ["See https://a.example/x?y=1.2 and a.b!c for it.", "Yes."],
        ["Wait ... what?", "(See Art. 5.)", "Fine"],
        ["이것은 문장이다.", "هل هذا عادل؟", "نعم."],
        ["好。\ufe00", "对"],
    ],
)
def test_sentences_end_where_a_reader_says(sentences: list[str]) -> None:
    joined = "".join(one + (" " if one[-1].isascii() or one[0].isascii() else "") for one in sentences)
    assert cut(joined, "sentence") == sentences


@pytest.mark.parametrize(
    "clauses",
    [
        ["提供者应当建立、健全制度，", "明确责任；", "不得：", "泄露数据。"],
        ["他说：", "“好，", "走。”"],
        ["“走吧，”", "他说"],
        ["人工智能——", "一种技术——", "有风险。"],
        ["支付１，０００元，", "或1,000元,", "在10:30前。"],
        ["北京—上海，", "a:b"],
    ],
)
def test_clauses_end_after_commas_semicolons_colons_and_dashes(clauses: list[str]) -> None:
    assert cut("".join(clauses), "clause") == clauses


def test_an_english_clause_ends_after_a_comma_before_white_space() -> None:
    assert cut("If so, providers (e.g. Acme) must: stop; report.", "clause") == [
        *("If so,", "providers (e.g. Acme) must:", "stop;", "report.")
    ]


def test_words_are_those_of_the_language_and_figures_names_and_addresses_stay_whole() -> None:
    text = "我们的GPT-4模型见3.1.1(b)：https://a.example/x?y=1。《人工智能》don’t U.S. 4.5% 1,000——"
    text += "1️⃣👨\u200d👩\u200d👧🇨🇳🇺🇸葛\U000e0100城"
    assert cut(text, "word") == [
        *("我们", "的", "GPT-4", "模型", "见", "3.1.1(b)", "：", "https://a.example/x?y=1", "。", "《", "人工智能", "》"),
        *("don’t", "U.S.", "4.5%", "1,000", "——", "1️⃣", "👨\u200d👩\u200d👧", "🇨🇳", "🇺🇸", "葛\U000e0100", "城"),
    ]


def test_without_the_segmenter_a_chinese_character_is_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rjieba", None)
    tokens._segmenter.cache_clear()
    try:
        assert cut("人工智能GPT-4，", "word") == ["人", "工", "智", "能", "GPT-4", "，"]
    finally:
        tokens._segmenter.cache_clear()


def test_a_character_is_what_a_reader_takes_for_one() -> None:
    characters = ["e\u0301", "𠮷", "👩\u200d🚀", "🇨🇳", "🇺🇸", "1\ufe0f\u20e3", "葛\U000e0100", "क्षि", "，"]
    assert cut(" \r\n".join(characters), "character") == characters
    text = "🇨🇳" * 30
    assert units.unit_at(text, 31, "character") == (30, 32)


def test_provisions_are_paragraphs_with_their_items_items_and_whole_articles() -> None:
    found = cut(STATUTE, "provision")
    assert found[3:9] == [
        "第二条 本办法所称系统，是指甲、乙。",
        "丙不适用本办法。",
        "第三条 有下列情形之一的，应当备案：\n（一）面向公众；\n（二）用于招聘。",
        "（一）面向公众；",
        "（二）用于招聘。",
        "前款情形由主管部门认定。",
    ]
    assert found[:2] == ["某某系统管理办法", "第一章 总则"]
    assert found[-1] == "第四条 本办法自公布之日起施行。"


def test_the_provision_at_a_point_is_the_smallest_and_steps_go_from_one_to_the_next() -> None:
    layout = Layout.of_lines(STATUTE)
    whole = units.unit_at(STATUTE, STATUTE.index("下列情形"), "provision", layout)
    item = units.unit_at(STATUTE, STATUTE.index("招聘"), "provision", layout)
    assert STATUTE[slice(*item)] == "（二）用于招聘。"
    assert whole[0] < item[0] < item[1] == whole[1]
    after = units.unit_after(STATUTE, whole[1], "provision", layout)
    assert after
    assert STATUTE[slice(*after)] == "前款情形由主管部门认定。"
    assert units.unit_before(STATUTE, after[0], "provision", layout) == item
    assert units.next_start(STATUTE, whole[0], "provision", layout) == STATUTE.index("（一）")
    assert units.previous_start(STATUTE, item[1], "provision", layout) == item[0]
    first = STATUTE.index("公众")
    assert units.widened(STATUTE, first, item[1], "provision", layout) == (STATUTE.index("（一）"), item[1])
    assert units.unit_before(STATUTE, 0, "provision", layout) is None
    assert units.unit_after(STATUTE, len(STATUTE), "provision", layout) is None


def test_a_text_without_provisions_falls_back_to_paragraphs() -> None:
    text = "甲。\n\n（一）乙；\n丙"
    assert units.spans(text, "provision") == units.spans(text, "paragraph") == [(0, 2), (4, 9), (10, 11)]
    assert units.unit_after(text, 1, "provision") == (4, 9)
    assert units.previous_start(text, 9, "provision") == 4
    assert units.spans("第一条 甲", "provision", Layout((Block("paragraph", 0, 5),))) == [(0, 5)]


@pytest.mark.parametrize(
    ("selected", "kept"),
    [
        ("，应当备案，", "应当备案"),
        (" 。”他走了。\n", "他走了。"),
        ("“好。我走了", "好。我走了"),
        ("“好。”", "“好。”"),
        ("走了。”", "走了。"),
        ("“甲”与“乙”", "“甲”与“乙”"),
        ("甲（见“", "甲（见"),
        ("（一）建立", "（一）建立"),
        ("一）建立（", "一）建立"),
        ("；：、", "；：、"),
        ("——人工智能——", "人工智能"),
        ('"quoted" word', '"quoted" word'),
        ('a word"', "a word"),
        (".NET, ", ".NET"),
        ("users’", "users’"),
        ("。\ufe00甲，\ufe00", "甲"),
        ("\u3000 \t", ""),
    ],
)
def test_a_selection_keeps_its_words_and_its_stop_but_no_loose_punctuation(selected: str, kept: str) -> None:
    text = f"前{selected}后"
    start, end = units.drawn_in(text, 1, 1 + len(selected))
    assert text[start:end] == kept


def test_widening_goes_out_to_whole_units_and_then_by_the_rule_for_edges() -> None:
    text = "甲乙，丙丁；戊己。\n庚辛。"
    start = text.index("丁")
    assert text[slice(*units.widened(text, start, start + 1, "free"))] == "丁"
    assert text[slice(*units.widened(text, start, start + 1, "clause"))] == "丙丁"
    assert text[slice(*units.widened(text, start, start + 1, "sentence"))] == "甲乙，丙丁；戊己。"
    assert text[slice(*units.widened(text, start, len(text) - 1, "paragraph"))] == text
    assert units.widened(text, 9, 10, "clause") in {(9, 9), (10, 10)}


def test_from_white_space_the_unit_before_is_taken_and_an_empty_line_has_none() -> None:
    text = "  甲。  乙。 \n\n丙"
    assert units.unit_at(text, 4, "sentence") == units.unit_at(text, 5, "sentence") == (2, 4)
    assert units.unit_at(text, 0, "sentence") == (2, 4)
    assert units.unit_at(text, text.index("\n"), "word") == (7, 8)
    assert units.unit_at(text, text.index("丙") - 1, "sentence") == (10, 10)
    assert units.unit_at(text, 99, "sentence") == (11, 12)
    assert units.unit_at("", 0, "word") == (0, 0)


def test_a_step_crosses_any_number_of_empty_lines() -> None:
    text = "甲。" + "\n" * 200_000 + "乙。"
    for unit in units.UNITS:
        last = units.unit_after(text, 2, unit)
        assert last
        assert last[0] == 200_002
        assert units.next_start(text, 1, unit) == 200_002
        assert units.previous_start(text, 200_002, unit) < 2


@pytest.mark.parametrize(
    "piece", ["字", "word ", "。", "🇨🇳", "👍", "“", "a,b", "甲乙，丙。Then e.g. 3.1 “好。”", '他说"好。"走', "e\u0301 "]
)
def test_a_paragraph_of_half_a_million_characters_is_like_any_other(piece: str) -> None:
    length = 500_000 // len(piece)
    text, sample = piece * length, piece * 600
    at = length // 200 * 100 * len(piece)
    for unit in ("character", "word"):
        near, far = units.unit_at(sample, 200 * len(piece), unit), units.unit_at(text, at, unit)
        assert (far[0] - at, far[1] - at) == (near[0] - 200 * len(piece), near[1] - 200 * len(piece))
    for unit in ("clause", "sentence"):
        assert units.unit_at(text, at, unit) in units.spans(text, unit)
    start, end = units.drawn_in(text, 0, len(text))
    assert 0 <= start < end <= len(text)


@given(TEXTS)
def test_units_are_in_order_apart_within_their_line_and_hold_all_that_can_be_read(text: str) -> None:
    for unit in TILING:
        found = units.spans(text, unit)
        assert all(one[1] <= other[0] for one, other in pairwise(found))
        assert all(start < end and "\n" not in text[start:end].strip("\r\n") for start, end in found)
        held = "".join(text[start:end] for start, end in found)
        assert "".join(held.split()) == "".join(text.split())


@settings(max_examples=60)
@given(TEXTS)
def test_the_unit_at_after_and_before_every_point_is_the_one_of_the_whole_text(text: str) -> None:
    for unit in TILING:
        found = units.spans(text, unit)
        for point in range(len(text) + 1):
            if point < len(text) and not text[point].isspace():
                holding = [one for one in found if one[0] <= point < one[1]]
                assert holding == [units.unit_at(text, point, unit)]
            assert units.unit_after(text, point, unit) == next((one for one in found if one[0] >= point), None)
            assert units.unit_before(text, point, unit) == next((one for one in reversed(found) if one[1] <= point), None)
            assert units.next_start(text, point, unit) == next((s for s, _ in found if s > point), len(text))
            assert units.previous_start(text, point, unit) == max((s for s, _ in found if s < point), default=0)


@settings(max_examples=60)
@given(TEXTS, st.integers(1, 12))
def test_a_near_look_finds_what_a_look_at_the_whole_paragraph_finds(text: str, reach: int) -> None:
    line = text.replace("\n", "") * 3
    kept, units._REACH = units._REACH, reach
    try:
        for unit in ("clause", "sentence"):
            found = units.spans(line, unit)
            for point in (p for p in range(len(line)) if not line[p].isspace()):
                assert units.unit_at(line, point, unit) in found
    finally:
        units._REACH = kept


@given(TEXTS)
def test_larger_units_are_made_of_whole_smaller_ones_and_no_character_is_split(text: str) -> None:
    whole = {m.start() for m in regex.finditer(r"\X", text)} | {len(text)}
    for unit in ("word", "clause", "sentence"):
        assert {edge for span in units.spans(text, unit) for edge in span} <= whole
    clauses = {edge for span in units.spans(text, "clause") for edge in span}
    assert {edge for span in units.spans(text, "sentence") for edge in span} <= clauses


@given(TEXTS, st.integers(0, 80), st.integers(0, 80))
def test_drawing_in_is_done_once_and_for_all_and_never_leaves_the_span(text: str, one: int, other: int) -> None:
    low, high = sorted((min(one, len(text)), min(other, len(text))))
    start, end = units.drawn_in(text, low, high)
    assert low <= start <= end <= high
    assert units.drawn_in(text, start, end) == (start, end)
    assert (start == end) == (not text[low:high].strip())
    assert trimmed(text, start, end) == (start, end)


@settings(max_examples=60)
@given(TEXTS, st.integers(0, 80), st.integers(0, 80))
def test_widening_again_changes_nothing(text: str, one: int, other: int) -> None:
    low, high = sorted((min(one, len(text)), min(other, len(text))))
    for unit in ("clause", "sentence", "paragraph"):
        once = units.widened(text, low, high, unit)
        assert units.widened(text, *once, unit) == once


@pytest.mark.parametrize("unit", units.UNITS)
def test_the_units_of_real_statutes_hold_together(unit: Unit) -> None:
    laws = sorted((Path(__file__).resolve().parents[2] / "shared" / "laws").glob("*.md"))
    if not laws:
        pytest.skip("no statutes beside the project")
    text = max((law.read_text(encoding="utf-8") for law in laws), key=len)[:30_000]
    found = units.spans(text, unit)
    assert all(one[0] < other[0] for one, other in pairwise(found))
    for start, end in found[:: max(1, len(found) // 200)]:
        assert text[start:end].strip() == text[start:end]
        assert units.unit_at(text, start, unit) == (start, end)
        assert unit == "provision" or not re.search(r"\n", text[start:end])
