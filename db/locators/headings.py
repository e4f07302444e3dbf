"""The outline of a text as a reader sees it: its headings and, in a statute, its parts, chapters, sections and articles. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from db.locators.outline import ARTICLE, Head, heads_of, shortened, without_contents
from db.records import Block, Layout

_LENGTH = 48
# A text with fewer articles than this quotes a statute and is none.
LEAST_ARTICLES = 3


@dataclass(frozen=True, slots=True)
class Heading:
    """One line of an outline: its words, shortened; its depth from 1, without gaps; where it stands (code points)."""

    title: str
    level: int
    start: int


def headings(text: str, layout: Layout) -> list[Heading]:
    """List the headings and provisions of a text in order, an article (条) with its first words."""
    every = heads_of(text, layout)
    heads = {head[0].start: head for head in without_contents(text, every)}
    entries = {head[0].start for head in every} - heads.keys()
    if sum(head[3] == ARTICLE for head in heads.values()) < LEAST_ARTICLES:
        heads = {start: head for start, head in heads.items() if head[3] < ARTICLE or head[0].kind == "heading"}
    ranks = _ranks(layout.blocks, heads, entries)
    found: list[Heading] = []
    above: list[int] = []
    for i, block in enumerate(layout.blocks):
        rank = ranks.get(block.start)
        if rank is None or block.end == block.start:
            continue
        while above and above[-1] >= rank:
            above.pop()
        above.append(rank)
        words = text[block.start : block.end]
        if block.start in heads and heads[block.start][1] == " ".join(words.split()):
            after = layout.blocks[i + 1] if i + 1 < len(layout.blocks) else block
            words += "" if after.start in ranks else f" {text[after.start : after.end]}"
        found.append(Heading(shortened(words[: 4 * _LENGTH], _LENGTH), len(above), block.start))
    return found


def _ranks(blocks: tuple[Block, ...], heads: Mapping[int, Head], entries: set[int]) -> dict[int, int]:
    """Give where each line of the outline stands, by its start: smaller is further out; other headings fit in by their level."""
    known: dict[int, int] = {}
    for block, _label, _step, level in heads.values():
        if block.kind == "heading":
            known[block.level] = min(known.get(block.level, 10 * level), 10 * level)
    ranks = {}
    for block in blocks:
        if block.start in heads:
            ranks[block.start] = 10 * heads[block.start][3]
        elif block.kind == "heading" and block.start not in entries:
            outer = [level for level in known if level <= block.level]
            nearest = max(outer, default=0)
            ranks[block.start] = (
                known[nearest] + (block.level - nearest if nearest < block.level else 0) if outer else block.level
            )
    return ranks
