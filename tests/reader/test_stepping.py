"""Going through a text unit by unit: what the keys select, how far they scroll, and where the ends of a mark may go."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QAction, QInputMethodEvent, QKeySequence
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.records import Layout
from db.units import UNITS, Unit, drawn_in
from desktop.reader.lines import line_at
from desktop.reader.reader import Mark, Reader
from desktop.reader.stepping import Span, Steps, Whole
from desktop.theme import Theme
from tests.reader.test_reader import click, mouse, place_of

ONE, TWO, THREE = "第一句说明用途，也说明范围。", "第二句谈风险！", "第三句谈治理。"
TEXT = f"{ONE}{TWO}\n\n  {THREE}尾句\n" + "\n".join(f"第{number}段要有记录。第{number}段要有理由。" for number in range(80))
KEY, CONTROL, SHIFT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def reader(qtbot: QtBot) -> Iterator[Reader]:
    reader = Reader(Theme.load("light"))
    reader.resize(1_000, 600)
    reader.set_article(TEXT, Layout.of_lines(TEXT))
    reader.show()
    qtbot.waitExposed(reader).__enter__()
    reader.page.setFocus()
    yield reader
    reader.close()


def steps(unit: Unit = "sentence", whole: Whole = "free", text: str = TEXT) -> Steps:
    return Steps(text, Layout.of_lines(text), unit, whole)


def raw(reader: Reader) -> str:
    """Give the words between the two ends of the selection, before any rule."""
    return TEXT[slice(*sorted(reader.page.ends()))]


# ---- the next and the one before


def test_next_takes_the_unit_at_the_caret_and_then_the_ones_after_it(reader: Reader) -> None:
    reader.page.move_caret(3)
    seen = []
    for _ in range(4):
        reader.select_next()
        seen.append(raw(reader))
    assert seen == [ONE, TWO, THREE, "尾句"]


def test_before_is_the_mirror_of_next(reader: Reader) -> None:
    reader.page.move_caret(TEXT.index("尾句") + 1)
    seen = []
    for _ in range(5):
        reader.select_previous()
        seen.append(raw(reader))
    assert seen == ["尾句", THREE, TWO, ONE, ONE]
    reader.page.move_caret(len(ONE))
    reader.select_previous()
    assert raw(reader) == ONE


def test_a_caret_in_no_unit_takes_the_next_one(reader: Reader) -> None:
    reader.page.move_caret(TEXT.index("\n\n") + 1)
    assert reader.select_here() is None
    reader.select_next()
    assert raw(reader) == THREE


def test_the_unit_at_the_caret_is_at_least_a_clause(reader: Reader) -> None:
    reader.page.move_caret(2)
    reader.set_unit("word")
    assert reader.select_here() == reader.selection()
    assert raw(reader) == ONE
    reader.page.move_caret(2)
    reader.set_unit("clause")
    reader.select_here()
    assert raw(reader).rstrip("，") == "第一句说明用途"


def test_stepping_goes_through_the_whole_text_and_keeps_the_selection_in_view(reader: Reader) -> None:
    reader.page.move_caret(0)
    places, view = [], reader.page.viewport().height()
    for _ in range(60):
        reader.select_next()
        start, end = sorted(reader.page.ends())
        for point in (start, end - 1):
            line = line_at(reader.page.document(), reader.page.sheet.positions.to_qt(point))
            assert line is not None
            assert reader.page.scrolled() <= line.top < line.bottom <= reader.page.scrolled() + view
        places.append(reader.page.scrolled())
    jumps = sum(1 for before, after in pairwise(places) if before != after)
    assert places[-1] > 0
    assert jumps < 15  # it rests while what is selected fits


# ---- extending


def test_extending_goes_on_and_comes_back_and_crosses_the_anchor(reader: Reader) -> None:
    reader.page.move_caret(len(ONE))
    reader.select_next()
    seen = []
    for forward in (True, True, False, False, False, False):
        (reader.extend_next if forward else reader.extend_previous)()
        seen.append(raw(reader))
    whole = TEXT[len(ONE) : TEXT.index("尾句")]
    assert seen == [whole, f"{whole}尾句", whole, TWO, "", ONE]
    for _ in range(2):
        reader.extend_next()
    assert raw(reader) == TWO


@given(st.text(alphabet="甲乙，。！a1 \n😀", max_size=40), st.integers(0, 40), st.integers(0, 40), st.sampled_from(UNITS))
def test_every_step_gets_on_or_stands_at_an_end(text: str, anchor: int, caret: int, unit: Unit) -> None:
    anchor, caret = min(anchor, len(text)), min(caret, len(text))
    way = steps(unit, text=text)
    on, back = way.extended(anchor, caret, forward=True), way.extended(anchor, caret, forward=False)
    assert caret <= on <= len(text)
    assert 0 <= back <= caret
    assert on > caret or caret >= anchor
    assert back < caret or caret <= anchor
    for span in (way.next_to(anchor, caret), way.previous_to(anchor, caret), way.here(caret)):
        assert span is None or 0 <= span[0] < span[1] <= len(text)


def test_keys_move_by_words_and_sentences(reader: Reader, qtbot: QtBot) -> None:
    reader.page.move_caret(0)
    qtbot.keyClick(reader.page, KEY.Key_Down, CONTROL)
    assert reader.caret() == len(ONE)
    qtbot.keyClick(reader.page, KEY.Key_Down, CONTROL | SHIFT)
    assert raw(reader).strip() == TWO
    qtbot.keyClick(reader.page, KEY.Key_Up, CONTROL)
    assert reader.caret() == len(ONE)
    qtbot.keyClick(reader.page, KEY.Key_Left, CONTROL)
    assert 0 < reader.caret() < len(ONE)
    qtbot.keyClick(reader.page, KEY.Key_Up, CONTROL)
    assert reader.caret() == 0


# ---- the size of the unit


def test_a_selected_unit_grows_and_shrinks_to_what_it_was(reader: Reader) -> None:
    told: list[str] = []
    reader.unit_changed.connect(told.append)
    reader.page.move_caret(len(ONE) + 2)
    reader.select_next()
    reader.larger_unit()
    assert raw(reader) == ONE + TWO
    reader.smaller_unit()
    assert raw(reader) == TWO
    reader.set_selection(0, len(ONE + TWO))
    reader.set_unit("paragraph")
    reader.smaller_unit()
    assert raw(reader) == ONE
    assert told == ["paragraph", "sentence", "paragraph", "sentence"]


def test_any_selection_grows_into_the_unit_around_it_and_back(reader: Reader) -> None:
    reader.set_selection(2, 5)
    reader.set_unit("clause")
    reader.larger_unit()
    assert (reader.unit(), raw(reader)) == ("sentence", ONE)
    reader.larger_unit()
    assert (reader.unit(), raw(reader)) == ("paragraph", ONE + TWO)
    reader.smaller_unit()
    reader.smaller_unit()
    assert (reader.unit(), reader.page.ends()) == ("clause", (2, 5))
    reader.set_unit("provision")
    reader.larger_unit()
    assert raw(reader) == ONE + TWO


@pytest.mark.parametrize("drawn", [(0, len(ONE + TWO)), (len(ONE + TWO), 0)])
def test_any_selection_shrinks_to_its_first_smaller_unit_and_none_is_skipped_after(reader: Reader, drawn: Span) -> None:
    reader.set_unit("paragraph")
    reader.set_selection(*drawn)
    reader.smaller_unit()
    assert (reader.unit(), raw(reader)) == ("sentence", ONE)
    reader.smaller_unit()
    clauses = [raw(reader)]
    for _ in range(2):
        reader.select_next()
        clauses.append(raw(reader))
    assert (reader.unit(), clauses) == ("clause", ["第一句说明用途", "也说明范围。", TWO])


def test_a_selection_within_a_word_finds_a_unit_that_fits(reader: Reader) -> None:
    reader.set_selection(2, 3)
    reader.smaller_unit()
    assert reader.unit() in ("word", "character")
    assert raw(reader) == TEXT[2]
    reader.page.move_caret(5)
    reader.set_unit("sentence")
    reader.smaller_unit()
    assert (reader.unit(), reader.selection()) == ("clause", None)


def test_extending_skips_what_the_rule_leaves_out(reader: Reader) -> None:
    reader.set_unit("clause")
    reader.page.move_caret(1)
    reader.select_next()
    assert raw(reader) == "第一句说明用途"
    reader.extend_next()
    assert raw(reader) == ONE


def test_a_sentence_is_selected_without_a_quote_that_was_opened_outside(reader: Reader) -> None:
    text = "他说：“今天来看。明天再走。”然后出门了。"
    reader.set_article(text, Layout.of_lines(text))
    double_click(reader, place_of(reader, text.index("再走")))
    assert text[slice(*reader.page.ends())] == "明天再走。"
    reader.page.move_caret(text.index("明天") + 1)
    reader.select_next()
    assert text[slice(*reader.page.ends())] == "明天再走。"
    reader.select_next()
    assert text[slice(*reader.page.ends())] == "然后出门了。"


@given(st.text(alphabet="甲乙，。！“”（）a \n", min_size=1, max_size=30), st.integers(0, 29), st.integers(1, 30))
def test_a_moved_end_takes_in_nothing_that_the_rule_leaves_out(text: str, start: int, length: int) -> None:
    span = drawn_in(text, min(start, len(text) - 1), min(start + length, len(text)))
    if not any(text[point].isalnum() for point in range(*span)):
        return
    found = steps("word", text=text).moved(span, "end", 1)
    assert found is None or drawn_in(text, *found)[1] == found[1]


def test_there_is_a_largest_and_a_smallest_unit(reader: Reader) -> None:
    for _ in range(10):
        reader.larger_unit()
    assert reader.unit() == UNITS[-1]
    for _ in range(10):
        reader.smaller_unit()
    assert reader.unit() == UNITS[0]


# ---- the project's rule


def test_a_selection_is_widened_to_the_unit_of_the_project(reader: Reader) -> None:
    told: list[object] = []
    reader.selection_changed.connect(told.append)
    reader.set_selection(2, 5)
    assert reader.selection() == (2, 5)
    reader.set_whole("sentence")
    widened = reader.selection()
    assert widened is not None
    assert TEXT[slice(*widened)].rstrip("。") == ONE.rstrip("。")
    assert told == [(2, 5), widened]
    reader.set_whole("free")
    assert reader.selection() == (2, 5)


# ---- the ends of a mark


def test_the_end_of_a_mark_goes_by_units_and_never_over_its_start(reader: Reader) -> None:
    start, end = drawn_in(TEXT, len(ONE), len(ONE + TWO))
    reader.set_marks([Mark(1, start, end, "码")])
    beyond = drawn_in(TEXT, start, TEXT.index("尾句"))
    assert reader.moved_boundary(1, "end", 1) == beyond
    assert reader.moved_boundary(1, "start", -1) == (0, end)
    assert reader.moved_boundary(1, "end", -1) is None
    assert reader.moved_boundary(1, "start", 1) is None
    assert reader.moved_boundary(2, "end", 1) is None
    reader.set_unit("character")
    assert reader.moved_boundary(1, "end", -1) == drawn_in(TEXT, start, end - 1)
    assert reader.moved_boundary(1, "start", 1) == (start + 1, end)


@given(st.text(alphabet="甲乙，。！ \n", max_size=30), st.integers(0, 30), st.integers(1, 30), st.sampled_from(UNITS[:5]))
def test_a_moved_boundary_leaves_the_other_where_it_was(text: str, start: int, length: int, unit: Unit) -> None:
    start = min(start, max(len(text) - 1, 0))
    span: Span = start, min(start + length, len(text))
    for whole in ("free", "sentence"):
        for step in (1, -1):
            first, last = (steps(unit, whole, text).moved(span, edge, step) for edge in ("start", "end"))
            assert first is None or (first[1] == span[1] and (first[0] - span[0]) * step > 0 and first[0] < first[1])
            assert last is None or (last[0] == span[0] and (last[1] - span[1]) * step > 0 and last[0] < last[1])


def drag(reader: Reader, start: QPointF, *stops: QPointF) -> None:
    mouse(reader, QEvent.Type.MouseMove, start, Qt.MouseButton.NoButton)
    mouse(reader, QEvent.Type.MouseButtonPress, start)
    for stop in stops:
        mouse(reader, QEvent.Type.MouseMove, stop)


def test_the_end_of_the_current_mark_is_dragged_with_the_mouse(reader: Reader) -> None:
    moved: list[Span] = []
    reader.boundary_moved.connect(lambda id, start, end: moved.append((start, end)))
    reader.set_marks([Mark(1, 2, 6, "码", "own")])
    edge, target = place_of(reader, 5) + QPointF(8, 0), place_of(reader, 10) + QPointF(7, 0)
    drag(reader, edge, target)
    mouse(reader, QEvent.Type.MouseButtonRelease, target)
    assert moved == []  # it is not the current one
    reader.page.move_caret(0)
    reader.set_current(1)
    plain = reader.page.viewport().grab().toImage()
    drag(reader, edge, target)
    assert reader.page.viewport().cursor().shape() == Qt.CursorShape.SplitHCursor
    assert reader.page.viewport().grab().toImage() != plain
    mouse(reader, QEvent.Type.MouseButtonRelease, target)
    assert moved == [(2, 11)]
    assert reader.selection() is None
    assert reader.page.highlights.flash is None


def test_escape_gives_a_drag_up_and_other_coders_marks_stay(reader: Reader, qtbot: QtBot) -> None:
    moved: list[int] = []
    reader.boundary_moved.connect(moved.append)
    reader.set_marks([Mark(1, 2, 6, "码", "own"), Mark(2, 2, 6, "码", "own", own=False)])
    start, target = place_of(reader, 2) - QPointF(8, 0), place_of(reader, 4)
    reader.set_current(1)
    drag(reader, start, target)
    assert reader.page.highlights.flash is not None
    qtbot.keyClick(reader.page, KEY.Key_Escape)
    mouse(reader, QEvent.Type.MouseMove, target)
    mouse(reader, QEvent.Type.MouseButtonRelease, target)
    reader.set_current(2)
    drag(reader, start, target)
    mouse(reader, QEvent.Type.MouseButtonRelease, target)
    assert moved == []
    assert reader.page.highlights.flash is None


# ---- the mouse


def test_a_selection_is_finished_when_the_button_is_released(reader: Reader) -> None:
    done: list[object] = []
    reader.selection_finished.connect(lambda: done.append(reader.selection()))
    start, end = place_of(reader, 2) - QPointF(7, 0), place_of(reader, 6) - QPointF(7, 0)
    mouse(reader, QEvent.Type.MouseButtonPress, start)
    mouse(reader, QEvent.Type.MouseMove, end)
    assert done == []
    mouse(reader, QEvent.Type.MouseButtonRelease, end)
    assert done == [(2, 6)]
    click(reader, place_of(reader, 20))
    reader.set_selection(3, 5)
    assert done == [(2, 6)]


def test_a_double_click_that_is_dragged_selects_by_sentences(reader: Reader) -> None:
    done: list[str] = []
    reader.selection_finished.connect(lambda: done.append(raw(reader)))
    here, there = place_of(reader, len(ONE) + 2), place_of(reader, 3)
    click(reader, here)
    mouse(reader, QEvent.Type.MouseButtonDblClick, here)
    assert raw(reader) == TWO
    mouse(reader, QEvent.Type.MouseMove, there)
    mouse(reader, QEvent.Type.MouseButtonRelease, there)
    assert done == [ONE + TWO]


def double_click(reader: Reader, position: QPointF) -> None:
    click(reader, position)
    mouse(reader, QEvent.Type.MouseButtonDblClick, position)
    mouse(reader, QEvent.Type.MouseButtonRelease, position)


def test_a_double_click_is_finished_when_no_third_click_came(reader: Reader, qtbot: QtBot) -> None:
    done: list[str] = []
    reader.selection_finished.connect(lambda: done.append(raw(reader)))
    here = place_of(reader, 3)
    double_click(reader, here)
    assert done == []
    qtbot.waitUntil(lambda: done == [ONE], timeout=5_000)
    double_click(reader, here)
    click(reader, here)
    qtbot.wait(QApplication.doubleClickInterval() + 50)
    assert done == [ONE, reader.page.text.split("\n")[0]], "of a third click only the paragraph is told"


def test_a_double_click_is_finished_before_a_press_elsewhere_and_not_once_a_key_changed_it(reader: Reader, qtbot: QtBot) -> None:
    done: list[str] = []
    reader.selection_finished.connect(lambda: done.append(raw(reader)))
    double_click(reader, place_of(reader, 3))
    mouse(reader, QEvent.Type.MouseButtonPress, place_of(reader, len(ONE) + 2))
    assert done == [ONE]
    mouse(reader, QEvent.Type.MouseButtonRelease, place_of(reader, len(ONE) + 2))
    double_click(reader, place_of(reader, 3))
    reader.select_next()
    qtbot.wait(QApplication.doubleClickInterval() + 50)
    assert done == [ONE]


# ---- marks without a code, input methods


def test_going_on_can_keep_to_marks_without_a_code(reader: Reader) -> None:
    reader.set_marks([Mark(1, 2, 4, "码"), Mark(2, 5, 7), Mark(3, 8, 10, "码"), Mark(4, 40, 42)])
    taken: list[int] = []
    reader.mark_activated.connect(taken.append)
    for _ in range(3):
        reader.next_mark(uncoded=True)
    reader.previous_mark(uncoded=True)
    reader.previous_mark(uncoded=True)
    assert taken == [2, 4, 2]


def test_an_input_method_changes_nothing_and_single_keys_still_work(reader: Reader, qtbot: QtBot) -> None:
    pressed: list[str] = []
    for letter in ("T", "H"):
        action = QAction(letter, reader.page)
        action.setShortcut(QKeySequence(letter))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda _, letter=letter: pressed.append(letter))
        reader.page.addAction(action)
    revision, characters = reader.page.document().revision(), reader.page.document().characterCount()
    composing = QInputMethodEvent("biao", [])
    composing.setCommitString("标")
    QApplication.sendEvent(reader.page, composing)
    assert not composing.isAccepted()
    assert (reader.page.document().revision(), reader.page.document().characterCount()) == (revision, characters)
    reader.activateWindow()
    qtbot.waitUntil(reader.isActiveWindow, timeout=3_000)
    qtbot.keyClick(reader.page, KEY.Key_T)
    qtbot.keyClick(reader.page, KEY.Key_H)
    assert pressed == ["T", "H"]
