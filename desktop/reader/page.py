"""The page: Qt keeps the text, the caret and the selection; marks are painted under it and never touch the document."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QEnterEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from db.units import Unit
from desktop.reader.boundaries import Boundaries
from desktop.reader.column import Column
from desktop.reader.lines import Line, lines_between
from desktop.reader.stepping import Span
from desktop.theme import Theme

_KEYS = QKeySequence.StandardKey
_WORDS: tuple[tuple[QKeySequence.StandardKey, bool, bool], ...] = (  # key, forwards, selecting
    (_KEYS.MoveToNextWord, True, False),
    (_KEYS.MoveToPreviousWord, False, False),
    (_KEYS.SelectNextWord, True, True),
    (_KEYS.SelectPreviousWord, False, True),
)
_SENTENCES = {Qt.Key.Key_Down: True, Qt.Key.Key_Up: False}  # forwards


class Page(Column):
    """The column of text with what a person does to it by mouse and keyboard; positions are code points."""

    clicked = Signal(int)
    pointed = Signal(object)  # the code point under the pointer, or None
    entered = Signal()
    walked = Signal(int, int)  # the caret was moved by keys, selecting nothing: where it stands, where it stood
    selection_finished = Signal()
    boundary_dragged = Signal(int, int, int)  # a mark's id, where it is to start and end
    head_activated = Signal()
    menu_requested = Signal(QPoint)
    files_dropped = Signal(list)
    content_dropped = Signal(str, bool)  # the content; whether it is HTML
    zoomed = Signal(int)  # steps

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._pressed: QPointF | None = QPointF()  # None: what is held was given up
        self._double = 0.0, QPointF()  # when and where
        self._third = QTimer(self)  # runs while a third click may still make a sentence a paragraph
        self._third.setSingleShot(True)
        self._third.timeout.connect(self._finish)
        self._finished = (0, 0)  # the ends of the selection that is told of then
        self._grain: tuple[Unit, Span] | None = None  # a drag selects by this unit, from this one on
        self._before = (0, 0)  # the ends of the selection at the last press
        self._pointer: QPoint | None = None  # where the pointer was last, globally: one that rests points at nothing
        self.boundaries = Boundaries(self.highlights)

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
            self.boundaries.paint(painter, self.text, lines, self.sheet)
            self.paint_layout(painter, area, lines)
        finally:
            painter.end()
        super().paintEvent(event)

    # ---- pointer

    def point_under(self, position: QPointF) -> int | None:
        """Give the code point of the character under a place of the viewport."""
        y = position.y() + self.scrolled()
        for line in self._lines_at(position):
            if line.top - 0.4 * line.size <= y <= line.bottom + 0.4 * line.size:
                found = line.position_under(position.x())
                if found is not None:
                    return self.sheet.positions.from_qt(found)
        return None

    def _lines_at(self, position: QPointF) -> list[Line]:
        y = position.y() + self.scrolled()
        return list(lines_between(self.sheet.document, y - self.em, y + self.em))

    def _nearest(self, position: QPointF) -> int:
        """Give the code point nearest to a place of the viewport, as a caret would stand there."""
        return self.sheet.positions.from_qt(self.cursorForPosition(position.toPoint()).position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Press: on an end of the current mark take hold of it; a third click in one place selects the paragraph."""
        third = event.button() == Qt.MouseButton.LeftButton and self._left_for_third(event.position()) > 0
        if third:
            self._third.stop()  # the sentence was not what was meant
        else:
            self._finish()
        self._pressed, self._before, self._grain = event.position(), self.ends(), None
        if event.button() == Qt.MouseButton.LeftButton:
            if third:
                self._double = 0.0, QPointF()
                self._select_unit(event.position(), "paragraph")
                return
            if event.modifiers() == _NO_KEY and self._look_for_edge(event.position()):
                self.boundaries.begin()
                return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Select the sentence."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._double = event.position(), (time.monotonic(), event.position())
            self._select_unit(event.position(), "sentence")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer: drag an end of a mark, select by whole units, or tell what lies there."""
        position = event.position()
        if event.buttons() == Qt.MouseButton.NoButton:
            super().mouseMoveEvent(event)
            self._look_for_edge(position)
            at, self._pointer = self._pointer, event.globalPosition().toPoint()
            if at != self._pointer:
                self.pointed.emit(self.point_under(position))
        elif self.boundaries.held:
            self._drag_edge(position)
        elif self._grain and event.buttons() & Qt.MouseButton.LeftButton:
            self._select_on(position)
        elif self._pressed is not None:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell what a press became: a boundary moved, a selection, or a click that selected nothing and followed no link."""
        held, grain = self.boundaries.held, self._grain
        if not held and not grain:  # of those Qt knows nothing, and would drop a selection that was pressed on
            super().mouseReleaseEvent(event)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        moved, self._grain = self.boundaries.end(), None
        if self._pressed is None:
            return
        if held:
            self._show_edge(None)
        if moved:
            self.boundary_dragged.emit(*moved)
        elif not held and self.selection() and (grain or self.ends() != self._before):
            self._tell_finished(event.position())
        elif (event.position() - self._pressed).manhattanLength() < QApplication.startDragDistance():
            self._click(event.position())

    def _tell_finished(self, position: QPointF) -> None:
        """Tell that a selection was made; after a double click when no third one can follow any more."""
        self._finished = self.ends()
        left = self._left_for_third(position)
        if left:
            self._third.start(left)
        else:
            self._finish()

    def _finish(self) -> None:
        """Tell of the selection that waited, unless a key has changed it since; no third click counts any more."""
        self._third.stop()
        self._double = 0.0, QPointF()
        ends, self._finished = self._finished, (0, 0)
        if ends == self.ends() and ends[0] != ends[1]:
            self.selection_finished.emit()

    def _click(self, position: QPointF) -> None:
        if self.textCursor().hasSelection():
            return
        if self.is_in_head(position.y() + self.scrolled()):
            self.head_activated.emit()
        elif not self.anchorAt(position.toPoint()):
            point = self.point_under(position)
            if point is not None:
                self.clicked.emit(point)

    def _select_unit(self, position: QPointF, unit: Unit) -> None:
        """Select the unit under a place; from here on the pointer selects by such units."""
        point = self.point_under(position)
        point = self._nearest(position) if point is None else point
        span = self.steps.at(point, unit) or (point, point)
        self._grain = unit, span
        self.select(*self.steps.drawn(span))

    def _select_on(self, position: QPointF) -> None:
        """Select from the unit that was pressed to the one under the pointer."""
        if self._grain is None:
            return
        unit, (start, end) = self._grain
        point = self._nearest(position)
        here = self.steps.at(point, unit) or (point, point)
        outside = not self.viewport().rect().contains(position.toPoint())
        first, last = self.steps.drawn((min(start, here[0]), max(end, here[1])))
        if here[0] < start:
            self._put_caret(last, first, scroll=outside)
        else:
            self._put_caret(first, last, scroll=outside)

    # ---- the ends of the current mark

    def _look_for_edge(self, position: QPointF) -> bool:
        """Look whether an end of the current mark is under the pointer, and show that it can be taken hold of."""
        near = None
        if self.boundaries.current():
            place = position + QPointF(0, self.scrolled())
            near = self.boundaries.edge_under(self.text, place, self._lines_at(position), self.sheet)
        if near != self.boundaries.near:
            self.boundaries.near = near
            self.viewport().setCursor(Qt.CursorShape.SplitHCursor if near else Qt.CursorShape.IBeamCursor)
            self.redraw()
        return near is not None

    def _drag_edge(self, position: QPointF) -> None:
        rect, bar = self.viewport().rect(), self.verticalScrollBar()
        if not rect.top() <= position.y() <= rect.bottom():
            bar.setValue(bar.value() + (self.em if position.y() > rect.bottom() else -self.em))
        self._show_edge(self.boundaries.drag(self._nearest(position), self.steps))

    def _show_edge(self, span: Span | None) -> None:
        """Show where a boundary would go."""
        self.highlights.flash = span
        self.redraw()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll, or with Ctrl ask for larger or smaller text."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.angleDelta().y():
                self.zoomed.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Forget the pointer when it leaves; one that rests where the text appears under it points at nothing."""
        if isinstance(event, QEnterEvent):
            self._pointer = event.globalPosition().toPoint()
        if event.type() == QEvent.Type.Leave:
            self._look_for_edge(QPointF(-1, -1))
            self.pointed.emit(None)
        return super().viewportEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for a menu; the window makes it from its commands."""
        self.menu_requested.emit(event.globalPos())

    def _left_for_third(self, position: QPointF) -> int:
        """Give how many milliseconds are left in which a click at a place would be the third one, 0 if it would not."""
        when, where = self._double
        if (position - where).manhattanLength() >= QApplication.startDragDistance():
            return 0
        return max(0, QApplication.doubleClickInterval() - round(1_000 * (time.monotonic() - when)))

    # ---- keys

    def event(self, event: QEvent) -> bool:
        """Let nothing be faded for the pointer once keys are used, whether they are commands or not."""
        if event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) and self.highlights.hovered is not None:
            self.pointed.emit(None)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by words and sentences, drop the selection, ask for the marks at the caret; Qt does the rest."""
        before = self.caret()
        self._press(event)
        anchor, caret = self.ends()
        if anchor == caret != before:
            self.walked.emit(caret, before)

    def _press(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._escape(event)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() in (_NO_KEY, _KEYPAD):
            self.entered.emit()
        elif not self._step(event):
            super().keyPressEvent(event)

    def _escape(self, event: QKeyEvent) -> None:
        cursor = self.textCursor()
        if self.boundaries.held:
            self.boundaries.end()
            self._pressed = None  # what the button does until it is released is nothing
            self._show_edge(None)
        elif cursor.hasSelection():
            cursor.clearSelection()
            self.setTextCursor(cursor)
        else:
            event.ignore()

    def _step(self, event: QKeyEvent) -> bool:
        for key, forwards, keep in _WORDS:
            if event.matches(key):
                self._move_by("word", forwards, keep)
                return True
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.key() in _SENTENCES:
            keep = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._move_by("sentence", _SENTENCES[Qt.Key(event.key())], keep)
            return True
        return False

    def _move_by(self, unit: Unit, forwards: bool, keep: bool) -> None:
        self.move_caret(self.steps.start_beyond(self.caret(), unit, forwards), keep)

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
