"""The three parts side by side: sidebar, centre, inspector; in a narrow window the inspector floats over the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from desktop.session import Session

if TYPE_CHECKING:
    from desktop.panels.inspector import Inspector  # made when the first article is shown

NARROW = 1_000
SIDEBAR, INSPECTOR = 260, 320
INSPECTOR_LEAST, INSPECTOR_MOST = 280, 420


class Frame(QWidget):
    """Shows the sides that are wanted where there is room for them and something to show in them."""

    inspector_made = Signal(object)

    def __init__(self, session: Session, sidebar: QWidget, centre: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.sidebar, self.centre = sidebar, centre
        self._inspector: Inspector | None = None
        self._slim, self._wide = SIDEBAR, INSPECTOR  # widths of the sides
        self.sidebar_on = True
        self.text_only = False
        self._beside = True  # the inspector is wanted beside the text
        self._width: int | None = None  # not known before the window is laid out
        self._over = False  # in a narrow window: it is wanted over the text just now
        self._open = False  # a project is open
        self._article = False  # an article is shown
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        for place, part in enumerate((sidebar, centre)):
            self.splitter.addWidget(part)
            self.splitter.setStretchFactor(place, place)
        self.splitter.setSizes([SIDEBAR, 1_020])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.splitter)
        self._arrange()

    @property
    def has_inspector(self) -> bool:
        """Whether the inspector was made."""
        return self._inspector is not None

    @property
    def inspector(self) -> Inspector:
        """The inspector, made now if no article was shown before."""
        if self._inspector is None:
            from desktop.panels.inspector import Inspector

            self._inspector = Inspector(self._session, self)
            self._inspector.setMinimumWidth(INSPECTOR_LEAST)
            self._inspector.setMaximumWidth(INSPECTOR_MOST)
            self._inspector.hide()
            self.inspector_made.emit(self._inspector)
        return self._inspector

    def show_sides(self, sidebar: bool, inspector: bool) -> None:
        """Say which sides are wanted."""
        self.sidebar_on = sidebar
        if self.floating:
            self._over = inspector
        else:
            self._beside = inspector
        self._arrange()

    @property
    def inspector_on(self) -> bool:
        """Whether the inspector is wanted in a window of this width."""
        return self._over if self.floating else self._beside

    def show_text_only(self, on: bool) -> None:
        """Leave the centre alone, or show the sides again."""
        self.text_only = on
        self._arrange()

    def follow(self, opened: bool, article: bool) -> None:
        """Say whether a project is open and an article shown: without them a side has nothing to say."""
        if (opened, article) != (self._open, self._article):
            self._open, self._article = opened, article
            self._arrange()

    @property
    def floating(self) -> bool:
        """Whether the window is so narrow that the inspector floats over the text."""
        return self._width is not None and self._width < NARROW

    def restore(self, sidebar: int, inspector: int) -> None:
        """Give the sides the widths they had, in logical pixels."""
        self._wide = min(max(inspector, INSPECTOR_LEAST), INSPECTOR_MOST)
        self._slim = sidebar

    def widths(self) -> tuple[int, int]:
        """Give the widths of the sides as they were when last shown."""
        self._remember()
        return self._slim, self._wide

    def _remember(self) -> None:
        if self.sidebar.isVisible():
            self._slim = self.sidebar.width()
        if self._inspector is not None and self._inspector.isVisible() and not self.floating:
            self._wide = self._inspector.width()

    def _arrange(self) -> None:
        self._remember()
        slim = self.sidebar_on and self._open and not self.text_only
        wide = self.inspector_on and self._article and not self.text_only
        appears = slim and self.sidebar.isHidden()
        self.sidebar.setVisible(slim)
        if self._inspector is not None or wide:
            appears = self._place(self.inspector, wide) or appears
        if appears:
            sides = [self._slim if slim else 0, self._wide if wide and not self.floating else 0]
            self.splitter.setSizes([sides[0], max(200, self.width() - sum(sides)), sides[1]])
        self._float()

    def _place(self, inspector: QWidget, wide: bool) -> bool:
        """Put the inspector beside or over the text; whether it appears just now."""
        beside = self.splitter.indexOf(inspector) >= 0
        if self.floating and beside:
            inspector.setParent(self)
        elif not self.floating and not beside:
            self.splitter.addWidget(inspector)
        appears = wide and (inspector.isHidden() or self.floating == beside)
        inspector.setVisible(wide)
        return appears

    def _float(self) -> None:
        inspector = self._inspector
        if inspector is not None and self.floating:
            width = min(self._wide, self.width())
            inspector.setGeometry(self.width() - width, 0, width, self.height())
            inspector.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        before, self._width = self.floating, event.size().width()
        if self.floating != before:
            self._over = False
            self._arrange()
        self._float()
