"""The reader: the one face of the page for the rest of the window. All positions are code points of the reading text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QRect, QTimer, QUrl, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from db.records import Layout
from db.units import UNITS, Unit
from desktop.reader.document import Head, Look
from desktop.reader.highlights import Span
from desktop.reader.intervals import Mark
from desktop.reader.page import Page
from desktop.reader.stepping import Edge
from desktop.theme import Theme
from desktop.words import tr

__all__ = ["Head", "Look", "Mark", "Reader"]

_FLASH_MILLISECONDS = 900
_LEAST_ZOOM, _MOST_ZOOM = 50, 400
_LEAST_MEASURE, _MOST_MEASURE = 30, 60  # em


class Reader(QWidget):
    """Shows one reading text with its marks and tells what a person does there."""

    selection_changed = Signal(object)  # (start, end), or None
    selection_finished = Signal()  # with the mouse: its button was released
    unit_changed = Signal(str)
    boundary_moved = Signal(int, int, int)  # a mark's id, and the start and end it was dragged to
    mark_activated = Signal(int)
    marks_requested = Signal(list)  # ids: several marks lie here, offer them
    place_changed = Signal(int)
    caret_moved = Signal(int)
    mark_walked = Signal(int)  # an id: the caret was moved into it by keys
    link_requested = Signal(str)
    head_activated = Signal()
    menu_requested = Signal(QPoint)  # global position
    files_dropped = Signal(list)  # paths
    content_dropped = Signal(str, bool)  # HTML or plain text; whether it is HTML
    zoom_requested = Signal(int)  # steps, by Ctrl and the wheel

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page = Page(theme)
        self._marks = self.page.highlights
        self._told: Span | None = None
        self._clicked: tuple[int, int] | None = None  # where, and which mark was taken
        self._inside: frozenset[int] = frozenset()
        self._grown: list[tuple[Span | None, Span, Unit]] = []  # what was selected, from what it grew, and the unit then
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.page)
        self.setFocusProxy(self.page)
        self._flashing = QTimer(self)
        self._flashing.setSingleShot(True)
        self._flashing.setInterval(_FLASH_MILLISECONDS)
        self._name()
        self._connect()

    def _connect(self) -> None:
        page, margin = self.page, self.page.margin
        for signal, slot in (
            (page.selectionChanged, self._tell_selection),
            (page.cursorPositionChanged, self._caret_moved),
            (page.clicked, self._click),
            (page.pointed, self._point),
            (page.entered, self._enter),
            (page.walked, self._walked),
            (page.anchorClicked, self._follow),
            (page.head_activated, self.head_activated),
            (page.menu_requested, self.menu_requested),
            (page.files_dropped, self.files_dropped),
            (page.content_dropped, self.content_dropped),
            (page.zoomed, self.zoom_requested),
            (page.selection_finished, self.selection_finished),
            (page.boundary_dragged, self.boundary_moved),
            (page.verticalScrollBar().valueChanged, self._scrolled),
            (margin.activated, self.mark_activated),
            (margin.hovered, self._hover),
            (margin.several_requested, self.marks_requested),
            (self._flashing.timeout, self._end_flash),
        ):
            signal.connect(slot)

    # ---- what is shown

    def set_theme(self, theme: Theme) -> None:
        """Show the text in another theme, at the same place."""
        self.page.restyle(theme, self.page.wanted)

    def set_article(self, text: str, layout: Layout, *, head: Head | None = None) -> None:
        """Show a reading text from its beginning, without marks or hits."""
        self.page.boundaries.end()
        self._marks.marks.update(())
        self._marks.hits, self._marks.current_hit, self._marks.flash = (), -1, None
        self._marks.current = self._marks.hovered = None
        self._clicked, self._inside, self._grown = None, frozenset(), []
        self.page.show_text(text, layout, head)
        self.page.hit_bar.show_hits(())
        self.page.hit_bar.show_current(None)
        self._tell_selection()

    def set_head(self, head: Head | None) -> None:
        """Show another title and line above the same text."""
        self.page.set_head(head)

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Show these marks; those that stay keep their lanes."""
        length = len(self.page.text)
        if self._marks.marks.update([mark for mark in marks if 0 <= mark.start < mark.end <= length]):
            self._marks_changed()

    def change_marks(self, put: Iterable[Mark], gone: Iterable[int] = ()) -> None:
        """Show some marks anew and no longer show those of some ids; all others stay as they are."""
        length = len(self.page.text)
        fitting, out = [], list(gone)
        for mark in put:
            if 0 <= mark.start < mark.end <= length:
                fitting.append(mark)
            else:
                out.append(mark.id)
        before = [self._marks.marks.get(id) for id in (*out, *(mark.id for mark in fitting))]
        if self._marks.marks.change(fitting, out):
            if self._marks.hovered in out:
                self._marks_changed()
            self.page.redraw_marks([*(mark for mark in before if mark), *fitting])

    def _marks_changed(self) -> None:
        if self._marks.hovered is not None and self._marks.marks.get(self._marks.hovered) is None:
            self._marks.hovered = None
        self.page.redraw()

    def set_current(self, id: int | None) -> None:
        """Show which mark is the current one; nothing scrolls."""
        if self._marks.current != id:
            turned = [self._marks.marks.get(each) for each in (self._marks.current, id) if each is not None]
            self._marks.current = id
            self.page.redraw_marks([mark for mark in turned if mark])

    def current(self) -> int | None:
        """Give the current mark's id."""
        return self._marks.current

    def set_look(self, look: Look) -> None:
        """Show the text in another size, width or face, at the same place and with the same selection."""
        zoom = min(max(look.zoom, _LEAST_ZOOM), _MOST_ZOOM)
        look = Look(zoom, min(max(look.measure, _LEAST_MEASURE), _MOST_MEASURE), look.serif)
        if look == replace(self.page.wanted, measure=look.measure):
            self.page.set_measure(look.measure)
        else:
            self.page.restyle(self.page.theme, look)

    def look(self) -> Look:
        """Give the size, width and face of the text."""
        return self.page.wanted

    def show_hits(self, hits: Sequence[Span], current: int = -1) -> None:
        """Show the hits of a search, in order of place, and go to the current one; no hits end the search."""
        others = hits is not self._marks.hits and hits != self._marks.hits
        moved = others or current != self._marks.current_hit
        self._marks.hits, self._marks.current_hit = hits, current
        length, bar = max(len(self.page.text), 1), self.page.hit_bar
        if others:  # a step from hit to hit costs the same however many there are
            bar.show_hits([start / length for start, _ in hits])
        at = hits[current][0] if 0 <= current < len(hits) else None
        bar.show_current(None if at is None else at / length)
        if at is not None and moved:
            self.page.bring_into_view(at)
        self.page.redraw()

    # ---- selection, caret and place

    def selection(self) -> Span | None:
        """Give the span selected, as the project's rule lets a passage be; None if nothing is left of it."""
        return self.page.selection()

    def set_selection(self, start: int, end: int) -> None:
        """Select from one code point to another, where the caret stands then."""
        self.page.select(start, end)

    def ends(self) -> Span:
        """Give the code points where the selection was begun and where the caret stands."""
        return self.page.ends()

    def in_view(self, start: int, end: int) -> bool:
        """Whether a passage is in view, or begins there."""
        return self.page.in_view(start, end)

    # ---- units

    def set_unit(self, unit: Unit) -> None:
        """Step by another unit."""
        if unit != self.page.steps.unit:
            self.page.steps = replace(self.page.steps, unit=unit)
            self.unit_changed.emit(unit)

    def unit(self) -> Unit:
        """Give the unit that keys step by."""
        return self.page.steps.unit

    def set_whole(self, name: str) -> None:
        """Widen selections to a unit, or take them as they are ("free")."""
        self.page.steps = replace(self.page.steps, whole=next((unit for unit in UNITS if unit == name), "free"))
        self._tell_selection()

    def select_next(self) -> None:
        """Select the unit after the selection; the one at the caret if there is none."""
        self._select(self.page.steps.next_to(*self.page.ends()))

    def select_previous(self) -> None:
        """Select the unit before the selection; the one before the caret if there is none."""
        self._select(self.page.steps.previous_to(*self.page.ends()))

    def select_here(self) -> Span | None:
        """Select the unit at the caret, which is at least a clause, and give what is selected."""
        self._select(self.page.steps.here(self.page.caret()))
        return self.selection()

    def extend_next(self) -> None:
        """Move the end of the selection where the caret is a unit on."""
        self._extend(forward=True)

    def extend_previous(self) -> None:
        """Move the end of the selection where the caret is a unit back."""
        self._extend(forward=False)

    def larger_unit(self) -> None:
        """Step by the next larger unit; what is selected grows into the one around it."""
        steps, span = self.page.steps, self._selected()
        unit = steps.resized(1)
        if span is None:
            self.set_unit(unit or steps.unit)
            return
        if self._grown and self._grown[-1][0] != span:
            self._grown.clear()
        self._select(steps.around(span, unit or steps.unit))
        self._grown.append((self._selected(), span, steps.unit))
        self.set_unit(unit or steps.unit)

    def smaller_unit(self) -> None:
        """Step by the next smaller unit; what is selected shrinks to what it just grew from, else to the first unit in it."""
        steps, span = self.page.steps, self._selected()
        if span is None:
            self._grown.clear()
            self.set_unit(steps.resized(-1) or steps.unit)
            return
        grown = self._grown.pop() if self._grown else None
        if grown and grown[0] == span:
            self._select(grown[1])
            self.set_unit(grown[2])
            return
        self._grown.clear()
        if found := steps.first_within(span):
            self._select(found[1])
            self.set_unit(found[0])

    def moved_boundary(self, id: int, edge: Edge, step: int) -> Span | None:
        """Give where a mark would lie with one boundary a unit later (1) or earlier (-1); None where it cannot."""
        span = self.span_of(id)
        return self.page.steps.moved(span, edge, step) if span else None

    def _selected(self) -> Span | None:
        start, end = sorted(self.page.ends())
        return (start, end) if start < end else None

    def _select(self, span: Span | None) -> None:
        """Select a unit, without what the rule for edges leaves out."""
        if span is not None:
            span = self.page.steps.drawn(span)
            self.page.select(*span)
            self.page.show_whole(*span)

    def _extend(self, forward: bool) -> None:
        anchor, caret = self.page.ends()
        to = self.page.steps.extended(anchor, caret, forward)
        self.page.move_caret(to, keep=True, scroll=False)
        self.page.show_whole(min(anchor, to), max(anchor, to), at_end=to > anchor)

    def rect_of(self, span: Span | None = None) -> QRect:
        """Give where a span, else the selection or the caret, is in global coordinates, so that a picker can keep off it."""
        return self.page.rect_of(span)

    def caret(self) -> int:
        """Give the code point the caret stands before."""
        return self.page.caret()

    def place(self) -> int:
        """Give the first code point in view."""
        return self.page.place()

    def set_place(self, point: int) -> None:
        """Scroll so that a code point is the first in view."""
        self.page.set_place(point)

    def reveal(self, start: int, end: int | None = None, flash: bool = True) -> None:
        """Put the caret before a passage, scroll to it and show it for a moment."""
        self.page.move_caret(start, scroll=False)
        self.page.bring_into_view(start)
        if flash and end is not None:
            self._marks.flash = start, end
            self._flashing.start()
        self.page.redraw()

    def paragraph(self) -> tuple[int, int]:
        """Give the number of the paragraph at the caret, 0 before the first, and how many there are."""
        return self.page.paragraph()

    # ---- marks

    def span_of(self, id: int) -> Span | None:
        """Give where a mark that is shown lies."""
        mark = self._marks.marks.get(id)
        return (mark.start, mark.end) if mark is not None else None

    def marks_at(self, point: int) -> list[Mark]:
        """Give the marks on the character at a code point, the shortest first."""
        return self._marks.marks.at(point)

    def smallest(self, ids: Collection[int]) -> int:
        """Give the smallest own mark of some, else the smallest."""
        marks = [mark for id in ids if (mark := self._marks.marks.get(id)) is not None]
        return min(marks, key=_own_and_small).id

    def next_mark(self, uncoded: bool = False) -> None:
        """Go to the next mark, or the next one without a code, after the current one or after the caret."""
        mark = self._marks.marks.after(self._order(before=True))
        while uncoded and mark is not None and mark.label:
            mark = self._marks.marks.after((mark.start, -mark.end, mark.id))
        self._go(mark)

    def previous_mark(self, uncoded: bool = False) -> None:
        """Go to the mark, or the one without a code, before the current one or before the caret."""
        mark = self._marks.marks.before(self._order(before=False))
        while uncoded and mark is not None and mark.label:
            mark = self._marks.marks.before((mark.start, -mark.end, mark.id))
        self._go(mark)

    def announce(self, words: str) -> None:
        """Let a screen reader say something, as that a passage was tagged."""
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.page, words))

    def _order(self, before: bool) -> tuple[int, int, int]:
        current = self._marks.marks.get(self._marks.current) if self._marks.current is not None else None
        caret = self.page.caret()
        if current and current.start <= caret <= current.end:
            return current.start, -current.end, current.id
        return (caret - 1, 1, 0) if before else (caret, -len(self.page.text) - 1, 0)

    def _go(self, mark: Mark | None) -> None:
        if mark is not None:
            self.set_current(mark.id)
            self.reveal(mark.start, flash=False)
            self.mark_activated.emit(mark.id)

    # ---- what the page tells

    def _tell_selection(self) -> None:
        selection = self.page.selection()
        if selection != self._told:
            self._told = selection
            self.selection_changed.emit(selection)

    def _caret_moved(self) -> None:
        self.page.gutter.update()  # the paragraph that keys work in stands out there
        point = self.page.caret()
        inside = self._marks.marks.at(point)
        entered = [mark.label for mark in inside if mark.id not in self._inside and mark.label]
        self._inside = frozenset(mark.id for mark in inside)
        if entered and QAccessible.isActive():
            self.announce(", ".join(entered))
        self.caret_moved.emit(point)

    def _walked(self, point: int, before: int) -> None:
        """Tell the smallest own mark at the caret, else the smallest, when keys moved it to where other marks are."""
        marks = self.marks_at(point)
        here = {mark.id for mark in marks}
        if here and (self._marks.current not in here or here != {mark.id for mark in self.marks_at(before)}):
            self.mark_walked.emit(self.smallest(here))

    def _click(self, point: int) -> None:
        """Take the smallest mark there; further clicks in one place take the larger ones in turn."""
        ids = [mark.id for mark in self.marks_at(point)]
        if not ids:
            self._clicked = None
            return
        last = self._clicked[1] if self._clicked and self._clicked[0] == point else None
        id = ids[(ids.index(last) + 1) % len(ids)] if last in ids else ids[0]
        self._clicked = point, id
        self.mark_activated.emit(id)

    def _point(self, point: int | None) -> None:
        marks = self.marks_at(point) if point is not None else []
        self._hover(marks[0].id if marks else None)

    def _hover(self, id: int | None) -> None:
        if id != self._marks.hovered:
            self._marks.hovered = id
            self.page.redraw()

    def _enter(self) -> None:
        """Answer Enter: the mark at the caret, a choice of several, or else the link there."""
        marks = self.marks_at(self.page.caret())
        if len(marks) == 1:
            self.mark_activated.emit(marks[0].id)
        elif marks:
            self.marks_requested.emit([mark.id for mark in marks])
        elif link := self.page.link_at_caret():
            self.link_requested.emit(link)

    def _follow(self, url: QUrl) -> None:
        self.link_requested.emit(url.toString())

    def _scrolled(self) -> None:
        self.place_changed.emit(self.page.place())

    def _end_flash(self) -> None:
        self._marks.flash = None
        self.page.redraw()

    # ---- words

    def changeEvent(self, event: QEvent) -> None:
        """Say the names in the window's language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._name()

    def _name(self) -> None:
        self.page.setAccessibleName(tr("Article text"))
        how = tr(
            "Arrow keys move the caret, Shift selects, full stop and comma select the next and the previous unit, "
            "Enter opens the annotation at the caret."
        )
        self.page.setAccessibleDescription(how)
        self.page.margin.setAccessibleName(tr("Annotations beside the text"))


def _own_and_small(mark: Mark) -> tuple[bool, int, int, int]:
    return not mark.own, mark.end - mark.start, mark.start, mark.id
