"""The rows of what a search found: pages of hits, groups that go on from one page to the next, pages let go and fetched again."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.search.searcher import Hit, Results
from desktop.models.articles import RECORD
from desktop.models.results import Group, ResultsModel
from desktop.panels.hit_delegate import GROUP_ROW, ROW
from desktop.panels.hit_list import HitList
from tests.desktop_panels.world import shown


def hit(key: int, article: int) -> Hit:
    return Hit("passage", f"a{article}", f"p{key}", key, article, 0, 2, f"片段{key}", ((0, 2),), f"文章{article}", f"p{key}")


def page(keys: Sequence[int], article_of: int = 1_000, total: int = 10_000) -> Results:
    return Results(tuple(hit(key, key // article_of) for key in keys), total, total > 1_000, (), 1.0)


def groups(model: ResultsModel) -> list[tuple[str, int, bool]]:
    rows = (model.index(row).data(RECORD) for row in range(model.rowCount()))
    return [(each.title, each.count, each.more) for each in rows if isinstance(each, Group)]


def test_a_group_goes_on_over_pages_and_says_that_more_may_follow(qapp: QApplication) -> None:
    model = ResultsModel()
    model.show_hits(page(range(4), 3).hits, more=True)
    assert groups(model) == [("文章0", 3, True), ("文章1", 1, True)]
    assert [model.articles] == [None]
    model.add_page(1, page(range(4, 8), 3, total=10))
    assert groups(model) == [("文章0", 3, True), ("文章1", 3, True), ("文章2", 2, True)]
    model.add_page(2, page(range(8, 10), 3, total=10))
    assert groups(model) == [("文章0", 3, False), ("文章1", 3, False), ("文章2", 3, False), ("文章3", 1, False)]
    assert (model.articles, model.seen, model.more) == (4, 10, False)
    assert [model.is_heading(row) for row in range(5)] == [True, False, False, False, True]
    assert model.headings_before(5) == 2


def test_a_group_that_is_met_again_pages_later_says_so(qapp: QApplication) -> None:
    model = ResultsModel()
    model.show_hits((hit(0, 0), hit(1, 1)), more=True)
    model.add_page(1, Results((hit(2, 1), hit(3, 0), hit(4, 2)), 5, False, (), 1.0))
    headings = [index.data() for index in map(model.index, range(model.rowCount())) if model.is_heading(index.row())]
    assert headings == ["文章0", "文章1", "文章0 (continued)", "文章2"]
    model.group_by("")
    model.group_by("article")
    rows = (model.index(row).data(RECORD) for row in range(model.rowCount()))
    assert [each.again for each in rows if isinstance(each, Group)] == [False, False, True, False]


def test_a_page_that_comes_twice_or_too_early_changes_no_rows(qapp: QApplication) -> None:
    model = ResultsModel()
    model.show_hits(page(range(4)).hits, more=True)
    model.add_page(2, page(range(8, 12)))
    assert model.rowCount() == 5
    model.add_page(1, page(range(4, 8)))
    model.add_page(1, page(range(4, 8)))
    assert model.rowCount() == 9
    model.add_page(2, page(()))  # which took too long: there are more
    assert (model.more, model.next_page) == (True, 2)
    model.add_page(2, page((), total=8))
    assert (model.more, model.seen) == (False, 8)


def test_what_is_new_stays_marked_however_hits_are_grouped(qapp: QApplication) -> None:
    model = ResultsModel()
    model.show_hits(page(range(4)).hits)
    model.fresh = {"passage": frozenset({2})}
    model.group_by("")
    assert [model.is_fresh(model.index(row).data(RECORD)) for row in range(4)] == [False, False, True, False]
    model.show_hits(page(range(4)).hits)
    assert not model.is_fresh(hit(2, 0))


def test_pages_far_away_are_let_go_and_asked_for_again(qtbot: QtBot) -> None:
    model = ResultsModel()
    model.by = ""
    model.show_hits(page(range(10)).hits, more=True)
    for number in range(1, 40):
        model.add_page(number, page(range(number * 10, number * 10 + 10)))
    assert model.rowCount() == 400
    with qtbot.waitSignal(model.page_wanted) as asked:
        assert model.index(3).data(RECORD) is None
    assert asked.args == [0]
    model.add_page(0, page(range(10)))
    assert model.index(3).data(RECORD) == hit(3, 0)
    assert model.rowCount() == 400
    with qtbot.waitSignal(model.page_wanted) as asked:
        assert model.index(398).data(RECORD) == hit(398, 0)
    assert asked.args == [40]


def test_rows_are_found_where_they_are_drawn_and_the_keys_step_over_titles(qapp: QApplication) -> None:
    model = ResultsModel()
    model.show_hits(page(range(60), 2).hits)
    view = HitList(model)
    window = shown(view, 500, 400)
    assert view.visualRect(model.index(0)).height() == GROUP_ROW
    assert view.visualRect(model.index(4)).top() == 2 * ROW + 2 * GROUP_ROW
    assert view.verticalScrollBar().maximum() == 60 * ROW + 30 * GROUP_ROW - view.viewport().height()
    view.setFocus()  # which makes the first hit the current one
    walked = []
    for _ in range(10):
        walked.append(view.currentIndex().row())
        QTest.keyClick(view, Qt.Key.Key_Down)
    assert walked == [1, 2, 4, 5, 7, 8, 10, 11, 13, 14]
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert view.currentIndex().row() == 1
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.currentIndex().row() == 89
    assert view.viewport().rect().contains(view.visualRect(view.currentIndex()))
    assert not view.grab().isNull()
    window.close()
