"""How the page looks and what it tells a screen reader: size, width, face, caret, focus; and texts of any kind and length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QAbstractEventDispatcher, Qt
from PySide6.QtGui import QAccessible, QFontInfo, QTextCursor
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from db.records import Block, Inline, Layout
from db.units import UNITS
from desktop.reader import document
from desktop.reader.document import Head, Look
from desktop.reader.lines import first_bare, line_at, lines_between
from desktop.reader.reader import Mark, Reader
from desktop.theme import THEMES, Theme, contrast, text_font
from tests.reader.test_reader import place_of

KEY, SHIFT = Qt.Key, Qt.KeyboardModifier.ShiftModifier
TEXT = "标题一\n甲乙丙丁戊己庚辛。\n" + "\n".join(f"第{number}段讲规则，也讲例外。" * 8 for number in range(40))
LAYOUT = Layout(
    (Block("heading", 0, 3, 1), *(Block("paragraph", each.start, each.end) for each in Layout.of_lines(TEXT).blocks[1:])),
    (Inline("bold", 6, 8),),
)


@pytest.fixture
def reader(qtbot: QtBot) -> Iterator[Reader]:
    reader = Reader(Theme.load("light"))
    reader.resize(1_200, 600)
    reader.set_article(TEXT, LAYOUT)
    reader.show()
    qtbot.waitExposed(reader).__enter__()
    reader.page.setFocus()
    yield reader
    reader.close()


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    Theme.load("light").apply(qapp)


# ---- the look


def test_a_look_changes_size_width_and_face_and_keeps_place_and_selection(reader: Reader) -> None:
    point = TEXT.index("第20段")
    reader.set_selection(point, point + 4)
    reader.set_place(point)
    told: list[object] = []
    reader.selection_changed.connect(told.append)
    width = reader.page.document().pageSize().width()
    for look in (Look(125, 30, True), Look(125, 50, True), Look(100, 42, False)):
        reader.set_look(look)
        assert reader.look() == look
        assert reader.place() == point
        assert reader.selection() == (point, point + 4)
        assert reader.page.document().pageSize().width() <= look.measure * reader.page.em
    assert reader.page.document().pageSize().width() == width
    assert told == []


def test_only_another_width_keeps_the_document(reader: Reader) -> None:
    before = reader.page.document()
    reader.set_look(Look(measure=32))
    assert reader.page.document() is before
    reader.set_look(Look(measure=32, serif=True))
    assert reader.page.document() is not before
    reader.set_look(replace(reader.look(), zoom=130))
    assert reader.look() == Look(130, 32, True)


def test_a_look_stays_within_what_can_be_read(reader: Reader) -> None:
    reader.set_look(Look(1_000, 200))
    assert reader.look() == Look(400, 60)
    reader.set_look(Look(1, 1))
    assert reader.look() == Look(50, 30)


def test_serif_faces_are_named_and_used_in_title_and_text(reader: Reader) -> None:
    assert text_font(16, serif=True).families()[:2] == ["Noto Serif CJK SC", "Source Han Serif SC"]
    assert "SimSun" in text_font(16, serif=True).families()
    reader.set_head(Head("不在正文中的题目", "某报"))
    plain = reader.page.viewport().grab().toImage()
    reader.set_look(Look(serif=True))
    assert reader.page.viewport().grab().toImage() != plain
    assert reader.page.document().defaultFont().families()[0] == "Noto Serif CJK SC"
    assert QFontInfo(reader.page.font()).pixelSize() == reader.page.em


# ---- caret and focus


@pytest.mark.parametrize("name", THEMES)
def test_the_caret_can_be_seen_in_each_theme(reader: Reader, dressed: QApplication, name: str) -> None:
    theme = Theme.load(name)
    theme.apply(dressed)
    reader.set_theme(theme)
    reader.activateWindow()
    reader.page.move_caret(6)
    rect = reader.page.cursorRect()
    assert rect.width() == 2
    image = reader.page.viewport().grab().toImage()
    assert contrast(image.pixelColor(rect.left(), rect.center().y()), theme.colour("base")) >= 4.5


def test_the_number_of_the_paragraph_that_keys_work_in_stands_out(reader: Reader, qtbot: QtBot) -> None:
    other = QLineEdit(reader)
    other.show()
    reader.activateWindow()
    qtbot.waitUntil(reader.isActiveWindow, timeout=3_000)
    reader.page.setFocus()
    reader.page.move_caret(len(TEXT) - 1)
    focused = reader.page.gutter.grab().toImage()
    assert reader.page.paragraph_in_hand() == reader.paragraph()[0] > 0
    other.setFocus()
    assert reader.page.paragraph_in_hand() == 0
    assert reader.page.gutter.grab().toImage() != focused


# ---- what a screen reader is given


def test_the_text_interface_follows_keys_and_is_followed(reader: Reader, qtbot: QtBot) -> None:
    found = QAccessible.queryAccessibleInterface(reader.page)
    assert found.text(QAccessible.Text.Name) == "Article text"
    text = found.textInterface()
    assert text is not None
    assert text.characterCount() == len(TEXT)
    qtbot.keyClick(reader.page, KEY.Key_Down)
    qtbot.keyClick(reader.page, KEY.Key_Right)
    assert text.cursorPosition() == reader.caret() == 5
    assert text.selectionCount() == 0
    qtbot.keyClick(reader.page, KEY.Key_Right, SHIFT)
    assert (text.selectionCount(), text.cursorPosition(), text.text(5, 6)) == (1, 6, "乙")
    reader.select_next()
    assert text.cursorPosition() == max(reader.page.ends())
    text.setSelection(0, 4, 8)
    assert reader.selection() == (4, 8)
    text.setCursorPosition(9)
    assert (reader.caret(), reader.selection()) == (9, None)
    assert not text.characterRect(5).isEmpty()


def test_attributes_tell_a_heading_and_a_bold_word(reader: Reader) -> None:
    weights = []
    for point in (5, 7):
        cursor = QTextCursor(reader.page.document())
        cursor.setPosition(point)
        weights.append(cursor.charFormat().fontWeight() > 400)
    assert weights == [False, True]
    assert reader.page.document().firstBlock().blockFormat().headingLevel() == 1
    assert reader.page.document().firstBlock().next().blockFormat().headingLevel() == 0


def test_entering_a_mark_is_announced(reader: Reader, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(reader, "announce", said.append)
    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    reader.set_marks([Mark(1, 5, 7, "透明"), Mark(2, 6, 9, "公平")])
    reader.page.move_caret(4)
    for _ in range(4):
        qtbot.keyClick(reader.page, KEY.Key_Right)
    assert said == ["透明", "公平"]


# ---- texts of any kind


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=60))
def test_any_text_is_stepped_through_by_every_unit(reader: Reader, text: str) -> None:
    reader.set_article(text, Layout.of_lines(text))
    positions = reader.page.sheet.positions
    assert all(positions.from_qt(positions.to_qt(point)) == point for point in range(len(text) + 1))
    for unit in UNITS:
        reader.set_unit(unit)
        reader.page.move_caret(0)
        before = (-1, -1)
        for _ in range(len(text) + 1):
            reader.select_next()
            ends = reader.page.ends()
            if ends == before or ends[0] == ends[1]:
                break
            assert before[1] <= ends[0] < ends[1] <= len(text)
            before = ends


def test_a_long_paragraph_is_cut_where_nothing_belongs_together(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    monkeypatch.setattr(document, "LONGEST_BLOCK", 20)
    monkeypatch.setattr(document, "_CUT_BACK", 8)
    text = "甲" * 15 + "。" + "乙" * 15 + "e\u0301\u0301👩\u200d🔬" + "\n" + "丙" * 50
    sheet = document.build(text, Layout.of_lines(text), None, Theme.load("light"), Look(), 300)
    starts = []
    block = sheet.document.begin()
    while block.isValid():
        starts.append(sheet.positions.from_qt(block.position()))
        block = block.next()
    assert starts[:4] == [0, 16, text.index("👩"), text.index("\n") + 1]
    assert all(sheet.positions.from_qt(sheet.positions.to_qt(point)) == point for point in range(len(text) + 1))
    assert sheet.document.toPlainText().replace("\n", "") == text.replace("\n", "")


@pytest.mark.parametrize("text", ["无。" * 250_000, "\n" * 200_000], ids=["one paragraph", "empty lines"])
def test_extreme_texts_open_step_and_reveal_their_end(text: str, qtbot: QtBot) -> None:
    reader = Reader(Theme.load("light"))
    qtbot.addWidget(reader)
    reader.resize(800, 600)
    reader.show()
    reader.set_article(text, Layout.of_lines(text))
    reader.reveal(len(text) - 1)
    line = line_at(reader.page.document(), reader.page.sheet.positions.to_qt(len(text) - 1))
    assert line is not None
    assert reader.page.scrolled() <= line.top <= reader.page.scrolled() + reader.page.viewport().height()
    for unit in ("sentence", "clause", "character"):
        reader.set_unit(unit)
        reader.page.move_caret(len(text) - 20)
        reader.select_next()
        reader.extend_previous()
        reader.select_previous()
        assert (len(set(reader.page.ends())) == 1) == (not text.strip())


def test_a_text_too_tall_for_qt_is_shown_a_little_smaller(qtbot: QtBot) -> None:
    reader = Reader(Theme.load("light"))
    qtbot.addWidget(reader)
    reader.set_article("\n" * 200_000, Layout.of_lines("\n" * 200_000))
    assert reader.look() == Look()
    assert 90 <= reader.page.look.zoom < 100
    reader.set_article(TEXT, LAYOUT)
    assert reader.page.look == Look()


# ---- laying out


def test_the_first_line_at_a_height_is_found_in_text_tables_and_gaps(qtbot: QtBot) -> None:
    text = "头\n" + "\n".join(f"格{row}\t右{row}长" for row in range(5)) + "\n" + "尾\n" * 30 + "完"
    rows = [Block("row" if "\t" in text[each.start : each.end] else "paragraph", each.start, each.end) for each in _blocks(text)]
    sheet = document.build(text, Layout(tuple(rows)), None, Theme.load("light"), Look(), 400)
    assert sheet.document.size().height() > 500
    whole = list(lines_between(sheet.document, 0, 10_000))
    assert sheet.positions.from_qt(whole[-1].start) == len(text) - 1
    for top in range(0, 1_000, 7):
        seen = {line.start for line in lines_between(sheet.document, top, top + 60)}
        assert {line.start for line in whole if line.bottom >= top and line.top <= top + 60} <= seen


def test_what_is_not_in_view_is_laid_out_in_short_turns(qtbot: QtBot) -> None:
    text = "\n".join("治理算法风险评估公开透明" * 12 for _ in range(3_000))
    reader = Reader(Theme.load("light"))
    qtbot.addWidget(reader)
    reader.resize(900, 600)
    reader.show()
    reader.set_article(text, Layout.of_lines(text))
    document_ = reader.page.document()
    assert first_bare(document_) < document_.blockCount()
    qtbot.waitUntil(lambda: first_bare(document_) == document_.blockCount(), timeout=10_000)
    layout = document_.documentLayout()
    qtbot.waitUntil(lambda: not QAbstractEventDispatcher.instance().registeredTimers(layout), timeout=5_000)
    bottom = place_of(reader, len(text) - 1).y() + reader.page.scrolled()
    assert reader.page.verticalScrollBar().maximum() >= bottom - reader.page.viewport().height()
    reader.resize(600, 600)
    reader.page.settle()
    qtbot.waitUntil(lambda: first_bare(document_) == document_.blockCount(), timeout=10_000)


def _blocks(text: str) -> tuple[Block, ...]:
    return Layout.of_lines(text).blocks
