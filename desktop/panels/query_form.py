"""A query as a form to be clicked together: groups of lines, the same tree as what is typed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from time import monotonic

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid

from db.changes import Change
from db.search.completion import Offer
from db.search.query import parse
from db.search.tree import Node, placed
from db.search.writing import write
from desktop.models.query_form import LEVELS, Group, Line, offered, shaped
from desktop.panels.parts import button, column, held
from desktop.panels.query_row import QueryRow
from desktop.panels.query_values import Choice, Entry, Values
from desktop.session import Session
from desktop.words import language, tr

_TALLEST = 320  # pixels; what is more is scrolled
_INDENT = 12
_MOMENT = 0.02  # seconds
# (English template, whether one is enough, whether it must not hold)
_HOLDS = (
    ("All of these hold", False, False),
    ("At least one of these holds", True, False),
    ("Not all of these hold", False, True),
    ("None of these holds", True, True),
)


class QueryGroup(QFrame):
    """Lines and groups under one another, with what is asked of them at the top; Del on its last button takes it away."""

    changed = Signal()  # by a person
    grown = Signal(object)  # a line or group was put in or taken out; what should have the keys now: QWidget or None
    removed = Signal(object)
    wanted = Signal(object, str, str)

    def __init__(self, fields: QStandardItemModel, level: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields, self._level = fields, level
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("role", "note-card")
        self.setProperty("reply", "true" if level > 1 else "false")
        self.holds = Choice()
        self.holds.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
        self.add_line, self.add_group = button("value"), button("value")
        self.less = button("sheetClose", "−")
        self.less.setVisible(level > 1)
        self.add_group.setVisible(level < LEVELS)
        head = QHBoxLayout()
        head.setSpacing(6)
        for widget in (self.holds, self.add_line, self.add_group):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self.less)
        self._body = column(gap=4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_INDENT if level > 1 else 0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addLayout(self._body)
        self.holds.activated.connect(self.changed)
        self.add_line.clicked.connect(self._add_line)
        self.add_group.clicked.connect(self._add_group)
        self.less.clicked.connect(self._remove)
        self.holds.fill([(str(at), tr(words)) for at, (words, _either, _negated) in enumerate(_HOLDS)], "0")
        self._say()

    @property
    def parts(self) -> list[QueryRow | QueryGroup]:
        """The lines and groups, from the top."""
        return [part for part in held(self._body, QWidget) if isinstance(part, QueryRow | QueryGroup)]

    def group(self) -> Group:
        """Give what is filled in."""
        _words, either, negated = _HOLDS[int(self.holds.value())]
        return Group(tuple(part.line() if isinstance(part, QueryRow) else part.group() for part in self.parts), either, negated)

    def show_group(self, group: Group) -> Iterator[None]:
        """Show a group, a step for each line that is made; lines that are there already stay."""
        found = next(at for at, (_words, *how) in enumerate(_HOLDS) if how == [group.either, group.negated])
        self.holds.choose(str(found))
        for at, part in enumerate(group.parts):
            there = self.parts[at] if at < self._body.count() else None
            if isinstance(there, QueryRow) and isinstance(part, Line):
                there.show_line(part)
                continue
            if there is not None and not (isinstance(there, QueryGroup) and isinstance(part, Group)):
                self._take_out(there)
                there = None
            made = there or self._put_in(at, part)
            if isinstance(made, QueryGroup) and isinstance(part, Group):
                yield from made.show_group(part)
            yield
        for spare in self.parts[len(group.parts) :]:
            self._take_out(spare)

    def stops(self) -> Iterator[QWidget]:
        """Give what Tab comes to, in order."""
        yield from (self.holds, self.add_line, self.add_group, self.less)
        for part in self.parts:
            yield from part.stops()

    def rows(self) -> Iterator[QueryRow]:
        """Give all lines, those of the groups inside too."""
        for part in self.parts:
            if isinstance(part, QueryRow):
                yield part
            else:
                yield from part.rows()

    def retranslate(self) -> None:
        """Say everything in the window's language."""
        for at, (words, _either, _negated) in enumerate(_HOLDS):
            self.holds.setItemText(at, tr(words))
        self._say()
        for part in self.parts:
            part.retranslate()

    def _say(self) -> None:
        self.holds.setAccessibleName(tr("How many of the lines must hold"))
        self.add_line.setText(tr("Add line"))
        self.add_group.setText(tr("Add group"))
        words = tr("Remove this group (Del)")
        self.less.setToolTip(words)
        for each, name in ((self.add_line, tr("Add line")), (self.add_group, tr("Add group")), (self.less, words)):
            each.setAccessibleName(name)

    def _put_in(self, at: int, part: Line | Group) -> QueryRow | QueryGroup:
        made: QueryRow | QueryGroup
        if isinstance(part, Line):
            made = QueryRow(self._fields)
            made.added.connect(self._add_after)
            made.show_line(part)
        else:
            made = QueryGroup(self._fields, self._level + 1)
            made.grown.connect(self.grown)
        made.changed.connect(self.changed)
        made.removed.connect(self._drop)
        made.wanted.connect(self.wanted)
        self._body.insertWidget(min(at, self._body.count()), made)
        made.show()  # at once, so that it can have the keys
        return made

    def _take_out(self, part: QWidget) -> None:
        self._body.removeWidget(part)
        part.hide()
        part.deleteLater()

    # What a person does

    def _add_line(self) -> None:
        self._added(self._body.count(), Line())

    def _add_group(self) -> None:
        self._added(self._body.count(), Group())

    def _add_after(self, row: QueryRow) -> None:
        before = row.line()
        self._added(self._body.indexOf(row) + 1, Line(before.field))

    def _added(self, at: int, part: Line | Group) -> None:
        made = self._put_in(at, part)
        if isinstance(made, QueryGroup):
            made = made._put_in(0, Line())
        self.grown.emit(made)

    def _drop(self, part: QueryRow | QueryGroup) -> None:
        """Take a part out; the keys go to the one that comes into its place. Without lines a group goes too."""
        at = self._body.indexOf(part)
        if self._body.count() == 1 and self._level > 1:
            self.removed.emit(self)
            return
        self._take_out(part)
        if not self.parts:
            self._put_in(0, Line())
        self.grown.emit(self.parts[min(at, len(self.parts) - 1)].less)
        self.changed.emit()

    def _remove(self) -> None:
        self.removed.emit(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            self._add_line()
        elif event.key() == Qt.Key.Key_Delete and self.less.hasFocus():
            self._remove()
        else:
            super().keyPressEvent(event)


class QueryForm(QScrollArea):
    """The form: `show_query` shows a tree, `edited` says the text of the query that a person filled in."""

    edited = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._shown: Node | None = None  # what the form says, as it is read from a text
        self._waiting: Node | None = None
        self._waits = False  # for the form to be seen: until then nothing is made
        self._fields = QStandardItemModel(self)
        self._values = Values(session, self)
        self.root = QueryGroup(self._fields, 1)
        self._making = self.root.show_group(Group())
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._make)
        self._fill_fields()
        ground = self._ground = QWidget()
        for widget in (self, ground):
            widget.setProperty("role", "page")
        ground.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        box = QVBoxLayout(ground)
        box.setContentsMargins(0, 4, 8, 4)
        box.addWidget(self.root)
        box.addStretch(1)
        self.setWidget(ground)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        policy = self.sizePolicy()
        policy.setVerticalPolicy(policy.Policy.Maximum)
        self.setSizePolicy(policy)
        self.root.changed.connect(self._say)
        self.root.grown.connect(self._grown)
        self.root.wanted.connect(self._values.ask)
        self._values.found.connect(self._offer)
        session.opened.connect(self._fill_fields)
        session.changed.connect(self._changed)
        self._retranslate()
        self._finish()

    # What others call

    def show_query(self, node: Node | None) -> None:
        """Show a query, without a signal; what says the same already, as while one fills it in, stays untouched."""
        self._waiting, self._waits = node, True
        if self.isVisible():
            self._catch_up()

    def node(self) -> Node | None:
        """Give the tree that the form shows."""
        self._catch_up()
        self._finish()
        return self.root.group().node()

    def focus(self) -> None:
        """Put the caret into the first line that is not filled in, else into the last one."""
        self._catch_up()
        self._finish()
        rows = list(self.root.rows())
        row = next((row for row in rows if row.line().node() is None), rows[-1])
        row.take_keys()
        self._show_whole(row)

    # How it is kept in step

    def _catch_up(self) -> None:
        if not self._waits:
            return
        node, self._waits = self._waiting, False
        wanted = None if node is None else placed(node)
        if wanted == self._shown:
            return
        self._shown = wanted
        self._making = self.root.show_group(shaped(wanted, language().startswith("zh")))
        self._make()

    def _make(self) -> None:
        """Make lines for a moment; more are made when the window has had its turn."""
        until = monotonic() + _MOMENT
        for _made in self._making:
            if monotonic() > until:
                self._timer.start()
                return
        self._arrange()

    def _finish(self) -> None:
        """Make all lines that are still missing."""
        self._timer.stop()
        for _made in self._making:
            pass
        self._arrange()

    def _say(self) -> None:
        self._finish()
        text = write(self.root.group().node(), language().startswith("zh"))
        root = parse(text).root
        self._shown, self._waits = (None if root is None else placed(root)), False
        self.edited.emit(text)

    def _grown(self, keys: QWidget) -> None:
        self._finish()
        if isinstance(keys, QueryRow):
            keys.take_keys()
        else:
            keys.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_whole(keys)

    def _show_whole(self, widget: QWidget) -> None:
        """Scroll to a widget that may have been put in just now."""
        ground, layout = self._ground, self._ground.layout()
        if layout is not None:
            layout.activate()
        ground.resize(ground.width(), max(ground.sizeHint().height(), self.viewport().height()))
        self.ensureWidgetVisible(widget)

    def _arrange(self) -> None:
        """Let Tab go from the top to the bottom, and take the room that is needed."""
        stops = list(self.root.stops())
        for one, next_one in pairwise(stops):
            QWidget.setTabOrder(one, next_one)
        self.updateGeometry()

    def _offer(self, entry: Entry, offers: list[Offer]) -> None:
        row = entry.parentWidget() if isValid(entry) else None
        if isinstance(row, QueryRow) and entry.isVisible():
            row.offer(entry, offers)

    def _fill_fields(self) -> None:
        """List the fields there are; the lines keep theirs."""
        own = self._session.project.fields.all() if self._session.is_open else []
        self._fields.clear()
        for field, words in offered(own):
            item = QStandardItem(words)
            item.setData(field, Qt.ItemDataRole.UserRole)
            self._fields.appendRow(item)
        for row in self.root.rows():
            row.field.choose(row.line().field)

    def _changed(self, change: Change) -> None:
        if "field" in change.tables:
            self._fill_fields()

    def _retranslate(self) -> None:
        self.setAccessibleName(tr("The query as a form"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._fill_fields()
            self.root.retranslate()
            self._retranslate()
            self.updateGeometry()

    def showEvent(self, event: QShowEvent) -> None:
        self._catch_up()
        super().showEvent(event)

    def sizeHint(self) -> QSize:
        wanted = self._ground.sizeHint()
        return QSize(max(480, wanted.width()), min(_TALLEST, wanted.height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(240, min(80, self.sizeHint().height()))
