"""Codes and instruments on a passage: rows one can work by mouse and keys, and the small chips of the picker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QColor, QContextMenuEvent, QKeyEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from db.fields import LINK_RELATIONS
from db.records import Code, Field, Instrument, Link, Tagging, either
from desktop.panels.parts import PlainEdit, button, join_words, label
from desktop.words import language, tr

_CLOSE = "✕"
_MORE = "▾"


class Bar(QWidget):
    """The colour of a code: its branch's, or its own."""

    def __init__(self, code: Code | None) -> None:
        super().__init__()
        self.setProperty("role", "branch-bar")
        self.setFixedWidth(3)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        if code is not None and code.colour:
            palette = self.palette()
            palette.setColor(QPalette.ColorRole.Window, QColor(code.colour))
            self.setPalette(palette)
            self.setAutoFillBackground(True)
            self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, False)
        elif code is not None:
            self.setProperty("branch", code.branch)


class Row(QFrame):
    """A thing on a passage that is removed with Del and whose menu opens with Enter."""

    removed = Signal(int)

    def __init__(self, key: int, *, editable: bool) -> None:
        super().__init__()
        self.setProperty("role", "row")
        self.key = key
        self.editable = editable
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.menu = QMenu(self)
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(0, 0, 0, 0)
        self.line.setSpacing(4)
        self.words = QVBoxLayout()
        self.words.setContentsMargins(5, 4, 0, 4)
        self.words.setSpacing(0)

    def finish(self) -> None:
        """Put the row together: its bar stands, its words and buttons follow."""
        self.line.addLayout(self.words, 1)
        if not self.editable:
            return
        for text, tip, slot in ((_MORE, tr("More"), self.open_menu), (_CLOSE, tr("Remove"), self._remove)):
            made = button("row-button", text, tip)
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the row's own keys do the same
            made.clicked.connect(slot)
            self.line.addWidget(made, 0, Qt.AlignmentFlag.AlignTop)

    def open_menu(self) -> None:
        """Show the menu below the row."""
        if self.editable and self.menu.actions():
            self.menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    def _remove(self) -> None:
        self.removed.emit(self.key)

    def contextMenuEvent(self, _event: QContextMenuEvent) -> None:
        self.open_menu()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.editable:
            self._remove()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.open_menu()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)
            return
        event.accept()


class CodeRow(Row):
    """One code on a passage, with the version of its book, what is unconfirmed, and its stance."""

    field_chosen = Signal(int, str, str)  # tagging, field, value: empty unsets it

    def __init__(self, tagging: Tagging, code: Code, version: str, fields: Sequence[Field], *, editable: bool) -> None:
        super().__init__(tagging.code, editable=editable)
        self._tagging = tagging
        self.line.addWidget(Bar(code))
        name = code.label(language()) or code.key
        self.words.addWidget(label("row-title", name, wrap=True))
        values = [option_words(field, value) for field in fields for value in tagging.fields.get(field.name, ())]
        doubt = "" if code.confirmed(language()) else tr("name unconfirmed")
        self.words.addWidget(label("small", join_words((version or tr("own code"), doubt, *values)), wrap=True))
        self.setAccessibleName(name)
        self.setToolTip(code.definition(language()))
        for field in fields:
            fill_choices(self.menu, field, tagging.fields.get(field.name, ()))
        self.menu.addAction(tr("Take off this code")).triggered.connect(self._remove)
        self.menu.triggered.connect(self._choose)
        self.finish()

    def _choose(self, action: QAction) -> None:
        data = action.data()
        if isinstance(data, tuple | list):
            self.field_chosen.emit(self._tagging.id, data[0], data[1])


class LinkRow(Row):
    """One instrument a passage is linked to; relation and locator are worked on in place."""

    locator_edited = Signal(int, str)
    relation_chosen = Signal(int, str)
    url_requested = Signal(str)

    def __init__(self, link: Link, instrument: Instrument, *, editable: bool) -> None:
        super().__init__(link.id, editable=editable)
        self._url = instrument.url
        title = instrument.title(language()) or instrument.key
        self.line.addWidget(label("link-sign", "◇"), 0, Qt.AlignmentFlag.AlignTop)
        self.words.addWidget(label("row-title", title, wrap=True))
        self.setAccessibleName(title)
        below = QHBoxLayout()
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(6)
        self._relation = button("quiet", tr(link.relation) if link.relation else tr("relation"), tr("Relation"))
        self._relation.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._relation.setEnabled(editable)
        self._relation.clicked.connect(self.open_menu)
        self.locator = PlainEdit()
        self.locator.setPlaceholderText(tr("Article, paragraph"))
        self.locator.setAccessibleName(tr("Article, paragraph"))
        self.locator.show_value(link.locator)
        self.locator.setReadOnly(not editable)
        self.locator.edited.connect(self._relocate)
        below.addWidget(self._relation)
        below.addWidget(self.locator, 1)
        self.words.addLayout(below)
        self._fill(link.relation)
        self.finish()

    def _fill(self, relation: str) -> None:
        for each in LINK_RELATIONS:
            action = self.menu.addAction(tr(each))
            action.setData(each)
            action.setCheckable(True)
            action.setChecked(each == relation)
        self.menu.addSeparator()
        if self._url:
            self.menu.addAction(tr("Open its web page")).triggered.connect(self._open)
        self.menu.addAction(tr("Remove link")).triggered.connect(self._remove)
        self.menu.triggered.connect(self._choose)

    def _choose(self, action: QAction) -> None:
        if isinstance(action.data(), str):
            self.relation_chosen.emit(self.key, action.data() if action.isChecked() else "")

    def _relocate(self, text: str) -> None:
        self.locator_edited.emit(self.key, text)

    def _open(self) -> None:
        self.url_requested.emit(self._url)


class Chip(QFrame):
    """A chosen code in the picker; a click on it takes it out again."""

    removed = Signal(int)

    def __init__(self, code: Code) -> None:
        super().__init__()
        self.setProperty("role", "chosen")
        self._code = code.id
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(6)
        row.addWidget(Bar(code))
        row.addWidget(label("row-title", code.label(language()) or code.key))
        close = button("row-button", _CLOSE, tr("Remove"))
        close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        close.clicked.connect(self._remove)
        row.addWidget(close)

    def _remove(self) -> None:
        self.removed.emit(self._code)


def fill_choices(menu: QMenu, field: Field, values: Sequence[str]) -> None:
    """Put the options of a field into a menu of its own; an action's data is (field, value), an empty value unsets."""
    below = menu.addMenu(either(language(), field.label_zh, field.label_en))
    for option, zh, en in field.options:
        action = below.addAction(either(language(), zh, en))
        action.setCheckable(True)
        action.setChecked(option in values)
        action.setData((field.name or field.uuid, "" if option in values else option))


def option_words(field: Field, value: str) -> str:
    words: Mapping[str, str] = {option: either(language(), zh, en) for option, zh, en in field.options}
    return words.get(value, value)
