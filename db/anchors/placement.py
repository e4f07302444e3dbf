"""Where an anchor stands in a text, how sure that is, and how it was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Status = Literal["exact", "aligned", "moved", "review", "gone"]

# What is surer is placed without asking.
SURE = 0.75
# The confidence of what would be placed, were it not for a doubt.
DOUBTFUL = 0.74
_CANDIDATES = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place an anchor could be meant for: start and end in code points, confidence 0..1."""

    start: int
    end: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Placement:
    """An anchor's place in a text: code points, end exclusive, None where it is gone; confidence 0..1.

    `how`: equal (both texts are), folded (equal but for typesetting), chain, gap, block, search; point (between two characters);
    unsure (repeated text, nobody can say which), deleted, another text; unverified (found without its old text).
    """

    status: Status
    start: int | None
    end: int | None
    confidence: float
    how: str
    candidates: tuple[Candidate, ...] = ()

    @property
    def span(self) -> tuple[int, int] | None:
        """Start and end together, None where it is gone."""
        return None if self.start is None or self.end is None else (self.start, self.end)


def gone(how: str, candidates: Iterable[Candidate] = ()) -> Placement:
    """Say that an anchor has no place, and where it might be meant."""
    return Placement("gone", None, None, 0.0, how, best(candidates))


def doubted(placement: Placement, how: str, candidates: Iterable[Candidate] = ()) -> Placement:
    """Lower a placement to one that waits for a person."""
    if placement.span is None:
        return replace(placement, how=how, candidates=best((*placement.candidates, *candidates)))
    confidence = min(placement.confidence, DOUBTFUL)
    others = best(one for one in candidates if (one.start, one.end) != placement.span)
    return replace(placement, status="review", confidence=confidence, how=how, candidates=others)


def best(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Keep the three surest candidates, each place once."""
    places: dict[tuple[int, int], Candidate] = {}
    for candidate in sorted(candidates, key=lambda one: (-one.confidence, one.start)):
        places.setdefault((candidate.start, candidate.end), candidate)
    return tuple(places.values())[:_CANDIDATES]
