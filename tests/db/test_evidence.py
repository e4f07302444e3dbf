"""The evidence matrix counts passages, shows them, and the policy coding table has them by provision."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from db.exchange.evidence import provision_order
from tests.db.conftest import Opener
from tests.db.sharing import Study, expect


@pytest.fixture
def study(copied: Opener) -> Study:
    return Study(copied)


def pages(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    return {page.title: list(page.iter_rows(values_only=True)) for page in openpyxl.load_workbook(path)}


def test_the_matrix_and_its_sheets_are_as_expected(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    study.export(path, "matrix")
    told = ""
    for title, rows in pages(path).items():
        hidden = [place for place, head in enumerate(rows[0]) if head == "批注标识"]
        told += f"== {title}\n"
        for row in rows:
            told += " | ".join("…" if place in hidden else str(cell or "") for place, cell in enumerate(row)).rstrip() + "\n"
    expect("matrix.txt", told)


def test_every_number_has_its_passages_on_the_second_sheet(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    study.export(path, "matrix", language="en")
    book = pages(path)
    head, *rows = book["Evidence matrix"]
    cells = book["Cells and passages"][1:]
    for row in rows:
        for place in range(1, len(head) - 1):
            assert row[place] == sum(1 for cell in cells if cell[:2] == (row[0], head[place]))
        assert row[-1] == len({cell[-1] for cell in cells if cell[0] == row[0]})
    assert sum(sum(row[1:-1]) for row in rows) == sum(1 for cell in cells if cell[1]) > 0
    assert book["Provenance"][3][0] == "Unit"


def test_codes_are_counted_by_article_and_each_number_has_its_passages(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    study.export(path, "matrix", language="en")
    book = pages(path)
    head, *rows = book["Codes by article"]
    cells = book["Passages by article"][1:]
    assert [row[0] for row in rows] == ["Auditors & <audits>", "示例办法", "算法与公平"]
    for row in rows:
        for place in range(2, len(head) - 1):
            assert row[place] == sum(1 for cell in cells if cell[:2] == (row[0], head[place]))
        assert row[-1] == len({cell[-1] for cell in cells if cell[0] == row[0]})
    assert sum(row[-1] for row in rows) == 5


def test_days_are_dates_and_numbers_are_numbers(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    study.export(path, "matrix", language="en")
    table = openpyxl.load_workbook(path)["Policy coding table"]
    head = [cell.value for cell in table[1]]
    dates = [row[head.index("Date")] for row in table.iter_rows(min_row=2)]
    assert {cell.is_date for cell in dates} == {True}
    assert {cell.number_format for cell in dates} == {"yyyy-mm-dd"}
    assert all(isinstance(row[head.index("Policy no.")].value, int) for row in table.iter_rows(min_row=2))


def test_columns_are_the_codes_that_are_asked_for(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    study.export(path, "matrix", codes=(study.codes[1].id,))
    head, *rows = pages(path)["证据矩阵"]
    assert head == ("政策文书", study.codes[1].label("zh"), "全部片段")
    assert [row[1:] for row in rows] == [(1, 1), (1, 2)]


def test_provisions_are_numbered_by_policy_chapter_and_article_in_order(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    study.export(path, "matrix", language="en")
    rows = [row for row in pages(path)["Policy coding table"][1:] if row[2] == "《示例办法》"]
    assert [row[0] for row in rows] == ["2-2-3", "2-2-3", "2", "2"]
    assert [row[5] for row in rows][:2] == ["第二章 义务", "第二章 义务"]
    assert [row[6] for row in rows][:2] == ["Art. 3", "Art. 3(1)"]
    assert [row[12] for row in rows][:2] == ["linked", "its own text"]
    assert {row[3] for row in rows} == {"Sample Measures"}


def test_provisions_stand_as_they_are_numbered() -> None:
    wanted = ["rec2", "rec10", "ch2", "art2", "art9", "art9/p2", "art9-1", "art10", "annex1", ""]
    assert sorted(reversed(wanted), key=provision_order) == wanted
