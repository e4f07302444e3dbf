"""The pages in the centre, each made when first shown; one that has a signal `left` is left by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QStackedWidget, QWidget


class Pages(QStackedWidget):
    """One page at a time, by name."""

    made = Signal(str, object)  # a page was made just now, to be connected
    turning = Signal()  # another page is about to be shown
    turned = Signal(str)
    started_over = Signal()  # what was shown before is nothing to go back to
    back_requested = Signal()  # the page shown is done with

    def __init__(self, makers: Mapping[str, Callable[[], QWidget]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pages")
        self._makers = makers
        self._pages: dict[str, QWidget] = {}
        self._name = ""

    @property
    def name(self) -> str:
        """The page shown."""
        return self._name

    def page(self, name: str) -> QWidget:
        """Give a page, made now if it was never asked for."""
        if name not in self._pages:
            page = self._pages[name] = self._makers[name]()
            self.addWidget(page)
            self.made.emit(name, page)
            left = getattr(page, "left", None)
            if isinstance(left, SignalInstance):
                left.connect(partial(self._leave, name))
        return self._pages[name]

    def has(self, name: str) -> bool:
        """Whether a page was made."""
        return name in self._pages

    def turn_to(self, name: str) -> QWidget:
        """Show a page."""
        page = self.page(name)
        if name != self._name:
            self.turning.emit()
            self._show(name)
        return page

    def start_over(self, name: str) -> None:
        """Show a page with nothing before it, as when another project was opened."""
        self.page(name)
        self.started_over.emit()
        self._show(name)

    def go_back(self) -> None:
        """Ask for the place before: what this page was for is done."""
        self.back_requested.emit()

    def _leave(self, name: str) -> None:
        """Leave a page, unless it was left already."""
        if name == self._name:
            self.go_back()

    def _show(self, name: str) -> None:
        self._name = name
        self.setCurrentWidget(self._pages[name])
        self.turned.emit(name)
