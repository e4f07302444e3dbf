"""What a passage said on the version it was annotated on, where the text was changed since."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.panels.parts import button, label
from desktop.words import tr

_FOLDED, _UNFOLDED = "▸", "▾"


class OlderWords(QWidget):
    """One quiet line that says so; unfolded, the older words below it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = 0
        self.fold = button("quiet")
        self.fold.setCheckable(True)
        self.fold.toggled.connect(self._say)
        self.words = label("small", wrap=True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.words)
        self.hide()

    def show_words(self, words: str, number: int) -> None:
        """Show the words that a passage had on a version; with version 0, that nothing was changed."""
        if (words, number) != (self.words.text(), self._number):
            self.fold.setChecked(False)
        self._number = number
        self.words.setText(words)
        self.setVisible(bool(number))
        self._say()

    def _say(self, _on: bool = False) -> None:
        told = tr("Made on version {number}, changed since", number=self._number)
        self.fold.setText(f"{_UNFOLDED if self.fold.isChecked() else _FOLDED} {told}")
        self.fold.setAccessibleName(told)
        self.words.setVisible(self.fold.isChecked())
