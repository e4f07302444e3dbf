"""Paints rows of codes and instruments: bar, number, name, which version it is of or whether it is chosen, and its letters."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from desktop.models.articles import RECORD
from desktop.models.offers import Offer, OffersModel, shown_name
from desktop.panels.painting import draw_elided, paint_ground, smaller
from desktop.panels.parts import TokenView, join_words

ROW = 28
_LETTERS = 26  # pixels for a code's letters


class OfferDelegate(QStyledItemDelegate):
    """One line a row."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        view, offer, model = option.widget, index.data(RECORD), index.model()
        if not isinstance(view, TokenView) or not isinstance(offer, Offer) or not isinstance(model, OffersModel):
            return
        painter.save()
        box: QRect = option.rect
        paint_ground(painter, view, box, option.state)
        if offer.branch:
            colour = QColor(offer.colour) if offer.colour else view.colour(offer.branch)
            painter.fillRect(QRect(box.left(), box.top() + 6, 3, ROW - 12), colour)
        inside = self.paint_letters(painter, view, box.adjusted(12, 0, -10, 0), offer.letters)
        doubt = "?" if offer.unsure else ""
        aside = "✓" if offer.id in model.chosen else join_words((doubt, offer.aside), "  ")
        painter.setPen(view.colour("muted"))
        font = painter.font()
        painter.setFont(smaller(painter))
        painter.drawText(inside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, aside)
        inside.setRight(inside.right() - painter.fontMetrics().horizontalAdvance(aside) - 8)
        painter.setFont(font)
        if offer.id and offer.number:
            draw_elided(painter, inside, offer.number)
            inside.setLeft(inside.left() + painter.fontMetrics().horizontalAdvance(offer.number) + 8)
        painter.setPen(view.colour("text"))
        draw_elided(painter, inside, offer.name if offer.id else shown_name(offer))
        painter.restore()

    def paint_letters(self, painter: QPainter, view: TokenView, room: QRect, letters: str) -> QRect:
        """Draw a code's letters quietly at the right; gives the room left over."""
        if not letters:
            return room
        font = painter.font()
        painter.setFont(smaller(painter))
        painter.setPen(view.colour("muted"))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, letters)
        painter.setFont(font)
        return room.adjusted(0, 0, -_LETTERS, 0)
