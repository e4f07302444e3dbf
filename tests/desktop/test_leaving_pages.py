"""Every page in the centre is left in one way: by ✕ or by Esc, back to where one was."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.main_window import MainWindow
from desktop.panels.closing import Closing
from desktop.words import use_language
from tests.desktop.test_window import settle

PAGES = {
    "go_duplicates": "duplicates", "search": "search", "go_journal": "journal", "go_history": "history",
    "go_conflicts": "conflicts", "agreement": "agreement", "go_review": "review", "versions": "versions",
    "edit_text": "text_editor", "export": "export",
    "import_report": "import_report", "show_removed": "text_choice", "shortcuts": "shortcuts", "about": "about",
}  # fmt: skip


def speak(application: QApplication, language: str) -> None:
    """Switch the language and let every widget hear of it."""
    use_language(application, language)
    for _ in range(3):
        QTest.qWait(0)


@pytest.mark.parametrize("by_mouse", [True, False])
def test_every_page_is_left_by_its_cross_and_by_esc(opened: MainWindow, by_mouse: bool) -> None:
    for command, name in PAGES.items():
        opened.going.text()
        opened.command.trigger(command)
        settle(opened)
        assert opened.pages.name == name
        page = opened.pages.page(name)
        if by_mouse:
            closing = page.findChild(Closing)
            assert closing is not None
            QTest.mouseClick(closing, Qt.MouseButton.LeftButton)
        else:
            QTest.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_Escape)
            if name == "journal":  # the first Esc is the note's that is being written
                QTest.keyClick(page, Qt.Key.Key_Escape)
        settle(opened)
        assert opened.pages.name == "article", name
        focused = QApplication.focusWidget()
        assert focused is not None
        assert opened.view.isAncestorOf(focused), name


def test_a_page_is_left_once_however_often_it_says_so(opened: MainWindow) -> None:
    opened.command.trigger("go_history")
    opened.command.trigger("go_conflicts")
    page = opened.pages.page("conflicts")
    closing = page.findChild(Closing)
    assert closing is not None
    closing.asked.emit()
    closing.asked.emit()
    assert opened.pages.name == "history"


def test_the_cross_says_what_it_does_in_both_languages(opened: MainWindow, qapp: QApplication) -> None:
    opened.command.trigger("go_history")
    closing = opened.pages.page("history").findChild(Closing)
    assert closing is not None
    assert (closing.toolTip(), closing.accessibleName()) == ("Close", "Close")
    speak(qapp, "zh_CN")
    assert closing.toolTip() == "关闭"
    speak(qapp, "en")
