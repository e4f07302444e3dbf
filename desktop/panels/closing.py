"""The one way out of a page in the centre: ✕ at its head, and Esc wherever the keys are in it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QToolButton, QWidget

from desktop.words import tr


class Closing(QToolButton):
    """The ✕ of a page, which also hears every Esc that nothing in the page takes for itself."""

    asked = Signal()  # the page is to be left

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self.setProperty("role", "sheetClose")
        self.setText("✕")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.clicked.connect(self.asked)
        page.installEventFilter(self)
        self._say()

    def eventFilter(self, _page: QObject, event: QEvent) -> bool:
        """Take Esc; what an entry or an input method does with it first never comes here."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Escape:
            return False
        self.asked.emit()
        return True

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._say()

    def _say(self) -> None:
        self.setToolTip(tr("Close"))
        self.setAccessibleName(tr("Close"))
