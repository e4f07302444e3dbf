"""Layers: what each coder marked on an article, which of it came by merging, and whether it may be seen yet.

What another marked can sway one's own reading, so it stays hidden until one has finished an article or asks to see it. Which
layers those are is said in `db.search.waiting`, for search goes by it too. The core states the facts; the window hides and shows.
Asking is a change like any other, which undo takes back; it is kept in the file by the coder's uuid, and travels in no bundle, so
that nobody else sees more or less by it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from db import connection as files
from db.errors import Cancelled, FileFault
from db.records import ArticleId, CodeId, CoderId, InstrumentId, Progress, no_progress
from db.search.waiting import FINISHED, SHOWN, Waiting
from db.store import Store

__all__ = ["FINISHED", "Layer", "LayerCounts", "Layers"]

# Others' annotations that are counted at once, in some 20 ms; more are counted apart.
MANY = 10_000
_STEPS = 50_000  # of SQLite, between two questions whether to stop

_OF_LAYERS = (
    "FROM json_each(?) k CROSS JOIN annotation a ON a.article = k.value ->> 0 AND a.coder = k.value ->> 1"
    " CROSS JOIN {0} t ON t.annotation = a.id GROUP BY 1"
)


@dataclass(frozen=True, slots=True)
class Layer:
    """One coder's marks on an article; `merged` where none of them was made in this file, `hidden` where they wait."""

    coder: CoderId
    name: str
    annotations: int
    merged: bool
    hidden: bool


@dataclass(frozen=True, slots=True)
class LayerCounts:
    """How much of what can be counted is hidden from the present coder: taggings by code, links by instrument, annotations by
    article and by coder. It is to be taken off what is counted of all."""

    codes: Mapping[CodeId, int] = field(default_factory=dict)
    instruments: Mapping[InstrumentId, int] = field(default_factory=dict)
    articles: Mapping[ArticleId, int] = field(default_factory=dict)
    coders: Mapping[CoderId, int] = field(default_factory=dict)


Counted = tuple[int, int, LayerCounts]  # for which coder, up to which change, what


class Layers:
    """The layers of a project; `replica` is this file's own, by which what was made here is known."""

    def __init__(self, store: Store, replica: str) -> None:
        self._store, self._replica = store, replica
        self._waiting = Waiting(store.connection, store.path)
        self._counts: Counted = -1, 0, LayerCounts()

    def of(self, article: ArticleId) -> tuple[Layer, ...]:
        """List the layers of an article, one's own first."""
        own = self._store.value("SELECT id FROM replica WHERE uuid = ?", (self._replica,)) or 0
        rows = self._store.rows(
            "SELECT a.coder, coder.name, count(*),"
            " max(ifnull(s.replica, 0) = ?1 OR s.replica IN (SELECT replica FROM change)) FROM annotation a"
            " JOIN coder ON coder.id = a.coder LEFT JOIN stamp s ON s.uuid = a.uuid WHERE a.article = ?2"
            " GROUP BY a.coder ORDER BY a.coder <> ?3, a.coder",
            (own, article, self._store.me),
        )
        waiting = self.hidden(article)
        return tuple(
            Layer(CoderId(coder), name, count, coder != self._store.me and not made_here, coder in waiting)
            for coder, name, count, made_here in rows
        )

    def hidden(self, article: ArticleId) -> frozenset[CoderId]:
        """Give the coders whose marks on an article are to stay hidden for now."""
        with self._store.reading():
            if not self._waiting.any(self._store.me):
                return frozenset()
            coders = self._store.rows("SELECT DISTINCT coder FROM annotation WHERE article = ?", (article,))
            waiting = self._waiting.waiting([(article, row[0]) for row in coders], self._store.me)
        return frozenset(CoderId(coder) for _article, coder in waiting)

    def counts(self) -> LayerCounts:
        """Count what is hidden in the whole project; kept while only the present coder's own marks change.

        Where others marked more than MANY passages, this gives what was counted before: `behind` tells whether to `count_again`.
        """
        if not self._is_counted() and not self._many():
            self._counts = self._store.me, self._last(), self._counted()
        me, _last, counted = self._counts
        return counted if me == self._store.me else LayerCounts()

    @property
    def behind(self) -> bool:
        """Whether `counts` gives what was counted before something changed."""
        return not self._is_counted() and self._many()

    def take(self, counted: Counted) -> None:
        """Take what `count_again` gave."""
        self._counts = counted

    def _is_counted(self) -> bool:
        me, last, counted = self._counts
        if me != self._store.me or self._waiting.touched_since(last, me):
            return False
        self._counts = me, self._last(), counted
        return True

    def _last(self) -> int:
        return int(self._store.value("SELECT ifnull(max(id), 0) FROM change") or 0)

    def _many(self) -> bool:
        sql = "SELECT count(*) FROM (SELECT 1 FROM coder c CROSS JOIN annotation a ON a.coder = c.id WHERE c.id <> ? LIMIT ?)"
        return int(self._store.value(sql, (self._store.me, MANY + 1)) or 0) > MANY

    def _counted(self) -> LayerCounts:
        with self._store.reading():
            waiting = self._waiting.all(self._store.me)
        if not waiting:
            return LayerCounts()
        articles: dict[ArticleId, int] = {}
        coders: dict[CoderId, int] = {}
        for (article, coder), count in waiting.items():
            articles[ArticleId(article)] = articles.get(ArticleId(article), 0) + count
            coders[CoderId(coder)] = coders.get(CoderId(coder), 0) + count
        listed = (json.dumps(list(waiting)),)
        codes = self._store.rows(f"SELECT t.code, count(*) {_OF_LAYERS.format('tagging')}", listed)
        links = self._store.rows(f"SELECT t.instrument, count(*) {_OF_LAYERS.format('link')}", listed)
        return LayerCounts(
            {CodeId(code): count for code, count in codes}, {InstrumentId(each): count for each, count in links}, articles, coders
        )

    @classmethod
    def count_again(cls, path: Path, me: CoderId, progress: Progress = no_progress) -> Counted:
        """Count what is hidden from a coder over a connection of its own, on any thread; for `take`.

        `progress` is asked all the while, and may raise Cancelled. Raises a FileFault where the file is gone or cannot be read.
        """
        try:
            with closing(files.connect(path, read_only=True)) as connection:
                connection.set_progress_handler(partial(_stopped, progress), _STEPS)
                layers = cls(Store(connection, path, None), "")
                layers._store.me = me
                return me, layers._last(), layers._counted()
        except FileFault:
            progress(0, 0)  # it may be that it was stopped
            raise

    def finished(self, article: ArticleId) -> bool:
        """Whether the present coder has finished an article."""
        status = self._store.value(
            "SELECT status FROM article_status WHERE article = ? AND coder = ?", (article, self._store.me)
        )  # fmt: skip
        return status in FINISHED

    def shown(self, article: ArticleId) -> bool:
        """Whether the present coder asked to see an article's other layers before having finished it."""
        return self._store.value("SELECT 1 FROM setting WHERE name = ?", (self._name(article),)) is not None

    def show(self, article: ArticleId) -> None:
        """Show the other layers of an article from now on, finished or not."""
        if not self.shown(article):
            with self._store.change("Show others' annotations"):
                self._store.rows("INSERT INTO setting (name, value) VALUES (?, '1')", (self._name(article),))

    def hide(self, article: ArticleId) -> None:
        """Hide the other layers of an article again until it is finished."""
        if self.shown(article):
            with self._store.change("Hide others' annotations"):
                self._store.rows("DELETE FROM setting WHERE name = ?", (self._name(article),))

    def _name(self, article: ArticleId) -> str:
        uuids = self._store.one(
            "SELECT coder.uuid, article.uuid FROM coder, article WHERE coder.id = ? AND article.id = ?", (self._store.me, article)
        )
        return SHOWN + ":".join(uuids or ("", ""))


def _stopped(progress: Progress) -> bool:
    try:
        progress(0, 0)
    except Cancelled:
        return True
    return False
