"""Folding gives one text for what a reader takes to be the same, and exact positions back."""

from __future__ import annotations

from itertools import pairwise
from unicodedata import normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from db.folding import (
    Folded,
    find_all,
    fold,
    fold_for_anchoring,
    fold_query,
    fold_text,
    fold_text_for_anchoring,
    fold_texts,
    sources,
)

ODD = (
    "aﬁ㈠①½ Ａé\u0301\u0327\u0302がか\u3099ｶﾞ각\u1100\u1161\u11a8ㄱㅏİßΩ"
    "機器乾淨𠮷\U000e0100\u200b\u00ad，。“”「」\r\n\u2028…㎏ŉǆᾳ\u0345"
)
TEXTS = st.text(st.one_of(st.sampled_from(ODD), st.characters(codec="utf-8")), max_size=30)


@pytest.mark.parametrize(
    ("source", "folded"),
    [
        ("ＡＩ治理", "ai治理"),
        ("機器學習與資料安全", "机器学习与资料安全"),
        ("乾淨", "干净"),
        ("Café Naïve Ångström", "cafe naive angstrom"),
        ("e\u0301te\u0301", "ete"),
        ("ﬁne ㈠", "fine (一)"),
        ("İstanbul", "istanbul"),
        ("Straße", "strasse"),
        ("か\u3099", "が"),
        ("ｶﾞ", "ガ"),
        ("\u1100\u1161\u11a8", "각"),
        ("人工\u200b智\u00ad能", "人工智能"),
        ("", ""),
    ],
)
def test_search_folding_is_one_form_of_equal_words(source: str, folded: str) -> None:
    assert fold(source).text == folded


def test_marks_that_make_another_letter_outside_latin_stay() -> None:
    assert fold("が").text != fold("か").text
    assert fold("й").text != fold("и").text


def test_positions_lead_back_through_characters_that_became_several() -> None:
    folded = fold("一ﬁ㈠x")
    assert folded.text == "一fi(一)x"
    assert list(folded.origin) == [0, 1, 1, 2, 2, 2, 3, 4]
    assert folded.span(2, 3) == (1, 2)
    assert folded.span(4, 7) == (2, 4)
    assert folded.index(2) == 3


def test_positions_lead_back_through_characters_that_became_one() -> None:
    folded = fold("xe\u0301\u0327y")
    assert folded.text == "xey"
    assert folded.span(1, 2) == (1, 4)
    assert folded.span(2, 3) == (4, 5)


def test_anchoring_sees_through_typesetting() -> None:
    ours = fold_for_anchoring("“人工智能”，\n　安全——第(3)条。").text
    theirs = fold_for_anchoring("「人工 智能」,安全--第（３）條｡").text
    assert ours == theirs


def test_find_gives_source_spans_left_to_right() -> None:
    page = fold("「機器學習」与机器\u200b学习，ﬀf")
    assert find_all(page, "机器学习") == [(1, 5), (7, 12)]
    assert find_all(page, "F") == [(13, 14), (14, 15)]
    assert find_all(page, "") == []
    assert find_all(page, "\u200b") == []


def test_a_very_long_run_of_marks_is_folded_in_pieces() -> None:
    folded = fold("a" + "\u0301\u0327" * 20_000 + "b")
    assert folded.text[0] == "a"
    assert folded.text[-1] == "b"
    assert folded.span(len(folded.text) - 1, len(folded.text)) == (40_001, 40_002)


def _is_sound(source: str, folded: Folded) -> None:
    assert len(folded.origin) == len(folded.text) + 1
    assert folded.origin[-1] == len(source)
    assert all(a <= b for a, b in zip(folded.origin[:-1], folded.origin[1:], strict=True))
    spans = [folded.span(i, i + 1) for i in range(len(folded.text))]
    assert all(a < b <= len(source) for a, b in spans)
    assert all(after[0] >= before[1] or after == before for before, after in pairwise(spans))


@given(TEXTS)
@example(ODD)
@example("\ud800\u0301")
def test_positions_are_ordered_and_inside_the_source(source: str) -> None:
    _is_sound(source, fold(source))
    _is_sound(source, fold_for_anchoring(source))


@given(TEXTS)
@example("乾薴")
def test_folding_again_changes_nothing(source: str) -> None:
    assert fold_query(fold(source).text) == fold(source).text


@given(TEXTS, st.text(st.sampled_from("算法偏见 AI"), min_size=1, max_size=8), TEXTS)
def test_a_word_that_is_there_is_found(before: str, word: str, after: str) -> None:
    page = before + word + after
    if len(word.strip()) == len(word):
        spans = find_all(fold(page), word)
        assert spans
        assert all(fold(page[start:end]).text for start, end in spans)


@given(TEXTS)
@example("e\u0301備Ａ，")
@example("가\u11a8한")
def test_a_text_folded_alone_is_the_text_of_its_folding(text: str) -> None:
    assert fold_text(text) == fold(text).text
    assert fold_text_for_anchoring(text) == fold_for_anchoring(text).text


def test_many_different_characters_fold_alike_whatever_was_met_before() -> None:
    everything = "".join(map(chr, [*range(0x20, 0xD800), *range(0xE000, 0x10000)]))
    for text in (everything, "備案", "案" + everything[::-1], "Ａ" * 3):
        assert fold_text_for_anchoring(text) == fold_for_anchoring(text).text
        assert fold_text(text) == fold(text).text


@given(st.lists(TEXTS, max_size=5))
@example(["e", "\u0301", "\x1d"])
@example([])
def test_texts_folded_together_are_folded_as_each_alone(texts: list[str]) -> None:
    assert fold_texts(texts) == [fold_text(text) for text in texts]


def test_a_chinese_character_stands_where_one_of_its_sources_does() -> None:
    missed = [
        (chr(code), new)
        for code in (*range(0x80, 0xD800), *range(0xE000, 0x30000))
        if 0x3400 <= code <= 0x9FFF or normalize("NFKC", chr(code)) != chr(code)
        for new in fold_text(chr(code))
        if "\u3400" <= new <= "\u9fff" and chr(code) not in sources(new)
    ]
    assert not missed
    assert all(character in fold_text(other) for character in "台一国算" for other in sources(character))
    assert set(sources("台")) == set("台臺檯颱")
    assert [sources(text) for text in ("a", "", "が", "算法")] == [""] * 4
