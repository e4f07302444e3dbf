"""What was found, told apart at its right: codes, instruments, coders and years with counts; a click narrows the query."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from db.search.facets import Count, Facets
from desktop.models.articles import RECORD, Index
from desktop.panels.painting import draw_elided, paint_ground, smaller
from desktop.panels.parts import TokenView, join_words
from desktop.words import tr

WIDTH = 220
_ROW, _PAD = 26, 12
_FEW = 7  # values shown of each field until one asks for more
_BAR = 3  # pixels
_NOWHERE = QModelIndex()
_Cursor = QAbstractItemView.CursorAction
_FIELDS = (("code", "Codes"), ("instrument", "Instruments"), ("coder", "Coders"), ("published", "Years"))
_ONE = ("code", "instrument", "coder")  # told apart even where there is only one


@dataclass(frozen=True, slots=True)
class Heading:
    """What is counted below."""

    title: str


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a field: how many have it, how many have the most frequent one, and what the query says of it now."""

    field: str
    name: str
    label: str
    count: int
    most: int
    colour: str = ""  # a branch, or #rrggbb
    asked: bool | None = None  # asked for, excluded, or neither


@dataclass(frozen=True, slots=True)
class More:
    """The values of a field that are not shown."""

    field: str
    count: int


Row = Heading | Value | More
# Gives the label of a value and the colour of its bar.
Looks = Callable[[str, Count], tuple[str, str]]


class FacetsModel(QAbstractListModel):
    """Values under the headings of their fields."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self._facets = Facets()
        self._looks: Looks = _plain
        self._asked: Mapping[tuple[str, str], bool] = {}
        self._whole: set[str] = set()  # fields of which all values are shown

    def show(self, facets: Facets, looks: Looks, asked: Mapping[tuple[str, str], bool]) -> None:
        """Show counts; `asked` are the filters that the query has now."""
        self._facets, self._looks, self._asked = facets, looks, asked
        self._lay_out()

    def show_whole(self, field: str) -> None:
        """Show all values of a field."""
        self._whole.add(field)
        self._lay_out()

    def _lay_out(self) -> None:
        self.beginResetModel()
        self._rows = []
        found = self._facets
        for (field, title), counts in zip(_FIELDS, (found.codes, found.instruments, found.coders, found.years), strict=True):
            self._lay(field, tr(title), counts)
        self.endResetModel()

    def _lay(self, field: str, title: str, counts: Sequence[Count]) -> None:
        if len(counts) < (1 if field in _ONE else 2) and not any((field, each.name) in self._asked for each in counts):
            return
        self._rows.append(Heading(title))
        few = counts if field in self._whole or len(counts) <= _FEW + 1 else counts[:_FEW]
        most = max(each.count for each in counts)
        for each in few:
            label, colour = self._looks(field, each)
            asked = self._asked.get((field, each.name))
            self._rows.append(Value(field, each.name, label, each.count, most, colour, asked))
        if len(few) < len(counts):
            self._rows.append(More(field, len(counts) - len(few)))

    def is_heading(self, row: int) -> bool:
        """Whether a row only says what is counted below it."""
        return isinstance(self._rows[row], Heading)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or self.is_heading(index.row()):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == RECORD:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            said = _said(row, role == Qt.ItemDataRole.ToolTipRole)
            if isinstance(row, Value) and role == Qt.ItemDataRole.AccessibleTextRole:
                return _sign(row.asked) + said
            return said
        return None


def _plain(_field: str, count: Count) -> tuple[str, str]:
    return count.label, ""


def _said(row: Row, tip: bool) -> str:
    if isinstance(row, Heading):
        return row.title
    if isinstance(row, More):
        return tr("Show {count} more", count=row.count)
    said = f"{row.label} ({row.count:,})"
    return "\n".join((said, tr("Click: only these · Ctrl+click: without these"))) if tip else said


def _sign(asked: bool | None) -> str:
    """Mark a value that the query asks for, or excludes."""
    return {True: "✓ ", False: "− ", None: ""}[asked]


class _FacetRow(QStyledItemDelegate):
    """A label over a thin bar, and its count at the right."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(WIDTH, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view, row = option.widget, index.data(RECORD)
        if not isinstance(view, TokenView):
            return
        painter.save()
        painter.setFont(view.font())
        painter.setFont(smaller(painter))
        box: QRect = option.rect
        if not isinstance(row, Heading):
            paint_ground(painter, view, box, option.state)
        inside = box.adjusted(_PAD, 0, -_PAD, 0)
        if isinstance(row, Value):
            self._paint_value(painter, view, inside, row)
        else:
            painter.setPen(view.colour("muted"))
            font = painter.font()
            font.setBold(isinstance(row, Heading))
            painter.setFont(font)
            draw_elided(painter, inside.adjusted(0, 4 if isinstance(row, Heading) else 0, 0, 0), str(index.data()))
        painter.restore()

    @staticmethod
    def _paint_value(painter: QPainter, view: TokenView, box: QRect, value: Value) -> None:
        count = f"{value.count:,}"
        painter.setPen(view.colour("muted"))
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count)
        room = box.width() - painter.fontMetrics().horizontalAdvance(count) - 8
        painter.setPen(view.colour("muted" if value.asked is False else "accent" if value.asked else "text"))
        draw_elided(painter, QRect(box.left(), box.top(), room, box.height() - _BAR), _sign(value.asked) + value.label)
        colour = QColor(value.colour) if value.colour.startswith("#") else view.colour(value.colour or "none")
        colour.setAlphaF(0.55)
        length = max(2.0, room * value.count / max(1, value.most))
        painter.fillRect(QRectF(box.left(), box.bottom() - _BAR, length, _BAR), colour)


class FacetsView(TokenView):
    """The list of counts: Enter or a click narrows the query, with Ctrl it excludes."""

    narrowed = Signal(str, str, bool)  # field, value, whether it is excluded

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facets, self._excluding = FacetsModel(self), False
        self.setModel(self._facets)
        self.setItemDelegate(_FacetRow(self))
        self.setUniformItemSizes(True)
        self.setFixedWidth(WIDTH)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.chosen.connect(self._choose)

    def show_facets(self, facets: Facets, looks: Looks, asked: Mapping[tuple[str, str], bool]) -> None:
        """Show counts; the place in the list stays."""
        row, place = self.currentIndex().row(), self.verticalScrollBar().value()
        self._facets.show(facets, looks, asked)
        self.verticalScrollBar().setValue(place)
        if 0 <= row < self._facets.rowCount() and self.hasFocus():
            self.setCurrentIndex(self._facets.index(row))
        self.setAccessibleName(tr("What was found, by codes, instruments, coders and years"))

    def rows(self) -> list[str]:
        """List what is shown, headings and values."""
        return [join_words((str(self._facets.index(row).data()),)) for row in range(self._facets.rowCount())]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._excluding = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._excluding = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        super().keyPressEvent(event)

    def keyboardSearch(self, _search: str) -> None:
        """Letters mean nothing here."""

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        index, count = super().moveCursor(action, modifiers), self._facets.rowCount()
        by = -1 if action in (_Cursor.MoveUp, _Cursor.MovePrevious, _Cursor.MovePageUp) else 1
        row = index.row()
        while 0 <= row < count and self._facets.is_heading(row):
            row += by
        return self._facets.index(row if 0 <= row < count else self.currentIndex().row())

    def _choose(self, index: QModelIndex) -> None:
        row = index.data(RECORD)
        if isinstance(row, Value):
            self.narrowed.emit(row.field, row.name, self._excluding)
        elif isinstance(row, More):
            self._facets.show_whole(row.field)
            self.setCurrentIndex(self._facets.index(index.row()))
