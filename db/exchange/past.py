"""What a record was before: who wrote what into which field, as merging needs it to know from what two people began.

The base of two states is what both know: the last value that both had seen, else the value before the first change. It is told
from the steps of both sides alike, so that it is the same whoever merges whom, a third person too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from db.exchange.bundle_values import UUID
from db.exchange.disputable import storable
from db.exchange.dots import Dots, dots_of, join, seen, stamp_of

Seen = Callable[[Mapping[str, int]], bool]
# Steps of one record that are kept; of a record changed more often, who knows less is asked about more.
MOST = 200
# Moves with every change, and of two the later stands anyway.
UNTOLD = frozenset({"id", "uuid", "modified"})
_NAME = re.compile("[a-z][a-z_0-9]*")


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a record: whose it was, as a stamp, and its fields with their values before and after; ids are uuids."""

    replica: str
    number: int
    fields: Mapping[str, tuple[Any, Any]]

    @property
    def dots(self) -> Dots:
        """The changes it stands for."""
        return dots_of(self.replica, self.number)

    @property
    def time(self) -> tuple[int, str]:
        """By which steps that nothing else puts in order are ordered; numbers of changes are times."""
        return max(self.dots.values()), self.replica


@dataclass(frozen=True, slots=True)
class Past:
    """The steps of a record since a state that is known to whoever has seen `since`; None where that is not known."""

    since: Dots | None
    steps: tuple[Step, ...] = ()

    def joined(self, other: Past) -> Past:
        """Add the steps of another; of what two tell differently of a step one stands, whichever of them is asked."""
        steps = {(step.replica, step.number): step for step in other.steps}
        for step in self.steps:
            known = steps.get((step.replica, step.number))
            if known is not None and known.fields != step.fields:
                fields = {**known.fields, **step.fields}
                fields |= {n: min(fields[n], known.fields[n], key=repr) for n in step.fields.keys() & known.fields.keys()}
                step = Step(step.replica, step.number, fields)
            steps[step.replica, step.number] = step
        return Past(other.since if self.since is None else self.since, tuple(steps.values()))

    def ordered(self) -> Past:
        """Give the same with its steps in one order, and no more of them than are kept."""
        steps = sorted(self.steps, key=lambda step: step.time)
        since = self.since
        for step in steps[:-MOST]:
            since = None if since is None else join(since, step.dots)
        return Past(since, tuple(steps[-MOST:]))

    def as_json(self) -> list[Any]:
        """Give it as a bundle carries it."""
        since = None if self.since is None else list(stamp_of(self.since)) if self.since else []
        return [since, [[step.replica, step.number, {n: list(p) for n, p in sorted(step.fields.items())}] for step in self.steps]]

    @classmethod
    def of_json(cls, value: Any) -> Past:
        """Read what as_json wrote; ValueError, KeyError, AttributeError or TypeError for anything else."""
        since, steps = value
        told = None if since is None else _dots(*since) if since else {}
        return cls(told, tuple(_step(*each) for each in steps))


def _dots(replica: str, number: int) -> Dots:
    dots = dots_of(replica, number)
    counted = all(type(count) is int and 0 <= count < 1 << 62 for count in dots.values())
    if stamp_of(dots) != (replica, number) or not counted or not all(map(UUID.fullmatch, dots)):
        raise ValueError("a stamp in what was before")
    return dots


def _step(replica: str, number: int, fields: Any) -> Step:
    _dots(replica, number)
    read = {name: (before, after) for name, (before, after) in fields.items()}
    if not all(map(_NAME.fullmatch, read)) or not all(storable(value) for pair in read.values() for value in pair):
        raise ValueError("what was before")
    return Step(replica, number, read)


def knowing(vector: Mapping[str, int], stamp: Mapping[str, int]) -> Seen:
    """Tell what somebody knows who has seen all that a vector says, and what one record's stamp does."""

    def saw(dots: Mapping[str, int]) -> bool:
        return seen(dots, vector) or seen(dots, stamp)

    return saw


def base_of(record: Mapping[str, Any], ours: Past, theirs: Past, we_saw: Seen, they_saw: Seen) -> dict[str, Any] | None:
    """Give the fields of a record as both sides last knew them; None where neither side's past reaches back as far.

    A field that nobody is known to have changed has the value of `record`.
    """
    reaches = (ours.since is not None and they_saw(ours.since)) or (theirs.since is not None and we_saw(theirs.since))
    if not reaches:
        return None
    steps = ours.joined(theirs).steps
    both = [step for step in steps if we_saw(step.dots) and they_saw(step.dots)]
    base = {name: value for name, value in record.items() if name not in UNTOLD}
    for name in {name for step in steps for name in step.fields}:
        base[name] = _last(name, both) if any(name in step.fields for step in both) else _first(name, steps)
    return base


def _last(name: str, steps: Iterable[Step]) -> Any:
    """Give the value that a field has after all of some steps: what no other of them went on from, the latest of several."""
    several = [step for step in steps if name in step.fields]
    ends = [one for one in several if not any(_follows(name, other, one) for other in several)]
    return max(ends or several, key=lambda step: step.time).fields[name][1]


def _first(name: str, steps: Iterable[Step]) -> Any:
    """Give the value that a field had before any of some steps."""
    several = [step for step in steps if name in step.fields]
    starts = [one for one in several if not any(_follows(name, one, other) for other in several)]
    return min(starts or several, key=lambda step: step.time).fields[name][0]


def _follows(name: str, later: Step, sooner: Step) -> bool:
    """Whether a step went on from the value that another left."""
    if later is sooner or later.fields[name][0] != sooner.fields[name][1]:
        return False
    return later.replica != sooner.replica or later.number > sooner.number
