"""The search page as a newcomer works it: what moves under the mouse, what is said of what was run, what F8 steps through."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from threading import Event

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from db.records import Draft, Layout
from db.search.query import parse
from db.search.searcher import Hit, Searcher
from desktop.models.articles import RECORD
from desktop.models.results import Group, ResultsModel
from desktop.panels.concordance_view import ConcordanceView
from desktop.panels.hit_delegate import GROUP_ROW
from desktop.panels.hit_list import HitList
from desktop.panels.search_page import SearchPage
from desktop.panels.searching import Lane, SearchRunner
from desktop.query_words import Names, sentence
from desktop.words import use_language
from tests.desktop_panels.test_search_page import hits, rows, search
from tests.desktop_panels.test_search_results import page
from tests.desktop_panels.world import BIAS, World, commit, shown, template, world

__all__ = ["search", "template", "world"]
Key = Qt.Key


# The list


def pixels(window: QWidget) -> QImage:
    """Give what stands on the screen, which nobody paints anew for it."""
    return window.screen().grabWindow(window.winId()).toImage()


def turn_wheel(view: HitList) -> None:
    at = view.viewport().rect().center()
    there = QPointF(view.viewport().mapToGlobal(at))
    none = Qt.MouseButton.NoButton
    turned = QWheelEvent(
        QPointF(at), there, QPoint(), QPoint(0, -120), none, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(view.viewport(), turned)


def test_what_is_on_the_screen_after_scrolling_is_what_a_fresh_drawing_shows(qapp: QApplication) -> None:
    model = ResultsModel()
    model.show_hits(page(range(120), 3).hits)
    view = HitList(model)
    window = shown(view, 500, 400)
    view.setFocus()
    before = pixels(window)
    steps = [partial(turn_wheel, view)] * 3 + [partial(QTest.keyClick, view, key) for key in (Key.Key_PageDown, Key.Key_PageUp)]
    for step in (*steps, partial(QTest.keyClick, view, Key.Key_End), partial(turn_wheel, view)):
        step()
        qapp.sendPostedEvents()
        QTest.qWait(20)
        exposed = pixels(window)
        view.viewport().repaint()
        assert exposed == pixels(window)
    assert exposed != before
    window.close()


def test_a_new_query_begins_at_its_first_hit_and_a_change_keeps_the_current_one(
    world: World, qtbot: QtBot, search: SearchPage
) -> None:
    made = [world.project.annotations.add(world.article, at, at + 8) for at in range(30)]
    search.search("kind:passage")
    qtbot.waitUntil(lambda: len(hits(search)) == 32)
    search.list.go_to(25)
    chosen = search.list.currentIndex().data(RECORD)
    world.project.annotations.add(world.article, 40, 48)
    qtbot.waitUntil(lambda: len(hits(search)) == 33)
    assert search.list.currentIndex().data(RECORD) == chosen
    search.search("kind:passage created:2000..")
    qtbot.waitUntil(lambda: not search.results.runner.busy)
    assert search.list.currentIndex().row() == 1
    assert search.list.verticalScrollBar().value() == 0
    assert len(made) == 30


def test_groups_say_no_number_until_it_is_known(qapp: QApplication) -> None:
    model = ResultsModel()
    model.show_hits(page(range(4), 3).hits, more=True)
    view = HitList(model)
    window = shown(view, 400, 300)
    number = QRect(view.viewport().width() - 60, 0, 60, GROUP_ROW)

    def colours() -> int:
        drawn = view.viewport().grab(number).toImage()
        return len({drawn.pixel(x, y) for x in range(drawn.width()) for y in range(drawn.height())})

    assert colours() == 1
    model.know_totals({"article": {0: 7}})
    assert colours() > 1
    first = model.index(0).data(RECORD)
    assert isinstance(first, Group)
    assert (first.count, first.more) == (7, False)
    model.more = False
    assert colours() > 1
    window.close()


# Counting


def test_a_count_that_stops_early_is_followed_by_the_whole_one(
    world: World, qtbot: QtBot, search: SearchPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.project.change("Many"):
        for at in range(449):
            world.project.annotations.add(world.article, at % 60, at % 60 + 8)
    monkeypatch.setattr(SearchRunner.count, "__defaults__", (300,))
    monkeypatch.setattr("desktop.panels.results_view.MOST_COUNTED", 300)
    said: list[str] = []
    search.results.told.connect(lambda: said.append(search.results.counted()))
    search.search("kind:passage OR kind:article")
    qtbot.waitUntil(lambda: search.tools.count.text().startswith("452 found"))
    capped = [each for each in said if "+" in each]
    assert capped
    assert all(each.startswith("300+ found") for each in capped)


def test_an_idle_work_gives_way_and_is_done_in_the_end(world: World, qtbot: QtBot) -> None:
    lane, begun, done = Lane(), Event(), list[str]()
    begun_twice = Event()
    path = world.project.path

    def slow(searcher: Searcher) -> str:
        if begun.is_set():
            begun_twice.set()
            return "all"
        begun.set()
        while True:  # until it is stopped
            searcher.connection.execute("SELECT count(*) FROM code a, code b, code c, code d").fetchone()

    lane.done.connect(lambda name, _value: done.append(name))
    lane.ask(path, "all", slow, idle=True)
    qtbot.waitUntil(begun.is_set)
    assert lane.is_asked("all")
    lane.ask(path, "quick", lambda _searcher: 1)
    qtbot.waitUntil(lambda: done == ["quick", "all"])
    assert begun_twice.is_set()
    assert not lane.busy
    lane.close()


# What is said


def called(world: World, query: str, kinds: Sequence[str] = ()) -> str:
    names = Names(world.project)
    return sentence(names.told(parse(query).root), names, kinds)


def test_the_sentence_says_what_was_run(world: World, qapp: QApplication) -> None:
    assert called(world, "数据 near:5") == "Everything whose words hold 数据"
    assert called(world, "foo:bar") == "Everything whose words hold foo:bar"
    assert called(world, "has:note stance:denies") == "Passages with the stance “denies” and a note"
    assert called(world, "has:note", ["passage"]) == "Passages with a note"
    assert called(world, "code:3.1.1") in (f"Passages coded 3.1.1 ({n} frameworks)" for n in range(2, 6))
    use_language(qapp, "zh_CN")
    assert called(world, "has:note stance:denies") == "带有“否认”立场和笔记的片段"
    use_language(qapp, "en")


def test_an_operator_that_joins_nothing_yet_changes_nothing(world: World, qtbot: QtBot, search: SearchPage) -> None:
    commit(search.entry, "偏见")
    qtbot.waitUntil(lambda: ("passage", world.mine) in hits(search))
    before = hits(search)
    for typed in (" OR", " ", '"'):
        with qtbot.waitSignal(search.results.found) if typed.strip() else qtbot.assertNotEmitted(search.results.failed):
            QTest.keyClicks(search.entry, typed)
        QTest.qWait(150)
        assert hits(search) == before
    assert search.bar.said.text() == "Everything whose words hold 偏见"


def test_nothing_is_advised_where_nothing_was_searched(qtbot: QtBot, search: SearchPage) -> None:
    search.search("*")
    qtbot.waitUntil(lambda: "*" in search.bar.remarks.text())
    assert search.results._nothing.isHidden()
    search.search("没有这样的词")
    qtbot.waitUntil(lambda: not search.results._nothing.isHidden())


# What stays where it is


def test_the_buttons_stay_where_they_are_while_numbers_and_remarks_come(qtbot: QtBot, search: SearchPage) -> None:
    search.search("算法")
    qtbot.waitUntil(lambda: bool(hits(search)))
    tools, count = search.tools, search.tools.count
    places = [each.mapTo(search, QPoint()) for each in (*tools.kinds.values(), tools.group, tools.sort, tools.export)]
    count.setText("9,999+ found · 999 articles")
    search.bar.remark("One line of a remark.")
    QTest.qWait(20)
    assert places == [each.mapTo(search, QPoint()) for each in (*tools.kinds.values(), tools.group, tools.sort, tools.export)]
    search.bar.remark("What is wrong", wrong=True)
    QTest.qWait(20)
    assert places[0] == next(iter(tools.kinds.values())).mapTo(search, QPoint())


def test_offers_leave_the_sentence_in_sight_and_punctuation_has_none(qtbot: QtBot, search: SearchPage) -> None:
    QTest.keyClicks(search.entry, "coder:")
    qtbot.waitUntil(lambda: search.entry.popup.shown)
    frame = search.window().findChild(QWidget, "palette")
    assert frame is not None
    assert frame.y() >= search.bar.mapTo(search.window(), QPoint(0, search.bar.height())).y()
    QTest.keyClick(search.entry, Key.Key_Escape)
    search.entry.clear()
    with qtbot.waitSignal(search.bar._lane.done):
        commit(search.entry, "《")
    assert not search.entry.popup.shown


# Stepping, opening, keeping


def test_stepping_opens_lines_where_lines_are_shown(world: World, qtbot: QtBot, search: SearchPage) -> None:
    text = "责任在先。责任在后。责任在中。"
    article = world.project.articles.add(Draft("责任", text, Layout.of_lines(text), language="zh"))
    lines = ConcordanceView(world.session)
    search.lend(concordance=lambda: lines)
    search.search("责任")
    qtbot.waitUntil(lambda: bool(hits(search)))
    search.tools.views["concordance"].click()
    lines.place_requested.connect(search.place_requested)
    qtbot.waitUntil(lambda: lines.model.rowCount() == 3 and not lines.gathering.busy)
    for by, start in ((1, 5), (1, 10), (-1, 5)):
        with qtbot.waitSignal(search.place_requested) as asked:
            search.step(by)
        assert asked.args[:3] == [article, start, start + 2]
    search.step(1)
    with qtbot.assertNotEmitted(search.place_requested):
        search.step(1)
    lines.stop()


def test_articles_say_who_wrote_and_published_them(world: World, qtbot: QtBot, search: SearchPage) -> None:
    search.search("审查")
    qtbot.waitUntil(lambda: bool(hits(search)))
    (hit,) = [each for each in rows(search) if isinstance(each, Hit) and each.kind == "article"]
    assert search.model.second_line(hit)[1] == "5 Mar 2024 · 王鹏 (治理观察)"
    search.search("kind:passage")
    qtbot.waitUntil(lambda: {kind for kind, _key in hits(search)} == {"passage"})
    whose = {search.model.second_line(each)[1] for each in rows(search) if isinstance(each, Hit)}
    assert whose == {"5 Mar 2024 · 王岚", "5 Mar 2024 · 李明"}
    assert any(isinstance(each, Group) for each in rows(search))


def test_a_standing_search_kept_of_what_is_in_sight_was_looked_at(world: World, qtbot: QtBot, search: SearchPage) -> None:
    project = world.project
    search.search(f"code:{BIAS}")
    qtbot.waitUntil(lambda: len(hits(search)) == 2)
    search.tools.keep.click()
    search.keep_bar.buttons["standing"].click()
    (kept,) = project.searches.all()
    qtbot.waitUntil(lambda: project.searches.news(kept.id).total == 0)
    assert not any(search.model.is_fresh(each) for each in rows(search) if isinstance(each, Hit))


def test_a_code_without_a_name_is_called_by_number_and_framework(world: World, qtbot: QtBot, search: SearchPage) -> None:
    project = world.project
    code = next(code for code in project.codes.all() if code.number and not (code.name_zh or code.name_en))
    book = next(book for book in project.codes.books() if book.id == code.codebook)
    search.search("kind:passage")
    qtbot.waitUntil(lambda: bool(hits(search)))
    assert search.model.known.label(code) == f"{code.number} · Framework {book.version} (unnamed)"
