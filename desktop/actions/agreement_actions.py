"""Agreement between coders: its page, and how it leaves as a table that other programs open."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from db.records import Progress
from desktop.actions.choosing import choose_target
from desktop.actions.hit_actions import HitActions
from desktop.panels.notice_bar import NoticeBar, Offer
from desktop.panels.pages import Pages
from desktop.session import Session
from desktop.words import language, tr
from desktop.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.analysis.agreement import Name
    from db.analysis.matrix import Comparison
    from db.exchange.report import FidelityReport
    from desktop.panels.agreement_page import AgreementPage  # pages are made when first shown

AGREEMENT = "agreement"
_FORMS = {".xlsx": "Excel table", ".csv": "CSV table"}


class AgreementActions(QObject):
    """Shows the page and exports what it shows; the project is only read."""

    place_requested = Signal(int, object, object, object)  # article, start, end, annotation

    def __init__(
        self, session: Session, worker: Worker, notice: NoticeBar, pages: Pages, hits: HitActions, window: QWidget
    ) -> None:
        super().__init__(window)
        self._session, self._worker, self._notice = session, worker, notice
        self._pages, self._hits, self._window = pages, hits, window
        pages.made.connect(self._connect)

    def _connect(self, name: str, page: object) -> None:
        """Connect the page when it is made."""
        if name == AGREEMENT:
            made = cast("AgreementPage", page)
            made.place_requested.connect(self.place_requested)
            made.export_requested.connect(self.export)
            for gathering in (made.gathering, made.units.reading):
                self._hits.follow(gathering)

    def show(self) -> None:
        """Show how far the coders of the project agree."""
        if self._session.is_open:
            page = cast("AgreementPage", self._pages.turn_to(AGREEMENT))
            page.begin()
            page.setFocus(Qt.FocusReason.OtherFocusReason)

    def export(self) -> None:
        """Ask for a file and write what the page shows."""
        page = cast("AgreementPage", self._pages.page(AGREEMENT))
        found, measures, path = page.comparison, page.model.measures, self._session.project.path
        if found is None:
            return
        filters = ";;".join(f"{tr(title)} (*{suffix})" for suffix, title in _FORMS.items())
        offered = path.with_name(tr("Agreement") + ".xlsx")
        target = choose_target(self._window, "export", tr("Export the agreement"), filters, offered)
        if target is None:
            return
        if target.suffix.lower() not in _FORMS:
            target = target.with_name(target.name + ".xlsx")
        work = partial(_write, path, target, found, measures, language(), page.nameless.isChecked())
        if not self._worker.run("Exporting", work, partial(self._written, target)):
            self._notice.tell(tr("Wait until the running job is done, or cancel it."))

    def _written(self, target: Path, report: FidelityReport) -> None:
        self._notice.tell(tr("Agreement exported to {name}", name=target.name), [Offer("Details", "report", report)])


def _write(
    source: Path, target: Path, found: Comparison, measures: Sequence[Name], spoken: str, anonymous: bool, progress: Progress
) -> FidelityReport:
    from db.compared import Compared
    from db.exchange import agreement_tables
    from db.project import Project

    with Project.open(source, read_only=True) as project:
        taken = Compared(project.store, language=spoken, anonymous=anonymous).taken_away(found, measures)
        return agreement_tables.write(target, taken, target.suffix.lower()[1:], excel=True, progress=progress)
