"""The line over what a search found that says how much more is in layers that are hidden, and shows it on request."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.panels.parts import button, label
from desktop.words import tr


class HiddenHits(QWidget):
    """There only while hits are hidden, or are shown because one asked: for the query at hand, and nowhere else."""

    turned = Signal(bool)  # whether hits in hidden layers are to be shown

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count, self._more, self._shown = 0, False, False
        self._words, self.turn = label("small", wrap=True), button("quiet")
        self.turn.clicked.connect(self._turn)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._words, 1)
        row.addWidget(self.turn)
        self.hide()

    @property
    def words(self) -> str:
        """What is said."""
        return "" if self.isHidden() else self._words.text()

    def show_count(self, count: int, more: bool, *, shown: bool) -> None:
        """Say how many hits (or more) are in layers that are hidden, or that they are `shown` here."""
        self._count, self._more, self._shown = count, more, shown
        self._say()

    def show_turned(self, shown: bool) -> None:
        """Say that hits in hidden layers are shown, or not, before they are counted anew."""
        if shown != self._shown:
            self._shown = shown
            self._say()

    def _say(self) -> None:
        said = f"{self._count:,}{'+' if self._more else ''}"
        if self._shown:
            self._words.setText(tr("Hits in hidden layers are shown too, for this search only: {count}.", count=said))
        elif self._count == 1 and not self._more:
            self._words.setText(tr("1 hit is in a layer hidden until you finish its article."))
        else:
            self._words.setText(tr("{count} hits are in layers hidden until you finish their articles.", count=said))
        self.turn.setText(tr("Hide them again") if self._shown else tr("Show them"))
        self.turn.setToolTip("" if self._shown else tr("Show them among what this search finds; the layers stay hidden"))
        self.setVisible(self._count > 0)

    def _turn(self) -> None:
        self.turned.emit(not self._shown)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
