"""Every command works without a mouse: those with keys by their keys, the others by name from the command field."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from desktop.commands import COMMANDS, MENUS, Command, Needs
from desktop.main_window import MainWindow
from desktop.panels.search_page import SearchPage
from tests.desktop.test_window import settle

Key = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def no_dialogs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Native dialogs are closed at once."""

    def nothing(*_given: object, **_named: object) -> tuple[str, str]:
        return "", ""

    def no_folder(*_given: object, **_named: object) -> str:
        return ""

    for name in ("getOpenFileName", "getOpenFileNames", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, nothing)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", no_folder)


def press(window: MainWindow, key: Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or window, key, modifiers)
    settle(window)


def at_the_text(window: MainWindow, study: Path) -> None:
    """Open the first article and go to its beginning, from wherever the command before led."""
    if not window.session.is_open or window.session.project.path != study:
        window.projects.open_path(study)
    window.view.open(window.session.project.articles.by_ref("first"))
    window.going.text()
    press(window, Key.Key_Escape)
    press(window, Key.Key_Home, CONTROL)


def tag(window: MainWindow) -> None:
    press(window, Key.Key_T)
    press(window, Key.Key_Return)


def find(window: MainWindow) -> None:
    press(window, Key.Key_F, CONTROL)
    window.view.find_bar.field.setText("说")
    window.going.text()
    settle(window)


def search_the_project(window: MainWindow) -> None:
    window.command.trigger("search")
    page = window.pages.page("search")
    assert isinstance(page, SearchPage)
    page.search("说")
    for _wait in range(200):
        if page.has_hits:
            break
        QTest.qWait(20)
    window.going.text()
    settle(window)


def mark_one_end(window: MainWindow) -> None:
    press(window, Key.Key_M)
    press(window, Key.Key_Down, CONTROL)


def undo_one(window: MainWindow) -> None:
    press(window, Key.Key_H)
    press(window, Key.Key_Z, CONTROL)


def see_the_history(window: MainWindow) -> None:
    press(window, Key.Key_H, CONTROL)


def there_and_back(window: MainWindow) -> None:
    press(window, Key.Key_H, CONTROL)
    press(window, Key.Key_Left, Qt.KeyboardModifier.AltModifier)


def hide_a_code(window: MainWindow) -> None:
    press(window, Key.Key_J)
    window.command.trigger("hide_code")


def go_to_the_first(window: MainWindow) -> None:
    press(window, Key.Key_J)


def two_articles(window: MainWindow) -> None:
    if not window.view.beside:
        press(window, Key.Key_Backslash, CONTROL)


def select_a_character(window: MainWindow) -> None:
    press(window, Key.Key_Right, SHIFT)


def highlight(window: MainWindow) -> None:
    press(window, Key.Key_H)


# How a person brings about what a command needs, by keys.
READY: dict[Needs, Callable[[MainWindow], None]] = {
    "selection": select_a_character,
    "annotation": go_to_the_first,
    "codes": tag,
    "end": mark_one_end,
    "hits": find,
    "found": search_the_project,
    "undo": highlight,
    "redo": undo_one,
    "back": see_the_history,
    "forward": there_and_back,
    "beside": two_articles,
    "hidden": hide_a_code,
}


def use(window: MainWindow, each: Command) -> None:
    """Press the keys of a command where the focus is, or find it by name in the command field."""
    if each.shortcut:
        keys = QKeySequence.fromString(each.shortcut, QKeySequence.SequenceFormat.PortableText)
        QTest.keySequence(QApplication.focusWidget() or window, keys)
        return
    press(window, Key.Key_K, CONTROL)
    field = window.bar.field
    if each.text.isascii():
        QTest.keyClicks(field, each.text)
    else:
        words = QInputMethodEvent()
        words.setCommitString(each.text.removesuffix("…"))
        QApplication.sendEvent(field, words)
    names = [entry.key for entry in field.entries(field.text())]
    for _below in range(names.index(each.name)):
        QTest.keyClick(field, Key.Key_Down)
    QTest.keyClick(field, Key.Key_Return)


def free(window: MainWindow, each: Command) -> bool:
    """Whether nothing hinders a command."""
    return not window.command.hindrance(each.name)


@pytest.mark.usefixtures("no_dialogs")
@pytest.mark.parametrize("menu", MENUS)
def test_every_command_of_a_menu_runs_by_keys(opened: MainWindow, study: Path, qtbot: QtBot, menu: str) -> None:
    silent = []
    for each in sorted((each for each in COMMANDS if each.menu == menu), key=lambda each: each.name in ("close_project", "quit")):
        at_the_text(opened, study)
        READY.get(each.needs, settle)(opened)
        qtbot.waitUntil(partial(free, opened, each))  # what the last one started may still run
        with qtbot.waitSignal(opened.command[each.name].triggered, raising=False) as ran:
            use(opened, each)
        settle(opened)
        if not ran.signal_triggered:
            silent.append((each.name, opened.command.hindrance(each.name)))
    assert silent == []


LETTERS = "".join(each.shortcut.lower() for each in COMMANDS if each.where == "reader" and len(each.shortcut) == 1)


def test_letters_typed_into_a_field_are_text_and_no_commands(opened: MainWindow, study: Path) -> None:
    at_the_text(opened, study)
    before = opened.session.project.history()
    press(opened, Key.Key_F, CONTROL)
    QTest.keyClicks(opened.view.find_bar.field, LETTERS)
    settle(opened)
    assert opened.view.find_bar.field.text() == LETTERS
    assert opened.session.project.history() == before


def test_letters_do_nothing_while_an_input_method_composes_a_note(opened: MainWindow, study: Path) -> None:
    at_the_text(opened, study)
    press(opened, Key.Key_J)
    press(opened, Key.Key_N)
    editor = opened.inspector.passage.notes.editor
    before = opened.session.project.history()
    QApplication.sendEvent(editor, QInputMethodEvent("pianjian", []))
    QTest.keyClicks(editor, "t")
    settle(opened)
    assert opened.view.find_bar.isHidden()
    assert opened.session.project.history() == before
    assert QApplication.focusWidget() is editor


def test_the_page_of_text_is_no_target_of_input_methods(opened: MainWindow, study: Path) -> None:
    at_the_text(opened, study)
    page = opened.view.reader.page
    assert not page.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    QApplication.sendEvent(page, QInputMethodEvent("bian", []))
    press(opened, Key.Key_H)
    assert [change.label for change in opened.session.project.history(1)] == ["Highlight passage"]
