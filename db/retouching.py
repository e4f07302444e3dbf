"""A text edited in place: its layout carried over the edit, so that only what was touched is laid out anew. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from db.records import Block, Inline, Layout


def edited(text: str, layout: Layout, start: int, end: int, replacement: str) -> tuple[str, Layout]:
    """Put a replacement in place of text[start:end]; gives the new text and its layout.

    Blocks outside stay as they are. Those touched become one block a line: the first keeps what the first was, the last
    what the last was, those between are paragraphs (items, between two items).
    """
    by = len(replacement) - (end - start)
    new = text[:start] + replacement + text[end:]
    before: list[Block] = []
    touched: list[Block] = []
    after: list[Block] = []
    for block in layout.blocks:
        if block.end < start or (block.end == start and new[start : start + 1] in ("", "\n") and block.start < start):
            before.append(block)
        elif block.start > end or (block.start == end and new[: end + by][-1:] in ("", "\n") and block.end > end):
            after.append(replace(block, start=block.start + by, end=block.end + by))
        else:
            touched.append(block)
    low = min([start, *(block.start for block in touched)])
    high = max([end, *(block.end for block in touched)]) + by
    beside = bool(before and before[-1].end == low), bool(after and after[0].start == high)
    inlines = tuple(sorted(_inlines(layout, start, end, by), key=lambda inline: (inline.start, inline.end)))
    pages = tuple((label, _moved(at, start, end, by)) for label, at in layout.pages)
    return new, Layout((*before, *_lines(new, low, high, touched, beside), *after), inlines, pages)


def _lines(text: str, low: int, high: int, touched: list[Block], beside: tuple[bool, bool]) -> Iterator[Block]:
    """Lay text[low:high] out as one block a line; a block that stays may end or begin at its very edge."""
    if low == high and any(beside):
        return
    low += beside[0] and text[low] == "\n"
    high -= beside[1] and high > low and text[high - 1] == "\n"
    first = touched[0] if touched else Block("paragraph", 0, 0)
    last = touched[-1] if touched else first
    lines = text[low:high].split("\n")
    between = first if first.kind == last.kind == "item" else Block("paragraph", 0, 0)
    at = low
    for number, line in enumerate(lines):
        like = first if number == 0 else last if number == len(lines) - 1 and len(touched) > 1 else between
        yield replace(like, start=at, end=at + len(line))
        at += len(line) + 1


def _inlines(layout: Layout, start: int, end: int, by: int) -> Iterator[Inline]:
    """Move emphasis and links: what lies around the edit grows with it, what it cuts keeps what is left."""
    for inline in layout.inlines:
        if inline.end <= start:
            yield inline
        elif inline.start >= end:
            yield replace(inline, start=inline.start + by, end=inline.end + by)
        elif inline.start <= start and inline.end >= end:
            if inline.end + by > inline.start:
                yield replace(inline, end=inline.end + by)
        elif inline.start < start:
            yield replace(inline, end=start)
        else:
            yield replace(inline, start=end + by, end=inline.end + by)


def _moved(at: int, start: int, end: int, by: int) -> int:
    return at if at <= start else at + by if at >= end else max(start, end + by)
