"""Query objects → one SQL statement a kind of record.

Newest first with a LIMIT is flat at any number of hits; filters are EXISTS, never `rowid IN (…)`; the passages that a narrow
filter keeps are listed first. Negations are pushed to the leaves first. A statement finds all that fits and, where it is not
exact, a little more: the searcher checks what it shows.

One character is the beginning of a thousand pairs, which FTS5 would gather before it gives the first: where it is in many
passages, these are looked at from the newest on.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from db.folding import fold_query, sources
from db.search.conditions import Wanted
from db.search.query import Either, Every, Filter, Near, Node, Not, Term, leaves
from db.search.subjects import SUBJECTS, Condition, Value
from db.search.texts import SOURCES
from db.search.words import Pattern, pattern

# A filter that keeps no more passages than this is listed; of the few, each is read for the words.
MOST_LISTED = 20_000
FEW = 500
# Beyond so many records it matters whether one character is in many of them: in more than one of ROOM / √(their number).
_MANY, _SAMPLE, _ROOM = 20_000, 500, 63
# Where a record's whole text is, for the kinds of which there are many.
_PLACES = {
    "passage": ("r.exact", "EXISTS (SELECT 1 FROM translation h WHERE h.annotation = r.id AND ({}))", "h.text"),
    "note": ("r.text", "", ""),
}
ORDERS = ("newest", "relevance", "date", "position")
# (what joins a key k.id to what it is sorted by, the sorting); newest last decides
_ARTICLE = " LEFT JOIN article a ON a.id = {} LEFT JOIN entry e ON e.article = a.id"
_PLACE = " LEFT JOIN current c ON c.article = a.id LEFT JOIN place p ON p.annotation = {} AND p.version = c.version"
_OF_NOTE = " LEFT JOIN note o ON o.id = r.reply_to LEFT JOIN annotation n ON n.id = coalesce(r.annotation, o.annotation)"
_NOTED = _ARTICLE.format("coalesce(n.article, r.article, o.article)")
_PUBLISHED = "coalesce(nullif(a.published, ''), r.created) DESC"
_PLACED = "a.id IS NULL, e.title, a.key, a.id, p.start IS NULL, p.start, p.end"
_SORTED = {
    ("article", "date"): ("", "coalesce(nullif(r.published, ''), r.created) DESC"),
    ("article", "position"): (" LEFT JOIN entry e ON e.article = r.id", "e.title, r.key"),
    ("passage", "date"): (_ARTICLE.format("r.article"), _PUBLISHED),
    ("passage", "position"): (_ARTICLE.format("r.article") + _PLACE.format("r.id"), _PLACED),
    ("note", "date"): (_OF_NOTE + _NOTED, _PUBLISHED),
    ("note", "position"): (_OF_NOTE + _NOTED + _PLACE.format("n.id"), _PLACED),
    ("instrument", "date"): ("", "r.created DESC"),
    ("instrument", "position"): ("", "coalesce(nullif(r.title_zh, ''), r.title_en)"),
    ("code", "date"): ("", "r.created DESC"),
    ("code", "position"): ("", "r.codebook, r.number"),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """One statement: FROM … WHERE … with its values; `order` is its key, `root` the query it is of.

    `match` if it looks words up, `listed` if it goes through passages that are listed newest first, `exact` if nothing it
    gives must be checked (the words of a few rows, up to FEW, are left to the check), `common` if it looks for characters
    that are in many records.
    """

    kind: str
    root: Node
    sql: str
    values: tuple[Value, ...]
    order: str
    exact: bool
    match: bool = False
    listed: bool = False
    common: bool = False

    def keys(self, limit: int, order: str = "newest", last: int | None = None) -> tuple[str, tuple[Value, ...]]:
        """Give the statement for the keys, in one of ORDERS, up to a number (-1: all); newest first those after the `last`."""
        if (order == "relevance" and self.match) or order in ("date", "position"):
            found = f"SELECT {self.order} AS id {self.sql}"
            if order == "relevance":
                found += f" ORDER BY bm25({self.kind}_words), {self.order} DESC"
            else:
                joins, by = _SORTED[self.kind, order]
                found = f"SELECT k.id FROM ({found}) k JOIN {SOURCES[self.kind]} r ON r.id = k.id{joins} ORDER BY {by}, k.id DESC"
            return f"{found} LIMIT ?", (*self.values, limit)
        after, values = ("", ()) if last is None else (f" AND {self.order} < ?", (last,))
        newest = "" if self.listed else f" ORDER BY {self.order} DESC"
        return f"SELECT {self.order} AS id {self.sql}{after}{newest} LIMIT ?", (*self.values, *values, limit)

    def count(self, most: int) -> tuple[str, tuple[Value, ...]]:
        """Give the statement that counts, up to a number (-1: all)."""
        return f"SELECT count(*) FROM (SELECT 1 {self.sql} LIMIT ?)", (*self.values, most)


def plan(kind: str, wanted: Wanted, connection: sqlite3.Connection, me: int | None, ranked: bool = False) -> Plan:
    """Make the statement that finds one kind of record; `ranked` if it should look words up, for they are to be weighed."""
    parts = wanted.root.parts if isinstance(wanted.root, Every) else (wanted.root,)
    texts = tuple(part for part in parts if _textual(part))
    narrow, rows = _narrowest(parts, wanted.conditions, connection) if kind == "passage" else (None, 0)
    few = narrow is not None and ((rows <= FEW and not ranked) or not texts)
    common: set[Term] = set() if few else _common(kind, wanted.root, connection)
    indexed = tuple(part for part in texts if isinstance(part, Near) or common.isdisjoint(leaves(part)))
    match = None if few else _match(Every(indexed), common)
    done = {part for part in texts if few or not _judged(part, common) or (match is not None and part in indexed)}
    if narrow is not None and not wanted.conditions[narrow].loose:
        done.add(narrow)
    rest = [part for part in parts if part not in done]
    where = [_where(part, kind, wanted.conditions, common) for part in rest]
    if kind == "note" and me is not None:
        where.append(("(r.private = 0 OR r.coder = ?)", (me,)))
    listing = None if narrow is None else wanted.conditions[narrow].listing(-1)
    source, values, order = _source(kind, match, listing, any("r." in sql for sql, _values in where))
    sql = f"{source} {' AND '.join(sql for sql, _values in where) or '1'}"
    values += tuple(value for _sql, found in where for value in found)
    exact = not (few and texts) and _exact(wanted.root) and all(_judged(part, common) for part in texts)
    listed = match is None and narrow is not None
    return Plan(kind, wanted.root, sql, values, order, exact=exact, match=match is not None, listed=listed, common=bool(common))


def _source(
    kind: str, match: str | None, listing: tuple[str, tuple[Value, ...]] | None, joined: bool
) -> tuple[str, tuple[Value, ...], str]:
    """Say where to look: in the index, through the passages listed, or through all; gives (FROM … WHERE …, values, key)."""
    table, records = f"{kind}_words", f"{SOURCES[kind]} r"
    if match is not None:
        source = f"FROM {table} CROSS JOIN {records} ON r.id = {table}.rowid" if joined else f"FROM {table}"
        source, values = f"{source} WHERE {table} MATCH ? AND", (match, *(listing[1] if listing else ()))
        if listing:  # the plus keeps SQLite from looking each of them up in the index
            source += f" +{table}.rowid IN ({listing[0]}) AND"
        return source, values, f"{table}.rowid"
    if listing:
        newest = f"WITH kept (id) AS ({listing[0]}) SELECT DISTINCT id FROM kept ORDER BY id DESC LIMIT -1"
        return f"FROM ({newest}) d CROSS JOIN {records} ON r.id = d.id WHERE", listing[1], "r.id"
    return f"FROM {records} WHERE", (), "r.id"


def _narrowest(
    parts: Sequence[Node], conditions: dict[Filter, Condition], connection: sqlite3.Connection
) -> tuple[Filter | None, int]:
    """Give the filter that keeps fewest passages, with how many rows, if they are few enough to be listed."""
    narrowest: tuple[Filter | None, int] = (None, MOST_LISTED + 1)
    for part in parts:
        if isinstance(part, Filter) and conditions[part].few:
            # Each row is one index entry, so the limit also bounds the work.
            sql, values = conditions[part].listing(narrowest[1])
            rows = connection.execute(f"SELECT count(*) FROM ({sql})", values).fetchone()[0]
            if rows < narrowest[1]:
                narrowest = (part, rows)
    return narrowest


def _textual(node: Node) -> bool:
    return not any(isinstance(leaf, Filter) for leaf in leaves(node))


def _pattern(term: Term) -> Pattern:
    found = pattern(term.text, term.whole)
    if found is None:
        raise ValueError(f"nothing to look up in {term.text!r}")
    return found


def _exact(node: Node) -> bool:
    """Whether the index alone can judge all the words."""
    if isinstance(node, Near):
        return False
    if isinstance(node, Term):
        return _pattern(node).exact
    parts = (node.part,) if isinstance(node, Not) else getattr(node, "parts", ())
    return all(_exact(part) for part in parts)


def _common(kind: str, root: Node, connection: sqlite3.Connection) -> set[Term]:
    """Give the terms of one Chinese character that are in many passages or notes, by a sample of the newest."""
    terms = [leaf for leaf in leaves(root) if isinstance(leaf, Term) and sources(fold_query(leaf.text))]
    if kind not in _PLACES or not terms:
        return set()
    source = SOURCES[kind]
    newest = connection.execute(f"SELECT max(id) FROM {source}").fetchone()[0] or 0
    if newest < _MANY:
        return set()
    common = set()
    for term in dict.fromkeys(terms):
        stands, values = _stands(term, kind)
        sql = f"SELECT count(*) FROM (SELECT * FROM {source} ORDER BY id DESC LIMIT {_SAMPLE}) r WHERE {stands}"
        share = connection.execute(sql, values).fetchone()[0] / _SAMPLE
        if share * newest**0.5 > _ROOM:
            common.add(term)
    return common


def _stands(term: Term, kind: str) -> tuple[str, tuple[Value, ...]]:
    """Say in SQL that a character, or another that folds to it, is in a record's text."""
    column, belonging, other = _PLACES[kind]
    characters = sources(fold_query(term.text))
    sql = " OR ".join([f"instr({column}, ?)"] * len(characters))
    if belonging:
        sql += f" OR {belonging.format(' OR '.join([f'instr({other}, ?)'] * len(characters)))}"
    return f"({sql})", tuple(characters) * (2 if belonging else 1)


def _judged(part: Node, common: set[Term]) -> bool:
    """Whether SQL can judge a part by its words: of what holds a common character, only this alone."""
    inner = part.part if isinstance(part, Not) else part
    return isinstance(inner, Term) or common.isdisjoint(leaves(part))


def _match(node: Node, common: set[Term]) -> str | None:
    """Say a tree of words in FTS5's language; None where it would have to begin with what is not there."""
    if isinstance(node, Term):
        return _pattern(node).match
    if isinstance(node, Near):
        groups = tuple(Either(group) for group in node.groups if common.isdisjoint(group))
        return _match(Every(groups), common)
    if not isinstance(node, Every | Either):
        return None
    negative = [part.part for part in node.parts if isinstance(part, Not)]
    positive = [_match(part, common) for part in node.parts if not isinstance(part, Not)]
    found = [part for part in positive if part is not None]
    if not found or len(found) < len(positive) or (negative and isinstance(node, Either)):
        return None
    match = f"({(' AND ' if isinstance(node, Every) else ' OR ').join(found)})"
    for part in negative:
        # What the index finds too much must not be taken away: the searcher looks.
        if isinstance(part, Term) and _pattern(part).exact:
            match = f"({match} NOT {_pattern(part).match})"
    return match


def _where(node: Node, kind: str, conditions: dict[Filter, Condition], common: set[Term]) -> tuple[str, tuple[Value, ...]]:
    if isinstance(node, Filter):
        condition = conditions[node]
        return condition.sql.format(kind=kind, **SUBJECTS[kind]), condition.values
    if isinstance(node, Term):
        if node in common:
            return _stands(node, kind)
        table = f"{kind}_words"
        return f"r.id IN (SELECT rowid FROM {table} WHERE {table} MATCH ?)", (_pattern(node).match,)
    if isinstance(node, Near):
        return _where(Every(tuple(Either(group) for group in node.groups)), kind, conditions, common)
    if isinstance(node, Not):
        if isinstance(node.part, Near) or (isinstance(node.part, Term) and not _pattern(node.part).exact):
            return "1", ()
        sql, values = _where(node.part, kind, conditions, common)
        return f"NOT ({sql})", values
    found = [_where(part, kind, conditions, common) for part in node.parts]
    joined = (" AND " if isinstance(node, Every) else " OR ").join(sql for sql, _values in found)
    return f"({joined})", tuple(value for _sql, values in found for value in values)
