"""The left side: Library, Codes or Instruments; the last two are made when first looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from desktop.models.lists import Lists
from desktop.panels.library import LibraryPanel
from desktop.session import Session
from desktop.words import tr

NARROWEST, WIDTH, WIDEST = 200, 260, 400
if TYPE_CHECKING:
    from desktop.panels.codes_panel import CodesPanel
    from desktop.panels.instruments_panel import InstrumentsPanel

_TITLES = ("Library", "Codes", "Instruments")


class Sidebar(QWidget):
    """Three lists under three tabs."""

    made = Signal(object)  # a panel that was made just now, to be connected

    def __init__(self, session: Session, lists: Lists, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(NARROWEST)
        self.setMaximumWidth(WIDEST)
        self._session = session
        self._lists = lists
        self._tabs = QTabBar(self)
        self._tabs.setObjectName("sidebarTabs")
        self._tabs.setExpanding(False)
        self._tabs.setDrawBase(False)
        self._tabs.setUsesScrollButtons(False)
        for title in _TITLES:
            self._tabs.addTab(title)
        self._stack = QStackedWidget(self)
        self.library = LibraryPanel(session, lists, self)
        self._stack.addWidget(self.library)
        self._codes: CodesPanel | None = None
        self._instruments: InstrumentsPanel | None = None
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._tabs)
        box.addWidget(self._stack)
        self._tabs.currentChanged.connect(self._turned)
        self._retranslate()

    @property
    def codes(self) -> CodesPanel:
        """The codes panel, made now if it was never looked at."""
        if self._codes is None:
            from desktop.panels.codes_panel import CodesPanel

            self._codes = CodesPanel(self._session, self._lists, self)
            self._stack.addWidget(self._codes)
            self.made.emit(self._codes)
        return self._codes

    @property
    def instruments(self) -> InstrumentsPanel:
        """The instruments panel, made now if it was never looked at."""
        if self._instruments is None:
            from desktop.panels.instruments_panel import InstrumentsPanel

            self._instruments = InstrumentsPanel(self._session, self._lists, self)
            self._stack.addWidget(self._instruments)
            self.made.emit(self._instruments)
        return self._instruments

    def turn_to(self, place: int) -> None:
        """Show Library (0), Codes (1) or Instruments (2) and give it the focus."""
        self._tabs.setCurrentIndex(place)
        self._turned(place)
        self.focus()

    def focus(self) -> None:
        """Give the focus to the list shown."""
        panel = self._stack.currentWidget()
        if panel is self._codes and self._codes is not None:
            self._codes.focus()
        elif panel is self._instruments and self._instruments is not None:
            self._instruments.focus()
        else:
            self.library.focus()

    def _turned(self, place: int) -> None:
        panel: QWidget = self.library
        if place == 1:
            panel = self.codes
        elif place == 2:
            panel = self.instruments
        self._stack.setCurrentWidget(panel)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        for place, title in enumerate(_TITLES):
            self._tabs.setTabText(place, tr(title))
        self._tabs.setAccessibleName(tr("Sidebar"))
