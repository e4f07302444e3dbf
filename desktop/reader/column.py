"""The column of text: a document at a width, with its margins, its place, and its caret in code points."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QRect, QRectF, QSizeF, Qt, QTimer
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QFontMetrics,
    QInputMethodEvent,
    QPainter,
    QPalette,
    QResizeEvent,
    QShowEvent,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QTextEdit, QWidget

from db.records import Layout
from desktop.reader.blocks import paint_blocks
from desktop.reader.document import Head, Look, Sheet, build, em, fitted, head_height, is_titled, set_edges
from desktop.reader.head import paint_head, space_above
from desktop.reader.highlights import Highlights, Span
from desktop.reader.intervals import Mark
from desktop.reader.laying import Laying
from desktop.reader.lines import Line, line_at, lines_between
from desktop.reader.margin import Gutter, Margin, number_font
from desktop.reader.scroll_bar import HitScrollBar
from desktop.reader.stepping import Steps
from desktop.theme import Theme, text_font

_RESIZE_MILLISECONDS = 80
_LEAST_COLUMN = 160
_WIDEST_MARGIN = 340
_GOOD_MARGIN = 190  # in which most labels can be told apart
_GOOD_MEASURE = 30  # em
_ROOM_BELOW = 160
_CARET = 2  # logical pixels
_SELECTABLE = (
    Qt.TextInteractionFlag.TextSelectableByMouse
    | Qt.TextInteractionFlag.TextSelectableByKeyboard
    | Qt.TextInteractionFlag.LinksAccessibleByMouse
)


class Column(QTextBrowser):
    """A read-only text with margins. It is no input-method target, and its text is never read back from Qt."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.look = self.wanted = Look()  # as it is shown, as it was asked for
        self.setObjectName("page")
        self.text = ""
        self.steps = Steps()
        self._layout, self._head = Layout.of_lines(""), Head()
        self._digits = 1  # of the largest number a paragraph can have
        self.highlights = Highlights(theme)
        self.gutter = Gutter(self, self)
        self.margin = Margin(self, self, self.highlights)
        self.hit_bar = HitScrollBar(theme)
        self._place: int | None = 0
        self._width = 0  # of the text as laid out
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_RESIZE_MILLISECONDS)
        self._settling.timeout.connect(self.settle)
        self._set_up()
        self.sheet: Sheet = build("", self._layout, None, theme, self.look, _LEAST_COLUMN)
        self._rebuild()

    def _set_up(self) -> None:
        self.setVerticalScrollBar(self.hit_bar)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setTextInteractionFlags(_SELECTABLE)
        self.setLineWrapMode(QTextEdit.LineWrapMode.FixedPixelWidth)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setTabChangesFocus(True)
        for widget in (self, self.viewport()):
            widget.setAcceptDrops(True)
            widget.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)

    @property
    def em(self) -> int:
        """The size of the text in logical pixels."""
        return em(self.theme, self.look.zoom)

    def _font(self) -> QFont:
        return text_font(self.em, self.look.serif)

    # ---- the text

    def show_text(self, text: str, layout: Layout, head: Head | None) -> None:
        """Show a reading text from its beginning."""
        self.text, self._layout, self._head = text, layout, head or Head()
        self.steps = replace(self.steps, text=text, layout=layout)
        self._digits = len(str(max(len(layout.blocks), text.count("\n") + 1)))
        self._rebuild()
        self.set_place(0)

    def set_head(self, head: Head | None) -> None:
        """Draw another head above the same text, at the same place."""
        before, self._head = self._head, head or Head()
        if is_titled(self.text, self._head) != self.sheet.titled or bool(self._head.byline) != bool(before.byline):
            self.restyle(self.theme, self.wanted)
            return
        place = self.place()
        if self._set_edges():
            self.set_place(place)
        self.redraw()

    def restyle(self, theme: Theme, look: Look) -> None:
        """Show the same place in another theme or look, with the same selection."""
        place, (anchor, caret) = self.place(), self.ends()
        self.theme = self.highlights.theme = self.hit_bar.theme = theme
        self.wanted = look
        silent = self.blockSignals(True)  # nobody moved the caret
        self._rebuild()
        self._put_caret(anchor, caret)
        self.blockSignals(silent)
        self.set_place(place)

    def set_measure(self, measure: int) -> None:
        """Make the column at most so many em wide, at the same place."""
        self.look, self.wanted = replace(self.look, measure=measure), replace(self.wanted, measure=measure)
        self.settle()

    def _rebuild(self) -> None:
        """Build the document anew: quicker than changing the formats of one that is laid out."""
        old = self.sheet.document
        palette = self.theme.palette()
        palette.setColor(QPalette.ColorRole.Window, self.theme.colour("base"))
        self.setPalette(palette)
        self.look = fitted(self.wanted, self.text, self._layout, self.theme, self._most_width())
        self._width = self._best_width()
        self.sheet = build(self.text, self._layout, self._head, self.theme, self.look, self._width)
        self.sheet.document.setParent(self)
        self._set_edges()
        self.setDocument(self.sheet.document)
        if self.lineWrapColumnOrWidth() != self._width:  # sooner it would lay the old document out anew, as far as its caret
            self.setLineWrapColumnOrWidth(self._width)
        self.setFont(self._font())
        self.setCursorWidth(_CARET)  # which is kept in the document's layout
        Laying(self.sheet.document)
        old.deleteLater()
        self._shift()

    def _set_edges(self) -> bool:
        """Leave room for the head; whether that is another room than before, which lays all out anew."""
        above = space_above(self._head, self.sheet.titled, self.theme, self.look, self._width)
        another = self.sheet.document.rootFrame().frameFormat().topMargin() != above
        if another:
            set_edges(self.sheet.document, above, _ROOM_BELOW)
        return another

    def changeEvent(self, event: QEvent) -> None:
        """Keep the text's own size, whatever font the window takes."""
        super().changeEvent(event)
        kinds = (QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange, QEvent.Type.StyleChange)
        if event.type() in kinds and self.document().defaultFont().pixelSize() != self.em:
            self.document().setDefaultFont(self._font())

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Take nothing from an input method: Qt would write it into the text."""
        event.ignore()

    # ---- widths

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Move the column at once; lay it out anew only when the size has come to rest."""
        super().resizeEvent(event)
        if self.isVisible():
            self._shift()
            self._settling.start()
        else:
            self.settle()

    def showEvent(self, event: QShowEvent) -> None:
        """Lay the text out at the width it is shown with."""
        self.settle()
        super().showEvent(event)

    def _room(self) -> int:
        return self.width() - self.verticalScrollBar().sizeHint().width()

    def _most_width(self) -> int:
        return max(_LEAST_COLUMN, self._room_beside_gutter() - self.theme.size("margin"))

    def _best_width(self) -> int:
        """Give the measure asked for; where room is short the margin gets some before lines become longer than is needed."""
        room, em = self._room_beside_gutter(), self.em
        shared = max(room - _GOOD_MARGIN, min(_GOOD_MEASURE * em, self._most_width()))
        return min(max(_LEAST_COLUMN, self.look.measure * em), self._most_width(), shared)

    def _room_beside_gutter(self) -> int:
        return self._room() - self._gutter_width() - self.theme.size("grid")

    def _gutter_width(self) -> int:
        """Give the width in which the largest paragraph number there can be finds room."""
        widest = QFontMetrics(number_font(self.theme)).horizontalAdvance("0" * self._digits)
        return max(self.theme.size("gutter"), widest + 3 * self.theme.size("grid"))

    def settle(self) -> None:
        """Lay the text out anew if the column has another width now, at the same place."""
        self._settling.stop()
        if self._best_width() != self._width:
            place = self.place()
            self._width = self._best_width()
            self._set_edges()
            self.setLineWrapColumnOrWidth(self._width)
            self.set_place(place)
        self._shift()

    def _shift(self) -> None:
        """Stand the gutter, the column and the margin side by side in the middle."""
        gutter, grid, room = self._gutter_width(), self.theme.size("grid"), self._room()
        margin = max(self.theme.size("margin"), min(_WIDEST_MARGIN, room - gutter - self._width))
        left = max(0, (room - gutter - self._width - margin) // 2)
        text = left + gutter
        right = max(margin, room - text - self._width)
        self.setViewportMargins(text, 0, right, 0)
        self.gutter.setGeometry(QRect(left, 0, gutter - 2 * grid, self.height()))
        self.margin.setGeometry(QRect(room - right + grid, 0, margin - grid, self.height()))
        self.gutter.update()
        self.redraw()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keys go to the text."""
        super().focusInEvent(event)
        self.gutter.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the keys go elsewhere."""
        super().focusOutEvent(event)
        self.gutter.update()

    def redraw(self) -> None:
        """Paint the text and the labels of marks again, soon."""
        self.viewport().update()
        self.margin.update()

    def redraw_marks(self, marks: Iterable[Mark]) -> None:
        """Paint the lines that marks stand on again, soon, and the labels beside them."""
        top, to_qt = self.scrolled(), self.sheet.positions.to_qt
        spans = [(to_qt(mark.start), to_qt(mark.end)) for mark in marks]
        for line in lines_between(self.sheet.document, top, top + self.height()):
            if any(start < line.end and line.start < end for start, end in spans):
                area = QRectF(0, line.top - line.size - top, self.viewport().width(), 4 * line.size)
                self.viewport().update(area.toAlignedRect())  # lanes reach below their line
        self.margin.update()

    # ---- places

    def scrolled(self) -> int:
        """Give how far the text is scrolled, in logical pixels."""
        return int(self.verticalScrollBar().value())

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move the margins with the text."""
        self._place = None
        super().scrollContentsBy(dx, dy)
        self.gutter.update()
        self.margin.update()

    def place(self) -> int:
        """Give the first code point in view."""
        if self._place is None:
            top = self.scrolled()
            lines = lines_between(self.sheet.document, top, top + self.viewport().height())
            first = next((line for line in lines if line.top >= top), None)
            self._place = self.sheet.positions.from_qt(first.start) if first and top else 0
        return self._place

    def set_place(self, point: int) -> None:
        """Scroll so that the line of a code point is the first in view."""
        line = line_at(self.sheet.document, self.sheet.positions.to_qt(point)) if point > 0 else None
        self._scroll_to(int(line.top - 0.4 * line.size) if line else 0)
        self._place = point

    def _scroll_to(self, y: int) -> None:
        bar = self.verticalScrollBar()
        if y > bar.maximum():  # the text is laid out further than the bar knows
            self.sheet.document.documentLayout().documentSizeChanged.emit(QSizeF())  # it asks for the size itself
        bar.setValue(y)

    def bring_into_view(self, point: int) -> None:
        """Scroll, if need be, so that the line of a code point stands in the upper third."""
        line = line_at(self.sheet.document, self.sheet.positions.to_qt(point))
        if line and not self.scrolled() + line.size < line.top < self.scrolled() + 0.8 * self.viewport().height():
            self._scroll_to(max(0, int(line.top - self.viewport().height() / 3)))

    def in_view(self, start: int, end: int) -> bool:
        """Whether a span is in view, or as much of it as there is room for from its beginning."""
        to_qt, document = self.sheet.positions.to_qt, self.sheet.document
        first, last = line_at(document, to_qt(start)), line_at(document, to_qt(max(start, end - 1)))
        if first is None or last is None:
            return False
        top, view = self.scrolled(), self.viewport().height()
        bottom = min(last.bottom, max(first.top + view / 2, first.bottom))
        return top <= first.top and bottom <= top + view

    def show_whole(self, start: int, end: int, at_end: bool = False) -> None:
        """Scroll, if need be, so that a span is in view with some text around it; one that is too tall by one end."""
        to_qt, document = self.sheet.positions.to_qt, self.sheet.document
        first, last = line_at(document, to_qt(start)), line_at(document, to_qt(max(start, end - 1)))
        if first is None or last is None:
            return
        view = self.viewport().height()
        room, top, bottom = view / 6, min(first.top, last.top), max(first.bottom, last.bottom)
        if self.scrolled() + room <= top and bottom <= self.scrolled() + view - room:
            return
        if bottom - top <= view / 3:
            y = (top + bottom - view) / 2
        else:
            y = bottom - view + room if at_end and bottom - top > view - 2 * room else top - room
        self._scroll_to(max(0, int(y)))

    # ---- the caret

    def ends(self) -> tuple[int, int]:
        """Give the code points where the selection was begun and where the caret stands."""
        cursor, from_qt = self.textCursor(), self.sheet.positions.from_qt
        return from_qt(cursor.anchor()), from_qt(cursor.position())

    def caret(self) -> int:
        """Give the code point the caret stands before."""
        return self.sheet.positions.from_qt(self.textCursor().position())

    def selection(self) -> Span | None:
        """Give the span selected, as the project's rule lets a passage be; None if nothing is left."""
        return self.steps.ruled(*sorted(self.ends()))

    def select(self, start: int, end: int) -> None:
        """Select a span; the caret stands at its end."""
        self._put_caret(start, end)

    def move_caret(self, point: int, keep: bool = False, scroll: bool = True) -> None:
        """Move the caret, extending the selection or dropping it, and scroll to it if wanted."""
        anchor = self.sheet.positions.from_qt(self.textCursor().anchor()) if keep else point
        self._put_caret(anchor, point, scroll)

    def rect_of(self, span: Span | None) -> QRect:
        """Give where a span, else the selection or the caret, is in view, in global coordinates."""
        cursor = self.textCursor()
        first, last = cursor.selectionStart(), cursor.selectionEnd()
        if span is not None:
            first, last = (self.sheet.positions.to_qt(point) for point in span)
        last = max(last, first + 1)
        top, document = self.scrolled(), self.sheet.document
        lines = [each for each in lines_between(document, top, top + self.height()) if each.start < last and first < each.end + 1]
        if not lines:
            rect = self.cursorRect()
        else:
            sides = [side for line in lines for side in line.spans(first, last, self.sheet.both_ways)] or [(0.0, 1.0)]
            left, right = min(side[0] for side in sides), max(side[1] for side in sides)
            height = lines[-1].bottom - lines[0].top
            rect = QRectF(left, lines[0].top - top, right - left, height).toAlignedRect()
        return QRect(self.viewport().mapToGlobal(rect.topLeft()), rect.size())

    def link_at_caret(self) -> str:
        """Give the address of the link at the caret, or nothing."""
        cursor = self.textCursor()
        cursor.clearSelection()
        cursor.movePosition(QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor)
        return cursor.charFormat().anchorHref()

    def paragraph(self) -> tuple[int, int]:
        """Give the number of the paragraph at the caret, 0 before the first, and how many there are."""
        numbers = self.sheet.numbers
        index = max(0, bisect_right(self.sheet.starts, self.caret()) - 1)
        return (numbers[index], numbers[-1]) if numbers else (0, 0)

    def _put_caret(self, anchor: int, caret: int, scroll: bool = False) -> None:
        cursor = QTextCursor(self.sheet.document)
        cursor.setPosition(self.sheet.positions.to_qt(anchor))
        cursor.setPosition(self.sheet.positions.to_qt(caret), QTextCursor.MoveMode.KeepAnchor)
        place = self.scrolled()
        self.setTextCursor(cursor)  # which scrolls to it
        if not scroll:
            self.verticalScrollBar().setValue(place)

    # ---- what the margins ask

    def paragraph_in_hand(self) -> int:
        """Give the number of the paragraph that keys work in: the caret's, while the text has the focus; else 0."""
        return self.paragraph()[0] if self.hasFocus() else 0

    def numbers_in_view(self) -> Iterator[tuple[int, float]]:
        """Give the numbers of the paragraphs that begin in view, and their base lines in document coordinates."""
        top = self.scrolled()
        for line in lines_between(self.sheet.document, top, top + self.height()):
            index = self._block_begun(line)
            if index is not None and self.sheet.numbers[index] != (self.sheet.numbers[index - 1] if index else 0):
                yield self.sheet.numbers[index], line.base

    def _block_begun(self, line: Line) -> int | None:
        if line.start != line.block.position():
            return None
        return self.sheet.block_starting(self.sheet.positions.from_qt(line.start))

    # ---- what is painted of the layout

    def is_in_head(self, y: float) -> bool:
        """Whether a height in document coordinates lies in what is drawn of the head; the text's own title is text."""
        return (self._title_bottom() if self.sheet.titled else 0) < y < self._head_bottom()

    def _head_bottom(self) -> float:
        return (
            self._title_bottom() + head_height(self.theme, self.look.zoom, bool(self._head.byline)) if self._head.title else 0.0
        )

    def _title_bottom(self) -> float:
        document = self.sheet.document
        if self.sheet.titled:
            return document.documentLayout().blockBoundingRect(document.firstBlock()).bottom()
        return document.rootFrame().frameFormat().topMargin() - head_height(self.theme, self.look.zoom, bool(self._head.byline))

    def paint_layout(self, painter: QPainter, area: QRect, lines: Sequence[Line]) -> None:
        """Paint the head and what belongs to the blocks of these lines."""
        if self._head.title and area.top() < self._head_bottom():
            bottom = self._title_bottom() if self.sheet.titled else None
            paint_head(painter, self._head, self.theme, self.look, self._width, bottom)
        paint_blocks(painter, self.sheet, lines, self.theme, self._font())
