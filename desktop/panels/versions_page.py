"""The versions of an article: each is read here with its annotations at their places, and compared with another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from db.changes import Change
from db.differences import Difference
from db.records import Annotation, ArticleId, Layout
from db.versions import Edition
from desktop.dates import when
from desktop.models.articles import RECORD, Index
from desktop.models.review import SECOND
from desktop.panels.closing import Closing
from desktop.panels.difference_view import DifferenceView
from desktop.panels.marks import NAMES, PASSAGES, Facts, Sight
from desktop.panels.painting import draw_elided, paint_ground, smaller
from desktop.panels.parts import TokenView, column, join_words, label
from desktop.panels.place_rows import RowList
from desktop.reader.reader import Head, Look, Reader
from desktop.session import Session
from desktop.theme import Theme
from desktop.words import tr

ROW = 60
_LIST = 300  # logical pixels at first
_NOWHERE = QModelIndex()


class EditionsModel(QAbstractListModel):
    """The versions of an article, the newest first, with how many annotations have a place on each."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Edition] = []
        self._placed: dict[int, tuple[int, int]] = {}

    def show_editions(self, editions: Sequence[Edition]) -> None:
        """Show versions; nothing is known of their annotations yet."""
        self.beginResetModel()
        self._rows, self._placed = list(editions), {}
        self.endResetModel()

    def say_placed(self, number: int, placed: int, of: int) -> None:
        """Say how many annotations have a place on a version."""
        self._placed[number] = placed, of
        row = self.row_of(number)
        if row >= 0:
            self.dataChanged.emit(self.index(row), self.index(row))

    def edition(self, row: int) -> Edition | None:
        """Give the version of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, number: int) -> int:
        """Give the row of a version, -1 where there is none."""
        return next((row for row, each in enumerate(self._rows) if each.number == number), -1)

    @property
    def numbers(self) -> list[int]:
        """The numbers of the versions, the newest first."""
        return [each.number for each in self._rows]

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        edition = self._rows[index.row()]
        if role == RECORD:
            return edition
        if role == SECOND:
            return self._second(edition)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return " · ".join((edition_words(edition), *self._second(edition)))
        return None

    def _second(self, edition: Edition) -> tuple[str, str]:
        placed = self._placed.get(edition.number)
        said = tr("{placed} of {count} annotations placed", placed=placed[0], count=placed[1]) if placed else ""
        size = tr("{count} characters", count=f"{edition.characters:,}")
        return join_words((when(edition.imported), _came(edition), edition.file_name)), join_words((size, said))


def edition_words(edition: Edition) -> str:
    """Call a version."""
    return tr("Version {number}, the newest" if edition.current else "Version {number}", number=edition.number)


def _came(edition: Edition) -> str:
    """Say how a version came about."""
    came = tr(_CAME[edition.came]) if edition.came else ""
    return join_words((came, tr("from another copy"))) if edition.elsewhere else came


_CAME = {
    "imported": "Imported",
    "imported again": "Imported again",
    "edited": "Corrected by hand",
    "used again": "An earlier text used again",
}


class EditionDelegate(QStyledItemDelegate):
    """Three lines a row."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(160, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        view, edition = option.widget, index.data(RECORD)
        if not isinstance(view, TokenView) or not isinstance(edition, Edition):
            return
        painter.save()
        box: QRect = option.rect
        paint_ground(painter, view, box, option.state)
        line = QRect(box.left() + 16, box.top() + 5, box.width() - 28, (box.height() - 10) // 3)
        painter.setPen(view.colour("text"))
        draw_elided(painter, line, edition_words(edition))
        painter.setFont(smaller(painter))
        painter.setPen(view.colour("muted"))
        for place, words in enumerate(index.data(SECOND)):
            draw_elided(painter, line.translated(0, (place + 1) * line.height()), words)
        painter.restore()


class VersionsPage(QWidget):
    """The list of versions beside the text of the one chosen, or what differs between it and another."""

    again_requested = Signal(int, int)  # article, number of the version whose text is to be used again
    comparison_requested = Signal(int, int, int)  # article, the numbers of the older and the newer version
    places_requested = Signal()  # `wanted` gives what is to be placed
    annotation_requested = Signal(int)
    left = Signal()

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._article, self._name, self._number = 0, "", 0
        self._known: dict[int, list[Annotation]] = {}
        self._asked: set[int] = set()
        self._stale = False
        self._sight = Sight(session, self)
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title, self._keys = label("title", wrap=True), label("small", wrap=True)
        self.closing = Closing(self)
        self.model, self.list = EditionsModel(self), RowList()
        self.list.setModel(self.model)
        self.list.setItemDelegate(EditionDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self._shown = label("heading")
        self.compare, self.again = QComboBox(), QPushButton()
        self.reader, self.differences = Reader(theme), DifferenceView()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.reader)
        self._stack.addWidget(self.differences)
        self._lay_out()
        self.setFocusProxy(self.list)
        self._connect()
        self._retranslate()

    def _connect(self) -> None:
        self.closing.asked.connect(self.left)
        self.list.selectionModel().currentChanged.connect(self._turned)
        self.compare.activated.connect(self._compare)
        self.again.clicked.connect(self._again)
        self.reader.mark_activated.connect(self.reader.set_current)
        self._session.closed.connect(self.forget)
        self._session.changed.connect(self._changed)
        self._session.freed.connect(self._allow)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addLayout(column(self._title, self._keys, gap=4), 1)
        head.addWidget(self.closing, 0, Qt.AlignmentFlag.AlignTop)
        head.setContentsMargins(16, 16, 16, 12)
        bar = QHBoxLayout()
        bar.setContentsMargins(16, 4, 16, 4)
        bar.setSpacing(8)
        bar.addWidget(self._shown, 1)
        bar.addWidget(self.compare)
        bar.addWidget(self.again)
        side = QWidget()
        right = QVBoxLayout(side)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addLayout(bar)
        right.addWidget(self._stack, 1)
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.list)
        parts.addWidget(side)
        parts.setStretchFactor(1, 1)
        parts.setSizes([_LIST, 3 * _LIST])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(parts, 1)

    # What is shown

    def show_article(self, article: ArticleId) -> None:
        """List the versions of an article; the one before the newest is shown, if there is one."""
        self._article, self._number = article, 0
        self._name = self._session.project.articles.get(article).title
        self._retranslate()
        self._read(row=1)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _read(self, row: int) -> None:
        self._stale, self._known, self._asked = False, {}, set()
        self.model.show_editions(self._session.project.versions.of(ArticleId(self._article)))
        if not self.model.rowCount():
            self.forget()
            return
        self.list.setCurrentIndex(self.model.index(min(row, self.model.rowCount() - 1)))
        self.places_requested.emit()

    def forget(self) -> None:
        """Show nothing: the project is closed."""
        self._article, self._number, self._name, self._known = 0, 0, "", {}
        self.model.show_editions(())
        self._show_text("", None)
        self._retranslate()

    @property
    def article(self) -> int:
        """The article whose versions are listed, 0 for none."""
        return self._article

    @property
    def number(self) -> int:
        """The version shown, 0 for none."""
        return self._number

    def _turned(self, index: QModelIndex, _before: QModelIndex) -> None:
        edition = self.model.edition(index.row()) if index.isValid() else None
        if edition is None or not self._session.is_open:
            return
        self._number = edition.number
        self._offer_comparison()
        self._show_text(edition_words(edition), edition.number)
        self._allow()

    def _allow(self) -> None:
        edition = self.model.edition(self.list.currentIndex().row())
        self.again.setEnabled(edition is not None and not edition.current and self._session.editable)

    def _show_text(self, words: str, number: int | None) -> None:
        self._shown.setText(words)
        self._stack.setCurrentWidget(self.reader)
        if number is None:
            self.reader.set_article("", Layout.of_lines(""))
            return
        version = self._session.attempt(lambda: self._session.project.articles.version(ArticleId(self._article), number))
        if version is not None:
            self.reader.set_article(version.text, version.layout, head=Head(self._name, words))
            self._show_marks()

    # Annotations at their places on old texts

    def wanted(self) -> tuple[int, int] | None:
        """Give the article and version whose annotations are to be placed next, the one shown first; each once."""
        numbers = [self._number, *self.model.numbers] if self._article and self._session.is_open else []
        number = next((each for each in numbers if each and each not in self._asked), None)
        if number is None:
            return None
        self._asked.add(number)
        return self._article, number

    def show_placed(self, article: int, number: int, annotations: list[Annotation]) -> None:
        """Show where annotations stand on a version."""
        if article != self._article:
            return
        self._known[number] = annotations
        anchored = [each for each in annotations if each.origin_start is not None]
        self.model.say_placed(number, sum(each.start is not None for each in anchored), len(anchored))
        if number == self._number:
            self._show_marks()

    def _show_marks(self) -> None:
        found = (Facts.of(each) for each in self._known.get(self._number, ()))
        marks = (self._sight.mark(facts) for facts in found if facts is not None)
        self.reader.set_marks([mark for mark in marks if mark is not None])

    # Comparing, and going back

    def _offer_comparison(self) -> None:
        self.compare.clear()
        self.compare.addItem(tr("Read the text"), 0)
        for number in self.model.numbers:
            if number != self._number:
                self.compare.addItem(tr("Compared with version {number}", number=number), number)
        self.compare.setEnabled(self.compare.count() > 1)

    def _compare(self, place: int) -> None:
        other = self.compare.itemData(place)
        if not other:
            self._stack.setCurrentWidget(self.reader)
        else:
            self.comparison_requested.emit(self._article, min(other, self._number), max(other, self._number))

    def show_comparison(self, older: int, newer: int, texts: tuple[str, str], found: Sequence[Difference]) -> None:
        """Show what differs between two versions."""
        if self._number not in (older, newer):
            return
        self._shown.setText(tr("From version {older} to version {newer}", older=older, newer=newer))
        self.differences.model_shown.show_differences(*texts, found)
        self._stack.setCurrentWidget(self.differences)
        self.differences.reveal_change()

    def _again(self) -> None:
        if self.again.isEnabled():
            self.again_requested.emit(self._article, self._number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            shown = self.reader if self._stack.currentWidget() is self.reader else self.differences
            shown.setFocus(Qt.FocusReason.OtherFocusReason)
        elif event.key() == Qt.Key.Key_C and self.compare.isEnabled() and not event.modifiers():
            place = 1 if self._stack.currentWidget() is self.reader else 0
            self.compare.setCurrentIndex(place)
            self._compare(place)
        elif event.key() == Qt.Key.Key_O and self.reader.current() is not None and not event.modifiers():
            self.annotation_requested.emit(self.reader.current())
        else:
            super().keyPressEvent(event)

    # The window

    def set_theme(self, theme: Theme) -> None:
        """Show the text in another theme."""
        self.reader.set_theme(theme)

    def set_look(self, look: Look) -> None:
        """Show the text in another size, width or face."""
        self.reader.set_look(replace(look))

    def _changed(self, change: Change) -> None:
        if not self._article or not change.tables & (PASSAGES | NAMES | {"version", "article"}):
            return
        self._stale = True
        if self.isVisible():
            self._catch_up()

    def _catch_up(self) -> None:
        if self._stale and self._session.is_open:
            shown = self._number
            self._read(row=max(0, self.list.currentIndex().row()))
            self.list.setCurrentIndex(self.model.index(max(0, self.model.row_of(shown))))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._catch_up()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
            self._turned(self.list.currentIndex(), QModelIndex())

    def _retranslate(self) -> None:
        self._title.setText(tr("Versions of “{title}”", title=self._name))
        self.setAccessibleName(self._title.text())
        self._keys.setText(
            tr("J and K go through the versions, Enter goes to the text, C compares, O opens the annotation one stands on")
        )
        self.again.setText(tr("Use this text again"))
        self.compare.setAccessibleName(tr("Compare with another version"))
        self.list.setAccessibleName(tr("Versions"))
