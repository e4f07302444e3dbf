"""What a search found is exported from the window as other programs read it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.main_window import MainWindow
from desktop.panels.search_page import SearchPage
from tests.desktop.test_window import settle


def found(window: MainWindow, query: str, qtbot: QtBot) -> SearchPage:
    window.going.search_for(query)
    page = window.pages.page("search")
    assert isinstance(page, SearchPage)
    qtbot.waitUntil(lambda: page.has_hits)
    return page


def written(window: MainWindow, target: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    """Say where the export goes, ask for it and wait until it is there."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(target), ""))
    page = window.pages.page("search")
    assert isinstance(page, SearchPage)
    with qtbot.waitSignal(window.worker.ended):
        page.export_requested.emit(page.entry.text(), [])
    settle(window)


def test_hits_are_exported_as_a_workbook_with_the_query(
    opened: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    page = found(opened, "说", qtbot)
    shown = page.model.rowCount()
    written(opened, tmp_path / "hits.xlsx", monkeypatch, qtbot)
    book = load_workbook(tmp_path / "hits.xlsx", read_only=True)
    sheets = [list(sheet.iter_rows(values_only=True)) for sheet in book]
    book.close()
    assert 1 < len(sheets[0]) <= shown + 1
    assert any("说" in str(cell) for row in sheets[1] for cell in row)
    assert not opened.notice.isHidden()


def test_a_concordance_is_exported_line_by_line(
    opened: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    page = found(opened, "说", qtbot)
    page.tools.show_view("concordance")
    written(opened, tmp_path / "lines.csv", monkeypatch, qtbot)
    with (tmp_path / "lines.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) > 1
    assert all("说" in row for row in rows[1:])
