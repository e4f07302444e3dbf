"""Near duplicates: how they are shown side by side, decided about, and how collections and tags are asked for by the dozen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QStyleOptionViewItem, QTabBar, QToolButton, QWidget
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
    doing.actions.relate_reprint(*reversed(doing.sidebar.library.menu.duplicates[0]))
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


# Groups of more than two, small windows, what is no difference


@pytest.fixture
def many(world: World) -> Iterator[Copies]:
    """Five articles more that are the same text, all of one publisher."""
    with world.project.change("Test"):
        for number in range(5):
            world.project.articles.add(draft(f"第{number}篇", TEXT + f"\n第{number}次发布。", "中国网", f"2024-04-0{number + 1}"))
    made = Copies(world)
    made.show()
    yield made
    world.session.close()
    made.window.close()


def chips(copies: Copies) -> list[QToolButton]:
    flow = copies.page._others
    return [widget for place in range(flow.count()) if isinstance(widget := flow.itemAt(place).widget(), QToolButton)]


def test_chips_say_which_article_each_is(many: Copies) -> None:
    words = [chip.text() for chip in chips(many)]
    assert len(words) == len(set(words)) == 7
    assert "4 · 中国网 · 2024-04-01" in words


def test_a_click_on_a_chip_leaves_the_keys_to_the_page(many: Copies) -> None:
    asked: list[list[int]] = []
    many.page.remove_requested.connect(asked.append)
    chip = chips(many)[4]
    chip.setFocus()
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert many.page.list.hasFocus()
    QTest.keyClick(many.page.list, Key.Key_Delete)
    assert asked == [[many.pair[1]]]
    many.page.first.choice.setFocus()
    QTest.keyClick(many.page.first.choice, Key.Key_Delete)
    assert len(asked) == 2, "buttons pass on the keys that decide"


def test_any_two_articles_of_a_group_can_be_compared(many: Copies) -> None:
    suspects = many.page.model.suspects(0)
    assert suspects is not None
    keys = [each.id for each in suspects.articles]
    actions = many.page.first.menu.actions()
    assert len(actions) == 8
    many.page.first.menu.triggered.emit(actions[5])
    assert many.pair == (keys[5], keys[1])
    many.page.second.menu.triggered.emit(many.page.second.menu.actions()[5])
    assert many.pair == (keys[1], keys[5]), "the one chosen for the other side changes places"
    QTest.keyClick(many.page.list, Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert many.pair == (keys[2], keys[5])
    QTest.keyClick(many.page.list, Key.Key_Left)
    assert many.pair == (keys[2], keys[4])
    asked: list[tuple[int, int]] = []
    many.page.reprint_requested.connect(lambda *pair: asked.append(pair))
    QTest.keyClick(many.page.list, Key.Key_R)
    assert asked == [(keys[4], keys[2])]


def test_the_pair_stays_when_the_project_changes(many: Copies, qtbot: QtBot) -> None:
    QTest.mouseClick(chips(many)[3], Qt.MouseButton.LeftButton)
    pair = many.pair
    many.project.articles.set_status(pair[0], "coded")
    many.project.articles.edit(pair[0], genre="news")
    QTest.qWait(80)
    assert many.pair == pair


def test_white_space_alone_is_no_difference(qapp: QApplication) -> None:
    old = "第一段说评估。\n第二段说备案。\n第三段说申诉。\n第四段说责任与分级。"
    new = "　　第一段说评估。\n第二段说备案。\n\n第三段 说申诉。\n　　第四段讲责任与分级。"
    rows = compared(old, new, lambda _done, _total: None)
    assert [row.alike for row in rows] == [3, 0]
    changed = rows[1]
    assert [changed.old[a:b] for a, b in changed.old_parts] == ["说"]
    assert [changed.new[a:b] for a, b in changed.new_parts] == ["讲"]


@pytest.mark.parametrize(("width", "height"), [(440, 330), (320, 300), (900, 330)])
def test_in_a_small_window_nothing_lies_on_something_else(many: Copies, qtbot: QtBot, width: int, height: int) -> None:
    many.window.resize(width, height)
    many.page.resize(width, height)
    QTest.qWait(30)
    page = many.page
    parts = [*chips(many), page.first, page.reprint, page.remove, page.text]
    boxes = [QRect(part.mapTo(page, QPoint(0, 0)), part.size()) for part in parts]
    for place, box in enumerate(boxes):
        assert not any(box.intersects(other) for other in boxes[place + 1 :]), parts[place]
    assert page.text.height() >= 160
    qtbot.waitUntil(lambda: page.text.pairs.rowCount() > 0, timeout=5_000)
    assert min(part.width() for part in (page.first, page.second)) >= 120


def test_rows_are_as_high_as_their_words_beside_the_scroll_bar(copies: Copies, qtbot: QtBot) -> None:
    other = "\n".join(line.replace("说明", "讲到") + "又" * (number * 3) for number, line in enumerate(TEXT.split("\n") * 3))
    many = "\n".join(TEXT.split("\n") * 3)
    text = copies.page.text
    copies.page.show_groups([[copies.first, copies.late]])
    qtbot.waitUntil(lambda: text.pairs.rowCount() > 0, timeout=5_000)
    text.show_pairs(compared(many, other, lambda _done, _total: None))
    qtbot.waitUntil(lambda: text.verticalScrollBar().maximum() > 0, timeout=5_000)
    QTest.qWait(50)
    for row in range(text.pairs.rowCount()):
        index = text.pairs.index(row)
        option = QStyleOptionViewItem()
        text.initViewItemOption(option)
        assert text.visualRect(index).height() == text.itemDelegate().sizeHint(option, index).height()
        if row:
            assert text.visualRect(index).top() == text.visualRect(text.pairs.index(row - 1)).bottom() + 1
