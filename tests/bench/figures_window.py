"""What one tag costs in the whole window: from the key that is pressed, through the project on disk, until it is painted."""

from __future__ import annotations

import gc
import os
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from db.person import load_person, named, save_person
from db.project import Project
from db.records import ArticleId, Draft, Layout
from tests.bench.calibration import Figure, median
from tests.bench.figures_reader import made_marks, made_text, painted, shown

SIZES = ("30000/300", "1000000/10000")
_CODE = "asgf1.3.1.1.b"
_LENGTH = 12  # code points that are tagged at a time
_TIMES = 15
_READY_MILLISECONDS = 2_000  # what is loaded when nothing else is to be done is there by then


def _make(path: Path, characters: int, count: int) -> None:
    """Make a project with one long article that is full of annotations."""
    text = made_text(characters)
    with Project.create(path) as project, project.change("Bench"):
        article = project.articles.add(Draft("长文", text, Layout.of_lines(text)))
        code = project.codes.by_ref(_CODE)
        for mark in made_marks(characters, count):
            project.annotations.add(article, mark.start, mark.end, codes=[code])


class _Hands:
    """Presses the key that tags with the last codes again, each time on another passage in view."""

    def __init__(self, path: Path) -> None:
        from desktop.app import make_window
        from desktop.settings import Settings

        application = QApplication.instance() or QApplication([])
        assert isinstance(application, QApplication)
        self.window = make_window(application, Settings())
        shown(self.window)
        self.window.projects.open_path(path)
        self.window.view.focus()
        self._at = 0
        QTest.qWait(_READY_MILLISECONDS)
        self.again()
        self.press()  # the first makes what is made when it is first needed

    @property
    def tagged(self) -> int:
        """How many annotations the article has."""
        article = ArticleId(self.window.view.article or 0)
        return len(self.window.session.project.annotations.of(article))

    def again(self) -> None:
        """Select the next passage, and let everything follow."""
        reader = self.window.view.reader
        text = self.window.view.text
        start = next(at for at in range(self._at, len(text)) if "\n" not in text[at : at + _LENGTH])
        self._at = start + _LENGTH
        reader.set_selection(start, start + _LENGTH)
        self.window.watching.look()
        painted(self.window)

    def press(self) -> None:
        """Press the key where the focus is, as a person does, and paint what changed by it."""
        QTest.keyClick(QApplication.focusWidget() or self.window, Qt.Key.Key_R)
        painted(self.window)

    def close(self) -> None:
        """Close the window and the project."""
        self.window.close()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _keys(path: Path) -> tuple[float, float]:
    """Give the median milliseconds of the processor, and those that pass, of a key press that tags."""
    hands = _Hands(path)
    spent, passed, before = [], [], hands.tagged
    for _ in range(_TIMES):
        hands.again()
        gc.collect()
        start = time.process_time(), time.perf_counter()
        hands.press()
        spent.append((time.process_time() - start[0]) * 1_000)
        passed.append((time.perf_counter() - start[1]) * 1_000)
    tagged = hands.tagged - before
    hands.close()
    if tagged != _TIMES:
        raise RuntimeError(f"{_TIMES} keys tagged {tagged} passages")
    return median(spent), median(passed)


def figures(sizes: Sequence[str] = SIZES) -> Iterable[Figure]:
    """Measure each size, given as characters/annotations: the time of the processor, and the time that passes."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        os.environ["GLOSSATOR_HOME"] = str(Path(name) / "home")
        save_person(named(load_person(), "王"))
        for size in sizes:
            characters, count = (int(part) for part in size.split("/"))
            path = Path(name) / f"{characters}.gloss"
            _make(path, characters, count)
            spent, passed = _keys(path)
            yield Figure("window", "tag_whole", size, spent, "ms")
            yield Figure("window", "tag_whole", size, passed, "ms wall")
