"""A query as it is run, so that what is said of it is what was searched for. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from db.search.conditions import group_of, near_of, unbracketed
from db.search.fields import FIELDS
from db.search.tree import Either, Every, Filter, Node, Not, Term, joined
from db.search.words import pattern

_KNOWN = frozenset(FIELDS.values())


def as_run(node: Node | None, is_field: Callable[[str], bool]) -> Node | None:
    """Give a tree as `conditions.resolve` takes it, with its names as they were typed; None where nothing is left.

    A near: without two words beside it is left out, what has the name of no field (`is_field` knows the project's own) is
    words, and so is nothing in which there is nothing to look up.
    """
    if isinstance(node, Term):
        return node if pattern(node.text, node.whole) else None
    if isinstance(node, Not):
        part = as_run(node.part, is_field)
        return None if part is None else Not(part)
    if isinstance(node, Filter):
        return _filter(node, is_field)
    if isinstance(node, Every):
        words = [part for each in node.parts for part in unbracketed(each) if group_of(part)]
        kept = [each if near_of(each) and len(words) > 1 else as_run(each, is_field) for each in node.parts]
        return joined(Every, kept)
    if isinstance(node, Either):
        return joined(Either, [as_run(part, is_field) for part in node.parts])
    return node


def _filter(filter: Filter, is_field: Callable[[str], bool]) -> Node | None:
    if filter.field == "near":
        return None
    if filter.inner is not None:
        inner = as_run(filter.inner, is_field)
        return None if inner is None else replace(filter, inner=inner)
    if filter.field in _KNOWN or is_field(filter.field):
        return filter
    term = Term(filter.typed or f"{filter.field}:{filter.value}", False, filter.position)
    return term if pattern(term.text) else None
