"""What the window is made of, and the one list of connections between its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget

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
from desktop.actions.page_makers import page_makers
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
from desktop.late_wiring import LateWiring
from desktop.models.lists import Lists
from desktop.panels.article_view import ArticleView
from desktop.panels.frame import Frame
from desktop.panels.notice_bar import NoticeBar
from desktop.panels.pages import Pages
from desktop.panels.sidebar import Sidebar
from desktop.panels.status_line import StatusLine
from desktop.panels.top_bar import TopBar
from desktop.session import Session
from desktop.theme import Theme
from desktop.worker import Worker

if TYPE_CHECKING:
    from desktop.main_window import MainWindow


class Wiring(QObject):
    """Fills a window with its parts and connects them; lives as long as the window, for parts that are made later."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._parts = LateWiring(window)

    def assemble(self, session: Session, theme: Theme) -> None:
        """Make the parts, lay them out and connect them."""
        window = self._window
        window.session = session
        session.setParent(window)
        window.worker = Worker(session, window)
        window.lists = Lists(session, window)
        window.command = Actions(window)
        window.command.dye(theme)
        self._make_parts(theme)
        self._make_actions()
        self._lay_out()
        self._connect()
        window.frame.restore(window.settings.number("sidebar_width", 260), window.settings.number("inspector_width", 320))
        window.viewing.begin()
        window.watching.look()

    def _make_parts(self, theme: Theme) -> None:
        window = self._window
        window.bar = TopBar(window.session, window.lists, window)
        window.notice = NoticeBar(window)
        window.status = StatusLine(window)
        window.view = ArticleView(window.session, theme, window)
        window.pages = Pages(page_makers(window.session, window.settings, window.view), window)
        window.sidebar = Sidebar(window.session, window.lists, window)
        centre = QWidget(window)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(window.notice)
        column.addWidget(window.pages, 1)
        window.frame = Frame(window.session, window.sidebar, centre, window)

    def _make_actions(self) -> None:
        window = self._window
        session, view, pages, notice = window.session, window.view, window.pages, window.notice
        window.telling = Telling(notice, window.status, window)
        window.projects = ProjectActions(session, window.worker, notice, window.status, pages, window)
        window.imports = ImportActions(session, window.worker, notice, pages, window)
        window.watch = WatchActions(session, window.imports, notice, window)
        window.articles = ArticleActions(session, view, notice, pages, window, worker=window.worker)
        window.annotations = AnnotationActions(session, window.worker, view, window.frame, window)
        window.tagging = TaggingActions(session, window.annotations, view, window)
        window.selecting = SelectActions(session, view, window)
        window.relating = RelationActions(session, view, notice, window)
        window.citing = CitingActions(session, view, window)
        window.sight = SightActions(session, view, window.sidebar, window.bar, window)
        window.visited = Visited(session, pages, view, window)
        window.versioning = VersionActions(session, window.worker, view, notice, pages, window)
        window.shelving = LibraryActions(session, window.worker, view, window.frame, window.sidebar, pages, window)
        window.coding = CodeActions(session, window.sidebar, window)
        window.describing = DescribingActions(session, view, window.sidebar, pages, window)
        window.viewing = ViewActions(session, window.settings, window.command, window.frame, view, window)
        window.hits = HitActions(session, window.worker, window.status, pages, window)
        window.agreement = AgreementActions(session, window.worker, notice, pages, window.hits, window)
        window.results = ResultActions(session, window.worker, notice, window)
        window.comparing = FrozenComparing(session, window.worker, notice, window)
        window.exporting = ExportActions(session, window.worker, notice, pages, window.sidebar.library, window)
        window.going = GoActions(
            session, pages, window.frame, window.sidebar, view, window.bar.field, window.visited, window
        )  # fmt: skip
        window.desk = DeskActions(
            session, window.settings, pages, view, window.bar, window.sidebar, window.sight, window.watch, window
        )  # fmt: skip
        window.watching = Watching(
            session, window.command, view, pages, window.frame, window.sidebar, window.status, window.tagging, window.relating,
            window.visited, window.sight, window.hits, window,
        )  # fmt: skip
        window.text_menu = TextMenu(session, window.command, view, window)
        window.offers = Offers(
            {
                "import_details": window.imports.show_details,
                "undo_import": window.imports.undo,
                "show_article": window.going.article,
                "report": window.projects.show_report,
                "show_conflicts": window.going.conflicts,
                "new_version": window.versioning.look,
                "review": window.versioning.review,
                "undo_merge": window.projects.merging.undo,
                "merge_details": window.projects.merging.show_details,
            },
            {"exclude": window.articles.exclude, "person": window.viewing.name_person},
            window,
        )

    def _lay_out(self) -> None:
        window = self._window
        window.command.fill(window.menuBar())
        window.bar.field.use(window.command)
        whole = QWidget(window)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (window.bar, window.frame, window.status):
            column.addWidget(part)
        column.setStretch(1, 1)
        window.setCentralWidget(whole)
        window.installEventFilter(window.status)

    def _connect(self) -> None:
        """Connect signals, which go up, to what they ask for; this is the one list."""
        window = self._window
        window.session.tell = window.telling.error
        window.session.done = window.telling.done
        self._connect_commands()
        self._connect_session()
        self._connect_parts()

    def _connect_commands(self) -> None:
        window = self._window
        project, imports, article, passage = (window.projects, window.imports, window.articles, window.annotations)
        view, go, coding = window.viewing, window.going, window.coding
        tagging, selecting, relating = window.tagging, window.selecting, window.relating
        citing, sight, versioning = window.citing, window.sight, window.versioning
        for name, slot in {
            "new_project": project.new, "open_project": project.open, "open_sample": project.open_sample,
            "import_files": imports.choose, "import_folder": imports.choose_folder, "watch_folder": window.watch.toggle,
            "import_report": imports.show_details, "paste_article": imports.paste,
            "export": window.exporting.show, "check_quotes": window.exporting.check_quotes,
            "compare_frozen": window.comparing.compare, "merge": project.merging.choose,
            "save_copy": project.save_copy, "check_project": project.check, "close_project": project.close, "quit": window.close,
            "undo": passage.undo, "redo": passage.redo, "copy": window.view.copy,
            "copy_quote": citing.copy_quote, "copy_pandoc": citing.copy_pandoc, "copy_locator": citing.copy_locator,
            "find": window.view.begin_find,
            "find_next": window.view.find_next, "find_previous": window.view.find_previous, "search": go.search,
            "agreement": window.agreement.show, "concordance": window.hits.concordance, "mark_hits": window.hits.begin_here,
            "found_next": window.hits.next_found, "found_previous": window.hits.previous_found,
            "select_next": selecting.select_next, "select_previous": selecting.select_previous,
            "extend_next": selecting.extend_next, "extend_previous": selecting.extend_previous,
            "larger_unit": selecting.larger_unit, "smaller_unit": selecting.smaller_unit, "unit_free": selecting.unit_free,
            "unit_clause": selecting.unit_clause, "unit_sentence": selecting.unit_sentence,
            "unit_paragraph": selecting.unit_paragraph, "relate_article": go.relate_article,
            "code_by_letters": tagging.by_letters, "repeat_codes": tagging.repeat_codes,
            "repeat_and_next": tagging.repeat_and_next, "sticky_code": tagging.sticky, "in_vivo": tagging.in_vivo,
            "repeat_link": tagging.repeat_link, "start_earlier": passage.start_earlier, "start_later": passage.start_later,
            "end_earlier": passage.end_earlier, "end_later": passage.end_later, "mark_end": relating.mark_end,
            "relate_1": relating.relate_1, "relate_2": relating.relate_2, "relate_3": relating.relate_3,
            "relate_4": relating.relate_4, "relate_5": relating.relate_5, "open_provision": relating.open_provision,
            "next_uncoded": go.next_uncoded, "previous_uncoded": go.previous_uncoded,
            "wider_column": view.wider_column, "narrower_column": view.narrower_column, "serif_text": view.serif_text,
            "beside": view.beside, "scroll_together": view.scroll_together, "hide_code": sight.hide_code,
            "dim_code": sight.dim_code, "solo_code": sight.solo_code, "show_all_codes": sight.show_all_codes,
            "show_layers": sight.show_layers, "hide_layers": sight.hide_layers,
            "new_version": versioning.choose, "edit_text": versioning.correct, "versions": versioning.show_versions,
            "put_into_collection": window.shelving.put_shown, "tag_article": window.shelving.tag_shown,
            "go_duplicates": window.shelving.duplicates, "go_review": versioning.review,
            "next_tab": window.view.next_tab, "previous_tab": window.view.previous_tab,
            "go_outline": go.outline, "forward": go.forward,
            "status_to_read": article.to_read, "status_reading": article.reading, "status_coded": article.coded,
            "status_checked": article.checked, "status_excluded": article.excluded,
            "show_removed": article.choose_text, "remove_article": article.remove_shown,
            "close_article": window.view.close_shown,
            "tag": passage.tag, "link": passage.link, "note": passage.note, "highlight": passage.highlight,
            "remove_annotation": passage.remove, "next_annotation": window.view.next_annotation,
            "previous_annotation": window.view.previous_annotation, "new_code": coding.begin_code,
            "edit_code": window.describing.edit_code,
            "new_instrument": coding.begin_instrument, "toggle_sidebar": view.toggle_sidebar,
            "toggle_inspector": view.toggle_inspector, "full_screen": view.full_screen, "zoom_in": view.zoom_in,
            "zoom_out": view.zoom_out, "zoom_reset": view.zoom_reset, "theme_system": view.theme_system,
            "theme_light": view.theme_light, "theme_dark": view.theme_dark, "theme_sepia": view.theme_sepia,
            "language_zh": view.language_zh, "language_en": view.language_en, "palette": go.palette, "go_library": go.library,
            "go_codes": go.codes, "go_instruments": go.instruments, "go_reader": go.text, "go_inspector": go.inspector,
            "go_history": go.history, "go_journal": go.journal, "go_conflicts": go.conflicts, "back": go.back,
            "next_pane": go.next_pane, "shortcuts": go.shortcuts, "about": go.about,
        }.items():  # fmt: skip
            window.command.do(name, slot)

    def _connect_session(self) -> None:
        window = self._window
        watching = window.watching
        window.session.opened.connect(window.desk.set)
        window.session.opened.connect(watching.project_opened)
        window.desk.titled.connect(window.setWindowTitle)
        window.session.closed.connect(window.desk.clear)
        window.session.closed.connect(watching.closed)
        window.session.opened.connect(window.selecting.apply)
        window.session.changed.connect(window.selecting.changed)
        window.session.opened.connect(window.viewing.sync)
        window.session.changed.connect(window.viewing.follow)
        window.session.changed.connect(watching.changed)
        window.session.changed.connect(window.notice.look)
        window.worker.started.connect(watching.job_started)
        window.worker.progressed.connect(window.status.show_progress)
        window.worker.ended.connect(watching.job_ended)
        window.projects.leaving.connect(window.annotations.keep_note)

    def _connect_parts(self) -> None:
        window = self._window
        go, watching, field = window.going, window.watching, window.bar.field
        window.command.doubted.connect(watching.look)
        window.command.hindered.connect(window.telling.hindered)
        window.status.undo_requested.connect(window.annotations.undo)
        window.status.cancel_requested.connect(window.worker.cancel)
        window.status.conflicts_requested.connect(window.going.conflicts)
        window.notice.chosen.connect(window.offers.choose)
        window.notice.answered.connect(window.offers.answer)
        window.imports.article_requested.connect(go.article)
        window.articles.choice_requested.connect(window.imports.choose_text)
        window.hits.place_requested.connect(go.place)
        window.projects.merging.undo_requested.connect(window.annotations.undo)
        window.agreement.place_requested.connect(go.place)
        window.exporting.place_requested.connect(go.place)
        window.exporting.said.connect(window.telling.say)
        window.hits.told.connect(window.telling.did)
        window.hits.said.connect(window.telling.say)
        window.imports.progress_said.connect(window.status.say_job)
        window.imports.undo_requested.connect(window.annotations.undo)
        window.watch.watching_changed.connect(window.command["watch_folder"].setChecked)
        window.watch.told.connect(window.telling.say)
        window.imports.project_dropped.connect(window.projects.open_path)
        window.imports.others_dropped.connect(window.projects.merging.preview_all)
        window.viewing.theme_changed.connect(window.view.set_theme)
        window.viewing.theme_changed.connect(window.command.dye)
        for part in (window.menuBar(), window.bar, window.status):
            window.viewing.bars_shown.connect(part.setVisible)
        field.command_chosen.connect(window.command.trigger)
        field.article_chosen.connect(go.article)
        field.code_chosen.connect(go.code)
        field.instrument_chosen.connect(go.instrument)
        field.search_requested.connect(go.search_for)
        window.bar.working_requested.connect(window.coding.set_working)
        window.bar.hidden_coders_requested.connect(window.desk.hide_coders)
        window.bar.person_requested.connect(window.viewing.ask_name)
        window.viewing.question_asked.connect(window.notice.ask)
        self._connect_library()
        window.sidebar.made.connect(self._parts.connect_panel)
        window.pages.made.connect(self._parts.connect_page)
        window.pages.turned.connect(watching.soon)
        window.frame.inspector_made.connect(self._parts.connect_inspector)
        window.annotations.note_requested.connect(go.note)
        window.tagging.sticky_changed.connect(window.status.show_sticky)
        window.tagging.stuck.connect(window.command["sticky_code"].setChecked)
        window.tagging.told.connect(window.telling.did)
        window.annotations.told.connect(window.telling.say)
        window.relating.end_changed.connect(watching.soon)
        window.relating.place_requested.connect(go.place)
        window.visited.changed.connect(watching.soon)
        window.sight.changed.connect(watching.soon)
        window.bar.all_codes_requested.connect(window.sight.show_all_codes)
        window.pages.back_requested.connect(go.leave_page)
        window.sight.told.connect(window.telling.say)
        window.citing.told.connect(window.telling.say)
        window.versioning.article_requested.connect(go.article)
        window.versioning.place_requested.connect(go.place)
        self._connect_view()

    def _connect_library(self) -> None:
        window = self._window
        go, library, shelving = window.going, window.sidebar.library, window.shelving
        library.article_requested.connect(go.article)
        library.status_requested.connect(window.articles.set_status)
        library.removed_requested.connect(window.imports.choose_text)
        library.remove_requested.connect(window.articles.remove)
        library.import_requested.connect(window.imports.choose)
        library.beside_requested.connect(go.beside)
        library.rename_requested.connect(go.article)  # before its title is edited
        library.rename_requested.connect(shelving.edit_title)
        library.collection_requested.connect(shelving.ask_collection)
        library.tags_requested.connect(shelving.ask_tags)
        library.take_out_requested.connect(shelving.take_out)
        library.duplicates_requested.connect(shelving.look_for_duplicates)
        library.arranged.connect(self._keep_arrangement)
        library.collections.new_requested.connect(shelving.ask_new)
        library.collections.rename_requested.connect(shelving.rename_collection)
        library.collections.move_requested.connect(shelving.move_collection)
        library.collections.remove_requested.connect(shelving.remove_collection)
        library.collections.put_requested.connect(shelving.put)
        library.arrange(window.settings.text("library"))

    def _keep_arrangement(self, words: str) -> None:
        self._window.settings.keep("library", words)

    def _connect_view(self) -> None:
        window = self._window
        go, watching = window.going, window.watching
        window.view.article_shown.connect(watching.article_shown)
        window.view.annotation_entered.connect(watching.annotation_entered)
        window.view.selection_changed.connect(watching.soon)
        window.view.place_changed.connect(watching.place_changed)
        window.view.hits_changed.connect(watching.soon)
        window.view.files_dropped.connect(window.imports.take)
        window.view.content_dropped.connect(window.imports.take_content)
        window.view.link_requested.connect(window.coding.visit)
        window.view.menu_requested.connect(window.text_menu.show_commands)
        window.view.several_requested.connect(window.text_menu.choose_one)
        window.view.head_activated.connect(go.metadata)
        window.view.zoom_requested.connect(window.viewing.zoom_by)
        window.view.import_requested.connect(window.imports.choose)
        window.view.reader_made.connect(window.command.serve_reader)
        window.view.reader_made.connect(window.notice.serve)
        window.view.unit_changed.connect(watching.unit_changed)
        window.view.beside_changed.connect(watching.soon)
        window.view.beside_changed.connect(window.viewing.sync)
        window.view.active_changed.connect(watching.soon)
        window.view.active_changed.connect(window.viewing.sync)
        window.view.selection_finished.connect(window.tagging.selection_finished)
        window.view.boundary_moved.connect(window.annotations.boundary_moved)
