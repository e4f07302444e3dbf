"""Everything that leaves the project: a list of ways out, and beside it what goes with the one chosen and what it will hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from db.changes import Change
from db.errors import ProjectError, Refused
from db.records import ArticleId, CoderId, Progress
from db.search.searcher import Searcher
from db.search.tree import QueryFault
from db.sharing.exporting import Choice
from db.sharing.foreseen import Foreseen, foresee
from db.store import Store
from desktop.errors import words
from desktop.models.articles import RECORD
from desktop.models.exports import WAYS, Way, WaysModel, Wishes
from desktop.panels.closing import Closing
from desktop.panels.export_choices import ExportChoices
from desktop.panels.gathering import Gathering
from desktop.panels.painting import draw_elided, paint_ground, smaller
from desktop.panels.parts import TokenView, column, label
from desktop.session import Session
from desktop.settings import Settings
from desktop.words import listed, tr

_PARTIAL = ("bundle", "w3c")  # formats in which articles go that nobody marked, unless something is chosen of them
_WAIT = 200  # milliseconds after the last choice
_LIST, _ROW, _HEADING, _PAD = 232, 26, 30, 16  # logical pixels


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be written: the way out, the choice that goes with it, and the name of a state that is frozen."""

    way: Way
    choice: Choice
    state: str = ""


class WayDelegate(QStyledItemDelegate):
    """Ways in plain rows under small headings."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, _ROW if isinstance(index.data(RECORD), Way) else _HEADING if index.row() else _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        view, box = option.widget, QRect(option.rect)
        if not isinstance(view, TokenView):
            return
        painter.save()
        inside = box.adjusted(_PAD, 0, -8, 0)
        if isinstance(index.data(RECORD), Way):
            paint_ground(painter, view, box, option.state)
            painter.setPen(view.colour("text"))
            draw_elided(painter, inside, str(index.data()))
        else:
            font = smaller(painter)
            font.setWeight(font.Weight.DemiBold)
            painter.setFont(font)
            painter.setPen(view.colour("muted"))
            painter.drawText(
                inside.adjusted(0, 0, 0, -5), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, index.data()
            )
        painter.restore()


class WayList(TokenView):
    """Arrows choose a way; Enter is the page's, and a click only chooses."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape) or (
            event.key() == Qt.Key.Key_T and not event.modifiers()
        ):
            event.ignore()
        else:
            super().keyPressEvent(event)


class ExportPage(QWidget):
    """Counts what would leave whenever something is chosen; the file is asked for and written by others."""

    left = Signal()
    export_requested = Signal(object)  # Order

    def __init__(self, session: Session, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._settings = session, settings
        self._begun = False  # what was chosen last in this project is chosen again
        self._foreseen: Foreseen | None = None
        self._asked, self._private = 0, False  # of what is foreseen: articles it is chosen from, private notes with it
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.gathering = Gathering("Counting", self)
        self.closing = Closing(self)
        self.model, self.list = WaysModel(self), WayList()
        self.choices = ExportChoices(session)
        self.export = QPushButton()
        self.export.setProperty("role", "primary")
        self._title, self._way, self._about = label("title"), label("title"), label("muted", wrap=True)
        self._said, self._keys = label("heading", wrap=True), label("small", wrap=True)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WAIT)
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.list)
        self._retranslate()

    def _lay_out(self) -> None:
        self.list.setModel(self.model)
        self.list.setItemDelegate(WayDelegate(self.list))
        self.list.setFixedWidth(_LIST)
        head = QHBoxLayout()
        head.setContentsMargins(_PAD, _PAD, _PAD, 10)
        head.addWidget(self._title, 1)
        head.addWidget(self.closing, 0, Qt.AlignmentFlag.AlignTop)
        inside = QWidget()
        inside.setProperty("role", "page")
        right = QVBoxLayout(inside)
        right.setContentsMargins(_PAD, 4, 24, _PAD)
        right.setSpacing(6)
        right.addWidget(self._way)
        right.addWidget(self._about)
        right.addSpacing(12)
        right.addWidget(self.choices)
        right.addStretch(1)
        scroll = QScrollArea()
        scroll.setProperty("role", "page")
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        middle = QHBoxLayout()
        middle.setSpacing(8)
        middle.addWidget(self.list)
        middle.addWidget(scroll, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(_PAD, 8, _PAD, 12)
        foot.setSpacing(_PAD)
        foot.addLayout(column(self._said, self._keys, gap=2), 1)
        foot.addWidget(self.export, 0, Qt.AlignmentFlag.AlignBottom)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addLayout(middle, 1)
        whole.addLayout(foot)

    def _connect(self) -> None:
        self.closing.asked.connect(self.left)
        self.list.selectionModel().currentChanged.connect(self._turn)
        self.choices.changed.connect(self._changed_choice)
        self.choices.entered.connect(self.ask)
        self.export.clicked.connect(self.ask)
        self._timer.timeout.connect(self._count)
        self.gathering.done.connect(self._show)
        self.gathering.failed.connect(self._fail)
        self._session.opened.connect(self._forget)
        self._session.closed.connect(self._forget)
        self._session.changed.connect(self._changed)

    # What others call

    @property
    def way(self) -> Way:
        """The way out one stands on."""
        way = self.list.currentIndex().data(RECORD)
        return way if isinstance(way, Way) else WAYS[0]

    @property
    def said(self) -> str:
        """What is said of what the file will hold."""
        return self._said.text()

    def show_chosen(self, articles: Sequence[ArticleId]) -> None:
        """Know which articles are chosen in the library."""
        self.choices.show_chosen(articles)
        if self._begun and self.isVisible():
            self._changed_choice()

    def choose(self, name: str) -> None:
        """Stand on a way out by its name."""
        self.list.setCurrentIndex(self.model.index(self.model.row_of(name)))

    def ask(self) -> None:
        """Ask for what is chosen to be written; says what is missing where it cannot be."""
        if not self._session.is_open:
            return
        freezes = "state" in self.way.takes
        state = self.choices.state.text().strip() if freezes else ""
        if freezes and not state:
            self._session.tell(Refused("A state needs a name. Give one, as Submission 1."))
            self.choices.state.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        choice = self._session.attempt(partial(self.choices.choice, self.way))
        if choice is not None:
            self._keep()
            self.export_requested.emit(Order(self.way, choice, state))

    # Following

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._begin()

    def _begin(self) -> None:
        """Offer what there is, and the first time what was chosen last in this project."""
        if not self._session.is_open:
            return
        if self._begun:
            self.choices.look()
            self.choices.keep_private()
        else:
            self._begun = True
            wishes = Wishes.read(self._settings.text(_key(self._session.project.path)))
            self.choices.restore(wishes)
            self.choose(wishes.way)
        self._turn()

    def _turn(self, _index: object = None, _before: object = None) -> None:
        way = self.way
        self._way.setText(way.words)
        self._about.setText(tr(way.about))
        if self._session.is_open and self._begun:
            self.choices.show_way(way)
            self._changed_choice()

    def _changed_choice(self) -> None:
        self._foreseen = None
        self.gathering.forget()  # what is counted now is not what is chosen any more
        self._say()
        self._timer.start()

    def _changed(self, _change: Change) -> None:
        if self.isVisible() and self._begun:
            self.choices.look()
            self._turn()

    def _forget(self) -> None:
        self._timer.stop()
        self.gathering.close()
        self.choices.query.close_connection()
        self._begun, self._foreseen = False, None
        self.choices.show_chosen(())
        if self.isVisible():
            self._begin()

    def _keep(self) -> None:
        self._settings.keep(_key(self._session.project.path), self.choices.wishes(self.way).written())

    # Counting

    def _count(self) -> None:
        if not self._session.is_open or not self._begun:
            return
        self._keep()
        self.choices.query.remark(self.choices.said())
        try:
            choice = self.choices.choice(self.way)
        except ProjectError as error:
            self.gathering.forget()
            self._said.setText(words(error))
            return
        project = self._session.project
        self._asked, self._private = len(choice.articles) or project.articles.count(), choice.private
        self.gathering.run(project.path, partial(_foresee, project.path, project.me, choice))

    def _show(self, found: Foreseen) -> None:
        self._foreseen = found
        self._say()

    def _fail(self, error: ProjectError) -> None:
        if isinstance(error, QueryFault):
            self.choices.query.remark(words(error), wrong=True)
            self._said.setText(tr("The query is not understood."))
        else:
            self._said.setText(words(error))

    def _say(self) -> None:
        found = self._foreseen
        if found is None:
            self._said.setText(tr("Counting…"))
        elif found.empty:
            self._said.setText(tr("Nothing fits these choices: the file would be empty."))
        else:
            self._said.setText(self._held(found))

    def _held(self, found: Foreseen) -> str:
        what, names = listed(_parts(found, self._asked, self.way)), listed(found.coders)
        whose = tr("It will hold {what}, the work of {names}.", what=what, names=names)
        said = whose if found.coders else tr("It will hold {what}.", what=what)
        return said if not self._private else tr("{said} Your private notes go with it.", said=said)

    # Keys and words

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.ask()
        elif event.key() == Qt.Key.Key_T and not event.modifiers() and "codes" in self.way.takes:
            self.choices.choose_codes()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self._title.setText(tr("Export"))
        self.setAccessibleName(tr("Export"))
        self.list.setAccessibleName(tr("What it is exported as"))
        self.export.setText(tr("Export…"))
        self._keys.setText(tr("↑ ↓: what as · Tab: the choices · T: codes · Enter: export · Esc: leave"))
        self.list.viewport().update()
        self._way.setText(self.way.words)
        self._about.setText(tr(self.way.about))
        if self._begun:
            self._say()


def _foresee(path: Path, me: CoderId, choice: Choice, searcher: Searcher, _progress: Progress) -> Foreseen:
    store = Store(searcher.connection, path, None)
    store.me = me
    return foresee(store, choice)


def _parts(found: Foreseen, asked: int, way: Way) -> list[str]:
    """Say the counts of what there is, each in words of its own, and which articles go where only some of those asked for do."""
    counted = (
        (found.articles, tr("1 article"), tr("{number} articles", number=f"{found.articles or 0:,}")),
        (found.passages, tr("1 passage"), tr("{number} passages", number=f"{found.passages or 0:,}")),
        (found.codes, tr("1 code"), tr("{number} codes", number=f"{found.codes or 0:,}")),
        (found.notes, tr("1 note"), tr("{number} notes", number=f"{found.notes or 0:,}")),
    )
    said = [one if count == 1 else many for count, one, many in counted if count]
    if way.form in _PARTIAL and found.articles and found.articles < asked:
        some, all_ = f"{found.articles:,}", f"{asked:,}"
        worked = tr("{number} of {all} articles (those you worked on)", number=some, all=all_)
        chosen = tr("{number} of {all} articles (those with what is chosen)", number=some, all=all_)
        said[0] = worked if way.preset == "layer" else chosen
    if found.characters:
        said.append(tr("texts of {number} characters", number=f"{found.characters:,}"))
    return said


def _key(path: Path) -> str:
    return "exports/" + sha256(str(path.absolute()).encode("utf-8", "surrogatepass")).hexdigest()[:16]
