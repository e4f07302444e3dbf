"""Two letters for a code: they tag at once; the panel shows which letters there are, and they can be changed in it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QApplication, QHBoxLayout, QListView, QVBoxLayout, QWidget

from db.changes import Change
from db.records import CodeId
from desktop.mnemonics import LENGTH
from desktop.models.offers import LATELY, Offer, OffersModel, shown_name
from desktop.panels.beside import Beside
from desktop.panels.offer_delegate import ROW, OfferDelegate
from desktop.panels.parts import ShortText, TokenView, label
from desktop.session import Session
from desktop.words import language, tr

SIZE = QSize(560, 370)
_COLUMNS = 2
_LETTERS, _TYPED = 32, 36  # pixels for a code's letters, and for those typed
_KEYS = Qt.Key
_MOVES = (_KEYS.Key_Up, _KEYS.Key_Down, _KEYS.Key_Left, _KEYS.Key_Right, _KEYS.Key_PageUp, _KEYS.Key_PageDown)
_STALE = frozenset({"code", "codebook", "setting", "tagging"})


class LettersDelegate(OfferDelegate):
    """Rows whose letters stand in front."""

    def sizeHint(self, _option: object, _index: object) -> QSize:
        return QSize((SIZE.width() - 20) // _COLUMNS, ROW)

    def paint_letters(self, painter: QPainter, view: TokenView, room: QRect, letters: str) -> QRect:
        """Draw a code's letters at the left; gives the room left over."""
        plain = painter.font()
        bold = painter.font()
        bold.setBold(True)
        painter.setFont(bold)
        painter.setPen(view.colour("accent"))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, letters)
        painter.setFont(plain)
        return room.adjusted(_LETTERS, 0, 0, 0)


class Letters(Beside):
    """Takes the keys itself and is no target of input methods, so that letters arrive as letters."""

    code_picked = Signal(int, bool)  # code, whether the panel stays open for another

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, SIZE, parent)
        self._typed = ""
        self._edited: Offer | None = None  # the code that gets new letters
        self._offered = ""  # the language of what is offered; nothing when it is stale
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self._quote, self.typed, self._hint = ShortText("small", 1), label("title"), label("small", wrap=True)
        self.model, self.list = OffersModel(self), TokenView()
        self._put_together()
        self.list.chosen.connect(self._click)
        session.changed.connect(self._changed)
        session.opened.connect(self._forget)

    def _put_together(self) -> None:
        self.list.setModel(self.model)
        self.list.setItemDelegate(LettersDelegate(self.list))
        self.list.setFlow(QListView.Flow.LeftToRight)
        self.list.setWrapping(True)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.typed.setFixedWidth(_TYPED)
        top = QHBoxLayout()
        top.setContentsMargins(12, 8, 12, 8)
        top.setSpacing(12)
        top.addWidget(self.typed)
        top.addWidget(self._quote, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 6, 12, 8)
        foot.addWidget(self._hint)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.list, 1)
        layout.addLayout(foot)

    # Opening

    def begin(self, anchor: QRect, quote: str) -> None:
        """Wait for the letters of a code for a passage whose place is `anchor`, in global pixels."""
        self._quote.set_text(f"“{quote}”" if quote else "")
        self.setAccessibleName(tr("Two letters of a code"))
        self._edited = None
        self.list.setCurrentIndex(QModelIndex())
        self._offer()
        self._wait("")
        self.stand(anchor, self)

    def _offer(self) -> None:
        project = self._session.project
        if self._offered != language():
            self.model.offer_codes(project, project.codes.recent(LATELY))
            self._offered = language()

    def _changed(self, change: Change) -> None:
        if change.tables & _STALE:
            self._forget()

    def _forget(self) -> None:
        self._offered = ""

    def _wait(self, typed: str, words: str = "") -> None:
        """Show what has been typed and which codes that leaves; the words say what was wrong."""
        if self._edited is None:
            marked = self._marked()
            self.model.narrow(typed)
            self.list.setCurrentIndex(self.model.index(self.model.row_of(marked.id if marked else 0)))
        self._typed = typed
        self.typed.setText(typed + "_" * (LENGTH - len(typed)))
        self._hint.setText(words or self._help())
        self.setAccessibleDescription(self._hint.text())

    def _marked(self) -> Offer | None:
        return self.model.offer(self.list.currentIndex().row())

    def _help(self) -> str:
        if self._edited is not None:
            return tr("New letters for {name} · Esc leaves them as they are", name=shown_name(self._edited))
        return tr("Two letters tag · Shift keeps it open · ↑ ↓ mark: Enter tags, F2 changes letters · Esc closes")

    # Keys

    def event(self, event: QEvent) -> bool:
        """Keep the panel's own keys from being taken as shortcuts."""
        shortcut = event.type() == QEvent.Type.ShortcutOverride
        if shortcut and isinstance(event, QKeyEvent) and event.key() in (_KEYS.Key_Escape, _KEYS.Key_F2):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, shift = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
            super().keyPressEvent(event)
        elif _KEYS.Key_A <= key <= _KEYS.Key_Z:
            self._letter(chr(key).lower(), stay=shift)
        elif key in _MOVES and self._edited is None:
            QApplication.sendEvent(self.list, event)
        elif key in (_KEYS.Key_Return, _KEYS.Key_Enter) and self._edited is None:
            self._pick(self._marked(), stay=shift)
        elif key == _KEYS.Key_Backspace:
            self._wait(self._typed[:-1])
        elif key == _KEYS.Key_Escape:
            self._escape()
        elif key == _KEYS.Key_F2:
            self._edit(self._marked())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.keys_left(event)

    def _letter(self, letter: str, *, stay: bool) -> None:
        typed = self._typed + letter
        if self._edited is not None:
            self._choose_letters(typed)
        elif found := self.model.lettered(typed):
            self._pick(found, stay=stay)
        elif self.model.begins(typed):
            self._wait(typed)
        else:
            self._wait(self._typed, tr("No code has the letters {letters}.", letters=typed))

    def _escape(self) -> None:
        if self._edited is None:
            self.dismiss()
        else:
            self._edited = None
            self._wait("")

    def _click(self, index: QModelIndex) -> None:
        self._pick(self.model.offer(index.row()), stay=False)

    def _pick(self, offer: Offer | None, *, stay: bool) -> None:
        if offer is None:
            return
        if not stay:
            self.put_away()
        self.code_picked.emit(offer.id, stay)
        if stay:
            self._offer()
            self._wait("")
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    # Changing letters

    def _edit(self, offer: Offer | None) -> None:
        if offer is not None:
            self._edited = offer
            self._wait("")

    def _choose_letters(self, letters: str) -> None:
        offer = self._edited
        if offer is None or len(letters) < LENGTH:
            self._wait(letters)
            return
        self._edited = None
        self._session.act(partial(self._set_letters, offer, letters))
        self._offer()
        self._wait("")

    def _set_letters(self, offer: Offer, letters: str) -> None:
        """Give a code its letters in one change; who had them gets the others in exchange."""
        project = self._session.project
        with project.change("Choose letters for a code"):
            # Letters that were only worked out are written down first, so that there is something to exchange.
            if letters in project.letters().values():
                project.set_letters(CodeId(offer.id), offer.letters)
            project.set_letters(CodeId(offer.id), letters)
