"""What is drawn of an article above its text: its title, one line about it, a hairline."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter

from desktop.reader.document import Head, Look, head_height
from desktop.theme import Theme, text_font, ui_font

_TOP = 32
_WRAPPED = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


def _scaled(pixels: float, zoom: int) -> int:
    return round(pixels * zoom / 100)


def _title_font(theme: Theme, look: Look) -> QFont:
    font = text_font(_scaled(theme.size("title"), look.zoom), look.serif)
    font.setWeight(QFont.Weight.DemiBold)
    return font


def _title_height(head: Head, theme: Theme, look: Look, width: int) -> int:
    metrics = QFontMetrics(_title_font(theme, look))
    return metrics.boundingRect(0, 0, width, 10_000, int(_WRAPPED), head.title).height()


def space_above(head: Head | None, titled: bool, theme: Theme, look: Look, width: int) -> int:
    """Give the room to leave above the first block; a text that begins with its own title needs none for it."""
    if head is None or titled or not head.title:
        return _scaled(_TOP, look.zoom)
    room = head_height(theme, look.zoom, bool(head.byline))
    return _scaled(_TOP, look.zoom) + _title_height(head, theme, look, width) + room


def paint_head(painter: QPainter, head: Head, theme: Theme, look: Look, width: int, title_bottom: float | None) -> None:
    """Paint the head in document coordinates; `title_bottom` is where the text's own title ends, if it begins with it."""
    zoom = look.zoom
    if title_bottom is None:
        top, height = _scaled(_TOP, zoom), _title_height(head, theme, look, width)
        painter.setFont(_title_font(theme, look))
        painter.setPen(theme.colour("text"))
        painter.drawText(QRectF(0, top, width, height), int(_WRAPPED), head.title)
        title_bottom = top + height
    y = title_bottom + _scaled(6, zoom)
    if head.byline:
        font = ui_font(_scaled(theme.size("line"), zoom))
        painter.setFont(font)
        painter.setPen(theme.colour("muted"))
        height = _scaled(22, zoom)
        words = QFontMetrics(font).elidedText(head.byline, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRectF(0, y, width, height), Qt.AlignmentFlag.AlignVCenter, words)
        y += height + _scaled(4, zoom)
    painter.fillRect(QRectF(0, round(y + _scaled(4, zoom)), width, 1), theme.colour("hairline"))
