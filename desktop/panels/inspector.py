"""The inspector: the passage one stands on (or the article as a whole), and all annotations of the article.

Only what can be seen is brought up to date; the rest when it is shown next.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from db.changes import Change
from db.errors import NotFound
from db.records import AnnotationId, Article, ArticleId
from desktop.panels import article_sheet, passage
from desktop.panels.article_sheet import ArticleSheet
from desktop.panels.in_article import InArticle
from desktop.panels.parts import label
from desktop.panels.passage import PassageSheet
from desktop.panels.several import SeveralSheet
from desktop.session import Session
from desktop.words import tr

_TABLES = passage.TABLES | article_sheet.TABLES
# A change of these alone is seen on the annotations it names, or on the article where it names none.
_ON_ANNOTATIONS = frozenset({"annotation", "tagging", "link", "note", "field_value", "relation", "translation", "confirmation"})
_ON_ARTICLES = frozenset({"note", "field_value", "relation"})


class Inspector(QWidget):
    """Shows what is known of a passage or article and changes it in place."""

    annotation_requested = Signal(int)  # go to a passage
    code_requested = Signal()  # choose codes for what `target` says
    instrument_requested = Signal()
    provision_requested = Signal(int, str)  # instrument, locator: go to it in the instrument's own text
    article_requested = Signal(int)
    linked_requested = Signal(int)  # list what is linked to an instrument
    url_requested = Signal(str)
    removed_requested = Signal(int)  # show what was left out of an article
    note_finished = Signal()  # a note was written or given up: the keys may go back to the text

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._article: int | None = None
        self._chosen: list[int] = []
        self._highlight: Change | None = None  # what was highlighted for the note that is being written
        self._stale = False  # something happened while the inspector was hidden
        self.setProperty("role", "inspector")
        self._tabs = QTabBar()
        self._tabs.setExpanding(True)
        self._tabs.setDrawBase(False)
        self._tabs.addTab("")
        self._tabs.addTab("")
        self._nothing = label("muted", wrap=True)
        self._nothing.setContentsMargins(16, 24, 16, 16)
        self.passage, self.article = PassageSheet(session), ArticleSheet(session)
        self.several, self.list = SeveralSheet(session), InArticle(session)
        self._stack = QStackedWidget()
        for page in (self._nothing, self.article, self.passage, self.several, self.list):
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._tabs)
        layout.addWidget(self._stack, 1)
        self.setFocusProxy(self._tabs)
        self._connect()
        self._say()
        self._show()

    def _connect(self) -> None:
        self._tabs.currentChanged.connect(self._turn)
        self._session.opened.connect(self._opened)
        self._session.closed.connect(self._closed)
        self._session.changed.connect(self._changed)
        self._session.freed.connect(self._show)
        self._session.alike.found.connect(self._show)
        for sheet in (self.passage, self.article, self.several):
            sheet.code_requested.connect(self.code_requested)
        for sheet in (self.passage, self.article):
            sheet.url_requested.connect(self.url_requested)
            sheet.notes.finished.connect(self._note_finished)
        self.passage.instrument_requested.connect(self.instrument_requested)
        self.passage.annotation_requested.connect(self.annotation_requested)
        self.passage.provision_requested.connect(self.provision_requested)
        self.list.annotation_requested.connect(self.annotation_requested)
        self.article.article_requested.connect(self.article_requested)
        self.article.instrument_requested.connect(self.linked_requested)
        self.article.removed_requested.connect(self.removed_requested)

    @property
    def target(self) -> tuple[int | None, tuple[int, ...]]:
        """What codes are asked for: the article, and the annotations chosen in it (none: the whole article)."""
        return self._article, tuple(self._chosen)

    def show_article(self, article: int | None) -> None:
        """Show an article as a whole; None shows that there is none."""
        self._article, self._chosen = article, []
        self._show(with_list=True)

    def show_annotations(self, annotations: list[int]) -> None:
        """Show a passage, or several; none shows the article they were in."""
        if self._highlight is not None and annotations != self._chosen:
            self.passage.keep()
            QTimer.singleShot(0, self, self._take_highlight_back)
        self._chosen = list(annotations)
        before = self._article
        if annotations:
            found = self._session.project.annotations.several([AnnotationId(annotations[0])])
            self._article = found[0].article if found else self._article
        self._show(with_list=before != self._article)

    def edit_note(self, highlight: Change | None = None) -> None:
        """Write a note on what is shown; a highlight made for it is undone if nothing is written."""
        self._highlight = highlight
        self._tabs.setCurrentIndex(0)
        notes = self.passage.notes if len(self._chosen) == 1 else self.article.notes
        if self._stack.currentWidget() in (self.passage, self.article):
            sheet = self.passage if len(self._chosen) == 1 else self.article
            notes.write()
            sheet.ensureWidgetVisible(notes.editor, 0, 48)

    def _note_finished(self) -> None:
        self._take_highlight_back()
        self.note_finished.emit()

    def _take_highlight_back(self) -> None:
        """Undo the highlight made for a note if that is still the last change: nothing was written."""
        made, self._highlight = self._highlight, None
        if made is None or not self._session.editable:
            return
        last = self._session.project.next_undo()
        if last is not None and last.id == made.id and not self.passage.notes.editor.changed:
            self._session.act(self._session.project.undo)

    def relate_article(self) -> None:
        """Ask what the article shown is related to."""
        self._tabs.setCurrentIndex(0)
        if self._chosen:
            self.show_article(self._article)
        if self._stack.currentWidget() is self.article:
            self.article.relate()

    def keep(self) -> None:
        """Save what is written and not saved yet; to be called before the project is closed."""
        if self._session.is_open:
            self.passage.keep()
            self.article.keep()

    def _show(self, *, with_list: bool = False) -> None:
        """Show what is chosen, as it is now."""
        self._stale = not self.isVisible()
        if self._stale and self._session.is_open:
            return
        if not self._session.is_open or self._article is None:
            self._stack.setCurrentWidget(self._nothing)
            return
        project = self._session.project
        found = project.annotations.several([AnnotationId(key) for key in self._chosen])
        self._chosen = [each.id for each in found]
        article = None if found else self._article_shown()
        if not found and article is None:  # it was removed meanwhile
            self._article = None
            self._stack.setCurrentWidget(self._nothing)
        elif self._tabs.currentIndex() == 1:
            self._show_list(anew=with_list)
        elif article is not None:
            self.article.show_article(article)
            self._turn_to(self.article)
        elif len(found) == 1:
            self.passage.show_annotation(found[0])
            self._turn_to(self.passage)
        else:
            self.several.show_annotations(found)
            self._turn_to(self.several)

    def _article_shown(self) -> Article | None:
        try:
            return self._session.project.articles.get(ArticleId(self._article or 0))
        except NotFound:
            return None

    def _show_list(self, *, anew: bool) -> None:
        current = self._chosen[0] if self._chosen else None
        if anew:
            self.list.show_article(self._article, current)
        else:
            self.list.mark(current)
        self._stack.setCurrentWidget(self.list)

    def _turn_to(self, sheet: QWidget) -> None:
        if sheet is not self.passage and self.passage.annotation is not None:
            self.passage.clear()
        self._stack.setCurrentWidget(sheet)

    def _turn(self, _tab: int) -> None:
        self._show(with_list=True)

    def _opened(self) -> None:
        self._article, self._chosen = None, []
        self._show()

    def _closed(self) -> None:
        self._highlight = None
        self._article, self._chosen = None, []
        self.passage.forget()
        self.article.notes.forget()
        self.article.clear()
        self.list.show_article(None, None)
        self._show()

    def _changed(self, change: Change) -> None:
        if not change.tables & _TABLES:
            return
        if "version" in change.tables:
            self.passage.forget_text()
        if "coder" in change.tables:
            self.passage.forget_names()
        touched = change.annotations if change.tables <= _ON_ANNOTATIONS else None
        on_article = self.article.touched(touched)
        if touched is None or not self.isVisible():
            self._show(with_list=True)
            return
        if self._tabs.currentIndex() == 1:
            self.list.change(touched)
        # A relation of articles or instruments, which names no annotation, may be seen on a passage too.
        elsewhere = not touched and bool(change.tables & _ON_ARTICLES)
        chosen = not set(touched).isdisjoint(self._chosen) or self.passage.touched(touched)
        if elsewhere or (chosen if self._chosen else on_article):
            self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._show(with_list=True)

    def _say(self) -> None:
        self._tabs.setTabText(0, tr("Passage"))
        self._tabs.setTabText(1, tr("In this article"))
        self._nothing.setText(tr("Open an article from the library to see what is known of it."))
        self.list.say()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
            self._show(with_list=True)
