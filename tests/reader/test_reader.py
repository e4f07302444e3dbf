"""The reader as a person meets it: real keys, real mouse events, real pixels."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.records import Block, Inline, Layout
from db.units import drawn_in
from desktop.reader.lines import line_at
from desktop.reader.margin import ROW
from desktop.reader.reader import Head, Look, Mark, Reader
from desktop.theme import Theme

TITLE = "谁为算法负责"
FIRST = "第一句说😀明用途。“第二句谈风险？”Third one is English. 末句"
TEXT = f"{TITLE}\n{FIRST}\n  空白在边上  \n" + "\n".join(f"第{number}段，治理要有记录，也要有理由。" * 4 for number in range(60))
KEY, CONTROL, SHIFT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


@pytest.fixture
def reader(qtbot: QtBot) -> Iterator[Reader]:
    reader = Reader(Theme.load("light"))
    reader.resize(1_000, 700)
    reader.set_article(TEXT, Layout.of_lines(TEXT), head=Head(TITLE, "某人 · 某报 · 2024-01-02"))
    reader.show()
    qtbot.waitExposed(reader).__enter__()
    reader.page.setFocus()
    yield reader
    reader.close()


def place_of(reader: Reader, point: int) -> QPointF:
    """Give the middle of a character in the viewport."""
    qt = reader.page.sheet.positions.to_qt(point)
    line = line_at(reader.page.document(), qt)
    assert line is not None
    ((left, right),) = line.spans(qt, qt + 1, False)
    return QPointF((left + right) / 2, (line.top + line.bottom) / 2 - reader.page.scrolled())


def mouse(reader: Reader, kind: QEvent.Type, at: QPointF, buttons: Qt.MouseButton = LEFT) -> None:
    """Send one mouse event to the page, as the window system would."""
    viewport = reader.page.viewport()
    button = NONE if kind == QEvent.Type.MouseMove else LEFT
    held = NONE if kind == QEvent.Type.MouseButtonRelease else buttons
    event = QMouseEvent(kind, at, QPointF(viewport.mapToGlobal(at.toPoint())), button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(viewport, event)


def click(reader: Reader, at: QPointF) -> None:
    mouse(reader, QEvent.Type.MouseButtonPress, at)
    mouse(reader, QEvent.Type.MouseButtonRelease, at)


def image_of(reader: Reader) -> QImage:
    return reader.page.viewport().grab().toImage()


# ---- selection


def test_keys_select_code_points(reader: Reader, qtbot: QtBot) -> None:
    told: list[object] = []
    reader.selection_changed.connect(told.append)
    start = TEXT.index("说")
    reader.page.move_caret(start)
    for _ in range(3):
        qtbot.keyClick(reader.page, KEY.Key_Right, SHIFT)
    assert reader.selection() == (start, start + 3)
    assert TEXT[start : start + 3] == "说😀明"
    qtbot.keyClick(reader.page, KEY.Key_Escape)
    assert reader.selection() is None
    assert told == [(start, start + 1), (start, start + 2), (start, start + 3), None]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, 120), steps=st.integers(1, 12))
def test_any_stretch_of_keys_gives_what_lies_under_it(reader: Reader, qtbot: QtBot, start: int, steps: int) -> None:
    reader.page.move_caret(start)
    for _ in range(steps):
        qtbot.keyClick(reader.page, KEY.Key_Right, SHIFT)
    span = reader.selection()
    expected = drawn_in(TEXT, start, min(start + steps, len(TEXT)))
    assert (span or expected) == expected
    assert (span is None) == (expected[0] >= expected[1])


def test_words_and_sentences_are_steps(reader: Reader, qtbot: QtBot) -> None:
    reader.page.move_caret(TEXT.index("Third"))
    qtbot.keyClick(reader.page, KEY.Key_Right, CONTROL | SHIFT)
    assert TEXT[slice(*reader.selection() or (0, 0))] == "Third"
    reader.page.move_caret(TEXT.index("第一句"))
    qtbot.keyClick(reader.page, KEY.Key_Down, CONTROL | SHIFT)
    assert TEXT[slice(*reader.selection() or (0, 0))] == "第一句说😀明用途。"
    qtbot.keyClick(reader.page, KEY.Key_Right, CONTROL)
    assert reader.selection() is None


def test_a_drag_selects_and_a_click_drops_it(reader: Reader) -> None:
    start, end = TEXT.index("第二句"), TEXT.index("风险")
    mouse(reader, QEvent.Type.MouseButtonPress, place_of(reader, start) - QPointF(7, 0))
    mouse(reader, QEvent.Type.MouseMove, place_of(reader, end) - QPointF(7, 0))
    mouse(reader, QEvent.Type.MouseButtonRelease, place_of(reader, end) - QPointF(7, 0))
    assert reader.selection() == (start, end)
    click(reader, place_of(reader, TEXT.index("第0段")))
    assert reader.selection() is None


def test_a_double_click_takes_the_sentence_and_a_third_the_paragraph(reader: Reader) -> None:
    at = place_of(reader, TEXT.index("谈风险"))
    click(reader, at)
    mouse(reader, QEvent.Type.MouseButtonDblClick, at)
    mouse(reader, QEvent.Type.MouseButtonRelease, at)
    assert TEXT[slice(*reader.selection() or (0, 0))] == "“第二句谈风险？”"
    click(reader, at)
    assert TEXT[slice(*reader.selection() or (0, 0))] == FIRST


def test_white_space_at_the_edges_is_not_part_of_a_selection(reader: Reader) -> None:
    start = TEXT.index("  空白")
    reader.set_selection(start, start + len("  空白在边上  \n"))
    assert TEXT[slice(*reader.selection() or (0, 0))] == "空白在边上"
    reader.set_selection(start, start + 2)
    assert reader.selection() is None


def test_copying_gives_the_characters_of_the_text(qtbot: QtBot) -> None:
    reader = Reader(Theme.load("light"))
    qtbot.addWidget(reader)
    text = "甲\u00a0乙\u2028丙\u2029丁\ufffc\n戊\t己"
    reader.set_article(text, Layout((Block("paragraph", 0, 8), Block("row", 9, 12))))
    reader.set_selection(0, len(text))
    assert reader.page.createMimeDataFromSelection().text() == text


# ---- marks


def test_marks_are_painted_and_fade_when_another_is_under_the_pointer(reader: Reader) -> None:
    start, other = TEXT.index("第二句"), TEXT.index("第0段")
    at, there = place_of(reader, start).toPoint(), place_of(reader, other).toPoint()
    corner = QPoint(0, 8)  # inside the fill, beside the glyph's ink
    bare = image_of(reader).pixelColor(at + corner), image_of(reader).pixelColor(there + corner)
    reader.set_marks([Mark(1, start, start + 6, "甲", "inherent"), Mark(2, other, other + 6, "乙", "technical")])
    rest = image_of(reader).pixelColor(at + corner), image_of(reader).pixelColor(there + corner)
    assert rest[0] != bare[0]
    assert rest[1] != bare[1]
    mouse(reader, QEvent.Type.MouseMove, QPointF(at), NONE)
    over = image_of(reader).pixelColor(at + corner), image_of(reader).pixelColor(there + corner)
    assert over[0].saturation() > rest[0].saturation()
    assert over[1].saturation() < rest[1].saturation()
    QApplication.sendEvent(reader.page.viewport(), QEvent(QEvent.Type.Leave))
    assert image_of(reader).pixelColor(at + corner) == rest[0]


def test_a_fill_covers_its_glyphs_and_not_the_neighbours(reader: Reader) -> None:
    start = TEXT.index("第二句")
    reader.set_marks([Mark(1, start, start + 2, "甲", "inherent")])
    image, white = image_of(reader), reader.page.theme.colour("base")
    inside, before, after = (place_of(reader, start + step).toPoint() + QPoint(0, -10) for step in (1, -1, 2))
    assert image.pixelColor(inside) != white
    assert image.pixelColor(before) == white
    assert image.pixelColor(after) == white


def test_clicks_in_one_place_take_the_smallest_mark_and_then_the_larger_ones(reader: Reader) -> None:
    start = TEXT.index("第二句")
    reader.set_marks([Mark(1, start - 5, start + 10, "大"), Mark(2, start, start + 3, "小")])
    taken: list[int] = []
    reader.mark_activated.connect(taken.append)
    for _ in range(3):
        click(reader, place_of(reader, start + 1))
    assert taken == [2, 1, 2]


def test_enter_opens_the_mark_at_the_caret_or_offers_several(reader: Reader, qtbot: QtBot) -> None:
    reader.set_marks([Mark(1, 10, 30, "大"), Mark(2, 15, 18, "小")])
    taken: list[object] = []
    reader.mark_activated.connect(taken.append)
    reader.marks_requested.connect(taken.append)
    for point in (11, 16, 40):
        reader.page.move_caret(point)
        qtbot.keyClick(reader.page, KEY.Key_Return)
    assert taken == [1, [2, 1]]


def test_next_and_previous_go_from_mark_to_mark_and_stop_at_the_ends(reader: Reader) -> None:
    far = len(TEXT) - 50
    reader.set_marks([Mark(3, far, far + 4, "远"), Mark(1, 10, 30, "大"), Mark(2, 10, 12, "小")])
    taken: list[int] = []
    reader.mark_activated.connect(taken.append)
    for _ in range(4):
        reader.next_mark()
    assert taken == [1, 2, 3]
    assert reader.caret() == far
    assert reader.place() > 0
    for _ in range(3):
        reader.previous_mark()
    assert taken == [1, 2, 3, 2, 1]


def test_labels_stand_beside_their_lines_and_answer_to_the_pointer(reader: Reader, qtbot: QtBot) -> None:
    start = TEXT.index("第3段")
    marks = [Mark(id, start + id, start + id + 4, f"码{id}", "derived") for id in range(8)]
    reader.set_marks(marks)
    labels = reader.page.margin.labels()
    assert all(later.top - earlier.top >= ROW for earlier, later in pairwise(labels))
    assert sum(1 + len(label.hidden) for label in labels) == len(marks)
    middle = labels[0].top + ROW / 2
    assert middle == pytest.approx(place_of(reader, start).y() + reader.page.scrolled(), abs=1)
    taken: list[int] = []
    reader.mark_activated.connect(taken.append)
    qtbot.mouseClick(reader.page.margin, LEFT, pos=QPoint(30, int(labels[1].top) + 5 - reader.page.scrolled()))
    several: list[list[int]] = []
    reader.marks_requested.connect(several.append)
    qtbot.mouseClick(reader.page.margin, LEFT, pos=QPoint(30, int(labels[-1].top) + 5 - reader.page.scrolled()))
    assert (taken, several) == ([1], [[mark.id for mark in (labels[-1].mark, *labels[-1].hidden)]])


def test_scrolling_moves_labels_and_changes_nothing_else(reader: Reader) -> None:
    reader.set_marks([Mark(id, 120 + 9 * id, 140 + 9 * id, f"码{id}") for id in range(120)])
    bar = reader.page.verticalScrollBar()
    bar.setValue(500)
    first = {label.mark.id: label.top for label in reader.page.margin.labels()}
    bar.setValue(540)
    second = {label.mark.id: label.top for label in reader.page.margin.labels()}
    shared = first.keys() & second.keys()
    assert len(shared) > 10
    assert all(first[id] == second[id] for id in shared)


def test_a_mark_that_does_not_fit_the_text_is_left_out(reader: Reader) -> None:
    reader.set_marks([Mark(1, 5, len(TEXT) + 1), Mark(2, 7, 7), Mark(3, -2, 4), Mark(4, 0, len(TEXT))])
    assert [mark.id for mark in reader.marks_at(5)] == [4]


def test_some_marks_change_and_the_others_stay(reader: Reader) -> None:
    reader.set_marks([Mark(1, 5, 8, "甲"), Mark(2, 7, 9, "乙"), Mark(3, 10, 12, "丙")])
    reader.change_marks([Mark(2, 7, 11, "乙"), Mark(4, 20, 22), Mark(3, 5, len(TEXT) + 9)], gone=[1, 99])
    assert reader.span_of(2) == (7, 11)
    assert reader.span_of(4) == (20, 22)
    assert (reader.span_of(1), reader.span_of(3)) == (None, None)


# ---- places


def test_a_place_is_kept_through_zoom_theme_and_width(reader: Reader) -> None:
    point = TEXT.index("第30段")
    reader.set_place(point)
    reader.set_selection(point, point + 4)
    reader.set_place(point)
    told: list[object] = []
    reader.selection_changed.connect(told.append)
    for percent in (150, 80, 100):
        reader.set_look(Look(percent))
        assert reader.place() == point
    reader.set_theme(Theme.load("dark"))
    reader.resize(700, 500)
    reader.page.settle()
    assert reader.place() == point
    assert reader.selection() == (point, point + 4)
    assert told == []
    top = place_of(reader, point).y()
    assert 0 <= top < 40


def test_a_passage_is_revealed_and_shown_for_a_moment(reader: Reader, qtbot: QtBot) -> None:
    point = TEXT.index("第50段")
    places: list[int] = []
    reader.place_changed.connect(places.append)
    reader.reveal(point, point + 5)
    assert 0 < place_of(reader, point).y() < reader.page.viewport().height()
    assert reader.caret() == point
    assert places
    assert reader.page.highlights.flash == (point, point + 5)
    qtbot.waitUntil(lambda: reader.page.highlights.flash is None, timeout=3_000)


def test_hits_are_painted_and_the_current_one_is_in_view(reader: Reader) -> None:
    hits = [(at, at + 2) for at in range(len(TEXT)) if TEXT.startswith("治理", at)]
    reader.show_hits(hits, 40)
    at = place_of(reader, hits[40][0])
    assert 0 < at.y() < reader.page.viewport().height()
    image, theme, up = image_of(reader), reader.page.theme, QPoint(0, -10)
    assert image.pixelColor(at.toPoint() + up) == theme.colour("current_hit")
    assert image.pixelColor(place_of(reader, hits[41][0]).toPoint() + up) == theme.colour("search_hit")
    before = reader.page.hit_bar.grab().toImage()
    reader.show_hits(hits, 2)
    assert reader.page.hit_bar.grab().toImage() != before, "another is the current one"
    before = reader.page.hit_bar.grab().toImage()
    reader.show_hits(())
    assert reader.page.hit_bar.grab().toImage() != before


def test_the_head_is_drawn_once(reader: Reader, qtbot: QtBot) -> None:
    assert reader.page.sheet.titled
    pressed: list[bool] = []
    reader.head_activated.connect(lambda: pressed.append(True))
    click(reader, place_of(reader, 1))  # the text's own title is text
    assert pressed == []
    click(reader, place_of(reader, 1) + QPointF(0, 32))
    assert pressed == [True]
    top = reader.page.document().rootFrame().frameFormat().topMargin()
    reader.set_head(Head("另一个题目" * 20, "某人"))
    assert not reader.page.sheet.titled
    assert reader.page.document().rootFrame().frameFormat().topMargin() > top + 50


def test_another_head_of_the_same_kind_lays_nothing_out_anew_and_keeps_the_place(reader: Reader) -> None:
    reader.set_head(Head("另一个题目", "某人"))
    document, plain = reader.page.document(), image_of(reader)
    reader.set_head(Head("第三个题目", "某人，某报"))
    assert image_of(reader) != plain
    reader.set_place(reader.page.text.index("\n", 400) + 1)
    place = reader.place()
    reader.set_head(Head("很长的题目" * 30, "某人"))
    assert (reader.place(), reader.page.document()) == (place, document)
    reader.set_head(Head("很长的题目" * 30))
    assert (reader.place(), reader.page.document() is document) == (place, False)


# ---- what comes in and goes out


def test_what_is_dropped_is_told(reader: Reader) -> None:
    got: list[object] = []
    reader.files_dropped.connect(got.append)
    reader.content_dropped.connect(lambda content, html: got.append((content, html)))
    files, html, text = QMimeData(), QMimeData(), QMimeData()
    files.setUrls([QUrl.fromLocalFile("/somewhere/文章.md")])
    html.setHtml("<p>甲</p>")
    html.setText("甲")
    text.setText("乙")
    for data in (files, html, text):
        event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier)
        reader.page.dropEvent(event)
    assert [str(each).replace("\\", "/") for each in got[0]] == ["/somewhere/文章.md"]  # type: ignore[attr-defined]
    assert got[1:] == [("<p>甲</p>", True), ("乙", False)]


def test_a_link_is_followed_by_click_and_by_key(qtbot: QtBot) -> None:
    reader = Reader(Theme.load("light"))
    qtbot.addWidget(reader)
    layout = Layout((Block("paragraph", 0, 6),), (Inline("link", 2, 4, "https://example.org/a?b=1"),))
    reader.set_article("甲乙丙丁戊己", layout)
    reader.resize(900, 400)
    reader.show()
    asked: list[str] = []
    reader.link_requested.connect(asked.append)
    click(reader, place_of(reader, 2))
    reader.page.move_caret(3)
    qtbot.keyClick(reader.page, KEY.Key_Return)
    assert asked == ["https://example.org/a?b=1"] * 2


def test_the_page_is_no_input_method_target_and_never_changes(reader: Reader, qtbot: QtBot) -> None:
    reader.set_theme(Theme.load("sepia"))
    for widget in (reader.page, reader.page.viewport()):
        assert not widget.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    before = reader.page.document().revision()
    for key in (KEY.Key_A, KEY.Key_Delete, KEY.Key_Backspace, KEY.Key_Tab):
        qtbot.keyClick(reader.page, key)
    assert reader.page.document().revision() == before
    assert reader.page.isReadOnly()


def test_the_page_has_a_name_and_can_speak(reader: Reader) -> None:
    assert reader.page.accessibleName() == "Article text"
    reader.announce("Tagged")
    assert reader.paragraph() == (0, 62)
    reader.page.move_caret(TEXT.index("空白"))
    assert reader.paragraph() == (2, 62)


# ---- large and odd texts


def test_a_million_characters_with_ten_thousand_marks_scroll_to_their_end(qtbot: QtBot) -> None:
    text = "\n".join("治理算法风险评估公开透明" * 12 for _ in range(7_000))
    reader = Reader(Theme.load("light"))
    qtbot.addWidget(reader)
    reader.resize(1_000, 700)
    reader.set_article(text, Layout.of_lines(text))
    reader.set_marks([Mark(id, 100 * id, 100 * id + 30, "码", "own") for id in range(10_000)])
    reader.show()
    last = 999_900
    reader.reveal(last)
    assert 0 < place_of(reader, last).y() < reader.page.viewport().height()
    assert not image_of(reader).isNull()
    assert reader.page.margin.labels()


def test_two_hundred_thousand_empty_lines_are_shown(qtbot: QtBot) -> None:
    text = "\n" * 200_000
    reader = Reader(Theme.load("light"))
    qtbot.addWidget(reader)
    reader.resize(800, 600)
    reader.set_article(text, Layout.of_lines(text))
    reader.set_place(1_000)
    assert reader.place() == 1_000
    assert not image_of(reader).isNull()


def test_one_paragraph_of_half_a_million_characters_is_shown(qtbot: QtBot) -> None:
    text = "无" * 500_000
    reader = Reader(Theme.load("light"))
    qtbot.addWidget(reader)
    reader.resize(800, 600)
    reader.set_article(text, Layout.of_lines(text))
    reader.set_marks([Mark(1, 99_990, 100_010, "码", "own")])
    reader.reveal(100_000)
    assert [label.mark.id for label in reader.page.margin.labels()] == [1]
    reader.set_selection(99_999, 100_001)
    assert reader.selection() == (99_999, 100_001)


def test_nothing_and_odd_texts_are_shown(qtbot: QtBot) -> None:
    reader = Reader(Theme.load("light"))
    qtbot.addWidget(reader)
    reader.show()
    for text in ("", "\n", "\t", "😀", "שלום עולם\nعربي mixed 中文", "\u2028\u2029\ufdd0"):
        reader.set_article(text, Layout.of_lines(text), head=Head("题", "行"))
        reader.set_marks([Mark(1, 0, len(text), "码")] if text else [])
        reader.next_mark()
        assert not image_of(reader).isNull()
        assert reader.place() == 0


def test_a_mark_in_right_to_left_text_is_painted_where_it_is_read(qtbot: QtBot) -> None:
    reader = Reader(Theme.load("light"))
    qtbot.addWidget(reader)
    text = "中文 שלום עולם 完"
    reader.set_article(text, Layout.of_lines(text))
    reader.resize(900, 300)
    reader.show()
    line = line_at(reader.page.document(), 0)
    assert line is not None
    (first,), (second,) = line.spans(3, 7, True), line.spans(8, 12, True)
    assert second[1] <= first[0] + 1  # the second word stands left of the first
