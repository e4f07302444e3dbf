"""Choosing codes by the picker, at the button that asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtWidgets import QWidget

from db.records import CodeId
from desktop.session import Session

if TYPE_CHECKING:
    from desktop.panels.picker import Picker


class CodePicking(QObject):
    """Makes the picker when it is first asked for."""

    picked = Signal(tuple)  # the codes chosen

    def __init__(self, session: Session, button: QWidget) -> None:
        super().__init__(button)
        self._session, self._button = session, button
        self.picker: Picker | None = None

    def pick(self, codes: Sequence[CodeId]) -> None:
        """Open the picker below the button, with these codes chosen."""
        if self.picker is None:
            from desktop.panels.picker import Picker

            self.picker = Picker(self._session, self._button.window())
            self.picker.codes_picked.connect(self._codes_picked)
        button = self._button
        self.picker.pick_codes(QRect(button.mapToGlobal(button.rect().topLeft()), button.size()), "", codes)

    def _codes_picked(self, codes: Sequence[int], _new: Sequence[str], _on: bool) -> None:
        self.picked.emit(tuple(CodeId(code) for code in codes))
