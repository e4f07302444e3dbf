"""How the library is ordered by hand: collections of articles as a tree, and tags of articles."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NewType

from db import errors
from db.changes import now
from db.records import ArticleId, CoderId
from db.store import Row, Store

CollectionId = NewType("CollectionId", int)
_SELECT = (
    "SELECT g.id, g.uuid, g.name, g.parent, g.coder, g.created, g.modified,"
    " (SELECT count(*) FROM collected WHERE collection = g.id) FROM collection g"
)


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection of articles; `articles` counts those put into it, `within` those in it or below it, each once."""

    id: CollectionId
    uuid: str
    name: str
    parent: CollectionId | None
    coder: CoderId
    created: str
    modified: str
    articles: int
    within: int = 0
    depth: int = 0


class Collections:
    """The collections of a project: a tree everybody who works in its file shares."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> list[Collection]:
        """List the collections as a tree is read: each before those below it, by name."""
        below: defaultdict[int | None, list[Row]] = defaultdict(list)
        for row in self._store.rows(f"{_SELECT} ORDER BY g.name DESC, g.id DESC"):
            below[row[3]].append(row)
        order: list[tuple[Row, int]] = []
        waiting = [(row, 0) for row in below[None]]
        while waiting:
            row, depth = waiting.pop()
            order.append((row, depth))
            waiting += [(each, depth + 1) for each in below[row[0]]]
        within: defaultdict[int | None, set[int]] = defaultdict(set)
        for collection, article in self._store.rows("SELECT collection, article FROM collected"):
            within[collection].add(article)
        for row, _depth in reversed(order):
            within[row[3]] |= within[row[0]]
        found = []
        for row, depth in order:
            values = (*row, len(within[row[0]]), depth)
            found.append(Collection(*values))
        return found

    def get(self, collection: CollectionId) -> Collection:
        """Give one collection as `all` lists it; raises NotFound."""
        for found in self.all():
            if found.id == collection:
                return found
        raise errors.NotFound("collection", collection)

    def by_ref(self, ref: str) -> CollectionId:
        """Find a collection by name, uuid or unique prefix, or by its names from the top with / between."""
        path = [name.strip() for name in ref.split("/") if name.strip()]
        if len(path) > 1:
            names: dict[int | None, tuple[str, ...]] = {None: ()}
            for each in self.all():
                names[each.id] = (*names[each.parent], each.name)
                if names[each.id] == tuple(path):
                    return each.id
        return CollectionId(self._store.by_ref("collection", ref, names=("name",)))

    def add(self, name: str, parent: CollectionId | None = None) -> CollectionId:
        """Make a collection, at the top or below another; raises Refused where there is one of that name.

        A / in the name makes levels, as in `by_ref`: 国际治理/欧盟 is 欧盟 in 国际治理, which is made if it is not there.
        """
        if parent is not None:
            self._there(parent)
        *above, last = _levels(name)
        with self._store.change("Add collection"):
            at = self._within(above, parent)
            self._free(last, at)
            return self._make(last, at)

    def ensure(self, name: str) -> CollectionId:
        """Find a collection as a person names it, or make it: its levels from the top, or its own name where one has it."""
        levels = _levels(name)
        at: CollectionId | None = None
        for level in levels:
            at = self._below(level, at)
            if at is None:
                break
        else:
            assert at is not None  # there is a level at least
            return at
        named = self._store.rows("SELECT id FROM collection WHERE name = ?", (name.strip(),))
        if len(named) == 1:
            return CollectionId(named[0][0])
        *above, last = levels
        with self._store.change("Add collection"):
            return self._make(last, self._within(above, None))

    def _within(self, levels: Iterable[str], at: CollectionId | None) -> CollectionId | None:
        """Go down by names, making what is missing."""
        for name in levels:
            at = self._below(name, at) or self._make(name, at)
        return at

    def _below(self, name: str, parent: CollectionId | None) -> CollectionId | None:
        found = self._store.value("SELECT min(id) FROM collection WHERE name = ? AND parent IS ?", (name, parent))
        return None if found is None else CollectionId(found)

    def _make(self, name: str, parent: CollectionId | None) -> CollectionId:
        times = {"created": now(), "modified": now()}
        return CollectionId(self._store.insert("collection", name=name, parent=parent, coder=self._store.me, **times))

    def rename(self, collection: CollectionId, name: str) -> None:
        """Give a collection another name; raises NotFound or Refused."""
        before, parent = self._there(collection)
        if name.strip() != before:
            name, *more = _levels(name)
            if more:
                raise errors.Refused("“/” divides levels and is in no collection's name. Move the collection instead.")
            self._free(name, parent)
            with self._store.change("Rename collection"):
                self._store.update("collection", collection, name=name, modified=now())

    def move(self, collection: CollectionId, parent: CollectionId | None) -> None:
        """Put a collection below another, or at the top; raises NotFound or Refused."""
        name, before = self._there(collection)
        above = self._store.rows(
            "WITH RECURSIVE above (id) AS (SELECT ?1 UNION SELECT g.parent FROM collection g JOIN above ON g.id = above.id)"
            " SELECT id FROM above",
            (parent,),
        )
        if (collection,) in above:
            raise errors.Refused("{name} cannot be moved below itself. Choose another place.", name=name)
        if parent is not None:
            self._there(parent)
        if parent != before:
            self._free(name, parent)
            with self._store.change("Move collection"):
                self._store.update("collection", collection, parent=parent, modified=now())

    def remove(self, collection: CollectionId) -> None:
        """Remove a collection with those below it; the articles stay (undo brings all back)."""
        self._there(collection)
        with self._store.change("Remove collection"):
            self._store.delete("collection", [collection])

    def put(self, articles: Iterable[ArticleId], collection: CollectionId) -> None:
        """Put articles into a collection; those in it already stay."""
        self._there(collection)
        with self._store.change("Put into collection"):
            there = {row[0] for row in self._store.rows("SELECT article FROM collected WHERE collection = ?", (collection,))}
            for article in dict.fromkeys(articles):
                if article not in there:
                    _need(self._store, article)
                    self._store.insert("collected", collection=collection, article=article, coder=self._store.me, created=now())

    def take_out(self, articles: Iterable[ArticleId], collection: CollectionId) -> None:
        """Take articles out of a collection, and of it alone."""
        with self._store.change("Take out of collection"):
            rows = self._store.rows(
                "SELECT id FROM collected WHERE collection = ? AND article IN (SELECT value FROM json_each(?))",
                (collection, json.dumps(list(articles))),
            )
            self._store.delete("collected", [row[0] for row in rows])

    def of(self, article: ArticleId) -> list[CollectionId]:
        """List the collections an article was put into."""
        sql = "SELECT collection FROM collected JOIN collection g ON g.id = collection WHERE article = ? ORDER BY g.name, g.id"
        return [CollectionId(row[0]) for row in self._store.rows(sql, (article,))]

    def _there(self, collection: CollectionId) -> tuple[str, CollectionId | None]:
        row = self._store.one("SELECT name, parent FROM collection WHERE id = ?", (collection,))
        if row is None:
            raise errors.NotFound("collection", collection)
        return row[0], row[1]

    def _free(self, name: str, parent: CollectionId | None) -> None:
        if self._store.value("SELECT 1 FROM collection WHERE name = ? AND parent IS ?", (name, parent)):
            raise errors.Refused("There is a collection {name} here already. Choose another name.", name=name)


class Tags:
    """Tags of articles, by name; `articles.Articles` hands them out."""

    _store: Store

    def tag(self, articles: Iterable[ArticleId], *names: str) -> None:
        """Give articles tags; one an article has already is not given twice; raises Refused or NotFound."""
        wanted = _names(names)
        with self._store.change("Tag articles"):
            for article in dict.fromkeys(articles):
                _need(self._store, article)
                there = set(self.tags_of(article))
                for name in wanted:
                    if name not in there:
                        self._store.insert("article_tag", article=article, name=name, coder=self._store.me, created=now())

    def untag(self, articles: Iterable[ArticleId], *names: str) -> None:
        """Take tags off articles."""
        wanted = (json.dumps(list(articles)), json.dumps(_names(names)))
        rows = self._store.rows(
            "SELECT id FROM article_tag WHERE article IN (SELECT value FROM json_each(?))"
            " AND name IN (SELECT value FROM json_each(?))",
            wanted,
        )
        with self._store.change("Take tags off articles"):
            self._store.delete("article_tag", [row[0] for row in rows])

    def rename_tag(self, old: str, new: str) -> None:
        """Give a tag another name on all articles that have it."""
        articles = [ArticleId(row[0]) for row in self._store.rows("SELECT article FROM article_tag WHERE name = ?", (old,))]
        with self._store.change("Rename tag"):
            self.tag(articles, new)
            if _names([new]) != [old]:
                self.untag(articles, old)

    def tags(self) -> list[tuple[str, int]]:
        """List the tags in use with how many articles have them, by name."""
        return [
            (row[0], row[1]) for row in self._store.rows("SELECT name, count(*) FROM article_tag GROUP BY name ORDER BY name")
        ]

    def tags_of(self, article: ArticleId) -> list[str]:
        """List the tags of an article, by name."""
        return [row[0] for row in self._store.rows("SELECT name FROM article_tag WHERE article = ? ORDER BY name", (article,))]


def _levels(name: str) -> list[str]:
    """Read the levels of a collection's name, the topmost first; raises Refused where it names nothing."""
    levels = [level.strip() for level in name.split("/") if level.strip()]
    if not levels:
        raise errors.Refused("A collection needs a name. Give one.")
    return levels


def _names(names: Iterable[str]) -> list[str]:
    """Give names as they are kept, each once: one line, without blanks at their ends."""
    found = list(dict.fromkeys(" ".join(name.split()) for name in names))
    if not all(found) or any("\x00" in name or "\x1f" in name for name in found):
        raise errors.Refused("A tag needs a name. Give one.")
    return found


def _need(store: Store, article: ArticleId) -> None:
    if not store.value("SELECT 1 FROM article WHERE id = ?", (article,)):
        raise errors.NotFound("article", article)
