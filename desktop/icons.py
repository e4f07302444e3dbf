"""The icons: single-colour drawings in resources/icons, dyed with a token of the theme."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from resources import resource

_SCALES = (1, 2)


def icon(name: str, colour: QColor, disabled: QColor | None = None, size: int = 16) -> QIcon:
    """Give an icon of `size` logical pixels in a colour, in another where its action is disabled."""
    made = QIcon()
    for scale in _SCALES:
        made.addPixmap(_drawn(name, colour, size, scale))
        if disabled is not None:
            made.addPixmap(_drawn(name, disabled, size, scale), QIcon.Mode.Disabled)
    return made


def _drawn(name: str, colour: QColor, size: int, scale: int) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer  # not needed until something is shown that has an icon

    drawing = resource("icons", f"{name}.svg").read_text("utf-8").replace("currentColor", colour.name())
    pixmap = QPixmap(size * scale, size * scale)
    pixmap.setDevicePixelRatio(scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
