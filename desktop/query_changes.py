"""Filters put into the text of a query and taken out of it, which otherwise stays as it was typed."""

from __future__ import annotations

from collections.abc import Mapping

from db.search.fields import valued
from db.search.query import parse
from db.search.tree import Every, Filter, Node, Not, joined, placed
from db.search.writing import write


def filters(text: str) -> Mapping[tuple[str, str], bool]:
    """Give what must hold by filters that stand alone in a query: (field, value), and whether it is asked for or excluded."""
    found = {}
    for part in _parts(parse(text).root):
        leaf = part.part if isinstance(part, Not) else part
        if isinstance(leaf, Filter) and leaf.inner is None:
            found[leaf.field, leaf.value] = not isinstance(part, Not)
    return found


def toggled(text: str, field: str, value: str, *, exclude: bool = False, chinese: bool = False) -> str:
    """Give a query that asks for a value of a field too, or excludes it; one that does so already no longer does.

    Filters are written with the Chinese names of fields where that is asked for.
    """
    wanted: Node = Filter(field, valued(field, value))
    other: Node = Not(wanted)
    if exclude:
        wanted, other = other, wanted
    parts = _parts(parse(text).root)
    kept = [part for part in parts if placed(part) not in (wanted, other)]
    if any(placed(part) == wanted for part in parts):
        return write(joined(Every, [*kept]), chinese)
    root = joined(Every, [*kept, wanted])
    added = f"{text.rstrip()} {write(wanted, chinese)}".strip()
    found = parse(added).root
    if root is not None and found is not None and placed(found) == placed(root):
        return added
    return write(root, chinese)


def _parts(root: Node | None) -> list[Node]:
    """List what must hold together."""
    return list(root.parts) if isinstance(root, Every) else [root] if root is not None else []
