"""Stamps as sets of dots: which changes of which replicas a record's state rests on.

A plain stamp is one dot (replica, number). Where two changed a record without knowing of each other, the merged state
rests on both, and its stamp is the join of their dots (dotted version vectors, Preguiça et al. 2010); joining is
commutative, associative and idempotent, so the order of merges does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping

Dots = dict[str, int]


def dots_of(replica: str, number: int) -> Dots:
    """Read a stamp as dots; a joined one is written replica:number+replica:number in place of a replica."""
    if ":" not in replica:
        return {replica: number}
    pairs = (part.rsplit(":", 1) for part in replica.split("+"))
    return {name: int(count) for name, count in pairs}


def stamp_of(dots: Mapping[str, int]) -> tuple[str, int]:
    """Write dots as a stamp."""
    if len(dots) == 1:
        return next(iter(dots.items()))
    return "+".join(f"{replica}:{number}" for replica, number in sorted(dots.items())), 1


def join(one: Mapping[str, int], other: Mapping[str, int]) -> Dots:
    """Join two sets of dots."""
    return {replica: max(one.get(replica, 0), other.get(replica, 0)) for replica in {*one, *other}}


def seen(dots: Mapping[str, int], vector: Mapping[str, int]) -> bool:
    """Tell whether a vector (replica -> highest number seen) knows all dots; no dots are known to all."""
    return all(vector.get(replica, 0) >= number for replica, number in dots.items())
