"""Conflicts as rows, and the words for them: which record, which field, what either side has, and the passage it is about."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from db.errors import ProjectError
from db.exchange.plan import PLACE, REMOVED
from db.project import Project
from db.records import Annotation, AnnotationId, ArticleId, Conflict
from db.sharing.deciding import can_be_both
from desktop.models.articles import RECORD, Index
from desktop.models.review import SECOND, Passage, passage_of
from desktop.words import language, tr

LONGEST = 4_000  # code points shown of a value
_LINE = 200  # code points of a line
_NOWHERE = QModelIndex()
# Fields whose values are words of the program.
_CHOSEN = frozenset({"status", "kind", "genre", "relation"})


@dataclass(frozen=True, slots=True)
class About:
    """Where a conflict belongs: the article with its title, and the passage if it is about one."""

    article: ArticleId
    title: str
    annotation: AnnotationId | None = None
    passage: Passage | None = None


class ConflictsModel(QAbstractListModel):
    """The open conflicts; the first line says the record, the second the field and whence it came."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self._rows: list[Conflict] = []  # by id
        self.both = 0  # in how many of them both can stand

    def show_conflicts(self, project: Project | None, conflicts: Sequence[Conflict]) -> None:
        """Show open conflicts, in the order of their ids."""
        self.beginResetModel()
        self._project, self._rows = project, list(conflicts)
        self.both = sum(map(can_be_both, self._rows))
        self.endResetModel()

    def follow(self, touched: Mapping[int, Conflict | None]) -> list[str]:
        """Take in what a change did to conflicts (by id; None is gone), and give the uuids of those that came back."""
        back = []
        for key, conflict in touched.items():
            row = bisect_left(self._rows, key, key=attrgetter("id"))
            there = self._rows[row] if row < len(self._rows) and self._rows[row].id == key else None
            if there is not None:
                self.beginRemoveRows(_NOWHERE, row, row)
                del self._rows[row]
                self.both -= can_be_both(there)
                self.endRemoveRows()
            if conflict is not None and not conflict.decision:
                self.beginInsertRows(_NOWHERE, row, row)
                self._rows.insert(row, conflict)
                self.both += can_be_both(conflict)
                self.endInsertRows()
                if there is None:
                    back.append(conflict.uuid)
        return back

    def all(self) -> list[Conflict]:
        """List what is shown."""
        return list(self._rows)

    def conflict(self, row: int) -> Conflict | None:
        """Give the conflict of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, uuids: Iterable[str]) -> int:
        """Give the first row of one of these conflicts, -1 where there is none."""
        wanted = set(uuids)
        return next((row for row, each in enumerate(self._rows) if each.uuid in wanted), -1)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or self._project is None:
            return None
        conflict = self._rows[index.row()]
        if role == RECORD:
            return conflict
        if role == SECOND:
            return " · ".join(words for words in (field_words(conflict), conflict.source) if words)
        if role == Qt.ItemDataRole.DisplayRole:
            return record_words(self._project, conflict)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{record_words(self._project, conflict)} – {index.data(SECOND)}"
        return None


def kind_words(conflict: Conflict) -> str:
    """Say what kind of record a conflict is about."""
    return tr(conflict.kind).replace("_", " ")


def record_words(project: Project, conflict: Conflict) -> str:
    """Say which record a conflict is about, on one line."""
    words = _named(project, conflict.kind, conflict.record)
    return " ".join(words.split())[:_LINE] or f"{kind_words(conflict)} {conflict.record[:13]}"


def field_words(conflict: Conflict) -> str:
    """Say which field a conflict is about."""
    if conflict.field == REMOVED:
        return tr("One side removed it, the other changed it")
    if conflict.field == PLACE:
        return tr("Where it stands")
    return tr("Field: {name}", name=tr(conflict.field).replace("_", " "))


def value_words(project: Project, conflict: Conflict, value: str) -> str:
    """Write a stored value (JSON) of a conflict as a person reads it; a record that it names by its name."""
    try:
        plain = json.loads(value)
    except ValueError:
        plain = value
    if conflict.field == REMOVED:
        return tr(REMOVED) if plain == REMOVED else tr("(kept and changed)")
    if plain in (None, "", []):
        return tr("nothing")
    if conflict.field == PLACE and isinstance(plain, dict):
        # The words say where; of a passage of which there are none, the whole article is meant.
        return str(plain.get("exact") or "")[:LONGEST] or tr("The whole article")
    if isinstance(plain, str):
        named = _named(project, "code" if conflict.field == "parent" else conflict.field, plain)
        return tr(plain) if conflict.field in _CHOSEN else (named or plain)[:LONGEST]
    return json.dumps(plain, ensure_ascii=False)[:LONGEST]


def about(project: Project, conflict: Conflict) -> About | None:
    """Give the article and passage that a conflict is about; None where it is about neither, or they are gone."""
    try:
        if conflict.kind in ("annotation", "note", "translation"):
            mark, article = _place(project, conflict)
            if mark is not None:
                return _at(project, project.annotations.get(mark))
        else:
            article = project.articles.by_ref(conflict.record) if conflict.kind == "article" else None
        return About(article, project.articles.get(article).title) if article is not None else None
    except ProjectError:
        return None


def _place(project: Project, conflict: Conflict) -> tuple[AnnotationId | None, ArticleId | None]:
    if conflict.kind == "annotation":
        return project.annotations.by_ref(conflict.record), None
    if conflict.kind == "translation":
        return project.translations.get(project.translations.by_ref(conflict.record)).annotation, None
    note = project.notes.get(project.notes.by_ref(conflict.record))
    return note.annotation, note.article


def _at(project: Project, mark: Annotation) -> About:
    title = project.articles.get(mark.article).title
    return About(mark.article, title, mark.id, passage_of(mark.prefix, mark.exact, mark.suffix) if mark.exact else None)


def _named(project: Project, kind: str, uuid: str) -> str:
    """Name a record by its uuid; nothing for one of another kind, or one that is gone."""
    names: dict[str, Callable[[], str]] = {
        "article": lambda: project.articles.get(project.articles.by_ref(uuid)).title,
        "code": lambda: project.codes.get(project.codes.by_ref(uuid)).label(language()),
        "instrument": lambda: project.instruments.get(project.instruments.by_ref(uuid)).title(language()),
        "annotation": lambda: project.annotations.get(project.annotations.by_ref(uuid)).exact,
        "note": lambda: project.notes.get(project.notes.by_ref(uuid)).text,
        "translation": lambda: project.translations.get(project.translations.by_ref(uuid)).text,
        "coder": lambda: project.coders.get(project.coders.by_ref(uuid)).name,
    }
    try:
        return names[kind]() if kind in names and uuid else ""
    except ProjectError:
        return ""
