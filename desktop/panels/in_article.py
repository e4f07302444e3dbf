"""All annotations of the article in the order of the text; Enter goes to one."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from db.records import Annotation
from desktop.models.articles import RECORD
from desktop.models.passages import FILTERS, Passage, PassagesModel
from desktop.panels.painting import draw_elided, paint_ground, smaller
from desktop.panels.parts import TokenView, button, label
from desktop.session import Session
from desktop.words import tr

ROW = 48
_LEFT, _BETWEEN = 16, 8


class PassageDelegate(QStyledItemDelegate):
    """Paints a row: the bar of its first code, one line of the quote, its codes small below."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        view, passage = option.widget, index.data(RECORD)
        if not isinstance(view, TokenView) or not isinstance(passage, Passage):
            return
        painter.save()
        box: QRect = option.rect
        state = option.state
        paint_ground(painter, view, box, state)
        bars = dict.fromkeys(branch for branch, _label in passage.codes) or {"none": None}
        for place, branch in enumerate(list(bars)[:3]):
            painter.fillRect(QRect(box.left() + 4 * place + 1, box.top() + 8, 3, ROW - 16), view.colour(branch))
        inside = box.adjusted(_LEFT, 6, -12, -6)
        first = QRect(inside.left(), inside.top(), inside.width(), inside.height() // 2)
        second = first.translated(0, first.height())
        small = smaller(painter)
        signs = "".join((" ◇" if passage.links else "", " •" if passage.notes else "", f" {passage.initials}".rstrip()))
        painter.setPen(view.colour("muted"))
        width = painter.fontMetrics().horizontalAdvance(signs)
        painter.drawText(first, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, signs)
        words = "  ".join(name for _branch, name in passage.codes) or tr("not yet coded")
        painter.setFont(small)
        draw_elided(painter, second, words)
        painter.setFont(view.font())
        painter.setPen(view.colour("text"))
        draw_elided(painter, first.adjusted(0, 0, -width - _BETWEEN, 0), passage.quote)
        painter.restore()


class InArticle(QWidget):
    """The second tab of the inspector."""

    annotation_requested = Signal(int)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = PassagesModel(session, self)
        self._group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setContentsMargins(16, 12, 16, 8)
        row.setSpacing(0)
        for place in range(len(FILTERS)):
            segment = button("segment")
            segment.setCheckable(True)
            segment.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            segment.setProperty("edge", ("first", "inner", "last")[place])
            self._group.addButton(segment, place)
            row.addWidget(segment, 1)
        self._group.button(0).setChecked(True)
        self._group.idClicked.connect(self._set_filter)
        self.list = TokenView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(PassageDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.chosen.connect(self._go)
        self._empty = label("muted", wrap=True)
        self._empty.setContentsMargins(16, 16, 16, 16)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self._empty)
        layout.addWidget(self.list, 1)
        layout.addStretch(0)
        self.say()

    def say(self) -> None:
        """Say the words in the window's language."""
        for place, words in enumerate((tr("All"), tr("Mine"), tr("Not yet coded"))):
            self._group.button(place).setText(words)
        self.list.setAccessibleName(tr("In this article"))

    def show_annotations(self, annotations: list[Annotation], current: int | None) -> None:
        """Show the annotations of an article with one of them marked."""
        self.model.show_annotations(annotations)
        self.mark(current)

    def mark(self, current: int | None) -> None:
        """Mark an annotation, if it is shown."""
        index = self.model.row_of(current) if current is not None else QModelIndex()
        self.list.setCurrentIndex(index)
        if index.isValid():
            self.list.scrollTo(index)
        some = self.model.rowCount() > 0
        self.list.setVisible(some)
        self._empty.setVisible(not some)
        none_at_all = tr("No passage is marked yet. Select one in the text and press T.")
        self._empty.setText(tr("Nothing here fits this filter.") if self.model.count else none_at_all)

    def _set_filter(self, place: int) -> None:
        self.model.set_filter(FILTERS[place])
        self.mark(None)

    def _go(self, index: QModelIndex) -> None:
        passage = index.data(RECORD)
        if isinstance(passage, Passage):
            self.annotation_requested.emit(passage.annotation.id)
