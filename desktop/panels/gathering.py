"""What is gathered from all texts of a project, off the window's thread; what takes long is told, and can be stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from db.errors import Cancelled, ProjectError
from db.records import Progress
from db.search.searcher import Searcher
from desktop.panels.searching import Lane

_PATIENCE = 500  # milliseconds until one is told that something runs
_REPORT_EVERY = 0.05  # seconds between two reports of progress
_NAME = "gather"

Work = Callable[[Searcher, Progress], Any]


class Gathering(QObject):
    """Does the work asked for last; an older one gives way to a newer."""

    done = Signal(object)  # the value of the work
    failed = Signal(object)  # ProjectError
    cancelled = Signal()  # by the person
    delayed = Signal(str)  # it takes long: what runs, as an English template
    progressed = Signal(int, int)
    ended = Signal()  # what was delayed runs no more

    def __init__(self, label: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._label = label
        self._stop = Event()
        self._told = False  # that it takes long
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PATIENCE)
        self._timer.timeout.connect(self._tell)
        self._lane = Lane(self)
        self._lane.done.connect(self._succeeded)
        self._lane.failed.connect(self._failed)

    @property
    def busy(self) -> bool:
        """Whether somebody waits for a work."""
        return self._lane.is_asked(_NAME)

    def run(self, path: Path, work: Work) -> None:
        """Do a work on a project's file, as soon as the one that runs has stopped."""
        self.forget()
        stop = self._stop = Event()
        reported = 0.0

        def progress(done: int, total: int) -> None:
            nonlocal reported
            if stop.is_set():
                raise Cancelled
            now = time.monotonic()
            if now - reported >= _REPORT_EVERY:
                reported = now
                self.progressed.emit(done, total)

        def gather(searcher: Searcher) -> Any:
            return work(searcher, progress)

        self._timer.start()
        self._lane.ask(path, _NAME, gather)

    def forget(self) -> None:
        """Drop what runs; nobody hears of it."""
        self._stop.set()
        self._lane.drop()
        self._end()

    def cancel(self) -> None:
        """Drop what runs because the person does not want to wait for it."""
        if self.busy:
            self.forget()
            self.cancelled.emit()

    def close(self) -> None:
        """Stop, wait for the thread to end and close the connection."""
        self._stop.set()
        self._lane.close()
        self._end()

    def _tell(self) -> None:
        self._told = True
        self.delayed.emit(self._label)

    def _end(self) -> None:
        self._timer.stop()
        told, self._told = self._told, False
        if told:
            self.ended.emit()

    def _succeeded(self, _name: str, value: object) -> None:
        self._end()
        self.done.emit(value)

    def _failed(self, _name: str, error: ProjectError) -> None:
        self._end()
        self.failed.emit(error)
