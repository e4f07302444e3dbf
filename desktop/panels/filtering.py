"""The 28 px filter above each list of the sidebar."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

HEIGHT = 28


def filter_field(parent: QWidget) -> QLineEdit:
    """Make a filter field."""
    field = QLineEdit(parent)
    field.setProperty("role", "filter")
    field.setFixedHeight(HEIGHT)
    field.setClearButtonEnabled(True)
    return field


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


def from_filter(event: QKeyEvent, field: QLineEdit, into_list: Callable[[], None]) -> bool:
    """Work a filter by keys: ↓ and Enter lead into the list, Esc empties it; whether the key was used."""
    if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
        into_list()
        return True
    if event.key() == Qt.Key.Key_Escape and field.text():
        field.clear()
        return True
    return False
