"""Articles that are one text: near duplicates found, reprints related by a person, and passages counted once among them.

A passage that stands in several articles of one family (an original and its reprints) counts as often as in the article of
the family where it is marked most: once, where each has it once. Same passage: same words, same code, same coder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from db.folding import fold_text
from db.library import Filter, Library
from db.likeness import Groups, coarseness, fingerprint, likely, likeness, pairs, stretches
from db.records import ArticleId, CodeId, Progress, no_progress
from db.search import entries
from db.store import Store, Values

REPRINT = "reprint of"
# Texts whose stretches are kept while pairs are compared; pairs come in the order of their second text.
_KEPT = 64


class Reprints(Library):
    """What is one text under several titles; `articles.Articles` hands it out."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._grouped: tuple[tuple[int, int], list[list[ArticleId]]] = ((-1, -1), [])

    def _where(self, where: Filter | None) -> tuple[str, dict[str, Values]]:
        if where is not None and where.duplicates:
            double = {article for group in self.duplicates() for article in group}
            wanted = double if where.articles is None else double.intersection(where.articles)
            where = replace(where, articles=tuple(sorted(wanted)))
        return super()._where(where)

    def alike(self, article: ArticleId, *, progress: Progress = no_progress) -> list[tuple[ArticleId, float]]:
        """List the articles whose text is nearly this one's, the likest first, with the part of the text they share, 0..1."""
        prints = self._prints(progress)
        own = next((key for key, (of, _print) in prints.items() if of == article), None)
        if own is None:
            return []
        near = [key for key, (_of, signature) in prints.items() if key != own and likely(prints[own][1], signature)]
        texts, found = _Stretches(self._store), []
        for done, key in enumerate(near):
            progress(done, len(near))
            if share := texts.share(own, key):
                found.append((ArticleId(prints[key][0]), share))
        return sorted(found, key=lambda each: (-each[1], each[0]))

    def duplicates(self, *, progress: Progress = no_progress) -> list[list[ArticleId]]:
        """List the groups of articles that are nearly one text, the first imported first."""
        if self._grouped[0] != self._written():
            prints = self._prints(progress)
            found, texts = Groups(), _Stretches(self._store)
            signatures = {key: signature for key, (_of, signature) in prints.items()}
            for one, other in pairs(signatures, needless=found.together, progress=progress):
                if texts.share(one, other):
                    found.join(one, other)
            listed = [[ArticleId(prints[key][0]) for key in group] for group in found.listed()]
            self._grouped = self._written(), listed
        return [list(group) for group in self._grouped[1]]

    def reprinted(self, articles: Iterable[ArticleId], *, progress: Progress = no_progress) -> dict[ArticleId, ArticleId]:
        """Give, for each of many articles whose text is nearly an earlier article's, one such earlier one."""
        prints = self._prints(progress)
        signatures = {article: signature for article, signature in prints.values()}
        versions = {article: version for version, (article, _signature) in prints.items()}
        wanted, texts = set(articles), _Stretches(self._store)
        found: dict[ArticleId, ArticleId] = {}
        # By article, so that of a pair the one imported first comes first.
        for one, other in pairs(signatures, needless=lambda _one, other: other not in wanted, progress=progress):
            if texts.share(versions[one], versions[other]):
                found[ArticleId(other)] = ArticleId(one)
                wanted.discard(ArticleId(other))
        return found

    def _written(self) -> tuple[int, int]:
        """Give what is another whenever anything was written, here or by another program."""
        return self._store.connection.total_changes, self._store.value("PRAGMA data_version")

    def _prints(self, progress: Progress) -> Mapping[int, tuple[int, bytes]]:
        """Give the fingerprints of the shown texts with their articles, by version, in the order of articles."""
        lacking = entries.missing(self._store.connection)
        if lacking and self._store.writable:
            with self._store.history.upkeep():
                entries.fill(self._store.connection, lacking, progress)
            lacking = []
        sql = (
            "SELECT c.version, c.article, signature FROM current c JOIN fingerprint f ON f.version = c.version ORDER BY c.article"
        )
        found = {row[0]: (row[1], row[2]) for row in self._store.rows(sql)}
        for version in lacking:  # of a project that cannot be written to
            row = self._store.one("SELECT article, text FROM version WHERE id = ?", (version,))
            if row is not None:
                found[version] = row[0], fingerprint(fold_text(row[1]))
        return found

    def original_of(self, article: ArticleId) -> ArticleId:
        """Give the article that this one is a reprint of, over however many reprints, as a person related them; else itself."""
        way = [article]
        while True:
            row = self._store.one(
                "SELECT min(to_article) FROM relation WHERE from_article = ? AND kind = ? AND to_article IS NOT NULL",
                (way[-1], REPRINT),
            )
            if row is None or row[0] is None:
                return way[-1]
            if row[0] in way:
                return min(way[way.index(row[0]) :])
            way.append(ArticleId(row[0]))

    def reprints(self, article: ArticleId) -> list[ArticleId]:
        """List the articles that are reprints of this one, or reprints of such, in the order of import."""
        rows = self._store.rows(
            "WITH RECURSIVE down (id) AS (SELECT ?1 UNION SELECT r.from_article FROM down JOIN relation r"
            " ON r.to_article = down.id AND r.kind = ?2 AND r.from_article IS NOT NULL)"
            " SELECT id FROM down WHERE id <> ?1 ORDER BY id",
            (article, REPRINT),
        )
        return [ArticleId(row[0]) for row in rows]

    def families(self) -> dict[ArticleId, ArticleId]:
        """Give the original of every article that is a reprint."""
        rows = self._store.rows(
            "SELECT DISTINCT from_article FROM relation WHERE kind = ? AND from_article IS NOT NULL", (REPRINT,)
        )
        found = {ArticleId(row[0]): self.original_of(ArticleId(row[0])) for row in rows}
        return {article: original for article, original in found.items() if article != original}

    def passages_once(self) -> dict[CodeId, int]:
        """Count each code's passages, those that stand in several articles of one family once; codes without any are left out."""
        families = self.families()
        totals: dict[CodeId, int] = {
            CodeId(row[0]): row[1] for row in self._store.rows("SELECT code, count(*) FROM tagging GROUP BY code")
        }
        if not families:
            return totals
        within = {*families, *families.values()}
        most: dict[tuple[int, int, int, str], list[int]] = {}
        for article in within:
            family = families.get(article, article)
            for code, coder, exact, count in self._store.rows(
                "SELECT t.code, t.coder, a.exact, count(*) FROM annotation a JOIN tagging t ON t.annotation = a.id"
                " WHERE a.article = ? GROUP BY 1, 2, 3",
                (article,),
            ):
                most.setdefault((family, code, coder, exact), []).append(count)
        for (_family, code, _coder, _exact), counts in most.items():
            totals[CodeId(code)] -= sum(counts) - max(counts)
        return totals


class _Stretches:
    """Compares texts by their stretches; those of the texts at hand are kept."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[tuple[int, int], frozenset[str]] = {}

    def share(self, *pair: int) -> float:
        """Say how alike the texts of two versions are; 0 where neither can be a reprint of the other."""
        coarse = coarseness(*(self._store.value("SELECT characters FROM version WHERE id = ?", (key,)) for key in pair))
        for key in pair:
            if (key, coarse) not in self._kept:
                if len(self._kept) >= _KEPT:
                    del self._kept[next(each for each in self._kept if each[0] not in pair)]
                text = self._store.value("SELECT text FROM version WHERE id = ?", (key,))
                self._kept[key, coarse] = stretches(text, coarse)
        return likeness(*(self._kept[key, coarse] for key in pair))
