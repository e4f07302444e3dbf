"""Carrying work from one project to another, and telling where two differ."""

from __future__ import annotations

from typing import Any

from db.exchange import bundle
from db.project import Project
from db.sharing import merging
from db.sharing.merging import MergeReport
from tests.db.material import exported, well


def carry(source: Project, target: Project, policy: Any = "ask", check: bool = True, **more: Any) -> MergeReport:
    """Export all of one project and merge it into another."""
    path = target.path.with_name("carried.glossbundle")
    bundle.write(source.contents(), path, **more)
    report = merging.merge(target, path, policy=policy)
    assert not check or not well(target)
    return report


def agree(one: Project, two: Project) -> None:
    assert differences(one, two) == []
    assert {c.uuid for c in one.conflicts()} == {c.uuid for c in two.conflicts()}


def differences(one: Project, two: Project) -> list[Any]:
    """What two projects tell apart, by part: records by kind and uuid, stamps, what was seen, aliases."""
    first, second = exported(one), exported(two)
    found: list[Any] = []
    for part in first:
        parts = [dict(enumerate(value)) if isinstance(value, list) else value for value in (first[part], second[part])]
        for key in sorted({*parts[0], *parts[1]}):
            values: list[Any] = [each.get(key) for each in parts]
            if part == "records":
                for uuid in sorted({*values[0], *values[1]}):
                    pair = [value.get(uuid) for value in values]
                    if pair[0] != pair[1]:
                        found.append((part, key, *pair))
            elif values[0] != values[1]:
                found.append((part, key, *values))
    return found


def exchange_both_ways(one: Project, two: Project) -> tuple[MergeReport, MergeReport]:
    """Merge each into the other from what each was before: neither goes first."""
    path = two.path.with_name("first.glossbundle")
    bundle.write(one.contents(), path)
    back = carry(two, one)
    there = merging.merge(two, path)
    assert not well(two)
    return back, there
