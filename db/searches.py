"""Saved searches: queries kept under a title, smart codes that are named in queries as codes are, and standing searches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from db import errors
from db.changes import now
from db.folding import fold_query
from db.records import Progress, SavedSearch, no_progress
from db.search.conditions import resolve
from db.search.fields import RELATIONS_BETWEEN
from db.search.query import parse
from db.search.searcher import Searcher
from db.search.tree import Filter, Node, leaves
from db.store import Store

if TYPE_CHECKING:
    from db.search.standing import News

SEARCH, SMART_CODE, STANDING = "search", "smart code", "standing"
KINDS = (SEARCH, SMART_CODE, STANDING)
_QUOTES = ('""', "“”")
_SELECT = "SELECT id, uuid, title, query, kind FROM saved_search"


class Searches:
    """The saved searches of a project, which everybody who works in its file shares."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self, kind: str | None = None) -> list[SavedSearch]:
        """List the saved searches, or those of one kind, by title."""
        rows = self._store.rows(f"{_SELECT} WHERE kind = ifnull(?, kind) ORDER BY title, id", (kind,))
        return [SavedSearch(*row) for row in rows]

    def smart_codes(self) -> list[SavedSearch]:
        """List the smart codes by title."""
        return self.all(SMART_CODE)

    def get(self, search: int) -> SavedSearch:
        """Give one saved search; raises NotFound."""
        row = self._store.one(f"{_SELECT} WHERE id = ?", (search,))
        if row is None:
            raise errors.NotFound("saved search", search)
        return SavedSearch(*row)

    def by_ref(self, ref: str) -> int:
        """Find a saved search by title, uuid or unique prefix of either; raises NotFound or Ambiguous."""
        return self._store.by_ref("saved_search", ref, names=("title",), kind="saved search")

    def add(self, title: str, query: str, kind: str = SEARCH) -> int:
        """Keep a query under a title, which for a plain search may be the query itself; raises Refused and QueryFault."""
        if kind == SEARCH:
            title = title.strip() or query
        new = SavedSearch(0, "", title, query, kind)
        self._check_query(query)
        values = {"title": self._named(new), "query": query, "kind": kind}
        with self._store.change("Save search"):
            times = {"created": now(), "modified": now()}
            return self._store.insert("saved_search", coder=self._store.me, **values, **times)

    def rename(self, search: int, title: str) -> None:
        """Give a saved search another title; saved queries that name a smart code follow it; raises NotFound or Refused."""
        before = self.get(search)
        title = self._named(replace(before, title=title))
        if title == before.title:
            return
        with self._store.change("Rename saved search"):
            self._store.update("saved_search", search, title=title, modified=now())
            for other in self.naming(before) if before.kind == SMART_CODE else ():
                query = _renamed(other.query, fold_query(before.title), title)
                self._store.update("saved_search", other.id, query=query, modified=now())

    def change(self, search: int, *, query: str | None = None, kind: str | None = None) -> None:
        """Give a saved search another query, or make it another kind; raises NotFound, Refused and QueryFault."""
        before = self.get(search)
        after = replace(before, query=before.query if query is None else query, kind=kind or before.kind)
        if after == before:
            return
        if after.query != before.query:
            self._check_query(after.query)
        self._named(after)
        with self._store.change("Change saved search"):
            self._store.update("saved_search", search, query=after.query, kind=after.kind, modified=now())

    def remove(self, search: int) -> None:
        """Forget a saved search; raises NotFound."""
        self.get(search)
        with self._store.change("Remove saved search"):
            self._store.delete("saved_search", [search])

    def naming(self, smart_code: SavedSearch) -> list[SavedSearch]:
        """List the saved searches whose queries name a smart code, by title: what it is to them ends when it is removed."""
        name = fold_query(smart_code.title)
        return [other for other in self.all() if other.id != smart_code.id and name in _names(other.query)]

    # Standing searches

    def news(self, search: int, *, progress: Progress = no_progress) -> News:
        """Find what is new in a standing search since the present coder last looked; raises NotFound, Refused and Cancelled."""
        from db.search import standing

        found = self._standing(search)
        with self._store.reading():
            return standing.news(Searcher(self._store.connection), found, self._store.me or None, progress=progress)

    def look(self, search: int, news: News | None = None) -> None:
        """Count what a standing search finds, or what it found when `news` was made, as seen by the coder of `news`.

        It is kept in this file and nowhere else, and is no change. Raises NotFound, Refused and ProjectReadOnly.
        """
        from db.search import standing

        history, found = self._store.history, self._standing(search)
        news = self.news(found.id) if news is None else news
        with history.upkeep():
            standing.mark(self._store.connection, news, now())

    def _standing(self, search: int) -> SavedSearch:
        found = self.get(search)
        if found.kind != STANDING:
            raise errors.Refused("{name} is not a standing search. Make it one first.", name=found.title)
        return found

    # What is refused

    def _check_query(self, query: str) -> None:
        """Refuse a query that asks for nothing, or that no search could run."""
        if not query.strip():
            raise errors.Refused("The query is empty. Write what is to be found.")
        root = parse(query).root
        if root is None:
            raise errors.Refused("{query} asks for nothing: it holds no words and no filters. Write others.", query=query[:80])
        with self._store.reading():
            resolve(root, self._store.connection, self._store.me or None)

    def _named(self, search: SavedSearch) -> str:
        """Give the title as it is kept; raises Refused."""
        if search.kind not in KINDS:
            choices = ", ".join(KINDS)
            raise errors.Refused(
                "{kind} is no kind of saved search. Choose one of: {choices}.", kind=search.kind, choices=choices
            )
        title = " ".join(search.title.split())
        if not title:
            raise errors.Refused("A saved search needs a title. Give one.")
        if search.kind == SMART_CODE:
            self._check_smart_code(replace(search, title=title))
        return title

    def _check_smart_code(self, search: SavedSearch) -> None:
        """Refuse a smart code that would be taken for another or for a code, or that refers to itself, through others too."""
        name = fold_query(search.title)
        smart: defaultdict[str, list[str]] = defaultdict(list)
        for other in self.smart_codes():
            if other.id != search.id:
                smart[fold_query(other.title)].append(other.query)
        if name in smart:
            raise errors.Refused("There is a smart code {name} already. Choose another name.", name=search.title)
        if name in self._code_names():
            raise errors.Refused("{name} is the name of a code. Choose another for the smart code.", name=search.title)
        smart[name].append(search.query)
        waiting, reached = [name], set[str]()
        while waiting:
            for query in smart.get(waiting.pop(), ()):
                named = _names(query)
                if name in named:
                    sentence = "The smart code {name} would refer to itself. Write its query without code:{name}."
                    raise errors.Refused(sentence, name=search.title)
                waiting += named - reached
                reached |= named

    def _code_names(self) -> set[str]:
        """Give, folded, what finds codes of the project: stable names, numbers, names, labels and their codebooks' names."""
        found: set[str] = set()
        for row in self._store.rows("SELECT name, number, name_zh, name_en FROM code"):
            found.update((*row, *(f"{row[1]} {each}" for each in row[2:])))
        for row in self._store.rows("SELECT name, title_zh, title_en FROM codebook"):
            found.update(row)
        return {fold_query(name) for name in found if name}


def _names(query: str) -> set[str]:
    """Give, folded, what a query names as a code, in the queries inside it too."""
    return {fold_query(each.value.strip()) for each in _naming(parse(query).root)}


def _naming(node: Node | None) -> Iterator[Filter]:
    """Yield the filters whose value is the name of a code, or may be."""
    for leaf in leaves(node):
        if isinstance(leaf, Filter) and leaf.inner is not None:
            yield from _naming(leaf.inner)
        elif isinstance(leaf, Filter) and leaf.field in ("code", *RELATIONS_BETWEEN):
            yield leaf


def _renamed(query: str, old: str, new: str) -> str:
    """Put a new name in place of a folded one wherever a query names it as a code; all else stays as typed."""
    from db.search.writing import quoted, value_of

    found = [each for each in _naming(parse(query).root) if fold_query(each.value.strip()) == old]
    for each in sorted(found, key=lambda each: each.position, reverse=True):
        # What stands in brackets after code: has the place of its own words.
        inside = each.typed.rfind(each.value) if query.startswith(each.typed, each.position) else 0
        start = query.find(each.value, each.position + max(inside, 0))
        if start < 0:
            continue
        end, written = start + len(each.value), value_of("code", new)
        around = query[start - 1 : start] + query[end : end + 1]
        if around in _QUOTES:
            start, end = start - 1, end + 1
            written = quoted(new) if set(around) & set(new) else around[0] + new + around[1]
        query = query[:start] + written + query[end:]
    return query
