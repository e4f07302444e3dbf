"""The typed fields of a thing: those that are filled, and a menu of the others. Never asked for, unset is unset."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from db.records import Field, either
from desktop.panels.chips import option_words
from desktop.panels.parts import EDGE, PlainEdit, Section, button, empty, held, holds_keys, label
from desktop.session import Session
from desktop.words import language, tr

LABEL_WIDTH = 76


class FieldRow(QWidget):
    """One filled field: a choice opens its menu, other values are written in place."""

    set_to = Signal(str, list)  # field, values; none unsets it

    def __init__(self, field: Field, values: tuple[str, ...], *, editable: bool) -> None:
        super().__init__()
        self.name = field.name or field.uuid
        self._values = values
        self._many = field.type == "many of"
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        name = label("small", either(language(), field.label_zh, field.label_en))
        name.setFixedWidth(LABEL_WIDTH)
        row.addWidget(name)
        self.menu = QMenu(self)
        if field.options:
            self._choice = button("value", "、".join(option_words(field, value) for value in values) or "…")
            self._choice.clicked.connect(self.open_menu)
            self._choice.setEnabled(editable)
            self._fill(field)
            row.addWidget(self._choice)
            row.addStretch(1)
            self.setFocusProxy(self._choice)
        else:
            row.setSpacing(8 - EDGE)
            self.entry = PlainEdit()
            self.entry.show_value(values[0] if values else "")
            self.entry.setReadOnly(not editable)
            self.entry.edited.connect(self._write)
            row.addWidget(self.entry, 1)
            self.setFocusProxy(self.entry)

    def keep(self) -> None:
        """Save what is written and not saved yet."""
        if isinstance(entry := self.focusProxy(), PlainEdit):
            entry.keep()

    def _fill(self, field: Field) -> None:
        for option, zh, en in field.options:
            action = self.menu.addAction(either(language(), zh, en))
            action.setCheckable(True)
            action.setChecked(option in self._values)
            action.setData(option)
        self.menu.triggered.connect(self._choose)

    def open_menu(self) -> None:
        """Show the options."""
        self.menu.popup(self._choice.mapToGlobal(QPoint(0, self._choice.height())))

    def _choose(self, action: QAction) -> None:
        value = action.data()
        if self._many:
            rest = [each for each in self._values if each != value]
            self.set_to.emit(self.name, rest if value in self._values else [*self._values, value])
        else:
            self.set_to.emit(self.name, [] if value in self._values else [value])

    def _write(self, text: str) -> None:
        self.set_to.emit(self.name, [text] if text else [])


class FieldsView(Section):
    """The filled fields of one annotation or article, and '+ field'."""

    def __init__(self, session: Session, target: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._target = target
        self._thing = 0
        self._values: Mapping[str, tuple[str, ...]] = {}
        self._editable = False
        self._begun = ""  # a field that was chosen to be filled in
        self._shown: object = None
        self.heading.hide()
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2)
        self.body.addLayout(self._rows)
        self.add = button("quiet")
        self.add.clicked.connect(self.open_menu)
        self.body.addWidget(self.add)
        self.menu = QMenu(self)
        self.menu.triggered.connect(self._begin)

    def show_fields(self, thing: int, values: Mapping[str, tuple[str, ...]], editable: bool) -> None:
        """Show the fields of a thing."""
        if thing != self._thing:
            for row in self.rows():
                row.keep()
        shown = (dict(values), editable, language(), tuple(self._session.project.fields.all(self._target)))
        # Where nothing is filled in, the next thing looks the same.
        same = shown == self._shown and (thing == self._thing or not (values or self._begun))
        self._thing, self._values, self._editable, self._shown = thing, values, editable, shown
        if not same:
            self._build()

    def rows(self) -> list[FieldRow]:
        """List the rows of the filled fields."""
        return held(self._rows, FieldRow)

    def _build(self, begun: str = "") -> None:
        held = next((row.name for row in self.rows() if holds_keys(row)), "")
        self._begun = begun
        empty(self._rows)
        fields = self._session.project.fields.all(self._target)
        free = []
        for field in fields:
            name = field.name or field.uuid
            if name not in self._values and name != begun:
                free.append(field)
                continue
            row = FieldRow(field, self._values.get(name, ()), editable=self._editable)
            row.set_to.connect(self._set)
            self._rows.addWidget(row)
            if name in (begun, held):
                row.show()  # what is not shown takes no keys
                row.setFocus()
        self.add.setText(tr("+ field"))
        self.add.setVisible(self._editable and bool(free))
        self.menu.clear()
        for field in free:
            self._offer(field)
        self.setVisible(bool(free and self._editable) or bool(self._values))

    def _offer(self, field: Field) -> None:
        words = either(language(), field.label_zh, field.label_en)
        name = field.name or field.uuid
        if not field.options:
            self.menu.addAction(words).setData((name, ""))
            return
        below = self.menu.addMenu(words)
        for option, zh, en in field.options:
            below.addAction(either(language(), zh, en)).setData((name, option))

    def open_menu(self) -> None:
        """Show the fields that can be filled."""
        self.menu.popup(self.add.mapToGlobal(QPoint(0, self.add.height())))

    def _begin(self, action: QAction) -> None:
        name, value = action.data()
        if value:
            self._set(name, [value])
        else:
            self._build(name)

    def _set(self, name: str, values: list[str]) -> None:
        self._session.act(lambda: self._session.project.fields.set(self._target, self._thing, name, *values))
