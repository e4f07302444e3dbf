"""A few values side by side, of which one holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from desktop.panels.parts import button


class Segments(QWidget):
    """A few values side by side, of which one holds; ← and → go from one to the other."""

    changed = Signal()

    def __init__(self, values: Iterable[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for value in values:
            made = self.buttons[value] = button("segment")
            made.setCheckable(True)
            self._group.addButton(made)
            row.addWidget(made)
        several = list(self.buttons.values())
        several[0].setProperty("edge", "first")
        several[-1].setProperty("edge", "last")
        several[0].setChecked(True)
        row.addStretch(1)
        self._group.buttonClicked.connect(self._click)

    @property
    def value(self) -> str:
        """What holds."""
        return next(value for value, each in self.buttons.items() if each.isChecked())

    def choose(self, value: str) -> None:
        """Let a value hold; one that is not offered changes nothing."""
        if value in self.buttons:
            self.buttons[value].setChecked(True)

    def say(self, words: Sequence[str]) -> None:
        """Say what the values are called."""
        for said, each in zip(words, self.buttons.values(), strict=True):
            each.setText(said)
            each.setAccessibleName(said)
            each.setFixedWidth(20 + each.fontMetrics().horizontalAdvance(said))

    def _click(self, _button: object) -> None:
        self.changed.emit()
