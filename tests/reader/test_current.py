"""The mark one stands on, the pointer beside the keys, and the margins."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QFontMetrics
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.records import Layout
from desktop.reader.margin import number_font, written
from desktop.reader.reader import Mark, Reader
from desktop.theme import Theme, ui_font
from tests.reader.test_reader import NONE, image_of, mouse, place_of

TEXT = "算法应当接受审查，记录应当保存。" * 8 + "\n第二段。"
KEY, SHIFT = Qt.Key, Qt.KeyboardModifier.ShiftModifier


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


def test_keys_walk_into_the_smallest_own_mark_and_selecting_does_not(reader: Reader, qtbot: QtBot) -> None:
    reader.set_marks([Mark(1, 2, 12, "甲"), Mark(2, 4, 8, "乙"), Mark(3, 5, 6, "丙", own=False)])
    walked: list[int] = []
    reader.mark_walked.connect(walked.append)
    reader.mark_walked.connect(reader.set_current)
    for _ in range(9):
        qtbot.keyClick(reader.page, KEY.Key_Right)
    assert walked == [1, 2, 2, 2, 1]
    reader.page.move_caret(0)
    for _ in range(5):
        qtbot.keyClick(reader.page, KEY.Key_Right, SHIFT)
    assert len(walked) == 5


def test_the_current_mark_is_framed_though_no_pointer_came_near(reader: Reader) -> None:
    start = 0  # at the left edge of the column
    reader.set_marks([Mark(1, start, 6, "甲", "inherent"), Mark(2, 0, 12, "乙", "technical"), Mark(3, 3, 5, "丙", "derived")])
    images = []
    for id in (1, 2, 3):
        reader.set_current(id)
        images.append(image_of(reader))
    assert images[0] != images[1] != images[2] != images[0]
    reader.set_current(1)
    reader.page.move_caret(20)  # Qt paints the caret over everything
    image, colour = image_of(reader), reader.page.theme.branch("inherent")
    place = place_of(reader, start)
    assert image.pixelColor(0, int(place.y())) == image.pixelColor(1, int(place.y())) == colour, "all of the bar is there"


def test_a_resting_pointer_fades_nothing_and_a_key_ends_what_it_faded(reader: Reader, qtbot: QtBot) -> None:
    reader.set_marks([Mark(1, 2, 6, "甲"), Mark(2, 10, 14, "乙")])
    at = place_of(reader, 3)
    viewport = reader.page.viewport()
    there = QPointF(viewport.mapToGlobal(at.toPoint()))
    QApplication.sendEvent(viewport, QEnterEvent(at, at, there))
    mouse(reader, QEvent.Type.MouseMove, at, NONE)
    assert reader.page.highlights.hovered is None
    mouse(reader, QEvent.Type.MouseMove, at + QPointF(2, 0), NONE)
    assert reader.page.highlights.hovered == 1
    qtbot.keyClick(reader.page, KEY.Key_Right)
    assert reader.page.highlights.hovered is None


@pytest.mark.usefixtures("qapp")
def test_a_label_is_cut_in_its_name_only() -> None:
    metrics = QFontMetrics(ui_font(12))
    mark = Mark(1, 0, 1, "3.1.1(b) Risks of bias and discrimination", codes=3, instrument=True, note=True)
    for room in (90, 140, 200):
        words = written(mark, "", metrics, room)
        assert words.startswith("3.1")
        assert words.endswith("… +2 ◇ •")
        assert metrics.horizontalAdvance(words) <= room + 2
    assert written(mark, "", metrics, 900).endswith("discrimination +2 ◇ •")


def test_the_gutter_holds_the_widest_number(reader: Reader) -> None:
    text = "甲\n" * 12_000
    reader.set_article(text, Layout.of_lines(text))
    widest = QFontMetrics(number_font(reader.page.theme)).horizontalAdvance("12000")
    assert reader.page.gutter.width() >= widest
    left, right = reader.page.gutter.geometry().left(), reader.page.viewport().geometry().left()
    assert left >= 0
    assert reader.page.gutter.geometry().right() < right


def test_where_room_is_short_the_margin_gets_its_share(reader: Reader) -> None:
    reader.resize(700, 600)
    reader.page.settle()
    page = reader.page
    assert page.viewport().width() >= 30 * page.em
    assert page.margin.width() > page.theme.size("margin")
    reader.resize(500, 600)
    page.settle()
    assert page.margin.width() >= page.theme.size("margin") - page.theme.size("grid")
