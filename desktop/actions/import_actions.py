"""Bringing articles in: files, folders, what is dropped on the window, the clipboard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from db.errors import CannotImport, ProjectError
from db.project import SUFFIX, Project
from db.records import ArticleId, Draft, Progress
from desktop.errors import words
from desktop.panels.notice_bar import NoticeBar, Offer
from desktop.panels.pages import Pages
from desktop.session import Session
from desktop.words import tr
from desktop.worker import Worker

BUNDLE = ".glossbundle"
READ = (".md", ".markdown", ".html", ".htm", ".xhtml", ".txt", ".text")
_NEW, _KNOWN = "Imported", "Already in the project"


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one source."""

    name: str
    article: ArticleId | None = None
    known: bool = False
    error: ProjectError | None = None


class ImportActions(QObject):
    """Reads beside the window and writes one change."""

    article_requested = Signal(int)
    project_dropped = Signal(object)  # a .gloss or .glossbundle file

    def __init__(self, session: Session, worker: Worker, notice: NoticeBar, pages: Pages, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._worker = worker
        self._notice = notice
        self._pages = pages
        self._window = window
        self._results: list[Imported] = []

    def choose(self) -> None:
        """Ask for files and import them."""
        kinds = " ".join(f"*{suffix}" for suffix in READ)
        filters = f"{tr('Articles')} ({kinds});;{tr('All files')} (*)"
        names, _ = QFileDialog.getOpenFileNames(self._window, tr("Import articles"), "", filters)
        if names:
            self.take([Path(name) for name in names])

    def take(self, paths: Sequence[Path]) -> None:
        """Take files and folders from anywhere: a project or bundle is opened, everything else is imported."""
        projects = [path for path in paths if path.suffix.lower() in (SUFFIX, BUNDLE)]
        if projects:
            self.project_dropped.emit(projects[0])
            return
        if not self._session.is_open:
            self._notice.tell(tr("Open a project first, or make one; then drop the articles again."))
            return
        self._start(partial(_import_files, paths))

    def paste(self) -> None:
        """Import what the clipboard holds: files, HTML or text."""
        held: QMimeData | None = QGuiApplication.clipboard().mimeData()  # None while another program takes its content back
        mime = held or QMimeData()
        files = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
        if files:
            self.take(files)
        elif mime.hasHtml() or mime.hasText():
            self._start(partial(_import_pasted, mime.html() if mime.hasHtml() else "", mime.text()))
        else:
            self._notice.tell(tr("The clipboard holds no text. Copy an article first."))

    def take_content(self, content: str, is_html: bool) -> None:
        """Import HTML or text that was dropped on the page."""
        self._start(partial(_import_pasted, content if is_html else "", "" if is_html else content))

    def _start(self, work: partial[list[Imported]]) -> None:
        if not self._worker.change("Importing", work, self._finished):
            self._notice.tell(tr("The project cannot be changed now. Wait until the running job is done, or cancel it."))

    def _finished(self, results: list[Imported]) -> None:
        self._results = results
        new = [each for each in results if each.article is not None and not each.known]
        known = [each for each in results if each.known]
        failed = [each for each in results if each.error is not None]
        if len(results) == 1 and not new:
            self._tell_one(results[0])
        elif not results:
            self._notice.tell(tr("There is nothing to import here. Choose web pages, Markdown or text files."))
        elif failed or known:
            counted = (("{count} imported", new), ("{count} already in the project", known), ("{count} not imported", failed))
            summary = tr(", ").join(tr(template, count=len(several)) for template, several in counted if several)
            self._notice.tell(summary, [Offer("Details", "import_details")], error=bool(failed))
        else:
            self._notice.hide()
        if new and new[-1].article is not None:
            self.article_requested.emit(new[0].article)

    def _tell_one(self, result: Imported) -> None:
        if result.error is not None:
            self._notice.tell(words(result.error), error=True)
        else:
            self._notice.tell(
                tr("{name} is already in the project.", name=result.name), [Offer("Show", "show_article", result.article)]
            )

    def show_details(self, _value: object = None) -> None:
        """List what became of each file."""
        from desktop.panels.help_sheets import Outcome, OutcomeSheet

        page = self._pages.turn_to("outcomes")
        if isinstance(page, OutcomeSheet):
            outcomes = [
                Outcome(each.name, words(each.error) if each.error else tr(_KNOWN if each.known else _NEW))
                for each in self._results
            ]
            page.show_outcomes(tr("Import"), "", outcomes)


def files_in(paths: Iterable[Path]) -> list[Path]:
    """List the files to read: folders are walked through for what can be read, hidden ones are left out."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (each for each in sorted(path.rglob("*")) if each.suffix.lower() in READ and each.is_file())
            found += [each for each in inside if not any(part.startswith(".") for part in each.relative_to(path).parts)]
        else:
            found.append(path)
    return found


def _import_files(paths: Sequence[Path], project: Project, progress: Progress) -> list[Imported]:
    """Read files and add what they hold, as one change; what cannot be read does not keep back the rest."""
    from db import importers  # heavy, and needed only here

    files = files_in(paths)
    read: list[tuple[str, Draft | CannotImport]] = []
    for done, path in enumerate(files):
        step = partial(_within, progress, done, len(files))
        try:
            read.append((path.name, importers.read(path, progress=step)))
        except CannotImport as error:
            read.append((path.name, error))
    return _add(read, project, progress)


def _import_pasted(html: str, text: str, project: Project, progress: Progress) -> list[Imported]:
    """Add what was copied: as a page where it has the structure of one, else as text."""
    from db import importers

    name = tr("Clipboard")
    try:
        draft = importers.read_html(html, progress=progress) if html else importers.read_text(text, progress=progress)
    except CannotImport as error:
        if not (html and text.strip()):
            return [Imported(name, error=error)]
        draft = importers.read_text(text, progress=progress)
    return _add([(draft.title or name, draft)], project, progress)


def _within(progress: Progress, done: int, files: int, part: int, whole: int) -> None:
    progress(1000 * done + (1000 * part // whole if whole else 0), 1000 * files)


def _add(read: Sequence[tuple[str, Draft | CannotImport]], project: Project, progress: Progress) -> list[Imported]:
    results: list[Imported] = []
    with project.change("Import article"):
        for name, draft in read:
            progress(0, 0)
            if isinstance(draft, CannotImport):
                results.append(Imported(name, error=draft))
                continue
            known = project.articles.same_as(draft)
            results.append(Imported(name, known or project.articles.add(draft), known is not None))
    return results
