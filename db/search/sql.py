"""Query objects → (sql, values): what the names in a query stand for, and one statement a kind of record.

Newest first with a LIMIT is flat at any number of hits; filters are EXISTS, never `rowid IN (…)`; the passages that a narrow
filter keeps are listed first. Negations are pushed to the leaves first. A statement finds all that fits and, where a term is
not `Pattern.exact`, a little more: the searcher checks what it shows.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from db.records import Remark
from db.search.names import RELATIONS, Names
from db.search.query import (
    HAS_WORDS,
    KIND_WORDS,
    STATUS_WORDS,
    Either,
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
from db.search.words import Pattern, pattern

# A filter that keeps no more passages than this is listed; of the few, each is read for the words.
MOST_LISTED = 20_000
FEW = 500

_LISTED = "(SELECT value FROM json_each(?))"
_SOURCES = {"article": "article", "passage": "annotation", "note": "note", "instrument": "instrument", "code": "code"}
_NOTED = "coalesce(r.annotation, (SELECT p.annotation FROM note p WHERE p.id = r.reply_to))"
# What a filter speaks of, for each kind of record; a kind without an entry cannot be judged by it and is not shown.
_OF = {
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
    """A filter as SQL about one `subject` of _OF; `few` selects the passages it keeps, where that is quick."""

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
        judged = all(c.subject == "kind" or c.subject in _OF[kind] for c in self.conditions.values())
        return judged and (asked or kind in ("passage", "article"))


@dataclass(frozen=True, slots=True)
class Plan:
    """One statement: FROM … WHERE … with its values; `order` is its key.

    `exact` if nothing it gives must be checked; `few` if it gives no more than FEW rows, and the words are left to the check.
    """

    sql: str
    values: tuple[Value, ...]
    order: str
    exact: bool
    few: bool = False

    def page(self, limit: int, offset: int) -> tuple[str, tuple[Value, ...]]:
        """Give the statement for the keys of a page, newest first."""
        sql = f"SELECT {self.order} {self.sql} ORDER BY {self.order} DESC LIMIT ? OFFSET ?"
        return sql, (*self.values, limit, offset)

    def count(self, most: int) -> tuple[str, tuple[Value, ...]]:
        """Give the statement that counts, up to a number (-1: all)."""
        return f"SELECT count(*) FROM (SELECT 1 {self.sql} LIMIT ?)", (*self.values, most)


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
        few = f"SELECT annotation FROM tagging WHERE code IN {_LISTED}"
        sql = f"EXISTS (SELECT 1 FROM tagging t WHERE t.annotation = {{annotation}} AND t.code IN {_LISTED})"
        return Condition("annotation", sql, (json.dumps(codes),), few)

    def _instrument(self, filter: Filter) -> Condition:
        found, locator = self._names.instruments(filter.value)
        self._none(filter, found)
        where = f"instrument IN {_LISTED}"
        values: tuple[Value, ...] = (json.dumps(found),)
        if locator:
            where += f" AND locator IN {_LISTED}"
            values += (json.dumps(self._names.locators(found, locator)),)
        sql = f"EXISTS (SELECT 1 FROM link l WHERE l.annotation = {{annotation}} AND {where})"
        return Condition("annotation", sql, values, f"SELECT annotation FROM link WHERE {where}")

    def _coder(self, filter: Filter) -> Condition:
        coders = self._names.coders(filter.value)
        self._none(filter, coders)
        few = f"SELECT id FROM annotation WHERE coder IN {_LISTED}"
        return Condition("coder", f"{{coder}} IN {_LISTED}", (json.dumps(coders),), few)

    def _article(self, filter: Filter) -> Condition:
        articles = self._names.articles(filter.value)
        self._none(filter, articles)
        few = f"SELECT id FROM annotation WHERE article IN {_LISTED}"
        return Condition("article", f"{{article}} IN {_LISTED}", (json.dumps(articles),), few)

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
        wanted = f"v.field = ? AND v.value IN {_LISTED}"
        listed: tuple[Value, ...] = (field, json.dumps(values))
        if target in ("article", "annotation"):
            return Condition(target, f"EXISTS (SELECT 1 FROM field_value v WHERE v.{target} = {{{target}}} AND {wanted})", listed)
        column, of = ("code", self._names.codes) if target == "tagging" else ("instrument", self._instruments)
        sql = f"SELECT 1 FROM field_value v JOIN {target} t ON t.id = v.{target} WHERE t.annotation = {{annotation}} AND {wanted}"
        named = [key for other in beside if other.field == column for key in of(other.value)]
        if named:
            sql, listed = f"{sql} AND t.{column} IN {_LISTED}", (*listed, json.dumps(named))
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


def plan(kind: str, wanted: Wanted, connection: sqlite3.Connection, me: int | None) -> Plan:
    """Make the statement that finds one kind of record."""
    parts = wanted.root.parts if isinstance(wanted.root, Every) else (wanted.root,)
    texts = tuple(part for part in parts if _textual(part))
    narrow, kept = _narrowest(parts, wanted.conditions, connection) if kind == "passage" else (None, [])
    few = narrow is not None and (len(kept) <= FEW or not texts)
    match = None if few else _match(Every(texts))
    rest = [part for part in parts if part is not narrow and (part not in texts or (match is None and not few))]
    where = [_where(part, kind, wanted.conditions) for part in rest]
    if kind == "note" and me is not None:
        where.append(("(r.private = 0 OR r.coder = ?)", (me,)))
    table, order, source = f"{kind}_words", "r.id", f"FROM {_SOURCES[kind]} r"
    values: list[Value] = []
    if match is not None:
        source, order = f"FROM {table}", f"{table}.rowid"
        if any("r." in sql for sql, _values in where):
            source += f" CROSS JOIN {_SOURCES[kind]} r ON r.id = {table}.rowid"
        where.insert(0, (f"{table} MATCH ?", (match,)))
        if narrow is not None:  # the plus keeps SQLite from looking each of them up in the index
            where.insert(1, (f"+{table}.rowid IN {_LISTED}", (json.dumps(kept),)))
    elif narrow is not None:
        source = f"FROM (SELECT value AS id FROM json_each(?)) d CROSS JOIN {source[5:]} ON r.id = d.id"
        values.append(json.dumps(kept))
    sql = f"{source} WHERE {' AND '.join(sql for sql, _values in where) or '1'}"
    values.extend(value for _sql, found in where for value in found)
    exact = all(_pattern(leaf).exact for leaf in leaves(wanted.root) if isinstance(leaf, Term))
    left = few and bool(texts)
    return Plan(sql, tuple(values), order, exact and not left, left)


def _narrowest(
    parts: Sequence[Node], conditions: dict[Filter, Condition], connection: sqlite3.Connection
) -> tuple[Filter | None, list[int]]:
    """Give the filter that keeps fewest passages, and those, if they are few enough to be listed."""
    narrowest: tuple[Filter | None, list[int]] = (None, [])
    for part in parts:
        if not isinstance(part, Filter) or not conditions[part].few:
            continue
        # Each row is one index entry, so the limit also bounds the work.
        sql = f"{conditions[part].few} LIMIT ?"
        rows = connection.execute(sql, (*conditions[part].values, MOST_LISTED + 1)).fetchall()
        kept = sorted({row[0] for row in rows})
        if len(rows) <= MOST_LISTED and (narrowest[0] is None or len(kept) < len(narrowest[1])):
            narrowest = (part, kept)
    return narrowest


def _textual(node: Node) -> bool:
    return not any(isinstance(leaf, Filter) for leaf in leaves(node))


def _pattern(term: Term) -> Pattern:
    found = pattern(term.text, term.whole)
    if found is None:
        raise ValueError(f"nothing to look up in {term.text!r}")
    return found


def _match(node: Node) -> str | None:
    """Say a tree of words in FTS5's language; None where it would have to begin with what is not there."""
    if isinstance(node, Term):
        return _pattern(node).match
    if not isinstance(node, Every | Either):
        return None
    negative = [part.part for part in node.parts if isinstance(part, Not)]
    positive = [_match(part) for part in node.parts if not isinstance(part, Not)]
    found = [part for part in positive if part is not None]
    if not found or len(found) < len(positive) or (negative and isinstance(node, Either)):
        return None
    match = f"({(' AND ' if isinstance(node, Every) else ' OR ').join(found)})"
    for part in negative:
        # What the index finds too much must not be taken away: the searcher looks.
        if isinstance(part, Term) and _pattern(part).exact:
            match = f"({match} NOT {_pattern(part).match})"
    return match


def _where(node: Node, kind: str, conditions: dict[Filter, Condition]) -> tuple[str, tuple[Value, ...]]:
    if isinstance(node, Filter):
        condition = conditions[node]
        return condition.sql.format(kind=kind, **_OF[kind]), condition.values
    if isinstance(node, Term):
        table = f"{kind}_words"
        return f"r.id IN (SELECT rowid FROM {table} WHERE {table} MATCH ?)", (_pattern(node).match,)
    if isinstance(node, Not):
        if isinstance(node.part, Term) and not _pattern(node.part).exact:
            return "1", ()
        sql, values = _where(node.part, kind, conditions)
        return f"NOT ({sql})", values
    found = [_where(part, kind, conditions) for part in node.parts]
    joined = (" AND " if isinstance(node, Every) else " OR ").join(sql for sql, _values in found)
    return f"({joined})", tuple(value for _sql, values in found for value in values)
