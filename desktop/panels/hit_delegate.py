"""Paints what a search found: groups by title, hits as two lines with the words that were found tinted."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from db.search.searcher import Hit
from desktop.models.articles import RECORD
from desktop.models.results import Group, kind_words
from desktop.panels.painting import draw_elided, paint_ground, smaller
from desktop.panels.parts import TokenView

ROW, GROUP_ROW = 56, 36
_LINES, _ASIDE = 2, 72


class HitDelegate(QStyledItemDelegate):
    """Rows of two heights: a group's title, and 56 px for a hit."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, GROUP_ROW if isinstance(index.data(RECORD), Group) else ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        view, row = option.widget, index.data(RECORD)
        if not isinstance(view, TokenView):
            return
        painter.save()
        box: QRect = option.rect
        if isinstance(row, Group):
            self._paint_group(painter, view, box, row)
        elif isinstance(row, Hit):
            paint_ground(painter, view, box, option.state)
            self._paint_hit(painter, view, box, row)
        painter.restore()

    def _paint_group(self, painter: QPainter, view: TokenView, box: QRect, group: Group) -> None:
        font = QFont(view.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(view.colour("text"))
        draw_elided(painter, box.adjusted(16, 8, -_ASIDE, 0), group.title)
        painter.setFont(smaller(painter))
        painter.setPen(view.colour("muted"))
        painter.drawText(
            box.adjusted(0, 8, -16, 0), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(group.count)
        )

    def _paint_hit(self, painter: QPainter, view: TokenView, box: QRect, hit: Hit) -> None:
        inside = box.adjusted(16, 8, -_ASIDE, -8)
        font = painter.font()
        painter.setFont(smaller(painter))
        painter.setPen(view.colour("muted"))
        aside = box.adjusted(0, 8, -16, -8)
        painter.drawText(aside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, kind_words(hit.kind, several=False))
        painter.setFont(font)
        painter.setPen(view.colour("text"))
        pitch = inside.height() // _LINES
        named = hit.kind in ("code", "instrument")  # whose title heads no group
        if named:
            draw_elided(painter, QRect(inside.left(), inside.top(), inside.width(), pitch), hit.title)
            painter.setPen(view.colour("muted"))
            inside.setTop(inside.top() + pitch)
        lines = 1 if named else _LINES
        layout = laid_out(hit, view, inside.width(), lines)
        for number in range(layout.lineCount()):
            layout.lineAt(number).setPosition(QPointF(0, number * pitch))
        layout.draw(painter, QPointF(inside.topLeft()))
        last = layout.lineAt(layout.lineCount() - 1) if layout.lineCount() else None
        if last is not None and last.textStart() + last.textLength() < _units(hit.snippet):
            painter.drawText(QPointF(inside.left() + last.naturalTextWidth(), inside.top() + last.y() + last.ascent()), "…")


def laid_out(hit: Hit, view: TokenView, width: int, lines: int) -> QTextLayout:
    """Lay out the snippet of a hit in some lines of a width in pixels, its marks tinted; a last line leaves room for …"""
    text = hit.snippet
    layout = QTextLayout(text, view.font())
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.setFormats([_tinted(text, start, end, view) for start, end in hit.marks])
    layout.beginLayout()
    while layout.lineCount() < lines and (line := layout.createLine()).isValid():
        line.setLineWidth(width if layout.lineCount() < lines else width - view.fontMetrics().horizontalAdvance("…"))
    layout.endLayout()
    return layout


def _tinted(text: str, start: int, end: int, view: TokenView) -> QTextLayout.FormatRange:
    look = QTextCharFormat()
    look.setBackground(view.colour("search_hit"))
    look.setFontWeight(QFont.Weight.DemiBold)
    made = QTextLayout.FormatRange()
    made.format = look
    made.start = _units(text[:start])
    made.length = _units(text[start:end])
    return made


def _units(text: str) -> int:
    """Count the UTF-16 units of a text, as Qt does."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
