"""What many passages are to be tagged with: codes, new ones too, instruments and a note, chosen with the picker."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from db.errors import NotFound
from db.records import CodeId, InstrumentId
from desktop.panels.chips import Chip
from desktop.panels.parts import FlowLayout, button, column, empty, join_words
from desktop.session import Session
from desktop.words import language, tr

if TYPE_CHECKING:
    from desktop.panels.picker import Picker  # made when it is first opened


class TaggingWith(QWidget):
    """Chips of what is chosen, each taken out by a click, with doors to the picker and a line for the note."""

    codes_changed = Signal()
    changed = Signal()  # anything but the codes

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._picker: Picker | None = None
        self._quote = ""
        self.codes: tuple[CodeId, ...] = ()
        self.new: tuple[str, ...] = ()  # names of codes that are to be made
        self.links: tuple[tuple[InstrumentId, str], ...] = ()
        self.add_code, self.add_link, self.note = button("quiet"), button("quiet"), QLineEdit()
        self._chips = FlowLayout(6)
        rows = column(gap=10)
        rows.addLayout(self._chips)
        rows.addWidget(self.note)
        self.setLayout(rows)
        self.add_code.clicked.connect(self.choose_codes)
        self.add_link.clicked.connect(self.choose_instrument)
        self.note.textChanged.connect(self.changed)
        self.retranslate()

    @property
    def any(self) -> bool:
        """Whether anything is chosen."""
        return bool(self.codes or self.new or self.links or self.written)

    @property
    def written(self) -> str:
        """The note."""
        return self.note.text().strip()

    @property
    def picker(self) -> Picker:
        """The picker, made now if it was never opened."""
        if self._picker is None:
            from desktop.panels.picker import Picker

            self._picker = Picker(self._session, self.window())
            self._picker.codes_picked.connect(self._codes_picked)
            self._picker.instrument_picked.connect(self._instrument_picked)
        return self._picker

    def begin(self, quote: str) -> None:
        """Choose nothing yet; the picker quotes some words."""
        self._quote = quote
        self.codes, self.new, self.links = (), (), ()
        self.note.clear()
        self._show_chips()

    def drop_removed(self) -> None:
        """Let go of codes and instruments that are gone, and say the others as they are called now."""
        project = self._session.project
        codes, instruments = {each.id for each in project.codes.all()}, {each.id for each in project.instruments.all()}
        self.codes = tuple(each for each in self.codes if each in codes)
        self.links = tuple(each for each in self.links if each[0] in instruments)
        self._show_chips()

    # Choosing

    def choose_codes(self) -> None:
        """Open the picker of codes."""
        self.picker.pick_codes(_place_of(self.add_code), self._quote, self.codes)

    def choose_instrument(self) -> None:
        """Open the picker of instruments."""
        self.picker.pick_instrument(_place_of(self.add_link), self._quote)

    def _codes_picked(self, codes: Sequence[int], new: Sequence[str], _on: bool) -> None:
        self.codes = tuple(CodeId(code) for code in codes)
        self.new = tuple(dict.fromkeys((*self.new, *new)))
        self._show_chips()
        self.codes_changed.emit()

    def _instrument_picked(self, instrument: int, locator: str, _on: bool) -> None:
        self.links = tuple(dict.fromkeys((*self.links, (InstrumentId(instrument), locator))))
        self._show_chips()
        self.changed.emit()

    def _drop_code(self, key: int) -> None:
        """Take out a code, or the name of a new one by a negative key."""
        self.codes = tuple(each for each in self.codes if each != key)
        self.new = tuple(each for place, each in enumerate(self.new) if -place - 1 != key)
        self._show_chips()
        self.codes_changed.emit()

    def _drop_link(self, key: int) -> None:
        self.links = tuple(each for place, each in enumerate(self.links) if place != key)
        self._show_chips()
        self.changed.emit()

    # Words

    def _show_chips(self) -> None:
        for adder in (self.add_code, self.add_link):
            self._chips.removeWidget(adder)
        empty(self._chips)
        for key in self.codes:
            with suppress(NotFound):  # a code that a running job has just removed
                code = self._session.project.codes.get(key)
                self._add_chip(Chip(key, code.label(language()) or code.key, code), codes=True)
        for place, name in enumerate(self.new):
            self._add_chip(Chip(-place - 1, name), codes=True)
        self._chips.addWidget(self.add_code)
        known = self._session.project.instruments.all() if self.links else ()
        titles = {each.id: each.title(language()) or each.key for each in known}
        for place, (instrument, locator) in enumerate(self.links):
            self._add_chip(Chip(place, join_words((f"◇ {titles.get(instrument, '')}", locator))), codes=False)
        self._chips.addWidget(self.add_link)

    def _add_chip(self, chip: Chip, *, codes: bool) -> None:
        chip.removed.connect(self._drop_code if codes else self._drop_link)
        self._chips.addWidget(chip)

    def retranslate(self) -> None:
        """Say everything in the window's language."""
        self.add_code.setText(tr("+ code"))
        self.add_code.setToolTip(tr("Codes (T)"))
        self.add_link.setText(tr("+ instrument"))
        self.add_link.setToolTip(tr("Instruments (L)"))
        self.note.setPlaceholderText(tr("A note on each passage"))
        self.note.setAccessibleName(tr("A note on each passage"))
        self._show_chips()


def _place_of(widget: QWidget) -> QRect:
    """Give a widget's place in global pixels."""
    return QRect(widget.mapToGlobal(widget.rect().topLeft()), widget.size())
