"""The table of agreement: codes at the left that stay in sight, numbers worked by keys, each opening the units behind it."""

from __future__ import annotations

from PySide6.QtCore import Property, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QResizeEvent
from PySide6.QtWidgets import QFrame, QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from db.analysis.agreement import NAMES, Band
from desktop.models.agreement import BAND, INTERVAL, AgreementModel, Heading, Line, band_words
from desktop.models.articles import RECORD
from desktop.panels.concordance_rows import bold
from desktop.panels.painting import smaller
from desktop.panels.parts import tokens_read, tokens_said

ROW = 44
_PAD, _INDENT, _BAR = 8, 12, 3
_CODES = (150, 250, 380)  # the least, usual and most of the codes' width in logical pixels
_MEASURE, _LEAST = 108, 48
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_WRAPPED = _LEFT | Qt.TextFlag.TextWordWrap
_TWO_LINES = 1.7  # widths that words broken in two lines have at least


class AgreementTable(QTableView):
    """One cell is stood on: Enter and a double click open its units, Ctrl+C copies the whole table."""

    opened = Signal(QModelIndex)

    def __init__(self, model: AgreementModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = model
        self._tokens: dict[str, QColor] = {}
        self.setModel(model)
        self.setItemDelegate(NumberDelegate(self))
        self.setVerticalHeader(CodeHeader(self))
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(True)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        header = self.horizontalHeader()
        header.setDefaultAlignment(_RIGHT)
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.doubleClicked.connect(self.opened)
        model.modelReset.connect(self.fit)

    def fit(self) -> None:
        """Give each column the width of what it holds."""
        metrics, header = QFontMetrics(bold(self.font())), self.horizontalHeader()
        for column in range(self._lines.columnCount()):
            heading = self._lines.heading(column)
            title = str(self._lines.headerData(column, Qt.Orientation.Horizontal))
            width = max(_LEAST, header.fontMetrics().horizontalAdvance(title) + 2 * _PAD + 4)
            if heading is not None and heading.name in NAMES:
                self.setColumnWidth(column, max(_MEASURE, width))
                continue
            rows = range(min(self._lines.rowCount(), 200))
            numbers = (str(self._lines.data(self._lines.index(row, column))) for row in rows)
            self.setColumnWidth(column, max([width, *(metrics.horizontalAdvance(each) + 2 * _PAD for each in numbers)]))

        self._share(self.width())
        self.updateGeometries()

    def _share(self, width: int) -> None:
        """Give the codes what the numbers leave, and a third at least in a narrow window."""
        least, usual, most = _CODES
        spare = width - self.horizontalHeader().length() - 2 * self.verticalScrollBar().sizeHint().width()
        self.verticalHeader().setFixedWidth(max(least, min(most, max(spare, min(usual, width // 3)))))

    def resizeEvent(self, event: QResizeEvent) -> None:
        here = self.visualRect(self.currentIndex())
        seen = QRect(QPoint(0, 0), event.oldSize()).contains(here)
        self._share(event.size().width() + self.verticalHeader().width())
        super().resizeEvent(event)
        if seen:  # what is said below of the cell may have become higher
            self.scrollTo(self.currentIndex())

    def stand_on(self, row: int, column: int) -> None:
        """Go to a cell."""
        index = self._lines.index(row, column)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modified = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self._lines.as_table())
            event.accept()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not modified and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex())
            event.accept()
        elif key in (Qt.Key.Key_J, Qt.Key.Key_K) and not modified:
            here, last = self.currentIndex(), self._lines.rowCount() - 1
            by = 1 if key == Qt.Key.Key_J else -1
            self.stand_on(max(0, min(here.row() + by, last)), max(0, here.column()))
            event.accept()
        elif key == Qt.Key.Key_Escape or (event.text().strip() and not modified):
            event.ignore()  # the page's
        else:
            super().keyPressEvent(event)

    def colour(self, name: str) -> QColor:
        """Give a token's colour; before a style is set, the colour of text."""
        return self._tokens.get(name) or self._tokens.get("text") or self.palette().text().color()

    def _give(self) -> str:
        return tokens_said(self._tokens)

    def _take(self, tokens: str) -> None:
        self._tokens = tokens_read(tokens)
        self.viewport().update()
        self.verticalHeader().viewport().update()

    tokens = Property(str, _give, _take)


class CodeHeader(QHeaderView):
    """The rows' codes, indented as in their tree, with the bar of their branch."""

    def __init__(self, table: AgreementTable) -> None:
        super().__init__(Qt.Orientation.Vertical, table)
        self._table = table
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setDefaultSectionSize(ROW)
        self.setMinimumSectionSize(ROW)
        self.setFixedWidth(_CODES[1])
        self.setSectionsClickable(True)

    def sizeHint(self) -> QSize:
        return QSize(self.width(), super().sizeHint().height())

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        model, table = self.model(), self._table
        line = model.headerData(logicalIndex, Qt.Orientation.Vertical, RECORD) if model is not None else None
        if not isinstance(line, Line):
            return
        painter.save()
        painter.fillRect(rect, self.palette().base())
        if table.currentIndex().row() == logicalIndex:
            painter.fillRect(rect, table.colour("hover"))
        left = rect.left() + _PAD + line.depth * _INDENT
        if line.code is not None:
            own = QColor(line.code.colour) if line.code.colour else table.colour(line.code.branch)
            painter.fillRect(QRect(left, rect.top() + 8, _BAR, rect.height() - 16), own)
            left += _BAR + 6
        painter.setFont(bold(table.font()) if line.row.scope != "code" else table.font())
        painter.setPen(table.colour("text"))
        box = QRect(left, rect.top(), rect.right() - _PAD - left, rect.height())
        words = str(model.headerData(logicalIndex, Qt.Orientation.Vertical))
        if painter.boundingRect(box, _WRAPPED, words).height() > box.height():  # two lines have room
            room = round(_TWO_LINES * box.width())
            words = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(box, _WRAPPED, words)
        paint_lines(painter, rect, table, edge=True)
        painter.restore()


class NumberDelegate(QStyledItemDelegate):
    """A count, or a value with what it allows in words beside it and its interval below."""

    def __init__(self, table: AgreementTable) -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        heading, table, box = index.data(RECORD), self._table, QRect(option.rect)
        if not isinstance(heading, Heading):
            return
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, table.colour("selection"))
            if option.state & QStyle.StateFlag.State_HasFocus:
                painter.fillRect(QRect(box.left(), box.bottom() - 1, box.width(), 2), table.colour("accent"))
        elif table.currentIndex().row() == index.row() or option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, table.colour("hover"))
        inside = box.adjusted(_PAD, 4, -_PAD, -4)
        painter.setFont(table.font())
        painter.setPen(table.colour("text"))
        interval = str(index.data(INTERVAL) or "")
        value = QRect(inside.left(), inside.top(), inside.width(), inside.height() // 2) if interval else inside
        painter.drawText(value, _RIGHT, str(index.data()))
        painter.setFont(smaller(painter))
        if found := index.data(BAND):
            self._paint_band(painter, value, found)
        painter.setPen(table.colour("muted"))
        if interval:
            painter.drawText(value.translated(0, value.height()), _RIGHT, interval)
        paint_lines(painter, box, table)
        painter.restore()

    def _paint_band(self, painter: QPainter, box: QRect, found: Band) -> None:
        """Say what a value allows, before it; only what allows nothing is coloured."""
        painter.setPen(self._table.colour("error" if found == "low" else "muted"))
        painter.drawText(box, _LEFT, band_words(found))


def paint_lines(painter: QPainter, box: QRect, table: AgreementTable, *, edge: bool = False) -> None:
    """Paint the line under a cell, and that beside the codes."""
    painter.setPen(table.colour("hairline"))
    painter.drawLine(box.left(), box.bottom(), box.right(), box.bottom())
    if edge:
        painter.drawLine(box.right(), box.top(), box.right(), box.bottom())
