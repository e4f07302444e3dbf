"""An entry for a value of a field; what it could be is looked up beside the window and offered below it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QInputMethodEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from db.search.completion import Completions, Offer, complete
from db.search.fields import CHINESE
from db.search.searcher import Searcher
from desktop.models.query_form import read, spoken
from desktop.panels.completion_popup import CompletionPopup
from desktop.panels.searching import Lane
from desktop.session import Session
from desktop.words import language

_ARROW = 38  # pixels that a choice takes beside its words


class Values(QObject):
    """Looks up the values of fields, on a connection of its own; an older question gives way to a newer one."""

    found = Signal(object, object)  # who asked: QObject, and what there is: list[Offer], each with the bare value

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._asked: tuple[QObject, str] | None = None
        self._lane = Lane(self)
        self._lane.done.connect(self._take)
        session.closed.connect(self._lane.close)

    def ask(self, asker: QObject, field: str, typed: str) -> None:
        """Look up what a field can be where something is typed; `found` says it, if nothing else is asked for meanwhile."""
        if not self._session.is_open:
            return
        self._asked = (asker, field)
        name = CHINESE.get(field, field) if language().startswith("zh") else field
        # A quote lets the value have blanks; with something before it the quote is known to begin a value.
        text = f' {name}:"{typed.replace(chr(34), "")}'
        project = self._session.project
        self._lane.drop()
        self._lane.ask(project.path, "values", partial(_complete, text, int(project.me), language()))

    def _take(self, _name: str, completions: object) -> None:
        if self._asked is not None and isinstance(completions, Completions):
            asker, field = self._asked
            offers = completions.offers
            self.found.emit(asker, [Offer(spoken(field, read(field, o.insert)), o.label, o.detail) for o in offers])


def _complete(text: str, me: int, spoken: str, searcher: Searcher) -> Completions:
    return complete(text, len(text), searcher.connection, me, spoken)


class Entry(QLineEdit):
    """A value; what is typed, and the arrow down, ask for what it could be, which Enter, Tab or a click puts in."""

    wanted = Signal(object)  # itself
    edited = Signal()  # by a person

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.helped = False  # whether values are offered
        self._popup: CompletionPopup | None = None
        self._composing = False
        self.textEdited.connect(self._typed)

    @property
    def popup(self) -> CompletionPopup:
        """The list of what could be put in."""
        if self._popup is None:
            self._popup = CompletionPopup(self)
            self._popup.taken.connect(self._put)
        return self._popup

    def set_text(self, text: str) -> None:
        """Show a text, from its beginning; the caret stays where it is if it is there already."""
        if self.text() != text:
            self.setToolTip("")
            self.setText(text)
            self.setCursorPosition(0)

    def offer(self, offers: list[Offer]) -> None:
        """Show what could be put in, while one is here."""
        exact = any(each.insert == self.text() for each in offers)
        kept = tuple(offers) if self.hasFocus() and not self._composing and (len(offers) > 1 or not exact) else ()
        self.popup.show_offers(Completions(0, len(self.text()), kept), chosen=bool(self.text()) and not exact)

    def _hush(self) -> None:
        if self._popup is not None:
            self._popup.hide()

    def _takes(self, event: QKeyEvent) -> bool:
        return self._popup is not None and not self._composing and self._popup.take_key(event)

    def _put(self, _start: int, _end: int, value: str) -> None:
        self.selectAll()
        self.insert(value)  # so that Ctrl+Z takes it back
        self.edited.emit()

    def _typed(self) -> None:
        self.edited.emit()
        if self.helped and not self._composing:
            self.wanted.emit(self)

    def event(self, event: QEvent) -> bool:
        """Take Tab for the list before it moves the keys on."""
        is_tab = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab
        if is_tab and isinstance(event, QKeyEvent) and self._takes(event):
            return True
        return super().event(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._composing = bool(event.preeditString())
        if self._composing:
            self._hush()
        super().inputMethodEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._takes(event):
            event.accept()
        elif event.key() == Qt.Key.Key_Down and self.helped and not self._composing:
            self.wanted.emit(self)
            event.accept()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()  # the row's or the page's
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self._hush()

    def hideEvent(self, event: QHideEvent) -> None:
        self._hush()
        super().hideEvent(event)


class Choice(QComboBox):
    """A choice that the wheel leaves alone unless one is in it, so that what lies below can be scrolled."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMaxVisibleItems(20)
        self.setMinimumWidth(72)
        self.least = ""  # words it has room for where there is room, so that choices below one another are alike

    def fill(self, items: list[tuple[str, str]], now: str) -> None:
        """Offer values under their words, one of them chosen; one that is not among them is added as it is."""
        self.clear()
        for value, words in items:
            self.addItem(words, value)
        self.choose(now)

    def choose(self, value: str) -> None:
        """Choose a value; one that is not among them is added as it is, and none is nothing chosen."""
        if value and self.findData(value) < 0:
            self.addItem(value, value)
        self.setCurrentIndex(self.findData(value))

    def value(self) -> str:
        """Give the value that is chosen."""
        return str(self.currentData() or "")

    def sizeHint(self) -> QSize:
        return super().sizeHint().expandedTo(QSize(self.fontMetrics().horizontalAdvance(self.least) + _ARROW, 0))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)
