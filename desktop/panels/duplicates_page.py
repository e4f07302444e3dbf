"""Articles that are nearly one text: two of them side by side, and what a person decides about them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QStyleOptionViewItem, QVBoxLayout, QWidget

from db.changes import Change
from db.errors import Cancelled
from db.library import Entry
from db.records import ArticleId
from desktop.models.articles import second_line
from desktop.models.duplicates import GroupsModel, Suspects, group_words
from desktop.panels.closing import Closing
from desktop.panels.parts import FlowLayout, ShortText, TokenView, button, empty, join_words, label
from desktop.panels.rows import ArticleRow, Colour
from desktop.panels.side_by_side import Pair, SideBySide, compared
from desktop.session import Session
from desktop.words import tr
from desktop.worker import Job

_LATER = 30  # milliseconds
_LIST = 260


class GroupRow(ArticleRow):
    """Title of the first, how many there are and who published them; ✓ where all are related."""

    def draw(self, painter: QPainter, option: QStyleOptionViewItem, record: object, colour: Colour) -> None:
        if isinstance(record, Suspects):
            box = option.rect.adjusted(12, 0, -12, 0)
            painter.setPen(colour("muted"))
            if record.decided:
                painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "✓")
            ink = colour("muted" if record.decided else "text")
            room = QRect(box.left(), box.top(), box.width() - 20, box.height())
            self.two_lines(painter, option, room, (record.articles[0].title, group_words(record)), (ink, colour("muted")))


class _Groups(TokenView):
    """The list of groups; single keys decide."""

    key_typed = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_R, Qt.Key.Key_N, Qt.Key.Key_Delete, Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.key_typed.emit(event.key())
            event.accept()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, _search: str) -> None:
        """Letters that decide nothing go nowhere."""


class ArticleHead(QWidget):
    """What one sees of an article above its column."""

    open_requested = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._article = 0
        self._title, self._line, self._more = ShortText("row-title", 2), label("small", wrap=True), label("small", wrap=True)
        self.open = button("quiet")
        self.open.clicked.connect(self._open)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 0, 12, 0)
        box.setSpacing(2)
        for widget in (self._title, self._line, self._more):
            box.addWidget(widget)
        box.addWidget(self.open, 0, Qt.AlignmentFlag.AlignLeft)

    def show_entry(self, entry: Entry) -> None:
        """Show an article."""
        self._article = entry.id
        self._title.set_text(entry.title)
        self._line.setText(second_line(entry) or "–")
        passages = tr("{count} passages", count=entry.annotations) if entry.annotations else tr("No passages")
        self._more.setText(join_words((entry.key, passages, tr("{n} characters", n=f"{entry.characters:,}"))))
        self.open.setText(tr("Open"))

    def _open(self) -> None:
        self.open_requested.emit(self._article)


class DuplicatesPage(QWidget):
    """Groups at the left; at the right two articles of the group with what differs, and what can be decided."""

    look_requested = Signal()  # look for duplicates; the groups come by `show_groups`
    article_requested = Signal(int)
    reprint_requested = Signal(int, int)  # an article and the one it is a reprint of
    remove_requested = Signal(list)
    left = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._looked = False
        self._changes = self._asked = self._seen = 0  # changes of articles: so far, when it was last asked, in what is shown
        self._pair: tuple[Entry, Entry] | None = None
        self._job: Job | None = None
        self._wanted: tuple[ArticleId, ArticleId] | None = None  # the pair whose comparison is to be shown
        self._made: tuple[ArticleId, ArticleId] | None = None  # the pair that is compared
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = GroupsModel(session, self)
        self.list = _Groups()
        self.list.setModel(self.model)
        self.list.setItemDelegate(GroupRow(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFixedWidth(_LIST)
        self._title, self._why, self.closing = label("title"), label("muted", wrap=True), Closing(self)
        self.again = QPushButton()
        self.first, self.second = ArticleHead(), ArticleHead()
        self._others = FlowLayout(4)
        self.reprint, self.other_way, self.different, self.remove = (QPushButton() for _ in range(4))
        self._said = label("small", wrap=True)
        self.text = SideBySide()
        self._sides = QStackedWidget()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_LATER)
        self.setFocusProxy(self.list)
        self._lay_out()
        self._connect()
        self._say()

    def _lay_out(self) -> None:
        heads = QHBoxLayout()
        heads.setSpacing(0)
        for head in (self.first, self.second):
            heads.addWidget(head, 1, Qt.AlignmentFlag.AlignTop)
        buttons = FlowLayout(8)
        for each in (self.reprint, self.other_way, self.different, self.remove):
            buttons.addWidget(each)
        pair = QWidget()
        column = QVBoxLayout(pair)
        column.setContentsMargins(16, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._others)
        column.addLayout(heads)
        column.addLayout(buttons)
        column.addWidget(self._said)
        column.addWidget(self.text, 1)
        self._sides.addWidget(QWidget())
        self._sides.addWidget(pair)
        middle = QHBoxLayout()
        middle.addWidget(self.list)
        middle.addWidget(self._sides, 1)
        top = QHBoxLayout()
        top.addWidget(self._title)
        top.addStretch(1)
        top.addWidget(self.again)
        top.addWidget(self.closing)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(12)
        whole.addLayout(top)
        whole.addWidget(self._why)
        whole.addLayout(middle, 1)

    def _connect(self) -> None:
        self.closing.asked.connect(self.left)
        self.again.clicked.connect(self.look)
        self.list.selectionModel().currentChanged.connect(self._turn)
        self.list.key_typed.connect(self._typed)
        for head in (self.first, self.second):
            head.open_requested.connect(self.article_requested)
        self.reprint.clicked.connect(self._relate)
        self.other_way.clicked.connect(self._relate_back)
        self.different.clicked.connect(self._call_different)
        self.remove.clicked.connect(self._remove)
        self._timer.timeout.connect(self._catch_up)
        self._session.closed.connect(self._closed)
        self._session.changed.connect(self._changed)

    # Groups

    def look(self) -> None:
        """Ask for the groups."""
        self._asked = self._changes
        self.look_requested.emit()

    def show_groups(self, groups: Sequence[Sequence[ArticleId]]) -> None:
        """Show the groups that were found."""
        self._looked, self._seen = True, self._asked
        pair = self._pair
        self.model.show_groups(groups)
        self._choose(self.model.row_of(pair[0].id) if pair is not None else 0)
        self._say()

    def _choose(self, row: int) -> None:
        last = self.model.rowCount() - 1
        if last >= 0:
            self.list.setCurrentIndex(self.model.index(max(0, min(row, last))))
        self._show_pair(self.list.currentIndex().row())

    def _turn(self, index: QModelIndex, _before: QModelIndex) -> None:
        self._show_pair(index.row())

    def _show_pair(self, row: int, other: int = 1) -> None:
        """Show the first of a group beside another one of it."""
        suspects = self.model.suspects(row)
        empty(self._others)
        self._sides.setCurrentIndex(0 if suspects is None else 1)
        if suspects is None:
            self._pair = None
            return
        first, others = suspects.articles[0], suspects.articles[1:]
        there = [each for each in others if not self.model.is_different(first.id, each.id)] or list(others)
        second = there[max(0, min(other - 1, len(there) - 1))]
        self._pair = (first, second)
        for place, each in enumerate(there if len(there) > 1 else (), 1):
            chip = button("toggle", each.publisher or each.key, each.title)
            chip.setCheckable(True)
            chip.setChecked(each.id == second.id)
            chip.clicked.connect(partial(self._show_pair, row, place))
            self._others.addWidget(chip)
        self.first.show_entry(first)
        self.second.show_entry(second)
        self._say_pair()
        self._compare()

    def _step(self, by: int) -> None:
        """Show the next of the group's articles beside the first."""
        suspects = self.model.suspects(self.list.currentIndex().row())
        if suspects is not None and self._pair is not None:
            there = [each for each in suspects.articles[1:] if not self.model.is_different(self._pair[0].id, each.id)]
            here = next((place for place, each in enumerate(there, 1) if each.id == self._pair[1].id), 1)
            self._show_pair(self.list.currentIndex().row(), max(1, min(here + by, len(there))))

    # Comparing

    def _compare(self) -> None:
        if self._pair is None:
            return
        wanted = (self._pair[0].id, self._pair[1].id)
        if wanted == self._wanted:
            return
        self._wanted = wanted
        self.text.show_pairs(())
        if self._job is not None:
            self._job.cancel()  # the next begins when this one has stopped
            return
        articles = self._session.project.articles
        old, new = (articles.version(key).text for key in wanted)
        self._job = Job(partial(compared, old, new), self)
        self._made = wanted
        self._job.succeeded.connect(self._compared)
        self._job.failed.connect(self._failed)
        self._job.start()

    def _compared(self, rows: Sequence[Pair]) -> None:
        self._end_job()
        if self._made == self._wanted:
            self.text.show_pairs(rows)
        else:
            self._compare_again()

    def _failed(self, error: BaseException) -> None:
        self._end_job()
        if not isinstance(error, Cancelled):
            raise error
        self._compare_again()

    def _compare_again(self) -> None:
        """Compare what is shown now, which is another pair than the one that was compared."""
        self._wanted = None
        self._compare()

    def _end_job(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.wait()
            job.succeeded.disconnect(self._compared)
            job.failed.disconnect(self._failed)
            job.deleteLater()

    # What is decided

    def _typed(self, key: int) -> None:
        doing = {Qt.Key.Key_R: self._relate, Qt.Key.Key_N: self._call_different, Qt.Key.Key_Delete: self._remove}
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step(1 if key == Qt.Key.Key_Right else -1)
        elif self._pair is not None:
            doing[Qt.Key(key)]()

    def _relate(self) -> None:
        if self._pair is not None and self.reprint.isEnabled():
            self.reprint_requested.emit(self._pair[1].id, self._pair[0].id)

    def _relate_back(self) -> None:
        if self._pair is not None and self.other_way.isEnabled():
            self.reprint_requested.emit(self._pair[0].id, self._pair[1].id)

    def _remove(self) -> None:
        if self._pair is not None and self._session.editable:
            self.remove_requested.emit([self._pair[1].id])

    def _call_different(self) -> None:
        """Say that the two are not the same text; the pair is left out from now on, by everybody who has the project."""
        if self._pair is not None and self.different.isEnabled():
            one, other = (each.id for each in self._pair)
            self._session.act(partial(self._session.project.relations.call_different, one, other))

    # Following the project

    def _changed(self, change: Change) -> None:
        if change.tables & {"article", "version"}:
            self._changes += 1
        if self._looked and change.tables & {"article", "relation", "annotation", "version"}:
            self._timer.start()

    def _catch_up(self) -> None:
        if not self._looked or not self._session.is_open:
            return
        pair, row = self._pair, self.list.currentIndex().row()
        self.model.reload()
        same = self.model.row_of(pair[0].id) if pair is not None else -1
        decided = same >= 0 and (suspects := self.model.suspects(same)) is not None and suspects.decided
        self._choose(row if decided or same < 0 else same)
        self._say()

    def _closed(self) -> None:
        self._timer.stop()
        if self._job is not None:
            self._job.cancel()
        self._end_job()
        self._looked, self._wanted = False, None
        self._changes = self._asked = self._seen = 0
        self.model.show_groups(())
        self._choose(0)
        self._say()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._session.is_open and (not self._looked or (self._stale and self._session.editable)):
            self.look()

    @property
    def _stale(self) -> bool:
        return self._seen != self._changes

    # Words

    def _say(self) -> None:
        self._title.setText(tr("Duplicates"))
        self.again.setText(tr("Look again") if self._looked else tr("Look for duplicates"))
        self.list.setAccessibleName(tr("Duplicates"))
        self.text.setAccessibleName(tr("Two texts side by side"))
        self.list.setVisible(self.model.rowCount() > 0)
        if not self._looked:
            self._why.setText(tr("Articles whose text is nearly the same are shown here side by side."))
        elif self.model.rowCount():
            keys = tr("R: reprint, N: not the same, Del: remove the right one")
            self._why.setText(join_words((tr("These articles are nearly the same text."), keys), " "))
        elif self._stale:
            self._why.setText(tr("Articles have changed since. Look again."))
        else:
            self._why.setText(tr("No two articles are nearly the same text."))
        self._say_pair()

    def _say_pair(self) -> None:
        self.reprint.setText(tr("The right one is a reprint of the left one"))
        self.other_way.setText(tr("The other way round"))
        self.different.setText(tr("Not the same"))
        self.different.setToolTip(tr("Never shown together again in this project; undo takes it back"))
        self.remove.setText(tr("Remove the right one"))
        if self._pair is None:
            return
        one, other = self._pair
        related = self.model.original(one.id) == self.model.original(other.id)
        self._said.setText(tr("Related as reprint: its passages count once, its publishers stay listed.") if related else "")
        self._said.setVisible(related)
        for each in (self.reprint, self.other_way):
            each.setEnabled(self._session.editable and not related)
        self.different.setEnabled(self._session.editable and not related)
        self.remove.setEnabled(self._session.editable)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
            self._show_pair(self.list.currentIndex().row())
