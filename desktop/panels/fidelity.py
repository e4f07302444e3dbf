"""What an export or import carried, changed, kept aside or left out, with the reasons: one widget wherever that is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from desktop.models.arriving import name_of
from desktop.panels.parts import empty, held, label
from desktop.words import language, listed, tr

_SHOWN = 60  # reasons and lines shown; all of them are copied
_ROWS = {
    "carried": "Carried whole",
    "changed": "Changed on the way",
    "kept_aside": "Kept for a later export",
    "dropped": "Not carried",
}


class Report(Protocol):
    """A fidelity report of the core: counts by kind of record, and why anything was not simply carried."""

    @property
    def reasons(self) -> list[str]: ...
    def as_dict(self) -> dict[str, object]: ...


class UnfitLine(Protocol):
    """A line of a table that fits nothing."""

    @property
    def line(self) -> int: ...
    def reason(self, language: str) -> str: ...


class FidelityView(QWidget):
    """The counts in four rows, why, and the lines of a table that fit nothing with their numbers; all of it can be copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report: Report | None = None
        self._unfit: Sequence[UnfitLine] = ()
        self._rows: list[tuple[str, str]] = []
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(6)
        self.copy = QPushButton()
        self.copy.clicked.connect(self._copy)
        self._body = QVBoxLayout()
        self._box.addLayout(self._body)
        self._box.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeft)
        self.retranslate()

    def show_report(self, report: Report | None, unfit: Sequence[UnfitLine] = ()) -> None:
        """Show a report; None shows nothing."""
        self._report, self._unfit = report, unfit
        self.retranslate()

    def lines(self) -> list[str]:
        """Give everything as lines of words, as they are copied."""
        if self._report is None:
            return []
        counts = [f"{name}\t{words}" for name, words in self._rows]
        return [*counts, *map(tr, self._report.reasons), *map(_line_words, self._unfit)]

    def retranslate(self) -> None:
        """Say everything again in the window's language."""
        for frame in held(self._body, QWidget):
            frame.hide()
        empty(self._body)
        self._rows = []
        self.copy.setText(tr("Copy the report"))
        self.copy.setVisible(self._report is not None)
        if self._report is None:
            return
        counted = self._report.as_dict()
        self._rows = [(tr(words), _counts_words(counted[name])) for name, words in _ROWS.items() if counted[name]]
        self._table(self._rows or [(tr("Carried whole"), tr("nothing"))])
        self._list(tr("Why"), [tr(reason) for reason in self._report.reasons])
        self._list(tr("Lines that fit nothing"), [_line_words(each) for each in self._unfit[:_SHOWN]], len(self._unfit))

    def _table(self, rows: Sequence[tuple[str, str]]) -> None:
        frame = QWidget()
        grid = QGridLayout(frame)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        for line, row in enumerate(rows):
            for place, words in enumerate(row):
                cell = label("sheetCell" if place else "sheetFirst", words, wrap=bool(place))
                grid.addWidget(cell, line, place, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(1, 1)
        self._body.addWidget(frame)

    def _list(self, heading: str, said: Sequence[str], count: int = 0) -> None:
        if not said:
            return
        head = label("sheetSection", heading)
        head.setIndent(0)  # else a style with padding moves the words
        self._body.addWidget(head)
        shown = said[:_SHOWN]
        more = max(count, len(said)) - len(shown)
        for words in (*shown, *([tr("{count} more", count=f"{more:,}")] if more else [])):
            made = label("sheetWords", words, wrap=True)
            made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._body.addWidget(made)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(self.lines()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


def _counts_words(counts: object) -> str:
    assert isinstance(counts, Mapping)
    said = [tr("{kind} {count}", kind=name_of(kind), count=f"{count:,}") for kind, count in sorted(counts.items()) if count]
    return listed(said)


def _line_words(unfit: UnfitLine) -> str:
    return tr("Line {line}: {reason}", line=f"{unfit.line:,}", reason=unfit.reason(language()))
