"""The quotations of a manuscript against the library: verbatim, different, of more than one place, or not there at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from db.changes import Change
from db.errors import Refused
from db.sharing.quotes import Checked, Found
from desktop.models.quotes import SIGNS, STATUSES, QuotesModel, status_words
from desktop.panels.closing import Closing
from desktop.panels.parts import column, join_words, label
from desktop.panels.quote_rows import QuoteList
from desktop.panels.segments import Segments
from desktop.session import Session
from desktop.words import tr

_PAD = 16  # logical pixels
_TELLING = frozenset({"article", "version"})


class QuotesPage(QWidget):
    """A manuscript is dropped or chosen; it is only read. What was found stays until another one is checked."""

    left = Signal()
    choose_requested = Signal()
    check_requested = Signal(object)  # the path of a manuscript
    place_requested = Signal(int, object, object, object)  # article, start, end, annotation
    save_requested = Signal(object, object)  # the path of the manuscript, and what became of its quotations
    told = Signal(str)  # what was copied

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._stale = False
        self.manuscript: Path | None = None
        self._dragged: Path | None = None
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAcceptDrops(True)
        self.closing = Closing(self)
        self.model = QuotesModel(self)
        self.list = QuoteList(self.model)
        self.filter = Segments(("", *STATUSES))
        self.choose, self.again, self.first, self.save = (QPushButton() for _each in range(4))
        self.first.setProperty("role", "primary")
        self._title, self._words, self._empty = label("title"), label("muted", wrap=True), label("emptyWords", wrap=True)
        self._legend, self._keys = label("small", wrap=True), label("small", wrap=True)
        self._middle = QStackedWidget()
        self._lay_out()
        self._connect()
        self._show()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addLayout(column(self._title, self._words, gap=4), 1)
        head.addWidget(self.closing, 0, Qt.AlignmentFlag.AlignTop)
        self._line = QWidget()
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for each in (self.choose, self.again, self.save):
            buttons.addWidget(each)
        buttons.addStretch(1)
        line = QVBoxLayout(self._line)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addLayout(buttons)
        line.addWidget(self.filter)
        above = column(gap=10)
        above.setContentsMargins(_PAD, _PAD, _PAD, 10)
        above.addLayout(head)
        above.addWidget(self._line)
        nothing = QWidget()
        inside = column(self._empty, gap=12)
        inside.setContentsMargins(_PAD, 24, _PAD, _PAD)
        inside.addWidget(self.first, 0, Qt.AlignmentFlag.AlignLeft)
        inside.addStretch(1)
        nothing.setLayout(inside)
        self._middle.addWidget(nothing)
        self._middle.addWidget(self.list)
        foot = column(self._legend, self._keys, gap=2)
        foot.setContentsMargins(_PAD, 8, _PAD, 12)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(above)
        whole.addWidget(self._middle, 1)
        whole.addLayout(foot)

    def _connect(self) -> None:
        self.closing.asked.connect(self.left)
        self.choose.clicked.connect(self.choose_requested)
        self.first.clicked.connect(self.choose_requested)
        self.again.clicked.connect(self.check_again)
        self.save.clicked.connect(self.save_result)
        self.filter.changed.connect(self._narrow)
        self.list.opened.connect(self.open_place)
        self.list.copied.connect(self.copy_citation)
        self._session.opened.connect(self._forget)
        self._session.closed.connect(self._forget)
        self._session.changed.connect(self._changed)

    # What others call

    @property
    def said(self) -> str:
        """What is said of the manuscript."""
        return self._words.text()

    @property
    def current(self) -> Checked | None:
        """The quotation one stands on."""
        return self.model.quote(self.list.currentIndex().row())

    def show_checked(self, manuscript: Path, checked: Sequence[Checked]) -> None:
        """Show what became of the quotations of a manuscript."""
        self.manuscript, self._stale = manuscript, False
        self.model.show_checked(checked)
        self.filter.choose("")
        self.list.setCurrentIndex(self.model.index(0))
        self._show()

    def check_again(self) -> None:
        """Ask for the manuscript to be checked against the library as it is now."""
        if self.manuscript is not None:
            self.check_requested.emit(self.manuscript)

    def save_result(self) -> None:
        """Ask for what was found to be kept in a file, all of it whichever is shown."""
        if self.manuscript is not None and self.model.all:
            self.save_requested.emit(self.manuscript, self.model.all)

    def open_place(self, which: int = 0) -> None:
        """Ask for the place in the article; of several, for one of them."""
        checked = self.current
        if checked is None:
            return
        several = [checked.found] if checked.found else [found for found, _cited in checked.candidates]
        if not several:
            self._session.tell(Refused("This quotation is not in the library, so there is no place to open."))
        elif which < len(several):
            self._ask_for(several[which])

    def _ask_for(self, found: Found) -> None:
        self.place_requested.emit(found.id, found.start, found.end, None)

    def copy_citation(self) -> None:
        """Put the citation of the quotation on the clipboard."""
        checked = self.current
        if checked is None:
            return
        if not checked.citation:
            self._session.tell(Refused("It is not clear where this quotation is from, so there is no citation to copy."))
            return
        QGuiApplication.clipboard().setText(checked.citation)
        self.told.emit(tr("Citation copied: {citation}", citation=checked.citation))

    # Showing

    def _narrow(self) -> None:
        before = self.current
        self.model.narrow(next((each for each in STATUSES if each == self.filter.value), None))
        self.list.setCurrentIndex(self.model.index(max(0, self.model.row_of(before))))

    def _forget(self) -> None:
        self.manuscript, self._stale = None, False
        self.model.show_checked(())
        self._show()

    def _changed(self, change: Change) -> None:
        if change.tables & _TELLING and self.manuscript is not None:
            self._stale = True
            self._say()

    def _show(self) -> None:
        some = bool(sum(self.model.counts.values()))
        held = self.isAncestorOf(self.focusWidget() or self)
        self._middle.setCurrentIndex(1 if some else 0)
        self._line.setVisible(some)
        self.setFocusProxy(self.list if some else self.first)
        if held:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._say()

    def _say(self) -> None:
        self._title.setText(tr("Check quotes"))
        self.setAccessibleName(tr("Check quotes"))
        self.list.setAccessibleName(tr("Quotations of the manuscript"))
        for each in (self.choose, self.first):
            each.setText(tr("Choose a manuscript…"))
        self.again.setText(tr("Check again"))
        self.save.setText(tr("Save the result…"))
        counts = self.model.counts
        total = sum(counts.values())
        said = [tr("All · {number}", number=f"{total:,}")]
        said += [f"{SIGNS[each]} {status_words(each)} · {counts[each]:,}" for each in STATUSES]
        self.filter.say(said)
        self._legend.setText(tr("Struck out: only in the manuscript. Underlined: only in the article."))
        self._legend.setVisible(bool(counts["differs"]))
        self._keys.setText(tr("J K: step · Enter: open the place · 1–5: one of several · Ctrl+C: copy the citation · Esc: leave"))
        self._keys.setVisible(bool(total))
        self._say_manuscript()
        self.list.viewport().update()

    def _say_manuscript(self) -> None:
        only_read = tr("The manuscript is only read; nothing in it is changed.")
        if self._dragged is not None:
            self._words.setText(only_read)
            self._empty.setText(tr("Let go here, and the quotations of {name} are checked.", name=self._dragged.name))
        elif self.manuscript is None:
            self._words.setText(only_read)
            self._empty.setText(tr("Drop a manuscript here, or choose one: each quotation in it is looked for in the library."))
        else:
            stale = tr("The library was changed since: check again.") if self._stale else only_read
            self._words.setText(join_words((self.manuscript.name, stale)))
            self._empty.setText(tr("{name} holds no quotation that is long enough to be looked for.", name=self.manuscript.name))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._say()

    # A manuscript that is dropped

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        path = _file_in(event)
        if self._session.is_open and path is not None:
            event.acceptProposedAction()
            self._drag(path)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self._drag(None)

    def dropEvent(self, event: QDropEvent) -> None:
        path = _file_in(event)
        self._drag(None)
        if path is not None:
            event.acceptProposedAction()
            self.check_requested.emit(path)

    def _drag(self, path: Path | None) -> None:
        """Say what letting go of a file here does, for as long as it is held over the page."""
        self._dragged = path
        self._middle.setCurrentIndex(1 if path is None and self.model.all else 0)
        self.first.setVisible(path is None)
        self._say()


def _file_in(event: QDropEvent) -> Path | None:
    """Give the one file of this computer that is dropped."""
    urls = event.mimeData().urls()
    path = Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
    return path if path is not None and path.is_file() else None
