"""What became of each file of the last import: counted, filtered, opened, and copied as a list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.models.articles import RECORD
from desktop.models.outcomes import FATES, NAMES, Fate, Imported, OutcomesModel, said, short
from desktop.panels.closing import Closing
from desktop.panels.painting import draw_elided, paint_ground, smaller
from desktop.panels.parts import FlowLayout, TokenView, button, label
from desktop.words import tr

ROW = 48
_SIGN = 20  # pixels
_SIGNS: dict[Fate, tuple[str, str]] = {
    "failed": ("✕", "error"), "known": ("=", "muted"), "similar": ("≈", "accent"), "remarked": ("!", "accent"),
    "imported": ("✓", "muted"), "left_out": ("–", "muted"),
}  # fmt: skip


class OutcomeDelegate(QStyledItemDelegate):
    """Two lines a row: the file with the article it became, and what is to be known of it."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        view, outcome = option.widget, index.data(RECORD)
        if not isinstance(view, TokenView) or not isinstance(outcome, Imported):
            return
        painter.save()
        box: QRect = option.rect
        paint_ground(painter, view, box, option.state)
        inside = box.adjusted(16, 5, -16, -5)
        sign, colour = _SIGNS[outcome.fate]
        first = QRect(inside.left() + _SIGN, inside.top(), inside.width() - _SIGN, inside.height() // 2)
        painter.setPen(view.colour(colour))
        painter.drawText(inside.adjusted(0, 0, 0, -first.height()), Qt.AlignmentFlag.AlignVCenter, sign)
        painter.setPen(view.colour("text"))
        draw_elided(painter, first, outcome.title or outcome.name)
        painter.setFont(smaller(painter))
        painter.setPen(view.colour("muted"))
        words = short(outcome)  # the tool tip and the line below the list say all of it
        draw_elided(painter, first.translated(0, first.height()), f"{outcome.name} · {words}" if outcome.title else words)
        painter.restore()


class OutcomeList(TokenView):
    """The files; a click stands on one, Enter and a double click open its article."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.clicked.disconnect(self.chosen)
        self.doubleClicked.connect(self.chosen)

    def resizeEvent(self, event: QResizeEvent) -> None:
        top = self.visualRect(self.currentIndex()).top()
        seen = self.currentIndex().isValid() and 0 <= top < event.oldSize().height()
        super().resizeEvent(event)
        if seen:  # what is said of a file below the list takes room from it
            self.scrollTo(self.currentIndex())


class ImportReport(QWidget):
    """The list of the last import, the failed first to be seen by their count."""

    article_requested = Signal(int)
    choice_requested = Signal(int)  # choose what belongs to the text of an article
    told = Signal(str)  # what was done, in the person's words
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title, self._words = label("title"), label("muted", wrap=True)
        self.copy, self.closing = QPushButton(), Closing(self)
        self.copy.clicked.connect(self._copy)
        self.closing.asked.connect(self.left)
        self.filters = QButtonGroup(self)
        self._filters: dict[Fate | None, QToolButton] = {None: button("toggle"), **{fate: button("toggle") for fate in FATES}}
        for number, made in enumerate(self._filters.values()):
            made.setCheckable(True)
            self.filters.addButton(made, number)
        self.filters.idClicked.connect(self._filter)
        self.model, self.list = OutcomesModel(self), OutcomeList(self)
        self.list.setModel(self.model)
        self.list.setItemDelegate(OutcomeDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.chosen.connect(self._open)
        self.list.selectionModel().currentChanged.connect(self._follow)
        self.show_article, self.show_other, self.choose = QPushButton(), QPushButton(), QPushButton()
        self.show_article.clicked.connect(self._open_current)
        self.show_other.clicked.connect(self._open_other)
        self.choose.clicked.connect(self._choose)
        self._lay_out()
        self.setFocusProxy(self.list)
        self.show_outcomes([])

    def _lay_out(self) -> None:
        head, filters, foot = QHBoxLayout(), FlowLayout(6), QHBoxLayout()
        head.setContentsMargins(16, 16, 16, 8)
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self.copy)
        head.addWidget(self.closing)
        inset = QVBoxLayout()  # a flow of widgets has no margins of its own
        inset.setContentsMargins(16, 0, 16, 12)
        inset.addLayout(filters)
        for made in self._filters.values():
            filters.addWidget(made)
        foot.setContentsMargins(16, 8, 16, 12)
        foot.setSpacing(8)
        for each in (self.show_article, self.show_other, self.choose):
            foot.addWidget(each)
        foot.addStretch(1)
        words = QHBoxLayout()
        words.setContentsMargins(16, 12, 16, 0)
        words.addWidget(self._words)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (head, inset):
            layout.addLayout(part)
        layout.addWidget(self.list, 1)
        layout.addLayout(words)
        layout.addLayout(foot)

    def show_outcomes(self, outcomes: Sequence[Imported]) -> None:
        """Show what became of each file of an import."""
        self.model.show_outcomes(outcomes)
        if self.model.fate is not None and not self.model.counts[self.model.fate]:
            self.model.show_only(None)
        self._retranslate()
        self.list.setCurrentIndex(self.model.index(0))
        self._follow()

    def _filter(self, number: int) -> None:
        self.model.show_only(list(self._filters)[number])
        self.list.setCurrentIndex(self.model.index(0))
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self._follow()

    def current(self) -> Imported | None:
        """Give the outcome one stands on."""
        return self.model.outcome(self.list.currentIndex())

    def _follow(self, *_moved: object) -> None:
        """Say all of the file one stands on, and offer what can be done with it."""
        outcome = self.current()
        self._words.setText("" if outcome is None else f"{outcome.name} – {said(outcome)}")
        has = outcome is not None and outcome.article is not None
        self.show_article.setVisible(has)
        self.choose.setVisible(has)
        self.show_other.setVisible(outcome is not None and outcome.like is not None)

    def _open(self, index: QModelIndex) -> None:
        outcome = self.model.outcome(index)
        if outcome is not None and outcome.article is not None:
            self.article_requested.emit(outcome.article)

    def _open_current(self) -> None:
        self._open(self.list.currentIndex())

    def _open_other(self) -> None:
        outcome = self.current()
        if outcome is not None and outcome.like is not None:
            self.article_requested.emit(outcome.like)

    def _choose(self) -> None:
        outcome = self.current()
        if outcome is not None and outcome.article is not None:
            self.choice_requested.emit(outcome.article)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.model.listed())
        self.told.emit(tr("Copied {count} lines", count=self.model.rowCount()))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
            self._follow()

    def _retranslate(self) -> None:
        counts = self.model.counts
        self._title.setText(tr("What was imported last"))
        self.list.setAccessibleName(tr("What was imported last"))
        self.copy.setText(tr("Copy the list"))
        self.copy.setEnabled(any(counts.values()))
        self.show_article.setText(tr("Show the article"))
        self.show_other.setText(tr("Show the other"))
        self.choose.setText(tr("Choose what belongs to the text…"))
        for fate, made in self._filters.items():
            count = sum(counts.values()) if fate is None else counts[fate]
            made.setText(f"{tr('All') if fate is None else tr(NAMES[fate])} {count:,}")
            made.setChecked(fate == self.model.fate)
            made.setVisible(fate is None or count > 0)
        self.list.viewport().update()
