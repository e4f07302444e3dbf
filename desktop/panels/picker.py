"""The picker: a few keys choose one or several codes, or an instrument with its article, for a passage."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from db.changes import Change
from db.records import CodeId
from desktop.models.offers import LATELY, Offer, OffersModel
from desktop.panels.beside import Beside
from desktop.panels.chips import Chip
from desktop.panels.definition import Definition
from desktop.panels.offer_delegate import OfferDelegate
from desktop.panels.parts import FlowLayout, ShortText, TokenView, empty, label
from desktop.session import Session
from desktop.words import language, tr

SIZE = QSize(560, 420)
_LIST = 300
_BETWEEN = re.compile("[，、,]")
_STALE = frozenset({"code", "codebook", "setting", "tagging", "instrument", "alias", "link"})


class Picker(Beside):
    """Opens beside a passage, never over it; the keys go to its entry."""

    codes_picked = Signal(list, list, bool)  # codes, names of codes to be made, whether to go on to the next passage
    instrument_picked = Signal(int, str, bool)  # instrument, locator as written, whether to go on

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, SIZE, parent)
        self._codes = True
        self._query = ""
        self._chosen: list[int] = []
        self._new: dict[int, str] = {}  # names of codes that are to be made with the tagging, by negative keys
        self._recent: dict[bool, list[int]] = {True: [], False: []}
        self._offered: object = None  # what the offers were made for; None when they are stale
        self._composing = False  # an input method is at work in an entry: keys are its own
        self._quote = ShortText("small", 1)
        self.entry, self.locator = QLineEdit(), QLineEdit()
        self.model = OffersModel(self)
        self.list = TokenView()
        self.definition = Definition(session)
        self._chips = FlowLayout()
        self._hint = label("small")
        self._put_together()
        self._connect()

    def _put_together(self) -> None:
        self.entry.setProperty("role", "picker")
        self.locator.setProperty("role", "picker")
        self.locator.setFixedWidth(SIZE.width() - _LIST)
        self.list.setModel(self.model)
        self.list.setItemDelegate(OfferDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFixedWidth(_LIST)
        self.definition.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        entries = QHBoxLayout()
        entries.setSpacing(0)
        entries.addWidget(self.entry, 1)
        entries.addWidget(self.locator)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.list)
        middle.addWidget(self.definition, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 6, 12, 8)
        foot.setSpacing(6)
        foot.addLayout(self._chips)
        foot.addWidget(self._hint)
        top = QVBoxLayout()
        top.setContentsMargins(12, 8, 12, 4)
        top.addWidget(self._quote)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addLayout(entries)
        layout.addLayout(middle, 1)
        layout.addLayout(foot)

    def _connect(self) -> None:
        for field in (self.entry, self.locator):
            field.installEventFilter(self)
        self.entry.textChanged.connect(self._typed)
        self.list.chosen.connect(self._click)
        self.list.selectionModel().currentChanged.connect(self._explain)
        self._session.changed.connect(self._changed)
        self._session.opened.connect(self._forget)

    # Opening and closing

    def pick_codes(self, anchor: QRect, quote: str, chosen: Sequence[int] = ()) -> None:
        """Choose codes for a passage whose place is `anchor`, in global pixels; some may be chosen already."""
        self._open(True, anchor, quote, chosen)

    def pick_instrument(self, anchor: QRect, quote: str) -> None:
        """Choose an instrument and its locator for a passage whose place is `anchor`, in global pixels."""
        self._open(False, anchor, quote, ())

    def _open(self, codes: bool, anchor: QRect, quote: str, chosen: Sequence[int]) -> None:
        self._codes, self._chosen, self._new = codes, list(chosen), {}
        self._quote.set_text(f"“{quote}”" if quote else "")
        self._say()
        self.locator.clear()
        self.locator.setVisible(not codes)
        self._offer()
        self._query, self._composing = "", False
        self.entry.clear()
        self._find("")
        self._show_chips()
        self.stand(anchor, self.entry)

    def _offer(self) -> None:
        """Read what can be offered, unless nothing changed since the last time."""
        wanted = (self._codes, language())
        if self._offered == wanted:
            return
        project, picked = self._session.project, self._recent[self._codes]
        if self._codes:
            self.model.offer_codes(project, [*picked, *project.codes.recent(LATELY)])
        else:
            self.model.offer_instruments(project, [*picked, *project.instruments.recent(LATELY)])
        self._offered = wanted

    def _changed(self, change: Change) -> None:
        if change.tables & _STALE:
            self._offered = None

    def _forget(self) -> None:
        """Know nothing of a project that was open before."""
        self._recent, self._offered = {True: [], False: []}, None

    def _say(self) -> None:
        ask = tr("Code: name, number or pinyin") if self._codes else tr("Instrument: title, alias or pinyin")
        self.entry.setPlaceholderText(ask)
        self.entry.setAccessibleName(ask)
        self.locator.setPlaceholderText(tr("Article, paragraph"))
        self.locator.setAccessibleName(tr("Article, paragraph"))
        self._help()

    def _help(self) -> None:
        codes = tr("Enter applies · Shift+Enter applies and goes on · Tab or , adds another · Esc closes")
        instrument = tr("Enter goes to the article number, then applies · Shift+Enter goes on · Esc closes")
        self._hint.setText(codes if self._codes else instrument)

    def _say_nothing_fits(self) -> None:
        self._hint.setText(tr("Nothing fits."))

    # Typing

    def _typed(self, text: str) -> None:
        """Follow what is typed; an input method's steps that leave the text as it is do nothing."""
        if text == self._query:
            return
        if not self._codes or not _BETWEEN.search(text):
            self._query = text
            self._find(text)
            return
        *done, rest = _BETWEEN.split(text)
        unknown = [piece for piece in done if piece.strip() and not self._take(piece)]
        self._query = "".join([*unknown, rest])
        self.entry.setText(self._query)
        self._find(self._query)

    def _take(self, piece: str) -> bool:
        """Choose what a piece of text before a comma means; a new code is made by Enter, Tab or a click only."""
        offer = self._current() if piece == self._query else self.model.best(piece)
        if offer is None or not offer.id:
            return False
        self._add(offer)
        return True

    def _find(self, text: str) -> None:
        self.model.chosen = tuple(self._chosen)
        self.model.find(text)
        best = self.model.offer(0)
        alone = bool(best) and self.model.rowCount() == 1  # where something fits, a new code is never made by chance
        first = self.model.index(0) if best is not None and (best.id or alone) else QModelIndex()
        self.list.setCurrentIndex(first)
        if not first.isValid():
            self.definition.clear()
        self._help()
        if first.isValid() and best is not None and not best.id:
            self._hint.setText(tr("Nothing fits. Enter makes this code · Esc closes"))

    def _current(self) -> Offer | None:
        return self.model.offer(self.list.currentIndex().row())

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                event.accept()
            return False
        if isinstance(event, QInputMethodEvent):
            self._composing = bool(event.preeditString())
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return not self._composing and self._press(event)
        if event.type() == QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
            self._composing = False
            self.keys_left(event)
        return False

    def _press(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.dismiss()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._move(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self._tab()
        elif key == Qt.Key.Key_Backspace and self._codes and self._chosen and not self.entry.text():
            self._drop(self._chosen[-1])
        else:
            return False
        return True

    def _move(self, by: int) -> None:
        count = self.model.rowCount()
        if count:
            self.list.setCurrentIndex(self.model.index(max(0, min(count - 1, self.list.currentIndex().row() + by))))

    def _tab(self) -> None:
        if not self._codes:
            (self.entry if self.locator.hasFocus() else self.locator).setFocus()
        elif self._current() is not None:
            self._add(self._current())
            self.entry.clear()
        elif self.entry.text().strip():
            self._say_nothing_fits()

    def _enter(self, on: bool) -> None:
        if not self._codes:
            self._enter_instrument(on)
            return
        if self.entry.text().strip() or not self._chosen:
            if self._current() is None:
                self._say_nothing_fits()
                return
            self._add(self._current())
        if self._chosen:
            codes = [key for key in self._chosen if key > 0]
            new = [self._new[key] for key in self._chosen if key < 0]
            self._remember(codes)
            self.put_away()
            self.codes_picked.emit(codes, new, on)

    def _enter_instrument(self, on: bool) -> None:
        offer = self._current()
        if offer is None:
            self._say_nothing_fits()
            return
        if self.entry.hasFocus() and not on:
            self.locator.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._remember([offer.id])
        self.put_away()
        self.instrument_picked.emit(offer.id, self.locator.text().strip(), on)

    # Choosing

    def _add(self, offer: Offer | None) -> None:
        if offer is None:
            return
        key = offer.id or self._new_key(offer.name)
        if key not in self._chosen:
            self._chosen.append(key)
            self._show_chips()

    def _new_key(self, name: str) -> int:
        """Note the name of a code that is to be made, each once."""
        key = next((key for key, known in self._new.items() if known == name), -len(self._new) - 1)
        self._new[key] = name
        return key

    def _drop(self, code: int) -> None:
        self._chosen = [each for each in self._chosen if each != code]
        self._show_chips()
        self.entry.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_chips(self) -> None:
        empty(self._chips)
        for key in self._chosen:
            code = self._session.project.codes.get(CodeId(key)) if key > 0 else None
            chip = Chip(key, self._new[key] if code is None else code.label(language()) or code.key, code)
            chip.removed.connect(self._drop)
            self._chips.addWidget(chip)
        self.model.chosen = tuple(self._chosen)
        self.list.viewport().update()

    def _remember(self, keys: list[int]) -> None:
        rest = [each for each in self._recent[self._codes] if each not in keys]
        self._recent[self._codes] = [*keys, *rest][:LATELY]
        self._offered = None

    def _click(self, index: QModelIndex) -> None:
        offer = self.model.offer(index.row())
        if self._codes and offer is not None and offer.id in self._chosen:
            self._drop(offer.id)
        elif self._codes:
            self._add(offer)
            self.entry.clear()
            self.entry.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.locator.setFocus(Qt.FocusReason.OtherFocusReason)

    def _explain(self, index: QModelIndex) -> None:
        offer = self.model.offer(index.row())
        if offer is None or not offer.id:
            self.definition.clear()
        elif self._codes:
            self.definition.show_code(self._session.project.codes.get(CodeId(offer.id)))
        else:
            self.definition.show_instrument(offer.id)
