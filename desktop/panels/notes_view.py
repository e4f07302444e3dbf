"""The notes on one thing: each with its author and time, replies below it, and a place to write the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from db.notes import Target
from db.records import Note, NoteId
from desktop.dates import when
from desktop.panels.markdown_view import MarkdownView
from desktop.panels.note_editor import GrowingEdit
from desktop.panels.parts import Section, button, empty, held, join_words, label
from desktop.session import Session
from desktop.words import tr

Place = tuple[Target | None, int | None]  # what notes hang on; the journal hangs on nothing


class NoteCard(QFrame):
    """One note with its replies; one's own can be rewritten in place."""

    url_requested = Signal(str)
    rewritten = Signal(int, str)
    replied = Signal(int, str)
    removed = Signal(int)
    privacy_changed = Signal(int, bool)
    finished = Signal()  # by Ctrl+Enter or Esc: the keys may go back to where they came from

    def __init__(self, note: Note, names: Mapping[int, str], me: int, depth: int = 0) -> None:
        super().__init__()
        self.setProperty("role", "note-card")
        self.setProperty("reply", depth > 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.note = note
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(10 if depth else 0, 2, 0, 2)
        self._layout.setSpacing(2)
        edited = tr("edited {time}", time=when(note.modified)) if when(note.modified) != when(note.created) else ""
        private = tr("private") if note.private else ""
        words = join_words((note.day, names.get(note.coder, "?"), "" if note.day else when(note.created), edited, private))
        self._layout.addWidget(label("small", words, wrap=True))
        self._body = MarkdownView()
        self._body.set_markdown(note.text)
        self._body.url_requested.connect(self.url_requested)
        self._layout.addWidget(self._body)
        self._editor = self._writing_field(note.text, tr("Write a note in Markdown"))
        self._editor.saved.connect(self._rewrite)
        self._answer = self._writing_field("", tr("Write a reply"))
        self._answer.saved.connect(self._reply)
        self._layout.addLayout(self._buttons(me))
        for reply in note.replies:
            card = NoteCard(reply, names, me, depth + 1)
            card.url_requested.connect(self.url_requested)
            card.rewritten.connect(self.rewritten)
            card.replied.connect(self.replied)
            card.removed.connect(self.removed)
            card.privacy_changed.connect(self.privacy_changed)
            card.finished.connect(self.finished)
            self._layout.addWidget(card)

    def _writing_field(self, text: str, prompt: str) -> GrowingEdit:
        field = GrowingEdit(self)
        field.setPlaceholderText(prompt)
        field.setAccessibleName(prompt)
        field.begin(text)
        field.hide()
        field.cancelled.connect(self._read)
        field.finished.connect(self.finished)
        field.installEventFilter(self)
        self._layout.addWidget(field)
        return field

    def _buttons(self, me: int) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        reply = button("quiet", tr("Reply"))
        reply.clicked.connect(self.answer)
        row.addWidget(reply)
        if self.note.coder == me:
            edit = button("quiet", tr("Edit"))
            edit.clicked.connect(self.write)
            private = button("quiet", tr("Private"), tr("A private note is not shared"))
            private.setCheckable(True)
            private.setChecked(self.note.private)
            private.toggled.connect(self._set_private)
            remove = button("quiet", tr("Remove"))
            remove.clicked.connect(self._remove)
            for each in (edit, private, remove):
                row.addWidget(each)
        row.addStretch(1)
        return row

    @property
    def busy(self) -> bool:
        """Whether something unsaved stands in this card or in a reply's."""
        below = any(card.busy for card in self.findChildren(NoteCard))
        return below or any(field.isVisibleTo(self) and field.changed for field in (self._editor, self._answer))

    def write(self) -> None:
        """Rewrite the note."""
        self._body.hide()
        self._editor.show()
        self._editor.setFocus()

    def answer(self) -> None:
        """Write a reply."""
        self._answer.show()
        self._answer.setFocus()

    def keep(self) -> None:
        """Save what is unsaved, in replies too."""
        for field in self.findChildren(GrowingEdit):
            field.keep()

    def unsaved(self) -> None:
        """Know again that what was written here is stored nowhere."""
        for field in (self._editor, self._answer):
            if not field.isHidden():
                field.unsaved()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and isinstance(watched, GrowingEdit) and not watched.changed:
            self._read()
        return False

    def _read(self) -> None:
        had = self._editor.hasFocus() or self._answer.hasFocus()
        self._editor.hide()
        self._answer.hide()
        self._body.show()
        if had:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _rewrite(self, text: str) -> None:
        """Ask for a new text; an emptied note stays as it was and goes only by its own button."""
        if text.strip():
            self.rewritten.emit(self.note.id, text)
        else:
            self._editor.begin(self.note.text)
            self._read()

    def _reply(self, text: str) -> None:
        self.replied.emit(self.note.id, text)

    def _remove(self) -> None:
        self.removed.emit(self.note.id)

    def _set_private(self, on: bool) -> None:
        self.privacy_changed.emit(self.note.id, on)


class NotesView(Section):
    """The notes on one thing, or the journal; what is written is saved when focus leaves, and never lost."""

    url_requested = Signal(str)
    finished = Signal()  # a new note was written or given up

    def __init__(self, session: Session, parent: QWidget | None = None, *, journal: bool = False) -> None:
        super().__init__(parent)
        self._session = session
        self._journal = journal  # newest entries first, below where the next is written
        self._target: Place | None = None
        self._notes: tuple[Note, ...] = ()
        self._shown: object = None
        self._drafts: dict[Place, str] = {}  # what could not be saved at its time
        self._visited = False  # the keys came from elsewhere and want to go back there
        self._cards = QVBoxLayout()
        self._cards.setSpacing(6)
        self.editor = GrowingEdit()
        self.editor.saved.connect(self._add)
        self.editor.finished.connect(self.finished)
        self.editor.installEventFilter(self)
        self.body.addWidget(self.editor)
        foot = QHBoxLayout()
        self._hint = label("small")
        self._private = button("quiet")
        self._private.setCheckable(True)
        self._private.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # pressing it must not save what is being written
        foot.addWidget(self._private)
        foot.addStretch(1)
        foot.addWidget(self._hint)
        self.body.addLayout(foot)
        self.body.insertLayout(self.body.count() if journal else 0, self._cards)

    def show_notes(self, kind: Target | None, target: int | None, notes: Sequence[Note]) -> None:
        """Show the notes on a thing; what was being written on another is saved first."""
        if self._target != (kind, target):
            self.keep()
            self._target = (kind, target)
            self.editor.begin()
            self._private.setChecked(False)
            draft = self._drafts.pop(self._target, "")
            if draft:
                self.editor.draft(draft)
        self._notes = tuple(notes)
        self._say()
        if self._session.is_open and not any(card.busy for card in self.cards()):
            self._build()

    def write(self) -> None:
        """Take the keys for the next note; Tab gives them back as Esc and Ctrl+Enter do, when it is saved."""
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self._visited = self.editor.hasFocus()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
            self._visited = self._visited and event.reason() == Qt.FocusReason.PopupFocusReason
        elif self._visited and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            done = event.key() == Qt.Key.Key_Tab and not event.modifiers()
            if done:
                self.editor.keep()
                self.finished.emit()
            return done
        return False

    def cards(self) -> list[NoteCard]:
        """List the cards of the notes, without those of replies."""
        return held(self._cards, NoteCard)

    def keep(self) -> None:
        """Save what is unsaved; what cannot be saved now waits until its thing is shown again."""
        for card in self.cards():
            card.keep()
        self.editor.keep()
        if self._target is not None and self.editor.changed:
            self._drafts[self._target] = self.editor.toPlainText()

    def forget(self) -> None:
        """Forget what was written in a project that is closed now."""
        self._drafts.clear()
        self._target = None
        self.editor.begin()

    def _say(self) -> None:
        self.heading.setText(tr("Notes"))
        prompt = tr("Write today's entry in Markdown") if self._journal else tr("Write a note in Markdown")
        self.editor.setPlaceholderText(prompt)
        self.editor.setAccessibleName(prompt)
        self._hint.setText(tr("Ctrl+Enter saves"))
        self._private.setText(tr("Private"))
        self._private.setToolTip(tr("A private note is not shared"))
        self.editor.setReadOnly(not self._session.editable)

    def _build(self) -> None:
        coders = self._session.project.coders.all() if self._notes else ()
        names: dict[int, str] = {coder.id: coder.name for coder in coders}
        shown = (self._notes, names, self._session.project.me, tr("Reply"))
        if shown == self._shown:
            return
        self._shown = shown
        held = next((card.note.id for card in self.cards() if card.isAncestorOf(self.focusWidget())), None)
        empty(self._cards)
        for note in self._notes:
            card = NoteCard(note, names, self._session.project.me)
            card.url_requested.connect(self.url_requested)
            card.rewritten.connect(self._rewrite)
            card.replied.connect(self._reply)
            card.removed.connect(self._remove)
            card.privacy_changed.connect(self._set_private)
            card.finished.connect(self.finished)
            self._cards.addWidget(card)
            if note.id == held:
                card.show()
                card.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self, text: str) -> None:
        target, private = self._target, self._private.isChecked()
        if target is None or not text.strip():
            return
        if self._session.act(lambda: self._session.project.notes.add(target[0], target[1], text, private=private)) is None:
            self.editor.unsaved()
        else:
            self.editor.begin()

    def _rewrite(self, note: int, text: str) -> None:
        def rewrite() -> bool:
            self._session.project.notes.edit(NoteId(note), text)
            return True

        if not self._session.act(rewrite):
            self._keep_open(note)

    def _reply(self, note: int, text: str) -> None:
        if text.strip() and self._session.act(lambda: self._session.project.notes.reply(NoteId(note), text)) is None:
            self._keep_open(note)

    def _keep_open(self, note: int) -> None:
        for card in self.findChildren(NoteCard):
            if card.note.id == note:
                card.unsaved()

    def _remove(self, note: int) -> None:
        self._session.act(lambda: self._session.project.notes.remove(NoteId(note)))

    def _set_private(self, note: int, on: bool) -> None:
        text = self._session.project.notes.get(NoteId(note)).text
        self._session.act(lambda: self._session.project.notes.edit(NoteId(note), text, private=on))
