"""A scroll bar that shows where the hits of a search are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollBar, QWidget

from desktop.theme import Theme

_TICK = 2  # logical pixels
_EDGE = 2  # left free above and below


def ticks(hits: Iterable[float], height: int) -> list[tuple[int, int]]:
    """Give the (top, height) of what is painted for hits at these fractions of a height; those that touch are one."""
    runs: list[tuple[int, int]] = []
    for top in sorted({int(hit * height) for hit in hits}):
        if runs and top <= sum(runs[-1]):
            runs[-1] = runs[-1][0], top + _TICK - runs[-1][0]
        else:
            runs.append((top, _TICK))
    return runs


class HitScrollBar(QScrollBar):
    """A vertical scroll bar with ticks; their places are fractions of the text."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.theme = theme
        self._hits: Sequence[float] = ()
        self._current: float | None = None
        self._ticks: tuple[int, list[tuple[int, int]]] = 0, []  # for which height, and what is painted there

    def show_hits(self, hits: Sequence[float]) -> None:
        """Show ticks at these fractions."""
        self._hits = hits
        self._ticks = 0, []
        self.update()

    def show_current(self, current: float | None) -> None:
        """Show the hit at this fraction in a colour of its own."""
        self._current = current
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ticks over the bar."""
        super().paintEvent(event)
        if not self._hits:
            return
        height, width = self.height() - 2 * _EDGE, self.width()
        if self._ticks[0] != height:  # worked out once, however many hits there are and however often one scrolls
            self._ticks = height, ticks(self._hits, height - _TICK)
        painter = QPainter(self)
        try:
            colour = self.theme.branch("guidelines")
            for top, tall in self._ticks[1]:
                painter.fillRect(2, _EDGE + top, width - 4, tall, colour)
            if self._current is not None:
                top = _EDGE + int(self._current * (height - _TICK))
                painter.fillRect(0, top, width, _TICK + 1, self.theme.colour("accent"))
        finally:
            painter.end()
