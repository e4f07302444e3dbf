"""The annotations of one article as rows, in the order of the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from db.records import Annotation, Code
from desktop.models.articles import RECORD, Index
from desktop.session import Session
from desktop.words import language, tr

FILTERS = ("all", "mine", "not coded")
_NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Passage:
    """One row: an annotation with what is painted of it."""

    annotation: Annotation
    quote: str
    codes: tuple[tuple[str, str], ...]  # (branch, label)
    initials: str  # another coder's
    links: int
    notes: int


class PassagesModel(QAbstractListModel):
    """The annotations of the shown article: all, one's own, or those without a code."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._rows: list[Passage] = []
        self._all: Sequence[Annotation] = ()
        self._filter = FILTERS[0]

    def show_annotations(self, annotations: Sequence[Annotation]) -> None:
        """Show the annotations of an article."""
        self._all = annotations
        self._build()

    def set_filter(self, name: str) -> None:
        """Show all, one's own (`mine`) or those `not coded` yet."""
        self._filter = name
        self._build()

    @property
    def count(self) -> int:
        """How many annotations the article has, filtered or not."""
        return len(self._all)

    def row_of(self, annotation: int) -> QModelIndex:
        """Give the row of an annotation; an invalid index where it is not shown."""
        found = (row for row, each in enumerate(self._rows) if each.annotation.id == annotation)
        row = next(found, None)
        return QModelIndex() if row is None else self.index(row)

    def _build(self) -> None:
        rows = self._passages() if self._all else []
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def _passages(self) -> list[Passage]:
        project = self._session.project
        codes = {code.id: code for code in project.codes.all()}
        initials = {coder.id: coder.initials for coder in project.coders.all()}
        kept = []
        for each in self._all:
            own = each.coder == project.me
            if (self._filter == "mine" and not own) or (self._filter == "not coded" and each.taggings):
                continue
            labels = tuple(_painted(codes[tagging.code]) for tagging in each.taggings if tagging.code in codes)
            quote = " ".join(each.exact.split()) or tr("The whole article")
            whose = "" if own else initials.get(each.coder, "?")
            kept.append(Passage(each, quote, labels, whose, len(each.links), len(each.notes)))
        return kept

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, RECORD, Qt.ItemDataRole.AccessibleTextRole):
            return None
        passage = self._rows[index.row()]
        return passage if role == RECORD else passage.quote


def _painted(code: Code) -> tuple[str, str]:
    return code.branch, code.label(language()) or code.key
