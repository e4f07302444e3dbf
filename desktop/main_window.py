"""The window: its parts, where they stand, and one list of connections. No logic here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from desktop.actions.annotation_actions import AnnotationActions
from desktop.actions.article_actions import ArticleActions
from desktop.actions.code_actions import CodeActions
from desktop.actions.desk_actions import DeskActions
from desktop.actions.dropping import paths_in
from desktop.actions.go_actions import GoActions
from desktop.actions.import_actions import ImportActions
from desktop.actions.menu import Actions
from desktop.actions.offers import Offers
from desktop.actions.page_makers import page_makers
from desktop.actions.project_actions import ProjectActions
from desktop.actions.telling import Telling
from desktop.actions.text_menu import TextMenu
from desktop.actions.view_actions import ViewActions, keep_sizes
from desktop.actions.watching import Watching
from desktop.models.lists import Lists
from desktop.panels.article_view import ArticleView
from desktop.panels.frame import Frame
from desktop.panels.notice_bar import NoticeBar
from desktop.panels.pages import Pages
from desktop.panels.sidebar import Sidebar
from desktop.panels.status_line import StatusLine
from desktop.panels.top_bar import TopBar
from desktop.session import Session
from desktop.settings import Settings
from desktop.theme import Theme
from desktop.worker import Worker

if TYPE_CHECKING:
    from desktop.panels.inspector import Inspector  # made when the first article is shown
    from desktop.panels.picker import Picker


class MainWindow(QMainWindow):
    """Glossator's window on one session."""

    painted = Signal()  # once, after the first paint

    def __init__(self, session: Session, settings: Settings, theme: Theme) -> None:
        super().__init__()
        self.session, self.settings = session, settings
        self._painted = False
        self.setObjectName("mainWindow")
        self.setWindowTitle("Glossator")
        self.setAcceptDrops(True)
        self.setMinimumSize(640, 420)
        self.worker = Worker(session, self)
        self.lists = Lists(session, self)
        self.command = Actions(self)
        self.command.dye(theme)
        self._make_parts(theme)
        self._make_actions()
        self._lay_out()
        self._connect()
        self.resize(1280, 800)
        self.restoreGeometry(settings.blob("geometry"))
        self.frame.restore(settings.number("sidebar_width", 260), settings.number("inspector_width", 320))
        self.view.set_zoom(settings.number("zoom", 100))
        self.viewing.begin()
        self.watching.look()

    def _make_parts(self, theme: Theme) -> None:
        self.bar = TopBar(self.session, self.lists, self)
        self.notice = NoticeBar(self)
        self.status = StatusLine(self)
        self.view = ArticleView(self.session, theme, self)
        self.pages = Pages(page_makers(self.session, self.settings, self.view), self)
        self.sidebar = Sidebar(self.session, self.lists, self)
        centre = QWidget(self)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notice)
        column.addWidget(self.pages, 1)
        self.frame = Frame(self.session, self.sidebar, centre, self)

    def _make_actions(self) -> None:
        session, view, pages, notice = self.session, self.view, self.pages, self.notice
        self.telling = Telling(notice, self.status, self)
        self.projects = ProjectActions(session, self.worker, notice, self.status, pages, self)
        self.imports = ImportActions(session, self.worker, notice, pages, self)
        self.articles = ArticleActions(session, view, notice, pages, self)
        self.annotations = AnnotationActions(session, self.worker, view, self.frame, self)
        self.coding = CodeActions(session, self.sidebar, self)
        self.viewing = ViewActions(session, self.settings, self.command, self.frame, view, self)
        self.going = GoActions(session, pages, self.frame, self.sidebar, view, self.bar.field, self)
        self.desk = DeskActions(session, self.settings, pages, view, self.bar, self.sidebar, self)
        self.watching = Watching(session, self.command, view, pages, self.frame, self.sidebar, self.status, self)
        self.text_menu = TextMenu(session, self.command, view, self)
        self.offers = Offers(
            {
                "import_details": self.imports.show_details,
                "show_article": self.going.article,
                "report": self.projects.show_report,
                "show_conflicts": self.going.conflicts,
            },
            {"exclude": self.articles.exclude, "person": self.viewing.name_person},
            self,
        )

    def _lay_out(self) -> None:
        self.command.fill(self.menuBar())
        self.bar.field.use(self.command)
        whole = QWidget(self)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.bar, self.frame, self.status):
            column.addWidget(part)
        column.setStretch(1, 1)
        self.setCentralWidget(whole)
        self.installEventFilter(self.status)

    def _connect(self) -> None:
        """Connect signals, which go up, to what they ask for; this is the one list."""
        self.session.tell = self.telling.error
        self.session.done = self.telling.done
        self._connect_commands()
        self._connect_session()
        self._connect_parts()

    def _connect_commands(self) -> None:
        project, imports, article, passage = self.projects, self.imports, self.articles, self.annotations
        view, go, coding = self.viewing, self.going, self.coding
        for name, slot in {
            "new_project": project.new, "open_project": project.open, "open_sample": project.open_sample,
            "import_files": imports.choose, "paste_article": imports.paste, "export": project.export, "merge": project.merge,
            "save_copy": project.save_copy, "check_project": project.check, "close_project": project.close, "quit": self.close,
            "undo": passage.undo, "redo": passage.redo, "copy": self.view.copy, "find": self.view.begin_find,
            "find_next": self.view.find_next, "find_previous": self.view.find_previous, "search": go.search,
            "status_to_read": article.to_read, "status_reading": article.reading, "status_coded": article.coded,
            "status_checked": article.checked, "status_excluded": article.excluded,
            "show_removed": article.show_removed_here, "remove_article": article.remove_shown, "close_article": self.view.close_shown,
            "tag": passage.tag, "link": passage.link, "note": passage.note, "highlight": passage.highlight,
            "remove_annotation": passage.remove, "next_annotation": self.view.next_annotation,
            "previous_annotation": self.view.previous_annotation, "new_code": coding.begin_code,
            "new_instrument": coding.begin_instrument, "toggle_sidebar": view.toggle_sidebar,
            "toggle_inspector": view.toggle_inspector, "full_screen": view.full_screen, "zoom_in": view.zoom_in,
            "zoom_out": view.zoom_out, "zoom_reset": view.zoom_reset, "theme_system": view.theme_system,
            "theme_light": view.theme_light, "theme_dark": view.theme_dark, "theme_sepia": view.theme_sepia,
            "language_zh": view.language_zh, "language_en": view.language_en, "palette": go.palette, "go_library": go.library,
            "go_codes": go.codes, "go_instruments": go.instruments, "go_reader": go.text, "go_inspector": go.inspector,
            "go_history": go.history, "go_journal": go.journal, "go_conflicts": go.conflicts, "back": go.back,
            "next_pane": go.next_pane, "shortcuts": go.shortcuts, "about": go.about,
        }.items():  # fmt: skip
            self.command.do(name, slot)

    def _connect_session(self) -> None:
        watching = self.watching
        self.session.opened.connect(self.desk.set)
        self.session.opened.connect(watching.project_opened)
        self.desk.titled.connect(self.setWindowTitle)
        self.session.closed.connect(self.desk.clear)
        self.session.closed.connect(watching.look)
        self.session.changed.connect(watching.soon)
        self.worker.started.connect(watching.job_started)
        self.worker.progressed.connect(self.status.show_progress)
        self.worker.ended.connect(watching.job_ended)
        self.projects.leaving.connect(self.annotations.keep_note)

    def _connect_parts(self) -> None:
        go, watching, library, field = self.going, self.watching, self.sidebar.library, self.bar.field
        self.command.hindered.connect(self.telling.hindered)
        self.status.undo_requested.connect(self.annotations.undo)
        self.status.cancel_requested.connect(self.worker.cancel)
        self.notice.chosen.connect(self.offers.choose)
        self.notice.answered.connect(self.offers.answer)
        self.imports.article_requested.connect(go.article)
        self.imports.project_dropped.connect(self.projects.open_path)
        self.viewing.theme_changed.connect(self.view.set_theme)
        self.viewing.theme_changed.connect(self.command.dye)
        for part in (self.menuBar(), self.bar, self.status):
            self.viewing.bars_shown.connect(part.setVisible)
        field.command_chosen.connect(self.command.trigger)
        field.article_chosen.connect(go.article)
        field.code_chosen.connect(go.code)
        field.instrument_chosen.connect(go.instrument)
        field.search_requested.connect(go.search_for)
        self.bar.working_requested.connect(self.coding.set_working)
        self.bar.hidden_coders_requested.connect(self.desk.hide_coders)
        self.bar.person_requested.connect(self.viewing.ask_name)
        self.viewing.question_asked.connect(self.notice.ask)
        library.article_requested.connect(go.article)
        library.status_requested.connect(self.articles.set_status)
        library.removed_requested.connect(self.articles.show_removed)
        library.remove_requested.connect(self.articles.remove)
        library.import_requested.connect(self.imports.choose)
        self.sidebar.made.connect(self._connect_panel)
        self.pages.made.connect(self._connect_page)
        self.pages.turned.connect(watching.soon)
        self.view.article_shown.connect(watching.article_shown)
        self.view.annotation_entered.connect(watching.annotation_entered)
        self.view.selection_changed.connect(watching.soon)
        self.view.place_changed.connect(watching.place_changed)
        self.view.hits_changed.connect(watching.soon)
        self.view.files_dropped.connect(self.imports.take)
        self.view.content_dropped.connect(self.imports.take_content)
        self.view.link_requested.connect(self.coding.visit)
        self.view.menu_requested.connect(self.text_menu.show_commands)
        self.view.several_requested.connect(self.text_menu.choose_one)
        self.view.head_activated.connect(go.metadata)
        self.view.zoom_requested.connect(self.viewing.zoom_by)
        self.view.import_requested.connect(self.imports.choose)
        self.view.reader_made.connect(self.command.serve_reader)
        self.frame.inspector_made.connect(self._connect_inspector)
        self.annotations.note_requested.connect(go.note)

    def _connect_inspector(self, inspector: Inspector) -> None:
        go = self.going
        inspector.annotation_requested.connect(go.annotation)
        inspector.article_requested.connect(go.article)
        inspector.url_requested.connect(self.coding.visit)
        inspector.code_requested.connect(self.annotations.tag_chosen)
        inspector.instrument_requested.connect(self.annotations.link_chosen)
        inspector.removed_requested.connect(self.articles.show_removed)

    def _connect_panel(self, panel: QWidget) -> None:
        from desktop.panels.codes_panel import CodesPanel
        from desktop.panels.instruments_panel import InstrumentsPanel

        coding = self.coding
        if isinstance(panel, CodesPanel):
            panel.code_requested.connect(self.going.code)
            panel.working_requested.connect(coding.set_working)
            panel.add_requested.connect(coding.add_code)
            panel.edit_requested.connect(coding.edit_code)
            panel.remove_requested.connect(coding.remove_code)
        elif isinstance(panel, InstrumentsPanel):
            panel.instrument_requested.connect(self.going.instrument)
            panel.url_requested.connect(coding.visit)
            panel.add_requested.connect(coding.add_instrument)
            panel.edit_requested.connect(coding.edit_instrument)
            panel.remove_requested.connect(coding.remove_instrument)

    def _connect_page(self, name: str, page: QWidget) -> None:
        if name == "article":
            return
        from desktop.panels.merge_sheet import MergeSheet
        from desktop.panels.sheets import Sheet
        from desktop.panels.start_page import StartPage

        project, go = self.projects, self.going
        if isinstance(page, StartPage):
            page.sample_requested.connect(project.open_sample)
            page.open_requested.connect(project.open)
            page.recent_requested.connect(project.open_recent)
            page.create_requested.connect(project.create)
            page.language_requested.connect(self.viewing.choose_language)
        elif isinstance(page, Sheet):
            page.left.connect(go.leave_page)
        if isinstance(page, MergeSheet):
            page.merge_requested.connect(project.merge_planned)
            page.new_project_requested.connect(project.new_from_bundle)
        if name == "search":
            self._connect_search(page)

    def _connect_search(self, page: QWidget) -> None:
        from desktop.panels.search_page import SearchPage  # not needed before it is shown

        go = self.going
        if isinstance(page, SearchPage):
            page.place_requested.connect(go.place)
            page.code_requested.connect(go.code)
            page.instrument_requested.connect(go.instrument)

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
        if paths_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.imports.take(paths_in(event.mimeData()))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.command.retranslate(self.menuBar())
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            self.painted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.worker.stop()
        self.annotations.keep_note()
        keep_sizes(self.settings, self, self.frame)
        self.session.close()
        self.settings.write()
        super().closeEvent(event)
