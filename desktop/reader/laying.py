"""Lays out what is not in view yet in short turns: Qt's own turns grow until one holds the window up for a tenth of a second."""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import QAbstractEventDispatcher, QEvent, QObject, QTimerEvent
from PySide6.QtGui import QTextDocument

from desktop.reader.lines import first_bare

_TURN = 0.012  # seconds
_STRIDE = 2_000  # Qt positions laid out between two looks at the clock


class Laying(QObject):
    """Stands before the timer by which a document lays itself out, and belongs to that document."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._document = document
        document.documentLayout().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take a turn in the place of Qt's, until all is laid out; then let Qt close it."""
        if event.type() != QEvent.Type.Timer or not isinstance(event, QTimerEvent) or not _lays_out(watched, event):
            return False
        until = perf_counter() + _TURN
        document, count = self._document, self._document.blockCount()
        number = first_bare(document)
        while number < count and perf_counter() < until:
            block = document.findBlock(document.findBlockByNumber(number).position() + _STRIDE)
            block = block if block.isValid() else document.lastBlock()
            document.documentLayout().blockBoundingRect(block)
            number = block.blockNumber() + 1
        return number < count


def _lays_out(layout: QObject, event: QTimerEvent) -> bool:
    """Whether this is the timer for laying out; the other one, which tells the size, waits for nothing."""
    timers = QAbstractEventDispatcher.instance().registeredTimers(layout)
    return any(each.timerId == event.timerId() and each.interval for each in timers)
