"""The middle of the window while no article is open: one sentence, one button, its key; beside another one, the sentence only."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop.commands import command
from desktop.panels.parts import label
from desktop.words import tr


class EmptyText(QWidget):
    """Leads to importing, or in the place beside an article to the library."""

    import_requested = Signal()

    def __init__(self, parent: QWidget | None = None, *, beside: bool = False) -> None:
        super().__init__(parent)
        self._beside = beside
        self.setObjectName("readerEmpty")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._words = label("emptyWords")
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._button = QPushButton(self)
        self._button.clicked.connect(self.import_requested)
        box = QVBoxLayout(self)
        box.setSpacing(16)
        box.addStretch(2)
        box.addWidget(self._words, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addStretch(3)
        self._button.setHidden(beside)
        self._retranslate()

    def focus(self) -> None:
        """Give the button the focus."""
        self._button.setFocus()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        if self._beside:
            self._words.setText(tr("Choose an article in the library to show it here."))
            return
        keys = QKeySequence.fromString(command("import_files").shortcut).toString(QKeySequence.SequenceFormat.NativeText)
        self._words.setText(tr("Choose an article in the library, or drop files anywhere on this window."))
        self._button.setText(f"{tr('Import articles…')}   {keys}")
