"""Layers: what each coder marked on an article, which of it came by merging, and whether it may be seen yet.

What another marked can sway one's own reading, so it stays hidden until one has finished an article or asks to see it. The
core states the facts; the window hides and shows.
"""

from __future__ import annotations

from dataclasses import dataclass

from db.records import ArticleId, CoderId
from db.store import Store

# An article left out on purpose is finished as well.
FINISHED = ("coded", "checked", "excluded")


@dataclass(frozen=True, slots=True)
class Layer:
    """One coder's marks on an article; `merged` where none of them was made in this file, `hidden` where they wait."""

    coder: CoderId
    name: str
    annotations: int
    merged: bool
    hidden: bool


class Layers:
    """The layers of a project; `replica` is this file's own, by which what was made here is known."""

    def __init__(self, store: Store, replica: str) -> None:
        self._store, self._replica = store, replica

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
        open_ = self.finished(article) or self.shown(article)
        found = []
        for coder, name, count, made_here in rows:
            merged = coder != self._store.me and not made_here
            found.append(Layer(CoderId(coder), name, count, merged, merged and not open_))
        return tuple(found)

    def hidden(self, article: ArticleId) -> frozenset[CoderId]:
        """Give the coders whose marks on an article are to stay hidden for now."""
        return frozenset(layer.coder for layer in self.of(article) if layer.hidden)

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
        return "shown:" + ":".join(uuids or ("", ""))
