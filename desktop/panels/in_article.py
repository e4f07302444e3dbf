"""All annotations of the article in the order of the text; Enter goes to one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.models.articles import RECORD, Index
from desktop.models.passages import FILTERS, Passage, PassagesModel
from desktop.panels.painting import draw_elided, paint_ground, smaller
from desktop.panels.parts import TokenView, button, label
from desktop.session import Session
from desktop.words import tr

ROW = 48
_LEFT, _BETWEEN = 16, 8
_LONG, _LATER = 2_000, 30  # rows, milliseconds


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


class PassageList(TokenView):
    """J and K go down and up, Enter goes to a passage, Space shows it and keeps the keys, Del removes it."""

    shown = Signal(QModelIndex)
    removed = Signal(QModelIndex)

    def dataChanged(self, first: Index, _last: Index, _roles: Sequence[int] = ()) -> None:
        # Qt would lay all rows out anew; they are of one height whatever they say.
        self.viewport().update(self.visualRect(first))

    def focusInEvent(self, event: QFocusEvent) -> None:
        if not self.currentIndex().isValid() and event.reason() != Qt.FocusReason.MouseFocusReason:
            self.setCurrentIndex(self.model().index(0, 0))
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, current = event.key(), self.currentIndex()
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
            return
        if key in (Qt.Key.Key_J, Qt.Key.Key_K):
            wanted = self.model().index(max(0, current.row() + (1 if key == Qt.Key.Key_J else -1)), 0)
            if wanted.isValid():
                self.setCurrentIndex(wanted)
        elif key == Qt.Key.Key_Space and current.isValid():
            self.shown.emit(current)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and current.isValid():
            self.removed.emit(current)
        else:
            super().keyPressEvent(event)
            return
        event.accept()


class InArticle(QWidget):
    """The second tab of the inspector."""

    annotation_requested = Signal(int)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._current: int | None = None
        self._touched: set[int] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_LATER)
        self._timer.timeout.connect(self._catch_up)
        self.model = PassagesModel(session, self)
        self.model.grown.connect(self._mark_again)
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
        self.list = PassageList()
        self.list.setModel(self.model)
        self.list.setItemDelegate(PassageDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.chosen.connect(self._go)
        self.list.shown.connect(self._show)
        self.list.removed.connect(self._remove)
        self._empty = label("muted", wrap=True)
        self._empty.setContentsMargins(16, 16, 16, 16)
        self._hidden = label("small", wrap=True)
        self._hidden.setContentsMargins(16, 8, 16, 8)
        self._hidden.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self._empty)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._hidden)
        layout.addStretch(0)
        self.say()

    def say(self) -> None:
        """Say the words in the window's language."""
        for place, words in enumerate((tr("All"), tr("Mine"), tr("Not yet coded"))):
            self._group.button(place).setText(words)
        self.list.setAccessibleName(tr("In this article"))

    def show_article(self, article: int | None, current: int | None) -> None:
        """Show the annotations of an article with one of them marked."""
        self._timer.stop()
        self._touched.clear()
        self.model.show_article(article)
        self.mark(current)

    def change(self, annotations: Sequence[int]) -> None:
        """Show again what a change touched, in a long list a little later: laying it out takes longer than painting a tag."""
        self._touched.update(annotations)
        if self.model.count > _LONG:
            self._timer.start()
        else:
            self._catch_up()

    def _catch_up(self) -> None:
        touched, self._touched = self._touched, set()
        if self._session.is_open:
            self.model.change(sorted(touched))
            self.mark(self._current)

    def mark(self, current: int | None) -> None:
        """Mark an annotation, if it is shown; none leaves the keys where they are."""
        self._current = current
        if self._timer.isActive():
            return
        index = self.model.row_of(current) if current is not None else QModelIndex()
        if index != self.list.currentIndex() and (index.isValid() or not self.list.hasFocus()):
            self.list.setCurrentIndex(index)
            if index.isValid():
                self.list.scrollTo(index)
        self._say_empty()

    def _mark_again(self) -> None:
        if self._current is not None and not self.list.currentIndex().isValid():
            self.mark(self._current)

    @property
    def hidden_words(self) -> str:
        """What is said of layers that are hidden."""
        return "" if self._hidden.isHidden() else self._hidden.text()

    def _say_empty(self) -> None:
        some, hidden = self.model.rowCount() > 0, self.model.hidden_count
        self._hidden.setVisible(bool(hidden))
        words = tr("1 annotation of others is hidden until you have finished this article.")
        if hidden != 1:
            words = tr("{count} annotations of others are hidden until you have finished this article.", count=f"{hidden:,}")
        self._hidden.setText(words)
        self.list.setVisible(some)
        self._empty.setVisible(not some)
        none_at_all = tr("No passage is marked yet. Select one in the text and press T.")
        if hidden:
            none_at_all = tr("You have marked no passage yet. Select one in the text and press T.")
        self._empty.setText(tr("Nothing here fits this filter.") if self.model.count else none_at_all)

    def _set_filter(self, place: int) -> None:
        self.model.set_filter(FILTERS[place])
        self.mark(self._current)

    def _go(self, index: QModelIndex) -> None:
        passage = index.data(RECORD)
        if isinstance(passage, Passage):
            self.annotation_requested.emit(passage.annotation.id)

    def _show(self, index: QModelIndex) -> None:
        self._go(index)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self, index: QModelIndex) -> None:
        passage = index.data(RECORD)
        if isinstance(passage, Passage):
            self._session.act(partial(self._session.project.annotations.remove, [passage.annotation.id]))
