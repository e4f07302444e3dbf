"""From a link to the text it points to: the article that is the text of an instrument, and the provision in it."""

from __future__ import annotations

from collections import OrderedDict

from db.locators import Paragraphs, normalise
from db.records import ArticleId, InstrumentId, Layout
from db.store import Store

# Outlines of so many statutes are kept.
_KEPT = 4


class Provisions:
    """Where the provisions of the project's statutes stand."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._outlines: OrderedDict[str, Paragraphs] = OrderedDict()

    def find(self, instrument: InstrumentId, locator: str) -> tuple[ArticleId, int, int] | None:
        """Find what a locator points to: (article, start, end); (article, 0, 0) where it is not found; None without a text."""
        articles = self._store.rows(
            "SELECT from_article, v.uuid FROM relation JOIN current c ON c.article = from_article"
            " JOIN version v ON v.id = c.version WHERE kind = 'is the text of' AND to_instrument = ?"
            " GROUP BY from_article ORDER BY min(relation.id)",
            (instrument,),
        )
        canonical = normalise(locator)
        for article, version in articles if canonical else ():
            span = self._outline(version).find(canonical)
            if span is not None:
                return ArticleId(article), *span
        return (ArticleId(articles[0][0]), 0, 0) if articles else None

    def _outline(self, version: str) -> Paragraphs:
        """Give the outline of a version by uuid; a text never changes, so it is made once."""
        if version not in self._outlines:
            text, layout = self._store.rows("SELECT text, layout FROM version WHERE uuid = ?", (version,))[0]
            self._outlines[version] = Paragraphs(text, self._store.parsed(layout, Layout.from_json))
            if len(self._outlines) > _KEPT:
                self._outlines.popitem(last=False)
        self._outlines.move_to_end(version)
        return self._outlines[version]
