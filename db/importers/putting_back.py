"""What an import kept and what it left out, in reading order, and the text that follows when a person chooses otherwise."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from db.records import Block, BlockKind, Draft, Inline, Layout, Removed, Version

BY_HAND = "by_hand"  # the reason of what a person left out; among boilerplate.REASONS

Text = TypeVar("Text", Draft, Version)


@dataclass(frozen=True, slots=True)
class Piece:
    """A block of the file: of the reading text (reason ""), or left out of it."""

    kind: BlockKind
    text: str
    reason: str
    kept: bool


def blocks_of(draft: Draft | Version) -> list[Piece]:
    """Give the blocks of a text and what was left out between them, in reading order; `kept` says which make up the text."""
    return [
        Piece(found.kind, draft.text[found.start : found.end], "", kept=True)
        if isinstance(found, Block)
        else Piece(_kind(found), found.text, found.reason, kept=False)
        for found in _in_order(draft)
    ]


def chosen(draft: Text, kept: Sequence[bool]) -> Text:
    """Give the text with the blocks that `kept` names, one for each of blocks_of; ValueError unless there is one for each.

    A block put back is a plain paragraph, table row or figure; one left out has the reason BY_HAND. The data stay as they are.
    """
    found = _in_order(draft)
    if len(kept) != len(found):
        raise ValueError(f"{len(kept)} choices for {len(found)} blocks")
    if all(choice == isinstance(one, Block) for one, choice in zip(found, kept, strict=True)):
        return draft
    texts: list[str] = []
    blocks: list[Block] = []
    removed: list[Removed] = []
    moved: dict[int, int] = {}  # where a kept block began → where it begins
    at = whole = 0
    for one, choice in zip(found, kept, strict=True):
        is_block = isinstance(one, Block)
        text = draft.text[one.start : one.end] if isinstance(one, Block) else one.text
        if choice:
            blocks.append(replace(one, start=at, end=at + len(text)) if isinstance(one, Block) else _block(one, at))
            if is_block:
                moved[one.start] = at
            texts.append(text)
            at += len(text) + 1
        else:
            removed.append(Removed(whole, whole + len(text), BY_HAND, text) if isinstance(one, Block) else one)
        whole += len(text) + 1
    layout = Layout(tuple(blocks), _inlines(draft.layout, moved), _pages(draft.layout, moved))
    return replace(draft, text="\n".join(texts), layout=layout, removed=tuple(removed))


def _in_order(draft: Draft | Version) -> list[Block | Removed]:
    """Put blocks and what was left out in one order: a removed block's position counts in the text with nothing left out."""
    found: list[Block | Removed] = []
    out = iter(sorted(draft.removed, key=lambda r: r.start))
    waiting = next(out, None)
    whole = 0
    for block in draft.layout.blocks:
        while waiting and waiting.start <= whole:
            found.append(waiting)
            whole += len(waiting.text) + 1
            waiting = next(out, None)
        found.append(block)
        whole += block.end - block.start + 1
    return found + ([waiting, *out] if waiting else [])


def _kind(removed: Removed) -> BlockKind:
    return "figure" if removed.reason == "picture" else "row" if "\t" in removed.text else "paragraph"


def _block(removed: Removed, at: int) -> Block:
    return Block(_kind(removed), at, at + len(removed.text))


def _inlines(layout: Layout, moved: dict[int, int]) -> tuple[Inline, ...]:
    """Give what is bold, linked and so on in the blocks that stay, at its new place."""
    starts = [block.start for block in layout.blocks]

    def kept() -> Iterator[Inline]:
        for inline in layout.inlines:
            home = starts[bisect_right(starts, inline.start) - 1]
            if home in moved:
                yield replace(inline, start=inline.start - home + moved[home], end=inline.end - home + moved[home])

    return tuple(kept())


def _pages(layout: Layout, moved: dict[int, int]) -> tuple[tuple[str, int], ...]:
    """Give the pages of which anything stays; where its first block goes, a page begins with the next that stays."""
    starts = [block.start for block in layout.blocks]
    found: list[tuple[str, int]] = []
    for n, (label, start) in enumerate(layout.pages):
        end = layout.pages[n + 1][1] if n + 1 < len(layout.pages) else starts[-1] + 1
        first = max(0, bisect_right(starts, start) - 1)
        stays = next((home for home in starts[first:] if home in moved), None)
        if stays is None or (stays >= end and n + 1 < len(layout.pages)):
            continue
        found.append((label, moved[stays] + max(0, start - stays)))
    return tuple(found)
