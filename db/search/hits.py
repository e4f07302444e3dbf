"""What a hit says beside its key: the record's names, article, place, codes and date, read for all hits of a page at once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from db.search.names import authors
from db.search.page import Page, place
from db.search.query import Node
from db.search.words import Pattern

MOST_CODES = 8  # of a passage, told with the hit
_LISTED = "(SELECT value FROM json_each(?))"
_TITLE = "coalesce(nullif(title_zh, ''), title_en)"
_LABEL = "trim(number || ' ' || coalesce(nullif(name_zh, ''), name_en))"
_PASSAGE = (
    "SELECT n.id, n.uuid, r.title, r.id, r.uuid, n.uuid, p.start, p.end, n.coder, r.published"
    " FROM annotation n JOIN article r ON r.id = n.article LEFT JOIN current c ON c.article = r.id"
    " LEFT JOIN place p ON p.annotation = n.id AND p.version = c.version"
)
_SELECTS = {
    "passage": f"{_PASSAGE} WHERE n.id IN {_LISTED}",
    "article": f"SELECT id, uuid, title, id, uuid, '', NULL, NULL, coder, published FROM article WHERE id IN {_LISTED}",
    "instrument": "SELECT id, coalesce(nullif(name, ''), uuid), "
    f"{_TITLE}, NULL, '', '', NULL, NULL, NULL, '' FROM instrument WHERE id IN {_LISTED}",
    "code": "SELECT id, coalesce(nullif(name, ''), uuid), "
    f"{_LABEL}, NULL, '', '', NULL, NULL, NULL, '' FROM code WHERE id IN {_LISTED}",
}
# The four that a note can be about; a reply is about what it replies to.
_ABOUT = ("annotation", "article", "code", "instrument")


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found. start and end are code points in the article's newest version: where the first of the words stands
    (an article), or the passage; None where it has no place there. `marks` are code points of the snippet; `date` is when
    the article was published, as written; `codes` are the first MOST_CODES of a passage; `authors` and `publisher` are those
    of an article that was found itself."""

    kind: str
    article: str
    annotation: str
    record_id: int
    article_id: int | None
    start: int | None
    end: int | None
    snippet: str
    marks: tuple[tuple[int, int], ...]
    title: str
    key: str  # the record's stable name, else its uuid
    coder_id: int | None = None
    codes: tuple[int, ...] = ()
    date: str = ""
    authors: tuple[str, ...] = ()
    publisher: str = ""


def hits_of(
    connection: sqlite3.Connection, kind: str, pages: Sequence[tuple[int, Page]], root: Node, patterns: Sequence[Pattern]
) -> list[Hit]:
    """Make the hits of records of one kind, in their order, without those that are gone."""
    keys = [key for key, _page in pages]
    known = _of_notes(connection, keys) if kind == "note" else _records(connection, kind, keys)
    codes = _codes(connection, keys) if kind == "passage" else {}
    signed = _signed(connection, keys) if kind == "article" else {}
    hits = []
    for key, page in pages:
        if key not in known:
            continue
        found = place(root, page, patterns)
        snippet, marks = page.snippet(found, patterns)
        hit = replace(known[key], snippet=snippet, marks=marks, codes=tuple(codes.get(key, ())))
        if kind == "article":
            by = signed.get(key)
            hit = replace(hit, authors=by[0], publisher=by[1]) if by else hit
            start, end = found if found and found[1] <= page.body else (None, None)
            hit = replace(hit, start=start, end=end)
        hits.append(hit)
    return hits


def _records(connection: sqlite3.Connection, kind: str, keys: Sequence[int]) -> dict[int, Hit]:
    """Give what is known of passages, articles, instruments or codes, as hits without snippets."""
    rows = connection.execute(_SELECTS[kind], (json.dumps(keys),)) if keys else ()
    return {
        key: Hit(kind, article, annotation, key, about, start, end, "", (), title, uuid, coder, (), date)
        for key, uuid, title, about, article, annotation, start, end, coder, date in rows
    }


def _of_notes(connection: sqlite3.Connection, keys: Sequence[int]) -> dict[int, Hit]:
    """Give what is known of notes: the title and place are those of what they are about."""
    about = ", ".join(f"coalesce(n.{column}, o.{column})" for column in _ABOUT)
    sql = f"SELECT n.id, n.uuid, n.coder, {about} FROM note n LEFT JOIN note o ON o.id = n.reply_to WHERE n.id IN {_LISTED}"
    rows = connection.execute(sql, (json.dumps(keys),)).fetchall()
    targets = {
        column: _records(
            connection, "passage" if column == "annotation" else column, [row[3 + at] for row in rows if row[3 + at]]
        )
        for at, column in enumerate(_ABOUT)
    }
    found = {}
    for key, uuid, coder, *of in rows:
        subject = next((targets[column][at] for column, at in zip(_ABOUT, of, strict=True) if at in targets[column]), None)
        hit = subject or Hit("note", "", "", key, None, None, None, "", (), "", uuid)
        found[key] = replace(hit, kind="note", record_id=key, key=uuid, coder_id=coder)
    return found


def _signed(connection: sqlite3.Connection, keys: Sequence[int]) -> dict[int, tuple[tuple[str, ...], str]]:
    """Give the authors and publishers of articles."""
    rows = connection.execute(f"SELECT id, authors, publisher FROM article WHERE id IN {_LISTED}", (json.dumps(keys),))
    return {key: (tuple(authors(stored)), publisher) for key, stored, publisher in rows}


def _codes(connection: sqlite3.Connection, keys: Sequence[int]) -> dict[int, list[int]]:
    """Give the codes of passages, in the order they were given."""
    sql = f"SELECT annotation, code FROM tagging WHERE annotation IN {_LISTED} ORDER BY annotation, id"
    codes: dict[int, list[int]] = {}
    for annotation, code in connection.execute(sql, (json.dumps(keys),)):
        listed = codes.setdefault(annotation, [])
        if code not in listed and len(listed) < MOST_CODES:
            listed.append(code)
    return codes
