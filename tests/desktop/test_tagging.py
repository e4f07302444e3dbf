"""Tagging with few keys, counted as the window gets them: a code by two letters, the last codes again, what sticks, in vivo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.errors import ProjectError
from db.importers import read_text
from db.records import Annotation, ArticleId, CodeId
from desktop.actions.tagging_actions import TaggingActions
from desktop.main_window import MainWindow
from desktop.mnemonics import assign
from desktop.panels.letters import Letters
from tests.desktop.test_window import settle

Key = Qt.Key
NONE, CONTROL, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
BIAS, OPAQUE = "asgf1.3.1.1.b", "asgf1.3.1.1.a"


class Keyboard(QObject):
    """Keys pressed on the window itself, as the platform hands them over, and how many of them arrived."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.window = window
        self.count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QWindow) and event.type() == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            self.count += event.key() not in (Key.Key_Shift, Key.Key_Control)  # held, and released once for several keys
        return False

    def press(self, *keys: Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Press keys one after the other, as fast as the window takes them."""
        handle = self.window.windowHandle()
        assert handle is not None
        for key in keys:
            QTest.keyClick(handle, key, modifiers)

    def letters(self, pair: str, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Press the keys of some letters."""
        self.press(*(Key(ord(letter.upper())) for letter in pair), modifiers=modifiers)

    def go(self, quote: str) -> None:
        """Put the caret into the text at a quote; these keys are not counted."""
        self.window.view.focus()
        self.window.view.reader.reveal(self.window.view.text.index(quote), flash=False)
        settle(self.window)
        self.count = 0


@pytest.fixture
def keyboard(opened: MainWindow) -> Iterator[Keyboard]:
    keys, application = Keyboard(opened), QApplication.instance()
    assert application is not None
    application.installEventFilter(keys)
    yield keys
    application.removeEventFilter(keys)


@pytest.fixture
def told(opened: MainWindow) -> list[ProjectError]:
    """What the person is told."""
    told: list[ProjectError] = []
    opened.session.tell = told.append
    return told


def code(window: MainWindow, ref: str) -> CodeId:
    return window.session.project.codes.by_ref(ref)


def pair(window: MainWindow, ref: str) -> str:
    """Give the letters of a code."""
    project = window.session.project
    return assign(project.codes.offered(), project.letters())[code(window, ref)]


def passages(window: MainWindow) -> dict[str, list[str]]:
    """Give the quotes of the article's passages, without what a sentence ends with, and their codes."""
    return {each.exact.rstrip("。"): [tagging.key for tagging in each.taggings] for each in marked(window)}


def marked(window: MainWindow) -> list[Annotation]:
    article = window.view.article
    assert article is not None
    return window.session.project.annotations.of(ArticleId(article))


def panel(window: MainWindow) -> Letters:
    found = window.findChild(Letters)
    assert found is not None
    return found


SECOND, THIRD = "第二段说备案与第十九条", "第三段说风险分级"


# ---- counts


def test_three_keys_tag_the_sentence_at_the_caret_with_a_known_code(opened: MainWindow, keyboard: Keyboard) -> None:
    keyboard.go("备案")
    keyboard.press(Key.Key_C)
    keyboard.letters(pair(opened, BIAS))
    assert keyboard.count == 3
    assert passages(opened)[SECOND] == [BIAS]
    made = next(each for each in marked(opened) if each.exact.startswith(SECOND))
    assert opened.view.current == made.id
    assert opened.view.reader.page.hasFocus()


def test_one_key_repeats_the_last_code(opened: MainWindow, keyboard: Keyboard) -> None:
    keyboard.go("备案")
    keyboard.press(Key.Key_C)
    keyboard.letters(pair(opened, OPAQUE))
    keyboard.go("风险")
    keyboard.press(Key.Key_R)
    assert keyboard.count == 1
    assert passages(opened)[THIRD] == [OPAQUE]


def test_several_codes_take_their_keys_and_one_more(opened: MainWindow, keyboard: Keyboard) -> None:
    codes = [BIAS, OPAQUE, "asgf1.5.1"]
    keyboard.go("备案")
    keyboard.press(Key.Key_C)
    for ref in codes[:-1]:
        keyboard.letters(pair(opened, ref), SHIFT)
        assert panel(opened).isVisible()
    keyboard.letters(pair(opened, codes[-1]))
    assert keyboard.count == 2 * len(codes) + 1
    assert panel(opened).isHidden()
    assert passages(opened)[SECOND] == codes
    assert len([each for each in marked(opened) if each.exact.startswith(SECOND)]) == 1


def test_one_key_tags_and_steps_to_the_next_sentence(opened: MainWindow, keyboard: Keyboard) -> None:
    keyboard.go("第一段")
    keyboard.press(Key.Key_C)
    keyboard.letters(pair(opened, BIAS))
    keyboard.go(SECOND)
    keyboard.press(Key.Key_E)
    assert keyboard.count == 1
    assert passages(opened)[SECOND] == [BIAS]
    assert opened.view.selection is not None
    assert opened.view.text[slice(*opened.view.selection)].rstrip("。") == THIRD
    keyboard.press(Key.Key_E)
    assert keyboard.count == 2
    assert passages(opened)[THIRD] == [BIAS]


def test_all_codes_of_the_last_annotation_come_again_after_a_start(opened: MainWindow, keyboard: Keyboard, study: Path) -> None:
    keyboard.go("备案")
    keyboard.press(Key.Key_C)
    keyboard.letters(pair(opened, BIAS), SHIFT)
    keyboard.letters(pair(opened, OPAQUE))
    opened.session.close()
    opened.projects.open_path(study)
    keyboard.go("风险")
    keyboard.press(Key.Key_R)
    assert passages(opened)[THIRD] == [BIAS, OPAQUE]


def test_where_nothing_was_tagged_there_is_nothing_to_repeat(opened: MainWindow, keyboard: Keyboard, tmp_path: Path) -> None:
    assert opened.session.create(tmp_path / "new.gloss")
    opened.view.open(opened.session.project.articles.add(read_text("什么是风险。", "new")))
    keyboard.go("风险")
    keyboard.press(Key.Key_R, Key.Key_E, Key.Key_S)
    assert marked(opened) == []
    assert opened.command.hindrance("repeat_codes")


# ---- what sticks


def test_a_sticky_code_is_put_on_what_the_mouse_selects(opened: MainWindow, keyboard: Keyboard) -> None:
    keyboard.go("备案")
    keyboard.press(Key.Key_C)
    keyboard.letters(pair(opened, OPAQUE))
    keyboard.press(Key.Key_S)
    assert opened.command["sticky_code"].isChecked()
    tagging = opened.findChild(TaggingActions)
    assert tagging is not None
    assert tagging.sticky_words == f"Sticky: {opened.session.project.codes.get(code(opened, OPAQUE)).label('en')}"
    at = place_of(opened, THIRD)
    select_by_mouse(opened, at)
    assert passages(opened)[THIRD] == [OPAQUE]
    keyboard.go("第一段")
    keyboard.press(Key.Key_E)
    assert [OPAQUE] in [keys for quote, keys in passages(opened).items() if quote.startswith("第一段")]
    keyboard.press(Key.Key_S)
    assert not opened.command["sticky_code"].isChecked()
    assert tagging.sticky_words == ""
    before = passages(opened)
    select_by_mouse(opened, at)
    assert passages(opened) == before


def select_by_mouse(window: MainWindow, at: QPoint) -> None:
    """Select the sentence at a place."""
    page = window.view.reader.page.viewport()
    QTest.mouseDClick(page, Qt.MouseButton.LeftButton, NONE, at)
    QTest.mouseRelease(page, Qt.MouseButton.LeftButton, NONE, at)
    QTest.qWait(QApplication.doubleClickInterval() + 50)  # until no third click can follow


def place_of(window: MainWindow, quote: str) -> QPoint:
    """Give where a quote is on the page."""
    start = window.view.text.index(quote)
    reader = window.view.reader
    return reader.page.viewport().mapFromGlobal(reader.rect_of((start, start + len(quote))).center())


def test_a_sticky_code_lets_go_when_it_is_removed_or_the_project_closed(
    opened: MainWindow, keyboard: Keyboard, study: Path
) -> None:
    project = opened.session.project
    mine = project.codes.add("我的")
    keyboard.go("备案")
    keyboard.press(Key.Key_C)
    keyboard.letters(assign(project.codes.offered(), {})[mine])
    keyboard.press(Key.Key_S)
    assert opened.command["sticky_code"].isChecked()
    project.codes.edit(mine, name_zh="你的")
    assert opened.command["sticky_code"].isChecked()
    project.codes.remove(mine)
    assert not opened.command["sticky_code"].isChecked()
    keyboard.press(Key.Key_C)
    keyboard.letters(pair(opened, BIAS))
    keyboard.press(Key.Key_S)
    assert opened.command["sticky_code"].isChecked()
    opened.session.close()
    assert not opened.command["sticky_code"].isChecked()


# ---- codes and links from what is there


def test_selected_words_become_a_code_in_one_change(opened: MainWindow, keyboard: Keyboard) -> None:
    keyboard.go("备案")
    start = opened.view.text.index("备案")
    opened.view.reader.set_selection(start, start + 2)
    before = len(opened.session.project.history())
    keyboard.press(Key.Key_V)
    made = code(opened, "备案")
    assert [[tagging.code for tagging in each.taggings] for each in marked(opened) if each.exact == "备案"] == [[made]]
    assert len(opened.session.project.history()) == before + 1
    keyboard.go("第三段")
    start = opened.view.text.index("第三段")
    opened.view.reader.set_selection(start, start + 3)
    keyboard.press(Key.Key_R)
    assert passages(opened)["第三段"] == [opened.session.project.codes.get(made).key]
    for _change in range(2):
        opened.session.project.undo()
    assert not [each for each in opened.session.project.codes.all() if each.name_zh == "备案"]


def test_words_that_are_a_code_already_are_tagged_with_it(opened: MainWindow, keyboard: Keyboard) -> None:
    mine = opened.session.project.codes.add("备案")
    keyboard.go("备案")
    start = opened.view.text.index("备案")
    opened.view.reader.set_selection(start, start + 2)
    keyboard.press(Key.Key_V)
    assert [[tagging.code for tagging in each.taggings] for each in marked(opened) if each.exact == "备案"] == [[mine]]


def test_many_words_make_no_code(opened: MainWindow, keyboard: Keyboard, told: list[ProjectError]) -> None:
    article = opened.session.project.articles.add(read_text("长" * 61, "long"))
    opened.view.open(article)
    keyboard.go("长")
    opened.view.reader.set_selection(0, 61)
    keyboard.press(Key.Key_V)
    assert marked(opened) == []
    assert [str(error) for error in told] == ["A code is named with at most 60 characters. Select fewer words."]
    opened.view.reader.set_selection(0, 60)
    keyboard.press(Key.Key_V)
    assert [each.exact for each in marked(opened)] == ["长" * 60]


def test_one_key_links_to_the_last_instrument_again(opened: MainWindow, keyboard: Keyboard, told: list[ProjectError]) -> None:
    keyboard.go("风险")
    keyboard.press(Key.Key_L, modifiers=SHIFT)
    assert len(told) == 1
    act = opened.session.project.instruments.all()[0].id
    first = marked(opened)[0].id
    opened.session.project.annotations.link(first, act, "第十九条")
    keyboard.press(Key.Key_L, modifiers=SHIFT)
    linked = next(each for each in marked(opened) if each.exact.startswith(THIRD))
    assert [(link.instrument, link.locator) for link in linked.links] == [(act, "第十九条")]


# ---- with just a caret


def test_highlight_link_and_note_work_at_the_caret(opened: MainWindow, keyboard: Keyboard) -> None:
    keyboard.go("备案")
    keyboard.press(Key.Key_H)
    assert passages(opened)[SECOND] == []
    keyboard.press(Key.Key_H)
    assert len([each for each in marked(opened) if each.exact.startswith(SECOND)]) == 1
    keyboard.go("风险")
    keyboard.press(Key.Key_L)
    assert opened.picker.isVisible()
    keyboard.press(Key.Key_Escape)
    keyboard.press(Key.Key_N)
    settle(opened)
    assert passages(opened)[THIRD] == []
    assert QApplication.focusWidget() is opened.inspector.passage.notes.editor


def test_shift_enter_in_the_picker_selects_the_next_sentence(opened: MainWindow, keyboard: Keyboard) -> None:
    keyboard.go(SECOND)
    keyboard.press(Key.Key_T)
    keyboard.letters(pair(opened, BIAS))
    keyboard.press(Key.Key_Return, modifiers=SHIFT)
    assert passages(opened)[SECOND] == [BIAS]
    assert opened.view.selection is not None
    assert opened.view.text[slice(*opened.view.selection)].rstrip("。") == THIRD
    assert opened.view.reader.page.hasFocus()


# ---- boundaries


def test_keys_move_the_ends_of_an_annotation_and_undo_puts_them_back(opened: MainWindow, keyboard: Keyboard) -> None:
    first = marked(opened)[0]
    assert first.start is not None
    opened.view.stand_on(first.id, reveal=True)
    opened.view.reader.set_unit("character")
    keyboard.press(Key.Key_P)
    moved = opened.session.project.annotations.get(first.id)
    assert moved.start == first.start
    assert (moved.end or 0) > (first.end or 0)
    keyboard.press(Key.Key_I)
    keyboard.press(Key.Key_O)
    moved = opened.session.project.annotations.get(first.id)
    assert (moved.start, moved.end) == (first.start + 1, first.end)
    keyboard.press(Key.Key_U)
    moved = opened.session.project.annotations.get(first.id)
    assert (moved.start, moved.end) == (first.start, first.end)
    assert opened.view.current == first.id
    for _key in range(4):
        keyboard.press(Key.Key_Z, modifiers=CONTROL)
        settle(opened)
    assert opened.session.project.annotations.get(first.id).modified == first.modified


def test_after_a_boundary_moved_keys_act_on_the_annotation_as_it_is_now(opened: MainWindow, keyboard: Keyboard) -> None:
    keyboard.go("备案")
    keyboard.press(Key.Key_H)
    opened.view.reader.set_unit("character")
    keyboard.press(Key.Key_O, Key.Key_O, Key.Key_C)
    keyboard.letters(pair(opened, BIAS))
    assert [keys for quote, keys in passages(opened).items() if quote.startswith("第二段")] == [[BIAS]]


def test_another_coders_boundary_stays_and_that_is_said(opened: MainWindow, keyboard: Keyboard, told: list[ProjectError]) -> None:
    project = opened.session.project
    me = project.me
    project.code_as(project.coders.ensure("韩梅"))
    article = opened.view.article
    assert article is not None
    theirs = project.annotations.add(ArticleId(article), 0, 3)
    project.code_as(me)
    opened.view.focus()
    opened.view.stand_on(theirs, reveal=True)
    keyboard.press(Key.Key_P)
    assert len(told) == 1
    assert (project.annotations.get(theirs).start, project.annotations.get(theirs).end) == (0, 3)


# ---- the unit of the project


def test_the_unit_of_the_project_widens_selections_and_undo_lets_go(opened: MainWindow, keyboard: Keyboard) -> None:
    keyboard.go("备案")
    opened.command.trigger("unit_sentence")
    assert opened.session.project.setting("unit") == "sentence"
    keyboard.press(Key.Key_Right, modifiers=SHIFT)
    assert opened.view.selection is not None
    assert opened.view.text[slice(*opened.view.selection)].rstrip("。") == SECOND
    opened.session.project.undo()
    keyboard.go("备案")
    keyboard.press(Key.Key_Right, modifiers=SHIFT)
    assert opened.view.selection is not None
    assert opened.view.selection[1] - opened.view.selection[0] == 1


# ---- what is said


def test_n_and_escape_with_nothing_written_leave_no_highlight(opened: MainWindow, keyboard: Keyboard) -> None:
    opened.watching.soon()
    QTest.qWait(10)
    keyboard.go("备案")
    before = passages(opened)
    keyboard.press(Key.Key_N)
    assert SECOND in passages(opened)
    keyboard.press(Key.Key_Escape)
    assert passages(opened) == before
    keyboard.press(Key.Key_H)
    settle(opened)
    keyboard.press(Key.Key_N, Key.Key_Escape)
    assert SECOND in passages(opened)


def test_tagging_again_with_the_same_code_says_so(
    opened: MainWindow, keyboard: Keyboard, told: list[ProjectError]
) -> None:  # fmt: skip
    keyboard.go("备案")
    keyboard.press(Key.Key_E)
    assert told == []
    keyboard.go("备案")
    keyboard.press(Key.Key_E)
    assert [str(error) for error in told] == ["Already tagged"]


def test_where_no_highlight_is_left_without_a_code_that_is_said(opened: MainWindow, told: list[ProjectError]) -> None:
    opened.view.focus()
    settle(opened)
    opened.going.next_uncoded()
    assert told == []
    opened.going.next_uncoded()
    opened.going.previous_uncoded()
    further = "No highlight without a code further"
    assert [str(error) for error in told] == [f"{further} on.", f"{further} back."]


def test_a_code_made_by_tagging_is_said_with_its_name(opened: MainWindow, keyboard: Keyboard, qtbot: QtBot) -> None:
    keyboard.go("备案")
    start = opened.view.text.index("备案")
    opened.view.reader.set_selection(start, start + 2)
    with qtbot.waitSignal(opened.tagging.told) as said:
        keyboard.press(Key.Key_V)
    assert said.args == ["New code “备案” · tagged"]
    with qtbot.assertNotEmitted(opened.tagging.told):
        keyboard.go("第三段")
        keyboard.press(Key.Key_E)
