"""Carry passages through mutations and count how often their places are right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from db.anchors import Alignment, Anchor
from tests.anchoring.mutations import Case, judge, truth

PLACED = ("exact", "aligned", "moved")


@dataclass(slots=True)
class Score:
    """Verdicts on all answers, and on those placed without asking; passages torn apart are not judged."""

    all: Counter[str] = field(default_factory=Counter)
    placed: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def share(self, verdict: str) -> float:
        """Give the percentage of all answers with a verdict."""
        return 100 * self.all[verdict] / max(1, self.all.total())

    @property
    def wrong_placed(self) -> float:
        """Give the percentage of wrong places among those placed without asking."""
        return 100 * self.placed["wrong"] / max(1, self.placed.total())


def score(cases: Iterable[Case]) -> Score:
    """Judge every passage of some cases."""
    result = Score()
    for case in cases:
        alignment = Alignment.of(case.old, case.new.text)
        for (start, end), expected in zip(case.spans, truth(case), strict=True):
            got = alignment.place(Anchor.of(case.old, start, end))
            verdict = judge(expected, got.span)
            if verdict == "torn":
                continue
            result.all[verdict] += 1
            if got.status in PLACED:
                result.placed[verdict] += 1
            if verdict == "wrong":
                result.faults.append(f"{case.name}: {case.old[start:end]!r} expected {expected}, got {got}")
    return result
