"""Taking in what comes from others: chosen or dropped, read, previewed, written as one change, told, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QWidget

from db.project import SUFFIX, Project
from desktop.actions.choosing import choose_files, choose_target
from desktop.actions.merge_work import decide, make_project, read, take, thaw_or_read
from desktop.models.arriving import BUNDLE, CHOSEN, SUFFIXES, Arriving, Asked, TakenIn
from desktop.panels.notice_bar import NoticeBar, Offer
from desktop.panels.pages import Pages
from desktop.session import FrozenState, Session
from desktop.words import language, tr
from desktop.worker import Worker

if TYPE_CHECKING:
    from db.sharing.deciding import Decision
    from desktop.panels.merge_sheet import MergeSheet

PAGE = "merge"


class MergeActions(QObject):
    """From the chooser to the notice that offers to take it back; nothing is written before a person has seen the preview."""

    project_made = Signal(object)  # a new project's file, to be opened
    state_made = Signal(object, object)  # the file made of a frozen state, and the state (desktop.session.FrozenState)
    undo_requested = Signal()

    def __init__(self, session: Session, worker: Worker, notice: NoticeBar, pages: Pages, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._worker = worker
        self._notice = notice
        self._pages = pages
        self._window = window
        self._written = 0  # the id of the change that took the last file in
        self._done: TakenIn | None = None
        self._next: list[Path] = []  # chosen together, still to be previewed
        session.closed.connect(self._forget)
        pages.made.connect(self._connect)

    def _connect(self, name: str, page: object) -> None:
        """Connect the page when it is made."""
        if name == PAGE:
            cast("MergeSheet", page).state_requested.connect(self.open_bundle)

    def choose(self) -> None:
        """Ask for a file of any kind and preview it."""
        kinds = [f"*{suffix}" for suffix in (*SUFFIXES, *CHOSEN)]
        filters = f"{tr('Bundles and files of other programs')} ({' '.join(kinds)});;{tr('All files')} (*)"
        if paths := choose_files(self._window, "open", tr("Take in from others"), filters, self._folder()):
            self._preview_all(paths)

    def preview_all(self, paths: Sequence[Path]) -> None:
        """Preview dropped files one after the other, the next when one is taken in; one frozen state alone is opened."""
        if len(paths) == 1 and paths[0].suffix.lower() == BUNDLE:
            self.open_bundle(paths[0])
        else:
            self._preview_all(paths)

    def _preview_all(self, paths: Sequence[Path]) -> None:
        self.preview(paths[0])
        self._next = list(paths[1:])

    def open_bundle(self, path: Path) -> None:
        """Make a project of a frozen state, to be read; preview any other bundle."""
        self._next = []
        mine = self._session.project.path if self._session.is_open else None
        if not self._worker.run("Reading the file", partial(thaw_or_read, mine, path, language()), partial(self._read, mine)):
            self._notice.tell(tr("Wait until the running job is done, or cancel it."))

    def _read(self, mine: Path | None, found: Arriving | tuple[Path, FrozenState]) -> None:
        if isinstance(found, Arriving):
            self._previewed(mine, found)
        else:
            self.state_made.emit(*found)

    def preview(self, path: Path, asked: Asked | None = None) -> None:
        """Read a file and show what it would do; without a project only a bundle can be looked at."""
        if asked is None:
            self._next = []
        mine = self._session.project.path if self._session.is_open else None
        if mine is None and path.suffix.lower() != SUFFIXES[0]:
            self._notice.tell(tr("Open a project first, or make one; then take in “{name}”.", name=path.name))
            return
        work = partial(read, mine, path, asked or Asked(), language())
        if not self._worker.run("Reading the file", work, partial(self._previewed, mine)):
            self._notice.tell(tr("Wait until the running job is done, or cancel it."))

    def _previewed(self, mine: Path | None, arriving: Arriving) -> None:
        if mine != (self._session.project.path if self._session.is_open else None):
            return  # another project was opened meanwhile
        if self._next and arriving.changes_nothing:
            self._go_on(tr("“{name}” holds nothing new.", name=arriving.path.name))
            return
        self._pages.turn_to(PAGE)
        if (page := self._sheet()) is not None:
            page.show_arriving(arriving, mine.stem if mine is not None else "", sample=self._session.is_sample)

    def pass_over(self) -> None:
        """Go on to the next of the files chosen together when one is left without taking it in."""
        page = self._sheet()
        if self._next and page is not None and page.arriving is not None:
            self._go_on(tr("“{name}” was not taken in.", name=page.arriving.path.name))

    def _go_on(self, words: str) -> None:
        self._notice.tell(words)
        self._preview_all(self._next)

    def take(self, arriving: Arriving) -> None:
        """Take in what was previewed."""
        if not self._worker.change("Taking in", partial(take, arriving), self._taken):
            self._notice.tell(tr("The project cannot be changed now. Wait until the running job is done, or cancel it."))

    def _taken(self, done: TakenIn) -> None:
        change = self._session.project.next_undo() if self._session.is_open else None
        if change is None:
            return
        self._done, self._written = done, change.id
        if self._pages.name == PAGE:
            self._pages.go_back()
        report = done.report
        words = tr(
            "Taken in: {added} new, {updated} changed, {deleted} removed",
            added=f"{report.added:,}", updated=f"{report.updated:,}", deleted=f"{report.deleted:,}",
        )  # fmt: skip
        first = Offer("Undo", "undo_merge")
        if report.conflicts and done.arriving.asked.policy == "ask":
            words = tr("{merged}; {count} conflicts to decide", merged=words, count=f"{len(report.conflicts):,}")
            first = Offer("Decide", "show_conflicts")
        holds = partial(self._is_done, self._session.project, change.id)
        self._notice.tell(words, [first, Offer("Details", "merge_details")], holds=holds)
        if self._next:
            self._preview_all(self._next)

    def _is_done(self, project: Project, change: int) -> bool:
        if not self._session.is_open or self._session.project is not project:
            return False
        redo = project.next_redo()
        return redo is None or redo.id > change

    def show_details(self, _value: object = None) -> None:
        """Show what the last file did, with its fidelity report."""
        if self._done is None:
            return
        self._pages.turn_to(PAGE)
        if (page := self._sheet()) is not None:
            page.show_done(self._done, self._session.project.open_conflicts() if self._session.is_open else 0)
            if not self._is_done(self._session.project, self._written):
                page.show_undone()

    def undo(self, _value: object = None) -> None:
        """Take the last file back; never what was done before or after it."""
        if not self._session.is_open or self._done is None:
            return
        change = self._session.project.next_undo()
        if change is not None and change.id == self._written:
            self.undo_requested.emit()
            if (page := self._sheet()) is not None:
                page.show_undone()
        elif change is not None and change.id > self._written:
            self._notice.tell(tr("Something was done since. Take that back first (Ctrl+Z)."))
        else:
            self._notice.tell(tr("It was taken back already."))

    def decide(self, decision: Decision, uuids: list[str]) -> None:
        """Decide many conflicts beside the window."""
        if not self._worker.change("Deciding conflicts", partial(decide, decision, uuids), self._decided):
            self._notice.tell(tr("The project cannot be changed now. Wait until the running job is done, or cancel it."))

    def _decided(self, count: int) -> None:
        self._notice.tell(tr("{count} conflicts decided", count=f"{count:,}"))

    def new_project(self, path: Path) -> None:
        """Ask for a name and make a new project of a file."""
        offered = path.with_suffix(SUFFIX)
        target = choose_target(self._window, "open", tr("New project"), f"{tr('Project')} (*{SUFFIX})", offered)
        if target is None:
            return
        target = target if target.suffix.lower() == SUFFIX else target.with_name(target.name + SUFFIX)
        page = self._sheet()
        shown = page.arriving if page is not None else None
        asked = shown.asked if shown is not None and shown.path == path else Asked()
        work = partial(make_project, path, target, self._session.person, asked, language())
        if not self._worker.run("Making the project", work, self.project_made.emit):
            self._notice.tell(tr("Wait until the running job is done, or cancel it."))

    def _forget(self) -> None:
        """Forget what was read and written: it belongs to the project that is closed."""
        self._done, self._written, self._next = None, 0, []
        if (page := self._sheet()) is not None:
            page.forget()

    def _sheet(self) -> MergeSheet | None:
        """Give the page, if it was ever shown."""
        if not self._pages.has(PAGE):
            return None
        from desktop.panels.merge_sheet import MergeSheet

        page = self._pages.page(PAGE)
        return page if isinstance(page, MergeSheet) else None

    def _folder(self) -> Path:
        if self._session.is_open:
            return self._session.project.path.parent
        return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
