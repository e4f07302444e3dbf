"""Searches off the window's thread: one query at a time on a connection of its own; an older query gives way to a newer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from db.errors import Cancelled, ProjectError
from db.records import Progress
from db.search.searcher import Results, Searcher
from desktop.worker import Job

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """One query, with the kinds of records to search (none: all) and whose eyes it is for."""

    query: str
    kinds: Sequence[str]
    me: int


class SearchRunner(QObject):
    """Runs the query asked for last; results of older ones are dropped."""

    found = Signal(object)  # Results
    failed = Signal(object)  # ProjectError

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._searcher: Searcher | None = None
        self._job: Job | None = None
        self._next: Wanted | None = None

    def run(self, path: Path, wanted: Wanted) -> None:
        """Run a query on a project's file, as soon as the one that runs has stopped."""
        if self._path != path:
            self.close()
            self._path = path
        self._next = wanted
        if self._job is None:
            self._start()
        elif self._searcher is not None:
            self._searcher.interrupt()

    def forget(self) -> None:
        """Drop the query that runs."""
        self._next = None
        if self._job is not None:
            self._unhook()

    def close(self) -> None:
        """Stop, wait for the thread to end and close the connection."""
        self._next = None
        self._unhook()
        if self._searcher is not None:
            self._searcher.close()
        self._searcher, self._path = None, None

    def _start(self) -> None:
        wanted, self._next = self._next, None
        if wanted is None or self._path is None:
            return
        try:
            searcher = self._searcher = self._searcher or Searcher.open(self._path)
        except ProjectError as error:
            self.failed.emit(error)
            return

        def work(_progress: Progress) -> Results:
            return searcher.run(wanted.query, kinds=wanted.kinds or None, limit=MOST_SHOWN, me=wanted.me)

        self._job = Job(work, self)
        self._job.succeeded.connect(self._succeeded)
        self._job.failed.connect(self._failed)
        self._job.start()

    def _unhook(self) -> None:
        """Wait for the thread that runs, without hearing what it found."""
        job, self._job = self._job, None
        if job is None:
            return
        if self._searcher is not None:
            self._searcher.interrupt()
        job.wait()
        job.succeeded.disconnect(self._succeeded)
        job.failed.disconnect(self._failed)
        job.deleteLater()

    def _is_heard(self) -> bool:
        """Whether the job that calls is the one that runs: a call queued before a job was dropped still comes."""
        return self._job is not None and self.sender() is self._job

    def _succeeded(self, results: object) -> None:
        if not self._is_heard():
            return
        self._unhook()
        if self._next is None:
            self.found.emit(results)
        self._start()

    def _failed(self, error: BaseException) -> None:
        if not self._is_heard():
            return
        self._unhook()
        if self._next is None and isinstance(error, ProjectError) and not isinstance(error, Cancelled):
            self.failed.emit(error)
        self._start()
        if not isinstance(error, ProjectError):
            raise error
