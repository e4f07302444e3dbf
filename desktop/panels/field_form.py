"""Defines a field of one's own for articles, in place."""

from __future__ import annotations

import re

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.panels.forms import Form
from desktop.words import tr

# (type as it is stored, what it is called)
KINDS = (("text", "Words"), ("number", "Number"), ("date", "Date"), ("one of", "One of a list"), ("many of", "Some of a list"))
_BETWEEN = re.compile(r"[,，、;；]")
_LISTS = ("one of", "many of")


class FieldForm(Form):
    """Name, type and, for a list, its options divided by commas."""

    defined = Signal(str, str, list)  # name, type, options

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = self.line("Name")
        self.kind = self.choice("Type")
        self.options = self.line("Options")
        self.kind.currentIndexChanged.connect(self._look)
        self.saved.connect(self._define)

    def define(self) -> None:
        """Ask for a new field."""
        self.name.clear()
        self.options.clear()
        self.kind.clear()
        for kind, words in KINDS:
            self.kind.addItem(tr(words), kind)
        self.options.setPlaceholderText(tr("Divided by commas"))
        self._look()
        self.begin("New field of articles", self.name)

    def _look(self) -> None:
        self.rows.setRowVisible(self.options, self.kind.currentData() in _LISTS)

    def _define(self) -> None:
        kind = str(self.kind.currentData())
        options = [part.strip() for part in _BETWEEN.split(self.options.text()) if part.strip()] if kind in _LISTS else []
        if not self.name.text().strip():
            self.name.setFocus()
        elif kind in _LISTS and len(options) < 2:
            self.options.setFocus()
        else:
            self.leave()
            self.defined.emit(self.name.text().strip(), kind, list(dict.fromkeys(options)))
