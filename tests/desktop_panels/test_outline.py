"""The outline: headings and provisions of the text shown, the place where one reads, and going there."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QTabBar
from pytestqt.qtbot import QtBot

from db.records import ArticleId, Block, Draft, Layout, Progress
from desktop.models.articles import RECORD
from desktop.models.lists import Lists
from desktop.models.outline import HERE, Outline, OutlineModel, outlined
from desktop.panels import outline as outline_panel
from desktop.panels.article_view import ArticleView
from desktop.panels.outline import OutlinePanel
from desktop.panels.sidebar import NARROWEST, WIDTH, Sidebar
from desktop.style import window_style
from desktop.style_panels import panels_style
from desktop.theme import Theme
from desktop.words import use_language
from tests.desktop_panels.world import World, shown, template, world

__all__ = ["template", "world"]
Key = Qt.Key


def laid_out(lines: list[str]) -> tuple[str, Layout]:
    """Lay lines out as paragraphs; those that begin with # are headings."""
    blocks, at, plain = [], 0, []
    for line in lines:
        level = len(line) - len(line.lstrip("#"))
        words = line[level:].strip()
        blocks.append(Block("heading" if level else "paragraph", at, at + len(words), level))
        plain.append(words)
        at += len(words) + 1
    return "\n".join(plain), Layout(tuple(blocks))


def statute(articles: int) -> tuple[str, Layout]:
    """Make a statute of chapters with ten articles each."""
    lines = ["# 某某试行办法"]
    for number in range(1, articles + 1):
        if number % 10 == 1:
            lines.append(f"## 第{number // 10 + 1}章　第{number // 10 + 1}个方面")
        lines.append(f"第{number}条　提供者应当做第 {number} 件事，并且留下记录。")
        lines.append("前款的记录保存三年，" + "需要时可以查阅，" * 8 + "不得更改。")
    return laid_out(lines)


def titles(model: OutlineModel) -> list[str]:
    return [str(model.index(row).data()) for row in range(model.rowCount())]


class Shown:
    """A sidebar at its outline beside the text."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.view = ArticleView(world.session, Theme.load("light"))
        self.text = shown(self.view, 700, 500)
        self.sidebar = Sidebar(world.session, Lists(world.session))
        self.window = shown(self.sidebar, 260, 600)
        self.panel: OutlinePanel = self.sidebar.outline
        self.panel.follow(self.view)
        self.panel.place_requested.connect(self.go)
        self.sidebar.turn_to(3)

    def add(self, *lines: str) -> ArticleId:
        text, layout = laid_out(list(lines))
        return self.world.project.articles.add(Draft(lines[0].strip("# "), text, layout, language="zh"))

    def go(self, start: int) -> None:
        self.view.show_span(start, start + 1)

    @property
    def here(self) -> str:
        return str(self.panel.model.here.data() or "")


@pytest.fixture
def outline(world: World, qtbot: QtBot) -> Iterator[Shown]:
    made = Shown(world)
    yield made
    made.view.clear()
    made.window.close()
    made.text.close()


def test_headings_and_provisions_are_listed_by_level(outline: Shown, qtbot: QtBot) -> None:
    outline.view.open(outline.add("# 题目", "开头。", "## 背景", "一段。", "### 细处", "又一段。", "## 结论", "完。"))
    qtbot.waitUntil(lambda: outline.panel.model.rowCount() > 0)
    rows = [outline.panel.model.index(row).data(RECORD) for row in range(outline.panel.model.rowCount())]
    assert [row.title for row in rows][-3:] == ["背景", "细处", "结论"]
    assert rows[-2].level == rows[-3].level + 1
    assert rows[-1].level == rows[-3].level
    assert all(row.start == outline.view.text.index(row.title) for row in rows)


def test_enter_and_a_click_lead_to_the_heading(outline: Shown, qtbot: QtBot) -> None:
    outline.view.open(outline.add("# 题目", *(f"{'#' * 2} 第{n}部分" if n % 2 else "一段话。" * 40 for n in range(40))))
    qtbot.waitUntil(lambda: outline.panel.model.rowCount() > 0)
    outline.panel.begin()
    QTest.keyClicks(outline.panel.filter, "33")
    QTest.keyClick(outline.panel.filter, Key.Key_Return)
    assert outline.panel.list.hasFocus()
    QTest.keyClick(outline.panel.list, Key.Key_Return)
    assert outline.view.reader.caret() == outline.view.text.index("第33部分")
    outline.panel.filter.clear()
    place = outline.panel.list.visualRect(outline.panel.model.index(1)).center()
    QTest.mouseClick(outline.panel.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert outline.view.reader.caret() == outline.view.text.index(titles(outline.panel.model)[1])


def test_the_mark_follows_caret_and_scrolling(outline: Shown, qtbot: QtBot) -> None:
    lines = [line for n in range(30) for line in (f"## 第{n}节标题", "一段话。" * 120)]
    outline.view.open(outline.add("# 题目", *lines))
    qtbot.waitUntil(lambda: outline.panel.model.rowCount() > 20)
    reader, text = outline.view.reader, outline.view.text
    outline.view.show_span(text.index("第7节标题"), text.index("第7节标题") + 5)
    qtbot.waitUntil(lambda: outline.here == "第7节标题")
    marked = [row for row in range(outline.panel.model.rowCount()) if outline.panel.model.index(row).data(HERE)]
    assert titles(outline.panel.model)[marked[0]] == "第7节标题"
    assert len(marked) == 1
    reader.page.verticalScrollBar().setValue(0)
    reader.set_place(text.index("第20节标题"))
    qtbot.waitUntil(lambda: outline.here in ("第19节标题", "第20节标题"))


def test_another_article_and_another_version_are_followed(outline: Shown, qtbot: QtBot) -> None:
    article = outline.add("# 甲", "## 旧的一节", "话。")
    outline.view.open(article)
    qtbot.waitUntil(lambda: "旧的一节" in titles(outline.panel.model))
    text, layout = laid_out(["# 甲", "## 新的一节", "话。"])
    outline.world.project.articles.add_version(article, Draft("甲", text, layout, language="zh"))
    qtbot.waitUntil(lambda: "新的一节" in titles(outline.panel.model))
    assert "旧的一节" not in titles(outline.panel.model)
    outline.view.open(outline.world.article)
    qtbot.waitUntil(lambda: outline.panel.model.rowCount() == 0)
    assert outline.panel._words.text() == "This article has no headings."
    outline.view.clear()
    qtbot.waitUntil(lambda: outline.panel._words.text() == "Open an article to see its outline.")


@pytest.fixture
def thread_let_go(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Hold the thread that looks for headings until it is let go, so that the window is seen meanwhile."""
    let_go, found = threading.Event(), outline_panel._found

    def held(text: str, layout: Layout, progress: Progress) -> Outline:
        assert let_go.wait(20)
        return found(text, layout, progress)

    monkeypatch.setattr(outline_panel, "_found", held)
    yield let_go
    let_go.set()


def test_a_statute_book_is_looked_through_off_the_windows_thread(
    outline: Shown, qtbot: QtBot, thread_let_go: threading.Event
) -> None:
    text, layout = statute(900)
    book = outline.world.project.articles.add(Draft("办法", text, layout, language="zh"))
    short = outline.add("# 乙", "## 短文一节", "话。")
    outline.view.open(book)
    qtbot.waitUntil(lambda: outline.panel._job is not None)
    assert outline.panel._words.text() == "Looking for headings…"
    outline.view.open(short)
    thread_let_go.set()
    qtbot.waitUntil(lambda: "短文一节" in titles(outline.panel.model))
    outline.view.open(book)
    qtbot.waitUntil(lambda: outline.panel.model.count > 600, timeout=10_000)
    assert outline.panel._job is None


def test_closing_the_project_while_headings_are_looked_for_ends_the_thread(
    outline: Shown, qtbot: QtBot, thread_let_go: threading.Event
) -> None:
    text, layout = statute(900)
    outline.view.open(outline.world.project.articles.add(Draft("办法", text, layout, language="zh")))
    qtbot.waitUntil(lambda: outline.panel._job is not None)
    thread_let_go.set()
    outline.view.clear()
    outline.world.session.close()
    assert outline.panel._job is None
    assert outline.panel.model.rowCount() == 0


def test_nothing_is_looked_for_while_the_outline_is_out_of_sight(outline: Shown, qtbot: QtBot) -> None:
    outline.sidebar.turn_to(0)
    outline.view.open(outline.add("# 题目", "## 一节", "话。"))
    qtbot.wait(80)
    assert outline.panel.model.rowCount() == 0
    outline.sidebar.turn_to(3)
    assert "一节" in titles(outline.panel.model)


def test_the_filter_finds_words_and_the_number_of_a_provision(qapp: QApplication) -> None:
    model = OutlineModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show(outlined(*statute(40)))
    model.set_filter("第3个方面")
    assert len(titles(model)) == 1
    model.set_filter("19")
    assert any(title.startswith("第19条") for title in titles(model))
    model.set_filter("no such thing")
    assert titles(model) == []
    assert not model.here.isValid()
    model.set_filter("")
    model.set_place(10**9)
    assert model.here.row() == model.rowCount() - 1
    assert tester.model() is model
    model.show(Outline())
    assert model.rowCount() == 0


def test_a_place_before_the_first_heading_marks_none(qapp: QApplication) -> None:
    model = OutlineModel()
    model.show(outlined(*laid_out(["开头的话。", "## 一节", "话。"])))
    model.set_place(0)
    assert not model.here.isValid()
    assert model.set_place(8)
    assert model.here.data() == "一节"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_four_tabs_fit_and_are_cut_gracefully_when_narrow(outline: Shown, qapp: QApplication, language: str) -> None:
    theme = Theme.load("light")
    outline.window.setStyleSheet(f"{theme.stylesheet()}\n{panels_style(theme)}\n{window_style(theme)}")
    use_language(qapp, language)
    QTest.qWait(20)
    tabs = outline.sidebar._tabs
    for width in (WIDTH, NARROWEST):
        outline.sidebar.resize(width, 600)
        QTest.qWait(10)
        assert outline.sidebar.width() == width
        assert tabs.tabRect(3).right() < width
        needed = [QTabBar.tabSizeHint(tabs, tab).width() for tab in range(4)]
        cut = [tab for tab in range(4) if tabs.tabRect(tab).width() < needed[tab]]
        assert not cut or (width == NARROWEST and language == "en"), (width, needed)
        assert min(tabs.tabRect(tab).width() for tab in range(4)) >= 30
    use_language(qapp, "en")
