"""Two coders finish, one merges the other's layer, and within a few keys stands on a passage they disagree on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from db.exchange import bundle
from db.importers import read_text
from db.person import Person, load_person, named
from db.project import Project
from desktop.main_window import MainWindow
from desktop.panels.agreement_page import AgreementPage
from desktop.settings import Settings
from tests.desktop.test_window import press, settle

Key = Qt.Key
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
TEXT = "平台应当说明理由。\n数据出境要先问一声。偏见不会自己消失。\n备案是第一步。随后才谈分级。"
BIAS = "asgf1.3.1.1.b"
COLLEAGUE = named(Person(uuid="00000000-0000-7000-8000-00000000000b", installation="there"), "韩梅")


def code(project: Project, *sentences: str, note: str = "") -> None:
    """Code sentences of the one article as a person, and finish it."""
    (article,) = project.articles.all()
    for sentence in sentences:
        start = TEXT.index(sentence)
        made = project.annotations.add(article.id, start, start + len(sentence), codes=[project.codes.by_ref(BIAS)])
        if note:
            project.notes.add("annotation", made, note)
    project.articles.set_status(article.id, "coded")


@pytest.fixture
def mine(settings: Settings, tmp_path: Path) -> Path:
    """My project, and beside it the bundle of a colleague who coded the same article."""
    path, theirs = tmp_path / "mine.gloss", tmp_path / "theirs.gloss"
    with Project.create(path) as project, project.change("Test"):
        project.articles.add(read_text(TEXT, "一篇"))
    shutil.copy(path, theirs)
    with Project.open(theirs, person=COLLEAGUE) as project:
        code(project, "偏见不会自己消失。", "备案是第一步。", note="两处都算")
        bundle.write(project.contents(), tmp_path / "theirs.glossbundle")
    with Project.open(path, person=load_person()) as project:
        code(project, "偏见不会自己消失。", note="只有这一处")
    return path


def compared(window: MainWindow, qtbot: QtBot) -> AgreementPage:
    page = window.pages.page("agreement")
    assert isinstance(page, AgreementPage)
    qtbot.waitUntil(lambda: page.comparison is not None and not page.units.reading.busy, timeout=10_000)
    settle(window)
    return page


def called(window: MainWindow, words: str, qtbot: QtBot) -> None:
    """Call a command by its name in the command field."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=5_000)
    press(window, Key.Key_K, CONTROL)
    QTest.keyClicks(window.bar.field, words)
    QTest.keyClick(window.bar.field, Key.Key_Return)
    settle(window)


def test_from_merge_to_disagreement_by_key(window: MainWindow, mine: Path, qtbot: QtBot) -> None:
    window.projects.open_path(mine)
    settle(window)
    project = window.session.project
    with qtbot.waitSignal(window.worker.ended):
        window.projects.open_path(mine.with_name("theirs.glossbundle"))
    buttons = window.pages.page("merge").findChildren(QPushButton)
    merge = next(button for button in buttons if button.property("role") == "primary" and button.isEnabled())
    with qtbot.waitSignal(window.worker.ended):
        QTest.keyClick(merge, Key.Key_Space)
    settle(window)
    assert len(project.coders.at_work()) == 2

    window.going.text()
    called(window, "Agreement between", qtbot)
    page = compared(window, qtbot)
    assert window.pages.name == "agreement"
    assert page.table.hasFocus()
    assert page.said.endswith("1 of 5 units. Coded by only one.")

    press(window, Key.Key_Return)
    compared(window, qtbot)
    assert page.units.current is not None
    assert page.units.current.text == "备案是第一步。"
    assert [(voice.name, voice.gave, voice.notes) for voice in page.units.current.voices] == [
        ("李雷", False, ()), ("韩梅", True, ("两处都算",)),
    ]  # fmt: skip

    press(window, Key.Key_Return)
    assert window.pages.name == "article"
    (theirs,) = [each for each in project.annotations.find() if "备案" in project.annotations.several([each])[0].exact]
    assert window.view.current == theirs
    press(window, Key.Key_Left, ALT)
    assert window.pages.name == "agreement"
    assert page.units.list.hasFocus()
    assert page.units.current is not None
    assert page.units.current.text == "备案是第一步。"
    press(window, Key.Key_Escape)
    press(window, Key.Key_Escape)
    assert window.pages.name == "article"


def test_agreement_is_exported_from_its_page(
    window: MainWindow, mine: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Project.open(mine, person=COLLEAGUE) as project:
        code(project, "备案是第一步。")
    window.projects.open_path(mine)
    window.command.trigger("agreement")
    page = compared(window, qtbot)
    target = mine.with_name("agreement")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    page.export.setFocus()
    with qtbot.waitSignal(window.worker.ended):
        press(window, Key.Key_Space)
    assert window.notice.words == "Agreement exported to agreement.xlsx"
    book = load_workbook(target.with_suffix(".xlsx"), read_only=True)
    sheets = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    book.close()
    assert list(sheets) == ["Agreement", "Units", "Provenance"]
    assert len(sheets["Units"]) == 3
    titles = [cell for cell in sheets["Agreement"][0] if cell]
    assert "Krippendorff's alpha" in titles
    assert "Fleiss' kappa" not in titles, "what is not shown is not exported"
    assert any("韩梅" in str(cell) for cell in sheets["Agreement"][0])

    page.nameless.setFocus()
    press(window, Key.Key_Space)
    with qtbot.waitSignal(window.worker.ended):
        QTest.keyClick(page.export, Key.Key_Space)
    book = load_workbook(target.with_suffix(".xlsx"), read_only=True)
    told = str([row for sheet in book for row in sheet.iter_rows(values_only=True)])
    book.close()
    assert "Coder 1" in told
    assert [name for name in ("李雷", "韩梅") if name in told] == []


def test_without_a_project_there_is_nothing_to_compare(window: MainWindow) -> None:
    window.watching.look()
    assert not window.command["agreement"].isEnabled()
    window.agreement.show()
    assert window.pages.name == "start"


def test_a_closed_project_takes_its_comparison_along(window: MainWindow, mine: Path, qtbot: QtBot) -> None:
    window.projects.open_path(mine)
    window.command.trigger("agreement")
    page = window.pages.page("agreement")
    assert isinstance(page, AgreementPage)
    assert page.remarks.startswith("Agreement needs the codings of two coders.")
    window.projects.close()
    settle(window)
    assert window.pages.name == "start"
    assert page.choices.there == ()
