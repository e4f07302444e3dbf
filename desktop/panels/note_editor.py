"""Where a note is written: plain Markdown in a field that grows with it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent, QShowEvent, QTextOption
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QStyle, QStyleOptionFrame, QWidget

_MOST_LINES = 14


class GrowingEdit(QPlainTextEdit):
    """Plain text that is as high as its lines. Every way out saves: Esc, Tab, Ctrl+Enter, a click elsewhere.

    Only a single line, as a title, is put back by Esc.
    """

    saved = Signal(str)
    cancelled = Signal()  # by Esc, when nothing is unsaved
    finished = Signal()  # by Ctrl+Enter or Esc: the keys may go back to where they came from

    def __init__(self, parent: QWidget | None = None, *, single: bool = False) -> None:
        super().__init__(parent)
        self.setProperty("role", "note")
        self._kept, self._full = "", False
        self._single = single  # one paragraph, saved by Enter alone, as a title
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.document().documentLayout().documentSizeChanged.connect(self._grow)

    def begin(self, text: str = "") -> None:
        """Put a stored text in, as it is kept."""
        self._kept = text
        if self.toPlainText() != text:
            self.setPlainText(text)
        self._grow()

    def show_value(self, text: str) -> None:
        """Show a stored text, unless the person is writing another one just now."""
        if self.hasFocus() and self.changed:
            self._kept = text
        else:
            self.begin(text)

    def draft(self, text: str) -> None:
        """Put an unsaved text in."""
        self.setPlainText(text)

    @property
    def changed(self) -> bool:
        """Whether there is something unsaved."""
        return self._written() != self._kept

    def keep(self) -> bool:
        """Say what was written, if it is something else than before; who cannot store it calls `unsaved`."""
        if not self.changed:
            return False
        self._kept = self._written()
        self.saved.emit(self._kept)
        return True

    def unsaved(self) -> None:
        """Know again that what stands here is stored nowhere."""
        self._kept = ""

    def _written(self) -> str:
        text = self.toPlainText()
        return " ".join(text.split()) if self._single else text.rstrip()

    def sizeHint(self) -> QSize:
        return QSize(160, self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self._height())

    def _height(self) -> int:
        """Give the height of the whole text in pixels, up to so many lines; asking for a block lays it out."""
        line = self.fontMetrics().lineSpacing()
        layout, block, height = self.document().documentLayout(), self.document().begin(), 0.0
        while block.isValid() and height < _MOST_LINES * line:
            height += max(layout.blockBoundingRect(block).height(), line)
            block = block.next()
        self._full = height > _MOST_LINES * line
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        inside = self.style().subElementRect(QStyle.SubElement.SE_FrameContents, option, self)
        edge = max(0, self.height() - inside.height())
        return round(min(height, _MOST_LINES * line) + 2 * self.document().documentMargin()) + edge

    def _grow(self) -> None:
        self.setFixedHeight(self._height())
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if self._full else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._grow()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._grow()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._grow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and (self._single or event.modifiers() & Qt.KeyboardModifier.ControlModifier):
            self.keep()
            self.finished.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self._escape()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def _escape(self) -> None:
        """Save and leave; what could not be saved stays open."""
        if self._single:
            self.setPlainText(self._kept)
        else:
            self.keep()
        if not self.changed:
            self.cancelled.emit()
        self.finished.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:  # its own menu, or an input method's window
            self.keep()
