"""What counts as a paragraph of a text: one rule for margins, locators and citations. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

from db.records import Block

_COLUMN = 24  # the longest column before a title, with its sign: 专家解读 | …
_ENDS_COLUMN = tuple("|｜丨】」：:—–-·")
_WORD = re.compile(r"\S")


def begins_with_title(text: str, title: str) -> bool:
    """Whether the first line of a text says its title, perhaps behind a column (前沿 | …), and more follows."""
    title = " ".join(title.split())
    end = text.find("\n")
    if not title or not 0 < end <= 2 * len(title) + 4 * _COLUMN:
        return False
    line = " ".join(text[:end].split())
    before = line.removesuffix(title).rstrip()
    said = line.endswith(title) and (not before or (len(before) <= _COLUMN and before.endswith(_ENDS_COLUMN)))
    return said and _WORD.search(text, end) is not None


def paragraph_numbers(text: str, blocks: Sequence[Block], title: str = "") -> list[int]:
    """Number the blocks of a text: all with words in them count, but headings and the line that says the article's title.

    A block that does not count has the number of the one before it, 0 at the beginning.
    """
    titled = begins_with_title(text, title)
    return list(accumulate(int(not (titled and block.start == 0) and counts(text, block)) for block in blocks))


def counts(text: str, block: Block) -> bool:
    """Whether a block is a paragraph: no heading, and not blank."""
    return block.kind != "heading" and not is_blank(text, block)


def is_blank(text: str, block: Block) -> bool:
    """Whether a block has no words."""
    return not text[block.start : block.start + 1].strip() and not text[block.start : block.end].strip()
