"""Places: where each annotation stands on the versions of its article, derived from its origin and kept in step."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice

from db.carrying import CONFIRMED, Basis, Carrier
from db.changes import Touched
from db.records import Anchor, as_json

_AT_ONCE = 500  # annotations that are placed by one statement


def stand(connection: sqlite3.Connection, annotation: int) -> None:
    """Place an annotation that was just anchored on the newest version, so that the same change can go on with it."""
    connection.execute("DELETE FROM place WHERE annotation = ?", (annotation,))
    connection.execute(
        "INSERT INTO place SELECT id, version, start, end, 'exact', 1000, 'origin', '[]' FROM annotation"
        " WHERE id = ? AND start IS NOT NULL",
        (annotation,),
    )


def follow(connection: sqlite3.Connection, touched: Touched) -> None:
    """Bring current versions and places up to date after a change."""
    moved = _follow_versions(connection, touched)
    annotations = set(_anchored_anew(connection, touched))
    for key, old in touched.rows("confirmation", "annotation"):
        row = connection.execute("SELECT annotation FROM confirmation WHERE id = ?", (key,)).fetchone()
        annotations.add(row[0] if row else int(str((old or {})["annotation"])))
    if moved:
        sql = "SELECT id FROM annotation WHERE article IN (SELECT value FROM json_each(?))"
        rows = connection.execute(sql, (json.dumps(list(moved)),))
        annotations.update(row[0] for row in rows.fetchall())
    _place(connection, annotations)


def rebuild(connection: sqlite3.Connection) -> None:
    """Derive all current versions and places anew."""
    connection.execute("DELETE FROM current")
    connection.execute(
        "INSERT INTO current SELECT article, id FROM (SELECT article, id, row_number()"
        " OVER (PARTITION BY article ORDER BY number DESC, uuid DESC) AS n FROM version) WHERE n = 1"
    )
    _place(connection, [row[0] for row in connection.execute("SELECT id FROM annotation").fetchall()])


def _anchored_anew(connection: sqlite3.Connection, touched: Touched) -> Iterator[int]:
    """Yield the annotations that a change made or moved; a tag more does not move one, and placing costs an alignment.

    Those that it removed have taken their places with them.
    """
    names = ("article", "version", "start", "end", "exact")
    sql = f"SELECT id, {', '.join(names)} FROM annotation WHERE id IN (SELECT value FROM json_each(?))"
    rows = touched.rows("annotation", *names)
    while part := dict(islice(rows, _AT_ONCE)):
        for key, *now in connection.execute(sql, (json.dumps(list(part)),)).fetchall():
            old = part[key]
            if old is None or now != list(old.values()):
                yield key


def _follow_versions(connection: sqlite3.Connection, touched: Touched) -> set[int]:
    """Set the current version of each article whose versions changed; gives these articles."""
    articles: set[int] = set()
    for key, old in touched.rows("version", "article"):
        row = connection.execute("SELECT article FROM version WHERE id = ?", (key,)).fetchone()
        articles.update(row or ())
        if old is not None:
            articles.add(int(str(old["article"])))
    for article in articles:
        newest = connection.execute(
            "SELECT id FROM version WHERE article = ? ORDER BY number DESC, uuid DESC LIMIT 1", (article,)
        ).fetchone()
        before = connection.execute("SELECT version FROM current WHERE article = ?", (article,)).fetchone()
        if newest == before:
            continue
        connection.execute("DELETE FROM current WHERE article = ?", (article,))
        if newest is not None:
            connection.execute("INSERT INTO current VALUES (?, ?)", (article, newest[0]))
    return articles


def _place(connection: sqlite3.Connection, annotations: Iterable[int]) -> None:
    """Derive the places of annotations on their origin and on the current version."""
    waiting: dict[int, list[tuple[int, Basis]]] = {}
    keys = list(annotations)
    for at in range(0, len(keys), _AT_ONCE):
        part = (json.dumps(keys[at : at + _AT_ONCE]),)
        connection.execute("DELETE FROM place WHERE annotation IN (SELECT value FROM json_each(?))", part)
        there = "a.id IN (SELECT value FROM json_each(?)) AND a.start IS NOT NULL"
        connection.execute(
            "INSERT INTO place SELECT a.id, a.version, a.start, a.end, 'exact', 1000, 'origin', '[]' FROM annotation a"
            f" JOIN current ON current.article = a.article WHERE {there}",
            part,
        )
        rows = connection.execute(
            "SELECT a.id, a.version, a.start, a.end, a.exact, a.prefix, a.suffix, current.version FROM annotation a"
            f" JOIN current ON current.article = a.article WHERE current.version <> a.version AND {there}",
            part,
        ).fetchall()
        for annotation, origin, *anchor, newest in rows:
            basis = Basis(origin, Anchor(*anchor), confirmed_before(connection, annotation, origin, newest))
            waiting.setdefault(newest, []).append((annotation, basis))
    for newest, several in waiting.items():
        _carry(connection, newest, several)


def text_of(connection: sqlite3.Connection, version: int) -> str:
    """Give the text of a version."""
    return str(connection.execute("SELECT text FROM version WHERE id = ?", (version,)).fetchone()[0])


def confirmed_before(
    connection: sqlite3.Connection, annotation: int, origin: int, target: int | None
) -> tuple[int, tuple[int, int] | None] | None:
    """Give where a person last said that an annotation stands, on a version between its origin and the target (None: newest)."""
    row = connection.execute(
        "SELECT f.version, f.start, f.end FROM confirmation f JOIN version v ON v.id = f.version WHERE f.annotation = ?1"
        " AND v.number > (SELECT number FROM version WHERE id = ?2)"
        " AND v.number < ifnull((SELECT number FROM version WHERE id = ?3), v.number + 1)"
        " ORDER BY v.number DESC, v.uuid DESC LIMIT 1",
        (annotation, origin, target),
    ).fetchone()
    return None if row is None else (row[0], None if row[1] is None else (row[1], row[2]))


def decided(connection: sqlite3.Connection, annotation: int, version: int) -> tuple[int | None, int | None] | None:
    """Give what a person said of an annotation's place on a version, (None, None) that it is gone; None where nobody did."""
    row = connection.execute(
        "SELECT start, end FROM confirmation WHERE annotation = ? AND version = ?", (annotation, version)
    ).fetchone()
    return None if row is None else (row[0], row[1])


def _carry(connection: sqlite3.Connection, newest: int, several: list[tuple[int, Basis]]) -> None:
    carrier = Carrier(text_of(connection, newest), lambda version: text_of(connection, version))
    for annotation, basis in several:
        said = decided(connection, annotation, newest)
        if said is not None:
            status = "exact" if said[0] is not None else "gone"
            _insert(connection, annotation, newest, (*said, status, 1000, CONFIRMED, "[]"))
            continue
        found = carrier.place(basis)
        candidates = json.dumps([json.loads(as_json(candidate)) for candidate in found.candidates])
        values = (found.start, found.end, found.status, round(1000 * found.confidence), found.how, candidates)
        _insert(connection, annotation, newest, values)


def _insert(connection: sqlite3.Connection, annotation: int, version: int, values: tuple[object, ...]) -> None:
    connection.execute("INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (annotation, version, *values))
