"""The command field: one place to type a command, an article, a code or an instrument (Ctrl+K)."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent, QPainter
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from desktop.actions.menu import Actions
from desktop.commands import COMMANDS
from desktop.matching import Matchable, Matcher
from desktop.models.articles import Index, second_line
from desktop.models.lists import Lists
from desktop.panels.parts import TokenView
from desktop.panels.rows import paint_line
from desktop.session import Session
from desktop.words import language, tr

_RECORD = int(Qt.ItemDataRole.UserRole)
_NOWHERE = QModelIndex()
_EACH = 6  # results of a kind
_ROW = 32
_MOST_ROWS = 14


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list: what kind of thing, which one, what is said of it, and why it cannot be chosen now."""

    kind: str  # command, article, code, instrument, search
    key: object
    title: str
    detail: str = ""
    hindrance: str = ""


class EntriesModel(QAbstractListModel):
    """The lines under the command field."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []

    def show(self, entries: list[Entry]) -> None:
        """Show other lines."""
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()

    def entry(self, index: Index) -> Entry | None:
        """Give the entry of a row."""
        return self._entries[index.row()] if index.isValid() else None

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        entry = self.entry(index)
        if role == _RECORD or entry is None:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return " ".join(part for part in (tr(_KINDS[entry.kind]), entry.title, entry.detail, entry.hindrance) if part)
        return None


_KINDS = {"command": "Command", "article": "Article", "code": "Code", "instrument": "Instrument", "search": "Search"}


class _EntryRow(QStyledItemDelegate):
    """Kind, title, and at the right the keys or the second line."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(120, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = self.parent()
        entry = index.data(_RECORD)
        if not isinstance(entry, Entry) or not isinstance(view, TokenView):
            return
        paint_line(
            painter, option, view.colour,
            lead=tr(_KINDS[entry.kind]), title=entry.title, tail=entry.hindrance or entry.detail, faint=bool(entry.hindrance),
        )  # fmt: skip


class CommandField(QLineEdit):
    """Finds by name, number or pinyin initials; the list hangs below without taking the focus."""

    command_chosen = Signal(str)
    article_chosen = Signal(int)
    code_chosen = Signal(int)
    instrument_chosen = Signal(int)
    search_requested = Signal(str)

    def __init__(self, session: Session, lists: Lists, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("commandField")
        self._session = session
        self._lists = lists
        self._actions: Actions | None = None
        self._before: QWidget | None = None
        self._said = ""
        self._model = EntriesModel(self)
        self._popup: QFrame | None = None
        self._view: TokenView | None = None
        self.setFixedHeight(28)
        self.textChanged.connect(self._typed)

    def use(self, actions: Actions) -> None:
        """Take the commands that can be chosen."""
        self._actions = actions

    def begin(self) -> None:
        """Take the focus and list what can be done; what had the focus gets it back at the end."""
        focused = self.window().focusWidget()
        self._before = focused if focused is not self else self._before
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()
        self._list()

    def entries(self, typed: str) -> list[Entry]:
        """List what fits: commands first for few letters, then articles, codes, instruments, and the search for the words."""
        found = self._commands(typed)
        if self._session.is_open and typed.strip():
            found += self._things(typed)
            found.append(Entry("search", typed.strip(), tr("Search the project for “{words}”", words=typed.strip())))
        return found

    def _commands(self, typed: str) -> list[Entry]:
        actions = self._actions
        if actions is None:
            return []
        matcher = Matcher(Matchable(each, (tr(each.text), each.text)) for each in COMMANDS if each.name != "palette")
        entries = []
        for item in matcher.find(typed, _EACH if typed.strip() else len(COMMANDS)):
            action = actions[item.key.name]
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            why = "" if action.isEnabled() else action.statusTip()
            entries.append(Entry("command", action.objectName(), action.text().replace("&&", "&"), keys, why))
        entries.sort(key=_is_hindered)
        return entries

    def _things(self, typed: str) -> list[Entry]:
        lists = self._lists
        found = [Entry("article", a.id, a.title, second_line(a)) for a in lists.articles.named(typed, _EACH)]
        for code in lists.codes.named(typed, _EACH):
            found.append(Entry("code", code.id, code.label(language()), str(code.uses or "")))
        for instrument in lists.instruments.named(typed, _EACH):
            found.append(Entry("instrument", instrument.id, instrument.title(language()), instrument.date))
        return found

    def _typed(self, text: str) -> None:
        if text != self._said and self.hasFocus():  # an input method says the same text again and again
            self._list()
        self._said = text

    def _list(self) -> None:
        popup, view = self._hanging()
        self._model.show(self.entries(self.text()))
        rows = self._model.rowCount()
        view.setCurrentIndex(self._model.index(0))
        popup.setVisible(rows > 0)
        width = max(self.width(), 560)
        corner = self.mapTo(self.window(), QPoint((self.width() - width) // 2, self.height() + 4))
        popup.setGeometry(corner.x(), corner.y(), width, min(rows, _MOST_ROWS) * _ROW + 10)
        popup.raise_()

    def _hanging(self) -> tuple[QFrame, TokenView]:
        if self._popup is None or self._view is None:
            self._popup = QFrame(self.window())
            self._popup.setObjectName("palette")
            self._view = TokenView(self._popup)
            self._view.setObjectName("paletteList")
            self._view.setModel(self._model)
            self._view.setItemDelegate(_EntryRow(self._view))
            self._view.setUniformItemSizes(True)
            self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._view.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
            self._view.setAccessibleName(tr("What fits"))
            self._view.clicked.connect(self._choose)
            inside = QVBoxLayout(self._popup)
            inside.setContentsMargins(4, 4, 4, 4)
            inside.addWidget(self._view)
        return self._popup, self._view

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            if self._popup is None or self._popup.isHidden():
                self._list()
            elif self._view is not None:
                step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 10}.get(Qt.Key(key), -10)
                row = self._view.currentIndex().row() + step
                self._view.setCurrentIndex(self._model.index(max(0, min(row, self._model.rowCount() - 1))))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._view is not None and self._popup is not None and not self._popup.isHidden():
                self._choose(self._view.currentIndex())
        elif key == Qt.Key.Key_Escape:
            self.finish()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._list()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._popup is not None and event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self._popup.hide()

    def finish(self) -> None:
        """Close the list, empty the field and give the focus back."""
        if self._popup is not None:
            self._popup.hide()
        self.clear()
        before, self._before = self._before, None
        if before is not None and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.clearFocus()

    def _choose(self, index: QModelIndex) -> None:
        entry = self._model.entry(index)
        if entry is None:
            return
        self.finish()
        signal = {
            "command": self.command_chosen, "article": self.article_chosen, "code": self.code_chosen,
            "instrument": self.instrument_chosen, "search": self.search_requested,
        }[entry.kind]  # fmt: skip
        signal.emit(entry.key)

    def retranslate(self) -> None:
        """Say the hint in the window's language."""
        keys = QKeySequence.fromString("Ctrl+K").toString(QKeySequence.SequenceFormat.NativeText)
        self.setPlaceholderText(tr("Commands, articles, codes, instruments ({keys})", keys=keys))
        self.setAccessibleName(tr("Command field"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def _is_hindered(entry: Entry) -> bool:
    return bool(entry.hindrance)
