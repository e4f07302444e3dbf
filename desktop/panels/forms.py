"""Small forms at the foot of a list: they edit in place, without a dialog."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from db.instruments import KINDS
from db.records import Code, CodeId, Instrument
from desktop.models.instruments import kind_words
from desktop.panels.code_choices import Choice, ColourChoice, ParentChoice
from desktop.panels.parts import label
from desktop.words import language, tr

Field = TypeVar("Field", bound=QWidget)


class Form(QFrame):
    """Rows of entries with Save and Cancel; Enter saves, Esc leaves."""

    saved = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inlineForm")
        self._captions: list[tuple[str, QLabel, QWidget]] = []  # English template, its label, the entry
        self._heading = ""
        self._title = label("formTitle")
        self._save = QPushButton(self)
        self._save.setProperty("role", "primary")
        self._cancel = QPushButton(self)
        self._cancel.setProperty("role", "flat")
        self.rows = QFormLayout()
        self.rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self.rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        self.rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self.rows.setSpacing(6)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._save)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 12, 12, 12)
        box.setSpacing(8)
        box.addWidget(self._title)
        box.addLayout(self.rows)
        box.addLayout(buttons)
        self._save.clicked.connect(self.saved)
        self._cancel.clicked.connect(self.leave)
        self.hide()

    def line(self, caption: str, hint: str = "") -> QLineEdit:
        """Add a one-line entry; `caption` is an English template."""
        field = QLineEdit(self)
        field.setPlaceholderText(hint)
        return self.row(caption, field)

    def choice(self, caption: str) -> Choice:
        """Add a choice."""
        return self.row(caption, Choice(self))

    def row(self, caption: str, field: Field) -> Field:
        """Add an entry of another kind."""
        words = label("formCaption")
        words.setBuddy(field)
        self._captions.append((caption, words, field))
        self.rows.addRow(words, field)
        return field

    def begin(self, title: str, first: QWidget) -> None:
        """Show the form under a title (an English template) and put the caret into its first entry."""
        self._heading = title
        self.retranslate()
        self.show()
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Close the form without keeping anything."""
        self.hide()
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.saved.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Say the captions in the window's language."""
        self._title.setText(tr(self._heading) if self._heading else "")
        self._save.setText(tr("Save"))
        self._cancel.setText(tr("Cancel"))
        for caption, words, field in self._captions:
            words.setText(tr(caption))
            field.setAccessibleName(tr(caption))


class CodeForm(Form):
    """Names, place and colour of an own code that is to be made; its page takes the rest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.zh = self.line("Chinese name")
        self.en = self.line("English name")
        self.below = self.row("Below", ParentChoice(self))
        self.colour = self.row("Colour", ColourChoice(self))

    def show_code(self, parent: CodeId | None, codes: Sequence[Code]) -> None:
        """Ask for a code below another one, or at the top."""
        for field in (self.zh, self.en):
            field.clear()
        self.below.show_codes(codes, parent)
        self.colour.show_colour("")
        self.begin("New code", self.zh if language().startswith("zh") else self.en)

    @property
    def parent_code(self) -> CodeId | None:
        """The code it is to hang below."""
        return self.below.code

    def values(self) -> dict[str, str]:
        """Give what was entered, as codebook fields."""
        return {"name_zh": self.zh.text(), "name_en": self.en.text(), "colour": self.colour.colour}


class InstrumentForm(Form):
    """Titles, other names, kind, date, status and address of an instrument."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.instrument: Instrument | None = None
        self.zh = self.line("Chinese title")
        self.en = self.line("English title")
        self.aliases = self.line("Other names")
        self.kind = self.choice("Kind")
        self.issuer = self.line("Issued by")
        self.date = self.line("Date", "2026-01-31")
        self.status = self.line("Status")
        self.url = self.line("URL")

    def show_instrument(self, instrument: Instrument | None, title: str) -> None:
        """Edit an instrument, or (None) make one."""
        self.instrument = instrument
        self.kind.clear()
        known = {instrument.kind} if instrument else set()
        for kind in dict.fromkeys((*KINDS, *sorted(known))):
            self.kind.addItem(kind_words(kind), kind)
        texts = {
            self.zh: instrument.title_zh if instrument else "",
            self.en: instrument.title_en if instrument else "",
            self.aliases: "; ".join(alias.text for alias in instrument.aliases) if instrument else "",
            self.issuer: instrument.issuer if instrument else "",
            self.date: instrument.date if instrument else "",
            self.status: instrument.status if instrument else "",
            self.url: instrument.url if instrument else "",
        }
        for field, text in texts.items():
            field.setText(text)
            field.setCursorPosition(0)
        self.kind.setCurrentIndex(max(0, self.kind.findData(instrument.kind if instrument else "regulation")))
        self.begin(title, self.zh if language().startswith("zh") else self.en)

    def retranslate(self) -> None:
        """Say captions and kinds in the window's language."""
        super().retranslate()
        for place in range(self.kind.count()):
            self.kind.setItemText(place, kind_words(str(self.kind.itemData(place))))

    def values(self) -> dict[str, str]:
        """Give what was entered, as instrument fields."""
        return {
            "title_zh": self.zh.text(), "title_en": self.en.text(), "kind": str(self.kind.currentData() or ""),
            "issuer": self.issuer.text(), "status": self.status.text(), "url": self.url.text(),
        }  # fmt: skip

    def dates(self) -> list[tuple[str, str]]:
        """Give the dates, the one shown corrected or left out."""
        others = list(self.instrument.dates[1:]) if self.instrument else []
        kind = self.instrument.dates[0][0] if self.instrument and self.instrument.dates else "published"
        day = self.date.text().strip()
        return [(kind, day), *others] if day else others

    def other_names(self) -> list[str]:
        """Give the other names entered, separated by ; or ；."""
        parts = self.aliases.text().replace("；", ";").split(";")
        return [part.strip() for part in parts if part.strip()]
