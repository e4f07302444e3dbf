"""How quotations of a manuscript are drawn and stepped through: the sign, the words with what differs, where they are from."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from db.sharing.quotes import Checked
from desktop.models.articles import RECORD
from desktop.models.quotes import SIGNS, Piece, QuotesModel, outcome_words, pieces
from desktop.panels.difference_view import formats
from desktop.panels.painting import draw_elided, smaller
from desktop.panels.parts import TokenView, join_words
from desktop.words import tr

_PAD, _GUTTER, _GAP, _LINE = 16, 44, 8, 20  # logical pixels
_SPREAD, _TINT = 1.5, 0.14
_LONGEST = 4_000  # code points of a quotation that are drawn
_BLANKS = dict.fromkeys(map(ord, "\n\r\t\x0b\x0c\x85\u2028\u2029"), " ")


class QuoteDelegate(QStyledItemDelegate):
    """The sign, the quotation with what differs, its place in the manuscript, and what it is cited as or may be from."""

    def __init__(self, view: QuoteList) -> None:
        super().__init__(view)
        self._view = view
        self._heights: dict[tuple[Checked, int], float] = {}

    def forget(self) -> None:
        """Measure again."""
        self._heights.clear()

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        checked, width = index.data(RECORD), self._view.viewport().width()
        if not isinstance(checked, Checked):
            return QSize(200, 0)
        if (checked, width) not in self._heights:
            self._heights[checked, width] = self._laid_out(checked, width)[1]
        lines = 1 + max(1, len(checked.candidates))
        return QSize(200, round(self._heights[checked, width]) + lines * _LINE + 2 * _GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        view, checked, box = self._view, index.data(RECORD), QRect(option.rect)
        if not isinstance(checked, Checked):
            return
        painter.save()
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.fillRect(box, view.colour("hover"))  # not the ground of a selection: what differs must be read on it
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(QRect(box.left(), box.top(), 2, box.height()), view.colour("accent"))
        ink = view.colour({"differs": "error", "verbatim": "accent"}.get(checked.status, "muted"))
        top, left, width = box.top() + _GAP, box.left() + _GUTTER, box.width() - _GUTTER - _PAD
        painter.setPen(ink)
        painter.drawText(QRect(box.left(), top, _GUTTER, _LINE), Qt.AlignmentFlag.AlignCenter, SIGNS[checked.status])
        painter.setFont(smaller(painter))
        words = outcome_words(checked)
        told = painter.fontMetrics().horizontalAdvance(checked.place) + 12
        room = min(painter.fontMetrics().horizontalAdvance(words) + 2 * _GAP, max(_GAP, width - told))
        draw_elided(painter, QRect(left, top, room - _GAP // 2, _LINE), words)
        painter.setPen(view.colour("muted"))
        draw_elided(painter, QRect(left + room, top, width - room, _LINE), checked.place)
        layout, height = self._laid_out(checked, view.viewport().width())
        painter.setPen(view.colour("text"))
        layout.draw(painter, QPointF(left, top + _LINE))
        painter.setPen(view.colour("muted"))
        for number, line in enumerate(_below(checked)):
            draw_elided(painter, QRect(left, round(top + _LINE + height) + number * _LINE, width, _LINE), line)
        painter.setPen(view.colour("hairline"))
        painter.drawLine(box.left() + _PAD, box.bottom(), box.right() - _PAD, box.bottom())
        painter.restore()

    def _laid_out(self, checked: Checked, width: int) -> tuple[QTextLayout, float]:
        """Lay out the words of a quotation; gives their height too."""
        shown: list[tuple[str, QTextCharFormat]] = []
        room = _LONGEST
        for piece in pieces(checked):
            if room > 0:
                shown.append((piece.text[:room].translate(_BLANKS), self._look(piece)))
                room -= len(piece.text)
        layout = QTextLayout("".join(text for text, _look in shown), self._view.font())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setFormats(formats(shown))
        pitch, y = round(self._view.fontMetrics().height() * _SPREAD), 0.0
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(60, width - _GUTTER - _PAD))
            line.setPosition(QPointF(0, y + (pitch - line.height()) / 2))
            y += pitch
        layout.endLayout()
        return layout, y

    def _look(self, piece: Piece) -> QTextCharFormat:
        look = QTextCharFormat()
        if piece.kind != "same":
            ink = self._view.colour("error" if piece.kind == "manuscript" else "accent")
            tint = QColor(ink)
            tint.setAlphaF(_TINT)
            look.setForeground(ink)
            look.setBackground(tint)
            look.setFontStrikeOut(piece.kind == "manuscript")
            look.setFontUnderline(piece.kind == "article")
        return look


def _below(checked: Checked) -> list[str]:
    """Say where a quotation is from, or may be."""
    if checked.found is not None:
        return [join_words((checked.citation, checked.found.title))]
    if not checked.candidates:
        return [tr("Nothing in the library is like it.")]
    return [f"{number}  " + join_words((cited, found.title)) for number, (found, cited) in enumerate(checked.candidates, 1)]


class QuoteList(TokenView):
    """J, K and arrows step, Enter and a double click open the place, a number one of several, Ctrl+C copies the citation."""

    opened = Signal(int)  # which of several places, from 0
    copied = Signal()

    def __init__(self, model: QuotesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._looks = QuoteDelegate(self)
        self.setModel(model)
        self.setItemDelegate(self._looks)
        self.setLayoutMode(self.LayoutMode.Batched)
        self.setBatchSize(40)
        self.setResizeMode(self.ResizeMode.Adjust)
        self.clicked.disconnect(self.chosen)
        self.doubleClicked.connect(self._open)
        model.modelReset.connect(self._looks.forget)

    def _open(self, _index: QModelIndex) -> None:
        self.opened.emit(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, plain = event.key(), not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit()
        elif plain and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(0)
        elif plain and Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            self.opened.emit(key - Qt.Key.Key_1)
        elif plain and key in (Qt.Key.Key_J, Qt.Key.Key_K):
            row = self.currentIndex().row() + (1 if key == Qt.Key.Key_J else -1)
            if 0 <= row < self.model().rowCount():
                self.setCurrentIndex(self.model().index(row, 0))
        elif key == Qt.Key.Key_Escape or event.text().strip():
            event.ignore()  # the page's
            return
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def measure(self) -> None:
        """Measure every row again, as when width or font are others."""
        self._looks.forget()
        self.scheduleDelayedItemsLayout()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.measure()
