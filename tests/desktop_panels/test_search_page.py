"""The search page: what is typed, clicked and kept, and what it finds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from db.search.searcher import Hit
from desktop.models.articles import RECORD
from desktop.models.results import Group
from desktop.panels.saved_searches import SavedRow
from desktop.panels.search_page import SearchPage
from desktop.words import use_language
from tests.desktop_panels.world import BIAS, TEXT, World, commit, shown, template, world

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
    qtbot.waitUntil(lambda: bool(search.bar.remarks.text()))
    assert search.bar.remarks.property("role") == "error"
    search.search("偏见")
    qtbot.waitUntil(lambda: bool(hits(search)))
    assert search.bar.remarks.property("role") == "small"


def test_a_new_tag_is_found_without_asking_again(world: World, qtbot: QtBot, search: SearchPage) -> None:
    search.search("求职者 kind:passage")
    qtbot.waitUntil(lambda: "0 found" in search.tools.count.text())
    made = world.project.annotations.add(world.article, TEXT.index("求职者"), TEXT.index("求职者") + 3, codes=[world.bias])
    qtbot.waitUntil(lambda: ("passage", made) in hits(search))
    assert search.tools.count.text() == "1 found · 1 article"


def kept(page: SearchPage) -> list[SavedRow]:
    return page.saved.rows()


def test_a_search_is_kept_run_again_renamed_and_forgotten(world: World, qtbot: QtBot, search: SearchPage) -> None:
    search.search("偏见")
    qtbot.waitUntil(lambda: bool(hits(search)))
    for _twice in range(2):
        QTest.keyClick(search.tools.keep, Key.Key_Space)
        QTest.keyClick(search.keep_bar.title, Key.Key_Return)
    assert [(each.title, each.query, each.kind) for each in world.project.searches.all()] == [("偏见", "偏见", "search")]
    assert search.entry.hasFocus()
    search.entry.clear()
    qtbot.waitUntil(lambda: not hits(search))
    (saved,) = kept(search)
    QTest.keyClick(saved, Key.Key_Return)
    assert search.entry.text() == "偏见"
    qtbot.waitUntil(lambda: bool(hits(search)))
    search.entry.clear()
    qtbot.waitUntil(lambda: not hits(search))
    (saved,) = kept(search)
    QTest.keyClick(saved, Key.Key_F2)
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    commit(field, "招聘里的偏见")
    QTest.keyClick(field, Key.Key_Return)
    assert [each.title for each in world.project.searches.all()] == ["招聘里的偏见"]
    QTest.keyClick(kept(search)[0], Key.Key_Delete)
    assert world.project.searches.all() == []
    world.project.undo()
    assert [row.search.title for row in kept(search)] == ["招聘里的偏见"]


def test_escape_leaves_the_title_and_then_the_page(qtbot: QtBot, world: World, search: SearchPage) -> None:
    search.search("偏见")
    qtbot.waitUntil(lambda: bool(hits(search)))
    search.tools.keep.click()
    with qtbot.assertNotEmitted(search.left):
        QTest.keyClick(search.keep_bar.title, Key.Key_Escape)
    assert search.keep_bar.isHidden()
    with qtbot.waitSignal(search.left):
        QTest.keyClick(search.entry, Key.Key_Escape)
    assert world.project.searches.all() == []


def test_a_smart_code_is_kept_under_its_title_and_found_as_a_code(world: World, qtbot: QtBot, search: SearchPage) -> None:
    search.search("偏见 kind:passage")
    qtbot.waitUntil(lambda: bool(hits(search)))
    search.tools.keep.click()
    search.keep_bar.title.setText("招聘偏见")
    QTest.keyClick(search.keep_bar.buttons["smart code"], Key.Key_Space)
    assert [(each.title, each.kind) for each in world.project.searches.all()] == [("招聘偏见", "smart code")]
    search.search("code:招聘偏见")
    qtbot.waitUntil(lambda: hits(search) == [("passage", world.mine)])
    search.tools.keep.click()
    search.keep_bar.title.setText("招聘偏见")
    search.keep_bar.buttons["smart code"].click()
    assert len(world.told) == 1  # a second one of that name is refused, and the title can be mended
    assert not search.keep_bar.isHidden()


def test_a_standing_search_says_what_is_new_until_it_was_looked_at(world: World, qtbot: QtBot, search: SearchPage) -> None:
    project = world.project
    key = project.searches.add("歧视", "code:asgf1.3.1.1.b", "standing")
    qtbot.waitUntil(lambda: [row.news_said for row in kept(search)] == ["2 found, not looked at yet"])
    QTest.keyClick(kept(search)[0], Key.Key_Return)
    qtbot.waitUntil(lambda: len(hits(search)) == 2)
    qtbot.waitUntil(lambda: search.tools.count.text() == "2 found · 1 article · 2 new")
    assert all(search.model.is_fresh(each) for each in rows(search) if isinstance(each, Hit))
    assert project.searches.news(key).total == 0
    search.entry.clear()
    qtbot.waitUntil(lambda: [row.news_said[:17] for row in kept(search)] == ["Nothing new since"])
    project.annotations.add(world.article, 0, 4, codes=[world.bias])
    qtbot.waitUntil(lambda: [row.news_said[:11] for row in kept(search)] == ["1 new since"])
    (row,) = kept(search)
    with qtbot.waitSignal(world.session.changed):
        next(each for each in row.menu.actions() if each.text() == "Search").trigger()
    assert [each.kind for each in project.searches.all()] == ["search"]


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
    assert not search.results.runner.busy


# Typing


def test_what_is_being_composed_is_not_searched(world: World, qtbot: QtBot, search: SearchPage) -> None:
    with qtbot.assertNotEmitted(search.results.found, wait=250):
        QApplication.sendEvent(search.entry, QInputMethodEvent("pianjian", []))
        QTest.keyClick(search.entry, Key.Key_Down)
    assert not search.entry.popup.shown
    commit(search.entry, "偏见")
    qtbot.waitUntil(lambda: ("passage", world.mine) in hits(search))


def test_values_are_offered_while_one_types_and_tab_takes_one(world: World, qtbot: QtBot, search: SearchPage) -> None:
    QTest.keyClicks(search.entry, "cod")
    qtbot.waitUntil(lambda: "code:" in search.entry.popup.labels)
    QTest.keyClick(search.entry, Key.Key_Tab)
    assert search.entry.text() == "code:"
    assert search.entry.hasFocus()
    commit(search.entry, "偏见")
    qtbot.waitUntil(lambda: any("偏见" in offer for offer in search.entry.popup.labels))
    QTest.keyClick(search.entry, Key.Key_Down)
    QTest.keyClick(search.entry, Key.Key_Up)
    QTest.keyClick(search.entry, Key.Key_Return)
    assert not search.entry.popup.shown
    assert search.entry.text().startswith("code:")
    assert search.entry.text().endswith(" ")
    qtbot.waitUntil(lambda: bool(hits(search)))


def test_escape_closes_the_offers_and_not_the_page(qtbot: QtBot, search: SearchPage) -> None:
    QTest.keyClicks(search.entry, "coder:")
    qtbot.waitUntil(lambda: search.entry.popup.shown)
    with qtbot.assertNotEmitted(search.left):
        QTest.keyClick(search.entry, Key.Key_Escape)
    assert not search.entry.popup.shown
    QTest.keyClick(search.entry, Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: "李明" in search.entry.popup.labels)


def test_enter_runs_a_word_that_is_also_the_name_of_a_field(qtbot: QtBot, search: SearchPage) -> None:
    QTest.keyClicks(search.entry, "code")
    qtbot.waitUntil(lambda: search.entry.popup.shown)
    with qtbot.waitSignal(search.results.found):
        QTest.keyClick(search.entry, Key.Key_Return)
    assert search.entry.text() == "code"


def test_a_mistake_is_underlined_at_its_place(qtbot: QtBot, search: SearchPage) -> None:
    search.search("偏见 published:abcd")
    qtbot.waitUntil(lambda: search.entry.faults == ((3, 17),))
    assert "abcd" in search.bar.remarks.text()
    assert not search.entry.grab().isNull()
    search.search("𠮷 (偏见")
    qtbot.waitUntil(lambda: search.entry.faults == ((2, 3),))
    assert search.bar.remarks.property("role") == "small"
    QTest.keyClick(search.entry, Key.Key_Backspace)
    assert search.entry.faults == ()


def test_the_query_is_said_in_words(world: World, qapp: QApplication, qtbot: QtBot, search: SearchPage) -> None:
    search.search(f"code:{BIAS} coder:王 -国家 偏见")
    label = world.project.codes.get(world.bias).label("en")
    assert search.bar.said.text() == f"Passages coded {label}, by 王岚, whose words hold 偏见 and not 国家"
    use_language(qapp, "zh_CN")
    label = world.project.codes.get(world.bias).label("zh_CN")
    said = f"编码为“{label}”、由“王岚”所作、文字含“偏见”而不含“国家”的片段"
    qtbot.waitUntil(lambda: search.bar.said.text() == said)
