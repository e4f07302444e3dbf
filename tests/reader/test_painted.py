"""What is painted is what is stored: marks stand under their own characters, whatever the text holds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtGui import QImage, QTextCursor
from pytestqt.qtbot import QtBot

from db.records import Block, BlockKind, Inline, Layout
from desktop.reader.highlights import LANES
from desktop.reader.lines import lines_between
from desktop.reader.reader import Mark, Reader
from desktop.theme import Theme

ODD = [
    "治理",
    "风险可控",
    "word",
    "a b ",
    "𠮷",
    "😀",
    "👩‍👩‍👧",
    "e\u0301x",
    "שלום",
    "عربي",
    "ＡＢ１",
    "，。",
    "\t",
    "\u00a0",
    "\u3000",
    "\u2028",
    "\u200b",
]
ONE_WAY = [piece for piece in ODD if piece not in ("שלום", "عربي")]
KINDS: list[BlockKind] = ["paragraph", "heading", "item", "quote", "row", "figure", "code"]
SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
BOTTOM = 1e6  # below everything
Blocks = list[tuple[BlockKind, str]]


def blocks_of(pieces: list[str]) -> st.SearchStrategy[Blocks]:
    words = st.lists(st.sampled_from(pieces), max_size=30).map("".join)
    return st.lists(st.tuples(st.sampled_from(KINDS), words), min_size=1, max_size=5)


@pytest.fixture
def reader(qtbot: QtBot) -> Iterator[Reader]:
    reader = Reader(Theme.load("light"))
    qtbot.addWidget(reader)
    reader.resize(620, 900)
    reader.show()
    qtbot.waitExposed(reader).__enter__()
    yield reader
    reader.close()


def shown(reader: Reader, blocks: Blocks) -> str:
    """Show blocks, and give their text."""
    made: list[Block] = []
    at = 0
    for kind, words in blocks:
        made.append(Block(kind, at, at + len(words), 1, "•" if kind == "item" else ""))
        at += len(words) + 1
    text = "\n".join(words for _, words in blocks)
    reader.set_article(text, Layout(tuple(made)))
    return text


def whole(reader: Reader, point: int) -> int:
    """Give the next code point that no character made of several (a flag, a letter with its accent) is cut at."""
    document, to_qt = reader.page.sheet.document, reader.page.sheet.positions.to_qt
    while point < len(reader.page.text):
        block = document.findBlock(to_qt(point))
        if block.layout().isValidCursorPosition(to_qt(point) - block.position()):
            break
        point += 1
    return point


def some_span(reader: Reader, data: st.DataObject, text: str) -> tuple[int, int]:
    assume(text)
    start = whole(reader, data.draw(st.integers(0, len(text) - 1)))
    end = whole(reader, data.draw(st.integers(start, len(text))))
    assume(start < end)
    return start, end


def rects_of(reader: Reader, start: int, end: int) -> list[QRectF]:
    """Give where a span is painted, in the viewport."""
    sheet = reader.page.sheet
    first, last = sheet.positions.to_qt(start), sheet.positions.to_qt(end)
    return [
        QRectF(left, line.top - reader.page.scrolled(), right - left, line.size)
        for line in lines_between(sheet.document, 0, BOTTOM)
        for left, right in line.spans(first, last, sheet.both_ways)
    ]


def image_of(reader: Reader) -> QImage:
    return reader.page.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def changed(one: QImage, other: QImage, rows: range) -> tuple[int, int] | None:
    """Give the first and the last column that differ in some rows of two pictures."""
    width = one.width()
    differing = [row for row in rows if one.copy(0, row, width, 1) != other.copy(0, row, width, 1)]
    columns = {x for row in differing for x in range(width) if one.pixel(x, row) != other.pixel(x, row)}
    return (min(columns), max(columns)) if columns else None


@settings(max_examples=60, suppress_health_check=SLOW)
@given(blocks=blocks_of(ONE_WAY), data=st.data())
def test_what_is_under_a_painted_mark_belongs_to_it(reader: Reader, blocks: Blocks, data: st.DataObject) -> None:
    text = shown(reader, blocks)
    start, end = some_span(reader, data, text)
    for rect in rects_of(reader, start, end):
        for x in (rect.left() + 1.5, rect.center().x(), rect.right() - 1.5) if rect.width() > 3 else ():
            point = reader.page.point_under(QPointF(x, rect.center().y()))
            assert point is not None
            assert start <= point < end


@settings(max_examples=60, suppress_health_check=SLOW)
@given(blocks=blocks_of(ONE_WAY), data=st.data())
def test_what_stands_outside_a_mark_is_not_under_it(reader: Reader, blocks: Blocks, data: st.DataObject) -> None:
    text = shown(reader, blocks)
    start, end = some_span(reader, data, text)
    for rect in [*rects_of(reader, 0, start), *rects_of(reader, end, len(text))]:
        if rect.width() > 3:
            point = reader.page.point_under(rect.center())
            assert point is not None
            assert not start <= point < end


@settings(max_examples=60, suppress_health_check=SLOW)
@given(blocks=blocks_of(ODD), data=st.data())
def test_a_mark_and_what_is_around_it_share_the_line_whichever_way_it_is_written(
    reader: Reader, blocks: Blocks, data: st.DataObject
) -> None:
    text = shown(reader, blocks)
    start, end = some_span(reader, data, text)
    lines: dict[float, list[QRectF]] = {}
    for span in ((0, start), (start, end), (end, len(text))):
        for rect in rects_of(reader, *span):
            lines.setdefault(rect.top(), []).append(rect)
    whole_width = sum(rect.width() for rect in rects_of(reader, 0, len(text)))
    assert sum(rect.width() for rects in lines.values() for rect in rects) == pytest.approx(whole_width, abs=3 * len(lines))
    for rects in lines.values():
        for one, other in pairwise(sorted(rects, key=QRectF.left)):
            assert one.right() <= other.left() + 1


@settings(max_examples=40, suppress_health_check=SLOW)
@given(
    pieces=st.lists(st.sampled_from([p for p in ONE_WAY if p not in ("\u2028", "\t")]), min_size=2, max_size=8), data=st.data()
)
def test_a_fill_and_its_underline_begin_and_end_where_qt_has_the_caret(
    reader: Reader, pieces: list[str], data: st.DataObject
) -> None:
    text = shown(reader, [("paragraph", "字" + "".join(pieces) + "字")])
    start, end = some_span(reader, data, text)
    cursor = QTextCursor(reader.page.sheet.document)
    edges = []
    for point in (start, end):
        cursor.setPosition(reader.page.sheet.positions.to_qt(point))
        edges.append(reader.page.cursorRect(cursor))
    assume(edges[0].y() == edges[1].y() and edges[1].center().x() - edges[0].center().x() > 8)
    (rect,) = rects_of(reader, start, end)
    bare = image_of(reader)
    reader.set_marks([Mark(1, start, end, "码", "inherent")])
    marked = image_of(reader)
    fill = changed(bare, marked, range(int(rect.top()), int(rect.bottom())))
    line = changed(bare, marked, range(int(rect.bottom() + 0.17 * rect.height()) + 1, int(rect.bottom() + 0.6 * rect.height())))
    assert fill is not None
    assert line is not None
    for first, last in (fill, line):
        assert first == pytest.approx(edges[0].center().x(), abs=2)
        assert last + 1 == pytest.approx(edges[1].center().x(), abs=3)


def test_marks_in_a_table_stand_in_their_cells(reader: Reader) -> None:
    text = shown(reader, [("row", "主体\t责任\t期限"), ("row", "企业😀\t评估\t三十日"), ("paragraph", "完")])
    for words in ("责任", "企业😀", "评估", "三十日"):
        start = text.index(words)
        (rect,) = rects_of(reader, start, start + len(words))
        assert reader.page.point_under(rect.center()) in range(start, start + len(words))
    left, right = (rects_of(reader, text.index(words), text.index(words) + 2)[0] for words in ("评估", "三十"))
    assert left.top() == right.top()
    assert left.right() < right.left()


def test_a_paragraph_of_half_a_million_characters_has_marks_at_its_start_middle_and_end(reader: Reader) -> None:
    text = shown(reader, [("paragraph", "无论😀" * 166_666 + "终点")])
    spots = (0, 250_000, len(text) - 2)
    reader.set_marks([Mark(number, start, start + 2, f"码{number}", "own") for number, start in enumerate(spots)])
    for number, start in enumerate(spots):
        reader.reveal(start)
        assert [label.mark.id for label in reader.page.margin.labels()] == [number]
        top, height = reader.page.scrolled(), reader.page.viewport().height()
        line = next(
            each
            for each in lines_between(reader.page.sheet.document, top, top + height)
            if each.start <= reader.page.sheet.positions.to_qt(start) < each.end
        )
        first, last = (reader.page.sheet.positions.to_qt(point) for point in (start, start + 2))
        ((left, right),) = line.spans(first, last, False)
        assert reader.page.point_under(QPointF(left + 2, line.top + 5 - top)) == start
        assert right - left > 10
        assert not image_of(reader).isNull()


def test_two_hundred_thousand_empty_lines_have_marks(reader: Reader) -> None:
    text = "\n" * 100_000 + "字" + "\n" * 100_000
    reader.set_article(text, Layout.of_lines(text))
    reader.set_marks([Mark(1, 5, 9, "空", "own"), Mark(2, 99_990, 100_010, "中", "own"), Mark(3, 199_000, 199_001, "末", "own")])
    for id, point in ((1, 5), (2, 99_990), (3, 199_000)):
        reader.reveal(point)
        assert [label.mark.id for label in reader.page.margin.labels()] == [id]
        assert not image_of(reader).isNull()
    assert [mark.id for mark in reader.marks_at(100_000)] == [2]


def test_a_link_on_a_fill_can_be_read(reader: Reader) -> None:
    text = "说明见国家网信办的公告。"
    reader.set_article(text, Layout((Block("paragraph", 0, len(text)),), (Inline("link", 3, 10, "https://example.org/"),)))
    marks = [Mark(1, 0, 12, "甲", "inherent"), Mark(2, 2, 11, "乙", "technical")]
    reader.set_marks(marks)
    reader.set_current(1)
    (rect,) = rects_of(reader, 3, 4)
    painted = image_of(reader).pixelColor(rect.topLeft().toPoint() + QPoint(1, -1))
    highlights, theme = reader.page.highlights, reader.page.theme
    washes = [("technical", "rest"), ("inherent", "current")]  # the current one is on top
    assert painted == highlights.ground(washes, (theme.colours["link"],))
    assert painted != highlights.ground(washes)


def test_more_marks_than_lanes_are_counted_in_the_margin(reader: Reader) -> None:
    text = shown(reader, [("paragraph", "治理算法风险评估公开透明。" * 12)])
    few = [Mark(number, number, 100 + number, "", "own") for number in range(LANES)]
    reader.set_marks(few)
    bare = reader.page.margin.grab().toImage()
    reader.set_marks([*few, Mark(9, 10, 90, "", "own")])
    more = reader.page.margin.grab().toImage()
    assert len(text) > 110
    assert more != bare  # no label, no lane, and yet something tells of it
    reader.change_marks([], [9])
    assert reader.page.margin.grab().toImage() == bare


def test_lanes_in_the_margin_show_how_far_marks_of_several_lines_reach(reader: Reader) -> None:
    text = shown(reader, [("paragraph", "治理算法风险评估公开透明。" * 12)])
    empty = reader.page.margin.grab().toImage()
    reader.set_marks([Mark(1, 0, 4, "", "own")])
    assert reader.page.margin.grab().toImage() == empty
    reader.set_marks([Mark(1, 0, len(text), "", "own")])
    lane = reader.page.margin.grab().toImage()
    rects = rects_of(reader, 0, len(text))
    rows = [row for row in range(lane.height()) if changed(empty, lane, range(row, row + 1))]
    assert len(rects) > 3
    assert rows[0] == pytest.approx(rects[0].top(), abs=10)
    assert rows[-1] == pytest.approx(rects[-1].bottom(), abs=10)
