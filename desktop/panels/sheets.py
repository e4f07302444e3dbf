"""Pages of words in the centre: a heading, what is to be said, and a way back. Used where others would open a dialog."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop.panels.closing import Closing
from desktop.panels.parts import empty, label

WIDTH = 720
_FIRST_COLUMN = 140


class Sheet(QScrollArea):
    """A heading, a body that scrolls, and Esc or ✕ to leave."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sheet")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._heading = label("sheetHeading", wrap=True)
        self.closing = Closing(self)
        self.closing.asked.connect(self.left)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        page = QWidget(self)
        page.setObjectName("sheetGround")
        column = QWidget(page)
        column.setMaximumWidth(WIDTH)
        head = QHBoxLayout()
        head.addWidget(self._heading, 1)
        head.addWidget(self.closing, 0, Qt.AlignmentFlag.AlignTop)
        box = QVBoxLayout(column)
        box.setContentsMargins(24, 24, 24, 24)
        box.setSpacing(16)
        box.addLayout(head)
        box.addLayout(self.body)
        box.addStretch(1)
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(column, 100)
        row.addStretch(1)
        self.setWidget(page)

    def begin(self, heading: str) -> None:
        """Empty the sheet and set its heading."""
        empty(self.body)
        self._heading.setText(heading)
        self.setAccessibleName(heading)
        self.verticalScrollBar().setValue(0)

    def paragraph(self, words: str, name: str = "sheetWords") -> None:
        """Add a paragraph."""
        made = label(name, words, wrap=True)
        made.setIndent(0)  # else a style with padding moves the words
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.body.addWidget(made)

    def table(self, rows: Iterable[Sequence[str]], columns: int = 2) -> None:
        """Add a table of words, the last column taking the room."""
        frame = QWidget(self)
        grid = QGridLayout(frame)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        for line, row in enumerate(rows):
            for place, words in enumerate(row):
                cell = label("sheetCell" if place else "sheetFirst", words, wrap=place == columns - 1)
                cell.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
                grid.addWidget(cell, line, place)
        grid.setColumnMinimumWidth(0, _FIRST_COLUMN)
        grid.setColumnStretch(columns - 1, 1)
        self.body.addWidget(frame)

    def buttons(self, *made: QPushButton) -> None:
        """Add a row of buttons."""
        frame = QWidget(self)
        row = QHBoxLayout(frame)
        row.setContentsMargins(0, 8, 0, 0)
        row.setSpacing(8)
        for each in made:
            row.addWidget(each)
        row.addStretch(1)
        self.body.addWidget(frame)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Say everything again in the window's language."""
