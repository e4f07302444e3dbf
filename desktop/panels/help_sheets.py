"""The sheets that only say something: keyboard shortcuts, about, what was left out, how an import or a check went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata

from PySide6.QtGui import QKeySequence

from db.records import Version
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
    """What became of one file: its name, and the words for it."""

    name: str
    words: str


class OutcomeSheet(Sheet):
    """How each of several files fared, or each of several checks."""

    def show_outcomes(self, heading: str, words: str, outcomes: Sequence[Outcome]) -> None:
        """Fill the sheet with words in the person's language."""
        self.begin(heading)
        if words:
            self.paragraph(words)
        self.table([(each.name, each.words) for each in outcomes])


class RemovedSheet(Sheet):
    """What an import kept out of the reading text, and what it remarked."""

    def show_version(self, title: str, version: Version) -> None:
        """Fill the sheet."""
        self.begin(tr("Left out of “{title}”", title=title))
        if version.remarks:
            self.paragraph(tr("Remarks"), "sheetSection")
            for remark in version.remarks:
                self.paragraph(tr(remark.sentence, **remark.facts))
        if not version.removed:
            self.paragraph(tr("Nothing was left out of this article."))
            return
        self.paragraph(tr("These parts of the page are not in the reading text. The original is kept in the project."))
        from db.importers import REASONS  # heavy, and needed only here

        reasons: dict[str, list[str]] = {}
        for removed in version.removed:
            reasons.setdefault(removed.reason, []).append(removed.text)
        for reason, texts in reasons.items():
            self.paragraph(tr(REASONS.get(reason, reason)), "sheetSection")
            for text in texts:
                self.paragraph(text, "sheetRemoved")


def _native(keys: str) -> str:
    return QKeySequence.fromString(keys, QKeySequence.SequenceFormat.PortableText).toString(
        QKeySequence.SequenceFormat.NativeText
    )
