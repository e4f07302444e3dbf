"""Where a query is typed: the entry with its completions, the sentence that says it in words, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF, QTextLayout
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from db.records import Remark
from db.search.completion import Completions, complete
from db.search.query import QUOTES, Filter, Term, leaves, parse
from db.search.searcher import Searcher
from desktop.panels.completion_popup import CompletionPopup
from desktop.panels.parts import ShortText, label, mark
from desktop.panels.searching import Lane
from desktop.reader.positions import Positions
from desktop.session import Session
from desktop.words import language, tr

_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}
_LEAST_OF_A_NAME = 2  # Latin letters typed before names of fields are offered
Span = tuple[int, int]


class QueryEntry(QLineEdit):
    """A line in which mistakes are underlined; an input method that composes has all keys to itself."""

    entered = Signal()  # Enter
    stepped = Signal(int)  # by so many hits
    completion_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "query")
        self.setClearButtonEnabled(True)
        self.popup = CompletionPopup(self)
        self.composing = False
        self.faults: tuple[Span, ...] = ()  # code points
        self._ink = label("error", "")  # never shown: it has the colour of mistakes
        self._ink.setParent(self)
        self._ink.hide()

    def point_out(self, faults: Sequence[Span]) -> None:
        """Underline some places, in code points."""
        if tuple(faults) != self.faults:
            self.faults = tuple(faults)
            self.update()

    @property
    def place(self) -> int:
        """Where the cursor is, in code points."""
        return Positions(self.text()).from_qt(self.cursorPosition())

    def replace(self, start: int, end: int, words: str) -> None:
        """Put words in the place of some code points, as one step that Ctrl+Z takes back."""
        places = Positions(self.text())
        self.setSelection(places.to_qt(start), places.to_qt(end) - places.to_qt(start))
        self.insert(words)

    def event(self, event: QEvent) -> bool:
        """Take Tab for the list of completions before it moves the focus."""
        is_tab = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab
        if is_tab and isinstance(event, QKeyEvent) and not self.composing and self.popup.take_key(event):
            return True
        return super().event(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self.composing = bool(event.preeditString())
        if self.composing:
            self.popup.hide()
        super().inputMethodEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if self.composing:
            super().keyPressEvent(event)
        elif self.popup.take_key(event):
            event.accept()
        elif key == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.completion_requested.emit()
        elif key in _STEPS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.stepped.emit(_STEPS[Qt.Key(key)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self.popup.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.faults or self.composing or not self.text():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ink.ensurePolished()
        painter.setPen(QPen(self._ink.palette().windowText().color(), 1.2))
        area = self.contentsRect().adjusted(4, 0, -28 if self.isClearButtonEnabled() else -4, 0)
        painter.setClipRect(area)
        bottom = self.cursorRect().bottom() - 1
        for start, end in self.faults:
            painter.drawPolyline(_wave(self._x_of(start), self._x_of(end), bottom))
        painter.end()

    def _x_of(self, point: int) -> float:
        """Give where a place of the text is drawn now, in pixels."""
        text, cursor = self.text(), self.cursorPosition()
        layout = QTextLayout(text, self.font())
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(1e6)
        layout.endLayout()
        here, there = line.cursorToX(cursor), line.cursorToX(Positions(text).to_qt(point))
        shift = float(there[0]) - float(here[0])  # type: ignore[index]
        return self.cursorRect().center().x() + shift


class QueryBar(QWidget):
    """The entry of the search page, what it says in words, and what should be known of it."""

    edited = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.entry = QueryEntry()
        self.said, self.remarks = ShortText("small", 2), label("small", wrap=True)
        self._lane = Lane(self)
        self._asked: tuple[str, int] = ("", 0)
        self._wide = False  # whether the list was asked for by hand, where little is typed
        self.top = QHBoxLayout()
        self.top.setSpacing(8)
        self.top.addWidget(self.entry, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(self.top)
        layout.addWidget(self.said)
        layout.addWidget(self.remarks)
        self.remarks.setMinimumHeight(self.said.sizeHint().height())  # what lies below stays where it is
        self.entry.popup.below = self
        self.setFocusProxy(self.entry)
        self.entry.textChanged.connect(self.edited)
        self.entry.textEdited.connect(self._typed)
        self.entry.completion_requested.connect(self._ask)
        self.entry.popup.taken.connect(self._take)
        self._lane.done.connect(self._completed)

    # What is said

    def say(self, sentence: str) -> None:
        """Say the query in words."""
        self.said.set_text(sentence)

    def remark(self, said: str, *, wrong: bool = False) -> None:
        """Say what should be known of the query, or, in place of its sentence, what is wrong with it."""
        if wrong:
            self.said.set_text("")
        self.remarks.setText(said)
        mark(self.remarks, "role", "error" if wrong else "small")

    def point_out(self, remarks: Sequence[Remark], fault: int = -1) -> None:
        """Underline the places that remarks speak of, and that of a fault (code points; -1: none)."""
        said = [place for each in remarks for place in each.facts.get("position", "").split(", ")]
        places = [int(place) - 1 for place in said if place.isdecimal()]
        places += [fault] if fault >= 0 else []
        self.entry.point_out([_span(self.entry.text(), place) for place in places])

    # Completions

    def _typed(self, _text: str) -> None:
        self._ask(by_hand=False)

    def _ask(self, *, by_hand: bool = True) -> None:
        """Look for what could be typed next; nothing is offered where an input method composes."""
        if not self._session.is_open or self.entry.composing:
            return
        text, cursor = self.entry.text(), self.entry.place
        self._asked, self._wide = (text, cursor), by_hand
        self._lane.drop()
        if not by_hand and not text[:cursor].strip():
            self.entry.popup.hide()
            return
        me = self._session.project.me
        self._lane.ask(self._session.project.path, "complete", partial(_complete, text, cursor, me, language()))

    def _completed(self, _name: str, found: object) -> None:
        text, cursor = self.entry.text(), self.entry.place
        if not isinstance(found, Completions) or (text, cursor) != self._asked or not self.entry.hasFocus():
            return
        typed, offers = text[found.start : cursor], found.offers
        value = text[found.start - 1 : found.start] in (":", "：")
        letters = any(each.isalnum() for each in typed)
        enough = letters and (len(typed) >= _LEAST_OF_A_NAME or not typed.isascii())
        if not (value or enough or self._wide) or [offer.insert for offer in offers] == [typed]:
            offers = ()
        exact = any(offer.insert == typed for offer in offers)
        self.entry.popup.show_offers(Completions(found.start, found.end, offers), chosen=value and bool(typed) and not exact)

    def _take(self, start: int, end: int, words: str) -> None:
        after = self.entry.text()[end : end + 1]
        is_name = words.endswith((":", "："))
        self.entry.replace(start, end, words if is_name or after in (" ", ")", "）") else f"{words} ")
        if is_name:
            self._ask(by_hand=False)

    def close_connection(self) -> None:
        """Stop looking for completions."""
        self.entry.popup.hide()
        self._lane.close()

    def retranslate(self) -> None:
        """Say the hint in the window's language."""
        self.entry.setPlaceholderText(tr("Search articles, passages, notes, instruments and codes"))
        self.entry.setAccessibleName(tr("Search the project"))


def _complete(text: str, cursor: int, me: int, spoken: str, searcher: Searcher) -> Completions:
    return complete(text, cursor, searcher.connection, me, spoken)


def _span(text: str, place: int) -> Span:
    """Give the stretch that is wrong at a place: a word or filter that begins there, a bracket or quote, or up to a blank."""
    for leaf in leaves(parse(text).root):
        if leaf.position == place and isinstance(leaf, Filter | Term):
            return place, place + max(1, len(leaf.typed if isinstance(leaf, Filter) else leaf.text))
    if text[place : place + 1] in (*QUOTES, *"()（）”"):
        return place, place + 1
    rest = text[place:]
    return place, place + max(1, len(rest) - len(rest.lstrip()) + len(rest.split(maxsplit=1)[0]) if rest.strip() else 1)


def _wave(left: float, right: float, bottom: int) -> QPolygonF:
    """Give a wavy line."""
    corners, x, up = [], left, False
    while x < right:
        corners.append(QPointF(x, bottom - (2 if up else 0)))
        x, up = x + 2.5, not up
    return QPolygonF([*corners, QPointF(right, bottom - (2 if up else 0))])
