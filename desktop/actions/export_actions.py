"""What leaves the project, and the check of a manuscript's quotes: files are asked for, jobs are run, their ends are told."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from db.records import CoderId, Progress
from desktop.actions.choosing import choose_file, choose_target, with_ending
from desktop.actions.quotes_saving import QuotesSaving
from desktop.panels.library import LibraryPanel
from desktop.panels.notice_bar import NoticeBar, Offer
from desktop.panels.pages import Pages
from desktop.session import Session
from desktop.words import language, tr
from desktop.worker import Work, Worker

if TYPE_CHECKING:
    from db.exchange.report import FidelityReport
    from db.person import Person
    from db.sharing.quotes import Checked
    from desktop.panels.export_page import ExportPage, Order  # pages are made when first shown
    from desktop.panels.quotes_page import QuotesPage

EXPORT, QUOTES = "export", "quotes"
_MANUSCRIPTS = "*.docx *.md *.markdown *.txt *.odt *.html *.htm"


class ExportActions(QObject):
    """Shows the two pages and does what they ask for; the project is only read."""

    place_requested = Signal(int, object, object, object)  # article, start, end, annotation
    said = Signal(str)  # what was done that changed nothing

    def __init__(
        self, session: Session, worker: Worker, notice: NoticeBar, pages: Pages, library: LibraryPanel, window: QWidget
    ) -> None:
        super().__init__(window)
        self._session, self._worker, self._notice = session, worker, notice
        self._pages, self._library, self._window = pages, library, window
        self._saving = QuotesSaving(session, worker, notice, window)
        pages.made.connect(self._connect)
        library.view.selectionModel().selectionChanged.connect(self._choose_articles)

    def _connect(self, name: str, page: object) -> None:
        """Connect a page when it is made."""
        if name == EXPORT:
            cast("ExportPage", page).export_requested.connect(self.export)
        elif name == QUOTES:
            quotes = cast("QuotesPage", page)
            quotes.choose_requested.connect(self.choose_manuscript)
            quotes.check_requested.connect(self.check)
            quotes.place_requested.connect(self.place_requested)
            quotes.save_requested.connect(self._saving.save)
            quotes.told.connect(self.said)

    # Exporting

    def show(self) -> None:
        """Show everything the project can be exported as."""
        if self._session.is_open:
            page = cast("ExportPage", self._pages.page(EXPORT))
            page.show_chosen(self._library.chosen())
            self._pages.turn_to(EXPORT).setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose_articles(self, *_what: object) -> None:
        if self._pages.name == EXPORT:
            cast("ExportPage", self._pages.page(EXPORT)).show_chosen(self._library.chosen())

    def export(self, order: Order) -> None:
        """Ask for a file and write it."""
        source, way = self._session.project.path, order.way
        offered = self._session.file.with_name(_file_name(self._offered(order)))
        target = choose_target(self._window, "export", tr("Export"), f"{way.words} (*{way.ending})", offered)
        if target is None:
            return
        target, replace = with_ending(target, way.ending)
        work = partial(_write, source, self._session.person, self._session.project.me, target, replace, order)
        self._run("Exporting", work, partial(self._exported, target))

    def _offered(self, order: Order) -> str:
        from desktop.models.exports import offered_name

        project = self._session.project
        me = "" if order.choice.anonymous or not project.me else project.coders.get(project.me).name
        return offered_name(order.way, self._session.name, me.replace("?", ""), order.state)

    def _exported(self, target: Path, report: FidelityReport) -> None:
        self._notice.tell(tr("Exported to {name}", name=target.name), [Offer("Details", "report", report)])

    # Quotes

    def check_quotes(self) -> None:
        """Show the check of a manuscript's quotes; ask for one where none was checked."""
        if not self._session.is_open:
            return
        page = cast("QuotesPage", self._pages.turn_to(QUOTES))
        page.setFocus(Qt.FocusReason.OtherFocusReason)
        if page.manuscript is None:
            self.choose_manuscript()

    def choose_manuscript(self) -> None:
        """Ask for a manuscript and check it."""
        filters = f"{tr('Manuscripts')} ({_MANUSCRIPTS});;{tr('All files')} (*)"
        path = choose_file(
            self._window, "open", tr("Check the quotes of a manuscript"), filters, self._session.project.path.parent
        )
        if path is not None:
            self.check(path)

    def check(self, manuscript: Path) -> None:
        """Look for each quotation of a manuscript in the library."""
        work = partial(_check, self._session.project.path, manuscript, language())
        self._run("Checking the quotes", work, partial(self._checked, self._session.project.path, manuscript))

    def _checked(self, source: Path, manuscript: Path, found: list[Checked]) -> None:
        if self._session.is_open and self._session.project.path == source:
            page = cast("QuotesPage", self._pages.turn_to(QUOTES))
            page.show_checked(manuscript, found)
            page.setFocus(Qt.FocusReason.OtherFocusReason)

    def _run(self, label: str, work: Work, then: partial[None]) -> None:
        if not self._worker.run(label, work, then):
            self._notice.tell(tr("Wait until the running job is done, or cancel it."))


def _file_name(words: str) -> str:
    """Give words as the name of a file on any system."""
    return "".join("-" if sign in '\\/:*?"<>|' or not sign.isprintable() else sign for sign in words).strip(" .") or "export"


def _write(
    source: Path, person: Person, me: CoderId, target: Path, replace: bool, order: Order, progress: Progress
) -> FidelityReport:  # fmt: skip
    from db.project import Project
    from db.sharing import exporting, freezing

    with Project.open(source, person=person, read_only=True) as project:
        project.code_as(me)
        if order.state:
            anonymous = order.choice.anonymous
            return freezing.freeze(project, order.state, target, anonymous=anonymous, replace=replace, progress=progress)
        return exporting.write(project.store, target, order.choice, progress)


def _check(source: Path, manuscript: Path, spoken: str, progress: Progress) -> list[Checked]:
    from db.search.searcher import Searcher
    from db.sharing.quotes import QuoteCheck, read_manuscript

    draft = read_manuscript(manuscript, progress=progress)
    searcher = Searcher.open(source)
    try:
        return QuoteCheck(searcher, language=spoken).check(draft, progress=progress)
    finally:
        searcher.close()
