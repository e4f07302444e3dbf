"""How far coders agree: a table of measures by code, and behind each number the units, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from db.analysis.agreement import THRESHOLDS
from db.analysis.matrix import Comparison, Options
from db.changes import Change
from db.compared import Compared, contributors
from db.errors import ProjectError, Refused
from db.records import Code, CoderId, Progress, either
from db.search.searcher import Searcher
from desktop.errors import words
from desktop.models.agreement import AgreementModel
from desktop.models.agreement_choice import keep, kept_of
from desktop.panels.agreement_choices import AgreementChoices
from desktop.panels.agreement_table import AgreementTable
from desktop.panels.closing import Closing
from desktop.panels.disagreement_list import DisagreementList
from desktop.panels.gathering import Gathering
from desktop.panels.parts import button, column, label, mark
from desktop.session import Session
from desktop.settings import Settings
from desktop.words import language, tr

_WAIT = 150  # milliseconds after the last choice
_LOW = 520  # logical pixels under which there is no room for words about keys
_COUNTED = frozenset({"article_status", "tagging", "annotation", "place", "version", "article", "confirmation"})
_NAMED = frozenset({"code", "codebook", "coder"})


class AgreementPage(QWidget):
    """Compares when something is chosen; what the project became since is compared when one comes back or asks for it.

    What is chosen is kept for the project in `settings`, if there are any.
    """

    left = Signal()
    place_requested = Signal(int, object, object, object)  # article, start, end, annotation or None
    export_requested = Signal()

    def __init__(self, session: Session, settings: Settings | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._settings = session, settings
        self._begun = False  # whether what was chosen last in this project was asked for
        self._error: ProjectError | None = None
        self._stale = self._stopped = self._low = False
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.gathering = Gathering("Comparing the coders", self)
        self.closing = Closing(self)
        self.choices = AgreementChoices(session)
        self.model = AgreementModel(self)
        self.table, self.units = AgreementTable(self.model), DisagreementList(session)
        self.again, self.export, self.nameless = QPushButton(), QPushButton(), button("toggle")
        self.nameless.setCheckable(True)
        self._title, self._remarks = label("title"), label("small", wrap=True)
        self._said, self._keys = label("heading", wrap=True), label("small", wrap=True)
        self._middle = QStackedWidget()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WAIT)
        self._timer.timeout.connect(self.compare)
        self._lay_out()
        self._connect()
        self.model.show_measures(self.choices.shown)
        self._turn_to(self.table)
        self._say()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.closing, 0, Qt.AlignmentFlag.AlignTop)
        above = column(gap=10)
        above.setContentsMargins(16, 16, 16, 10)
        above.addLayout(head)
        above.addWidget(self.choices)
        above.addWidget(self._remarks)
        self._middle.addWidget(self.table)
        self._middle.addWidget(self.units)
        for each in (self.again, self.nameless, self.export):
            each.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 8, 16, 12)
        foot.setSpacing(8)
        foot.addLayout(column(self._said, self._keys, gap=2), 1)
        foot.addWidget(self.again, 0, Qt.AlignmentFlag.AlignBottom)
        foot.addWidget(self.nameless, 0, Qt.AlignmentFlag.AlignBottom)
        foot.addWidget(self.export, 0, Qt.AlignmentFlag.AlignBottom)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(above)
        layout.addWidget(self._middle, 1)
        layout.addLayout(foot)

    def _connect(self) -> None:
        self.installEventFilter(self)  # before the cross hears of Esc
        self.closing.asked.connect(self.left)
        self.choices.changed.connect(self._choose)
        self.choices.measures_changed.connect(self._choose_measures)
        self.table.opened.connect(self._open)
        self.table.selectionModel().currentChanged.connect(self._move)
        self.units.place_requested.connect(self.place_requested)
        self.units.moved.connect(self._say_foot)
        self.again.clicked.connect(self.compare)
        self.export.clicked.connect(self._export)
        self.nameless.clicked.connect(self._keep)
        self.gathering.done.connect(self._show)
        self.gathering.failed.connect(self._fail)
        self.gathering.cancelled.connect(self._stop_short)
        self._session.opened.connect(self._forget)
        self._session.closed.connect(self._forget)
        self._session.changed.connect(self._changed)

    # What others call

    def begin(self) -> None:
        """Show the table; compare if nothing was compared yet, or the project changed since."""
        if not (self.isVisible() and self._begun):  # else it was done when the page came into sight
            self._offer()
        self._turn_to(self.table)
        self._catch_up()
        self._say()

    @property
    def comparison(self) -> Comparison | None:
        """What is shown, if it is what is chosen."""
        return None if self.gathering.busy or self._timer.isActive() else self.model.comparison

    @property
    def remarks(self) -> str:
        """What is said above the table."""
        return self._remarks.text()

    @property
    def said(self) -> str:
        """What is said of the cell or unit one stands on."""
        return self._said.text()

    # Comparing

    def compare(self) -> None:
        """Compare what is chosen, as it is in the project now."""
        self._timer.stop()
        self._stale = self._stopped = False
        self._error = None
        coders = self.choices.coders
        if not self._session.is_open or len(coders) < 2:
            self.gathering.forget()
            self._show_comparison(None)
            return
        project = self._session.project
        work = partial(_compare, project.path, coders, self.choices.options, self.choices.with_below)
        self.gathering.run(project.path, work)
        self._say_foot()

    def _show(self, value: tuple[Comparison, Sequence[Code]]) -> None:
        found, codes = value
        here = self.table.currentIndex()
        line, column_ = self.model.line(here.row()), max(0, here.column())
        behind, at = self.units.behind, max(0, self.units.at)
        self._show_comparison(found, codes)
        self.table.stand_on(max(0, self.model.row_of(line.row)) if line else 0, column_ if line else self.model.column_of("one"))
        line = self.model.line(self.model.row_of(behind[0])) if behind is not None else None
        if self._in_units and line is not None and behind is not None:
            self.units.show_units(found, line.row, behind[1], self.model.coders, at)

    def _show_comparison(self, found: Comparison | None, codes: Sequence[Code] = ()) -> None:
        self.units.forget()
        self.model.show_comparison(found, {each.id: each for each in self.choices.there}, codes)
        self._say()

    def _fail(self, error: ProjectError) -> None:
        self._error = error
        self._show_comparison(None)

    def _stop_short(self) -> None:
        self._stopped = True
        self._say()

    def _choose(self) -> None:
        self._keep()
        self._order()
        self._turn_to(self.table)
        self._timer.start()
        self._say_foot()

    def _choose_measures(self) -> None:
        here = self.table.currentIndex()
        self.model.show_measures(self.choices.shown)
        self.table.stand_on(max(0, here.row()), max(0, min(here.column(), self.model.columnCount() - 1)))
        self._keep()
        self._say_foot()

    def _keep(self, _on: bool = False) -> None:
        """Keep what is chosen for the next time."""
        if self._session.is_open:
            keep(self._settings, self._session.project.path, self.choices.kept(nameless=self.nameless.isChecked()))

    def _restore(self) -> None:
        """Choose what was chosen last in this project."""
        self._begun = True
        kept = kept_of(self._settings, self._session.project.path)
        self.choices.restore(kept)
        self.nameless.setChecked("nameless" in (kept.on or ()))
        self.model.show_measures(self.choices.shown)

    # Following the project

    def _offer(self) -> None:
        """Offer who is there; another choice, or none compared yet, is compared."""
        if not self._session.is_open:
            return
        if not self._begun:
            self._restore()
        other = self.choices.offer(contributors(self._session.project.store))
        self._order()
        if other or (self.model.comparison is None and not self.gathering.busy and not self._stopped):
            self.compare()

    def _catch_up(self) -> None:
        """Compare again what changed since; units that one works through stay as they are."""
        if self._stale and not self._stopped and not self._in_units:
            self.compare()

    def _changed(self, change: Change) -> None:
        if change.tables & _NAMED and self.choices.drop_removed():
            self._timer.start()
        if change.tables & (_COUNTED | _NAMED):
            self._stale = self.model.comparison is not None or self.gathering.busy
            if self.isVisible():
                self._offer()
                self._say()

    def _forget(self) -> None:
        self._timer.stop()
        self.gathering.close()
        self.units.forget()
        self._error = None
        self._stale = self._stopped = self._begun = False
        self.nameless.setChecked(False)
        self.choices.forget()
        self.model.show_comparison(None, {}, ())
        self.model.show_measures(self.choices.shown)
        self._turn_to(self.table)
        self._say()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._low != (low := self.height() < _LOW):
            self._low = low  # a low page is the table's
            self._keys.setVisible(not low)
            self._say()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._offer()
        self._catch_up()
        self._say()

    # The units behind a number

    def _open(self, index: QModelIndex) -> None:
        line, kind = self.model.line(index.row()), self.model.kind_at(index.column())
        if line is None:
            return
        if not {"both": line.row.both, "one": line.row.one, "none": line.row.none}[kind]:
            self._session.tell(Refused("There is no unit of this kind."))
            return
        found = self.model.comparison
        if found is not None:
            self.units.show_units(found, line.row, kind, self.model.coders)
            self._turn_to(self.units)
            self._say()

    @property
    def _in_units(self) -> bool:
        return self._middle.currentWidget() is self.units

    def _turn_to(self, part: QWidget) -> None:
        held = self._middle.currentWidget() is not part and self.isAncestorOf(self.focusWidget() or self)
        self._middle.setCurrentWidget(part)
        self.choices.setVisible(part is self.table)
        if held or self.hasFocus():
            part.setFocus(Qt.FocusReason.OtherFocusReason)

    def focusInEvent(self, event: QFocusEvent) -> None:
        # No focus proxy: Tab would go past the choices to it.
        (self.units if self._in_units else self.table).setFocus(event.reason())

    def _order(self) -> None:
        """Let Tab go from above to below; chips come and go."""
        below = (self.table, self.units.list, self.units.sheet, self.again, self.nameless, self.export)
        for one, next_one in pairwise((self.closing, *self.choices.in_order, *below)):
            QWidget.setTabOrder(one, next_one)

    # Keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Esc first stop what runs, then lead from the units to the table; only then does it leave the page."""
        pressed = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if watched is not self or not pressed:
            return False
        busy = next((each for each in (self.units.reading, self.gathering) if each.busy), None)
        if busy is not None:
            busy.cancel()
        elif self._in_units:
            self._turn_to(self.table)
            self._say()
        else:
            return False
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, control = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if control and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.compare()
        elif event.modifiers() or self._in_units:
            super().keyPressEvent(event)
            return
        elif key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            self.choices.step_unit(1 if key == Qt.Key.Key_BracketRight else -1)
        elif key == Qt.Key.Key_T:
            self.choices.choose_codes()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def _export(self) -> None:
        if self.comparison is None:
            self._session.tell(Refused("Nothing is compared yet. Choose two or more coders."))
        else:
            self.export_requested.emit()

    # Words

    def _say(self) -> None:
        self._title.setText(tr("Agreement between coders"))
        self.table.setAccessibleName(tr("Agreement between coders"))
        self.units.list.setAccessibleName(tr("Units"))
        self.again.setText(tr("Compare again"))
        self.again.setToolTip(tr("Compare again (Ctrl+Enter)"))
        self.export.setText(tr("Export…"))
        said = either(language(), "", " ").join(self._above())
        self._remarks.setText(said)
        self._remarks.setVisible(bool(said) and not self._in_units)
        mark(self._remarks, "role", "small" if self._error is None else "error")
        self.again.setVisible(self._stale or self._stopped)
        self.nameless.setText(tr("Without the coders' names"))
        for each in (self.export, self.nameless):
            each.setVisible(self.model.comparison is not None)
        self._say_foot()

    def _above(self) -> list[str]:
        """Say what is compared and what is left out, or what is missing."""
        if self._error is not None:
            return [words(self._error)]
        if len(self.choices.there) < 2:
            return [tr("Agreement needs the codings of two coders. Merge a colleague's bundle into this project.")]
        if len(self.choices.coders) < 2:
            return [tr("Choose two or more coders.")]
        if self._stopped:
            return [tr("The comparison was cancelled.")]
        found = self.model.comparison
        if found is None:
            return []
        counts = sorted(found.compared.values())
        said = [tr("Articles compared: {count}.", count=counts[0])] if counts else []
        if counts and counts[0] != counts[-1]:
            said = [tr("Articles compared, by pair of coders: {low} to {high}.", low=counts[0], high=counts[-1])]
        if self._stale:
            said = [tr("Codings have changed since."), *said]
        said += [tr(remark.sentence, **remark.facts) for remark in found.remarks]
        if self._low:
            return said
        said.append(tr("A unit has a code from whoever marked any of it."))
        if found.options.unit in ("sentence", "paragraph"):
            said.append(tr("Headings and the title line count only where a coder marked them."))
        return said

    def _say_foot(self) -> None:
        here = self.table.currentIndex()
        if self.gathering.busy or self._timer.isActive():
            said = tr("Comparing…")
        elif self._in_units:
            said = self.units.say(self._about_units())
        else:
            said = self.model.say(here.row(), here.column())
        self._said.setText(said)
        if self._in_units:
            self._keys.setText(tr("J and K: next and previous · Enter: open in the article · Esc: back to the table"))
        else:
            low, high = (f"{each:.3f}" for each in THRESHOLDS)
            reading = tr("Reliable from {high}, tentative from {low}, too low below.", low=low, high=high)
            keys = tr("Enter: the units behind a number · Ctrl+C: copy the table · T: codes · [ and ]: unit")
            self._keys.setText(f"{reading} {keys}" if self.model.rowCount() else "")

    def _about_units(self) -> str:
        behind = self.units.behind
        line = self.model.line(self.model.row_of(behind[0])) if behind is not None else None
        if behind is None or line is None:
            return ""
        return tr("{code}: {kind}", code=self.model.title(line), kind=self.model.kind_words(behind[1]))

    def _move(self, _index: QModelIndex, _before: QModelIndex) -> None:
        self._say_foot()
        self.table.viewport().update()
        self.table.verticalHeader().viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.choices.retranslate()
            here = self.table.currentIndex()
            self.model.show_measures(self.choices.shown)
            self.table.stand_on(here.row(), here.column())
            self._say()


def _compare(
    path: Path, coders: Sequence[CoderId], options: Options, below: bool, searcher: Searcher, progress: Progress
) -> tuple[Comparison, Sequence[Code]]:
    compared = Compared.over(searcher, path)
    return compared.comparison(coders, options, below=below, progress=progress), compared.codes()
