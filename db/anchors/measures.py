"""How alike passages and their surroundings are, and which stretch of a text fits a quote best; all texts folded."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.distance import Levenshtein

from db.anchors.chain import Run

# Characters compared on either side of a passage.
AROUND = 32
# The edit distance of longer passages is read off what their alignment kept.
_LONG = 4_000
# An image this much longer than its quote holds something else.
_STRETCHED = 1.3


def similarity(quote: str, image: str, kept: int) -> float:
    """Give 0..1 for two passages of whose characters `kept` are aligned with each other."""
    longest = max(len(quote), len(image), 1)
    if longest > _LONG:
        return kept / longest
    return Levenshtein.normalized_similarity(quote, image)


def context(old: str, start: int, end: int, new: str, new_start: int, new_end: int) -> float:
    """Give 0..1 for how alike two passages' surroundings are; the edge of the old text says nothing."""
    before = old[max(0, start - AROUND) : start], new[max(0, new_start - AROUND) : new_start]
    after = old[end : end + AROUND], new[new_end : new_end + AROUND]
    return surroundings(before, after)


def surroundings(before: tuple[str, str], after: tuple[str, str]) -> float:
    """Give 0..1 for (known, found) texts before and after a passage; what is not known says nothing."""
    scores = []
    if before[0]:
        scores.append(Levenshtein.normalized_similarity(before[0], before[1][-len(before[0]) :]))
    if after[0]:
        scores.append(Levenshtein.normalized_similarity(after[0], after[1][: len(after[0])]))
    return sum(scores) / len(scores) if scores else 1.0


def equal_runs(old: str, new: str, old_at: int = 0, new_at: int = 0) -> list[Run]:
    """Align two short texts by their edits; positions are shifted by old_at and new_at."""
    return [
        Run(old_at + block.a, new_at + block.b, block.size)
        for block in Levenshtein.opcodes(old, new).as_matching_blocks()
        if block.size
    ]


def best_stretch(runs: list[Run], length: int) -> list[Run]:
    """Leave out what lies too far off: stray characters at the edges, and the worse part of a stretched image."""
    runs = _without_strays(runs)
    image = runs[-1].new + runs[-1].length - runs[0].new if runs else 0
    if image <= _STRETCHED * length + 2 or (image <= 2 * length and kept(runs) >= 0.9 * length):
        return runs
    best, best_range, score, first = 0.0, (0, 0), 0.0, 0
    for i, run in enumerate(runs):
        if i:
            score -= 0.5 * _excess(runs[i - 1], run)
        if score <= 0:
            score, first = 0.0, i
        score += run.length
        if score > best:
            best, best_range = score, (first, i + 1)
    return runs[slice(*best_range)]


def fit(quote: str, text: str, start: int, end: int, quote_at: int = 0) -> list[Run]:
    """Align a quote with the stretch of text[start:end] that fits it best."""
    start, end = max(0, start), min(len(text), end)
    return best_stretch(equal_runs(quote, text[start:end], quote_at, start), len(quote))


def kept(runs: Iterable[Run]) -> int:
    """Count the characters of some runs."""
    return sum(run.length for run in runs)


def _excess(before: Run, after: Run) -> int:
    """Count what a gap between two runs has more in the new text than in the old."""
    return max(0, (after.new - before.new) - (after.old - before.old))


def _without_strays(runs: list[Run]) -> list[Run]:
    low, high = 0, len(runs)
    while high - low > 1 and runs[low].length <= 2 and _excess(runs[low], runs[low + 1]) > 4:
        low += 1
    while high - low > 1 and runs[high - 1].length <= 2 and _excess(runs[high - 2], runs[high - 1]) > 4:
        high -= 1
    return runs[low:high]
