"""What was done is said in one style, as done; what Undo takes back keeps its own name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from db.records import CodeId
from desktop.main_window import MainWindow
from desktop.words import use_language
from tests.desktop.test_window import settle


@pytest.fixture
def speaking(opened: MainWindow, qapp: QApplication) -> Iterator[MainWindow]:
    yield opened
    use_language(qapp, "en")


def test_what_was_done_is_said_as_done(speaking: MainWindow, qapp: QApplication) -> None:
    project, status = speaking.session.project, speaking.status
    speaking.view.focus()
    speaking.view.reader.set_selection(20, 24)
    settle(speaking)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_H)
    assert status.message == "Highlighted"
    current = speaking.view.current
    assert current is not None
    project.notes.add("annotation", current, "why")
    assert status.message == "Note written"
    project.codes.add("", "Liability")
    assert status.message == "New code"
    project.set_unit("sentence")
    assert status.message == "Unit of passages chosen"
    use_language(qapp, "zh_CN")
    project.undo()
    assert status.message == "已撤销：选择片段的单位"
    project.set_unit("clause")
    assert status.message == "已选定片段的单位"


def test_own_words_for_a_change_have_undo_beside_them(opened: MainWindow) -> None:
    code: CodeId = opened.session.project.codes.add("", "Liability")
    opened.telling.did("New code “Liability” · tagged")
    assert opened.status.message == "New code “Liability” · tagged"
    opened.status.undo_requested.emit()
    assert code not in [each.id for each in opened.session.project.codes.all()]
