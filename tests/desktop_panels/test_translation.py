"""Translations of a passage: folded, written in place, never lost, and what related passages say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from db.records import Draft, Layout, Translation
from desktop.panels.inspector import Inspector
from desktop.panels.translation_view import TranslationView
from tests.desktop_panels.world import World, commit, shown, template, world

__all__ = ["template", "world"]
Key, CONTROL = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def inspector(world: World) -> Iterator[Inspector]:
    made = Inspector(world.session)
    window = shown(made)
    made.show_annotations([world.mine])
    yield made
    window.close()


@pytest.fixture
def view(inspector: Inspector) -> TranslationView:
    return inspector.passage.translations


def stored(world: World) -> list[tuple[str, str, str]]:
    return [(each.language, each.text, each.translator) for each in world.project.translations.of(world.mine)]


def add(world: World, text: str = "Biased screening") -> Translation:
    key = world.project.translations.add(world.mine, "en", text, "Ada")
    return world.project.translations.get(key)


def said(view: TranslationView) -> str:
    QTest.qWait(1)
    return "\n".join(each.text() for each in view.findChildren(QLabel) if each.isVisibleTo(view))


def test_it_is_folded_and_says_how_many_there_are(world: World, view: TranslationView) -> None:
    assert view.fold.text() == "▸ Translation"
    add(world)
    assert view.fold.text() == "▸ Translation (1)"
    assert view.cards() == []
    view.fold.click()
    assert "Biased screening" in said(view)
    assert "English · Ada" in said(view).split("\n")
    view.fold.click()
    assert view.cards() == []


def test_unfolding_where_there_is_none_begins_the_first(world: World, view: TranslationView) -> None:
    view.fold.click()
    assert view.form.text.hasFocus()
    assert view.form.language.text() == "en"  # of a Chinese article
    commit(view.form.text, "一段译文")
    QTest.keyClick(view.form.text, Key.Key_Return, CONTROL)
    assert stored(world) == [("en", "一段译文", "")]
    assert view.form.isHidden()
    assert view.add.hasFocus()


def test_letters_stay_in_the_field_and_tab_leaves_and_saves(world: World, view: TranslationView) -> None:
    view.fold.click()
    QTest.keyClicks(view.form.text, "tlnmh1 2.")
    assert view.form.text.toPlainText() == "tlnmh1 2."
    assert stored(world) == []
    QTest.keyClick(view.form.text, Key.Key_Tab)
    assert stored(world) == [("en", "tlnmh1 2.", "")]
    assert view.form.isHidden()
    assert len(view.cards()) == 1


def test_language_and_translator_belong_to_what_is_being_written(world: World, view: TranslationView) -> None:
    view.fold.click()
    QTest.keyClicks(view.form.text, "text")
    view.form.language.setFocus()
    assert stored(world) == []  # still in the form
    view.form.language.selectAll()
    QTest.keyClicks(view.form.language, "fr")
    QTest.keyClick(view.form.language, Key.Key_Return)
    assert view.form.translator.hasFocus()
    QTest.keyClicks(view.form.translator, "Zoe")
    QTest.keyClick(view.form.translator, Key.Key_Return, CONTROL)
    assert stored(world) == [("fr", "text", "Zoe")]


def test_escape_saves_what_was_written_and_an_emptied_one_stays(world: World, view: TranslationView) -> None:
    add(world)
    view.fold.click()
    view.cards()[0].edit.click()
    QTest.keyClicks(view.form.text, "So: ")
    QTest.keyClick(view.form.text, Key.Key_Escape)
    assert view.form.isHidden()
    assert stored(world) == [("en", "So: Biased screening", "Ada")]
    view.cards()[0].edit.click()
    QTest.keyClick(view.form.text, Key.Key_A, CONTROL)
    QTest.keyClick(view.form.text, Key.Key_Backspace)
    QTest.keyClick(view.form.text, Key.Key_Escape)
    assert view.form.isHidden()
    assert stored(world) == [("en", "So: Biased screening", "Ada")]


def test_a_translation_is_rewritten_in_place_and_undone(world: World, view: TranslationView) -> None:
    add(world)
    view.fold.click()
    view.cards()[0].edit.click()
    assert view.form.text.hasFocus()
    QTest.keyClicks(view.form.text, "New: ")
    QTest.keyClick(view.form.text, Key.Key_Return, CONTROL)
    assert stored(world) == [("en", "New: Biased screening", "Ada")]
    world.project.undo()
    assert "New:" not in said(view)


def test_leaving_unchanged_changes_nothing(world: World, view: TranslationView) -> None:
    add(world)
    view.fold.click()
    before = world.project.history(1)[0].id
    view.cards()[0].edit.click()
    QTest.keyClick(view.form.text, Key.Key_Tab)
    assert view.form.isHidden()
    assert world.project.history(1)[0].id == before


def test_a_translation_is_removed(world: World, view: TranslationView) -> None:
    add(world)
    view.fold.click()
    view.cards()[0].remove.click()
    assert stored(world) == []
    assert view.cards() == []


def test_a_colleagues_translation_can_only_be_read(world: World, view: TranslationView) -> None:
    project = world.project
    me = project.me
    project.code_as(world.colleague)
    add(world)
    project.code_as(me)
    view.fold.click()
    (card,) = view.cards()
    assert not hasattr(card, "edit")
    assert "李明" in said(view)


def test_what_names_no_language_is_told_and_stays_written(world: World, view: TranslationView) -> None:
    view.fold.click()
    QTest.keyClicks(view.form.text, "text")
    view.form.language.setText("no language")
    QTest.keyClick(view.form.text, Key.Key_Return, CONTROL)
    assert len(world.told) == 1
    assert view.form.text.toPlainText() == "text"
    view.form.language.setText("de")
    QTest.keyClick(view.form.text, Key.Key_Return, CONTROL)
    assert stored(world) == [("de", "text", "")]


def test_what_is_written_is_saved_when_another_passage_is_shown(world: World, inspector: Inspector) -> None:
    view = inspector.passage.translations
    view.fold.click()
    QTest.keyClicks(view.form.text, "kept")
    inspector.show_annotations([world.theirs])
    assert stored(world) == [("en", "kept", "")]
    assert view.form.isHidden()
    assert view.fold.text() == "▾ Translation"


def test_what_cannot_be_saved_during_a_job_waits(world: World, inspector: Inspector) -> None:
    view = inspector.passage.translations
    view.fold.click()
    QTest.keyClicks(view.form.text, "later")
    world.session.begin_job("Merge bundle")
    inspector.show_annotations([world.theirs])
    world.session.end_job(None)
    inspector.show_annotations([world.mine])
    assert view.form.text.toPlainText() == "later"
    inspector.keep()
    assert stored(world) == [("en", "later", "")]


def test_a_change_elsewhere_leaves_what_is_being_written_alone(world: World, view: TranslationView) -> None:
    view.fold.click()
    QTest.keyClicks(view.form.text, "half a sen")
    world.project.annotations.untag(world.mine, world.bias)
    QTest.keyClicks(view.form.text, "tence")
    assert QApplication.focusWidget() is view.form.text
    assert view.form.text.toPlainText() == "half a sentence"


def test_a_passage_that_translates_another_is_its_translation(world: World, inspector: Inspector) -> None:
    project, text = world.project, "Recruiting systems carry old bias along."
    english = project.articles.add(Draft("Algorithms", text, Layout.of_lines(text), language="en"))
    other = project.annotations.add(english, 0, len(text))
    project.relations.add("translates", ("annotation", other), ("annotation", world.mine))
    view = inspector.passage.translations
    assert view.fold.text() == "▸ Translation (1)"
    view.fold.click()
    assert text in said(view)
    assert "from the related passage" in said(view)
    assert not hasattr(view.cards()[0], "edit")
