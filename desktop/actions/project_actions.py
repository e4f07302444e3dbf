"""New, open, close; export, merge and copies; what the File menu does to a project as a whole."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QWidget

from db.person import named
from db.project import SUFFIX, Project
from db.records import Progress
from desktop.actions.choosing import choose_file, choose_target, with_ending
from desktop.actions.merge_actions import MergeActions
from desktop.models.arriving import BUNDLE, is_from_others
from desktop.panels.notice_bar import NoticeBar
from desktop.panels.pages import Pages
from desktop.panels.status_line import StatusLine
from desktop.session import FrozenState, Session
from desktop.words import tr
from desktop.worker import Worker

_TRIED = "glossator-sample-"  # how the temporary folders of copies of the sample begin


class ProjectActions(QObject):
    """Each method is one command; file choosers are the only dialogs."""

    leaving = Signal()  # the open project is about to be closed

    def __init__(
        self, session: Session, worker: Worker, notice: NoticeBar, status: StatusLine, pages: Pages,
        window: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._session = session
        self._worker = worker
        self._notice = notice
        self._status = status
        self._pages = pages
        self._window = window
        self.merging = MergeActions(session, worker, notice, pages, window)
        self.merging.project_made.connect(self.open_path)
        self.merging.state_made.connect(self._open_state)
        session.closed.connect(status.clear)  # what was done is told of a project that is not shown any more

    # Opening

    def new(self) -> None:
        """Show the page that makes a project."""
        from desktop.panels.start_page import StartPage

        page = self._pages.turn_to("start")
        if isinstance(page, StartPage):
            page.begin()

    def create(self, file: str, coder: str, framework: str) -> None:
        """Make a project and open it."""
        if coder:
            self._session.name_person(named(self._session.person, coder))
        self._when_free(partial(self._session.create, Path(file), (framework,)))

    def open(self) -> None:
        """Ask for a project or bundle and open it."""
        filters = f"{tr('Projects and bundles')} (*{SUFFIX} *{BUNDLE});;{tr('All files')} (*)"
        path = choose_file(self._window, "open", tr("Open project"), filters, self._folder())
        if path is not None:
            self.open_path(path)

    def open_path(self, path: Path) -> None:
        """Open a project or a frozen state, or preview what comes from others."""
        if path.suffix.lower() == BUNDLE:
            self.merging.open_bundle(path)
        elif is_from_others(path):
            self.merging.preview(path)
        else:
            self._when_free(partial(self._session.open, path, sample=_is_sample(path)))

    def _open_state(self, path: Path, state: FrozenState) -> None:
        self._when_free(partial(self._session.open_state, path, state))

    def open_recent(self, path: str) -> None:
        """Open one of the projects opened last."""
        self.open_path(Path(path))

    def open_sample(self) -> None:
        """Open a fresh copy of the sample project; it is the person's to change."""
        from db import sample

        path = Path(tempfile.mkdtemp(prefix=_TRIED)) / (tr("Sample") + SUFFIX)
        if self._session.attempt(partial(_made, sample.make, path)):
            self._when_free(partial(self._session.open, path, sample=True))

    def close(self) -> None:
        """Close the project and show the first page."""
        self._when_free(self._session.close)

    def _when_free(self, action: Callable[[], object]) -> None:
        """Change the project only when no job works on the one that is open."""
        if self._worker.running:
            self._notice.tell(tr("Wait until the running job is done, or cancel it."))
            return
        self._notice.hide()
        self.leaving.emit()
        action()

    # Sharing

    def show_report(self, report: Any) -> None:
        """Show the fidelity report of an export."""
        from desktop.panels.fidelity import FidelityView
        from desktop.panels.help_sheets import OutcomeSheet

        page = self._pages.turn_to("outcomes")
        if isinstance(page, OutcomeSheet):
            view = FidelityView(page)
            view.show_report(report)
            page.begin(tr("What was exported"))
            page.body.addWidget(view)
            page.setFocus()

    def save_copy(self) -> None:
        """Ask for a file and save a copy without private notes and old values."""
        here = self._session.project.path
        offered = here.with_stem(here.stem + tr(" (copy)"))
        chosen = choose_target(
            self._window, "export", tr("Save a copy for sharing"), f"{tr('Project')} (*{SUFFIX})", offered
        )  # fmt: skip
        if chosen is not None:
            path, replace = with_ending(chosen, SUFFIX)
            self._run("Saving a copy", partial(_save_copy, here, path, replace), partial(self._copied, path))

    def _copied(self, path: Path, _value: object) -> None:
        self._status.say(tr("Saved {name}, without private notes and without history", name=path.name))

    def check(self) -> None:
        """Check the project and show what was found."""
        self._run("Checking", partial(_check, self._session.project.path), self._checked)

    def _checked(self, found: list[tuple[str, bool, str]]) -> None:
        from desktop.panels.help_sheets import Outcome, OutcomeSheet

        page = self._pages.turn_to("outcomes")
        if isinstance(page, OutcomeSheet):
            well = all(fine for _what, fine, _detail in found)
            words = tr("The project is in order.") if well else tr("Something is wrong. Restore a backup, or repair a copy.")
            rows = [Outcome(tr(what.capitalize()), tr("in order") if fine else detail) for what, fine, detail in found]
            page.show_outcomes(tr("Check of the project"), words, rows)

    def _run(self, label: str, work: Callable[[Progress], Any], then: Callable[[Any], None]) -> None:
        if not self._worker.run(label, work, then):
            self._notice.tell(tr("Wait until the running job is done, or cancel it."))

    def _folder(self) -> Path:
        if self._session.is_open:
            return self._session.file.parent
        return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))


def _is_sample(path: Path) -> bool:
    """Whether a project opened before is a copy of the sample, by the folder that was made for it."""
    folder = path.absolute().parent
    return folder.name.startswith(_TRIED) and folder.parent == Path(tempfile.gettempdir()).absolute()


def _made(make: Callable[[Path], None], path: Path) -> bool:
    make(path)
    return True


def _save_copy(source: Path, target: Path, replace: bool, _progress: Progress) -> None:
    with Project.open(source, read_only=True) as project:
        project.copy_for_sharing(target, history=False, replace=replace)


def _check(source: Path, _progress: Progress) -> list[tuple[str, bool, str]]:
    with Project.open(source, read_only=True) as project:
        return project.check()
