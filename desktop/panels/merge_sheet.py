"""What somebody else's file would bring, shown before anything is written, and afterwards what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QButtonGroup, QHBoxLayout, QPushButton, QWidget

from desktop.dates import when
from desktop.models.arriving import NAMES, Arriving, Differing, TakenIn, name_of
from desktop.panels.parts import button, join_words
from desktop.panels.sheets import Sheet
from desktop.words import listed, tr

if TYPE_CHECKING:
    from db.sharing.merging import MergeReport, Preview

_LINE = 120  # code points shown of a value
_SHOWN = 12  # names shown of a list
# What becomes of conflicts, as a person says it; the order of the core's policies.
_POLICIES = {"ask": "Ask me", "mine": "Keep mine", "theirs": "Take theirs", "both": "Keep both where that can be"}


class MergeSheet(Sheet):
    """One page for a file of any kind: what it is, what it would do, what can be chosen of that, and what it did."""

    merge_requested = Signal(object)  # desktop.models.arriving.Arriving
    reading_requested = Signal(object, object)  # file, desktop.models.arriving.Asked: read it again so
    new_project_requested = Signal(object)  # file
    state_requested = Signal(object)  # file of a frozen state, to be read
    undo_requested = Signal()
    conflicts_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._arriving: Arriving | None = None
        self._done: TakenIn | None = None
        self._project, self._sample = "", False
        self._undone = False
        self._open = 0  # conflicts that wait for a decision
        self.take, self.make, self.leave, self.undo, self.decide, self.look = (QPushButton() for _ in range(6))
        self._first = self.leave  # the button that Enter presses
        self.policies = QButtonGroup(self)

    @property
    def arriving(self) -> Arriving | None:
        """What is shown."""
        return self._arriving

    def show_arriving(self, arriving: Arriving, project: str, *, sample: bool = False) -> None:
        """Show what a file would do to the open project; without one, what it holds.

        Beside a copy of the sample, which is thrown away, a new project of the file is offered first.
        """
        again = self._arriving is not None and self._arriving.path == arriving.path and self._done is None
        place = self.verticalScrollBar().value() if again else 0
        held = QApplication.focusWidget()
        name = held.accessibleName() if again and held is not None and self.isAncestorOf(held) else ""
        self._arriving, self._project, self._sample, self._done, self._undone = arriving, project, sample, None, False
        self.retranslate()
        self.verticalScrollBar().setValue(place)
        there = (each for each in self.findChildren(QWidget) if each.accessibleName() == name and each is not held)
        self._lead((next(there, None) if name else None) or self._first)

    def _lead(self, part: QWidget) -> None:
        """Give the keys to a part; what was made just now is shown with the next events."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, part, part.setFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._arriving is not None and self.hasFocus():
            self._first.click()
            event.accept()
        else:
            super().keyPressEvent(event)

    def show_done(self, done: TakenIn, conflicts: int = 0) -> None:
        """Show what was taken in, and lead on to the conflicts that wait in the project."""
        self._arriving, self._done, self._undone = replace(done.arriving, planned=None), done, False
        self._open = conflicts
        self.retranslate()
        self._lead(self._first)

    def show_undone(self) -> None:
        """Show that what was taken in was taken back."""
        self._undone = True
        self.undo.setEnabled(False)
        self.undo.setText(tr("Taken back"))
        self.decide.hide()

    def forget(self) -> None:
        """Forget the file: it was read for a project that is closed."""
        self._arriving, self._done = None, None
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything again."""
        arriving = self._arriving
        self.begin(arriving.heading if arriving else "")
        if arriving is None:
            return
        self._say_whence(arriving)
        if self._done is not None:
            self._say_done(self._done)
            return
        if arriving.told is None:
            self.paragraph(tr("It holds"), "sheetSection")
            self.table([(name_of(kind), f"{arriving.counts[kind]:,}") for kind in NAMES if arriving.counts.get(kind)])
        else:
            self._say_effects(arriving, arriving.told)
        if arriving.proofs:
            self._say_counting(arriving)
        self._say_fidelity(arriving)
        self._offer(arriving)

    def _say_whence(self, arriving: Arriving) -> None:
        people = [name for name in arriving.coders if name != "?"]
        names = listed(people[:_SHOWN]) if len(people) <= _SHOWN else tr("{names} and others", names=listed(people[:_SHOWN]))
        by = tr("Coded by {names}", names=names) if people else ""
        latest = tr("worked on until {date}", date=when(arriving.latest)) if arriving.latest else ""
        self.paragraph(join_words((by, latest)) or arriving.path.name)
        if arriving.is_state:
            name, at = arriving.state[0], when(arriving.state[1])
            words = tr("It is the state “{name}” of {date}. Verified: nothing in it was altered.", name=name, date=at)
            self.paragraph(words, "sheetFirst")
        if arriving.textless:
            self.paragraph(tr("The articles' texts did not come with it: its passages are looked for in yours."), "sheetFirst")

    # What it would do

    def _say_effects(self, arriving: Arriving, told: Preview) -> None:
        self.paragraph(tr("Into {project}", project=self._project), "sheetSection")
        if arriving.changes_nothing:
            self.table([(tr("Nothing changes"), tr("The project holds all of it already."))])
            return
        kinds = [kind for kind in NAMES if told.added.get(kind) or told.updated.get(kind) or told.deleted.get(kind)]
        sides = (told.added, told.updated, told.deleted)
        rows = [("", tr("new"), tr("changed"), tr("removed"))]
        for kind in kinds:
            new, changed, removed = (_count(each.get(kind)) for each in sides)
            rows.append((name_of(kind), new, changed, removed))
        self.table(rows, columns=4)
        self.table(_facts(told.report, told.unchanged, len(arriving.unfit)))
        self._list(tr("Good to know"), [tr(each.sentence, **each.facts) for each in told.report.remarks])
        self._list(tr("Who brings what"), [_share_words(each.name, each.annotations, known=each.known) for each in told.coders])
        self._list(tr("New articles"), [title for _uuid, title in told.articles])
        if told.conflicts or arriving.asked.policy != "ask":
            self._say_conflicts(arriving, len(told.conflicts))

    def _name_conflicts(self, differing: Sequence[Differing], count: int) -> None:
        for each in differing[:_SHOWN]:
            sides = tr("Mine: {mine} · Theirs: {theirs}", mine=_short(each.mine), theirs=_short(each.theirs))
            self.paragraph(f"{each.what}\n{sides}")
        if (more := count - len(differing[:_SHOWN])) > 0:
            self.paragraph(tr("{count} more", count=f"{more:,}"))

    def _say_conflicts(self, arriving: Arriving, count: int) -> None:
        self.paragraph(tr("Conflicts"), "sheetSection")
        self.paragraph(tr("{count} values were changed here and there differently.", count=f"{count:,}"))
        if arriving.asked.policy == "ask":
            words = tr("Until you decide, everybody has the same one of the two, and both are kept.")
            self.paragraph(words, "sheetFirst")
        self._name_conflicts(arriving.differing, count)
        frame = QWidget(self)
        row = QHBoxLayout(frame)
        row.setContentsMargins(0, 0, 0, 0)
        self.policies.deleteLater()
        self.policies = QButtonGroup(self)
        for number, (policy, words) in enumerate(_POLICIES.items()):
            made = button("toggle", tr(words))
            made.setCheckable(True)
            made.setChecked(policy == arriving.asked.policy)
            self.policies.addButton(made, number)
            row.addWidget(made)
        row.addStretch(1)
        self.policies.idClicked.connect(self._choose_policy)
        self.body.addWidget(frame)

    def _choose_policy(self, number: int) -> None:
        if self._arriving is not None:
            from db.exchange.plan import Policy

            asked = replace(self._arriving.asked, policy=get_args(Policy)[number])
            self.reading_requested.emit(self._arriving.path, asked)

    def _say_counting(self, arriving: Arriving) -> None:
        from desktop.panels.counting_rows import CountingRows  # with the core's reading of REFI-QDA

        self.paragraph(tr("How positions are counted"), "sheetSection")
        rows = CountingRows(arriving.proofs, arriving.asked)
        rows.asked.connect(self._count_so)
        self.body.addWidget(rows)

    def _count_so(self, asked: object) -> None:
        if self._arriving is not None:
            self.reading_requested.emit(self._arriving.path, asked)

    def _say_fidelity(self, arriving: Arriving) -> None:
        if arriving.fidelity is None:
            return
        from desktop.panels.fidelity import FidelityView

        self.paragraph(tr("What of it can be carried"), "sheetSection")
        view = FidelityView(self)
        view.show_report(arriving.fidelity, arriving.unfit)
        self.body.addWidget(view)

    def _offer(self, arriving: Arriving) -> None:
        self.take, self.make, self.leave = QPushButton(), QPushButton(), QPushButton()
        self.take.setText(tr("Take in"))
        self.take.setEnabled(not arriving.changes_nothing)
        if not self._project:
            self.take.hide()  # only hidden, never shown: without a parent it would be a window
        self.take.clicked.connect(self._take)
        self.make.setText(tr("Make a new project from it…"))
        self.make.clicked.connect(self._make)
        self.look = QPushButton(tr("Open read-only"))
        self.look.clicked.connect(self._look)
        offered = [self.make, self.take] if self._sample or not self._project else [self.take, self.make]
        if arriving.is_state:
            offered.insert(0, self.look)
        self._end(*offered)
        first = offered[0]
        for each in (self.look, self.take, self.make):
            each.setProperty("role", "primary" if each is first else "")
        self._first = first if first.isEnabled() else self.leave

    # What it did

    def _say_done(self, done: TakenIn) -> None:
        report = done.report
        self.paragraph(tr("What was taken in"), "sheetSection")
        rows = [
            (tr("New"), _count(report.added)),
            (tr("Changed"), _count(report.updated)),
            (tr("Removed"), _count(report.deleted)),
        ]
        self.table([*rows, *_facts(report, report.unchanged, len(done.arriving.unfit))])
        if report.conflicts and done.arriving.asked.policy == "ask":
            self.paragraph(tr("Conflicts"), "sheetSection")
            self._name_conflicts(done.arriving.differing, len(report.conflicts))
        self._list(tr("Good to know"), [tr(each.sentence, **each.facts) for each in report.remarks])
        self._list(tr("Texts that are not here"), report.missing)
        self._list(tr("Found again unsurely"), report.uncertain)
        self._list(tr("Found nowhere"), report.lost)
        self._say_fidelity(done.arriving)
        words = tr("Decide 1 conflict") if self._open == 1 else tr("Decide {count} conflicts", count=f"{self._open:,}")
        self.undo, self.decide = QPushButton(tr("Take it back")), QPushButton(words)
        self.undo.clicked.connect(self.undo_requested)
        self.decide.clicked.connect(self.conflicts_requested)
        self.decide.setProperty("role", "primary")
        if not self._open or self._undone:
            self.decide.hide()
        self._end(self.decide, self.undo)
        self._first = self.decide if self._open and not self._undone else self.leave
        if self._undone:
            self.show_undone()

    def _end(self, *made: QPushButton) -> None:
        self.leave = QPushButton(tr("Close") if self._done else tr("Cancel"))
        self.leave.setProperty("role", "flat")
        self.leave.clicked.connect(self.left)
        self.buttons(*made, self.leave)

    def _list(self, heading: str, names: Sequence[str]) -> None:
        if names:
            self.paragraph(heading, "sheetSection")
            more = len(names) - _SHOWN
            tail = [tr("{count} more", count=f"{more:,}")] if more > 0 else []
            self.paragraph("\n".join([*names[:_SHOWN], *tail]))

    def _take(self) -> None:
        self.merge_requested.emit(self._arriving)

    def _look(self) -> None:
        self.state_requested.emit(self._arriving.path if self._arriving else Path())

    def _make(self) -> None:
        self.new_project_requested.emit(self._arriving.path if self._arriving else Path())


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _LINE else line[:_LINE] + "…"


def _count(count: int | None) -> str:
    return f"{count:,}" if count else "–"


def _facts(report: MergeReport, unchanged: int, unfit: int) -> list[tuple[str, str]]:
    """Say the counts beyond new, changed and removed that are not nought."""
    facts = (
        (tr("Unchanged"), unchanged), (tr("Conflicts"), len(report.conflicts)), (tr("Found in your text"), report.reanchored),
        (tr("To review"), report.review), (tr("Texts that are not here"), len(report.missing)),
        (tr("Found nowhere"), len(report.lost)), (tr("Left hanging"), report.dangling), (tr("Lines that fit nothing"), unfit),
    )  # fmt: skip
    return [(name, f"{count:,}") for name, count in facts if count]


def _share_words(name: str, annotations: int, *, known: bool) -> str:
    words = tr("{name}: {count} annotations", name=name, count=f"{annotations:,}")
    return words if known else tr("{words}, new in this project", words=words)
