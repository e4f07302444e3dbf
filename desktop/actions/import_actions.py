"""Bringing articles in: files, folders, archives, what is dropped on the window, the clipboard."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from db.project import SUFFIX, Project
from db.records import ArticleId, Progress
from desktop.actions.choosing import choose_files, choose_folder
from desktop.actions.dropping import address_in
from desktop.actions.import_work import FEW, Found, compare, import_files, import_pasted, make_version, waits
from desktop.errors import words
from desktop.models.arriving import is_from_others
from desktop.models.outcomes import Fate, Imported
from desktop.panels.notice_bar import NoticeBar, Offer
from desktop.panels.pages import Pages
from desktop.session import Session
from desktop.words import listed, tr
from desktop.worker import Job, Worker

REPORT, CHOICE = "import_report", "text_choice"  # pages
_TURN = 0.0005  # seconds after which a thread that computes lets the window's in; ten times as often as by default
_LATER = 300  # milliseconds until nearly the same texts are looked for
_COUNTED = {
    "{count} imported": ("imported", "remarked", "similar"),
    "{count} of them nearly the same as another": ("similar",),
    "{count} already in the project": ("known",),
    "{count} not imported": ("failed",),
}  # fmt: skip


class ImportActions(QObject):
    """Reads beside the window and writes one change; what became of each file is kept until the next import."""

    article_requested = Signal(int)
    project_dropped = Signal(object)
    others_dropped = Signal(list)  # files that come from others, to be taken in one after the other
    undo_requested = Signal()
    progress_said = Signal(str)  # which file is read, in the person's words
    finished = Signal(object)  # list[Imported]
    _reached = Signal(int, int, str)  # from the thread that imports

    def __init__(self, session: Session, worker: Worker, notice: NoticeBar, pages: Pages, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._worker = worker
        self._notice = notice
        self._pages = pages
        self._window = window
        self._results: list[Imported] = []
        self._written = 0  # the id of the last import's change
        self._others: list[Path] = []  # to be looked at when the files beside them are imported
        self._quiet = False
        self._said = ""
        self._comparing: Job | None = None
        self._round = 0
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_LATER)
        self._later.timeout.connect(self._compare)
        self._reached.connect(self._say_progress)
        session.closed.connect(self._forget)

    def choose(self) -> None:
        """Ask for files and import them."""
        from db.importers.sources import READ  # heavy, and needed only here

        kinds = " ".join(f"*{suffix}" for suffix in (*READ, ".zip"))
        filters = f"{tr('Articles')} ({kinds});;{tr('All files')} (*)"
        if paths := choose_files(self._window, "import", tr("Import articles"), filters):
            self.take(paths)

    def choose_folder(self) -> None:
        """Ask for a folder and import what is in it."""
        if folder := choose_folder(self._window, "import", tr("Import a folder")):
            self.take([folder])

    def take(self, paths: Sequence[Path]) -> None:
        """Take files and folders from anywhere as one import; a project is opened first, others' work looked at last."""
        projects = [path for path in paths if path.suffix.lower() == SUFFIX]
        others = [path for path in paths if is_from_others(path)]
        rest = [path for path in paths if path not in projects and path not in others]
        if projects:
            self.project_dropped.emit(projects[0])
            if not self._session.is_open or self._session.project.path != projects[0]:
                return
        if not rest:
            if others:
                self.others_dropped.emit(others)
        elif not self._session.is_open:
            self._notice.tell(tr("Open a project first, or make one; then drop the articles again."))
        elif self._start(partial(import_files, rest, None, self._reached.emit)):
            self._others = others

    def take_watched(self, folder: Path, files: Collection[Path]) -> bool:
        """Import these files of a watched folder without leaving what is shown; whether it was begun."""
        work = partial(import_files, [folder], frozenset(files), self._reached.emit)
        return self._start(work, quiet=True)

    def paste(self) -> None:
        """Import what the clipboard holds: files, HTML or text."""
        held: QMimeData | None = QGuiApplication.clipboard().mimeData()  # None while another program takes its content back
        mime = held or QMimeData()
        files = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
        if files:
            self.take(files)
        elif mime.hasHtml() or mime.hasText():
            self._start(partial(import_pasted, mime.html() if mime.hasHtml() else "", mime.text(), address_in(mime)))
        else:
            self._notice.tell(tr("The clipboard holds no text. Copy an article first."))

    def take_content(self, content: str, is_html: bool, address: str = "") -> None:
        """Import HTML or text that was dropped on the page; `address` is where it is from, if that is known."""
        self._start(partial(import_pasted, content if is_html else "", "" if is_html else content, address))

    def _start(self, work: Callable[[Project, Progress], list[Imported]], *, quiet: bool = False) -> bool:
        self._stop_comparing()
        self._others = []
        sys.setswitchinterval(_TURN)
        begun = self._worker.change("Importing", work, self._finished)
        if begun:
            self._quiet = quiet
        elif not quiet:
            self._notice.tell(tr("The project cannot be changed now. Wait until the running job is done, or cancel it."))
        return begun

    def _say_progress(self, done: int, total: int, name: str) -> None:
        if not self._worker.running:
            return
        if name:
            told = tr("Importing {done} of {total} · {name}", done=f"{done:,}", total=f"{total:,}", name=name)
        else:
            told = tr("Making {count} articles searchable", count=f"{total:,}")
        self.progress_said.emit(told)

    def _finished(self, results: list[Imported]) -> None:
        others, self._others = self._others, []
        if results or not self._quiet:
            self._results = results
        new = [each for each in results if each.article is not None and not each.known]
        if new and (change := self._session.project.next_undo()) is not None:
            self._written = change.id
        self._tell(results)
        self.finished.emit(results)
        self._refresh()
        if new and not self._quiet and len(results) < FEW:  # after a long import a person is reading something else
            self.article_requested.emit(new[0].article)
        if new:
            self._later.start()
        if others:
            self.others_dropped.emit(others)

    def _tell(self, results: Sequence[Imported]) -> None:
        """Say in one line how the import went, unless all went well and the person sees so."""
        left_out = [each for each in results if each.was_left_out]
        fates = [each.fate for each in results if each not in left_out]
        details = Offer("Details", "import_details")
        self._said = ""
        if self._quiet:
            if set(fates) - {"known"}:
                told = tr("From the watched folder: {counts}", counts=_counted(fates))
                new = any(fate not in ("known", "failed") for fate in fates)
                self._say(told, [*([Offer("Undo", "undo_import")] if new else []), details], error=not new)
        elif not results:
            self._say(tr("There is nothing to import here. Choose web pages, PDF, Word, EPUB, Markdown or text files."))
        elif len(results) == 1:
            self._tell_one(results[0])
        elif left_out or len(fates) >= FEW or {"failed", "known", "similar", "remarked"} & set(fates):
            self._say(_counted(fates), [details], error="failed" in fates)
        else:
            self._notice.hide()

    def _tell_one(self, result: Imported) -> None:
        name = result.title or result.name
        if result.error is not None:
            self._say(words(result.error), error=True)
        elif result.known:
            self._say(tr("{name} is already in the project.", name=result.name), [Offer("Show", "show_article", result.article)])
        elif result.like is not None:
            told = tr("“{name}” is nearly the same as “{title}”.", name=name, title=result.like_title)
            self._say(told, [Offer("Show the other", "show_article", result.like), Offer("Details", "import_details")])
        elif result.remarks:
            self._say(tr("Imported with remarks: “{name}”", name=name), [Offer("Details", "import_details")])
        else:
            self._notice.hide()

    def _say(self, told: str, offers: Sequence[Offer] = (), *, error: bool = False) -> None:
        new = any(each.article is not None and not each.known for each in self._results)
        holds = partial(self._is_done, self._session.project, self._written) if new else None
        self._said = told
        self._notice.tell(told, offers, error=error, holds=holds)

    def _is_done(self, project: Project, change: int) -> bool:
        """Whether a change of the project that was open is not undone: what is undone first is redone last."""
        if not self._session.is_open or self._session.project is not project:
            return False
        redo = project.next_redo()
        return redo is None or redo.id > change

    def undo(self, _value: object = None) -> None:
        """Take the import back, as an offer of the notice asks; never what was done before or after it."""
        if not self._session.is_open:
            return
        change = self._session.project.next_undo()
        if change is not None and change.id == self._written:
            self.undo_requested.emit()
        elif change is not None and change.id > self._written:
            self._notice.tell(tr("Something was done since. Take that back first (Ctrl+Z)."))
        else:
            self._notice.tell(tr("The import was taken back already."))

    def show_details(self, _value: object = None) -> None:
        """Show what became of each file of the last import."""
        self._pages.turn_to(REPORT)
        self._refresh()

    def _refresh(self) -> None:
        if self._pages.has(REPORT):
            from desktop.panels.import_report import ImportReport

            page = self._pages.page(REPORT)
            if isinstance(page, ImportReport):
                page.show_outcomes(self._results)

    # What belongs to the text

    def choose_text(self, article: int) -> None:
        """Show the blocks of an article's file, to keep or leave out."""
        from desktop.panels.text_choice import TextChoice

        page = self._pages.turn_to(CHOICE)
        if isinstance(page, TextChoice):
            page.show_article(article)
            page.setFocus(Qt.FocusReason.OtherFocusReason)

    def apply_choice(self, article: int, version: int, kept: Sequence[bool]) -> None:
        """Make the blocks that are kept a new version of an article."""
        work = partial(make_version, article, version, kept)
        if not self._worker.change("Making a version", work, partial(self._applied, article)):
            self._notice.tell(tr("The project cannot be changed now. Wait until the running job is done, or cancel it."))

    def _applied(self, article: int, waiting: int) -> None:
        self._pages.go_back()
        if waiting:
            told = tr("The text was changed. Annotations that wait to be looked at: {count}", count=waiting)
            holds = partial(waits, self._session, self._session.project, ArticleId(article), waiting)
            self._notice.tell(told, [Offer("Look at them", "review", article)], holds=holds)

    # Nearly the same texts are looked for afterwards, so that nobody waits for it.

    def _compare(self) -> None:
        new = [(n, each.article) for n, each in enumerate(self._results) if each.article is not None and not each.known]
        self._round += 1
        job = Job(partial(compare, self._round, self._session.project.path, new), self)
        job.succeeded.connect(self._compared)
        job.failed.connect(self._not_compared)
        self._comparing = job
        job.start()

    def _compared(self, value: tuple[int, Found]) -> None:
        round_, found = value
        if round_ != self._round or self._comparing is None:  # stopped while the call was on its way
            return
        self._stop_comparing()
        for place, like, title in found:
            new = self._results[place] = _likened(self._results[place], like, title)
            if new.article is not None:
                self._session.alike.add([(new.article, like)])
        if found:
            if self._notice.words in ("", self._said):
                self._tell(self._results)
            self._refresh()

    def _not_compared(self, _error: BaseException) -> None:
        """Leave the report as it is: whatever was wrong, the articles are in, and Duplicates looks for the same."""
        if self._comparing is not None and self.sender() is self._comparing:
            self._stop_comparing()

    def _stop_comparing(self) -> None:
        self._later.stop()
        job, self._comparing = self._comparing, None
        if job is not None:
            job.cancel()
            job.wait()
            job.deleteLater()

    def _forget(self) -> None:
        """Forget the last import: its articles are those of a project that is closed."""
        self._stop_comparing()
        self._results, self._others, self._written = [], [], 0
        self._refresh()


def _counted(fates: Sequence[Fate]) -> str:
    several = {template: sum(fates.count(fate) for fate in those) for template, those in _COUNTED.items()}
    return listed([tr(template, count=f"{count:,}") for template, count in several.items() if count])


def _likened(outcome: Imported, like: ArticleId, title: str) -> Imported:
    return Imported(outcome.name, outcome.article, outcome.title, remarks=outcome.remarks, like=like, like_title=title)
