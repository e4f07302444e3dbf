"""The panel that shows two letters for every code while they are typed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication

from db.importers import read_text
from desktop.main_window import MainWindow
from desktop.mnemonics import assign
from tests.desktop.test_tagging import BIAS, CONTROL, OPAQUE, SECOND, Keyboard, keyboard, pair, panel, passages

__all__ = ["keyboard"]
Key = Qt.Key


def test_a_letter_can_be_taken_back_and_escape_leads_back_to_the_text(opened: MainWindow, keyboard: Keyboard) -> None:
    letters = pair(opened, BIAS)
    before = passages(opened)
    keyboard.go("备案")
    keyboard.press(Key.Key_C)
    every = panel(opened).model.rowCount()
    keyboard.letters(letters[0])
    some = panel(opened).model.rowCount()
    keyboard.press(Key.Key_Backspace)
    assert 0 < some < every == panel(opened).model.rowCount()
    keyboard.press(Key.Key_Escape)
    assert panel(opened).isHidden()
    assert opened.view.reader.page.hasFocus()
    assert passages(opened) == before


def test_letters_no_code_has_are_said_and_not_taken(opened: MainWindow, keyboard: Keyboard) -> None:
    project = opened.session.project
    used = set(assign(project.codes.offered(), {}).values())
    first = pair(opened, BIAS)[0]
    wrong = next(letter for letter in "zyxwvutsrqponmlkjihgfedcba" if first + letter not in used)
    before = passages(opened)
    keyboard.go("备案")
    keyboard.press(Key.Key_C)
    keyboard.letters(first + wrong)
    assert panel(opened).isVisible()
    assert panel(opened).typed.text() == f"{first}_"
    assert first + wrong in panel(opened).accessibleDescription()
    assert passages(opened) == before
    keyboard.letters(pair(opened, BIAS)[1])
    assert passages(opened)[SECOND] == [BIAS]


def test_arrow_keys_and_enter_tag_too(opened: MainWindow, keyboard: Keyboard) -> None:
    keyboard.go("备案")
    keyboard.press(Key.Key_C, Key.Key_Return)
    assert panel(opened).isVisible()
    keyboard.press(Key.Key_Down, Key.Key_Return)
    assert passages(opened)[SECOND] == [BIAS]  # what was used last comes first


def test_letters_can_be_changed_and_those_taken_change_places(opened: MainWindow, keyboard: Keyboard) -> None:
    bias, opaque = pair(opened, BIAS), pair(opened, OPAQUE)
    before = passages(opened)
    keyboard.go("备案")
    keyboard.press(Key.Key_C, Key.Key_Down, Key.Key_F2)
    keyboard.letters(opaque)
    assert panel(opened).isVisible()
    assert passages(opened) == before
    assert (pair(opened, BIAS), pair(opened, OPAQUE)) == (opaque, bias)
    keyboard.letters(bias)
    assert passages(opened)[SECOND] == [OPAQUE]
    opened.session.project.undo()
    opened.session.project.undo()
    assert (pair(opened, BIAS), pair(opened, OPAQUE)) == (bias, opaque)


def test_escape_leaves_the_letters_as_they_are_and_the_panel_open(opened: MainWindow, keyboard: Keyboard) -> None:
    before = pair(opened, BIAS)
    keyboard.go("备案")
    keyboard.press(Key.Key_C, Key.Key_Down, Key.Key_F2, Key.Key_Z, Key.Key_Escape)
    assert panel(opened).isVisible()
    assert pair(opened, BIAS) == before
    keyboard.press(Key.Key_Escape)
    assert panel(opened).isHidden()


def test_the_panel_is_no_target_of_input_methods_and_closes_when_the_keys_go_elsewhere(
    opened: MainWindow, keyboard: Keyboard
) -> None:
    keyboard.go("备案")
    keyboard.press(Key.Key_C)
    assert panel(opened).hasFocus()
    assert not panel(opened).testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    QApplication.sendEvent(panel(opened), QInputMethodEvent("pian", []))
    assert panel(opened).typed.text() == "__"
    keyboard.press(Key.Key_K, modifiers=CONTROL)
    assert panel(opened).isHidden()
    assert not opened.view.reader.page.hasFocus()


def test_the_letters_are_those_of_the_project_that_is_open_now(opened: MainWindow, keyboard: Keyboard, tmp_path: Path) -> None:
    keyboard.go("备案")
    keyboard.press(Key.Key_C, Key.Key_Escape)
    assert opened.session.create(tmp_path / "other.gloss")
    project = opened.session.project
    project.set_letters(project.codes.by_ref(BIAS), "zy")
    opened.view.open(project.articles.add(read_text("另一个项目说备案。", "other")))
    keyboard.go("备案")
    keyboard.press(Key.Key_C)
    keyboard.letters("zy")
    assert passages(opened) == {"另一个项目说备案": [BIAS]}
