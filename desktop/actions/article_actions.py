"""Status, removal and what was left out of articles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from db.project import Project
from db.records import ArticleId, Progress, no_progress
from desktop.panels.article_view import ArticleView
from desktop.panels.notice_bar import NoticeBar
from desktop.panels.pages import Pages
from desktop.session import Session
from desktop.words import tr
from desktop.worker import Worker

# Changes of more articles than these may take over 30 ms: they are made beside the window.
_MANY = 50


class ArticleActions(QObject):
    """What is done to the article shown, or to those chosen in the library."""

    choice_requested = Signal(int)  # choose what belongs to the text of an article

    def __init__(
        self, session: Session, view: ArticleView, notice: NoticeBar, pages: Pages, parent: QObject | None = None,
        worker: Worker | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._session = session
        self._view = view
        self._notice = notice
        self._pages = pages
        self._worker = worker

    def to_read(self) -> None:
        """Set the shown article's status to to read."""
        self._set("to read")

    def reading(self) -> None:
        """Set the shown article's status to reading."""
        self._set("reading")

    def coded(self) -> None:
        """Set the shown article's status to coded."""
        self._set("coded")

    def checked(self) -> None:
        """Set the shown article's status to checked."""
        self._set("checked")

    def excluded(self) -> None:
        """Set the shown article's status to excluded, after asking why."""
        self._set("excluded")

    def _set(self, status: str) -> None:
        if self._view.article is not None:
            self.set_status([self._view.article], status)

    def set_status(self, articles: Sequence[int], status: str) -> None:
        """Set the status of articles; excluding asks for a reason first."""
        if status == "excluded":
            self._notice.ask(tr("Why is it excluded?"), "exclude", list(articles))
        else:
            self._change("Set status", articles, partial(_set_all, list(articles), status, ""))

    def exclude(self, articles: Sequence[int], reason: str) -> None:
        """Exclude articles for a reason."""
        self._change("Set status", articles, partial(_set_all, list(articles), "excluded", reason))

    def _change(self, label: str, articles: Sequence[int], work: Callable[[Project, Progress], None]) -> None:
        """Make one change of articles: here if they are few, else beside the window."""
        if self._worker is None or len(articles) <= _MANY:
            self._session.act(partial(work, self._session.project, no_progress))
        else:
            self._worker.change(label, work, _no_more)

    def remove_shown(self) -> None:
        """Remove the article shown."""
        if self._view.article is not None:
            self.remove([self._view.article])

    def remove(self, articles: Sequence[int]) -> None:
        """Remove articles with everything on them."""
        self._change("Remove article", articles, partial(_remove, list(articles)))

    def choose_text(self) -> None:
        """Ask for the blocks of the article shown, to keep or leave out."""
        if self._view.article is not None:
            self.choice_requested.emit(self._view.article)


def _set_all(articles: list[int], status: str, reason: str, project: Project, progress: Progress) -> None:
    with project.change("Set status"):
        for done, article in enumerate(articles):
            progress(done, len(articles))
            project.articles.set_status(ArticleId(article), status, reason)


def _remove(articles: list[int], project: Project, progress: Progress) -> None:
    progress(0, 0)
    project.articles.remove([ArticleId(article) for article in articles])


def _no_more(_value: object) -> None:
    """Nothing follows: the change itself is told to every part."""
