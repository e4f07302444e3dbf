"""The codes panel: a click selects, Enter, a double click or the count lists passages; a folded code counts what is below."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QSignalSpy, QTest

from db.records import CodeId
from desktop.models.codes import BELOW
from desktop.models.lists import Lists
from desktop.panels.codes_panel import CodesPanel
from tests.desktop_panels.world import World, shown, template, world

__all__ = ["template", "world"]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(world: World) -> Iterator[CodesPanel]:
    lists = Lists(world.session)
    lists.codes.reload()
    made = CodesPanel(world.session, lists)
    window = shown(made, 320, 700)
    made.show_code(world.bias)
    yield made
    window.close()
    lists.deleteLater()


def place(panel: CodesPanel, index: QModelIndex, *, count: bool = False) -> QPoint:
    panel.view.scrollTo(index)
    box = panel.view.visualRect(index)
    return QPoint(panel.view.viewport().width() - 16, box.center().y()) if count else box.center()


def test_a_click_selects_and_a_double_click_lists_the_passages(world: World, panel: CodesPanel) -> None:
    asked, index = QSignalSpy(panel.code_requested), panel.view.currentIndex()
    panel.view.setCurrentIndex(index.parent())
    QTest.mouseClick(panel.view.viewport(), LEFT, pos=place(panel, index))
    assert panel.view.currentIndex() == index
    assert asked.count() == 0
    QTest.mouseDClick(panel.view.viewport(), LEFT, pos=place(panel, index))
    assert [asked.at(row)[0] for row in range(asked.count())] == [world.bias]


def test_enter_and_a_click_on_the_count_list_the_passages(world: World, panel: CodesPanel) -> None:
    asked, index = QSignalSpy(panel.code_requested), panel.view.currentIndex()
    panel.focus()
    QTest.keyClick(panel.view, Qt.Key.Key_Return)
    QTest.mouseClick(panel.view.viewport(), LEFT, pos=place(panel, index, count=True))
    assert [asked.at(row)[0] for row in range(asked.count())] == [world.bias, world.bias]


def test_a_click_where_no_count_stands_only_selects(world: World, panel: CodesPanel) -> None:
    asked = QSignalSpy(panel.code_requested)
    unused = panel._model.index_of(world.project.codes.by_ref("asgf1.3.1.1.a"))
    QTest.mouseClick(panel.view.viewport(), LEFT, pos=place(panel, unused, count=True))
    assert panel.view.currentIndex() == unused
    assert asked.count() == 0


def test_a_code_counts_all_that_is_below_it(world: World, panel: CodesPanel) -> None:
    uses = world.project.codes.get(CodeId(world.bias)).uses
    assert uses > 0
    above = panel.view.currentIndex().parent()
    top = above.parent()
    assert [above.data(BELOW), top.data(BELOW)] == [uses, uses]
    assert f"0 of its own, {uses} of the codes below it" in above.data(Qt.ItemDataRole.ToolTipRole)
    assert panel.view.currentIndex().data(BELOW) == 0


def test_a_folded_code_is_drawn_with_the_count_of_what_is_below(panel: CodesPanel) -> None:
    above = panel.view.currentIndex().parent()
    row = panel.view.visualRect(above)
    ends = row.adjusted(row.width() - 60, 0, 0, 0)
    panel.view.setExpanded(above, True)
    opened = panel.view.viewport().grab(ends).toImage()
    panel.view.setExpanded(above, False)
    assert panel.view.viewport().grab(panel.view.visualRect(above).adjusted(row.width() - 60, 0, 0, 0)).toImage() != opened
