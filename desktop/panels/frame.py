"""The three parts side by side: sidebar, centre, inspector; in a narrow window the inspector floats over the text."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

NARROW = 1_000
INSPECTOR = 320
INSPECTOR_LEAST, INSPECTOR_MOST = 280, 420


class Frame(QWidget):
    """Shows the sides that are wanted where there is room for them and something to show in them."""

    def __init__(self, sidebar: QWidget, centre: QWidget, inspector: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sidebar, self.centre, self.inspector = sidebar, centre, inspector
        self.sidebar_on = True
        self.text_only = False
        self._beside = True  # the inspector is wanted beside the text
        self._width: int | None = None  # not known before the window is laid out
        self._over = False  # in a narrow window: it is wanted over the text just now
        self._open = False  # a project is open
        self._article = False  # an article is shown
        inspector.setMinimumWidth(INSPECTOR_LEAST)
        inspector.setMaximumWidth(INSPECTOR_MOST)
        inspector.setObjectName("inspector")
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        for part in (sidebar, centre, inspector):
            self.splitter.addWidget(part)
        for place, stretch in enumerate((0, 1, 0)):
            self.splitter.setStretchFactor(place, stretch)
        self.splitter.setSizes([260, 700, INSPECTOR])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.splitter)
        self._arrange()

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

    def restore(self, state: QByteArray) -> None:
        """Give the sides the widths they had."""
        if not state.isEmpty():
            self.splitter.restoreState(state)

    def _arrange(self) -> None:
        self.sidebar.setVisible(self.sidebar_on and self._open and not self.text_only)
        inspector = self.inspector_on and self._article and not self.text_only
        if self.floating and self.splitter.indexOf(self.inspector) >= 0:
            self.inspector.setParent(self)
        elif not self.floating and self.splitter.indexOf(self.inspector) < 0:
            self.splitter.addWidget(self.inspector)
            self.splitter.setSizes([self.sidebar.width(), self.width() - self.sidebar.width() - INSPECTOR, INSPECTOR])
        self.inspector.setVisible(inspector)
        self._float()

    def _float(self) -> None:
        if self.splitter.indexOf(self.inspector) < 0:
            width = min(INSPECTOR, self.width())
            self.inspector.setGeometry(self.width() - width, 0, width, self.height())
            self.inspector.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._width = event.size().width()
        if self.floating == (self.splitter.indexOf(self.inspector) >= 0):
            self._over = False
            self._arrange()
        self._float()
