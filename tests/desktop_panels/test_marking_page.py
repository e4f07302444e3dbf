"""Hits become annotations: what is taken is decided by keys, kept over other boundaries, and done in one step."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from db.records import ArticleId, Draft, Layout
from desktop.actions.hit_actions import HitActions
from desktop.models.candidates import SHOWN, Heading, Piece, pieces
from desktop.models.concordance import BARS
from desktop.panels.marking_page import MarkingPage
from desktop.panels.pages import Pages
from desktop.panels.search_page import SearchPage
from desktop.panels.status_line import StatusLine
from desktop.words import use_language
from desktop.worker import Worker
from tests.desktop_panels.world import World, commit, shown, template, world

__all__ = ["template", "world"]
Key, Mod = Qt.Key, Qt.KeyboardModifier
SAID = "平台有责任，用户也有责任。\n监管部门的责任更重。"


@pytest.fixture
def second(world: World) -> ArticleId:
    return world.project.articles.add(Draft("责任的边界", SAID, Layout.of_lines(SAID), language="zh"))


@pytest.fixture
def third(world: World) -> ArticleId:
    return world.project.articles.add(Draft("责任追问", "谁来承担责任？", Layout.of_lines("谁来承担责任？"), language="zh"))


@pytest.fixture
def page(world: World, second: ArticleId, third: ArticleId, qtbot: QtBot) -> Iterator[MarkingPage]:
    made = MarkingPage(world.session)
    window = shown(made, 900, 700)
    made.begin("责任")
    ready(made, qtbot)
    made.setFocus()
    yield made
    made.applied()
    window.close()


def ready(page: MarkingPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not page.gathering.busy, timeout=5_000)


def press(page: MarkingPage, key: Qt.Key, qtbot: QtBot, modifier: Qt.KeyboardModifier = Mod.NoModifier) -> None:
    QTest.keyClick(page.list, key, modifier)
    ready(page, qtbot)


def taken(page: MarkingPage) -> list[str]:
    return [each.exact for each in page.model.marked()]


def chosen_unit(page: MarkingPage) -> str:
    (unit,) = [choice.text() for choice in page.units.values() if choice.isChecked()]
    return unit


def choose_bias(page: MarkingPage, qtbot: QtBot) -> None:
    """Choose a code as a person does, with the picker."""
    press(page, Key.Key_T, qtbot)
    assert page.given.picker.entry.hasFocus()
    commit(page.given.picker.entry, "3.1.1(b)")
    QTest.keyClick(page.given.picker.entry, Key.Key_Return)
    ready(page, qtbot)
    assert page.list.hasFocus()


def test_hits_stand_under_their_articles_as_they_would_be_marked(page: MarkingPage) -> None:
    rows = [page.model.index(row) for row in range(page.model.rowCount())]
    titles = [(row.row(), found.title, found.count) for row in rows if (found := page.model.heading(row.row()))]
    assert titles[0] == (0, "责任的边界", 3)
    assert isinstance(page.model.heading(4), Heading)
    assert page.count == "4 of 4 will be tagged"
    assert page._asked.text() == "责任"
    shown_pieces = rows[1].data(SHOWN)
    assert [piece.text for piece in shown_pieces if piece.kind == "hit"] == ["责任"]
    assert "".join(piece.text for piece in shown_pieces) == SAID.replace("\n", " ")
    assert page.list.currentIndex().row() == 1, "a title cannot be stood on"


def test_keys_take_and_leave_one_an_article_and_all(page: MarkingPage, qtbot: QtBot) -> None:
    press(page, Key.Key_Space, qtbot)
    assert page.count == "3 of 4 will be tagged"
    press(page, Key.Key_X, qtbot)
    assert page.count == "4 of 4 will be tagged"
    press(page, Key.Key_X, qtbot, Mod.ShiftModifier)
    assert page.count == "1 of 4 will be tagged"
    assert page.model.heading(1) is not None
    press(page, Key.Key_End, qtbot)
    press(page, Key.Key_X, qtbot, Mod.ShiftModifier)
    assert taken(page) == []
    press(page, Key.Key_A, qtbot)
    assert page.count == "4 of 4 will be tagged"
    press(page, Key.Key_N, qtbot)
    assert page.count == "0 of 4 will be tagged"


def test_arrows_pass_over_titles(page: MarkingPage, qtbot: QtBot) -> None:
    stood = []
    for key in (Key.Key_Down, Key.Key_Down, Key.Key_Down, Key.Key_Down, Key.Key_Up, Key.Key_Home, Key.Key_Up, Key.Key_PageDown):
        press(page, key, qtbot)
        stood.append(page.list.currentIndex().row())
    assert stood == [2, 3, 5, 5, 3, 1, 1, 5]


def test_a_click_on_a_box_takes_or_leaves_and_one_on_a_title_the_whole_article(page: MarkingPage) -> None:
    def click(row: int) -> None:
        at = page.list.visualRect(page.model.index(row)).topLeft() + QPoint(22, 26)
        QTest.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, pos=at)

    click(2)
    assert (page.model.is_on(2), page.count) == (False, "3 of 4 will be tagged")
    click(0)
    assert page.count == "4 of 4 will be tagged"
    click(0)
    assert page.count == "1 of 4 will be tagged"


def test_brackets_choose_how_far_passages_go_and_what_was_left_out_stays_out(page: MarkingPage, qtbot: QtBot) -> None:
    press(page, Key.Key_End, qtbot)
    press(page, Key.Key_X, qtbot)
    press(page, Key.Key_Home, qtbot)
    press(page, Key.Key_X, qtbot)
    assert len(taken(page)) == 2
    press(page, Key.Key_BracketRight, qtbot)
    assert chosen_unit(page) == "Clause"
    assert [each.strip("，。") for each in taken(page)] == ["用户也有责任", "监管部门的责任更重"]
    press(page, Key.Key_BracketRight, qtbot)
    assert chosen_unit(page) == "Sentence"
    assert taken(page) == ["平台有责任，用户也有责任。", "监管部门的责任更重。"], (
        "a sentence with a hit that was not left out stays"
    )
    press(page, Key.Key_BracketLeft, qtbot)
    press(page, Key.Key_BracketLeft, qtbot)
    press(page, Key.Key_BracketLeft, qtbot)
    assert chosen_unit(page) == "Hit"
    assert page.count == "2 of 4 will be tagged"
    assert not page.model.is_on(1)


def test_what_carries_the_codes_already_is_left_out_at_first(
    world: World, page: MarkingPage, second: ArticleId, qtbot: QtBot
) -> None:
    at = SAID.index("责任")
    mine = world.project.annotations.add(second, at, at + 2, codes=[world.bias])
    qtbot.waitUntil(lambda: page._timer.isActive() or page.gathering.busy, timeout=5_000)
    qtbot.waitUntil(lambda: not page._timer.isActive() and not page.gathering.busy, timeout=5_000)
    assert page.count == "4 of 4 will be tagged", "no code is chosen yet"
    choose_bias(page, qtbot)
    assert page.count == "3 of 4 will be tagged"
    first = page.model.candidate(1)
    assert first is not None
    assert first.already == (mine,)
    bars = page.model.data(page.model.index(1), BARS)
    assert isinstance(bars, tuple)
    assert [bar.code for bar in bars] == [world.bias]
    press(page, Key.Key_N, qtbot)
    press(page, Key.Key_A, qtbot)
    assert page.count == "3 of 4 will be tagged"
    press(page, Key.Key_A, qtbot)
    assert page.count == "4 of 4 will be tagged", "a second time takes these too"


def test_hits_are_those_of_the_coder_whether_or_not_a_code_is_chosen(
    world: World, page: MarkingPage, second: ArticleId, qtbot: QtBot
) -> None:
    world.project.articles.set_status(second, "reading")
    page.begin("责任 status:reading")
    ready(page, qtbot)
    before = taken(page)
    assert before == ["责任"] * 3
    choose_bias(page, qtbot)
    assert taken(page) == before


def test_a_passage_is_opened_and_esc_leaves(page: MarkingPage, second: ArticleId, qtbot: QtBot) -> None:
    at = SAID.index("责任")
    with qtbot.waitSignal(page.place_requested) as asked:
        QTest.keyClick(page.list, Key.Key_Return)
    assert asked.args == [second, at, at + 2, None]
    page.given.note.setFocus()
    with qtbot.assertNotEmitted(page.left):
        QTest.keyClick(page.given.note, Key.Key_Escape)
    assert page.list.hasFocus()
    with qtbot.waitSignal(page.left):
        QTest.keyClick(page.list, Key.Key_Escape)


def test_nothing_is_asked_for_before_something_is_chosen(world: World, page: MarkingPage, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(page.apply_requested):
        press(page, Key.Key_Return, qtbot, Mod.ControlModifier)
    assert "Choose a code (T)" in str(world.told[-1])
    with qtbot.assertNotEmitted(page.apply_requested):
        QTest.mouseClick(page.apply, Qt.MouseButton.LeftButton)
    assert len(world.told) == 2
    choose_bias(page, qtbot)
    press(page, Key.Key_N, qtbot)
    with qtbot.assertNotEmitted(page.apply_requested):
        press(page, Key.Key_Return, qtbot, Mod.ControlModifier)
    assert "Press A" in str(world.told[-1])


def test_ctrl_enter_asks_for_what_is_taken_with_codes_links_and_note(world: World, page: MarkingPage, qtbot: QtBot) -> None:
    choose_bias(page, qtbot)
    press(page, Key.Key_L, qtbot)
    QTest.keyClick(page.given.picker.entry, Key.Key_Return)
    commit(page.given.picker.locator, "第十条")
    QTest.keyClick(page.given.picker.locator, Key.Key_Return)
    press(page, Key.Key_X, qtbot)
    page.given.note.setFocus()
    commit(page.given.note, "成批标注")
    with qtbot.waitSignal(page.apply_requested) as asked:
        QTest.keyClick(page.given.note, Key.Key_Return, Mod.ControlModifier)
    (wanted,) = asked.args
    assert (wanted.query, wanted.codes, wanted.note, len(wanted.candidates)) == ("责任", (world.bias,), "成批标注", 3)
    assert [locator for _instrument, locator in wanted.links] == ["第十条"]


def test_a_chip_that_is_clicked_takes_its_code_out(world: World, page: MarkingPage, qtbot: QtBot) -> None:
    page.given.picker.codes_picked.emit([world.bias], ["新的想法"], False)
    ready(page, qtbot)
    assert list(page.given.new) == ["新的想法"]
    page.given._drop_code(-1)
    page.given._drop_code(world.bias)
    ready(page, qtbot)
    assert not page.given.any


def test_another_query_begins_anew_and_the_same_one_goes_on(page: MarkingPage, qtbot: QtBot) -> None:
    press(page, Key.Key_X, qtbot)
    page.begin("责任")
    ready(page, qtbot)
    assert page.count == "3 of 4 will be tagged"
    page.begin("监管部门")
    ready(page, qtbot)
    assert page.count == "1 of 1 will be tagged"
    page.begin("没有这样的词")
    ready(page, qtbot)
    assert (page.count, page._remarks.text()) == ("", "These words stand in no text.")
    assert page.apply.isHidden()


def test_of_a_long_passage_its_ends_and_what_is_around_a_hit_are_shown(world: World, page: MarkingPage, qtbot: QtBot) -> None:
    text = "头" * 300 + "责任重大" + "尾" * 300
    world.project.articles.add(Draft("长", text, Layout.of_lines(text), language="zh"))
    page.begin("责任重大")
    ready(page, qtbot)
    for _ in range(3):
        press(page, Key.Key_BracketRight, qtbot)
    (candidate,) = page.model.marked()
    assert candidate.exact == text
    parts = page.model.data(page.model.index(1), SHOWN)
    assert isinstance(parts, tuple)
    assert "".join(piece.text for piece in parts) == f"{'头' * 24} … {'头' * 60}责任重大{'尾' * 120} … {'尾' * 24}"
    assert Piece("责任重大", "hit") in parts
    assert "".join(piece.text for piece in pieces(candidate, ())).startswith("头" * 24)


def test_a_switched_language_reaches_the_page(page: MarkingPage, qapp: QApplication) -> None:
    use_language(qapp, "zh_CN")
    QTest.qWait(5)
    assert (page.count, page.apply.text()) == ("共 4 处，将标注 4 处", "标注 4 个片段")
    assert page.units["hit"].text() == "命中处"


def test_a_closed_project_leaves_nothing_on_the_page(world: World, page: MarkingPage) -> None:
    world.session.close()
    assert (page.model.rowCount(), page.count) == (0, "")


# From the page to the project


@pytest.fixture
def hits(world: World, second: ArticleId, third: ArticleId, qtbot: QtBot) -> Iterator[tuple[HitActions, Pages, StatusLine]]:
    window = QWidget()
    worker, status = Worker(world.session, window), StatusLine(window)
    makers: dict[str, Callable[[], QWidget]] = {
        "marking": partial(MarkingPage, world.session), "search": partial(SearchPage, world.session), "rest": QWidget
    }  # fmt: skip
    pages = Pages(makers, window)
    kept = shown(window, 900, 700)
    pages.setGeometry(0, 0, 900, 660)
    pages.turn_to("rest")
    pages.back_requested.connect(partial(pages.turn_to, "rest"))
    made = HitActions(world.session, worker, status, pages, window)
    yield made, pages, status
    worker.stop()
    world.session.close()
    kept.close()


def page_of(pages: Pages) -> MarkingPage:
    page = pages.page("marking")
    assert isinstance(page, MarkingPage)
    return page


def begun(hits: tuple[HitActions, Pages, StatusLine], qtbot: QtBot) -> MarkingPage:
    actions, pages, _status = hits
    actions.begin("责任")
    page = page_of(pages)
    ready(page, qtbot)
    assert page.list.hasFocus()
    return page


def test_hits_are_tagged_in_one_change_that_names_its_query_and_undo_takes_all_back(
    world: World, hits: tuple[HitActions, Pages, StatusLine], second: ArticleId, qtbot: QtBot
) -> None:
    actions, pages, _status = hits
    page = begun(hits, qtbot)
    choose_bias(page, qtbot)
    page.given.picker.codes_picked.emit([world.bias], ["责任归属"], False)
    ready(page, qtbot)
    press(page, Key.Key_X, qtbot)
    with qtbot.waitSignal(actions.told) as told:
        QTest.keyClick(page.list, Key.Key_Return, Mod.ControlModifier)
    assert told.args == ["Tagged 3 passages"]
    assert pages.name == "rest"
    made = world.project.annotations.of(second)
    assert [each.exact for each in made] == ["责任", "责任"]
    assert {tagging.origin for each in made for tagging in each.taggings} == {"from a query"}
    with closing(sqlite3.connect(world.project.path)) as file:
        assert file.execute("SELECT DISTINCT origin_detail FROM tagging WHERE origin = 'from a query'").fetchall() == [("责任",)]
    assert [len(each.taggings) for each in made] == [2, 2]
    last = world.project.next_undo()
    assert last is not None
    assert last.label == "Tag hits: 责任"
    world.project.undo()
    assert world.project.annotations.of(second) == []
    assert not any("责任归属" in (code.name_zh, code.name_en) for code in world.project.codes.all())


def test_a_text_that_is_another_since_is_refused_and_the_page_stays(
    world: World, hits: tuple[HitActions, Pages, StatusLine], second: ArticleId, qtbot: QtBot
) -> None:
    _actions, pages, _status = hits
    page = begun(hits, qtbot)
    choose_bias(page, qtbot)
    new = SAID.replace("更重", "最重")
    with qtbot.waitSignal(page.apply_requested) as asked:
        page.apply_requested.disconnect(hits[0].apply)
        QTest.keyClick(page.list, Key.Key_Return, Mod.ControlModifier)
    world.project.articles.add_version(second, Draft("责任的边界", new, Layout.of_lines(new), language="zh"))
    hits[0].apply(asked.args[0])
    qtbot.waitUntil(lambda: bool(world.told), timeout=5_000)
    assert "nothing was tagged" in str(world.told[-1])
    assert pages.name == "marking"
    assert world.project.annotations.of(second) == []


def test_while_another_job_changes_the_project_nothing_is_begun(
    world: World, hits: tuple[HitActions, Pages, StatusLine], qtbot: QtBot
) -> None:
    page = begun(hits, qtbot)
    choose_bias(page, qtbot)
    world.session.begin_job("Import articles")
    QTest.keyClick(page.list, Key.Key_Return, Mod.ControlModifier)
    world.session.end_job(None)
    assert "The project is being changed" in str(world.told[-1])
    hits[0].begin("  ")
    assert "Search for something first" in str(world.told[-1])


def test_what_takes_long_is_shown_at_the_foot_and_cancelled_there(
    world: World, hits: tuple[HitActions, Pages, StatusLine], qtbot: QtBot
) -> None:
    _actions, _pages, status = hits
    page = begun(hits, qtbot)
    page.gathering._tell()
    assert status._job.text() == "Gathering the passages"
    assert not status._cancel.isHidden()
    page.begin("监管部门")
    status.cancel_requested.emit()
    ready(page, qtbot)
    assert status._cancel.isHidden()


def test_what_is_searched_for_is_shown_line_by_line_and_tagged_from_there(
    hits: tuple[HitActions, Pages, StatusLine], qtbot: QtBot
) -> None:
    actions, pages, _status = hits
    search = pages.page("search")
    assert isinstance(search, SearchPage)
    search.lend(concordance=actions.make_concordance)
    search.mark_requested.connect(actions.begin)
    search.search("责任")
    actions.concordance()
    view = actions._concordance
    assert view is not None
    qtbot.waitUntil(lambda: view.count == "4 places", timeout=5_000)
    assert view.list.hasFocus()
    actions.begin_here()
    page = page_of(pages)
    ready(page, qtbot)
    assert (pages.name, page.count) == ("marking", "4 of 4 will be tagged")
