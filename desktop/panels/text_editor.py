"""Correcting a text: some paragraphs or all of it, with the difference below; every annotation is carried over."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor, QTextOption
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QSplitter, QVBoxLayout, QWidget

from db.differences import differences, replacements
from db.records import ArticleId, Version
from desktop.panels.closing import Closing
from desktop.panels.difference_view import DifferenceView, units
from desktop.panels.parts import column, label, mark
from desktop.session import Session
from desktop.theme import text_font
from desktop.words import tr

LONGEST = 200_000  # code points that can be written at once
_SHOWN_AT_ONCE = 20_000  # code points whose difference is shown while one writes
_LATER = 250  # milliseconds after the last key
# What the editor would take for structure is shown as something else, one for one, and kept as it is in the text.
_SHOWN = str.maketrans({"\r": " ", "\u2029": "\u2028", "\ufdd0": "\ufffd", "\ufdd1": "\ufffd", "\ufffc": "\u25a1"})


class _Writing(QPlainTextEdit):
    """Where it is written; Shift+Enter ends a paragraph as Enter does, for a text has no lines within one."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setFont(text_font())
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            self.textCursor().insertBlock()
        elif event.key() == Qt.Key.Key_Escape or (enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier):
            event.ignore()
        else:
            super().keyPressEvent(event)


class TextEditor(QWidget):
    """A stretch of whole paragraphs of an article's newest text, to be corrected."""

    kept = Signal(int, int, str, object)  # article, version it was written on, the whole new text, (start, end) of the stretch
    left = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._article, self._version, self._name = 0, 0, ""
        self._old = ""
        self._start = self._end = 0
        self._warned = False
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title, self._why = label("title", wrap=True), label("small", wrap=True)
        self.closing = Closing(self)
        self.editor, self.differences, self._changes = _Writing(), DifferenceView(), label("section")
        self.keep, self.back = QPushButton(), QPushButton()
        self.before, self.after, self.whole = QPushButton(), QPushButton(), QPushButton()
        self.keep.setProperty("role", "primary")
        for made in (self.before, self.after, self.whole):
            made.setProperty("role", "flat")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_LATER)
        self._timer.timeout.connect(self.show_difference)
        self._lay_out()
        self.setFocusProxy(self.editor)
        self._connect()
        self._retranslate()

    def _connect(self) -> None:
        self.closing.asked.connect(self._leave)
        self.back.clicked.connect(self._leave)
        self.keep.clicked.connect(self._keep)
        self.before.clicked.connect(self.take_paragraph_before)
        self.after.clicked.connect(self.take_paragraph_after)
        self.whole.clicked.connect(self.take_all)
        self.editor.textChanged.connect(self._written_on)
        self._session.closed.connect(self.forget)
        self._session.changed.connect(self._follow)
        self._session.freed.connect(self._follow)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addLayout(column(self._title, self._why, gap=4), 1)
        head.addWidget(self.closing, 0, Qt.AlignmentFlag.AlignTop)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for made in (self.keep, self.back):
            buttons.addWidget(made)
        buttons.addStretch(1)
        for made in (self.before, self.after, self.whole):
            buttons.addWidget(made)
        writing, shown = QWidget(), QWidget()
        writing.setLayout(column(self.editor))
        below = column(self._changes, self.differences, gap=4)
        below.setContentsMargins(0, 12, 0, 0)
        shown.setLayout(below)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.addWidget(writing)
        parts.addWidget(shown)
        parts.setSizes([300, 200])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(12)
        whole.addLayout(head)
        whole.addWidget(parts, 1)
        whole.addLayout(buttons)

    # What is corrected

    def begin(self, article: ArticleId, name: str, version: Version, start: int, end: int) -> None:
        """Correct the paragraphs that a span touches; what was written on the same text and not kept yet stays."""
        if (article, version.id) == (self._article, self._version) and self.changed:
            self._say()
        else:
            self._article, self._version, self._name, self._old = article, version.id, name, version.text
            low, high = _paragraphs(self._old, start, end)
            if high - low > LONGEST:
                high = low + LONGEST
            self._show(low, high, caret=start - low)
            self._retranslate()
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def forget(self) -> None:
        """Drop what is written: it is kept, or the project is closed."""
        self._article, self._version, self._old = 0, 0, ""
        self._show(0, 0, caret=0)

    def _show(self, start: int, end: int, *, caret: int) -> None:
        self._start, self._end, self._warned = start, end, False
        self.editor.blockSignals(True)
        self.editor.setPlainText(self._shown())
        self.editor.blockSignals(False)
        cursor = self.editor.textCursor()
        cursor.setPosition(min(units(self._old[start : start + max(0, caret)]), self.editor.document().characterCount() - 1))
        self.editor.setTextCursor(cursor)
        self.show_difference()
        self._follow()
        self._say()

    def _shown(self) -> str:
        return self._old[self._start : self._end].translate(_SHOWN)

    def take_paragraph_before(self) -> None:
        """Correct the paragraph before too; what is written stays."""
        if self._start:
            start = self._old.rfind("\n", 0, self._start - 1) + 1
            self._widen(start, self._end)

    def take_paragraph_after(self) -> None:
        """Correct the paragraph after too; what is written stays."""
        if self._end < len(self._old):
            end = self._old.find("\n", self._end + 1)
            self._widen(self._start, end if end >= 0 else len(self._old))

    def take_all(self) -> None:
        """Correct the whole text; what is written stays."""
        self._widen(0, len(self._old))

    def _widen(self, start: int, end: int) -> None:
        if end - start > LONGEST:
            self._warn(tr("No more than {count} characters can be written at once.", count=LONGEST))
            return
        more = self._old[start : self._start].translate(_SHOWN), self._old[self._end : end].translate(_SHOWN)
        self._start, self._end = start, end
        cursor = self.editor.textCursor()
        at = cursor.position()
        cursor.beginEditBlock()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(more[1])
        cursor.movePosition(QTextCursor.MoveOperation.Start)
        cursor.insertText(more[0])
        cursor.endEditBlock()
        cursor.setPosition(at + units(more[0]))
        self.editor.setTextCursor(cursor)
        self.editor.ensureCursorVisible()
        self._follow()
        self._say()
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    # What is written

    def written(self) -> str:
        """Give the stretch as it is written now; what was not touched is as it is in the text."""
        written = self.editor.document().toRawText().replace("\u2029", "\n")
        old, shown = self._old[self._start : self._end], self._shown()
        if old == shown:
            return written
        for start, end, words in reversed(replacements(shown, written)):
            old = old[:start] + words + old[end:]
        return old

    @property
    def changed(self) -> bool:
        """Whether anything is written that is not in the text."""
        return bool(self._article) and self.written() != self._old[self._start : self._end]

    def show_difference(self) -> None:
        """Show what was changed so far, unless the stretch is too long for that."""
        self._timer.stop()
        old, new = self._old[self._start : self._end], self.written()
        short = max(len(old), len(new)) <= _SHOWN_AT_ONCE
        model = self.differences.model_shown
        if short:
            model.show_differences(old, new, differences(old, new) if old != new else ())
        else:
            model.show_differences("", "", ())
        told = tr("Changes") if short else tr("Changes are not shown while so much is being written.")
        self._changes.setText(told if not short or old != new else tr("Nothing is changed yet"))

    def _written_on(self) -> None:
        self._warned = False
        self._say()
        self._timer.start()

    def _keep(self) -> None:
        if not self._article or not self._session.editable:
            return
        words = self.written()
        if words == self._old[self._start : self._end]:
            self._warn(tr("Nothing is changed yet"))
            return
        text = self._old[: self._start] + words + self._old[self._end :]
        self.kept.emit(self._article, self._version, text, (self._start, self._start + len(words)))

    def _leave(self) -> None:
        """Leave; what is written and not kept is dropped at the second time only."""
        if self.changed and not self._warned:
            self._warn(tr("Your correction is not kept yet. Leave once more to drop it."))
            self._warned = True
            return
        self.forget()
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._keep()
        else:
            super().keyPressEvent(event)

    def _follow(self, _change: object = None) -> None:
        self.keep.setEnabled(bool(self._article) and self._session.editable)
        self.before.setEnabled(self._start > 0)
        self.after.setEnabled(self._end < len(self._old))
        self.whole.setEnabled((self._start, self._end) != (0, len(self._old)) and len(self._old) <= LONGEST)

    # Words

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _say(self) -> None:
        mark(self._why, "role", "small")
        self._why.setText(tr("The annotations are carried over; the text as it was stays readable under Versions."))

    def _warn(self, words: str) -> None:
        mark(self._why, "role", "error")
        self._why.setText(words)

    def _retranslate(self) -> None:
        self._title.setText(tr("Correct the text of “{title}”", title=self._name))
        self.setAccessibleName(self._title.text())
        self.keep.setText(tr("Keep the correction"))
        self.keep.setToolTip(tr("Ctrl+Enter"))
        self.back.setText(tr("Back"))
        self.before.setText(tr("+ paragraph before"))
        self.after.setText(tr("+ paragraph after"))
        self.whole.setText(tr("The whole text"))
        self.editor.setAccessibleName(tr("Text to correct"))
        self.show_difference()
        self._say()


def _paragraphs(text: str, start: int, end: int) -> tuple[int, int]:
    """Give the whole paragraphs that a span touches."""
    low, high = text.rfind("\n", 0, start) + 1, text.find("\n", max(start, end - 1 if end > start else end))
    return low, high if high >= 0 else len(text)
