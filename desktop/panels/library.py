"""The library: every article with one's status of it, filtered as one types."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QListView, QMenu, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from db.articles import STATUSES
from db.records import Article
from desktop.models.lists import Lists
from desktop.panels.filtering import FilterField, framed
from desktop.panels.parts import TokenView, label
from desktop.panels.rows import ArticleRow
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

    def __init__(self, session: Session, lists: Lists, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._model = lists.articles
        self.filter = FilterField(self)
        self.view = _List(self)
        self.view.setObjectName("library")
        self.view.setModel(self._model)
        self.view.setItemDelegate(ArticleRow(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.view.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._words = label("emptyWords", wrap=True)
        self._button = QPushButton(self)
        empty = QWidget(self)
        below = QVBoxLayout(empty)
        below.setContentsMargins(16, 24, 16, 16)
        below.setSpacing(12)
        below.addWidget(self._words)
        below.addWidget(self._button, 0, Qt.AlignmentFlag.AlignLeft)
        below.addStretch(1)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.view)
        self._stack.addWidget(empty)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(framed(self.filter))
        box.addWidget(self._stack)
        self.filter.textChanged.connect(self._model.set_filter)
        self.filter.left.connect(self.focus)
        self.view.chosen.connect(self._open)
        self.view.beside_chosen.connect(self._open_beside)
        self.view.customContextMenuRequested.connect(self._menu)
        self._button.clicked.connect(self.import_requested)
        self._model.modelReset.connect(self._show_empty)
        self._retranslate()

    def focus(self) -> None:
        """Give the list the focus; an empty one gives it to its button."""
        if self._stack.currentWidget() is not self.view:
            self._button.setFocus()
            return
        if not self.view.currentIndex().isValid():
            self.view.setCurrentIndex(self._model.index(0))
        self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_article(self, article: int | None) -> None:
        """Mark the article that is open."""
        index = self._model.index_of(article)
        if index.isValid():
            self.view.setCurrentIndex(index)

    def chosen(self) -> list[Article]:
        """Give the selected articles."""
        found = (self._model.article(index) for index in self.view.selectedIndexes())
        return [article for article in found if article is not None]

    def _open(self, index: QModelIndex) -> None:
        article = self._model.article(index)
        if article is not None and len(self.view.selectedIndexes()) <= 1:
            self.article_requested.emit(article.id)

    def _open_beside(self, index: QModelIndex) -> None:
        article = self._model.article(index)
        if article is not None:
            self.beside_requested.emit(article.id)

    def _menu(self, at: QPoint) -> None:
        articles = self.chosen()
        if not articles:
            return
        menu = QMenu(self)
        one = len(articles) == 1
        if one:
            self._entry(menu, "Open", "open")
            self._entry(menu, "Show beside", "beside").setShortcut("Ctrl+Return")
        for status in STATUSES:
            entry = self._entry(menu, status.capitalize(), f"status:{status}")
            entry.setCheckable(True)
            entry.setChecked(all(article.status == status for article in articles))
            entry.setEnabled(self._session.editable)
        menu.insertSeparator(menu.actions()[2 if one else 0])
        menu.addSeparator()
        if one:
            self._entry(menu, "Show what was left out", "removed")
        self._entry(menu, "Remove article", "remove").setEnabled(self._session.editable)
        chosen = menu.exec(self.view.viewport().mapToGlobal(at))
        menu.deleteLater()
        if chosen is not None:
            self._do(str(chosen.data()), articles)

    @staticmethod
    def _entry(menu: QMenu, text: str, name: str) -> QAction:
        entry = menu.addAction(tr(text))
        entry.setData(name)
        return entry

    def _do(self, name: str, articles: list[Article]) -> None:
        ids = [article.id for article in articles]
        if name == "open":
            self.article_requested.emit(ids[0])
        elif name == "beside":
            self.beside_requested.emit(ids[0])
        elif name == "removed":
            self.removed_requested.emit(ids[0])
        elif name == "remove":
            self.remove_requested.emit(ids)
        else:
            self.status_requested.emit(ids, name.removeprefix("status:"))

    def _show_empty(self) -> None:
        empty = self._session.is_open and not self._model.rowCount()
        filtered = empty and self._model.count > 0
        self._stack.setCurrentIndex(1 if empty else 0)
        self._words.setText(
            tr("No article fits this filter.")
            if filtered
            else tr("No articles yet. Drop files anywhere on this window, or choose them.")
        )
        self._button.setVisible(not filtered)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.filter.setPlaceholderText(tr("Filter articles"))
        self.filter.setAccessibleName(tr("Filter articles"))
        self.view.setAccessibleName(tr("Library"))
        self._button.setText(tr("Import articles…"))
        self._button.setToolTip("Ctrl+I")
        self._show_empty()


class _List(TokenView):
    """The list of articles."""

    beside_chosen = Signal(QModelIndex)  # by Ctrl+Enter

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier and self.currentIndex().isValid():
            self.beside_chosen.emit(self.currentIndex())
            event.accept()
        else:
            super().keyPressEvent(event)
