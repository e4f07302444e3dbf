"""Keeps the parts of the window in step with what is open, shown and selected."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from db.changes import Change
from desktop.actions.hit_actions import HitActions
from desktop.actions.menu import Actions, Situation
from desktop.actions.relation_actions import RelationActions
from desktop.actions.select_actions import unit_words
from desktop.actions.sight_actions import SightActions
from desktop.actions.tagging_actions import TaggingActions
from desktop.actions.visited import Visited
from desktop.panels.article_view import ArticleView
from desktop.panels.frame import Frame
from desktop.panels.pages import Pages
from desktop.panels.sidebar import Sidebar
from desktop.panels.status_line import StatusLine
from desktop.session import Session
from desktop.words import tr


class Watching(QObject):
    """Looks once after each burst of events, so that nothing is asked twice."""

    def __init__(
        self, session: Session, actions: Actions, view: ArticleView, pages: Pages, frame: Frame, sidebar: Sidebar,
        status: StatusLine, tagging: TaggingActions, relating: RelationActions, visited: Visited, sight: SightActions,
        hits: HitActions, parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._session = session
        self._actions = actions
        self._view = view
        self._pages = pages
        self._frame = frame
        self._sidebar = sidebar
        self._status = status
        self._tagging = tagging
        self._relating = relating
        self._visited = visited
        self._sight = sight
        self._hits = hits
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._look_again)
        self._opened = False
        self._place = 0, 0  # the paragraph, of how many
        self._unit = ""

    def soon(self) -> None:
        """Look when the events at hand are done."""
        if not self._timer.isActive():
            self._timer.start()

    def project_opened(self) -> None:
        """Look at the project now, and say what is shown once more when every part has heard of it."""
        self.look()
        self._count_conflicts()
        self._opened = True
        self.soon()

    def changed(self, change: Change) -> None:
        """Look when the events at hand are done; count the conflicts again where the change touched one."""
        if "conflict" in change.tables:
            self._count_conflicts()
        self.soon()

    def closed(self) -> None:
        """Say that nothing is open."""
        self._count_conflicts()
        self.look()

    def _count_conflicts(self) -> None:
        self._status.show_conflicts(self._session.project.open_conflicts() if self._session.is_open else 0)

    def _look_again(self) -> None:
        if self._opened and self._session.is_open and self._view.article is not None:
            self._frame.inspector.show_article(self._view.article)
        self.look()

    def look(self) -> None:
        """Say to menus and keys what is possible now."""
        self._timer.stop()
        self._opened = False
        session, view = self._session, self._view
        on_text = self._pages.name == "article"
        shown = session.is_open and view.article is not None
        project = session.project if session.is_open else None
        undo = project.next_undo() if project and project.writable else None
        redo = project.next_redo() if project and project.writable else None
        self._actions.follow(
            Situation(
                project=session.is_open,
                writable=bool(project and project.writable),
                busy=session.busy,
                article=shown,
                text=shown and on_text,
                selection=shown and on_text and view.selection is not None,
                annotation=shown and on_text and view.current is not None,
                hits=shown and view.hits > 0,
                found=session.is_open and self._hits.found,
                undo=undo.label if undo else "",
                redo=redo.label if redo else "",
                codes=self._tagging.has_codes,
                end=self._relating.has_end,
                beside=shown and view.beside,
                hidden=self._sight.any,
                back=self._visited.can_go_back,
                forward=self._visited.can_go_forward,
            )
        )
        self._say_where()
        self._frame.follow(session.is_open and self._pages.name != "start", shown and on_text)

    def article_shown(self, article: int | None) -> None:
        """Follow the article shown."""
        if article is not None or self._frame.has_inspector:
            self._frame.inspector.show_article(article)
        self._sidebar.library.show_article(article)
        self._unit = self._view.reader.unit() if article is not None else ""
        self.soon()

    def annotation_entered(self, annotation: int | None) -> None:
        """Follow the annotation one stands on."""
        if annotation is not None or self._frame.has_inspector:
            self._frame.inspector.show_annotations([annotation] if annotation is not None else [])
        self.soon()

    def place_changed(self, paragraph: int, paragraphs: int) -> None:
        """Say where one reads."""
        self._place = paragraph, paragraphs
        self._say_where()

    def _say_where(self) -> None:
        """Say at the foot where one reads and by which unit keys step, while the text is shown."""
        here = self._session.is_open and self._pages.name == "article" and self._view.article is not None
        paragraph, count = self._place if here else (0, 0)
        self._status.show_place(tr("¶{paragraph} of {count}", paragraph=paragraph, count=count) if count else "")
        self._status.show_unit(unit_words(self._unit) if here and self._unit else "")

    def unit_changed(self, unit: str) -> None:
        """Say which unit keys step by, to a screen reader too."""
        self._unit = unit
        self._view.reader.announce(unit_words(unit))
        self._say_where()

    def job_started(self, label: str) -> None:
        """Show that a job runs."""
        self._status.show_job(label)
        self.look()

    def job_ended(self) -> None:
        """Show that no job runs."""
        self._status.end_job()
        self.look()
