"""The history: what was done, by whom and when; the last change can be undone and done again from here."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from db.changes import Change
from desktop.dates import when
from desktop.models.articles import RECORD
from desktop.models.changes import ChangesModel, counts_of, label_of
from desktop.panels.closing import Closing
from desktop.panels.painting import draw_elided, paint_ground, smaller
from desktop.panels.parts import TokenView, join_words, label
from desktop.session import Session
from desktop.words import tr

ROW = 48
_MOST = 2_000
_TIME = 144


class ChangeDelegate(QStyledItemDelegate):
    """Two lines a row; what was undone is muted."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        view, change = option.widget, index.data(RECORD)
        if not isinstance(view, TokenView) or not isinstance(change, Change):
            return
        painter.save()
        box: QRect = option.rect
        paint_ground(painter, view, box, option.state)
        inside = box.adjusted(16, 6, -16, -6)
        first = QRect(inside.left(), inside.top(), inside.width(), inside.height() // 2)
        undone = change.state == "undone"
        words = tr("{label} (undone)", label=label_of(change)) if undone else label_of(change)
        painter.setPen(view.colour("muted" if undone else "text"))
        draw_elided(painter, first.adjusted(0, 0, -_TIME, 0), words)
        painter.setFont(smaller(painter))
        painter.setPen(view.colour("muted"))
        painter.drawText(first, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, when(change.at))
        draw_elided(painter, first.translated(0, first.height()), join_words((change.coder, counts_of(change))))
        painter.restore()


class HistoryPage(QWidget):
    """Lists the changes of the project, newest first."""

    left = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title, self.closing = label("title"), Closing(self)
        self.closing.asked.connect(self.left)
        self.undo, self.redo = QPushButton(), QPushButton()
        self.undo.clicked.connect(self._undo)
        self.redo.clicked.connect(self._redo)
        self.model, self.list = ChangesModel(self), TokenView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(ChangeDelegate(self.list))
        self.list.setUniformItemSizes(True)
        head = QHBoxLayout()
        head.setContentsMargins(16, 16, 16, 12)
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self.undo)
        head.addWidget(self.redo)
        head.addWidget(self.closing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.list, 1)
        self.setFocusProxy(self.list)
        for signal in (session.opened, session.closed, session.changed, session.freed):
            signal.connect(self.reload)
        self.reload()

    def reload(self, _change: object = None) -> None:
        """Read the history again, if it can be seen."""
        if not self.isVisible() and self._session.is_open:
            return
        project = self._session.project if self._session.is_open else None
        self.model.show_changes(project.history(_MOST) if project else [])
        self._title.setText(tr("History"))
        self.list.setAccessibleName(tr("History"))
        before, after = (project.next_undo(), project.next_redo()) if project else (None, None)
        for made, change, verb in ((self.undo, before, tr("Undo")), (self.redo, after, tr("Redo"))):
            made.setText(f"{verb}: {tr(change.label)}" if change else verb)
            made.setEnabled(change is not None and self._session.editable)

    def _undo(self) -> None:
        self._session.act(self._session.project.undo)

    def _redo(self) -> None:
        self._session.act(self._session.project.redo)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reload()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.reload()
