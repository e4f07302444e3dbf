"""A query as objects: terms and filters, joined by Not, Every and Either. Pure; positions are code points of what was typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from db.errors import ProjectError
from db.records import Remark


class QueryFault(ProjectError):
    """A value that its field cannot have; `position` is its place in the query, in code points."""

    sentence = "{value} does not fit {field} at character {position}. Write {expected}."

    def __init__(self, field: str, value: str, position: int, expected: str) -> None:
        self.position = position
        super().__init__(field=field, value=value, position=position + 1, expected=expected)


@dataclass(frozen=True, slots=True)
class Term:
    """Words to be found; `whole` where they stood in quotes."""

    text: str
    whole: bool = False
    position: int = 0


@dataclass(frozen=True, slots=True)
class Filter:
    """field:value; `field` is the English name where it is a built-in field, else as typed; `typed` is all of it.

    The value of a choice is its English word. A relation to other passages has either `inner`, what holds of these
    passages, or a value, the name of their code or instrument.
    """

    field: str
    value: str = ""
    position: int = 0
    typed: str = ""
    inner: Node | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """Terms that stand close together, one of each group, with no more than so many characters between neighbours.

    `db.search.conditions.resolve` makes it of near: and the terms beside it; it is never read from a text.
    """

    groups: tuple[tuple[Term, ...], ...]
    distance: int


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be."""

    part: Node


@dataclass(frozen=True, slots=True)
class Every:
    """All of several."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of several."""

    parts: tuple[Node, ...]


def fault(filter: Filter, expected: str) -> QueryFault:
    """Give the fault of a filter's value, with its field called as it was typed."""
    name = filter.typed.replace("：", ":").partition(":")[0] or filter.field
    return QueryFault(name, filter.value, filter.position, expected)


Node = Term | Filter | Near | Not | Every | Either


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: the text as typed, what it asks for (None: nothing), and what should be said about it."""

    text: str
    root: Node | None
    remarks: tuple[Remark, ...] = ()


def leaves(node: Node | None) -> Iterator[Term | Filter]:
    """Yield the terms and filters of a tree; what a relation says of other passages is not part of it."""
    if isinstance(node, Term | Filter):
        yield node
    elif isinstance(node, Near):
        for group in node.groups:
            yield from group
    elif isinstance(node, Not):
        yield from leaves(node.part)
    elif node is not None:
        for part in node.parts:
            yield from leaves(part)


def size(node: Node | None) -> int:
    """Count the terms and filters of a tree, those inside relations too."""
    return sum(1 + (size(leaf.inner) if isinstance(leaf, Filter) else 0) for leaf in leaves(node))


def pushed(node: Node, negative: bool = False) -> Node:
    """Push negations down to the leaves, so that Not holds only a Term, a Filter or a Near."""
    if isinstance(node, Not):
        return pushed(node.part, not negative)
    if isinstance(node, Term | Filter | Near):
        return Not(node) if negative else node
    parts = tuple(pushed(part, negative) for part in node.parts)
    return Either(parts) if isinstance(node, Every) == negative else Every(parts)


def placed(node: Node, position: int = 0) -> Node:
    """Give the tree with all leaves at one place and as nobody typed them: trees that mean the same are then equal."""
    if isinstance(node, Term):
        return replace(node, position=position)
    if isinstance(node, Filter):
        inner = None if node.inner is None else placed(node.inner, position)
        return replace(node, position=position, typed="", inner=inner)
    if isinstance(node, Near):
        return Near(tuple(tuple(replace(t, position=position) for t in group) for group in node.groups), node.distance)
    if isinstance(node, Not):
        return Not(placed(node.part, position))
    return type(node)(tuple(placed(part, position) for part in node.parts))


def joined(kind: type[Every] | type[Either], parts: list[Node | None]) -> Node | None:
    """Join what there is of several parts: nothing, the only one, or all of them."""
    kept = tuple(part for part in parts if part is not None)
    return kind(kept) if len(kept) > 1 else kept[0] if kept else None
