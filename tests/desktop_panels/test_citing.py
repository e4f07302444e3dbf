"""Quoting and citing: what stands on the clipboard, and of which passage."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from desktop.actions.citing_actions import CitingActions
from desktop.panels.article_view import ArticleView
from desktop.theme import Theme
from desktop.words import use_language
from tests.desktop_panels.world import TEXT, World, shown, template, world

__all__ = ["template", "world"]


class Citing:
    """The text with its citing, and what was told."""

    def __init__(self, world: World) -> None:
        self.view = ArticleView(world.session, Theme.load("light"))
        self.window = shown(self.view, 700, 500)
        self.view.open(world.article)
        self.actions = CitingActions(world.session, self.view)
        self.told: list[str] = []
        self.actions.told.connect(self.told.append)
        self.key = world.project.articles.get(world.article).key
        QGuiApplication.clipboard().clear()


@pytest.fixture
def citing(world: World, qapp: QApplication) -> Iterator[Citing]:
    made = Citing(world)
    yield made
    made.view.clear()
    made.window.close()


def copied() -> tuple[str, str, str]:
    """Give what the clipboard holds: plain, HTML and Markdown."""
    data = QGuiApplication.clipboard().mimeData() or QMimeData()
    return data.text(), data.html(), bytes(data.data("text/markdown").data()).decode()


def test_a_selection_is_copied_in_three_forms(citing: Citing) -> None:
    start = TEXT.index("历史数据里的偏见")
    citing.view.reader.set_selection(start, start + 8)
    citing.actions.copy_quote()
    plain, html, markdown = copied()
    assert plain.startswith("“历史数据里的偏见” (")
    assert citing.key in plain
    assert "¶" in plain
    assert "历史数据里的偏见" in html
    assert html != plain
    assert f"@{citing.key}" in markdown
    assert "para. " in markdown
    assert len(citing.told) == 1
    assert citing.key in citing.told[0]


def test_the_annotation_one_stands_on_is_quoted_where_nothing_is_selected(world: World, citing: Citing) -> None:
    citing.view.stand_on(world.theirs, reveal=True)
    citing.actions.copy_quote()
    assert TEXT[TEXT.index("作者") :] in copied()[0]


def test_a_whole_article_is_cited_by_its_key(world: World, citing: Citing) -> None:
    whole = world.project.annotations.add(world.article, None, None)
    citing.view.stand_on(whole)
    citing.actions.copy_quote()
    assert copied()[0] == f"({citing.key})"
    QGuiApplication.clipboard().clear()
    citing.actions.copy_locator()
    assert copied()[0] == ""
    assert "whole article" in citing.told[-1]


def test_with_neither_the_text_at_the_caret_is_quoted(citing: Citing) -> None:
    citing.view.reader.reveal(TEXT.index("作者并不") + 2)
    citing.view.stand_on(None)
    citing.actions.copy_quote()
    quoted = copied()[0].split("”")[0].strip("“")
    assert len(quoted) > 3
    assert quoted in TEXT


def test_pandoc_and_the_locator_are_copied_alone(citing: Citing) -> None:
    citing.view.reader.set_selection(9, 13)
    citing.actions.copy_pandoc()
    plain, html, markdown = copied()
    assert plain == markdown
    assert html == ""
    assert f"[@{citing.key}, para. " in plain
    citing.actions.copy_locator()
    assert copied()[0].startswith("¶")
    assert citing.told[-1] == f"Copied: {copied()[0]}"


def test_a_chinese_window_cites_with_chinese_brackets(citing: Citing, qapp: QApplication) -> None:
    use_language(qapp, "zh_CN")
    citing.view.reader.set_selection(9, 13)
    citing.actions.copy_quote()
    assert f"（{citing.key}，" in copied()[0]
    assert citing.told[-1].startswith("已复制")


def test_nothing_is_copied_where_no_article_is_open(citing: Citing) -> None:
    citing.view.clear()
    for copy in (citing.actions.copy_quote, citing.actions.copy_pandoc, citing.actions.copy_locator):
        copy()
    assert copied() == ("", "", "")
    assert citing.told == []
