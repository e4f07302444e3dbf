"""The instruments: laws, rules, standards and other documents that passages are linked to."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal
from PySide6.QtWidgets import QListView, QMenu, QToolButton, QVBoxLayout, QWidget

from db.records import Instrument
from desktop.models.lists import Lists
from desktop.panels.filtering import FilterField, framed
from desktop.panels.forms import InstrumentForm
from desktop.panels.parts import TokenView, label
from desktop.panels.rows import InstrumentRow
from desktop.session import Session
from desktop.words import tr


class InstrumentsPanel(QWidget):
    """The catalogue and own instruments; Enter or a click lists the passages linked to one."""

    instrument_requested = Signal(int)
    url_requested = Signal(str)
    add_requested = Signal(dict, list, list)  # values, dates, other names
    edit_requested = Signal(int, dict, list, list)
    remove_requested = Signal(int)

    def __init__(self, session: Session, lists: Lists, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._model = lists.instruments
        self.filter = FilterField(self)
        self.plus = QToolButton(self)
        self.plus.setText("+")
        self.view = TokenView(self)
        self.view.setObjectName("instruments")
        self.view.setModel(self._model)
        self.view.setItemDelegate(InstrumentRow(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._none = label("emptyWords", wrap=True)
        self._none.setContentsMargins(16, 8, 16, 8)
        self._none.hide()
        self.form = InstrumentForm(self)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(framed(self.filter, self.plus))
        box.addWidget(self._none)
        box.addWidget(self.view, 1)
        box.addWidget(self.form)
        self.filter.textChanged.connect(self._model.set_filter)
        self.filter.left.connect(self.focus)
        self.plus.clicked.connect(self.begin_instrument)
        self.view.chosen.connect(self._choose)
        self.view.customContextMenuRequested.connect(self._context)
        self._model.modelReset.connect(self._show_none)
        self.form.saved.connect(self._save)
        self.form.left.connect(self.focus)
        session.closed.connect(self.form.hide)
        self._retranslate()

    def focus(self) -> None:
        """Give the list the focus."""
        if not self.view.currentIndex().isValid():
            self.view.setCurrentIndex(self._model.index(0))
        self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_instrument(self, instrument: int) -> None:
        """Go to an instrument."""
        index = self._model.index_of(instrument)
        if index.isValid():
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index)

    def begin_instrument(self) -> None:
        """Show the form for a new instrument."""
        if self._session.editable:
            self.form.show_instrument(None, "New instrument")

    def done(self) -> None:
        """Close the form: what it asked for was done."""
        self.form.leave()

    def _current(self) -> Instrument | None:
        return self._model.instrument(self.view.currentIndex())

    def _choose(self, index: QModelIndex) -> None:
        instrument = self._model.instrument(index)
        if instrument is not None:
            self.instrument_requested.emit(instrument.id)

    def _save(self) -> None:
        form = self.form
        if form.instrument is None:
            self.add_requested.emit(form.values(), form.dates(), form.other_names())
        else:
            self.edit_requested.emit(form.instrument.id, form.values(), form.dates(), form.other_names())

    def _context(self, at: QPoint) -> None:
        instrument = self._current()
        if instrument is None:
            return
        menu = QMenu(self)
        show = menu.addAction(tr("Show its passages"))
        visit = menu.addAction(tr("Open its address in the browser"))
        visit.setEnabled(bool(instrument.url))
        menu.addSeparator()
        edit = menu.addAction(tr("Edit instrument…"))
        remove = menu.addAction(tr("Remove instrument"))
        remove.setVisible(not instrument.shipped)
        for entry in (edit, remove):
            entry.setEnabled(self._session.editable)
        chosen = menu.exec(self.view.viewport().mapToGlobal(at))
        menu.deleteLater()
        if chosen is show:
            self.instrument_requested.emit(instrument.id)
        elif chosen is visit:
            self.url_requested.emit(instrument.url)
        elif chosen is edit:
            self.form.show_instrument(instrument, "Edit instrument")
        elif chosen is remove:
            self.remove_requested.emit(instrument.id)

    def _show_none(self) -> None:
        self._none.setVisible(bool(self.filter.text().strip()) and not self._model.rowCount())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
            self.view.viewport().update()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.filter.setPlaceholderText(tr("Filter instruments"))
        self.filter.setAccessibleName(tr("Filter instruments"))
        self.view.setAccessibleName(tr("Instruments"))
        self.plus.setToolTip(tr("New instrument…"))
        self.plus.setAccessibleName(tr("New instrument…"))
        self._none.setText(tr("No instrument fits this filter."))
