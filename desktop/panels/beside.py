"""A frame that opens beside a passage, takes the keys while it is open and gives them back."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from desktop.session import Session

_GAP, _LEAST = 8, 200
_AWAY = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)  # the keys will come back


class Beside(QFrame):
    """Stands under or above a passage, never over it; closes when the keys go elsewhere."""

    dismissed = Signal()

    def __init__(self, session: Session, size: QSize, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._size = size
        self._before: QWidget | None = None
        self.setProperty("role", "picker")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        session.closed.connect(self.dismiss)
        self.hide()

    def stand(self, anchor: QRect, keys: QWidget) -> None:
        """Open beside a place, in global pixels; the keys go to a widget of it."""
        if not self.isVisible():
            self._before = QApplication.focusWidget()
        parent = self.parentWidget()
        room = parent.rect() if parent else QApplication.primaryScreen().availableGeometry()
        origin = parent.mapToGlobal(QPoint(0, 0)) if parent else QPoint(0, 0)
        self.setGeometry(placed(anchor.translated(-origin), room, self._size))
        self.show()
        self.raise_()
        keys.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Close without choosing."""
        if not self.isHidden():
            self.put_away()
            self.dismissed.emit()

    def put_away(self) -> None:
        """Close and give the keys back."""
        before, self._before = self._before, None  # first: hiding moves the focus
        self.hide()
        try:
            if before is not None and before.isVisible():
                before.setFocus(Qt.FocusReason.OtherFocusReason)
        except RuntimeError:  # deleted meanwhile, as a row of the inspector may be
            return

    def keys_left(self, event: QFocusEvent) -> None:
        """Close when the keys went elsewhere in the window, and leave them there."""
        held = QApplication.focusWidget()
        inside = held is None or held is self or self.isAncestorOf(held)
        if event.reason() not in _AWAY and not inside:
            self._before = None
            self.dismiss()


def placed(anchor: QRect, room: QRect, size: QSize) -> QRect:
    """Give a frame's place in a room: under or above the anchor, else beside it, else where most is left; never over it."""
    width, height = min(size.width(), room.width()), min(size.height(), room.height())
    x = max(room.left(), min(anchor.left(), room.right() + 1 - width))
    y = max(room.top(), min(anchor.top(), room.bottom() + 1 - height))
    below, above = room.bottom() - anchor.bottom() - _GAP, anchor.top() - room.top() - _GAP
    if below >= height:
        return QRect(x, anchor.bottom() + 1 + _GAP, width, height)
    if above >= height:
        return QRect(x, anchor.top() - _GAP - height, width, height)
    if max(below, above) < _LEAST:
        if room.right() - anchor.right() - _GAP >= width:
            return QRect(anchor.right() + 1 + _GAP, y, width, height)
        if anchor.left() - room.left() - _GAP >= width:
            return QRect(anchor.left() - _GAP - width, y, width, height)
    if below >= above:
        return QRect(x, anchor.bottom() + 1 + _GAP, width, max(below, 1))
    return QRect(x, room.top(), width, max(above, 1))
