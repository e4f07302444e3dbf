"""Tables as files: read back by csv and openpyxl, whatever their cells hold, and whatever stops their writing."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import errors
from db.exchange import tables
from db.exchange.report import FidelityReport
from db.exchange.tables import Cell, Column, Sheet, cut, is_marked, units, write_csv, write_xlsx
from db.records import Progress

COLUMNS = (Column("words", "Words", "文字", 30), Column("number", "Number", "数", 8))
FORMULAS = (
    "=1+1", "+86 10", "-5", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＋1", "－1", "＠a", "﹦1", "−5",
    "\u200b=1", "\ufeff@x",
    '=HYPERLINK("http://example.org","x")', "=cmd|' /C calc'!A0", "'=1", "''+1",
)  # fmt: skip
HARMLESS = ("", "a=1", "5-4", "'quoted'", "—— 破折号", "算法", "1=2", "'", "（+）")


def sheet(*words: Cell, name: str = "片段") -> Sheet:
    return Sheet(name, COLUMNS, [(word, at) for at, word in enumerate(words)])


def read_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def read_xlsx(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(path)
    return {page.title: list(page.iter_rows(values_only=True)) for page in book}


def unmarked(cell: str) -> str:
    return cell[1:] if is_marked(cell) else cell


def test_a_csv_is_utf_8_with_the_titles_of_a_language_and_a_bom_for_excel_only(tmp_path: Path) -> None:
    plain, bom = tmp_path / "plain.csv", tmp_path / "bom.csv"
    write_csv(plain, sheet('说 "好"，a,b\n两行'), language="zh_CN")
    write_csv(bom, sheet("好"), excel=True)
    assert plain.read_bytes() == '文字,数\r\n"说 ""好""，a,b\n两行",0\r\n'.encode()
    assert bom.read_bytes() == "\ufeffWords,Number\r\n好,0\r\n".encode()


@pytest.mark.parametrize("words", FORMULAS)
def test_what_could_run_as_a_formula_is_inert_in_csv_and_the_report_says_so(tmp_path: Path, words: str) -> None:
    path = tmp_path / "a.csv"
    report = write_csv(path, sheet(words, -5))
    first = read_csv(path)[1]
    assert first == [f"'{words}", "0"]
    assert unmarked(first[0]) == words
    assert read_csv(path)[2] == ["-5", "1"]
    assert report.changed == {"inert cell": 1}
    assert report.reasons == ["1 cells that a spreadsheet program might run as formulas stand behind an apostrophe."]


@pytest.mark.parametrize("words", HARMLESS)
def test_what_no_program_runs_stays_as_it_is(tmp_path: Path, words: str) -> None:
    path = tmp_path / "a.csv"
    assert write_csv(path, sheet(words)) == FidelityReport()
    assert read_csv(path)[1] == [words, "0"]
    assert not is_marked(words)


TEXTS = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\ufffe\uffff") | st.sampled_from("=+-@'\"\t\r\n,;＝")
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXTS, st.integers(-(10**12), 10**12)), max_size=6))
def test_a_csv_read_back_is_what_was_written_but_for_the_marks(tmp_path: Path, rows: list[tuple[str, int]]) -> None:
    path = tmp_path / "any.csv"
    write_csv(path, Sheet("x", COLUMNS, rows))
    clean = tables.Cleaner().clean
    assert [(unmarked(words), int(number)) for words, number in read_csv(path)[1:]] == [(clean(w), n) for w, n in rows]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TEXTS, max_size=6))
def test_an_xlsx_read_back_is_what_was_written(tmp_path: Path, words: list[str]) -> None:
    path = tmp_path / "any.xlsx"
    write_xlsx(path, [sheet(*words)])
    clean = tables.Cleaner().clean
    found = [(row[0] or "", row[1]) for row in read_xlsx(path)["片段"][1:]]
    # openpyxl leaves a carriage return as the file has it, and reads what is written for it as one line end or the other.
    same = [(_lines(one), at) for one, at in found]
    assert same == [(_lines(clean(word)), at) for at, word in enumerate(words)]


def _lines(words: str) -> str:
    return words.replace("_x000D_", "\r").replace("\r\n", "\n").replace("\r", "\n")


def test_xlsx_cells_are_words_and_numbers_never_formulas_links_or_markup(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    words = (*FORMULAS[:5], "https://example.org", "mailto:a@example.org", "0012", "<r><t>x</t></r>", "<r>&amp;</r>", "_x0041_")
    report = write_xlsx(path, [sheet(*words, 3.5, -7, None)])
    page = openpyxl.load_workbook(path)["片段"]
    cells = [row[0] for row in page.iter_rows(min_row=2)]
    # The last is what Excel reads as _x0041_; openpyxl shows it as it stands in the file.
    assert [cell.value for cell in cells] == [*words[:-1], "_x005F_x0041_", 3.5, -7, None]
    assert {cell.data_type for cell in cells[: len(words)]} <= {"s", "inlineStr"}
    assert all(cell.hyperlink is None for cell in cells)
    assert report == FidelityReport()


def test_an_xlsx_has_a_frozen_header_a_filter_widths_and_wrapped_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    right = Column("left", "Left", "左文", 500, right=True)
    write_xlsx(path, [Sheet("x", (*COLUMNS, right), [("字", 1, "左")])], language="zh")
    page = openpyxl.load_workbook(path)["x"]
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:C2"
    assert [cell.value for cell in page[1]] == ["文字", "数", "左文"]
    assert page["A1"].font.bold
    assert page["A2"].alignment.wrap_text
    assert page["C2"].alignment.horizontal == "right"
    assert round(page.column_dimensions["A"].width) in (30, 31)
    assert page.column_dimensions["C"].width < 82


def test_rows_beyond_what_a_sheet_holds_go_on_in_further_sheets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 4)
    path = tmp_path / "a.xlsx"
    report = write_xlsx(path, [sheet(*"abcdefg")])
    found = read_xlsx(path)
    assert list(found) == ["片段", "片段 (2)", "片段 (3)"]
    assert [row[0] for rows in found.values() for row in rows[1:]] == list("abcdefg")
    assert all(rows[0] == ("Words", "Number") for rows in found.values())
    assert report.changed == {"sheet": 2}
    assert report.reasons == ["片段 has more rows than a sheet can hold; they go on in 2 more."]
    assert len(read_xlsx(_written(path, sheet(*"abc")))) == 1


def _written(path: Path, one: Sheet) -> Path:
    write_xlsx(path, [one])
    return path


@pytest.mark.parametrize("character", ["字", "😀"])
def test_a_text_too_long_for_a_cell_stands_whole_on_a_sheet_of_its_own(tmp_path: Path, character: str) -> None:
    path = tmp_path / "a.xlsx"
    long = character * 40_000
    report = write_xlsx(path, [sheet("短", long)], language="zh")
    found = read_xlsx(path)
    cell = found["片段"][2][0]
    assert units(cell) <= tables.MOST_UNITS
    assert cell.endswith("…")
    assert long.startswith(cell[:-1])
    aside = found["长文本"][1:]
    assert "".join(row[4] for row in aside) == long
    assert {row[:3] for row in aside} == {("片段", 3, "文字")}
    assert [row[3] for row in aside] == list(range(1, len(aside) + 1))
    assert report.kept_aside == {"long text": 1}
    assert report.reasons == ["有 1 处文本超出单元格的长度上限，已分段完整收入工作表“长文本”。"]


def test_a_text_that_just_fits_is_not_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    report = write_xlsx(path, [sheet("字" * tables.MOST_UNITS, "😀" * (tables.MOST_UNITS // 2))])
    assert [units(row[0]) for row in read_xlsx(path)["片段"][1:]] == [tables.MOST_UNITS, tables.MOST_UNITS - 1]
    assert report == FidelityReport()


@given(st.text(max_size=40), st.integers(2, 7))
@settings(deadline=None)
def test_pieces_of_a_text_are_that_text_and_no_longer_than_asked(text: str, most: int) -> None:
    pieces = list(cut(text, most))
    assert "".join(pieces) == text
    assert all(units(piece) <= most for piece in pieces)
    assert len(pieces) == 1 or all(pieces)


def test_names_of_sheets_are_such_as_excel_takes(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    names = ("a/b:c*[d]?\\", "History", "history", "'", "x" * 40, "X" * 40, "😀" * 20)
    write_xlsx(path, [sheet("a", name=name) for name in names])
    found = list(read_xlsx(path))
    assert len({name.lower() for name in found}) == len(names)
    assert all(units(name) <= 31 and not set(name) & set("[]:*?/\\'") and name.lower() != "history" for name in found)


def test_control_characters_are_replaced_and_told(tmp_path: Path) -> None:
    words = "a\x00b\x1b[0m\ud800\uffff\x0b"
    kept = "a\ufffdb\ufffd[0m\ufffd\ufffd\ufffd"
    reports = [write_csv(tmp_path / "a.csv", sheet(words)), write_xlsx(tmp_path / "a.xlsx", [sheet(words)])]
    assert read_csv(tmp_path / "a.csv")[1][0] == kept
    assert read_xlsx(tmp_path / "a.xlsx")["片段"][1][0] == kept
    assert [report.changed for report in reports] == [{"cleaned text": 1}] * 2
    assert all("control characters" in report.reasons[0] for report in reports)


def test_numbers_that_are_none_are_words_in_xlsx(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(path, [sheet(float("nan"), float("inf"), 0.25)])
    assert [row[0] for row in read_xlsx(path)["片段"][1:]] == ["nan", "inf", 0.25]


def test_the_same_table_has_the_same_bytes_and_nobody_s_name(tmp_path: Path) -> None:
    one, two = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    for path in (one, two):
        write_xlsx(path, [sheet("字", "=1"), sheet("二", name="b")], title="题")
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        about = archive.read("docProps/core.xml").decode()
    assert "<dc:title>题</dc:title>" in about
    assert "<dc:creator></dc:creator>" in about or "<dc:creator/>" in about
    assert "1980-01-01T00:00:00Z" in about


def _write(path: Path, made: Sheet, progress: Progress = tables.no_progress) -> None:
    if path.suffix == ".csv":
        write_csv(path, made, progress=progress)
    else:
        write_xlsx(path, [made], progress=progress)


def _stopping(rows: Sequence[tuple[Cell, ...]], at: int) -> Iterator[tuple[Cell, ...]]:
    yield from rows[:at]
    raise errors.Cancelled


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_what_stops_the_writing_leaves_the_old_file_and_nothing_else(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(b"old")
    told: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        raise errors.Cancelled

    rows: list[tuple[Cell, ...]] = [("字", at) for at in range(1_000)]
    for made, progress in (
        (Sheet("x", COLUMNS, rows, 1_000), stop),
        (Sheet("x", COLUMNS, _stopping(rows, 5)), tables.no_progress),
    ):
        with pytest.raises(errors.Cancelled):
            _write(path, made, progress)
        assert path.read_bytes() == b"old"
        assert list(tmp_path.iterdir()) == [path]
    assert told == [(256, 1_000)]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_place_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(errors.FolderMissing):
        _write(tmp_path / "none" / f"a.{suffix}", sheet("a"))
    (tmp_path / f"folder.{suffix}").mkdir()
    with pytest.raises(errors.FileExists):
        _write(tmp_path / f"folder.{suffix}", sheet("a"))
    assert [path.name for path in tmp_path.iterdir()] == [f"folder.{suffix}"]
