"""New, open, close; export, merge and copies; what the File menu does to a project as a whole."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QWidget

from db.errors import FileExists
from db.person import named
from db.project import SUFFIX, Project
from db.records import Progress
from desktop.actions.choosing import Kind, choose_file, choose_target
from desktop.actions.import_actions import BUNDLE
from desktop.panels.notice_bar import NoticeBar, Offer
from desktop.panels.pages import Pages
from desktop.panels.status_line import StatusLine
from desktop.session import Session
from desktop.words import listed, tr
from desktop.worker import Worker


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
        """Open a project, or preview a bundle."""
        if path.suffix.lower() == BUNDLE:
            self.preview(path)
        else:
            self._when_free(partial(self._session.open, path))

    def open_recent(self, path: str) -> None:
        """Open one of the projects opened last."""
        self.open_path(Path(path))

    def open_sample(self) -> None:
        """Open a fresh copy of the sample project; it is the person's to change."""
        from db import sample

        path = Path(tempfile.mkdtemp(prefix="glossator-")) / (tr("Sample") + SUFFIX)
        if self._session.attempt(partial(_made, sample.make, path)):
            self._when_free(partial(self._session.open, path))

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

    def export(self) -> None:
        """Ask for a file and write a bundle of the whole project."""
        path = self._target("export", tr("Export bundle"), tr("Bundle"), BUNDLE, self._session.project.path.with_suffix(BUNDLE))
        if path is not None:
            source = self._session.project.path
            self._run("Exporting", partial(_export, source, path), partial(self._exported, path))

    def _exported(self, path: Path, report: Any) -> None:
        counts = {kind: count for kind, count in report.carried.items() if count}
        words = tr(
            "Exported {articles} articles and {annotations} annotations to {name}",
            articles=counts.get("article", 0), annotations=counts.get("annotation", 0), name=path.name,
        )  # fmt: skip
        self._notice.tell(words, [Offer("Details", "report", report)])

    def show_report(self, report: Any) -> None:
        """Show the fidelity report of an export."""
        from desktop.panels.help_sheets import Outcome, OutcomeSheet

        page = self._pages.turn_to("outcomes")
        if not isinstance(page, OutcomeSheet):
            return
        rows = []
        for name in ("carried", "changed", "kept_aside", "dropped"):
            counts = getattr(report, name)
            words = listed([f"{tr(kind)} {count}" for kind, count in sorted(counts.items()) if count])
            rows.append(Outcome(tr(name.replace("_", " ").capitalize()), words or "0"))
        page.show_outcomes(tr("What was exported"), "\n".join(tr(reason) for reason in report.reasons), rows)

    def save_copy(self) -> None:
        """Ask for a file and save a copy without private notes and old values."""
        here = self._session.project.path
        offered = here.with_stem(here.stem + tr(" (copy)"))
        path = self._target("export", tr("Save a copy for sharing"), tr("Project"), SUFFIX, offered)
        if path is not None:
            self._run("Saving a copy", partial(_save_copy, here, path), partial(self._copied, path))

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

    def merge(self) -> None:
        """Ask for a bundle and preview it."""
        filters = f"{tr('Bundle')} (*{BUNDLE});;{tr('All files')} (*)"
        path = choose_file(self._window, "open", tr("Merge a bundle"), filters, self._folder())
        if path is not None:
            self.preview(path)

    def preview(self, path: Path) -> None:
        """Read a bundle and show what it would bring."""
        mine = self._session.project.path if self._session.is_open else None
        self._run("Reading the bundle", partial(_preview, mine, path), partial(self._previewed, path))

    def _previewed(self, path: Path, found: tuple[Any, Any]) -> None:
        from desktop.panels.merge_sheet import MergeSheet

        bundle, plan = found
        page = self._pages.turn_to("merge")
        if isinstance(page, MergeSheet):
            project = self._session.project.path.stem if self._session.is_open else ""
            page.show_bundle(path, bundle.counts, bundle.coders, plan, project)

    def merge_planned(self, path: Path, _plan: object) -> None:
        """Merge a bundle that was previewed."""
        if not self._worker.change("Merging", partial(_merge, path), self._merged):
            self._notice.tell(tr("The project cannot be changed now. Wait until the running job is done, or cancel it."))

    def _merged(self, report: Any) -> None:
        self._pages.go_back()
        words = tr(
            "Merged: {added} new, {updated} changed, {deleted} removed",
            added=report.added, updated=report.updated, deleted=report.deleted,
        )  # fmt: skip
        if report.conflicts:
            words = tr("{merged}; {count} conflicts to decide", merged=words, count=len(report.conflicts))
            self._notice.tell(words, [Offer("Show", "show_conflicts")])
        else:
            self._notice.tell(words)

    def new_from_bundle(self, path: Path) -> None:
        """Make a new project from a bundle."""
        target = self._target("open", tr("New project"), tr("Project"), SUFFIX, path.with_suffix(SUFFIX))
        if target is not None:
            work = partial(_made_from, path, target, self._session.person)
            self._run("Making the project", work, self.open_path)

    def _run(self, label: str, work: Callable[[Progress], Any], then: Callable[[Any], None]) -> None:
        if not self._worker.run(label, work, then):
            self._notice.tell(tr("Wait until the running job is done, or cancel it."))

    def _folder(self) -> Path:
        if self._session.is_open:
            return self._session.project.path.parent
        return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))

    def _target(self, kind: Kind, title: str, what: str, suffix: str, offered: Path) -> Path | None:
        path = choose_target(self._window, kind, title, f"{what} (*{suffix})", offered)
        if path is None:
            return None
        return path if path.suffix.lower() == suffix else path.with_name(path.name + suffix)


def _made(make: Callable[[Path], None], path: Path) -> bool:
    make(path)
    return True


def _export(source: Path, target: Path, progress: Progress) -> Any:
    from db.exchange import bundle

    with Project.open(source, read_only=True) as project:
        return bundle.write(project.contents(), target, progress=progress)


def _save_copy(source: Path, target: Path, _progress: Progress) -> None:
    if target.exists():
        raise FileExists(target)
    with Project.open(source, read_only=True) as project:
        project.copy_for_sharing(target, history=False)


def _check(source: Path, _progress: Progress) -> list[tuple[str, bool, str]]:
    with Project.open(source, read_only=True) as project:
        return project.check()


def _preview(mine: Path | None, path: Path, progress: Progress) -> tuple[Any, Any]:
    from db import merging
    from db.exchange import bundle

    if mine is None:
        return bundle.read(path, progress=progress), None
    with Project.open(mine, read_only=True) as project:
        plan = merging.preview(project, path, progress=progress)
        return plan.bundle, plan


def _merge(path: Path, project: Project, progress: Progress) -> Any:
    """Plan again on the project as it is now: it may have changed since the preview."""
    from db import merging

    return merging.merge(project, path, progress=progress)


def _made_from(bundle: Path, target: Path, person: Any, progress: Progress) -> Path:
    from db import merging

    try:
        with Project.create(target, person=person) as project:
            merging.merge(project, bundle, progress=progress)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return target
