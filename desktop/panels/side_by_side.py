"""Two texts beside each other, paragraph by paragraph: what differs is marked, what is alike is only counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from db.differences import differences
from db.records import Progress
from desktop.models.articles import RECORD
from desktop.panels.painting import smaller
from desktop.panels.parts import TokenView
from desktop.words import tr

Index = QModelIndex | QPersistentModelIndex
Spans = tuple[tuple[int, int], ...]
_NOWHERE = QModelIndex()
_ALIKE_ROW, _PAD, _GAP = 28, 12, 24
_LONGEST = 6_000  # code points shown of a paragraph
_MOST = 1_000  # rows


@dataclass(frozen=True, slots=True)
class Pair:
    """One row: a paragraph of either text with the spans that differ; or how many paragraphs are alike."""

    old: str = ""
    new: str = ""
    old_parts: Spans = ()
    new_parts: Spans = ()
    alike: int = 0


def compared(old: str, new: str, progress: Progress) -> list[Pair]:
    """Compare two texts; pure, for a thread of its own."""
    rows: list[Pair] = []
    for each in differences(old, new, progress):
        (start, end), (new_start, new_end) = each.old, each.new
        if each.kind == "equal":
            rows.append(Pair(alike=old.count("\n", start, end) + 1))
            continue
        left = old[start : min(end, start + _LONGEST)] if not (each.kind == "moved" and not each.first) else ""
        right = new[new_start : min(new_end, new_start + _LONGEST)] if not (each.kind == "moved" and each.first) else ""
        if each.parts:
            lefts = tuple((a - start, b - start) for a, b, _c, _d in each.parts if a < b and b - start <= len(left))
            rights = tuple((c - new_start, d - new_start) for _a, _b, c, d in each.parts if c < d and d - new_start <= len(right))
        else:
            lefts, rights = ((0, len(left)),) if left else (), ((0, len(right)),) if right else ()
        rows.append(Pair(left, right, lefts, rights))
    return rows[:_MOST]


class PairsModel(QAbstractListModel):
    """The rows of a comparison."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pairs: Sequence[Pair] = ()

    def show_pairs(self, pairs: Sequence[Pair]) -> None:
        """Show another comparison."""
        self.beginResetModel()
        self._pairs = pairs
        self.endResetModel()

    def pair(self, row: int) -> Pair:
        """Give what is on a row."""
        return self._pairs[row]

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._pairs)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid():
            return None
        pair = self._pairs[index.row()]
        if role == RECORD:
            return pair
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        return alike_words(pair.alike) if pair.alike else f"{pair.old or '–'}\n{pair.new or '–'}"


def alike_words(count: int) -> str:
    """Say how many paragraphs are alike."""
    return tr("1 paragraph alike") if count == 1 else tr("{n} paragraphs alike", n=count)


class PairRow(QStyledItemDelegate):
    """Two columns of wrapped text; heights are reckoned once for a width."""

    def __init__(self, view: SideBySide) -> None:
        super().__init__(view)
        self._view = view
        self._heights: dict[tuple[int, int], int] = {}

    def forget(self) -> None:
        """Reckon heights anew: other texts are shown."""
        self._heights.clear()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        pair, width = index.data(RECORD), self._view.viewport().width()
        if not isinstance(pair, Pair) or pair.alike:
            return QSize(200, _ALIKE_ROW)
        key = (index.row(), width)
        if key not in self._heights:
            texts = (pair.old, pair.new)
            columns = [self._laid_out(text, (), _column(width, 0).width(), option) for text in texts]
            self._heights[key] = int(max(layout.boundingRect().height() for layout in columns)) + 16
        return QSize(200, self._heights[key])

    def _laid_out(self, text: str, parts: Spans, width: int, option: QStyleOptionViewItem) -> QTextLayout:
        layout = QTextLayout(text, option.font)
        wrap = QTextOption()
        wrap.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(wrap)
        mark = QTextCharFormat()
        mark.setBackground(self._view.colour("search_hit"))
        formats = []
        for start, end in parts:
            found = QTextLayout.FormatRange()
            # Qt counts in UTF-16.
            found.start, found.length = _units(text[:start]), _units(text[start:end])
            found.format = mark
            formats.append(found)
        layout.setFormats(formats)
        layout.beginLayout()
        height = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(40, width))
            line.setPosition(QPointF(0, height))
            height += line.height() * 1.25
        layout.endLayout()
        return layout

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        pair = index.data(RECORD)
        if not isinstance(pair, Pair):
            return
        painter.save()
        box: QRect = option.rect
        if pair.alike:
            painter.setPen(self._view.colour("hairline"))
            painter.drawLine(box.left() + _PAD, box.center().y(), box.right() - _PAD, box.center().y())
            painter.setFont(smaller(painter))
            words = f"  {alike_words(pair.alike)}  "
            width = painter.fontMetrics().horizontalAdvance(words)
            middle = QRectF(box.center().x() - width / 2, box.top(), width, box.height())
            painter.fillRect(middle, self._view.palette().base())
            painter.setPen(self._view.colour("muted"))
            painter.drawText(middle, Qt.AlignmentFlag.AlignCenter, words)
        else:
            painter.setPen(self._view.colour("text"))
            for place, (text, parts) in enumerate(((pair.old, pair.old_parts), (pair.new, pair.new_parts))):
                column = _column(box.width(), place)
                layout = self._laid_out(text, parts, column.width(), option)
                layout.draw(painter, QPointF(box.left() + column.left(), box.top() + 8))
        painter.restore()


def _column(width: int, place: int) -> QRect:
    """Give the left (0) or right (1) column within a row of a width."""
    half = (width - 2 * _PAD - _GAP) // 2
    return QRect(_PAD + place * (half + _GAP), 0, half, 0)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class SideBySide(TokenView):
    """The comparison of two texts, to be read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pairs = PairsModel(self)
        self._row = PairRow(self)
        self.setModel(self.pairs)
        self.setItemDelegate(self._row)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Adjust)

    def show_pairs(self, pairs: Sequence[Pair]) -> None:
        """Show a comparison from its beginning."""
        self._row.forget()
        self.pairs.show_pairs(pairs)
        self.scrollToTop()
