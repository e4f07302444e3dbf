"""The project beside a state that was frozen of it: a bundle is asked for, and what changed since is told in one notice."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from db.records import Progress
from desktop.actions.choosing import choose_file
from desktop.panels.notice_bar import NoticeBar
from desktop.session import Session
from desktop.words import language, tr
from desktop.worker import Worker

if TYPE_CHECKING:
    from db.person import Person


class FrozenComparing(QObject):
    """Compares with a frozen state; the project and the bundle are only read."""

    def __init__(self, session: Session, worker: Worker, notice: NoticeBar, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._worker, self._notice, self._window = session, worker, notice, window

    def compare(self) -> None:
        """Ask for a frozen state and tell what was added, changed and removed since."""
        if not self._session.is_open:
            return
        source = self._session.project.path
        filters = f"{tr('Frozen states')} (*.glossbundle)"
        path = choose_file(self._window, "open", tr("Compare with a frozen state"), filters, source.parent)
        if path is None:
            return
        work = partial(_compared, source, self._session.person, path, language())
        if not self._worker.run("Comparing with the frozen state", work, self._tell):
            self._notice.tell(tr("Wait until the running job is done, or cancel it."))

    def _tell(self, lines: list[str]) -> None:
        self._notice.tell("\n".join(lines))


def _compared(source: Path, person: Person, path: Path, spoken: str, progress: Progress) -> list[str]:
    from db.exchange import bundle
    from db.project import Project
    from db.sharing import freezing, since

    with Project.open(source, person=person, read_only=True) as project:
        found = freezing.differences(project, path, progress=progress)
    return since.told(freezing.state_of(bundle.read(path, progress=progress)), since.tallied(found), spoken)
