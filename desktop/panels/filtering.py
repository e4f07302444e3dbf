"""The 28 px filter above each list of the sidebar."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

HEIGHT = 28


class FilterField(QLineEdit):
    """Filters the list below it: ↓ and Enter lead into the list, Esc empties the field."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "filter")
        self.setFixedHeight(HEIGHT)
        self.setClearButtonEnabled(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


def framed(field: QLineEdit, *beside: QWidget) -> QWidget:
    """Put a field, and what stands beside it, in the margins of the sidebar."""
    frame = QWidget(field.parentWidget())
    row = QHBoxLayout(frame)
    row.setContentsMargins(8, 8, 8, 8)
    row.setSpacing(4)
    row.addWidget(field)
    for widget in beside:
        row.addWidget(widget)
    return frame
