"""What is drawn of the layout beside the text: the markers of items and the bars of quotations."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QPainter

from desktop.reader.document import Sheet
from desktop.reader.lines import Line
from desktop.theme import Theme


def paint_blocks(painter: QPainter, sheet: Sheet, lines: Sequence[Line], theme: Theme, font: QFont) -> None:
    """Paint the markers of items and the bars of quotations among these lines, in document coordinates."""
    painter.setFont(font)
    for line in lines:
        block = sheet.blocks[max(0, bisect_right(sheet.starts, sheet.positions.from_qt(line.start)) - 1)]
        left = line.origin.x() + line.line.x()
        if block.kind == "quote":
            bar = QRectF(left - 0.8 * line.size, line.top - 0.38 * line.size, 2, 1.76 * line.size)
            painter.fillRect(bar, theme.colour("hairline"))
        elif block.kind == "item" and line.start == sheet.positions.to_qt(block.start):
            painter.setPen(theme.colour("muted"))
            room = painter.fontMetrics().horizontalAdvance(block.marker)
            painter.drawText(QPointF(left - 0.5 * line.size - room, line.base), block.marker)
