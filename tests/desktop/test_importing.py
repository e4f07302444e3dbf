"""Importing beside the window: one change, a report of each file, cancelling, nearly the same texts."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from db.errors import Cancelled
from desktop.actions.dropping import address_in
from desktop.main_window import MainWindow
from desktop.models.outcomes import Imported, said
from desktop.panels.import_report import ImportReport
from tests.desktop.desks import WAIT, Desk, bring, made_desk, page


@pytest.fixture
def desk(study: Path, qtbot: QtBot) -> Iterator[Desk]:
    yield from made_desk(study, qtbot)


def test_files_folders_and_archives_are_one_change(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    page(folder / "deep", "a.md", 1)
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.write(page(tmp_path, "b.md", 2), "inside/b.md")
    results = bring(desk, qtbot, folder, tmp_path / "b.zip", page(tmp_path, "c.md", 3))
    assert [each.fate for each in results] == ["imported"] * 3
    assert set(desk.titles()) >= {"题目1", "题目2", "题目3"}
    desk.project.undo()
    assert len(desk.titles()) == 2


def test_a_bad_file_never_stops_the_rest_and_says_what_is_wrong(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"%PDF-1.4 and nothing more")
    results = bring(desk, qtbot, page(tmp_path, "a.md", 1), bad, page(tmp_path, "b.md", 2))
    assert [each.fate for each in results] == ["imported", "failed", "imported"]
    assert desk.notice.words == "2 imported, 1 not imported"
    assert results[1].error is not None
    assert results[1].error.__traceback__ is None, "nothing of the file is held"


def test_what_is_of_another_kind_is_a_line_of_the_report_and_no_failure(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    page(folder, "a.md", 1)
    (folder / "picture.jpg").write_bytes(b"x")
    results = bring(desk, qtbot, folder)
    assert [said(each) for each in results] == ["Imported", "Files of other kinds that were left out: 1 (picture.jpg)."]
    assert desk.notice.words == "1 imported"


def test_the_file_that_is_read_is_named_before_it_is_read(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    names: list[str] = []
    desk.imports.progress_said.connect(names.append)
    bring(desk, qtbot, page(tmp_path, "a.md", 1), page(tmp_path, "b.md", 2))
    assert names[0] == "Importing 0 of 2 · a.md"
    assert "Importing 1 of 2 · b.md" in names


def test_many_files_are_read_by_other_processes(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(60):
        page(folder, f"{number:02}.md", number)
    (folder / "30.md").write_bytes(b"")
    (folder / "31.pdf").write_bytes(b"%PDF-1.4 and nothing more")
    told: list[str] = []
    desk.imports.progress_said.connect(told.append)
    results = bring(desk, qtbot, folder)
    assert [each.fate for each in results].count("imported") == 59
    assert [each.name for each in results] == sorted(each.name for each in results)
    assert told
    assert told[-1] == "Making 61 articles searchable"
    assert all(line.startswith("Importing ") and " of 61 · " in line for line in told[:-1])
    assert desk.notice.words == "59 imported, 2 not imported"
    assert desk.opened == [], "what was read meanwhile stays shown"


def test_a_cancelled_import_keeps_nothing_and_says_so(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(60):
        page(folder, f"{number}.md", number)
    desk.imports.progress_said.connect(desk.worker.cancel)
    with qtbot.waitSignal(desk.worker.ended, timeout=WAIT):
        desk.imports.take([folder])
    assert [type(error) for error in desk.told] == [Cancelled]
    assert len(desk.titles()) == 2
    assert desk.session.editable


def test_an_import_is_cancelled_while_it_is_made_searchable_too(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(60):
        page(folder, f"{number}.md", number)

    def stop(_done: int, _total: int, name: str) -> None:
        if not name:  # all are read
            desk.worker.cancel()

    desk.imports._reached.connect(stop, Qt.ConnectionType.DirectConnection)
    with qtbot.waitSignal(desk.worker.ended, timeout=WAIT):
        desk.imports.take([folder])
    assert [type(error) for error in desk.told] == [Cancelled]
    assert len(desk.titles()) == 2


def test_what_is_known_already_leads_to_its_article(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    file = page(tmp_path, "a.md", 1)
    (first,) = bring(desk, qtbot, file)
    (again,) = bring(desk, qtbot, file)
    assert (again.fate, again.article) == ("known", first.article)
    assert desk.notice.words == "a.md is already in the project."


def test_a_reprint_is_told_with_its_original(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    original = page(tmp_path, "a.md", 1)
    bring(desk, qtbot, original)
    reprint = tmp_path / "b.md"
    reprint.write_text(original.read_text("utf-8").replace("题目1", "转载") + "\n\n转自别处的一句话。", "utf-8")
    bring(desk, qtbot, reprint)
    qtbot.waitUntil(lambda: desk.outcomes()[0].like is not None, timeout=WAIT)
    assert desk.outcomes()[0].fate == "similar"
    assert desk.notice.words == "“转载” is nearly the same as “题目1”."


def test_a_fault_is_dropped_in_the_comparison_only(
    desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr("desktop.actions.import_actions.compare", fail)
    (result,) = bring(desk, qtbot, page(tmp_path, "a.md", 1))
    qtbot.waitUntil(lambda: desk.imports._round == 1 and desk.imports._comparing is None, timeout=WAIT)
    assert (desk.outcomes(), result.fate, desk.told, len(desk.titles())) == ([result], "imported", [], 3)
    monkeypatch.setattr("desktop.actions.import_work._stored", fail)
    with qtbot.captureExceptions() as faults:
        desk.imports.take([page(tmp_path, "b.md", 2)])
        qtbot.waitUntil(lambda: bool(faults), timeout=WAIT)
    assert [str(error) for _kind, error, _trace in faults] == ["a fault"]


def test_the_notice_takes_back_that_import_and_nothing_else(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    desk.imports.undo_requested.connect(desk.project.undo)
    with qtbot.waitSignal(desk.imports.finished, timeout=WAIT):
        desk.imports.take_watched(tmp_path, {page(tmp_path, "a.md", 1)})
    desk.project.articles.edit(desk.project.articles.all()[0].id, publisher="别处")
    desk.imports.undo()
    assert desk.notice.words == "Something was done since. Take that back first (Ctrl+Z)."
    assert "题目1" in desk.titles()
    assert desk.project.articles.all()[0].publisher == "别处"
    desk.project.undo()
    desk.imports.undo()
    assert len(desk.titles()) == 2
    before = desk.project.next_undo()
    desk.imports.undo()
    assert desk.notice.words == "The import was taken back already."
    assert desk.project.next_undo() == before


def test_data_beside_a_file_and_its_key_are_taken(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    file = page(tmp_path, "a.md", 1)
    (tmp_path / "a.bib").write_text("@article{wang2024, title={题目1}, author={王岚}, year={2024}, file={a.md}}", "utf-8")
    (result,) = bring(desk, qtbot, file)
    assert result.article is not None
    article = desk.project.articles.get(result.article)
    assert article.key == "wang2024"
    assert [author.name for author in article.authors] == ["王岚"]


def test_a_bundle_dropped_along_is_looked_at_after_the_files(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    bundle = tmp_path / "theirs.glossbundle"
    bundle.write_bytes(b"")
    bring(desk, qtbot, page(tmp_path, "a.md", 1), bundle)
    assert desk.dropped == [bundle]
    assert "题目1" in desk.titles()


def test_several_files_open_the_first_of_them(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    results = bring(desk, qtbot, page(tmp_path, "a.md", 1), page(tmp_path, "b.md", 2))
    assert desk.opened == [results[0].article]


# ---- the report


def report(desk: Desk) -> ImportReport:
    desk.imports.show_details()
    shown = desk.pages.page("import_report")
    assert isinstance(shown, ImportReport)
    return shown


def test_the_report_counts_filters_opens_and_copies(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4 and nothing more")
    first = page(tmp_path, "a.md", 1)
    bring(desk, qtbot, first)
    bring(desk, qtbot, first, tmp_path / "bad.pdf", page(tmp_path, "b.md", 2))
    shown = report(desk)
    assert desk.pages.name == "import_report"
    assert {fate: count for fate, count in shown.model.counts.items() if count} == {"failed": 1, "known": 1, "imported": 1}
    asked: list[int] = []
    shown.article_requested.connect(asked.append)
    QTest.keyClick(shown.list, Qt.Key.Key_Return)
    assert asked == [desk.outcomes()[0].article]
    failed = next(each for each in shown.filters.buttons() if each.text() == "Not imported 1")
    failed.click()
    assert shown.model.rowCount() == 1
    QTest.keyClick(shown.list, Qt.Key.Key_Return)
    assert len(asked) == 1, "what failed has no article"
    shown.copy.click()
    assert QGuiApplication.clipboard().text().startswith("bad.pdf\tNot imported\t\t")


def test_a_report_of_ten_thousand_files_has_no_widget_a_row(qtbot: QtBot) -> None:
    shown = ImportReport()
    qtbot.addWidget(shown)
    before = len(shown.findChildren(QWidget))
    shown.show_outcomes([Imported(f"{n}.md", title=f"题目{n}") for n in range(10_000)])
    shown.resize(800, 600)
    shown.show()
    shown.grab()
    assert shown.model.rowCount() == 10_000
    assert len(shown.findChildren(QWidget)) == before


def test_the_report_is_that_of_the_open_project(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    bring(desk, qtbot, page(tmp_path, "a.md", 1))
    shown = report(desk)
    desk.session.close()
    assert shown.model.rowCount() == 0


# ---- the clipboard


def test_the_page_a_passage_was_copied_from_is_its_address(desk: Desk, qtbot: QtBot) -> None:
    mime = QMimeData()
    mime.setHtml("<h1>一个题目</h1><p>从网页上复制的一段话，说的是算法备案。</p>")
    mime.setData("text/x-moz-url-priv", "https://example.org/a?b=1".encode("utf-16-le"))
    QGuiApplication.clipboard().setMimeData(mime)
    with qtbot.waitSignal(desk.imports.finished, timeout=WAIT):
        desk.imports.paste()
    (result,) = desk.outcomes()
    assert result.article is not None
    assert desk.project.articles.get(result.article).url == "https://example.org/a?b=1"


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("chromium/x-source-url", b"https://example.org/x"),
        (
            'application/x-qt-windows-mime;value="HTML Format"',
            b"Version:0.9\r\nSourceURL:https://example.org/x\r\n<html></html>",
        ),
    ],
)
def test_other_browsers_say_the_address_their_way(kind: str, data: bytes) -> None:
    mime = QMimeData()
    mime.setData(kind, data)
    assert address_in(mime) == "https://example.org/x"


@pytest.mark.parametrize("data", [b"", b"about:blank", b"file:///home/a.html", b"javascript:alert(1)", b"https://a b"])
def test_what_is_no_address_of_the_web_is_none(data: bytes) -> None:
    mime = QMimeData()
    mime.setData("chromium/x-source-url", data)
    mime.setUrls([QUrl("https://example.org/")])
    assert address_in(mime) == ""


def test_an_article_that_was_just_imported_is_marked_in_the_library(opened: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    page = tmp_path / "new.md"
    page.write_text("# 新规解读\n\n第一段文字说算法。\n", "utf-8")
    with qtbot.waitSignal(opened.worker.ended):
        opened.imports.take([page])
    opened.lists.catch_up()
    library = opened.sidebar.library
    qtbot.waitUntil(lambda: opened.view.article in library.chosen(), timeout=5_000)
