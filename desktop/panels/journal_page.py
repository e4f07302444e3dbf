"""The journal: dated entries about the work itself, newest first, with a place to write today's."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from db.changes import Change
from desktop.panels.closing import Closing
from desktop.panels.notes_view import NotesView
from desktop.panels.parts import label
from desktop.session import Session
from desktop.words import tr

_WIDEST = 680


class JournalPage(QScrollArea):
    """Shows the journal and takes new entries."""

    url_requested = Signal(str)
    left = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("role", "page")
        self._title, self._empty, self.closing = label("title"), label("muted", wrap=True), Closing(self)
        self.closing.asked.connect(self.left)
        self.notes = NotesView(session, journal=True)
        self.notes.heading.hide()
        self.notes.url_requested.connect(self.url_requested)
        inside, column = QWidget(), QWidget()
        inside.setProperty("role", "page")
        column.setMaximumWidth(_WIDEST)
        stacked = QVBoxLayout(column)
        stacked.setContentsMargins(16, 16, 16, 16)
        stacked.setSpacing(12)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.closing)
        stacked.addLayout(head)
        for widget in (self.notes, self._empty):
            stacked.addWidget(widget)
        stacked.addStretch(1)
        row = QHBoxLayout(inside)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(column)
        self.setWidget(inside)
        self.setFocusProxy(self.notes.editor)
        session.opened.connect(self.reload)
        session.closed.connect(self._closed)
        session.changed.connect(self._changed)
        self.reload()

    def focus(self) -> None:
        """Put the keys where today's entry is written."""
        self.notes.editor.setFocus()

    def keep(self) -> None:
        """Save what is written and not saved yet."""
        if self._session.is_open:
            self.notes.keep()

    def reload(self) -> None:
        """Read the journal again."""
        self._title.setText(tr("Journal"))
        self._empty.setText(tr("What was decided and why: an entry a day keeps the method traceable."))
        entries = self._session.project.notes.journal() if self._session.is_open else []
        self._empty.setVisible(not entries)
        self.notes.show_notes(None, None, entries)

    def _changed(self, change: Change) -> None:
        if change.tables & {"note", "coder"}:
            self.reload()

    def _closed(self) -> None:
        self.notes.forget()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reload()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.reload()
