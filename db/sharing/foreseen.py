"""What an export would hold, counted before anything is written."""

from __future__ import annotations

import json
from dataclasses import dataclass

from db.codebook import Codes
from db.contents import Contents
from db.exchange import bundle
from db.exchange.formats import named
from db.records import CodeId
from db.search.searcher import Searcher
from db.sharing.exporting import Choice, selection
from db.store import Store

_IN = "IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class Foreseen:
    """How many records would go, of those that a format holds; `characters` of texts, and whose work by name."""

    articles: int | None = None
    passages: int | None = None
    codes: int | None = None
    notes: int | None = None
    characters: int = 0
    coders: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing would go."""
        return not (self.articles or self.passages or self.codes or self.notes)


def foresee(store: Store, choice: Choice) -> Foreseen:
    """Count what a choice would let out, as the store's present coder; raises QueryFault."""
    holds = named(choice.form).holds
    if choice.form in ("bundle", "w3c"):
        return _bundle(store, choice)
    if holds == "codebook":
        return Foreseen(codes=len(_branches(store, choice)) if choice.codes else store.value("SELECT count(*) FROM code"))
    if holds == "library":
        return Foreseen(articles=_articles(store, choice))
    passages, articles = _passages(store, choice)
    if choice.form == "qdpx":
        codes = len(_branches(store, choice)) if choice.codes else store.value("SELECT count(*) FROM code")
        return Foreseen(_articles(store, choice), passages, codes)
    return Foreseen(articles, passages)


def _bundle(store: Store, choice: Choice) -> Foreseen:
    told = bundle.outline(Contents(store), selection(store, choice))
    count = told.counts.get
    characters = told.characters if choice.form == "bundle" else 0
    return Foreseen(
        count("article", 0), count("annotation", 0), count("code", 0), count("note", 0), characters, told.authors
    )  # fmt: skip


def _branches(store: Store, choice: Choice) -> list[CodeId]:
    """Give the chosen codes with all below them."""
    codes = Codes(store)
    return sorted({each for code in choice.codes for each in (code, *codes.branch(code))})


def _articles(store: Store, choice: Choice) -> int:
    found = None if not choice.query else set(Searcher(store.connection).keys(choice.query, "article", me=store.me))
    if choice.articles:
        found = set(choice.articles) if found is None else found & set(choice.articles)
    return int(store.value("SELECT count(*) FROM article")) if found is None else len(found)


def _passages(store: Store, choice: Choice) -> tuple[int, int]:
    """Count the passages, and the articles they are in; codes are columns of a matrix, not what narrows it."""
    tests, values = [], []
    if choice.query:
        tests.append(f"id {_IN}")
        values.append(json.dumps(list(Searcher(store.connection).keys(choice.query, "passage", me=store.me))))
    if choice.articles:
        tests.append(f"article {_IN}")
        values.append(json.dumps(choice.articles))
    if choice.codes and choice.form != "matrix":
        tests.append(f"id IN (SELECT annotation FROM tagging WHERE code {_IN})")
        values.append(json.dumps(_branches(store, choice)))
    where = f" WHERE {' AND '.join(tests)}" if tests else ""
    row = store.one(f"SELECT count(*), count(DISTINCT article) FROM annotation{where}", values)
    return (int(row[0]), int(row[1])) if row else (0, 0)
