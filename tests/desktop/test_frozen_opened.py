"""A frozen state is opened to be read, under its name, however its bundle comes to the window."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from db.exchange import bundle
from db.project import Project
from db.sharing import freezing, merging
from desktop.actions.choosing import choose_target
from desktop.main_window import MainWindow
from desktop.panels.export_page import ExportPage
from desktop.panels.merge_sheet import MergeSheet
from desktop.settings import Settings
from tests.desktop.test_mended import _changed_elsewhere
from tests.desktop_panels.test_inspector import words


@pytest.fixture
def frozen(study: Path) -> Path:
    """The state "Submission 1" of the small project."""
    target = study.with_name("kept.glossbundle")
    with Project.open(study) as project:
        freezing.freeze(project, "Submission 1", target)
    return target


def drop(window: MainWindow, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    keys, buttons = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    window.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, buttons, keys))


def comes(way: str, window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if way == "open":
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_given: (str(path), ""))
        window.projects.open()
    elif way == "recent":
        window.projects.open_recent(str(path))
    elif way == "drop":
        drop(window, path)
    else:
        window.projects.open_path(path)  # as the command line does


@pytest.mark.parametrize("way", ["open", "recent", "drop", "argument"])
@pytest.mark.parametrize("with_project", [False, True])
def test_a_frozen_state_opens_read_only_under_its_name(
    window: MainWindow, frozen: Path, study: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, way: str, with_project: bool
) -> None:  # fmt: skip
    if with_project:
        window.projects.open_path(study)
    comes(way, window, frozen, monkeypatch)
    session = window.session
    qtbot.waitUntil(lambda: session.is_open and session.state is not None, timeout=20_000)
    assert not session.editable
    assert session.name == "Submission 1"
    assert session.file == frozen
    assert "Submission 1 (frozen, read only)" in words(window.bar)
    assert len(session.project.articles.all()) == 2
    held = session.project.path
    assert held.is_file()
    window.projects.close()
    assert not held.parent.exists()
    assert session.state is None


def test_tables_are_made_again_of_a_frozen_state(
    window: MainWindow, frozen: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.projects.open_path(frozen)
    qtbot.waitUntil(lambda: window.session.is_open, timeout=20_000)
    offered: list[str] = []
    out = tmp_path / "table.csv"
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda _on, _title, start, _kinds: (offered.append(start), (str(out), ""))[1]
    )
    window.exporting.show()
    page = window.pages.page("export")
    assert isinstance(page, ExportPage)
    page.choose("csv")
    qtbot.waitUntil(lambda: page.said == "It will hold 1 article, 2 passages.", timeout=10_000)
    with qtbot.waitSignal(window.worker.ended, timeout=20_000):
        page.ask()
    assert [Path(each).name for each in offered] == ["Submission 1.csv"]
    assert Path(offered[0]).parent == frozen.parent, "not where the state was unpacked"
    assert len(list(csv.DictReader(out.read_text("utf-8").splitlines()))) >= 2


def test_taking_in_a_frozen_state_says_what_it_is_and_offers_to_read_it(
    window: MainWindow, frozen: Path, study: Path, qtbot: QtBot
) -> None:
    window.projects.open_path(study)
    window.projects.merging.preview(frozen)
    qtbot.waitUntil(lambda: window.pages.name == "merge", timeout=20_000)
    sheet = window.pages.page("merge")
    assert isinstance(sheet, MergeSheet)
    said = words(sheet)
    assert "Frozen state “Submission 1”" in said
    assert "Verified: nothing in it was altered." in said
    qtbot.waitUntil(sheet.look.hasFocus, timeout=2_000)
    QTest.keyClick(sheet.look, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.state is not None, timeout=20_000)
    assert window.session.name == "Submission 1"


def test_another_bundle_is_previewed_as_before(window: MainWindow, study: Path, tmp_path: Path, qtbot: QtBot) -> None:
    plain = tmp_path / "plain.glossbundle"
    with Project.open(study) as project:
        bundle.write(project.contents(), plain)
    for way in ("argument", "drop"):
        window.projects.open_path(study)
        comes(way, window, plain, pytest.MonkeyPatch())
        qtbot.waitUntil(lambda: window.pages.name == "merge", timeout=20_000)
        assert window.session.state is None
        window.going.leave_page()


def test_after_the_last_decision_the_keys_stay_in_the_page(opened: MainWindow, tmp_path: Path) -> None:
    project = opened.session.project
    merging.merge(project, _changed_elsewhere(project, project.articles.all()[0].id, tmp_path))
    opened.going.text()
    opened.going.conflicts()
    page = opened.pages.page("conflicts")
    held = QApplication.focusWidget()
    assert held is not None
    QTest.keyClick(held, Qt.Key.Key_1)
    assert project.conflicts() == []
    held = QApplication.focusWidget()
    assert held is not None
    assert page.isAncestorOf(held)
    QTest.keyClick(held, Qt.Key.Key_Escape)
    assert opened.pages.name == "article"


def test_what_was_done_is_not_told_of_a_project_that_is_closed(opened: MainWindow) -> None:
    project = opened.session.project
    project.articles.edit(project.articles.all()[0].id, title="anders")
    assert opened.status.message
    opened.projects.close()
    assert opened.status.message == ""


def test_a_chooser_starts_in_a_folder_that_is_there(
    window: MainWindow, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda _on, _title, start, _kinds: asked.append(start) or ("", ""))
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _place: str(tmp_path / "Documents"))
    choose_target(window, "export", "", "", tmp_path / "gone" / "a.csv")
    assert asked == [str(Path.home() / "a.csv")]
    (tmp_path / "Documents").mkdir()
    choose_target(window, "export", "", "", tmp_path / "gone" / "a.csv")
    assert asked[1] == str(tmp_path / "Documents" / "a.csv")
