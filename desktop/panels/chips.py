"""What hangs on a passage: rows one can work by mouse and keys, the list of them, and the small chips of the picker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QColor, QContextMenuEvent, QKeyEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from db.fields import LINK_RELATIONS
from db.records import Code, Field, Instrument, Link, Tagging, either
from desktop.panels.parts import PlainEdit, Section, button, held, holds_keys, join_words, label
from desktop.words import language, tr

_CLOSE = "✕"
_MORE = "▾"
_GO = "↗"


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
    has_menu = False

    def __init__(self, key: int, *, editable: bool) -> None:
        super().__init__()
        self._menu: QMenu | None = None
        self.setProperty("role", "row")
        self.key = key
        self.editable = editable
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(0, 0, 0, 0)
        self.line.setSpacing(4)
        self.words = QVBoxLayout()
        self.words.setContentsMargins(5, 4, 0, 4)
        self.words.setSpacing(0)

    @property
    def menu(self) -> QMenu:
        """The menu, made when it is first needed: one steps through many passages without opening any."""
        if self._menu is None:
            self._menu = QMenu(self)
            self.fill(self._menu)
        return self._menu

    def fill(self, menu: QMenu) -> None:
        """Fill the menu of a row that has one."""

    def finish(self) -> None:
        """Put the row together: its bar stands, its words and buttons follow."""
        self.line.addLayout(self.words, 1)
        buttons = ((_MORE, tr("More"), self.open_menu), (_CLOSE, tr("Remove"), self._remove))
        for text, tip, slot in buttons if self.has_menu else buttons[1:]:
            if self.editable:
                made = button("row-button", text, tip)
                made.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the row's own keys do the same
                made.clicked.connect(slot)
                self.line.addWidget(made, 0, Qt.AlignmentFlag.AlignTop)

    def open_menu(self) -> None:
        """Show the menu below the row."""
        if self.editable and self.has_menu:
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


class RowsView(Section):
    """Rows of one kind on a thing, with a button below to add one."""

    add_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: object = None
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2)
        self.body.addLayout(self._rows)
        self.add = button("quiet")
        self.add.clicked.connect(self.add_requested)
        self.body.addWidget(self.add)

    def rows(self) -> list[Row]:
        """List the rows shown."""
        return held(self._rows, Row)

    def shows(self, what: object) -> bool:
        """Whether the rows were made of these values; else they are to be made of them now."""
        same, self._shown = what == self._shown, what
        return same

    def show_rows(self, rows: list[Row]) -> None:
        """Show other rows; the keys stay at the same thing, or where it was."""
        old = self.rows()
        at = next((place for place, row in enumerate(old) if holds_keys(row)), None)
        held = old[at].key if at is not None else None
        for row in rows:
            self._rows.addWidget(row)
        if at is not None:
            for row in rows:
                row.show()  # now, for what is not shown takes no keys
            next_best = rows[min(at, len(rows) - 1)] if rows else self.add
            next((row for row in rows if row.key == held), next_best).setFocus()
        for row in old:
            self._rows.removeWidget(row)
            row.hide()
            row.deleteLater()


class CodeRow(Row):
    """One code on a passage, with the version of its book, what is unconfirmed, and its stance."""

    field_chosen = Signal(int, str, str)  # tagging, field, value: empty unsets it
    has_menu = True

    def __init__(self, tagging: Tagging, code: Code, version: str, fields: Sequence[Field], *, editable: bool) -> None:
        super().__init__(tagging.code, editable=editable)
        self._tagging, self._fields = tagging, fields
        self.line.addWidget(Bar(code))
        name = code.label(language()) or code.key
        self.words.addWidget(label("row-title", name, wrap=True))
        values = [option_words(field, value) for field in fields for value in tagging.fields.get(field.name, ())]
        doubt = "" if code.confirmed(language()) else tr("name unconfirmed")
        self.words.addWidget(label("small", join_words((version or tr("own code"), doubt, *values)), wrap=True))
        self.setAccessibleName(name)
        self.setToolTip(code.definition(language()))
        self.finish()

    def fill(self, menu: QMenu) -> None:
        for field in self._fields:
            fill_choices(menu, field, self._tagging.fields.get(field.name, ()))
        menu.addAction(tr("Take off this code")).triggered.connect(self._remove)
        menu.triggered.connect(self._choose)

    def _choose(self, action: QAction) -> None:
        data = action.data()
        if isinstance(data, tuple | list):
            self.field_chosen.emit(self._tagging.id, data[0], data[1])


class LocatorEdit(PlainEdit):
    """Where in an instrument; Enter on what is written there already goes to it."""

    followed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.text().strip() == self._kept:
            self.followed.emit()
            event.accept()
        else:
            super().keyPressEvent(event)


class LinkRow(Row):
    """One instrument a passage is linked to; relation and locator are worked on in place."""

    locator_edited = Signal(int, str)
    relation_chosen = Signal(int, str)
    url_requested = Signal(str)
    provision_requested = Signal(int, str)  # instrument, locator: go to it in the instrument's own text
    has_menu = True

    def __init__(self, link: Link, instrument: Instrument, *, editable: bool, openable: bool = False) -> None:
        super().__init__(link.id, editable=editable)
        self._url, self._instrument, self._openable = instrument.url, int(instrument.id), openable
        title = instrument.title(language()) or instrument.key
        self.line.addWidget(label("link-sign", "◇"), 0, Qt.AlignmentFlag.AlignTop)
        self.words.addWidget(label("row-title", title, wrap=True))
        self.setAccessibleName(title)
        below = QHBoxLayout()
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        self._relation = button("quiet", tr(link.relation) if link.relation else tr("+ relation"), tr("Relation"))
        _slant(self._relation, not link.relation)
        if not editable and not link.relation:
            self._relation.hide()
        self._relation.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._relation.setEnabled(editable)
        self._relation.clicked.connect(self.open_menu)
        self.locator = LocatorEdit()
        self.locator.setPlaceholderText(tr("+ locator"))
        self.locator.setAccessibleName(tr("Article, paragraph"))
        self.locator.setToolTip(tr("Article, paragraph"))
        self.locator.textChanged.connect(self._show_whether_located)
        self.locator.show_value(link.locator)
        self._show_whether_located(link.locator)
        if not editable and not link.locator:
            self.locator.hide()
        self.locator.setReadOnly(not editable)
        self.locator.edited.connect(self._relocate)
        self.locator.followed.connect(self._follow)
        below.addWidget(self._relation)
        below.addWidget(self.locator, 1)
        if openable:
            self.go = button("quiet", _GO, tr("Go to the provision"))
            self.go.clicked.connect(self._follow)
            below.addWidget(self.go)
        self.words.addLayout(below)
        self._chosen = link.relation
        self.finish()

    def fill(self, menu: QMenu) -> None:
        for each in LINK_RELATIONS:
            action = menu.addAction(tr(each))
            action.setData(each)
            action.setCheckable(True)
            action.setChecked(each == self._chosen)
        menu.addSeparator()
        if self._openable:
            menu.addAction(tr("Go to the provision")).triggered.connect(self._follow)
        if self._url:
            menu.addAction(tr("Open its web page")).triggered.connect(self._open)
        menu.addAction(tr("Remove link")).triggered.connect(self._remove)
        menu.triggered.connect(self._choose)

    def _choose(self, action: QAction) -> None:
        if isinstance(action.data(), str):
            self.relation_chosen.emit(self.key, action.data() if action.isChecked() else "")

    def _show_whether_located(self, text: str) -> None:
        _slant(self.locator, not text)

    def _relocate(self, text: str) -> None:
        self.locator_edited.emit(self.key, text)

    def _follow(self) -> None:
        self.provision_requested.emit(self._instrument, self.locator.text().strip())

    def _open(self) -> None:
        self.url_requested.emit(self._url)


def _slant(widget: QWidget, on: bool) -> None:
    """Slant what only says what could stand there."""
    font = widget.font()
    if font.italic() != on:
        font.setItalic(on)
        widget.setFont(font)


class Chip(QFrame):
    """A chosen code in the picker, or the name of one that is to be made; a click on it takes it out again."""

    removed = Signal(int)

    def __init__(self, key: int, name: str, code: Code | None = None) -> None:
        super().__init__()
        self.setProperty("role", "chosen")
        self._key = key
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(6)
        row.addWidget(Bar(code))
        row.addWidget(label("row-title", name))
        close = button("row-button", _CLOSE, tr("Remove"))
        close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        close.clicked.connect(self._remove)
        row.addWidget(close)

    def _remove(self) -> None:
        self.removed.emit(self._key)


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
