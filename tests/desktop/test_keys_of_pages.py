"""Every page in the centre is gone through by Tab from above to below, and Enter presses the button one stands on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QWidget

from desktop.main_window import MainWindow
from desktop.panels.pages import Pages
from tests.desktop.test_leaving_pages import PAGES
from tests.desktop.test_window import settle

MOST = 120


def place(widget: QWidget, page: QWidget) -> QRect:
    return QRect(widget.mapTo(page, QPoint(0, 0)), widget.size())


def reachable(page: QWidget) -> set[QWidget]:
    """What Tab should reach: whatever takes it and can be seen, but what leads on to another."""
    return {
        each
        for each in page.findChildren(QWidget)
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.isVisible() and each.isEnabled() and each.focusProxy() is None
    }


def round_trip(page: QWidget) -> Iterator[QWidget]:
    """Go on by Tab until one is where one began, and give what of the page was met."""
    begun = QApplication.focusWidget()
    for _ in range(MOST):
        held = QApplication.focusWidget()
        assert held is not None
        if page.isAncestorOf(held):
            yield held
        QTest.keyClick(held, Qt.Key.Key_Tab)
        if QApplication.focusWidget() in (begun, held):
            return
    pytest.fail("Tab comes to no end")


# Where Tab is a letter that is written.
_WRITING = ("text_editor", "journal")


@pytest.mark.parametrize("command", [each for each, name in PAGES.items() if name not in _WRITING])
def test_tab_goes_through_all_of_a_page_from_above_to_below(opened: MainWindow, command: str) -> None:
    opened.resize(1280, 1000)
    opened.going.text()
    opened.command.trigger(command)
    settle(opened)
    page = opened.pages.page(PAGES[command])
    for bar in (opened.bar, opened.status, opened.sidebar):
        bar.setEnabled(False)  # only the page is gone through
    held = QApplication.focusWidget()
    assert held is not None
    assert page is held or page.isAncestorOf(held), held
    met = list(dict.fromkeys(round_trip(page)))
    missed = reachable(page) - set(met)
    assert not missed, [(type(each).__name__, each.accessibleName()) for each in missed]
    first = min(range(len(met)), key=lambda at: (place(met[at], page).top() // 24, at))
    turned = met[first:] + met[:first]
    ups = [
        (one.accessibleName(), other.accessibleName())
        for one, other in pairwise(turned)
        if place(other, page).bottom() < place(one, page).top()
        and place(other, page).left() < place(one, page).right()
        and place(one, page).left() < place(other, page).right()
    ]
    assert not ups


def test_enter_presses_the_button_that_has_the_keys_and_nothing_else(opened: MainWindow) -> None:
    opened.command.trigger("export")
    settle(opened)
    page = opened.pages.page("export")
    chip = next(each for each in page.findChildren(QAbstractButton) if each.isCheckable() and each.isVisible())
    before = chip.isChecked()
    chip.setFocus()
    other = next(each for each in page.findChildren(QAbstractButton) if each.text().startswith("Without"))
    other.setFocus()
    for key, modifier in (
        (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier),
    ):
        was = other.isChecked()
        QTest.keyClick(other, key, modifier)
        assert other.isChecked() is not was
    assert chip.isChecked() is before
    opened.going.history()
    settle(opened)
    undo = next(each for each in opened.pages.page("history").findChildren(QPushButton) if each.text().startswith("Undo"))
    undo.setFocus()
    QTest.keyClick(undo, Qt.Key.Key_Return)
    assert opened.session.project.next_redo() is not None


def test_the_first_part_has_the_keys_and_what_stands_before_it_is_reached_by_tab(opened: MainWindow) -> None:
    opened.command.trigger("export")
    settle(opened)
    pages = opened.pages
    assert isinstance(pages, Pages)
    page = pages.page("export")
    held = QApplication.focusWidget()
    assert held is not None
    assert held.accessibleName() == "What it is exported as"
    assert page.focusProxy() is None
    QTest.keyClick(held, Qt.Key.Key_Backtab)
    before = QApplication.focusWidget()
    assert before is not None
    assert before.accessibleName() == "Close"
    QTest.keyClick(before, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is held
