"""Articles that are nearly one text: two of them side by side, and what a person decides about them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from db.changes import Change
from db.errors import Cancelled
from db.library import Entry
from db.records import ArticleId
from desktop.models.duplicates import GroupsModel, Suspects
from desktop.panels.closing import Closing
from desktop.panels.duplicate_parts import DECIDING, ArticleHead, GroupRow, Groups, name_of
from desktop.panels.parts import FlowLayout, button, empty, held, join_words, label
from desktop.panels.rows import ARTICLE_ROW
from desktop.panels.side_by_side import Pair, SideBySide, compared
from desktop.session import Session
from desktop.words import tr
from desktop.worker import Job

_LATER = 30  # milliseconds
_ANY = 16_777_215  # what Qt takes for no limit
_TEXT, _INSET = 160, 16  # logical pixels: the least height of the two texts, the room left of them
_LIST = 260
_NARROW, _FEW_ROWS = 620, 2  # a page less wide has the list above the pair


def _scrolled(inside: QWidget) -> QScrollArea:
    """Let a part of the page scroll: where the window is low, its lines would lie on each other."""
    made = QScrollArea()
    made.setProperty("role", "page")
    made.setFrameShape(QScrollArea.Shape.NoFrame)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setWidgetResizable(True)
    made.setWidget(inside)
    return made


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
        self.list = Groups()
        self.list.setModel(self.model)
        self.list.setItemDelegate(GroupRow(self.list))
        self.list.setUniformItemSizes(True)
        self._title, self._why, self.closing = label("title"), label("muted", wrap=True), Closing(self)
        self.again = QPushButton()
        self.first, self.second = ArticleHead(), ArticleHead()
        self._others = FlowLayout(4)
        self._middle, self._heads = QHBoxLayout(), QHBoxLayout()
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
        heads = self._heads
        heads.setSpacing(0)
        for head in (self.first, self.second):
            heads.addWidget(head, 1, Qt.AlignmentFlag.AlignTop)
        buttons = FlowLayout(8)
        for each in (self.reprint, self.other_way, self.different, self.remove):
            buttons.addWidget(each)
        pair = QWidget()
        self._column = column = QVBoxLayout(pair)
        column.setContentsMargins(_INSET, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._others)
        column.addLayout(heads)
        column.addLayout(buttons)
        column.addWidget(self._said)
        column.addWidget(self.text, 1)
        self._sides.addWidget(QWidget())
        self.text.setMinimumHeight(_TEXT)
        self._sides.addWidget(pair)
        middle = self._middle
        middle.addWidget(self.list)
        middle.addWidget(self._sides, 1)
        top = QHBoxLayout()
        top.addWidget(self._title)
        top.addStretch(1)
        top.addWidget(self.again)
        top.addWidget(self.closing)
        inside = QWidget()
        inside.setProperty("role", "page")
        rest = QVBoxLayout(inside)
        rest.setContentsMargins(0, 0, 0, 0)
        rest.setSpacing(12)
        rest.addWidget(self._why)
        rest.addLayout(middle, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(12)
        whole.addLayout(top)
        whole.addWidget(_scrolled(inside), 1)

    def _connect(self) -> None:
        self.closing.asked.connect(self.left)
        self.again.clicked.connect(self.look)
        self.list.selectionModel().currentChanged.connect(self._turn)
        self.list.key_typed.connect(self._typed)
        for head in (self.first, self.second):
            head.open_requested.connect(self.article_requested)
        self.first.chosen.connect(self._put_left)
        self.second.chosen.connect(self._put_right)
        self.reprint.clicked.connect(self._relate)
        self.other_way.clicked.connect(self._relate_back)
        self.different.clicked.connect(self._call_different)
        self.remove.clicked.connect(self._remove)
        self._timer.timeout.connect(self._catch_up)
        self._session.closed.connect(self._closed)
        self._session.changed.connect(self._changed)
        self._session.freed.connect(self._say_pair)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < _NARROW
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._middle.direction() == way:
            return
        self._middle.setDirection(way)
        self._size_list()
        self._column.setContentsMargins(0 if narrow else _INSET, 0, 0, 0)

    def _size_list(self) -> None:
        """Let the list be as high as the page, or above the pair as high as its first rows."""
        narrow = self._middle.direction() == QBoxLayout.Direction.TopToBottom
        height = max(1, min(self.model.rowCount(), _FEW_ROWS)) * ARTICLE_ROW
        self.list.setMinimumSize(0 if narrow else _LIST, height)
        self.list.setMaximumSize(_ANY if narrow else _LIST, height if narrow else _ANY)

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
        self._choose(self.model.row_of(pair[0].id) if pair is not None else 0, pair)
        self._say()

    def _choose(self, row: int, pair: tuple[Entry, Entry] | None = None) -> None:
        """Show a group; of the pair shown before what is still of the group."""
        last = self.model.rowCount() - 1
        if last >= 0:
            self.list.setCurrentIndex(self.model.index(max(0, min(row, last))))
        here = self.list.currentIndex().row()
        if pair is None:
            self._show_pair(here)
            return
        one, other = pair[0].id, pair[1].id
        self._show_pair(here, one, 0 if self.model.original(one) == self.model.original(other) else other)

    def _turn(self, index: QModelIndex, _before: QModelIndex) -> None:
        self._show_pair(index.row())

    def _show_pair(self, row: int, left: int = 0, right: int = 0) -> None:
        """Show two articles of a group by id, else its first beside the first that nobody decided about."""
        suspects = self.model.suspects(row)
        if any(chip.hasFocus() for chip in held(self._others, QToolButton)):
            self.list.setFocus()  # before the chip goes, and the keys with it
        empty(self._others)
        self._sides.setCurrentIndex(0 if suspects is None else 1)
        if suspects is None:
            self._pair = None
            return
        first = next((each for each in suspects.articles if each.id == left), suspects.articles[0])
        there = self._beside(suspects, first)
        undecided = (each for each in there if self.model.original(each.id) != self.model.original(first.id))
        second = next((each for each in there if each.id == right), next(undecided, there[0]))
        self._pair = (first, second)
        numbers = {each.id: number for number, each in enumerate(suspects.articles, 1)}
        for each in there if len(there) > 1 else ():
            chip = button("toggle", name_of(each, numbers[each.id]), each.title)
            chip.setCheckable(True)
            chip.setChecked(each.id == second.id)
            chip.clicked.connect(partial(self._put_right, int(each.id)))
            self._others.addWidget(chip)
        for head, entry in ((self.first, first), (self.second, second)):
            head.show_entry(entry)
        self.first.offer(suspects.articles, tr("Choose the left article (Shift+← and Shift+→)"))
        self.second.offer(suspects.articles, tr("Choose the right article (← and →)"))
        self._say_pair()
        self._compare()

    def _beside(self, suspects: Suspects, first: Entry) -> list[Entry]:
        """List what may stand beside an article of a group: all that nobody told apart from it, if there are any."""
        others = [each for each in suspects.articles if each.id != first.id]
        return [each for each in others if not self.model.is_different(first.id, each.id)] or others

    def _put_left(self, article: int) -> None:
        """Show an article at the left; the one at the right makes room for it."""
        if self._pair is not None:
            one, other = self._pair
            self._show_pair(self.list.currentIndex().row(), article, one.id if other.id == article else other.id)
            self.list.setFocus()

    def _put_right(self, article: int) -> None:
        """Show an article at the right; the one at the left makes room for it."""
        if self._pair is not None:
            one, other = self._pair
            self._show_pair(self.list.currentIndex().row(), other.id if one.id == article else one.id, article)
            self.list.setFocus()

    def _step(self, by: int, *, left: bool = False) -> None:
        """Show the next of the group's articles at the right, or at the left."""
        suspects = self.model.suspects(self.list.currentIndex().row())
        if suspects is None or self._pair is None:
            return
        here, other = self._pair if left else self._pair[::-1]
        there = [each for each in suspects.articles if each.id != other.id] if left else self._beside(suspects, other)
        keys = [each.id for each in there]
        place = max(0, min(keys.index(here.id) + by, len(keys) - 1))
        (self._put_left if left else self._put_right)(keys[place])

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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Decide by the same keys when a button has them."""
        if event.key() in DECIDING and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._typed(event.key(), shift=False)
        else:
            super().keyPressEvent(event)

    def _typed(self, key: int, shift: bool) -> None:
        doing = {Qt.Key.Key_R: self._relate, Qt.Key.Key_N: self._call_different, Qt.Key.Key_Delete: self._remove}
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step(1 if key == Qt.Key.Key_Right else -1, left=shift)
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
        self._choose(row if decided or same < 0 else same, pair)
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
        self._size_list()
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
            self._choose(self.list.currentIndex().row(), self._pair)
