"""A code is described: its page is shown for the code at hand, or for one that is named."""

from __future__ import annotations

from PySide6.QtCore import QObject

from db.errors import NotFound, Refused
from db.records import AnnotationId, CodeId
from desktop.panels.article_view import ArticleView
from desktop.panels.pages import Pages
from desktop.panels.sidebar import Sidebar
from desktop.session import Session


class DescribingActions(QObject):
    """Shows the page of a code, where it is named, defined and noted upon."""

    def __init__(
        self, session: Session, view: ArticleView, sidebar: Sidebar, pages: Pages, parent: QObject | None = None
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._session = session
        self._view = view
        self._sidebar = sidebar
        self._pages = pages

    def show_code(self, code: int) -> None:
        """Show the page of a code."""
        from desktop.panels.code_page import CodePage

        try:
            self._session.project.codes.get(CodeId(code))
        except NotFound as error:
            self._session.tell(error)
            return
        page = self._pages.turn_to("code")
        if isinstance(page, CodePage):
            page.show_code(CodeId(code))

    def edit_code(self) -> None:
        """Show the page of the code chosen in the list of codes, else of the first code of the annotation one stands on."""
        chosen, aside = self._sidebar.code(focused=True), self._sidebar.code(focused=False)
        code = chosen.id if chosen else self._of_annotation() or (aside.id if aside else None)
        if code is None:
            self._session.tell(Refused("Choose a code in the list of codes, or go to a passage that has one."))
        else:
            self.show_code(code)

    def _of_annotation(self) -> CodeId | None:
        current = self._view.current
        found = self._session.project.annotations.several([AnnotationId(current)]) if current is not None else []
        return found[0].taggings[0].code if found and found[0].taggings else None
