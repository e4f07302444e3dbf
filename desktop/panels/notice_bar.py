"""The bar above the text for offers and errors: one sentence and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QHideEvent, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QToolButton, QWidget

from desktop.words import again, tr

HEIGHT = 36
_LEFT, _RIGHT, _GAP = 16, 8, 8


@dataclass(frozen=True, slots=True)
class Offer:
    """One button of a notice: its English text, what is asked for and with what."""

    text: str
    name: str
    value: object = None


class NoticeBar(QFrame):
    """Shows one notice at a time; a newer one takes its place. Esc closes it, in the text too."""

    chosen = Signal(str, object)  # an offer's name and value
    answered = Signal(str, object, str)  # a question's name and value, and what was written

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("noticeBar")
        self.setMinimumHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._offers: tuple[Offer, ...] = ()
        self._said = ""
        self._holds: Callable[[], bool] | None = None
        self._words = QLabel(self)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._entry = QLineEdit(self)
        self._entry.setMaximumWidth(320)
        self._entry.returnPressed.connect(self._answer)
        self._question: tuple[str, object] = ("", None)
        self._buttons = [self._button() for _ in range(2)]
        self._close = QToolButton(self)
        self._close.setObjectName("noticeClose")
        self._close.setText("✕")
        self._close.clicked.connect(self.hide)
        self._closing = QAction(self)
        self._closing.setShortcut(QKeySequence(Qt.Key.Key_Escape))
        self._closing.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._closing.setEnabled(False)
        self._closing.triggered.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(_LEFT, 4, _RIGHT, 4)
        row.setSpacing(_GAP)
        row.addWidget(self._words, 1)
        row.addWidget(self._entry, 1)
        for button in self._buttons:
            row.addWidget(button)
        row.addWidget(self._close)
        self.hide()
        self._retranslate()

    def _button(self) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("noticeAction")
        button.clicked.connect(self._clicked)
        return button

    def serve(self, page: QWidget) -> None:
        """Let Esc on a page of text close the notice."""
        page.addAction(self._closing)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._closing.setEnabled(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._closing.setEnabled(not self.isHidden())

    def fits(self, words: str) -> bool:
        """Whether a sentence without offers has room on one line."""
        whole = self.parentWidget()
        edges = _LEFT + _RIGHT + _GAP + self._close.sizeHint().width()
        room = (whole if whole is not None else self).width() - edges
        return self._words.fontMetrics().horizontalAdvance(words) < room

    def tell(
        self, words: str, offers: Sequence[Offer] = (), *, error: bool = False, holds: Callable[[], bool] | None = None
    ) -> None:  # fmt: skip
        """Show a sentence with at most two offers; one that `words.tr` gave is said again in another language.

        `holds` says, after each change of the project, whether it is still so; what is not so any more is taken down.
        """
        self._holds = holds
        self._offers = tuple(offers[:2])
        self._said = words
        if self.property("error") != error:
            self.setProperty("error", error)
            self.style().unpolish(self)
            self.style().polish(self)
        for place, button in enumerate(self._buttons):
            button.setVisible(place < len(self._offers))
        self._entry.hide()
        self._retranslate()
        self.show()

    def look(self, _change: object = None) -> None:
        """Take down what was said of something that is not so any more."""
        if self._holds is not None and not self.isHidden() and not self._holds():
            self.hide()

    def ask(self, words: str, name: str, value: object, text: str = "") -> None:
        """Ask for one line of text; Enter answers, Esc leaves."""
        self.tell(words, [Offer("OK", "")])
        self._question = (name, value)
        self._entry.setText(text)
        self._entry.show()
        self._entry.setFocus(Qt.FocusReason.OtherFocusReason)
        self._entry.selectAll()

    def _answer(self) -> None:
        text = self._entry.text().strip()
        if text:
            name, value = self._question
            self.hide()
            self.answered.emit(name, value, text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    @property
    def words(self) -> str:
        """The sentence shown, or nothing."""
        return "" if self.isHidden() else self._words.text()

    def _clicked(self) -> None:
        if not self._entry.isHidden():
            self._answer()
            return
        sender = self.sender()
        place = next((place for place, button in enumerate(self._buttons) if button is sender), 0)
        if place < len(self._offers):
            offer = self._offers[place]
            self.hide()
            self.chosen.emit(offer.name, offer.value)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self._said = again(self._said)
        self._words.setText(self._said)
        self.setAccessibleName(self._said)
        self._entry.setAccessibleName(self._said)
        self._close.setAccessibleName(tr("Close"))
        self._close.setToolTip(tr("Close"))
        for offer, button in zip(self._offers, self._buttons, strict=False):
            button.setText(tr(offer.text))
