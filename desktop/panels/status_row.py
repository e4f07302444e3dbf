"""One's own status of an article by one click; excluding asks why, in place."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from db.articles import STATUSES
from desktop.panels.parts import button
from desktop.words import tr

GLYPHS = {"to read": "○", "reading": "◐", "coded": "●", "checked": "✓", "excluded": "–"}


def status_words(status: str) -> str:
    """Say a status in the window's language."""
    words = tr(status)
    return words[:1].upper() + words[1:]


class StatusRow(QWidget):
    """Five segments, one of them down."""

    chosen = Signal(str, str)  # status, reason

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._status, self._reason = STATUSES[0], ""
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        segments = QHBoxLayout()
        segments.setSpacing(0)
        for place in range(len(STATUSES)):
            segment = button("segment")
            segment.setCheckable(True)
            segment.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            segment.setProperty("edge", {0: "first", len(STATUSES) - 1: "last"}.get(place, "inner"))
            self._group.addButton(segment, place)
            segments.addWidget(segment, 1)
        self._group.idClicked.connect(self._press)
        self._why = QLineEdit()
        self._why.returnPressed.connect(self._exclude)
        self._why.editingFinished.connect(self._exclude)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(segments)
        layout.addWidget(self._why)

    def show_status(self, status: str, reason: str, *, editable: bool) -> None:
        """Show a status."""
        self._status, self._reason = status, reason
        for place, each in enumerate(STATUSES):
            segment = self._group.button(place)
            segment.setText(f"{GLYPHS[each]}\n{status_words(each)}")
            segment.setAccessibleName(status_words(each))
            segment.setEnabled(editable)
        self._group.button(STATUSES.index(status)).setChecked(True)
        self._why.setPlaceholderText(tr("Why is it excluded? Enter keeps it."))
        self._why.setAccessibleName(tr("Why is it excluded? Enter keeps it."))
        self._why.setEnabled(editable)
        self._why.setVisible(status == "excluded")
        if not self._why.hasFocus():
            self._why.setText(reason)

    def ask_reason(self) -> None:
        """Begin to exclude: ask why."""
        self._group.button(STATUSES.index("excluded")).setChecked(True)
        self._why.show()
        self._why.setFocus(Qt.FocusReason.OtherFocusReason)

    def _press(self, place: int) -> None:
        status = STATUSES[place]
        if status == "excluded":
            self.ask_reason()
        else:
            self.chosen.emit(status, "")

    def _exclude(self) -> None:
        """Exclude with what was written; nothing written leaves the status as it was."""
        reason = self._why.text().strip()
        if not reason:
            self.show_status(self._status, self._reason, editable=True)
        elif (self._status, self._reason) != ("excluded", reason):
            self._status, self._reason = "excluded", reason
            self.chosen.emit("excluded", reason)
