"""A watched folder: what is saved there becomes articles by itself, once it has stopped growing."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from db.errors import ProjectError, ProjectReadOnly
from db.records import Progress
from desktop.actions.choosing import choose_folder
from desktop.actions.import_actions import ImportActions
from desktop.panels.notice_bar import NoticeBar
from desktop.session import Session
from desktop.words import tr
from desktop.worker import Job

SETTLE = 2_000  # milliseconds between two looks that must find a file the same
POLL = 30_000  # milliseconds between looks where nothing tells of changes, as on network drives
_FOLDERS = 500  # folders in it that the system is asked to tell of; the others are polled
_MOST = 50_000  # files and folders that are looked through
_SLACK = 2_000_000_000  # nanoseconds: some file systems keep time by two seconds

MISSING = "The watched folder {name} is not there. It is watched again when it is back."
CIRCLE = "In the watched folder, {name} leads back to a folder it lies in. It is not followed; the rest is watched."
UNREADABLE = "In the watched folder, {name} cannot be opened. The rest is watched; check whether you may open it."
TOO_MUCH = "There is too much in {name} to watch it. Choose a folder that holds only what you collect."

Stamp = tuple[int, int]  # size in bytes, last change in nanoseconds


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a folder found; faults are (English template, name)."""

    started: int  # nanoseconds
    files: Mapping[Path, Stamp] = field(default_factory=dict)
    folders: tuple[str, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()
    useless: bool = False  # it is not there, or holds too much


class WatchActions(QObject):
    """Watches one folder for the open project and has its new files imported."""

    watching_changed = Signal(bool)
    told = Signal(str)  # what was begun or ended, in the person's words

    def __init__(
        self, session: Session, imports: ImportActions, notice: NoticeBar, window: QWidget,
        *, settle: int = SETTLE, poll: int = POLL,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._session = session
        self._imports = imports
        self._notice = notice
        self._window = window
        self._folder: Path | None = None
        self._until = 0  # nanoseconds: what was changed before was seen to
        self._first = True
        self._seen: dict[Path, Stamp] = {}
        self._growing: dict[Path, Stamp] = {}
        self._said: set[tuple[str, str]] = set()
        self._job: Job | None = None
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._stirred)
        self._soon, self._poll = QTimer(self), QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(settle)
        self._poll.setInterval(poll)
        for timer in (self._soon, self._poll):
            timer.timeout.connect(self.look)

    @property
    def folder(self) -> Path | None:
        """The folder that is watched, if any."""
        return self._folder

    def toggle(self) -> None:
        """Ask for a folder and watch it, or stop watching."""
        if self._folder is not None:
            name = self._folder.name
            self._watch(None)
            self.told.emit(tr("{name} is no longer watched", name=name))
            return
        if not self._session.project.writable:
            self._session.tell(ProjectReadOnly(self._session.project.path))
        elif chosen := choose_folder(self._window, "import", tr("Watch a folder")):
            self.watch(chosen)
        self.watching_changed.emit(self._folder is not None)

    def watch(self, folder: Path) -> None:
        """Watch a folder; what lies there already is imported too."""
        self._watch(folder)
        self.told.emit(tr("Watching {name}: what is saved there is imported", name=folder.name))

    def state(self) -> Mapping[str, object]:
        """Give what is watched, to be kept with the project."""
        return {} if self._folder is None else {"folder": str(self._folder), "until": self._until}

    def restore(self, state: Mapping[str, object]) -> None:
        """Watch what was watched when this was kept, or nothing; nonsense counts as nothing."""
        folder, until = state.get("folder"), state.get("until")
        known = isinstance(folder, str) and folder and isinstance(until, int)
        self._watch(Path(str(folder)) if known else None, until if isinstance(until, int) else 0)

    def _watch(self, folder: Path | None, until: int = 0) -> None:
        self._stop_looking()
        self._soon.stop()
        self._poll.stop()
        if watched := self._watcher.directories():
            self._watcher.removePaths(watched)
        self._folder, self._until, self._first = folder, until, True
        self._seen, self._growing, self._said = {}, {}, set()
        if folder is not None and self._session.is_open and self._session.project.writable:
            self._poll.start()
            self.look()
        self.watching_changed.emit(folder is not None)

    def _stirred(self, _folder: str) -> None:
        if not self._soon.isActive():
            self._soon.start()

    # Looking, beside the window: a folder may hold thousands of files, or lie on a slow drive.

    def look(self) -> None:
        """Look what is new in the folder, unless one is looking already."""
        if self._folder is None or self._job is not None:
            return
        job = Job(partial(_look, self._folder), self)
        job.succeeded.connect(self._looked)
        job.failed.connect(self._not_looked)
        self._job = job
        job.start()

    def _stop_looking(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
            job.wait()
            job.deleteLater()

    def _not_looked(self, error: BaseException) -> None:
        if not isinstance(error, ProjectError):
            raise error

    def _looked(self, found: tuple[Path, Look]) -> None:
        folder, look = found
        if self._job is None or folder != self._folder:  # stopped while the call was on its way
            return
        self._stop_looking()
        self._say(look)
        if look.useless:
            if any(template == TOO_MUCH for template, _name in look.faults):
                self._watch(None)
            return
        self._follow(look.folders)
        if self._first:  # what was there when it was looked at last was seen to
            self._first = False
            self._seen = {path: stamp for path, stamp in look.files.items() if stamp[1] + _SLACK < self._until}
        self._take(look)

    def _take(self, look: Look) -> None:
        """Import what is new and was the same when looked at last; what still grows is looked at again."""
        assert self._folder is not None
        new = {path: stamp for path, stamp in look.files.items() if self._seen.get(path) != stamp}
        still = {path: stamp for path, stamp in new.items() if self._growing.get(path) == stamp}
        self._growing = new
        if still and self._imports.take_watched(self._folder, still):
            self._seen |= still
            self._growing = {path: stamp for path, stamp in new.items() if path not in still}
        if self._growing:
            self._soon.start()
        elif not self._session.busy:
            self._until = look.started

    def _follow(self, folders: tuple[str, ...]) -> None:
        """Have the system tell of changes in these folders."""
        watched, wanted = set(self._watcher.directories()), set(folders[:_FOLDERS])
        if gone := sorted(watched - wanted):
            self._watcher.removePaths(gone)
        if more := sorted(wanted - watched):
            self._watcher.addPaths(more)

    def _say(self, look: Look) -> None:
        """Say once what is wrong with the folder, in one line."""
        faults = [fault for fault in look.faults if fault not in self._said]
        if not look.useless:
            self._said.discard((MISSING, self._folder.name if self._folder else ""))
        if not faults:
            return
        self._said |= set(faults)
        template, name = faults[0]
        words = tr(template, name=name)
        if len(faults) > 1:
            words = tr("{words} ({count} more like this)", words=words, count=len(faults) - 1)
        self._notice.tell(words, error=True)


def _look(folder: Path, progress: Progress) -> tuple[Path, Look]:
    """Find the files of a folder that may be articles, each folder entered once, links followed."""
    from db.importers.sources import READ, leads_back  # heavy, and needed only here

    wanted = (*READ, ".zip")
    look_started = time.time_ns()
    files: dict[Path, Stamp] = {}
    folders: list[str] = []
    faults: list[tuple[str, str]] = []
    known: set[str] = set()
    waiting: list[tuple[Path, tuple[str, ...]]] = [(folder, ())]
    met = 0
    while waiting:
        here, trail = waiting.pop()
        real = os.path.realpath(here)
        if leads_back(real, trail):
            faults.append((CIRCLE, here.name))
        if real in known or leads_back(real, trail):
            continue
        known.add(real)
        try:
            entries = sorted(os.scandir(here), key=lambda entry: entry.name)
        except OSError as error:
            if here == folder and isinstance(error, FileNotFoundError | NotADirectoryError):
                return folder, Look(look_started, faults=((MISSING, folder.name),), useless=True)
            faults.append((UNREADABLE, here.name))
            continue
        folders.append(str(here))
        inside: list[Path] = []
        for entry in entries:
            met += 1
            progress(met, 0)
            _sort(entry, wanted, files, inside, faults)
        waiting += [(path, (*trail, real)) for path in reversed(inside)]  # in the order in which db.importers.sources goes
        if met > _MOST:
            return folder, Look(look_started, faults=((TOO_MUCH, folder.name),), useless=True)
    return folder, Look(look_started, files, tuple(folders), tuple(faults))


def _sort(
    entry: os.DirEntry[str], wanted: tuple[str, ...], files: dict[Path, Stamp], folders: list[Path], faults: list[tuple[str, str]]
) -> None:
    """Put an entry of a folder where it belongs; hidden ones and what an office program locks are left out."""
    if entry.name.startswith((".", "~$")):
        return
    try:
        if entry.is_dir():
            folders.append(Path(entry.path))
        elif entry.name.lower().endswith(wanted) and entry.is_file():
            stat = entry.stat()
            if stat.st_size:
                files[Path(entry.path)] = stat.st_size, max(stat.st_mtime_ns, stat.st_ctime_ns)
    except OSError:  # a link to itself
        faults.append((CIRCLE, entry.name))
