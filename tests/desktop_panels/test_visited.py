"""Back and forward through the places visited: pages, articles, and where one read in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from db.records import ArticleId, Draft, Layout
from desktop.actions.go_actions import GoActions
from desktop.actions.visited import SCREEN, TEXT, Visited
from desktop.models.lists import Lists
from desktop.panels.article_view import ArticleView
from desktop.panels.frame import Frame
from desktop.panels.outline import OutlinePanel
from desktop.panels.pages import Pages
from desktop.panels.search_page import SearchPage
from desktop.panels.sidebar import Sidebar
from desktop.panels.top_bar import TopBar
from desktop.theme import Theme
from tests.desktop_panels.world import World, shown, template, world

__all__ = ["template", "world"]
LINES = 300


def long_text(name: str) -> str:
    """Make a text of many paragraphs, each longer than a line."""
    return "\n".join(f"{name}第 {number} 段。" + "这一段写得长些，好让人滚动。" * 6 for number in range(LINES))


class Desk:
    """Pages with a view on two long articles, and what was visited in them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.one, self.two = (self._added(name) for name in ("甲", "乙"))
        self.view = ArticleView(world.session, Theme.load("light"))
        makers: dict[str, Callable[[], QWidget]]
        makers = {TEXT: partial(self._given, self.view), "history": QWidget, "search": partial(SearchPage, world.session)}
        self.pages = Pages(makers)
        self.visited = Visited(world.session, self.pages, self.view)
        self.window = shown(self.pages, 700, 500)
        self.pages.start_over(TEXT)

    @staticmethod
    def _given(page: QWidget) -> QWidget:
        return page

    def _added(self, name: str) -> ArticleId:
        text = long_text(name)
        return self.world.project.articles.add(Draft(name, text, Layout.of_lines(text), language="zh"))

    def go(self, article: ArticleId, start: int | None = None) -> None:
        """Open an article, at a place in it, as a result or a link does."""
        with self.visited.jump():
            self.pages.turn_to(TEXT)
            self.view.open(article)
            if start is not None:
                self.view.show_span(start, start + 2)

    @property
    def place(self) -> tuple[str, int | None, int]:
        return self.pages.name, self.view.article, self.view.reader.caret()


@pytest.fixture
def desk(world: World, qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(world)
    yield made
    made.view.clear()
    made.window.close()


def test_one_goes_back_and_forward_across_articles_and_pages(desk: Desk) -> None:
    desk.go(desk.one, 9_000)
    desk.pages.turn_to("search")
    desk.go(desk.two, 5_000)
    seen = []
    while desk.visited.can_go_back and desk.visited.back():
        seen.append(desk.place)
    assert seen[0][0] == "search"
    assert seen[1] == (TEXT, desk.one, 9_000)
    assert not desk.visited.can_go_back
    while desk.visited.can_go_forward and desk.visited.forward():
        pass
    assert desk.place == (TEXT, desk.two, 5_000)


def test_a_jump_within_the_text_is_taken_back_with_caret_scroll_and_annotation(desk: Desk) -> None:
    made = desk.world.project.annotations.add(desk.one, 9_000, 9_010)
    desk.go(desk.one)
    desk.view.stand_on(made, reveal=True)
    before = desk.view.reader.caret(), desk.view.reader.place(), desk.view.current
    desk.view.show_span(20_000, 20_004)
    assert desk.view.reader.caret() == 20_000
    assert desk.visited.back()
    assert (desk.view.reader.caret(), desk.view.reader.place(), desk.view.current) == before
    assert before[2] == made


def test_small_moves_in_one_place_are_one(desk: Desk) -> None:
    desk.go(desk.one)
    desk.go(desk.one, 9_000)
    for step in range(1, 5):
        desk.view.show_span(9_000 + step * 50, 9_010 + step * 50)
    desk.view.show_span(20_000, 20_004)
    assert desk.visited.back()
    assert abs(desk.view.reader.caret() - 9_000) <= SCREEN
    assert desk.visited.back()
    assert desk.view.reader.caret() < 9_000 - SCREEN


def test_many_small_moves_do_not_creep_through_a_text_as_one(desk: Desk) -> None:
    desk.go(desk.one)
    for start in range(0, 8_000, 400):
        desk.view.show_span(start, start + 2)
    steps = 0
    while desk.visited.can_go_back and desk.visited.back():
        steps += 1
    assert 4 <= steps <= 20
    assert desk.view.reader.caret() <= SCREEN


def test_an_article_left_by_its_tab_is_gone_back_to(desk: Desk) -> None:
    desk.go(desk.one, 9_000)
    desk.go(desk.two, 5_000)
    desk.view.tabs.setCurrentIndex(0)
    assert desk.view.article == desk.one
    assert desk.visited.back()
    assert desk.view.article == desk.two
    assert desk.view.reader.place() > 4_000


def test_a_closed_article_is_opened_again_at_its_place(desk: Desk) -> None:
    desk.go(desk.one, 9_000)
    desk.go(desk.two)
    desk.view.tabs.setCurrentIndex(0)
    desk.view.close_shown()
    assert desk.view.article == desk.two
    assert desk.visited.back()
    assert desk.view.article == desk.one
    assert desk.view.reader.place() > 8_000


def test_a_removed_article_is_skipped(desk: Desk) -> None:
    desk.go(desk.world.article)
    desk.go(desk.one, 9_000)
    desk.go(desk.two)
    desk.world.project.articles.remove([desk.one])
    assert desk.visited.back()
    assert desk.view.article == desk.world.article
    assert desk.world.told == []


def test_a_removed_annotation_leaves_its_place(desk: Desk) -> None:
    made = desk.world.project.annotations.add(desk.one, 9_000, 9_010)
    desk.go(desk.one)
    desk.view.stand_on(made, reveal=True)
    desk.view.show_span(20_000, 20_004)
    desk.world.project.annotations.remove([made])
    assert desk.visited.back()
    assert (desk.view.reader.caret(), desk.view.current) == (9_000, None)


def test_a_new_jump_forgets_the_way_forward(desk: Desk) -> None:
    desk.go(desk.one, 9_000)
    desk.go(desk.one, 20_000)
    assert desk.visited.back()
    assert desk.visited.can_go_forward
    desk.go(desk.two)
    assert not desk.visited.can_go_forward


def test_a_page_that_was_looked_at_leaves_the_text_as_it_stood(desk: Desk) -> None:
    desk.go(desk.one, 9_000)
    desk.view.reader.set_place(8_800)
    before = desk.place, desk.view.reader.place()
    desk.pages.turn_to("history")
    assert desk.visited.back()
    assert (desk.place, desk.view.reader.place()) == before


def test_starting_over_and_closing_forget_everything(desk: Desk) -> None:
    desk.go(desk.one, 9_000)
    desk.pages.turn_to("search")
    desk.pages.start_over(TEXT)
    assert not desk.visited.can_go_back
    desk.pages.turn_to("search")
    desk.world.session.close()
    assert not desk.visited.can_go_back
    assert desk.visited.back() is False


class Going:
    """The ways about the window, laid out as in it."""

    def __init__(self, desk: Desk) -> None:
        session = desk.world.session
        lists = Lists(session)
        self.sidebar = Sidebar(session, lists)
        self.sidebar.made.connect(self._made)
        self.view = desk.view
        self.bar = TopBar(session, lists)
        self.frame = Frame(session, self.sidebar, desk.pages)
        self.window = shown(self.frame, 1200, 600)
        self.frame.follow(True, True)
        self.actions = GoActions(session, desk.pages, self.frame, self.sidebar, desk.view, self.bar.field, desk.visited)

    def _made(self, panel: object) -> None:
        if isinstance(panel, OutlinePanel):
            panel.follow(self.view)
            panel.place_requested.connect(self.actions.heading)


@pytest.fixture
def going(desk: Desk) -> Iterator[Going]:
    made = Going(desk)
    yield made
    desk.view.clear()
    made.window.close()
    made.bar.close()


def test_results_lead_to_a_place_and_back_to_the_results(desk: Desk, going: Going) -> None:
    going.actions.article(desk.one)
    going.actions.search()
    page = desk.pages.page("search")
    assert isinstance(page, SearchPage)
    page.entry.setText("written")
    going.actions.place(desk.two, 5_000, 5_002, None)
    assert desk.place == (TEXT, desk.two, 5_002)
    going.actions.back()
    assert desk.pages.name == "search"
    assert QApplication.focusWidget() is page.entry
    assert page.entry.text() == "written"
    going.actions.forward()
    assert desk.place == (TEXT, desk.two, 5_002)
    going.actions.back()
    going.actions.leave_page()
    assert (desk.pages.name, desk.view.article) == (TEXT, desk.one)
    page.close_searcher()


def test_a_page_with_nothing_before_it_is_left_for_the_text(desk: Desk, going: Going) -> None:
    desk.pages.start_over("history")
    going.actions.leave_page()
    assert desk.pages.name == TEXT


def test_the_outline_is_gone_to_by_its_command_and_leads_into_the_text(desk: Desk, going: Going, qtbot: QtBot) -> None:
    going.actions.article(desk.world.article)
    going.actions.outline()
    assert QApplication.focusWidget() is going.sidebar.outline.filter
    going.sidebar.outline.place_requested.emit(desk.view.text.index("作者"))
    assert desk.view.reader.caret() == desk.view.text.index("作者")
    assert desk.visited.can_go_back


def test_an_article_is_shown_beside_and_left_again(desk: Desk, going: Going) -> None:
    going.actions.article(desk.one)
    going.actions.beside(desk.two)
    assert desk.view.beside
    assert desk.view.article == desk.two
    going.actions.back()
    assert desk.view.article == desk.one
    assert desk.view.beside


def test_going_between_two_panes_is_no_jump(desk: Desk, going: Going) -> None:
    going.actions.article(desk.one)
    going.actions.beside(desk.two)
    desk.visited.clear()
    desk.view.open(desk.one)
    desk.view.open(desk.two)
    assert not desk.visited.can_go_back
