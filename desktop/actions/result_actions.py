"""What a search found is written to a file that other programs open: a table or a Word document."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from db.records import Progress
from desktop.actions.choosing import choose_target
from desktop.panels.notice_bar import NoticeBar, Offer
from desktop.session import Session
from desktop.words import language, tr
from desktop.worker import Worker

if TYPE_CHECKING:
    from db.exchange.report import FidelityReport

_FORMS = {".xlsx": "Excel table", ".csv": "CSV table", ".docx": "Word document"}


class ResultActions(QObject):
    """Writes results; the project is only read."""

    def __init__(self, session: Session, worker: Worker, notice: NoticeBar, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._worker, self._notice, self._window = session, worker, notice, window

    def export(self, query: str, kinds: Sequence[str], *, concordance: bool = False) -> None:
        """Ask for a file and write all that a query finds, or every place of its words, line by line."""
        filters = ";;".join(f"{tr(title)} (*{suffix})" for suffix, title in _FORMS.items())
        path = self._session.project.path
        target = choose_target(self._window, "export", tr("Export results"), filters, path.with_name(tr("Results") + ".xlsx"))
        if target is None:
            return
        if target.suffix.lower() not in _FORMS:
            target = target.with_name(target.name + ".xlsx")
        work = partial(
            _write, path, target, query, tuple(kinds), self._said(query, kinds), self._session.project.me, language(), concordance
        )
        if not self._worker.run("Exporting", work, partial(self._written, target)):
            self._notice.tell(tr("Wait until the running job is done, or cancel it."))

    def _said(self, query: str, kinds: Sequence[str]) -> str:
        """Say the query in words, here, where the window's words are."""
        from db.search.query import parse
        from desktop.query_words import Names, sentence

        names = Names(self._session.project)
        return sentence(names.told(parse(query).root), names, kinds)

    def _written(self, target: Path, report: FidelityReport) -> None:
        self._notice.tell(tr("Results exported to {name}", name=target.name), [Offer("Details", "report", report)])


def _write(
    source: Path, target: Path, query: str, kinds: Sequence[str], said: str, me: int, spoken: str, concordance: bool,
    progress: Progress,
) -> FidelityReport:  # fmt: skip
    from db.exchange import results
    from db.search.concordance import lines
    from db.search.searcher import Searcher
    from db.sharing.findings import Findings

    searcher = Searcher.open(source)
    try:
        findings = Findings(searcher, source, me=me, language=spoken, sentence=lambda _tree: said)
        if concordance:
            found = lines(searcher, query, me=me, progress=progress)
            result = findings.concordance(query, found.lines, more=found.more)
        else:
            searcher.heed(progress)
            result = findings.hits(query, kinds or None)
        return results.write(target, result, target.suffix.lower()[1:], excel=True, progress=progress)
    finally:
        searcher.close()
