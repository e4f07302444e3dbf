"""The line at the foot of the window: what was just done, the running job, and where one reads."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QStatusTipEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from desktop.words import tr

HEIGHT = 24
_OTHERS = 420  # pixels kept for what stands at the right
_SHOWN = 6_000  # milliseconds a message stays


class StatusLine(QWidget):
    """Messages for six seconds, with Undo where there is something to take back; a job with progress and cancel."""

    undo_requested = Signal()
    cancel_requested = Signal()
    conflicts_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._label = self._words = ""
        self._message = QLabel(self)
        self._message.setObjectName("statusMessage")
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._undo = self._button("statusUndo", self.undo_requested)
        self._job = QLabel(self)
        self._progress = QProgressBar(self)
        self._progress.setTextVisible(False)
        self._progress.setFixedSize(120, 4)
        self._cancel = self._button("statusCancel", self.cancel_requested)
        self._conflicts = self._button("statusConflicts", self.conflicts_requested)
        self._sticky = QLabel(self)
        self._sticky.setObjectName("statusSticky")
        self._unit = QLabel(self)
        self._unit.setObjectName("statusPlace")
        self._place = QLabel(self)
        self._place.setObjectName("statusPlace")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(self._message)
        row.addWidget(self._undo)
        row.addStretch(1)
        for widget in (self._job, self._progress, self._cancel, self._conflicts, self._sticky, self._unit, self._place):
            row.addWidget(widget)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SHOWN)
        self._timer.timeout.connect(self.clear)
        self.end_job()
        self.show_conflicts(0)
        self.clear()
        self._retranslate()

    def _button(self, name: str, signal: object) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(signal)
        return button

    def say(self, words: str, *, undo: bool = False) -> None:
        """Show a message for six seconds, with Undo beside it if asked."""
        self._words = words
        room = max(120, self.width() - _OTHERS)
        self._message.setText(self._message.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room))
        self._message.setToolTip(words)
        self._message.setAccessibleName(words)
        self._undo.setVisible(undo)
        self._timer.start()

    def clear(self) -> None:
        """Take the message away."""
        self._timer.stop()
        self._words = ""
        self._message.clear()
        self._undo.hide()

    @property
    def message(self) -> str:
        """The message shown now."""
        return self._words

    def show_job(self, label: str) -> None:
        """Show that a job runs; the label is an English template."""
        self._label = label
        self._job.setText(tr(label))
        self._progress.setRange(0, 0)
        for widget in (self._job, self._progress, self._cancel):
            widget.show()

    def say_job(self, words: str) -> None:
        """Say in the person's words what the running job is at."""
        if self._label:
            self._job.setText(self._job.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, _OTHERS))

    def show_progress(self, done: int, total: int) -> None:
        """Show how far the job is; a total of 0 is not known."""
        self._progress.setRange(0, total)
        self._progress.setValue(done)

    def end_job(self) -> None:
        """Show that no job runs."""
        self._label = ""
        for widget in (self._job, self._progress, self._cancel):
            widget.hide()

    def show_conflicts(self, count: int) -> None:
        """Show how many conflicts wait for a decision, as a button that leads to them; nothing where none does."""
        self._waiting = count
        self._conflicts.setText(tr("1 conflict") if count == 1 else tr("{count} conflicts", count=f"{count:,}"))
        self._conflicts.setVisible(count > 0)

    def show_place(self, words: str) -> None:
        """Show where one reads, as "¶5 of 21"."""
        self._place.setText(words)

    def show_unit(self, words: str) -> None:
        """Show the unit that keys step by."""
        self._unit.setText(words)

    def show_sticky(self, words: str) -> None:
        """Show the code that every selection is tagged with, if there is one."""
        self._sticky.setText(self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, _OTHERS // 2))
        self._sticky.setToolTip(words)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take the window's status tips: why a command in a menu is not possible."""
        if event.type() == QEvent.Type.StatusTip and isinstance(event, QStatusTipEvent):
            if event.tip():
                self.say(event.tip())
            return True
        return False

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self._undo.setText(tr("Undo"))
        self._cancel.setText(tr("Cancel"))
        self._message.setAccessibleName(tr("Message"))
        self._progress.setAccessibleName(tr("Progress"))
        self._conflicts.setToolTip(tr("What two people changed differently waits for a decision"))
        self.show_conflicts(self._waiting)
        if self._label:
            self._job.setText(tr(self._label))
