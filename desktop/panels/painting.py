"""What the delegates of the centre, the inspector and the picker draw alike."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyle

from desktop.panels.parts import TokenView
from desktop.theme import fitted


def paint_ground(painter: QPainter, view: TokenView, box: QRect, state: QStyle.StateFlag) -> None:
    """Paint what lies behind a row: chosen, under the pointer, or plain."""
    if state & QStyle.StateFlag.State_Selected:
        painter.fillRect(box, view.colour("selection"))
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(box, view.colour("hover"))


def smaller(painter: QPainter) -> QFont:
    """Give the painter's font one pixel smaller."""
    font = painter.font()
    font.setPixelSize(max(9, (font.pixelSize() if font.pixelSize() > 0 else 13) - 1))
    return font


def draw_elided(painter: QPainter, box: QRect, text: str) -> None:
    """Draw one line of text, elided at the right."""
    font = painter.font()
    painter.setFont(fitted(font, text))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
    painter.setFont(font)
