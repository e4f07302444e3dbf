"""What a query finds, read whole so that it can be taken away: each hit or line of a concordance with its citation, in words.

Reads over a searcher's connection, some hundreds of records at a time, and changes nothing.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from db import errors
from db.annotations import Annotations
from db.articles import Articles
from db.citing import Quote, quote_of
from db.codebook import Codes
from db.exchange.report import FidelityReport
from db.exchange.results import KIND_TITLES, Context, Found, Provenance, Result
from db.exchange.tables import say
from db.fields import Fields
from db.instruments import Instruments
from db.notes import Notes
from db.records import Annotation, AnnotationId, Article, ArticleId, CodeId, InstrumentId, Layout, Note, NoteId, Version
from db.search.concordance import Line
from db.search.conditions import resolve
from db.search.page import Page, place, positive
from db.search.query import parse
from db.search.searcher import Searcher
from db.search.texts import text_of
from db.search.tree import Node
from db.sharing.passages import coder_names, nameless, provenance
from db.store import Store

_BATCH = 500
_REACH = 1_000  # how far words may reach over the end of what is folded at once
_LISTED = "(SELECT value FROM json_each(?))"
_ORDERED = (
    "SELECT n.id FROM annotation n LEFT JOIN entry e ON e.article = n.article LEFT JOIN current c ON c.article = n.article"
    f" LEFT JOIN place p ON p.annotation = n.id AND p.version = c.version WHERE n.id IN {_LISTED}"
    " ORDER BY e.title, n.article, p.start, p.end DESC, n.id"
)
_BY_TITLE = f"SELECT r.id FROM article r LEFT JOIN entry e ON e.article = r.id WHERE r.id IN {_LISTED} ORDER BY e.title, r.id"
_SHARED_NOTES = (
    "WITH RECURSIVE above (id, at) AS (SELECT value, value FROM json_each(?)"
    " UNION ALL SELECT above.id, n.reply_to FROM above JOIN note n ON n.id = above.at WHERE n.reply_to IS NOT NULL)"
    " SELECT above.id FROM above JOIN note n ON n.id = above.at GROUP BY above.id"
    " HAVING max(n.private AND NOT (? AND n.coder = ?)) = 0 ORDER BY above.id"
)


class Findings:
    """Makes results of queries, for one reader: in a language, with names or without, with the own private notes or without.

    Another's private notes are never read. `sentence` says a query in words; `at` is when (ISO 8601), now unless given.
    `anonymous` puts "Coder 1" and so on for names, in the order of the coders' ids, which is the same in every copy.
    """

    def __init__(
        self,
        searcher: Searcher,
        path: Path,
        *,
        me: int = 0,
        language: str = "en",
        anonymous: bool = False,
        private: bool = False,
        sentence: Callable[[Node], str] | None = None,
        at: str = "",
    ) -> None:
        self._searcher = searcher
        self._store = store = Store(searcher.connection, path, None)
        self._me, self._language, self._private = me, language, private
        self._sentence, self._at, self._anonymous = sentence, at, anonymous
        notes = self._notes = Notes(store)
        self._annotations = Annotations(store, notes, Fields(store))
        self._articles, self._instruments, self._codes = Articles(store), Instruments(store), Codes(store)
        self._labels = {code.id: code.label(language) for code in self._codes.all()}
        self._titles = {instrument.id: instrument.title(language) for instrument in self._instruments.all()}
        self._coders = coder_names(store, language, anonymous=anonymous)
        self._version: Version | None = None

    def hits(self, query: str, kinds: Iterable[str] | None = None) -> Result:
        """Give all that a query finds, passages by article and place; raises QueryFault, Refused and Cancelled."""
        asked = KIND_TITLES if kinds is None else [kind.removesuffix("s") for kind in kinds]
        keys = {kind: self._searcher.keys(query, kind, me=self._me) for kind in asked}
        report = FidelityReport()
        if "note" in keys:
            keys["note"] = self._shared(keys["note"], report)
        counts = {kind: len(keys[kind]) for kind in KIND_TITLES if kind in keys}
        rows = self._rows(query, {kind: keys[kind] for kind in counts}, report)
        return Result(self._provenance(query, counts), rows, sum(counts.values()), self._language, report=report)

    def concordance(self, query: str, lines: Sequence[Line], *, more: bool = False) -> Result:
        """Give the lines of a concordance of a query as they stand; `more` says that there were others."""
        report = FidelityReport()
        if more:
            report.reasons.append(
                say(self._language, "Only the first {count} places are in it; there are more.", count=len(lines))
            )
        provenance = self._provenance(query, {"line": len(lines)})
        rows = self._contexts(lines, report)
        return Result(provenance, rows, len(lines), self._language, concordance=True, report=report)

    # Where it comes from

    def _provenance(self, query: str, counts: dict[str, int]) -> Provenance:
        root = parse(query).root
        if self._anonymous:
            query, root = nameless(self._store, query, self._coders, self._language)
        sentence = self._sentence(root) if self._sentence and root is not None else ""
        coder = self._coders.get(self._me, "")
        return provenance(self._store, self._language, counts, query=query, sentence=sentence, coder=coder, at=self._at)

    # Rows

    def _rows(self, query: str, keys: dict[str, list[int]], report: FidelityReport) -> Iterator[Found]:
        made = {
            "passage": self._passages(keys.get("passage", []), report),
            "article": self._of_articles(query, keys.get("article", [])),
            "note": self._of_notes(keys.get("note", [])),
            "instrument": self._of_instruments(keys.get("instrument", [])),
            "code": self._of_codes(keys.get("code", [])),
        }
        with _stoppable():
            for kind, rows in made.items():
                for found in rows:
                    report.carried[kind] += 1
                    yield found

    def _passages(self, keys: Sequence[int], report: FidelityReport) -> Iterator[Found]:
        ordered = [row[0] for row in self._store.rows(_ORDERED, (json.dumps(keys),))]
        for part in _batches(ordered):
            several = self._annotations.several([AnnotationId(key) for key in part])
            articles = self._articles.several({one.article for one in several})
            translations = self._translations(part)
            for one in several:
                notes = self._told(one.notes, one.coder, report)
                if article := articles.get(one.article):
                    told = tuple(translations.get(one.id, ()))
                    yield self._about("passage", article, one.start, one.end, one, notes, told)

    def _of_articles(self, query: str, keys: Sequence[int]) -> Iterator[Found]:
        root = parse(query).root
        wanted = resolve(root, self._store.connection, self._me) if root is not None else None
        for part in _batches([row[0] for row in self._store.rows(_BY_TITLE, (json.dumps(keys),))]):
            articles = self._articles.several([ArticleId(key) for key in part])
            for key in part:
                if article := articles.get(ArticleId(key)):
                    yield self._of_article(article, wanted.root if wanted is not None else None)

    def _of_article(self, article: Article, root: Node | None) -> Found:
        """Give an article with the first place of the words that should stand in it."""
        patterns = positive(root) if root is not None else []
        text = text_of(self._store.connection, "article", article.id) if patterns else None
        if root is None or text is None:
            return self._about("article", article, None, None)
        page = Page(text.text, text.body, _REACH)
        at = place(root, page, patterns)
        start, end = at if at and at[1] <= text.body else (None, None)
        return replace(self._about("article", article, start, end), quote=page.snippet(at, patterns)[0] if at else "")

    def _of_notes(self, keys: Sequence[int]) -> Iterator[Found]:
        for key in keys:
            note = about = self._notes.get(NoteId(key))
            while about.reply_to is not None:
                about = self._notes.get(about.reply_to)
            yield replace(self._note_on(about), kind="note", notes=(note.text,), coder=self._coders.get(note.coder, ""))

    def _note_on(self, note: Note) -> Found:
        """Give what a note is about."""
        if note.annotation is not None:
            one = self._annotations.get(note.annotation)
            return self._about("note", self._articles.get(one.article), one.start, one.end, one)
        if note.article is not None:
            return self._about("note", self._articles.get(note.article), None, None)
        if note.code is not None:
            return next(self._of_codes([note.code]))
        if note.instrument is not None:
            return next(self._of_instruments([note.instrument]))
        return Found("note", published=note.day)

    def _of_instruments(self, keys: Sequence[int]) -> Iterator[Found]:
        for key in keys:
            found = self._instruments.get(InstrumentId(key))
            title = found.title(self._language)
            yield Found("instrument", key=found.key, publisher=found.issuer, published=found.date, instruments=(title,))

    def _of_codes(self, keys: Sequence[int]) -> Iterator[Found]:
        for key in keys:
            found = self._codes.get(CodeId(key))
            yield Found("code", key=found.key, quote=found.definition(self._language), codes=(found.label(self._language),))

    def _contexts(self, lines: Sequence[Line], report: FidelityReport) -> Iterator[Context]:
        with _stoppable():
            articles = self._articles.several({ArticleId(line.article) for line in lines})
            kept = [line for line in lines if line.article in articles]
            if len(kept) < len(lines):
                report.dropped["line"] += len(lines) - len(kept)
                report.reasons.append(say(self._language, "Lines of articles that were removed since are left out."))
            citations = self._citations(kept, articles)
            for start in range(0, len(kept), _BATCH):
                part = kept[start : start + _BATCH]
                uuids = self._uuids({key for line in part for key in line.annotations})
                for line, (locator, citation) in zip(part, citations[start : start + _BATCH], strict=True):
                    report.carried["line"] += 1
                    yield Context(
                        line.title, articles[ArticleId(line.article)].key, line.date, locator, line.left, line.match, line.right,
                        line.start, line.end, tuple(uuids[key] for key in line.annotations if key in uuids), citation,
                    )  # fmt: skip

    def _citations(self, lines: Sequence[Line], articles: Mapping[ArticleId, Article]) -> list[tuple[str, str]]:
        """Give locator and citation of each line, worked out article by article whatever their order."""
        told = [("", "")] * len(lines)
        for at in sorted(range(len(lines)), key=lambda at: lines[at].article):
            line, article = lines[at], articles[ArticleId(lines[at].article)]
            # A line of an older text has no place in the newest.
            newest = self._text(article.id).id == line.version
            quote = self._quote(article, line.start if newest else None, line.end)
            told[at] = quote.locator, quote.citation
        return told

    # Parts of rows

    def _about(
        self,
        kind: str,
        article: Article,
        start: int | None,
        end: int | None,
        one: Annotation | None = None,
        notes: tuple[str, ...] = (),
        translations: tuple[str, ...] = (),
    ) -> Found:
        """Give the columns of an article and of a place in it, which may be an annotation's."""
        quote = self._quote(article, start, end)
        text = self._text(article.id).text[start:end] if start is not None else one.exact if one else ""
        links = (f"{self._titles.get(each.instrument, each.key)} {each.locator}".strip() for each in (one.links if one else ()))
        codes = (self._labels.get(each.code, each.key) for each in (one.taggings if one else ()))
        authors = ("、" if self._language.startswith("zh") else "; ").join(author.name for author in article.authors)
        return Found(
            kind, article.title, article.key, authors, article.publisher, article.published, quote.locator, text,
            tuple(dict.fromkeys(codes)), tuple(dict.fromkeys(links)), self._coders.get(one.coder, "") if one else "",
            notes, translations, one.uuid if one else "", start, end, quote.citation,
        )  # fmt: skip

    def _quote(self, article: Article, start: int | None, end: int | None) -> Quote:
        if start is None:
            return quote_of(article.key, "", Layout(), None, None, self._language)
        version = self._text(article.id)
        return quote_of(article.key, version.text, version.layout, start, end, self._language, article.title)

    def _text(self, article: ArticleId) -> Version:
        """Give the newest text of an article; the last one is kept, for rows come article by article."""
        if self._version is None or self._version.article != article:
            self._version = self._articles.version(article)
        return self._version

    def _told(self, notes: Iterable[Note], coder: int, report: FidelityReport) -> tuple[str, ...]:
        """Give the notes that may leave, each with its author where that is not the passage's coder."""
        told: list[str] = []
        for note in notes:
            if note.private and not (self._private and note.coder == self._me):
                self._keep_back(1, report)
                continue
            told.append(note.text if note.coder == coder else f"{self._coders.get(note.coder, '')}: {note.text}")
            told += self._told(note.replies, coder, report)
        return tuple(told)

    def _shared(self, keys: list[int], report: FidelityReport) -> list[int]:
        """Keep the notes that may leave, which no private one stands above."""
        values = (json.dumps(keys), int(self._private), self._me)
        kept = [row[0] for row in self._store.rows(_SHARED_NOTES, values)]
        self._keep_back(len(keys) - len(kept), report)
        return kept

    def _keep_back(self, count: int, report: FidelityReport) -> None:
        if count and not report.dropped["private note"]:
            report.reasons.append(say(self._language, "Private notes stay on this machine."))
        if count:
            report.dropped["private note"] += count

    def _translations(self, keys: Sequence[int]) -> defaultdict[int, list[str]]:
        found: defaultdict[int, list[str]] = defaultdict(list)
        sql = f"SELECT annotation, language, text FROM translation WHERE annotation IN {_LISTED} ORDER BY id"
        for annotation, language, text in self._store.rows(sql, (json.dumps(keys),)):
            found[annotation].append(f"[{language}] {text}")
        return found

    def _uuids(self, keys: Iterable[int]) -> dict[int, str]:
        sql = f"SELECT id, uuid FROM annotation WHERE id IN {_LISTED}"
        return dict(self._store.rows(sql, (json.dumps(list(keys)),)))


@contextmanager
def _stoppable() -> Iterator[None]:
    """Make what `Searcher.interrupt` does to a statement Cancelled, as it is in the searcher."""
    try:
        yield
    except Exception as error:
        if getattr(error.__cause__ or error, "sqlite_errorname", "") == "SQLITE_INTERRUPT":
            raise errors.Cancelled from error
        raise


def _batches(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), _BATCH):
        yield keys[start : start + _BATCH]
