"""A mark never moves to a wrong place."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.anchors import Alignment, Anchor, Placement, Quotes, find, same_text_differs
from db.errors import Cancelled
from tests.anchoring.mutations import CLASSES, Text, article, cases, edited, sentence
from tests.anchoring.score import PLACED, score

LETTERS = st.text(st.sampled_from("ab人工智能，。“”\n \r\u3000e\u0301\u200b𠮷ﬁ👩\u200d🔬數"), max_size=50)


@pytest.fixture(scope="module")
def page() -> str:
    return article(random.Random(7), 3_000)


def _sentences(count: int, seed: int = 1) -> list[str]:
    rng = random.Random(seed)
    return [sentence(rng) for _ in range(count)]


def _mark(text: str, quote: str) -> Anchor:
    return Anchor.of(text, text.index(quote), text.index(quote) + len(quote))


def test_nearly_all_marks_survive_what_befalls_articles_and_none_goes_wrong() -> None:
    result = score(cases(seed=11, length=6_000, each=120))
    assert result.share("right") >= 98, result.all
    assert result.wrong_placed <= 0.1, result.faults


def test_equal_texts_keep_every_place(page: str) -> None:
    anchor = Anchor.of(page, 100, 140)
    assert Alignment.of(page, page).place(anchor) == Placement("exact", 100, 140, 1.0, "equal")


def test_a_text_typeset_anew_keeps_its_marks_with_their_own_edges() -> None:
    old = "第一段，“人工智能”治理。\n第二段讨论標準与安全！\n"
    new = "　　第一段,「人工 智能」治理。\r\n\r\n　　第二段讨论标准与安全!\r\n"
    placed = Alignment.of(old, new).place(_mark(old, "“人工智能”治理。\n"))
    assert (placed.status, placed.confidence) == ("exact", 0.99)
    assert new[placed.start : placed.end] == "「人工 智能」治理。\r\n"


def test_text_inserted_at_an_edge_stays_outside() -> None:
    one, two, three = _sentences(3)
    placed = Alignment.of(one + two + three, f"{one}插进来的话。{two}又插进来的话。{three}").place(_mark(one + two + three, two))
    assert placed.status == "exact"
    assert placed.span == (len(one) + 6, len(one) + 6 + len(two))


def test_a_moved_paragraph_takes_its_marks_along(page: str) -> None:
    paragraphs = page.split("\n")
    quote = paragraphs[2][5:45]
    new = "\n".join([*paragraphs[:2], *paragraphs[3:9], paragraphs[2], *paragraphs[9:]])
    placed = Alignment.of(page, new).place(_mark(page, quote))
    assert placed.status == "moved"
    assert new[placed.start : placed.end] == quote


def test_a_deleted_passage_is_gone_though_its_twin_stands() -> None:
    lines = _sentences(12)
    old = "".join([*lines, lines[3]])
    new = "".join([*lines[:3], *lines[4:], lines[3]])
    placed = Alignment.of(old, new).place(_mark(old, lines[3]))
    assert placed.status == "gone"
    assert placed.span is None
    twin = new.index(lines[3])
    assert [(one.start, one.end) for one in placed.candidates] == [(twin, twin + len(lines[3]))]


@pytest.mark.parametrize("copy", [0, 1])
def test_of_two_equal_neighbours_one_deleted_is_nobodys_guess(copy: int) -> None:
    before, quote, after = _sentences(3, seed=3)
    old, new = before + quote + quote + after, before + quote + after
    start = len(before) + copy * len(quote)
    placed = Alignment.of(old, new).place(Anchor.of(old, start, start + len(quote)))
    assert placed.status in ("review", "gone")
    assert placed.how == "unsure"


def test_a_deletion_that_could_slide_stops_at_a_sentence() -> None:
    old = "总则如下。应当评估模型风险。应当评估数据质量。附则如下，自发布之日起施行。"
    new = "总则如下。应当评估数据质量。附则如下，自发布之日起施行。"
    alignment = Alignment.of(old, new)
    assert alignment.place(Anchor.of(old, 5, 13)).status in ("gone", "review")
    kept = alignment.place(_mark(old, "应当评估数据质量"))
    assert new[kept.start : kept.end] == "应当评估数据质量"


def test_another_article_under_the_same_address_takes_no_mark(page: str) -> None:
    other = article(random.Random(99), 3_000)
    assert same_text_differs(page, other)
    placed = Alignment.of(page, other).place(Anchor.of(page, 100, 140))
    assert (placed.status, placed.how, placed.candidates) == ("gone", "another text", ())


def test_a_short_page_is_no_version_of_a_long_one_that_holds_its_characters(page: str) -> None:
    short = article(random.Random(99), 120)
    assert same_text_differs(page, short)
    assert same_text_differs(short, page)
    assert not same_text_differs(page, page[:200])


def test_heavy_editing_does_not_make_another_article(page: str) -> None:
    assert not same_text_differs(page, edited(random.Random(2), Text.of(page), 0.3).text)


def test_an_emptied_article_has_no_places(page: str) -> None:
    assert Alignment.of(page, "").place(Anchor.of(page, 0, 10)).status == "gone"


def test_points_and_white_space_stay_between_their_neighbours() -> None:
    old, new = "甲乙丙丁。\n戊己庚辛。", "开头。甲乙丙丁。\n戊己庚辛。"
    alignment = Alignment.of(old, new)
    assert alignment.place(Anchor(2, 2, "")).span == (5, 5)
    assert alignment.place(Anchor(5, 6, "\n")).span == (8, 9)


@pytest.mark.parametrize("span", [(-3, 4), (5, 900), (7, 2)])
def test_an_anchor_outside_its_text_is_looked_for_and_never_breaks(span: tuple[int, int]) -> None:
    old = "".join(_sentences(6))
    quote = old[20:40]
    placed = Alignment.of(old, "前言。" + old).place(Anchor(*span, quote))
    assert (placed.status, placed.how) == ("review", "unverified")
    assert ("前言。" + old)[placed.start : placed.end] == quote


def test_aligning_can_be_cancelled(page: str) -> None:
    def cancel(done: int, _total: int) -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        Alignment.of(page, page[10:], progress=cancel)


def test_a_quote_without_its_text_is_found_by_quote_and_context(page: str) -> None:
    anchor = Anchor.of(page, 500, 530)
    placed = find("新的开头。\n" + page, anchor)
    assert placed == Placement("exact", 506, 536, 1.0, "unverified")


def test_a_repeated_quote_without_its_text_is_told_by_its_context_or_left_for_review() -> None:
    lines = _sentences(8, seed=5)
    text = "".join([*lines[:4], lines[1], *lines[4:]])
    quotes = Quotes(text)
    second = text.rindex(lines[1])
    with_context = Anchor.of(text, second, second + len(lines[1]))
    assert quotes.find(with_context).span == (second, second + len(lines[1]))
    bare = quotes.find(Anchor(3, 4, lines[1]))
    assert bare.status == "review"
    assert len(bare.candidates) == 1


def test_a_position_without_a_quote_is_for_review() -> None:
    assert find("人工智能治理", Anchor(0, 4, "")).status == "review"
    assert find("人工智能治理", Anchor(0, 9, "")).status == "gone"


def test_a_slightly_edited_quote_without_its_text_is_found(page: str) -> None:
    quote = page[700:760]
    placed = find(page, Anchor(0, 1, quote[:20] + "另" + quote[22:], page[660:700], page[760:800]))
    assert placed.how == "unverified"
    assert placed.span == (700, 760)


@settings(max_examples=150)
@given(LETTERS, LETTERS, st.data())
def test_places_are_always_inside_the_text(old: str, new: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(old)))
    end = data.draw(st.integers(start, len(old)))
    anchor = Anchor(start, end, old[start:end], old[max(0, start - 8) : start], old[end : end + 8])
    for placed in (Alignment.of(old, new).place(anchor), find(new, anchor)):
        spans = [(one.start, one.end) for one in placed.candidates]
        for low, high in [placed.span, *spans] if placed.span else spans:
            assert 0 <= low <= high <= len(new)
        assert (placed.status == "gone") == (placed.span is None)
        if placed.status == "exact" and placed.confidence == 1.0:
            assert new[slice(*placed.span or (0, 0))] == anchor.exact


@settings(max_examples=60)
@given(st.sampled_from(sorted(CLASSES)), st.integers(0, 2**16))
def test_what_is_placed_unasked_is_sure(name: str, seed: int) -> None:
    rng = random.Random(seed)
    old = article(rng, 300)
    if old.count("\n") < 2:
        old += "\n" + article(rng, 300) + "\n" + article(rng, 100)
    alignment = Alignment.of(old, CLASSES[name](rng, Text.of(old)).text)
    for start in range(0, len(old) - 20, 37):
        placed = alignment.place(Anchor.of(old, start, start + 20))
        assert (placed.status in PLACED) == (placed.confidence >= 0.75)
