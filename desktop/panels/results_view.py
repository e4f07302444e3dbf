"""What a query finds: hits a page at a time as one scrolls, told apart at the right where there is room for that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from db.errors import NotFound, ProjectError
from db.records import CodeId, InstrumentId, NoteId
from db.search.facets import Count, Facets
from db.search.searcher import MOST_COUNTED, Hit, Results
from desktop.models.articles import RECORD
from desktop.models.results import Known, ResultsModel, goes_on, kind_words
from desktop.panels.facets_view import WIDTH, FacetsView
from desktop.panels.hit_list import HitList
from desktop.panels.parts import join_words, label
from desktop.panels.searching import SearchRunner, Wanted
from desktop.query_changes import filters
from desktop.session import Session
from desktop.words import language, tr

_LEAST_WINDOW, _LEAST_WIDTH = 1_000, 3 * WIDTH  # narrower ones show no facets
_SOUGHT = 10  # pages fetched to find again what was current


class ResultsView(QWidget):
    """The list of hits and its facets, kept in step with one query."""

    place_requested = Signal(int, object, object, object)  # article, start, end, annotation (or None)
    code_requested = Signal(int)
    instrument_requested = Signal(int)
    journal_requested = Signal()
    narrowed = Signal(str, str, bool)  # field, value, whether it is excluded
    found = Signal(object)  # Results: the first page is shown
    told = Signal()  # more is known of how many there are
    failed = Signal(object)  # ProjectError
    news_found = Signal(int, object)  # the id of a standing search, News
    hidden_counted = Signal(int, bool)  # hits in layers that are hidden, whether there are more

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._wanted: Wanted | None = None
        self._results: Results | None = None
        self._counts: Mapping[str, tuple[int, bool]] | None = None
        self._fresh: Mapping[str, frozenset[int]] = {}
        self._told_apart, self._stepping = False, 0
        self._again = False  # whether the query is the one from before
        self._sought: Hit | None = None
        self.runner = SearchRunner(self)
        self.model = ResultsModel(self)
        self.list, self.facets = HitList(self.model), FacetsView()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._nothing = label("muted", wrap=True)
        told = QVBoxLayout()
        told.setContentsMargins(0, 0, 0, 0)
        told.addWidget(self._nothing)
        told.addWidget(self.list, 1)
        self._nothing.setContentsMargins(16, 16, 16, 16)
        self._nothing.hide()
        layout.addLayout(told, 1)
        layout.addWidget(self.facets)
        self.facets.hide()
        self.list.chosen.connect(self._open)
        self.model.page_wanted.connect(self.runner.fetch)
        self.facets.narrowed.connect(self.narrowed)
        self.runner.found.connect(self._found)
        self.runner.paged.connect(self._paged)
        self.runner.counted.connect(self._counted)
        self.runner.faceted.connect(self._faceted)
        self.runner.news_found.connect(self.news_found)
        self.runner.hidden_counted.connect(self.hidden_counted)
        self.runner.failed.connect(self._failed)

    # What others call

    def run(self, path: Path, wanted: Wanted, fresh: Mapping[str, frozenset[int]]) -> None:
        """Show what a query finds, `fresh` of it marked as new; what was current stays so where it is found again."""
        self._again = self._wanted == wanted  # the project was changed meanwhile, or the language
        self._sought = self.current() if self._again else None
        self._wanted, self._fresh = wanted, fresh
        self._told_apart, self._stepping = False, 0
        self.runner.run(path, wanted)

    def clear(self) -> None:
        """Show nothing."""
        self.runner.forget()
        self._wanted = self._results = self._counts = self._sought = None
        self.model.show_hits(())
        self._show_facets()

    def mark_fresh(self, keys: Mapping[str, frozenset[int]]) -> None:
        """Mark what is new in a standing search among the hits."""
        self._fresh = self.model.fresh = keys
        self.list.viewport().update()
        self.told.emit()

    def forget_names(self) -> None:
        """Learn anew what codes and coders are called when hits are next shown."""
        self.model.known = Known()

    def group_by(self, by: str) -> None:
        """Group hits otherwise."""
        held = self.current()
        self.model.group_by(by)
        row = self.model.row_of(held)
        self.list.go_to(row if row >= 0 else self.model.next_hit(-1, 1))

    def current(self) -> Hit | None:
        """Give the current hit."""
        index = self.list.currentIndex()
        hit = index.data(RECORD) if index.isValid() else None
        return hit if isinstance(hit, Hit) else None

    def choose_by(self, by: int) -> None:
        """Make the hit so many further on the current one."""
        row = self.list.currentIndex().row()
        for _each in range(abs(by)):
            row = self.model.next_hit(row, 1 if by > 0 else -1)
        self.list.go_to(row)

    def open_current(self) -> None:
        """Open the current hit."""
        if self.current() is not None:
            self._open(self.list.currentIndex())

    def step(self, by: int) -> None:
        """Open the hit after (1) or before (-1) the current one, of those that are in an article."""
        row, self._stepping = self.list.currentIndex().row(), 0
        while (there := self.model.next_hit(row, by)) != row:
            row = there
            hit = self.model.index(row).data(RECORD)
            if self.model.is_let_go(row):  # its page was asked for just now
                self._stepping = by
                return
            if isinstance(hit, Hit) and hit.article_id is not None:
                self.list.go_to(row)
                self.open_current()
                return
        if by > 0 and self.model.more:
            self._stepping = by
            self.runner.fetch(self.model.next_page)

    def counted(self) -> str:
        """Say how many were found, and in how many articles, as far as that is known."""
        results = self._results
        if results is None:
            return ""
        total, more = max(results.total, len(results.hits)), goes_on(results)
        if not self.model.more:
            total, more = self.model.seen, False
        elif self._counts is not None:
            total = sum(count for count, _more in self._counts.values())
            more = any(more for _count, more in self._counts.values())
            total = min(total, MOST_COUNTED) if more else total
        articles, new = self.model.articles, sum(map(len, self._fresh.values()))
        said = [tr("{n} found", n=f"{total:,}{'+' if more else ''}")]
        said += [tr("1 article") if articles == 1 else tr("{n} articles", n=f"{articles:,}")] if articles else []
        said += [tr("{count} new", count=f"{new:,}")] if new else []
        return join_words(said)

    def by_kind(self) -> str:
        """Say how many of which kind were found, once they were counted."""
        counts = self._counts or {}
        found = [(kind, f"{count:,}{'+' if more else ''}") for kind, (count, more) in counts.items() if count]
        return "\n".join(f"{kind_words(kind)} {count}" for kind, count in found)

    # What comes from the search

    def _found(self, results: Results) -> None:
        self._results, self._counts = results, None
        held = (self._sought or self.current()) if self._again else None
        self._know()
        self.model.show_hits(self._named(results.hits), more=goes_on(results))
        self.model.fresh = self._fresh
        row = self.model.row_of(held)
        self.list.go_to(row if row >= 0 else self.model.next_hit(-1, 1))
        self._seek(0, row)
        self._nothing.setText(tr("Nothing was found. Fewer words, or other kinds, find more."))
        self._nothing.setVisible(not results.hits and self._wanted is not None and self._wanted.asked.root is not None)
        self.list.setAccessibleName(tr("Search results"))
        self.runner.count()
        self.runner.count_hidden()
        self._show_facets()
        self.found.emit(results)

    def _paged(self, number: int, results: Results) -> None:
        self.model.add_page(number, replace(results, hits=self._named(results.hits)))
        row = self.model.row_of(self._sought)
        if row >= 0:
            self.list.go_to(row)
        if not results.hits:  # it took too long; what is seen next asks for more
            self._sought, self._stepping = None, 0
        self._seek(number, row)
        self.told.emit()
        if self._stepping:
            self.step(self._stepping)

    def _seek(self, number: int, row: int) -> None:
        """Look on for what was current before, on the page after one."""
        if row >= 0 or number + 1 >= _SOUGHT or not self.model.more:
            self._sought = None
        elif self._sought is not None:
            self.runner.fetch(number + 1)

    def _counted(self, counts: Mapping[str, tuple[int, bool]]) -> None:
        self._counts = counts
        if any(more for _count, more in counts.values()):
            self.runner.count(-1)
        self.told.emit()

    def _failed(self, error: ProjectError) -> None:
        self._results = self._counts = self._sought = None
        self._nothing.hide()
        self.model.show_hits(())
        self._show_facets()
        self.failed.emit(error)

    def _know(self) -> None:
        """Learn what codes and coders are, unless that is known."""
        if not self.model.known.coders:
            project = self._session.project
            codes = {int(code.id): code for code in project.codes.all()}
            books = {int(book.id): book for book in project.codes.books()}
            self.model.known = Known(codes, {int(coder.id): coder.name for coder in project.coders.all()}, books)

    def _named(self, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """Name codes and instruments in the window's language; one that is gone meanwhile keeps its own name."""
        return tuple(self._named_one(hit) if hit.kind in ("code", "instrument") else hit for hit in hits)

    def _named_one(self, hit: Hit) -> Hit:
        project, title = self._session.project, ""
        with suppress(NotFound):
            if hit.kind == "code":
                title = self.model.known.label(project.codes.get(CodeId(hit.record_id)))
            else:
                title = project.instruments.get(InstrumentId(hit.record_id)).title(language())
        return replace(hit, title=title or hit.title)

    # Facets

    def _show_facets(self) -> None:
        """Show the facets where there is room for them; they are counted only then."""
        on = self._has_room and self._results is not None and bool(self._results.hits)
        if on and not self._told_apart:
            self._told_apart = True
            self.runner.tell_apart()
        self.facets.setVisible(on and (bool(self.facets.rows()) or self.runner.numbers.is_asked("facets")))

    @property
    def _has_room(self) -> bool:
        return self.window().width() >= _LEAST_WINDOW and self.width() >= _LEAST_WIDTH

    def _faceted(self, facets: Facets) -> None:
        asked = filters(self._wanted.query) if self._wanted is not None else {}
        self.facets.show_facets(facets, self._looks, asked)
        if not facets.sample:
            codes = {int(each.key): each.count for each in facets.codes}
            self.model.know_totals({"article": facets.articles, "code": codes})
        self.facets.setVisible(self._has_room and bool(self.facets.rows()))

    def _looks(self, field: str, count: Count) -> tuple[str, str]:
        code = self.model.known.codes.get(int(count.key)) if field == "code" else None
        if code is not None:
            return self.model.known.label(code), code.colour or code.branch
        if field == "instrument":
            with suppress(NotFound):
                return self._session.project.instruments.get(InstrumentId(int(count.key))).title(language()) or count.label, ""
        return count.label, ""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_facets()

    # Opening

    def _open(self, index: QModelIndex) -> None:
        hit = index.data(RECORD)
        if not isinstance(hit, Hit):
            return
        self.list.setCurrentIndex(index)
        if hit.kind == "code":
            self.code_requested.emit(hit.record_id)
        elif hit.kind == "instrument":
            self.instrument_requested.emit(hit.record_id)
        elif hit.article_id is not None:
            annotation: int | None = hit.record_id if hit.kind == "passage" else None
            if hit.kind == "note" and hit.annotation:
                annotation = self._session.attempt(lambda: self._session.project.annotations.by_ref(hit.annotation))
            self.place_requested.emit(hit.article_id, hit.start, hit.end, annotation)
        elif hit.kind == "note":
            self._open_note(NoteId(hit.record_id))

    def _open_note(self, key: NoteId) -> None:
        """Go to what a note that is in no article hangs on: a code, an instrument, else the journal."""
        note = self._session.attempt(lambda: self._session.project.notes.get(key))
        if note is None:
            return
        if note.reply_to is not None:
            self._open_note(note.reply_to)
        elif note.code is not None:
            self.code_requested.emit(note.code)
        elif note.instrument is not None:
            self.instrument_requested.emit(note.instrument)
        else:
            self.journal_requested.emit()
