"""What two people changed differently, decided by a person one after the other or all at once, by single keys."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from db.changes import Change
from db.records import Conflict
from db.sharing.deciding import DECISIONS, Conflicts, Decision, can_be_both
from desktop.dates import when
from desktop.models.articles import RECORD
from desktop.models.conflicts import ConflictsModel, about, field_words, kind_words, record_words, value_words
from desktop.models.review import SECOND
from desktop.panels.closing import Closing
from desktop.panels.painting import draw_elided, paint_ground, smaller
from desktop.panels.parts import FlowLayout, TokenView, column, empty, holds_keys, join_words, label, list_beside
from desktop.panels.place_rows import PassageText, RowList
from desktop.session import Session
from desktop.words import tr

ROW, _EDGE = 48, 16
_LIST = 300  # logical pixels
# More than these are decided beside the window.
_AT_ONCE = 200
_KEYS: dict[int, Decision] = {Qt.Key.Key_1: "mine", Qt.Key.Key_2: "theirs", Qt.Key.Key_3: "both"}
_ONE = {"mine": "Keep mine", "theirs": "Take theirs", "both": "Keep both"}
_ALL = {"mine": "Keep mine in all", "theirs": "Take theirs in all", "both": "Keep both where that can be"}


class ConflictRow(QStyledItemDelegate):
    """The record, and under it the field and the file it came with."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(160, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        view = option.widget
        if not isinstance(view, TokenView) or not isinstance(index.data(RECORD), Conflict):
            return
        painter.save()
        box: QRect = option.rect
        paint_ground(painter, view, box, option.state)
        inside = box.adjusted(_EDGE, 5, -_EDGE, -5)
        first = QRect(inside.left(), inside.top(), inside.width(), inside.height() // 2)
        painter.setPen(view.colour("text"))
        draw_elided(painter, first, str(index.data()))
        painter.setFont(smaller(painter))
        painter.setPen(view.colour("muted"))
        draw_elided(painter, first.translated(0, first.height()), str(index.data(SECOND)))
        painter.restore()


class ConflictView(QScrollArea):
    """One conflict in its context: the record, the passage, both values and the one both began with."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setProperty("role", "page")
        inside = QWidget()
        inside.setProperty("role", "page")
        self._what, self._whence, self._where = label("heading", wrap=True), label("small", wrap=True), label("muted", wrap=True)
        self.passage = PassageText(5)
        self._values = QVBoxLayout()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(_EDGE, 0, _EDGE, 8)
        layout.setSpacing(8)
        for part in (self._what, self._whence, self._where, self.passage):
            layout.addWidget(part)
        layout.addLayout(self._values)
        layout.addStretch(1)
        self.setWidget(inside)

    def show_conflict(self, conflict: Conflict | None) -> None:
        """Show a conflict, or none."""
        empty(self._values)
        for part in (self._what, self._whence, self._where, self.passage):
            part.hide()
        if conflict is None:
            return
        project = self._session.project
        source = tr("from {source}", source=conflict.source) if conflict.source else ""
        self._what.setText(record_words(project, conflict))
        self._whence.setText(join_words((kind_words(conflict), field_words(conflict), source, when(conflict.created))))
        self._what.show()
        self._whence.show()
        there = about(project, conflict)
        if there is not None and conflict.kind != "article":
            self._where.setText(tr("In “{title}”", title=there.title))
            self._where.show()
        if there is not None and there.passage is not None:
            self.passage.show_passage(there.passage)
            self.passage.show()
        sides = [(f"1  {tr('Mine')}", conflict.mine), (f"2  {tr('Theirs')}", conflict.theirs)]
        sides += [(tr("Before"), conflict.base)] if conflict.base not in ("", "null") else []
        self._values.addWidget(_side_by_side([(name, value_words(project, conflict, value)) for name, value in sides]))


def _side_by_side(sides: Sequence[tuple[str, str]]) -> QWidget:
    frame = QWidget()
    grid = QGridLayout(frame)
    grid.setContentsMargins(0, 8, 0, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(2)
    for place, (name, value) in enumerate(sides):
        grid.addWidget(label("section", name), 0, place)
        words = label("words", value, wrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid.addWidget(words, 1, place, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(place, 1)
    return frame


class ConflictsPage(QWidget):
    """The open conflicts beside the one that is decided: 1 mine, 2 theirs, 3 both, 0 later; with Shift all that are left."""

    place_requested = Signal(int, object, object, object)  # article, start, end, annotation
    all_requested = Signal(str, list)  # how to decide these (uuids), more than can be decided at once
    left = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title, self._count, self._keys = label("title"), label("heading", wrap=True), label("small", wrap=True)
        self._why, self.closing = label("muted", wrap=True), Closing(self)
        self.model, self.list, self.view = ConflictsModel(self), RowList(), ConflictView(session)
        self.list.setModel(self.model)
        self.list.setItemDelegate(ConflictRow(self.list))
        self.list.setUniformItemSizes(True)
        self.one = {decision: QPushButton() for decision in DECISIONS}
        self.all = {decision: QPushButton() for decision in DECISIONS}
        self.open = QPushButton()
        self.one["mine"].setProperty("role", "primary")
        self.setFocusProxy(self.list)
        self._lay_out()
        self._connect()
        self._retranslate()
        self.reload()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addLayout(column(self._title, self._count, self._why, self._keys, gap=4), 1)
        head.addWidget(self.closing, 0, Qt.AlignmentFlag.AlignTop)
        head.setContentsMargins(_EDGE, 16, _EDGE, 12)
        side, rows = QWidget(), QVBoxLayout()
        for made in (self.one, self.all):
            row = FlowLayout(8)
            for each in made.values():
                row.addWidget(each)
            if made is self.one:
                row.addWidget(self.open)
            rows.addLayout(row)
        rows.setContentsMargins(_EDGE, 8, _EDGE, 12)
        rows.setSpacing(8)
        right = QVBoxLayout(side)
        right.setContentsMargins(0, 0, 0, 0)
        right.addWidget(self.view, 1)
        right.addLayout(rows)
        self._parts = list_beside(self.list, side, _LIST)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._parts, 1)
        layout.addStretch(0)

    def _connect(self) -> None:
        self.closing.asked.connect(self.left)
        self.list.selectionModel().currentChanged.connect(self._turned)
        self.open.clicked.connect(self.open_place)
        for key, decision in _KEYS.items():
            self.one[decision].clicked.connect(partial(self.decide, decision))
            self.all[decision].clicked.connect(partial(self.decide_all, decision))
            shortcut = QShortcut(QKeySequence(f"Shift+{key - Qt.Key.Key_0}"), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(self.decide_all, decision))
        self._session.opened.connect(self.reload)
        self._session.closed.connect(self.reload)
        self._session.changed.connect(self._changed)
        self._session.freed.connect(self._follow)

    # What is shown

    def reload(self) -> None:
        """Read the conflicts again and stay at the one stood on, else at its place."""
        row, current = max(0, self.list.currentIndex().row()), self._current()
        project = self._session.project if self._session.is_open else None
        self.model.show_conflicts(project, project.conflicts() if project is not None else [])
        self._stand([current.uuid] if current is not None else [], row)

    def _stand(self, uuids: Sequence[str], row: int) -> None:
        """Stand on the first of these conflicts, where none is there at a row, and show it."""
        count = self.model.rowCount()
        there = self.model.row_of(uuids) if uuids else -1
        if count:
            self.list.setCurrentIndex(self.model.index(there if there >= 0 else min(row, count - 1), 0))
        lost, turns = self._lost_keys(), self._parts.isHidden() == (count > 0)
        held = lost or (turns and holds_keys(self))
        self._parts.setVisible(count > 0)
        if held:  # after the last decision the keys stay in the page, and so do they when it is undone
            (self.list if count else self.closing).setFocus(Qt.FocusReason.OtherFocusReason)
        self._keys.setVisible(count > 0)
        self.view.show_conflict(self._current())
        self._follow()

    def _lost_keys(self) -> bool:
        """Whether the page is shown in the window that is worked in, and nothing that is seen there has the keys."""
        held = QApplication.focusWidget()
        return self.isVisible() and self.isActiveWindow() and (held is None or not held.isVisible())

    def _current(self) -> Conflict | None:
        return self.model.conflict(self.list.currentIndex().row())

    def _turned(self, _index: QModelIndex, _before: QModelIndex) -> None:
        self.view.show_conflict(self._current())
        self._follow()

    def _follow(self) -> None:
        """Say how many are left, and what can be done now."""
        conflict, count, editable = self._current(), self.model.rowCount(), self._session.editable
        self._count.setText(tr("{count} left", count=f"{count:,}") if count else "")
        self._count.setVisible(count > 0)
        none = tr("There are no conflicts: nothing was changed differently by two people.")
        some = tr(
            "Two people changed these differently. Until you decide, everybody has the same one of the two, and both are kept."
        )
        self._why.setText(some if count else none)
        for decision in DECISIONS:
            self.one[decision].setEnabled(editable and conflict is not None and self._fits(conflict, decision))
            self.all[decision].setVisible(count > 1)
            self.all[decision].setEnabled(editable and bool(self.model.both if decision == "both" else count))
        there = about(self._session.project, conflict) if conflict is not None else None
        self.open.setEnabled(there is not None)

    @staticmethod
    def _fits(conflict: Conflict, decision: Decision) -> bool:
        return decision != "both" or can_be_both(conflict)

    def _left(self, decision: Decision) -> list[str]:
        return [each.uuid for each in self.model.all() if self._fits(each, decision)]

    # Deciding

    def decide(self, decision: Decision, _checked: bool = False) -> None:
        """Decide the conflict one stands on; the next one comes in its place."""
        conflict = self._current()
        if conflict is not None and self._fits(conflict, decision):
            self._decide(decision, [conflict.uuid])

    def decide_all(self, decision: Decision, _checked: bool = False) -> None:
        """Decide all that are left, or of those the ones in which both can stand; one undo takes it back."""
        wanted = self._left(decision)
        if len(wanted) > _AT_ONCE:
            self.all_requested.emit(decision, wanted)
        elif wanted:
            self._decide(decision, wanted)

    def _decide(self, decision: Decision, uuids: Sequence[str]) -> None:
        self._session.act(partial(Conflicts(self._session.project.store).decide, decision, uuids))

    def later(self) -> None:
        """Go on to the next one, after the last to the first."""
        if count := self.model.rowCount():
            self.list.setCurrentIndex(self.model.index((self.list.currentIndex().row() + 1) % count, 0))

    def open_place(self) -> None:
        """Go to the passage or article that the conflict is about."""
        conflict = self._current()
        there = about(self._session.project, conflict) if conflict is not None else None
        if there is not None:
            self.place_requested.emit(there.article, None, None, there.annotation)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, plain = event.key(), Qt.KeyboardModifier.NoModifier
        if event.modifiers() not in (plain, Qt.KeyboardModifier.KeypadModifier):
            super().keyPressEvent(event)
        elif key in _KEYS:
            self.decide(_KEYS[key])
        elif key == Qt.Key.Key_0:
            self.later()
        elif key in (Qt.Key.Key_J, Qt.Key.Key_K):
            self.list.step(1 if key == Qt.Key.Key_J else -1)
        elif key == Qt.Key.Key_O:
            self.open_place()
        else:
            super().keyPressEvent(event)

    # The window

    def _changed(self, change: Change) -> None:
        """Follow a change; conflicts that came back are stood on."""
        if "conflict" not in change.tables:
            return
        if change.counts["conflict"] > _AT_ONCE:
            self.reload()
            return
        row, current = max(0, self.list.currentIndex().row()), self._current()
        with QSignalBlocker(self.list.selectionModel()):
            back = self.model.follow(Conflicts(self._session.project.store).touched(change.id))
        self._stand(back or ([current.uuid] if current is not None else []), row)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reload()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
            self.reload()

    def _retranslate(self) -> None:
        self._title.setText(tr("Conflicts"))
        self.setAccessibleName(tr("Conflicts"))
        self.list.setAccessibleName(tr("Conflicts"))
        self._keys.setText(
            tr("1 keeps mine, 2 takes theirs, 3 keeps both, 0 leaves it for later; J and K go on and back; Shift decides all")
        )
        for number, decision in enumerate(DECISIONS, 1):
            self.one[decision].setText(f"{number}  {tr(_ONE[decision])}")
            self.all[decision].setText(tr(_ALL[decision]))
        self.open.setText(tr("Open in the article"))
