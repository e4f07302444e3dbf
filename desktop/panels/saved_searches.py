"""The searches a project keeps: standing ones with what is new in them, smart codes, and plain ones; and how one is kept."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QMenu, QVBoxLayout, QWidget

from db.records import SavedSearch
from db.search.standing import News
from db.searches import SEARCH, SMART_CODE, STANDING
from desktop.dates import when
from desktop.panels.chips import Row
from desktop.panels.parts import Section, button, empty, held, label
from desktop.session import Session
from desktop.words import tr

# (kind, heading, what one of it is called, what it does)
KINDS = (
    (STANDING, "Standing searches", "Standing search", "Tells what is new in it since you last looked"),
    (SMART_CODE, "Smart codes", "Smart code", "Found by code: and its title, as a code is"),
    (SEARCH, "Searches kept", "Search", "Runs again with a click"),
)


class TitleEdit(QLineEdit):
    """A title that is written: Enter keeps it, Esc does not."""

    written = Signal(str)
    given_up = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.written.emit(self.text())
        elif event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)


class SavedRow(Row):
    """A search that was kept: Enter or a click runs it, F2 renames it, Del forgets it, the menu makes it another kind."""

    requested = Signal(int)
    renamed = Signal(int, str)
    kind_chosen = Signal(int, str)
    has_menu = True

    def __init__(self, search: SavedSearch, *, editable: bool) -> None:
        super().__init__(search.id, editable=editable)
        self.search = search
        self._title, self._news = label("row-title", search.title), label("small")
        self._edit: TitleEdit | None = None
        self.setAccessibleName(search.title)
        first = QHBoxLayout()
        first.setSpacing(12)
        first.addWidget(self._title)
        first.addWidget(self._news, 1)
        self.words.addLayout(first)
        self._line = first
        if search.query != search.title:
            self.words.addWidget(label("small", search.query))
        self.finish()

    def show_news(self, news: News) -> None:
        """Say what is new in a standing search."""
        count = f"{news.total:,}{'+' if news.more else ''}"
        if not news.looked:
            said = tr("{count} found, not looked at yet", count=count)
        elif news.total:
            said = tr("{count} new since {date}", count=count, date=when(news.looked[:10]))
        else:
            said = tr("Nothing new since {date}", date=when(news.looked[:10]))
        self._news.setText(said)
        self.setAccessibleDescription(said)

    @property
    def news_said(self) -> str:
        """What is said of what is new."""
        return self._news.text()

    def rename(self) -> None:
        """Write another title in place of the title."""
        if not self.editable or self._edit is not None:
            return
        self._edit = TitleEdit(self.search.title)
        self._edit.setAccessibleName(tr("Title of the search"))
        self._edit.written.connect(self._rename)
        self._edit.given_up.connect(self._leave)
        self._title.hide()
        self._line.insertWidget(0, self._edit, 1)
        self._edit.show()
        self._edit.selectAll()
        self._edit.setFocus()

    def _rename(self, title: str) -> None:
        self._leave()
        if title.strip() and title.strip() != self.search.title:
            self.renamed.emit(self.key, title.strip())

    def _leave(self) -> None:
        edit, self._edit = self._edit, None
        if edit is not None:
            self._title.show()
            self.setFocus()
            edit.hide()
            edit.deleteLater()

    def fill(self, menu: QMenu) -> None:
        run = menu.addAction(tr("Run this search"))
        run.triggered.connect(self._run)
        rename = menu.addAction(tr("Rename"))
        rename.triggered.connect(self.rename)
        menu.addSeparator()
        for kind, _heading, name, tip in KINDS:
            action = menu.addAction(tr(name))
            action.setToolTip(tr(tip))
            action.setCheckable(True)
            action.setChecked(kind == self.search.kind)
            action.triggered.connect(partial(self._choose, kind))
        menu.addSeparator()
        menu.addAction(tr("Remove")).triggered.connect(self._forget)

    def _choose(self, kind: str, _on: bool = False) -> None:
        if kind != self.search.kind:
            self.kind_chosen.emit(self.key, kind)

    def _forget(self) -> None:
        self.removed.emit(self.key)

    def _run(self) -> None:
        self.requested.emit(self.key)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._edit is None:
            self._run()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._run()
        elif event.key() == Qt.Key.Key_F2:
            self.rename()
        else:
            super().keyPressEvent(event)


class SavedSearches(QWidget):
    """The kept searches of the project, in a section for each kind; a kind of which there is none is not shown."""

    requested = Signal(object)  # SavedSearch
    news_wanted = Signal(object)  # SavedSearch: a standing one

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._news: dict[int, News] = {}
        self._sections = {kind: Section() for kind, *_words in KINDS}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        for section in self._sections.values():
            section.body.setSpacing(0)
            layout.addWidget(section)

    def rows(self) -> list[SavedRow]:
        """List the rows shown."""
        return [row for section in self._sections.values() for row in held(section.body, SavedRow)]

    def reload(self) -> None:
        """Show the searches there are, and look for what is new in the standing ones."""
        saved = self._session.project.searches.all() if self._session.is_open else []
        kept = {each.id for each in saved if each.kind == STANDING}
        self._news = {key: news for key, news in self._news.items() if key in kept}
        focused = next((row.key for row in self.rows() if row.hasFocus()), None)
        for kind, heading, *_words in KINDS:
            section = self._sections[kind]
            section.heading.setText(tr(heading))
            self._fill(section, [each for each in saved if each.kind == kind])
        rows = self.rows()
        again = next((row for row in rows if row.key == focused), rows[0] if rows and focused is not None else None)
        if again is not None:
            again.setFocus()
        for each in saved:
            if each.kind == STANDING:
                self.news_wanted.emit(each)

    def _fill(self, section: Section, saved: Sequence[SavedSearch]) -> None:
        empty(section.body)
        section.setVisible(bool(saved))
        for each in saved:
            row = SavedRow(each, editable=self._session.editable)
            row.requested.connect(self._request)
            row.renamed.connect(self._rename)
            row.kind_chosen.connect(self._make)
            row.removed.connect(self._forget)
            section.body.addWidget(row)
            if each.id in self._news:
                row.show_news(self._news[each.id])

    def show_news(self, search: int, news: News) -> None:
        """Say what is new in a standing search."""
        self._news[search] = news
        for row in self.rows():
            if row.key == search:
                row.show_news(news)

    def _request(self, key: int) -> None:
        found = next((row.search for row in self.rows() if row.key == key), None)
        if found is not None:
            self.requested.emit(found)

    def _rename(self, key: int, title: str) -> None:
        self._session.act(partial(self._session.project.searches.rename, key, title))

    def _make(self, key: int, kind: str) -> None:
        self._session.act(partial(self._session.project.searches.change, key, kind=kind))

    def _forget(self, key: int) -> None:
        self._session.act(partial(self._session.project.searches.remove, key))


class KeepBar(QFrame):
    """Asks under which title and as what a search is kept; Enter keeps it as a plain one."""

    kept = Signal(str, str)  # title, kind
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self._as = TitleEdit(), QLabel()
        self.buttons = {kind: button("toggle") for kind, *_words in reversed(KINDS)}
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.title, 1)
        line.addWidget(self._as)
        self._as.setProperty("role", "small")
        for kind, made in self.buttons.items():
            made.clicked.connect(partial(self._keep, kind))
            line.addWidget(made)
        self.title.written.connect(self._written)
        self.title.given_up.connect(self.left)
        self.retranslate()

    def ask(self, title: str) -> None:
        """Ask, with a title to begin with."""
        self.title.setText(title)
        self.title.selectAll()
        self.show()
        self.title.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _written(self, _title: str) -> None:
        self._keep(SEARCH)

    def _keep(self, kind: str, _on: bool = False) -> None:
        self.kept.emit(self.title.text().strip(), kind)

    def retranslate(self) -> None:
        """Say what can be chosen in the window's language."""
        self._as.setText(tr("Keep as"))
        self.title.setAccessibleName(tr("Title of the search"))
        self.title.setPlaceholderText(tr("Title of the search"))
        for kind, _heading, name, tip in KINDS:
            self.buttons[kind].setText(tr(name))
            self.buttons[kind].setToolTip(tr(tip))
            self.buttons[kind].setAccessibleName(tr(name))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
