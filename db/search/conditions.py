"""The names and filters of a query as SQL conditions: which kinds of record they can judge, and the tree made of them."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace

from db.records import Remark
from db.search.between import between
from db.search.fields import RELATIONS_BETWEEN, distance
from db.search.judging import NOTHING, Judge
from db.search.names import Names
from db.search.near import MOST_GROUPS
from db.search.query import parse
from db.search.subjects import LISTED, SUBJECTS, Condition, Value
from db.search.tree import Either, Every, Filter, Near, Node, Not, QueryFault, Term, fault, joined, leaves, placed, pushed, size
from db.search.words import pattern

__all__ = ["LISTED", "SUBJECTS", "Condition", "Value", "Wanted", "resolve"]

# Smart codes may be made of others: so deep, and of so many words and filters in all.
_DEEPEST, _MOST = 8, 500
_ENDLESS = "The smart code {value} (at character {position}) is made of itself or of too many, so nothing was found by it."
_MISTAKEN = "The smart code {value} (at character {position}) holds a mistake, so nothing was found by it: {fault}"
_PASSAGES = Condition("annotation", "'{kind}' = 'passage'")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A query whose names are known: its tree without double negations, and the condition of each filter."""

    root: Node
    conditions: dict[Filter, Condition]
    remarks: tuple[Remark, ...]

    def shown(self, kind: str) -> bool:
        """Whether a kind of record can be judged by every filter; notes only where words or kind: ask for them."""
        found = list(leaves(self.root))
        asked = any(isinstance(leaf, Term) or leaf.field == "kind" for leaf in found)
        judged = all(c.subject == "kind" or c.subject in SUBJECTS[kind] for c in self.conditions.values())
        return judged and (asked or kind in ("passage", "article"))


def resolve(root: Node, connection: sqlite3.Connection, me: int | None) -> Wanted | None:
    """Find what the names of a query stand for; a field that does not exist is taken as words. Raises QueryFault.

    No near: is left in the tree, but `Near`; smart codes stand in it as what they ask for. Where nothing is left that could be
    looked for, but something is to be said of that, the tree finds nothing.
    """
    resolver = _Resolver(connection, Judge(Names(connection), me))
    known = resolver.known(root) or resolver.nothing(root)
    if known is None:
        return None
    return Wanted(pushed(known), resolver.conditions, tuple(resolver.judge.remarks))


class _Resolver:
    """Resolves one tree; a relation's other side has a resolver of its own, one deeper."""

    def __init__(self, connection: sqlite3.Connection, judge: Judge, depth: int = 0) -> None:
        self.judge = judge
        self.conditions: dict[Filter, Condition] = {}
        self._connection = connection
        self._depth = depth
        self._smart: tuple[int, ...] = ()
        self._left = _MOST

    def known(self, node: Node, beside: tuple[Filter, ...] = ()) -> Node | None:
        """Give a tree whose filters all have conditions; `beside` are the filters that must hold as well."""
        if isinstance(node, Term):
            return node if pattern(node.text, node.whole) else None
        if isinstance(node, Not):
            part = self.known(node.part)
            return None if part is None else Not(part)
        if isinstance(node, Filter):
            return self._filter(node, beside)
        if isinstance(node, Every):
            beside = tuple(part for part in node.parts if isinstance(part, Filter))
            return joined(Every, [self.known(part, beside) for part in self._drawn_together(node.parts)])
        if isinstance(node, Either):
            return joined(Either, [self.known(part) for part in node.parts])
        return node

    def nothing(self, root: Node) -> Filter | None:
        """Give a filter that holds of nothing in place of a tree that there are remarks on; None where there is none."""
        asked = next((leaf for leaf in leaves(root) if isinstance(leaf, Filter)), None)
        return self._keep(asked, NOTHING) if asked is not None and self.judge.remarks else None

    def _filter(self, filter: Filter, beside: tuple[Filter, ...]) -> Node | None:
        if filter.field == "near":
            self.judge.say("near: at character {position} has no two words beside it, so it was left out.", filter)
            return None
        if filter.field == "code" and (smart := self.judge.names.smart_code(filter.value)):
            return self._asked(filter, *smart)
        if filter.field in RELATIONS_BETWEEN:
            return self._keep(filter, self._between(filter))
        condition = self.judge.condition(filter, beside)
        return self._words(filter) if condition is None else self._keep(filter, condition)

    def _keep(self, filter: Filter, condition: Condition) -> Filter:
        """Remember a condition; a filter that was there already but speaks of something else beside it becomes another."""
        if self.conditions.get(filter, condition) != condition:
            filter = replace(filter, position=-1 - len(self.conditions))
        self.conditions[filter] = condition
        return filter

    def _words(self, filter: Filter) -> Node | None:
        if filter.field.isascii():
            sentence = "There is no field {field} (at character {position}), so {typed} was searched for as words."
            self.judge.say(sentence, filter, field=filter.field, typed=filter.typed)
        term = Term(filter.typed or f"{filter.field}:{filter.value}", False, filter.position)
        return term if pattern(term.text) else None

    def _drawn_together(self, parts: tuple[Node, ...]) -> list[Node]:
        """Put Near for near: and the words beside it; -near: leaves the words as they are."""
        nears = [filter for part in parts if (filter := near_of(part)) is not None]
        if nears:
            parts = tuple(inner for part in parts for inner in unbracketed(part))
        groups = [group for part in parts if (group := group_of(part))]
        if not nears or len(groups) < 2:
            return list(parts)
        if len(groups) > MOST_GROUPS:
            sentence = "near: at character {position} holds for the first {count} words beside it."
            self.judge.say(sentence, nears[0], count=str(MOST_GROUPS))
        rest: list[Node] = []
        for part in parts:
            filter, told = near_of(part), part
            if filter is not None:
                near = Near(tuple(groups[:MOST_GROUPS]), distance(filter))
                told = Not(near) if isinstance(part, Not) else near
            rest.append(told)
        if any(isinstance(part, Near) for part in rest):
            rest = [part for part in rest if group_of(part) not in groups[:MOST_GROUPS]]
        return rest

    def _asked(self, filter: Filter, key: int, query: str) -> Node:
        """Give what a smart code asks for, of passages."""
        root = parse(query).root
        self._left -= size(root)
        known = None
        if key in self._smart or len(self._smart) >= _DEEPEST or self._left < 0:
            self.judge.say(_ENDLESS, filter, value=filter.value)
        elif root is not None:
            self._smart += (key,)
            try:
                known = self.known(placed(root, filter.position))
            except QueryFault as mistake:
                self.judge.say(_MISTAKEN, filter, value=filter.value, fault=str(mistake))
            finally:
                self._smart = self._smart[:-1]
        if known is None:
            return self._keep(filter, NOTHING)
        return Every((self._keep(Filter("kind", "passage", filter.position, "smart code"), _PASSAGES), known))

    def _between(self, filter: Filter) -> Condition:
        inner = filter.inner
        if inner is None:
            if not filter.value.strip():
                raise fault(filter, f"{filter.field}:(code:… coder:…)")
            inner = Filter(*self.judge.names.called(filter.value), filter.position, filter.typed)
        other = _Resolver(self._connection, self.judge, self._depth + 1)
        other._smart, other._left = self._smart, self._left
        known = other.known(inner)
        self._left = other._left
        if known is None:
            return NOTHING
        return between(filter.field, pushed(known), other.conditions, self._connection, self._depth)


def near_of(part: Node) -> Filter | None:
    """Give the near: that a part is, or takes away."""
    part = part.part if isinstance(part, Not) else part
    return part if isinstance(part, Filter) and part.field == "near" else None


def unbracketed(part: Node) -> tuple[Node, ...]:
    """Take words side by side out of their brackets."""
    return part.parts if isinstance(part, Every) and all(map(group_of, part.parts)) else (part,)


def group_of(part: Node) -> tuple[Term, ...]:
    """Give the words that a part offers to near:."""
    if isinstance(part, Term):
        return (part,) if pattern(part.text, part.whole) else ()
    if isinstance(part, Either) and all(isinstance(one, Term) for one in part.parts):
        return tuple(one for one in part.parts if isinstance(one, Term) and pattern(one.text, one.whole))
    return ()
