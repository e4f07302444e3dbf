"""Sentences, paragraphs and steps of the caret in Chinese and in mixed text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.reader import steps

TEXT = "他问：“这公平吗？”没有人回答。第 3.5 节写道 see Sec. 4 below. Then stop!\n下一段……完"


@pytest.mark.parametrize(
    ("inside", "sentence"),
    [
        ("公平", "他问：“这公平吗？”"),
        ("没有", "没有人回答。"),
        ("3.5", "第 3.5 节写道 see Sec."),
        ("stop", "Then stop!"),
        ("下一段", "下一段……"),
        ("完", "完"),
    ],
)
def test_a_sentence_takes_its_stop_and_the_quotes_that_close_it(inside: str, sentence: str) -> None:
    start, end = steps.sentence_at(TEXT, TEXT.index(inside))
    assert TEXT[start:end] == sentence


@given(st.text(alphabet="甲乙a1。！. ”\n\u3000", max_size=30), st.integers(0, 30))
def test_a_sentence_never_leaves_its_paragraph_and_steps_always_get_on(text: str, point: int) -> None:
    point = min(point, len(text))
    low, high = steps.paragraph_at(text, point)
    start, end = steps.sentence_at(text, point)
    assert low <= start <= end <= high
    assert point == len(text) or steps.next_step(text, point) > point
    assert point == 0 or steps.previous_step(text, point) < point
    assert point == len(text) or steps.next_sentence(text, point) > point
    assert point == 0 or steps.previous_sentence(text, point) < point


def test_a_step_is_a_latin_word_a_number_or_one_chinese_character() -> None:
    text = "人工 intelligence 2.0版"
    stops = [0]
    while stops[-1] < len(text):
        stops.append(steps.next_step(text, stops[-1]))
    assert stops == [0, 1, 3, 16, 19, 20]
    back = [len(text)]
    while back[-1] > 0:
        back.append(steps.previous_step(text, back[-1]))
    assert back == stops[::-1]


def test_white_space_at_the_edges_is_not_selected() -> None:
    text = "\u3000甲 乙\u00a0\n"
    start, end = steps.trimmed(text, 0, len(text))
    assert text[start:end] == "甲 乙"
    assert steps.trimmed("  ", 0, 2) == (0, 0)
