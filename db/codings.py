"""Codings in bulk: what each coder coded where on the newest versions, as values for analysis."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence

from db.analysis.units import Coding, Material
from db.records import ArticleId, CodeId, CoderId, Layout, Progress, no_progress
from db.store import Store

FINISHED = ("coded", "checked")
_READ = 200  # articles at a time
_WITHIN = "(SELECT value FROM json_each(?))"
_CODINGS = (
    "SELECT t.coder, a.article, a.id, t.code, p.start, p.end,"
    " CASE WHEN a.start IS NULL THEN 'whole' ELSE ifnull(p.status, 'gone') END, t.origin = 'accepted offer'"
    " FROM annotation a CROSS JOIN tagging t ON t.annotation = a.id JOIN current c ON c.article = a.article"
    " LEFT JOIN place p ON p.annotation = a.id AND p.version = c.version"
    f" WHERE a.article IN {_WITHIN} AND t.coder IN {_WITHIN} ORDER BY a.article, p.start, p.end, a.id, t.id"
)


class Codings:
    """The codings of a project."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def material(
        self, coders: Sequence[CoderId], *, articles: Sequence[ArticleId] | None = None, progress: Progress = no_progress
    ) -> Material:
        """Gather what some coders coded, in all articles or in some; `progress` counts articles, and may raise Cancelled.

        Texts and their layouts are read when they are asked for, in the thread that does so.
        """
        finished, seen = self._finished(coders, None if articles is None else frozenset(articles))
        codings = tuple(self._codings(coders, sorted(finished), progress))
        names: dict[CoderId, str] = dict(
            self._store.rows(f"SELECT id, name FROM coder WHERE id IN {_WITHIN}", (json.dumps(list(coders)),))
        )
        parents = {
            CodeId(row[0]): row[1] for row in self._store.rows("SELECT id, parent FROM code ORDER BY codebook, position, id")
        }
        return Material(tuple(dict.fromkeys(coders)), names, parents, finished, seen, codings, self._text, self._laid_out)

    def _finished(
        self, coders: Sequence[CoderId], articles: frozenset[ArticleId] | None
    ) -> tuple[dict[ArticleId, frozenset[CoderId]], int]:
        """Give who finished which article, and how many articles any of the coders is at."""
        values = (json.dumps(list(coders)),)
        rows = self._store.rows(f"SELECT article, coder, status FROM article_status WHERE coder IN {_WITHIN}", values)
        begun = {row[0] for row in self._store.rows(f"SELECT DISTINCT article FROM annotation WHERE coder IN {_WITHIN}", values)}
        begun.update(row[0] for row in rows if row[2] != "to read")
        several: defaultdict[ArticleId, set[CoderId]] = defaultdict(set)
        for article, coder, status in rows:
            if status in FINISHED and (articles is None or article in articles):
                several[article].add(coder)
        seen = len(begun if articles is None else articles)
        return {article: frozenset(several[article]) for article in sorted(several)}, seen

    def _codings(self, coders: Sequence[CoderId], articles: Sequence[ArticleId], progress: Progress) -> Iterator[Coding]:
        for done in range(0, len(articles), _READ):
            progress(done, len(articles))
            values = (json.dumps(articles[done : done + _READ]), json.dumps(list(coders)))
            yield from self._store.rows(_CODINGS, values)

    def _text(self, article: ArticleId) -> str:
        sql = "SELECT text FROM version JOIN current ON current.version = version.id WHERE current.article = ?"
        return str(self._store.value(sql, (article,)))

    def _laid_out(self, article: ArticleId) -> tuple[Layout, str]:
        sql = (
            "SELECT v.layout, a.title FROM current c JOIN version v ON v.id = c.version JOIN article a ON a.id = c.article"
            " WHERE c.article = ?"
        )
        row = self._store.one(sql, (article,))
        return (self._store.parsed(row[0], Layout.from_json), str(row[1])) if row else (Layout(), "")
