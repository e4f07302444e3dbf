"""The pages in the centre: search, history, journal, conflicts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.project import Project
from db.records import Conflict
from db.search.searcher import Hit
from desktop.models.articles import RECORD
from desktop.models.results import Group
from desktop.panels.conflicts_page import ConflictsPage
from desktop.panels.history_page import HistoryPage
from desktop.panels.journal_page import JournalPage
from desktop.panels.search_page import SavedRow, SearchPage
from desktop.words import use_language
from tests.desktop_panels.test_inspector import words
from tests.desktop_panels.world import TEXT, World, commit, shown, template, world

__all__ = ["template", "world"]
Key = Qt.Key


@pytest.fixture
def search(world: World) -> Iterator[SearchPage]:
    page = SearchPage(world.session)
    window = shown(page, 760, 640)
    page.focus()
    yield page
    page.close_searcher()
    window.close()


def rows(page: SearchPage) -> list[Group | Hit]:
    return [page.model.index(row).data(RECORD) for row in range(page.model.rowCount())]


def hits(page: SearchPage) -> list[tuple[str, int]]:
    return [(each.kind, each.record_id) for each in rows(page) if isinstance(each, Hit)]


def test_two_chinese_characters_find_while_one_types_and_enter_goes_there(world: World, qtbot: QtBot, search: SearchPage) -> None:
    commit(search.entry, "偏见")
    qtbot.waitUntil(lambda: ("passage", world.mine) in hits(search))
    assert isinstance(rows(search)[0], Group)
    for _ in range(8):
        if search.list.currentIndex().data(RECORD).kind == "passage":
            break
        QTest.keyClick(search.entry, Key.Key_Down)
    with qtbot.waitSignal(search.place_requested) as asked:
        QTest.keyClick(search.entry, Key.Key_Return)
    assert asked.args == [world.article, 9, 26, world.mine]
    assert search.entry.hasFocus()


def test_arrows_step_over_the_titles_of_groups(world: World, qtbot: QtBot, search: SearchPage) -> None:
    search.search("算法")
    qtbot.waitUntil(lambda: len(hits(search)) > 2)
    seen = []
    for _ in range(search.model.rowCount()):
        seen.append(search.list.currentIndex().row())
        QTest.keyClick(search.entry, Key.Key_Down)
    groups = {row for row, each in enumerate(rows(search)) if isinstance(each, Group)}
    assert not groups & set(seen)
    assert len(set(seen)) == len(hits(search))


def test_the_last_query_wins(world: World, qtbot: QtBot, search: SearchPage) -> None:
    for query in ("算法", "国家", "求职者", "标准的缺失"):
        search.search(query)
    qtbot.waitUntil(lambda: bool(hits(search)))
    qtbot.wait(50)
    snippets = [each.snippet for each in rows(search) if isinstance(each, Hit)]
    assert all("标准的缺失" in snippet for snippet in snippets)
    assert ("passage", world.theirs) in hits(search)


def test_marks_lie_on_the_words_that_were_found(world: World, qtbot: QtBot, search: SearchPage) -> None:
    search.search("偏见")
    qtbot.waitUntil(lambda: bool(hits(search)))
    hit = next(each for each in rows(search) if isinstance(each, Hit) and each.kind == "passage")
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["偏见"]
    assert not search.grab().isNull()


def test_kinds_narrow_and_an_empty_query_rests(world: World, qtbot: QtBot, search: SearchPage) -> None:
    search.search("偏见")
    qtbot.waitUntil(lambda: bool(hits(search)))
    search.kinds["code"].click()
    qtbot.waitUntil(lambda: {kind for kind, _key in hits(search)} == {"code"})
    with qtbot.waitSignal(search.code_requested):
        QTest.keyClick(search.entry, Key.Key_Return)
    search.entry.clear()
    qtbot.waitUntil(lambda: not hits(search))


def test_a_fault_in_the_query_is_said_and_typing_on_mends_it(world: World, qtbot: QtBot, search: SearchPage) -> None:
    search.search("published:abcd")
    qtbot.waitUntil(lambda: bool(search._remarks.text()))
    assert search._remarks.property("role") == "error"
    search.search("偏见")
    qtbot.waitUntil(lambda: bool(hits(search)))
    assert search._remarks.property("role") == "small"


def test_a_new_tag_is_found_without_asking_again(world: World, qtbot: QtBot, search: SearchPage) -> None:
    search.search("求职者 kind:passage")
    qtbot.waitUntil(lambda: bool(search._remarks.text()))
    made = world.project.annotations.add(world.article, TEXT.index("求职者"), TEXT.index("求职者") + 3)
    qtbot.waitUntil(lambda: ("passage", made) in hits(search))
    assert search._remarks.text() == ""


def test_a_search_is_kept_run_again_and_forgotten(world: World, qtbot: QtBot, search: SearchPage) -> None:
    search.search("偏见")
    qtbot.waitUntil(lambda: bool(hits(search)))
    search._save.click()
    search._save.click()
    assert [each.query for each in world.project.searches.all()] == ["偏见"]
    search.entry.clear()
    qtbot.waitUntil(lambda: not hits(search))
    saved = [row for row in search.findChildren(SavedRow) if not row.isHidden()][-1]
    QTest.keyClick(saved, Key.Key_Return)
    assert search.entry.text() == "偏见"
    qtbot.waitUntil(lambda: bool(hits(search)))
    QTest.keyClick(saved, Key.Key_Delete)
    assert world.project.searches.all() == []


def test_a_journal_entry_that_is_found_opens_the_journal(world: World, qtbot: QtBot, search: SearchPage) -> None:
    world.project.notes.add(None, None, "今天读完三篇")
    search.search("读完三篇")
    qtbot.waitUntil(lambda: [kind for kind, _key in hits(search)] == ["note"])
    with qtbot.waitSignal(search.journal_requested):
        QTest.keyClick(search.entry, Key.Key_Return)
    assert search.entry.hasFocus()


def test_closing_the_project_ends_the_search(world: World, search: SearchPage) -> None:
    search.search("算法")
    world.session.close()
    assert search.model.rowCount() == 0
    assert search._runner._job is None


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
