"""The annotations of an article as a list: worked by keys, filtered, and kept in step row by row."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from db.records import AnnotationId, Draft, Layout
from desktop.models.articles import RECORD
from desktop.panels.in_article import InArticle
from desktop.panels.inspector import Inspector
from tests.desktop_panels.test_inspector import inspector
from tests.desktop_panels.world import World, template, world

__all__ = ["inspector", "template", "world"]
Key = Qt.Key


def test_in_this_article_is_filtered_and_enter_goes_there(world: World, qtbot: QtBot, inspector: Inspector) -> None:
    bare = world.project.annotations.add(world.article, 0, 4)
    inspector.show_article(world.article)
    inspector._tabs.setCurrentIndex(1)
    panel = inspector.list
    assert panel.model.rowCount() == 3
    panel._group.button(2).click()
    assert panel.model.rowCount() == 1
    panel.list.setFocus()
    with qtbot.waitSignal(inspector.annotation_requested) as asked:
        QTest.keyClick(panel.list, Key.Key_Return)
    assert asked.args == [bare]
    panel._group.button(1).click()
    assert panel.model.rowCount() == 2


@pytest.fixture
def listed(world: World, inspector: Inspector) -> InArticle:
    """The list of the article's annotations: one without a code, one's own, a colleague's."""
    world.project.annotations.add(world.article, 0, 4)
    inspector.show_article(world.article)
    inspector._tabs.setCurrentIndex(1)
    inspector.list.list.setFocus()
    return inspector.list


def rows(panel: InArticle) -> list[int]:
    return [panel.model.index(row).data(RECORD).annotation.id for row in range(panel.model.rowCount())]


def test_j_and_k_move_in_the_list_and_space_shows_without_leaving_it(world: World, qtbot: QtBot, listed: InArticle) -> None:
    keys = listed.list
    assert keys.currentIndex().row() == 0
    QTest.keyClick(keys, Key.Key_J)
    assert keys.currentIndex().row() == 1
    with qtbot.waitSignal(listed.annotation_requested) as asked:
        QTest.keyClick(keys, Key.Key_Space)
    assert asked.args == [world.mine]
    assert keys.hasFocus()
    QTest.keyClick(keys, Key.Key_K)
    QTest.keyClick(keys, Key.Key_K)
    assert keys.currentIndex().row() == 0


def test_delete_in_the_list_removes_ones_own_and_tells_of_others(world: World, inspector: Inspector, listed: InArticle) -> None:
    inspector.show_annotations([world.mine])
    QTest.keyClick(listed.list, Key.Key_Delete)
    assert world.mine not in rows(listed)
    assert listed.list.currentIndex().isValid()
    listed.list.setCurrentIndex(listed.model.row_of(world.theirs))
    QTest.keyClick(listed.list, Key.Key_Delete)
    assert world.theirs in rows(listed)
    assert len(world.told) == 1
    world.project.undo()
    assert rows(listed)[1:] == [world.mine, world.theirs]


def test_a_change_touches_its_own_rows_only(world: World, qtbot: QtBot, listed: InArticle) -> None:
    model = listed.model
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged) as changed:
        world.project.annotations.untag(world.mine, world.bias)
    assert changed.args[0].row() == changed.args[1].row() == 1
    assert model.index(1).data(RECORD).codes == ()
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.rowsInserted) as put:
        new = world.project.annotations.add(world.article, 5, 7, codes=[world.bias])
    assert put.args[1:] == [1, 1]
    assert rows(listed)[1] == new
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.rowsRemoved) as gone:
        world.project.annotations.remove([new])
    assert gone.args[1:] == [1, 1]


def test_a_boundary_that_moves_past_another_moves_its_row(world: World, listed: InArticle) -> None:
    first = rows(listed)[0]
    world.project.annotations.move(AnnotationId(first), 30, 34)
    assert rows(listed) == [each.id for each in world.project.annotations.of(world.article)]
    assert rows(listed)[0] == world.mine


def test_the_filter_holds_while_codes_come_and_go(world: World, listed: InArticle) -> None:
    listed._group.button(2).click()
    assert len(rows(listed)) == 1
    world.project.annotations.untag(world.mine, world.bias)
    assert rows(listed)[1:] == [world.mine]
    world.project.annotations.tag(world.mine, world.bias)
    assert world.mine not in rows(listed)
    world.project.undo()
    assert rows(listed)[1:] == [world.mine]


def test_a_long_list_comes_little_by_little_and_in_order(world: World, qtbot: QtBot, inspector: Inspector) -> None:
    text = "一句话。\n" * 700
    article = world.project.articles.add(Draft("长文", text, Layout.of_lines(text)))
    with world.project.change("Many"):
        made = [world.project.annotations.add(article, 5 * line, 5 * line + 3) for line in range(700)]
    inspector.show_annotations([made[-1]])
    inspector._tabs.setCurrentIndex(1)
    panel = inspector.list
    assert panel.model.rowCount() == 500
    world.project.annotations.remove([made[600]])
    qtbot.waitUntil(lambda: panel.model.rowCount() == 699)
    assert rows(panel) == [key for key in made if key != made[600]]
    assert panel.list.currentIndex().data(RECORD).annotation.id == made[-1]
