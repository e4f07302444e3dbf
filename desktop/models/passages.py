"""The annotations of one article as rows, in the order of the text; a change reads again only what it touched."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, QTimer, Signal

from db.records import Annotation, AnnotationId, ArticleId, Code, CoderId
from desktop.models.articles import RECORD, Index
from desktop.session import Session
from desktop.words import language, tr

FILTERS = ("all", "mine", "not coded")
_NOWHERE = QModelIndex()
_AT_ONCE = 500  # annotations read in one go: some 10 ms


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
    """The annotations of the shown article: all, one's own, or those without a code; never those in layers that are hidden."""

    grown = Signal()  # more of a long list was read

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._article: ArticleId | None = None
        self._known: dict[int, Annotation] = {}
        self._all: list[Annotation] = []
        self._rows: list[Annotation] = []
        self._filter = FILTERS[0]
        self._codes: dict[int, tuple[str, str]] = {}
        self._initials: dict[int, str] = {}
        self._hidden: frozenset[CoderId] = frozenset()  # whose layers wait
        self.hidden_count = 0  # how many annotations are in these
        self._waiting: Sequence[AnnotationId] = ()
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._read_on)

    def show_article(self, article: int | None) -> None:
        """Show the annotations of an article as they are now, the first of them at once and the rest little by little."""
        self._timer.stop()
        self._hidden, self.hidden_count = frozenset(), 0
        self._article = None if article is None else ArticleId(article)
        self._known, self._codes, self._waiting, self._all = {}, {}, (), []
        if self._article is not None:
            project = self._session.project
            self._initials = {coder.id: coder.initials for coder in project.coders.all()}
            self._hidden = project.layers.hidden(self._article)
            if self._hidden:
                self.hidden_count = sum(layer.annotations for layer in project.layers.of(self._article) if layer.hidden)
            wanted = project.annotations.find(article=self._article)
            self._all = self._learn(project.annotations.several(wanted[:_AT_ONCE]))
            self._waiting = wanted[_AT_ONCE:]
        self._build()
        if self._waiting:
            self._timer.start()

    @property
    def article(self) -> int | None:
        """The article whose annotations these are."""
        return self._article

    def _read_on(self) -> None:
        """Read the next annotations of a long list."""
        part, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
        if not self._waiting:
            self._timer.stop()
        if not self._session.is_open:
            return
        new = self._learn(self._session.project.annotations.several([key for key in part if key not in self._known]))
        follows = not self._all or not new or _order(new[0]) > _order(self._all[-1])
        self._all += new
        if follows:
            self._append([each for each in new if self._fits(each)])
        else:
            self._build()
        self.grown.emit()

    def _append(self, new: Sequence[Annotation]) -> None:
        if new:
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(new) - 1)
            self._rows += new
            self.endInsertRows()

    def _learn(self, annotations: Iterable[Annotation]) -> list[Annotation]:
        """Know annotations and the names of their codes; gives them in order."""
        codes = self._session.project.codes
        new = sorted((each for each in annotations if each.coder not in self._hidden), key=_order)
        for each in new:
            self._known[each.id] = each
            for tagging in each.taggings:
                if tagging.code not in self._codes:
                    met = [codes.get(tagging.code)] if self._codes else codes.all()
                    self._codes |= {code.id: _painted(code) for code in met}
        return new

    def change(self, annotations: Iterable[int]) -> None:
        """Read some annotations again, which may be new, changed or gone."""
        wanted = [AnnotationId(key) for key in annotations]
        known = self._session.project.annotations.several(wanted)
        found = {each.id: each for each in known if each.coder not in self._hidden}
        for key in wanted:
            new = found.get(key)
            self._replace(self._known.pop(key, None), new if new is not None and new.article == self._article else None)

    def _replace(self, old: Annotation | None, new: Annotation | None) -> None:
        if new is not None:
            self._learn([new])
        if old is not None and new is not None and _order(old) == _order(new) and self._fits(old) == self._fits(new):
            self._all[_place(self._all, old)] = new
            if self._fits(new):
                row = _place(self._rows, old)
                self._rows[row] = new
                self.dataChanged.emit(self.index(row), self.index(row))
            return
        if old is not None:
            del self._all[_place(self._all, old)]
            if self._fits(old):
                row = _place(self._rows, old)
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._rows[row]
                self.endRemoveRows()
        if new is not None:
            self._all.insert(_place(self._all, new), new)
            if self._fits(new):
                row = _place(self._rows, new)
                self.beginInsertRows(QModelIndex(), row, row)
                self._rows.insert(row, new)
                self.endInsertRows()

    def set_filter(self, name: str) -> None:
        """Show all, one's own (`mine`) or those `not coded` yet."""
        self._filter = name
        self._build()

    def _fits(self, annotation: Annotation) -> bool:
        if self._filter == "mine":
            return annotation.coder == self._session.project.me
        return self._filter != "not coded" or not annotation.taggings

    @property
    def count(self) -> int:
        """How many annotations the article has that are not hidden, filtered or not."""
        return len(self._all)

    def row_of(self, annotation: int) -> QModelIndex:
        """Give the row of an annotation; an invalid index where it is not shown."""
        known = self._known.get(annotation)
        if known is None or not self._fits(known):
            return QModelIndex()
        return self.index(_place(self._rows, known))

    def _build(self) -> None:
        self.beginResetModel()
        self._all.sort(key=_order)
        self._rows = [each for each in self._all if self._fits(each)]
        self.endResetModel()

    def _passage(self, each: Annotation) -> Passage:
        labels = tuple(self._codes.get(tagging.code, ("", tagging.key)) for tagging in each.taggings)
        own = each.coder == self._session.project.me
        whose = "" if own else self._initials.get(each.coder, "?")
        return Passage(each, _quote(each), labels, whose, len(each.links), len(each.notes))

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, RECORD, Qt.ItemDataRole.AccessibleTextRole):
            return None
        each = self._rows[index.row()]
        return self._passage(each) if role == RECORD else _quote(each)


def _order(each: Annotation) -> tuple[bool, int, int, int]:
    """Sort as the text goes: what is on the whole article first, and of two that start alike the longer one."""
    return each.start is not None, each.start or 0, -(each.end or 0), each.id


def _place(rows: Sequence[Annotation], each: Annotation) -> int:
    return bisect_left(rows, _order(each), key=_order)


def _quote(each: Annotation) -> str:
    return " ".join(each.exact.split()) or tr("The whole article")


def _painted(code: Code) -> tuple[str, str]:
    return code.branch, code.label(language()) or code.key
