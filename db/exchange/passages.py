"""Passages with all that hangs on them, as they leave: one record each, and the table of them in either language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from db.exchange.report import FidelityReport
from db.exchange.results import Provenance, provenance_sheet
from db.exchange.tables import Cell, Column, Sheet
from db.records import Article, Code, Instrument, either

# Where a passage stands on the newest text, in English and Chinese.
STATUSES = {
    "exact": ("exact", "原位"), "aligned": ("aligned", "已对齐"), "moved": ("moved", "已移动"),
    "review": ("to be reviewed", "待核对"), "gone": ("gone", "已不在文中"), "whole": ("whole article", "全文"),
}  # fmt: skip
RELATIONS = {
    "mentions": "提及", "quotes": "引用", "interprets": "解读", "implements": "落实", "criticises": "批评", "compares": "比较",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Linked:
    """One link of a passage: the instrument's key in the file, the locator as written and canonical, the relation."""

    instrument: int
    locator: str = ""
    canonical: str = ""
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """The article that passages stand in, in words; `fields` are its own, by their keys as columns."""

    article: Article
    authors: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Passage:
    """One coder's passage in words; start and end are code points on the newest text, None where it stands nowhere there.

    `place` is its canonical provision, `confidence` in thousandths; `citation` and `pandoc` are empty unless asked for.
    """

    annotation: str
    source: Source
    quote: str
    locator: str
    place: str
    codes: tuple[int, ...]
    code_words: str
    code_keys: str
    links: tuple[Linked, ...]
    link_words: str
    link_keys: str
    coder: int
    coder_name: str
    notes: tuple[str, ...]
    translations: tuple[str, ...]
    fields: Mapping[str, str]
    status: str
    confidence: int | None
    start: int | None
    end: int | None
    created: str
    modified: str
    citation: str = ""
    pandoc: str = ""

    @property
    def note_words(self) -> str:
        """Its notes, one under the other."""
        return "\n".join(self.notes)

    @property
    def translated(self) -> str:
        """Its translations, one under the other."""
        return "\n".join(self.translations)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Passages that were read for taking away; `passages` are read once, in the order of articles and places.

    `codes` and `instruments` are all there are, by key in reading order; `fields` are columns of those that are set anywhere.
    `report` is completed while the passages are read.
    """

    passages: Iterable[Passage]
    count: int
    language: str
    provenance: Provenance
    codes: Mapping[int, Code]
    instruments: Mapping[int, Instrument]
    coders: Mapping[int, str]
    fields: tuple[Column, ...] = ()
    report: FidelityReport = field(default_factory=FidelityReport)

    def kept(self) -> list[Passage]:
        """Read all passages into memory."""
        return list(self.passages)


_TITLE = ("Passages", "片段")
_BEFORE = (
    Column("title", "Article", "文章", 32), Column("key", "Key", "短名", 14), Column("authors", "Authors", "作者", 16),
    Column("publisher", "Publisher", "发布者", 16), Column("published", "Published", "发布日期", 12, dates=True),
    Column("locator", "Place", "位置", 16), Column("quote", "Quotation", "原文", 60),
    Column("translations", "Translation", "译文", 40), Column("codes", "Codes", "编码", 28),
    Column("instruments", "Instruments", "政策文书", 28), Column("coder", "Coder", "编码者", 10),
    Column("notes", "Notes", "笔记", 32),
)  # fmt: skip
_AFTER = (
    Column("status", "Status of the place", "位置状态", 14), Column("confidence", "Confidence", "位置把握", 10, right=True),
    Column("created", "Created", "创建时间", 20),
    Column("modified", "Modified", "修改时间", 20),
    Column("code_ids", "Code ids", "编码标识", 24), Column("instrument_ids", "Instrument ids", "文书标识", 24),
    Column("annotation", "Annotation id", "批注标识", 14), Column("article", "Article id", "文章标识", 14),
    Column("start", "Start", "起点", 8), Column("end", "End", "终点", 8), Column("url", "Address", "网址", 24),
)  # fmt: skip


def columns(fields: Sequence[Column]) -> tuple[Column, ...]:
    """Give the columns of a table of passages with some fields."""
    return (*_BEFORE, *fields, *_AFTER)


def row_maker(fields: Sequence[Column], language: str) -> Callable[[Passage], tuple[Cell, ...]]:
    """Give a function that makes the row of a passage."""
    keys = tuple(column.key for column in fields)
    statuses = {name: either(language, zh, en) for name, (en, zh) in STATUSES.items()}
    heads: dict[int, tuple[Cell, ...]] = {}

    def row(one: Passage) -> tuple[Cell, ...]:
        source = one.source
        article = source.article
        head = heads.get(article.id)
        if head is None:
            heads.clear()
            head = article.title, article.key, source.authors, article.publisher, article.published
            heads[article.id] = head
        values = tuple(one.fields.get(key) or source.fields.get(key, "") for key in keys) if keys else ()
        return (
            *head, one.locator, one.quote, one.translated, one.code_words, one.link_words, one.coder_name, one.note_words,
            *values, statuses.get(one.status, one.status), None if one.confidence is None else one.confidence / 1000,
            one.created, one.modified, one.code_keys, one.link_keys, one.annotation, article.uuid, one.start, one.end,
            article.url,
        )  # fmt: skip

    return row


def table(gathered: Gathered) -> Sheet:
    """Make the table of passages."""
    language = gathered.language
    row = row_maker(gathered.fields, language)
    name = either(language, _TITLE[1], _TITLE[0])
    return Sheet(name, columns(gathered.fields), map(row, gathered.passages), gathered.count)


def sheets(gathered: Gathered) -> tuple[Sheet, Sheet]:
    """Make the sheets of a workbook of passages: the table, and where it comes from."""
    return table(gathered), provenance_sheet(gathered.provenance, gathered.language)
