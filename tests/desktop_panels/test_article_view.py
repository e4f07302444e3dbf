"""The text in the middle: one article or two side by side, followed through changes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSplitter, QWidget
from pytestqt.qtbot import QtBot

from db.records import AnnotationId, Draft, Layout
from desktop.panels import reading_pane
from desktop.panels.article_view import ArticleView
from desktop.reader.document import Look
from tests.desktop_panels.two_texts import Desk, desk
from tests.desktop_panels.world import template, world

__all__ = ["desk", "template", "world"]
Key = Qt.Key


# ---- one text


def test_nothing_is_made_for_a_text_before_one_is_shown(desk: Desk) -> None:
    assert not desk.view._first.has_reader
    assert desk.view._second is None
    desk.view.open(desk.first)
    assert desk.view._first.has_reader
    assert desk.view._second is None
    assert (desk.view.article, desk.view.version) == (desk.first, desk.world.project.articles.version(desk.first).id)
    assert desk.view.layout == desk.world.project.articles.version(desk.first).layout


def test_each_article_is_opened_where_it_was_left(desk: Desk) -> None:
    view = desk.view
    view.open(desk.original)
    view.reader.set_place(view.text.index("30。"))
    view.open(desk.first)
    view.open(desk.original)
    assert view.reader.place() == view.text.index("30。")
    tabs, shown_one, places = view.desk()
    assert [len(tabs), shown_one] == [2, desk.world.project.articles.get(desk.original).uuid]
    assert places[shown_one] == view.text.index("30。")


def test_aiming_takes_the_selection_else_the_unit_at_the_caret(desk: Desk) -> None:
    view = desk.view
    view.open(desk.first)
    view.reader.set_selection(9, 12)
    assert view.aim() == (9, 12)
    view.reader.set_selection(0, 0)
    view.reader.reveal(9)
    span = view.aim()
    assert span is not None
    assert view.text[slice(*span)].endswith("。")
    assert view.selection == span
    view.reader.set_selection(0, 0)
    view.stand_on(desk.world.mine)
    assert view.aim() is None


def test_ones_own_annotation_on_a_span_is_found_though_its_codes_are_hidden(desk: Desk) -> None:
    view, project = desk.view, desk.world.project
    view.open(desk.first)
    theirs = project.annotations.get(desk.world.theirs)
    assert view.own_on((9, 26)) == desk.world.mine
    assert view.own_on((9, 25)) is None
    assert view.own_on((theirs.start or 0, theirs.end or 0)) is None
    code = project.codes.get(desk.world.bias)
    view.set_code_sight([code.uuid], [], "")
    assert view.reader.span_of(desk.world.mine) is None
    assert view.own_on((9, 26)) == desk.world.mine


def test_one_no_longer_stands_on_what_is_gone_or_hidden(desk: Desk) -> None:
    view, project = desk.view, desk.world.project
    view.open(desk.first)
    view.stand_on(desk.world.mine)
    project.annotations.remove([desk.world.mine])
    assert view.current is None
    assert desk.told[-1] == ("annotation", None)
    project.undo()
    assert view.reader.span_of(desk.world.mine) == (9, 26)
    view.stand_on(desk.world.mine)
    view.set_code_sight([], [], project.codes.get(project.codes.by_ref("asgf1.1.1")).uuid)
    assert view.current is None
    assert view.reader.span_of(desk.world.theirs) is None


def test_the_place_left_is_told_before_each_jump(desk: Desk) -> None:
    view = desk.view
    view.open(desk.original)
    desk.told.clear()
    view.show_span(view.text.index("20。"), view.text.index("21。"))
    assert desk.told[0] == ("jumping", None)
    for jump in (view.next_annotation, view.previous_uncoded, view.begin_find):
        desk.told.clear()
        jump()
        assert ("jumping", None) in desk.told
    view.find_bar.field.setText("治理")
    desk.told.clear()
    QTest.keyClick(view.find_bar.field, Key.Key_Return)
    assert desk.told[0] == ("jumping", None)
    view.open(desk.first)
    desk.told.clear()
    view.stand_on(desk.world.theirs, reveal=True)
    assert desk.told[0] == ("jumping", None)
    assert view.reader.caret() == view.text.index("作者")


def test_a_text_that_comes_anew_is_read_on_at_the_same_place(desk: Desk) -> None:
    view, project = desk.view, desk.world.project
    view.open(desk.original)
    place = view.text.index("25。")
    view.reader.set_place(place)
    version = view.version
    text = view.text + "\n补记。"
    project.articles.add_version(desk.original, Draft("原文", text, Layout.of_lines(text)))
    assert view.text == text
    assert view.version != version
    assert view.reader.place() == place


# ---- two side by side


def test_the_translation_stands_beside_and_goes_again(desk: Desk) -> None:
    view = desk.view
    view.open(desk.original)
    view.focus()
    view.toggle_beside()
    assert view.beside
    assert view.beside_article == desk.world.project.articles.get(desk.translation).uuid
    assert view.article == desk.original, "the one shown stays the active one"
    assert view.tabs.isVisible()
    assert view.scrolls_together
    view.toggle_beside()
    assert not view.beside
    assert view.beside_article == ""
    assert not view.tabs.isVisible()
    view.open(desk.translation)
    view.toggle_beside()
    assert view.beside_article == desk.world.project.articles.get(desk.original).uuid, "the other way round too"


def test_without_relations_the_article_read_before_stands_beside_and_scrolls_for_itself(desk: Desk) -> None:
    view = desk.view
    view.open(desk.original)
    view.open(desk.first)
    view.toggle_beside()
    assert view.beside_article == desk.world.project.articles.get(desk.original).uuid
    assert not view.scrolls_together
    view.scroll_together(True)
    assert view.scrolls_together
    view.show_beside(desk.translation)
    assert not view.scrolls_together, "what was wished for two texts is not meant for others"


def test_an_empty_place_beside_is_filled_from_the_library(desk: Desk) -> None:
    view = desk.view
    view.open(desk.first)
    view.toggle_beside()
    assert view.beside
    assert view.beside_article == ""
    assert view.article == desk.first
    view.open(desk.original)
    assert view.beside_article == desk.world.project.articles.get(desk.original).uuid
    view.close_beside()
    assert view.desk()[0] == [desk.world.project.articles.get(desk.first).uuid]


def test_the_pane_with_the_focus_is_spoken_for(desk: Desk) -> None:
    view = desk.view
    view.open(desk.original)
    view.focus()
    view.toggle_beside()
    desk.told.clear()
    desk.focus_beside()
    assert view.article == desk.translation
    assert view.text.startswith("1。This")
    assert [name for name, _what in desk.told] == ["active", "article", "annotation", "selection", "hits", "place"]
    assert desk.told[1] == ("article", desk.translation)
    assert view.tabs.property("active") is False
    view.reader.set_selection(0, 6)
    assert view.selection == (0, 6)
    view.open(desk.first)
    assert view.article == desk.first
    assert view._first.article is not None
    assert view._first.article.id == desk.original, "what is opened comes into the active pane"
    view.open(desk.original)
    assert view.pane is view._first, "what is shown already is gone to"
    assert view.article == desk.original


def test_the_focus_goes_from_text_to_text_and_on(desk: Desk) -> None:
    view = desk.view
    outside = QWidget(desk.window)
    outside.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    outside.show()
    view.open(desk.original)
    outside.setFocus()
    assert view.step_focus()
    assert not view.step_focus(), "there is but one text"
    view.toggle_beside()
    assert view.step_focus()
    assert view.article == desk.translation
    assert view.reader.page.hasFocus()
    assert not view.step_focus()
    outside.setFocus()
    assert view.step_focus()
    assert view.article == desk.original


def test_a_pane_that_is_not_active_keeps_silent(desk: Desk) -> None:
    view = desk.view
    view.open(desk.first)
    view.focus()
    view.open(desk.original, beside=True)
    assert view.article == desk.original
    view.focus()
    view._first.stand_on(desk.world.mine)
    desk.told.clear()
    desk.world.project.annotations.remove([desk.world.mine])
    assert view._first.current is None
    assert desk.told == []


def test_closing_the_one_that_is_active_leaves_the_other(desk: Desk) -> None:
    view = desk.view
    view.open(desk.original)
    view.open(desk.translation, beside=True)
    view.focus()
    view.close_shown()
    assert not view.beside
    assert view.article == desk.original
    assert QApplication.focusWidget() is view.reader.page
    view.open(desk.translation, beside=True)
    view._activate(view._first)
    view.close_shown()
    assert not view.beside
    assert view.article == desk.translation, "the one beside is all that is left"
    view.close_shown()
    assert view.article is None


def test_what_is_removed_or_undone_leaves_the_panes(desk: Desk) -> None:
    view, project = desk.view, desk.world.project
    view.open(desk.original)
    view.open(desk.translation, beside=True)
    project.articles.remove([desk.translation])
    assert not view.beside
    assert view.article == desk.original
    project.undo()
    view.open(desk.translation, beside=True)
    view._activate(view._first)
    project.articles.remove([desk.original])
    assert not view.beside
    assert view.article == desk.translation
    assert view.desk()[0] == [project.articles.get(desk.translation).uuid]
    view.close_beside()
    added = project.articles.add(Draft("第四篇", "第四篇。", Layout.of_lines("第四篇。")))
    view.open(added, beside=True)
    project.undo()
    assert (view.beside, view.article) == (False, desk.translation)


def test_a_change_shows_in_both_panes(desk: Desk) -> None:
    view, project = desk.view, desk.world.project
    view.open(desk.original)
    view.open(desk.translation, beside=True)
    one = project.annotations.add(desk.original, 0, 2)
    other = project.annotations.add(desk.translation, 0, 2)
    assert view._first.reader.span_of(one) == (0, 2)
    assert view.reader.span_of(other) == (0, 2)
    assert view._first.reader.span_of(other) is None


def test_the_desk_is_put_back_with_the_article_beside(desk: Desk) -> None:
    view, project = desk.view, desk.world.project
    view.open(desk.original)
    view.open(desk.first, beside=True)
    view.open(desk.translation, beside=True)
    view.scroll_together(False)
    view.reader.set_place(view.text.index("\n12。") + 1)
    tabs, shown_one, places = view.desk()
    beside = view.beside_article
    view.clear()
    assert (view.article, view.beside) == (None, False)
    view.restore([project.articles.get(desk.original)], desk.original, places, beside)
    assert (view.article, view.beside_article) == (desk.original, beside)
    assert view.desk()[:2] == (tabs, shown_one)
    view.clear()
    view.restore([project.articles.get(desk.original)], desk.original, {}, "gone")
    assert not view.beside


def test_closing_the_project_with_two_open_asks_nothing_of_it(desk: Desk) -> None:
    view = desk.view
    view.open(desk.original)
    view.open(desk.translation, beside=True)
    desk.world.session.closed.connect(view.clear)
    desk.world.session.close()
    assert (view.article, view.beside, view.text) == (None, False, "")


def test_both_texts_look_and_step_alike(desk: Desk) -> None:
    view = desk.view
    view.set_look(Look(zoom=130))
    view.set_whole("sentence")
    view.open(desk.original)
    view.reader.set_unit("clause")
    view.open(desk.translation, beside=True)
    assert view.reader.look().zoom == 130
    assert view.reader.unit() == "clause"
    view.reader.set_unit("paragraph")
    assert view._first.reader.unit() == "paragraph"
    view.reader.set_selection(5, 9)
    view.set_look(Look(zoom=90))
    assert [pane.reader.look().zoom for pane in view._made()] == [90, 90]


def test_where_there_is_no_room_beside_they_stand_one_above_the_other(desk: Desk) -> None:
    view = desk.view
    view.open(desk.original)
    view.toggle_beside()
    (splitter,) = view.findChildren(QSplitter)
    assert splitter.orientation() == Qt.Orientation.Horizontal
    view.resize(700, 700)
    assert splitter.orientation() == Qt.Orientation.Vertical


# ---- many annotations


@pytest.fixture
def few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_pane, "_AT_ONCE", 4)
    monkeypatch.setattr(reading_pane, "_READ_AT_A_TIME", 3)
    monkeypatch.setattr(reading_pane, "_MADE_AT_A_TIME", 5)


def many(desk: Desk) -> list[int]:
    """Mark each paragraph of the original."""
    text = desk.world.project.articles.version(desk.original).text
    starts = [text.index(f"\n{number}。") + 1 for number in range(2, 41)]
    with desk.world.project.change("Many"):
        return [desk.world.project.annotations.add(desk.original, start, start + 2) for start in starts]


def loaded(view: ArticleView, all_of_them: list[int]) -> list[int]:
    return [key for key in all_of_them if view.reader.span_of(key) is not None]


@pytest.mark.usefixtures("few_at_a_time")
def test_the_marks_around_the_place_come_first_and_all_others_soon(desk: Desk, qtbot: QtBot) -> None:
    made = many(desk)
    view = desk.view
    place = desk.world.project.articles.version(desk.original).text.index("\n30。") + 1
    article = desk.world.project.articles.get(desk.original)
    view.restore([article], None, {article.uuid: place})
    first = loaded(view, made)
    assert len(first) == 4
    assert made[28] in first
    qtbot.waitUntil(lambda: len(loaded(view, made)) == 39, timeout=5_000)


@pytest.mark.usefixtures("few_at_a_time")
def test_what_is_done_while_marks_still_come_is_not_lost(desk: Desk, qtbot: QtBot) -> None:
    made, view, project = many(desk), desk.view, desk.world.project
    view.open(desk.original)
    view.stand_on(made[-1], reveal=True)
    new = project.annotations.add(desk.original, 0, 1)
    project.annotations.remove([AnnotationId(made[5])])
    view.set_code_sight([], [], "none of them")
    view.set_code_sight([], [], "")
    qtbot.waitUntil(lambda: loaded(view, [*made, new]) == [key for key in (*made, new) if key != made[5]], timeout=5_000)
    view.stand_on(made[-1])
    project.undo()
    qtbot.waitUntil(lambda: len(loaded(view, made)) == 39, timeout=5_000)
    assert view.current == made[-1]
    view.open(desk.first)
    view.open(desk.original)
    assert view.own_on((0, 1)) == new, "asked for before its mark is there"
    view.open(desk.first)
    QTest.qWait(20)
    assert loaded(view, made) == []
    assert view.reader.span_of(desk.world.mine) == (9, 26)


@pytest.mark.usefixtures("few_at_a_time")
def test_steps_and_hidden_codes_wait_for_the_marks_and_the_window_does_not(desk: Desk, qtbot: QtBot) -> None:
    made, view, project = many(desk), desk.view, desk.world.project
    project.annotations.tag(AnnotationId(made[0]), desk.world.bias)
    view.open(desk.original)
    view.next_annotation()
    view.next_annotation()
    view.set_code_sight([project.codes.get(desk.world.bias).uuid], [], "")
    assert view.current is None
    qtbot.waitUntil(lambda: len(loaded(view, made)) == 38 and view.current is not None, timeout=5_000)
    assert view.current == made[2], "the second of those that are not hidden"
