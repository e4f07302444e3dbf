"""Hits of a search before they become annotations: which of them, how far each goes, and with what they are tagged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from db.changes import Change
from db.errors import ProjectError, Refused
from db.records import CodeId, Progress
from db.search.marking import MOST, UNITS, Candidate, Unit, candidates
from db.search.searcher import Searcher
from db.search.words import Pattern
from desktop.errors import words
from desktop.models.candidates import CandidatesModel, ToMark
from desktop.panels.candidate_rows import CandidatesList
from desktop.panels.closing import Closing
from desktop.panels.gathering import Gathering
from desktop.panels.parts import ShortText, button, column, label, mark
from desktop.panels.tagging_with import TaggingWith
from desktop.session import Session
from desktop.words import tr

_WAIT = 150  # milliseconds after a change
_FOUND_IN = frozenset({
    "article", "version", "annotation", "place", "tagging", "link", "note", "code", "instrument", "alias", "article_status",
    "setting",
})  # fmt: skip
_CHOSEN = frozenset({"code", "codebook", "instrument"})
_Found = tuple[tuple[Candidate, ...], list[Pattern]]


class MarkingPage(QWidget):
    """Everything by single keys; nothing is changed before Ctrl+Enter, and then in one step."""

    left = Signal()
    place_requested = Signal(int, object, object, object)  # article, start, end, annotation or None
    apply_requested = Signal(object)  # ToMark

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._query = ""
        self._unit: Unit = "hit"
        self._error: ProjectError | None = None
        self._more = self._stale = self._looked = False
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.gathering = Gathering("Gathering the passages", self)
        self.model = CandidatesModel(session, self)
        self.list = CandidatesList(self.model)
        self.closing = Closing(self)
        self.units = {unit: button("segment") for unit in UNITS}
        self.given, self.apply = TaggingWith(session), QPushButton()
        self._title, self._asked, self._count = label("title"), ShortText("words", 2), label("heading", wrap=True)
        self._remarks, self._keys = label("small", wrap=True), label("small", wrap=True)
        self._extent = label("small")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WAIT)
        self._timer.timeout.connect(self._look)
        self._lay_out()
        self._connect()
        self._say()

    def _lay_out(self) -> None:
        self.apply.setProperty("role", "primary")
        self.apply.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        head = QHBoxLayout()
        head.addLayout(column(self._title, self._asked, gap=4), 1)
        head.addWidget(self.closing, 0, Qt.AlignmentFlag.AlignTop)
        extent = QHBoxLayout()
        extent.setSpacing(0)
        extent.addWidget(self._extent)
        extent.addSpacing(8)
        for unit, choice in self.units.items():
            choice.setCheckable(True)
            choice.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys in the list
            choice.setProperty("edge", {UNITS[0]: "first", UNITS[-1]: "last"}.get(unit, ""))
            extent.addWidget(choice)
        extent.addStretch(1)
        above = column(gap=10)
        above.setContentsMargins(16, 16, 16, 10)
        above.addLayout(head)
        above.addLayout(extent)
        above.addWidget(self.given)
        above.addWidget(self._remarks)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 8, 16, 12)
        foot.setSpacing(12)
        foot.addLayout(column(self._count, self._keys, gap=2), 1)
        foot.addWidget(self.apply)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(above)
        layout.addWidget(self.list, 1)
        layout.addLayout(foot)
        self.setFocusProxy(self.list)

    def _connect(self) -> None:
        self.closing.asked.connect(self.left)
        for unit, choice in self.units.items():
            choice.clicked.connect(partial(self._choose_unit, unit))
        self.given.codes_changed.connect(self._look)
        self.given.changed.connect(self._say_count)
        self.apply.clicked.connect(self._apply)
        for keyed in (self.given.note, self.list):
            keyed.installEventFilter(self)
        self.list.chosen.connect(self._open)
        self.list.box_clicked.connect(self.model.toggle)
        self.list.heading_clicked.connect(self.model.toggle_article)
        self.model.dataChanged.connect(self._say_count)
        self.gathering.done.connect(self._show)
        self.gathering.failed.connect(self._fail)
        self.gathering.cancelled.connect(self._say_count)
        self._session.opened.connect(self._forget)
        self._session.closed.connect(self._forget)
        self._session.changed.connect(self._changed)

    # What others call

    def begin(self, query: str) -> None:
        """Show where the hits of a query would be marked; another query begins with nothing decided."""
        query = query.strip()
        if query != self._query:
            self._forget()
            unit = self._session.project.setting("unit")
            self._query, self._unit = query, next((each for each in UNITS if each == unit), "hit")
            self.given.begin(query)
            self._say()
        self._look()

    def applied(self) -> None:
        """Forget what was asked for: it is done."""
        self._forget()

    @property
    def unit(self) -> Unit:
        """How far each passage goes."""
        return self._unit

    @property
    def count(self) -> str:
        """What is said about how many will be tagged."""
        return self._count.text()

    # Looking

    def _look(self) -> None:
        self._timer.stop()
        self._stale = False
        if self._query and self._session.is_open:
            codes = () if self.given.new else self.given.codes  # a code that is made with it stands nowhere yet
            work = partial(_candidates, self._query, self._unit, codes, self._session.project.me)
            self.gathering.run(self._session.project.path, work)
            self._say_count()

    def _show(self, found: _Found) -> None:
        several, patterns = found
        here = self.model.candidate(self.list.currentIndex().row())
        self._more, self._error, self._looked = len(several) > MOST, None, True
        self.model.show_candidates(several[:MOST], patterns)
        row = self.model.row_of((here.article, here.start, here.end)) if here is not None else -1
        if several:
            self.list.setCurrentIndex(self.model.index(row if row >= 0 else 1))
        self._say_count()

    def _fail(self, error: ProjectError) -> None:
        self._error = error
        self.model.show_candidates((), ())
        self._say_count()

    def _changed(self, change: Change) -> None:
        if self._query and change.tables & _FOUND_IN:
            if change.tables & _CHOSEN:
                self.given.drop_removed()
            self._stale = True
            if self.isVisible():
                self._timer.start()

    def _forget(self) -> None:
        self._timer.stop()
        self.gathering.close()
        self._query, self._error, self._unit = "", None, "hit"
        self._more = self._stale = self._looked = False
        self.given.begin("")
        self.model.forget()
        self._say()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._look()

    # Which of them, and how far

    def _choose_unit(self, unit: Unit, _on: bool = False) -> None:
        changed, self._unit = unit != self._unit, unit
        self._say_unit()
        if changed:
            self._look()

    def _widen(self, by: int) -> None:
        at = UNITS.index(self._unit) + by
        if 0 <= at < len(UNITS):
            self._choose_unit(UNITS[at])

    def _open(self, index: QModelIndex) -> None:
        found = self.model.candidate(index.row())
        if found is not None:
            self.place_requested.emit(found.article, found.start, found.end, None)

    def _apply(self) -> None:
        """Ask for what is chosen to be done, or say what is missing."""
        marked, given = self.model.marked(), self.given
        if self.gathering.busy:
            self._session.tell(Refused("The passages are still being gathered. Wait until they are all here."))
        elif not given.any:
            self._session.tell(
                Refused("Nothing is chosen to tag them with. Choose a code (T) or an instrument (L), or write a note.")
            )
        elif not marked:
            self._session.tell(Refused("No passage is left to tag. Press A to take all of them."))
        else:
            self.apply_requested.emit(ToMark(self._query, marked, given.codes, given.new, given.links, given.written))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Let Esc first stop what runs and leave the note; only then does it leave the page."""
        pressed = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if not pressed or not (self.gathering.busy or self.given.note.hasFocus()):
            return False
        self.gathering.cancel()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if control:
                self._apply()
            else:
                self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        elif control or event.modifiers() & Qt.KeyboardModifier.AltModifier or not self._do(event):
            super().keyPressEvent(event)
            return
        event.accept()

    def _do(self, event: QKeyEvent) -> bool:
        """Do what a single key stands for; whether it stands for something."""
        row, key = self.list.currentIndex().row(), event.key()
        if key == Qt.Key.Key_X and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.model.toggle_article(row)
        elif key in (Qt.Key.Key_X, Qt.Key.Key_Space):
            self.model.toggle(row)
        elif key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            self._widen(1 if key == Qt.Key.Key_BracketRight else -1)
        else:
            doing = {
                Qt.Key.Key_A: self.model.take_all, Qt.Key.Key_N: self.model.leave_all, Qt.Key.Key_T: self.given.choose_codes,
                Qt.Key.Key_L: self.given.choose_instrument,
            }.get(Qt.Key(key))  # fmt: skip
            if doing is None:
                return False
            doing()
        return True

    # Words

    def _say(self) -> None:
        self._title.setText(tr("Tag the hits"))
        self._asked.set_text(self._query)
        self._extent.setText(tr("How far each passage goes"))
        self.given.retranslate()
        self.list.setAccessibleName(tr("Passages that can be tagged"))
        names = tr("Hit"), tr("Clause"), tr("Sentence"), tr("Paragraph")
        for name, choice in zip(names, self.units.values(), strict=True):
            choice.setText(name)
            choice.setToolTip(tr("{unit} ([ and ])", unit=name))
            choice.setFixedWidth(24 + choice.fontMetrics().horizontalAdvance(name))
        keys = tr("Space: take or leave · Shift+X: the whole article · A: all · N: none · Enter: open · Ctrl+Enter: tag")
        self._keys.setText(keys)
        self._say_unit()
        self._say_count()

    def _say_unit(self) -> None:
        for unit, choice in self.units.items():
            choice.setChecked(unit == self._unit)

    def _say_count(self, *_what: object) -> None:
        count, all_ = self.model.taken, self.model.count
        self._count.setText(tr("{count} of {all} will be tagged", count=f"{count:,}", all=f"{all_:,}") if all_ else "")
        self.apply.setText(tr("Tag {count} passages", count=f"{count:,}") if count != 1 else tr("Tag 1 passage"))
        self.apply.setVisible(bool(all_))  # where something is missing, a click says what
        said = ""
        if self._error is not None:
            said = words(self._error)
        elif self._more:
            said = tr("Only the first {count} are shown. Tag these, or narrow the search.", count=f"{MOST:,}")
        elif self._looked and not all_:
            said = tr("These words stand in no text.")
        self._remarks.setText(said)
        self._remarks.setVisible(bool(said))
        mark(self._remarks, "role", "small" if self._error is None else "error")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.model.read_again()
            self._say()
            self.list.viewport().update()


def _candidates(
    query: str, unit: Unit, codes: Sequence[CodeId], me: int, searcher: Searcher, progress: Progress
) -> _Found:  # fmt: skip
    with searcher.veiling():
        found = candidates(searcher, query, unit, codes, me=me, most=MOST + 1, progress=progress)
    if not codes:  # then nothing is tagged already with what is chosen
        found = tuple(replace(one, already=()) for one in found)
    return found, searcher.patterns(query, me=me)
