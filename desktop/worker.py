"""Run a core function off the window's thread and bring its value or error home; one job at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

from PySide6.QtCore import QObject, Signal

from db.changes import Change
from db.errors import Cancelled, ProjectError
from db.project import Project
from db.records import Progress
from desktop.session import Session

_REPORT_EVERY = 0.05  # seconds between two reports of progress

Work = Callable[[Progress], Any]
ProjectWork = Callable[[Project, Progress], Any]


class Job(QObject):
    """One function run on a thread of its own; its signals arrive in the window's thread."""

    progressed = Signal(int, int)
    succeeded = Signal(object)
    failed = Signal(object)

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._cancel = Event()
        self._reported = 0.0
        self._thread = Thread(target=self._run, name="job")

    def start(self) -> None:
        """Begin; connect the signals before."""
        self._thread.start()

    def cancel(self) -> None:
        """Ask the work to stop at its next report of progress."""
        self._cancel.set()

    def wait(self) -> None:
        """Wait until the thread has ended, and let go of the work: what it holds may hold this job."""
        self._thread.join()
        self._work = _nothing

    def _progress(self, done: int, total: int) -> None:
        if self._cancel.is_set():
            raise Cancelled
        now = time.monotonic()
        if now - self._reported >= _REPORT_EVERY:
            self._reported = now
            self.progressed.emit(done, total)

    def _run(self) -> None:
        try:
            value = self._work(self._progress)
        except BaseException as error:  # whatever it is, the window's thread must hear of it
            self.failed.emit(error)
        else:
            self.succeeded.emit(value)


def _nothing(_progress: Progress) -> None:
    """Stand in for work that is done."""


class Worker(QObject):
    """The one job that runs beside the window; a job that changes the project has a Project of its own on the same file."""

    started = Signal(str)  # what it does, as an English template
    progressed = Signal(int, int)
    ended = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._job: Job | None = None
        self._then: Callable[[Any], None] | None = None
        self._changes: list[Change] | None = None

    @property
    def running(self) -> bool:
        """Whether a job runs."""
        return self._job is not None

    def run(self, label: str, work: Work, then: Callable[[Any], None]) -> bool:
        """Run work that takes and returns values; `then` gets the value in the window's thread. False while another runs."""
        if self._job is not None:
            return False
        self._then = then
        self._job = Job(work, self)
        self._job.progressed.connect(self.progressed)
        self._job.succeeded.connect(self._succeeded)
        self._job.failed.connect(self._failed)
        self.started.emit(label)
        self._job.start()
        return True

    def change(self, label: str, work: ProjectWork, then: Callable[[Any], None]) -> bool:
        """Run work that changes the project; the window reads on meanwhile, and the end arrives as one `changed`."""
        if self._job is not None or not self._session.editable:
            return False
        path, person, me = self._session.project.path, self._session.person, self._session.project.me
        changes: list[Change] = []

        def on_own_project(progress: Progress) -> Any:
            with Project.open(path, person=person) as project:
                project.code_as(me)
                project.on_change(changes.append)
                return work(project, progress)

        self._changes = changes
        self._session.begin_job(label)
        return self.run(label, on_own_project, then)

    def cancel(self) -> None:
        """Stop the job; a change is rolled back."""
        if self._job is not None:
            self._job.cancel()

    def stop(self) -> None:
        """Cancel and wait, for closing: a thread must not outlive the window."""
        if self._job is not None:
            self._job.cancel()
            self._job.wait()
            self._end()

    def _end(self) -> None:
        job, self._job, self._then = self._job, None, None
        changes, self._changes = self._changes, None
        if job is None:
            return
        job.wait()
        job.progressed.disconnect(self.progressed)
        job.succeeded.disconnect(self._succeeded)
        job.failed.disconnect(self._failed)
        job.deleteLater()
        if changes is not None:
            self._session.end_job(_joined(changes))
        self.ended.emit()

    def _succeeded(self, value: object) -> None:
        if self._job is None:  # stopped while the call was on its way
            return
        then = self._then
        self._end()
        if then is not None:
            then(value)

    def _failed(self, error: BaseException) -> None:
        if self._job is None:
            return
        self._end()
        if not isinstance(error, ProjectError):
            raise error
        self._session.tell(error)


def _joined(changes: list[Change]) -> Change | None:
    """Make one notice of several changes: the last one's words with everybody's tables."""
    if len(changes) < 2:
        return changes[0] if changes else None
    last = changes[-1]
    counts: dict[str, int] = {}
    for change in changes:
        for table, count in change.counts.items():
            counts[table] = counts.get(table, 0) + count
    return Change(last.id, last.kind, last.label, last.coder, last.at, counts, last.state)
