"""The page: Qt keeps the text, the caret and the selection; marks are painted under it and never touch the document."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from desktop.reader import steps
from desktop.reader.column import Column
from desktop.reader.lines import lines_between
from desktop.theme import Theme

_KEYS = QKeySequence.StandardKey
_STEPS: tuple[tuple[QKeySequence.StandardKey, Callable[[str, int], int], bool], ...] = (
    (_KEYS.MoveToNextWord, steps.next_step, False),
    (_KEYS.MoveToPreviousWord, steps.previous_step, False),
    (_KEYS.SelectNextWord, steps.next_step, True),
    (_KEYS.SelectPreviousWord, steps.previous_step, True),
)
_SENTENCES = {Qt.Key.Key_Down: steps.next_sentence, Qt.Key.Key_Up: steps.previous_sentence}


class Page(Column):
    """The column of text with what a person does to it by mouse and keyboard; positions are code points."""

    clicked = Signal(int)
    pointed = Signal(object)  # the code point under the pointer, or None
    entered = Signal()
    head_activated = Signal()
    menu_requested = Signal(QPoint)
    files_dropped = Signal(list)
    content_dropped = Signal(str, bool)  # the content; whether it is HTML
    zoomed = Signal(int)  # steps

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._pressed = QPointF()
        self._double = 0.0, QPointF()  # when and where

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint marks and what belongs to the layout under the text, then let Qt paint the text."""
        painter = QPainter(self.viewport())
        try:
            scroll = self.scrolled()
            painter.translate(0, -scroll)
            slack = 2 * self.em  # lanes reach below their line
            area = event.rect().translated(0, scroll)
            lines = list(lines_between(self.sheet.document, area.top() - slack, area.bottom() + slack))
            self.highlights.paint(painter, lines, self.sheet)
            self.paint_layout(painter, area, lines)
        finally:
            painter.end()
        super().paintEvent(event)

    # ---- pointer

    def point_under(self, position: QPointF) -> int | None:
        """Give the code point of the character under a place of the viewport."""
        y = position.y() + self.scrolled()
        for line in lines_between(self.sheet.document, y - self.em, y + self.em):
            if line.top - 0.4 * line.size <= y <= line.bottom + 0.4 * line.size:
                found = line.position_under(position.x())
                if found is not None:
                    return self.sheet.positions.from_qt(found)
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Press: a third click in one place selects the paragraph."""
        self._pressed = event.position()
        if event.button() == Qt.MouseButton.LeftButton and self._is_third(event.position()):
            self._select_around(event, steps.paragraph_at)
            self._double = 0.0, QPointF()
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Select the sentence."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._double = time.monotonic(), event.position()
            self._select_around(event, steps.sentence_at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        super().mouseMoveEvent(event)
        if event.buttons() == Qt.MouseButton.NoButton:
            self.pointed.emit(self.point_under(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell a click that selected nothing and followed no link."""
        super().mouseReleaseEvent(event)
        near = (event.position() - self._pressed).manhattanLength() < QApplication.startDragDistance()
        if event.button() != Qt.MouseButton.LeftButton or not near or self.textCursor().hasSelection():
            return
        if self.is_in_head(event.position().y() + self.scrolled()):
            self.head_activated.emit()
        elif not self.anchorAt(event.position().toPoint()):
            point = self.point_under(event.position())
            if point is not None:
                self.clicked.emit(point)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll, or with Ctrl ask for larger or smaller text."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.angleDelta().y():
                self.zoomed.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Forget the pointer when it leaves."""
        if event.type() == QEvent.Type.Leave:
            self.pointed.emit(None)
        return super().viewportEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for a menu; the window makes it from its commands."""
        self.menu_requested.emit(event.globalPos())

    def _is_third(self, position: QPointF) -> bool:
        when, where = self._double
        soon = time.monotonic() - when < QApplication.doubleClickInterval() / 1_000
        return soon and (position - where).manhattanLength() < QApplication.startDragDistance()

    def _select_around(self, event: QMouseEvent, unit: Callable[[str, int], tuple[int, int]]) -> None:
        point = self.point_under(event.position())
        if point is None:
            point = self.sheet.positions.from_qt(self.cursorForPosition(event.position().toPoint()).position())
        self.select(*unit(self.text, point))

    # ---- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by words and sentences, drop the selection, ask for the marks at the caret; Qt does the rest."""
        if event.key() == Qt.Key.Key_Escape:
            self._escape(event)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() in (_NO_KEY, _KEYPAD):
            self.entered.emit()
        elif not self._step(event):
            super().keyPressEvent(event)

    def _escape(self, event: QKeyEvent) -> None:
        cursor = self.textCursor()
        if cursor.hasSelection():
            cursor.clearSelection()
            self.setTextCursor(cursor)
        else:
            event.ignore()

    def _step(self, event: QKeyEvent) -> bool:
        for key, step, keep in _STEPS:
            if event.matches(key):
                self.move_caret(step(self.text, self.caret()), keep)
                return True
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and (sentence := _SENTENCES.get(Qt.Key(event.key()))):
            self.move_caret(sentence(self.text, self.caret()), bool(shift))
            return True
        return False

    # ---- what goes out and comes in

    def createMimeDataFromSelection(self) -> QMimeData:
        """Copy the characters of the reading text, not those Qt shows."""
        data = QMimeData()
        cursor = self.textCursor()
        from_qt = self.sheet.positions.from_qt
        data.setText(self.text[from_qt(cursor.selectionStart()) : from_qt(cursor.selectionEnd())])
        return data

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files, HTML and text from elsewhere."""
        self._consider(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Take files, HTML and text from elsewhere."""
        self._consider(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell what was dropped; the window imports it."""
        data = event.mimeData()
        files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
        if files:
            self.files_dropped.emit(files)
        elif data.hasHtml() or data.hasText():
            self.content_dropped.emit(data.html() if data.hasHtml() else data.text(), data.hasHtml())
        event.acceptProposedAction()

    def _consider(self, event: QDragMoveEvent) -> None:
        data = event.mimeData()
        if event.source() in (self, self.viewport()) or not (data.hasUrls() or data.hasHtml() or data.hasText()):
            event.ignore()
        else:
            event.acceptProposedAction()


_NO_KEY, _KEYPAD = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier
