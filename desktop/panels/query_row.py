"""One line of the form of a query: a field, whether it holds, and the entries for its value."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from db.search.completion import Offer
from db.search.tree import Filter, Node, Not
from db.search.writing import write
from desktop.models.query_form import (
    FOUND_SO,
    NAMED_SO,
    PHRASE,
    TYPED,
    WORDS,
    Line,
    kind_of,
    label_of,
    spoken,
    verbs_of,
    words_of,
)
from desktop.panels.parts import button, held, label
from desktop.panels.query_values import Choice, Entry
from desktop.words import language, tr

_YES, _NO = "", "not"
_NARROW = 84  # pixels of an entry
_PLAIN = (WORDS, PHRASE, TYPED, "note", "translation")  # nothing is offered for these


class QueryRow(QWidget):
    """Ctrl+Enter asks for another line after it, Del on its last button takes it away."""

    changed = Signal()  # by a person
    added = Signal(object)  # another line is wanted after this one
    removed = Signal(object)
    wanted = Signal(object, str, str)  # the entry, the field and what is typed, whose values are to be offered

    def __init__(self, fields: QStandardItemModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = Line()
        self.field, self.verb, self.entry = Choice(), Choice(), Entry()
        self.field.setModel(fields)
        self.field.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
        self.verb.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
        self.choice: Choice | None = None  # these are made when a field needs them
        self.how: Choice | None = None
        self.second: Entry | None = None
        self._between: QLabel | None = None
        self.more, self.less = button("sheetClose", "+"), button("sheetClose", "−")
        self._box = QHBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(6)
        for widget, stretch in ((self.field, 0), (self.verb, 0), (self.entry, 1), (self.more, 0), (self.less, 0)):
            self._box.addWidget(widget, stretch)
        self.entry.setMinimumWidth(_NARROW)
        self.field.activated.connect(self._choose_field)
        self.verb.activated.connect(self._edit)
        self._hear(self.entry)
        self.more.clicked.connect(self._add)
        self.less.clicked.connect(self._remove)
        self._shape()
        self.retranslate()

    # What others call

    def show_line(self, line: Line) -> None:
        """Show a line; entries that say the same already keep caret and selection."""
        if line == self._line:
            return
        same = line.field == self._line.field
        self._line = line
        if not same:
            self._shape()
            self.retranslate()
        else:
            self._fill()

    def line(self) -> Line:
        """Give the line as it is now."""
        return self._line

    def take_keys(self) -> None:
        """Put the caret into the value."""
        value = self.choice if kind_of(self._line.field) == "choice" and self.choice is not None else self.entry
        value.setFocus(Qt.FocusReason.OtherFocusReason)

    def stops(self) -> list[QWidget]:
        """Give what Tab comes to, in order."""
        return [widget for widget in held(self._box, QWidget) if not isinstance(widget, QLabel)]

    def offer(self, entry: Entry, offers: list[Offer]) -> None:
        """Offer values for an entry."""
        kind = kind_of(self._line.field)
        if kind == "date":
            offers = [each for each in offers if ".." not in each.insert]
        elif kind == "instrument" and entry is self.second:
            offers = [replace(each, insert=each.insert.rpartition("@")[2]) for each in offers]
        entry.offer(offers)

    def retranslate(self) -> None:
        """Say everything in the window's language."""
        field = self._line.field
        kind = kind_of(field)
        holds, fails = verbs_of(field)
        self.verb.least = max(verbs_of(WORDS), key=len)
        self.verb.fill([(_YES, holds), (_NO, fails)], _YES)
        self.field.setAccessibleName(tr("Field"))
        self.verb.setAccessibleName(tr("Whether it holds"))
        self.entry.setAccessibleName(label_of(field))
        self.entry.setPlaceholderText("2024-01" if kind == "date" else "")
        if self._between is not None:
            self._between.setText({"date": tr("to"), "instrument": "@", "number": tr("characters")}.get(kind, ""))
        if self.second is not None:
            self.second.setAccessibleName(tr("Last day") if kind == "date" else tr("Provision"))
            self.second.setPlaceholderText("2024-09" if kind == "date" else tr("Provision"))
        if self.choice is not None:
            self.choice.setAccessibleName(label_of(field))
            self.choice.setPlaceholderText(tr("Choose"))
            self.choice.fill(words_of(field), "")
        if self.how is not None:
            ways = [(NAMED_SO, tr("with the code or instrument")), (FOUND_SO, tr("that fits the query"))]
            self.how.fill(ways, NAMED_SO)
            self.how.setAccessibleName(tr("How the other passages are said"))
        for each, words in ((self.more, tr("Add a line (Ctrl+Enter)")), (self.less, tr("Remove this line (Del)"))):
            each.setToolTip(words)
            each.setAccessibleName(words)
        self._fill()

    # How it is put together

    def _shape(self) -> None:
        """Show the entries that the field needs."""
        kind = kind_of(self._line.field)
        if kind == "choice" and self.choice is None:
            self.choice = Choice()
            self.choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self.choice.activated.connect(self._edit)
            self._box.insertWidget(2, self.choice, 1)
        if kind == "query" and self.how is None:
            self.how = Choice()
            self.how.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
            self.how.activated.connect(self._edit)
            self._box.insertWidget(2, self.how)
        if kind in ("date", "instrument", "number") and self._between is None:
            self._between = label("muted")
            self.second = Entry()
            self.second.setMinimumWidth(_NARROW)
            self._hear(self.second)
            at = self._box.indexOf(self.entry)
            self._box.insertWidget(at + 1, self._between)
            self._box.insertWidget(at + 2, self.second, 1)
        self.entry.setVisible(kind != "choice")
        self.entry.helped = self._line.field not in _PLAIN
        for widget, kinds in (
            (self.choice, ("choice",)),
            (self.how, ("query",)),
            (self._between, ("date", "instrument", "number")),
            (self.second, ("date", "instrument")),
        ):
            if widget is not None:
                widget.setVisible(kind in kinds)
        if self.second is not None:
            self.second.helped = True

    def _hear(self, entry: Entry) -> None:
        entry.edited.connect(self._edit)
        entry.wanted.connect(self._look_up)

    def _fill(self) -> None:
        """Put the line's values into the entries."""
        line, kind = self._line, kind_of(self._line.field)
        self.field.choose(line.field)
        self.verb.choose(_NO if line.negated else _YES)
        if kind == "choice" and self.choice is not None:
            self.choice.choose(line.first)
            return
        if self.how is not None:
            self.how.choose(line.second if kind == "query" else NAMED_SO)
        self.entry.helped = line.field not in _PLAIN and not (kind == "query" and line.second == FOUND_SO)
        self.entry.set_text(self._said())
        if self.second is not None:
            self.second.set_text(line.second if kind in ("date", "instrument") else "")

    def _said(self) -> str:
        """Give the first value in the window's language, if nobody has written it otherwise."""
        line, kept = self._line, self._line.kept
        if kept is None:
            return spoken(line.field, line.first)
        chinese = language().startswith("zh")
        inner: Node = kept.part if line.negated and isinstance(kept, Not) else kept
        if line.field == TYPED:
            return write(inner, chinese)
        if isinstance(inner, Filter) and inner.inner is not None:
            return write(inner.inner, chinese)
        return spoken(line.field, line.first)

    # What a person does

    def _edit(self) -> None:
        """Take what stands in the entries."""
        kind = kind_of(self._line.field)
        second = ""
        if kind in ("date", "instrument") and self.second is not None:
            second = self.second.text()
        if kind == "query" and self.how is not None:
            second = self.how.value()
            self.entry.helped = second != FOUND_SO
        first = self.choice.value() if kind == "choice" and self.choice is not None else self.entry.text()
        self._line = Line(self._line.field, first, second, self.verb.value() == _NO)
        self.changed.emit()

    def _choose_field(self) -> None:
        """Ask for another field; what was written goes with it where it can."""
        field, before = self.field.value(), self._line
        if field == before.field:
            return
        written = "" if "choice" in (kind_of(field), kind_of(before.field)) else before.first
        self._line = Line(field, written, negated=before.negated)
        self._shape()
        self.retranslate()
        self.changed.emit()

    def _look_up(self, entry: Entry) -> None:
        typed = entry.text()
        if entry is self.second and kind_of(self._line.field) == "instrument":
            typed = f"{self.entry.text()}@{typed}"
        self.wanted.emit(entry, self._line.field, typed)

    def _add(self) -> None:
        self.added.emit(self)

    def _remove(self) -> None:
        self.removed.emit(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            self._add()
        elif event.key() == Qt.Key.Key_Delete and self.less.hasFocus():
            self._remove()
        else:
            super().keyPressEvent(event)
