"""Connects the parts of the window that are made when they are first shown: inspector, panels and pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from desktop.main_window import MainWindow
    from desktop.panels.inspector import Inspector
    from desktop.panels.query_form import QueryForm


class LateWiring(QObject):
    """The rest of the one list of connections; what a part is, is imported when it is there."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def connect_inspector(self, inspector: Inspector) -> None:
        window = self._window
        go = window.going
        inspector.annotation_requested.connect(go.annotation)
        inspector.article_requested.connect(go.article)
        inspector.url_requested.connect(window.coding.visit)
        inspector.code_requested.connect(window.annotations.tag_chosen)
        inspector.instrument_requested.connect(window.annotations.link_chosen)
        inspector.removed_requested.connect(window.imports.choose_text)
        inspector.note_finished.connect(window.view.focus)
        inspector.provision_requested.connect(window.relating.show_provision)
        inspector.linked_requested.connect(go.instrument)
        inspector.article.collection_requested.connect(window.shelving.ask_collection_of)
        inspector.article.tags_requested.connect(window.shelving.ask_tags_of)
        inspector.article.field_defined.connect(window.shelving.define_field)

    def connect_panel(self, panel: QWidget) -> None:
        window = self._window
        from desktop.panels.codes_panel import CodesPanel
        from desktop.panels.instruments_panel import InstrumentsPanel
        from desktop.panels.outline import OutlinePanel

        coding = window.coding
        if isinstance(panel, CodesPanel):
            panel.code_requested.connect(window.going.code)
            panel.working_requested.connect(coding.set_working)
            panel.add_requested.connect(coding.add_code)
            panel.edit_requested.connect(coding.edit_code)
            panel.remove_requested.connect(coding.remove_code)
            panel.sight_requested.connect(window.sight.ask)
            panel.page_requested.connect(window.describing.show_code)
        elif isinstance(panel, OutlinePanel):
            panel.follow(window.view)
            panel.place_requested.connect(window.going.heading)
        elif isinstance(panel, InstrumentsPanel):
            panel.instrument_requested.connect(window.going.instrument)
            panel.url_requested.connect(coding.visit)
            panel.add_requested.connect(coding.add_instrument)
            panel.edit_requested.connect(coding.edit_instrument)
            panel.remove_requested.connect(coding.remove_instrument)

    def connect_page(self, name: str, page: QWidget) -> None:
        window = self._window
        if name == "article":
            return
        from desktop.panels.merge_sheet import MergeSheet
        from desktop.panels.start_page import StartPage

        project = window.projects
        if isinstance(page, StartPage):
            page.sample_requested.connect(project.open_sample)
            page.open_requested.connect(project.open)
            page.recent_requested.connect(project.open_recent)
            page.create_requested.connect(project.create)
            page.language_requested.connect(window.viewing.choose_language)
        if isinstance(page, MergeSheet):
            taking = project.merging
            page.merge_requested.connect(taking.take)
            page.reading_requested.connect(taking.preview)
            page.new_project_requested.connect(taking.new_project)
            page.undo_requested.connect(taking.undo)
            page.left.connect(taking.pass_over)
            page.conflicts_requested.connect(window.going.conflicts)
        own = {
            "duplicates": self._connect_duplicates,
            "versions": self._connect_texts,
            "review": self._connect_texts,
            "conflicts": self._connect_conflicts,
            "code": self._connect_code,
            "search": self._connect_search,
            "journal": self._connect_journal,
            "import_report": self._connect_report,
            "text_choice": self._connect_choice,
        }
        if name in own:
            own[name](page)

    def _connect_report(self, page: QWidget) -> None:
        window = self._window
        from desktop.panels.import_report import ImportReport

        if isinstance(page, ImportReport):
            page.article_requested.connect(window.going.article)
            page.choice_requested.connect(window.imports.choose_text)
            page.told.connect(window.telling.say)

    def _connect_conflicts(self, page: QWidget) -> None:
        window = self._window
        from desktop.panels.conflicts_page import ConflictsPage

        if isinstance(page, ConflictsPage):
            page.place_requested.connect(window.going.place)
            page.all_requested.connect(window.projects.merging.decide)

    def _connect_code(self, page: QWidget) -> None:
        window = self._window
        from desktop.panels.code_page import CodePage

        if isinstance(page, CodePage):
            page.code_requested.connect(window.going.code)
            page.url_requested.connect(window.coding.visit)
            window.projects.leaving.connect(page.keep)

    def _connect_choice(self, page: QWidget) -> None:
        window = self._window
        from desktop.panels.text_choice import TextChoice

        if isinstance(page, TextChoice):
            page.apply_requested.connect(window.imports.apply_choice)

    def _connect_duplicates(self, page: QWidget) -> None:
        window = self._window
        from desktop.panels.duplicates_page import DuplicatesPage

        if isinstance(page, DuplicatesPage):
            page.look_requested.connect(window.shelving.look_for_duplicates)
            page.article_requested.connect(window.going.article)
            page.reprint_requested.connect(window.shelving.relate_reprint)
            page.remove_requested.connect(window.articles.remove)

    def _connect_texts(self, page: QWidget) -> None:
        """Connect a page that shows texts of its own."""
        window = self._window
        from desktop.panels.review_page import ReviewPage
        from desktop.panels.versions_page import VersionsPage

        if isinstance(page, ReviewPage | VersionsPage):
            window.viewing.theme_changed.connect(page.set_theme)
        if isinstance(page, VersionsPage):
            page.annotation_requested.connect(window.going.annotation)

    def _connect_journal(self, page: QWidget) -> None:
        from desktop.panels.journal_page import JournalPage

        if isinstance(page, JournalPage):
            self._window.projects.leaving.connect(page.keep)

    def _export_results(self, query: str, kinds: list[str]) -> None:
        """Export what the page of the search shows: hits, or lines of the concordance."""
        from desktop.panels.search_page import SearchPage

        page = self._window.pages.page("search")
        lines = isinstance(page, SearchPage) and page.tools.view == "concordance"
        self._window.results.export(query, kinds, concordance=lines)

    def _keep_arrangement(self, said: str) -> None:
        self._window.settings.keep("search", said)

    def _make_form(self) -> QueryForm:
        from desktop.panels.query_form import QueryForm

        return QueryForm(self._window.session)

    def _connect_search(self, page: QWidget) -> None:
        window = self._window
        from desktop.panels.search_page import SearchPage  # not needed before it is shown

        go = window.going
        if isinstance(page, SearchPage):
            page.place_requested.connect(go.place)
            page.code_requested.connect(go.code)
            page.instrument_requested.connect(go.instrument)
            page.journal_requested.connect(go.journal)
            page.lend(form=self._make_form, concordance=window.hits.make_concordance)
            page.mark_requested.connect(window.hits.begin)
            page.hits_changed.connect(window.watching.soon)
            page.arrange(window.settings.text("search"))
            page.arranged.connect(self._keep_arrangement)
            page.export_requested.connect(self._export_results)
