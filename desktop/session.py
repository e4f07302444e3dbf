"""The open project and its signals: the one place where Qt meets the core."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from db.changes import Change
from db.errors import ProjectError, ProjectReadOnly
from db.person import Person, load_person, save_person
from db.project import Project
from desktop.alike import Alike

Result = TypeVar("Result")
_IDLE_MILLISECONDS = 1_000


@dataclass(frozen=True, slots=True)
class FrozenState:
    """A frozen state as it is shown: its name, when it was frozen (UTC, ISO 8601), and the bundle that holds it."""

    name: str
    at: str
    bundle: Path


class Session(QObject):
    """Holds the open project; `changed` carries what a change touched, whoever made it."""

    opened = Signal()
    closed = Signal()
    changed = Signal(object)  # db.changes.Change
    freed = Signal()  # a job has given the pen back, whatever it did: what may be edited is to be shown again

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self._busy = ""
        self._state: FrozenState | None = None
        self._is_sample = False
        self.person: Person = load_person()
        self.alike = Alike(self)
        self.changed.connect(self.alike.follow)
        self.closed.connect(self.alike.forget)
        # Where words for the person go: set by the window (a bar above the text), plain callables by rule.
        self.tell: Callable[[ProjectError], None] = _silent
        self.done: Callable[[Change], None] = _silent
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(_IDLE_MILLISECONDS)
        self._idle.timeout.connect(self._rest)

    @property
    def project(self) -> Project:
        """The open project; callers make sure that there is one."""
        assert self._project is not None, "no project is open"
        return self._project

    @property
    def state(self) -> FrozenState | None:
        """The frozen state that is shown, if what is open is one."""
        return self._state

    @property
    def is_sample(self) -> bool:
        """Whether what is open is a copy of the sample project, which is there to be tried and thrown away."""
        return self._is_sample

    @property
    def name(self) -> str:
        """What the open project is called: its file's name, or that of the frozen state."""
        return self._state.name if self._state is not None else self.project.path.stem

    @property
    def file(self) -> Path:
        """The file that a person opened: the project's own, or the bundle of a frozen state."""
        return self._state.bundle if self._state is not None else self.project.path

    @property
    def is_open(self) -> bool:
        """Whether a project is open."""
        return self._project is not None

    @property
    def editable(self) -> bool:
        """Whether the project can be changed now: it is open, writable and no job is changing it."""
        return self._project is not None and self._project.writable and not self._busy

    @property
    def busy(self) -> str:
        """What a job is doing to the project now, as an English template; empty when none is."""
        return self._busy

    def open(self, path: Path, *, sample: bool = False) -> bool:
        """Open a project in place of the open one; tells what is wrong with it and keeps the open one."""
        project = self.attempt(lambda: Project.open(path, person=self.person))
        if project is None:
            return False
        self._take(project, sample=sample)
        return True

    def open_state(self, path: Path, state: FrozenState) -> bool:
        """Open the project that was made of a frozen state, to be read only; it goes with its folder when it is closed."""
        project = self.attempt(lambda: Project.open(path, person=self.person, read_only=True))
        if project is None:
            rmtree(path.parent, ignore_errors=True)
            return False
        self._take(project, state)
        return True

    def create(self, path: Path, working: tuple[str, ...] = ("asgf1",)) -> bool:
        """Make a project and open it."""
        project = self.attempt(lambda: Project.create(path, person=self.person, working=working))
        if project is None:
            return False
        self._take(project)
        return True

    def _take(self, project: Project, state: FrozenState | None = None, *, sample: bool = False) -> None:
        self.close()
        self._project, self._state, self._is_sample = project, state, sample
        if project.writable:
            project.on_change(self._changed)
        self.opened.emit()

    def close(self) -> None:
        """Close the open project, if any."""
        if self._project is None:
            return
        self._idle.stop()
        project, self._project, self._is_sample = self._project, None, False
        self.closed.emit()
        project.close()
        if self._state is not None:
            self._state = None
            rmtree(project.path.parent, ignore_errors=True)

    def attempt(self, action: Callable[[], Result]) -> Result | None:
        """Do one action; what it cannot do is told to the person and gives None."""
        try:
            return action()
        except ProjectError as error:
            self.tell(error)
            return None

    def act(self, action: Callable[[], Result]) -> Result | None:
        """Do one action that changes the project, unless it cannot be changed now."""
        if not self.editable:
            if not self._busy and self._project is not None:
                self.tell(ProjectReadOnly(self._project.path))
            return None
        return self.attempt(action)

    def begin_job(self, label: str) -> None:
        """Hand the pen to a job with a Project of its own; editing waits until end_job."""
        self._busy = label
        self._idle.stop()

    def end_job(self, change: Change | None) -> None:
        """Take the pen back; what the job changed arrives as one `changed`."""
        self._busy = ""
        if change is not None:
            self._changed(change)
        if self._project is not None:
            self.freed.emit()

    def name_person(self, person: Person) -> None:
        """Keep who the person is, for this and other projects."""
        self.person = person
        save_person(person)

    def _changed(self, change: Change) -> None:
        self._idle.start()
        self.changed.emit(change)
        self.done(change)

    def _rest(self) -> None:
        if self._project is not None and not self._busy:
            self.attempt(self._project.rest)


def _silent(_words: object) -> None:
    """Say nothing: nobody listens yet."""
