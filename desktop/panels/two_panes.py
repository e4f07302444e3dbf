"""One text or two side by side: which is active, how both look and whether they scroll together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QSplitter, QVBoxLayout, QWidget

from db.project import Project
from db.records import Article
from desktop.panels.article_tabs import ArticleTabs, SecondTabs
from desktop.panels.empty_text import EmptyText
from desktop.panels.marks import Sight
from desktop.panels.parts import mark
from desktop.panels.reading_pane import Ends, ReadingPane
from desktop.panels.spokesman import Spokesman
from desktop.session import Session
from desktop.theme import Theme

if TYPE_CHECKING:
    from desktop.panels.linked_scrolling import LinkedScrolling
    from desktop.reader.document import Look  # loaded when the first article is shown

TRANSLATION = "translation of"  # articles so related scroll together unless one wishes otherwise
_ROOM_FOR_TWO = 840  # logical pixels; in less they stand one above the other


class TwoPanes(Spokesman):
    """The pane that is always there and the one beside it, made when it is first asked for.

    Of the two the one that last had the focus is active: it is spoken for, and its signals are passed on.
    """

    active_changed = Signal()
    beside_changed = Signal()  # there is one text or two now, or they scroll together or no longer do

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._look: Look | None = None
        self._whole = "free"
        self._sight = Sight(session, self)
        self._wish: bool | None = None  # to scroll together; None leaves it to how the articles are related
        self._link: LinkedScrolling | None = None
        self.tabs = ArticleTabs(self)
        self.tabs.hide()
        self._first = self.pane = ReadingPane(session, self._sight, theme, self.tabs, EmptyText())
        self._second: ReadingPane | None = None
        self._second_tabs: SecondTabs | None = None
        self._beside = False
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self._first)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._splitter)
        self._join(self._first)
        self._listen(self._first, on=True)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_moved)

    def _join(self, pane: ReadingPane) -> None:
        """Pass on what is done in a pane; that makes it the active one first."""
        pane.touched.connect(self._activate)
        pane.jumping.connect(self._jump)
        pane.unit_changed.connect(self._share_unit)
        for here, there in (
            (pane.reader_made, self.reader_made),
            (pane.selection_finished, self.selection_finished),
            (pane.boundary_moved, self.boundary_moved),
            (pane.files_dropped, self.files_dropped),
            (pane.content_dropped, self.content_dropped),
            (pane.link_requested, self.link_requested),
            (pane.menu_requested, self.menu_requested),
            (pane.several_requested, self.several_requested),
            (pane.head_activated, self.head_activated),
            (pane.zoom_requested, self.zoom_requested),
            (pane.import_requested, self.import_requested),
        ):
            here.connect(there)

    def _listen(self, pane: ReadingPane, *, on: bool) -> None:
        """Pass on how a pane stands, as long as it is the active one."""
        for here, there in (
            (pane.article_shown, self.article_shown),
            (pane.annotation_entered, self.annotation_entered),
            (pane.selection_changed, self.selection_changed),
            (pane.hits_changed, self.hits_changed),
            (pane.place_changed, self.place_changed),
            (pane.unit_changed, self.unit_changed),
        ):
            if on:
                here.connect(there)
            else:
                here.disconnect(there)

    def _panes(self) -> Iterator[tuple[ReadingPane, Article]]:
        """Give the panes that show an article, each with its article."""
        for pane in self._made():
            if pane.article is not None:
                yield pane, pane.article

    def _made(self) -> Iterator[ReadingPane]:
        """Give the panes there are."""
        yield from (pane for pane in (self._first, self._second) if pane is not None)

    # Which is active

    def _activate(self, pane: ReadingPane) -> None:
        """Let a pane that shows an article be the active one; everybody hears anew how it stands."""
        if pane is self.pane or (pane.article is None and pane is not self._first):
            return
        self._listen(self.pane, on=False)
        self.pane = pane
        self._listen(pane, on=True)
        self._mark_active()
        self.active_changed.emit()
        self.article_shown.emit(self.article)
        self.annotation_entered.emit(self.current)
        self.selection_changed.emit()
        self.hits_changed.emit()
        pane.say_place()

    def _mark_active(self) -> None:
        mark(self.tabs, "active", self.pane is self._first)
        if self._second_tabs is not None:
            mark(self._second_tabs, "active", self.pane is self._second)

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self._beside and now is not None:
            for pane, _article in self._panes():
                if pane.isAncestorOf(now):
                    self._activate(pane)
                    return

    def _jump(self) -> None:
        if self._link is not None:
            self._link.drive(self.reader)
        self.jumping.emit()

    def _share_unit(self) -> None:
        """Step by one unit in both texts."""
        for pane, _article in self._panes():
            if pane.reader.unit() != self.reader.unit():
                pane.reader.set_unit(self.reader.unit())

    # Two side by side

    @property
    def beside(self) -> bool:
        """Whether there is room for a second article beside the first."""
        return self._beside

    @property
    def beside_article(self) -> str:
        """The uuid of the article beside, or nothing."""
        return self._second.article.uuid if self._second is not None and self._second.article is not None else ""

    def _show_second(self, article: Article | None, place: int, ends: Ends | None) -> None:
        new = self._second is None
        second, tabs = self._second_pane()
        self._cut()
        if not self._beside:
            self._beside = True
            self._arrange()
            second.show()
        if new:
            self._splitter.setSizes([1_000, 1_000])  # halves, until a person moves the handle
        self._wish = None
        tabs.show_one(article)
        if article is not None and self._first.has_reader:
            second.reader.set_unit(self._first.reader.unit())
        second.show_article(article, place, ends)
        self._relate()

    def close_beside(self) -> None:
        """Show one article only."""
        second = self._second
        if second is None or not self._beside:
            return
        focused = QApplication.focusWidget()
        held = focused is not None and second.isAncestorOf(focused)
        self._beside = False
        self._activate(self._first)
        second.hide()
        second.show_article(None)
        self._relate()
        if held:
            self._first.focus()

    def _second_pane(self) -> tuple[ReadingPane, SecondTabs]:
        """Give the pane beside and its tab, made now if nothing was shown beside before."""
        if self._second is None or self._second_tabs is None:
            tabs = self._second_tabs = SecondTabs()
            self._second = ReadingPane(self._session, self._sight, self._theme, tabs, EmptyText(beside=True))
            self._second.set_whole(self._whole)
            if self._look is not None:
                self._second.set_look(self._look)
            tabs.close_requested.connect(self.close_beside)
            tabs.together_wanted.connect(self.scroll_together)
            self._splitter.addWidget(self._second)
            self._join(self._second)
            self._mark_active()
        return self._second, self._second_tabs

    def step_focus(self) -> bool:
        """Give the focus to the first text, from that to the one beside; False from the last one."""
        focused, second = QApplication.focusWidget(), self._second
        if focused is None or not self.isAncestorOf(focused):
            pane = self._first
        elif second is not None and second.article is not None and not second.isAncestorOf(focused):
            pane = second
        else:
            return False
        self._activate(pane)
        pane.focus()
        return True

    def _arrange(self) -> None:
        wide = self.width() >= _ROOM_FOR_TWO
        self._splitter.setOrientation(Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    # Scrolled together

    @property
    def scrolls_together(self) -> bool:
        """Whether the two articles scroll together."""
        return self._link is not None

    def scroll_together(self, on: bool) -> None:
        """Scroll the two articles together, or each for itself."""
        self._wish = on
        self._relate()

    def _cut(self) -> None:
        if self._link is not None:
            self._link.part()
            self._link = None

    def _relate(self) -> None:
        """Link the two texts shown, if that is wished or how they are related suggests it."""
        self._cut()
        one, second = self._first.article, self._second
        kinds: set[str] = set()
        if one is not None and second is not None and second.article is not None:
            project, other = self._session.project, second.article.id
            kinds = related_articles(project, one.id).get(other, set())
            if TRANSLATION in kinds if self._wish is None else self._wish:
                from desktop.panels.linked_scrolling import LinkedScrolling, points_between

                points = points_between(project, one.id, other)
                self._link = LinkedScrolling(self._first.reader, second.reader, points, self)
                self._link.lead(self.reader)
        if self._second_tabs is not None:
            self._second_tabs.offer_together(bool(kinds) or self._link is not None, on=self._link is not None)
        self.beside_changed.emit()

    # What is seen, and how

    @property
    def hidden_coders(self) -> list[str]:
        """The coders whose annotations are left out (uuids)."""
        return list(self._sight.hidden_coders)

    def hide_coders(self, coders: Sequence[str]) -> None:
        """Leave out the annotations of some coders (uuids)."""
        self._sight.hidden_coders = tuple(coders)
        self._show_marks_again()

    def set_code_sight(self, hidden: Collection[str], dimmed: Collection[str], solo: str) -> None:
        """Hide or dim codes (uuids) with all below them, or show one only, with all below it."""
        if self._sight.set_codes(hidden, dimmed, solo):
            self._show_marks_again()

    def _show_marks_again(self) -> None:
        for pane, _article in self._panes():
            pane.show_marks_again()

    def set_theme(self, theme: Theme) -> None:
        """Show the text in another theme."""
        self._theme = theme
        for pane in self._made():
            pane.set_theme(theme)

    @property
    def look(self) -> Look:
        """The size of the text, the length of its lines and its typeface."""
        if self._look is None:
            from desktop.reader.document import Look

            self._look = Look()
        return self._look

    def set_look(self, look: Look) -> None:
        """Show the text larger or smaller, in longer or shorter lines, in another typeface."""
        self._look = look
        for pane in self._made():
            pane.set_look(look)

    def set_whole(self, name: str) -> None:
        """Widen selections to whole units of this name; `free` leaves them as they are."""
        self._whole = name
        for pane in self._made():
            pane.set_whole(name)


def related_articles(project: Project, article: int) -> dict[int, set[str]]:
    """Give the articles related to one, whichever way, with the kinds of their relations."""
    found: dict[int, set[str]] = {}
    for relation in project.relations.of("article", article):
        for kind, other in (relation.source, relation.target):
            if kind == "article" and other != article:
                found.setdefault(other, set()).add(relation.kind)
    return found
