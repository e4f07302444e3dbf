"""Find in the article: hits are painted as one types."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QWidget

from db.folding import Folded, find_all, fold
from desktop.panels.parts import button, label
from desktop.words import tr

Span = tuple[int, int]


class FindBar(QFrame):
    """Looks for folded text, so that case, width and script do not matter."""

    found = Signal(list, int)  # spans in code points, the current one or -1
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("findBar")
        self.setFixedHeight(40)
        self._text = ""
        self._folded: Folded | None = None
        self._hits: list[Span] = []
        self._current = -1
        self._from = 0
        self.field = QLineEdit(self)
        self.field.setFixedWidth(280)
        self._count = label("findCount")
        self._previous = button("findStep", "↑")
        self._next = button("findStep", "↓")
        self._close = button("sheetClose", "✕")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 8, 4)
        row.setSpacing(4)
        for widget in (self.field, self._previous, self._next, self._count):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self._close)
        self.field.textChanged.connect(self._typed)
        self._previous.clicked.connect(self.previous)
        self._next.clicked.connect(self.next)
        self._close.clicked.connect(self.leave)
        self._retranslate()
        self.hide()

    @property
    def hits(self) -> int:
        """How many hits there are."""
        return len(self._hits)

    def set_text(self, text: str) -> None:
        """Look in another text; an open bar looks again."""
        self._text, self._folded = text, None
        self._hits, self._current = [], -1
        if not self.isHidden():
            self._typed()

    def begin(self, words: str, place: int) -> None:
        """Open the bar, looking for some words from a place on."""
        self._from = place
        self.show()
        if words:
            self.field.setText(words)
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        self._typed()

    def leave(self) -> None:
        """Close the bar and take the hits away."""
        self.hide()
        self._hits, self._current = [], -1
        self.found.emit([], -1)
        self.left.emit()

    def next(self) -> None:
        """Go to the next hit, from the last one to the first."""
        self._go(self._current + 1)

    def previous(self) -> None:
        """Go to the hit before, from the first one to the last."""
        self._go(self._current - 1)

    def _go(self, to: int) -> None:
        if self._hits:
            self._current = to % len(self._hits)
            self._show()

    def _typed(self) -> None:
        if self._folded is None:
            self._folded = fold(self._text)
        needle = self.field.text()
        self._hits = find_all(self._folded, needle) if needle.strip() else []
        after = (place for place, hit in enumerate(self._hits) if hit[0] >= self._from)
        self._current = next(after, 0) if self._hits else -1
        self._show()

    def _show(self) -> None:
        wanted = bool(self.field.text().strip())
        words = tr("{hit} of {count}", hit=self._current + 1, count=len(self._hits)) if self._hits else tr("Not found")
        self._count.setText(words if wanted else "")
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
