"""Selecting by units of text, and the unit that the passages of a project are made of."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from db.changes import Change
from desktop.panels.article_view import ArticleView
from desktop.session import Session
from desktop.words import tr

_UNITS = {
    "character": "Character",
    "word": "Word",
    "clause": "Clause",
    "sentence": "Sentence",
    "paragraph": "Paragraph",
    "provision": "Provision",
}
FREE = "free"


class SelectActions(QObject):
    """Steps through the text by the current unit; the project's own unit is kept in its file."""

    def __init__(self, session: Session, view: ArticleView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._view = view

    def select_next(self) -> None:
        """Select the next unit."""
        self._view.reader.select_next()

    def select_previous(self) -> None:
        """Select the unit before."""
        self._view.reader.select_previous()

    def extend_next(self) -> None:
        """Let the selection reach a unit further."""
        self._view.reader.extend_next()

    def extend_previous(self) -> None:
        """Draw the selection in by a unit."""
        self._view.reader.extend_previous()

    def larger_unit(self) -> None:
        """Step by the next larger unit."""
        self._view.reader.larger_unit()

    def smaller_unit(self) -> None:
        """Step by the next smaller unit."""
        self._view.reader.smaller_unit()

    def unit_free(self) -> None:
        """Let passages of the project begin and end anywhere."""
        self._set(FREE)

    def unit_clause(self) -> None:
        """Let passages of the project be whole clauses."""
        self._set("clause")

    def unit_sentence(self) -> None:
        """Let passages of the project be whole sentences."""
        self._set("sentence")

    def unit_paragraph(self) -> None:
        """Let passages of the project be whole paragraphs."""
        self._set("paragraph")

    def _set(self, unit: str) -> None:
        self._session.act(partial(self._session.project.set_unit, unit))

    def project_unit(self) -> str:
        """Give the unit of the open project's passages."""
        return (self._session.project.setting("unit") if self._session.is_open else None) or FREE

    def apply(self) -> None:
        """Let selections be widened to the project's unit."""
        self._view.set_whole(self.project_unit())

    def changed(self, change: Change) -> None:
        """Follow a change of the project's unit."""
        if "setting" in change.tables:
            self.apply()


def unit_words(unit: str) -> str:
    """Say the name of a unit of text."""
    return tr(_UNITS.get(unit, ""))
