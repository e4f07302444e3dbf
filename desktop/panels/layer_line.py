"""The line above a text that says whose layers are hidden until one has finished the article, and shows them on request."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from db.changes import Change
from db.records import ArticleId
from desktop.panels.marks import Marks
from desktop.panels.parts import button, label
from desktop.session import Session
from desktop.words import listed, tr

# What may let a layer be seen, or bring one.
TABLES = frozenset({"article_status", "setting", "coder", "annotation"})
_EDGE, _FEW = 16, 3


class LayerLine(QWidget):
    """One calm line, there only while a layer waits."""

    turned = Signal()  # other layers are to be seen now: the marks are to be shown again

    def __init__(self, session: Session, marks: Marks) -> None:
        super().__init__()
        self._session, self._marks = session, marks
        self._article: ArticleId | None = None
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._words, self.show_layers = label("small", wrap=True), button("quiet")
        self.show_layers.clicked.connect(self._show)
        row = QHBoxLayout(self)
        row.setContentsMargins(_EDGE, 4, _EDGE, 4)
        row.addWidget(self._words, 1)
        row.addWidget(self.show_layers)
        session.changed.connect(self._changed)
        self.hide()

    @property
    def words(self) -> str:
        """What is said."""
        return "" if self.isHidden() else self._words.text()

    def show_article(self, article: ArticleId | None) -> None:
        """Say whose layers of the article whose marks were begun wait; the line is hidden where none does."""
        self._article = article
        self._say()

    def _changed(self, change: Change) -> None:
        """Follow as the article is finished, or layers come."""
        if self._article is not None and change.tables & TABLES and self._marks.look_at_layers():
            self.turned.emit()
            self._say()

    def _say(self) -> None:
        waiting = self._marks.waiting if self._article is not None else frozenset()
        if not waiting or not self._session.is_open:
            self.hide()
            return
        names = sorted(coder.name for coder in self._session.project.coders.all() if coder.id in waiting)
        if len(names) == 1:
            words = tr("{name}'s layer is hidden until you have finished this article.", name=names[0])
        elif len(names) <= _FEW:
            words = tr("The layers of {names} are hidden until you have finished this article.", names=listed(names))
        else:
            words = tr("The layers of {count} others are hidden until you have finished this article.", count=len(names))
        self._words.setText(words)
        self.show_layers.setText(tr("Show"))
        self.show_layers.setToolTip(tr("Show these layers here now"))
        self.show()

    def _show(self) -> None:
        if self._article is not None:
            self._session.act(partial(self._session.project.layers.show, self._article))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
