"""The names and filters of a query as SQL conditions: what each field stands for, and which kinds of record it can judge."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from db.records import Remark
from db.search.names import RELATIONS, Names
from db.search.query import (
    HAS_WORDS,
    KIND_WORDS,
    STATUS_WORDS,
    Every,
    Filter,
    Node,
    Not,
    QueryFault,
    Term,
    dates,
    leaves,
    pushed,
)
from db.search.words import pattern

LISTED = "(SELECT value FROM json_each(?))"
_NOTED = "coalesce(r.annotation, (SELECT p.annotation FROM note p WHERE p.id = r.reply_to))"
# What a filter speaks of, for each kind of record; a kind without an entry cannot be judged by it and is not shown.
SUBJECTS = {
    "passage": {"annotation": "r.id", "article": "r.article", "coder": "r.coder", "created": "r.created"},
    "note": {
        "annotation": _NOTED,
        "article": f"coalesce(r.article, (SELECT article FROM annotation WHERE id = {_NOTED}))",
        "coder": "r.coder",
        "created": "r.created",
    },
    "article": {"article": "r.id", "created": "r.created"},
    "instrument": {},
    "code": {},
}
_NOBODY = {
    "code": "No code here is called {value} (at character {position}), so nothing was found by it.",
    "instrument": "No instrument here is called {value} (at character {position}), so nothing was found by it.",
    "coder": "No coder here is called {value} (at character {position}), so nothing was found by it.",
    "article": "No article here is called {value} (at character {position}), so nothing was found by it.",
}
Value = str | int


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter as SQL about one `subject` of SUBJECTS; `few` selects the passages it keeps, where that is quick."""

    subject: str
    sql: str
    values: tuple[Value, ...] = ()
    few: str = ""


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
    """Find what the names of a query stand for; a field that does not exist is taken as words. Raises QueryFault."""
    resolver = _Resolver(Names(connection), me)
    known = resolver.known(root)
    if known is None:
        return None
    return Wanted(pushed(known), resolver.conditions, tuple(resolver.remarks))


class _Resolver:
    def __init__(self, names: Names, me: int | None) -> None:
        self._names = names
        self._me = me
        self.conditions: dict[Filter, Condition] = {}
        self.remarks: list[Remark] = []

    def known(self, node: Node, beside: tuple[Filter, ...] = ()) -> Node | None:
        """Give a tree whose filters all have conditions; `beside` are the filters that must hold as well."""
        if isinstance(node, Term):
            return node
        if isinstance(node, Not):
            part = self.known(node.part)
            return None if part is None else Not(part)
        if isinstance(node, Filter):
            condition = self._condition(node, beside)
            if condition is None:
                return self._words(node)
            self.conditions[node] = condition
            return node
        if isinstance(node, Every):
            beside = tuple(part for part in node.parts if isinstance(part, Filter))
            parts = [self.known(part, beside) for part in node.parts]
        else:
            parts = [self.known(part) for part in node.parts]
        kept = tuple(part for part in parts if part is not None)
        return type(node)(kept) if len(kept) > 1 else kept[0] if kept else None

    def _words(self, filter: Filter) -> Node | None:
        if filter.field.isascii():
            sentence = "There is no field {field} (at character {position}), so {typed} was searched for as words."
            facts = {"field": filter.field, "position": str(filter.position + 1), "typed": filter.typed}
            self.remarks.append(Remark(sentence, facts))
        term = Term(filter.typed, False, filter.position)
        return term if pattern(term.text) else None

    def _none(self, filter: Filter, found: Iterable[object]) -> None:
        if not list(found):
            facts = {"value": filter.value, "position": str(filter.position + 1)}
            self.remarks.append(Remark(_NOBODY[filter.field], facts))

    def _condition(self, filter: Filter, beside: tuple[Filter, ...]) -> Condition | None:
        make = {
            "code": self._code, "instrument": self._instrument, "coder": self._coder, "article": self._article,
            "published": self._published, "created": self._created, "kind": self._kind, "status": self._status,
            "has": self._has, "relation": self._relation,
        }.get(filter.field)  # fmt: skip
        return make(filter) if make else self._field(filter, beside)

    def _code(self, filter: Filter) -> Condition:
        codes = self._names.codes(filter.value)
        self._none(filter, codes)
        few = f"SELECT annotation FROM tagging WHERE code IN {LISTED}"
        sql = f"EXISTS (SELECT 1 FROM tagging t WHERE t.annotation = {{annotation}} AND t.code IN {LISTED})"
        return Condition("annotation", sql, (json.dumps(codes),), few)

    def _instrument(self, filter: Filter) -> Condition:
        found, locator = self._names.instruments(filter.value)
        self._none(filter, found)
        where = f"instrument IN {LISTED}"
        values: tuple[Value, ...] = (json.dumps(found),)
        if locator:
            where += f" AND locator IN {LISTED}"
            values += (json.dumps(self._names.locators(found, locator)),)
        sql = f"EXISTS (SELECT 1 FROM link l WHERE l.annotation = {{annotation}} AND {where})"
        return Condition("annotation", sql, values, f"SELECT annotation FROM link WHERE {where}")

    def _coder(self, filter: Filter) -> Condition:
        coders = self._names.coders(filter.value)
        self._none(filter, coders)
        few = f"SELECT id FROM annotation WHERE coder IN {LISTED}"
        return Condition("coder", f"{{coder}} IN {LISTED}", (json.dumps(coders),), few)

    def _article(self, filter: Filter) -> Condition:
        articles = self._names.articles(filter.value)
        self._none(filter, articles)
        few = f"SELECT id FROM annotation WHERE article IN {LISTED}"
        return Condition("article", f"{{article}} IN {LISTED}", (json.dumps(articles),), few)

    def _published(self, filter: Filter) -> Condition:
        sql, values = _between("published", dates(filter))
        sql = f"EXISTS (SELECT 1 FROM article WHERE article.id = {{article}} AND published <> '' AND {sql})"
        return Condition("article", sql, values)

    def _created(self, filter: Filter) -> Condition:
        sql, values = _between("{created}", dates(filter))
        return Condition("created", sql, values)

    def _kind(self, filter: Filter) -> Condition:
        return Condition("kind", "'{kind}' = ?", (_one_of(filter, KIND_WORDS),))

    def _status(self, filter: Filter) -> Condition:
        status = _one_of(filter, STATUS_WORDS)
        mine = "s.article = {article}" + ("" if self._me is None else f" AND s.coder = {self._me}")
        sql = f"EXISTS (SELECT 1 FROM article_status s WHERE {mine} AND s.status = ?)"
        if status == "to read":
            sql = f"({sql} OR NOT EXISTS (SELECT 1 FROM article_status s WHERE {mine}))"
        return Condition("article", sql, (status,))

    def _has(self, filter: Filter) -> Condition:
        table = {"note": "note", "code": "tagging", "link": "link"}[_one_of(filter, HAS_WORDS)]
        return Condition("annotation", f"EXISTS (SELECT 1 FROM {table} h WHERE h.annotation = {{annotation}})")

    def _relation(self, filter: Filter) -> Condition:
        relation = _one_of(filter, RELATIONS)
        sql = "EXISTS (SELECT 1 FROM link l WHERE l.annotation = {annotation} AND l.relation = ?)"
        return Condition("annotation", sql, (relation,))

    def _field(self, filter: Filter, beside: tuple[Filter, ...]) -> Condition | None:
        """A typed field; one of taggings beside code: (or of links beside instrument:) speaks of that very tagging."""
        found = self._names.field(filter.field)
        if found is None:
            return None
        field, target, values, expected = self._names.values(found, filter.value)
        if expected and not values:
            raise QueryFault(filter.field, filter.value, filter.position, ", ".join(expected))
        wanted = f"v.field = ? AND v.value IN {LISTED}"
        listed: tuple[Value, ...] = (field, json.dumps(values))
        if target in ("article", "annotation"):
            return Condition(target, f"EXISTS (SELECT 1 FROM field_value v WHERE v.{target} = {{{target}}} AND {wanted})", listed)
        column, of = ("code", self._names.codes) if target == "tagging" else ("instrument", self._instruments)
        sql = f"SELECT 1 FROM field_value v JOIN {target} t ON t.id = v.{target} WHERE t.annotation = {{annotation}} AND {wanted}"
        named = [key for other in beside if other.field == column for key in of(other.value)]
        if named:
            sql, listed = f"{sql} AND t.{column} IN {LISTED}", (*listed, json.dumps(named))
        return Condition("annotation", f"EXISTS ({sql})", listed)

    def _instruments(self, value: str) -> list[int]:
        return self._names.instruments(value)[0]


def _one_of(filter: Filter, words: dict[str, str]) -> str:
    found = words.get(filter.value.strip().lower())
    if found is None:
        raise QueryFault(filter.field, filter.value, filter.position, ", ".join(words))
    return found


def _between(column: str, bounds: tuple[str, str]) -> tuple[str, tuple[Value, ...]]:
    signs = [(sign, bound) for sign, bound in zip((">=", "<"), bounds, strict=True) if bound]
    return " AND ".join(f"{column} {sign} ?" for sign, _bound in signs), tuple(bound for _sign, bound in signs)
