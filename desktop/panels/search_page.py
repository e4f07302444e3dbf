"""Search over the whole project: a query as it is typed, what it finds, and the searches kept."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from db.changes import Change
from db.errors import NotFound, ProjectError
from db.records import CodeId, InstrumentId, NoteId
from db.search.query import KINDS
from db.search.searcher import MOST_COUNTED, Hit, Results
from desktop.errors import words
from desktop.models.articles import RECORD
from desktop.models.results import ResultsModel, kind_words
from desktop.panels.chips import Row
from desktop.panels.hit_delegate import HitDelegate
from desktop.panels.parts import TokenView, button, empty, label
from desktop.panels.searching import MOST_SHOWN, SearchRunner, Wanted
from desktop.session import Session
from desktop.words import language, tr

_WAIT = 150  # milliseconds after the last key
_FOUND_IN = frozenset({"article", "version", "annotation", "tagging", "link", "note", "instrument", "alias", "code"})


class SavedRow(Row):
    """A search that was kept; Enter or a click runs it, Del forgets it."""

    requested = Signal(str)

    def __init__(self, key: int, title: str, query: str, *, editable: bool) -> None:
        super().__init__(key, editable=editable)
        self._query = query
        self.setAccessibleName(title)
        self.words.addWidget(label("row-title", title))
        if query != title:
            self.words.addWidget(label("small", query))
        self.finish()

    def open_menu(self) -> None:
        self.requested.emit(self._query)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self.requested.emit(self._query)


class SearchPage(QWidget):
    """Finds while one types; the keys stay in the entry, arrows choose among what is found."""

    place_requested = Signal(int, object, object, object)  # article, start, end, annotation (or None)
    code_requested = Signal(int)
    instrument_requested = Signal(int)
    journal_requested = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._query = ""
        self._results: Results | None = None
        self._stale = False
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.entry = QLineEdit()
        self.entry.setProperty("role", "query")
        self.entry.setClearButtonEnabled(True)
        self.kinds = {kind: button("toggle") for kind in KINDS}
        self._count, self._remarks = label("small"), label("small", wrap=True)
        self._save = button("quiet")
        self.model, self.list = ResultsModel(self), TokenView()
        self._saved = QVBoxLayout()
        self._help = label("muted", wrap=True)
        self._kept = label("section")
        self._stack = QStackedWidget()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WAIT)
        self._runner = SearchRunner(self)
        self._put_together()
        self._connect()
        self._say()
        self._show_saved()

    def _put_together(self) -> None:
        self.list.setModel(self.model)
        self.list.setItemDelegate(HitDelegate(self.list))
        head = QVBoxLayout()
        head.setContentsMargins(16, 16, 16, 8)
        head.setSpacing(8)
        head.addWidget(self.entry)
        row = QHBoxLayout()
        row.setSpacing(6)
        for toggle in self.kinds.values():
            toggle.setCheckable(True)
            row.addWidget(toggle)
        row.addStretch(1)
        row.addWidget(self._save)
        row.addWidget(self._count)
        head.addLayout(row)
        head.addWidget(self._remarks)
        resting = QWidget()
        rest = QVBoxLayout(resting)
        rest.setContentsMargins(16, 8, 16, 16)
        rest.setSpacing(8)
        rest.addWidget(self._help)
        rest.addWidget(self._kept)
        rest.addLayout(self._saved)
        rest.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setProperty("role", "page")
        resting.setProperty("role", "page")
        area.setWidget(resting)
        self._stack.addWidget(area)
        self._stack.addWidget(self.list)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)
        self.setFocusProxy(self.entry)

    def _connect(self) -> None:
        self.entry.installEventFilter(self)
        self.entry.textChanged.connect(self._typed)
        self._timer.timeout.connect(self._run)
        for toggle in self.kinds.values():
            toggle.toggled.connect(self._run)
        self._save.clicked.connect(self._keep)
        self.list.chosen.connect(self._open)
        self._runner.found.connect(self._found)
        self._runner.failed.connect(self._failed)
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

    def close_searcher(self) -> None:
        """Stop the query that runs and close its connection."""
        self._timer.stop()
        self._runner.close()

    # Running

    def _typed(self, text: str) -> None:
        if text.strip() != self._query:
            self._timer.start()

    def _run(self, _on: bool = False) -> None:
        self._timer.stop()
        self._query = query = self.entry.text().strip()
        if not self._session.is_open:
            return
        self._stale = False
        if not query:
            self._runner.forget()
            self._rest()
            return
        kinds = [kind for kind, toggle in self.kinds.items() if toggle.isChecked()]
        self._runner.run(self._session.project.path, Wanted(query, kinds, self._session.project.me))

    def _found(self, results: Results) -> None:
        self._results = results
        held = self._current()
        self.model.show_hits([self._named(hit) for hit in results.hits])
        self._stack.setCurrentWidget(self.list)
        self._say_results()
        again = (row for row in range(self.model.rowCount()) if _same(held, self.model.index(row).data(RECORD)))
        self.list.setCurrentIndex(self.model.index(next(again, self.model.next_hit(-1, 1))))

    def _named(self, hit: Hit) -> Hit:
        """Name a code or instrument in the window's language, as a hit that is gone meanwhile keeps its own name."""
        project = self._session.project
        with suppress(NotFound):
            if hit.kind == "code":
                return replace(hit, title=project.codes.get(CodeId(hit.record_id)).label(language()) or hit.title)
            if hit.kind == "instrument":
                return replace(hit, title=project.instruments.get(InstrumentId(hit.record_id)).title(language()) or hit.title)
        return hit

    def _failed(self, error: ProjectError) -> None:
        self._results = None
        self._stack.setCurrentWidget(self.list)
        self.model.show_hits(())
        self._count.setText("")
        self._remark(words(error), "error")

    def _rest(self) -> None:
        """Show the searches kept, as nothing is asked."""
        self._results = None
        self.model.show_hits(())
        self._say_results()
        self._show_saved()
        self._stack.setCurrentIndex(0)

    def _say_results(self) -> None:
        results = self._results
        self._save.setVisible(results is not None and self._session.editable)
        if results is None:
            self._count.setText("")
            self._remark("", "small")
            return
        number = f"{MOST_COUNTED}+" if results.capped else str(results.total)
        self._count.setText(tr("{n} found", n=number))
        remarks = [tr(remark.sentence, **remark.facts) for remark in results.remarks]
        if not results.hits:
            remarks.append(tr("Nothing was found. Fewer words, or other kinds, find more."))
        elif results.total > MOST_SHOWN:
            remarks.append(tr("The first {n} are shown.", n=MOST_SHOWN))
        self._remark(" ".join(remarks), "small")

    def _remark(self, said: str, role: str) -> None:
        self._remarks.setText(said)
        self._remarks.setVisible(bool(said))
        if self._remarks.property("role") != role:
            self._remarks.setProperty("role", role)
            self._remarks.style().unpolish(self._remarks)
            self._remarks.style().polish(self._remarks)

    # Choosing

    def _current(self) -> Hit | None:
        hit = self.list.currentIndex().data(RECORD) if self.list.currentIndex().isValid() else None
        return hit if isinstance(hit, Hit) else None

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            by = 1 if event.key() == Qt.Key.Key_Down else -1
            self.list.setCurrentIndex(self.model.index(self.model.next_hit(self.list.currentIndex().row(), by)))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.entry.text().strip() != self._query:
                self._run()
            elif self._current() is not None:
                self._open(self.list.currentIndex())
        else:
            return False
        return True

    def _open(self, index: QModelIndex) -> None:
        hit = index.data(RECORD)
        if not isinstance(hit, Hit):
            return
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

    # Searches kept

    def _keep(self) -> None:
        query = self._query
        if query and query not in [each.query for each in self._session.project.searches.all()]:
            self._session.act(lambda: self._session.project.searches.add(query, query))

    def _forget(self, key: int) -> None:
        self._session.act(lambda: self._session.project.searches.remove(key))

    def _show_saved(self) -> None:
        empty(self._saved)
        saved = self._session.project.searches.all() if self._session.is_open else []
        self._kept.setVisible(bool(saved))
        for each in saved:
            row = SavedRow(each.id, each.title, each.query, editable=self._session.editable)
            row.requested.connect(self.search)
            row.removed.connect(self._forget)
            self._saved.addWidget(row)

    # The session

    def _opened(self) -> None:
        self.entry.clear()
        self._run()

    def _closed(self) -> None:
        self.close_searcher()
        self.entry.clear()
        self._query = ""
        self._rest()

    def _changed(self, change: Change) -> None:
        if "saved_search" in change.tables:
            self._show_saved()
        if self._query and change.tables & _FOUND_IN:
            self._stale = True
            if self.isVisible():
                self._timer.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._run()

    def _say(self) -> None:
        self.entry.setPlaceholderText(tr("Search articles, passages, notes, instruments and codes"))
        self.entry.setAccessibleName(tr("Search the project"))
        for kind, toggle in self.kinds.items():
            toggle.setText(kind_words(kind))
        self._save.setText(tr("Keep this search"))
        self._kept.setText(tr("Searches kept"))
        self._help.setText(
            tr(
                "Words side by side must all be there; AND, OR, NOT and brackets combine them, quotes keep a phrase together."
                " code: finds a code with all below it; instrument:, coder:, article:, published:, status: and has:note narrow."
            )
        )
        self._say_results()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
            self._show_saved()


def _same(one: Hit | None, other: object) -> bool:
    return one is not None and isinstance(other, Hit) and (one.kind, one.record_id) == (other.kind, other.record_id)
