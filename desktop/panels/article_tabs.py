"""The tabs above a text, one for each article open there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QTabBar, QWidget

from db.records import Article
from desktop.panels.parts import button
from desktop.words import tr

_EDGE = 16  # logical pixels between the last thing in a row and the edge
_NARROWEST, _WIDEST = 120, 320  # a tab; where they all find no room the row scrolls


class ArticleTabs(QTabBar):
    """The tabs above a text; those of the pane that is active say so by their underline."""

    close_requested = Signal(int)  # article

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("articleTabs")
        self.setMovable(False)
        self.setExpanding(False)
        self.setElideMode(Qt.TextElideMode.ElideRight)
        self.setDrawBase(False)
        self.setUsesScrollButtons(True)

    def fill(self, articles: Sequence[Article], shown: int | None) -> None:
        """Show a tab for each article, without telling that one was turned to."""
        blocked = self.blockSignals(True)
        if [self.tabData(tab) for tab in range(self.count())] != [each.id for each in articles]:
            while self.count():
                self.removeTab(0)
            for each in articles:
                self._add(each.title, each.id)
        for tab, each in enumerate(articles):
            self._name(tab, each.title)
            if each.id == shown:
                self.setCurrentIndex(tab)  # which scrolls to it
        self.blockSignals(blocked)

    def _name(self, tab: int, title: str) -> None:
        if self.tabToolTip(tab) != title:
            self.setTabText(tab, title.replace("&", "&&"))
            self.setTabToolTip(tab, title)

    def _add(self, title: str, article: int) -> int:
        tab = self.addTab("")
        self._name(tab, title)
        self.setTabData(tab, article)
        closing = button("tabClose", "✕", tr("Close"))
        closing.setProperty("article", article)
        closing.clicked.connect(self._close)
        self.setTabButton(tab, QTabBar.ButtonPosition.RightSide, closing)
        return tab

    def tabSizeHint(self, index: int) -> QSize:
        size = super().tabSizeHint(index)
        return QSize(min(max(size.width(), _NARROWEST), _WIDEST), size.height())

    def minimumTabSizeHint(self, index: int) -> QSize:
        return QSize(_NARROWEST, super().minimumTabSizeHint(index).height())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Close a tab with the middle button."""
        tab = self.tabAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.MiddleButton and tab >= 0:
            self.close_requested.emit(int(self.tabData(tab)))
        else:
            super().mouseReleaseEvent(event)

    def _close(self) -> None:
        self.close_requested.emit(int(self.sender().property("article")))


class SecondTabs(ArticleTabs):
    """The one tab above the text beside, with the wish to scroll both together."""

    together_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._article: Article | None = None
        self._together = button("toggle")
        self._together.setParent(self)
        self._together.setCheckable(True)
        self._together.hide()
        self._together.clicked.connect(self.together_wanted)
        self._retranslate()

    def show_one(self, article: Article | None) -> None:
        """Show the tab of the article beside; without one, a tab that can be closed all the same."""
        self._article = article
        if article is not None:
            self.fill([article], article.id)
        else:
            self.fill([], None)
            self._add(tr("Second article"), 0)

    def offer_together(self, offered: bool, on: bool) -> None:
        """Offer to scroll both together, or not."""
        self._together.setVisible(offered)
        self._together.setChecked(on)
        self._place()

    def _place(self) -> None:
        """Stand the wish at the right, where tabs do not reach."""
        self._together.adjustSize()
        wish = self._together.rect()
        self._together.move(self.width() - wish.width() - _EDGE, (self.height() - 1 - wish.height()) // 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
            self.show_one(self._article)
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.setAccessibleName(tr("Second article"))
        self._together.setText(tr("Scroll together"))
        self._together.setToolTip(tr("Scroll both articles together, paragraph beside paragraph"))
        self._place()
