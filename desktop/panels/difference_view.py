"""Two texts as one column of paragraphs: what came is underlined, what went is struck out, with a sign beside each."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QResizeEvent, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.models.articles import RECORD
from desktop.models.review import DifferencesModel, Fold, Line, Piece, Row, fold_words, kind_words
from desktop.panels.painting import smaller
from desktop.panels.parts import TokenView
from desktop.reader.positions import Positions
from desktop.words import tr

_GUTTER, _EDGE, _GAP = 40, 16, 6  # logical pixels
_FOLD = 30
_TINT = 0.14
_AT_A_TIME = 40  # rows laid out between two events
_SPREAD = 1.5  # line height
_TRIES = 200


def units(text: str) -> int:
    """Count the places of a text as Qt does."""
    return Positions(text).to_qt(len(text))


def formats(pieces: list[tuple[str, QTextCharFormat]]) -> list[QTextLayout.FormatRange]:
    """Give the looks of stretches that follow each other."""
    places, found, at = Positions("".join(text for text, _look in pieces)), [], 0
    for text, look in pieces:
        made = QTextLayout.FormatRange()
        made.format, made.start = look, places.to_qt(at)
        at += len(text)
        made.length = places.to_qt(at) - made.start
        found.append(made)
    return found


class DifferenceDelegate(QStyledItemDelegate):
    """Rows as high as their words; heights are kept until width, font or rows change."""

    def __init__(self, view: DifferenceView) -> None:
        super().__init__(view)
        self._view = view
        self._heights: dict[tuple[Row, int], int] = {}

    def forget(self) -> None:
        """Measure again."""
        self._heights.clear()

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        row, width = index.data(RECORD), self._view.viewport().width()
        if isinstance(row, Fold):
            return QSize(200, _FOLD)
        if not isinstance(row, Line):
            return QSize(200, 0)
        key = row, width
        if key not in self._heights:
            _layout, height = self._laid_out(row, width)
            self._heights[key] = round(height) + 2 * _GAP + (self._pitch() if row.kind == "moved" else 0)
        return QSize(200, self._heights[key])

    def _pitch(self) -> int:
        return round(self._view.fontMetrics().height() * _SPREAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        row, view, box = index.data(RECORD), self._view, QRect(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, view.colour("hover"))
        if option.state & QStyle.StateFlag.State_Selected:
            if view.hasFocus():
                painter.fillRect(box, view.colour("hover"))
            painter.fillRect(QRect(box.left(), box.top(), 2, box.height()), view.colour("accent"))
        if isinstance(row, Fold):
            painter.setFont(smaller(painter))
            painter.setPen(view.colour("muted"))
            left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box.adjusted(_GUTTER, 0, -_EDGE, 0), left, fold_words(row))
        elif isinstance(row, Line):
            self._paint_line(painter, box, row)
        painter.restore()

    def _paint_line(self, painter: QPainter, box: QRect, line: Line) -> None:
        view, pitch = self._view, self._pitch()
        top = box.top() + _GAP
        font = QFont(view.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(self._ink(line.kind))
        painter.drawText(QRect(box.left(), top, _GUTTER, pitch), Qt.AlignmentFlag.AlignCenter, line.sign)
        if line.kind == "moved":
            painter.setFont(smaller(painter))
            words = QRect(box.left() + _GUTTER, top, box.width() - _GUTTER - _EDGE, pitch)
            painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, kind_words(line))
            top += pitch
        layout, _height = self._laid_out(line, box.width())
        painter.setPen(view.colour("muted" if line.kind == "equal" else "text"))
        layout.draw(painter, QPointF(box.left() + _GUTTER, top))

    def _ink(self, kind: str) -> QColor:
        return self._view.colour({"removed": "error", "added": "accent"}.get(kind, "muted"))

    def _laid_out(self, line: Line, width: int) -> tuple[QTextLayout, float]:
        """Lay out a paragraph; gives its height too."""
        pieces = self._view.model_shown.pieces(line)
        layout = QTextLayout("".join(text.replace("\n", "\u2028") for text, _how in pieces), self._view.font())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setFormats(formats([(text, self._look(piece)) for piece in pieces for text in (piece[0],)]))
        pitch, y = self._pitch(), 0.0
        layout.beginLayout()
        while (made := layout.createLine()).isValid():
            made.setLineWidth(max(60, width - _GUTTER - _EDGE))
            made.setPosition(QPointF(0, y + (pitch - made.height()) / 2))
            y += pitch
        layout.endLayout()
        return layout, y

    def _look(self, piece: Piece) -> QTextCharFormat:
        look, how = QTextCharFormat(), piece[1]
        if how in ("removed", "added"):
            ink = self._ink(how)
            tint = QColor(ink)
            tint.setAlphaF(_TINT)
            look.setBackground(tint)
            look.setForeground(ink)
            look.setFontStrikeOut(how == "removed")
            look.setFontUnderline(how == "added")
        elif how in ("moved", "faint"):
            look.setForeground(self._view.colour("muted"))
        return look


class DifferenceView(TokenView):
    """The differences of two texts; a fold opens by a click or Enter, N and P go from change to change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model_shown = DifferencesModel(self)
        self._looks = DifferenceDelegate(self)
        self._wanted = -1
        self._tries = 0
        self._finding = QTimer(self)
        self._finding.setInterval(10)
        self._finding.timeout.connect(self._go_on)
        self.setModel(self.model_shown)
        self.setItemDelegate(self._looks)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(_AT_A_TIME)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.chosen.connect(self._choose)
        self.model_shown.modelReset.connect(self._reset)
        self._name()

    def reveal(self, point: int, *, new: bool) -> None:
        """Go to the paragraph at a code point of the new or the old text, out of its fold."""
        row = self.model_shown.show_point(point, new=new)
        if row >= 0:
            self._go(row)

    def reveal_change(self, by: int = 1) -> None:
        """Go to the next change, or the one before (-1)."""
        row = self.currentIndex().row()
        self._go(self.model_shown.next_change(row, by))

    def _go(self, row: int) -> None:
        index = self.model_shown.index(row)
        if index.isValid():
            self.setCurrentIndex(index)
            self._wanted, self._tries = row, 0
            self._finding.start()
            self._go_on()

    def _go_on(self) -> None:
        """Scroll as soon as the row is laid out; rows are, some at a time."""
        index = self.model_shown.index(self._wanted)
        self._tries += 1
        if self.visualRect(index).isValid() and self._tries > 1:
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
            self._finding.stop()
        elif self._tries > _TRIES or not index.isValid():
            self._finding.stop()

    def _reset(self) -> None:
        self._finding.stop()
        self._looks.forget()

    def _choose(self, index: QModelIndex) -> None:
        if isinstance(index.data(RECORD), Fold):
            row = index.row()
            self.model_shown.unfold(row)
            self.setCurrentIndex(self.model_shown.index(row))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_N, Qt.Key.Key_P):
            self.reveal_change(1 if event.key() == Qt.Key.Key_N else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(index.data(RECORD), Fold):
            self._choose(index)
        elif event.text().strip() or event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            event.ignore()  # the page's
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.oldSize().width() != event.size().width():
            self._looks.forget()
            self.scheduleDelayedItemsLayout()  # which Qt leaves out where only the width is another
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._looks.forget()
            self.scheduleDelayedItemsLayout()
        elif event.type() == QEvent.Type.LanguageChange:
            self._name()
            self.viewport().update()

    def _name(self) -> None:
        self.setAccessibleName(tr("Differences between the texts"))
