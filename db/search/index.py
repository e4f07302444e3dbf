"""The full-text index: one contentless FTS5 table a kind, in the same transaction as the records it follows.

A row's id is its record's; its words are `words.tokens` of the record's folded text. Taking a row out of a contentless
table needs the very words that went in: they are made again from the values before the change, which undo's history has.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from db.folding import FOLDING_VERSION, fold_text, fold_texts
from db.likeness import fingerprint
from db.records import Progress, no_progress
from db.search.entries import Touched, keep
from db.search.texts import SOURCES, Before, Now, all_texts, texts_of
from db.search.words import BREAK, tokens, tokens_of

# Raised whenever the words of a text, or the texts of a record, change.
INDEX_VERSION = 2
KINDS = ("article", "passage", "note", "instrument", "code")
TABLES = tuple(f"{kind}_words" for kind in KINDS)
# Bytes gathered before they are written; an import of 100 articles brings about 3 million, and all at once is best.
_HELD_BACK = 8_000_000
_HELD_BACK_BUILDING = 64_000_000
# Pieces of an index beyond which a change merges some itself, and how many pages then: some two milliseconds, and for
# much text some three pages for each that it fills.
_MOST_PIECES, _PAGES_MERGED, _CHARACTERS_A_PAGE = 24, 4, 200
# FTS5 keeps its list of pieces in this row, and begins it anew like this where it lists more of each.
_PIECES_ROW, _MORE_OF_EACH = 10, b"\xff\x00\x00\x01"
# Levels below a newly built index: what single changes bring is merged there many times before all is. The larger part of
# the records is merged first, for the rest cannot take that down.
_LEVELS, _FIRST_PART = 6, 0.6
# Texts made into words at once while building: so many, and no more characters than that.
_AT_ONCE, _CHARACTERS_AT_ONCE = 400, 60_000

_STATE = f"{INDEX_VERSION}.{FOLDING_VERSION}"


def create_tables(connection: sqlite3.Connection) -> None:
    """Make the empty index of a new project."""
    connection.execute("CREATE TABLE index_state (id INTEGER PRIMARY KEY CHECK (id = 1), version TEXT NOT NULL) STRICT")
    connection.execute("INSERT INTO index_state VALUES (1, ?)", (_STATE,))
    for table in TABLES:
        connection.execute(
            f"CREATE VIRTUAL TABLE {table} USING fts5(words, content='', tokenize='ascii', detail=full, columnsize=1)"
        )
    hold_back(connection)


def hold_back(connection: sqlite3.Connection, held: int = _HELD_BACK) -> None:
    """Let the index gather what a large change brings, and write it in one piece: every piece is merged again and again."""
    for table in TABLES:
        # Merging by itself stalls a single save for seconds; `merge_idle` and, in small steps, `follow` do it.
        for name, value in (("automerge", 0), ("crisismerge", 1_000), ("hashsize", held)):
            connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES (?, ?)", (name, value))


def is_current(connection: sqlite3.Connection) -> bool:
    """Tell whether the index was made by this program's rules; if not, it must be rebuilt."""
    row = connection.execute("SELECT version FROM index_state").fetchone()
    return row is not None and row[0] == _STATE


def follow(connection: sqlite3.Connection, touched: Touched, progress: Progress = no_progress) -> None:
    """Bring the index up to date with a change, inside its transaction; `progress` counts thousandths of each kind."""
    if not is_current(connection):
        return
    now, before = Now(connection), Before(connection, touched)
    for kind in SOURCES:
        if keys := before.touched(kind):
            if kind in ("passage", "note") and len(keys) >= _AT_ONCE:
                characters = _replace_many(connection, kind, keys, before, progress)
            else:
                characters = _replace(connection, kind, keys, before, now, progress)
            if _pieces(connection, kind) > _MOST_PIECES:
                _merge(connection, f"{kind}_words", _PAGES_MERGED + characters // _CHARACTERS_A_PAGE)


def _replace_many(connection: sqlite3.Connection, kind: str, keys: Sequence[int], before: Before, progress: Progress) -> int:
    """Do what `_replace` does for records with short texts, many of which are made into words at once."""
    insert, remove = (
        f"INSERT INTO {kind}_words (rowid, words) VALUES (?, ?)",
        f"INSERT INTO {kind}_words ({kind}_words, rowid, words)",
    )
    characters = 0
    for at in range(0, len(keys), _AT_ONCE):
        progress(1000 * at // len(keys), 1000)
        part = keys[at : at + _AT_ONCE]
        old, new = before.texts(kind, part), texts_of(connection, kind, part)
        other = [key for key in part if (key in old, key in new) != (True, True) or old[key].text != new[key].text]
        gone, come = (_words({key: found[key].text for key in other if key in found}) for found in (old, new))
        characters += sum(len(found[key].text) for found in (old, new) for key in other if key in found)
        # FTS5 writes what it holds back whenever a key is below the one before it.
        for key in other:
            if key in gone:
                connection.execute(f"{remove} VALUES ('delete', ?, ?)", (key, gone[key]))
            if key in come:
                connection.execute(insert, (key, come[key]))
    return characters


def _words(texts: Mapping[int, str]) -> dict[int, str]:
    """Make short texts into words, those that have any."""
    several = list(texts.values())
    few = sum(map(len, several)) <= _CHARACTERS_AT_ONCE
    words = tokens_of(fold_texts(several)) if few and several else [tokens(fold_text(text)) for text in several]
    return {key: listed for key, listed in zip(texts, words, strict=True) if listed.strip()}


def _replace(connection: sqlite3.Connection, kind: str, keys: Sequence[int], before: Before, now: Now, progress: Progress) -> int:
    """Put the words of records as they are now in the place of those before; gives the characters of both."""
    table, characters = f"{kind}_words", 0
    prints: list[tuple[int, bytes]] = []
    for at, key in enumerate(keys):

        def within(done: int, total: int, at: int = at) -> None:
            progress((1000 * at + 1000 * done // total) // len(keys), 1000)

        within(0, 1)
        old, new = before.text(kind, key), now.text(kind, key)
        if (old and old.text) == (new and new.text):
            continue
        characters += len(old.text if old else "") + len(new.text if new else "")
        if old is not None and (words := tokens(fold_text(old.text))):
            connection.execute(f"INSERT INTO {table} ({table}, rowid, words) VALUES ('delete', ?, ?)", (key, words))
        if new is not None:
            folded = fold_text(new.text)
            if words := tokens(folded, within):
                connection.execute(f"INSERT INTO {table} (rowid, words) VALUES (?, ?)", (key, words))
            if kind == "article":
                prints.append((key, fingerprint(folded.partition(BREAK)[0])))
    # Not between: FTS5 writes what it holds back whenever another table is written to in a way that may fail halfway.
    if prints:
        keep(connection, prints)
    return characters


def rebuild(connection: sqlite3.Connection, progress: Progress = no_progress) -> None:
    """Make the whole index anew, inside upkeep; `progress` counts records."""
    counts = {kind: connection.execute(f"SELECT count(*) FROM {source}").fetchone()[0] for kind, source in SOURCES.items()}
    done, total = 0, sum(counts.values())
    progress(0, total)
    hold_back(connection, _HELD_BACK_BUILDING)
    for kind, count in counts.items():
        for made in _build(connection, kind, count):
            progress(done + made, total)
        done += count
    hold_back(connection)
    connection.execute("INSERT OR REPLACE INTO index_state VALUES (1, ?)", (_STATE,))
    # FTS5 keeps the table that it gathered so much in, and would go through all of it at every single change from now on.
    connection.execute("PRAGMA writable_schema = RESET")
    progress(total, total)


def _build(connection: sqlite3.Connection, kind: str, count: int) -> Iterator[int]:
    """Fill the index of one kind of record, as one piece some levels above what single changes will bring; yields how far.

    FTS5 writes pieces to the lowest level, merges four of a level to one of the next, and all that there is to a new level
    on top unless all are on one level. A new piece takes those that are not larger down to its own level.
    """
    insert = f"INSERT INTO {kind}_words (rowid, words) VALUES (?, ?)"
    optimise = f"INSERT INTO {kind}_words ({kind}_words) VALUES ('optimize')"
    connection.execute(f"INSERT INTO {kind}_words ({kind}_words) VALUES ('delete-all')")
    made, steps = 0, 0
    for rows in _batches(connection, kind):
        filled = [(key, words) for key, words in rows if words.strip()]
        while filled and (steps <= _LEVELS or (steps == _LEVELS + 1 and made > count * _FIRST_PART)):
            connection.execute(insert, filled.pop(0))
            connection.execute(optimise)
            steps += 1
        connection.executemany(insert, filled)
        made += len(rows)
        yield made
    connection.execute(optimise)


def _batches(connection: sqlite3.Connection, kind: str) -> Iterator[list[tuple[int, str]]]:
    """Yield all records' keys and words, many short texts at a time."""
    rows = all_texts(connection, kind)
    while batch := list(islice(rows, _AT_ONCE if kind in ("passage", "note") else 1)):
        if sum(len(text) for _key, text in batch) > _CHARACTERS_AT_ONCE:
            yield from ([(key, tokens(fold_text(text)))] for key, text in batch)
        else:
            words = tokens_of(fold_texts([text for _key, text in batch]))
            yield list(zip((key for key, _text in batch), words, strict=True))


def merge_idle(connection: sqlite3.Connection) -> None:
    """Merge a little of what single changes left in pieces, inside upkeep."""
    for table in TABLES:
        _merge(connection, table, 64)


def _merge(connection: sqlite3.Connection, table: str, pages: int) -> None:
    connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)", (pages,))


def _pieces(connection: sqlite3.Connection, kind: str) -> int:
    """Count the pieces an index consists of: after four bytes of a cookie stand the numbers of levels and of pieces."""
    row = connection.execute(f"SELECT block FROM {kind}_words_data WHERE id = ?", (_PIECES_ROW,)).fetchone()
    if row is None:
        return 0
    block = row[0]
    start = 8 if block[4:8] == _MORE_OF_EACH else 4
    while block[start] & 0x80:
        start += 1
    return _count(block[start + 1 : start + 3] if block[start + 1] & 0x80 else block[start + 1 : start + 2])


def check(connection: sqlite3.Connection) -> list[str]:
    """Compare the index with the records; gives what differs, as "kind key"."""
    if not is_current(connection):
        return ["index version"]
    stray = []
    for kind, table in zip(KINDS, TABLES, strict=True):
        sizes = dict(connection.execute(f"SELECT id, sz FROM {table}_docsize"))
        for key, words in (row for rows in _batches(connection, kind) for row in rows):
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
