"""Carrying annotations from the texts they were made on to another text of their article. Pure.

An annotation is carried from its origin, and from the last version before on which a person said where it stands: what a
person said counts for more, a doubt of either is a doubt, and words that stand as they were made are not doubted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.records import Anchor, Progress, no_progress

if TYPE_CHECKING:
    from db.anchors import Alignment, Candidate, Placement

# How a place is known, beside what db.anchors says: a person said so, here or, that it is gone, on a version before.
CONFIRMED, GONE_BEFORE = "confirmed", "gone before"


@dataclass(frozen=True, slots=True)
class Basis:
    """What an annotation is carried from: its version and anchor, and where a person last said that it stands.

    `confirmed` is None where nobody did, (version, None) where it was said to be gone.
    """

    version: int
    anchor: Anchor
    confirmed: tuple[int, tuple[int, int] | None] | None = None


class Carrier:
    """Carries annotations to one new text, aligning each old text with it once; `texts` gives a version's text."""

    def __init__(self, new: str, texts: Callable[[int], str], progress: Progress = no_progress) -> None:
        self._new, self._texts, self._progress = new, texts, progress
        self._alignments: dict[int, Alignment] = {}

    def alignment(self, version: int) -> Alignment:
        """Give the alignment of an old version's text with the new one."""
        from db.anchors import Alignment

        if version not in self._alignments:
            self._alignments[version] = Alignment.of(self._texts(version), self._new, progress=self._progress)
        return self._alignments[version]

    def place(self, basis: Basis) -> Placement:
        """Say where an annotation stands in the new text."""
        made = self.alignment(basis.version).place(basis.anchor)
        if basis.confirmed is None:
            return made
        version, span = basis.confirmed
        if span is None:
            return made if made.status == "exact" else _still_gone(made)
        alignment = self.alignment(version)
        return _agreed(made, alignment.place(Anchor.of(alignment.old, *span)))


def _agreed(made: Placement, said: Placement) -> Placement:
    """Choose between where an annotation comes to stand from its origin and from where a person last put it."""
    from db.anchors.placement import doubted, gone

    if said.status not in ("review", "gone"):
        return said
    if made.status == "exact":
        return made
    if said.span is not None:
        return doubted(said, said.how, (*said.candidates, *_candidates(made)))
    if made.span is not None:
        return doubted(made, said.how, (*made.candidates, *said.candidates))
    return gone(said.how, (*said.candidates, *made.candidates))


def _still_gone(made: Placement) -> Placement:
    from db.anchors.placement import gone

    return gone(GONE_BEFORE, _candidates(made))


def _candidates(placement: Placement) -> tuple[Candidate, ...]:
    from db.anchors import Candidate

    if placement.start is None or placement.end is None:
        return placement.candidates
    return (Candidate(placement.start, placement.end, placement.confidence), *placement.candidates)
