"""A code from top to bottom, worked on in place: names, place, colour, what it means, when to use it, and notes on it.

Of a framework's code the wording is shown as it is; colour, use and notes are one's own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from db.changes import Change
from db.errors import NotFound
from db.records import Code, CodeId
from desktop.models.codes import book_title, uses_in_sight, uses_said
from desktop.panels.closing import Closing
from desktop.panels.code_choices import ColourChoice, ParentChoice
from desktop.panels.note_editor import GrowingEdit
from desktop.panels.notes_view import NotesView
from desktop.panels.parts import PlainEdit, button, join_words, label
from desktop.session import Session
from desktop.words import language, tr

TABLES = frozenset({"code", "codebook", "tagging", "annotation", "note", "coder", "setting", "article_status"})
_WIDEST, _CAPTION = 720, 132  # pixels
# (field, caption): entries of one line, then those that grow.
_LINES = (("number", "Code number"), ("name_zh", "Chinese name"), ("name_en", "English name"))
_TEXTS = (
    ("definition_zh", "Definition (Chinese)"),
    ("definition_en", "Definition (English)"),
    ("use_when", "Use when"),
    ("avoid_when", "Avoid when"),
    ("note", "Remark"),
)
_OWN_ALWAYS = ("use_when", "avoid_when")  # of a framework's code, too


class CodePage(QScrollArea):
    """Shows one code and changes it: what is written is saved when one leaves it, and each change can be undone."""

    code_requested = Signal(int)  # list the passages of a code
    url_requested = Signal(str)
    left = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._code: Code | None = None
        self._stale = False  # something changed while another page was shown
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("role", "page")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._title, self.closing = label("title", wrap=True), Closing(self)
        self._book, self._hint = label("small", wrap=True), label("small", wrap=True)
        self.uses = button("quiet")
        self.lines = {field: PlainEdit() for field, _ in _LINES}
        self.below, self.colour = ParentChoice(), ColourChoice()
        self.texts = {field: GrowingEdit() for field, _ in _TEXTS}
        self.notes = NotesView(session)
        self._captions: dict[str, QLabel] = {}
        self._put_together()
        self._connect(session)

    def _put_together(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, _CAPTION)
        grid.setColumnStretch(1, 1)
        entries: dict[str, QWidget] = {**self.lines, "below": self.below, "colour": self.colour, **self.texts}
        for row, (field, entry) in enumerate(entries.items()):
            words = self._captions[field] = label("small")
            words.setBuddy(entry)
            words.setContentsMargins(0, 4 if field in self.lines else 8, 0, 0)
            grid.addWidget(words, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(entry, row, 1)
        head, inside, column = QHBoxLayout(), QWidget(), QWidget()
        head.addWidget(self._title, 1)
        head.addWidget(self.closing, 0, Qt.AlignmentFlag.AlignTop)
        column.setMaximumWidth(_WIDEST)
        stacked = QVBoxLayout(column)
        stacked.setContentsMargins(16, 16, 16, 16)
        stacked.setSpacing(12)
        stacked.addLayout(head)
        link = QHBoxLayout()
        link.addWidget(self.uses)
        link.addStretch(1)
        about = QVBoxLayout()
        about.setSpacing(4)
        about.addWidget(self._book)
        about.addLayout(link)
        about.addWidget(self._hint)
        stacked.addLayout(about)
        stacked.addLayout(grid)
        stacked.addWidget(self.notes)
        stacked.addStretch(1)
        inside.setProperty("role", "page")
        row_of_page = QHBoxLayout(inside)
        row_of_page.setContentsMargins(0, 0, 0, 0)
        row_of_page.addWidget(column)
        self.setWidget(inside)

    def _connect(self, session: Session) -> None:
        self.closing.asked.connect(self.left)
        self.uses.clicked.connect(self._list_passages)
        for field, line in self.lines.items():
            line.edited.connect(partial(self._edit, field))
        for field, text in self.texts.items():
            text.saved.connect(partial(self._edit, field))
            text.finished.connect(self._finish)
        self.below.chosen.connect(self._move)
        self.colour.activated.connect(self._recolour)
        self.notes.finished.connect(self._finish)
        self.notes.url_requested.connect(self.url_requested)
        session.changed.connect(self._changed)
        session.freed.connect(self._show)
        session.closed.connect(self._closed)

    # What is shown

    @property
    def code(self) -> int | None:
        """The id of the code shown."""
        return self._code.id if self._code else None

    def show_code(self, code: CodeId) -> None:
        """Show a code, with the caret in its name, which is selected; NotFound for one that is gone."""
        if self.code != code:
            self.keep()
            self.verticalScrollBar().setValue(0)
        self._code = self._session.project.codes.get(code)
        self._show()
        name = self._first()
        name.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(name, QLineEdit):
            name.selectAll()

    def keep(self) -> None:
        """Save what is written and not saved yet; to be called before the project is closed."""
        if self._session.is_open and self._code is not None:
            for line in self.lines.values():
                line.keep()
            for text in self.texts.values():
                text.keep()
            self.notes.keep()

    def _first(self) -> QWidget:
        """Give the entry one most likely came for: an own code's name, when to use a framework's."""
        if self._code is not None and self._code.name:
            return self.texts["use_when"]
        return self.lines["name_zh" if language().startswith("zh") else "name_en"]

    def _show(self) -> None:
        code, self._stale = self._code, not self.isVisible()
        if code is None or not self._session.is_open:
            return
        official, editable = bool(code.name), self._session.editable
        self._title.setText(code.label(language()) or code.key)
        self._show_head(code)
        for field, caption in (*_LINES, ("below", "Below"), ("colour", "Colour"), *_TEXTS):
            self._captions[field].setText(tr(caption))
        for field, caption in _LINES:
            line = self.lines[field]
            line.setAccessibleName(tr(caption))
            line.setPlaceholderText("–")
            line.setReadOnly(official or not editable)
            line.show_value(str(getattr(code, field)))
        for field, caption in _TEXTS:
            self._show_text(code, field, tr(caption), fixed=not editable or (official and field not in _OWN_ALWAYS))
        self._show_choices(code, movable=editable and not official, editable=editable)
        self.notes.show_notes("code", code.id, self._session.project.notes.of("code", [code.id]).get(code.id, ()))

    def _show_head(self, code: Code) -> None:
        project = self._session.project
        book = next(book for book in project.codes.books() if book.id == code.codebook)
        doubt = "" if code.confirmed(language()) else tr("name unconfirmed")
        self._book.setText(join_words((book_title(book), code.name, doubt)))
        said = uses_said(*uses_in_sight(project, code))
        self.uses.setText(f"{said} ↗")
        self.uses.setToolTip(tr("Show its passages"))
        self.uses.setAccessibleName(f"{tr('Show its passages')} · {said}")
        self._hint.setText(tr("Its wording is the framework's and stays as it is; colour, use and notes are yours."))
        self._hint.setVisible(bool(code.name))

    def _show_text(self, code: Code, field: str, caption: str, *, fixed: bool) -> None:
        text, value = self.texts[field], str(getattr(code, field))
        text.setAccessibleName(caption)
        text.setReadOnly(fixed)
        text.show_value(value)
        # A remark comes with a framework or a file that was taken in; one's own words are notes.
        seen = bool(value) or not (fixed or field == "note")
        text.setVisible(seen)
        self._captions[field].setVisible(seen)

    def _show_choices(self, code: Code, *, movable: bool, editable: bool) -> None:
        codes = self._session.project.codes
        if not self.below.typing:
            offered = codes.offered() if movable else [codes.get(code.parent)] if code.parent else []
            self.below.show_codes(offered, code.parent, codes.branch(code.id))
        self.below.setEnabled(movable)
        self.below.setAccessibleName(tr("Below"))
        self.colour.show_colour(code.colour)
        self.colour.setEnabled(editable)
        self.colour.setAccessibleName(tr("Colour"))

    # What is changed

    def _edit(self, field: str, value: str) -> None:
        code = self._code
        if code is None or getattr(code, field) == value:
            return
        if not self._tried(partial(self._session.project.codes.edit, code.id, **{field: value})):
            if field in self.texts:
                self.texts[field].unsaved()
            else:
                self._show()

    def _move(self) -> None:
        code, parent = self._code, self.below.code
        if code is None or code.parent == parent:
            return
        if not self._tried(partial(self._session.project.codes.move, code.id, parent)):
            self.below.setCurrentIndex(max(0, self.below.findData(code.parent)))

    def _recolour(self, _place: int) -> None:
        self._edit("colour", self.colour.colour)

    def _tried(self, action: Callable[[], None]) -> bool:
        return bool(self._session.act(partial(_done, action)))

    def _list_passages(self) -> None:
        if self._code is not None:
            self.keep()
            self.code_requested.emit(self._code.id)

    def _finish(self) -> None:
        """Leave by Esc or Ctrl+Enter, unless something could not be saved."""
        if not any(text.changed for text in self.texts.values()):
            self.left.emit()

    # What happens around it

    def _changed(self, change: Change) -> None:
        if self._code is None or not change.tables & TABLES:
            return
        if not self.isVisible():
            self._stale = True
            return
        self._refresh()

    def _refresh(self) -> None:
        """Show the code as it is now; a code that is gone is left."""
        if self._code is None or not self._session.is_open:
            return
        try:
            self._code = self._session.project.codes.get(self._code.id)
        except NotFound:
            self._closed()
            self.left.emit()
            return
        self._show()

    def _closed(self) -> None:
        self._code = None
        for text in self.texts.values():
            text.begin()
        self.notes.forget()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.keep()
            self._finish()
            event.accept()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._show()


def _done(action: Callable[[], None]) -> bool:
    action()
    return True
