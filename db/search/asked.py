"""What was found of a query so far, kept between its pages, and how the places of a page are dealt to kinds of records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from db.records import Remark
from db.search.plan import Plan
from db.search.query import Node


@dataclass(slots=True)
class Fetched:
    """The keys of one kind that a query finds, fetched as far as they are wanted; nothing stays open between."""

    plan: Plan
    listed: Sequence[int] | None = None  # the keys of all rows, where these are sorted
    keys: list[int] = field(default_factory=list)
    seen: int = 0  # rows looked at
    last: int | None = None  # the key of the last of them
    all: bool = False  # whether there are no more


@dataclass(slots=True)
class Asked:
    """A query whose pages are asked for one after the other, with what was found of it so far."""

    by: tuple[object, ...]  # what it is known by, and the state of the file
    root: Node
    found: dict[str, Fetched]
    remarks: tuple[Remark, ...]
    ends: dict[int, list[int]]  # how many of each kind stand before an offset


def shares(counts: Sequence[int], wanted: int, before: Sequence[int] = ()) -> list[int]:
    """Deal a number of places to kinds with so many hits each, one to each in turn, after those dealt before."""
    given = list(before or [0] * len(counts))
    while wanted > 0 and (open_ := [at for at, count in enumerate(counts) if given[at] < count]):
        for at in open_:
            more = min(max(wanted // len(open_), 1), counts[at] - given[at], wanted)
            given[at] += more
            wanted -= more
            open_ = open_[1:] or open_
    return given
