"""The sheets that only say something: keyboard shortcuts, about, how an export or a check went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata

from PySide6.QtGui import QKeySequence

from desktop.commands import COMMANDS, MENUS
from desktop.panels.sheets import Sheet
from desktop.words import tr

# Keys that belong to a place, not to a command.
_PLACES = (
    ("Enter", "Open what is chosen in a list"),
    ("↑ / ↓", "Move in a list; from a filter into its list"),
    ("Shift+← / → / ↑ / ↓", "Select by keyboard in the text"),
    ("Enter / Shift+Enter", "In the picker: apply; apply and go on"),
    ("Esc", "Close what is open above the text"),
)


class ShortcutsSheet(Sheet):
    """Every command that has keys, as the one list of commands says."""

    def show_all(self) -> None:
        """Fill the sheet."""
        self.begin(tr("Keyboard shortcuts"))
        for menu in MENUS:
            rows = [(_native(each.shortcut), tr(each.text)) for each in COMMANDS if each.menu == menu and each.shortcut]
            if rows:
                self.paragraph(tr(menu), "sheetSection")
                self.table(rows)
        self.paragraph(tr("Everywhere"), "sheetSection")
        self.table([(keys, tr(words)) for keys, words in _PLACES])

    def retranslate(self) -> None:
        self.show_all()


class AboutSheet(Sheet):
    """What this program is."""

    def show_all(self) -> None:
        """Fill the sheet."""
        self.begin(tr("Glossator"))
        try:
            version = metadata.version("glossator")
        except metadata.PackageNotFoundError:
            version = ""
        self.paragraph(tr("Read articles on AI governance, mark passages, name what they say, and share what you marked."))
        self.paragraph(tr("Version {version}. Licensed under the Apache License 2.0.", version=version))
        self.paragraph(tr("Everything stays in one file on this computer; nothing is sent anywhere."))

    def retranslate(self) -> None:
        self.show_all()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one thing: its name, and the words for it."""

    name: str
    words: str


class OutcomeSheet(Sheet):
    """How each of several checks went, or what each part of an export became."""

    def show_outcomes(self, heading: str, words: str, outcomes: Sequence[Outcome]) -> None:
        """Fill the sheet with words in the person's language."""
        self.begin(heading)
        if words:
            self.paragraph(words)
        self.table([(each.name, each.words) for each in outcomes])


def _native(keys: str) -> str:
    return QKeySequence.fromString(keys, QKeySequence.SequenceFormat.PortableText).toString(
        QKeySequence.SequenceFormat.NativeText
    )
