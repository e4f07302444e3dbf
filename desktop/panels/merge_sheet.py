"""What somebody else's file would bring, shown before anything is written, and afterwards what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QButtonGroup, QHBoxLayout, QPushButton, QWidget

from desktop.dates import when
from desktop.models.arriving import NAMES, Arriving, TakenIn, name_of
from desktop.panels.parts import button, join_words
from desktop.panels.sheets import Sheet
from desktop.words import listed, tr

if TYPE_CHECKING:
    from db.sharing.merging import MergeReport, Preview

_SHOWN = 12  # names shown of a list
# What becomes of conflicts, as a person says it; the order of the core's policies.
_POLICIES = {"ask": "Ask me", "mine": "Keep mine", "theirs": "Take theirs", "both": "Keep both where that can be"}
_DECIDED_LATER = ("csv", "qualcoder", "taguette")  # kinds that the core merges under no policy but asking


class MergeSheet(Sheet):
    """One page for a file of any kind: what it is, what it would do, what can be chosen of that, and what it did."""

    merge_requested = Signal(object)  # desktop.models.arriving.Arriving
    reading_requested = Signal(object, object)  # file, desktop.models.arriving.Asked: read it again so
    new_project_requested = Signal(object)  # file
    undo_requested = Signal()
    conflicts_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._arriving: Arriving | None = None
        self._done: TakenIn | None = None
        self._project = ""
        self._undone = False
        self.take, self.make, self.leave, self.undo, self.decide = (QPushButton() for _ in range(5))
        self.policies = QButtonGroup(self)

    @property
    def arriving(self) -> Arriving | None:
        """What is shown."""
        return self._arriving

    def show_arriving(self, arriving: Arriving, project: str) -> None:
        """Show what a file would do to the open project; without one, what it holds."""
        again = self._arriving is not None and self._arriving.path == arriving.path and self._done is None
        place = self.verticalScrollBar().value() if again else 0
        held = QApplication.focusWidget()
        name = held.accessibleName() if again and held is not None and self.isAncestorOf(held) else ""
        self._arriving, self._project, self._done, self._undone = arriving, project, None, False
        self.retranslate()
        self.verticalScrollBar().setValue(place)
        there = (each for each in self.findChildren(QWidget) if each.accessibleName() == name and each is not held)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if name and (found := next(there, None)) is not None:
            QTimer.singleShot(0, found, found.setFocus)  # what was made just now is shown with the next events

    def show_done(self, done: TakenIn) -> None:
        """Show what was taken in."""
        self._arriving, self._done, self._undone = replace(done.arriving, planned=None), done, False
        self.retranslate()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_undone(self) -> None:
        """Show that what was taken in was taken back."""
        self._undone = True
        self.undo.setEnabled(False)
        self.undo.setText(tr("Taken back"))

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
        state = arriving.told.state if arriving.told else {}
        if state:
            name, at = str(state.get("name", "")), str(state.get("at", ""))
            self.paragraph(join_words((tr("A state frozen as “{name}”", name=name), when(at))))
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
        self._list(tr("Who brings what"), [_share_words(each.name, each.annotations, known=each.known) for each in told.coders])
        self._list(tr("New articles"), [title for _uuid, title in told.articles])
        if told.conflicts or arriving.asked.policy != "ask":
            self._say_conflicts(arriving, len(told.conflicts))

    def _say_conflicts(self, arriving: Arriving, count: int) -> None:
        self.paragraph(tr("Conflicts"), "sheetSection")
        self.paragraph(tr("{count} values were changed here and there differently.", count=f"{count:,}"))
        if arriving.asked.policy == "ask":
            words = tr("Until you decide, everybody has the same one of the two, and both are kept.")
            self.paragraph(words, "sheetFirst")
        if arriving.kind in _DECIDED_LATER:
            return
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
        self.take.setProperty("role", "primary")
        self.take.setEnabled(not arriving.changes_nothing)
        if not self._project:
            self.take.hide()  # only hidden, never shown: without a parent it would be a window
        self.take.clicked.connect(self._take)
        self.make.setText(tr("Make a new project from it…"))
        self.make.clicked.connect(self._make)
        if not self._project:
            self.make.setProperty("role", "primary")
        self._end(self.take, self.make)

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
        self._list(tr("Texts that are not here"), report.missing)
        self._list(tr("Found again unsurely"), report.uncertain)
        self._list(tr("Found nowhere"), report.lost)
        self._say_fidelity(done.arriving)
        self.undo, self.decide = QPushButton(tr("Take it back")), QPushButton(tr("Decide conflicts"))
        self.undo.clicked.connect(self.undo_requested)
        self.decide.clicked.connect(self.conflicts_requested)
        if not report.conflicts or done.arriving.asked.policy != "ask":
            self.decide.hide()
        self._end(self.undo, self.decide)
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

    def _make(self) -> None:
        self.new_project_requested.emit(self._arriving.path if self._arriving else Path())


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
