"""Near duplicates: how they are shown side by side, decided about, and how collections and tags are asked for by the dozen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QTabBar, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from db.errors import ProjectError
from db.records import ArticleId, Draft, Layout
from desktop.actions.article_actions import ArticleActions
from desktop.actions.library_actions import LibraryActions
from desktop.models.lists import Lists
from desktop.panels.article_view import ArticleView
from desktop.panels.duplicates_page import DuplicatesPage
from desktop.panels.frame import Frame
from desktop.panels.notice_bar import NoticeBar
from desktop.panels.pages import Pages
from desktop.panels.side_by_side import compared
from desktop.panels.sidebar import Sidebar
from desktop.theme import Theme
from desktop.worker import Worker
from tests.desktop_panels.world import World, shown, template, world

__all__ = ["template", "world"]
Key = Qt.Key
_LINE = "第{n}段说明评估、备案与公众申诉之间的关系，并举出第{m}个例子，强调责任应当落到具体的人。"
TEXT = "\n".join(_LINE.format(n=number, m=number * 7) for number in range(1, 13))


def draft(title: str, text: str, publisher: str, published: str) -> Draft:
    return Draft(title, text, Layout.of_lines(text), original=text.encode(), publisher=publisher, published=published)


class Copies:
    """Three articles that are nearly one text, the last imported published first, and a page that shows them."""

    def __init__(self, world: World) -> None:
        self.world, self.project = world, world.project
        add = self.project.articles.add
        with self.project.change("Test"):
            self.late = add(draft("转载", TEXT.replace("第5段说明", "第5段讲"), "法治周末", "2024-03-09"))
            self.last = add(draft("再转载", TEXT + "\n转载自治理观察。", "网信研究", "2024-03-11"))
            self.first = add(draft("责任应当落到人", TEXT, "治理观察", "2024-03-05"))
        self.page = DuplicatesPage(world.session)
        self.window = shown(self.page, 900, 600)

    def show(self) -> None:
        self.page.show_groups(self.project.articles.duplicates())

    @property
    def pair(self) -> tuple[ArticleId, ArticleId]:
        assert self.page._pair is not None
        return self.page._pair[0].id, self.page._pair[1].id


@pytest.fixture
def copies(world: World) -> Iterator[Copies]:
    made = Copies(world)
    yield made
    world.session.close()
    made.window.close()


def test_the_earliest_stands_left_and_what_differs_is_marked(copies: Copies, qtbot: QtBot) -> None:
    copies.show()
    assert copies.pair == (copies.first, copies.late)
    qtbot.waitUntil(lambda: copies.page.text.pairs.rowCount() > 0, timeout=5_000)
    rows = [copies.page.text.pairs.pair(row) for row in range(copies.page.text.pairs.rowCount())]
    assert [row.alike for row in rows] == [4, 0, 7]
    changed = rows[1]
    assert [changed.old[a:b] for a, b in changed.old_parts] == ["说明"]
    assert [changed.new[a:b] for a, b in changed.new_parts] == ["讲"]
    QTest.keyClick(copies.page.list, Key.Key_Right)
    assert copies.pair == (copies.first, copies.last)
    qtbot.waitUntil(lambda: copies.page.text.pairs.rowCount() == 2, timeout=5_000)
    assert copies.page.text.pairs.pair(1).new == "转载自治理观察。"


def test_a_page_asks_to_look_when_it_is_first_shown_and_says_when_there_is_nothing(copies: Copies) -> None:
    asked: list[bool] = []
    copies.page.look_requested.connect(lambda: asked.append(True))
    copies.page.hide()
    copies.page.show()
    assert asked == [True]
    copies.page.show_groups([])
    assert "No two articles" in copies.page._why.text()
    assert not copies.page.list.isVisible()


def test_a_page_that_is_shown_again_looks_again_once_articles_changed(copies: Copies) -> None:
    asked: list[bool] = []
    copies.page.look_requested.connect(lambda: asked.append(True))
    copies.page.look()
    copies.page.show_groups([])
    copies.page.hide()
    copies.page.show()
    assert len(asked) == 1
    copies.project.articles.add(draft("又一篇", TEXT + "另有一句。", "某报", "2024-04-01"))
    copies.page._catch_up()
    assert copies.page._why.text() == "Articles have changed since. Look again."
    copies.page.hide()
    copies.page.show()
    assert len(asked) == 2
    copies.project.articles.add(draft("第五篇", TEXT + "还有一句。", "某报", "2024-04-02"))  # while it is being looked for
    copies.page.show_groups([])
    assert "Articles have changed" in copies.page._why.text()
    copies.page.look()
    copies.page.show_groups([])
    assert "No two articles" in copies.page._why.text()


def test_keys_relate_a_reprint_and_go_on_to_what_is_undecided(copies: Copies) -> None:
    copies.page.reprint_requested.connect(
        lambda reprint, original: copies.project.relations.add("reprint of", ("article", reprint), ("article", original))
    )
    copies.show()
    QTest.keyClick(copies.page.list, Key.Key_R)
    copies.page._catch_up()
    assert copies.project.articles.families() == {copies.late: copies.first}
    suspects = copies.page.model.suspects(0)
    assert suspects is not None
    assert not suspects.decided
    assert copies.pair == (copies.first, copies.last)
    QTest.keyClick(copies.page.list, Key.Key_R)
    copies.page._catch_up()
    suspects = copies.page.model.suspects(0)
    assert suspects is not None
    assert suspects.decided
    assert not copies.page.reprint.isEnabled()
    copies.project.undo()
    copies.page._catch_up()
    assert copies.page.model.suspects(0) != suspects


def test_what_is_not_the_same_is_kept_in_the_project_and_taken_back_by_undo(copies: Copies) -> None:
    copies.show()
    QTest.keyClick(copies.page.list, Key.Key_N)
    copies.page._catch_up()
    assert copies.pair == (copies.first, copies.last)
    QTest.keyClick(copies.page.list, Key.Key_N)
    copies.page._catch_up()
    assert set(copies.pair) == {copies.late, copies.last}
    again = DuplicatesPage(copies.world.session)
    again.show_groups(copies.project.articles.duplicates())
    assert [tuple(each.id for each in again.model.suspects(0).articles)] == [copies.pair]  # type: ignore[union-attr]
    again._closed()
    copies.project.undo()
    copies.page._catch_up()
    suspects = copies.page.model.suspects(0)
    assert suspects is not None
    assert {each.id for each in suspects.articles} == {copies.first, copies.late, copies.last}


def test_a_project_that_cannot_be_changed_is_not_decided_on(copies: Copies) -> None:
    copies.show()
    copies.world.session.begin_job("Importing")
    copies.page._say()
    assert not copies.page.different.isEnabled()
    QTest.keyClick(copies.page.list, Key.Key_N)
    copies.world.session.end_job(None)
    assert copies.project.relations.different() == {}


def test_an_article_that_is_removed_leaves_its_group(copies: Copies) -> None:
    copies.page.remove_requested.connect(copies.project.articles.remove)
    copies.show()
    QTest.keyClick(copies.page.list, Key.Key_Delete)
    copies.page._catch_up()
    assert copies.pair == (copies.first, copies.last)
    QTest.keyClick(copies.page.list, Key.Key_Delete)
    copies.page._catch_up()
    assert copies.page.model.rowCount() == 0
    copies.project.undo()
    copies.page._catch_up()
    assert copies.pair == (copies.first, copies.last)


def test_characters_beyond_the_basic_plane_are_marked_where_they_are() -> None:
    [changed] = compared("甲𠀀乙丙丁戊己", "甲𠀀乙丙庚戊己", lambda _done, _total: None)
    assert (changed.old_parts, changed.new_parts) == (((4, 5),), ((4, 5),))


class Doing:
    """The actions on a library, with the parts of a window they work on."""

    def __init__(self, world: World) -> None:
        self.world, session = world, world.session
        self.window = QWidget()
        self.window.resize(900, 600)
        self.worker = Worker(session, self.window)
        lists = Lists(session, self.window)
        lists.reload()
        self.view = view = ArticleView(session, Theme.load("light"), self.window)
        self.sidebar = Sidebar(session, lists, self.window)
        self.page = DuplicatesPage(session)
        self.pages = Pages({"article": lambda: view, "duplicates": lambda: self.page}, self.window)
        self.frame = frame = Frame(session, self.sidebar, self.pages, self.window)
        self.actions = LibraryActions(session, self.worker, view, frame, self.sidebar, self.pages, self.window)
        self.articles = ArticleActions(session, view, NoticeBar(self.window), self.pages, self.window, worker=self.worker)
        self.window.show()

    def answer(self, words: str) -> None:
        naming = self.actions._naming
        assert naming is not None
        naming.field.setText(words)
        QTest.keyClick(naming.field, Key.Key_Return)


@pytest.fixture
def doing(world: World) -> Iterator[Doing]:
    made = Doing(world)
    yield made
    made.worker.stop()
    world.session.close()
    made.window.close()


def test_a_collection_is_named_from_the_top_and_made_where_it_is_missing(world: World, doing: Doing) -> None:
    collections = world.project.collections
    doing.actions.ask_collection([world.article])
    doing.answer("国际治理 / 欧盟")
    doing.actions.ask_collection([world.article])
    doing.answer("欧盟")
    assert [(each.name, each.depth) for each in collections.all()] == [("国际治理", 0), ("欧盟", 1)]
    assert len(collections.of(world.article)) == 1
    world.project.undo()
    assert collections.all() == []
    doing.actions.ask_new(None)
    doing.answer("读书会")
    [shelf] = collections.all()
    doing.actions.put([world.article], shelf.id)
    doing.actions.rename_collection(shelf.id, "书目")
    assert [(each.name, each.articles) for each in collections.all()] == [("书目", 1)]
    doing.actions.take_out([world.article], shelf.id)
    doing.actions.remove_collection(shelf.id)
    assert collections.all() == []


def test_tags_are_given_several_at_once(world: World, doing: Doing) -> None:
    doing.actions.ask_tags([world.article])
    doing.answer("#必读，2024、必读")
    assert world.project.articles.tags_of(world.article) == ["2024", "必读"]
    world.project.undo()
    assert world.project.articles.tags_of(world.article) == []


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Escape])
def test_the_keys_go_back_to_what_had_them_else_to_the_text(world: World, doing: Doing, key: Qt.Key) -> None:
    doing.window.activateWindow()
    before = QLineEdit(doing.window)
    tabs = QTabBar(doing.window)
    tabs.addTab("文章")
    closing = QToolButton(tabs)
    closing.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    for each in (before, tabs, doing.pages):
        each.show()
    doing.pages.turn_to("article")
    doing.view.open(world.article)
    for held, back in ((before, before), (closing, None), (QLineEdit(doing.window), None)):
        held.show()
        held.setFocus()
        assert held.hasFocus()
        doing.actions.ask_tags([world.article])
        if held is not before and held is not closing:
            held.hide()
        naming = doing.actions._naming
        assert naming is not None
        naming.field.setText("必读")
        QTest.keyClick(naming.field, key)
        assert naming.isHidden()
        assert back.hasFocus() if back is not None else doing.view.isAncestorOf(QApplication.focusWidget())


def test_very_many_are_changed_beside_the_window_in_one_change(world: World, doing: Doing, qtbot: QtBot) -> None:
    project = world.project
    with project.change("Test"):
        ids = [project.articles.add(draft(f"第{number}篇", f"正文{number}", "", "")) for number in range(60)]
    doing.articles.set_status(ids, "checked")
    assert doing.worker.running
    with qtbot.waitSignal(doing.worker.ended, timeout=10_000):
        pass
    assert {project.articles.get(each).status for each in ids} == {"checked"}
    doing.actions.ask_tags(ids)
    doing.answer("批次")
    with qtbot.waitSignal(doing.worker.ended, timeout=10_000):
        pass
    assert project.articles.tags() == [("批次", 60)]
    project.undo()
    project.undo()
    assert {project.articles.get(each).status for each in ids} == {"to read"}


def test_duplicates_are_looked_for_beside_the_window(world: World, doing: Doing, qtbot: QtBot) -> None:
    for title, text in (("甲", TEXT), ("乙", TEXT.replace("第9段", "第九段"))):
        world.project.articles.add(draft(title, text, title, "2024"))
    doing.actions.duplicates()
    doing.actions.look_for_duplicates()
    told: list[ProjectError] = world.told
    doing.actions.look_for_duplicates()
    assert "Another job is running" in str(told[-1])
    with qtbot.waitSignal(doing.worker.ended, timeout=10_000):
        pass
    qtbot.waitUntil(lambda: doing.page.model.rowCount() == 1, timeout=5_000)
    assert doing.sidebar.library.menu.duplicates is not None
    doing.page._relate()  # what the page asks for is connected by the window
    doing.actions.relate_reprint(*reversed(doing.sidebar.library.menu.duplicates))
    assert len(world.project.articles.families()) == 1


def test_a_title_is_edited_where_the_article_is_described(world: World, doing: Doing, qtbot: QtBot) -> None:
    doing.view.open(world.article)
    doing.frame.follow(True, True)
    doing.actions.edit_title(world.article)
    sheet = doing.frame.inspector.article
    qtbot.waitUntil(sheet.title.hasFocus, timeout=5_000)
    assert sheet.title.textCursor().selectedText() == "算法应当接受审查"


def test_a_field_of_articles_is_defined(world: World, doing: Doing) -> None:
    doing.actions.define_field("政策阶段", "one of", ["起草", "施行"])
    field = world.project.fields.all("article")[-1]
    assert (field.label_zh, field.type, [option[1] for option in field.options]) == ("政策阶段", "one of", ["起草", "施行"])
