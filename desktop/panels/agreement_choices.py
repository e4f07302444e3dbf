"""What is compared: which coders, on which codes, by which unit, with accepted suggestions or not; and what is shown of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from db.analysis.agreement import NAMES, Name
from db.analysis.matrix import MOST_CODERS, Options
from db.analysis.units import UNITS, Unit
from db.compared import Contributor
from db.errors import Ambiguous, NotFound
from db.records import CodeId, CoderId
from desktop.models.agreement import measure_words
from desktop.models.agreement_choice import Kept
from desktop.panels.chips import Chip
from desktop.panels.code_picking import CodePicking
from desktop.panels.parts import FlowLayout, button, column, empty, held, label
from desktop.session import Session
from desktop.words import language, tr

if TYPE_CHECKING:
    from desktop.panels.picker import Picker  # made when it is first opened

Key = TypeVar("Key", CodeId, CoderId)
_SIGNS: dict[Name, str] = {"percent": "%", "kappa": "κ", "fleiss": "π", "alpha": "α", "ac1": "AC1"}
_SHOWN: tuple[Name, ...] = ("percent", "kappa", "alpha", "ac1")


class AgreementChoices(QWidget):
    """Chips and segments, all reached with Tab; codes are chosen with the picker (T), the unit with [ and ]."""

    changed = Signal()  # what is compared
    measures_changed = Signal()  # what is shown

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._unit: Unit = "sentence"
        self._decided = False  # whether a person chose the coders
        self._wanted: tuple[CoderId, ...] = ()  # chosen when the project was open before, until they are offered
        self.there: tuple[Contributor, ...] = ()
        self.codes: tuple[CodeId, ...] = ()
        self.chips: dict[CoderId, QToolButton] = {}
        self.units = {unit: _toggle("segment") for unit in UNITS}
        self.measures = {name: _toggle("segment") for name in NAMES}
        self.add_code, self.below, self.without = button("quiet"), _toggle("toggle"), _toggle("toggle")
        self._who, self._by, self._which, self._shown = (label("small") for _ in range(4))
        self._coders, self._picked = FlowLayout(6), FlowLayout(6)
        self._lay_out()
        self.forget()
        for unit, choice in self.units.items():
            choice.clicked.connect(partial(self.choose_unit, unit))
        for choice in self.measures.values():
            choice.clicked.connect(self._choose_measures)
        for choice in (self.below, self.without):
            choice.clicked.connect(self._change)
        self._picking = CodePicking(self._session, self.add_code)
        self._picking.picked.connect(self._codes_picked)
        self.add_code.clicked.connect(self.choose_codes)
        self.retranslate()

    def _lay_out(self) -> None:
        flow = FlowLayout(16)
        flow.addWidget(_group(self._by, list(self.units.values())))
        flow.addWidget(_group(self._shown, list(self.measures.values())))
        flow.addWidget(self.without)
        for caption in (self._who, self._which):
            caption.setMinimumHeight(caption.fontMetrics().height() + 8)  # as high as the chips beside it
        codes = QHBoxLayout()
        codes.setSpacing(8)
        codes.addWidget(self._which, 0, Qt.AlignmentFlag.AlignTop)
        codes.addLayout(self._picked, 1)
        who = QHBoxLayout()
        who.setSpacing(8)
        who.addWidget(self._who, 0, Qt.AlignmentFlag.AlignTop)
        who.addLayout(self._coders, 1)
        whole = column(gap=8)
        for line in (who, codes, flow):
            whole.addLayout(line)
        self.setLayout(whole)

    # What is chosen

    @property
    def coders(self) -> tuple[CoderId, ...]:
        """Who is compared, in the order they came."""
        return tuple(coder for coder, chip in self.chips.items() if chip.isChecked())

    @property
    def options(self) -> Options:
        """How they are compared; every measure is computed, so that showing another one costs nothing."""
        return Options(self._unit, NAMES, self.codes or None, without_offered=self.without.isChecked())

    @property
    def with_below(self) -> bool:
        """Whether what is below the chosen codes is compared too."""
        return self.below.isChecked()

    @property
    def shown(self) -> tuple[Name, ...]:
        """The measures shown."""
        return tuple(name for name, choice in self.measures.items() if choice.isChecked())

    @property
    def in_order(self) -> list[QWidget]:
        """What Tab goes through, from above to below."""
        several = (self.chips.values(), held(self._picked, Chip), [self.add_code, self.below], self.units.values())
        return [*chain(*several, self.measures.values()), self.without]

    def forget(self) -> None:
        """Choose what one begins with in a project."""
        self._decided, self._unit, self.codes, self.there, self._wanted = False, "sentence", (), (), ()
        for name, choice in self.measures.items():
            choice.setChecked(name in _SHOWN)
        for unit, choice in self.units.items():
            choice.setChecked(unit == self._unit)
        self.below.setChecked(True)
        self.without.setChecked(False)
        self._show_coders(())
        self._show_codes()

    def kept(self, *, nameless: bool) -> Kept:
        """Give what is chosen as it is kept; coders only if a person chose them."""
        project = self._session.project
        switches = (("below", self.below.isChecked()), ("without", self.without.isChecked()), ("nameless", nameless))
        on = [name for name, is_on in switches if is_on]
        return Kept(
            tuple(project.coders.get(coder).uuid for coder in self.coders if self._decided),
            tuple(project.codes.get(code).key for code in self.codes if self._has(code)),
            (self._unit,), self.shown, tuple(on),
        )  # fmt: skip

    def restore(self, kept: Kept) -> None:
        """Choose what was kept, as far as it is still there."""
        project = self._session.project
        self.codes = tuple(CodeId(found) for found in _found(project.codes.by_ref, kept.codes))
        self._wanted = tuple(_found(project.coders.by_ref, kept.coders))
        self._decided = len(self._wanted) > 1
        self._unit = next((unit for unit in UNITS if unit in kept.unit), self._unit)
        for unit, choice in self.units.items():
            choice.setChecked(unit == self._unit)
        for name, measure in self.measures.items():
            measure.setChecked(name in (_SHOWN if kept.shown is None else kept.shown))
        if kept.on is not None:
            self.below.setChecked("below" in kept.on)
            self.without.setChecked("without" in kept.on)
        self._show_codes()

    def offer(self, there: Sequence[Contributor]) -> bool:
        """Offer coders; until a person chooses, all who finished an article are. Gives whether the choice is another now."""
        before = self.coders
        chosen, self._wanted = self._wanted or before, ()
        finished = [each.id for each in there if each.finished]
        wanted = chosen if self._decided else (finished if len(finished) > 1 else [each.id for each in there])[:MOST_CODERS]
        self.there = tuple(there)
        self._show_coders(wanted)
        return self.coders != before

    def drop_removed(self) -> bool:
        """Let go of codes that are gone and say the others as they are called now; gives whether any was."""
        kept = tuple(code for code in self.codes if self._has(code))
        gone, self.codes = kept != self.codes, kept
        self._show_codes()
        return gone

    def _has(self, code: CodeId) -> bool:
        try:
            self._session.project.codes.get(code)
        except NotFound:
            return False
        return True

    # Choosing

    def choose_unit(self, unit: Unit, _on: bool = False) -> None:
        """Compare by another unit."""
        other, self._unit = unit != self._unit, unit
        for each, choice in self.units.items():
            choice.setChecked(each == unit)
        if other:
            self.changed.emit()

    def step_unit(self, by: int) -> None:
        """Compare by the next larger or smaller unit."""
        order: tuple[Unit, ...] = ("character", "sentence", "paragraph", "article")
        at = order.index(self._unit) + by
        if 0 <= at < len(order):
            self.choose_unit(order[at])

    def choose_codes(self) -> None:
        """Open the picker of codes."""
        self._picking.pick(self.codes)

    @property
    def picker(self) -> Picker | None:
        """The picker, once it was opened."""
        return self._picking.picker

    def _codes_picked(self, picked: tuple[CodeId, ...]) -> None:
        if picked != self.codes:
            self.codes = picked
            self._show_codes()
            self.changed.emit()

    def _drop(self, key: int) -> None:
        self.codes = tuple(code for code in self.codes if code != key)
        self._show_codes()
        self.changed.emit()

    def _choose_coder(self, _on: bool) -> None:
        self._decided = True
        self.changed.emit()

    def _choose_measures(self, _on: bool) -> None:
        self.measures_changed.emit()

    def _change(self, _on: bool) -> None:
        self.changed.emit()

    # Words

    def _show_coders(self, wanted: Sequence[CoderId]) -> None:
        """Show a chip for each coder; those that stay are not made anew, so that the keys stay where they are."""
        if tuple(self.chips) != tuple(each.id for each in self.there):
            empty(self._coders)
            self.chips = {each.id: _toggle("toggle") for each in self.there}
            for chip in self.chips.values():
                chip.clicked.connect(self._choose_coder)
                self._coders.addWidget(chip)
        for each in self.there:
            chip = self.chips[each.id]
            chip.setText(f"{each.name} · {each.finished:,}")
            tip = tr("{coder}, articles coded or checked: {count}", coder=each.name, count=f"{each.finished:,}")
            chip.setToolTip(tip)
            chip.setAccessibleName(tip)
            chip.setChecked(each.id in wanted)
        self._who.setVisible(bool(self.there))

    def _show_codes(self) -> None:
        for fixed in (self.add_code, self.below):
            self._picked.removeWidget(fixed)
        empty(self._picked)
        for key in self.codes:
            with suppress(NotFound):  # a code that a running job has just removed
                code = self._session.project.codes.get(key)
                chip = Chip(key, code.label(language()) or code.key, code)
                chip.removed.connect(self._drop)
                self._picked.addWidget(chip)
        for fixed in (self.add_code, self.below):
            self._picked.addWidget(fixed)
        self.below.setVisible(bool(self.codes))
        self.add_code.setText(tr("+ code") if self.codes else tr("all that were used · choose…"))

    def retranslate(self) -> None:
        """Say everything in the window's language."""
        self._who.setText(tr("Coders"))
        self._by.setText(tr("By"))
        self._which.setText(tr("Codes"))
        self._shown.setText(tr("Shown"))
        self.below.setText(tr("with all below them"))
        self.without.setText(tr("without accepted suggestions"))
        self.add_code.setToolTip(tr("Codes (T)"))
        names = tr("Sentence"), tr("Paragraph"), tr("Article"), tr("Character")
        for name, unit in zip(names, self.units.values(), strict=True):
            unit.setText(name)
            unit.setToolTip(tr("{unit} ([ and ])", unit=name))
            unit.setFixedWidth(20 + unit.fontMetrics().horizontalAdvance(name))
        for measure, choice in self.measures.items():
            choice.setText(_SIGNS[measure])
            choice.setToolTip(measure_words(measure))
            choice.setAccessibleName(measure_words(measure))
            choice.setFixedWidth(20 + choice.fontMetrics().horizontalAdvance(_SIGNS[measure]))
        self._show_coders(self.coders)
        self._show_codes()


def _found(find: Callable[[str], Key], refs: Sequence[str]) -> Iterator[Key]:
    """Yield the records that are still there."""
    for ref in refs:
        with suppress(NotFound, Ambiguous):
            yield find(ref)


def _toggle(role: str) -> QToolButton:
    made = button(role)
    made.setCheckable(True)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys in the table
    return made


def _group(caption: QWidget, several: Sequence[QToolButton]) -> QWidget:
    """Put segments beside each other as one, behind what they are about."""
    several[0].setProperty("edge", "first")
    several[-1].setProperty("edge", "last")
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addWidget(caption)
    row.addSpacing(8)
    for each in several:
        row.addWidget(each)
    return made
