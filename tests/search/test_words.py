"""What matches what."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from db.folding import fold, fold_text, fold_texts
from db.search import words
from db.search.words import BREAK, pattern, tokens, tokens_of

# (text, term, in quotes, what of the text fits)
FITS = [
    ("发展人工智能产业", "人工智能", False, ["人工智能"]),
    ("发展人工智能产业", "智", False, ["智"]),
    ("其中，国家", "中国", False, []),
    ("XY，YZ".replace("X", "甲").replace("Y", "乙").replace("Z", "丙"), "甲乙丙", False, []),
    ("人工\n智能", "人工智能", False, ["人工\n智能"]),
    ("人工 \n　智能", "人工智能", False, ["人工 \n　智能"]),
    ("人工 智能", "人工智能", False, []),
    ("統籌發展和安全", "统筹发展", False, ["統籌發展"]),
    ("统筹发展", "統籌發展", True, ["统筹发展"]),
    ("ＧＰＴ－４ 模型", "gpt-4", False, ["ＧＰＴ－４"]),
    ("AIGC、OpenAI 与 AI", "ai", False, ["AI", "AI"]),
    ("AIGC、OpenAI 与 AI", "ai", True, ["AI"]),
    ("生成式AI", "AI", False, ["AI"]),
    ("生成式 AI 服务", "生成式AI服务", False, ["生成式 AI 服务"]),
    ("生成式，AI", "生成式AI", False, []),
    ("GPT4 GPT 4 GPT-4 GPT‑4", "GPT-4", False, ["GPT4", "GPT 4", "GPT-4", "GPT‑4"]),
    ("GPT4 GPT 4 GPT-4 GPT‑4", "GPT4", False, ["GPT4", "GPT 4", "GPT-4", "GPT‑4"]),
    ("GPT4 GPT 4 GPT-4", "GPT-4", True, ["GPT-4"]),
    ("GPT4 GPT 4 GPT-4", "GPT4", True, ["GPT4"]),
    ("GPT-4。o", "GPT-4o", False, []),
    ("GPT-4o", "GPT-4", False, ["GPT-4"]),
    ("1998 年 19 条", "19", False, ["19", "19"]),
    ("1998 年 19 条", "19", True, ["19"]),
    ("安全、发展", "安全、发展", False, ["安全、发展"]),
    ("安全，发展", "安全、发展", False, ["安全，发展"]),
    ("安全，发展", "安全、发展", True, []),
    ("安全，发展", "安全 发展", True, ["安全，发展"]),
    ("安全、\n发展", "安全、发展", True, ["安全、\n发展"]),
    ("安全发展", "安全 发展", True, []),
    ("machine\nlearning", "machine learning", True, ["machine\nlearning"]),
    ("risk, safety", "risk safety", True, ["risk, safety"]),
    ("《数据安全法》", "《数据", False, ["《数据"]),
    ("遵守数据安全法", "《数据", False, []),
    ("3.1.1（b）偏见", "3.1.1(b)", False, ["3.1.1（b"]),
    ("café", "CAFE", True, ["café"]),
    ("ﬁne", "fine", True, ["ﬁne"]),
    ("がか", "か", False, ["か"]),
    ("한국어 인공지능", "공지", False, ["공지"]),
    ("〇一二", "〇一", False, ["〇一"]),
]


@pytest.mark.parametrize(("text", "term", "whole", "expected"), FITS)
def test_a_term_fits_what_it_should_and_gives_its_places(text: str, term: str, whole: bool, expected: list[str]) -> None:
    found = pattern(term, whole)
    assert found is not None
    assert [text[start:end] for start, end in found.spans(fold(text))] == expected


def test_the_index_keeps_pairs_last_characters_words_and_book_marks() -> None:
    assert " ".join(tokens(fold("《数据\n安全法》第19条，GPT-4").text).split()) == "《 数据 据安 安全 全法 法 》 第 19 条 gpt 4"


@pytest.mark.parametrize("text", ["", "，", "***", '"', "\x00", " \n"])
def test_a_text_without_letters_has_no_pattern(text: str) -> None:
    assert pattern(text) is None


def test_many_line_breaks_do_not_make_matching_slow() -> None:
    found = pattern("人工智能")
    assert found is not None
    text = "人" + "\n " * 50_000 + "工智能"
    assert found.find(text) == (0, len(text))
    assert tokens("人" + "\n " * 50_000).split() == ["人"]


_TEXTS = st.lists(
    st.text("甲乙中国aAbé14《》，。、- \n_\x1e\x1d\x03が한\u0903\U00020001\ud800", max_size=12), min_size=1, max_size=5
)


@given(_TEXTS)
@example(["国", "\n乙"])
def test_texts_made_into_words_together_give_the_words_of_each(texts: list[str]) -> None:
    folded = fold_texts(texts)
    assert folded == [fold_text(text) for text in texts]
    assert [words.split() for words in tokens_of(folded)] == [tokens(text).split() for text in folded]


def test_a_long_text_is_made_into_words_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "中国\n人工智能，GPT-4。《数据安全法》\x1d_b 2" * 100
    whole = tokens(text).split()
    monkeypatch.setattr(words, "_AT_ONCE", 10)
    seen: list[tuple[int, int]] = []
    assert tokens(text, lambda done, total: seen.append((done, total))).split() == whole
    assert len(seen) > 50
    assert all(0 < done < total == len(text) for done, total in seen)


def test_no_term_fits_over_the_break_between_texts() -> None:
    for term, whole in (("甲、乙", False), ("甲 乙", True), ("甲b", False), ("甲b", True), ("a b", True), ("甲《", False)):
        found = pattern(term, whole)
        assert found is not None
        assert found.find(fold(f"甲{BREAK}乙 甲{BREAK}b a{BREAK}b 甲{BREAK}《").text) is None
