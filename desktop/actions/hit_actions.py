"""Hits of a search become annotations, beside the window and as one change; what takes long is shown at the foot."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from db.errors import ProjectReadOnly, Refused
from db.marking import marked_label
from db.project import Project
from db.records import Progress
from desktop.panels.pages import Pages
from desktop.panels.status_line import StatusLine
from desktop.session import Session
from desktop.words import tr
from desktop.worker import Worker

if TYPE_CHECKING:
    from desktop.models.candidates import ToMark
    from desktop.panels.concordance_view import ConcordanceView
    from desktop.panels.gathering import Gathering
    from desktop.panels.marking_page import MarkingPage  # pages are made when first shown
    from desktop.panels.search_page import SearchPage

MARKING, SEARCH = "marking", "search"


class HitActions(QObject):
    """Shows what would be marked, and marks it."""

    place_requested = Signal(int, object, object, object)  # article, start, end, annotation
    told = Signal(str)  # what was done, which can be undone
    said = Signal(str)  # what changed nothing

    def __init__(self, session: Session, worker: Worker, status: StatusLine, pages: Pages, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._worker = worker
        self._status = status
        self._pages = pages
        self._shown: Gathering | None = None  # what the foot shows as running
        self._concordance: ConcordanceView | None = None
        status.cancel_requested.connect(self._cancel)
        pages.made.connect(self._connect)

    def _connect(self, name: str, page: object) -> None:
        """Connect the page when it is made."""
        if name == MARKING:
            marking = cast("MarkingPage", page)
            marking.apply_requested.connect(self.apply)
            marking.place_requested.connect(self.place_requested)
            self.follow(marking.gathering)

    def begin(self, query: str) -> None:
        """Show what would be marked of what a query finds."""
        if not self._session.is_open:
            return
        if not query.strip():
            self._session.tell(Refused("Search for something first. Its hits can then be tagged."))
            return
        page = cast("MarkingPage", self._pages.turn_to(MARKING))
        page.begin(query)
        page.setFocus(Qt.FocusReason.OtherFocusReason)

    def begin_here(self) -> None:
        """Show what would be marked of what is searched for on the page of the search."""
        if self._session.is_open:
            self.begin(cast("SearchPage", self._pages.turn_to(SEARCH)).entry.text())

    def make_concordance(self) -> ConcordanceView:
        """Make the view that the page of the search shows instead of its list."""
        from desktop.panels.concordance_view import ConcordanceView

        made = self._concordance = ConcordanceView(self._session)
        made.told.connect(self.said)
        self.follow(made.gathering)
        return made

    @property
    def found(self) -> bool:
        """Whether a search found something to step through."""
        return self._pages.has(SEARCH) and cast("SearchPage", self._pages.page(SEARCH)).has_hits

    def next_found(self) -> None:
        """Open the next place that the search found."""
        cast("SearchPage", self._pages.page(SEARCH)).step(1)

    def previous_found(self) -> None:
        """Open the place that the search found before."""
        cast("SearchPage", self._pages.page(SEARCH)).step(-1)

    def concordance(self) -> None:
        """Show what is searched for line by line."""
        if not self._session.is_open:
            return
        page = cast("SearchPage", self._pages.turn_to(SEARCH))
        page.tools.show_view("concordance")
        if page.entry.text().strip() and self._concordance is not None:
            self._concordance.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            page.focus()

    def apply(self, wanted: ToMark) -> None:
        """Mark what was chosen; nothing is changed if it is cancelled or a text is another since."""
        if self._worker.change("Tag hits", partial(_mark, wanted), self._marked):
            return
        if self._session.is_open and not self._session.project.writable:
            self._session.tell(ProjectReadOnly(self._session.project.path))
        else:
            self._session.tell(Refused("The project is being changed. Wait until that is done, or cancel it."))

    def _marked(self, count: int) -> None:
        if self._pages.has(MARKING):
            cast("MarkingPage", self._pages.page(MARKING)).applied()
        if self._pages.name == MARKING:
            self._pages.go_back()
        self.told.emit(tr("Tagged 1 passage") if count == 1 else tr("Tagged {count} passages", count=f"{count:,}"))

    # What takes long

    def follow(self, gathering: Gathering) -> None:
        """Show at the foot what takes long in a view, and let it be cancelled there."""
        gathering.delayed.connect(partial(self._delayed, gathering))
        gathering.progressed.connect(partial(self._progressed, gathering))
        gathering.ended.connect(partial(self._ended, gathering))

    def _delayed(self, gathering: Gathering, label: str) -> None:
        if not self._worker.running:
            self._shown = gathering
            self._status.show_job(label)

    def _progressed(self, gathering: Gathering, done: int, total: int) -> None:
        if self._shown is gathering and not self._worker.running:
            self._status.show_progress(done, total)

    def _ended(self, gathering: Gathering) -> None:
        if self._shown is gathering:
            self._shown = None
            if not self._worker.running:
                self._status.end_job()

    def _cancel(self) -> None:
        if self._shown is not None and not self._worker.running:
            self._shown.cancel()


def _mark(wanted: ToMark, project: Project, progress: Progress) -> int:
    """Mark in one change, new codes and all; gives how many passages."""
    from desktop.models.offers import own_code  # not needed at the start

    with project.change(marked_label(wanted.query)):
        codes = [*wanted.codes, *(own_code(project, name) for name in wanted.new)]
        made = project.mark(
            wanted.candidates, codes=codes, links=wanted.links, note=wanted.note, query=wanted.query, progress=progress
        )
    return len(made)
