"""The inspector: what it shows and what keys do in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from db.records import Annotation
from desktop.panels.article_sheet import authors_read, authors_said
from desktop.panels.chips import CodeRow, LinkRow
from desktop.panels.inspector import Inspector
from desktop.panels.notes_view import NoteCard
from desktop.words import use_language
from tests.desktop_panels.world import World, commit, shown, template, world

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


def words(widget: QWidget) -> str:
    QTest.qWait(1)
    return "\n".join(each.text() for each in widget.findChildren(QLabel) if each.isVisibleTo(widget))


def choose(row: CodeRow | LinkRow, *path: str) -> None:
    """Choose from the menu of a row by its words."""
    menu, action = row.menu, QAction()
    for step in path:
        action = next(each for each in menu.actions() if each.text() == step)
        menu = action.menu() or menu  # type: ignore[assignment]
    action.trigger()


def test_a_passage_shows_quote_place_codes_links_coder(world: World, inspector: Inspector) -> None:
    inspector.show_annotations([world.mine])
    assert inspector.passage.annotation == world.mine
    said = words(inspector.passage)
    assert "¶1" in said
    assert "3.1.1(b)" in said
    assert "王岚" in said
    assert "1.0" in said
    assert inspector.passage.links.rows()[0].locator.text() == "第十九条"  # type: ignore[attr-defined]


def test_delete_takes_a_code_off_and_undo_brings_it_back(world: World, inspector: Inspector) -> None:
    inspector.show_annotations([world.mine])
    row = inspector.passage.codes.rows()[0]
    row.setFocus()
    QTest.keyClick(row, Key.Key_Delete)
    assert mine(world).taggings == ()
    assert inspector.passage.codes.rows() == []
    assert inspector.passage.codes.add.hasFocus()
    world.project.undo()
    assert [row.key for row in inspector.passage.codes.rows()] == [world.bias]


def test_stance_is_set_and_unset_from_the_menu_of_a_code(world: World, inspector: Inspector) -> None:
    inspector.show_annotations([world.mine])
    row = inspector.passage.codes.rows()[0]
    assert isinstance(row, CodeRow)
    choose(row, "Stance", "denies")
    assert mine(world).taggings[0].fields == {"stance": ("denies",)}
    row = inspector.passage.codes.rows()[0]
    assert isinstance(row, CodeRow)
    choose(row, "Stance", "denies")
    assert mine(world).taggings[0].fields == {}


def test_a_locator_is_corrected_in_place_by_an_input_method(world: World, inspector: Inspector) -> None:
    inspector.show_annotations([world.mine])
    row = inspector.passage.links.rows()[0]
    assert isinstance(row, LinkRow)
    row.locator.setFocus()
    row.locator.selectAll()
    commit(row.locator, "第二十条")
    QTest.keyClick(row.locator, Key.Key_Return)
    assert mine(world).links[0].locator == "第二十条"
    assert inspector.passage.links.rows()[0].hasFocus()
    row = inspector.passage.links.rows()[0]
    assert isinstance(row, LinkRow)
    choose(row, "quotes")
    assert mine(world).links[0].relation == "quotes"


def test_a_note_is_written_in_chinese_and_saved_with_ctrl_enter(world: World, inspector: Inspector) -> None:
    inspector.show_annotations([world.mine])
    inspector.edit_note()
    editor = inspector.passage.notes.editor
    assert editor.hasFocus()
    commit(editor, "这里是**招聘**的例子")
    QTest.keyClick(editor, Key.Key_Return, CONTROL)
    assert [note.text for note in mine(world).notes] == ["这里是**招聘**的例子"]
    assert editor.toPlainText() == ""
    assert "<strong>招聘</strong>" in words(inspector.passage)


def test_unsaved_text_is_saved_when_another_passage_is_shown(world: World, inspector: Inspector) -> None:
    inspector.show_annotations([world.mine])
    inspector.edit_note()
    commit(inspector.passage.notes.editor, "未存的话")
    inspector.show_annotations([world.theirs])
    assert [note.text for note in mine(world).notes] == ["未存的话"]
    assert inspector.passage.annotation == world.theirs
    assert inspector.passage.notes.editor.toPlainText() == ""


def test_unsaved_text_is_saved_once_when_focus_leaves_by_tab(world: World, inspector: Inspector) -> None:
    inspector.show_annotations([world.mine])
    inspector.edit_note()
    editor = inspector.passage.notes.editor
    QTest.keyClicks(editor, "a note")
    QTest.keyClick(editor, Key.Key_Tab)
    inspector.keep()
    assert [note.text for note in mine(world).notes] == ["a note"]


def test_text_that_cannot_be_saved_during_a_job_is_kept(world: World, inspector: Inspector) -> None:
    inspector.show_annotations([world.mine])
    inspector.edit_note()
    QTest.keyClicks(inspector.passage.notes.editor, "later")
    world.session.begin_job("Merge bundle")
    inspector.show_annotations([world.theirs])
    world.session.end_job(None)
    inspector.show_annotations([world.mine])
    assert inspector.passage.notes.editor.toPlainText() == "later"
    inspector.keep()
    assert [note.text for note in mine(world).notes] == ["later"]


def test_a_change_elsewhere_leaves_what_is_being_written_alone(world: World, inspector: Inspector) -> None:
    inspector.show_annotations([world.mine])
    inspector.edit_note()
    editor = inspector.passage.notes.editor
    QTest.keyClicks(editor, "half a sen")
    world.project.annotations.tag(world.mine, world.project.codes.by_ref("asgf1.3.1.1.a"))
    QTest.keyClicks(editor, "tence")
    assert editor.toPlainText() == "half a sentence"
    assert editor.hasFocus()


def test_a_note_is_rewritten_and_answered_in_place(world: World, inspector: Inspector) -> None:
    note = world.project.notes.add("annotation", world.mine, "first")
    inspector.show_annotations([world.mine])
    card = inspector.passage.notes.cards()[0]
    card.write()
    field = QApplication.focusWidget()
    assert field is not None
    QTest.keyClicks(field, "more ")
    QTest.keyClick(field, Key.Key_Return, CONTROL)
    assert world.project.notes.get(note).text == "more first"
    card = inspector.passage.notes.cards()[0]
    assert not card.busy
    card.answer()
    field = QApplication.focusWidget()
    assert field is not None
    QTest.keyClicks(field, "yes")
    QTest.keyClick(field, Key.Key_Return, CONTROL)
    assert [reply.text for reply in mine(world).notes[0].replies] == ["yes"]
    assert len(inspector.passage.notes.findChildren(NoteCard)) >= 2


def test_notes_load_and_run_nothing(world: World, inspector: Inspector) -> None:
    text = "![x](https://example.org/x.png) <script>alert(1)</script> <img src=file:///etc/passwd> [a](javascript:b) [ok](https://example.org)"
    world.project.notes.add("annotation", world.mine, text)
    inspector.show_annotations([world.mine])
    said = words(inspector.passage)
    assert not [bad for bad in ("<img", "script", "passwd") if bad in said]
    assert 'href="https://example.org"' in said


def test_a_colleagues_annotation_is_read_only_with_a_way_to_ones_own(world: World, qtbot: QtBot, inspector: Inspector) -> None:
    inspector.show_annotations([world.theirs])
    row = inspector.passage.codes.rows()[0]
    QTest.keyClick(row, Key.Key_Delete)
    assert world.project.annotations.get(world.theirs).taggings
    with qtbot.waitSignal(inspector.annotation_requested) as asked:
        inspector.passage._own.click()
    made = world.project.annotations.get(asked.args[0])
    assert made.coder == world.project.me
    assert made.exact == world.project.annotations.get(world.theirs).exact


def test_metadata_is_edited_in_place_and_escape_puts_it_back(world: World, inspector: Inspector) -> None:
    inspector.show_article(world.article)
    entry = inspector.article.lines["publisher"].entry
    entry.setFocus()
    entry.selectAll()
    QTest.keyClicks(entry, "Review")
    QTest.keyClick(entry, Key.Key_Escape)
    assert entry.text() == "治理观察"
    entry.selectAll()
    commit(entry, "观察")
    QTest.keyClick(entry, Key.Key_Return)
    assert world.project.articles.get(world.article).publisher == "观察"
    title = inspector.article.title
    title.setFocus()
    title.selectAll()
    commit(title, "新的标题")
    QTest.keyClick(title, Key.Key_Return)
    assert world.project.articles.get(world.article).title == "新的标题"


def test_a_genre_is_said_and_written_in_the_windows_language(world: World, qapp: QApplication, inspector: Inspector) -> None:
    world.project.articles.edit(world.article, genre="news")
    use_language(qapp, "zh_CN")
    inspector.show_article(world.article)
    entry = inspector.article.lines["genre"].entry
    assert entry.text() == "新闻"
    for written, kept in (("访谈", "interview"), ("随笔", "随笔")):
        entry.setFocus()
        entry.selectAll()
        commit(entry, written)
        QTest.keyClick(entry, Key.Key_Return)
        assert world.project.articles.get(world.article).genre == kept


def test_authors_keep_their_affiliation_when_another_is_added(world: World, inspector: Inspector) -> None:
    before = world.project.articles.get(world.article).authors
    both = authors_read("王鹏、李敏", before)
    assert [(author.name, author.affiliation) for author in both] == [("王鹏", "大学"), ("李敏", "")]
    assert authors_read(authors_said(both), both) == both
    assert [author.name for author in authors_read("Smith, John; Ada Jones")] == ["Smith, John", "Ada Jones"]
    assert [author.name for author in authors_read("Jane Smith, Ada Jones")] == ["Jane Smith", "Ada Jones"]


def test_status_is_one_click_and_excluding_asks_why(world: World, inspector: Inspector) -> None:
    inspector.show_article(world.article)
    status = inspector.article.status
    status._group.button(2).click()
    assert world.project.articles.get(world.article).status == "coded"
    status._group.button(4).click()
    assert world.project.articles.get(world.article).status == "coded"
    why = QApplication.focusWidget()
    assert why is status._why
    commit(why, "重复")
    QTest.keyClick(why, Key.Key_Return)
    article = world.project.articles.get(world.article)
    assert (article.status, article.reason) == ("excluded", "重复")


def test_excluding_without_a_reason_leaves_the_status(world: World, inspector: Inspector) -> None:
    inspector.show_article(world.article)
    status = inspector.article.status
    status._group.button(4).click()
    QTest.keyClick(status._why, Key.Key_Return)
    assert status._group.checkedId() == 0
    assert world.told == []


def test_codes_of_the_whole_article_come_off_with_their_annotation(world: World, inspector: Inspector) -> None:
    whole = world.project.annotations.add(world.article, None, None, codes=[world.bias])
    inspector.show_article(world.article)
    row = inspector.article.codes.rows()[0]
    row.setFocus()
    QTest.keyClick(row, Key.Key_Delete)
    assert world.project.annotations.several([whole]) == []
    assert world.project.history(1)[0].label == "Remove code from article"


def test_what_was_left_out_can_be_asked_for(world: World, qtbot: QtBot, inspector: Inspector) -> None:
    inspector.show_article(world.article)
    with qtbot.waitSignal(inspector.removed_requested) as asked:
        inspector.article._removed.click()
    assert asked.args == [world.article]
    with qtbot.waitSignal(inspector.url_requested) as address:
        inspector.article._open.click()
    assert address.args == ["https://example.org/a"]


def test_several_are_removed_in_one_change_and_others_stay(world: World, inspector: Inspector) -> None:
    more = world.project.annotations.add(world.article, 0, 4, codes=[world.bias])
    inspector.show_annotations([world.mine, more, world.theirs])
    assert "3 passages" in words(inspector.several)
    inspector.several.codes.rows()[0].removed.emit(world.bias)
    assert [mine(world).taggings, world.project.annotations.get(more).taggings] == [(), ()]
    inspector.several.remove_all()
    assert [each.id for each in world.project.annotations.of(world.article)] == [world.theirs]
    world.project.undo()
    assert len(world.project.annotations.of(world.article)) == 3


def test_removing_the_shown_passage_shows_its_article(world: World, inspector: Inspector) -> None:
    inspector.show_annotations([world.mine])
    world.project.annotations.remove([world.mine])
    assert inspector.target == (world.article, ())
    assert inspector.article.article == world.article
    world.project.articles.remove([world.article])
    assert inspector.target == (None, ())


def test_a_field_is_filled_from_the_menu(world: World, inspector: Inspector) -> None:
    inspector.show_annotations([world.mine])
    fields = inspector.passage.fields
    voice = next(each for each in fields.menu.actions() if each.text() == "Voice")
    menu = voice.menu()
    assert menu is not None
    next(each for each in menu.actions() if each.text() == "quoted").trigger()  # type: ignore[attr-defined]
    assert mine(world).fields == {"voice": ("quoted",)}
    next(each for each in fields.menu.actions() if each.text() == "Speaker").trigger()
    entry = QApplication.focusWidget()
    assert entry is not None
    commit(entry, "李敏")
    QTest.keyClick(entry, Key.Key_Return)
    assert mine(world).fields == {"voice": ("quoted",), "speaker": ("李敏",)}
    assert fields.rows()[-1].entry.hasFocus()


def test_the_inspector_forgets_a_closed_project(world: World, inspector: Inspector) -> None:
    inspector.show_annotations([world.mine])
    world.session.close()
    assert inspector.target == (None, ())
    assert inspector.passage.annotation is None


def test_tab_saves_a_note_and_gives_the_keys_back_where_they_came_from(world: World, qtbot: QtBot, inspector: Inspector) -> None:
    inspector.show_annotations([world.mine])
    inspector.edit_note()
    editor = inspector.passage.notes.editor
    QTest.keyClicks(editor, "tnl")
    with qtbot.waitSignal(inspector.note_finished):
        QTest.keyClick(editor, Key.Key_Tab)
    assert [note.text for note in mine(world).notes] == ["tnl"]
    inspector.edit_note()
    QTest.keyClicks(editor, "more")
    with qtbot.waitSignal(inspector.note_finished):
        QTest.keyClick(editor, Key.Key_Return, CONTROL)
    assert [note.text for note in mine(world).notes] == ["tnl", "more"]


def test_tab_goes_on_through_the_inspector_when_one_came_by_tab(world: World, qtbot: QtBot, inspector: Inspector) -> None:
    inspector.show_annotations([world.mine])
    editor = inspector.passage.notes.editor
    editor.setFocus()
    with qtbot.assertNotEmitted(inspector.note_finished):
        QTest.keyClick(editor, Key.Key_Tab)
    assert not editor.hasFocus()


def test_a_hidden_inspector_waits_until_it_is_seen(world: World, inspector: Inspector) -> None:
    inspector.show_annotations([world.mine])
    inspector.hide()
    inspector.show_annotations([world.theirs])
    world.project.annotations.untag(world.mine, world.bias)
    assert inspector.passage.annotation == world.mine
    assert inspector.target[1] == (world.theirs,)
    inspector.show()
    assert inspector.passage.annotation == world.theirs


def test_codes_of_the_whole_article_follow_changes_made_elsewhere(world: World, inspector: Inspector) -> None:
    inspector.show_article(world.article)
    assert inspector.article.codes.rows() == []
    whole = world.project.annotations.add(world.article, None, None, codes=[world.bias])
    assert [row.key for row in inspector.article.codes.rows()] == [world.bias]
    world.project.annotations.remove([whole])
    assert inspector.article.codes.rows() == []
    world.project.undo()
    assert [row.key for row in inspector.article.codes.rows()] == [world.bias]
