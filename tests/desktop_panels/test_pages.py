"""The pages in the centre: history, journal, conflicts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.panels.history_page import HistoryPage
from desktop.panels.journal_page import JournalPage
from tests.desktop_panels.world import World, commit, shown, template, world

__all__ = ["template", "world"]
Key = Qt.Key


def test_the_history_says_what_was_done_and_undoes_it(world: World) -> None:
    page = HistoryPage(world.session)
    window = shown(page, 700, 500)
    world.project.annotations.untag(world.mine, world.bias)
    texts = [page.model.index(row).data() for row in range(page.model.rowCount())]
    assert texts[0] == "Remove code from passage"
    assert page.undo.text() == "Undo: Remove code from passage"
    page.undo.click()
    assert world.project.annotations.get(world.mine).taggings
    assert page.model.index(0).data() == "Undid: taking a code off a passage"
    page.redo.click()
    assert not world.project.annotations.get(world.mine).taggings
    assert not page.grab().isNull()
    window.close()


def test_the_journal_takes_an_entry_and_shows_the_newest_first(world: World) -> None:
    world.project.notes.add(None, None, "old", day="2020-01-01")
    page = JournalPage(world.session)
    window = shown(page, 700, 500)
    page.focus()
    commit(page.notes.editor, "今天的决定")
    QTest.keyClick(page.notes.editor, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [note.text for note in world.project.notes.journal()] == ["今天的决定", "old"]
    assert [card.note.text for card in page.notes.cards()] == ["今天的决定", "old"]
    page.notes.cards()[1].write()
    field = QApplication.focusWidget()
    assert field is not None
    QTest.keyClicks(field, "very ")
    page.keep()
    assert world.project.notes.journal()[1].text == "very old"
    window.close()
