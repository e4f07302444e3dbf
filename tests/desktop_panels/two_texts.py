"""A view of articles, two of them an original and its translation, and an ear for what it tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from db.records import ArticleId, Draft, Layout
from desktop.panels.article_view import ArticleView
from desktop.theme import Theme
from tests.desktop_panels.world import World, shown


def long_text(paragraphs: int, words: str) -> str:
    return "\n".join(f"{number}。{words * (3 + number % 4)}" for number in range(1, paragraphs + 1))


@dataclass
class Desk:
    """A view of the world's project, with an original and its translation besides the first article."""

    world: World
    view: ArticleView
    window: QWidget
    original: ArticleId
    translation: ArticleId
    told: list[tuple[str, object]] = field(default_factory=list)

    @property
    def first(self) -> ArticleId:
        return self.world.article

    def scroll(self, beside: bool = False) -> int:
        pane = self.view._second if beside else self.view._first
        assert pane is not None
        return pane.reader.page.verticalScrollBar().value()

    def topmost(self, beside: bool) -> int:
        """Give the number of the paragraph in which a text's first whole line lies."""
        pane = self.view._second if beside else self.view._first
        assert pane is not None
        return pane.text.count("\n", 0, pane.reader.place() + 1) + 1

    def focus_beside(self) -> None:
        assert self.view._second is not None
        self.view._second.reader.setFocus()


@pytest.fixture
def desk(world: World, qtbot: QtBot) -> Iterator[Desk]:
    project = world.project
    texts = long_text(40, "这一段说的是算法治理。"), long_text(40, "This paragraph speaks of the governance of algorithms. ")
    original, translation = (
        project.articles.add(Draft(title, text, Layout.of_lines(text)))
        for title, text in zip(("原文", "Translation"), texts, strict=True)
    )
    project.relations.add("translation of", ("article", translation), ("article", original))
    view = ArticleView(world.session, Theme.load("light"))
    window = shown(view, 1200, 700)
    qtbot.waitUntil(window.isActiveWindow, timeout=5_000)
    made = Desk(world, view, window, original, translation)
    for name, signal in (
        ("active", view.active_changed), ("article", view.article_shown), ("annotation", view.annotation_entered),
        ("place", view.place_changed), ("selection", view.selection_changed), ("hits", view.hits_changed),
        ("jumping", view.jumping), ("unit", view.unit_changed),
    ):  # fmt: skip
        signal.connect(_Ear(made.told, name, view).hear)
    yield made
    window.close()


class _Ear(QWidget):
    """Writes down what it hears."""

    def __init__(self, told: list[tuple[str, object]], name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()
        self._told, self._name = told, name

    def hear(self, *what: object) -> None:
        self._told.append((self._name, what[0] if what else None))
