"""Rings among things that each hang on one other: codes below codes."""

from __future__ import annotations

from collections.abc import Mapping


def rings(parents: Mapping[str, str | None]) -> list[list[str]]:
    """Find the rings among things that each hang on one other."""
    found, done = [], set()
    for start in parents:
        way: dict[str, None] = {}
        at: str | None = start
        while at is not None and at not in done and at not in way:
            way[at] = None
            at = parents.get(at)
        if at is not None and at in way:
            path = list(way)
            found.append(path[path.index(at) :])
        done |= set(way)
    return found
