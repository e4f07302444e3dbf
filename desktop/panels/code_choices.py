"""Where a code hangs and which colour it has, as choices: for the form that makes one and the page that describes one."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QSizePolicy, QWidget

from db.records import Code, CodeId
from desktop.words import language, tr

# Colours a code can be given by hand; without one it has its branch's.
SWATCHES = ("#b5532b", "#9a7a1c", "#4f7f3f", "#2f8583", "#3b6ea5", "#6a55d0", "#8a4f9e", "#57606a")


class Choice(QComboBox):
    """A choice that the wheel leaves alone: one scrolls past it, and what it says may be saved at once."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class ParentChoice(Choice):
    """The code that another one hangs below, or none; one types to find it, and what names no code is put back."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = self.completer()
        if isinstance(completer, QCompleter):
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.activated.connect(self._choose)
        entry = self.lineEdit()
        if entry is not None:
            entry.editingFinished.connect(self._settle)

    def show_codes(self, codes: Iterable[Code], parent: int | None, without: Collection[int] = ()) -> None:
        """Offer codes but some, and stand on the parent or, for None, on the top."""
        items = [(tr("Top"), None), *((code.label(language()), code.id) for code in codes if code.id not in without)]
        held = [(self.itemText(place), self.itemData(place)) for place in range(self.count())]
        if held != items:
            self.clear()
            for words, key in items:
                self.addItem(words, key)
        self.setCurrentIndex(max(0, self.findData(parent)))

    @property
    def code(self) -> CodeId | None:
        """The code chosen."""
        at = self.findText(self.currentText())
        value = self.itemData(at) if at >= 0 else self.currentData()
        return CodeId(value) if isinstance(value, int) else None

    @property
    def typing(self) -> bool:
        """Whether a name is being written that is not taken yet."""
        return self.hasFocus() and self.currentText() != self.itemText(self.currentIndex())

    def _choose(self, _place: int) -> None:
        self.chosen.emit()

    def _settle(self) -> None:
        """Take what was typed if it names a code; else say again what is chosen."""
        at = self.findText(self.currentText())
        if at < 0:
            self.setEditText(self.itemText(self.currentIndex()))
        elif at != self.currentIndex():
            self.setCurrentIndex(at)
            self.chosen.emit()


class ColourChoice(Choice):
    """A code's own colour, or that of its branch."""

    def show_colour(self, colour: str) -> None:
        """Offer the colours, and stand on one (#rrggbb; empty: the branch's)."""
        from desktop.panels.swatches import swatch

        self.clear()
        self.addItem(tr("Colour of its branch"), "")
        for value in dict.fromkeys((*SWATCHES, colour) if colour else SWATCHES):
            self.addItem(swatch(value), value, value)
        self.setCurrentIndex(max(0, self.findData(colour)))

    @property
    def colour(self) -> str:
        """The colour chosen."""
        return str(self.currentData() or "")
