"""The codes as a tree: counts, filter, and a form to add and correct own ones."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QTreeView, QVBoxLayout, QWidget

from db.records import Code, Codebook, CodeId
from desktop.models.lists import Lists
from desktop.panels.filtering import FilterField, framed
from desktop.panels.forms import CodeForm
from desktop.panels.parts import label
from desktop.panels.rows import CodeRow, TokenTree
from desktop.session import Session
from desktop.words import language, tr


class CodesPanel(QWidget):
    """Working frameworks and own codes; Enter or a click lists the passages of a code."""

    code_requested = Signal(int)
    working_requested = Signal(list)
    add_requested = Signal(object, dict)  # parent code or None, values
    edit_requested = Signal(int, object, dict)  # code, parent or None, values
    remove_requested = Signal(int)

    def __init__(self, session: Session, lists: Lists, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._model = lists.codes
        self._open: set[int] = set()
        self.filter = FilterField(self)
        self.more = QToolButton(self)
        self.more.setText("…")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self.more)
        self.more.setMenu(self._menu)
        self.view = TokenTree(self)
        self.view.setObjectName("codes")
        self.view.setModel(self._model)
        self.view.setItemDelegate(CodeRow(self.view))
        self.view.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.view.setExpandsOnDoubleClick(False)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._none = label("emptyWords", wrap=True)
        self._none.setContentsMargins(16, 8, 16, 8)
        self.form = CodeForm(self)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(framed(self.filter, self.more))
        box.addWidget(self._none)
        box.addWidget(self.view, 1)
        box.addWidget(self.form)
        self._connect(session)
        self._retranslate()
        self._expand()

    def _connect(self, session: Session) -> None:
        self.filter.textChanged.connect(self._model.set_filter)
        self.filter.left.connect(self.focus)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.view.clicked.connect(self._choose)
        self.view.activated.connect(self._choose)
        self.view.customContextMenuRequested.connect(self._context)
        self.view.expanded.connect(self._expanded)
        self.view.collapsed.connect(self._collapsed)
        self.form.saved.connect(self._save)
        self.form.left.connect(self.focus)
        self._model.modelReset.connect(self._expand)
        session.closed.connect(self.form.hide)

    def focus(self) -> None:
        """Give the tree the focus."""
        if not self.view.currentIndex().isValid():
            self.view.setCurrentIndex(self._model.index(0, 0))
        self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_code(self, code: int) -> None:
        """Go to a code."""
        index = self._model.index_of(code)
        if index.isValid():
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index)

    def begin_code(self) -> None:
        """Show the form for a new code below the current own code, else at the top."""
        code = self._current()
        self._form(None, code.id if code and not code.shipped else None)

    def _current(self) -> Code | None:
        record = self._model.record(self.view.currentIndex())
        return record if isinstance(record, Code) else None

    def _form(self, code: Code | None, parent: CodeId | None) -> None:
        title = "New code" if code is None else "Edit code"
        self.form.show_code(code, parent, self._session.project.codes.offered(), title)

    def _save(self) -> None:
        code = self.form.code
        if code is None:
            self.add_requested.emit(self.form.parent_code, self.form.values())
        else:
            self.edit_requested.emit(code.id, self.form.parent_code if not code.name else code.parent, self.form.values())

    def done(self) -> None:
        """Close the form: what it asked for was done."""
        self.form.leave()

    def _choose(self, index: QModelIndex) -> None:
        record = self._model.record(index)
        if isinstance(record, Code):
            self.code_requested.emit(record.id)
        elif isinstance(record, Codebook):
            self.view.setExpanded(index, not self.view.isExpanded(index))

    def _expand(self) -> None:
        """Open what was open; while a filter is on, everything; at first the books."""
        self._none.setVisible(self._model.filtered and not self._model.rowCount())
        self.view.blockSignals(True)
        if self._model.filtered:
            self.view.expandAll()
        else:
            self.view.expandToDepth(0)
            for code in self._open:
                self.view.setExpanded(self._model.index_of(code), True)
        self.view.blockSignals(False)

    def _expanded(self, index: QModelIndex) -> None:
        record = self._model.record(index)
        if isinstance(record, Code) and not self._model.filtered:
            self._open.add(record.id)

    def _collapsed(self, index: QModelIndex) -> None:
        record = self._model.record(index)
        if isinstance(record, Code) and not self._model.filtered:
            self._open.discard(record.id)

    def _fill_menu(self) -> None:
        self._menu.clear()
        self._entry("New code…", self.begin_code).setEnabled(self._session.editable)
        self._menu.addSeparator()
        shown = self._entry("Show the other frameworks", self._toggle_books)
        shown.setCheckable(True)
        shown.setChecked(self._model.all_books)
        self._entry("Open all", self.view.expandAll)
        self._entry("Close all", self._close_all)
        self._menu.addSection(tr("Work with"))
        for book in self._session.project.codes.books() if self._session.is_open else []:
            if book.shipped:
                entry = self._entry(book.title(language()) or book.key, self._choose_books)
                entry.setCheckable(True)
                entry.setChecked(book.working)
                entry.setData(book.key)
                entry.setEnabled(self._session.editable)

    def _entry(self, text: str, slot: object) -> QAction:
        entry = self._menu.addAction(tr(text))
        entry.triggered.connect(slot)
        return entry

    def _toggle_books(self) -> None:
        self._model.show_all_books(not self._model.all_books)

    def _close_all(self) -> None:
        self._open.clear()
        self.view.collapseAll()
        self.view.expandToDepth(0)

    def _choose_books(self) -> None:
        chosen = [str(entry.data()) for entry in self._menu.actions() if entry.data() and entry.isChecked()]
        self.working_requested.emit(chosen)

    def _context(self, at: QPoint) -> None:
        code = self._current()
        if code is None:
            return
        own = not code.name
        menu = QMenu(self)
        show = menu.addAction(tr("Show its passages"))
        menu.addSeparator()
        below = menu.addAction(tr("New code below…"))
        edit = menu.addAction(tr("Edit code…") if own else tr("Change its colour…"))
        remove = menu.addAction(tr("Remove code"))
        for entry in (below, edit, remove):
            entry.setEnabled(self._session.editable)
        remove.setVisible(own)
        chosen = menu.exec(self.view.viewport().mapToGlobal(at))
        menu.deleteLater()
        if chosen is show:
            self.code_requested.emit(code.id)
        elif chosen is below:
            self._form(None, code.id)
        elif chosen is edit:
            self._form(code, code.parent)
        elif chosen is remove:
            self.remove_requested.emit(code.id)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
            self.view.viewport().update()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.filter.setPlaceholderText(tr("Filter codes"))
        self.filter.setAccessibleName(tr("Filter codes"))
        self.filter.setToolTip(tr("By Chinese or English name, number or pinyin initials"))
        self.view.setAccessibleName(tr("Codes"))
        self.more.setToolTip(tr("Frameworks and own codes"))
        self.more.setAccessibleName(tr("Frameworks and own codes"))
        self._none.setText(tr("No code fits this filter."))
