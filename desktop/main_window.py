"""The window: it shows at once, its parts follow; what Qt asks of it is answered here. No logic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMargins, QRect, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMainWindow

from desktop.settings import Settings
from desktop.theme import Theme

if TYPE_CHECKING:
    from desktop.actions.agreement_actions import AgreementActions
    from desktop.actions.annotation_actions import AnnotationActions
    from desktop.actions.article_actions import ArticleActions
    from desktop.actions.citing_actions import CitingActions
    from desktop.actions.code_actions import CodeActions
    from desktop.actions.describing import DescribingActions
    from desktop.actions.desk_actions import DeskActions
    from desktop.actions.export_actions import ExportActions
    from desktop.actions.frozen_comparing import FrozenComparing
    from desktop.actions.go_actions import GoActions
    from desktop.actions.hit_actions import HitActions
    from desktop.actions.import_actions import ImportActions
    from desktop.actions.library_actions import LibraryActions
    from desktop.actions.menu import Actions
    from desktop.actions.offers import Offers
    from desktop.actions.project_actions import ProjectActions
    from desktop.actions.relation_actions import RelationActions
    from desktop.actions.result_actions import ResultActions
    from desktop.actions.select_actions import SelectActions
    from desktop.actions.sight_actions import SightActions
    from desktop.actions.tagging_actions import TaggingActions
    from desktop.actions.telling import Telling
    from desktop.actions.text_menu import TextMenu
    from desktop.actions.version_actions import VersionActions
    from desktop.actions.view_actions import ViewActions
    from desktop.actions.visited import Visited
    from desktop.actions.watch_actions import WatchActions
    from desktop.actions.watching import Watching
    from desktop.models.lists import Lists
    from desktop.panels.article_view import ArticleView
    from desktop.panels.frame import Frame
    from desktop.panels.inspector import Inspector
    from desktop.panels.notice_bar import NoticeBar
    from desktop.panels.pages import Pages
    from desktop.panels.picker import Picker
    from desktop.panels.sidebar import Sidebar
    from desktop.panels.status_line import StatusLine
    from desktop.panels.top_bar import TopBar
    from desktop.session import Session
    from desktop.worker import Worker


class MainWindow(QMainWindow):
    """Glossator's window: a frame of its parts' places until `Wiring` has filled it."""

    painted = Signal()  # once, after the first paint

    session: Session
    worker: Worker
    lists: Lists
    command: Actions
    bar: TopBar
    notice: NoticeBar
    status: StatusLine
    view: ArticleView
    pages: Pages
    sidebar: Sidebar
    frame: Frame
    telling: Telling
    projects: ProjectActions
    imports: ImportActions
    watch: WatchActions
    articles: ArticleActions
    annotations: AnnotationActions
    tagging: TaggingActions
    selecting: SelectActions
    relating: RelationActions
    citing: CitingActions
    sight: SightActions
    visited: Visited
    versioning: VersionActions
    shelving: LibraryActions
    coding: CodeActions
    describing: DescribingActions
    viewing: ViewActions
    going: GoActions
    hits: HitActions
    results: ResultActions
    comparing: FrozenComparing
    exporting: ExportActions
    agreement: AgreementActions
    desk: DeskActions
    watching: Watching
    text_menu: TextMenu
    offers: Offers

    def __init__(self, settings: Settings, theme: Theme) -> None:
        super().__init__()
        self.settings = settings
        self._theme = theme
        self._painted = False
        self.setObjectName("mainWindow")
        self.setWindowTitle("Glossator")
        self.setAcceptDrops(True)
        self.setMinimumSize(640, 420)
        self.resize(1280, 800)
        self.restoreGeometry(settings.blob("geometry"))

    @property
    def filled(self) -> bool:
        """Whether the parts are there."""
        return self.centralWidget() is not None

    @property
    def inspector(self) -> Inspector:
        """The inspector."""
        return self.frame.inspector

    @property
    def picker(self) -> Picker:
        """The picker of codes and instruments."""
        return self.annotations.picker

    # What Qt asks of a window

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        from desktop.actions.dropping import paths_in

        if self.filled and paths_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        from desktop.actions.dropping import paths_in

        event.acceptProposedAction()
        self.imports.take(paths_in(event.mimeData()))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange and self.filled:
            self.command.retranslate(self.menuBar())
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.filled:
            self._outline()
        if not self._painted:
            self._painted = True
            self.painted.emit()

    def _outline(self) -> None:
        """Paint where text and bars will stand, so that nothing jumps when they come."""
        height = self.fontMetrics().height()
        top = 40 + height + 2 * self._theme.size("grid")
        centre = self.rect().marginsRemoved(QMargins(self.settings.number("sidebar_width", 260), top, 0, 24))
        painter = QPainter(self)
        painter.fillRect(centre, self._theme.colour("base"))
        painter.fillRect(QRect(0, top, self.width(), 1), self._theme.colour("hairline"))
        painter.end()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.filled:
            from desktop.actions.view_actions import keep_sizes

            self.worker.stop()
            self.projects.leaving.emit()
            keep_sizes(self.settings, self, self.frame)
            self.session.close()
            self.settings.write()
        super().closeEvent(event)
