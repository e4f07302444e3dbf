"""Reports of passages by code, instrument, article or coder: what was asked, an overview, the passages, the references."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Literal, get_args

from db.exchange.citations import Pieces, Style, instrument_work, reference, work_of
from db.exchange.documents import Block, Paragraph, Run, Table, labelled, plain, write_docx
from db.exchange.pages import write_html, write_markdown
from db.exchange.passages import STATUSES, Gathered, Passage
from db.exchange.report import FidelityReport
from db.exchange.results import moment_of
from db.exchange.tables import Column
from db.locators import provision_order, spell
from db.records import Progress, either, no_progress

By = Literal["code", "instrument", "article", "coder"]
WAYS: tuple[By, ...] = get_args(By)
FORMATS = ("docx", "html", "md")
_TITLES: Mapping[By, tuple[str, str]] = {
    "code": ("Passages by code", "各编码下的片段"),
    "instrument": ("Passages by instrument", "各政策文书下的片段"),
    "article": ("Passages by article", "各文章的片段"),
    "coder": ("Passages by coder", "各编码者的片段"),
}
_HEADS: Mapping[By, tuple[str, str]] = {
    "code": ("Code", "编码"), "instrument": ("Instrument", "政策文书"), "article": ("Article", "文章"),
    "coder": ("Coder", "编码者"),
}  # fmt: skip
_NONE: Mapping[By, tuple[str, str]] = {
    "code": ("Not yet coded", "尚未编码"),
    "instrument": ("Without an instrument", "未关联政策文书"),
    "article": ("", ""),
    "coder": ("", ""),
}
_OVERVIEW, _REFERENCES = ("Overview", "概览"), ("References", "参考文献")
_NOWHERE, _NOTHING = ("No provision given", "未注明条款"), ("There are no passages.", "没有片段。")
_DEFINITION, _STATUS = ("Definition", "定义"), ("Place", "位置")
_DETAILS = (
    ("translated", "Translation", "译文"), ("code_words", "Codes", "编码"), ("link_words", "Instruments", "政策文书"),
    ("note_words", "Notes", "笔记"), ("coder_name", "Coder", "编码者"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Group:
    """One chapter: its heading, what stands under it, and its passages, some of them in sections of their own."""

    title: str
    about: tuple[Block, ...]
    sections: tuple[tuple[str, tuple[Passage, ...]], ...]

    @property
    def passages(self) -> list[Passage]:
        return [passage for _title, several in self.sections for passage in several]


def write_report(
    path: Path, gathered: Gathered, form: str, *, by: By = "code", style: Style = "gb7714", progress: Progress = no_progress
) -> FidelityReport:
    """Write a report in one of FORMATS; `progress` counts blocks, or pieces of a page.

    A passage with several codes or instruments stands under each of them. Raises FolderMissing, NotWritten, and what
    `progress` raises to stop, which leaves the file that was there.
    """
    language, told = gathered.language, gathered.report
    title = _word(_TITLES[by], language)
    blocks = report(gathered, by, style)
    if form == "docx":
        when = moment_of(gathered.provenance.at)
        return write_docx(path, blocks, title=title, language=language, created=when, report=told, progress=progress)
    if form == "html":
        return write_html(path, blocks, title=title, language=language, report=told, progress=progress)
    return write_markdown(path, blocks, language=language, report=told, progress=progress)


def report(gathered: Gathered, by: By, style: Style) -> Iterator[Block]:
    """Give the blocks of a report."""
    language = gathered.language
    passages = gathered.kept()
    groups = [group for group in _groups(gathered, passages, by, style) if group.sections]
    colon = either(language, "：", ": ")
    yield plain(_word(_TITLES[by], language), "Title")
    for label, value in gathered.provenance.rows(language):
        yield labelled(label + colon, value)
    if not passages:
        yield plain(_word(_NOTHING, language))
        return
    yield _overview(groups, by, language)
    row = _Details(gathered)
    for group in groups:
        yield plain(group.title, "Heading 1")
        yield from group.about
        for title, several in group.sections:
            if title:
                yield plain(title, "Heading 2")
            for passage in several:
                yield from row.blocks(passage)
    yield from _references(passages, style, language)


def _overview(groups: Sequence[_Group], by: By, language: str) -> Table:
    columns = (
        Column("group", *_HEADS[by], 48),
        Column("passages", "Passages", "片段", 12, right=True),
        Column("articles", "Articles", "文章", 12, right=True),
    )
    rows = [(one.title, len(one.passages), len({each.source.article.id for each in one.passages})) for one in groups]
    return Table(columns, rows, _word(_OVERVIEW, language))


# Chapters


def _groups(gathered: Gathered, passages: Sequence[Passage], by: By, style: Style) -> Iterator[_Group]:
    makers: Mapping[By, Callable[[Gathered, Sequence[Passage], Style], Iterator[_Group]]] = {
        "code": _by_code, "instrument": _by_instrument, "article": _by_article, "coder": _by_coder,
    }  # fmt: skip
    yield from makers[by](gathered, passages, style)
    if title := _word(_NONE[by], gathered.language):
        left = [one for one in passages if not (one.codes if by == "code" else one.links)]
        yield _Group(title, (), _articles(left))


def _articles(passages: Iterable[Passage]) -> tuple[tuple[str, tuple[Passage, ...]], ...]:
    """Part passages by article."""
    return tuple(
        (several[0].source.article.title or several[0].source.article.key, several)
        for several in (tuple(found) for _key, found in groupby(passages, key=_article_of))
    )


def _article_of(passage: Passage) -> int:
    return passage.source.article.id


def _by_code(gathered: Gathered, passages: Sequence[Passage], _style: Style) -> Iterator[_Group]:
    language = gathered.language
    by_code: defaultdict[int, list[Passage]] = defaultdict(list)
    for one in passages:
        for key in one.codes:
            by_code[key].append(one)
    for key, code in gathered.codes.items():
        if key in by_code:
            words = code.definition(language)
            label = _word(_DEFINITION, language) + either(language, "：", ": ")
            yield _Group(code.label(language), (labelled(label, words),) if words else (), _articles(by_code[key]))


def _by_instrument(gathered: Gathered, passages: Sequence[Passage], style: Style) -> Iterator[_Group]:
    """Part passages by instrument and, in the order of its provisions, by the locator of the link."""
    language = gathered.language
    found: defaultdict[int, defaultdict[tuple[str, str], dict[str, Passage]]] = defaultdict(lambda: defaultdict(dict))
    for one in passages:
        for link in one.links:
            found[link.instrument][link.canonical, "" if link.canonical else link.locator][one.annotation] = one
    for key, instrument in gathered.instruments.items():
        if key in found:
            places = sorted(found[key], key=lambda place: (provision_order(*place), place[1]))
            sections = tuple((_provision(*place, language), tuple(found[key][place].values())) for place in places)
            about = _referring(reference(instrument_work(instrument, language), style))
            yield _Group(instrument.title(language), (about,), sections)


def _provision(canonical: str, written: str, language: str) -> str:
    return spell(canonical, language) if canonical else written or _word(_NOWHERE, language)


def _by_article(_gathered: Gathered, passages: Sequence[Passage], style: Style) -> Iterator[_Group]:
    for title, several in _articles(passages):
        yield _Group(title, (_referring(reference(work_of(several[0].source.article), style)),), (("", several),))


def _by_coder(gathered: Gathered, passages: Sequence[Passage], _style: Style) -> Iterator[_Group]:
    by_coder: defaultdict[int, list[Passage]] = defaultdict(list)
    for one in passages:
        by_coder[one.coder].append(one)
    for key, name in gathered.coders.items():
        yield _Group(name, (), _articles(by_coder[key]))


def _referring(pieces: Pieces) -> Paragraph:
    return Paragraph(tuple(Run(piece.text, italic=piece.italic) for piece in pieces))


# Passages


class _Details:
    """Makes the blocks of a passage: its words with the citation, then what was said of them."""

    def __init__(self, gathered: Gathered) -> None:
        self._language = language = gathered.language
        self._colon = either(language, "：", ": ")
        self._fields = [(column.key, column.title(language)) for column in gathered.fields]
        self._labels = [(name, either(language, zh, en)) for name, en, zh in _DETAILS]
        self._statuses = {name: either(language, zh, en) for name, (en, zh) in STATUSES.items()}

    def blocks(self, one: Passage) -> Iterator[Block]:
        """Give the blocks of one passage."""
        cited = Run(("" if self._language.startswith("zh") else " ") + one.citation, pandoc=one.pandoc)
        lines = [line for line in one.quote.split("\n") if line.strip()]
        spoken = one.source.article.language
        for line in lines[:-1]:
            yield Paragraph((Run(line),), "Quote", spoken)
        if lines:
            yield Paragraph((Run(lines[-1]), cited), "Quote", spoken)
        else:
            yield Paragraph((Run(one.citation, pandoc=one.pandoc),))
        told = [(label, getattr(one, name)) for name, label in self._labels]
        told += [(label, one.fields.get(key, "")) for key, label in self._fields]
        if one.status in ("review", "gone"):
            told.append((_word(_STATUS, self._language), self._statuses[one.status]))
        runs: list[Run] = []
        for label, words in told:
            if words:
                runs += [*[Run("\n")][: len(runs)], Run(label + self._colon, bold=True), Run(words)]
        yield Paragraph(tuple(runs))


def _references(passages: Sequence[Passage], style: Style, language: str) -> Iterator[Block]:
    yield plain(_word(_REFERENCES, language), "Heading 1")
    articles = {one.source.article.id: one.source.article for one in passages}
    for number, article in enumerate(articles.values(), 1):
        pieces = reference(work_of(article), style)
        head = (Run(f"[{number}] "),) if style == "gb7714" else ()
        yield Paragraph((*head, *_referring(pieces).runs))


def _word(titles: tuple[str, str], language: str) -> str:
    return either(language, titles[1], titles[0])
