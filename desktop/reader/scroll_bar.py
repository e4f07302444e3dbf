"""A scroll bar that shows where the hits of a search are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollBar, QWidget

from desktop.theme import Theme


class HitScrollBar(QScrollBar):
    """A vertical scroll bar with ticks; their places are fractions of the text."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.theme = theme
        self._hits: Sequence[float] = ()
        self._current: float | None = None

    def show_hits(self, hits: Sequence[float], current: float | None) -> None:
        """Show ticks at these fractions, and the current one in its own colour."""
        self._hits, self._current = hits, current
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ticks over the bar."""
        super().paintEvent(event)
        if not self._hits:
            return
        painter = QPainter(self)
        try:
            height, width = self.height() - 4, self.width()
            colour = self.theme.branch("guidelines")
            for y in {int(hit * height) for hit in self._hits}:
                painter.fillRect(2, y, width - 4, 2, colour)
            if self._current is not None:
                painter.fillRect(0, int(self._current * height), width, 3, self.theme.colour("accent"))
        finally:
            painter.end()
