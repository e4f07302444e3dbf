"""Reading on where one was: caret, selection and annotation of each article, tabs, and undo shown where it happened."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from db.importers import read_text
from db.records import AnnotationId, ArticleId, Draft, Layout
from desktop.main_window import MainWindow
from desktop.panels.article_view import ArticleView
from tests.desktop_panels.two_texts import Desk, desk
from tests.desktop_panels.world import template, world

__all__ = ["desk", "template", "world"]
Key = Qt.Key

LONG = "\n".join(f"第{number}段，治理要有记录，也要有理由。" for number in range(120))


@pytest.fixture
def told(opened: MainWindow) -> list[str]:
    """What is said beside the change itself."""
    words: list[str] = []
    opened.annotations.told.connect(words.append)
    return words


@pytest.fixture
def long_article(opened: MainWindow) -> ArticleId:
    return opened.session.project.articles.add(read_text(LONG, "a long one"))


def test_undo_and_redo_show_what_they_touched_out_of_view(opened: MainWindow, long_article: ArticleId, told: list[str]) -> None:
    view, project = opened.view, opened.session.project
    view.open(long_article)
    start = LONG.index("第100段")
    made = project.annotations.add(long_article, start, start + 6)
    project.annotations.remove([made])
    assert not view.reader.in_view(start, start + 6)
    opened.annotations.undo()
    assert view.reader.in_view(start, start + 6)
    assert (view.current, view.reader.caret()) == (made, start)
    view.reader.page.move_caret(0)
    view.reader.set_place(0)
    opened.annotations.undo()  # it is not made yet
    assert view.reader.span_of(made) is None
    assert view.reader.in_view(start, start + 6)
    assert (view.current, told) == (None, [])


def test_undo_in_another_article_names_it(opened: MainWindow, long_article: ArticleId, told: list[str]) -> None:
    view, project = opened.view, opened.session.project
    made = project.annotations.add(long_article, 0, 4)
    project.annotations.tag(AnnotationId(made), project.codes.by_ref("asgf1.3.1.1.b"))
    assert view.article != long_article
    place = view.reader.place()
    opened.annotations.undo()
    assert len(told) == 1
    assert told[0].startswith("Undone in “")
    assert project.articles.get(long_article).title in told[0]
    opened.annotations.redo()
    assert told[1].startswith("Redone in “")
    opened.annotations.undo()
    opened.annotations.undo()
    assert told[-1].startswith("Undone in another article: ")
    assert view.reader.place() == place


def test_what_is_in_view_stays_where_it_is(opened: MainWindow, told: list[str]) -> None:
    view, project = opened.view, opened.session.project
    first = project.annotations.of(ArticleId(view.article or 0))[0]
    view.focus()
    view.reader.page.move_caret(3)
    QTest.keyClick(view.reader.page, Qt.Key.Key_Right)
    assert view.current == first.id
    QTest.keyClick(view.reader.page, Qt.Key.Key_Delete)
    assert project.annotations.several([first.id]) == []
    opened.annotations.undo()
    assert (view.current, view.reader.caret(), told) == (first.id, 4, [])


# ---- one article after another


def test_caret_selection_and_annotation_are_kept_for_each_article(desk: Desk) -> None:
    view = desk.view
    view.open(desk.first)
    view.reader.set_selection(14, 11)
    view.open(desk.original)
    view.reader.set_selection(30, 33)
    QTest.mouseClick(view.tabs, Qt.MouseButton.LeftButton, pos=view.tabs.tabRect(0).center())
    assert (view.article, view.reader.ends()) == (desk.first, (14, 11))
    view.reader.set_selection(0, 0)
    view.stand_on(desk.world.mine, reveal=True)
    view.next_tab()
    assert (view.article, view.reader.ends()) == (desk.original, (30, 33))
    view.previous_tab()
    assert (view.article, view.reader.caret(), view.current) == (desk.first, 9, desk.world.mine)
    assert desk.told[-2:] == [("annotation", desk.world.mine), ("place", view.reader.paragraph()[0])]
    assert QApplication.focusWidget() is view.reader.page
    view.show_beside(desk.original)
    second = view._second
    assert second is not None
    assert second.reader.ends() == (30, 33)
    second.reader.set_selection(5, 7)
    view.toggle_beside()
    view.show_beside(desk.original)
    assert second.reader.ends() == (5, 7)


def assert_in_row(view: ArticleView, tab: int) -> None:
    buttons = [each.width() for each in view.tabs.findChildren(QToolButton) if each.arrowType() != Qt.ArrowType.NoArrow]
    room = view.tabs.width() - (sum(buttons) if view.tabs.count() > 10 else 0)
    assert view.tabs.tabRect(tab).left() >= 0
    assert view.tabs.tabRect(tab).right() <= room


def test_every_tab_can_be_read_and_reached(desk: Desk) -> None:
    view, project = desk.view, desk.world.project
    view.open(desk.first)
    for number in range(14):
        text = f"第{number}篇。"
        view.open(project.articles.add(Draft(f"一个相当长的文章标题，第{number}篇", text, Layout.of_lines(text))))
        QTest.qWait(1)  # a row that has just appeared is laid out then
        tab = view.tabs.currentIndex()
        assert view.tabs.tabRect(tab).width() >= 120
        assert_in_row(view, tab)
    assert view.tabs.usesScrollButtons()
    last = view.article
    view.next_tab()
    assert view.tabs.currentIndex() == 0
    assert_in_row(view, 0)
    view.previous_tab()
    assert view.article == last
    QTest.mouseClick(view.tabs, Qt.MouseButton.MiddleButton, pos=view.tabs.tabRect(view.tabs.count() - 2).center())
    assert (view.tabs.count(), view.article) == (14, last)


def test_keys_walk_into_an_annotation_and_out_of_it(desk: Desk, qtbot: QtBot) -> None:
    view = desk.view
    view.open(desk.first)
    view.focus()
    view.reader.page.move_caret(8)
    desk.told.clear()
    QTest.keyClick(view.reader.page, Key.Key_Right)
    assert view.current == desk.world.mine, "a key that follows acts on it at once"
    QTest.keyClick(view.reader.page, Key.Key_Right)
    assert [what for what in desk.told if what[0] == "annotation"] == [], "it is told when the keys rest"
    qtbot.waitUntil(lambda: ("annotation", desk.world.mine) in desk.told, timeout=3_000)
    QTest.keyClick(view.reader.page, Key.Key_Left)
    QTest.keyClick(view.reader.page, Key.Key_Left)
    assert view.current is None
    qtbot.waitUntil(lambda: ("annotation", None) in desk.told, timeout=3_000)
    assert len([what for what in desk.told if what[0] == "annotation"]) == 2


def test_one_stands_again_on_what_undo_brings_back_under_the_caret(desk: Desk) -> None:
    view, project = desk.view, desk.world.project
    view.open(desk.first)
    view.reader.page.move_caret(12)
    view.stand_on(desk.world.mine)
    project.annotations.remove([desk.world.mine])
    assert view.current is None
    project.undo()
    assert view.current == desk.world.mine
    project.annotations.remove([desk.world.mine])
    view.reader.page.move_caret(0)
    project.undo()
    assert view.current is None


def test_words_that_were_found_are_selected_where_one_is_led(opened: MainWindow, long_article: ArticleId) -> None:
    start = LONG.index("第100段")
    opened.going.place(long_article, start, start + 5, None)
    assert opened.view.selection == (start, start + 5)
    assert opened.view.reader.in_view(start, start + 5)
    opened.going.place(long_article, None, None, None)  # an article in which nothing has a place
    assert opened.view.article == long_article
