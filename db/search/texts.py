"""What is searched of a record: its texts, as they are and as they were before a change.

An article is one text (its newest version, then its title and by-line), so that words in different paragraphs are in one
article; a passage is its words with their translations; an instrument and a code are all their names and definitions.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.search.entries import Touched
from db.search.words import BREAK

# What is read of each table.
_COLUMNS = {
    "article": ("title", "authors", "publisher", "source", "column_prefix"),
    "version": ("article", "number", "uuid", "text"),
    "annotation": ("exact",),
    "translation": ("annotation", "text"),
    "note": ("text",),
    "instrument": ("name", "title_zh", "title_en", "issuer"),
    "alias": ("instrument", "text"),
    "code": (
        "number", "name_zh", "name_en", "name", "definition_zh", "definition_en", "use_when", "avoid_when", "cues_zh", "cues_en",
    ),
}  # fmt: skip
# The table a kind's records lie in.
SOURCES = {"article": "article", "passage": "annotation", "note": "note", "instrument": "instrument", "code": "code"}
# kind: (table of what belongs to a record, column that names the record)
_PARTS = {"article": ("version", "article"), "passage": ("translation", "annotation"), "instrument": ("alias", "instrument")}

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Text:
    """What is searched of a record: texts joined by BREAK; the first is an article's reading text or a passage, body long."""

    text: str
    body: int


class Now:
    """The records as they are."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def text(self, kind: str, key: int) -> Text | None:
        """Give the searched text of a record; None if it is gone."""
        row = self._row(SOURCES[kind], key)
        parts = self._parts(*_PARTS[kind], key) if row is not None and kind in _PARTS else []
        return None if row is None else _compose(kind, row, parts)

    def _row(self, table: str, key: int) -> Row | None:
        rows = list(self._select(table, "id", key))
        return rows[0][1] if rows else None

    def _parts(self, table: str, column: str, key: int) -> list[Row]:
        return [row for _key, row in self._select(table, column, key)]

    def _select(self, table: str, column: str, key: int) -> Iterator[tuple[int, Row]]:
        names = _COLUMNS[table]
        sql = f"SELECT id, {', '.join(names)} FROM {table} WHERE {column} = ? ORDER BY id"
        for found, *values in self._connection.execute(sql, (key,)):
            yield found, dict(zip(names, values, strict=True))


class Before(Now):
    """The records as they were before a change."""

    def __init__(self, connection: sqlite3.Connection, touched: Touched) -> None:
        super().__init__(connection)
        self._old = {table: dict(touched.rows(table, *names)) for table, names in _COLUMNS.items()}
        self._owned: dict[str, dict[int, list[int]]] = {table: {} for table, _column in _PARTS.values()}
        for table, column in _PARTS.values():
            for key, old in self._old[table].items():
                if old is not None:
                    self._owned[table].setdefault(old[column], []).append(key)

    def touched(self, kind: str) -> list[int]:
        """List the records of a kind whose text may have changed."""
        keys = set(self._old[SOURCES[kind]])
        if kind in _PARTS:
            table, column = _PARTS[kind]
            for key, old in self._old[table].items():
                row = super()._row(table, key)
                keys.update(part[column] for part in (old, row) if part is not None)
        return sorted(keys)

    def texts(self, kind: str, keys: Sequence[int]) -> dict[int, Text]:
        """Give the searched texts of several records, without those that the change made."""
        rows = ((key, self._row(SOURCES[kind], key)) for key in keys)
        there = {key: row for key, row in rows if row is not None}
        if kind not in _PARTS:
            return {key: _compose(kind, row, []) for key, row in there.items()}
        table, column = _PARTS[kind]
        sql = f"SELECT DISTINCT {column} FROM {table} WHERE {column} IN (SELECT value FROM json_each(?))"
        now = {owner for (owner,) in self._connection.execute(sql, (json.dumps(list(there)),))}
        owners = now.union(self._owned[table])
        return {key: _compose(kind, row, self._parts(table, column, key) if key in owners else []) for key, row in there.items()}

    def _row(self, table: str, key: int) -> Row | None:
        return self._old[table][key] if key in self._old[table] else super()._row(table, key)

    def _parts(self, table: str, column: str, key: int) -> list[Row]:
        old = self._old[table]
        rows = {found: row for found, row in self._select(table, column, key) if found not in old}
        rows |= {found: row for found in self._owned[table].get(key, ()) if (row := old[found]) is not None}
        return [rows[found] for found in sorted(rows)]


def text_of(connection: sqlite3.Connection, kind: str, key: int) -> Text | None:
    """Give the searched text of a record; None if it is gone."""
    return texts_of(connection, kind, (key,)).get(key)


def texts_of(connection: sqlite3.Connection, kind: str, keys: Sequence[int]) -> dict[int, Text]:
    """Give the searched texts of records, without those that are gone."""
    if kind in ("passage", "note"):
        return {key: Text(text, body) for key, text, body in _plain(connection, kind, keys)}
    now = _Newest(connection) if kind == "article" else Now(connection)
    found = ((key, now.text(kind, key)) for key in keys)
    return {key: text for key, text in found if text is not None}


def all_texts(connection: sqlite3.Connection, kind: str) -> Iterator[tuple[int, str]]:
    """Yield the key and the searched text of every record, by key."""
    if kind in ("passage", "note"):
        for key, text, _body in _plain(connection, kind):
            yield key, text
        return
    now = Now(connection)
    for (key,) in connection.execute(f"SELECT id FROM {SOURCES[kind]} ORDER BY id"):
        found = now.text(kind, key)
        if found is not None:
            yield key, found.text


class _Newest(Now):
    """Articles with their newest versions only, which is all that is read of them."""

    def _parts(self, table: str, column: str, key: int) -> list[Row]:
        names = _COLUMNS[table]
        newest = f"SELECT {', '.join(names)} FROM {table} WHERE {column} = ?1"
        row = self._connection.execute(f"{newest} AND id = (SELECT version FROM current WHERE article = ?1)", (key,)).fetchone()
        return [] if row is None else [dict(zip(names, row, strict=True))]


def _plain(connection: sqlite3.Connection, kind: str, keys: Sequence[int] | None = None) -> Iterator[tuple[int, str, int]]:
    """Yield keys, texts and lengths of bodies of all passages or notes, or of some, by key."""
    some, values = ("", ()) if keys is None else (" WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(keys),))
    if kind == "note":
        yield from connection.execute(f"SELECT id, text, length(text) FROM note{some} ORDER BY id", values)
        return
    belonging = f"SELECT annotation, text FROM translation{some.replace('id', 'annotation', 1)} ORDER BY id"
    translations: dict[int, list[str]] = {}
    for key, text in connection.execute(belonging, values):
        translations.setdefault(key, []).append(text)
    for key, exact in connection.execute(f"SELECT id, exact FROM annotation{some} ORDER BY id", values):
        yield key, BREAK.join([exact, *translations[key]]) if key in translations else exact, len(exact)


def _compose(kind: str, row: Row, parts: list[Row]) -> Text:
    if kind == "note":
        return Text(row["text"], len(row["text"]))
    if kind == "passage":
        return Text(BREAK.join([row["exact"], *(part["text"] for part in parts)]), len(row["exact"]))
    if kind == "article":
        body = max(parts, key=lambda version: (version["number"], version["uuid"]))["text"] if parts else ""
        by = "、".join(_strings(row["authors"]))
        texts = [body, row["title"], by, row["publisher"], row["source"], row["column_prefix"]]
        return Text(BREAK.join(texts), len(body))
    if kind == "instrument":
        texts = [row["title_zh"], row["title_en"], *(part["text"] for part in parts), row["name"] or "", row["issuer"]]
    else:
        texts = [*(row[name] or "" for name in _COLUMNS["code"][:-2])]
        texts += [*_strings(row["cues_zh"]), *_strings(row["cues_en"])]
    return Text(_joined(texts), 0)


def _joined(texts: Iterable[str]) -> str:
    return BREAK.join(filter(None, texts))


def _strings(listed: str) -> list[str]:
    """Give the strings of a JSON list, and the names of its objects; anybody may have written it."""
    values = json.loads(listed)
    found = [value.get("name") if isinstance(value, dict) else value for value in values if isinstance(values, list)]
    return [value for value in found if isinstance(value, str)]
