"""The desk of a project: what was open where, put back when the project is opened again."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from db.errors import ProjectError
from db.records import Article
from desktop.actions.sight_actions import SightActions
from desktop.actions.watch_actions import WatchActions
from desktop.panels.article_view import ArticleView
from desktop.panels.pages import Pages
from desktop.panels.sidebar import Sidebar
from desktop.panels.top_bar import TopBar, project_words
from desktop.session import Session
from desktop.settings import Desk, Settings


class DeskActions(QObject):
    """Sets the desk when a project opens and remembers it when it closes."""

    titled = Signal(str)  # what the window is called

    def __init__(
        self, session: Session, settings: Settings, pages: Pages, view: ArticleView, bar: TopBar, sidebar: Sidebar,
        sight: SightActions, watch: WatchActions, parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._session = session
        self._settings = settings
        self._pages = pages
        self._view = view
        self._bar = bar
        self._sidebar = sidebar
        self._sight = sight
        self._watch = watch
        self._path: Path | None = None

    def set(self) -> None:
        """Open what was open."""
        project = self._session.project
        self._path = file = self._session.file
        self.titled.emit(f"{project_words(self._session)} – Glossator")
        self._settings.remember_project(file)
        desk = self._settings.desk(file)
        by_uuid = self._articles([*desk.tabs, desk.shown])
        self._view.hide_coders(desk.hidden_coders)
        self._bar.show_layers(desk.hidden_coders)
        self._sight.restore(desk.sight)
        self._watch.restore(desk.watched)
        shown = by_uuid.get(desk.shown)
        tabs = [by_uuid[uuid] for uuid in desk.tabs if uuid in by_uuid]
        if not tabs and not desk.seen and (articles := project.articles.all()):
            tabs = [max(articles, key=_worked_on)]  # a project met for the first time shows what it is about
        self._pages.start_over("article")
        self._view.restore(tabs, shown.id if shown else None, desk.places, desk.beside)
        self._frame_focus()

    def _articles(self, uuids: Sequence[str]) -> dict[str, Article]:
        """Give those articles that are still there, by uuid."""
        found, articles = [], self._session.project.articles
        for uuid in filter(None, uuids):
            with suppress(ProjectError):
                found.append(articles.by_ref(uuid))
        return {article.uuid: article for article in articles.several(found).values()}

    def _frame_focus(self) -> None:
        if self._view.article is not None:
            self._view.focus()
        else:
            self._sidebar.focus()

    def clear(self) -> None:
        """Remember how the project is left and clear the desk."""
        self.keep()
        self._sight.restore({})
        self._watch.restore({})
        self._path = None
        self.titled.emit("Glossator")
        self._view.clear()
        self._pages.start_over("start")
        from desktop.panels.start_page import StartPage

        page = self._pages.page("start")
        if isinstance(page, StartPage):
            page.show_recent(self._settings.recent())

    def keep(self) -> None:
        """Remember how the project is left."""
        if self._path is not None:
            tabs, shown, places = self._view.desk()
            coders, beside, sight = tuple(self._view.hidden_coders), self._view.beside_article, self._sight.state()
            desk = Desk(tuple(tabs), shown, places, coders, beside, sight, self._watch.state(), seen=True)
            self._settings.keep_desk(self._path, desk)

    def hide_coders(self, coders: Sequence[str]) -> None:
        """Leave out the annotations of some coders."""
        self._view.hide_coders(coders)


def _worked_on(article: Article) -> int:
    return article.annotations
