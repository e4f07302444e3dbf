"""Blocks kept and left out, chosen anew: the text, its layout and what was left out always fit together."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db import importers
from db.importers.putting_back import BY_HAND, blocks_of, chosen
from db.records import Block, Draft, Inline, Layout, Removed

PAGES = sorted((Path(__file__).parent / "files").glob("*.*"))


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """Drafts of up to ten blocks, some left out, with a bold stretch in each that stays and pages here and there."""
    words = draw(st.lists(st.text("甲乙𠀀b ", min_size=1, max_size=6), min_size=1, max_size=10))
    out = draw(st.lists(st.booleans(), min_size=len(words), max_size=len(words)))
    blocks, inlines, removed, pages, kept = [], [], [], [], []
    at = whole = 0
    for n, (text, gone) in enumerate(zip(words, out, strict=True)):
        if gone:
            removed.append(Removed(whole, whole + len(text), "navigation", text))
        else:
            blocks.append(Block("item", at, at + len(text), 1, "•"))
            inlines.append(Inline("bold", at, at + len(text)))
            if n % 3 == 0:
                pages.append((str(n), at))
            kept.append(text)
            at += len(text) + 1
        whole += len(text) + 1
    return Draft("题", "\n".join(kept), Layout(tuple(blocks), tuple(inlines), tuple(pages)), removed=tuple(removed))


def check(draft: Draft) -> None:
    """All that must hold of a draft's text, layout and what was left out of it."""
    assert draft.text == "\n".join(draft.text[b.start : b.end] for b in draft.layout.blocks)
    assert all(b.end + 1 == c.start for b, c in pairwise(draft.layout.blocks))
    spans = {(b.start, b.end) for b in draft.layout.blocks}
    assert all(any(s <= i.start < i.end <= e for s, e in spans) for i in draft.layout.inlines)
    starts = [start for _, start in draft.layout.pages]
    assert starts == sorted(starts)
    assert all(0 <= start < len(draft.text) for start in starts)
    whole = "\n".join(piece.text for piece in blocks_of(draft))
    assert all(whole[r.start : r.end] == r.text for r in draft.removed)


@settings(deadline=None)
@given(drafts())
def test_the_choice_that_was_made_gives_the_same_draft(draft: Draft) -> None:
    assert chosen(draft, [piece.kept for piece in blocks_of(draft)]) == draft


@settings(deadline=None)
@given(drafts(), st.data())
def test_any_choice_gives_a_text_whose_positions_are_right(draft: Draft, data: st.DataObject) -> None:
    pieces = blocks_of(draft)
    kept = data.draw(st.lists(st.booleans(), min_size=len(pieces), max_size=len(pieces)))
    new = chosen(draft, kept)
    check(new)
    assert [p.text for p in blocks_of(new)] == [p.text for p in pieces]
    assert [p.kept for p in blocks_of(new)] == kept
    assert new.text == "\n".join(p.text for p, choice in zip(pieces, kept, strict=True) if choice)


@settings(deadline=None)
@given(drafts(), st.data())
def test_what_stays_bold_is_the_same_words(draft: Draft, data: st.DataObject) -> None:
    pieces = blocks_of(draft)
    kept = data.draw(st.lists(st.booleans(), min_size=len(pieces), max_size=len(pieces)))
    new = chosen(draft, kept)
    bold = [new.text[i.start : i.end] for i in new.layout.inlines]
    assert bold == [p.text for p, choice in zip(pieces, kept, strict=True) if choice and p.kept]


@settings(deadline=None)
@given(drafts())
def test_all_put_back_is_the_text_as_it_is_and_one_alone_is_itself(draft: Draft) -> None:
    pieces = blocks_of(draft)
    whole = chosen(draft, [True] * len(pieces))
    assert (whole.text, whole.removed) == ("\n".join(p.text for p in pieces), ())
    for n, piece in enumerate(pieces):
        alone = chosen(draft, [k == n for k in range(len(pieces))])
        assert alone.text == piece.text
        check(alone)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_real_pages_can_be_chosen_from(path: Path) -> None:
    draft = importers.read(path)
    pieces = blocks_of(draft)
    assert chosen(draft, [piece.kept for piece in pieces]) is draft
    whole = chosen(draft, [True] * len(pieces))
    assert whole.text == importers.read(path, as_is=True).text
    turned = chosen(draft, [not piece.kept for piece in pieces])
    check(turned)
    assert {r.reason for r in turned.removed} == {BY_HAND}
    assert BY_HAND in importers.REASONS


def test_a_choice_must_name_every_block() -> None:
    draft = Draft("题", "甲", Layout.of_lines("甲"))
    with pytest.raises(ValueError, match="2 choices for 1 blocks"):
        chosen(draft, [True, False])


def test_a_page_whose_first_block_goes_begins_with_the_next_and_an_empty_page_goes() -> None:
    text = "甲甲\n乙\n丙丙"
    draft = Draft("题", text, Layout(Layout.of_lines(text).blocks, (), (("1", 0), ("2", 3), ("3", 5))))
    assert chosen(draft, [True, False, True]).layout.pages == (("1", 0), ("3", 3))
    within = Draft("题", text, Layout(Layout.of_lines(text).blocks, (), (("1", 0), ("2", 1))))
    assert chosen(within, [False, True, True]).layout.pages == (("2", 0),)
    assert chosen(within, [True, True, False]).layout.pages == (("1", 0), ("2", 1))
