"""How places of annotations are drawn: rows with a sign for what became of each, and passages among the words around them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QSizePolicy, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from db.review import Placed
from desktop.models.articles import RECORD
from desktop.models.review import SECOND, SIGNS, Passage
from desktop.panels.difference_view import formats
from desktop.panels.painting import draw_elided, paint_ground, smaller
from desktop.panels.parts import TokenView

ROW = 48
_SIGN, _EDGE = 36, 12
_SPREAD = 1.35
_COLOURS = {"review": "error", "gone": "error", "aligned": "accent", "moved": "accent"}


class RowList(TokenView):
    """Rows worked by J and K; every other key with a meaning is the page's."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_J, Qt.Key.Key_K) and not event.modifiers():
            self.step(1 if event.key() == Qt.Key.Key_J else -1)
        elif event.text().strip() or event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def step(self, by: int) -> None:
        """Go so many rows on."""
        model = self.model()
        if model is not None and model.rowCount():
            row = min(max(self.currentIndex().row() + by, 0), model.rowCount() - 1)
            self.setCurrentIndex(model.index(row, 0))


class PlaceDelegate(QStyledItemDelegate):
    """The quote, and under it how its place was found; the sign stands before both."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(160, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        view, placed = option.widget, index.data(RECORD)
        if not isinstance(view, TokenView) or not isinstance(placed, Placed):
            return
        painter.save()
        box: QRect = option.rect
        paint_ground(painter, view, box, option.state)
        font = painter.font()
        bold = QFont(font)
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(view.colour(_COLOURS.get(placed.status, "muted")))
        painter.drawText(QRect(box.left(), box.top(), _SIGN, box.height()), Qt.AlignmentFlag.AlignCenter, SIGNS[placed.status])
        inside = box.adjusted(_SIGN, 5, -_EDGE, -5)
        first = QRect(inside.left(), inside.top(), inside.width(), inside.height() // 2)
        painter.setFont(font)
        painter.setPen(view.colour("text"))
        draw_elided(painter, first, placed.made.exact.replace("\n", " ")[:300])
        painter.setFont(smaller(painter))
        painter.setPen(view.colour("muted"))
        draw_elided(painter, first.translated(0, first.height()), str(index.data(SECOND)))
        painter.restore()


def laid_out(
    passage: Passage, font: QFont, width: int, lines: int, colours: Callable[[str], QColor], tint: str = "selection"
) -> tuple[QTextLayout, float]:  # fmt: skip
    """Lay out a passage among the words around it in at most some lines; gives the height too."""
    faint, marked = QTextCharFormat(), QTextCharFormat()
    faint.setForeground(colours("muted"))
    marked.setBackground(colours(tint))
    marked.setForeground(colours("text"))
    layout = QTextLayout(passage.text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.setFormats(formats([(passage.before, faint), (passage.words, marked), (passage.after, faint)]))
    y = 0.0
    layout.beginLayout()
    while layout.lineCount() < lines and (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, y))
        y += line.height() * _SPREAD
    layout.endLayout()
    return layout, y


class PassageText(QWidget):
    """A passage among the words around it, or a sentence in its place; as high as it needs up to some lines."""

    def __init__(self, lines: int = 4, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._passage = Passage("", "", "")
        self._most = lines
        self._height = 0.0
        self._layout = QTextLayout()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_passage(self, passage: Passage) -> None:
        """Show a passage; one without words of its own is a sentence."""
        self._passage = passage
        self.setAccessibleName(passage.text)
        self._lay_out()

    @property
    def passage(self) -> Passage:
        """What is shown."""
        return self._passage

    def colour(self, name: str) -> QColor:
        """Give the colour of a token, as the palette has it."""
        roles = {"muted": QPalette.ColorRole.PlaceholderText, "selection": QPalette.ColorRole.Highlight}
        return self.palette().color(roles.get(name, QPalette.ColorRole.Text))

    def _lay_out(self) -> None:
        before = self._height
        self._layout, self._height = laid_out(self._passage, self.font(), max(self.width(), 40), self._most, self.colour)
        if round(before) != round(self._height):
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, max(round(self._height), self.fontMetrics().height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def paintEvent(self, _event: QPaintEvent) -> None:
        self._layout, self._height = laid_out(self._passage, self.font(), max(self.width(), 40), self._most, self.colour)
        painter = QPainter(self)
        self._layout.draw(painter, QPointF(0, 0))
        painter.end()
