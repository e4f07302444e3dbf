"""On the page of conflicts the keys stay in it while what it shows is undone and done again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from db.exchange import bundle
from db.person import Person
from db.project import Project
from db.sharing import merging
from desktop.main_window import MainWindow
from desktop.panels.conflicts_page import ConflictsPage

ADA = Person("01900000-0000-7000-8000-000000000002", "Ada", "A", installation="there")
Key = Qt.Key


@pytest.fixture
def merged(study: Path) -> Path:
    """The small project after a colleague's other titles were taken in."""
    kit, sent, home = (study.with_name(name) for name in ("kit.glossbundle", "ada.glossbundle", "home.gloss"))
    with Project.open(study) as mine:
        bundle.write(mine.contents(), kit)
        with Project.create(home, person=ADA) as hers:
            merging.merge(hers, kit)
            for article in hers.articles.all():
                hers.articles.edit(article.id, title=f"{article.title} theirs")
            bundle.write(hers.contents(), sent)
        for article in mine.articles.all():
            mine.articles.edit(article.id, title=f"{article.title} mine")
    return sent


@pytest.fixture
def page(window: MainWindow, merged: Path, study: Path) -> ConflictsPage:
    window.projects.open_path(study)
    window.watching.look()
    merging.merge(window.session.project, merged)
    window.going.conflicts()
    QTest.qWait(20)
    page = window.pages.page("conflicts")
    assert isinstance(page, ConflictsPage)
    assert page.model.rowCount() == 2
    return page


def press(key: Key, ctrl: bool = False, shift: bool = False) -> None:
    """Press a key wherever the keys are."""
    held = Qt.KeyboardModifier.NoModifier
    held |= Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
    held |= Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, held)
    QTest.qWait(5)


def test_the_keys_stay_in_the_page_through_undo_and_redo_of_the_whole_merge(window: MainWindow, page: ConflictsPage) -> None:
    press(Key.Key_1)
    press(Key.Key_2)
    assert page.model.rowCount() == 0
    assert page.closing.hasFocus()
    for _each in range(3):
        press(Key.Key_Z, ctrl=True)
        print("U", page.model.rowCount(), QApplication.focusWidget(), window.pages.name)
    for _each in range(3):
        press(Key.Key_Z, ctrl=True, shift=True)
        print("R", page.model.rowCount(), QApplication.focusWidget(), window.pages.name)
