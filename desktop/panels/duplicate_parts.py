"""What the page of duplicates is made of: the list of groups, and what one sees of an article above its text."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPainter
from PySide6.QtWidgets import QMenu, QStyleOptionViewItem, QToolButton, QVBoxLayout, QWidget

from db.library import Entry
from desktop.models.articles import second_line
from desktop.models.duplicates import Suspects, group_words
from desktop.panels.parts import ShortText, TokenView, button, join_words, label
from desktop.panels.rows import ArticleRow, Colour
from desktop.words import tr

DECIDING = (Qt.Key.Key_R, Qt.Key.Key_N, Qt.Key.Key_Delete)


class GroupRow(ArticleRow):
    """Title of the first, how many there are and who published them; ✓ where all are related."""

    def draw(self, painter: QPainter, option: QStyleOptionViewItem, record: object, colour: Colour) -> None:
        if isinstance(record, Suspects):
            box = option.rect.adjusted(12, 0, -12, 0)
            painter.setPen(colour("muted"))
            if record.decided:
                painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "✓")
            ink = colour("muted" if record.decided else "text")
            room = QRect(box.left(), box.top(), box.width() - 20, box.height())
            self.two_lines(painter, option, room, (record.articles[0].title, group_words(record)), (ink, colour("muted")))


class Groups(TokenView):
    """The list of groups; single keys decide."""

    key_typed = Signal(int, bool)  # with Shift

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (*DECIDING, Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.key_typed.emit(event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
            event.accept()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, _search: str) -> None:
        """Letters that decide nothing go nowhere."""


class ArticleHead(QWidget):
    """What one sees of an article above its column; another of its group can be chosen instead."""

    open_requested = Signal(int)
    chosen = Signal(int)  # another article of the group

    def __init__(self) -> None:
        super().__init__()
        self._article = 0
        self.choice, self.menu = button("quiet"), QMenu(self)
        self.choice.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.choice.setMenu(self.menu)
        self.menu.triggered.connect(self._choose)
        self._title, self._line, self._more = ShortText("row-title", 2), label("small", wrap=True), label("small", wrap=True)
        self.open = button("quiet")
        self.open.clicked.connect(self._open)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 0, 12, 0)
        box.setSpacing(2)
        box.addWidget(self.choice, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (self._title, self._line, self._more):
            box.addWidget(widget)
        box.addWidget(self.open, 0, Qt.AlignmentFlag.AlignLeft)

    def show_entry(self, entry: Entry) -> None:
        """Show an article."""
        self._article = entry.id
        self._title.set_text(entry.title)
        self._line.setText(second_line(entry) or "–")
        passages = tr("{count} passages", count=entry.annotations) if entry.annotations else tr("No passages")
        self._more.setText(join_words((entry.key, passages, tr("{n} characters", n=f"{entry.characters:,}"))))
        self.open.setText(tr("Open"))

    def offer(self, articles: Sequence[Entry], words: str) -> None:
        """Offer the articles of a group of more than two, the shown one marked; `words` say which side is chosen."""
        self.menu.clear()
        for number, each in enumerate(articles, 1):
            action = self.menu.addAction(f"{name_of(each, number)}  {each.title}".replace("&", "&&"))
            action.setData(int(each.id))
            action.setCheckable(True)
            action.setChecked(each.id == self._article)
        place = next((number for number, each in enumerate(articles, 1) if each.id == self._article), 0)
        self.choice.setText(tr("{n} of {count} ▾", n=place, count=len(articles)))
        self.choice.setToolTip(words)
        self.choice.setAccessibleName(words)
        self.choice.setVisible(len(articles) > 2)

    def _choose(self, action: QAction) -> None:
        self.chosen.emit(action.data())

    def _open(self) -> None:
        self.open_requested.emit(self._article)


def name_of(entry: Entry, number: int) -> str:
    """Name an article of a group shortly: its number there, who published it and when."""
    return join_words((str(number), entry.publisher or entry.key, entry.published[:10]))
