"""The full-text index: one contentless FTS5 table a kind, in the same transaction as the records it follows.

A row's id is its record's; its words are `words.tokens` of the record's folded text. Taking a row out of a contentless
table needs the very words that went in: they are made again from the values before the change, which undo's history has.
An article is one row (its newest text, then its title and by-line), so that words in different paragraphs are in one article.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.folding import FOLDING_VERSION, fold_text
from db.likeness import fingerprint
from db.records import Progress, no_progress
from db.search.entries import Touched, keep
from db.search.words import tokens

# Raised whenever the words of a text, or the texts of a record, change.
INDEX_VERSION = 1
KINDS = ("article", "passage", "note", "instrument", "code")
TABLES = tuple(f"{kind}_words" for kind in KINDS)
# Bytes gathered before they are written; an import of 100 articles brings about 3 million.
_HELD_BACK = 8_000_000
# Between the texts of a record; no term fits over it.
BREAK = "\x1f"

_STATE = f"{INDEX_VERSION}.{FOLDING_VERSION}"
# What is read of each table; the table a kind's records lie in comes first in _SOURCES.
_COLUMNS = {
    "article": ("title", "authors", "publisher", "source", "column_prefix"),
    "version": ("article", "number", "uuid", "text"),
    "annotation": ("exact",),
    "note": ("text",),
    "instrument": ("name", "title_zh", "title_en", "issuer"),
    "alias": ("instrument", "text"),
    "code": (
        "number", "name_zh", "name_en", "name", "definition_zh", "definition_en", "use_when", "avoid_when", "cues_zh", "cues_en",
    ),
}  # fmt: skip
_SOURCES = {"article": "article", "passage": "annotation", "note": "note", "instrument": "instrument", "code": "code"}
# Kinds whose text is one column.
_PLAIN = {"passage": "exact", "note": "text"}
# kind: (table, column that names the kind's record)
_PARTS = {"article": ("version", "article"), "instrument": ("alias", "instrument")}

Row = Mapping[str, Any]


class _Now:
    """The records as they are."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def row(self, table: str, key: int) -> Row | None:
        rows = list(self._select(table, "id", key))
        return rows[0][1] if rows else None

    def parts(self, table: str, column: str, key: int) -> list[Row]:
        return [row for _key, row in self._select(table, column, key)]

    def _select(self, table: str, column: str, key: int) -> Iterator[tuple[int, Row]]:
        names = _COLUMNS[table]
        sql = f"SELECT id, {', '.join(names)} FROM {table} WHERE {column} = ? ORDER BY id"
        for found, *values in self._connection.execute(sql, (key,)):
            yield found, dict(zip(names, values, strict=True))


class _Before(_Now):
    """The records as they were before a change."""

    def __init__(self, connection: sqlite3.Connection, touched: Touched) -> None:
        super().__init__(connection)
        self._old = {table: dict(touched.rows(table)) for table in _COLUMNS}

    def touched(self, table: str) -> Mapping[int, Row | None]:
        return self._old[table]

    def row(self, table: str, key: int) -> Row | None:
        return self._old[table][key] if key in self._old[table] else super().row(table, key)

    def parts(self, table: str, column: str, key: int) -> list[Row]:
        old = self._old[table]
        rows = {found: row for found, row in self._select(table, column, key) if found not in old}
        rows |= {found: row for found, row in old.items() if row is not None and row[column] == key}
        return [rows[found] for found in sorted(rows)]


@dataclass(frozen=True, slots=True)
class Text:
    """What is searched of a record: texts joined by BREAK; the first is an article's reading text, body long."""

    text: str
    body: int


def text_of(connection: sqlite3.Connection, kind: str, key: int) -> Text | None:
    """Give the searched text of a record; None if it is gone."""
    return _compose(_Now(connection), kind, key)


def _compose(records: _Now, kind: str, key: int) -> Text | None:
    row = records.row(_SOURCES[kind], key)
    if row is None:
        return None
    if kind in _PLAIN:
        plain = row[_PLAIN[kind]]
        return Text(plain, len(plain))
    if kind == "article":
        versions = records.parts("version", "article", key)
        body = max(versions, key=lambda version: (version["number"], version["uuid"]))["text"] if versions else ""
        by = "、".join(_strings(row["authors"]))
        texts = [body, row["title"], by, row["publisher"], row["source"], row["column_prefix"]]
        return Text(BREAK.join(texts), len(body))
    if kind == "instrument":
        aliases = [alias["text"] for alias in records.parts("alias", "instrument", key)]
        texts = [row["title_zh"], row["title_en"], *aliases, row["name"] or "", row["issuer"]]
    else:
        texts = [*(row[name] or "" for name in _COLUMNS["code"][:-2])]
        texts += [*_strings(row["cues_zh"]), *_strings(row["cues_en"])]
    return Text(BREAK.join(filter(None, texts)), 0)


def _strings(listed: str) -> list[str]:
    """Give the strings of a JSON list, and the names of its objects; anybody may have written it."""
    values = json.loads(listed)
    found = [value.get("name") if isinstance(value, dict) else value for value in values if isinstance(values, list)]
    return [value for value in found if isinstance(value, str)]


def create_tables(connection: sqlite3.Connection) -> None:
    """Make the empty index of a new project."""
    connection.execute("CREATE TABLE index_state (id INTEGER PRIMARY KEY CHECK (id = 1), version TEXT NOT NULL) STRICT")
    connection.execute("INSERT INTO index_state VALUES (1, ?)", (_STATE,))
    for table in TABLES:
        connection.execute(
            f"CREATE VIRTUAL TABLE {table} USING fts5(words, content='', tokenize='ascii', detail=full, columnsize=1)"
        )
        # Merging by itself stalls a single save for half a second; `merge_idle` does it when nothing else happens.
        connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('automerge', 0)")
        connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('crisismerge', 64)")
    hold_back(connection)


def hold_back(connection: sqlite3.Connection) -> None:
    """Let the index gather what a large change brings, and write it in one piece: every piece is merged again and again."""
    for table in TABLES:
        connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('hashsize', {_HELD_BACK})")


def is_current(connection: sqlite3.Connection) -> bool:
    """Tell whether the index was made by this program's rules; if not, it must be rebuilt."""
    row = connection.execute("SELECT version FROM index_state").fetchone()
    return row is not None and row[0] == _STATE


def follow(connection: sqlite3.Connection, touched: Touched, progress: Progress = no_progress) -> None:
    """Bring the index up to date with a change, inside its transaction; `progress` counts thousandths of each kind."""
    if not is_current(connection):
        return
    now, before = _Now(connection), _Before(connection, touched)
    for kind, source in _SOURCES.items():
        keys = set(before.touched(source))
        if kind in _PARTS:
            table, column = _PARTS[kind]
            for key, old in before.touched(table).items():
                row = now.row(table, key)
                keys.update(part[column] for part in (old, row) if part is not None)
        _replace(connection, kind, sorted(keys), before, now, progress)


def _replace(
    connection: sqlite3.Connection, kind: str, keys: Sequence[int], before: _Before, now: _Now, progress: Progress
) -> None:
    table = f"{kind}_words"
    prints: list[tuple[int, bytes]] = []
    for at, key in enumerate(keys):

        def within(done: int, total: int, at: int = at) -> None:
            progress((1000 * at + 1000 * done // total) // len(keys), 1000)

        within(0, 1)
        old, new = _compose(before, kind, key), _compose(now, kind, key)
        if (old and old.text) == (new and new.text):
            continue
        if old is not None and (words := _words(old)):
            connection.execute(f"INSERT INTO {table} ({table}, rowid, words) VALUES ('delete', ?, ?)", (key, words))
        if new is not None:
            folded = fold_text(new.text)
            if words := tokens(folded, within):
                connection.execute(f"INSERT INTO {table} (rowid, words) VALUES (?, ?)", (key, words))
            if kind == "article":
                prints.append((key, fingerprint(folded.partition(BREAK)[0])))
    # Not between: FTS5 writes what it holds back whenever another table is written to in a way that may fail halfway.
    keep(connection, prints)


def _words(text: Text) -> str:
    return tokens(fold_text(text.text))


def rebuild(connection: sqlite3.Connection, progress: Progress = no_progress) -> None:
    """Make the whole index anew, inside upkeep; `progress` counts records."""
    counts = {kind: connection.execute(f"SELECT count(*) FROM {source}").fetchone()[0] for kind, source in _SOURCES.items()}
    done, total = 0, sum(counts.values())
    progress(0, total)
    for kind, table in zip(KINDS, TABLES, strict=True):
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('delete-all')")
        for key, words in _all(connection, kind):
            if words:
                connection.execute(f"INSERT INTO {table} (rowid, words) VALUES (?, ?)", (key, words))
            done += 1
            if done % 200 == 0:
                progress(done, total)
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
    connection.execute("INSERT OR REPLACE INTO index_state VALUES (1, ?)", (_STATE,))
    progress(total, total)


def _all(connection: sqlite3.Connection, kind: str) -> Iterator[tuple[int, str]]:
    """Yield every record's key and words."""
    now = _Now(connection)
    if kind in _PLAIN:
        for key, plain in connection.execute(f"SELECT id, {_PLAIN[kind]} FROM {_SOURCES[kind]} ORDER BY id"):
            yield key, tokens(fold_text(plain))
        return
    for (key,) in connection.execute(f"SELECT id FROM {_SOURCES[kind]} ORDER BY id"):
        text = _compose(now, kind, key)
        if text is not None:
            yield key, _words(text)


def merge_idle(connection: sqlite3.Connection) -> None:
    """Merge a little of what single changes left in pieces, inside upkeep."""
    for table in TABLES:
        connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', 64)")


def check(connection: sqlite3.Connection) -> list[str]:
    """Compare the index with the records; gives what differs, as "kind key"."""
    if not is_current(connection):
        return ["index version"]
    stray = []
    for kind, table in zip(KINDS, TABLES, strict=True):
        sizes = dict(connection.execute(f"SELECT id, sz FROM {table}_docsize"))
        for key, words in _all(connection, kind):
            found = sizes.pop(key, None)
            listed = words.split()
            agrees = _count(found) == len(listed) and (not listed or _holds(connection, table, key, listed))
            if not agrees:
                stray.append(f"{kind} {key}")
        stray += [f"{kind} {key}" for key in sizes]
    return stray


def _holds(connection: sqlite3.Connection, table: str, key: int, words: list[str]) -> bool:
    """Whether a row is found by its first and its last words."""
    phrases = f'"{" ".join(words[:8])}" AND "{" ".join(words[-8:])}"'
    return bool(connection.execute(f"SELECT 1 FROM {table} WHERE {table} MATCH ? AND rowid = ?", (phrases, key)).fetchone())


def _count(size: bytes | None) -> int:
    """Read the number of words of a row: FTS5 keeps it as a big-endian number of 7 bits a byte."""
    count = 0
    for byte in size or b"":
        count = count << 7 | byte & 0x7F
    return count
