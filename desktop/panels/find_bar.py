"""Find in the article: hits are painted as one types, however long the text is."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Iterator

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLineEdit, QWidget

from db.folding import Folded, find_all, fold
from desktop.panels.parts import button, label
from desktop.words import tr

Span = tuple[int, int]
_SLICE = 40_000  # code points folded at once
_LONGEST = 200  # characters of what is looked for
_REACH = 1_000  # how far a slice that ends within a line reads on
_BUDGET = 0.015  # seconds at a stretch
_DONE = object()


def slices(text: str, length: int) -> Iterator[Span]:
    """Cut a text into stretches of at most a length, behind a line feed where there is one; code points."""
    start = 0
    while start < len(text):
        end = min(start + length, len(text))
        line_feed = text.rfind("\n", start, end) if end < len(text) else -1
        end = line_feed + 1 if line_feed > start else end
        yield start, end
        start = end


class Finder:
    """Looks through one text, slice by slice; what was folded once is kept."""

    def __init__(self, text: str, length: int = _SLICE) -> None:
        self._text = text
        self._slices = list(slices(text, length))
        self._folded: list[Folded] = []

    def fold(self) -> Iterator[None]:
        """Fold the text, a slice at each step."""
        for start, end in self._slices[len(self._folded) :]:
            self._folded.append(self._read(start, end))
            yield

    def find(self, words: str, hits: list[Span]) -> Iterator[None]:
        """Add every hit to a list, in order and without overlaps, a slice at each step."""
        yield from self.fold()
        for (start, end), folded in zip(self._slices, self._folded, strict=True):
            if hits and hits[-1][1] > start:  # the last hit reaches into this slice
                start = hits[-1][1]
                folded = self._read(start, end)
            hits += ((start + begin, start + stop) for begin, stop in find_all(folded, words) if start + begin < end)
            yield

    def _read(self, start: int, end: int) -> Folded:
        """Fold a slice, and what follows where it ends within a line, so that no hit is cut."""
        return fold(self._text[start : end if self._text[end - 1] == "\n" else end + _REACH])


class FindBar(QFrame):
    """Looks for folded text, so that case, width and script do not matter."""

    found = Signal(object, int)  # spans in code points, the current one or -1; as a list they would be copied at each step
    stepping = Signal()  # the next or previous hit is gone to now
    taken = Signal(int, int)  # the caret goes to this hit: it was gone to, or the bar is left with it
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("findBar")
        self.setFixedHeight(40)
        self._finder = Finder("")
        self._hits: list[Span] = []
        self._coming: list[Span] = []
        self._current = -1
        self._from = 0  # the first hit from here on is gone to
        self._goes = True
        self._untaken = False  # the view went to a hit while words were typed, the caret did not yet
        self._round = ""  # said where hits begin again at the other end
        self._work: Iterator[None] | None = None
        self._steps = 0  # wanted while hits were still looked for
        self._slicing = QTimer(self)
        self._slicing.setInterval(0)
        self.field = QLineEdit(self)
        self.field.setMinimumWidth(120)
        self.field.setMaximumWidth(280)
        self.field.setMaxLength(_LONGEST)
        self._count = label("findCount")
        self._previous = button("findStep", "↑")
        self._next = button("findStep", "↓")
        self._close = button("sheetClose", "✕")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 8, 4)
        row.setSpacing(4)
        row.addWidget(self.field, 4)
        for widget in (self._previous, self._next, self._count):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self._close)
        self._slicing.timeout.connect(self._go_on)
        self.field.textChanged.connect(self._typed)
        self._previous.clicked.connect(self.previous)
        self._next.clicked.connect(self.next)
        self._close.clicked.connect(self.leave)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_moved)
        self._retranslate()
        self.hide()

    @property
    def hits(self) -> int:
        """How many hits there are."""
        return len(self._hits)

    @property
    def busy(self) -> bool:
        """Whether hits are still looked for."""
        return self._work is not None

    def set_text(self, text: str, place: int = 0) -> None:
        """Look in another text, read at a place; an open bar looks again, and goes nowhere before it is asked to."""
        self._finder = Finder(text)
        self._hits, self._current, self._round = [], -1, ""
        self._begin(None)
        if not self.isHidden():
            self._from = place
            self._look(go=False)

    def begin(self, words: str, place: int) -> None:
        """Open the bar, looking for some words from a place on."""
        self._from = place
        self.show()
        if words:
            self.field.blockSignals(True)
            self.field.setText(words)
            self.field.blockSignals(False)
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        self._typed()

    def leave(self) -> None:
        """Close the bar and take the hits away; the current one is selected."""
        self._take()
        self._begin(None)
        self.hide()
        self._hits, self._current, self._round = [], -1, ""
        self.found.emit([], -1)
        self.left.emit()

    def _take(self) -> None:
        if self._untaken and 0 <= self._current < len(self._hits):
            self.taken.emit(*self._hits[self._current])
        self._untaken = False

    def _focus_moved(self, before: QWidget | None, now: QWidget | None) -> None:
        if self._untaken and before is not None and now is not None and self.isAncestorOf(before) > self.isAncestorOf(now):
            self._take()

    def next(self) -> None:
        """Go to the next hit, from the last one to the first."""
        self._go(1)

    def previous(self) -> None:
        """Go to the hit before, from the first one to the last."""
        self._go(-1)

    def _go(self, steps: int) -> None:
        if self.busy:
            self._steps += steps
        elif self._hits:
            self.stepping.emit()
            self._go_to((self._current if self._current >= 0 else self._first() - (steps > 0)) + steps)
            self._show()
            self._take()

    def _first(self) -> int:
        """Give the number of the first hit from where one read."""
        return bisect_left(self._hits, (self._from, 0))

    def _go_to(self, hit: int) -> None:
        """Take a hit for the current one; beyond the last the first follows, and the bar says so."""
        count = len(self._hits)
        self._round = tr("from the top again") if hit >= count else tr("from the end again") if hit < 0 else ""
        self._current, self._untaken = hit % count, True

    # Looking, a little at a time: the window answers in between

    def _typed(self) -> None:
        self._look(go=True)

    def _look(self, *, go: bool) -> None:
        self._goes = go
        words = self.field.text()
        self._coming = []
        self._begin(self._finder.find(words, self._coming) if words.strip() else self._finder.fold())
        self._go_on()

    def _begin(self, work: Iterator[None] | None) -> None:
        self._work, self._steps = work, 0
        self._slicing.stop()

    def _go_on(self) -> None:
        until = time.perf_counter() + _BUDGET
        while self._work is not None and time.perf_counter() < until:
            if next(self._work, _DONE) is _DONE:
                self._end()
        if self._work is not None and not self._slicing.isActive():
            self._slicing.start()

    def _end(self) -> None:
        steps = self._steps
        self._begin(None)
        self._hits, self._current, self._round, self._untaken = self._coming, -1, "", False
        if self._hits and self._goes:
            self._go_to(self._first())
        if steps:
            self._go(steps)
        else:
            self._show()

    def _show(self) -> None:
        wanted = bool(self.field.text().strip())
        words = tr("{hit} of {count}", hit=self._current + 1, count=len(self._hits)) if self._hits else tr("Not found")
        self._count.setText(" · ".join(filter(None, (words, self._round))) if wanted else "")
        for step in (self._previous, self._next):
            step.setEnabled(bool(self._hits))
        self.found.emit(self._hits, self._current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.previous() if back else self.next()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.field.setPlaceholderText(tr("Find in this article"))
        self.field.setAccessibleName(tr("Find in this article"))
        for step, words in ((self._previous, "Previous hit"), (self._next, "Next hit"), (self._close, "Close")):
            step.setToolTip(tr(words))
            step.setAccessibleName(tr(words))
