"""Status, removal and what was left out of articles."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject

from db.records import ArticleId
from desktop.panels.article_view import ArticleView
from desktop.panels.notice_bar import NoticeBar
from desktop.panels.pages import Pages
from desktop.session import Session
from desktop.words import tr


class ArticleActions(QObject):
    """What is done to the article shown, or to those chosen in the library."""

    def __init__(
        self, session: Session, view: ArticleView, notice: NoticeBar, pages: Pages, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._view = view
        self._notice = notice
        self._pages = pages

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
            self._session.act(partial(self._set_all, articles, status, ""))

    def exclude(self, articles: Sequence[int], reason: str) -> None:
        """Exclude articles for a reason."""
        self._session.act(partial(self._set_all, articles, "excluded", reason))

    def _set_all(self, articles: Sequence[int], status: str, reason: str) -> None:
        project = self._session.project
        with project.change("Set status"):
            for article in articles:
                project.articles.set_status(ArticleId(article), status, reason)

    def remove_shown(self) -> None:
        """Remove the article shown."""
        if self._view.article is not None:
            self.remove([self._view.article])

    def remove(self, articles: Sequence[int]) -> None:
        """Remove articles with everything on them."""
        self._session.act(partial(self._session.project.articles.remove, [ArticleId(article) for article in articles]))

    def show_removed_here(self) -> None:
        """Show what was left out of the article shown."""
        if self._view.article is not None:
            self.show_removed(self._view.article)

    def show_removed(self, article: int) -> None:
        """Show what an import left out of an article."""
        from desktop.panels.help_sheets import RemovedSheet

        page = self._pages.turn_to("removed")
        project = self._session.project
        if isinstance(page, RemovedSheet):
            title = project.articles.get(ArticleId(article)).title
            page.show_version(title, project.articles.version(ArticleId(article)))
            page.setFocus()
