"""Paints what a search found: groups by title, hits as the words found, tinted, over where they are, whose, and their codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QTextCharFormat, QTextLayout, QTextLine, QTextOption
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from db.records import Code
from db.search.searcher import Hit
from desktop.models.articles import RECORD
from desktop.models.results import Group, ResultsModel, kind_words
from desktop.panels.painting import draw_elided, paint_ground, smaller
from desktop.panels.parts import TokenView
from desktop.reader.positions import Positions

ROW, GROUP_ROW = 56, 36
_PAD = 16
_CHIP = 168  # pixels a chip may take, more where there is room
_LEAST = 48  # for less than this a chip is counted and not drawn
_ELLIPSIS, _BETWEEN = "…", " · "
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class HitDelegate(QStyledItemDelegate):
    """Rows of two heights: a group's title, and 56 px for a hit."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        model = index.model()
        return QSize(200, GROUP_ROW if isinstance(model, ResultsModel) and model.is_heading(index.row()) else ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        view, model, row = option.widget, index.model(), index.data(RECORD)
        if not isinstance(view, TokenView) or not isinstance(model, ResultsModel):
            return
        painter.save()
        painter.setFont(view.font())
        box: QRect = option.rect
        if isinstance(row, Group):
            self._paint_group(painter, view, box, row)
        else:
            paint_ground(painter, view, box, option.state)
        if isinstance(row, Hit):
            self._paint_hit(painter, view, model, box, row)
        painter.restore()

    def _paint_group(self, painter: QPainter, view: TokenView, box: QRect, group: Group) -> None:
        count = "" if group.more else f"{group.count:,}"  # others of it may follow
        painter.setFont(smaller(painter))
        painter.setPen(view.colour("muted"))
        inside = box.adjusted(_PAD, 8, -_PAD, 0)
        painter.drawText(inside, _RIGHT, count)
        inside.setRight(inside.right() - painter.fontMetrics().horizontalAdvance(count) - 12)
        font = QFont(view.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(view.colour("text"))
        draw_elided(painter, inside, group.words)

    def _paint_hit(self, painter: QPainter, view: TokenView, model: ResultsModel, box: QRect, hit: Hit) -> None:
        inside = box.adjusted(_PAD, 0, -_PAD, 0)
        first, second = QRect(inside), QRect(inside)
        first.setRect(inside.left(), box.top() + 8, inside.width(), 21)
        second.setRect(inside.left(), box.top() + 30, inside.width(), 18)
        if model.is_fresh(hit):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(view.colour("accent"))
            painter.drawEllipse(box.left() + 5, first.center().y() - 2, 6, 6)
        painter.setPen(view.colour("text"))
        if hit.kind in ("code", "instrument"):  # whose title heads no group
            draw_elided(painter, first, hit.title)
            painter.setPen(view.colour("muted"))
            self._paint_kind(painter, second, hit)
            draw_words(painter, view, second, hit)
            return
        draw_words(painter, view, first, hit)
        painter.setPen(view.colour("muted"))
        self._paint_kind(painter, second, hit)
        chips = model.known.chips(hit)
        room = second.width() if not chips else max(second.width() // 2, second.width() - _CHIP * len(chips))
        second.setLeft(self._paint_place(painter, QRect(second.left(), second.top(), room, second.height()), model, hit))
        self._paint_chips(painter, view, second, [(code, model.known.label(code)) for code in chips])

    @staticmethod
    def _paint_place(painter: QPainter, box: QRect, model: ResultsModel, hit: Hit) -> int:
        """Write where a hit is, when and whose, the title elided before all else; gives where there is room again."""
        metrics = painter.fontMetrics()
        title, rest = model.second_line(hit)
        rest = f"{_BETWEEN}{rest}" if title and rest else rest
        title = metrics.elidedText(title, Qt.TextElideMode.ElideRight, box.width() - metrics.horizontalAdvance(rest) - 2)
        box.setWidth(min(box.width(), metrics.horizontalAdvance(title + rest) + 2))
        draw_elided(painter, box, title + rest)
        return box.right() + 12 if title or rest else box.left()

    @staticmethod
    def _paint_kind(painter: QPainter, line: QRect, hit: Hit) -> None:
        """Write at the right of a line what kind of record it is; the line ends before it."""
        painter.setFont(smaller(painter))
        said = kind_words(hit.kind, several=False)
        painter.drawText(line, _RIGHT, said)
        line.setRight(line.right() - painter.fontMetrics().horizontalAdvance(said) - 16)

    @staticmethod
    def _paint_chips(painter: QPainter, view: TokenView, line: QRect, codes: list[tuple[Code, str]]) -> None:
        """Draw codes beside each other, each with the bar of its branch; those that have no room are counted."""
        metrics, left = painter.fontMetrics(), line.left()
        most = max(_CHIP, line.width() // max(1, len(codes)) - 12)
        for at, (code, label) in enumerate(codes):
            rest = f"+{len(codes) - at - 1}" if at + 1 < len(codes) else ""
            room = line.right() - left - (metrics.horizontalAdvance(rest) + 8 if rest else 0)
            width = min(metrics.horizontalAdvance(label) + 10, most, room)
            if room < _LEAST and width < metrics.horizontalAdvance(label) + 10:
                painter.setPen(view.colour("muted"))
                draw_elided(painter, QRect(left, line.top(), line.right() - left, line.height()), f"+{len(codes) - at}")
                return
            bar = QColor(code.colour) if code.colour else view.colour(code.branch or "none")
            painter.fillRect(QRect(left, line.top() + 3, 3, line.height() - 6), bar)
            painter.setPen(view.colour("text"))
            draw_elided(painter, QRect(left + 8, line.top(), width - 8, line.height()), label)
            left += width + 12


def draw_words(painter: QPainter, view: TokenView, box: QRect, hit: Hit) -> None:
    """Draw the words found of a hit on one line, its marks tinted; begun later where the first mark would be out of sight."""
    text, marks = hit.snippet.replace("\n", " "), list(hit.marks)
    layout, places = _line(text, painter.font()), Positions(text)
    line = layout.lineAt(0)
    if marks and _x(line, places.to_qt(marks[0][1])) > box.width() - 24:
        start = places.from_qt(line.xToCursor(max(0.0, _x(line, places.to_qt(marks[0][0])) - box.width() / 4)))
        text = _ELLIPSIS + text[start:]
        marks = [(max(1, first - start + 1), last - start + 1) for first, last in marks if last > start]
        layout, places = _line(text, painter.font()), Positions(text)
        line = layout.lineAt(0)
    if line.naturalTextWidth() > box.width():
        room = box.width() - QFontMetrics(painter.font()).horizontalAdvance(_ELLIPSIS)
        cut = places.from_qt(line.xToCursor(room, line.CursorPosition.CursorBetweenCharacters))
        while cut > 0 and _x(line, places.to_qt(cut)) > room:
            cut -= 1
        text = text[:cut] + _ELLIPSIS
        marks = [(first, min(last, cut)) for first, last in marks if first < cut]
        places = Positions(text)
    looks = [_tinted(places.to_qt(start), places.to_qt(end), view) for start, end in marks]
    layout = _line(text, painter.font(), looks)
    height = layout.lineAt(0).height()
    layout.draw(painter, QPointF(box.left(), box.top() + (box.height() - height) / 2))


def _line(text: str, font: QFont, looks: Sequence[QTextLayout.FormatRange] = ()) -> QTextLayout:
    """Lay a text out on one line, however long."""
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    layout.setTextOption(option)
    layout.setFormats(list(looks))
    layout.beginLayout()
    layout.createLine().setLineWidth(1e6)
    layout.endLayout()
    return layout


def _x(line: QTextLine, place: int) -> float:
    """Give where a place of a line is, in pixels from its left."""
    found: Any = line.cursorToX(place)
    return float(found[0] if isinstance(found, tuple) else found)


def _tinted(start: int, end: int, view: TokenView) -> QTextLayout.FormatRange:
    """Tint what stands between two places as Qt counts them."""
    look = QTextCharFormat()
    look.setBackground(view.colour("search_hit"))
    look.setForeground(view.colour("text"))
    made = QTextLayout.FormatRange()
    made.format = look
    made.start, made.length = start, end - start
    return made
