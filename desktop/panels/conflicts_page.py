"""What two people changed differently: both values stay until a person decides."""

from __future__ import annotations

import json
from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from db.changes import Change
from db.errors import ProjectError
from db.project import Project
from db.records import Conflict
from desktop.dates import when
from desktop.panels.closing import Closing
from desktop.panels.parts import empty, held, join_words, label, one_line
from desktop.session import Session
from desktop.words import language, tr

_LONGEST = 400  # characters shown of a value
_CHOSEN = frozenset({"(removed)", "status", "kind", "genre", "relation"})  # fields whose values are words of the program


class ConflictCard(QFrame):
    """One conflict: which record and field, both values and the one both began with."""

    def __init__(self, conflict: Conflict, what: str) -> None:
        super().__init__()
        self.setProperty("role", "entry")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 12)
        layout.setSpacing(6)
        layout.addWidget(label("heading", what, wrap=True))
        source = tr("from {source}", source=conflict.source) if conflict.source else ""
        layout.addWidget(label("small", join_words((field_words(conflict), source, when(conflict.created))), wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        sides = [(tr("Mine"), conflict.mine), (tr("Theirs"), conflict.theirs)]
        sides += [(tr("Before"), conflict.base)] if conflict.base not in ("", "null") else []
        for place, (name, value) in enumerate(sides):
            grid.addWidget(label("section", name), 0, place)
            grid.addWidget(label("words", said(value, conflict.field), wrap=True), 1, place, Qt.AlignmentFlag.AlignTop)
            grid.setColumnStretch(place, 1)
        layout.addLayout(grid)


class ConflictsPage(QScrollArea):
    """Lists the open conflicts and explains them."""

    left = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setProperty("role", "page")
        inside = QWidget()
        inside.setProperty("role", "page")
        self._title, self._why, self.closing = label("title"), label("muted", wrap=True), Closing(self)
        self.closing.asked.connect(self.left)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.closing)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(0)
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addLayout(head)
        layout.addWidget(self._why)
        layout.addLayout(self._cards)
        layout.addStretch(1)
        self.setWidget(inside)
        session.opened.connect(self.reload)
        session.closed.connect(self.reload)
        session.changed.connect(self._changed)
        self.reload()

    def cards(self) -> list[ConflictCard]:
        """List the conflicts shown."""
        return held(self._cards, ConflictCard)

    def reload(self) -> None:
        """Read the conflicts again."""
        empty(self._cards)
        conflicts = self._session.project.conflicts() if self._session.is_open else []
        self._title.setText(tr("Conflicts"))
        none = tr("There are no conflicts: nothing was changed differently by two people.")
        some = tr("Two people changed these fields differently. Your value is in use; the other one is kept beside it.")
        self._why.setText(some if conflicts else none)
        for conflict in conflicts:
            self._cards.addWidget(ConflictCard(conflict, record_words(self._session.project, conflict)))

    def _changed(self, change: Change) -> None:
        if "conflict" in change.tables:
            self.reload()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reload()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.reload()


def record_words(project: Project, conflict: Conflict) -> str:
    """Say which record a conflict is about."""
    titles: dict[str, Callable[[], str]] = {
        "article": lambda: project.articles.get(project.articles.by_ref(conflict.record)).title,
        "code": lambda: project.codes.get(project.codes.by_ref(conflict.record)).label(language()),
        "instrument": lambda: project.instruments.get(project.instruments.by_ref(conflict.record)).title(language()),
        "annotation": lambda: project.annotations.get(project.annotations.by_ref(conflict.record)).exact,
        "note": lambda: project.notes.get(project.notes.by_ref(conflict.record)).text,
    }
    try:
        return one_line(titles[conflict.kind]())[:_LONGEST]
    except (KeyError, ProjectError):  # a record of another kind, or removed meanwhile
        return f"{tr(conflict.kind).replace('_', ' ')} {conflict.record[:13]}"


def field_words(conflict: Conflict) -> str:
    """Say which field a conflict is about."""
    return tr("Field: {name}", name=tr(conflict.field).replace("_", " "))


def said(value: str, field: str = "") -> str:
    """Write a stored value (JSON) of a field as a person reads it."""
    try:
        plain = json.loads(value)
    except ValueError:
        plain = value
    if plain in (None, "", []):
        return "–"
    if isinstance(plain, str) and field in _CHOSEN:
        return tr(plain)
    words = plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
    return words if len(words) <= _LONGEST else words[:_LONGEST] + "…"
