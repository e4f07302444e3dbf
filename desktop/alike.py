"""Which articles were found to be nearly one text since the project was opened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject, Signal

from db.changes import Change
from db.records import ArticleId

_IMPORT = "Import article"


class Alike(QObject):
    """Keeps what was found by looking for duplicates and after imports; texts that change are forgotten."""

    found = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._others: dict[int, tuple[ArticleId, ...]] = {}

    def of(self, article: int) -> tuple[ArticleId, ...]:
        """Give the articles that are nearly the same text as one."""
        return self._others.get(article, ())

    def take(self, groups: Iterable[Sequence[ArticleId]]) -> None:
        """Take the groups that were found, in place of what was known."""
        self._others.clear()
        self._join(groups)

    def add(self, pairs: Iterable[Sequence[ArticleId]]) -> None:
        """Take what was found of some articles, beside what was known."""
        self._join([*self.of(pair[-1]), pair[-1], *pair[:-1]] for pair in pairs)

    def _join(self, groups: Iterable[Sequence[ArticleId]]) -> None:
        for group in groups:
            for article in group:
                self._others[article] = tuple(dict.fromkeys(other for other in group if other != article))
        self.found.emit()

    def follow(self, change: Change) -> None:
        """Forget everything when texts changed; imports add texts and change none."""
        if "version" in change.tables and (change.kind, change.label) != ("do", _IMPORT):
            self.forget()

    def forget(self) -> None:
        """Forget everything, as when the project is closed."""
        self._others.clear()
