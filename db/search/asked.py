"""What a query asks for and what was found of it so far, kept between its pages; how a page is dealt to kinds of records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from db import errors
from db.records import Remark
from db.search.hits import Hit
from db.search.plan import Plan
from db.search.query import KINDS, Node
from db.search.waiting import Veil

_PLURALS = {f"{kind}s": kind for kind in KINDS} | {kind: kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Results:
    """A page of hits; `total` counts up to MOST_COUNTED of each kind, `counts` says how many of which kind, and `capped`
    that there are more; if they were not `counted`, these are the hits seen so far."""

    hits: tuple[Hit, ...]
    total: int
    capped: bool
    remarks: tuple[Remark, ...]
    milliseconds: float
    counts: Mapping[str, int] = field(default_factory=dict)
    counted: bool = True


@dataclass(slots=True)
class Fetched:
    """The keys of one kind that a query finds, fetched as far as they are wanted; nothing stays open between."""

    plan: Plan
    listed: Sequence[int] | None = None  # the keys of all rows, where these are sorted
    keys: list[int] = field(default_factory=list)
    seen: int = 0  # rows looked at
    last: int | None = None  # the key of the last of them
    all: bool = False  # whether there are no more
    veil: Veil | None = None


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


def kinds_of(asked: Iterable[str] | None) -> list[str]:
    """Give the kinds asked for, in the singular; raises Refused."""
    given = list(KINDS if asked is None else asked)
    for kind in given:
        if kind not in _PLURALS:
            choices = ", ".join(f"{kind}s" for kind in KINDS)
            raise errors.Refused("{kind} is no kind to search. Choose among: {choices}.", kind=kind, choices=choices)
    return [_PLURALS[kind] for kind in given]
