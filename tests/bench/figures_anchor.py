"""Anchoring: time per 1,000 annotations, and how many places are right."""

from __future__ import annotations

import random
from collections.abc import Iterable

from db.anchors import Alignment, Anchor
from tests.anchoring.mutations import Text, article, boilerplate_added, cases, edited, spans
from tests.anchoring.score import score
from tests.bench.calibration import Figure, cpu_ms

GROUP = "anchor"
SIZES = ("20000", "200000", "1000000")


def figures(sizes: Iterable[str] = SIZES) -> Iterable[Figure]:
    """Give `per_1000` (ms of CPU, aligning included) at each size, then `right` and `wrong_placed` (%) over the classes."""
    for size in sizes:
        rng = random.Random(int(size))
        old = article(rng, int(size))
        new = edited(rng, boilerplate_added(rng, Text.of(old)), 0.03).text
        anchors = [Anchor.of(old, start, end) for start, end in spans(rng, old, 1_000)]

        def carry(old: str = old, new: str = new, anchors: list[Anchor] = anchors) -> None:
            alignment = Alignment.of(old, new)
            for anchor in anchors:
                alignment.place(anchor)

        yield Figure(GROUP, "per_1000", size, cpu_ms(carry, 3), "ms")
    result = score(case for seed in range(3) for case in cases(seed, 20_000, 300))
    size = f"20000/{result.all.total()}"
    yield Figure(GROUP, "right", size, round(result.share("right"), 2), "%")
    yield Figure(GROUP, "wrong_placed", size, round(result.wrong_placed, 3), "%")
