"""Joining two states of a record field by field: what only one side changed is taken, what both changed differs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from db.exchange.disputable import EARLIER, LATER, PLACE
from db.exchange.disputable import PLACES as PLACES
from db.exchange.plan import Record

# Left out with the names of coders; whoever has it has it.
_TRANSLATOR = "translator"
# Of these one at least says something, whoever emptied which.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "code": ("name_zh", "name_en", "number"),
    "instrument": ("title_zh", "title_en"),
}


def order(value: object) -> str:
    """Give what decides which of two values stands until a person decides: the same on all sides."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def join_fields(
    kind: str, ours: Record, theirs: Record, base: Mapping[str, Any]
) -> tuple[Record, list[tuple[str, Any, Any, Any]]]:
    """Give what is taken of theirs, and what both changed: field (or PLACE), ours, theirs and the base, if it is known."""
    taken: Record = {}
    differs: list[tuple[str, Any, Any, Any]] = []
    together = PLACES.get(kind, ())
    for name, mine, value, was in (*_one_by_one(ours, theirs, base, together), *_together(ours, theirs, base, together)):
        if was is not None and value == was[0]:
            continue
        if was is not None and mine == was[0]:
            taken |= value if name == PLACE else {name: value}
        elif name in EARLIER or name in LATER or (name == _TRANSLATOR and "" in (mine, value)):
            ordered = sorted((mine, value), key=order)
            taken[name] = ordered[0] if name in EARLIER else ordered[1]
        else:
            differs.append((name, mine, value, was[0] if was else None))
    _keep_a_name(kind, ours, theirs, base, taken, differs)
    return taken, differs


Field = tuple[str, Any, Any, tuple[Any] | None]


def _one_by_one(ours: Record, theirs: Record, base: Mapping[str, Any], but: tuple[str, ...]) -> Iterator[Field]:
    for name, value in theirs.items():
        if name not in but and value != ours[name]:
            yield name, ours[name], value, (base[name],) if name in base else None


def _together(ours: Record, theirs: Record, base: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[Field]:
    mine, value = ({name: record[name] for name in names} for record in (ours, theirs))
    if mine != value:
        known = all(name in base for name in names)
        yield PLACE, mine, value, ({name: base[name] for name in names},) if known else None


def _keep_a_name(
    kind: str, ours: Record, theirs: Record, base: Mapping[str, Any], taken: Record, differs: list[tuple[str, Any, Any, Any]]
) -> None:
    """Where each emptied another of the names, both differ, so that one at least stays."""
    names = _NAMES.get(kind, ())
    undecided = {each[0] for each in differs}
    if not names or undecided & set(names) or any((ours | taken)[name] for name in names):
        return
    for name in names:
        taken.pop(name, None)
        if ours[name] != theirs[name]:
            differs.append((name, ours[name], theirs[name], base.get(name)))
