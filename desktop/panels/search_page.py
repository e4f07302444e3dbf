"""Search over the whole project: a query as it is typed, clicked or kept, and what it finds."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from db.changes import Change
from db.errors import ProjectError
from db.records import SavedSearch
from db.search.query import QueryFault, begun, parse
from db.search.searcher import Results
from db.search.standing import News
from db.searches import STANDING
from desktop.errors import words
from desktop.panels.closing import Closing
from desktop.panels.hidden_hits import HiddenHits
from desktop.panels.parts import label
from desktop.panels.query_bar import QueryBar
from desktop.panels.results_view import ResultsView
from desktop.panels.saved_searches import KeepBar, SavedSearches
from desktop.panels.search_tools import Concordance, QueryForm, SearchTools
from desktop.panels.searching import Wanted
from desktop.query_changes import toggled
from desktop.query_words import Names, sentence
from desktop.session import Session
from desktop.words import language, tr

_WAIT = 120  # milliseconds after the last key
_FOUND_IN = frozenset({
    "article", "version", "annotation", "place", "tagging", "link", "note", "instrument", "alias", "code", "relation",
    "translation", "article_status", "article_tag", "setting", "collected", "collection", "field_value", "coder",
})  # fmt: skip
_NAMED = frozenset({"code", "codebook", "coder", "instrument"})
_RESTING, _HITS, _CONCORDANCE = range(3)  # what stands in the body


class SearchPage(QWidget):
    """Finds while one types; the keys stay in the entry, arrows choose among what is found."""

    place_requested = Signal(int, object, object, object)  # article, start, end, annotation (or None)
    code_requested = Signal(int)
    instrument_requested = Signal(int)
    journal_requested = Signal()
    mark_requested = Signal(str)  # the query whose hits are to be tagged
    export_requested = Signal(str, list)  # the query and the kinds of records asked for (none: all)
    arranged = Signal(str)  # hits are grouped or ordered otherwise; `arrange` takes the same words
    hits_changed = Signal()  # whether there are hits to step through
    left = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._query = ""
        self._names: Names | None = None
        self._results: Results | None = None
        self._standing: SavedSearch | None = None  # what was asked for, if it is a standing search
        self._news: News | None = None  # what was new in it before it was looked at
        self._kept = 0  # the standing search that was just made of what is in sight
        self._stale = False
        self._unveiled = ""  # the query whose hits in hidden layers are shown, too
        self._form_maker: Callable[[], QueryForm] | None = None
        self._concordance_maker: Callable[[], Concordance] | None = None
        self._form: QueryForm | None = None
        self._concordance: Concordance | None = None
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.closing = Closing(self)
        self.bar, self.tools, self.keep_bar = QueryBar(session), SearchTools(), KeepBar()
        self.results, self.saved, self.hidden_hits = ResultsView(session), SavedSearches(session), HiddenHits()
        self.entry, self.kinds = self.bar.entry, self.tools.kinds
        self.model, self.list = self.results.model, self.results.list
        self._help = label("muted", wrap=True)
        self._form_area = QVBoxLayout()
        self._body = QStackedWidget()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WAIT)
        self._put_together()
        self._connect()
        self._rest()
        self._say()

    def _put_together(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(16, 16, 16, 8)
        head.setSpacing(8)
        self.bar.top.addWidget(self.closing)
        head.addWidget(self.bar)
        head.addLayout(self._form_area)
        head.addWidget(self.tools)
        head.addWidget(self.hidden_hits)
        head.addWidget(self.keep_bar)
        self.keep_bar.hide()
        resting, area = QWidget(), QScrollArea()
        rest = QVBoxLayout(resting)
        rest.setContentsMargins(16, 8, 16, 16)
        rest.setSpacing(16)
        rest.addWidget(self._help)
        rest.addWidget(self.saved)
        rest.addStretch(1)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setProperty("role", "page")
        resting.setProperty("role", "page")
        area.setWidget(resting)
        self._body.addWidget(area)
        self._body.addWidget(self.results)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._body, 1)
        self.setFocusProxy(self.entry)

    def _connect(self) -> None:
        tools, results = self.tools, self.results
        self.closing.asked.connect(self._leave)
        self.bar.edited.connect(self._typed)
        self.entry.entered.connect(self._enter)
        self.entry.stepped.connect(results.choose_by)
        self._timer.timeout.connect(self._run)
        tools.kinds_changed.connect(self._run)
        tools.keep.clicked.connect(self._ask_title)
        tools.tag.clicked.connect(self._mark)
        tools.export.clicked.connect(self._export)
        tools.form_toggled.connect(self._show_form)
        tools.view_chosen.connect(self._show_view)
        tools.arranged.connect(self._arranged)
        self.keep_bar.kept.connect(self._keep)
        self.keep_bar.left.connect(self._end_keeping)
        self.saved.requested.connect(self._run_saved)
        self.saved.news_wanted.connect(self._look_for_news)
        results.place_requested.connect(self.place_requested)
        results.code_requested.connect(self.code_requested)
        results.instrument_requested.connect(self.instrument_requested)
        results.journal_requested.connect(self.journal_requested)
        results.narrowed.connect(self._narrow)
        results.found.connect(self._found)
        results.told.connect(self._say_results)
        results.failed.connect(self._failed)
        results.news_found.connect(self._news_found)
        results.hidden_counted.connect(self._hidden_counted)
        self.hidden_hits.turned.connect(self._unveil)
        self._session.opened.connect(self._opened)
        self._session.closed.connect(self._closed)
        self._session.changed.connect(self._changed)

    # What others call

    def search(self, query: str) -> None:
        """Show what a query finds."""
        self.entry.setText(query)
        self._run()

    def focus(self) -> None:
        """Put the keys into the entry."""
        self.entry.setFocus()
        self.entry.selectAll()

    def lend(self, form: Callable[[], QueryForm] | None = None, concordance: Callable[[], Concordance] | None = None) -> None:
        """Take the makers of the clicked form and of the concordance; each is called when first asked for."""
        self._form_maker, self._concordance_maker = form, concordance
        self.tools.offer(form=form is not None, concordance=concordance is not None)

    def arrange(self, said: str) -> None:
        """Group and order as `arranged` said."""
        by, _bar, order = said.partition("|")
        if order:
            self.tools.arrange(by, order)
            self.results.group_by(self.tools.by)

    @property
    def has_hits(self) -> bool:
        """Whether there are hits to step through."""
        return self.model.rowCount() > 0

    def step(self, by: int) -> None:
        """Open the hit, or the line of the concordance if that is shown, after (1) or before (-1) the one opened last."""
        if self._body.currentIndex() == _CONCORDANCE and self._concordance is not None:
            self._concordance.step(by)
        else:
            self.results.step(by)

    def close_searcher(self) -> None:
        """Stop the query that runs and close its connections."""
        self._timer.stop()
        self.results.runner.close()
        self.bar.close_connection()

    # Running

    def _typed(self) -> None:
        self.bar.point_out(())
        if self.entry.text().rstrip() != self._query:
            self._timer.start()

    def _enter(self) -> None:
        if self.entry.text().rstrip() != self._query:
            self._run()
        elif self._body.currentIndex() == _HITS:
            self.results.open_current()

    def _run(self) -> None:
        self._timer.stop()
        self._query = self.entry.text().rstrip()
        if not self._session.is_open:
            return
        self._stale = False
        if self._standing is not None and self._standing.query.rstrip() != self._query:
            self._standing = self._news = None
        if not self._query.strip():
            self._rest()
            return
        self._show_tree()
        project, kinds = self._session.project, self.tools.chosen_kinds()
        fresh = self._news.keys if self._news is not None else {}
        unveiled = self._query == self._unveiled
        if not unveiled:
            self._unveiled = ""
        self.hidden_hits.show_turned(unveiled)
        self.results.run(project.path, Wanted(self._query, kinds, project.me, self.tools.order, unveiled), fresh)
        if self._concordance is not None:
            self._concordance.unveil(unveiled)
        if self._concordance is not None and self._wanted_body() == _CONCORDANCE:
            self._concordance.show_query(begun(self._query))

    def _show_tree(self) -> None:
        """Say the query in words, and show it in the form."""
        self._names = self._names or Names(self._session.project)
        root = parse(self._query, unfinished=True).root
        self.bar.say(sentence(self._names.told(root), self._names, self.tools.chosen_kinds()))
        if self._form is not None and self.tools.form.isChecked():
            self._form.show_query(root)

    def _found(self, results: Results) -> None:
        self._results = results
        self._show_body()
        self.bar.point_out(results.remarks)
        self._say_results()
        if self._standing is not None and self._news is None:
            self._look_for_news(self._standing)
        self.hits_changed.emit()

    def _hidden_counted(self, count: int, more: bool) -> None:
        self.hidden_hits.show_count(count, more, shown=bool(self._unveiled))

    def _unveil(self, on: bool) -> None:
        """Show the hits in hidden layers as long as the query stands, or leave them out again."""
        self._unveiled = self._query if on else ""
        self._run()

    def _failed(self, error: ProjectError) -> None:
        self._results = None
        self.hidden_hits.show_count(0, False, shown=False)
        self._body.setCurrentIndex(_HITS)
        self._say_results()
        self.bar.say("")
        self.bar.point_out((), error.position if isinstance(error, QueryFault) else -1)
        self.bar.remark(words(error), wrong=True)
        self.hits_changed.emit()

    def _rest(self) -> None:
        """Show the searches kept, as nothing is asked."""
        self._results = self._standing = self._news = None
        self._unveiled = ""
        self.hidden_hits.show_count(0, False, shown=False)
        self.results.clear()
        self.bar.say("")
        self.bar.point_out(())
        self.keep_bar.hide()
        self._say_results()
        self._body.setCurrentIndex(_RESTING)
        self.saved.reload()
        self.hits_changed.emit()

    def _say_results(self) -> None:
        results = self._results
        self.tools.show_found(results is not None, editable=self._session.editable)
        self.tools.count.setText(self.results.counted())
        self.tools.count.setToolTip(self.results.by_kind())
        remarks = [] if results is None else [tr(remark.sentence, **remark.facts) for remark in results.remarks]
        self.bar.remark(" ".join(remarks))

    # How it is asked for and shown

    def _narrow(self, field: str, value: str, exclude: bool) -> None:
        chinese = language().startswith("zh")
        self._write(toggled(self.entry.text(), field, value, exclude=exclude, chinese=chinese))

    def _write(self, query: str) -> None:
        """Put another query in place of the one typed, which Ctrl+Z brings back."""
        self.entry.replace(0, len(self.entry.text()), query)
        self._run()

    def _arranged(self, by: str, order: str) -> None:
        self.arranged.emit(f"{by}|{order}")
        if by != self.model.by:
            self.results.group_by(by)
            if self.model.rowCount() or not self.model.more:
                return
        self._run()

    def _wanted_body(self) -> int:
        return _CONCORDANCE if self.tools.view == "concordance" and self._concordance is not None else _HITS

    def _show_view(self, view: str) -> None:
        maker = self._concordance_maker
        if view == "concordance" and maker is not None and self._concordance is None:
            made = maker()
            assert isinstance(made, QWidget)
            self._body.addWidget(made)
            made.place_requested.connect(self.place_requested)
            self._concordance = made
            made.unveil(bool(self._unveiled))
        if self._body.currentIndex() != _RESTING:  # else the next query is shown so
            self._show_body()

    def _show_body(self) -> None:
        """Show the hits or the concordance; whoever comes back to the page has the keys there."""
        self._body.setCurrentIndex(self._wanted_body())
        shown = self._body.currentWidget() if self._body.currentIndex() == _CONCORDANCE else None
        self.setFocusProxy(shown or self.entry)
        if shown is not None and self._concordance is not None:
            self._concordance.show_query(begun(self._query))

    def _show_form(self, on: bool) -> None:
        maker = self._form_maker
        if on and self._form is None and maker is not None:
            made = maker()
            assert isinstance(made, QWidget)
            self._form_area.addWidget(made)
            made.edited.connect(self._write)
            self._form = made
        if isinstance(self._form, QWidget):
            self._form.setVisible(on)
        if on and self._form is not None:
            self._form.show_query(parse(self.entry.text()).root)

    def _mark(self) -> None:
        self.mark_requested.emit(begun(self._query))

    def _export(self) -> None:
        self.export_requested.emit(begun(self._query), self.tools.chosen_kinds())

    # Searches kept

    def _ask_title(self) -> None:
        self.keep_bar.ask(self._query.strip())

    def _keep(self, title: str, kind: str) -> None:
        query, searches = self._query.strip(), self._session.project.searches
        same = (query, kind, title or query)
        known = any((each.query, each.kind, each.title) == same for each in searches.all())
        made = None if known else self._session.act(lambda: searches.add(title, query, kind))
        if made is not None and kind == STANDING and self._results is not None and query == self._query.strip():
            self._kept = int(made)  # what it finds is in sight
            self._look_for_news(searches.get(made))
        if known or made is not None:
            self._end_keeping()

    def _end_keeping(self) -> None:
        self.keep_bar.hide()
        self.entry.setFocus()

    def _leave(self) -> None:
        if self.keep_bar.isHidden():
            self.left.emit()
        else:
            self._end_keeping()

    def _run_saved(self, search: SavedSearch) -> None:
        self._standing, self._news = (search if search.kind == STANDING else None), None
        self.search(search.query)
        self.entry.setFocus()

    def _look_for_news(self, search: SavedSearch) -> None:
        project = self._session.project
        self.results.runner.look_for_news(project.path, search, project.me)

    def _news_found(self, key: int, news: News) -> None:
        """Say what is new; in the search shown it counts as seen, but stays marked until something else is asked."""
        if key == self._kept:
            self._kept = 0
            self._look(key, news)
            return
        if self._standing is None or self._standing.id != key or self._news is not None:
            self.saved.show_news(key, news)
            return
        self._news = news
        self.results.mark_fresh(news.keys)
        self._look(key, news)

    def _look(self, key: int, news: News) -> None:
        if self._session.editable:
            self._session.attempt(lambda: self._session.project.look(key, news))

    # The session

    def _opened(self) -> None:
        self._forget_names()
        self.entry.clear()
        self._run()

    def _closed(self) -> None:
        self.close_searcher()
        self.entry.clear()
        self._timer.stop()
        self._query, self._names, self._kept = "", None, 0
        self._rest()

    def _forget_names(self) -> None:
        self._names = None
        self.results.forget_names()

    def _changed(self, change: Change) -> None:
        if change.tables & _NAMED:
            self._forget_names()
        if "saved_search" in change.tables:
            self.saved.reload()
        if change.tables & _FOUND_IN:
            self._stale = True
            if self.isVisible():
                self._timer.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._run()

    def _say(self) -> None:
        self.bar.retranslate()
        self._help.setText(
            tr(
                "Words side by side must all be there; AND, OR, NOT and brackets combine them, quotes keep a phrase together."
                " code: finds a code with all below it; instrument:, coder:, article:, published:, status: and has:note narrow."
            )
        )

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
            self._forget_names()
            self._run()
