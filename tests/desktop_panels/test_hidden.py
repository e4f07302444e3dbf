"""A layer that waits is hidden wherever one looks while coding, what is hidden is said, and it comes into sight at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from db.records import Code
from db.sharing import merging
from desktop.actions.sight_actions import SightActions
from desktop.models.articles import RECORD, ArticlesModel
from desktop.models.codes import CodesModel
from desktop.models.instruments import InstrumentsModel
from desktop.models.lists import Lists
from desktop.models.passages import Passage
from desktop.panels.article_view import ArticleView
from desktop.panels.concordance_view import ConcordanceView
from desktop.panels.facets_view import Value
from desktop.panels.inspector import Inspector
from desktop.panels.marking_page import MarkingPage
from desktop.panels.search_page import SearchPage
from desktop.panels.sidebar import Sidebar
from desktop.panels.top_bar import TopBar
from desktop.theme import Theme
from desktop.words import use_language
from tests.desktop_panels.test_merge_page import carried
from tests.desktop_panels.test_search_page import hits
from tests.desktop_panels.world import World, shown, template, world

__all__ = ["template", "world"]
HIDDEN = "1 hit is in a layer hidden until you finish its article."
ADAS = "asgf1.1.1"


@pytest.fixture
def merged(world: World, tmp_path: Path) -> World:
    """The world after a colleague's bundle was taken in: Ada tagged the title and wrote a note."""
    merging.merge(world.project, carried(world, tmp_path))
    return world


@pytest.fixture
def ada(merged: World) -> int:
    return next(each for each in merged.project.annotations.find() if each not in (merged.mine, merged.theirs))


@pytest.fixture
def search(merged: World) -> Iterator[SearchPage]:
    page = SearchPage(merged.session)
    window = shown(page, 1100, 640)
    page.lend(concordance=lambda: ConcordanceView(merged.session))
    yield page
    page.close_searcher()
    window.close()


@pytest.fixture
def inspector(merged: World) -> Iterator[Inspector]:
    made = Inspector(merged.session)
    window = shown(made)
    made.show_article(merged.article)
    made._tabs.setCurrentIndex(1)
    yield made
    window.close()


@pytest.fixture
def view(merged: World) -> Iterator[ArticleView]:
    made = ArticleView(merged.session, Theme.named("light"))
    window = shown(made, 800, 600)
    made.open(merged.article)
    yield made
    made.clear()
    window.close()


def press(button: QToolButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def listed(inspector: Inspector) -> list[int]:
    model = inspector.list.model
    found = (model.index(row).data(RECORD) for row in range(model.rowCount()))
    return [each.annotation.id for each in found if isinstance(each, Passage)]


def coders(page: SearchPage) -> list[str]:
    model = page.results.facets.model()
    values = (model.index(row, 0).data(RECORD) for row in range(model.rowCount()))
    return [each.name for each in values if isinstance(each, Value) and each.field == "coder"]


def test_search_says_how_much_is_hidden_and_shows_it_for_that_search_only(
    qtbot: QtBot, merged: World, search: SearchPage, ada: int
) -> None:
    search.search("kind:passage")
    qtbot.waitUntil(lambda: search.hidden_hits.words == HIDDEN)
    assert {key for _kind, key in hits(search)} == {merged.mine, merged.theirs}
    qtbot.waitUntil(lambda: coders(search) == ["李明", "王岚"] or coders(search) == ["王岚", "李明"])
    assert search.hidden_hits.turn.text() == "Show them"
    press(search.hidden_hits.turn)
    qtbot.waitUntil(lambda: ("passage", ada) in hits(search))
    qtbot.waitUntil(lambda: search.hidden_hits.turn.text() == "Hide them again")
    assert search.hidden_hits.words == "Hits in hidden layers are shown too, for this search only: 1."
    qtbot.waitUntil(lambda: "Ada" in coders(search))
    assert merged.project.layers.hidden(merged.article)
    press(search.hidden_hits.turn)
    assert search.hidden_hits.words == HIDDEN
    qtbot.waitUntil(lambda: len(hits(search)) == 2)
    press(search.hidden_hits.turn)
    qtbot.waitUntil(lambda: len(hits(search)) == 3)
    search.search("kind:passage 算法")
    assert search.hidden_hits.words == HIDDEN
    qtbot.waitUntil(lambda: ("passage", ada) not in hits(search))


def test_the_line_is_gone_where_nothing_is_hidden_and_when_the_article_is_finished(
    qtbot: QtBot, merged: World, search: SearchPage, ada: int
) -> None:
    search.search("kind:passage 偏见")
    qtbot.waitUntil(lambda: hits(search) == [("passage", merged.mine)])
    qtbot.waitUntil(lambda: not search.results.runner.busy)
    assert search.hidden_hits.words == ""
    search.search("kind:passage")
    qtbot.waitUntil(lambda: search.hidden_hits.words == HIDDEN)
    merged.project.articles.set_status(merged.article, "coded")
    qtbot.waitUntil(lambda: search.hidden_hits.words == "")
    assert ("passage", ada) in hits(search)
    search.entry.clear()
    search.search("")
    assert search.hidden_hits.words == ""


def test_stepping_through_hits_passes_over_what_is_hidden(qtbot: QtBot, merged: World, search: SearchPage, ada: int) -> None:
    gone_to: list[object] = []
    search.place_requested.connect(lambda _article, _start, _end, annotation: gone_to.append(annotation))
    search.search("kind:passage")
    qtbot.waitUntil(lambda: len(hits(search)) == 2)
    search.results.open_current()
    search.step(1)
    search.step(1)
    assert set(gone_to) == {merged.mine, merged.theirs}


def test_the_line_speaks_chinese(qtbot: QtBot, qapp: QApplication, search: SearchPage) -> None:
    search.search("kind:passage")
    qtbot.waitUntil(lambda: search.hidden_hits.words == HIDDEN)
    use_language(qapp, "zh_CN")
    qtbot.waitUntil(lambda: search.hidden_hits.words == "有 1 条结果在隐藏的图层中，待你完成该文章后显示。")
    assert search.hidden_hits.turn.text() == "显示这些结果"


def test_the_concordance_leaves_it_out_until_it_is_asked_for(qtbot: QtBot, merged: World, search: SearchPage) -> None:
    search.search(f"kind:passage code:{ADAS}")
    qtbot.waitUntil(lambda: search.hidden_hits.words == HIDDEN)
    search.tools.show_view("concordance")
    lines = search._concordance
    assert isinstance(lines, ConcordanceView)
    qtbot.waitUntil(lambda: not lines.gathering.busy)
    assert lines.model.rowCount() == 0
    press(search.hidden_hits.turn)
    qtbot.waitUntil(lambda: lines.model.rowCount() == 1)
    qtbot.waitUntil(lambda: search.hidden_hits.turn.text() == "Hide them again")
    press(search.hidden_hits.turn)
    qtbot.waitUntil(lambda: lines.model.rowCount() == 0)


def test_the_list_of_the_article_leaves_it_out_and_says_so(merged: World, inspector: Inspector, ada: int) -> None:
    assert set(listed(inspector)) == {merged.mine, merged.theirs}
    assert inspector.list.hidden_words == "1 annotation of others is hidden until you have finished this article."
    merged.project.layers.show(merged.article)
    assert set(listed(inspector)) == {merged.mine, merged.theirs, ada}
    assert inspector.list.hidden_words == ""
    merged.project.undo()
    assert ada not in listed(inspector)
    merged.project.articles.set_status(merged.article, "checked")
    assert ada in listed(inspector)


def test_counts_of_codes_articles_and_coders_take_it_off_and_follow(merged: World) -> None:
    codes, articles, laws = CodesModel(merged.session), ArticlesModel(merged.session), InstrumentsModel(merged.session)
    code = merged.project.codes.by_ref(ADAS)

    def counted() -> tuple[int, int]:
        for model in (codes, articles, laws):
            model.reload()
        found = codes.record(codes.index_of(code))
        entry = articles.article(articles.index_of(merged.article))
        assert entry is not None
        return found.uses if isinstance(found, Code) else -1, entry.annotations

    codes.show_all_books(True)
    assert counted() == (0, 2)
    merged.project.articles.set_status(merged.article, "coded")
    assert counted() == (1, 3)
    merged.project.undo()
    assert counted() == (0, 2)
    bar = TopBar(merged.session, Lists(merged.session))
    bar._fill_layers()
    assert {action.text() for action in bar._layers_menu.actions()} == {"Ada (0)", "李明 (1)"}


def test_the_line_over_the_text_says_what_is_shown_once_the_article_is_finished(
    merged: World, view: ArticleView, qapp: QApplication, ada: int
) -> None:
    line = view.pane.layers
    merged.project.articles.set_status(merged.article, "coded")
    assert line.words == "Ada's annotation of this article is shown now."
    assert ada in view.spans()
    use_language(qapp, "zh_CN")
    QTest.qWait(1)
    assert line.words == "Ada在本文中的批注现已显示。"
    press(line.show_layers)
    assert line.words == ""
    merged.project.undo()
    assert line.words == "Ada的批注图层已隐藏，待你完成本文后显示。"
    assert ada not in view.spans()


def test_what_was_shown_early_is_hidden_again_by_mouse_and_by_command(
    merged: World, view: ArticleView, qtbot: QtBot, ada: int
) -> None:
    line, told, lists = view.pane.layers, list[str](), Lists(merged.session)
    press(line.show_layers)
    assert line.words == "Shown before you have finished this article: the annotations of Ada."
    assert (line.show_layers.text(), ada in view.spans()) == ("Hide again", True)
    press(line.show_layers)
    assert (line.show_layers.text(), ada in view.spans()) == ("Show here", False)
    sight = SightActions(merged.session, view, Sidebar(merged.session, lists), TopBar(merged.session, lists))
    sight.told.connect(told.append)
    sight.hide_layers()
    sight.show_layers()
    assert ada in view.spans()
    sight.show_layers()
    sight.hide_layers()
    assert ada not in view.spans()
    assert told == ["No layer is shown before its time in this article.", "No layer is hidden in this article."]


def test_the_candidates_of_a_search_leave_it_out(merged: World, qtbot: QtBot) -> None:
    page = MarkingPage(merged.session)
    window = shown(page, 800, 500)
    page.begin(f"kind:passage code:{ADAS}")
    qtbot.waitUntil(lambda: not page.gathering.busy)
    assert page.model.rowCount() == 0
    merged.project.articles.set_status(merged.article, "coded")
    qtbot.waitUntil(lambda: page.model.rowCount() == 2)
    page.gathering.close()
    window.close()


def test_much_is_counted_on_a_thread_and_the_lists_follow(merged: World, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.layers.MANY", 0)
    lists, code = Lists(merged.session), merged.project.codes.by_ref(ADAS)

    def uses() -> int:
        record = lists.codes.record(lists.codes.index_of(code))
        return record.uses if isinstance(record, Code) else -1

    lists.codes.show_all_books(True)
    lists.reload()
    qtbot.waitUntil(lambda: uses() == 0)
    merged.project.articles.set_status(merged.article, "coded")
    qtbot.waitUntil(lambda: uses() == 1)
    merged.project.undo()
    qtbot.waitUntil(lambda: uses() == 0)
    merged.session.close()
    assert lists._counting is None
