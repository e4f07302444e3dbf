"""Two versions of a text beside each other: which lines stay, change, come, go or move, and what changes within a line. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Literal

from db.folding import fold_text_for_anchoring
from db.records import Progress, no_progress

Kind = Literal["equal", "changed", "added", "removed", "moved"]
# Shorter lines that come and go are not called moved: too many are alike.
_MOVED = 12
# Lines this much alike are one line changed.
_ALIKE = 0.5
# More removed times added lines are not compared each with each.
_COMPARED = 4_000
# Longer lines are not compared by characters.
_BY_CHARACTER = 20_000

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Difference:
    """Lines of the old and of the new text that belong together: code points, end exclusive, without the last line feed.

    An added one has an empty old span where it came in, a removed one an empty new span. A moved one stands twice: in the
    order of the old text, with where it went, and in the order of the new, with where it came from; `first` marks the former.
    `parts` are the spans within a changed one that differ: (old start, old end, new start, new end).
    """

    kind: Kind
    old: Span
    new: Span
    parts: tuple[tuple[int, int, int, int], ...] = ()
    first: bool = False


class _Lines:
    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.starts = [0, *accumulate(len(line) + 1 for line in self.lines)]

    def span(self, first: int, last: int) -> Span:
        """Give the span of lines first to last, exclusive; an empty one where that line begins."""
        start = min(self.starts[first], len(self.text))
        return (start, self.starts[last] - 1) if last > first else (start, start)


def differences(old: str, new: str, progress: Progress = no_progress) -> list[Difference]:
    """Compare two texts line by line, in reading order."""
    before, after = _Lines(old), _Lines(new)
    found: list[Difference] = []
    gone: list[tuple[int, int]] = []  # (place in found, line)
    come: list[tuple[int, int]] = []
    operations = _operations(before.lines, after.lines)
    for done, (kind, i, i_end, j, j_end) in enumerate(operations):
        progress(done, len(operations))
        if kind == "equal":
            found.append(Difference("equal", before.span(i, i_end), after.span(j, j_end)))
            continue
        at_i, at_j = i, j
        for one, other in [*_paired(before.lines, after.lines, i, i_end, j, j_end), (i_end, j_end)]:
            for line in range(at_i, one):
                gone.append((len(found), line))
                found.append(Difference("removed", before.span(line, line + 1), after.span(at_j, at_j)))
            for line in range(at_j, other):
                come.append((len(found), line))
                found.append(Difference("added", before.span(one, one), after.span(line, line + 1)))
            if one < i_end and other < j_end:
                found.append(_changed(before.span(one, one + 1), after.span(other, other + 1), old, new))
            at_i, at_j = one + 1, other + 1
    _mark_moved(found, gone, come, before, after)
    return found


def replacements(old: str, new: str) -> list[tuple[int, int, str]]:
    """Give what makes one text of the other, line by line: (start, end, what to put there) in the old text, in order."""
    before, after = _Lines(old), _Lines(new)
    found: list[tuple[int, int, str]] = []
    for kind, i, i_end, j, j_end in _operations(before.lines, after.lines):
        if kind == "equal":
            continue
        if i_end - i == j_end - j:
            pairs = [((line, line + 1), (j + line - i, j + line - i + 1)) for line in range(i, i_end)]
        else:
            pairs = [((i, i_end), (j, j_end))]
        for ours, theirs in pairs:
            start, end = before.span(*ours)
            words = new[slice(*after.span(*theirs))]
            if i == i_end:
                start, end, words = (start, start, words + "\n") if i < len(before.lines) else (len(old), len(old), "\n" + words)
            elif j == j_end:
                start, end = (start, end + 1) if i_end < len(before.lines) else (max(0, start - 1), end)
            found.append(_trimmed(old, start, end, words))
    return [each for each in found if each[0] < each[1] or each[2]]


def _trimmed(old: str, start: int, end: int, words: str) -> tuple[int, int, str]:
    """Leave out of a replacement what is the same at its ends."""
    head, most = 0, min(end - start, len(words))
    while head < most and old[start + head] == words[head]:
        head += 1
    tail = 0
    while tail < most - head and old[end - 1 - tail] == words[-1 - tail]:
        tail += 1
    return start + head, end - tail, words[head : len(words) - tail]


def _operations(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    """Compare lists of lines; what both begin and end with costs nothing."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    matcher = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=True)
    middle = [(kind, i + head, i_end + head, j + head, j_end + head) for kind, i, i_end, j, j_end in matcher.get_opcodes()]
    first = [("equal", 0, head, 0, head)] if head else []
    last = [("equal", len(old) - tail, len(old), len(new) - tail, len(new))] if tail else []
    return [*first, *middle, *last]


def _paired(old: list[str], new: list[str], i: int, i_end: int, j: int, j_end: int) -> list[tuple[int, int]]:
    """Pair lines that are one line changed, in order on both sides."""
    from rapidfuzz.fuzz import ratio

    if i == i_end or j == j_end:
        return []
    if (i_end - i) * (j_end - j) > _COMPARED:
        return []
    pairs, at = [], j
    for line in range(i, i_end):
        if not old[line].strip():
            continue
        best, share = -1, _ALIKE
        for other in range(at, j_end):
            alike = ratio(old[line][:2_000], new[other][:2_000], score_cutoff=100 * share) / 100
            if alike > share:
                best, share = other, alike
        if best >= 0:
            pairs.append((line, best))
            at = best + 1
    return pairs


def _changed(one: Span, other: Span, old: str, new: str) -> Difference:
    from rapidfuzz.distance import Levenshtein

    if max(one[1] - one[0], other[1] - other[0]) > _BY_CHARACTER:
        return Difference("changed", one, other, ((*one, *other),))
    operations = Levenshtein.opcodes(old[slice(*one)], new[slice(*other)])
    parts: list[tuple[int, int, int, int]] = []
    for each in operations:
        if each.tag != "equal":
            part = (one[0] + each.src_start, one[0] + each.src_end, other[0] + each.dest_start, other[0] + each.dest_end)
            if parts and parts[-1][1] == part[0] and parts[-1][3] == part[2]:
                part = (parts[-1][0], part[1], parts.pop()[2], part[3])
            parts.append(part)
    return Difference("changed", one, other, tuple(parts))


def _mark_moved(
    found: list[Difference], gone: list[tuple[int, int]], come: list[tuple[int, int]], before: _Lines, after: _Lines
) -> None:
    """Call moved what went here and came there, where its words are long enough and nothing else has them."""
    places: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for at, line in come:
        places[fold_text_for_anchoring(after.lines[line])].append((at, line))
    words: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for at, line in gone:
        words[fold_text_for_anchoring(before.lines[line])].append((at, line))
    for text, several in words.items():
        if len(text) >= _MOVED and len(several) == 1 and len(places.get(text, ())) == 1:
            (here, _line), (there, _other) = several[0], places[text][0]
            old, new = found[here].old, found[there].new
            found[here] = Difference("moved", old, new, first=True)
            found[there] = Difference("moved", old, new)
