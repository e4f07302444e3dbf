"""Agreement of coders in words: what is compared, the units behind a number with what each coder said there, and how it leaves.

Reads over a store and changes nothing.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Self

from db.analysis.agreement import NAMES, THRESHOLDS, Name, band, kappa_max
from db.analysis.matrix import Cell, Comparison, Kind, Measured, Options, Row, compare
from db.analysis.units import Material
from db.annotations import Annotations
from db.articles import Articles
from db.changes import now
from db.codebook import Codes
from db.codings import FINISHED, Codings
from db.exchange.agreement_tables import MEASURES, Agreement, Figure, Line, Unit
from db.exchange.report import FidelityReport
from db.exchange.tables import say
from db.fields import Fields
from db.locators import Paragraphs
from db.notes import Notes
from db.records import Annotation, AnnotationId, ArticleId, Code, CodeId, CoderId, Note, Progress, Remark, either, no_progress
from db.search.searcher import Searcher
from db.sharing.passages import coder_names, provenance
from db.store import Store
from db.units import widened

_BATCH = 500  # units whose annotations are read together
_KEPT = 8_000_000  # code points of texts that are kept at hand
_LONGEST = 1_200  # code points of a unit that are told
_BEFORE = 200
_DIGITS, _PAIR = 6, 2
_READING = 200  # thousandths of the progress that gathering the codings takes
_CODERS = (
    # Most rows are counted, so the table is read as it lies, once.
    "WITH finished AS MATERIALIZED (SELECT coder, count(*) AS articles FROM article_status NOT INDEXED"
    " WHERE status IN (SELECT value FROM json_each(?)) GROUP BY coder)"
    " SELECT c.id, c.name, c.initials, ifnull(articles, 0) FROM coder c LEFT JOIN finished ON finished.coder = c.id"
    " WHERE articles > 0 OR EXISTS (SELECT 1 FROM annotation a WHERE a.coder = c.id) ORDER BY c.id"
)
_WORDS = {
    "coders": ("Coders compared", "参与比较的编码者"),
    "measures": ("Measures", "指标"),
    "interval": ("Interval", "区间"),
    "reading": ("Reading", "评价"),
    "offered": ("Accepted suggestions", "已采纳的建议"),
    "articles": ("Articles", "文章"),
    "left out": ("Left out", "未计入"),
    "rule": ("What counts", "计数规则"),
    "listed": ("Units listed", "所列单位"),
}
_UNITS = {
    "sentence": ("sentence", "句"), "paragraph": ("paragraph", "段"), "article": ("article", "文章"),
    "character": ("character", "字"),
}  # fmt: skip
_RULE = (
    "a unit has a code from each coder who marked any of it; what is not marked is a no where the coder coded or checked the"
    " article",
    "编码者标注了某单位的任何一部分，即视为对该单位使用了该编码；文章由该编码者编码完成或核对过的，未标注的单位视为未使用",
)
_RUNNING = (
    "headings and the line that says the article's title are no units, unless one of these coders marked any of them",
    "标题以及重复文章题名的首行不算单位，除非参与比较的编码者标注过其中任何一部分",
)
_LISTED = (
    "those that any of the coders gave the code; those that none did are only counted",
    "至少一位编码者使用了该编码的单位；无人使用的只计数",
)


@dataclass(frozen=True, slots=True)
class Contributor:
    """A coder who can be compared, and how many articles they coded or checked."""

    id: CoderId
    name: str
    initials: str
    finished: int


@dataclass(frozen=True, slots=True)
class Voice:
    """What one coder who finished the article said of a unit: passages (code points; None of a whole article) and notes."""

    coder: CoderId
    name: str
    annotations: tuple[AnnotationId, ...]
    passages: tuple[tuple[int, int] | None, ...]
    quotes: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def gave(self) -> bool:
        """Whether this coder gave the code."""
        return bool(self.annotations)


@dataclass(frozen=True, slots=True)
class Told:
    """A unit in words: its article, its place, and `text`, which begins at code point `at`; none for whole articles.

    `code` is the label of the code that it is about.
    """

    cell: Cell
    title: str
    key: str
    locator: str
    text: str
    at: int
    voices: tuple[Voice, ...]
    code: str = ""

    @property
    def exact(self) -> str:
        """The unit alone, as far as it is told."""
        return self.text[max(0, self.cell.start - self.at) : max(0, self.cell.end - self.at)]


def contributors(store: Store) -> list[Contributor]:
    """List the coders who have annotations or finished an article, in the order they came."""
    return [Contributor(CoderId(row[0]), *row[1:]) for row in store.rows(_CODERS, (json.dumps(FINISHED),))]


class Compared:
    """Compares coders for one reader, in a language; the private notes of others are never read, own ones where asked.

    `anonymous` puts "Coder 1" and so on for names, in the order of the coders' ids, which is the same in every copy.
    """

    def __init__(
        self, store: Store, *, me: int = 0, language: str = "en", private: bool = False, anonymous: bool = False
    ) -> None:
        self._store, self._me, self._language, self._private = store, me, language, private
        self._notes = notes = Notes(store)
        self._annotations = Annotations(store, notes, Fields(store))
        self._articles = Articles(store)
        self._pages: OrderedDict[ArticleId, tuple[str, Paragraphs]] = OrderedDict()
        self._held = 0  # code points of these
        self._names = coder_names(store, language, anonymous=anonymous)
        self._anonymous = anonymous

    @classmethod
    def over(cls, searcher: Searcher, path: Path, *, me: int = 0, language: str = "en", private: bool = False) -> Self:
        """Compare over a searcher's connection."""
        return cls(Store(searcher.connection, path, None), me=me, language=language, private=private)

    def comparison(
        self, coders: Sequence[CoderId], options: Options, *, below: bool = False, progress: Progress = no_progress
    ) -> Comparison:
        """Compare coders; `below` takes with the codes of the options those below them that were used.

        `progress` counts thousandths. Raises Refused, and what `progress` raises.
        """

        def gathering(done: int, total: int) -> None:
            progress(_READING * done // max(total, 1), 1_000)

        def comparing(done: int, total: int) -> None:
            progress(_READING + (1_000 - _READING) * done // max(total, 1), 1_000)

        material = Codings(self._store).material(coders, progress=gathering)
        chosen = options.codes
        if chosen is not None and below:
            options = replace(options, codes=_with_below(material, chosen))
        found = compare(material, options, comparing)
        return _without_empty(found) if chosen is not None and below else found

    def codes(self) -> list[Code]:
        """List the codes of the project in reading order."""
        return Codes(self._store).all()

    def units(self, comparison: Comparison, row: Row, kind: Kind, first: int, most: int, progress: Progress) -> list[Told]:
        """Tell so many of the units of one kind behind a row, from the first on; `progress` counts units."""
        found: list[Told] = []
        for told in self.told(comparison, islice(self._watched(comparison.cells(row, kind), progress), first, first + most)):
            progress(len(found), most)
            found.append(told)
        return found

    @staticmethod
    def _watched(cells: Iterable[Cell], progress: Progress) -> Iterator[Cell]:
        for number, cell in enumerate(cells):
            if number % _BATCH == 0:
                progress(0, 0)
            yield cell

    def told(self, comparison: Comparison, cells: Iterable[Cell]) -> Iterator[Told]:
        """Yield units in words; those of articles that were removed since are left out."""
        waiting, labels = iter(cells), {code.id: code.label(self._language) or code.key for code in self.codes()}
        while batch := list(islice(waiting, _BATCH)):
            keys = list({key for cell in batch for several in cell.annotations.values() for key in several})
            annotations = {each.id: each for each in self._annotations.several(keys)}
            articles = self._articles.several({cell.article for cell in batch})
            for cell in batch:
                if cell.article not in articles:
                    continue
                article = articles[cell.article]
                text, page = self._page(cell.article, article.title)
                voices = tuple(
                    self._voice(coder, [annotations[key] for key in cell.annotations[coder] if key in annotations], text)
                    for coder in comparison.coders
                    if coder in cell.annotations
                )
                whole = comparison.options.unit == "article"
                start, end = (0, 0) if whole else _shown(text, cell, voices, comparison.options.unit)
                locator = "" if whole else page.place(cell.start, cell.end).spelled(self._language)
                label = labels.get(cell.code, "")
                yield Told(cell, article.title, article.key, locator, text[start:end], start, voices, label)

    def _page(self, article: ArticleId, title: str) -> tuple[str, Paragraphs]:
        """Give the newest text of an article; units come article by article, but code after code."""
        if article not in self._pages:
            version = self._articles.version(article)
            self._pages[article] = version.text, Paragraphs(version.text, version.layout, title)
            self._held += len(version.text)
            while len(self._pages) > 1 and self._held > _KEPT:
                self._held -= len(self._pages.popitem(last=False)[1][0])
        self._pages.move_to_end(article)
        return self._pages[article]

    def _voice(self, coder: CoderId, annotations: Sequence[Annotation], text: str) -> Voice:
        spans = tuple(None if each.start is None or each.end is None else (each.start, each.end) for each in annotations)
        quotes = tuple("" if span is None else text[span[0] : span[1]] for span in spans)
        notes = tuple(said for each in annotations for said in self._of_notes(each.notes, coder))
        return Voice(coder, self._names.get(coder, ""), tuple(each.id for each in annotations), spans, quotes, notes)

    def _of_notes(self, notes: Iterable[Note], coder: CoderId) -> Iterator[str]:
        """Yield the notes that may be read, each with its author where that is not the passage's coder."""
        for note in notes:
            if note.private and not (self._private and note.coder == self._me):
                continue
            colon = either(self._language, "：", ": ")
            yield note.text if note.coder == coder else f"{self._names.get(note.coder, '')}{colon}{note.text}"
            yield from self._of_notes(note.replies, coder)

    def remarks(self, comparison: Comparison) -> list[Remark]:
        """Give what a person should know of a comparison, coders as they are called here."""
        return [
            remark if coder is None else Remark(remark.sentence, {**remark.facts, "coder": self._names.get(coder, "")})
            for coder, remark in comparison.left_out
        ]

    # To take away

    def taken_away(self, comparison: Comparison, measures: Sequence[Name] = NAMES, *, at: str = "") -> Agreement:
        """Put a comparison in words, with the units that any of the coders gave a code, and where it comes from."""
        codes = {code.id: code for code in self.codes()}
        names = tuple(name for name in measures if name in comparison.options.measures)
        rows = [row for row in comparison.rows if row.scope == "code"]
        count = sum(row.both + row.one for row in rows) if comparison.options.unit != "character" else 0
        report, at = FidelityReport(), at or now()
        return Agreement(
            tuple(self._names.get(coder, "") for coder in comparison.coders), names,
            [self._line(row, codes) for row in in_order(comparison, [code.id for code in codes.values()])],
            self._units(comparison, rows, codes), count, tuple(self._provenance(comparison, names, at)), at, self._language,
            self._anonymous, report,
        )  # fmt: skip

    def _line(self, row: Row, codes: Mapping[CodeId, Code]) -> Line:
        code = codes.get(row.code) if row.code is not None else None
        return Line(
            row.scope, code.number if code else "", code.title(self._language) if code else "", code.key if code else "",
            row.units, row.given, row.rated, row.both, row.one, row.none,
            {name: self._figure(name, measured) for name, measured in row.measures.items()}, _largest(row),
        )  # fmt: skip

    def _figure(self, name: Name, measured: Measured) -> Figure:
        if isinstance(measured.value, Remark):
            return Figure(undefined=say(self._language, measured.value.sentence))
        low, high = (None if each is None else round(each, _DIGITS) for each in (measured.low, measured.high))
        return Figure(round(measured.value, _DIGITS), low, high, "" if name == "percent" else band(measured.value))

    def _units(self, comparison: Comparison, rows: Iterable[Row], codes: Mapping[CodeId, Code]) -> Iterator[Unit]:
        order: tuple[Kind, Kind] = ("one", "both")
        for row in rows:
            for kind in order:
                for told in self.told(comparison, comparison.cells(row, kind)):
                    code = codes.get(told.cell.code)
                    label, key = (code.label(self._language), code.key) if code else ("", "")
                    by_coder = {voice.coder: voice for voice in told.voices}
                    voices = [by_coder.get(coder) for coder in comparison.coders]
                    yield Unit(
                        kind, label, key, told.title, told.key, told.locator, told.exact, told.cell.start, told.cell.end,
                        tuple(None if voice is None else voice.gave for voice in voices),
                        tuple("\n".join(voice.notes) if voice else "" for voice in voices),
                    )  # fmt: skip

    def _provenance(self, comparison: Comparison, measures: Sequence[Name], at: str) -> Iterator[tuple[str, str]]:
        options, language = comparison.options, self._language
        comma = either(language, "、", ", ")
        yield self._word("coders"), comma.join(self._names.get(coder, "") for coder in comparison.coders)
        yield self._word("measures"), comma.join(_said(MEASURES[name], language) for name in measures)
        if options.samples:
            interval = either(
                language,
                "{level} % 自助法区间，{samples} 次泊松重抽样，百分位数，种子 {seed}",
                "{level} % bootstrap, {samples} Poisson samples of units, percentiles, seed {seed}",
            )
            yield (
                self._word("interval"),
                interval.format(level=f"{100 * options.level:g}", samples=options.samples, seed=options.seed),
            )
        low, high = THRESHOLDS
        reading = either(
            language,
            "≥ {high} 可靠；≥ {low} 尚可；低于 {low} 不足（Krippendorff 2004）",
            "reliable from {high}, tentative from {low}, low below (Krippendorff 2004)",
        )
        yield self._word("reading"), reading.format(low=low, high=high)
        without = either(language, "未计入", "left out") if options.without_offered else either(language, "计入", "counted")
        yield self._word("offered"), without
        yield self._word("rule"), _said(_RULE, language)
        if options.unit in ("sentence", "paragraph"):
            yield self._word("rule"), _said(_RUNNING, language)
        yield self._word("listed"), _said(_LISTED, language)
        apart = either(language, "{pair}：比较 {count} 篇，{apart} 篇未比较", "{pair}: {count} compared, {apart} not compared")
        for pair, count in comparison.compared.items():
            who = either(language, "—", " – ").join(self._names.get(coder, "") for coder in pair)
            yield self._word("articles"), apart.format(pair=who, count=count, apart=comparison.apart[pair])
        for remark in self.remarks(comparison):
            yield self._word("left out"), say(language, remark.sentence, **remark.facts)
        unit = _said(_UNITS[options.unit], language)
        yield from provenance(self._store, language, {}, unit=unit, at=at).rows(language)

    def _word(self, name: str) -> str:
        return _said(_WORDS[name], self._language)


def in_order(comparison: Comparison, codes: Sequence[CodeId]) -> list[Row]:
    """Give the rows over all first, then by code in reading order, each branch before what is in it.

    A branch of which but one code was used says what that code's own row says, and is left out.
    """
    place = {code: number for number, code in enumerate(codes)}
    told = {row.code: _counts(row) for row in comparison.rows if row.scope == "code"}

    def is_double(row: Row) -> bool:
        return row.scope == "branch" and [_counts(row)] == [told[code] for code in row.codes if code in told]

    def key(row: Row) -> tuple[int, bool]:
        return (-1 if row.code is None else place.get(row.code, len(place)), row.scope == "code")

    return sorted((row for row in comparison.rows if not is_double(row)), key=key)


def _largest(row: Row) -> float | None:
    """Give the largest kappa that how often each of two coders gave a code allows; over all codes kappa is pooled."""
    kappa = row.measures.get("kappa")
    if row.scope == "all" or len(row.given) != _PAIR or kappa is None or isinstance(kappa.value, Remark):
        return None
    value = kappa_max(*((given, rated - given) for given, rated in zip(row.given, row.rated, strict=True)))
    return round(value, _DIGITS) if isinstance(value, float) else None


def _counts(row: Row) -> tuple[object, ...]:
    return row.units, row.given, row.both, row.one, row.none


def _with_below(material: Material, chosen: Collection[CodeId]) -> tuple[CodeId, ...]:
    """Add to codes those below them that were used where coders are compared."""
    least = min(2, len(material.coders))
    used = {code for _, article, _, code, *_ in material.codings if len(material.finished.get(article, ())) >= least}

    def is_below(code: CodeId | None) -> bool:
        while code is not None and code not in chosen:
            code = material.parents.get(code)
        return code is not None

    return tuple(code for code in material.parents if code in chosen or (code in used and is_below(code)))


def _without_empty(found: Comparison) -> Comparison:
    """Leave out codes that nobody used alone and that are there as branches."""
    branches = {row.code for row in found.rows if row.scope == "branch"}
    rows = (row for row in found.rows if row.scope != "code" or row.code not in branches or any(row.given))
    return replace(found, rows=tuple(rows))


def _shown(text: str, cell: Cell, voices: Iterable[Voice], unit: str) -> tuple[int, int]:
    """Give what is told of a unit: all of it, or of a long one what is around the first passage; runs in their sentences."""
    start, end = widened(text, cell.start, cell.end, "sentence") if unit == "character" else (cell.start, cell.end)
    if start == end:
        start, end = cell.start, cell.end
    if end - start > _LONGEST:
        begins = [span[0] for voice in voices for span in voice.passages if span is not None]
        first = cell.start if unit == "character" else max(cell.start, min(begins, default=cell.start))
        start = max(start, first - _BEFORE)
        end = min(end, start + _LONGEST)
    return start, end


def _said(titles: tuple[str, str], language: str) -> str:
    return either(language, titles[1], titles[0])
