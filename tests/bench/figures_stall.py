"""How long the window keeps still, and how fast pages come in, while thousands of them are imported beside it."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication

from db.person import load_person, named, save_person
from db.project import Project
from db.records import Draft, Layout
from desktop.main_window import MainWindow
from tests.bench.calibration import Figure
from tests.bench.figures_import import resident
from tests.bench.figures_reader import made_text, shown
from tests.bench.pages import made_page

PAGES = 10_000
_BEAT, _SCROLL = 5, 100  # milliseconds
_LONGEST_WAIT = 600  # seconds
_READY_MILLISECONDS = 2_000  # what is loaded when nothing else is to be done is there by then


class Heart(QObject):
    """Beats in the window's thread, scrolls the text as a reader does, and keeps the longest time between two beats."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        self._last = self._scrolled = time.perf_counter()
        self.gaps: list[float] = []
        self._timer = QTimer(self)
        self._timer.setInterval(_BEAT)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.gaps.append((now - self._last) * 1_000 - _BEAT)
        self._last = now
        if (now - self._scrolled) * 1_000 >= _SCROLL:
            self._scrolled = now
            bar = self._window.view.reader.page.verticalScrollBar()
            bar.setValue((bar.value() + 40) % max(1, bar.maximum()))


def _wait(milliseconds: int) -> None:
    """Let the window live on as its own loop does; QTest.qWait keeps Python's lock, so other threads would stand still."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _files(folder: Path, count: int) -> Path:
    inside = folder / "pages"
    inside.mkdir()
    for number in range(count):
        (inside / f"{number}.md").write_bytes(made_page(number))
    return inside


def stalls(folder: Path, count: int) -> tuple[list[float], float, tuple[float, float]]:
    """Import so many pages into an open project: the times between beats in milliseconds, seconds, MB before and after."""
    from desktop.app import make_window
    from desktop.settings import Settings

    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    pages, path, text = _files(folder, count), folder / "open.gloss", made_text(30_000)
    with Project.create(path) as project:
        project.articles.add(Draft("长文", text, Layout.of_lines(text)))
    window = make_window(application, Settings())
    shown(window)
    window.projects.open_path(path)
    _wait(_READY_MILLISECONDS)
    gc.freeze()  # as the application does when its window is ready
    before, heart, start = resident(), Heart(window), time.perf_counter()
    window.imports.take([pages])
    while window.worker.running and time.perf_counter() - start < _LONGEST_WAIT:
        _wait(50)
    seconds = time.perf_counter() - start
    _wait(_READY_MILLISECONDS)  # lists follow, reprints are looked for
    after, found = resident(), window.session.project.articles.count()
    window.close()
    window.deleteLater()
    heart.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if found != count + 1:
        raise RuntimeError(f"{count} files gave {found - 1} articles")
    return heart.gaps, seconds, (before, after)


def figures() -> Iterable[Figure]:
    """Measure the longest time between two beats of the window while it imports."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        os.environ["GLOSSATOR_HOME"] = str(Path(name) / "home")
        save_person(named(load_person(), "王"))
        gaps, seconds, (before, after) = stalls(Path(name), PAGES)
        yield Figure("stall", "longest_stall", str(PAGES), max(gaps), "ms wall")
        yield Figure("stall", "articles_per_second", str(PAGES), PAGES / seconds, "1/s")
        if sys.platform != "win32":
            yield Figure("stall", "memory", str(PAGES), after, "MB", "before the import", before)
