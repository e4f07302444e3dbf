"""The lines of a concordance as rows, and the codes that stand where they are."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from db.errors import NotFound
from db.records import AnnotationId, Code, CodeId
from db.search.concordance import Line
from desktop.models.articles import RECORD, Index
from desktop.session import Session
from desktop.words import language

BARS = int(Qt.ItemDataRole.UserRole) + 1  # tuple[CodeBar, ...]
_NOWHERE = QModelIndex()
_PAGE, _KEPT_PAGES = 64, 64  # rows whose codes are read together


@dataclass(frozen=True, slots=True)
class CodeBar:
    """How a code is shown where there is no room for its name: by the colour of its branch, or its own as #rrggbb."""

    code: int
    name: str
    branch: str
    colour: str


class CodesThere:
    """The codes of the annotations on rows, read some rows at a time when they are first seen."""

    def __init__(self, session: Session, annotations: Callable[[int], Sequence[int]]) -> None:
        self._session = session
        self._annotations = annotations
        self._pages: OrderedDict[int, dict[int, tuple[CodeBar, ...]]] = OrderedDict()
        self._codes: dict[CodeId, CodeBar] = {}

    def forget(self) -> None:
        """Read everything anew."""
        self._pages.clear()
        self._codes.clear()

    def bars(self, row: int, rows: int) -> tuple[CodeBar, ...]:
        """Give the codes on one of so many rows, each once."""
        wanted = self._annotations(row)
        if not wanted or not self._session.is_open:
            return ()
        number = row // _PAGE
        page = self._pages.get(number)
        if page is None:
            page = self._pages[number] = self._read(range(number * _PAGE, min(rows, (number + 1) * _PAGE)))
            if len(self._pages) > _KEPT_PAGES:
                self._pages.popitem(last=False)
        return tuple({bar.code: bar for key in wanted for bar in page.get(key, ())}.values())

    def _read(self, rows: Iterable[int]) -> dict[int, tuple[CodeBar, ...]]:
        keys = list(dict.fromkeys(AnnotationId(key) for row in rows for key in self._annotations(row)))
        found = self._session.project.annotations.several(keys)
        return {each.id: tuple(self._bar(tagging.code) for tagging in each.taggings) for each in found}

    def _bar(self, key: CodeId) -> CodeBar:
        if key not in self._codes:
            self._codes[key] = bar_of(self._session.project.codes.get(key))
        return self._codes[key]


def bar_of(code: Code) -> CodeBar:
    """Give how a code is shown."""
    return CodeBar(code.id, code.label(language()) or code.key, code.branch, code.colour)


class ConcordanceModel(QAbstractListModel):
    """The lines in the order they were found in."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._lines: Sequence[Line] = ()
        self._codes = CodesThere(session, self._annotations)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show other lines."""
        self.beginResetModel()
        self._lines = lines
        self._codes.forget()
        self.endResetModel()

    def read_again(self) -> None:
        """Read the codes anew, as when the language is another."""
        self._codes.forget()

    def line(self, row: int) -> Line | None:
        """Give the line on a row."""
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def rows_at(self, places: Iterable[tuple[int, int, int]]) -> list[int]:
        """Give the rows of places (article, start, end), where there still are lines of them."""
        wanted = set(places)
        return [row for row, line in enumerate(self._lines) if (line.article, line.start, line.end) in wanted] if wanted else []

    def annotation_at(self, row: int) -> int | None:
        """Give the annotation that stands on the very words of a row, best one's own."""
        line = self.line(row)
        if line is None or not line.annotations:
            return None
        project = self._session.project
        found = project.annotations.several([AnnotationId(key) for key in line.annotations])
        here = [each for each in found if (each.start, each.end) == (line.start, line.end)]
        return min(here, key=lambda each: each.coder != project.me).id if here else None

    def _annotations(self, row: int) -> Sequence[int]:
        return self._lines[row].annotations

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == RECORD and index.isValid():
            return self._lines[index.row()]
        if role == BARS and index.isValid():
            try:
                return self._codes.bars(index.row(), len(self._lines))
            except NotFound:  # a code that a running job has just removed
                return ()
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        line = self._lines[index.row()]
        words = f"{line.left}{line.match}{line.right}"
        return words if role == Qt.ItemDataRole.DisplayRole else f"{words} – {line.title}"


def as_table(lines: Iterable[Line]) -> str:
    """Write lines as text with a tab between left, match, right, the article's title and its date."""
    rows = ((each.left, each.match, each.right, each.title, each.date) for each in lines)
    return "\n".join("\t".join(" ".join(cell.split("\t")).replace("\n", " ") for cell in row) for row in rows)
