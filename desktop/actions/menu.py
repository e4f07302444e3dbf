"""The commands as QActions: menus, keys, what is possible now and, where it is not, why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from desktop.commands import COMMANDS, MENUS, Command, command
from desktop.icons import icon
from desktop.models.deeds import label_words
from desktop.theme import Theme
from desktop.words import tr

_PORTABLE = QKeySequence.SequenceFormat.PortableText
_GROUPS = ("theme_", "language_", "status_", "unit_")


@dataclass(frozen=True, slots=True)
class Situation:
    """What there is to act on now."""

    project: bool = False
    writable: bool = False
    busy: str = ""  # what a job does, as an English template
    article: bool = False
    text: bool = False  # an article is before one's eyes, with its caret
    selection: bool = False
    annotation: bool = False
    codes: bool = False  # codes were used that can be used again
    end: bool = False  # one end of a relation is marked
    beside: bool = False  # two articles stand side by side
    hidden: bool = False  # codes are hidden or dimmed
    hits: bool = False
    found: bool = False
    undo: str = ""  # the label of the change that undo would take back
    redo: str = ""
    back: bool = False
    forward: bool = False

    def hindrance(self, wanted: Command) -> str:
        """Say in an English template why a command is not possible now; nothing if it is."""
        needs = wanted.needs
        if (needs or wanted.edits) and not self.project:
            return "Open a project first."
        if wanted.edits and self.busy:
            return "The project is being changed. Wait until that is done, or cancel it."
        if (wanted.edits or needs in ("undo", "redo")) and not self.writable:
            return "This project can only be read. Save a copy to change it."
        missing = {
            "article": (self.article, "Open an article first."),
            "codes": (self.text and self.codes, "Tag a passage first: its codes can then be used again."),
            "end": (self.text and self.end, "Mark one end of the relation first (M)."),
            "beside": (self.beside, "Show two articles side by side first."),
            "hidden": (self.hidden, "No code is hidden."),
            "forward": (self.forward, "There is no place to go forward to."),
            "selection": (self.selection, "Select a passage first."),
            "passage": (self.text, "Open an article first."),
            "annotation": (self.annotation, "Go to an annotation first (J and K)."),
            "hits": (self.hits, "Find something in the article first."),
            "found": (self.found, "Search the project first."),
            "undo": (bool(self.undo), "There is nothing to undo."),
            "redo": (bool(self.redo), "There is nothing to redo."),
            "back": (self.back, "There is no place to go back to."),
        }.get(needs, (True, ""))
        return "" if missing[0] else missing[1]


class Actions(QObject):
    """A QAction for each command of the one list."""

    doubted = Signal()  # a key was pressed for something not possible when last looked at: look now
    hindered = Signal(str)  # a key was pressed for something that is not possible now; why, in the person's words

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._situation = Situation()
        self._theme: Theme | None = None
        self._groups = {prefix: QActionGroup(self) for prefix in _GROUPS}
        self._actions = {each.name: self._made(each) for each in COMMANDS}
        self._idle = set(self._actions)

    def _made(self, each: Command) -> QAction:
        action = QAction(self)
        action.setObjectName(each.name)
        group = next((group for prefix, group in self._groups.items() if each.name.startswith(prefix)), None)
        action.setCheckable(each.checkable or group is not None)
        if group is not None:
            action.setActionGroup(group)
        if each.shortcut:
            keys = (QKeySequence.fromString(key, _PORTABLE) for key in (each.shortcut, each.also) if key)
            action.setShortcuts(list(keys))
        if each.where == "reader":
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        elif each.where == "window":
            self._window.addAction(action)
        return action

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def do(self, name: str, slot: Callable[[], object]) -> None:
        """Say what a command does."""
        self._actions[name].triggered.connect(slot)
        self._idle.discard(name)

    @property
    def idle(self) -> frozenset[str]:
        """The commands nothing was said to do."""
        return frozenset(self._idle)

    def trigger(self, name: str) -> None:
        """Run a command chosen by name, or say why it cannot be run."""
        action = self._actions[name]
        if action.isEnabled():
            action.trigger()
        else:
            self.hindered.emit(action.statusTip())

    def hindrance(self, name: str) -> str:
        """Say in the person's words why a command is not possible now; nothing if it is."""
        reason = self._situation.hindrance(command(name))
        return tr(reason) if reason else ""

    def fill(self, bar: QMenuBar) -> None:
        """Fill a menu bar from the list."""
        for title in MENUS:
            menu = bar.addMenu(title)
            menu.setObjectName(title)
            menu.aboutToShow.connect(self._show_icons)
            menu.setToolTipsVisible(True)
            for each in COMMANDS:
                if each.menu == title:
                    if each.separator:
                        menu.addSeparator()
                    menu.addAction(self._actions[each.name])
        self.retranslate(bar)

    def retranslate(self, bar: QMenuBar) -> None:
        """Say everything in the window's language."""
        for each in COMMANDS:
            self._actions[each.name].setText(tr(each.text).replace("&", "&&"))
        for entry in bar.actions():
            menu = entry.menu()
            if isinstance(menu, QWidget):
                entry.setText(_with_letter(tr(menu.objectName()), MENUS[menu.objectName()]))
        self.follow(self._situation)

    def dye(self, theme: Theme) -> None:
        """Give icons the colours of a theme when menus are opened next."""
        self._theme = theme

    def _show_icons(self) -> None:
        menu, theme = self.sender(), self._theme
        if not isinstance(menu, QMenu) or theme is None or menu.property("theme") == theme.name:
            return
        menu.setProperty("theme", theme.name)
        for action in menu.actions():
            name = command(action.objectName()).icon if action.objectName() else ""
            if name and not action.isCheckable():
                action.setIcon(icon(name, theme.colour("muted"), theme.colour("hairline")))

    def follow(self, situation: Situation) -> None:
        """Enable what is possible now; what is not says why."""
        self._situation = situation
        for each in COMMANDS:
            action = self._actions[each.name]
            reason = situation.hindrance(each)
            action.setEnabled(not reason)
            words = tr(reason) if reason else ""
            action.setStatusTip(words)
            action.setToolTip(words or action.text())
        for name, label in (("undo", situation.undo), ("redo", situation.redo)):
            self._actions[name].setText(f"{tr(command(name).text)} · {label_words(label)}" if label else tr(command(name).text))

    def serve(self, widget: QWidget, where: str) -> None:
        """Let the single keys of a place work in a widget, and say why where they do not."""
        for each in COMMANDS:
            if each.where == where:
                widget.addAction(self._actions[each.name])
        widget.installEventFilter(self)

    def serve_reader(self, page: QWidget) -> None:
        """Let the single keys work on the page of text."""
        self.serve(page, "reader")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Say why a key of the page does nothing: a disabled shortcut reaches the page as a plain key.

        Hands may be faster than the look at what is possible, which waits for the events at hand: so look once more first.
        """
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and isinstance(watched, QWidget):
            pressed = QKeySequence(event.keyCombination())
            for action in watched.actions():
                if not action.isEnabled() and pressed in action.shortcuts():
                    self.doubted.emit()
                    if action.isEnabled():
                        action.trigger()
                    else:
                        self.hindered.emit(action.statusTip())
                    return True
        return super().eventFilter(watched, event)


def _with_letter(title: str, letter: str) -> str:
    """Mark the letter that opens a menu; a title that lacks it gets it in brackets."""
    at = title.upper().find(letter)
    return f"{title[:at]}&{title[at:]}" if at >= 0 else f"{title}(&{letter})"
