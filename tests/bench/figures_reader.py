"""What the reader costs: first paint, one more tag, a page, a resize, a zoom, and memory; beside a format per highlight."""

from __future__ import annotations

import gc
import os
import random
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTextEdit, QWidget

from db.records import Layout
from desktop.reader.intervals import Mark
from desktop.reader.reader import Reader
from desktop.theme import BRANCHES, Theme
from tests.bench.calibration import Figure, median

SIZES = ("30000/300", "200000/2000", "1000000/10000")
BASELINE = "format per highlight"
_WORDS = "算法偏见数据安全治理责任模型评估公开透明申诉监测伦理风险可控发展应当依据记录理由社会公平国际合作，。；"
_WINDOW = (1_100, 800)


def made_text(characters: int) -> str:
    """Make Chinese paragraphs of 60 to 300 characters, the same ones every time."""
    chance = random.Random(7)
    parts, length = [], 0
    while length < characters:
        parts.append("".join(chance.choices(_WORDS, k=min(chance.randint(60, 300), characters - length))))
        length += len(parts[-1]) + 1
    return "\n".join(parts)


def made_marks(characters: int, count: int) -> list[Mark]:
    """Make marks of 5 to 60 characters all over a text, some of them overlapping."""
    chance = random.Random(11)
    starts = sorted(chance.randrange(characters - 80) for _ in range(count))
    return [
        Mark(number, start, start + chance.randint(5, 60), "3.1.1(b) 偏见歧视", chance.choice(BRANCHES), "王", codes=1)
        for number, start in enumerate(starts)
    ]


def shown(widget: QWidget) -> None:
    """Show a window and wait until it is really there: what is not exposed is not painted."""
    widget.resize(*_WINDOW)
    widget.show()
    QTest.qWaitForWindowExposed(widget)
    painted(widget)


def painted(widget: QWidget) -> None:
    """Paint all that waits to be painted: one pixel now takes the rest with it."""
    QCoreApplication.sendPostedEvents()
    widget.repaint(0, 0, 1, 1)


def cpu(work: Callable[[], object]) -> float:
    """Give the CPU milliseconds of one call."""
    gc.collect()
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1_000


def memory() -> float:
    """Give the megabytes this process holds; 0 where the system does not tell."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text("ascii").split()[1]) * 4_096 / 1e6 if statm.exists() else 0.0


class FormatPerHighlight:
    """The usual way, for comparison: every highlight is a character format in the document, made anew at each change."""

    def __init__(self, text: str, marks: Sequence[Mark]) -> None:
        self.edit = QTextEdit()
        self.edit.setReadOnly(True)
        shown(self.edit)
        self._text, self._marks, self._theme = text, marks, Theme.load("light")

    def first_paint(self) -> None:
        """Set the text and all formats."""
        self.edit.setPlainText(self._text)
        self._highlight()

    def tag(self) -> None:
        """Take all formats away and set them again, with one more."""
        cursor = QTextCursor(self.edit.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.setCharFormat(QTextCharFormat())
        self._highlight()

    def _highlight(self) -> None:
        cursor = QTextCursor(self.edit.document())
        for mark in self._marks:
            shape = QTextCharFormat()
            shape.setBackground(self._theme.wash(self._theme.branch(mark.branch), "rest"))
            cursor.setPosition(mark.start)
            cursor.setPosition(mark.end, QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(shape)
        painted(self.edit)

    def close(self) -> None:
        """Let the widget go."""
        self.edit.close()
        self.edit.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _first_paint(text: str, marks: Sequence[Mark], repeat: int) -> tuple[Reader, float, float]:
    times, grown = [], 0.0
    for turn in range(repeat):
        reader = Reader(Theme.load("light"))
        reader.set_article("一", Layout.of_lines("一"))  # the window and the fonts are there
        shown(reader)
        before = memory()
        layout = Layout.of_lines(text)
        start = time.process_time()
        reader.set_article(text, layout)
        reader.set_marks(marks)
        painted(reader)
        times.append((time.process_time() - start) * 1_000)
        grown = grown or memory() - before
        if turn + 1 < repeat:
            reader.close()
            reader.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return reader, median(times), grown


def _tag(reader: Reader, marks: Sequence[Mark]) -> float:
    times = []
    for turn in range(9):
        more = [*marks, Mark(len(marks) + turn, 20, 60, "2.1 以人为本", "principles", "王", codes=1)]

        def tag(more: list[Mark] = more) -> None:
            reader.set_marks(more)
            painted(reader)

        times.append(cpu(tag))
    return median(times)


def _pages(reader: Reader) -> float:
    bar = reader.page.verticalScrollBar()
    times = []
    for _ in range(40):

        def turn() -> None:
            bar.setValue(bar.value() + bar.pageStep())
            painted(reader)

        times.append(cpu(turn))
    return sorted(times)[int(0.95 * len(times))]


def _resize(reader: Reader) -> float:
    times = []
    for width in (800, 1_100, 760, 1_100, 780):

        def resize(width: int = width) -> None:
            reader.resize(width, _WINDOW[1])
            reader.page.settle()
            painted(reader)

        times.append(cpu(resize))
    reader.resize(*_WINDOW)
    reader.page.settle()
    return median(times)


def _zoom(reader: Reader) -> float:
    times = []
    for percent in (125, 100, 150, 100):

        def zoom(percent: int = percent) -> None:
            reader.set_zoom(percent)
            painted(reader)

        times.append(cpu(zoom))
    return median(times)


def figures(sizes: Sequence[str] = SIZES) -> Iterable[Figure]:
    """Measure each size, given as characters/annotations."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    Theme.load("light").apply(application)
    for size in sizes:
        characters, count = (int(part) for part in size.split("/"))
        text, marks = made_text(characters), made_marks(characters, count)
        reader, first, grown = _first_paint(text, marks, 5 if characters < 500_000 else 3)
        usual = FormatPerHighlight(text, marks) if count <= 2_000 else None  # beyond, it takes the better part of a minute
        yield _compared("first_paint", size, first, cpu(usual.first_paint) if usual else None)
        yield _compared("tag", size, _tag(reader, marks), cpu(usual.tag) if usual else None)
        yield Figure("reader", "resize", size, _resize(reader), "ms")
        yield Figure("reader", "zoom", size, _zoom(reader), "ms")
        yield Figure("reader", "page_p95", size, _pages(reader), "ms")
        yield Figure("reader", "memory", size, grown, "MB")
        if usual:
            usual.close()
        reader.close()
        reader.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _compared(name: str, size: str, value: float, baseline: float | None) -> Figure:
    return Figure("reader", name, size, value, "ms", BASELINE if baseline is not None else "", baseline)
