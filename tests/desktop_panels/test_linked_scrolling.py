"""Two texts scrolled together: paragraph beside paragraph, whichever is moved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from db.records import Block, Draft, Layout
from desktop.panels.linked_scrolling import fixed_points, height_beside, structure_of
from tests.desktop_panels.two_texts import Desk, desk, long_text
from tests.desktop_panels.world import template, world

__all__ = ["desk", "template", "world"]
Key = Qt.Key
_SETTLED = 200  # milliseconds until a text is laid out at its new width


@given(st.integers(1, 60), st.integers(-1, 60))
def test_equal_counts_go_paragraph_by_paragraph(count: int, height: int) -> None:
    points = fixed_points((count, count), ((), (3,)), [(0, 1)])
    assert height_beside(height, points) == pytest.approx(height)


def test_related_passages_and_headings_hold_texts_of_unequal_length_together() -> None:
    points = fixed_points((10, 20), ((), ()), [(2, 10)])
    assert [height_beside(height, points) for height in (-1, 0, 2, 3, 10)] == [-1, 0, 10, 11, 20]
    assert height_beside(2.5, points) == 10.5
    points = fixed_points((10, 20), ((4, 6), (5, 15)))
    assert [height_beside(height, points) for height in (4, 5, 6)] == [5, 10, 15]
    assert fixed_points((10, 20), ((4, 6), (5,))) == [(-1, -1), (0, 0), (10, 20)], "headings that do not match hold nothing"
    assert height_beside(5, fixed_points((10, 20), ((), ()))) == 10


counts = st.tuples(st.integers(0, 12), st.integers(0, 12))
places = st.tuples(st.integers(0, 11), st.integers(0, 11))


@given(counts, st.lists(places), st.lists(st.integers(0, 12), max_size=4).map(sorted), st.floats(-1, 13), st.floats(0, 3))
def test_what_is_further_down_is_never_further_up_beside(
    both: tuple[int, int], related: list[tuple[int, int]], headings: list[int], height: float, more: float
) -> None:
    within = [(here, there) for here, there in related if here < both[0] and there < both[1]]
    here = [heading for heading in headings if heading <= min(both)]
    points = fixed_points(both, (here, here), within)
    assert points == sorted(points)
    assert [there for _here, there in points] == sorted(there for _here, there in points)
    for back in (False, True):
        assert height_beside(height, points, back) <= height_beside(height + more, points, back) + 1e-9


def wheel(page: QWidget, down: int) -> None:
    at = QPointF(200, 200)
    QApplication.sendEvent(
        page,
        QWheelEvent(
            at, QPointF(page.mapToGlobal(at.toPoint())), QPointF(0, 0).toPoint(), QPointF(0, -down).toPoint(),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        ),
    )  # fmt: skip


def test_scrolling_the_one_puts_the_other_to_the_same_paragraph(desk: Desk) -> None:
    view = desk.view
    view.open(desk.original)
    view.focus()
    view.toggle_beside()
    page = view._first.reader.page
    for _ in range(12):
        wheel(page.viewport(), 240)
        assert abs(desk.topmost(beside=True) - desk.topmost(beside=False)) <= 1
    assert desk.topmost(beside=True) > 5
    page.verticalScrollBar().setValue(0)
    assert desk.scroll(beside=True) == 0


def test_the_other_way_round_and_back_again_nothing_runs_away(desk: Desk) -> None:
    view = desk.view
    view.open(desk.original)
    view.focus()
    view.toggle_beside()
    QTest.qWait(_SETTLED)
    assert view._second is not None
    beside = view._second.reader.page.viewport()
    for _ in range(6):
        wheel(beside, 240)
    before = desk.scroll(beside=False), desk.scroll(beside=True)
    assert before[0] > 0
    assert abs(desk.topmost(beside=True) - desk.topmost(beside=False)) <= 1
    QTest.qWait(_SETTLED)
    assert (desk.scroll(beside=False), desk.scroll(beside=True)) == before, "it has come to rest"
    wheel(beside, -240)
    wheel(beside, 240)
    assert abs(desk.scroll(beside=False) - before[0]) <= 2


def test_the_caret_takes_the_other_text_along(desk: Desk, qtbot: QtBot) -> None:
    view = desk.view
    view.open(desk.original)
    view.focus()
    view.toggle_beside()
    QTest.qWait(_SETTLED)
    start = view.text.index("20。")
    view.show_span(start, start + 2)
    qtbot.waitUntil(lambda: abs(desk.topmost(beside=True) - desk.topmost(beside=False)) <= 1, timeout=5_000)
    assert desk.topmost(beside=True) > 10
    for _ in range(30):
        QTest.keyClick(view.reader.page, Key.Key_Down)
    paragraph = view.reader.paragraph()[0]
    assert paragraph > 22
    assert view._second is not None
    other = view._second.reader

    def level() -> bool:
        point = view._second.text.index(f"{paragraph}。") if view._second else 0
        rect = other.rect_of((point, point + 2))
        top = other.page.viewport().mapToGlobal(other.page.viewport().rect().topLeft()).y()
        return top - 60 <= rect.top() <= top + other.page.viewport().height()

    qtbot.waitUntil(level, timeout=5_000)


def test_each_scrolls_for_itself_again_when_that_is_wished(desk: Desk) -> None:
    view = desk.view
    view.open(desk.original)
    view.focus()
    view.toggle_beside()
    assert view._second_tabs is not None
    QTest.mouseClick(view._second_tabs._together, Qt.MouseButton.LeftButton)
    assert not view.scrolls_together
    wheel(view._first.reader.page.viewport(), 600)
    assert desk.scroll(beside=False) > 0
    assert desk.scroll(beside=True) == 0
    QTest.mouseClick(view._second_tabs._together, Qt.MouseButton.LeftButton)
    assert desk.topmost(beside=True) == desk.topmost(beside=False)


def test_translated_passages_hold_two_texts_together(desk: Desk) -> None:
    project, view = desk.world.project, desk.view
    text = long_text(60, "Another rendering. ")
    other = project.articles.add(Draft("Free rendering", text, Layout.of_lines(text)))
    project.relations.add("translation of", ("article", other), ("article", desk.original))
    original = project.articles.version(desk.original).text
    here, there = original.index("\n10。") + 1, text.index("\n31。") + 1
    passages = project.annotations.add(desk.original, here, here + 3), project.annotations.add(other, there, there + 3)
    project.relations.add("translates", ("annotation", passages[1]), ("annotation", passages[0]))
    view.open(desk.original)
    view.show_beside(other)
    bar = view._first.reader.page.verticalScrollBar()
    view._first.reader.set_place(here)
    assert bar.value() > 0
    assert desk.topmost(beside=True) in (30, 31)


def test_a_title_and_headings_are_not_counted(desk: Desk) -> None:
    text = "标题\n第一段。\n一、小标题\n第二段。\n\n第三段。"
    starts = [0, 3, 8, 14, 19, 20]
    kinds = ("heading", "paragraph", "heading", "paragraph", "paragraph", "paragraph")
    ends = [*(start - 1 for start in starts[1:]), len(text)]
    blocks = (Block(kind, start, end, 1) for kind, start, end in zip(kinds, starts, ends, strict=True))  # type: ignore[arg-type]
    article = desk.world.project.articles.add(Draft("标题", text, Layout(tuple(blocks))))
    desk.view.open(article)
    structure = structure_of(desk.view.reader)
    assert structure.starts == (3, 14, 20)
    assert structure.headings == (1,)
    assert [structure.paragraph(point) for point in (0, 3, 13, 14, 21)] == [0, 1, 1, 2, 3]
