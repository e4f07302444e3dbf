"""The check of a manuscript's quotes is kept in a file: one is asked for, and written beside the window."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from db.errors import Refused
from db.records import Progress
from desktop.actions.choosing import choose_target
from desktop.panels.notice_bar import NoticeBar, Offer
from desktop.session import Session
from desktop.words import language, tr
from desktop.worker import Worker

if TYPE_CHECKING:
    from db.exchange.report import FidelityReport
    from db.person import Person
    from db.sharing.quotes import Checked

_ENDINGS = (".xlsx", ".csv", ".md")


class QuotesSaving(QObject):
    """Saves what became of quotations; the project and the manuscript are only read."""

    def __init__(self, session: Session, worker: Worker, notice: NoticeBar, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._worker, self._notice, self._window = session, worker, notice, window

    def save(self, manuscript: Path, checked: Sequence[Checked]) -> None:
        """Ask for a file and write it."""
        source = self._session.project.path
        kinds = ((tr("Workbook"), ".xlsx"), (tr("Table"), ".csv"), (tr("Markdown"), ".md"))
        filters = ";;".join(f"{words} (*{ending})" for words, ending in kinds)
        offered = source.with_name(f"{manuscript.stem} – {tr('Check quotes')}.xlsx")
        target = choose_target(self._window, "export", tr("Save the result"), filters, offered)
        if target is None:
            return
        if target.suffix.lower() not in _ENDINGS:
            target = _free(target.with_name(target.name + ".xlsx"))
        if target.resolve() == manuscript.resolve():
            self._session.tell(Refused("The manuscript is only read. Save the result under another name."))
            return
        work = partial(_write, source, self._session.person, target, manuscript.name, tuple(checked), language())
        if not self._worker.run("Saving the result", work, partial(self._saved, target)):
            self._notice.tell(tr("Wait until the running job is done, or cancel it."))

    def _saved(self, target: Path, report: FidelityReport) -> None:
        self._notice.tell(tr("Exported to {name}", name=target.name), [Offer("Details", "report", report)])


def _free(target: Path) -> Path:
    """Give a name that no file has: the chooser asked about replacing another one."""
    number, free = 1, target
    while free.exists():
        number += 1
        free = target.with_name(f"{target.stem} ({number}){target.suffix}")
    return free


def _write(
    source: Path, person: Person, target: Path, name: str, checked: Sequence[Checked], spoken: str, progress: Progress
) -> FidelityReport:
    from db.project import Project
    from db.sharing import quotes_file

    with Project.open(source, person=person, read_only=True) as project:
        return quotes_file.write(project.store, target, name, checked, language=spoken, progress=progress)
