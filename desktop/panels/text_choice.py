"""What belongs to the text of an article: every block of its file in reading order, kept or left out by a person."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QListView, QPushButton, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from db.changes import Change
from db.errors import Cancelled, NotFound, ProjectError, Refused
from db.records import ArticleId
from desktop.models.articles import RECORD
from desktop.models.outcomes import remark_said
from desktop.models.text_blocks import BlocksModel, Choice, Row, read_blocks
from desktop.panels.closing import Closing
from desktop.panels.painting import draw_elided, paint_ground, smaller
from desktop.panels.parts import TokenView, label, wrapped
from desktop.session import Session
from desktop.words import tr
from desktop.worker import Job

_LINES = 3  # shown of a block; the tool tip has more
_PAD, _GAP, _BOX = 16, 6, 14  # pixels
_TEXT = _PAD + _BOX + 12
_GONE = "The article is no longer in the project, so its blocks were closed. To have it back, undo or redo what took it away."
_OTHER = "The article has got another text meanwhile, so its blocks were closed. Nothing of it is lost; look at its blocks again."
_WIDE = 2.0  # a Chinese character takes the room of two others


class BlockDelegate(QStyledItemDelegate):
    """A box that is ticked where the block is kept, the block's first lines, and why it was left out."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        view, row = option.widget, index.data(RECORD)
        if not isinstance(view, TokenView) or not isinstance(row, Row):
            return QSize(200, 24)
        width = max(120, view.viewport().width() - _TEXT - _PAD)
        wide = view.fontMetrics().horizontalAdvance("国") / _WIDE
        lines = min(_LINES, 1 + int(row.room * wide * 1.04 / width))
        return QSize(200, 2 * _GAP + (lines + bool(row.reason)) * _pitch(view))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        view, row = option.widget, index.data(RECORD)
        if not isinstance(view, TokenView) or not isinstance(row, Row):
            return
        kept = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
        painter.save()
        box: QRect = option.rect
        paint_ground(painter, view, box, option.state)
        pitch = _pitch(view)
        if kept != row.kept:
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), view.colour("accent"))
        _tick(painter, view, QRect(box.left() + _PAD, box.top() + _GAP + (pitch - _BOX) // 2, _BOX, _BOX), kept)
        line = QRect(box.left() + _TEXT, box.top() + _GAP, box.width() - _TEXT - _PAD, pitch)
        if row.reason:
            painter.setFont(smaller(painter))
            painter.setPen(view.colour("muted"))
            draw_elided(painter, line, tr(row.reason))
            line.translate(0, pitch)
        font = QFont(view.font())
        font.setBold(row.kind == "heading")
        painter.setFont(font)
        painter.setPen(view.colour("text" if kept else "muted"))
        most = max(1, (box.bottom() - _GAP - line.top() + pitch // 2) // pitch)
        for words in wrapped(row.text, view, line.width(), most):
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
            line.translate(0, pitch)
        painter.restore()


def _pitch(view: TokenView) -> int:
    return round(view.fontMetrics().height() * 1.3)


def _tick(painter: QPainter, view: TokenView, box: QRect, kept: bool) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(view.colour("accent" if kept else "muted"), 1.4))
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 3, 3)
    if kept:
        left, top, side = box.left(), box.top(), box.width()
        ends = ((0.25, 0.52), (0.43, 0.70), (0.76, 0.30))
        first, middle, last = ((round(left + x * side), round(top + y * side)) for x, y in ends)
        painter.drawLine(*first, *middle)
        painter.drawLine(*middle, *last)
    painter.restore()


class BlockList(TokenView):
    """The blocks; Space, Enter or a click keeps one or leaves it out, J and K move."""

    toggled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setLayoutMode(QListView.LayoutMode.Batched)  # rows of thousands of blocks are measured while one looks at the first
        self.setBatchSize(400)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.chosen.connect(self._chosen)

    def _chosen(self, _index: QModelIndex) -> None:
        if QGuiApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier:
            self.toggled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_J: 1, Qt.Key.Key_K: -1}
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if plain and event.key() == Qt.Key.Key_Space:
            self.toggled.emit()
        elif plain and event.key() in steps:
            row = self.currentIndex().row() + steps[Qt.Key(event.key())]
            if 0 <= row < self.model().rowCount():
                self.setCurrentIndex(self.model().index(row, 0))
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()  # the page's
        else:
            super().keyPressEvent(event)


class TextChoice(QWidget):
    """The page: blocks, how many belong to the text, and Apply, which makes a new version."""

    apply_requested = Signal(int, int, list)  # article, the version that was shown, whether each block is kept
    left = Signal()
    ready = Signal()  # the blocks are shown

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._choice: Choice | None = None
        self._job: Job | None = None
        self._wanted: int | None = None
        self._applied = False  # what is shown was handed on to be made a version, which then comes as no surprise
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title, self.closing = label("title", wrap=True), Closing(self)
        self._remarks, self.count = label("muted", wrap=True), label("words", wrap=True)
        self.model, self.list = BlocksModel(self), BlockList(self)
        self.list.setModel(self.model)
        self.list.setItemDelegate(BlockDelegate(self.list))
        self.apply, self._back = QPushButton(), QPushButton()
        self.apply.setProperty("role", "primary")
        self._back.setProperty("role", "flat")
        self.list.toggled.connect(self.toggle)
        self.apply.clicked.connect(self._apply)
        self._back.clicked.connect(self.left)
        self.closing.asked.connect(self.left)
        self._lay_out()
        self.setFocusProxy(self.list)
        session.changed.connect(self._changed)
        session.freed.connect(self._follow)
        session.closed.connect(self.clear)
        self._retranslate()

    def _lay_out(self) -> None:
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.closing, 0, Qt.AlignmentFlag.AlignTop)
        foot.addWidget(self.apply)
        foot.addWidget(self._back)
        foot.addSpacing(12)
        foot.addWidget(self.count, 1)
        top = QVBoxLayout()
        top.setContentsMargins(_PAD, _PAD, _PAD, 12)
        top.setSpacing(6)
        top.addLayout(head)
        top.addWidget(self._remarks)
        foot.setContentsMargins(_PAD, 10, _PAD, 12)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.list, 1)
        layout.addLayout(foot)

    def show_article(self, article: int) -> None:
        """Show the blocks of an article as it is now; they are read beside the window."""
        self._stop()
        self._wanted = article
        if self._choice is not None and self._choice.article != article:
            self._show(None)
        job = Job(partial(read_blocks, self._session.project.path, ArticleId(article)), self)
        job.succeeded.connect(self._take)
        job.failed.connect(self._refused)
        self._job = job
        job.start()

    def clear(self) -> None:
        """Show nothing: the project is closed."""
        self._stop()
        self._wanted = None
        self._show(None)

    def _stop(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
            job.wait()
            job.deleteLater()

    def _take(self, choice: Choice) -> None:
        if self._job is None or choice.article != self._wanted:  # another one was asked for meanwhile
            return
        self._stop()
        self._show(choice)
        self.ready.emit()

    def _refused(self, error: BaseException) -> None:
        if not isinstance(error, ProjectError):
            raise error
        if isinstance(error, NotFound):
            self._leave(_GONE)
        elif not isinstance(error, Cancelled):
            self._session.tell(error)

    def _show(self, choice: Choice | None) -> None:
        self._choice, self._applied = choice, False
        self.model.show_rows(choice.rows if choice else ())
        self._retranslate()
        if choice is not None:
            self.list.setCurrentIndex(self.model.index(0))

    def toggle(self) -> None:
        """Leave out what is chosen if the block one stands on is kept, else keep it."""
        at = self.list.currentIndex()
        if not at.isValid():
            return
        rows = {index.row() for index in self.list.selectedIndexes()} | {at.row()}
        self.model.keep(sorted(rows), not self.model.kept[at.row()])
        self._applied = self._applied and not self._session.editable  # it was refused: one goes on choosing
        self._follow()

    def _follow(self) -> None:
        """Say how much belongs to the text, and what leaving out would do to what is marked."""
        kept, changed = sum(self.model.kept), self.model.changed
        words = [tr("{kept} of {count} blocks belong to the text", kept=f"{kept:,}", count=f"{len(self.model.kept):,}")]
        if changed:
            words.append(tr("{count} chosen otherwise", count=f"{len(changed):,}"))
        out = {row for row in changed if not self.model.kept[row]}
        lost = sum(1 for first, last in self.marked if any(row in out for row in range(first, last + 1))) if out else 0
        if lost:
            words.append(tr("annotations in what you leave out, which will wait to be looked at: {count}", count=lost))
        if not kept and self._choice is not None:
            words = [tr("Keep at least one block: an article needs a text.")]
        self.count.setText(" · ".join(words) if self._choice is not None else "")
        self.apply.setEnabled(bool(changed and kept) and self._session.editable)

    @property
    def marked(self) -> Sequence[tuple[int, int]]:
        """The first and the last row of each annotation."""
        return self._choice.marked if self._choice is not None else ()

    def _apply(self) -> None:
        if self._choice is not None and self.apply.isEnabled():
            self._applied = True
            self.apply_requested.emit(self._choice.article, self._choice.version, list(self.model.kept))

    def _changed(self, change: Change) -> None:
        """Show the blocks of another text of the article, unless one was choosing; without the article leave the page."""
        if self._choice is not None and {"version", "article"} & change.tables:
            try:
                version = self._session.project.articles.get(self._choice.article).version
            except NotFound:
                self._leave(_GONE)
                return
            if version != self._choice.version:
                article, choosing = self._choice.article, bool(self.model.changed) and not self._applied
                if choosing:
                    self._leave(_OTHER)
                self.show_article(article)
                return
        self._follow()

    def _leave(self, words: str) -> None:
        """Empty the page; if it is the one that is seen, leave it and say why."""
        seen = not self.isHidden()
        self.clear()
        if seen:
            self.left.emit()
            self._session.tell(Refused(words))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._apply()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        choice = self._choice
        self._title.setText(tr("What belongs to “{title}”", title=choice.title) if choice else tr("What belongs to the text"))
        self._remarks.setText("\n".join(remark_said(remark) for remark in choice.remarks) if choice else "")
        self._remarks.setVisible(bool(choice and choice.remarks))
        self.list.setAccessibleName(tr("Blocks of the file"))
        self.apply.setText(tr("Apply"))
        self.apply.setToolTip(tr("Make a new version of these blocks (Ctrl+Enter)"))
        self._back.setText(tr("Back"))
        self.list.viewport().update()
        self._follow()
