"""The line above a text that says whose layers are hidden until one has finished the article, shows them and hides them again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from db.changes import Change
from db.layers import Layer
from db.records import ArticleId, CoderId
from desktop.panels.marks import Marks
from desktop.panels.parts import button, label
from desktop.session import Session
from desktop.words import listed, tr

# What may let a layer be seen, or bring one.
TABLES = frozenset({"article_status", "setting", "coder", "annotation"})
_EDGE, _FEW = 16, 3


class LayerLine(QWidget):
    """One calm line, there only while a layer waits, is shown before its time, or has just come into sight."""

    turned = Signal()  # other layers are to be seen now: the marks are to be shown again

    def __init__(self, session: Session, marks: Marks) -> None:
        super().__init__()
        self._session, self._marks = session, marks
        self._article: ArticleId | None = None
        self._come: frozenset[CoderId] = frozenset()  # whose layers came into sight as the article was finished
        self._act: Callable[[], object] = self._leave
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._words, self.show_layers = label("small", wrap=True), button("quiet")
        self.show_layers.clicked.connect(self._clicked)
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
        if article != self._article:
            self._come = frozenset()
        self._article = article
        self._say()

    def show_here(self) -> bool:
        """Show the layers that wait here from now on; whether there were any."""
        waited = self._article is not None and bool(self._marks.waiting)
        if self._article is not None and waited:
            self._session.act(partial(self._session.project.layers.show, self._article))
        return waited

    def hide_again(self) -> bool:
        """Hide the layers that were shown before their time; whether there were any."""
        early = bool(self._early())
        if self._article is not None and early:
            self._session.act(partial(self._session.project.layers.hide, self._article))
        return early

    def _changed(self, change: Change) -> None:
        """Follow as the article is finished, or layers come."""
        if self._article is None or not change.tables & TABLES:
            return
        before = self._marks.waiting
        if self._marks.look_at_layers():
            finished = self._session.project.layers.finished(self._article)
            self._come = before - self._marks.waiting if finished else frozenset()
            self.turned.emit()
            self._say()
        elif "setting" in change.tables or "article_status" in change.tables:
            self._come = frozenset()
            self._say()

    def _early(self) -> list[Layer]:
        """Give the layers that are shown though the article is not finished, as was asked for."""
        if self._article is None or not self._session.is_open or self._marks.waiting:
            return []
        layers = self._session.project.layers
        if not self._session.project.writable or not layers.shown(self._article) or layers.finished(self._article):
            return []
        return [layer for layer in layers.of(self._article) if layer.merged]

    def _say(self) -> None:
        said = self._said() if self._article is not None and self._session.is_open else ("", "", "", self._leave)
        words, action, tip, self._act = said
        self._words.setText(words)
        self.show_layers.setText(action)
        self.show_layers.setToolTip(tip)
        self.setVisible(bool(words))

    def _said(self) -> tuple[str, str, str, Callable[[], object]]:
        """Give what is to be said, and what can be done: what it is called, explained and does."""
        if self._marks.waiting:
            return self._waiting_words(), tr("Show here"), tr("Show these layers here now"), self.show_here
        if self._come:
            return self._come_words(), tr("Close"), "", self._leave
        if early := self._early():
            names = [layer.name for layer in early]
            if len(names) <= _FEW:
                words = tr("Shown before you have finished this article: the annotations of {names}.", names=listed(names))
            else:
                words = tr("Shown before you have finished this article: the annotations of {count} others.", count=len(names))
            return words, tr("Hide again"), tr("Hide these layers until you have finished this article"), self.hide_again
        return "", "", "", self._leave

    def _waiting_words(self) -> str:
        waiting = self._marks.waiting
        names = sorted(coder.name for coder in self._session.project.coders.all() if coder.id in waiting)
        if len(names) == 1:
            return tr("{name}'s layer is hidden until you have finished this article.", name=names[0])
        if len(names) <= _FEW:
            return tr("The layers of {names} are hidden until you have finished this article.", names=listed(names))
        return tr("The layers of {count} others are hidden until you have finished this article.", count=len(names))

    def _come_words(self) -> str:
        assert self._article is not None
        come = [layer for layer in self._session.project.layers.of(self._article) if layer.coder in self._come]
        names, count = [layer.name for layer in come], sum(layer.annotations for layer in come)
        if len(names) > _FEW:
            return tr(
                "{count} annotations of this article by {people} others are shown now.", count=f"{count:,}", people=len(names)
            )
        if len(names) > 1:
            return tr("{count} annotations of this article by {names} are shown now.", count=f"{count:,}", names=listed(names))
        if count == 1:
            return tr("{name}'s annotation of this article is shown now.", name=names[0])
        return (
            tr("{name}'s {count} annotations of this article are shown now.", name=names[0], count=f"{count:,}") if names else ""
        )

    def _clicked(self) -> None:
        self._act()

    def _leave(self) -> None:
        self._come = frozenset()
        self._say()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
