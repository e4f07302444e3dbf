"""Annotations as the marks that the reader paints."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QObject

from db.changes import Change
from db.records import Annotation, ArticleId, Code, Coder
from desktop.reader.intervals import Mark
from desktop.session import Session
from desktop.words import language


class Marks(QObject):
    """Makes marks; names of codes and coders are kept until they change."""

    tables = frozenset({"annotation", "tagging", "link", "note", "field_value", "code", "coder", "version", "confirmation"})

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._codes: dict[int, Code] = {}
        self._coders: dict[int, Coder] = {}
        session.opened.connect(self.forget)
        session.closed.connect(self.forget)
        session.changed.connect(self._changed)

    def forget(self) -> None:
        """Read names again when they are needed next."""
        self._codes = {}
        self._coders = {}

    def _changed(self, change: Change) -> None:
        if change.tables & {"code", "coder", "codebook"}:
            self.forget()

    def of(self, article: ArticleId, hidden: Collection[str] = ()) -> list[Mark]:
        """Make the marks of an article, without those of hidden coders (uuids)."""
        project = self._session.project
        if not self._coders:
            self._coders = {coder.id: coder for coder in project.coders.all()}
        made = []
        for each in project.annotations.of(article):
            coder = self._coders.get(each.coder)
            if each.start is None or each.end is None or each.start >= each.end:
                continue
            if each.coder == project.me or coder is None or coder.uuid not in hidden:
                made.append(self._mark(each, coder))
        return made

    def _mark(self, each: Annotation, coder: Coder | None) -> Mark:
        first = self._code(each.taggings[0].code) if each.taggings else None
        return Mark(
            id=each.id,
            start=each.start or 0,
            end=each.end or 0,
            label=first.label(language()) if first else "",
            branch=first.branch if first else "",
            coder=coder.initials if coder else "",
            own=each.coder == self._session.project.me,
            unsure=any("unsure" in tagging.fields.get("certainty", ()) for tagging in each.taggings),
            instrument=bool(each.links),
            note=bool(each.notes),
            codes=len(each.taggings),
        )

    def _code(self, key: int) -> Code | None:
        if not self._codes:
            self._codes = {code.id: code for code in self._session.project.codes.all()}
        return self._codes.get(key)
