"""The menus of the text: what can be done with the passage, and which of several annotations is meant."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu

from db.records import AnnotationId, Code
from desktop.actions.menu import Actions
from desktop.panels.article_view import ArticleView
from desktop.session import Session
from desktop.words import language, tr

_PASSAGE = (
    "tag", "link", "note", "highlight", "", "in_vivo", "mark_end", "", "copy", "copy_quote", "", "open_provision", "",
    "remove_annotation",
)  # fmt: skip


class TextMenu(QObject):
    """Pops up at the pointer or the caret."""

    def __init__(self, session: Session, actions: Actions, view: ArticleView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._actions = actions
        self._view = view

    def show_commands(self, at: QPoint) -> None:
        """Offer what can be done with the passage."""
        menu = QMenu(self._view)
        menu.setToolTipsVisible(True)
        for name in _PASSAGE:
            if name:
                menu.addAction(self._actions[name])
            else:
                menu.addSeparator()
        menu.exec(at)
        menu.deleteLater()

    def choose_one(self, annotations: Sequence[int]) -> None:
        """Ask which of several annotations is meant, and stand on it."""
        project = self._session.project
        codes: dict[int, Code] = {code.id: code for code in project.codes.all()}
        coders = {coder.id: coder.initials or coder.name for coder in project.coders.all()}
        menu = QMenu(self._view)
        for each in project.annotations.several([AnnotationId(key) for key in annotations]):
            names = [codes[tagging.code].label(language()) for tagging in each.taggings if tagging.code in codes]
            words = tr(", ").join(names) or tr("No code")
            who = "" if each.coder == project.me else f"{coders.get(each.coder, '')}: "
            entry = menu.addAction(f"{who}{words}  “{' '.join(each.exact.split())[:24]}”".replace("&", "&&"))
            entry.setData(each.id)
        rect = self._view.anchor_rect()
        chosen = menu.exec(rect.bottomLeft())
        menu.deleteLater()
        if chosen is not None:
            self._view.stand_on(chosen.data())
