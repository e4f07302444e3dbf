"""What a query finds as something to take away: a table of hits or a concordance, with the query and where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby, repeat
from operator import attrgetter
from pathlib import Path

from db.exchange.documents import Block, Paragraph, Run, Table, labelled, plain, write_docx
from db.exchange.report import FidelityReport
from db.exchange.tables import Cell, Column, Sheet, say, write_csv, write_xlsx
from db.records import Progress, either, no_progress

FORMATS = {"csv": ".csv", "xlsx": ".xlsx", "docx": ".docx"}
# The kinds of hits in the order they are given, with their titles in English and Chinese.
KIND_TITLES = {
    "passage": ("Passages", "片段"),
    "article": ("Articles", "文章"),
    "note": ("Notes", "笔记"),
    "instrument": ("Instruments", "政策文书"),
    "code": ("Codes", "编码"),
}
_HITS, _CONCORDANCE, _PROVENANCE = ("Search results", "检索结果"), ("Concordance", "语境索引"), ("Provenance", "出处")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_COUNTED = {**KIND_TITLES, "line": ("Lines", "行数")}
_ONLY_QUERY = "A CSV file holds one table, so of its provenance only the query stands in it, in the last column."


@dataclass(frozen=True, slots=True)
class Found:
    """One hit in words: a passage, or another record with the same columns; start and end are code points."""

    kind: str
    title: str = ""
    key: str = ""
    authors: str = ""
    publisher: str = ""
    published: str = ""
    locator: str = ""
    quote: str = ""
    codes: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    coder: str = ""
    notes: tuple[str, ...] = ()
    translations: tuple[str, ...] = ()
    annotation: str = ""
    start: int | None = None
    end: int | None = None
    citation: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """One line of a concordance in words; start and end are code points, `annotations` ids of those that overlap it."""

    title: str
    key: str
    published: str
    locator: str
    left: str
    match: str
    right: str
    start: int
    end: int
    annotations: tuple[str, ...] = ()
    citation: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a result comes from; `sentence` is the query in words, `counts` how many of each kind, `at` when (ISO 8601).

    `unit` says what a row or a number counts, where that is not plain.
    """

    query: str
    sentence: str
    counts: tuple[tuple[str, int], ...]
    project: str
    coder: str
    at: str
    program: str
    codebooks: tuple[str, ...]
    unit: str = ""

    def rows(self, language: str) -> list[tuple[str, str]]:
        """Give it as labels and values, without those that are empty."""
        several = "；" if language.startswith("zh") else "; "
        counts = several.join(f"{_word(_COUNTED[kind], language)} {count}" for kind, count in self.counts)
        found = (
            (("Query", "检索式"), self.query),
            (("In words", "检索式释义"), self.sentence),
            (("Found", "结果数"), counts),
            (("Unit", "单位"), self.unit),
            (("Project", "项目"), self.project),
            (("Exported by", "导出者"), self.coder),
            (("Date", "日期"), self.at),
            (("Program", "程序"), self.program),
            (("Codebooks", "编码本"), several.join(self.codebooks)),
        )
        return [(_word(label, language), value) for label, value in found if value]


@dataclass(frozen=True, slots=True)
class Result:
    """What a query finds, with rows that are read once: Found in the order of kinds and articles, or Context.

    `report` is completed while the rows are read.
    """

    provenance: Provenance
    rows: Iterable[Found] | Iterable[Context]
    count: int
    language: str
    concordance: bool = False
    report: FidelityReport = field(default_factory=FidelityReport)

    @property
    def title(self) -> str:
        """What it is called, as a heading."""
        return _word(_CONCORDANCE if self.concordance else _HITS, self.language)


FOUND_COLUMNS = (
    Column("kind", "Kind", "类型", 8), Column("title", "Article", "文章", 32), Column("key", "Key", "短名", 14),
    Column("authors", "Authors", "作者", 16), Column("publisher", "Publisher", "发布者", 16),
    Column("published", "Published", "发布日期", 12, dates=True), Column("locator", "Place", "位置", 16),
    Column("quote", "Quotation", "原文", 60), Column("codes", "Codes", "编码", 28),
    Column("instruments", "Instruments", "政策文书", 28), Column("coder", "Coder", "编码者", 10),
    Column("notes", "Notes", "笔记", 32), Column("translations", "Translation", "译文", 40),
    Column("annotation", "Annotation id", "批注标识", 14), Column("start", "Start", "起点", 8), Column("end", "End", "终点", 8),
)  # fmt: skip
CONTEXT_COLUMNS = (
    Column("title", "Article", "文章", 24), Column("key", "Key", "短名", 14),
    Column("published", "Published", "发布日期", 12, dates=True),
    Column("locator", "Place", "位置", 16),
    Column("left", "Left", "左文", 36, right=True),
    Column("match", "Match", "命中", 14),
    Column("right", "Right", "右文", 36), Column("start", "Start", "起点", 8), Column("end", "End", "终点", 8),
    Column("annotations", "Annotation ids", "批注标识", 14),
)  # fmt: skip
_QUERY = Column("query", "Query", "检索式", 24)
_TITLES = {column.key: (column.title_en, column.title_zh) for column in FOUND_COLUMNS}


def write(path: Path, result: Result, form: str, *, excel: bool = False, progress: Progress = no_progress) -> FidelityReport:
    """Write a result in one of FORMATS, with its query; `excel` puts a BOM before CSV. `progress` counts rows or paragraphs.

    Raises FolderMissing, NotWritten and what `progress` raises to stop; nothing is left then but the file that was there.
    """
    told = {"language": result.language, "report": result.report, "progress": progress}
    if form == "csv":
        write_csv(path, _with_query(result), excel=excel, **told)  # type: ignore[arg-type]
        result.report.dropped["provenance"] += 1
        result.report.reasons.append(say(result.language, _ONLY_QUERY))
        return result.report
    about = {"title": result.title, "created": moment_of(result.provenance.at)}
    if form == "xlsx":
        return write_xlsx(path, (table(result), provenance_sheet(result.provenance, result.language)), **about, **told)  # type: ignore[arg-type]
    return write_docx(path, document(result), **about, **told)  # type: ignore[arg-type]


def table(result: Result) -> Sheet:
    """Make the table of a result."""
    columns = CONTEXT_COLUMNS if result.concordance else FOUND_COLUMNS
    row = _row_maker(columns, result.language)
    return Sheet(result.title, columns, map(row, result.rows), result.count)


def provenance_sheet(provenance: Provenance, language: str) -> Sheet:
    """Make the sheet that says where a result comes from."""
    columns = (Column("what", "What", "条目", 18), Column("value", "Value", "内容", 80))
    return Sheet(_word(_PROVENANCE, language), columns, provenance.rows(language))


def document(result: Result) -> Iterator[Block]:
    """Make the document of a result: title, provenance, and passages by article, or the concordance as a table."""
    language = result.language
    yield plain(result.title, "Title")
    colon = "：" if language.startswith("zh") else ": "
    said = replace(result.provenance, at=_moment_said(result.provenance.at, language))
    for label, value in said.rows(language):
        yield labelled(label + colon, value)
    if result.concordance:
        yield _concordance(result)
        return
    several = sum(count > 0 for _kind, count in result.provenance.counts) > 1
    before = ""
    for (kind, *_article), hits in groupby(result.rows, key=_article_of):
        if several and kind != before:
            yield plain(_word(KIND_TITLES[kind], language), "Heading 1")
        before = kind
        yield from _of_article([hit for hit in hits if isinstance(hit, Found)], language, several)


def _concordance(result: Result) -> Table:
    keys = ("left", "match", "right")
    source = Column("citation", "Source", "来源", 22)
    columns = (*(column for column in CONTEXT_COLUMNS if column.key in keys), source)
    return Table(columns, map(_row_maker(columns, result.language), result.rows), result.provenance.query)


def _of_article(hits: Sequence[Found], language: str, below: bool) -> Iterator[Block]:
    first = hits[0]
    if first.title or (first.key and first.kind in ("passage", "article", "note")):
        yield plain(first.title or first.key, "Heading 2" if below else "Heading 1")
        facts = "  ".join(filter(None, (first.authors, first.publisher, first.published, first.key)))
        yield plain(facts)
    for hit in hits:
        yield from _of_hit(hit, language)


def _of_hit(hit: Found, language: str) -> Iterator[Block]:
    named = {"code": hit.codes, "instrument": hit.instruments}.get(hit.kind)
    if named is not None:
        yield Paragraph((Run("、".join(named), bold=True),), "List Bullet")
        yield from (plain(line, "Quote") for line in hit.quote.split("\n") if line.strip())
        return
    if lines := [line for line in hit.quote.split("\n") if line.strip()]:
        space = "" if language.startswith("zh") else " "
        lines[-1] = f"{lines[-1]}{space}{hit.citation}".strip()
    yield from (plain(line, "Quote") for line in lines)
    colon = "：" if language.startswith("zh") else ": "
    runs: list[Run] = []
    for key in ("translations", "codes", "instruments", "notes", "coder"):
        if words := _cell(key, getattr(hit, key), language):
            runs += [Run("\n" * bool(runs) + _word(_TITLES[key], language) + colon, bold=True), Run(str(words))]
    if runs:
        yield Paragraph(tuple(runs))


def _row_maker(columns: Sequence[Column], language: str) -> Callable[[Found | Context], tuple[Cell, ...]]:
    keys = tuple(column.key for column in columns)
    values = attrgetter(*keys)

    def row(found: Found | Context) -> tuple[Cell, ...]:
        return tuple(map(_cell, keys, values(found), repeat(language)))

    return row


def _cell(key: str, value: str | int | tuple[str, ...] | None, language: str) -> Cell:
    if isinstance(value, tuple):
        return "\n".join(value) if key in ("notes", "translations") else _several(value, language)
    return _word((str(value), KIND_TITLES[str(value)][1]), language) if key == "kind" else value


def _with_query(result: Result) -> Sheet:
    """Make the table of a result with the query in a last column."""
    made, query = table(result), (result.provenance.query,)
    return Sheet(made.name, (*made.columns, _QUERY), ((*row, *query) for row in made.rows), made.count)


def _several(values: Sequence[str], language: str) -> str:
    return ("；" if language.startswith("zh") else "; ").join(filter(None, values))


def _word(titles: tuple[str, str], language: str) -> str:
    return either(language, titles[1], titles[0])


def _article_of(found: Found | Context) -> tuple[str, str, str]:
    return getattr(found, "kind", ""), found.key, found.title


def _moment_said(at: str, language: str) -> str:
    """Say a moment as a person reads it, to the minute and with its distance from UTC; what is none stays as it is."""
    moment = moment_of(at)
    if moment is None or len(at) <= len("2026-01-31"):
        return at
    offset = moment.strftime("%z")
    zone = "" if not offset else " UTC" if offset == "+0000" else f" UTC{offset[:3]}:{offset[3:]}"
    day = (f"{moment.year}年{moment.month}月{moment.day}日", f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}")
    return f"{_word(day[::-1], language)} {moment:%H:%M}{zone}"


def moment_of(at: str) -> datetime | None:
    """Read a moment in ISO 8601; None if it is none."""
    try:
        return datetime.fromisoformat(at)
    except ValueError:
        return None
