"""The library at scale: articles filtered, sorted, grouped and counted by SQL, a page at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from db import errors
from db.folding import fold_query
from db.records import ArticleId, CoderId, VersionId
from db.store import Row, Store, Values

Order = Literal["added", "title", "author", "publisher", "genre", "published", "status", "characters", "annotations"]
ORDERS: tuple[str, ...] = get_args(Order)
Group = Literal["publisher", "year", "genre", "status", "collection", "tag", "author", "language"]
GROUPS: tuple[str, ...] = get_args(Group)
PAGE = 256
# An author's name alone, whatever else is known of them.
_AUTHORS = "(SELECT group_concat(json_extract(value, '$.name'), char(31)) FROM json_each(a.authors))"
_STATUS = "ifnull((SELECT status FROM article_status s WHERE s.article = a.id AND s.coder = :me), 'to read')"
_CODED = "EXISTS (SELECT 1 FROM annotation n JOIN tagging t ON t.annotation = n.id WHERE n.article = a.id)"
_YEAR = "substr(a.published, 1, 4)"
# What belongs to a collection belongs to those above it.
_IN_COLLECTION = (
    "a.id IN (WITH RECURSIVE below (id) AS (SELECT :collection UNION SELECT c.id FROM collection c JOIN below ON"
    " c.parent = below.id) SELECT article FROM collected WHERE collection IN (SELECT id FROM below))"
)
_BY_AUTHOR = "EXISTS (SELECT 1 FROM json_each(a.authors) WHERE json_extract(value, '$.name') = :author)"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles are wanted: those that fit everything given; `text` stands in title, by-line, key or address.

    An empty string asks for articles without a publisher, genre, year, author or language; `collection` 0 and `tag` ""
    for those without any.
    """

    text: str = ""
    status: str | None = None  # the present coder's
    genre: str | None = None
    publisher: str | None = None
    year: str | None = None
    author: str | None = None
    language: str | None = None
    coder: CoderId | None = None  # who annotated it
    collection: int | None = None  # with those below it
    tag: str | None = None
    coded: bool | None = None
    duplicates: bool = False  # only those whose text another has nearly too
    articles: tuple[ArticleId, ...] | None = None  # only these, as what a search found


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the library."""

    id: ArticleId
    uuid: str
    title: str
    key: str
    authors: tuple[str, ...]
    publisher: str
    genre: str
    published: str
    language: str
    created: str
    version: VersionId
    characters: int
    versions: int
    annotations: int
    own: int  # the present coder's
    status: str  # the present coder's
    tags: tuple[str, ...] = ()


# What is sorted by, and for which the rows of a page alone need not do.
_ORDER = {
    "added": "a.id",
    "title": "e.title",
    "author": "json_extract(a.authors, '$[0].name')",
    "publisher": "a.publisher",
    "genre": "a.genre",
    "published": "a.published",
    "status": "CASE status WHEN 'to read' THEN 0 WHEN 'reading' THEN 1 WHEN 'coded' THEN 2 WHEN 'checked' THEN 3 ELSE 4 END",
    "characters": "v.characters",
    "annotations": "n.annotations",
}
_JOINED = {
    "title": " JOIN entry e ON e.article = a.id",
    "status": " LEFT JOIN article_status s ON s.article = a.id AND s.coder = :me",
    "characters": " JOIN current c ON c.article = a.id JOIN version v INDEXED BY version_size ON v.id = c.version",
    "annotations": " LEFT JOIN (SELECT article, count(*) AS annotations FROM annotation GROUP BY article) n ON n.article = a.id",
}
_ENTRY = (
    "SELECT a.id, a.uuid, a.title, a.key, " + _AUTHORS + ", a.publisher, a.genre, a.published, a.language, a.created, v.id,"
    " v.characters, (SELECT count(*) FROM version WHERE version.article = a.id),"
    " (SELECT count(*) FROM annotation WHERE annotation.article = a.id),"
    " (SELECT count(*) FROM annotation WHERE annotation.article = a.id AND annotation.coder = :me), " + _STATUS + ","
    " (SELECT group_concat(name, char(31)) FROM (SELECT name FROM article_tag WHERE article = a.id ORDER BY name))"
    " FROM (SELECT value AS id, key AS place FROM json_each(:page)) p JOIN article a ON a.id = p.id"
    " JOIN current c ON c.article = a.id JOIN version v INDEXED BY version_size ON v.id = c.version ORDER BY p.place"
)
_GROUP = {
    "publisher": ("a.publisher", ""),
    "year": (_YEAR, ""),
    "genre": ("a.genre", ""),
    "status": (_STATUS, ""),
    "language": ("a.language", ""),
    "collection": (
        "ifnull(g.uuid, '')",
        " LEFT JOIN collected d ON d.article = a.id LEFT JOIN collection g ON g.id = d.collection",
    ),
    "tag": ("ifnull(g.name, '')", " LEFT JOIN article_tag g ON g.article = a.id"),
    "author": ("ifnull(json_extract(g.value, '$.name'), '')", " LEFT JOIN json_each(a.authors) g"),
}


class Library:
    """Articles as the library lists them; `articles.Articles` adds what is done to them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def page(
        self, order: str = "added", *, descending: bool = False, where: Filter | None = None, offset: int = 0, limit: int = PAGE
    ) -> list[Entry]:
        """Give one page of the articles that fit, in an order of ORDERS, equal ones the last imported first; raises Refused."""
        _refuse_unless(order, ORDERS)
        tests, values = self._where(where)
        way = "DESC" if descending else "ASC"
        # First the ids alone: what costs is counted for the page only.
        sql = f"SELECT a.id FROM article a{_JOINED.get(order, '')} WHERE {tests} ORDER BY {_ORDER[order]} {way}"
        found = self._store.rows(f"{sql}, a.id DESC LIMIT :limit OFFSET :offset", values | {"limit": limit, "offset": offset})
        page = json.dumps([row[0] for row in found])
        return [self._entry(row) for row in self._store.rows(_ENTRY, {"page": page, "me": self._store.me})]

    def ids(self, order: str = "added", *, descending: bool = False, where: Filter | None = None) -> list[ArticleId]:
        """List the articles that fit by id, in the order of `page`; raises Refused."""
        _refuse_unless(order, ORDERS)
        tests, values = self._where(where)
        sql = f"SELECT a.id FROM article a{_JOINED.get(order, '')} WHERE {tests} ORDER BY {_ORDER[order]}"
        return [ArticleId(row[0]) for row in self._store.rows(f"{sql} {'DESC' if descending else 'ASC'}, a.id DESC", values)]

    def count(self, where: Filter | None = None) -> int:
        """Count the articles that fit."""
        tests, values = self._where(where)
        return int(self._store.rows(f"SELECT count(*) FROM article a WHERE {tests}", values)[0][0])

    def groups(self, by: str, where: Filter | None = None) -> list[tuple[str, int]]:
        """Count the articles that fit by a property of GROUPS, collections by uuid: the largest group first; raises Refused.

        An article with several authors, tags or collections counts in each; without any, under "".
        """
        _refuse_unless(by, GROUPS)
        tests, values = self._where(where)
        what, joined = _GROUP[by]
        sql = f"SELECT {what} AS value, count(DISTINCT a.id) FROM article a{joined} WHERE {tests} GROUP BY 1"
        rows = self._store.rows(f"{sql} ORDER BY 2 DESC, 1", values)
        return [(str(value), count) for value, count in rows]

    def _where(self, where: Filter | None) -> tuple[str, dict[str, Values]]:
        values: dict[str, Values] = {"me": self._store.me}
        tests = list(_tests(where or Filter(), values))
        return " AND ".join(tests) or "1", values

    @staticmethod
    def _entry(row: Row) -> Entry:
        values = (*row[:4], _split(row[4]), *row[5:16], _split(row[16]))
        return Entry(*values)


def _tests(where: Filter, values: dict[str, Values]) -> Iterable[str]:
    """Give the conditions of a filter, filling in their values."""
    for name, column in (("genre", "a.genre"), ("publisher", "a.publisher"), ("language", "a.language"), ("year", _YEAR)):
        if (wanted := getattr(where, name)) is not None:
            values[name] = wanted
            yield f"{column} = :{name}"
    for word_at, word in enumerate(fold_query(where.text).split()):
        values[f"word{word_at}"] = word
        yield f"a.id IN (SELECT article FROM entry WHERE instr(words, :word{word_at}))"
    if where.status is not None:
        values["status"] = where.status
        yield f"{_STATUS} = :status"
    if where.coder is not None:
        values["coder"] = where.coder
        yield "EXISTS (SELECT 1 FROM annotation n WHERE n.article = a.id AND n.coder = :coder)"
    if where.coded is not None:
        yield _CODED if where.coded else f"NOT {_CODED}"
    if where.articles is not None:
        values["articles"] = json.dumps(where.articles)
        yield "a.id IN (SELECT value FROM json_each(:articles))"
    yield from _tests_of_sets(where, values)


def _tests_of_sets(where: Filter, values: dict[str, Values]) -> Iterable[str]:
    if where.author is not None:
        values["author"] = where.author
        yield _BY_AUTHOR if where.author else "a.authors = '[]'"
    if where.collection is not None:
        values["collection"] = where.collection
        yield _IN_COLLECTION if where.collection else "a.id NOT IN (SELECT article FROM collected)"
    if where.tag is not None:
        values["tag"] = where.tag
        some = "a.id IN (SELECT article FROM article_tag WHERE name = :tag)"
        yield some if where.tag else "a.id NOT IN (SELECT article FROM article_tag)"


def _split(joined: Any) -> tuple[str, ...]:
    return tuple(str(joined).split("\x1f")) if joined else ()


def _refuse_unless(name: str, names: tuple[str, ...]) -> None:
    if name not in names:
        raise errors.Refused("Articles are not listed by {name}. Choose one of: {choices}.", name=name, choices=", ".join(names))
