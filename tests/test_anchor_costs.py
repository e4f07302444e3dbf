"""Long and crowded texts: an edge that was rewritten at length, a quote that stands everywhere."""

from __future__ import annotations

import random

import pytest

from db.anchors import edges, rivals
from db.anchors.edges import Cut, Side, cut
from db.anchors.mapping import Mapping
from db.anchors.rivals import Rivals
from db.folding import fold

CHARACTERS = '政策机构ab12。，；.:"( '


def _words(rng: random.Random, length: int) -> str:
    return "".join(rng.choices(CHARACTERS, k=length))


def _side(rng: random.Random, inside: int, gap: int) -> Side:
    lines, splits = ({n for n in range(gap + 1) if rng.random() < 0.1} for _each in range(2))
    return Side(
        rng.choice((0, 3, 30)), _words(rng, inside), _words(rng, gap), rng.choice(CHARACTERS), rng.choice(CHARACTERS),
        rng.choice(CHARACTERS), rng.random() < 0.2, rng.random() < 0.8, lines.__contains__, splits.__contains__,
    )  # fmt: skip


def _slow(side: Side, tolerance: int) -> Cut:
    """Say what `cut` says, counting the breaks of each cut anew."""
    far = min(len(side.gap), 4 * len(side.inside) + 12)
    counts = [sum(c in edges._BREAKS for c in side.gap[len(side.gap) - n :]) for n in range(far + 1)]
    old = sum(c in edges._BREAKS for c in side.inside)
    costs = [edges._cost(side, n, counts[n] != old) for n in range(far + 1)]
    best = min(range(far + 1), key=lambda n: (costs[n], abs(n - len(side.inside))))
    others = {n for n in range(far + 1) if abs(n - best) > tolerance and costs[n] < costs[best] + 0.75}
    others |= {len(side.inside)} if best > 3 * len(side.inside) + 4 else set()
    return Cut(best, tuple(sorted({min(others), max(others)})) if others else ())


@pytest.mark.parametrize("seed", range(40))
def test_breaks_are_counted_along_as_they_are_one_by_one(seed: int) -> None:
    rng = random.Random(seed)
    side = _side(rng, rng.randint(1, 30), rng.randint(1, 200))
    assert cut(side, 2) == _slow(side, 2)


def test_each_break_of_a_long_edge_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    class Counted(dict[str, float]):
        asked = 0

        def __contains__(self, key: object) -> bool:
            type(self).asked += 1
            return super().__contains__(key)

    monkeypatch.setattr(edges, "_BREAKS", Counted(edges._BREAKS))
    cut(_side(random.Random(1), 2_000, 8_000), 5)
    assert 0 < Counted.asked <= 2_000 + 8_000


def _looked_at(monkeypatch: pytest.MonkeyPatch, old: str, start: int, end: int) -> tuple[bool, int]:
    """Give whether something else explains a quote, and how many places were looked at for it."""
    new = "丁戊己" * 30 + old[start:end] + "庚辛壬" * 30
    mapping = Mapping(fold(old), fold(new), old, new)
    monkeypatch.setattr(mapping, "origin", lambda *_image: [])  # nothing says where the words came from
    looked: list[int] = []

    def context(_old: str, at: int, *_others: object) -> float:
        looked.append(at)
        return 0.0

    monkeypatch.setattr(rivals, "context", context)
    return Rivals(mapping).explain(start, end, (90, 90 + end - start), 0.9), len(looked)


def test_a_quote_that_stands_everywhere_may_be_any_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _looked_at(monkeypatch, "甲乙丙" * 20_000, 300, 301) == (True, 200)


def test_a_quote_that_stands_in_few_places_is_looked_for_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _looked_at(monkeypatch, "甲乙丙" * 100, 150, 151) == (False, 99)


def test_the_passage_itself_is_none_of_the_places(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _looked_at(monkeypatch, "癸" * 10 + "甲" * 3_000 + "癸" * 10, 10, 3_010) == (False, 0)
