"""All passages read for taking away: a few statements over whole tables, joined here, the texts one article at a time."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter
from typing import TypeVar

from db.articles import Articles
from db.changes import now
from db.citing import quote_at
from db.codebook import Codes
from db.exchange.evidence import Statutes
from db.exchange.passages import RELATIONS, Gathered, Linked, Passage, Source
from db.exchange.report import FidelityReport
from db.exchange.results import Provenance
from db.exchange.tables import Column, say
from db.fields import Fields
from db.instruments import Instruments
from db.locators import Paragraphs, outline
from db.pseudonyms import pseudonyms
from db.records import Article, ArticleId, Code, Instrument, Layout, either
from db.search.names import Names
from db.search.query import parse
from db.search.tree import Either, Every, Filter, Node, Not
from db.search.writing import write
from db.store import Row, Store

_ARTICLES = 500  # read at a time
_CHAPTER = 3  # the level of a chapter (章) in an outline
_IN = "IN (SELECT value FROM json_each(:chosen))"
_HEADS = (
    "SELECT a.id, a.uuid, a.article, a.coder, p.start, p.end, CASE WHEN p.start IS NULL THEN a.exact ELSE '' END,"
    " CASE WHEN a.start IS NULL THEN 'whole' ELSE ifnull(p.status, 'gone') END, p.confidence, a.created, a.modified"
    " FROM annotation a LEFT JOIN entry e ON e.article = a.article LEFT JOIN current c ON c.article = a.article"
    " LEFT JOIN place p ON p.annotation = a.id AND p.version = c.version{where}"
    " ORDER BY e.title, a.article, p.start, p.end DESC, a.id"
)
_TAGGINGS = "SELECT annotation, code FROM tagging{where} ORDER BY id"
_LINKS = "SELECT annotation, instrument, locator, locator_key, relation FROM link{where} ORDER BY id"
_TRANSLATIONS = "SELECT annotation, language, text FROM translation{where} ORDER BY id"
_NOTES = "SELECT id, annotation, coder, private, text FROM note WHERE annotation IS NOT NULL{also} ORDER BY id"
_REPLIES = "SELECT id, reply_to, coder, private, text FROM note WHERE reply_to IS NOT NULL ORDER BY id"
_ON = {
    "annotation": "SELECT v.annotation, NULL, v.field, v.value FROM field_value v WHERE v.annotation IS NOT NULL{also}",
    "tagging": "SELECT t.annotation, t.code, v.field, v.value FROM field_value v JOIN tagging t ON t.id = v.tagging{of_t}",
    "link": "SELECT l.annotation, l.instrument, v.field, v.value FROM field_value v JOIN link l ON l.id = v.link{of_l}",
    "article": "SELECT v.article, NULL, v.field, v.value FROM field_value v WHERE v.article IS NOT NULL",
}
Words = dict[str, str]
_Hung = TypeVar("_Hung")


def coder_names(store: Store, language: str, *, anonymous: bool = False) -> dict[int, str]:
    """Give the coders' names, or Coder 1 and so on, each the number of the same coder in every anonymous export of a file."""
    rows = store.rows("SELECT id, name, uuid FROM coder")
    if not anonymous:
        return {key: name for key, name, _uuid in rows}
    called = either(language, "编码者 {}", "Coder {}")
    keys = {uuid: key for key, _name, uuid in rows}
    numbered = [keys[uuid] for uuid in pseudonyms(store) if uuid]
    return {key: called.format(number) for number, key in enumerate(numbered, 1)}


def nameless(store: Store, query: str, names: Mapping[int, str], language: str) -> tuple[str, Node | None]:
    """Put what coders are called for their names in a query; one without names stays as it was typed."""
    root = parse(query).root
    if root is None or (hidden := _nameless(store, root, names)) == root:
        return query, root
    return write(hidden, language.startswith("zh")), hidden


def _nameless(store: Store, node: Node, names: Mapping[int, str]) -> Node:
    if isinstance(node, Filter):
        if node.field == "coder":
            found = Names(store.connection).coders(node.value)
            return replace(node, value=names.get(found[0], "…") if found else "…", typed="")
        return node if node.inner is None else replace(node, inner=_nameless(store, node.inner, names), typed="")
    if isinstance(node, Not):
        return Not(_nameless(store, node.part, names))
    if isinstance(node, Every | Either):
        return type(node)(tuple(_nameless(store, part, names) for part in node.parts))
    return node


def provenance(
    store: Store, language: str, counts: Mapping[str, int], *, query: str = "", sentence: str = "", coder: str = "",
    unit: str = "", at: str = "",
) -> Provenance:  # fmt: skip
    """Say where a result of a project comes from; the codebooks are the working ones and own ones, with their revisions.

    Of a frozen state the date is that of freezing, so that what is made of it again is the same.
    """
    books = [book for book in Codes(store).books() if book.working or not book.shipped]
    frozen: dict[str, str] = json.loads(store.value("SELECT value FROM setting WHERE name = 'frozen'") or "{}")
    revision = either(language, "{title}（修订 {number}）", "{title} (revision {number})")
    return Provenance(
        query=query,
        sentence=sentence,
        counts=tuple(counts.items()),
        project=frozen.get("project") or store.path.stem,
        coder=coder,
        at=at or frozen.get("at") or now(),
        program=_program(),
        codebooks=tuple(revision.format(title=book.title(language), number=book.revision) for book in books),
        unit=unit,
    )


def statutes(store: Store) -> Statutes:
    """Read which articles are the text of an instrument, and the chapters their provisions stand in."""
    rows = store.rows(
        "SELECT from_article, to_instrument, v.text, v.layout FROM relation JOIN current c ON c.article = from_article"
        " JOIN version v ON v.id = c.version WHERE kind = 'is the text of' AND to_instrument IS NOT NULL ORDER BY relation.id"
    )
    chapters: dict[int, dict[str, tuple[str, str]]] = {}
    for _article, instrument, text, layout in rows:
        known, chapter = chapters.setdefault(instrument, {}), ("", "")
        for one in outline(text, store.parsed(layout, Layout.from_json)):
            if one.level == _CHAPTER:
                chapter = one.canonical, " ".join(text[one.start : one.end].partition("\n")[0].split())
            elif one.level < _CHAPTER:
                chapter = "", ""
            elif one.level > _CHAPTER and one.canonical.startswith("art"):
                known.setdefault(one.canonical, chapter)
    return Statutes({row[0]: row[1] for row in reversed(rows)}, chapters)


@dataclass(slots=True)
class _Hanging:
    """What hangs on the passages, by the passage's key."""

    taggings: Mapping[int, tuple[int, ...]]
    links: Mapping[int, tuple[Linked, ...]]
    translations: Mapping[int, list[str]]
    notes: Mapping[int, list[Row]]
    replies: Mapping[int, list[Row]]
    fields: Mapping[int, Words]
    of_articles: Mapping[int, Words]


@dataclass(slots=True)
class _Labels:
    """Words of codes and links that come again and again, made once."""

    codes: Mapping[int, Code]
    instruments: Mapping[int, Instrument]
    language: str
    _codes: dict[tuple[int, ...], tuple[str, str]] = field(default_factory=dict)
    _links: dict[tuple[Linked, ...], tuple[str, str]] = field(default_factory=dict)

    def of_codes(self, keys: tuple[int, ...]) -> tuple[str, str]:
        """Give the labels and the ids of codes."""
        if keys not in self._codes:
            found = [self.codes[key] for key in keys]
            words = either(self.language, "；", "; ").join(code.label(self.language) for code in found)
            self._codes[keys] = words, ";".join(code.key for code in found)
        return self._codes[keys]

    def of_links(self, links: tuple[Linked, ...]) -> tuple[str, str]:
        """Give the titles and the ids of linked instruments, each with its locator (and relation)."""
        if links not in self._links:
            titled = ((self.instruments[link.instrument], link) for link in links)
            told = [
                (f"{of.title(self.language)} {link.locator}".strip() + self._related(link), of.key, link) for of, link in titled
            ]
            words = either(self.language, "；", "; ").join(dict.fromkeys(one[0] for one in told))
            self._links[links] = words, ";".join(key + f"@{link.locator}" * bool(link.locator) for _words, key, link in told)
        return self._links[links]

    def _related(self, link: Linked) -> str:
        if not link.relation:
            return ""
        zh = self.language.startswith("zh")
        return f"（{RELATIONS.get(link.relation, link.relation)}）" if zh else f" ({link.relation})"


class Passages:
    """Reads passages for one reader: in a language, with names or without, with the own private notes or without.

    Another's private notes are never read. `cited` makes each passage's citation too. Nothing is changed.
    """

    def __init__(
        self, store: Store, *, me: int = 0, language: str = "en", anonymous: bool = False, private: bool = False,
        cited: bool = False,
    ) -> None:  # fmt: skip
        self._store, self._me, self._language, self._private, self._cited = store, me, language, private, cited
        self._coders = coder_names(store, language, anonymous=anonymous)
        self._articles = Articles(store)
        codes = {int(code.id): code for code in Codes(store).all()}
        found = sorted(Instruments(store).all(), key=lambda one: (not one.date, one.date, one.title("zh"), one.uuid))
        self._labels = _Labels(codes, {int(one.id): one for one in found}, language)
        self._columns, self._options = self._fields()

    def gather(
        self, chosen: Collection[int] | None = None, *, query: str = "", sentence: str = "", unit: str = "", at: str = ""
    ) -> Gathered:
        """Read all passages, or those of some keys, by article and place."""
        values = {} if chosen is None else {"chosen": json.dumps(list(chosen))}
        heads = self._store.rows(_HEADS.format(where="" if chosen is None else f" WHERE a.id {_IN}"), values)
        hanging = self._hanging(values)
        used = {key for one in (*hanging.fields.values(), *hanging.of_articles.values()) for key in one}
        report = FidelityReport()
        me = self._coders.get(self._me, "")
        told = provenance(
            self._store, self._language, {"passage": len(heads)}, query=query, sentence=sentence, coder=me, unit=unit, at=at
        )
        return Gathered(
            self._passages(heads, hanging, report), len(heads), self._language, told, self._labels.codes,
            self._labels.instruments, self._coders, tuple(column for column in self._columns if column.key in used), report,
        )  # fmt: skip

    # What hangs on them

    def _hanging(self, values: Mapping[str, str]) -> _Hanging:
        where, also = (f" WHERE annotation {_IN}", f" AND annotation {_IN}") if values else ("", "")
        rows, language = self._store.rows, self._language
        translations: defaultdict[int, list[str]] = defaultdict(list)
        for key, spoken, text in rows(_TRANSLATIONS.format(where=where), values):
            translations[key].append(f"[{spoken}] {text}")
        links = ((row[0], Linked(*row[1:])) for row in rows(_LINKS.format(where=where), values))
        notes: defaultdict[int, list[Row]] = defaultdict(list)
        for row in rows(_NOTES.format(also=also), values):
            notes[row[1]].append(row)
        replies: defaultdict[int, list[Row]] = defaultdict(list)
        for row in rows(_REPLIES) if notes else ():
            replies[row[1]].append(row)
        within = {f"of_{table}": f" WHERE {table}.annotation {_IN}" if values else "" for table in "tl"}
        within["also"] = f" AND v.annotation {_IN}" if values else ""
        fields = self._set(
            {target: rows(sql.format(**within), values) for target, sql in _ON.items() if target != "article"}, language
        )
        of_articles = self._set({"article": rows(_ON["article"])}, language)
        taggings = _gathered((row[0], row[1]) for row in rows(_TAGGINGS.format(where=where), values))
        return _Hanging(taggings, _gathered(links), translations, notes, replies, fields, of_articles)

    def _fields(self) -> tuple[tuple[Column, ...], dict[int, tuple[str, Mapping[str, str]]]]:
        """Give a column for each field there is, and of each field its column's key and the words of its options."""
        columns: list[Column] = []
        options: dict[int, tuple[str, Mapping[str, str]]] = {}
        for one in Fields(self._store).all():
            key = f"field:{one.name or one.uuid}"
            columns.append(Column(key, one.label_en or one.label_zh, one.label_zh or one.label_en, 16))
            options[one.id] = key, {option: either(self._language, zh, en) for option, zh, en in one.options}
        return tuple(columns), options

    def _set(self, by_target: Mapping[str, Iterable[Row]], language: str) -> dict[int, Words]:
        """Give the values of fields in words; those of a code or link stand behind its label."""
        listed: defaultdict[int, defaultdict[str, dict[str, list[str]]]] = defaultdict(lambda: defaultdict(dict))
        for target, rows in by_target.items():
            for key, about, number, value in rows:
                column, words = self._options[number]
                listed[key][column].setdefault(self._about(target, about), []).append(words.get(value, value))
        comma, colon, stop = ("、", "：", "；") if language.startswith("zh") else (", ", ": ", "; ")
        return {
            key: {
                column: stop.join((f"{about}{colon}" if about else "") + comma.join(values) for about, values in told.items())
                for column, told in columns.items()
            }
            for key, columns in listed.items()
        }

    def _about(self, target: str, key: int | None) -> str:
        if key is None:
            return ""
        if target == "link":
            return self._labels.instruments[key].title(self._language)
        return self._labels.codes[key].label(self._language)

    # Passages

    def _passages(self, heads: Sequence[Row], hanging: _Hanging, report: FidelityReport) -> Iterator[Passage]:
        several: dict[ArticleId, Article] = {}
        keys = list(dict.fromkeys(row[2] for row in heads))
        for number, (key, rows) in enumerate(groupby(heads, key=itemgetter(2))):
            if number % _ARTICLES == 0:
                several = self._articles.several(ArticleId(one) for one in keys[number : number + _ARTICLES])
            article = several[ArticleId(key)]
            names = either(self._language, "、", "; ").join(author.name for author in article.authors)
            source = Source(article, names, hanging.of_articles.get(key, {}))
            text, layout = self._store.rows("SELECT text, layout FROM version WHERE id = ?", (article.version,))[0]
            page = Paragraphs(text, self._store.parsed(layout, Layout.from_json), article.title)
            for row in rows:
                report.carried["passage"] += 1
                yield self._passage(row, source, page, text, hanging, report)

    def _passage(
        self, row: Row, source: Source, page: Paragraphs, text: str, hanging: _Hanging, report: FidelityReport
    ) -> Passage:
        key, uuid, _article, coder, start, end, exact, status, confidence, created, modified = row
        place = page.place(start, end) if start is not None else None
        locator = place.spelled(self._language) if place is not None else ""
        citation = pandoc = ""
        if self._cited:
            quote = quote_at(source.article.key, place, self._language)
            citation, pandoc = quote.citation, quote.pandoc_citation
        codes, links = hanging.taggings.get(key, ()), hanging.links.get(key, ())
        notes = self._told(hanging.notes.get(key, ()), coder, hanging, report) if key in hanging.notes else ()
        return Passage(
            uuid, source, text[start:end] if start is not None else exact, locator,
            place.provision if place is not None and not place.heading else "", codes, *self._labels.of_codes(codes),
            links, *self._labels.of_links(links), coder, self._coders[coder], tuple(notes),
            tuple(hanging.translations.get(key, ())), hanging.fields.get(key, {}), status, confidence, start, end, created,
            modified, citation, pandoc,
        )  # fmt: skip

    def _told(self, notes: Iterable[Row], coder: int, hanging: _Hanging, report: FidelityReport) -> Iterator[str]:
        """Yield the notes that may leave, each with its author where that is not the passage's coder."""
        for key, _on, author, private, text in notes:
            if private and not (self._private and author == self._me):
                if not report.dropped["private note"]:
                    report.reasons.append(say(self._language, "Private notes stay on this machine."))
                report.dropped["private note"] += 1
                continue
            colon = either(self._language, "：", ": ")
            yield text if author == coder else f"{self._coders.get(author, '')}{colon}{text}"
            yield from self._told(hanging.replies.get(key, ()), coder, hanging, report)


def _gathered(pairs: Iterable[tuple[int, _Hung]]) -> dict[int, tuple[_Hung, ...]]:
    several: defaultdict[int, list[_Hung]] = defaultdict(list)
    for key, value in pairs:
        several[key].append(value)
    return {key: tuple(values) for key, values in several.items()}


def _program() -> str:
    """Give the name and version of the program."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"Glossator {version('glossator')}"
    except PackageNotFoundError:
        return "Glossator"
