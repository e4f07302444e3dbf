"""The form that relates an article: one entry for articles and instruments, kinds that fit, and a proposal from the title."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from db.records import ArticleId, Draft, Layout
from desktop.panels.inspector import Inspector
from tests.desktop_panels.world import World, shown, template, world

__all__ = ["template", "world"]
Key = Qt.Key
LAW = "第一条　为了规范管理，制定本条例。\n第二条　提供者应当配合检查。"


@pytest.fixture
def inspector(world: World) -> Iterator[Inspector]:
    made = Inspector(world.session)
    window = shown(made)
    yield made
    window.close()


@pytest.fixture
def other(world: World) -> ArticleId:
    text = "Algorithms should be open to review."
    return world.project.articles.add(Draft("Algorithms and review", text, Layout.of_lines(text), language="en"))


def test_the_form_finds_articles_and_instruments_and_says_when_nothing_fits(
    world: World, inspector: Inspector, other: ArticleId
) -> None:
    inspector.show_article(world.article)
    inspector.relate_article()
    form = inspector.article.relations.form
    QTest.keyClick(form.entry, Key.Key_Return)
    assert form.hint.text().startswith("Choose an article or instrument first")
    QTest.keyClicks(form.entry, "zzqxv")
    assert form.hint.text() == "Nothing fits."
    QTest.keyClick(form.entry, Key.Key_Return)
    assert form.hint.text() == "Nothing fits."
    assert form.kind.isHidden()
    form.entry.clear()
    QTest.keyClicks(form.entry, "algo")
    assert form.hint.isHidden()
    assert form.kind.findText("reprint of") >= 0
    assert form.kind.findText("is the text of") < 0
    assert world.project.relations.of("article", world.article) == []


def test_an_instrument_in_the_title_of_an_article_is_proposed(world: World, inspector: Inspector) -> None:
    instrument = world.project.instruments.get(world.act)
    title = f"{instrument.title_zh or instrument.title_en}（全文）"
    law = world.project.articles.add(Draft(title, LAW, Layout.of_lines(LAW), language="zh"))
    inspector.show_article(law)
    inspector.relate_article()
    form = inspector.article.relations.form
    assert form.kind.currentText() == "is the text of"
    QTest.keyClick(form.entry, Key.Key_Return)
    (relation,) = world.project.relations.of("article", law)
    assert (relation.kind, relation.target) == ("is the text of", ("instrument", world.act))
    inspector.article.relations.begin()
    assert form.list.currentIndex().row() == -1


def test_a_large_library_is_searched_by_the_letters_typed(
    world: World, inspector: Inspector, other: ArticleId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.panels.relations_view._SPELLED", 1)
    inspector.show_article(world.article)
    inspector.relate_article()
    form = inspector.article.relations.form
    QTest.keyClicks(form.entry, "zzqxv")
    assert form.hint.text() == "Nothing fits."
    form.entry.clear()
    QTest.keyClicks(form.entry, "algorithms and")
    QTest.keyClick(form.entry, Key.Key_Return)
    (relation,) = world.project.relations.of("article", world.article)
    assert relation.target == ("article", other)
