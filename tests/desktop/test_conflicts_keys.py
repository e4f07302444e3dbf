"""On the page of conflicts the keys stay in it while what it shows is undone and done again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

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
    assert page.closing.hasFocus()
    for left in (1, 2, 0):
        press(Key.Key_Z, ctrl=True)
        assert page.model.rowCount() == left
        assert (page.list if left else page.closing).hasFocus()
    for left in (2, 1, 0):
        press(Key.Key_Z, ctrl=True, shift=True)
        assert page.model.rowCount() == left
        assert (page.list if left else page.closing).hasFocus()
    press(Key.Key_Z, ctrl=True)
    press(Key.Key_3)  # a title cannot be both: nothing is done, here nor in the text
    press(Key.Key_0)
    assert (page.model.rowCount(), page.list.currentIndex().row(), window.pages.name) == (1, 0, "conflicts")
    press(Key.Key_2)
    assert page.model.rowCount() == 0


def test_escape_leaves_when_the_whole_merge_was_undone(window: MainWindow, page: ConflictsPage) -> None:
    press(Key.Key_1)
    press(Key.Key_Z, ctrl=True)
    press(Key.Key_Z, ctrl=True)
    assert page.model.rowCount() == 0
    press(Key.Key_Escape)
    assert window.pages.name == "article"


def test_keys_that_were_given_away_on_purpose_are_not_taken_back(window: MainWindow, page: ConflictsPage) -> None:
    elsewhere = QLineEdit(window)
    elsewhere.show()
    elsewhere.setFocus()
    for _decided in range(2):
        page.decide("mine")
        assert elsewhere.hasFocus()
    window.session.act(window.session.project.undo)
    assert page.model.rowCount() == 1
    assert elsewhere.hasFocus()


def test_keys_that_nothing_seen_has_come_back_to_the_page(window: MainWindow, page: ConflictsPage) -> None:
    page.list.clearFocus()
    page.decide("mine")
    assert page.list.hasFocus()
    page.list.clearFocus()
    page.decide("mine")
    assert page.closing.hasFocus()
