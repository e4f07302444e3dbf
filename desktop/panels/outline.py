"""The outline of the text shown: headings and provisions, the present one marked; Enter or a click goes there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from weakref import WeakSet

from PySide6.QtCore import QEvent, QModelIndex, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QPainter, QShowEvent
from PySide6.QtWidgets import QListView, QStackedWidget, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from db.changes import Change
from db.locators import Heading
from db.records import Layout, Progress
from desktop.models.articles import RECORD, Index
from desktop.models.outline import HERE, Outline, OutlineModel, outlined
from desktop.panels.filtering import FilterField, framed
from desktop.panels.parts import TokenView, label
from desktop.session import Session
from desktop.words import tr
from desktop.worker import Job

if TYPE_CHECKING:
    from desktop.panels.article_view import ArticleView
    from desktop.reader.reader import Reader

ROW, INDENT, _PAD = 28, 12, 12
_AT_ONCE = 60_000  # code points whose headings are found in some 15 ms; more are looked through on a thread
_LATER = 60  # milliseconds: the mark follows reading when keys and wheel pause


class OutlinePanel(QWidget):
    """Headings of the article before one's eyes; looked for when the panel is shown, marked as one reads."""

    place_requested = Signal(int)  # the code point where a heading begins

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: ArticleView | None = None
        self._readers: WeakSet[Reader] = WeakSet()  # those whose scrolling is followed
        self._shown: tuple[int, int] | None = None  # the article and version that the rows are of
        self._job: Job | None = None
        self._asked: tuple[int, int] | None = None  # what the job looks through
        self.model = OutlineModel(self)
        self.filter = FilterField(self)
        self.list = TokenView(self)
        self.list.setObjectName("outline")
        self.list.setModel(self.model)
        self.list.setItemDelegate(_Row(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._words = label("emptyWords", wrap=True)
        self._words.setContentsMargins(16, 16, 16, 16)
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._words)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(framed(self.filter))
        box.addWidget(self._stack)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_LATER)
        self._connect(session)
        self._retranslate()

    def _connect(self, session: Session) -> None:
        self.filter.textChanged.connect(self.model.set_filter)
        self.filter.left.connect(self.focus)
        self.list.chosen.connect(self._choose)
        self.model.modelReset.connect(self._show_empty)
        self._timer.timeout.connect(self._look)
        session.changed.connect(self._changed)
        session.closed.connect(self._forget)

    def follow(self, view: ArticleView) -> None:
        """Show the outline of what a view shows, from now on."""
        self._view = view
        view.article_shown.connect(self._soon)
        view.active_changed.connect(self._soon)
        view.place_changed.connect(self._soon)
        self._look()

    def begin(self) -> None:
        """Give the filter the focus, to be typed over."""
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def focus(self) -> None:
        """Give the list the focus, at the place where one reads; an empty one leaves it to the filter."""
        if not self.model.rowCount():
            self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        if not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.model.here if self.model.here.isValid() else self.model.index(0))
        self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _choose(self, index: QModelIndex) -> None:
        heading = self.model.heading(index)
        if heading is not None:
            self.place_requested.emit(heading.start)

    # What is shown

    def _changed(self, change: Change) -> None:
        if change.tables & {"article", "version"}:
            self._soon()

    def _soon(self) -> None:
        """Look when the person pauses; nothing is done while the panel is out of sight."""
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look()

    def _look(self) -> None:
        """Find the headings of another text, else mark where one reads."""
        if not self.isVisible() or self._view is None:
            return
        view = self._view
        shown = (view.article, view.version) if view.article is not None else None
        if shown != self._shown:
            self._shown = shown
            self._find()
        if shown is None:
            self._show_empty()
        elif self._job is None:
            self._mark()

    def _find(self) -> None:
        """Find the headings of the text shown; while a thread looks through another one, it ends first."""
        text, layout = (self._view.text, self._view.layout) if self._view and self._shown else ("", Layout())
        if len(text) <= _AT_ONCE and self._job is None:
            self._show(outlined(text, layout) if text else Outline())
            return
        self.model.show(Outline())
        if self._job is None:
            self._asked = self._shown
            self._job = Job(partial(_found, text, layout), self)
            self._job.succeeded.connect(self._succeeded)
            self._job.failed.connect(self._failed)
            self._job.start()
        self._show_empty()

    def _succeeded(self, outline: Outline) -> None:
        if self._job is not None and self.sender() is self._job:
            self._drop()
            if self._asked == self._shown:
                self._show(outline)
            else:
                self._find()

    def _failed(self, error: BaseException) -> None:
        if self._job is not None and self.sender() is self._job:
            self._drop()
            raise error

    def _drop(self) -> None:
        """Wait for the thread that looks for headings, if any, without hearing what it found."""
        job, self._job = self._job, None
        if job is not None:
            job.wait()
            job.succeeded.disconnect(self._succeeded)
            job.failed.disconnect(self._failed)
            job.deleteLater()

    def _show(self, outline: Outline) -> None:
        self.model.show(outline)
        self._mark()
        self.list.setCurrentIndex(self.model.here)
        self._show_empty()

    def _forget(self) -> None:
        self._drop()
        self._timer.stop()
        self._shown = None
        self.filter.clear()
        self.model.show(Outline())

    def _mark(self) -> None:
        """Mark the heading one reads under, and keep it in sight unless the person is at work in the list."""
        if self._view is None or self._view.article is None:
            return
        self._watch(self._view.reader)
        if self.model.set_place(_read_at(self._view.reader)) and not self.list.hasFocus():
            self.list.setCurrentIndex(self.model.here)
            self.list.scrollTo(self.model.here, QListView.ScrollHint.EnsureVisible)

    def _watch(self, reader: Reader) -> None:
        """Follow the scrolling of a reader, too."""
        if reader not in self._readers:
            self._readers.add(reader)
            reader.place_changed.connect(self._soon)

    def _show_empty(self) -> None:
        if self._view is None or self._view.article is None:
            words = tr("Open an article to see its outline.")
        elif self._job is not None:
            words = tr("Looking for headings…")
        elif self.model.filtered and self.model.count:
            words = tr("No heading fits this filter.")
        else:
            words = tr("This article has no headings.")
        self._words.setText(words)
        self._stack.setCurrentWidget(self.list if self.model.rowCount() else self._words)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.filter.setPlaceholderText(tr("Filter headings"))
        self.filter.setAccessibleName(tr("Filter headings"))
        self.filter.setToolTip(tr("By words of the heading, or the number of a provision"))
        self.list.setAccessibleName(tr("Outline"))
        self._show_empty()


class _Row(QStyledItemDelegate):
    """One heading, indented by its depth; the one where one reads has a bar at its edge and heavier letters."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(120, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view, heading = self.parent(), index.data(RECORD)
        if not isinstance(view, TokenView) or not isinstance(heading, Heading):
            return
        painter.save()
        box, here = option.rect, bool(index.data(HERE))
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, view.colour("selection" if view.hasFocus() else "hover"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, view.colour("hover"))
        if here:
            painter.fillRect(QRect(box.left(), box.top() + 5, 3, box.height() - 10), view.colour("accent"))
        depth = heading.level - 1
        font = QFont(option.font)
        font.setWeight(QFont.Weight.DemiBold if here else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(view.colour("text" if here or depth == 0 else "muted"))
        room = box.adjusted(_PAD + min(depth * INDENT, box.width() // 3), 0, -_PAD, 0)
        title = painter.fontMetrics().elidedText(heading.title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, title)
        painter.restore()


def _found(text: str, layout: Layout, _progress: Progress) -> Outline:
    return outlined(text, layout)


def _read_at(reader: Reader) -> int:
    """Give the code point one reads at: the caret where it is in view, else the first one in view."""
    page = reader.page
    caret = page.cursorRect()
    return reader.caret() if page.viewport().rect().intersects(caret) else reader.place()
