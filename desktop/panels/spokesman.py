"""What the window asks of the text, answered by the pane that is active."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect

from db.records import Layout
from desktop.panels.reading_pane import ReadingPane, Span, TextSignals

if TYPE_CHECKING:
    from desktop.panels.find_bar import FindBar
    from desktop.reader.reader import Reader  # made when the first article is shown


class Spokesman(TextSignals):
    """Speaks for the pane that is active: what the rest of the window asks of the text, and asks it to do."""

    pane: ReadingPane

    @property
    def reader(self) -> Reader:
        """The reader, made now if no article was shown before."""
        return self.pane.reader

    @property
    def find_bar(self) -> FindBar:
        """The find bar, made now if nothing was looked for before."""
        return self.pane.find_bar

    @property
    def article(self) -> int | None:
        """The article shown."""
        return self.pane.article.id if self.pane.article else None

    @property
    def text(self) -> str:
        """The reading text shown."""
        return self.pane.text

    @property
    def version(self) -> int:
        """The version shown, 0 where none is."""
        return self.pane.version

    @property
    def layout(self) -> Layout:  # type: ignore[override]  # Qt's own method of this name is of no use to anybody here
        """How the reading text shown is laid out."""
        return self.pane.layout_shown

    @property
    def selection(self) -> Span | None:
        """The selected span."""
        return self.pane.selection

    @property
    def current(self) -> int | None:
        """The annotation one stands on."""
        return self.pane.current

    @property
    def hits(self) -> int:
        """How many hits find has."""
        return self.pane.hits

    def aim(self) -> Span | None:
        """Give what is selected; where nothing is and one stands on no annotation, select the unit at the caret and give it."""
        return self.pane.aim()

    def own_on(self, span: Span) -> int | None:
        """Give one's own annotation on exactly a span."""
        return self.pane.own_on(span)

    def stand_on(self, annotation: int | None, *, reveal: bool = False) -> None:
        """Make an annotation the current one; where asked, go to it."""
        self.pane.stand_on(annotation, reveal=reveal)

    def show_span(self, start: int, end: int) -> None:
        """Go to a passage."""
        self.pane.show_span(start, end)

    def spans(self) -> dict[int, Span]:
        """Give where the annotations shown lie, by id."""
        if not self.pane.has_reader:
            return {}
        return {mark.id: (mark.start, mark.end) for mark in self.reader.page.highlights.marks}

    def anchor_rect(self) -> QRect:
        """Give where the selection, else the current annotation, else the caret is on the screen."""
        return self.pane.anchor_rect()

    def focus(self) -> None:
        """Give the text the focus."""
        self.pane.focus()

    def next_annotation(self) -> None:
        """Go to the next annotation."""
        self.pane.step(forward=True)

    def previous_annotation(self) -> None:
        """Go to the annotation before."""
        self.pane.step(forward=False)

    def next_uncoded(self) -> None:
        """Go to the next annotation that has no code yet."""
        self.pane.step(forward=True, uncoded=True)

    def previous_uncoded(self) -> None:
        """Go to the annotation before that has no code yet."""
        self.pane.step(forward=False, uncoded=True)

    def begin_find(self) -> None:
        """Open find with the selected words."""
        self.pane.begin_find()

    def find_next(self) -> None:
        """Go to the next hit."""
        self.find_bar.next()

    def find_previous(self) -> None:
        """Go to the hit before."""
        self.find_bar.previous()

    def copy(self) -> None:
        """Copy the selected words."""
        self.reader.page.copy()
