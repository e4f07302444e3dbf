"""A colleague's layer that came by merging stays hidden in an article until one has finished it or asks to see it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from db.sharing import merging
from desktop.panels.article_view import ArticleView
from desktop.theme import Theme
from desktop.words import use_language
from tests.desktop_panels.test_merge_page import carried
from tests.desktop_panels.world import World, shown, template, world

__all__ = ["template", "world"]
LINE = "Ada's layer is hidden until you have finished this article."


class Reading:
    """The article of the world in a view of its own, with a colleague's bundle beside it."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.project = world, world.project
        self.sent = carried(world, folder)
        self.view = ArticleView(world.session, Theme.named("light"))
        self.window = shown(self.view, 800, 600)
        self.view.open(world.article)

    def merge(self) -> None:
        merging.merge(self.project, self.sent)

    @property
    def marks(self) -> set[str]:
        """Whose marks are on the page, by initials."""
        marks = (mark for point in range(len(self.view.pane.text)) for mark in self.view.reader.marks_at(point))
        return {mark.coder for mark in marks}

    @property
    def line(self) -> str:
        return self.view.pane.layers.words


@pytest.fixture
def reading(world: World, tmp_path: Path) -> Iterator[Reading]:
    made = Reading(world, tmp_path)
    yield made
    made.view.clear()
    made.window.close()


def test_what_a_colleague_marked_in_this_very_file_is_seen_at_once(reading: Reading) -> None:
    assert reading.line == ""
    assert len(reading.marks) == 2


def test_a_layer_that_came_by_merging_waits_and_a_line_says_so(reading: Reading) -> None:
    before = reading.marks
    reading.merge()
    assert reading.marks == before
    assert reading.line == LINE


@pytest.mark.parametrize("status", ["coded", "checked"])
def test_it_is_seen_when_the_article_is_finished_and_hidden_when_that_is_undone(reading: Reading, status: str) -> None:
    reading.merge()
    before = reading.marks
    reading.project.articles.set_status(reading.world.article, status)
    assert reading.marks == before | {"A"}
    assert reading.line == "Ada's annotation of this article is shown now."
    reading.project.undo()
    assert reading.marks == before
    assert reading.line == LINE


def test_one_click_shows_it_before_that_and_undo_hides_it_again(reading: Reading) -> None:
    reading.merge()
    before = reading.marks
    QTest.mouseClick(reading.view.pane.layers.show_layers, Qt.MouseButton.LeftButton)
    assert reading.marks == before | {"A"}
    assert reading.line == "Shown before you have finished this article: the annotations of Ada."
    reading.project.undo()
    assert reading.marks == before
    assert reading.line == LINE


def test_undoing_the_merge_takes_the_line_away(reading: Reading) -> None:
    reading.merge()
    reading.project.undo()
    assert reading.line == ""


def test_the_line_is_there_when_the_article_is_opened_again_and_speaks_chinese(reading: Reading, qapp: QApplication) -> None:
    reading.merge()
    reading.view.clear()
    assert reading.view.pane.layers.words == ""
    reading.view.open(reading.world.article)
    assert reading.line == LINE
    use_language(qapp, "zh_CN")
    QTest.qWait(1)
    assert reading.line == "Ada的批注图层已隐藏，待你完成本文后显示。"
