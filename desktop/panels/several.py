"""Several passages at once: how many, and what can be done to all of them in one change."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from db.records import Annotation, CodeId
from desktop.panels.chips import CodeRow, Row, RowsView
from desktop.panels.parts import label
from desktop.session import Session
from desktop.words import tr


class SeveralSheet(QWidget):
    """Bulk actions on one's own among the passages chosen."""

    code_requested = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._annotations: tuple[Annotation, ...] = ()
        self.setProperty("role", "sheet")
        self._count = label("title", wrap=True)
        self._theirs = label("small", wrap=True)
        self.codes = RowsView()
        self.codes.add_requested.connect(self.code_requested)
        self._remove = QPushButton()
        self._remove.clicked.connect(self.remove_all)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        below = QHBoxLayout()
        below.addWidget(self._remove)
        below.addStretch(1)
        for widget in (self._count, self._theirs, self.codes):
            layout.addWidget(widget)
        layout.addLayout(below)
        layout.addStretch(1)

    @property
    def own(self) -> list[Annotation]:
        """The passages that are one's own."""
        return [each for each in self._annotations if each.coder == self._session.project.me]

    def show_annotations(self, annotations: Sequence[Annotation]) -> None:
        """Show what several passages have in common."""
        self._annotations = tuple(annotations)
        theirs = len(self._annotations) - len(self.own)
        self._count.setText(tr("{n} passages", n=len(self._annotations)))
        self._theirs.setText(tr("{n} of them are other coders' and stay as they are.", n=theirs))
        self._theirs.setVisible(theirs > 0)
        self._remove.setText(tr("Remove {n} annotations", n=len(self.own)))
        editable = self._session.editable and bool(self.own)
        self._remove.setEnabled(editable)
        project = self._session.project
        versions = {book.id: book.version if book.shipped else "" for book in project.codes.books()}
        rows: list[Row] = []
        for tagging in {t.code: t for each in self._annotations for t in each.taggings}.values():
            code = project.codes.get(tagging.code)
            row = CodeRow(tagging, code, versions[code.codebook], (), editable=editable)
            row.removed.connect(self._untag)
            rows.append(row)
        self.codes.heading.setText(tr("Codes"))
        self.codes.add.setText(tr("+ code"))
        self.codes.add.setVisible(editable)
        self.codes.show_rows(rows)

    def remove_all(self) -> None:
        """Remove one's own of the passages, in one change."""
        wanted = [each.id for each in self.own]
        self._session.act(lambda: self._session.project.annotations.remove(wanted))

    def _untag(self, code: int) -> None:
        project, held = self._session.project, [each.id for each in self.own if code in [t.code for t in each.taggings]]

        def take_off() -> None:
            with project.change("Remove code from passages"):
                for annotation in held:
                    project.annotations.untag(annotation, CodeId(code))

        self._session.act(take_off)
