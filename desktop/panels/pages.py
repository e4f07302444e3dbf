"""The pages in the centre, each made when first shown, with a way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

_REMEMBERED = 30


class Pages(QStackedWidget):
    """One page at a time, by name."""

    made = Signal(str, object)  # a page was made just now, to be connected
    turned = Signal(str)

    def __init__(self, makers: Mapping[str, Callable[[], QWidget]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pages")
        self._makers = makers
        self._pages: dict[str, QWidget] = {}
        self._before: list[str] = []
        self._name = ""

    @property
    def name(self) -> str:
        """The page shown."""
        return self._name

    @property
    def can_go_back(self) -> bool:
        """Whether another page was shown before."""
        return bool(self._before)

    def page(self, name: str) -> QWidget:
        """Give a page, made now if it was never asked for."""
        if name not in self._pages:
            page = self._pages[name] = self._makers[name]()
            self.addWidget(page)
            self.made.emit(name, page)
        return self._pages[name]

    def has(self, name: str) -> bool:
        """Whether a page was made."""
        return name in self._pages

    def turn_to(self, name: str) -> QWidget:
        """Show a page and remember the one before."""
        page = self.page(name)
        if name != self._name:
            self._before = [*self._before, self._name][-_REMEMBERED:] if self._name else []
            self._show(name)
        return page

    def go_back(self) -> None:
        """Show the page before."""
        if self._before:
            self._show(self._before.pop())

    def start_over(self, name: str) -> None:
        """Show a page with nothing before it, as when another project was opened."""
        self.page(name)
        self._before = []
        self._show(name)

    def _show(self, name: str) -> None:
        self._name = name
        self.setCurrentWidget(self._pages[name])
        self.turned.emit(name)
