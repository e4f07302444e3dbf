"""What the library derives of articles: folded titles and by-lines to sort and filter by, and the fingerprints of texts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from db.folding import FOLDING_VERSION, fold_text
from db.likeness import RULES, fingerprint
from db.records import Author, Progress, no_progress

# Fingerprints are of folded texts.
_RULES = RULES * 1_000 + FOLDING_VERSION


class Touched(Protocol):
    """The rows a change touched; changes.Touched."""

    def rows(self, table: str, *names: str) -> Iterator[tuple[int, Mapping[str, Any] | None]]:
        """Yield (key, values before the change or None), of the columns named or of all."""


def follow(connection: sqlite3.Connection, touched: Touched) -> None:
    """Bring the entries of touched articles up to date; fingerprints are kept when the index folds a text."""
    _derive(connection, [key for key, _old in touched.rows("article", "id")])


def rebuild(connection: sqlite3.Connection) -> None:
    """Derive all entries anew; fingerprints are derived when they are asked for."""
    connection.execute("DELETE FROM entry")
    connection.execute("DELETE FROM fingerprint")
    _derive(connection, [row[0] for row in connection.execute("SELECT id FROM article").fetchall()])


def is_current(connection: sqlite3.Connection) -> bool:
    """Tell whether every article has its entry; none has where a migration brought the file up."""
    sql = "SELECT (SELECT count(*) FROM entry) = (SELECT count(*) FROM article)"
    return bool(connection.execute(sql).fetchone()[0])


def missing(connection: sqlite3.Connection) -> list[int]:
    """List the shown texts that have no fingerprint by the present rules."""
    rows = connection.execute(
        "SELECT version FROM current WHERE version NOT IN (SELECT version FROM fingerprint WHERE rules = ?)", (_RULES,)
    )
    return [row[0] for row in rows.fetchall()]


def fill(connection: sqlite3.Connection, versions: list[int], progress: Progress = no_progress) -> None:
    """Derive fingerprints that are missing, inside upkeep."""
    for done, version in enumerate(versions):
        if not done & 0x3F:
            progress(done, len(versions))
        text = connection.execute("SELECT text FROM version WHERE id = ?", (version,)).fetchone()[0]
        row = (version, _RULES, fingerprint(fold_text(text)))
        connection.execute("INSERT OR REPLACE INTO fingerprint VALUES (?, ?, ?)", row)


def keep(connection: sqlite3.Connection, prints: Iterable[tuple[int, bytes]]) -> None:
    """Keep the fingerprints of the texts that articles show."""
    connection.executemany(
        "INSERT OR REPLACE INTO fingerprint SELECT version, ?, ? FROM current WHERE article = ?",
        [(_RULES, signature, article) for article, signature in prints],
    )


def _derive(connection: sqlite3.Connection, articles: Iterable[int]) -> None:
    for article in articles:
        row = connection.execute(
            "SELECT title, key, publisher, source, column_prefix, url, authors FROM article WHERE id = ?", (article,)
        ).fetchone()
        if row is not None:
            title, *others, authors = row
            names = (author.name for author in Author.listed(authors))
            folded = fold_text(title), fold_text("\n".join([*others, *names]))
            connection.execute("INSERT OR REPLACE INTO entry VALUES (?, ?, ?)", (article, folded[0], "\n".join(folded)))
