"""A small field over the window that asks for names, with those there are below it: collections, tags."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeGuard

from PySide6.QtCore import QModelIndex, QStringListModel, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QFrame, QLineEdit, QSizePolicy, QTabBar, QVBoxLayout, QWidget
from shiboken6 import isValid

from db.folding import fold_text
from desktop.matching import Matchable, Matcher
from desktop.panels.parts import TokenView, holds_keys, label
from desktop.words import tr

WIDTH = 420
_ROW, _MOST = 28, 8
_BETWEEN = re.compile(r"[,，、;；]")


class _Field(QLineEdit):
    """The field; keys that are not text work the list below."""

    stepped = Signal(int)
    completed = Signal()
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def focusNextPrevChild(self, _forwards: bool) -> bool:
        self.completed.emit()
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.left.emit()


class Naming(QFrame):
    """Enter gives the name marked in the list, else the one written; Tab completes; several are divided by commas."""

    named = Signal(list)  # names, each once
    keys_left = Signal()  # it closed, and what had the keys before cannot have them again

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("palette")
        self._before: QWidget | None = None
        self._several = False
        self._matcher: Matcher[str] = Matcher(())
        self._known: dict[str, str] = {}  # folded: as it is kept
        self._words = label("small", wrap=True)
        self._words.setContentsMargins(8, 4, 8, 4)
        self.field = _Field(self)
        self.model = QStringListModel(self)
        self.list = TokenView(self)
        self.list.setObjectName("paletteList")
        self.list.setModel(self.model)
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setEditTriggers(TokenView.EditTrigger.NoEditTriggers)
        self.list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        layout = self._layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(4)
        for widget in (self._words, self.field, self.list):
            layout.addWidget(widget)
        self.field.textEdited.connect(self._typed)
        self.field.stepped.connect(self._step)
        self.field.completed.connect(self._complete)
        self.field.returnPressed.connect(self._answer)
        self.field.left.connect(self.leave)
        self.list.chosen.connect(self._clicked)
        self.hide()

    def ask(self, words: str, known: Sequence[str], *, several: bool = False, text: str = "") -> None:
        """Ask for a name, or several, and offer those there are; a name may be in levels divided by /."""
        if self.isHidden():
            self._before = QApplication.focusWidget()
        self._several = several
        self._known = {fold_text(name): name for name in known}
        self._matcher = Matcher([Matchable(name, (name, *name.split(" / ")[-1:])) for name in known])
        self._words.setText(words)
        self.field.setAccessibleName(words)
        self.field.setPlaceholderText(tr("Names, divided by commas") if several else tr("Name; / for one inside another"))
        self.list.setAccessibleName(tr("What fits"))
        self.field.setText(text)
        self._typed(text)
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Close without an answer; the keys go back where they were."""
        if self.isHidden():
            return
        before, self._before = self._before, None
        had_keys = holds_keys(self)
        self.hide()
        if not had_keys:
            return
        if _takes_keys(before):
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.keys_left.emit()

    def _typed(self, text: str) -> None:
        word = self._word(text)
        fitting = [item.key for item in self._matcher.find(word, _MOST)]
        self.model.setStringList(fitting)
        self.list.setCurrentIndex(self.model.index(0) if fitting and self._meant(word, fitting[0]) else QModelIndex())
        self._lay_out(len(fitting))

    def _meant(self, word: str, name: str) -> bool:
        """Whether Enter takes a known name: a new one is as likely as one that merely holds the same letters."""
        begins = fold_text(name.split(" / ")[-1]).startswith(fold_text(word))
        return bool(word) and (begins or fold_text(word) in self._known or (word.isascii() and not name.isascii()))

    def _lay_out(self, rows: int) -> None:
        self.list.setVisible(rows > 0)
        self.list.setFixedHeight(max(1, rows) * _ROW)
        parent = self.parentWidget()
        room = parent.width() if parent is not None else WIDTH
        width = min(WIDTH, room - 16)
        self._layout.activate()
        self.setGeometry((room - width) // 2, 48, width, self.sizeHint().height())

    def _word(self, text: str) -> str:
        return (_BETWEEN.split(text)[-1] if self._several else text).strip()

    def _step(self, by: int) -> None:
        rows = self.model.rowCount()
        if rows:
            here = self.list.currentIndex().row()
            row = (here + by) if here >= 0 else (0 if by > 0 else rows - 1)
            self.list.setCurrentIndex(self.model.index(row) if 0 <= row < rows else QModelIndex())

    def _complete(self) -> None:
        index = self.list.currentIndex() if self.list.currentIndex().isValid() else self.model.index(0)
        if index.isValid():
            head = self.field.text()[: len(self.field.text()) - len(self._word(self.field.text()))] if self._several else ""
            self.field.setText(head + str(index.data()) + ("，" if self._several else ""))
            self._typed(self.field.text())

    def _clicked(self, index: QModelIndex) -> None:
        self.list.setCurrentIndex(index)
        if self._several:
            self._complete()
        else:
            self._answer()

    def _answer(self) -> None:
        marked = self.list.currentIndex()
        parts = _BETWEEN.split(self.field.text()) if self._several else [self.field.text()]
        if marked.isValid() and (parts[-1].strip() or not self._several):
            parts[-1] = str(marked.data())
        names = [self._known.get(fold_text(part.strip()), part.strip()) for part in parts]
        found = list(dict.fromkeys(name for name in names if name))
        if found:
            self.leave()
            self.named.emit(found)


def _takes_keys(widget: QWidget | None) -> TypeGuard[QWidget]:
    """Whether a widget is still there to have the keys; a button on a tab was only on the way to something else."""
    if widget is None or not isValid(widget) or not widget.isVisible() or not widget.isEnabled():
        return False
    return not (isinstance(widget, QAbstractButton) and isinstance(widget.parentWidget(), QTabBar))
