"""Leaving the field of a note: every way out saves, and a highlight made for nothing goes again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from db.changes import Change
from db.records import Annotation
from desktop.panels.chips import LinkRow
from desktop.panels.inspector import Inspector
from tests.desktop_panels.world import World, shown, template, world

__all__ = ["template", "world"]
Key, CONTROL = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def inspector(world: World) -> Iterator[Inspector]:
    made = Inspector(world.session)
    window = shown(made)
    yield made
    window.close()


def mine(world: World) -> Annotation:
    return world.project.annotations.get(world.mine)


def test_escape_saves_a_note_and_gives_the_keys_back(world: World, qtbot: QtBot, inspector: Inspector) -> None:
    inspector.show_annotations([world.mine])
    inspector.edit_note()
    QTest.keyClicks(inspector.passage.notes.editor, "kept")
    with qtbot.waitSignal(inspector.note_finished):
        QTest.keyClick(inspector.passage.notes.editor, Key.Key_Escape)
    assert [note.text for note in mine(world).notes] == ["kept"]
    assert inspector.passage.notes.editor.toPlainText() == ""


def test_escape_saves_a_rewritten_note_and_an_emptied_one_stays_as_it_was(
    world: World, qtbot: QtBot, inspector: Inspector
) -> None:
    world.project.notes.add("annotation", world.mine, "first")
    inspector.show_annotations([world.mine])
    (card,) = inspector.passage.notes.cards()
    card.write()
    QTest.keyClicks(card._editor, "the ")
    with qtbot.waitSignal(inspector.note_finished):
        QTest.keyClick(card._editor, Key.Key_Escape)
    assert [note.text for note in mine(world).notes] == ["the first"]
    (card,) = inspector.passage.notes.cards()
    card.write()
    QTest.keyClick(card._editor, Key.Key_A, CONTROL)
    QTest.keyClick(card._editor, Key.Key_Backspace)
    assert card._editor.toPlainText() == ""
    QTest.keyClick(card._editor, Key.Key_Escape)
    assert [note.text for note in mine(world).notes] == ["the first"]
    (card,) = inspector.passage.notes.cards()
    assert card._editor.isHidden()
    assert card._editor.toPlainText() == "the first"


def test_escape_keeps_what_cannot_be_saved_during_a_job(world: World, inspector: Inspector) -> None:
    world.project.notes.add("annotation", world.mine, "first")
    inspector.show_annotations([world.mine])
    (card,) = inspector.passage.notes.cards()
    card.write()
    QTest.keyClicks(card._editor, "the ")
    world.session.begin_job("Importing")
    QTest.keyClick(card._editor, Key.Key_Escape)
    assert card._editor.toPlainText() == "the first"
    assert not card._editor.isHidden()
    world.session.end_job(None)
    inspector.keep()
    assert [note.text for note in mine(world).notes] == ["the first"]


@pytest.mark.parametrize("written", ["", "why"])
def test_a_highlight_made_for_a_note_goes_again_when_nothing_is_written(world: World, inspector: Inspector, written: str) -> None:
    made: list[Change] = []
    world.session.changed.connect(made.append)
    key = world.project.annotations.add(world.article, 0, 4)
    inspector.show_annotations([key])
    inspector.edit_note(made[-1])
    QTest.keyClicks(inspector.passage.notes.editor, written)
    QTest.keyClick(inspector.passage.notes.editor, Key.Key_Escape)
    found = world.project.annotations.several([key])
    assert [[note.text for note in each.notes] for each in found] == ([[written]] if written else [])


def test_a_highlight_stays_when_more_was_done_to_it_than_looking_at_its_note(world: World, inspector: Inspector) -> None:
    made: list[Change] = []
    world.session.changed.connect(made.append)
    key = world.project.annotations.add(world.article, 0, 4)
    inspector.show_annotations([key])
    inspector.edit_note(made[-1])
    world.project.annotations.tag(key, world.bias)
    QTest.keyClick(inspector.passage.notes.editor, Key.Key_Escape)
    assert len(world.project.annotations.several([key])) == 1


def test_a_highlight_for_a_note_goes_when_another_passage_is_gone_to(world: World, qtbot: QtBot, inspector: Inspector) -> None:
    made: list[Change] = []
    world.session.changed.connect(made.append)
    key = world.project.annotations.add(world.article, 0, 4)
    inspector.show_annotations([key])
    inspector.edit_note(made[-1])
    inspector.show_annotations([world.mine])
    qtbot.waitUntil(lambda: not world.project.annotations.several([key]), timeout=2_000)
    assert inspector.passage.annotation == world.mine


def test_what_is_not_set_reads_like_an_offer_and_is_not_offered_on_anothers_passage(world: World, inspector: Inspector) -> None:
    (link,) = mine(world).links
    world.project.annotations.edit_link(link.id, locator="")
    inspector.show_annotations([world.mine])
    (row,) = inspector.passage.links.rows()
    assert isinstance(row, LinkRow)
    assert (row._relation.text(), row.locator.placeholderText()) == ("+ relation", "+ locator")
    assert row._relation.font().italic()
    assert row.locator.font().italic()
    QTest.keyClicks(row.locator, "3")
    assert not row.locator.font().italic()
    me = world.project.me
    world.project.code_as(world.colleague)
    world.project.annotations.link(world.theirs, world.act)
    world.project.code_as(me)
    inspector.show_annotations([world.theirs])
    (row,) = inspector.passage.links.rows()
    assert isinstance(row, LinkRow)
    assert row._relation.isHidden()
    assert row.locator.isHidden()
    assert inspector.passage.codes.add.isHidden()
    assert inspector.passage.links.add.isHidden()
    assert inspector.passage._own.text() == "Make my own"
    inspector.passage._own.click()
    assert world.project.history(1)[0].label == "Make my own"
