"""What the reader costs: first paint, one more tag, a page, a resize, a zoom, and memory; beside a format per highlight.

All times are CPU times until everything that changed is really painted; the baseline does the same work in the same run.
"""

from __future__ import annotations

import gc
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTextEdit, QWidget

from db.records import Layout
from desktop.reader.intervals import Mark
from desktop.reader.reader import Look, Reader
from desktop.theme import BRANCHES, Theme
from tests.bench.calibration import Figure, median

SIZES = ("30000/300", "200000/2000", "1000000/10000")
BASELINE = "format per highlight"
_WORDS = "算法偏见数据安全治理责任模型评估公开透明申诉监测伦理风险可控发展应当依据记录理由社会公平国际合作，。；"
_WINDOW = (1_100, 800)
_TAGS, _PAGES = 15, 40
_WIDTHS, _ZOOMS = (800, 1_100, 760, 1_100, 780), (125, 100, 150, 100, 125)


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

    def resize(self, width: int) -> None:
        """Make the window wider or narrower."""
        self.edit.resize(width, _WINDOW[1])
        painted(self.edit)

    def zoom(self, percent: int) -> None:
        """Show the text larger or smaller."""
        font = self.edit.font()
        font.setPixelSize(self._theme.size("text") * percent // 100)
        self.edit.setFont(font)
        painted(self.edit)

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


def _first_paint(text: str, marks: Sequence[Mark], repeat: int) -> tuple[Reader, float]:
    """Give a reader with a text, and the median of setting text and marks until they are painted in an empty window."""
    times = []
    for turn in range(repeat):
        reader = _empty()
        layout = Layout.of_lines(text)
        start = time.process_time()
        reader.set_article(text, layout)
        reader.set_marks(marks)
        painted(reader)
        times.append((time.process_time() - start) * 1_000)
        if turn + 1 < repeat:
            _let_go(reader)
    return reader, median(times)


def _empty() -> Reader:
    reader = Reader(Theme.load("light"))
    reader.set_article("一", Layout.of_lines("一"))  # the window and the fonts are there
    shown(reader)
    return reader


def _let_go(reader: Reader) -> None:
    reader.close()
    reader.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def grown(size: str) -> float:
    """Give the megabytes that a text with its marks takes, all of it laid out, over an empty window."""
    Theme.load("light").apply(_application())
    characters, count = _numbers(size)
    text, marks = made_text(characters), made_marks(characters, count)
    reader = _empty()
    before = memory()
    reader.set_article(text, Layout.of_lines(text))
    reader.set_marks(marks)
    painted(reader)
    document = reader.page.sheet.document
    document.documentLayout().blockBoundingRect(document.lastBlock())
    painted(reader)
    return memory() - before


def _memory(size: str) -> float:
    """Measure in a process of its own: in this one, what earlier texts have left would be used again."""
    command = [sys.executable, "-m", "tests.bench.figures_reader", size]
    return float(subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout)


def _application() -> QApplication:
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    return application


def _numbers(size: str) -> tuple[int, int]:
    characters, count = (int(part) for part in size.split("/"))
    return characters, count


def _tag(reader: Reader, marks: Sequence[Mark]) -> float:
    """Give the median of one more mark in view until it is painted."""
    times = []
    for turn in range(_TAGS):
        mark = Mark(len(marks) + turn, 20 + turn, 60 + turn, "2.1 以人为本", "principles", "王", codes=1)

        def tag(mark: Mark = mark) -> None:
            reader.change_marks([mark])
            painted(reader)

        times.append(cpu(tag))
    reader.set_marks(marks)
    painted(reader)
    return median(times)


def _pages(page: QTextEdit, window: QWidget) -> float:
    bar = page.verticalScrollBar()
    times = []
    for _ in range(_PAGES):

        def turn() -> None:
            bar.setValue(bar.value() + bar.pageStep())
            painted(window)

        times.append(cpu(turn))
    return sorted(times)[int(0.95 * len(times))]


def _median_of(work: Callable[[int], None], values: Sequence[int]) -> float:
    return median([cpu(partial(work, value)) for value in values])


def _resize(reader: Reader, width: int) -> None:
    reader.resize(width, _WINDOW[1])
    reader.page.settle()
    painted(reader)


def _zoom(reader: Reader, percent: int) -> None:
    reader.set_look(Look(percent))
    painted(reader)


def figures(sizes: Sequence[str] = SIZES) -> Iterable[Figure]:
    """Measure each size, given as characters/annotations; the largest takes the baseline most of a minute."""
    Theme.load("light").apply(_application())
    for size in sizes:
        characters, count = _numbers(size)
        text, marks = made_text(characters), made_marks(characters, count)
        reader, first = _first_paint(text, marks, 5 if characters < 500_000 else 3)
        usual = FormatPerHighlight(text, marks)
        yield _compared("first_paint", size, first, cpu(usual.first_paint))
        yield _compared("tag", size, _tag(reader, marks), cpu(usual.tag))
        yield _compared("resize", size, _median_of(partial(_resize, reader), _WIDTHS), _median_of(usual.resize, _WIDTHS))
        yield _compared("zoom", size, _median_of(partial(_zoom, reader), _ZOOMS), _median_of(usual.zoom, _ZOOMS))
        yield _compared("page_p95", size, _pages(reader.page, reader), _pages(usual.edit, usual.edit))
        reader.set_place(characters // 2)  # what lies above the place one reads at is laid out too; the baseline loses the place
        yield Figure("reader", "resize_middle", size, _median_of(partial(_resize, reader), _WIDTHS), "ms")
        yield Figure("reader", "zoom_middle", size, _median_of(partial(_zoom, reader), _ZOOMS), "ms")
        yield Figure("reader", "memory", size, _memory(size), "MB")
        usual.close()
        _let_go(reader)


def _compared(name: str, size: str, value: float, baseline: float) -> Figure:
    return Figure("reader", name, size, value, "ms", BASELINE, baseline)


if __name__ == "__main__":
    print(grown(sys.argv[1]))
