"""Relations between passages as SQL: one overlaps another, lies inside it, or stands in its sentence, paragraph or article.

Passages are compared by their places on the newest version, never one with itself. From the passage asked about SQL goes
to the others of its article; where few passages can be the other side, these are listed first.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Mapping

from db.search.functions import said
from db.search.subjects import LISTED, Condition, Value
from db.search.tree import Every, Filter, Near, Node, Not, Term
from db.search.words import pattern

# Other sides of more passages are not listed; of fewer than this, no smaller list is looked for.
_MOST, _FEW = 20_000, 200
_MOST_OF_FEW = 1_000  # of more, the passages of their articles are too many to be listed
_TESTS = {
    "overlaps": "{q}.start < {p}.end AND {q}.end > {p}.start",
    "inside": "{q}.start <= {p}.start AND {q}.end >= {p}.end",
    "same-sentence": "same_sentence(?, {p}.version, {p}.start, {p}.end, {q}.start, {q}.end)",
    "same-paragraph": "same_paragraph(?, {p}.version, {p}.start, {p}.end, {q}.start, {q}.end)",
}
_Said = tuple[str, tuple[Value, ...]]


def between(
    relation: str, other: Node, conditions: Mapping[Filter, Condition], connection: sqlite3.Connection, depth: int
) -> Condition:
    """Give the condition that a passage stands in a relation to one of those that a resolved tree describes.

    `depth` tells apart what belongs to relations inside relations.
    """
    p, c, o, q = (f"{name}{depth}" for name in "pcoq")
    listed = _listed(other, conditions, connection)
    if listed is not None and not listed:
        return Condition("annotation", "0", (), "SELECT id FROM annotation WHERE 0")
    where, values = _holds(other, conditions, o)
    few, others = "", "annotation"
    ids: tuple[Value, ...] = ()
    if listed is not None:
        # The limit keeps SQLite from looking each of them up among all passages: it makes a list with an index of its own.
        others = f"(SELECT id, article, coder, created, modified FROM annotation WHERE id IN {LISTED} LIMIT -1)"
        ids = (json.dumps(listed),)
        values = (*ids, *values)
        if len(listed) <= _MOST_OF_FEW:
            few = f"SELECT id FROM annotation WHERE article IN (SELECT article FROM annotation WHERE id IN {LISTED})"
    if relation == "same-article":
        sql = f"SELECT 1 FROM {others} {o} WHERE {o}.article = {{article}} AND {o}.id <> {{annotation}} AND {where}"
        return Condition("annotation", f"EXISTS ({sql})", values, few, ids, loose=True)
    test = _TESTS[relation].format(p=p, q=q)
    if "?" in test:  # what is kept of texts is only good as long as nothing changes
        values = (*values, time.monotonic_ns())
    sql = (
        f"SELECT 1 FROM place {p} CROSS JOIN current {c} ON {c}.version = {p}.version"
        f" CROSS JOIN {others} {o} ON {o}.article = {c}.article"
        f" CROSS JOIN place {q} ON {q}.annotation = {o}.id AND {q}.version = {p}.version"
        f" WHERE {p}.annotation = {{annotation}} AND {p}.start IS NOT NULL AND {o}.id <> {p}.annotation AND {where}"
        f" AND {q}.start IS NOT NULL AND {test}"
    )
    return Condition("annotation", f"EXISTS ({sql})", values, few, ids, loose=True)


def _holds(node: Node, conditions: Mapping[Filter, Condition], alias: str) -> _Said:
    """Say a tree of a passage."""
    if isinstance(node, Term):
        return f"has_words({alias}.id, ?, ?)", (node.text, int(node.whole))
    if isinstance(node, Near):
        return f"has_near({alias}.id, ?)", (said(node),)
    if isinstance(node, Filter):
        return f"({conditions[node].said_of(alias)})", conditions[node].values
    if isinstance(node, Not):
        sql, values = _holds(node.part, conditions, alias)
        return f"NOT ({sql})", values
    if isinstance(node, Every):
        parts = sorted(node.parts, key=_is_costly)
        sql, values = _holds(parts[0], conditions, alias)
        for part in parts[1:]:
            more, others = _holds(part, conditions, alias)
            sql, values = (_then(sql, more) if _is_costly(part) else f"{sql} AND {more}"), (*values, *others)
        return f"({sql})", values
    found = [_holds(part, conditions, alias) for part in node.parts]
    return f"({' OR '.join(sql for sql, _values in found)})", tuple(value for _sql, values in found for value in values)


def _then(first: str, second: str) -> str:
    """Have SQLite look at the second only where the first holds; it would begin with what has no SELECT in it."""
    return f"CASE WHEN {first} THEN {second} ELSE 0 END"


def _is_costly(node: Node) -> bool:
    return not isinstance(node.part if isinstance(node, Not) else node, Filter)


def _listed(node: Node, conditions: Mapping[Filter, Condition], connection: sqlite3.Connection) -> list[int] | None:
    """List passages among which are all that a tree describes; None where they are many or it costs much."""
    if isinstance(node, Term):
        found = pattern(node.text, node.whole)
        sql = "SELECT rowid FROM passage_words WHERE passage_words MATCH ? LIMIT ?"
        return _rows(connection, sql, (found.match, _MOST + 1)) if found else []
    if isinstance(node, Filter):
        return _rows(connection, *conditions[node].listing(_MOST + 1)) if conditions[node].few else None
    if isinstance(node, Not):
        return None
    if isinstance(node, Near):
        found_of = [_union([_listed(term, conditions, connection) for term in group]) for group in node.groups]
        return min((found for found in found_of if found is not None), key=len, default=None)
    if not isinstance(node, Every):
        return _union([_listed(part, conditions, connection) for part in node.parts])
    best: list[int] | None = None
    for part in sorted(node.parts, key=_is_costly):
        found_here = _listed(part, conditions, connection)
        if found_here is not None and (best is None or len(found_here) < len(best)):
            best = found_here
        if best is not None and len(best) <= _FEW:
            break
    return best


def _union(parts: list[list[int] | None]) -> list[int] | None:
    found: set[int] = set()
    for part in parts:
        if part is None:
            return None
        found.update(part)
    return sorted(found) if len(found) <= _MOST else None


def _rows(connection: sqlite3.Connection, sql: str, values: tuple[Value, ...]) -> list[int] | None:
    rows = connection.execute(sql, values).fetchall()
    return sorted({row[0] for row in rows}) if len(rows) <= _MOST else None
