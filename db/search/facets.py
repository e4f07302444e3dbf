"""What is found, told apart: how many of the passages have which code, instrument and coder, and how old their articles are."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from db.search.query import KINDS, Query
from db.search.searcher import Searcher

MOST_LOOKED_AT = 20_000
_LISTED = "(SELECT value FROM json_each(?))"
_OF_PASSAGES = {
    "code": f"SELECT code, count(DISTINCT annotation) FROM tagging WHERE annotation IN {_LISTED} GROUP BY code",
    "instrument": f"SELECT instrument, count(DISTINCT annotation) FROM link WHERE annotation IN {_LISTED} GROUP BY instrument",
    "coder": f"SELECT coder, count(*) FROM annotation WHERE id IN {_LISTED} GROUP BY coder",
}
# (what finds it, what it is called)
_NAMES = {
    "code": (
        "coalesce(nullif(name, ''), nullif(number, ''), nullif(name_zh, ''), name_en)",
        "trim(number || ' ' || coalesce(nullif(name_zh, ''), name_en))",
    ),
    "instrument": ("coalesce(nullif(name, ''), nullif(title_zh, ''), title_en)", "coalesce(nullif(title_zh, ''), title_en)"),
    "coder": ("name", "name"),
}
_YEARS = {
    "passage": "SELECT substr(a.published, 1, 4), count(*) FROM annotation r JOIN article a ON a.id = r.article"
    f" WHERE r.id IN {_LISTED} GROUP BY 1",
    "article": f"SELECT substr(published, 1, 4), count(*) FROM article WHERE id IN {_LISTED} GROUP BY 1",
}
_IN_ARTICLES = {
    "passage": f"SELECT article, count(*) FROM annotation WHERE id IN {_LISTED} GROUP BY 1",
    "article": f"SELECT id, 1 FROM article WHERE id IN {_LISTED}",
    "note": "SELECT coalesce(n.article, r.article, o.article), count(*) FROM note r LEFT JOIN note o ON o.id = r.reply_to"
    f" LEFT JOIN annotation n ON n.id = coalesce(r.annotation, o.annotation) WHERE r.id IN {_LISTED} GROUP BY 1",
}


@dataclass(frozen=True, slots=True)
class Count:
    """How many of what was found have something; `name` is what its field takes, so that code:NAME finds them."""

    key: int | str
    label: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts, the greatest first (years: the latest first); of the newest only where it is a `sample`.

    Codes, instruments and coders are of passages, years of passages and articles. A code's count is of passages that have
    this very code, not one below it. `articles` says how many passages, notes and articles were found in which article.
    """

    codes: tuple[Count, ...] = ()
    instruments: tuple[Count, ...] = ()
    coders: tuple[Count, ...] = ()
    years: tuple[Count, ...] = ()
    kinds: tuple[Count, ...] = ()
    sample: bool = False
    articles: Mapping[int, int] = field(default_factory=dict, compare=False)


def facets(
    searcher: Searcher,
    query: str | Query,
    *,
    kinds: Iterable[str] | None = None,
    me: int | None = None,
    most: int = MOST_LOOKED_AT,
) -> Facets:
    """Count what a query finds by code, instrument, coder, year and kind, among the newest `most` of each kind.

    Raises what `Searcher.run` raises.
    """
    asked = tuple(KINDS if kinds is None else kinds)
    found: dict[str, list[int]] = {}
    sample, years, articles = False, Counter[str](), Counter[int]()
    with searcher.watched():
        for kind in KINDS:
            if kind in asked or f"{kind}s" in asked:
                keys = searcher.keys(query, kind, me=me, most=most + 1)
                sample = sample or len(keys) > most
                found[kind] = keys[:most]
        run = searcher.connection.execute
        passages = json.dumps(found.get("passage", []))
        counts = {table: dict(run(sql, (passages,)).fetchall()) for table, sql in _OF_PASSAGES.items()}
        codes, instruments, coders = (_named(searcher.connection, table, counted) for table, counted in counts.items())
        for kind, sql in _YEARS.items():
            years.update(dict(run(sql, (json.dumps(found.get(kind, [])),)).fetchall()))
        for kind, sql in _IN_ARTICLES.items():
            articles.update({key: count for key, count in run(sql, (json.dumps(found.get(kind, [])),)) if key is not None})
    known = sorted((year for year in years if len(year) == 4 and year.isdecimal()), reverse=True)
    return Facets(
        codes,
        instruments,
        coders,
        tuple(Count(year, year, year, years[year]) for year in known),
        tuple(Count(kind, kind, kind, len(keys)) for kind, keys in found.items() if keys),
        sample,
        articles,
    )


def _named(connection: sqlite3.Connection, table: str, counts: Mapping[int, int]) -> tuple[Count, ...]:
    """Name what was counted; where several have one name, found or not, its uuid stands for it."""
    name_of, label_of = _NAMES[table]
    alike = {row[0] for row in connection.execute(f"SELECT {name_of} FROM {table} GROUP BY 1 HAVING count(*) > 1")}
    sql = f"SELECT id, uuid, {name_of}, {label_of} FROM {table} WHERE id IN {_LISTED}"
    rows: Sequence[tuple[int, str, str, str]] = connection.execute(sql, (json.dumps(list(counts)),)).fetchall()
    named = [Count(key, label, uuid if name in alike else name or uuid, counts[key]) for key, uuid, name, label in rows]
    return tuple(sorted(named, key=lambda one: (-one.count, one.label)))
