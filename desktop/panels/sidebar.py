"""The left side: Library, Codes, Instruments or Outline; all but the first are made when first looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from db.records import Code
from desktop.models.codes import Sight
from desktop.models.lists import Lists
from desktop.panels.library import LibraryPanel
from desktop.session import Session
from desktop.words import tr

NARROWEST, WIDTH, WIDEST = 200, 260, 400
if TYPE_CHECKING:
    from desktop.panels.codes_panel import CodesPanel
    from desktop.panels.instruments_panel import InstrumentsPanel
    from desktop.panels.outline import OutlinePanel

_TITLES = ("Library", "Codes", "Instruments", "Outline")
LIBRARY, CODES, INSTRUMENTS, OUTLINE = range(len(_TITLES))


class Sidebar(QWidget):
    """Four lists under four tabs."""

    made = Signal(object)  # a panel that was made just now, to be connected

    def __init__(self, session: Session, lists: Lists, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(NARROWEST)
        self.setMaximumWidth(WIDEST)
        self._session = session
        self._lists = lists
        self._tabs = _Tabs(self)
        self._tabs.setObjectName("sidebarTabs")
        self._tabs.setExpanding(False)
        self._tabs.setDrawBase(False)
        self._tabs.setUsesScrollButtons(False)
        self._tabs.setElideMode(Qt.TextElideMode.ElideRight)
        for title in _TITLES:
            self._tabs.addTab(title)
        self._stack = QStackedWidget(self)
        self.library = LibraryPanel(session, lists, self)
        self._stack.addWidget(self.library)
        self._codes: CodesPanel | None = None
        self._instruments: InstrumentsPanel | None = None
        self._outline: OutlinePanel | None = None
        self._sight = Sight()
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
            self._codes.show_sight(self._sight)
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

    @property
    def outline(self) -> OutlinePanel:
        """The outline panel, made now if it was never looked at."""
        if self._outline is None:
            from desktop.panels.outline import OutlinePanel

            self._outline = OutlinePanel(self._session, self)
            self._stack.addWidget(self._outline)
            self.made.emit(self._outline)
        return self._outline

    def turn_to(self, place: int) -> None:
        """Show Library (0), Codes (1), Instruments (2) or Outline (3) and give it the focus."""
        self._tabs.setCurrentIndex(place)
        self._turned(place)
        self.focus()

    def focus(self) -> None:
        """Give the focus to the list shown."""
        self._panel(self._tabs.currentIndex()).focus()

    def _panel(self, place: int) -> LibraryPanel | CodesPanel | InstrumentsPanel | OutlinePanel:
        if place == CODES:
            return self.codes
        if place == INSTRUMENTS:
            return self.instruments
        return self.outline if place == OUTLINE else self.library

    def _turned(self, place: int) -> None:
        self._stack.setCurrentWidget(self._panel(place))

    # Codes

    def code(self, *, focused: bool) -> Code | None:
        """Give the code chosen in the list of codes, if that is before one's eyes and, where asked, has the keys."""
        panel = self._codes
        if panel is None or not (panel.view.hasFocus() if focused else panel.isVisible()):
            return None
        return panel.current()

    def show_sight(self, sight: Sight) -> None:
        """Show which codes are hidden, dimmed or alone in sight."""
        self._sight = sight
        if self._codes is not None:
            self._codes.show_sight(sight)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        for place, title in enumerate(_TITLES):
            self._tabs.setTabText(place, tr(title))
            self._tabs.setTabToolTip(place, tr(title))
        self._tabs.setAccessibleName(tr("Sidebar"))


class _Tabs(QTabBar):
    """Tabs that are cut in a narrow sidebar, the longest first."""

    def tabSizeHint(self, index: int) -> QSize:
        size = super().tabSizeHint(index)
        return QSize(min(size.width(), self._longest()), size.height())

    def minimumTabSizeHint(self, index: int) -> QSize:
        return self.tabSizeHint(index)

    def _longest(self) -> int:
        """Give the width from which on tabs are cut, so that all fit."""
        widths = sorted(super(_Tabs, self).tabSizeHint(index).width() for index in range(self.count()))
        parent = self.parentWidget()
        room = parent.width() if parent is not None else self.width()
        for place, width in enumerate(widths):
            if width * (len(widths) - place) > room:
                return room // (len(widths) - place)
            room -= width
        return widths[-1]
