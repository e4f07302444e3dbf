"""Going somewhere: pages, panes, articles, passages, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from db.changes import Change
from db.errors import NotFound, Refused
from db.folding import fold_query
from db.records import AnnotationId, CodeId, InstrumentId
from desktop.actions.visited import TEXT, Visited
from desktop.panels.article_view import ArticleView
from desktop.panels.command_field import CommandField
from desktop.panels.frame import Frame
from desktop.panels.pages import Pages
from desktop.panels.sidebar import CODES, INSTRUMENTS, LIBRARY, OUTLINE, Sidebar
from desktop.session import Session

if TYPE_CHECKING:
    from desktop.panels.search_page import SearchPage  # made when first shown


class GoActions(QObject):
    """Leads to pages and places."""

    def __init__(
        self, session: Session, pages: Pages, frame: Frame, sidebar: Sidebar, view: ArticleView,
        field: CommandField, visited: Visited, parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._session = session
        self._pages = pages
        self._frame = frame
        self._sidebar = sidebar
        self._view = view
        self._field = field
        self._visited = visited
        self._highlighted: Change | None = None  # a passage that was highlighted by the key at work just now
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.setInterval(0)
        self._turn.timeout.connect(self._forget_highlight)
        self._stepped = False
        view.jumping.connect(self._note_step)
        session.changed.connect(self._changed)

    def palette(self) -> None:
        """Go to the command field."""
        self._field.begin()

    def library(self) -> None:
        """Go to the library."""
        self._side(LIBRARY)

    def codes(self) -> None:
        """Go to the codes."""
        self._side(CODES)

    def instruments(self) -> None:
        """Go to the instruments."""
        self._side(INSTRUMENTS)

    def outline(self) -> None:
        """Go to the outline of the text, to type what to look for in it."""
        self._side(OUTLINE)
        self._sidebar.outline.begin()

    def _side(self, place: int) -> None:
        self._frame.show_sides(True, self._frame.inspector_on)
        self._sidebar.turn_to(place)

    def text(self) -> None:
        """Go to the text."""
        self._pages.turn_to(TEXT)
        self._view.focus()

    def inspector(self) -> None:
        """Go to the inspector."""
        self._frame.show_sides(self._frame.sidebar_on, True)
        self._frame.inspector.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._frame.inspector.focusNextChild()

    def note(self) -> None:
        """Go where the note on the passage is written; a highlight made for it goes again if nothing is written."""
        self._frame.show_sides(self._frame.sidebar_on, True)
        self._frame.inspector.edit_note(self._highlighted)

    def _changed(self, change: Change) -> None:
        if change.kind == "do" and change.label == "Highlight passage":
            self._highlighted = change
            self._turn.start()

    def _forget_highlight(self) -> None:
        self._highlighted = None

    def next_uncoded(self) -> None:
        """Go to the next highlight without a code, or say that there is none."""
        self._step(self._view.next_uncoded, "No highlight without a code further on.")

    def previous_uncoded(self) -> None:
        """Go to the highlight without a code before this place, or say that there is none."""
        self._step(self._view.previous_uncoded, "No highlight without a code further back.")

    def _note_step(self) -> None:
        self._stepped = True

    def _step(self, step: Callable[[], None], none: str) -> None:
        before, self._stepped = (self._view.current, self._view.reader.caret()), False
        step()  # while marks are still being loaded it waits for them
        if self._stepped and (self._view.current, self._view.reader.caret()) == before:
            self._session.tell(Refused(none))

    def metadata(self) -> None:
        """Go where title, authors and dates are corrected."""
        self._view.stand_on(None)
        self.inspector()

    def relate_article(self) -> None:
        """Go where the article is related to another one or to an instrument."""
        self._view.stand_on(None)
        self._frame.show_sides(self._frame.sidebar_on, True)
        self._frame.inspector.relate_article()

    def next_pane(self) -> None:
        """Go round the parts of the window."""
        panes: list[QWidget] = [self._field, self._sidebar, self._pages]
        if self._frame.has_inspector:
            panes.append(self._frame.inspector)
        shown = [pane for pane in panes if pane.isVisible()]
        focused = QApplication.focusWidget()
        if self._pages.name == TEXT and focused and self._view.isAncestorOf(focused) and self._view.step_focus():
            return
        here = next((i for i, pane in enumerate(shown) if focused is pane or (focused and pane.isAncestorOf(focused))), -1)
        pane = shown[(here + 1) % len(shown)]
        if pane is self._field:
            self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif pane is self._sidebar:
            self._sidebar.focus()
        elif pane not in (self._sidebar, self._pages):
            self.inspector()
        elif self._pages.name != TEXT or not self._view.step_focus():
            self._focus_page()

    def back(self) -> None:
        """Go back to the place before."""
        if self._visited.back():
            self._focus_page()

    def forward(self) -> None:
        """Go again where one went back from."""
        if self._visited.forward():
            self._focus_page()

    def leave_page(self) -> None:
        """Close a page: back to the place before, else to the text or the first page."""
        if not self._visited.back():
            self._pages.start_over(TEXT if self._session.is_open else "start")
        self._focus_page()

    def _focus_page(self) -> None:
        if self._pages.name == TEXT:
            self._view.focus()
        else:
            self._pages.page(self._pages.name).setFocus(Qt.FocusReason.OtherFocusReason)

    def history(self) -> None:
        """Show the history."""
        self._pages.turn_to("history").setFocus()

    def journal(self) -> None:
        """Show the journal."""
        self._pages.turn_to("journal").setFocus()

    def conflicts(self, _value: object = None) -> None:
        """Show the conflicts."""
        self._pages.turn_to("conflicts").setFocus()

    def shortcuts(self) -> None:
        """Show every key."""
        from desktop.panels.help_sheets import ShortcutsSheet

        page = self._pages.turn_to("shortcuts")
        if isinstance(page, ShortcutsSheet):
            page.show_all()
            page.setFocus()

    def about(self) -> None:
        """Say what this program is."""
        from desktop.panels.help_sheets import AboutSheet

        page = self._pages.turn_to("about")
        if isinstance(page, AboutSheet):
            page.show_all()
            page.setFocus()

    # Places

    def article(self, article: int) -> None:
        """Open an article."""
        with self._visited.jump():
            self._pages.turn_to(TEXT)
            self._view.open(article)
        self._view.focus()

    def beside(self, article: int) -> None:
        """Open an article beside the one shown."""
        with self._visited.jump():
            self._pages.turn_to(TEXT)
            self._view.open(article, beside=True)
        self._view.focus()

    def heading(self, start: int) -> None:
        """Go to a heading of the text shown, by the code point where it begins."""
        with self._visited.jump():
            self._pages.turn_to(TEXT)
            end = self._view.text.find("\n", start)
            self._view.show_span(start, end if end >= 0 else len(self._view.text))
        self._view.focus()

    def annotation(self, annotation: int) -> None:
        """Go to an annotation."""
        found = self._session.attempt(partial(self._session.project.annotations.get, AnnotationId(annotation)))
        if found is not None:
            self.place(found.article, found.start, found.end, annotation)

    def place(self, article: int, start: object, end: object, annotation: object) -> None:
        """Go to a place in an article, and stand on an annotation there."""
        with self._visited.jump():
            self._pages.turn_to(TEXT)
            self._view.open(article)
            if isinstance(annotation, int):
                self._view.stand_on(annotation, reveal=True)
            elif isinstance(start, int) and isinstance(end, int):
                self._view.show_span(start, end)
                self._view.select_span(start, end)  # what is there stays marked, and can be coded
        self._view.focus()

    # Searching

    def search(self) -> None:
        """Show the search page."""
        page = self._search_page()
        page.focus()

    def search_for(self, query: str) -> None:
        """Search the project."""
        page = self._search_page()
        page.search(query)
        page.focus()

    def code(self, code: int) -> None:
        """List the passages of a code and what is below it."""
        codes = self._session.project.codes
        try:
            wanted = codes.get(CodeId(code))
        except NotFound:
            return
        rest = [] if wanted.name else [other for other in codes.all() if other.id != wanted.id]
        others = [name for other in rest for name in (other.name, other.number, other.name_zh, other.name_en)]
        self.search_for(f"code:{wanted.name or _quoted((wanted.name_zh, wanted.name_en), others) or wanted.uuid}")

    def instrument(self, instrument: int) -> None:
        """List the passages linked to an instrument."""
        instruments = self._session.project.instruments
        try:
            wanted = instruments.get(InstrumentId(instrument))
        except NotFound:
            return
        rest = [] if wanted.name else [other for other in instruments.all() if other.id != wanted.id]
        others = [name for other in rest for name in (other.name, other.title_zh, other.title_en)]
        others += [alias.text for other in rest for alias in other.aliases]
        titles = [title for title in (wanted.title_zh, wanted.title_en) if "@" not in fold_query(title)]
        self.search_for(f"instrument:{wanted.name or _quoted(titles, others) or wanted.uuid}")

    def _search_page(self) -> SearchPage:
        return cast("SearchPage", self._pages.turn_to("search"))


def _quoted(names: Iterable[str], others: Iterable[str]) -> str:
    """Give the first name that finds its record and no other, in quotes; nothing where there is none."""
    taken = {_bare(other) for other in others}
    fit = (name for name in names if name and '"' not in name and _bare(name) and _bare(name) not in taken)
    return next((f'"{name}"' for name in fit), "")


def _bare(name: str) -> str:
    return fold_query(name.strip()).strip("《》")
