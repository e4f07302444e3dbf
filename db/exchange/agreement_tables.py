"""Agreement of coders as something to take away: a table of measures, the units behind them, and where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from db.exchange.report import FidelityReport
from db.exchange.results import moment_of
from db.exchange.tables import Cell, Column, Sheet, say, write_csv, write_xlsx
from db.records import Progress, either, no_progress

FORMATS = {"xlsx": ".xlsx", "csv": ".csv"}
MEASURES = {
    "percent": ("Percent agreement", "一致百分比"),
    "kappa": ("Cohen's kappa", "Cohen's κ"),
    "fleiss": ("Fleiss' kappa", "Fleiss' κ"),
    "alpha": ("Krippendorff's alpha", "Krippendorff's α"),
    "ac1": ("Gwet's AC1", "Gwet's AC1"),
}
BANDS = {"low": ("low", "不足"), "tentative": ("tentative", "尚可"), "reliable": ("reliable", "可靠")}
SCOPES = {"all": ("over all", "总体"), "branch": ("with what is below", "含下级"), "code": ("code", "编码")}
# What is said of a unit by two coders, and by more.
KINDS = {"both": ("Both", "两人都有"), "one": ("Only one", "仅一人有"), "none": ("None", "都没有")}
KINDS_OF_MORE = {"both": ("All", "全部都有"), "one": ("Some", "部分有"), "none": ("None", "都没有")}
_SAID = {True: ("yes", "有"), False: ("no", "无"), None: ("not looked at", "未看")}
_AGREEMENT, _UNITS, _PROVENANCE = ("Agreement", "一致性"), ("Units", "单位"), ("Provenance", "出处")
_ONE_TABLE = (
    "A CSV file holds one table, so the units behind the numbers are left out and the provenance stands in the last column."
    " Choose XLSX for all of it."
)

_PAIR = 2
_NAMELESS = "Coders go under pseudonyms. What notes say, names in them too, goes as it is."


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure's value with its interval and what it allows (a key of BANDS), or in words why it is undefined."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    band: str = ""
    undefined: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Agreement on a code, a branch or over all (a key of SCOPES); `given` and `rated` by coder.

    `largest` is the largest kappa these allow two coders, where there is one.
    """

    scope: str
    number: str
    label: str
    key: str
    units: int
    given: tuple[int, ...]
    rated: tuple[int, ...]
    both: int
    one: int
    none: int
    figures: Mapping[str, Figure]
    largest: float | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of an article (code points), whether each coder gave it the code (None: did not look), and their notes."""

    kind: str
    label: str
    code: str
    title: str
    key: str
    locator: str
    text: str
    start: int
    end: int
    said: tuple[bool | None, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """What coders agree on, in words; `units` are read once, `count` is how many, `at` when it was computed (ISO 8601).

    `provenance` is labels and values; `anonymous` says that coders go by other names; `report` is completed while the units
    are read.
    """

    coders: tuple[str, ...]
    measures: tuple[str, ...]
    lines: Sequence[Line]
    units: Iterable[Unit]
    count: int
    provenance: Sequence[tuple[str, str]]
    at: str
    language: str
    anonymous: bool = False
    report: FidelityReport = field(default_factory=FidelityReport)


def write(
    path: Path, agreement: Agreement, form: str, *, excel: bool = False, progress: Progress = no_progress
) -> FidelityReport:
    """Write an agreement in one of FORMATS; `excel` puts a BOM before CSV. `progress` counts rows.

    Raises FolderMissing, NotWritten and what `progress` raises to stop; nothing is left then but the file that was there.
    """
    language, report = agreement.language, agreement.report
    report.carried["row"] += len(agreement.lines)
    if form == "csv":
        report.dropped["unit"] += agreement.count
        report.reasons.append(say(language, _ONE_TABLE))
        return write_csv(path, _with_provenance(agreement), excel=excel, language=language, report=report, progress=progress)
    if agreement.anonymous:
        report.reasons.append(say(language, _NAMELESS))
    return write_xlsx(
        path, sheets(agreement), language=language, title=_word(_AGREEMENT, language), created=moment_of(agreement.at),
        report=report, progress=progress,
    )  # fmt: skip


def sheets(agreement: Agreement) -> tuple[Sheet, ...]:
    """Make the sheets: measures, units, provenance."""
    language = agreement.language
    columns = (Column("what", "What", "条目", 24), Column("value", "Value", "内容", 80))
    return (
        table(agreement),
        Sheet(_word(_UNITS, language), tuple(_unit_columns(agreement)), _unit_rows(agreement), agreement.count),
        Sheet(_word(_PROVENANCE, language), columns, agreement.provenance, len(agreement.provenance)),
    )


def table(agreement: Agreement) -> Sheet:
    """Make the table of measures: a row for each line, with interval and reading beside each value."""
    rows = [_row(line, agreement) for line in agreement.lines]
    return Sheet(_word(_AGREEMENT, agreement.language), tuple(_columns(agreement)), rows, len(rows))


def kinds(coders: int) -> Mapping[str, tuple[str, str]]:
    """Give what units are called by who gave the code, for so many coders: English and Chinese."""
    return KINDS if coders <= 2 else KINDS_OF_MORE


def _columns(agreement: Agreement) -> Iterator[Column]:
    yield Column("scope", "What", "范围", 16)
    yield Column("number", "Number", "编号", 10)
    yield Column("label", "Code", "编码", 32)
    yield Column("key", "Code id", "编码标识", 16)
    yield Column("units", "Units", "单位数", 8)
    for place, name in enumerate(agreement.coders):
        yield Column(f"given{place}", f"{name}: coded", f"{name}：编码数", 12)
        yield Column(f"rated{place}", f"{name}: looked at", f"{name}：已看数", 12)
    for kind, (english, chinese) in kinds(len(agreement.coders)).items():
        yield Column(kind, english, chinese, 9)
    for name in agreement.measures:
        english, chinese = MEASURES[name]
        yield Column(name, english, chinese, 14)
        yield Column(f"{name}_low", f"{english}: low", f"{chinese}：下限", 9)
        yield Column(f"{name}_high", f"{english}: high", f"{chinese}：上限", 9)
        if name != "percent":
            yield Column(f"{name}_band", f"{english}: reading", f"{chinese}：评价", 11)
        if name == "kappa" and len(agreement.coders) == _PAIR:
            yield Column("kappa_max", "Largest kappa these counts allow", "按两人编码数 κ 的最大值", 11)
    yield Column("undefined", "Why undefined", "无法计算的原因", 40)


def _row(line: Line, agreement: Agreement) -> list[Cell]:
    language = agreement.language
    row: list[Cell] = [_word(SCOPES[line.scope], language), line.number, line.label, line.key, line.units]
    for given, rated in zip(line.given, line.rated, strict=True):
        row += [given, rated]
    row += [line.both, line.one, line.none]
    why: dict[str, list[str]] = {}
    for name in agreement.measures:
        figure = line.figures[name]
        row += [figure.value, figure.low, figure.high]
        if name != "percent":
            row.append(_word(BANDS[figure.band], language) if figure.band else "")
        if name == "kappa" and len(agreement.coders) == _PAIR:
            row.append(line.largest)
        if figure.undefined:
            why.setdefault(figure.undefined, []).append(_word(MEASURES[name], language))
    between, colon = either(language, "、", ", "), either(language, "：", ": ")
    whole = len(why) == 1 and len(next(iter(why.values()))) == len(agreement.measures)
    row.append("\n".join(said if whole else between.join(names) + colon + said for said, names in why.items()))
    return row


def _unit_columns(agreement: Agreement) -> Iterator[Column]:
    yield Column("kind", "Coded by", "谁编码", 10)
    yield Column("label", "Code", "编码", 28)
    yield Column("code", "Code id", "编码标识", 14)
    yield Column("title", "Article", "文章", 28)
    yield Column("key", "Key", "短名", 14)
    yield Column("locator", "Place", "位置", 14)
    yield Column("text", "Unit", "单位原文", 60)
    for place, name in enumerate(agreement.coders):
        yield Column(f"said{place}", name, name, 10)
        yield Column(f"notes{place}", f"{name}: notes", f"{name}：笔记", 32)
    yield Column("start", "Start", "起点", 8)
    yield Column("end", "End", "终点", 8)


def _unit_rows(agreement: Agreement) -> Iterator[list[Cell]]:
    language, called = agreement.language, kinds(len(agreement.coders))
    for unit in agreement.units:
        agreement.report.carried["unit"] += 1
        row: list[Cell] = [
            _word(called[unit.kind], language),
            unit.label,
            unit.code,
            unit.title,
            unit.key,
            unit.locator,
            unit.text,
        ]
        for said, notes in zip(unit.said, unit.notes, strict=True):
            row += [_word(_SAID[said], language), notes]
        yield [*row, unit.start, unit.end]


def _with_provenance(agreement: Agreement) -> Sheet:
    """Make the table with its provenance in a last column, the same in each row."""
    made, colon = table(agreement), either(agreement.language, "：", ": ")
    told = "\n".join(f"{label}{colon}{value}" for label, value in agreement.provenance)
    column = Column("provenance", *_PROVENANCE, 40)
    return Sheet(made.name, (*made.columns, column), ((*row, told) for row in made.rows), made.count)


def _word(titles: tuple[str, str], language: str) -> str:
    return either(language, titles[1], titles[0])
