"""How the window answers: a sentence for six seconds, or a notice that waits."""

from __future__ import annotations

from PySide6.QtCore import QObject

from db.changes import Change
from db.errors import Cancelled, NothingToRedo, NothingToUndo, ProjectError, Refused
from desktop.errors import words
from desktop.models.deeds import deed_words, done_words
from desktop.panels.notice_bar import NoticeBar
from desktop.panels.status_line import StatusLine
from desktop.words import tr

_BRIEF = (Cancelled, NothingToUndo, NothingToRedo, Refused)


class Telling(QObject):
    """Finds the words for errors and changes, and the place to show them."""

    def __init__(self, notice: NoticeBar, status: StatusLine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notice = notice
        self._status = status

    def error(self, error: ProjectError) -> None:
        """Say what could not be done: small things at the foot, others above the text."""
        if isinstance(error, _BRIEF):
            self._status.say(words(error))
        else:
            self._notice.tell(words(error), error=True)

    def say(self, words: str) -> None:
        """Say at the foot what was done that changed nothing in the project."""
        self._status.say(words)

    def did(self, words: str) -> None:
        """Say a change in words of its own, with Undo beside it."""
        self._status.say(words, undo=True)

    def hindered(self, reason: str) -> None:
        """Say why a key does nothing."""
        self._status.say(reason)

    def done(self, change: Change) -> None:
        """Say what was done, with Undo beside it."""
        if change.kind == "undo":
            self._status.say(tr("Undone: {label}", label=deed_words(change)))
        elif change.kind == "redo":
            self._status.say(tr("Redone: {label}", label=deed_words(change)))
        else:
            self._status.say(done_words(change), undo=True)
