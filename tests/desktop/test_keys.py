"""Single keys act on what one sees, and lead back to the text."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from db.records import ArticleId
from desktop.main_window import MainWindow
from tests.desktop.test_window import settle

Key = Qt.Key


def test_a_key_right_behind_a_selection_is_not_lost(opened: MainWindow) -> None:
    opened.view.focus()
    page = opened.view.reader.page
    QTest.keyClick(page, Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    opened.watching.look()
    QTest.keyClick(page, Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(page, Key.Key_T)
    assert opened.picker.isVisible()


def test_no_key_acts_on_an_annotation_the_caret_has_left(opened: MainWindow) -> None:
    opened.view.focus()
    project = opened.session.project
    article = opened.view.article
    assert article is not None
    marks = [mark for mark in project.annotations.of(ArticleId(article)) if mark.start is not None]
    page = opened.view.reader.page
    QTest.keyClick(page, Key.Key_J)
    settle(opened)
    assert opened.view.current == marks[0].id
    QTest.keyClick(page, Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    settle(opened)
    QTest.keyClick(page, Key.Key_Delete)
    settle(opened)
    assert opened.view.current is None
    assert len(project.annotations.of(ArticleId(article))) == len(marks)


def test_escape_from_the_picker_leads_back_to_the_text(opened: MainWindow) -> None:
    opened.view.focus()
    page = opened.view.reader.page
    opened.view.reader.set_selection(0, 3)
    QTest.keyClick(page, Key.Key_T)
    settle(opened)
    QTest.keyClick(opened.picker.entry, Key.Key_Escape)
    settle(opened)
    assert opened.picker.isHidden()
    assert QApplication.focusWidget() is page


def test_a_written_note_gives_the_keys_back_to_the_text(opened: MainWindow) -> None:
    opened.view.focus()
    page = opened.view.reader.page
    opened.view.reader.set_selection(0, 3)
    QTest.keyClick(page, Key.Key_N)
    settle(opened)
    editor = opened.inspector.passage.notes.editor
    QTest.keyClicks(editor, "why")
    QTest.keyClick(editor, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(opened)
    assert QApplication.focusWidget() is page
    assert [note.text for note in opened.session.project.notes.all()] == ["why"]
    QTest.keyClick(page, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(opened)
    assert QApplication.focusWidget() is page
