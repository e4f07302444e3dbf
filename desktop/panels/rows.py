"""How rows of the side panels are drawn: articles, codes and instruments, in the theme's colours and at one height."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import Property, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QFrame, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget

from db.records import Article, Code, Codebook, Instrument
from desktop.models import articles, instruments
from desktop.models.articles import RECORD, Index
from desktop.models.codes import book_title
from desktop.panels.parts import TokenView, tokens_read, tokens_said
from desktop.theme import fitted
from desktop.words import language

Colour = Callable[[str], QColor]
ARTICLE_ROW, CODE_ROW = 48, 28
_PAD = 12
_UNCONFIRMED = "°"


class TokenTree(QTreeView):
    """A tree worked by single keys whose delegate paints with tokens of the theme, which the style hands in."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens: dict[str, QColor] = {}
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(14)
        self.setVerticalScrollMode(QTreeView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)

    def colour(self, name: str) -> QColor:
        """Give a token's colour; before a style is set, the colour of text."""
        return self._tokens.get(name) or self._tokens.get("text") or self.palette().text().color()

    def _give(self) -> str:
        return tokens_said(self._tokens)

    def _take(self, tokens: str) -> None:
        self._tokens = tokens_read(tokens)
        self.viewport().update()

    tokens = Property(str, _give, _take)


def smaller(font: QFont, by: int = 2) -> QFont:
    """Give a font some pixels smaller."""
    made = QFont(font)
    made.setPixelSize(max(9, font.pixelSize() - by) if font.pixelSize() > 0 else 12)
    return made


def _ground(painter: QPainter, option: QStyleOptionViewItem, colour: Colour) -> None:
    """Fill a row that is selected or under the pointer, and mark the focused one with a bar at its edge."""
    state = option.state
    if state & QStyle.StateFlag.State_Selected:
        painter.fillRect(option.rect, colour("selection"))
        if state & QStyle.StateFlag.State_HasFocus and option.rect.left() <= 0:
            painter.fillRect(QRect(option.rect.left(), option.rect.top(), 2, option.rect.height()), colour("accent"))
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(option.rect, colour("hover"))


def _write(
    painter: QPainter, box: QRect, words: str, colour: QColor, *, right: bool = False,
    cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> int:  # fmt: skip
    """Write one elided line; gives its width."""
    font = painter.font()
    painter.setFont(fitted(font, words))
    metrics = painter.fontMetrics()
    shown = metrics.elidedText(words, cut, box.width())
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    painter.setPen(colour)
    painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
    painter.setFont(font)
    return metrics.horizontalAdvance(shown)


def paint_line(
    painter: QPainter, option: QStyleOptionViewItem, colour: Colour, *, lead: str, title: str, tail: str, faint: bool = False
) -> None:  # fmt: skip
    """Draw a line of the command field's list: kind, title, detail at the right."""
    painter.save()
    _ground(painter, option, colour)
    box = option.rect.adjusted(_PAD, 0, -_PAD, 0)
    painter.setFont(smaller(option.font, 1))
    room = min(painter.fontMetrics().horizontalAdvance(tail), box.width() // 2)
    _write(painter, QRect(box.right() - room, box.top(), room + 1, box.height()), tail, colour("muted"), right=True)
    _write(painter, QRect(box.left(), box.top(), 72, box.height()), lead, colour("muted"))
    painter.setFont(option.font)
    words = QRect(box.left() + 80, box.top(), box.width() - 80 - room - 12, box.height())
    _write(painter, words, title, colour("muted" if faint else "text"))
    painter.restore()


def paint_status(painter: QPainter, box: QRectF, status: str, colour: QColor, doing: QColor) -> None:
    """Draw how far one is with an article: ○ to read, ◐ reading, ● coded, ✓ checked, – excluded."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(doing if status in ("coded", "checked", "reading") else colour, 1.5))
    ring = box.adjusted(1, 1, -1, -1)
    if status == "excluded":
        painter.drawLine(QPointF(ring.left() + 1, ring.center().y()), QPointF(ring.right() - 1, ring.center().y()))
    elif status == "checked":
        tick = ((0.0, 0.55), (0.38, 0.9), (1.0, 0.15))
        painter.drawPolyline([QPointF(ring.left() + x * ring.width(), ring.top() + y * ring.height()) for x, y in tick])
    else:
        painter.drawEllipse(ring)
        painter.setBrush(doing)
        if status == "coded":
            painter.drawEllipse(ring)
        elif status == "reading":
            painter.drawPie(ring, 270 * 16, 180 * 16)
    painter.restore()


class _Row(QStyledItemDelegate):
    """A row of fixed height whose view knows the colours."""

    height: ClassVar[int] = ARTICLE_ROW

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(120, self.height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = self.parent()
        if isinstance(view, TokenView | TokenTree):
            painter.save()
            _ground(painter, option, view.colour)
            self.draw(painter, option, index.data(RECORD), view.colour)
            painter.restore()

    def draw(self, painter: QPainter, option: QStyleOptionViewItem, record: object, colour: Colour) -> None:
        """Draw one record."""

    @staticmethod
    def two_lines(
        painter: QPainter, option: QStyleOptionViewItem, box: QRect, lines: tuple[str, str], inks: tuple[QColor, QColor]
    ) -> None:  # fmt: skip
        """Write a title and a smaller second line in the middle of a box."""
        middle = box.center().y()
        painter.setFont(option.font)
        _write(painter, QRect(box.left(), middle - 19, box.width(), 20), lines[0], inks[0])
        painter.setFont(smaller(option.font))
        _write(painter, QRect(box.left(), middle + 1, box.width(), 18), lines[1], inks[1])


class ArticleRow(_Row):
    """Status, title, publisher · date · genre, and one's own passages at the right."""

    def draw(self, painter: QPainter, option: QStyleOptionViewItem, record: object, colour: Colour) -> None:
        if not isinstance(record, Article):
            return
        box = option.rect
        glyph = QRectF(box.left() + _PAD, box.center().y() - 14.5, 11, 11)
        paint_status(painter, glyph, record.status, colour("muted"), colour("accent"))
        painter.setFont(smaller(option.font))
        count = str(record.own) if record.own else ""
        room = painter.fontMetrics().horizontalAdvance(count)
        _write(painter, box.adjusted(0, 0, -_PAD, 0), count, colour("muted"), right=True)
        text = QRect(box.left() + 32, box.top(), box.width() - 32 - _PAD - (room + 8 if room else 0), box.height())
        ink = colour("muted" if record.status == "excluded" else "text")
        self.two_lines(painter, option, text, (record.title, articles.second_line(record)), (ink, colour("muted")))


class InstrumentRow(_Row):
    """Title, kind · date · status, and how often it is linked."""

    def draw(self, painter: QPainter, option: QStyleOptionViewItem, record: object, colour: Colour) -> None:
        if not isinstance(record, Instrument):
            return
        box = option.rect
        painter.setFont(smaller(option.font))
        count = str(record.uses) if record.uses else ""
        room = painter.fontMetrics().horizontalAdvance(count)
        _write(painter, box.adjusted(0, 0, -_PAD, 0), count, colour("muted"), right=True)
        text = QRect(box.left() + _PAD, box.top(), box.width() - 2 * _PAD - (room + 8 if room else 0), box.height())
        lines = (record.title(language()), instruments.second_line(record))
        self.two_lines(painter, option, text, lines, (colour("text"), colour("muted")))


class CodeRow(_Row):
    """Branch bar, number, name and count; a name that is not confirmed is slanted and marked."""

    height = CODE_ROW

    def draw(self, painter: QPainter, option: QStyleOptionViewItem, record: object, colour: Colour) -> None:
        box = option.rect.adjusted(4, 0, -_PAD, 0)
        if isinstance(record, Codebook):
            font = smaller(option.font, 1)
            font.setWeight(QFont.Weight.DemiBold)
            painter.setFont(font)
            _write(painter, box, book_title(record), colour("muted"), cut=Qt.TextElideMode.ElideMiddle)  # versions stand last
        elif isinstance(record, Code):
            self._draw_code(painter, option, box, record, colour)

    def _draw_code(self, painter: QPainter, option: QStyleOptionViewItem, box: QRect, code: Code, colour: Colour) -> None:
        bar = QColor(code.colour) if code.colour else colour(code.branch or "none")
        painter.fillRect(QRect(box.left(), box.top() + 7, 3, box.height() - 14), bar)
        painter.setFont(smaller(option.font))
        count = str(code.uses) if code.uses else ""
        room = painter.fontMetrics().horizontalAdvance(count)
        _write(painter, box, count, colour("muted"), right=True)
        left = box.left() + 10
        if code.number:  # it is never cut: the name is
            width = painter.fontMetrics().horizontalAdvance(code.number) + 1
            left += _write(painter, QRect(left, box.top(), width, box.height()), code.number, colour("muted")) + 6
        font = QFont(option.font)
        name = code.title(language())
        if not code.confirmed(language()):
            font.setItalic(True)
            name = f"{name}{_UNCONFIRMED}"
        painter.setFont(font)
        _write(painter, QRect(left, box.top(), box.right() - left - room - 8, box.height()), name, colour("text"))
