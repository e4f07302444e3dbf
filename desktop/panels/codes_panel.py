"""The codes as a tree: counts, filter, and a form to add own ones; what a code means is on its page."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QMenu, QStyle, QStyleOptionViewItem, QToolButton, QTreeView, QVBoxLayout, QWidget

from db.records import Code, Codebook, CodeId
from desktop.models.articles import RECORD, Index
from desktop.models.codes import BELOW, SIGHT, Sight, book_title
from desktop.models.lists import Lists
from desktop.panels.filtering import FilterField, framed
from desktop.panels.forms import CodeForm
from desktop.panels.parts import label
from desktop.panels.rows import CodeRow, Colour, TokenTree, smaller
from desktop.session import Session
from desktop.words import tr

_GLYPH = 13
_EDGE, _COUNT = 12, 56  # pixels between a count and the edge, and from where on a click is on the count


class CodesPanel(QWidget):
    """Working frameworks and own codes; Enter, a double click or a click on its count lists the passages of a code."""

    code_requested = Signal(int)
    working_requested = Signal(list)
    add_requested = Signal(object, dict)  # parent code or None, values
    edit_requested = Signal(int, object, dict)  # code, parent or None, values
    page_requested = Signal(int)  # show all there is to say of a code, and change it
    remove_requested = Signal(int)
    sight_requested = Signal(str, int)  # hide, dim, solo or all; of which code

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
        self.view = _Tree(self)
        self.view.setObjectName("codes")
        self.view.setModel(self._model)
        self.view.setItemDelegate(_SightRow(self.view))
        self.view.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.view.setExpandsOnDoubleClick(False)
        self.view.setDragDropMode(QTreeView.DragDropMode.DragDrop)
        self.view.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.view.setDragDropOverwriteMode(True)
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
        self.view.clicked.connect(self._turn_book)
        self.view.chosen.connect(self._choose)
        self.view.edit_requested.connect(self._edit)
        self.view.customContextMenuRequested.connect(self._context)
        self.view.expanded.connect(self._expanded)
        self.view.collapsed.connect(self._collapsed)
        self.form.saved.connect(self._save)
        self.form.left.connect(self.focus)
        self._model.modelReset.connect(self._expand)
        self._model.move_requested.connect(self._move)
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
        code = self.current()
        self._form(code.id if code and not code.shipped else None)

    def show_sight(self, sight: Sight) -> None:
        """Show which codes are hidden, dimmed or alone in sight."""
        self._model.set_sight(sight)

    def current(self) -> Code | None:
        """Give the code chosen in the tree."""
        record = self._model.record(self.view.currentIndex())
        return record if isinstance(record, Code) else None

    def _form(self, parent: CodeId | None) -> None:
        self.form.show_code(parent, self._session.project.codes.offered())

    def _save(self) -> None:
        self.add_requested.emit(self.form.parent_code, self.form.values())

    def done(self) -> None:
        """Close the form: what it asked for was done."""
        self.form.leave()

    def _choose(self, index: QModelIndex) -> None:
        record = self._model.record(index)
        if isinstance(record, Code):
            self.code_requested.emit(record.id)

    def _turn_book(self, index: QModelIndex) -> None:
        if isinstance(self._model.record(index), Codebook):
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
                entry = self._entry(book_title(book), self._choose_books)
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

    def _edit(self) -> None:
        code = self.current()
        if code is not None:
            self.page_requested.emit(code.id)

    def _move(self, code: int, parent: object) -> None:
        self.edit_requested.emit(code, parent, {})

    def _context(self, at: QPoint) -> None:
        code = self.current()
        if code is None:
            return
        menu = QMenu(self)
        self._offer(menu, code)
        chosen = menu.exec(self.view.viewport().mapToGlobal(at))
        menu.deleteLater()
        if chosen is not None:
            self._do(str(chosen.data()), code)

    def _offer(self, menu: QMenu, code: Code) -> None:
        """Fill a menu with what can be done with a code."""
        own, editable = not code.name, self._session.editable
        sight = self._model.index_of(code.id).data(SIGHT)
        shown = (("hide", "Hide in the text", "hidden"), ("dim", "Dim in the text", "dimmed"), ("solo", "Show only this", "solo"))
        _add(menu, "Show its passages", "list")
        menu.addSeparator()
        for name, text, state in shown:
            entry = _add(menu, text, name)
            entry.setCheckable(True)
            entry.setChecked(sight == state)
        _add(menu, "Show all codes", "all").setEnabled(self._model.sight.any)
        menu.addSeparator()
        _add(menu, "New code below…", "below").setEnabled(editable)
        _add(menu, "Edit code…" if own else "Definition and notes…", "edit").setShortcut("F2")
        if own:
            _add(menu, "Remove code", "remove").setEnabled(editable)

    def _do(self, name: str, code: Code) -> None:
        if name == "list":
            self.code_requested.emit(code.id)
        elif name == "below":
            self._form(code.id)
        elif name == "edit":
            self._edit()
        elif name == "remove":
            self.remove_requested.emit(code.id)
        else:
            self.sight_requested.emit(name, code.id)

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


def _add(menu: QMenu, text: str, name: str) -> QAction:
    entry = menu.addAction(tr(text))
    entry.setData(name)
    return entry


class _Tree(TokenTree):
    """The tree of codes; F2 asks for the page of the current one. A single click only selects."""

    edit_requested = Signal()
    chosen = Signal(QModelIndex)  # by Enter, a double click or a click on the count

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F2:
            self.edit_requested.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter(self.currentIndex())
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def _enter(self, index: QModelIndex) -> None:
        if self.model().hasChildren(index) and not index.parent().isValid():
            self.setExpanded(index, not self.isExpanded(index))
        elif index.isValid():
            self.chosen.emit(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid() and not self._on_count(event):
            self.chosen.emit(index)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed = self.state() != QTreeView.State.DraggingState
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if pressed and event.button() == Qt.MouseButton.LeftButton and index == self.currentIndex() and self._on_count(event):
            self.chosen.emit(index)

    def _on_count(self, event: QMouseEvent) -> bool:
        """Whether the pointer is on the count of a code that has one."""
        place = event.position().toPoint()
        index = self.indexAt(place)
        record = index.data(RECORD) if index.isValid() else None
        counted = isinstance(record, Code) and bool(record.uses or index.data(BELOW))
        return counted and place.x() > self.viewport().width() - _COUNT


class _SightRow(CodeRow):
    """A row of a code with a sign of how the text shows it: an eye struck out, a half disc, a dot in a ring."""

    _sight, _below = "", 0

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self._sight = str(index.data(SIGHT) or "")
        closed = not option.state & QStyle.StateFlag.State_Open
        self._below = int(index.data(BELOW) or 0) if closed and isinstance(index.data(RECORD), Code) else 0
        super().paint(painter, option, index)

    def draw(self, painter: QPainter, option: QStyleOptionViewItem, record: object, colour: Colour) -> None:
        if not self._sight:
            self._draw_counted(painter, option, record, colour)
            return
        if self._sight != "faded":
            side = QRectF(option.rect.right() - _GLYPH - 10, option.rect.center().y() - _GLYPH / 2 + 1, _GLYPH, _GLYPH)
            paint_sight(painter, side, self._sight, colour("accent" if self._sight == "solo" else "text"))
            option.rect = option.rect.adjusted(0, 0, -_GLYPH - 6, 0)
        self._draw_counted(painter, option, record, colour if self._sight == "solo" else _faded(colour))

    def _draw_counted(self, painter: QPainter, option: QStyleOptionViewItem, record: object, colour: Colour) -> None:
        """Draw a code; while what is below it is folded away, its count says what is there: own + below."""
        if isinstance(record, Code) and self._below:
            words = f"{record.uses} + {self._below}" if record.uses else f"+ {self._below}"
            painter.setFont(smaller(option.font))
            painter.setPen(colour("muted"))
            box = option.rect.adjusted(0, 0, -_EDGE, 0)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
            option.rect = option.rect.adjusted(0, 0, -painter.fontMetrics().horizontalAdvance(words) - 8, 0)
            record = replace(record, uses=0)
        super().draw(painter, option, record, colour)


def _faded(colour: Colour) -> Colour:
    """Give the colours of a row that is out of sight: what would be text is muted, bars are hairlines."""

    def lighter(name: str) -> QColor:
        return colour({"text": "muted", "muted": "muted"}.get(name, "hairline"))

    return lighter


def paint_sight(painter: QPainter, box: QRectF, sight: str, colour: QColor) -> None:
    """Draw how the text shows a code: an eye struck out (hidden), a half disc (dimmed), a dot in a ring (shown alone)."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.3))
    middle, reach = box.center(), box.width() / 2
    if sight == "hidden":
        eye = QPainterPath(QPointF(box.left(), middle.y()))
        eye.quadTo(middle.x(), middle.y() - reach * 1.1, box.right(), middle.y())
        eye.quadTo(middle.x(), middle.y() + reach * 1.1, box.left(), middle.y())
        painter.drawPath(eye)
        painter.drawEllipse(middle, reach * 0.25, reach * 0.25)
        painter.drawLine(QPointF(box.left() + 1.5, box.bottom() - 1), QPointF(box.right() - 1.5, box.top() + 1))
    else:
        ring = box.adjusted(1.5, 1.5, -1.5, -1.5)
        painter.drawEllipse(ring)
        painter.setBrush(colour)
        if sight == "dimmed":
            painter.drawPie(ring, 90 * 16, 180 * 16)
        else:
            painter.drawEllipse(middle, reach * 0.3, reach * 0.3)
    painter.restore()
