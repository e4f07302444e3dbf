"""The evidence: how many passages link each instrument with each code, which they are, and the policy coding table (政策编码表).

A number counts passages: one coder's mark with both the code and a link to the instrument. Every number has its passages.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from db.exchange.passages import Gathered, Passage
from db.exchange.results import provenance_sheet
from db.exchange.tables import Cell, Column, Sheet
from db.locators import provision_order, spell, step_of
from db.records import Code, Instrument, either

UNIT = (
    "Passages: one coder's mark with both the code and a link to the instrument",
    "片段数：同一编码者标记的片段，既有该编码又关联该文书",
)
_RISKS = ("risk", "risk-group")
_TITLE, _CELLS, _POLICY = (
    ("Evidence matrix", "证据矩阵"),
    ("Cells and passages", "各格片段"),
    ("Policy coding table", "政策编码表"),
)
_ARTICLES, _ARTICLE_CELLS = ("Codes by article", "编码与文章"), ("Passages by article", "各文章片段")
_HEADS, _ARTICLE = ("Instrument", "政策文书"), ("Article", "文章")
_ALL = ("All passages", "全部片段")
_MOST_CODES = 16_000  # columns of a workbook, with some to spare
_CellRow = tuple[str, str, Passage]  # row and column in words, and one passage of the cell
_HOW = {"linked": ("linked", "关联"), "text": ("its own text", "文书原文")}


@dataclass(frozen=True, slots=True)
class Statutes:
    """Which articles are the text of an instrument, and in which chapter each of its articles (art19) stands: (ch2, label)."""

    texts: Mapping[int, int] = field(default_factory=dict)  # article -> instrument
    chapters: Mapping[int, Mapping[str, tuple[str, str]]] = field(default_factory=dict)  # instrument -> article -> chapter


def evidence(gathered: Gathered, statutes: Statutes, codes: Collection[int] | None = None) -> Iterator[Sheet]:
    """Make the sheets: the matrix, its cells with their passages, the policy coding table, codes by article with their
    passages, and where they come from.

    The columns of the matrix are `codes`, or else the risks that are used on linked passages; of the other, all that are used.
    """
    passages, language = gathered.kept(), gathered.language
    linked = [one for one in passages if one.links]
    wanted = _columns(gathered, linked, codes)
    by_cell = _cells(linked, wanted)
    yield _matrix(gathered, linked, wanted, by_cell)
    yield _cell_sheet(gathered, _HEADS, _CELLS, _instrument_cells(gathered, linked, wanted, by_cell))
    yield policy_table(passages, gathered.codes, gathered.instruments, statutes, language)
    yield from _by_article(gathered, passages, codes)
    yield provenance_sheet(gathered.provenance, language)


def _by_article(gathered: Gathered, passages: Sequence[Passage], codes: Collection[int] | None) -> Iterator[Sheet]:
    """Make the table of codes by article and the sheet of its cells."""
    by_cell: dict[tuple[int, int], list[Passage]] = {}
    articles: dict[int, list[Passage]] = {}
    for one in passages:
        articles.setdefault(one.source.article.id, []).append(one)
        for code in one.codes or (0,):
            by_cell.setdefault((one.source.article.id, code), []).append(one)
    used = {code for _article, code in by_cell}
    wanted = [key for key in gathered.codes if key in used and (codes is None or key in codes)][:_MOST_CODES]
    language = gathered.language
    named = [gathered.codes[key] for key in wanted]
    columns = (
        Column("article", *_ARTICLE, 40), Column("key", "Key", "短名", 14),
        *(Column(code.key, code.label("en"), code.label("zh"), 14) for code in named), Column("all", *_ALL, 12),
    )  # fmt: skip
    heads = {key: (found[0].source.article.title or found[0].source.article.key) for key, found in articles.items()}
    rows: Iterator[tuple[Cell, ...]] = (
        (heads[key], found[0].source.article.key, *(len(by_cell.get((key, code), ())) for code in wanted), len(found))
        for key, found in articles.items()
    )
    yield Sheet(either(language, *_ARTICLES[::-1]), columns, rows, len(articles))
    cells = _parted(gathered, articles, heads, wanted, by_cell)
    yield _cell_sheet(gathered, _ARTICLE, _ARTICLE_CELLS, cells)


def _instrument_cells(
    gathered: Gathered, linked: Sequence[Passage], wanted: Sequence[int], by_cell: Mapping[tuple[int, int], list[Passage]]
) -> list[_CellRow]:
    by_instrument: dict[int, list[Passage]] = {}
    for one in linked:
        for instrument in dict.fromkeys(link.instrument for link in one.links):
            by_instrument.setdefault(instrument, []).append(one)
    ordered = {key: by_instrument[key] for key in gathered.instruments if key in by_instrument}
    heads = {key: gathered.instruments[key].title(gathered.language) for key in ordered}
    return _parted(gathered, ordered, heads, wanted, by_cell)


def _parted(
    gathered: Gathered, rows: Mapping[int, Sequence[Passage]], heads: Mapping[int, str], wanted: Sequence[int],
    by_cell: Mapping[tuple[int, int], Sequence[Passage]],
) -> list[_CellRow]:  # fmt: skip
    """Give the passages of each cell; those that count in their row alone stand under no code, so that all are there."""
    columns, found = set(wanted), []
    for row, passages in rows.items():
        for code in wanted:
            label = gathered.codes[code].label(gathered.language)
            found += [(heads[row], label, one) for one in by_cell.get((row, code), ())]
        found += [(heads[row], "", one) for one in passages if columns.isdisjoint(one.codes)]
    return found


def _columns(gathered: Gathered, linked: Sequence[Passage], codes: Collection[int] | None) -> list[int]:
    used = {code for one in linked for code in one.codes}
    if codes is not None:
        return [key for key in gathered.codes if key in codes]
    return [key for key, code in gathered.codes.items() if key in used and code.kind in _RISKS]


def _cells(linked: Sequence[Passage], wanted: Sequence[int]) -> dict[tuple[int, int], list[Passage]]:
    by_cell: dict[tuple[int, int], list[Passage]] = {}
    columns = set(wanted)
    for one in linked:
        for instrument in dict.fromkeys(link.instrument for link in one.links):
            for code in columns.intersection(one.codes):
                by_cell.setdefault((instrument, code), []).append(one)
    return by_cell


def _matrix(
    gathered: Gathered, linked: Sequence[Passage], wanted: Sequence[int], by_cell: Mapping[tuple[int, int], Sequence[Passage]]
) -> Sheet:
    language = gathered.language
    codes = [gathered.codes[key] for key in wanted]
    columns = (
        Column("instrument", *_HEADS, 40),
        *(Column(code.key, code.label("en"), code.label("zh"), 14) for code in codes),
        Column("all", *_ALL, 12),
    )
    totals: dict[int, int] = {}
    for one in linked:
        for instrument in {link.instrument for link in one.links}:
            totals[instrument] = totals.get(instrument, 0) + 1
    rows: list[tuple[Cell, ...]] = [
        (instrument.title(language), *(len(by_cell.get((key, code), ())) for code in wanted), totals[key])
        for key, instrument in gathered.instruments.items()
        if key in totals
    ]
    return Sheet(either(language, _TITLE[1], _TITLE[0]), columns, rows, len(rows))


def _cell_sheet(gathered: Gathered, head: tuple[str, str], title: tuple[str, str], cells: Sequence[_CellRow]) -> Sheet:
    language, fields = gathered.language, gathered.fields
    columns = (
        Column("row", *head, 32), Column("code", "Code", "编码", 24), Column("key", "Key", "短名", 14),
        Column("locator", "Place", "位置", 14), Column("quote", "Quotation", "原文", 60),
        Column("translations", "Translation", "译文", 40), Column("codes", "All its codes", "全部编码", 28), *fields,
        Column("coder", "Coder", "编码者", 10), Column("annotation", "Annotation id", "批注标识", 14),
    )  # fmt: skip

    def rows() -> Iterator[tuple[Cell, ...]]:
        for row, code, one in cells:
            values = (one.fields.get(column.key) or one.source.fields.get(column.key, "") for column in fields)
            yield (
                row, code, one.source.article.key, one.locator, one.quote, one.translated, one.code_words, *values,
                one.coder_name, one.annotation,
            )  # fmt: skip

    return Sheet(either(language, *title[::-1]), columns, rows(), len(cells))


@dataclass(frozen=True, slots=True)
class _Coded:
    """One passage at one provision of an instrument; `how` is a key of _HOW."""

    provision: str
    written: str
    chapter: tuple[str, str]
    passage: Passage
    how: str


def policy_table(
    passages: Sequence[Passage], codes: Mapping[int, Code], instruments: Mapping[int, Instrument], statutes: Statutes,
    language: str,
) -> Sheet:  # fmt: skip
    """Make the policy coding table: a row for each code at each provision, numbered policy–chapter–article as far as known.

    It holds passages linked to an instrument, and those marked in an article that is its text; names are in both languages.
    """
    columns = (
        Column("number", "Coding no.", "编码编号", 12), Column("policy", "Policy no.", "政策编号", 8),
        Column("title_zh", "Title (Chinese)", "政策名称（中文）", 32),
        Column("title_en", "Title (English)", "政策名称（英文）", 32),
        Column("date", "Date", "日期", 12, dates=True),
        Column("chapter", "Chapter", "章", 14), Column("provision", "Article", "条款", 16),
        Column("written", "As written", "条款（原样）", 14), Column("quote", "Quotation", "内容", 60),
        Column("code_zh", "Code (Chinese)", "编码（中文）", 24), Column("code_en", "Code (English)", "编码（英文）", 24),
        Column("code_id", "Code id", "编码标识", 16), Column("how", "Passage is", "片段来源", 10),
        Column("key", "Key", "短名", 14), Column("locator", "Place", "位置", 14), Column("coder", "Coder", "编码者", 10),
        Column("annotation", "Annotation id", "批注标识", 14),
    )  # fmt: skip
    by_instrument = _coded(passages, statutes)

    def rows() -> Iterator[tuple[Cell, ...]]:
        policies = (key for key in instruments if key in by_instrument)
        for number, key in enumerate(policies, 1):
            for one in sorted(by_instrument[key], key=_in_order):
                for code in one.passage.codes or (None,):
                    yield _policy_row(number, instruments[key], one, None if code is None else codes[code], language)

    count = sum(max(1, len(one.passage.codes)) for several in by_instrument.values() for one in several)
    return Sheet(either(language, _POLICY[1], _POLICY[0]), columns, rows(), count)


def _coded(passages: Sequence[Passage], statutes: Statutes) -> dict[int, list[_Coded]]:
    found: dict[int, list[_Coded]] = {}
    for one in passages:
        places = [(link.instrument, link.canonical, link.locator, "linked") for link in one.links]
        own = statutes.texts.get(one.source.article.id)
        if own is not None:
            places.append((own, one.place, one.locator, "text"))
        for instrument, canonical, written, how in dict.fromkeys(places):
            chapter = statutes.chapters.get(instrument, {}).get(canonical.partition("/")[0].partition("..")[0], ("", ""))
            found.setdefault(instrument, []).append(_Coded(canonical, written, chapter, one, how))
    return found


def _in_order(one: _Coded) -> tuple[object, ...]:
    chapter = provision_order(one.chapter[0]) if one.chapter[0] else (0,)
    group = provision_order(one.provision, one.written)
    return group[0], chapter, group, one.how, one.passage.source.article.id, one.passage.start or 0


def _policy_row(number: int, instrument: Instrument, one: _Coded, code: Code | None, language: str) -> tuple[Cell, ...]:
    steps = dict(map(step_of, reversed(one.provision.partition("+")[0].split("/")))) if one.provision else {}
    chapter = dict(map(step_of, one.chapter[0].split("/"))).get("ch", "") if one.chapter[0] else steps.get("ch", "")
    coding = "-".join(filter(None, (str(number), chapter, steps.get("art", ""))))
    passage, (en, zh) = one.passage, _HOW[one.how]
    return (
        coding, number, instrument.title_zh, instrument.title_en, instrument.date,
        one.chapter[1] or (spell(f"ch{chapter}", language) if chapter else ""),
        spell(one.provision, language) if one.provision else "", one.written, passage.quote,
        code.label("zh") if code else "", code.label("en") if code else "", code.key if code else "",
        either(language, zh, en), passage.source.article.key, passage.locator, passage.coder_name, passage.annotation,
    )  # fmt: skip
