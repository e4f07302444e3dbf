"""What matches what."""

from __future__ import annotations

import pytest

from db.folding import fold
from db.search.words import pattern, tokens

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
    assert tokens(fold("《数据\n安全法》第19条，GPT-4").text) == "《 数据 据安 安全 全法 法 》 第 19 条 gpt 4"


@pytest.mark.parametrize("text", ["", "，", "***", '"', "\x00", " \n"])
def test_a_text_without_letters_has_no_pattern(text: str) -> None:
    assert pattern(text) is None


def test_many_line_breaks_do_not_make_matching_slow() -> None:
    found = pattern("人工智能")
    assert found is not None
    text = "人" + "\n " * 50_000 + "工智能"
    assert found.find(text) == (0, len(text))
    assert tokens("人" + "\n " * 50_000).split() == ["人"]
