"""The translations of a passage, folded until asked for: each with its language and translator, written in place."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from db.records import Annotation, AnnotationId, Translation, TranslationId
from desktop.panels.note_editor import GrowingEdit
from desktop.panels.parts import Section, button, empty, held, holds_keys, join_words, label
from desktop.session import Session
from desktop.words import language, tr

_LANGUAGE_WIDTH = 64
_NAMES = {"zh": "中文", "en": "English", "fr": "français", "de": "Deutsch", "ru": "русский", "ja": "日本語", "ko": "한국어"}
Written = tuple[str, str, str]  # language, text, translator


class TranslationCard(QFrame):
    """One translation; one's own can be rewritten in place."""

    edit_requested = Signal(int)
    removed = Signal(int)

    def __init__(self, key: int, head: str, text: str, *, editable: bool) -> None:
        super().__init__()
        self.setProperty("role", "note-card")
        self.key = key
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(2)
        column.addWidget(label("small", head, wrap=True))
        words = label("words", text, wrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(words)
        if not editable:
            return
        row = QHBoxLayout()
        row.setSpacing(8)
        self.edit, self.remove = button("quiet", tr("Edit")), button("quiet", tr("Remove"))
        self.edit.clicked.connect(self._edit)
        self.remove.clicked.connect(self._remove)
        row.addWidget(self.edit)
        row.addWidget(self.remove)
        row.addStretch(1)
        column.addLayout(row)

    def _edit(self) -> None:
        self.edit_requested.emit(self.key)

    def _remove(self) -> None:
        self.removed.emit(self.key)


class TranslationForm(QWidget):
    """Where a translation is written: every way out saves, Esc too; one that is emptied stays as it was."""

    saved = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key: int | None = None  # None: a new one
        self._kept: Written = ("", "", "")
        self.language, self.translator, self.text = QLineEdit(), QLineEdit(), GrowingEdit()
        self.language.setFixedWidth(_LANGUAGE_WIDTH)
        first = QHBoxLayout()
        first.setSpacing(6)
        first.addWidget(self.language)
        first.addWidget(self.translator, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(first)
        column.addWidget(self.text)
        fields: tuple[QWidget, ...] = (self.language, self.translator, self.text)
        for field in fields:
            field.installEventFilter(self)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._keys_moved)
        self.hide()

    def begin(self, key: int | None, written: Written, kept: Written | None = None) -> None:
        """Show a translation to be written on; `kept` is what of it is stored, if that is something else."""
        self.key, self._kept = key, written if kept is None else kept
        for line, value, words in (
            (self.language, written[0], tr("Language")),
            (self.translator, written[2], tr("Translator")),
        ):
            line.setText(value)
            line.setPlaceholderText(words)
            line.setAccessibleName(words)
        self.text.begin(written[1])
        self.text.setPlaceholderText(tr("Write the translation"))
        self.text.setAccessibleName(tr("Write the translation"))
        self.language.setToolTip(tr("zh, en or another language tag"))
        self.show()

    @property
    def written(self) -> Written:
        """What is written: language, text, translator."""
        return self.language.text().strip(), self.text.toPlainText().strip(), self.translator.text().strip()

    @property
    def changed(self) -> bool:
        """Whether there is something to save: a text that is not stored like this."""
        return bool(self.written[1]) and self.written != self._kept

    def keep(self) -> None:
        """Ask for what is written to be saved, if that was not done."""
        if not self.isHidden() and self.changed:
            self.saved.emit()

    def know(self, key: int) -> None:
        """Know that what is written is stored."""
        self.key, self._kept = key, self.written

    def _keys_moved(self, before: QWidget | None, now: QWidget | None) -> None:
        inside = before is not None and self.isAncestorOf(before)
        if self.isHidden() or not inside or (now is not None and self.isAncestorOf(now)):
            return
        self.keep()
        if now is not None and not self.changed:
            self.left.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Ctrl+Enter and Esc save and leave, Enter go to the next field."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape or (enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier):
            self.keep()
            if not self.changed:
                self.left.emit()
        elif enter and watched is not self.text:
            self.focusNextChild()
        else:
            return False
        return True


class TranslationView(Section):
    """The translations of one passage, also by what it is related to; what is written is never lost."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._annotation: Annotation | None = None
        self._translations: list[Translation] = []
        self._related: Sequence[Annotation] = ()
        self._unfolded = False
        self._shown: object = None
        self._last: tuple[str, str] = ("", "")  # language and translator written last
        self._drafts: dict[int, tuple[int | None, Written]] = {}  # by annotation: what could not be saved at its time
        self.heading.hide()
        self.fold = button("quiet")
        self.fold.clicked.connect(self.toggle)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(6)
        self.form = TranslationForm()
        self.form.saved.connect(self._save)
        self.form.left.connect(self._leave)
        self.add = button("quiet")
        self.add.clicked.connect(self.begin)
        self.body.addWidget(self.fold)
        self.body.addLayout(self._cards)
        self.body.addWidget(self.form)
        self.body.addWidget(self.add)

    def show_translations(self, annotation: Annotation, related: Sequence[Annotation] = ()) -> None:
        """Show the translations of a passage, and the passages it is a translation of or translated by."""
        if self._annotation is None or self._annotation.id != annotation.id:
            self.keep()
            self.form.hide()
        self._annotation = annotation
        self._translations = self._session.project.translations.of(annotation.id)
        if annotation.id in self._drafts and self.form.isHidden():
            key, written = self._drafts.pop(annotation.id)
            self._unfolded = True
            self.form.begin(key, written, ("", "", ""))
        self._related = related
        self._build()

    def _build(self) -> None:
        project, related, editable = self._session.project, self._related, self._session.editable
        count = len(self._translations) + len(related)
        self.fold.setText(("▾ " if self._unfolded else "▸ ") + tr("Translation") + (f" ({count})" if count else ""))
        self.add.setText(tr("+ translation"))
        self.add.setVisible(self._unfolded and editable and self.form.isHidden())
        self.setVisible(editable or bool(count))
        editing = None if self.form.isHidden() else self.form.key
        shown = (self._translations, [(each.id, each.exact) for each in related], self._unfolded, editing, editable, language())
        if shown == self._shown:
            return
        self._shown = shown
        empty(self._cards)
        if not self._unfolded:
            return
        names = {coder.id: coder.name for coder in project.coders.all()} if self._translations else {}
        for each in self._translations:
            own = each.coder == project.me
            head = join_words((_said(each.language), each.translator, "" if own else names.get(each.coder, "?")))
            card = TranslationCard(each.id, head, each.text, editable=own and editable)
            card.edit_requested.connect(self._edit)
            card.removed.connect(self._remove)
            card.setVisible(each.id != editing)
            self._cards.addWidget(card)
        for other in related:
            self._cards.addWidget(TranslationCard(0, tr("from the related passage"), other.exact, editable=False))

    def cards(self) -> list[TranslationCard]:
        """List the translations shown."""
        return held(self._cards, TranslationCard)

    def clear(self) -> None:
        """Show nothing more; what is unsaved is saved."""
        self.keep()
        self.form.hide()
        self._annotation = None

    def forget(self) -> None:
        """Forget what was written in a project that is closed now."""
        self._drafts.clear()
        self.form.hide()
        self._annotation = None

    def keep(self) -> None:
        """Save what is unsaved; what cannot be saved now waits until its passage is shown again."""
        self.form.keep()
        if self._annotation is not None and not self.form.isHidden() and self.form.changed:
            self._drafts[self._annotation.id] = (self.form.key, self.form.written)

    def toggle(self) -> None:
        """Fold or unfold; where there is nothing yet, the first translation is begun at once."""
        self._unfolded = not self._unfolded
        if not self._unfolded:
            self.keep()
            if not self.form.changed:
                self.form.hide()
        self._build()
        if self._unfolded and not self._translations and not self._related:
            self.begin()

    def begin(self) -> None:
        """Write a translation."""
        if self._annotation is None or not self._session.editable:
            return
        of = self._session.project.articles.get(self._annotation.article).language
        tag, translator = self._last
        self._open(None, (tag or ("en" if of.startswith("zh") else "zh"), "", translator))

    def _edit(self, key: int) -> None:
        found = next((each for each in self._translations if each.id == key), None)
        if found is not None:
            self._open(key, (found.language, found.text, found.translator))

    def _open(self, key: int | None, written: Written) -> None:
        self.form.keep()
        if self.form.isHidden() or not self.form.changed:
            self.form.begin(key, written)
            self._build()
        self.form.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _save(self) -> None:
        form, written, annotation = self.form, self.form.written, self._annotation
        if annotation is None:
            return
        key = self._session.act(lambda: self._store(annotation.id, form.key, written))
        if key is not None:
            form.know(key)
            self._last = (written[0], written[2])

    def _store(self, annotation: AnnotationId, key: int | None, written: Written) -> int:
        translations = self._session.project.translations
        if key is None:
            return translations.add(annotation, *written)
        translations.edit(TranslationId(key), language=written[0], text=written[1], translator=written[2])
        return key

    def _leave(self) -> None:
        had = holds_keys(self.form)
        self.form.hide()
        self._build()
        if had:
            (self.add if not self.add.isHidden() else self.fold).setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self, key: int) -> None:
        self._session.act(lambda: self._session.project.translations.remove(TranslationId(key)))


def _said(tag: str) -> str:
    """Say a language by its own name, else as its tag."""
    return _NAMES.get(tag, tag)
