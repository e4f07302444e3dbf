"""Tables as CSV and XLSX: cells are never formulas or links, numbers stay numbers, and what a format cannot hold is told.

Files are written beside the target and renamed when whole; XLSX is written row by row, whatever its length.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from db.exchange.archive import replacing
from db.exchange.report import FidelityReport
from db.records import Progress, no_progress
from resources import words

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

Cell = str | int | float | None
# Excel's limits: rows of a sheet with its header, and UTF-16 units of a cell.
MOST_ROWS, MOST_UNITS = 1_048_576, 32_767
MOST_WIDTH = 80
_EXCEL_BEGINS = 1900
# Without a date of its own a file is as old as its format allows, so that the same table has the same bytes.
LONG_AGO = datetime(1980, 1, 1)  # noqa: DTZ001
_EVERY = 256
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What a spreadsheet program may take for a formula, or for one behind marks that make it inert already.
_ACTIVE = re.compile("'*(?:[\t\r\n]|[\\s\u200b\ufeff]*[=+\\-@＝＋－＠﹦﹢﹣﹫−])")
_NO_NAME = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME = 31
# Cells that come again and again, as places and codes do, are looked at once: so many, of so many characters.
_KEPT, _SHORT = 10_000, 200
_INERT = "{count} cells that a spreadsheet program might run as formulas stand behind an apostrophe."
_CLEANED = "{count} texts held control characters that the format cannot hold; a replacement character stands for each."
_LONG = "{count} texts are longer than a cell can be; they stand whole, in parts, on the sheet {sheet}."
_SPLIT = "{sheet} has more rows than a sheet can hold; they go on in {count} more."


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key, its title in both languages, its width in characters, and whether its cells stand at the right.

    Of a column of `dates`, texts that are a day in ISO 8601 are dates of a workbook; what is less, or a moment, stays text.
    """

    key: str
    title_en: str
    title_zh: str
    width: int = 16
    right: bool = False
    dates: bool = False

    def title(self, language: str) -> str:
        """Give the title in a language."""
        return self.title_zh if language.startswith("zh") else self.title_en


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table, whose rows are read once; `count`, if it is known, is what progress is told as the whole."""

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Cell]]
    count: int = 0


@dataclass(slots=True)
class Cleaner:
    """Makes texts such as files can hold, and counts those it changed."""

    cleaned: int = 0
    inert: int = 0
    _harmless: set[str] = field(default_factory=set)  # cells found so that do not begin with a letter or digit

    def clean(self, text: str) -> str:
        """Put U+FFFD for control characters, lone surrogates and noncharacters, which neither XML nor a table can hold."""
        if _UNWRITABLE.search(text) is None:
            return text
        self.cleaned += 1
        return _UNWRITABLE.sub("\ufffd", text)

    def inerted(self, cell: Cell) -> Cell:
        """Put an apostrophe before a text that could be run; taking one away from what `is_marked` gives it back."""
        if not isinstance(cell, str):
            return cell
        text = self.clean(cell)
        if _ACTIVE.match(text) is None:
            if text is cell and len(cell) < _SHORT and len(self._harmless) < _KEPT:
                self._harmless.add(cell)
            return text
        self.inert += 1
        return f"'{text}"

    def inert_row(self, row: Iterable[Cell]) -> list[Cell]:
        """Make each cell of a row inert."""
        # What most cells are is seen at once: they begin with a letter or digit and hold nothing that cannot be printed.
        harmless = self._harmless
        return [
            cell
            if cell.__class__ is not str or not cell or (cell[0].isalnum() and cell.isprintable()) or cell in harmless
            else self.inerted(cell)
            for cell in row
        ]

    def tell(self, report: FidelityReport, language: str) -> None:
        """Add to a report what was changed."""
        if self.inert:
            report.changed["inert cell"] += self.inert
            report.reasons.append(say(language, _INERT, count=self.inert))
        if self.cleaned:
            report.changed["cleaned text"] += self.cleaned
            report.reasons.append(say(language, _CLEANED, count=self.cleaned))


def is_marked(cell: str) -> bool:
    """Whether a cell read from our CSV begins with an apostrophe that was put there."""
    return cell.startswith("'") and _ACTIVE.match(cell) is not None


def say(language: str, template: str, **facts: object) -> str:
    """Say a template in a language."""
    return words.say("zh_CN" if language.startswith("zh") else "en", template, facts)


def write_csv(
    path: Path,
    sheet: Sheet,
    *,
    language: str = "en",
    excel: bool = False,
    report: FidelityReport | None = None,
    progress: Progress = no_progress,
) -> FidelityReport:
    """Write a table as CSV (RFC 4180, UTF-8, with a BOM for Excel); the report says what was changed, not what was carried.

    `progress` counts rows. Raises FolderMissing, NotWritten, and what `progress` raises to stop, which leaves the old file.
    """
    report = FidelityReport() if report is None else report
    cleaner = Cleaner()
    encoding = "utf-8-sig" if excel else "utf-8"
    with replacing(path) as part, part.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow([cleaner.inerted(column.title(language)) for column in sheet.columns])
        writer.writerows(map(cleaner.inert_row, _watched(sheet, progress)))
    cleaner.tell(report, language)
    return report


def write_xlsx(
    path: Path,
    sheets: Iterable[Sheet],
    *,
    language: str = "en",
    title: str = "",
    created: datetime | None = None,
    report: FidelityReport | None = None,
    progress: Progress = no_progress,
) -> FidelityReport:
    """Write tables as sheets of one workbook, with constant memory; the same tables and date give the same bytes.

    The report says what was changed or set aside. `progress` counts rows of a sheet. Raises as `write_csv` does.
    """
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import XlsxFileError

    report = FidelityReport() if report is None else report
    with replacing(path) as part, TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        plain = {f"strings_to_{kind}": False for kind in ("formulas", "urls", "numbers")}
        workbook = Workbook(str(part), {"constant_memory": True, "tmpdir": folder, **plain})
        workbook.use_zip64()
        workbook.set_properties({"title": title, "created": (created or LONG_AGO).replace(tzinfo=None)})
        try:
            _Book(workbook, language, report).write(sheets, progress)
            workbook.close()
        except XlsxFileError as error:
            raise OSError(str(error)) from error
        finally:
            for worksheet in workbook.worksheets():
                with suppress(OSError):
                    worksheet.row_data_fh.close()
    return report


def _watched(sheet: Sheet, progress: Progress) -> Iterator[Sequence[Cell]]:
    done = 0
    for done, row in enumerate(sheet.rows, 1):
        if done % _EVERY == 0:
            progress(done, sheet.count)
        yield row
    progress(done, sheet.count)


@dataclass(slots=True)
class _Book:
    """Sheets of a workbook that is being written."""

    workbook: Workbook
    language: str
    report: FidelityReport
    cleaner: Cleaner = field(default_factory=Cleaner)
    formats: dict[str, Any] = field(default_factory=dict)
    long: list[tuple[Cell, ...]] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def write(self, sheets: Iterable[Sheet], progress: Progress) -> None:
        """Write all sheets, then the texts that were too long for their cells."""
        add = self.workbook.add_format
        wrapped = {"text_wrap": True, "valign": "top"}
        right = {**wrapped, "align": "right"}
        self.formats = {
            "header": add({**wrapped, "bold": True, "bottom": 1}), "left": add(wrapped), "right": add(right),
            "day": add({**wrapped, "num_format": "yyyy-mm-dd"}),
        }  # fmt: skip
        for sheet in sheets:
            self._sheet(sheet, progress)
        if self.long:
            rows, self.long = self.long, []
            count = sum(row[3] == 1 for row in rows)
            name = self._sheet(long_texts(rows, self.language), no_progress)
            self.report.kept_aside["long text"] += count
            self.report.reasons.append(say(self.language, _LONG, count=count, sheet=name))
        self.cleaner.tell(self.report, self.language)

    def _sheet(self, sheet: Sheet, progress: Progress) -> str:
        """Write one table, on further sheets where one cannot hold it; gives the name of the first."""
        names = [self._free(sheet.name)]
        worksheet, at = self._begun(names[0], sheet.columns), 0
        for row in _watched(sheet, progress):
            if at + 1 == MOST_ROWS:
                self._ended(worksheet, at, sheet.columns)
                names.append(self._free(sheet.name))
                worksheet, at = self._begun(names[-1], sheet.columns), 0
            at += 1
            self._row(worksheet, at, row, sheet.columns)
        self._ended(worksheet, at, sheet.columns)
        if len(names) > 1:
            self.report.changed["sheet"] += len(names) - 1
            self.report.reasons.append(say(self.language, _SPLIT, sheet=names[0], count=len(names) - 1))
        return names[0]

    def _begun(self, name: str, columns: Sequence[Column]) -> Worksheet:
        worksheet = self.workbook.add_worksheet(name)
        worksheet.freeze_panes(1, 0)
        for at, column in enumerate(columns):
            worksheet.set_column(at, at, min(max(column.width, 4), MOST_WIDTH))
            worksheet.write_string(0, at, self.cleaner.clean(column.title(self.language)), self.formats["header"])
        return worksheet

    @staticmethod
    def _ended(worksheet: Worksheet, last: int, columns: Sequence[Column]) -> None:
        if columns:
            worksheet.autofilter(0, 0, last, len(columns) - 1)

    def _row(self, worksheet: Worksheet, at: int, row: Sequence[Cell], columns: Sequence[Column]) -> None:
        for place, (cell, column) in enumerate(zip(row, columns, strict=True)):
            style = self.formats["right" if column.right else "left"]
            if isinstance(cell, float) and not math.isfinite(cell):
                cell = str(cell)
            if column.dates and isinstance(cell, str) and (day := _day(cell)) is not None:
                worksheet.write_datetime(at, place, day, self.formats["day"])
            elif isinstance(cell, str):
                text = self._fitting(self.cleaner.clean(cell), worksheet.get_name(), at, column)
                _put(worksheet, (at, place), text, style)
            elif cell is not None:
                worksheet.write_number(at, place, cell, style)

    def _fitting(self, text: str, sheet: str, at: int, column: Column) -> str:
        """Cut a text that is too long for a cell and keep all of it aside."""
        if len(text) <= MOST_UNITS // 2 or units(text) <= MOST_UNITS:
            return text
        parts = list(cut(text, MOST_UNITS))
        title = column.title(self.language)
        self.long += [(sheet, at + 1, title, number, part) for number, part in enumerate(parts, 1)]
        return next(cut(text, MOST_UNITS - 1)) + "…"

    def _free(self, wanted: str) -> str:
        """Give a name that Excel takes and no sheet has yet, whatever its case."""
        bare = _NO_NAME.sub(" ", self.cleaner.clean(wanted)).strip("' ") or "Sheet"
        number, name = 1, next(cut(bare, _LONGEST_NAME))
        while name.lower() in {*self.taken, "history"}:
            number += 1
            end = f" ({number})"
            name = next(cut(bare, _LONGEST_NAME - len(end))) + end
        self.taken.add(name.lower())
        return name


def _day(text: str) -> date | None:
    """Read a day that a workbook can hold; None for what is less, more, older or no date."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year > _EXCEL_BEGINS and len(text) == len("2026-01-31") else None


def long_texts(rows: Sequence[tuple[Cell, ...]], language: str) -> Sheet:
    """Make the sheet of texts that were too long for their cells."""
    columns = (
        Column("sheet", "Sheet", "工作表", 16), Column("row", "Row", "行", 8), Column("column", "Column", "列", 14),
        Column("part", "Part", "分段", 8), Column("text", "Text", "文本", MOST_WIDTH),
    )  # fmt: skip
    return Sheet("长文本" if language.startswith("zh") else "Long texts", columns, rows, len(rows))


def _put(worksheet: Worksheet, at: tuple[int, int], text: str, style: Any) -> None:
    """Write a text as it is: one that looks like rich text to the library would go into the file as markup."""
    if text.startswith("<r>") and text.endswith("</r>"):
        worksheet.write_rich_string(*at, "<", style, text[1:], style)
    elif text:
        worksheet.write_string(*at, text, style)


def units(text: str) -> int:
    """Count UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def cut(text: str, most: int) -> Iterator[str]:
    """Yield a text in pieces of so many UTF-16 units at the most, at least one; no character is cut in two."""
    data, start = text.encode("utf-16-le"), 0
    while start == 0 or start < len(data):
        end = min(start + 2 * most, len(data))
        if end < len(data) and 0xD8 <= data[end - 1] <= 0xDB:
            end -= 2
        yield data[start:end].decode("utf-16-le")
        start = max(end, 1)
