"""The text in the middle: tabs from the second article on, the reader, and find in the article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from db.changes import Change
from db.records import AnnotationId, Article, ArticleId
from desktop.panels.empty_text import EmptyText
from desktop.panels.parts import button
from desktop.session import Session
from desktop.theme import Theme
from desktop.words import tr

if TYPE_CHECKING:
    from desktop.panels.find_bar import FindBar
    from desktop.panels.marks import Marks
    from desktop.reader.reader import Head, Reader


class ArticleView(QWidget):
    """Shows one article of those open; after a change only what changed is shown anew.

    The reader and its find bar are made when the first article is shown: the window starts without them.
    """

    reader_made = Signal(object)  # the page that takes the single keys
    article_shown = Signal(object)  # id, or None
    annotation_entered = Signal(object)  # id, or None
    selection_changed = Signal()
    hits_changed = Signal()
    place_changed = Signal(int, int)  # paragraph, of how many
    files_dropped = Signal(list)  # paths
    content_dropped = Signal(str, bool)
    link_requested = Signal(str)
    menu_requested = Signal(QPoint)
    several_requested = Signal(list)  # annotations that lie here
    head_activated = Signal()
    zoom_requested = Signal(int)  # steps
    import_requested = Signal()

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._open: list[Article] = []
        self._shown: Article | None = None
        self._version = 0
        self._places: dict[int, int] = {}
        self._theme = theme
        self._zoom = 100
        self._reader: Reader | None = None
        self._find_bar: FindBar | None = None
        self._marks: Marks | None = None
        self.hidden_coders: list[str] = []
        self.text = ""
        self.tabs = QTabBar(self)
        self.tabs.setObjectName("articleTabs")
        self.tabs.setMovable(False)
        self.tabs.setExpanding(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self.tabs.setDrawBase(False)
        self.tabs.hide()
        self._empty = EmptyText(self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._empty)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        self._box.addWidget(self.tabs)
        self._box.addWidget(self._stack)
        session.changed.connect(self._changed)
        self.tabs.currentChanged.connect(self._turned)
        self._empty.import_requested.connect(self.import_requested)

    @property
    def reader(self) -> Reader:
        """The reader, made now if no article was shown before."""
        if self._reader is None:
            from desktop.reader.reader import Reader

            self._reader = Reader(self._theme, self)
            self._reader.set_zoom(self._zoom)
            self._stack.addWidget(self._reader)
            self._connect(self._reader)
            self.reader_made.emit(self._reader.page)
        return self._reader

    @property
    def find_bar(self) -> FindBar:
        """The find bar, made now if nothing was looked for before."""
        if self._find_bar is None:
            from desktop.panels.find_bar import FindBar

            self._find_bar = FindBar(self)
            self._box.insertWidget(1, self._find_bar)
            self._find_bar.found.connect(self._found)
            self._find_bar.left.connect(self.focus)
            self._find_bar.set_text(self.text)
        return self._find_bar

    @property
    def marks(self) -> Marks:
        """The maker of marks."""
        if self._marks is None:
            from desktop.panels.marks import Marks

            self._marks = Marks(self._session, self)
        return self._marks

    def _connect(self, reader: Reader) -> None:
        reader.selection_changed.connect(self.selection_changed)
        reader.mark_activated.connect(self._enter)
        reader.marks_requested.connect(self.several_requested)
        reader.caret_moved.connect(self._caret_moved)
        reader.head_activated.connect(self.head_activated)
        reader.menu_requested.connect(self.menu_requested)
        reader.link_requested.connect(self.link_requested)
        reader.zoom_requested.connect(self.zoom_requested)
        reader.files_dropped.connect(self._dropped)
        reader.content_dropped.connect(self.content_dropped)

    # What is open

    @property
    def article(self) -> int | None:
        """The article shown."""
        return self._shown.id if self._shown else None

    def open(self, article: int) -> None:
        """Show an article, in a tab of its own."""
        if self._shown is not None and self._shown.id == article:
            return
        if all(each.id != article for each in self._open):
            found = self._session.attempt(partial(self._session.project.articles.get, ArticleId(article)))
            if found is None:
                return
            self._open.append(found)
        self._show(article)

    def restore(self, articles: Sequence[Article], shown: int | None, places: Mapping[str, int]) -> None:
        """Open the articles that were open, each at its place."""
        self._open = list(articles)
        self._places = {each.id: places[each.uuid] for each in articles if each.uuid in places}
        self._show(shown if shown is not None else (articles[0].id if articles else None))

    def desk(self) -> tuple[list[str], str, dict[str, int]]:
        """Give what is open, which is shown and where each is read, by uuid."""
        self._keep_place()
        places = {each.uuid: self._places[each.id] for each in self._open if each.id in self._places}
        return [each.uuid for each in self._open], self._shown.uuid if self._shown else "", places

    def clear(self) -> None:
        """Close everything."""
        self._open, self._places = [], {}
        self._show(None)

    def close_shown(self) -> None:
        """Close the article shown."""
        if self._shown is not None:
            self._close(self._shown.id)

    def _close_tab(self) -> None:
        self._close(int(self.sender().property("article")))

    def _close(self, article: int) -> None:
        at = next((place for place, each in enumerate(self._open) if each.id == article), -1)
        if at < 0:
            return
        self._keep_place()
        del self._open[at]
        if self._shown is not None and self._shown.id == article:
            self._shown = None
            beside = self._open[min(at, len(self._open) - 1)].id if self._open else None
            self._show(beside)
        else:
            self._fill_tabs()

    def _turned(self, tab: int) -> None:
        if 0 <= tab < len(self._open):
            self._show(self._open[tab].id)

    def _keep_place(self) -> None:
        if self._shown is not None:
            self._places[self._shown.id] = self.reader.place()

    def _show(self, article: int | None) -> None:
        self._keep_place()
        self._shown = next((each for each in self._open if each.id == article), None)
        self._fill_tabs()
        if self._shown is None:
            self.text, self._version = "", 0
            self._stack.setCurrentWidget(self._empty)
        else:
            self._set_text(self._shown)
            self.reader.set_place(self._places.get(self._shown.id, 0))
            self._stack.setCurrentWidget(self.reader)
        self._set_text_to_find()
        self.article_shown.emit(self.article)
        self.annotation_entered.emit(None)
        self._say_place()

    def _set_text(self, article: Article) -> None:
        version = self._session.project.articles.version(article.id)
        self.text, self._version = version.text, version.id
        self.reader.set_article(version.text, version.layout, head=head_of(article))
        self.reader.set_marks(self.marks.of(article.id, self.hidden_coders))

    def _set_text_to_find(self) -> None:
        if self._find_bar is not None:
            self._find_bar.set_text(self.text)

    def _fill_tabs(self) -> None:
        """Show a tab for each article, without telling that one was turned to."""
        blocked = self.tabs.blockSignals(True)
        while self.tabs.count():
            self.tabs.removeTab(0)
        for each in self._open:
            tab = self.tabs.addTab(each.title.replace("&", "&&"))
            self.tabs.setTabToolTip(tab, each.title)
            closing = button("tabClose", "✕", tr("Close"))
            closing.setProperty("article", each.id)
            closing.clicked.connect(self._close_tab)
            self.tabs.setTabButton(tab, QTabBar.ButtonPosition.RightSide, closing)
            if each is self._shown:
                self.tabs.setCurrentIndex(tab)
        self.tabs.setVisible(len(self._open) > 1)
        self.tabs.blockSignals(blocked)

    # After a change

    def _changed(self, change: Change) -> None:
        if change.tables & {"article", "version"}:
            self._refresh_articles()
        elif self._shown is not None and change.tables & self.marks.tables:
            self.refresh_marks()

    def _refresh_articles(self) -> None:
        known = {each.id: each for each in self._session.project.articles.all()}
        self._open = [known[each.id] for each in self._open if each.id in known]
        shown = self.article
        if shown not in known:
            self._shown = None
            self._show(self._open[-1].id if self._open else None)
            return
        self._shown = known[ArticleId(shown or 0)]
        self._fill_tabs()
        if self._shown.version != self._version:
            self._set_text(self._shown)
            self._set_text_to_find()
        else:
            self.reader.set_head(head_of(self._shown))
            self.refresh_marks()

    def refresh_marks(self) -> None:
        """Show the marks as they are now; the text stays as it is laid out."""
        if self._shown is None:
            return
        made = self.marks.of(self._shown.id, self.hidden_coders)
        self.reader.set_marks(made)
        current = self.current
        if current is not None and all(mark.id != current for mark in made):
            self.stand_on(None)

    def hide_coders(self, coders: Sequence[str]) -> None:
        """Leave out the annotations of some coders (uuids)."""
        self.hidden_coders = list(coders)
        if self._session.is_open:
            self.refresh_marks()

    def set_theme(self, theme: Theme) -> None:
        """Show the text in another theme."""
        self._theme = theme
        if self._reader is not None:
            self._reader.set_theme(theme)

    # Where one is

    @property
    def selection(self) -> tuple[int, int] | None:
        """The selected span."""
        return self.reader.selection() if self._shown is not None else None

    @property
    def current(self) -> int | None:
        """The annotation one stands on."""
        return self._reader.current() if self._reader is not None else None

    @property
    def hits(self) -> int:
        """How many hits find has."""
        return self._find_bar.hits if self._find_bar is not None else 0

    def stand_on(self, annotation: int | None, *, reveal: bool = False) -> None:
        """Make an annotation the current one; where asked, go to it."""
        self.reader.set_current(annotation)
        if reveal and annotation is not None:
            found = self._session.project.annotations.several([AnnotationId(annotation)])
            if found and found[0].start is not None:
                self.reader.reveal(found[0].start, found[0].end)
        self.annotation_entered.emit(annotation)

    def show_span(self, start: int, end: int) -> None:
        """Go to a passage."""
        self.reader.reveal(start, end)

    def leave_selection(self) -> None:
        """Drop the selection."""
        self.reader.clear_selection()

    def anchor_rect(self) -> QRect:
        """Give where the selection, else the current annotation, else the caret is on the screen."""
        current = self.current if self.selection is None else None
        found = self._session.project.annotations.several([AnnotationId(current)]) if current is not None else []
        span = (found[0].start, found[0].end) if found else (None, None)
        return self.reader.rect_of(None if span[0] is None or span[1] is None else (span[0], span[1]))

    def focus(self) -> None:
        """Give the text the focus."""
        if self._shown is not None:
            self.reader.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._empty.focus()

    def next_annotation(self) -> None:
        """Go to the next annotation."""
        self.reader.next_mark()

    def previous_annotation(self) -> None:
        """Go to the annotation before."""
        self.reader.previous_mark()

    def _enter(self, annotation: int) -> None:
        self.stand_on(annotation)

    def _caret_moved(self, point: int) -> None:
        """Leave the annotation one stood on when the caret leaves it, so that no key acts on what is out of sight."""
        current = self.current
        span = self.reader.span_of(current) if current is not None else None
        if span is not None and not span[0] <= point <= span[1]:
            self.stand_on(None)
        self._say_place()

    def _say_place(self) -> None:
        paragraph, paragraphs = self.reader.paragraph() if self._shown is not None else (0, 0)
        self.place_changed.emit(max(1, paragraph), paragraphs)

    # Finding, copying, size

    def begin_find(self) -> None:
        """Open find with the selected words."""
        span = self.selection
        words = self.text[slice(*span)].split("\n")[0][:80] if span else ""
        self.find_bar.begin(words, self.reader.place())

    def find_next(self) -> None:
        """Go to the next hit."""
        self.find_bar.next()

    def find_previous(self) -> None:
        """Go to the hit before."""
        self.find_bar.previous()

    def _found(self, hits: list[tuple[int, int]], current: int) -> None:
        self.reader.show_hits(hits, current)
        self.hits_changed.emit()

    def copy(self) -> None:
        """Copy the selected words."""
        self.reader.page.copy()

    @property
    def zoom(self) -> int:
        """The size of the text in per cent."""
        return self._zoom

    def set_zoom(self, per_cent: int) -> None:
        """Show the text larger or smaller."""
        self._zoom = per_cent
        if self._reader is not None:
            self._reader.set_zoom(per_cent)

    def _dropped(self, files: list[str]) -> None:
        self.files_dropped.emit([Path(file) for file in files])

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            if self._marks is not None:
                self._marks.forget()
            self.refresh_marks()
            self._say_place()
            self.tabs.setAccessibleName(tr("Open articles"))
        super().changeEvent(event)


def head_of(article: Article) -> Head:
    """Give what stands above the text: the title, and author · publisher · original source · date."""
    from desktop.reader.reader import Head

    authors = "、".join(author.name for author in article.authors)
    parts = (authors, article.publisher, article.source if article.source != article.publisher else "", article.published[:10])
    return Head(article.title, " · ".join(part for part in parts if part))
