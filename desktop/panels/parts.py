"""Small widgets and words that the panels share; how they look is said in style_panels by their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from PySide6.QtCore import Property, QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFont, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QLayout,
    QLayoutItem,
    QLineEdit,
    QListView,
    QSizePolicy,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.reader.positions import Positions
from desktop.theme import fitted, with_narrow_quotes

Held = TypeVar("Held", bound=QWidget)
EDGE = 7  # logical pixels from the edge of a plain value to its words
_ELLIPSIS = "…"
_ALONE = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


def one_line(text: str) -> str:
    """Put a text on one line."""
    return " ".join(text.split())


class Words(QLabel):
    """A label of plain text whose quotes are as narrow as its letters."""

    _narrow = False

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)

    def setText(self, text: str) -> None:
        """Show words."""
        if with_narrow_quotes(text) != self._narrow:
            self._narrow = not self._narrow
            self.setFont(fitted(QFont(), text))  # of which only the quotes are not as the style has them
        super().setText(text)


def label(role: str, text: str = "", *, wrap: bool = False) -> QLabel:
    """Make a label of plain text that plays a role in the style."""
    made = Words()
    made.setText(text)
    made.setProperty("role", role)
    made.setWordWrap(wrap)
    if wrap:
        made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return made


def button(role: str, text: str = "", tip: str = "") -> QToolButton:
    """Make a flat button that plays a role in the style; it is reached with Tab."""
    made = QToolButton()
    made.setProperty("role", role)
    made.setText(text)
    made.setToolTip(tip)
    made.setAccessibleName(tip or text)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return made


def column(*widgets: QWidget, gap: int = 0) -> QVBoxLayout:
    """Stack widgets without margins."""
    made = QVBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(gap)
    for widget in widgets:
        made.addWidget(widget)
    return made


def mark(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style depends on, and let the style see it."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def empty(layout: QLayout) -> None:
    """Take everything out of a layout; what it held is deleted when nothing uses it any more."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def held(layout: QLayout, kind: type[Held]) -> list[Held]:
    """List the widgets of a kind that a layout holds, in order."""
    items = (layout.itemAt(place) for place in range(layout.count()))
    widgets = (item.widget() for item in items if item is not None)
    return [widget for widget in widgets if isinstance(widget, kind)]


def holds_keys(widget: QWidget) -> bool:
    """Whether a widget or something in it has the keys."""
    held = QApplication.focusWidget()
    return held is widget or (held is not None and widget.isAncestorOf(held))


class Section(QWidget):
    """A part of a panel under a small heading; hidden with all it holds when there is nothing to show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = label("section")
        self.body = QVBoxLayout()
        self.body.setSpacing(4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.heading)
        layout.addLayout(self.body)


class ShortText(QWidget):
    """Plain text of at most some lines, the last one elided; the whole is in the tool tip."""

    def __init__(self, role: str, lines: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", role)
        self._text = ""
        self._most = lines
        self._shown: list[str] = []
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)

    def text(self) -> str:
        """Give the whole text."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show a text."""
        self._text = one_line(text)
        self._lay_out()
        self.setToolTip(self._text if self._shown and self._shown[-1].endswith(_ELLIPSIS) else "")
        self.setAccessibleName(self._text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, max(1, len(self._shown)) * self._pitch())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        before = len(self._shown)
        self._lay_out()
        if len(self._shown) != before:
            self.updateGeometry()
        super().resizeEvent(event)

    def _pitch(self) -> int:
        return round(self.fontMetrics().height() * 1.25)

    def _lay_out(self) -> None:
        self._shown = wrapped(self._text, self, max(self.width(), 40), self._most)
        self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        pitch = self._pitch()
        for row, line in enumerate(self._shown):
            box = QRect(0, row * pitch, self.width(), pitch)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line)
        painter.end()


def wrapped(text: str, widget: QWidget, width: int, most: int) -> list[str]:
    """Break a text into at most some lines of a width in pixels; the last one is elided where more follows."""
    metrics = widget.fontMetrics()
    # No line of the text can need more than this; the rest is not laid out at all.
    head = text[: most * width // max(1, metrics.averageCharWidth()) + 40]
    layout = QTextLayout(head, widget.font())
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    lines: list[str] = []
    places = Positions(head)
    while len(lines) < most and (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        start, end = line.textStart(), line.textStart() + line.textLength()
        lines.append(head[places.from_qt(start) : places.from_qt(end)])
    layout.endLayout()
    if lines and sum(map(len, lines)) < len(text):
        last = text[sum(map(len, lines[:-1])) :]
        lines[-1] = metrics.elidedText(last, Qt.TextElideMode.ElideRight, width)
    return lines


class PlainEdit(QLineEdit):
    """A value that looks like text until it is worked on; Enter and leaving keep it, Esc puts the old one back."""

    edited = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "plain")
        self._kept = ""

    def show_value(self, value: str) -> None:
        """Show the stored value, unless the person is writing another one just now."""
        if self.hasFocus() and self.text() != self._kept:
            self._kept = value
            return
        self._kept = value
        if self.text() != value:
            self.setText(value)
            self.setCursorPosition(0)

    def keep(self) -> None:
        """Say what was written, if it is something else than before."""
        text = self.text().strip()
        if text != self._kept:
            self._kept = text
            self.edited.emit(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.keep()
            event.accept()
        elif event.key() == Qt.Key.Key_Escape and self.text() != self._kept:
            self.setText(self._kept)
            event.accept()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.keep()


class FlowLayout(QLayout):
    """Widgets beside each other, going on below where a line is full; what is hidden takes no room."""

    def __init__(self, gap: int = 4) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)
        self.invalidate()  # Qt leaves that to the layout: what stands in it already is to be placed anew

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        if not 0 <= index < len(self._items):
            return None
        item = self._items.pop(index)
        self.invalidate()
        return item

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        sizes = [item.minimumSize() for item in self._items if not item.isEmpty()]
        return QSize(max((s.width() for s in sizes), default=0), max((s.height() for s in sizes), default=0))

    def _place(self, rect: QRect, *, move: bool) -> int:
        x, y, height = rect.x(), rect.y(), 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint().boundedTo(QSize(rect.width(), 10_000))
            if x > rect.x() and x + size.width() > rect.right() + 1:
                x, y, height = rect.x(), y + height + self._gap, 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), size))
            x, height = x + size.width() + self._gap, max(height, size.height())
        return y + height - rect.y()


def tokens_said(tokens: Mapping[str, QColor]) -> str:
    """Write tokens of the theme as one text, as the style hands them to a view."""
    return ";".join(f"{name}={colour.name(QColor.NameFormat.HexArgb)}" for name, colour in tokens.items())


def tokens_read(text: str) -> dict[str, QColor]:
    """Read what `tokens_said` wrote."""
    pairs = (pair.partition("=") for pair in text.split(";") if pair)
    return {name: QColor(value) for name, _, value in pairs}


class TokenView(QListView):
    """A list worked by single keys whose delegate paints with tokens of the theme, which the style hands in."""

    chosen = Signal(QModelIndex)  # by a click or Enter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens: dict[str, QColor] = {}
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.clicked.connect(self.chosen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.chosen.emit(self.currentIndex())
            event.accept()
            return
        super().keyPressEvent(event)

    def setCurrentIndex(self, index: QModelIndex | QPersistentModelIndex) -> None:
        """Go to a row and select it alone; Qt would add it to the selection while Ctrl is held for a command of the window."""
        if self.selectionMode() == QListView.SelectionMode.ExtendedSelection:
            self.selectionModel().setCurrentIndex(index, _ALONE)
        else:
            super().setCurrentIndex(index)

    def colour(self, name: str) -> QColor:
        """Give a token's colour; before a style is set, the colour of text."""
        return self._tokens.get(name) or self._tokens.get("text") or self.palette().text().color()

    def _give(self) -> str:
        return tokens_said(self._tokens)

    def _take(self, tokens: str) -> None:
        self._tokens = tokens_read(tokens)
        self.viewport().update()

    tokens = Property(str, _give, _take)


def join_words(words: Iterable[str], between: str = " · ") -> str:
    """Join what there is of some words."""
    return between.join(word for word in words if word)


def list_beside(rows: QWidget, side: QWidget, width: int) -> QSplitter:
    """Put a list, so many logical pixels wide at first, beside what it is about, which takes the room that comes."""
    parts = QSplitter(Qt.Orientation.Horizontal)
    parts.setChildrenCollapsible(False)
    parts.addWidget(rows)
    parts.addWidget(side)
    parts.setStretchFactor(1, 1)
    parts.setSizes([width, 2 * width])
    return parts
