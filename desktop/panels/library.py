"""The library: every article with one's status of it, ordered, grouped and narrowed as asked; collections above the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from db.articles import STATUSES
from db.library import GROUPS, ORDERS, PAGE, Filter
from db.records import ArticleId
from desktop.models.lists import Lists
from desktop.panels.collections_view import CollectionsView
from desktop.panels.filtering import FilterField, framed
from desktop.panels.library_menu import LibraryMenu, narrowed, narrowed_words
from desktop.panels.library_rows import LibraryList
from desktop.panels.parts import button, label
from desktop.session import Session
from desktop.words import tr


class LibraryPanel(QWidget):
    """The articles; Enter or a click opens one, Ctrl+Enter opens it beside the one shown."""

    article_requested = Signal(int)
    beside_requested = Signal(int)  # open it beside the one shown
    status_requested = Signal(list, str)  # article ids, status
    removed_requested = Signal(int)
    remove_requested = Signal(list)
    import_requested = Signal()
    rename_requested = Signal(int)  # edit its title
    collection_requested = Signal(list)  # put articles into a collection that is to be named
    take_out_requested = Signal(list, int)  # articles, out of a collection
    tags_requested = Signal(list)
    duplicates_requested = Signal()
    arranged = Signal(str)  # the list is ordered or grouped otherwise; `arrange` takes the same words

    def __init__(self, session: Session, lists: Lists, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._model = lists.articles
        self._arrangement = ""
        self.filter = FilterField(self)
        self.menu = LibraryMenu(session, self._model, self)
        self.more = QToolButton(self)
        self.more.setText("…")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(self.menu)
        self.collections = CollectionsView(session, self)
        self.view = LibraryList(self._model, self)
        self._narrowed = label("small", wrap=True)
        self._all = button("quiet", "✕")
        self._words = label("emptyWords", wrap=True)
        self._button = QPushButton(self)
        self._stack = QStackedWidget(self)
        self._shown: int | None = None  # the article that is open
        self._awaited = False  # it is not listed yet
        self._lay_out()
        self._connect(session)
        self._retranslate()

    def _lay_out(self) -> None:
        empty = QWidget(self)
        below = QVBoxLayout(empty)
        below.setContentsMargins(16, 24, 16, 16)
        below.setSpacing(12)
        below.addWidget(self._words)
        below.addWidget(self._button, 0, Qt.AlignmentFlag.AlignLeft)
        below.addStretch(1)
        self._stack.addWidget(self.view)
        self._stack.addWidget(empty)
        self._line = QWidget(self)
        line = QHBoxLayout(self._line)
        line.setContentsMargins(12, 0, 8, 4)
        line.addWidget(self._narrowed, 1)
        line.addWidget(self._all, 0, Qt.AlignmentFlag.AlignTop)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(framed(self.filter, self.more))
        box.addWidget(self.collections)
        box.addWidget(self._line)
        box.addWidget(self._stack, 1)

    def _connect(self, session: Session) -> None:
        self.filter.textChanged.connect(self._filter)
        self.filter.left.connect(self.focus)
        self.collections.chosen.connect(self._list_collection)
        self.menu.duplicates_requested.connect(self.duplicates_requested)
        self._all.clicked.connect(self.menu.clear_filters)
        self.view.chosen.connect(self._open)
        self.view.beside_chosen.connect(self._open_beside)
        self.view.status_typed.connect(self._set_status)
        self.view.rename_requested.connect(self._rename)
        self.view.remove_requested.connect(self._remove)
        self.view.letter_typed.connect(self._begin_filter)
        self.view.customContextMenuRequested.connect(self._context)
        self._button.clicked.connect(self.import_requested)
        for changed in (self._model.modelReset, self._model.rowsInserted, self._model.rowsRemoved, self._model.dataChanged):
            changed.connect(self._look)
        session.closed.connect(self._closed)
        session.changed.connect(self._forget_duplicates)

    def focus(self) -> None:
        """Give the list the focus; an empty one gives it to its button."""
        if self._stack.currentWidget() is not self.view:
            (self.filter if self._button.isHidden() else self._button).setFocus()
            return
        if not self.view.currentIndex().isValid():
            self.view.setCurrentIndex(self._model.index(0))
        self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_article(self, article: int | None) -> None:
        """Mark the article that is open, unless it is marked among others."""
        self._shown, self._awaited = article, False
        current = self.view.currentIndex()
        here = current.isValid() and self._model.key_of(current.row())[1] == article
        if article is not None and not (here and self.view.selectionModel().hasSelection()):
            self._awaited = not self._mark_shown()  # one just imported is not listed yet

    def _mark_shown(self) -> bool:
        """Mark the row of the article that is open; whether it is listed."""
        index = self._model.index_of(self._shown)
        if index.isValid():
            self.view.setCurrentIndex(index)
        return index.isValid()

    def chosen(self) -> list[ArticleId]:
        """Give the selected articles by id, in the order of their rows."""
        return self.view.chosen_articles()

    # How the list is arranged

    def arrange(self, words: str) -> None:
        """Order and group the list as `arranged` said; words that say nothing leave it as it is."""
        order, _, rest = words.partition(",")
        way, _, by = rest.partition(",")
        if order in ORDERS and by in ("", *GROUPS):
            self._model.list_by(self._model.where, order, descending=way == "down", by=by)

    def show_duplicates(self, groups: Sequence[Sequence[int]]) -> None:
        """Take the groups of near duplicates that were found, so that the list can be narrowed to them."""
        apart = self._session.project.relations.told_apart([[ArticleId(key) for key in group] for group in groups])
        self.menu.duplicates = apart

    def _filter(self, text: str) -> None:
        self._model.set_filter(text)
        if text.strip():
            self.view.scrollToTop()
        else:
            self.view.scrollTo(self.view.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)

    def _begin_filter(self, letter: str) -> None:
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.setText(self.filter.text() + letter)

    def _list_collection(self, key: int | None) -> None:
        model = self._model
        where = replace(model.where, collection=key)
        model.list_by(where, model.order, descending=model.descending, by=model.by)

    def _closed(self) -> None:
        self.menu.duplicates = None
        self.filter.clear()
        self._model.list_by(Filter(), self._model.order, descending=self._model.descending, by=self.menu.by_kept())
        self._model.alike = ()

    def _forget_duplicates(self, change: object) -> None:
        if "version" in getattr(change, "tables", ()):
            self.menu.duplicates = None

    def _look(self) -> None:
        """Say what is listed, and why where that is not everything."""
        if self._awaited:
            self.show_article(self._shown)
        elif self._shown is not None and not self.view.selectionModel().hasSelection():
            self._mark_shown()  # as when it comes back behind a filter
        model = self._model
        empty = self._session.is_open and not model.rowCount()
        filtered = empty and model.count > 0
        self._stack.setCurrentIndex(1 if empty else 0)
        none = tr("No articles yet. Drop files anywhere on this window, or choose them.")
        self._words.setText(tr("No article fits this filter.") if filtered else none)
        self._button.setVisible(not filtered)
        self._line.setVisible(self._session.is_open and bool(narrowed(model.where)))
        if not self._line.isHidden():
            self._narrowed.setText(narrowed_words(self._session, model.where))
        self.collections.mark(model.where.collection)
        arrangement = f"{model.order},{'down' if model.descending else 'up'},{self.menu.by_kept()}"
        if arrangement != self._arrangement:
            self._arrangement = arrangement
            self.arranged.emit(arrangement)

    # What is asked for

    def _open(self, index: QModelIndex) -> None:
        article = self._model.key_of(index.row())[1]
        if not article:
            self._model.fold(index)
        elif self.view.chosen_count() <= 1:
            self.article_requested.emit(article)

    def _open_beside(self, index: QModelIndex) -> None:
        article = self._model.key_of(index.row())[1]
        if article:
            self.beside_requested.emit(article)

    def _set_status(self, status: str) -> None:
        if (articles := self.chosen()) and self._session.editable:
            self.status_requested.emit(articles, status)

    def _rename(self) -> None:
        article = self._model.key_of(self.view.currentIndex().row())[1]
        if article:
            self.rename_requested.emit(article)

    def _remove(self) -> None:
        if (articles := self.chosen()) and self._session.editable:
            self.remove_requested.emit(articles)

    def _context(self, at: QPoint) -> None:
        articles = self.chosen()
        if not articles:
            return
        menu = QMenu(self)
        one = len(articles) == 1
        if one:
            self._entry(menu, "Open", "open")
            self._entry(menu, "Show beside", "beside").setShortcut("Ctrl+Return")
            self._entry(menu, "Edit the title", "rename").setShortcut("F2")
            menu.addSeparator()
        statuses = self._statuses(articles)
        for place, status in enumerate(STATUSES, 1):
            entry = self._entry(menu, status.capitalize(), f"status:{status}", edits=True)
            entry.setShortcut(str(place))
            entry.setCheckable(True)
            entry.setChecked(statuses == {status})
        menu.addSeparator()
        self._entry(menu, "Put into a collection…", "collection", edits=True)
        if self._model.where.collection:
            self._entry(menu, "Take out of this collection", "take out", edits=True)
        self._entry(menu, "Tag the article…" if one else "Tag the articles…", "tags", edits=True)
        menu.addSeparator()
        if one:
            self._entry(menu, "Show what was left out", "removed")
        self._entry(menu, "Remove article" if one else "Remove articles", "remove", edits=True).setShortcut("Del")
        chosen = menu.exec(self.view.viewport().mapToGlobal(at))
        menu.deleteLater()
        if chosen is not None:
            self._do(str(chosen.data()), articles)

    def _statuses(self, articles: Sequence[ArticleId]) -> set[str]:
        """Give the statuses that some articles have; of very many none."""
        if len(articles) > PAGE:
            return set()
        found = self._session.project.articles.page(where=Filter(articles=tuple(articles)), limit=PAGE)
        return {entry.status for entry in found}

    def _entry(self, menu: QMenu, text: str, name: str, *, edits: bool = False) -> QAction:
        entry = menu.addAction(tr(text))
        entry.setData(name)
        entry.setEnabled(not edits or self._session.editable)
        return entry

    def _do(self, name: str, articles: list[ArticleId]) -> None:
        for_one = {
            "open": self.article_requested, "beside": self.beside_requested, "rename": self.rename_requested,
            "removed": self.removed_requested,
        }  # fmt: skip
        for_all = {"remove": self.remove_requested, "collection": self.collection_requested, "tags": self.tags_requested}
        if name in for_one:
            for_one[name].emit(articles[0])
        elif name in for_all:
            for_all[name].emit(articles)
        elif name == "take out":
            self.take_out_requested.emit(articles, self._model.where.collection)
        else:
            self.status_requested.emit(articles, name.removeprefix("status:"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.filter.setPlaceholderText(tr("Filter articles"))
        self.filter.setAccessibleName(tr("Filter articles"))
        self.more.setToolTip(tr("Sort, group and narrow the list"))
        self.more.setAccessibleName(tr("Sort, group and narrow the list"))
        self._all.setToolTip(tr("Show all articles"))
        self._all.setAccessibleName(tr("Show all articles"))
        self.view.setAccessibleName(tr("Library"))
        self._button.setText(tr("Import articles…"))
        self._button.setToolTip("Ctrl+I")
        self._look()
