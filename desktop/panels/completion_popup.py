"""What could be typed next in a query: a list at the cursor that never takes the focus."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from db.search.completion import Completions, Offer
from desktop.models.articles import RECORD, Index
from desktop.panels.painting import draw_elided, paint_ground, smaller
from desktop.panels.parts import TokenView
from desktop.words import tr

_NOWHERE = QModelIndex()
_ROW, _MOST_ROWS, _WIDTH, _EDGE = 28, 10, 420, 4
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _MOST_ROWS, Qt.Key.Key_PageUp: -_MOST_ROWS}


class OffersModel(QAbstractListModel):
    """The offers for one place of a query."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.offers: tuple[Offer, ...] = ()

    def show(self, offers: tuple[Offer, ...]) -> None:
        """Show other offers."""
        self.beginResetModel()
        self.offers = offers
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.offers)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid() or role not in (RECORD, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        offer = self.offers[index.row()]
        if role == RECORD:
            return offer
        return f"{offer.label} {offer.detail}" if role == Qt.ItemDataRole.AccessibleTextRole else offer.label


class _OfferRow(QStyledItemDelegate):
    """What is offered, and at the right what tells it from others."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(120, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view, offer = option.widget, index.data(RECORD)
        if not isinstance(view, TokenView) or not isinstance(offer, Offer):
            return
        painter.save()
        painter.setFont(view.font())
        paint_ground(painter, view, option.rect, option.state)
        inside = option.rect.adjusted(12, 0, -12, 0)
        font = painter.font()
        painter.setFont(smaller(painter))
        painter.setPen(view.colour("muted"))
        most = inside.width() // 2
        detail = painter.fontMetrics().elidedText(offer.detail, Qt.TextElideMode.ElideRight, most)
        painter.drawText(inside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, detail)
        inside.setRight(inside.right() - painter.fontMetrics().horizontalAdvance(detail) - 12)
        painter.setFont(font)
        painter.setPen(view.colour("text"))
        draw_elided(painter, inside, offer.label)
        painter.restore()


class CompletionPopup(QObject):
    """Hangs below the cursor of an entry: arrows choose, Tab or Enter takes, Esc closes."""

    taken = Signal(int, int, str)  # what goes in the place of these code points

    def __init__(self, entry: QLineEdit) -> None:
        super().__init__(entry)
        self._entry = entry
        self.below: QWidget = entry  # what the list leaves in sight
        self._found = Completions(0, 0)
        self._model = OffersModel(self)
        self._frame: QFrame | None = None
        self._view: TokenView | None = None

    @property
    def shown(self) -> bool:
        """Whether the list is shown."""
        return self._frame is not None and not self._frame.isHidden()

    @property
    def labels(self) -> list[str]:
        """What is offered, while the list is shown."""
        return [offer.label for offer in self._model.offers] if self.shown else []

    def show_offers(self, found: Completions, *, chosen: bool) -> None:
        """Show offers, the first of them chosen or none; no offers close the list."""
        self._found = found
        if not found.offers:
            self.hide()
            return
        frame, view = self._hanging()
        self._model.show(found.offers)
        view.setCurrentIndex(self._model.index(0) if chosen else QModelIndex())
        view.scrollToTop()
        window = self._entry.window()
        height = min(len(found.offers), _MOST_ROWS) * _ROW + 2 * _EDGE + 2
        width = min(_WIDTH, window.width())
        left = self._entry.mapTo(window, QPoint(self._entry.cursorRect().left() - 16, 0)).x()
        top = self.below.mapTo(window, QPoint(0, self.below.height() + 2)).y()
        frame.setGeometry(max(0, min(left, window.width() - width)), top, width, height)
        frame.show()
        frame.raise_()

    def hide(self) -> None:
        """Close the list."""
        if self._frame is not None:
            self._frame.hide()

    def take_key(self, event: QKeyEvent) -> bool:
        """Do what a key means to the list while it is shown; False where it means nothing to it."""
        view = self._view
        if not self.shown or view is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        key, row = Qt.Key(event.key()), view.currentIndex().row()
        if key in _STEPS:
            row = max(0, min(row + _STEPS[key], self._model.rowCount() - 1))
            view.setCurrentIndex(self._model.index(row))
        elif key == Qt.Key.Key_Escape:
            self.hide()
        elif key == Qt.Key.Key_Tab or (key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row >= 0):
            self._take(self._model.index(max(row, 0)))
        else:
            return False
        return True

    def _take(self, index: QModelIndex) -> None:
        offer = index.data(RECORD)
        self.hide()
        if isinstance(offer, Offer):
            self.taken.emit(self._found.start, self._found.end, offer.insert)

    def _hanging(self) -> tuple[QFrame, TokenView]:
        if self._frame is None or self._view is None:
            self._frame = QFrame(self._entry.window())
            self._frame.setObjectName("palette")
            self._view = TokenView(self._frame)
            self._view.setObjectName("paletteList")
            self._view.setModel(self._model)
            self._view.setItemDelegate(_OfferRow(self._view))
            self._view.setUniformItemSizes(True)
            self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._view.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
            self._view.setAccessibleName(tr("What fits"))
            self._view.chosen.connect(self._take)
            inside = QVBoxLayout(self._frame)
            inside.setContentsMargins(_EDGE, _EDGE, _EDGE, _EDGE)
            inside.addWidget(self._view)
        return self._frame, self._view
