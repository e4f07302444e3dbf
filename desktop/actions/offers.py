"""What the buttons and questions of the notice bar lead to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject


class Offers(QObject):
    """Passes on what was chosen or answered in the notice bar."""

    def __init__(
        self, chosen: dict[str, Callable[[Any], object]], answered: dict[str, Callable[[Any, str], object]], parent: QObject
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._chosen = chosen
        self._answered = answered

    def choose(self, name: str, value: object) -> None:
        """Do what an offer says."""
        if name in self._chosen:
            self._chosen[name](value)

    def answer(self, name: str, value: object, text: str) -> None:
        """Take the answer to a question."""
        if name in self._answered:
            self._answered[name](value, text)
