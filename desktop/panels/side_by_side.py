"""Two texts beside each other, paragraph by paragraph: what differs is marked, what is alike is only counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QResizeEvent, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from db.differences import differences
from db.records import Progress
from desktop.models.articles import RECORD
from desktop.panels.painting import smaller
from desktop.panels.parts import TokenView
from desktop.reader.positions import Positions
from desktop.words import tr

Index = QModelIndex | QPersistentModelIndex
Spans = tuple[tuple[int, int], ...]
_NOWHERE = QModelIndex()
_ALIKE_ROW, _PAD, _GAP, _BETWEEN = 28, 12, 24, 8  # logical pixels
_NARROW = 340  # a row has no room for two columns
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
        blank = each.kind != "moved" and _without_spaces(old[start:end]) == _without_spaces(new[new_start:new_end])
        if each.kind == "equal" or blank:
            count = old.count("\n", start, end) + 1 if old[start:end].strip() else 0
            if rows and rows[-1].alike:
                rows[-1] = Pair(alike=rows[-1].alike + count)
            elif count:
                rows.append(Pair(alike=count))
            continue
        left = old[start : min(end, start + _LONGEST)] if not (each.kind == "moved" and not each.first) else ""
        right = new[new_start : min(new_end, new_start + _LONGEST)] if not (each.kind == "moved" and each.first) else ""
        if each.parts:
            lefts = _spans(left, ((a - start, b - start) for a, b, _c, _d in each.parts))
            rights = _spans(right, ((c - new_start, d - new_start) for _a, _b, c, d in each.parts))
        else:
            lefts, rights = ((0, len(left)),) if left else (), ((0, len(right)),) if right else ()
        rows.append(Pair(left, right, lefts, rights))
    return rows[:_MOST]


def _without_spaces(text: str) -> str:
    return "".join(text.split())


def _spans(text: str, parts: Iterable[tuple[int, int]]) -> Spans:
    """Give the spans of what differs that lie in a text, without white space at their ends: that is no difference to see."""
    found = []
    for start, end in parts:
        words = text[start:end]
        if words.strip() and end <= len(text):
            found.append((start + len(words) - len(words.lstrip()), start + len(words.rstrip())))
    return tuple(found)


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
            heights = [_height(layout) for layout in columns]
            self._heights[key] = (sum(heights) + _BETWEEN if _stacked(width) else max(heights)) + 16
        return QSize(200, self._heights[key])

    def _laid_out(self, text: str, parts: Spans, width: int, option: QStyleOptionViewItem) -> QTextLayout:
        layout = QTextLayout(text, option.font)
        wrap = QTextOption()
        wrap.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(wrap)
        mark = QTextCharFormat()
        mark.setBackground(self._view.colour("search_hit"))
        formats, places = [], Positions(text)
        for start, end in parts:
            found = QTextLayout.FormatRange()
            found.start = places.to_qt(start)
            found.length = places.to_qt(end) - found.start
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
            self._draw_both(painter, option, pair)
        painter.restore()

    def _draw_both(self, painter: QPainter, option: QStyleOptionViewItem, pair: Pair) -> None:
        """Draw the two texts of a row beside each other, or where that leaves too little room one below the other."""
        box, top = option.rect, option.rect.top() + 8
        for place, (text, parts) in enumerate(((pair.old, pair.old_parts), (pair.new, pair.new_parts))):
            column = _column(box.width(), place)
            layout = self._laid_out(text, parts, column.width(), option)
            layout.draw(painter, QPointF(box.left() + column.left(), top))
            if place == 0 and _stacked(box.width()):
                top += _height(layout) + _BETWEEN


def _stacked(width: int) -> bool:
    return width < _NARROW


def _height(layout: QTextLayout) -> int:
    return int(layout.boundingRect().height())


def _column(width: int, place: int) -> QRect:
    """Give the left (0) or right (1) column within a row of a width; the second is set in where it stands below the first."""
    if _stacked(width):
        return QRect(_PAD + place * _GAP, 0, width - 2 * _PAD - _GAP, 0)
    half = (width - 2 * _PAD - _GAP) // 2
    return QRect(_PAD + place * (half + _GAP), 0, half, 0)


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

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.oldSize().width() != event.size().width():
            self._row.forget()
            self.scheduleDelayedItemsLayout()  # which Qt leaves out where only the width is another, as beside a new scroll bar
        super().resizeEvent(event)
