"""The lists that panels and the command field share, made when first asked for and kept in step with the project."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from db.changes import Change
from db.layers import Counted, Layers
from db.records import CoderId, Progress
from desktop.models import articles, codes, instruments
from desktop.models.articles import ArticlesModel
from desktop.models.codes import CodesModel
from desktop.models.instruments import InstrumentsModel
from desktop.session import Session

if TYPE_CHECKING:
    from desktop.worker import Job

_LATER = 30  # milliseconds: a tag is drawn before counts in lists are brought up to date


class Lists(QObject):
    """Articles, codes and instruments of the open project as models."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._articles = ArticlesModel(session, self)
        self._codes: CodesModel | None = None
        self._instruments: InstrumentsModel | None = None
        self._touched: set[str] = set()
        self._counting: Job | None = None  # counts what is hidden
        self._annotations: set[int] | None = set()  # those that changes touched; None: any
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_LATER)
        self._timer.timeout.connect(self.catch_up)
        session.opened.connect(self.reload)
        session.closed.connect(self._stop_counting)
        session.closed.connect(self.reload)
        session.changed.connect(self._changed)

    @property
    def articles(self) -> ArticlesModel:
        """The articles."""
        return self._articles

    @property
    def codes(self) -> CodesModel:
        """The codes."""
        if self._codes is None:
            self._codes = CodesModel(self._session, self)
            self._codes.reload()
        return self._codes

    @property
    def instruments(self) -> InstrumentsModel:
        """The instruments."""
        if self._instruments is None:
            self._instruments = InstrumentsModel(self._session, self)
            self._instruments.reload()
        return self._instruments

    def reload(self) -> None:
        """Read all lists again, as when another project was opened."""
        self._touched = set(articles.TABLES | codes.TABLES | instruments.TABLES)
        self._annotations = None
        self.catch_up()

    def _changed(self, change: Change) -> None:
        self._touched |= change.tables
        known = self._annotations is not None and change.annotations is not None
        self._annotations = {*(self._annotations or ()), *(change.annotations or ())} if known else None
        self._timer.start()

    def catch_up(self) -> None:
        """Read again the lists that changes touched."""
        self._timer.stop()
        touched, self._touched = self._touched, set()
        annotations, self._annotations = self._annotations, set()
        if touched & articles.TABLES:
            self._articles.catch_up(touched, None if annotations is None else sorted(annotations))
        if self._codes is not None and touched & codes.TABLES:
            self._codes.reload()
        if self._instruments is not None and touched & instruments.TABLES:
            self._instruments.reload()
        self._count_hidden()

    def _count_hidden(self) -> None:
        """Count what is hidden on a thread where that is much; the lists are read again when it is known."""
        if self._counting is not None or not self._session.is_open or not self._session.project.layers.behind:
            return
        from desktop.worker import Job

        project = self._session.project
        self._counting = Job(partial(_counted, project.path, project.me), self)
        self._counting.succeeded.connect(self._take_hidden)
        self._counting.failed.connect(self._stop_counting)
        self._counting.start()

    def _take_hidden(self, counted: Counted) -> None:
        if self._counting is not None and self.sender() is self._counting:
            self._stop_counting()
            self._session.project.layers.take(counted)
            self.reload()

    def _stop_counting(self, _error: object = None) -> None:
        job, self._counting = self._counting, None
        if job is not None:
            job.cancel()
            job.wait()
            job.succeeded.disconnect(self._take_hidden)
            job.failed.disconnect(self._stop_counting)
            job.deleteLater()


def _counted(path: Path, me: CoderId, progress: Progress) -> Counted:
    return Layers.count_again(path, me, progress)
