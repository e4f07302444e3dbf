"""The pages in the centre, each made when first shown; one that has a signal `left` is left by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal, SignalInstance
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QStackedWidget, QWidget

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_REASONS = {True: Qt.FocusReason.TabFocusReason, False: Qt.FocusReason.BacktabFocusReason}
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


class Pages(QStackedWidget):
    """One page at a time, by name; in all of them Tab goes from above to below, and Enter presses the button one stands on.

    A page names by its focus proxy the part that has the keys first.
    """

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
        self._first: dict[QWidget, QWidget] = {}  # by page the part that has the keys first
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
            page.installEventFilter(self)
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

    # Keys

    def focusNextPrevChild(self, onward: bool) -> bool:
        """Go on from above to below: parts come and go, and Qt would take them in the order in which they were made."""
        self._free()
        page, held = self.currentWidget(), QApplication.focusWidget()
        stops = _stops(page) if page is not None else []
        if held is not None and held not in stops and stops and self.isAncestorOf(held) and not held.isVisible():
            first = next((each for each in stops if each in self._first.values()), stops[0])
            first.setFocus(Qt.FocusReason.OtherFocusReason)  # what had the keys is hidden: they stay in the page
            return True
        if held is None or held not in stops:
            return super().focusNextPrevChild(onward)
        place = stops.index(held) + (1 if onward else -1)
        wanted = stops[place] if 0 <= place < len(stops) else self._beyond(held, onward)
        (wanted or stops[0 if onward else -1]).setFocus(_REASONS[onward])
        return True

    def _beyond(self, held: QWidget, onward: bool) -> QWidget | None:
        """Give what takes the keys next outside of the pages."""
        each: QWidget | None = held
        while each is not None:
            each = each.nextInFocusChain() if onward else each.previousInFocusChain()
            if each is held or (each is not None and each is not self and not self.isAncestorOf(each) and _takes_tab(each)):
                return each if each is not held else None
        return None

    def _free(self) -> None:
        """Take over the focus proxy of the page shown: to a proxy Tab would go at once, past whatever stands before it."""
        page = self.currentWidget()
        if page is not None and (part := page.focusProxy()) is not None:
            page.setFocusProxy(None)  # type: ignore[arg-type]
            self._first[page] = part

    def eventFilter(self, page: QObject, event: QEvent) -> bool:
        """Give the keys of a page to its first part, and let Enter press a button before the page takes it for itself."""
        if not isinstance(page, QWidget):
            return False
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusIn:
            if (part := self._first.get(page)) is not None:
                shown = [part] if part.isVisibleTo(page) else _stops(page)[:1]
                for each in shown:
                    each.setFocus(event.reason())
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _ENTER:
            held = QApplication.focusWidget()
            if event.modifiers() in _PLAIN and isinstance(held, QAbstractButton) and page.isAncestorOf(held):
                if not event.isAutoRepeat():
                    held.click()
                return True
        return False

    def _leave(self, name: str) -> None:
        """Leave a page, unless it was left already."""
        if name == self._name:
            self.go_back()

    def _show(self, name: str) -> None:
        self._name = name
        self.setCurrentWidget(self._pages[name])
        self._free()
        self.turned.emit(name)


def _stops(page: QWidget) -> list[QWidget]:
    return [each for each in in_order(page) if _takes_tab(each)]


def _takes_tab(widget: QWidget) -> bool:
    every = QGuiApplication.styleHints().tabFocusBehavior() == Qt.TabFocusBehavior.TabFocusAllControls
    wanted = Qt.FocusPolicy.TabFocus if every else Qt.FocusPolicy.StrongFocus
    takes = widget.focusPolicy() & wanted == wanted and widget.focusProxy() is None
    return takes and widget.isVisible() and widget.isEnabled()


def in_order(widget: QWidget) -> Iterator[QWidget]:
    """Yield all that a widget shows, row by row from the left, each with what is in it, whenever it was made."""
    inside = (each for each in widget.children() if isinstance(each, QWidget) and each.isVisible() and not each.isWindow())
    rows: list[list[QWidget]] = []
    bottom = 0  # of the lowest that all in the row reach
    for each in sorted(inside, key=_top):
        box = each.geometry()
        if rows and box.center().y() < bottom:
            rows[-1].append(each)
            bottom = min(bottom, box.bottom())
        else:
            rows.append([each])
            bottom = box.bottom()
    for row in rows:
        for each in sorted(row, key=_left):
            yield each
            yield from in_order(each)


def _top(widget: QWidget) -> int:
    return widget.y()


def _left(widget: QWidget) -> int:
    return widget.x()
