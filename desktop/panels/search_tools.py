"""The lines under the query: which kinds of records, how many were found, how they are shown, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import QEvent, Signal, SignalInstance
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from db.search.query import KINDS, Node
from desktop.models.results import GROUPS, kind_words
from desktop.panels.parts import FlowLayout, button, column, label, mark
from desktop.words import tr

ORDERS = (
    ("newest", "Newest first"), ("relevance", "Most relevant first"), ("date", "By date of the article"),
    ("position", "By article and position"),
)  # fmt: skip
_HIGH = 26  # pixels of what stands on the second line
VIEWS = (("hits", "Hits"), ("concordance", "Concordance"))


class QueryForm(Protocol):
    """A query put together by choosing."""

    @property
    def edited(self) -> SignalInstance:
        """The query was changed: its text."""

    def show_query(self, node: Node | None) -> None:
        """Show a query."""


class Concordance(Protocol):
    """What a query finds, line by line."""

    @property
    def place_requested(self) -> SignalInstance:
        """Article, start, end, annotation (or None)."""

    def show_query(self, query: str) -> None:
        """Show what a query finds."""

    def unveil(self, on: bool) -> None:
        """Whether what stands in layers that are hidden is shown, too."""

    def step(self, by: int) -> None:
        """Open the line after (1) or before (-1) the one stood on."""


class SearchTools(QWidget):
    """What is asked for beside the query, and the doors to what is done with what was found."""

    kinds_changed = Signal()
    form_toggled = Signal(bool)
    view_chosen = Signal(str)  # of VIEWS
    arranged = Signal(str, str)  # of GROUPS, of ORDERS

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.by, self.order, self.view = GROUPS[0][0], ORDERS[0][0], VIEWS[0][0]
        self.form = button("toggle")
        self.kinds = {kind: button("toggle") for kind in KINDS}
        self.keep, self.tag, self.export = button("quiet"), button("quiet"), button("quiet")
        self.count = label("small")
        self.views = {view: button("segment") for view, _words in VIEWS}
        self.group, self.sort = button("quiet"), button("quiet")
        self._menus = QMenu(self), QMenu(self)
        self._asked, self._found = QWidget(), QWidget()
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        asked, found, between = FlowLayout(6), FlowLayout(8), QWidget()
        switch = QHBoxLayout()
        switch.setContentsMargins(0, 0, 0, 0)
        switch.setSpacing(0)
        for each in (*self.kinds.values(), self.form):
            each.setCheckable(True)
            asked.addWidget(each)
        asked.addWidget(self.keep)
        self.count.setFixedHeight(_HIGH)
        for each in (*self.views.values(), self.group, self.sort, self.tag, self.export):
            each.setFixedHeight(_HIGH)
        for (view, _words), edge in zip(VIEWS, ("first", "last"), strict=True):
            self.views[view].setCheckable(True)
            mark(self.views[view], "edge", edge)
            switch.addWidget(self.views[view])
        between.setLayout(switch)
        self._between = between
        for widget in (self.group, self.sort, self.tag, self.export, between, self.count):
            found.addWidget(widget)  # what is counted stands last, so that nothing moves as it becomes known
        self._asked.setLayout(asked)
        self._found.setLayout(found)
        layout = column(self._asked, self._found, gap=6)
        self.setLayout(layout)
        self.form.hide()
        between.hide()

    def _connect(self) -> None:
        for toggle in self.kinds.values():
            toggle.toggled.connect(self._toggled)
        self.form.toggled.connect(self.form_toggled)
        for view, each in self.views.items():
            each.clicked.connect(partial(self.show_view, view))
        for opener, menu in zip((self.group, self.sort), self._menus, strict=True):
            opener.setMenu(menu)
            opener.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    # What others call

    def chosen_kinds(self) -> list[str]:
        """List the kinds asked for; none means all."""
        return [kind for kind, toggle in self.kinds.items() if toggle.isChecked()]

    def offer(self, *, form: bool, concordance: bool) -> None:
        """Show the doors to what there is."""
        self.form.setVisible(form)
        self._between.setVisible(concordance)

    def show_found(self, shown: bool, *, editable: bool) -> None:
        """Show what can be done with what was found, or only what can be asked for."""
        self._found.setVisible(shown)
        self.keep.setVisible(shown and editable)
        self.tag.setVisible(editable)

    def show_view(self, view: str, _on: bool = True) -> None:
        """Show hits or the concordance."""
        changed, self.view = view != self.view, view
        for name, each in self.views.items():
            each.setChecked(name == view)
        for each in (self.group, self.sort):
            each.setEnabled(view == VIEWS[0][0])
        if changed:
            self.view_chosen.emit(view)

    def arrange(self, by: str, order: str) -> None:
        """Group and order as it is said; what is not known stays as it is."""
        self.by = by if by in dict(GROUPS) else self.by
        self.order = order if order in dict(ORDERS) else self.order
        self._say_arrangement()

    # Inside

    def _toggled(self, _on: bool) -> None:
        self.kinds_changed.emit()

    def _group(self, by: str, _on: bool = True) -> None:
        self.arrange(by, self.order)
        self.arranged.emit(self.by, self.order)

    def _order(self, order: str, _on: bool = True) -> None:
        self.arrange(self.by, order)
        self.arranged.emit(self.by, self.order)

    def _say_arrangement(self) -> None:
        for opener, menu, choices, now, act in (
            (self.group, self._menus[0], GROUPS, self.by, self._group),
            (self.sort, self._menus[1], ORDERS, self.order, self._order),
        ):
            said = tr(dict(choices)[now])
            opener.setText(f"{said} ▾")
            opener.setAccessibleName(said)
            _fill(menu, choices, now, act)

    def retranslate(self) -> None:
        """Say all in the window's language."""
        self.form.setText(tr("Form"))
        self.form.setToolTip(tr("Put the query together by choosing"))
        for kind, toggle in self.kinds.items():
            toggle.setText(kind_words(kind))
        for view, words in VIEWS:
            self.views[view].setText(tr(words))
            self.views[view].setChecked(view == self.view)
        self.keep.setText(tr("Keep this search"))
        self.tag.setText(tr("Tag these hits…"))
        self.export.setText(tr("Export…"))
        room = f"{tr('{n} found', n='10,000+')} · {tr('{n} articles', n='1,000')}"
        self.count.setMinimumWidth(self.count.fontMetrics().horizontalAdvance(room))
        self._say_arrangement()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


def _fill(menu: QMenu, choices: Sequence[tuple[str, str]], now: str, act: Callable[[str, bool], None]) -> None:
    """Offer choices of which one holds now."""
    menu.clear()
    for old in menu.findChildren(QActionGroup):
        old.deleteLater()
    group = QActionGroup(menu)
    for value, words in choices:
        action = menu.addAction(tr(words))
        action.setCheckable(True)
        action.setChecked(value == now)
        group.addAction(action)
        action.triggered.connect(partial(act, value))
