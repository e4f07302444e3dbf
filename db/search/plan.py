"""Query objects → one SQL statement a kind of record.

Newest first with a LIMIT is flat at any number of hits; filters are EXISTS, never `rowid IN (…)`; the passages that a narrow
filter keeps are listed first. Negations are pushed to the leaves first. A statement finds all that fits and, where a term is
not `Pattern.exact`, a little more: the searcher checks what it shows.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from db.search.conditions import LISTED, SUBJECTS, Condition, Value, Wanted
from db.search.query import Either, Every, Filter, Node, Not, Term, leaves
from db.search.words import Pattern, pattern

# A filter that keeps no more passages than this is listed; of the few, each is read for the words.
MOST_LISTED = 20_000
FEW = 500

_SOURCES = {"article": "article", "passage": "annotation", "note": "note", "instrument": "instrument", "code": "code"}


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
            where.insert(1, (f"+{table}.rowid IN {LISTED}", (json.dumps(kept),)))
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
        return condition.sql.format(kind=kind, **SUBJECTS[kind]), condition.values
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
