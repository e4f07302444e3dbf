"""The units behind a number: a list stepped by J and K, and beside it the passage, who coded it, who did not, and their notes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QSplitter, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from db.analysis.matrix import Comparison, Kind, Row
from db.compared import Compared, Contributor, Told
from db.errors import ProjectError
from db.records import Progress
from db.search.searcher import Searcher
from desktop.models.agreement_units import PAGE, UnitsModel
from desktop.models.articles import RECORD
from desktop.models.candidates import SHOWN
from desktop.panels.candidate_rows import laid_out
from desktop.panels.gathering import Gathering
from desktop.panels.painting import draw_elided, paint_ground, smaller
from desktop.panels.parts import TokenView, join_words
from desktop.panels.unit_sheet import SIGNS, UnitSheet
from desktop.session import Session
from desktop.words import language, tr

ROW = 76
_PAD, _PITCH = 16, 20
_LIST, _SIDE = 420, 380  # logical pixels


class UnitDelegate(QStyledItemDelegate):
    """Two lines of the unit with what was coded in it; below them the code and where it is, at the right who coded it."""

    def __init__(self, view: UnitList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        view, told, box = self._view, index.data(RECORD), QRect(option.rect)
        if not isinstance(told, Told):
            return
        painter.save()
        paint_ground(painter, view, box, option.state)
        layout, cut = laid_out(index.data(SHOWN), view, box.width() - 2 * _PAD)
        painter.setPen(view.colour("muted"))
        top = box.top() + 6 + (_PITCH // 2 if layout.lineCount() < 2 else 0)
        layout.draw(painter, QPointF(box.left() + _PAD, top))
        if cut:
            last = layout.lineAt(layout.lineCount() - 1)
            painter.drawText(QPointF(box.left() + _PAD + last.naturalTextWidth(), top + last.y() + last.ascent()), "…")
        painter.setFont(smaller(painter))
        below = QRect(box.left() + _PAD, box.bottom() - 6 - _PITCH, box.width() - 2 * _PAD, _PITCH)
        said = "   ".join(f"{view.initials(voice.coder)} {SIGNS[voice.gave]}" for voice in told.voices)
        painter.drawText(below, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, said)
        room = painter.fontMetrics().horizontalAdvance(said) + _PAD
        draw_elided(painter, below.adjusted(0, 0, -room, 0), join_words((told.code, told.title, told.locator)))
        painter.setPen(view.colour("hairline"))
        painter.drawLine(box.left() + _PAD, box.bottom(), box.right() - _PAD, box.bottom())
        painter.restore()


class UnitList(TokenView):
    """J, K and arrows step, Enter and a double click open the place, Ctrl+C copies the unit's words."""

    def __init__(self, model: UnitsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._coders: dict[int, Contributor] = {}
        self.setModel(model)
        self.setItemDelegate(UnitDelegate(self))
        self.setUniformItemSizes(True)
        self.clicked.disconnect(self.chosen)
        self.doubleClicked.connect(self.chosen)

    def show_coders(self, coders: Sequence[Contributor]) -> None:
        """Know how the coders are called."""
        self._coders = {coder.id: coder for coder in coders}

    def initials(self, coder: int) -> str:
        """Give a coder's initials."""
        known = self._coders.get(coder)
        return (known.initials or known.name) if known else "?"

    def step(self, by: int) -> None:
        """Go so many units on; the next ones are fetched where these end."""
        model, row = self.model(), self.currentIndex().row() + by
        if row >= model.rowCount() - 1 and model.canFetchMore(QModelIndex()):
            model.fetchMore(QModelIndex())
        if model.rowCount():
            self.setCurrentIndex(model.index(max(0, min(row, model.rowCount() - 1)), 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_J, Qt.Key.Key_K) and not event.modifiers():
            self.step(1 if event.key() == Qt.Key.Key_J else -1)
            event.accept()
        elif event.key() == Qt.Key.Key_Escape or (event.text().strip() and not event.modifiers()):
            event.ignore()  # the page's
        else:
            super().keyPressEvent(event)


class DisagreementList(QWidget):
    """Units at the left, read some at a time off the window's thread; the one stood on at the right."""

    place_requested = Signal(int, object, object, object)  # article, start, end, annotation or None
    moved = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._behind: tuple[Comparison, Row, Kind] | None = None
        self._coders: tuple[Contributor, ...] = ()
        self._stand = 0  # where one stood among units that are read anew
        self.reading = Gathering("Reading the units", self)
        self.model = UnitsModel(self)
        self.list = UnitList(self.model)
        self.sheet = UnitSheet(self.list.colour)
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.setChildrenCollapsible(False)
        for place, part in enumerate((self.list, self.sheet)):
            parts.addWidget(part)
            parts.setStretchFactor(place, 1)
        parts.setSizes([_LIST, _SIDE])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(parts)
        self.setFocusProxy(self.list)
        self.list.chosen.connect(self._open)
        self.list.selectionModel().currentChanged.connect(self._turned)
        self.model.more_wanted.connect(self._read_on)
        self.reading.done.connect(self._add)
        self.reading.failed.connect(self._fail)
        self.reading.cancelled.connect(self._stop)

    def show_units(self, found: Comparison, row: Row, kind: Kind, coders: Sequence[Contributor], at: int = 0) -> None:
        """Show the units of one kind behind a row of a comparison, and stand on one of them."""
        self.reading.forget()
        self._behind, self._coders, self._stand = (found, row, kind), tuple(coders), at
        self.list.show_coders(coders)
        self.model.begin(found.options.unit)
        self._show()
        self._read_on()

    def forget(self) -> None:
        """Show nothing, and close what reads."""
        self.reading.close()
        self._behind = None
        self.model.forget()
        self._show()

    @property
    def behind(self) -> tuple[Row, Kind] | None:
        """What the units are behind."""
        return None if self._behind is None else self._behind[1:]

    @property
    def at(self) -> int:
        """The row of the unit one stands on."""
        return self.list.currentIndex().row()

    @property
    def current(self) -> Told | None:
        """The unit one stands on."""
        return self.model.unit(self.at)

    def say(self, about: str) -> str:
        """Say what the units are about, and at which of them one is."""
        count = self.model.rowCount()
        if not count:
            return about if self.reading.busy else tr("{about}. There is no unit of this kind.", about=about)
        more = "" if self.model.complete else "+"
        return tr("{about}, {at} of {count}", about=about, at=f"{self.at + 1:,}", count=f"{count:,}{more}")

    # Reading

    def _read_on(self) -> None:
        if self._behind is None or self.reading.busy or not self._session.is_open:
            return
        project = self._session.project
        work = partial(_units, project.path, int(project.me), language(), *self._behind, self.model.rowCount())
        self.reading.run(project.path, work)

    def _add(self, units: Sequence[Told]) -> None:
        first = not self.model.rowCount()
        self.model.add(units)
        if first and units:
            self.list.setCurrentIndex(self.model.index(min(self._stand, len(units) - 1)))
        self.moved.emit()

    def _fail(self, error: ProjectError) -> None:
        self._session.tell(error)
        self._stop()

    def _stop(self) -> None:
        self.model.complete = True
        self.moved.emit()

    # Stepping

    def _turned(self, _index: QModelIndex, _before: QModelIndex) -> None:
        self._show()
        self.moved.emit()

    def _show(self) -> None:
        unit = self._behind[0].options.unit if self._behind else ""
        self.sheet.show_unit(self.current, unit, self._coders)

    def _open(self, index: QModelIndex) -> None:
        """Ask for the place in the article; where a passage begins in the unit, one is to stand on it, best on one's own."""
        told = self.model.unit(index.row())
        if told is None or self._behind is None:
            return
        me, whole = self._session.project.me, self._behind[0].options.unit == "article"
        voices = sorted((voice for voice in told.voices if voice.gave), key=lambda voice: voice.coder != me)
        pairs = [pair for voice in voices for pair in zip(voice.annotations, voice.passages, strict=True)]
        found = next((key for key, span in pairs if whole or (span is not None and span[0] >= told.cell.start)), None)
        start, end = (None, None) if whole else (told.cell.start, told.cell.end)
        self.place_requested.emit(int(told.cell.article), start, end, found)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._show()


def _units(
    path: Path, me: int, spoken: str, found: Comparison, row: Row, kind: Kind, first: int, searcher: Searcher, progress: Progress
) -> list[Told]:
    compared = Compared.over(searcher, path, me=me, language=spoken, private=True)
    return compared.units(found, row, kind, first, PAGE, progress)
