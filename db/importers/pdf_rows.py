"""Rows of a PDF's tables whose cells run over several lines, put together again."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from db.importers.pdf_lines import Line, is_cjk

_NEAR = 4.0  # points by which a cell's lines may begin apart


def joined_rows(lines: Sequence[Line]) -> list[Line]:
    """Give lines with those that go on with cells of the row above them joined to it.

    Such lines begin under cells of that row, are fewer than its cells, and stand nearer to it than rows stand to each other.
    """
    found: list[Line] = []
    n = 0
    while n < len(lines):
        row, before = lines[n], lines[n - 1] if n else None
        going_on = _going_on(lines, n, before) if row.cells else 0
        for line in lines[n + 1 : n + 1 + going_on]:
            row = _joined(row, line)
        found.append(row)
        n += 1 + going_on
    return found


def _going_on(lines: Sequence[Line], n: int, before: Line | None) -> int:
    """Give how many lines after a row go on with its cells."""
    row = lines[n]
    count, step, base = 0, 0.0, row.base
    for line in lines[n + 1 :]:
        own = line.cells or (line.left,)
        under = all(any(abs(left - cell) <= _NEAR for cell in row.cells) for left in own)
        if line.chunk != row.chunk or not under or len(own) >= len(row.cells) or not 0 < line.base - base <= 1.45 * row.size:
            break
        if line.left <= row.cells[0] + _NEAR and line.right > row.cells[1] - 1 and not line.cells:
            break  # it runs on under the next cell: text below the table
        step, base = max(step, line.base - base), line.base
        count += 1
    if not count:
        return 0
    after = lines[n + 1 + count] if n + 1 + count < len(lines) else None
    dense = before is not None and before.cells and before.chunk == row.chunk and row.base - before.base < 1.15 * step
    tight = after is not None and after.chunk == row.chunk and after.base - base < 1.15 * step
    return 0 if dense or tight else count


def _joined(row: Line, line: Line) -> Line:
    texts = row.text.split("\t")
    for left, text in zip(line.cells or (line.left,), line.text.split("\t"), strict=False):
        at = min(len(texts), max(1, bisect_right(row.cells, left + _NEAR))) - 1
        bare = not texts[at] or is_cjk(texts[at][-1]) or is_cjk(text[:1])
        texts[at] += text if bare else f" {text}"
    return replace(row, text="\t".join(texts), right=max(row.right, line.right))
