"""Passages whose place on the newest text is unsure or gone, decided by a person one after the other."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QShowEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from db.anchors.placement import Candidate
from db.changes import Change
from db.errors import NotFound, Refused
from db.records import ArticleId, Layout
from db.review import Placed
from desktop.models.articles import RECORD
from desktop.models.review import SECOND, Passage, PlacesModel, passage_in, passage_of, places_offered
from desktop.panels.closing import Closing
from desktop.panels.painting import paint_ground, smaller
from desktop.panels.parts import TokenView, column, holds_keys, label, list_beside
from desktop.panels.place_rows import PassageText, PlaceDelegate, RowList, laid_out
from desktop.reader.reader import Head, Look, Reader
from desktop.session import Session
from desktop.theme import Theme
from desktop.words import tr

_LIST, _CANDIDATE = 340, 56  # logical pixels
_TOUCHING = frozenset({"annotation", "version", "confirmation", "article", "coder"})


class CandidateDelegate(QStyledItemDelegate):
    """The number to press, the words there among those around them, and how sure it is."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(160, _CANDIDATE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        view, passage = option.widget, index.data(RECORD)
        if not isinstance(view, TokenView) or not isinstance(passage, Passage):
            return
        painter.save()
        box: QRect = option.rect
        paint_ground(painter, view, box, option.state)
        painter.setPen(view.colour("muted"))
        painter.drawText(QRect(box.left(), box.top() + 6, 28, 20), Qt.AlignmentFlag.AlignCenter, str(index.row() + 1))
        font = painter.font()
        painter.setFont(smaller(painter))
        aside = QRect(box.right() - 64, box.top() + 6, 56, 20)
        painter.drawText(aside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(index.data(SECOND)))
        painter.setFont(font)
        layout, _height = laid_out(passage, view.font(), box.width() - 28 - 76, 2, view.colour, "search_hit")
        layout.draw(painter, QPointF(box.left() + 28, box.top() + 7))
        painter.restore()


class ReviewPage(QWidget):
    """What waits beside where it stood, where it may stand, and the newest text; all of it worked by single keys."""

    place_requested = Signal(int, object, object, object)  # article, start, end, annotation
    left = Signal()

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._titles: dict[int, str] = {}
        self._article, self._version, self._text = 0, 0, ""
        self._candidates: list[Candidate] = []
        self._undone: tuple[int, ...] = ()
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title, self._count, self._keys = label("title"), label("heading", wrap=True), label("small", wrap=True)
        self.closing = Closing(self)
        self.model, self.list = PlacesModel(self._title_of, self), RowList()
        self._stood, self._may = label("section"), label("section")
        self.stood = PassageText(3)
        self._choices, self.candidates = QStandardItemModel(self), RowList()
        self.reader = Reader(theme)
        self.accept, self.gone, self.open = QPushButton(), QPushButton(), QPushButton()
        self.accept.setProperty("role", "primary")
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.reload)
        self._dress()
        self._lay_out()
        self.setFocusProxy(self.list)
        self._connect()
        self._retranslate()

    def _dress(self) -> None:
        for view, model, delegate in (
            (self.list, self.model, PlaceDelegate(self.list)),
            (self.candidates, self._choices, CandidateDelegate(self.candidates)),
        ):
            view.setModel(model)
            view.setItemDelegate(delegate)
            view.setUniformItemSizes(True)
        self.candidates.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _connect(self) -> None:
        self.closing.asked.connect(self.left)
        self.list.selectionModel().currentChanged.connect(self._turned)
        self.candidates.selectionModel().currentChanged.connect(self._chosen)
        self.candidates.clicked.connect(self._follow)
        self.accept.clicked.connect(self.accept_place)
        self.gone.clicked.connect(self.decide_gone)
        self.open.clicked.connect(self.open_place)
        self.reader.selection_changed.connect(self._follow)
        self.reader.page.installEventFilter(self)
        self._session.opened.connect(self._forget)
        self._session.closed.connect(self._forget)
        self._session.changed.connect(self._changed)
        self._session.freed.connect(self._follow)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addLayout(column(self._title, self._count, self._keys, gap=4), 1)
        head.addWidget(self.closing, 0, Qt.AlignmentFlag.AlignTop)
        head.setContentsMargins(16, 16, 16, 12)
        above = column(self._stood, self.stood, self._may, gap=4)
        above.setContentsMargins(16, 0, 16, 0)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(16, 8, 16, 12)
        buttons.setSpacing(8)
        for made in (self.accept, self.gone, self.open):
            buttons.addWidget(made)
        buttons.addStretch(1)
        side = QWidget()
        right = QVBoxLayout(side)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(4)
        right.addLayout(above)
        right.addWidget(self.candidates)
        right.addWidget(self.reader, 1)
        right.addLayout(buttons)
        self._parts = list_beside(self.list, side, _LIST)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(self._parts, 1)
        self._rest = QWidget()
        self._rest.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        whole.addWidget(self._rest, 1)

    # What waits

    def begin(self, article: int | None = None) -> None:
        """Show what waits, from the first passage of an article on if one is given."""
        self.reload()
        row = self.model.row_in(article) if article is not None else -1
        if row >= 0:
            self.list.setCurrentIndex(self.model.index(row))
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def reload(self) -> None:
        """Read again what waits; one stays at the passage one was at, or goes to the one whose decision was undone."""
        self._soon.stop()
        row, here = max(0, self.list.currentIndex().row()), self._placed()
        waiting = self._session.project.review.waiting() if self._session.is_open else []
        self.model.show_places(waiting)
        wanted = self.model.row_of(self._undone)
        if wanted < 0 and here is not None:
            wanted = self.model.row_of((here.annotation,))
        self._undone = ()
        self._show_parts(bool(waiting))
        self._say_count()
        if waiting:
            self.list.setCurrentIndex(self.model.index(wanted if wanted >= 0 else min(row, len(waiting) - 1)))
        else:
            self._show(None)

    def _show_parts(self, waiting: bool) -> None:
        """Show what is decided on, or nothing; keys that were in the page stay in it, so that what was done can be undone."""
        turns = self._parts.isHidden() == waiting
        held = turns and holds_keys(self)
        self._parts.setVisible(waiting)
        self._rest.setVisible(not waiting)
        self.setFocusProxy(self.list if waiting else self._rest)
        if held:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_count(self) -> None:
        if not self.model.rowCount():
            self._count.setText(tr("Nothing waits: every passage has its place."))
        else:
            self._count.setText(tr("{count} left", count=self.model.rowCount()))
        self._rest.setAccessibleName(self._count.text())

    def _placed(self) -> Placed | None:
        index = self.list.currentIndex()
        return self.model.placed(index.row()) if index.isValid() else None

    def _title_of(self, article: ArticleId) -> str:
        if article not in self._titles:
            try:
                self._titles[article] = self._session.project.articles.get(article).title
            except NotFound:
                self._titles[article] = ""
        return self._titles[article]

    def _turned(self, index: QModelIndex, _before: QModelIndex) -> None:
        self._show(self.model.placed(index.row()) if index.isValid() else None)

    def _show(self, placed: Placed | None) -> None:
        """Show a passage: where it stood, where it may stand, and the text."""
        if placed is None or placed.article is None:
            self._candidates = []
            self._choices.clear()
            self._show_article(None)
            return
        made = placed.made
        self.stood.show_passage(passage_of(made.prefix, made.exact, made.suffix))
        self._stood.setText(tr("Where it stood, in version {number}", number=placed.made_on))
        self._show_article(placed.article)
        self._candidates = places_offered(placed)
        self._drop_selection()
        self._choices.clear()
        for each in self._candidates:
            self._choices.appendRow(self._item(each))
        self.candidates.setVisible(bool(self._candidates))
        self.candidates.setFixedHeight(_CANDIDATE * len(self._candidates))
        words = (
            tr("Where it may stand now")
            if self._candidates
            else tr("Nothing like it was found. Select the passage in the text, or press X.")
        )
        self._may.setText(words)
        if self._candidates and placed.status != "gone":
            self.candidates.setCurrentIndex(self._choices.index(0, 0))
        else:
            self.reader.show_hits([(each.start, each.end) for each in sorted(self._candidates, key=_begin)], -1)
        self._follow()

    def _item(self, candidate: Candidate) -> QStandardItem:
        passage, share = passage_in(self._text, candidate.start, candidate.end), f"{round(100 * candidate.confidence)} %"
        item = QStandardItem(f"{passage.words} – {share}")
        item.setEditable(False)
        item.setData(passage, RECORD)
        item.setData(share, SECOND)
        item.setData(f"{passage.text} – {share}", Qt.ItemDataRole.AccessibleTextRole)
        return item

    def _show_article(self, article: ArticleId | None) -> None:
        """Show the newest text of an article, unless it is shown already."""
        if article is None:
            if self._article:
                self._article, self._version, self._text = 0, 0, ""
                self.reader.set_article("", Layout.of_lines(""))
            return
        project = self._session.project
        found = project.articles.get(article)
        if (found.id, found.version) == (self._article, self._version):
            return
        version = project.articles.version(article)
        self._article, self._version, self._text = article, version.id, version.text
        self.reader.set_article(version.text, version.layout, head=Head(found.title, ""))
        self.reader.set_whole(str(project.setting("unit") or "free"))

    def _chosen(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid() and index.row() < len(self._candidates):
            self._drop_selection()
            self.reader.show_hits(
                [(each.start, each.end) for each in sorted(self._candidates, key=_begin)], self._at(index.row())
            )
            self._follow()

    def _drop_selection(self) -> None:
        self.reader.page.move_caret(self.reader.caret(), scroll=False)

    def _at(self, row: int) -> int:
        """Give the place of a candidate in the order of the text."""
        return sorted(self._candidates, key=_begin).index(self._candidates[row])

    # Deciding

    def accept_place(self) -> None:
        """Say that the passage stands where the person selected, else where the candidate chosen is."""
        placed, selection = self._placed(), self.reader.selection()
        if placed is None:
            return
        span, candidate = selection, self._candidate()
        if span is None and candidate is not None:
            span = candidate.start, candidate.end
        if span is None:
            self._session.tell(
                Refused("No place is chosen. Choose one with 1–3, select the passage in the text, or press X if it is gone.")
            )
            return
        self._session.act(partial(self._session.project.review.decide, placed.annotation, *span))

    def _candidate(self) -> Candidate | None:
        """Give the candidate that was chosen; one the keys merely came to with Tab is not."""
        index = self.candidates.currentIndex()
        chosen = index.isValid() and self.candidates.selectionModel().isSelected(index)
        return self._candidates[index.row()] if chosen and index.row() < len(self._candidates) else None

    def decide_gone(self) -> None:
        """Say that the passage is no longer in the text."""
        placed = self._placed()
        if placed is not None:
            self._session.act(partial(self._session.project.review.decide_gone, placed.annotation))

    def open_place(self) -> None:
        """Go to the article, at the candidate chosen."""
        placed, candidate = self._placed(), self._candidate()
        if placed is None:
            return
        if candidate is not None:
            self.place_requested.emit(placed.article, candidate.start, candidate.end, None)
        else:
            self.place_requested.emit(placed.article, None, None, None)

    def _follow(self, _what: object = None) -> None:
        editable, placed = self._session.editable, self._placed()
        selected = self.reader.selection() is not None
        self.accept.setText(tr("It stands where I selected") if selected else tr("It stands here"))
        self.accept.setEnabled(editable and placed is not None and (selected or self._candidate() is not None))
        self.gone.setEnabled(editable and placed is not None)

    # Keys

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take the single keys in the text too."""
        return event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._pressed(event, in_text=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._pressed(event, in_text=False):
            super().keyPressEvent(event)

    def _pressed(self, event: QKeyEvent, *, in_text: bool) -> bool:
        key = event.key()
        if event.modifiers() not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = self.focusWidget()
            focused.click() if isinstance(focused, QPushButton) else self.accept_place()
        elif key in (Qt.Key.Key_J, Qt.Key.Key_K):
            self.list.step(1 if key == Qt.Key.Key_J else -1)
        elif Qt.Key.Key_1 <= key < Qt.Key.Key_1 + len(self._candidates):
            self.candidates.setCurrentIndex(self._choices.index(key - Qt.Key.Key_1, 0))
            self._chosen(self.candidates.currentIndex(), QModelIndex())
        elif key == Qt.Key.Key_X:
            self.decide_gone()
        elif key == Qt.Key.Key_O:
            self.open_place()
        elif key == Qt.Key.Key_Escape and in_text and not self.reader.selection():
            self.left.emit()
        else:
            return False
        return True

    # The window

    def set_theme(self, theme: Theme) -> None:
        """Show the text in another theme."""
        self.reader.set_theme(theme)

    def set_look(self, look: Look) -> None:
        """Show the text in another size, width or face."""
        self.reader.set_look(replace(look))

    def _forget(self) -> None:
        self._titles, self._undone = {}, ()
        self.model.show_places(())
        self._show(None)
        if self.isVisible():
            self.reload()

    def _changed(self, change: Change) -> None:
        if change.kind == "undo" and change.annotations:
            self._undone = change.annotations
        if change.tables & _TOUCHING:
            if "article" in change.tables:
                self._titles = {}
            if self.isVisible():
                self._soon.start()
        self._follow()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reload()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
            self._show(self._placed())

    def _retranslate(self) -> None:
        self._title.setText(tr("Review of moved passages"))
        self.setAccessibleName(self._title.text())
        self._keys.setText(
            tr("J and K go on and back, 1–3 choose a place, Enter accepts it, X says that it is gone, O opens the article")
        )
        self.gone.setText(tr("It is gone"))
        self.open.setText(tr("Open in the article"))
        self.list.setAccessibleName(tr("Passages that wait for review"))
        self.candidates.setAccessibleName(tr("Where it may stand now"))
        self._say_count()
        self._follow()


def _begin(candidate: Candidate) -> tuple[int, int]:
    return candidate.start, candidate.end
