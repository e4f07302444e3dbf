"""The pages in the centre: history, journal, conflicts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.project import Project
from db.records import Conflict
from desktop.panels.conflicts_page import ConflictsPage
from desktop.panels.history_page import HistoryPage
from desktop.panels.journal_page import JournalPage
from desktop.words import use_language
from tests.desktop_panels.test_inspector import words
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


def test_conflicts_are_listed_with_both_values(
    world: World, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    uuid = world.project.articles.get(world.article).uuid
    found = [
        Conflict(
            1,
            "c",
            "article",
            uuid,
            "title",
            '"mine here"',
            '"theirs there"',
            '"before"',
            "李明.glossbundle",
            "2026-01-02T03:04:05.000Z",
        )
    ]
    page = ConflictsPage(world.session)
    window = shown(page, 700, 500)
    assert page.cards() == []
    assert "no conflicts" in words(page)
    found.append(replace(found[0], id=2, uuid="d", kind="article_status", field="status", mine='"to read"', theirs='"coded"'))
    monkeypatch.setattr(Project, "conflicts", lambda _self: found)
    page.reload()
    said = words(page)
    assert f"article status {uuid[:13]}" in said
    use_language(qapp, "zh_CN")
    qtbot.waitUntil(lambda: "文章状态" in words(page))
    assert [value for value in ("字段：状态", "待读", "已编码") if value not in words(page)] == []
    assert [
        value for value in ("mine here", "theirs there", "before", "李明.glossbundle", "算法应当接受审查") if value not in said
    ] == []
    window.close()
