"""Tag, link, note, highlight and remove: what is done to a passage. Each is three lines: ask, change, done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from db.changes import Change
from db.errors import NothingToRedo, NothingToUndo
from db.project import Project
from db.records import Annotation, AnnotationId, ArticleId, CodeId, InstrumentId, Progress
from desktop.models.deeds import deed_words
from desktop.panels.article_view import ArticleView
from desktop.panels.frame import Frame
from desktop.session import Session
from desktop.words import tr
from desktop.worker import ProjectWork, Worker

if TYPE_CHECKING:
    from desktop.panels.picker import Picker  # made when it is first opened

# What is more than so many rows, or characters of text, is put back beside the window, not in its thread.
_LARGE, _LONG = 500, 30_000
_PLACED = 200  # characters that are made searchable while an annotation is placed, when two texts were aligned for it


class AnnotationActions(QObject):
    """Works on the selected passage, else on the annotation one stands on, else on the unit of text at the caret."""

    note_requested = Signal()
    tagged = Signal(list)  # codes that were put on a passage
    linked = Signal(int, str)  # an instrument that a passage was linked to, and the locator
    told = Signal(str)  # what was done out of sight, in the person's words

    def __init__(self, session: Session, worker: Worker, view: ArticleView, frame: Frame, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._worker = worker
        self._view = view
        self._frame = frame
        self._window = window
        self._picker: Picker | None = None
        self._targets: tuple[int, ...] = ()  # annotations the picker is open for; none: the selected passage
        self._shown: tuple[CodeId, ...] = ()  # codes of theirs the picker began with
        self._whole = False  # the picker is open for the whole article
        self._span: tuple[int, int] | None = None
        self._put: Change | None = None  # what was undone or redone last: it says which annotations it touched
        session.changed.connect(self._heard)

    @property
    def picker(self) -> Picker:
        """The picker, made now if it was never opened."""
        if self._picker is None:
            from desktop.panels.picker import Picker

            self._picker = Picker(self._session, self._window)
            self._picker.codes_picked.connect(self.codes_picked)
            self._picker.instrument_picked.connect(self.instrument_picked)
        return self._picker

    # Choosing

    def tag(self) -> None:
        """Open the picker of codes for the passage."""
        quote = self.aim_in_view()
        if quote is not None:
            self.picker.pick_codes(self._view.anchor_rect(), quote, self._own_codes())

    def link(self) -> None:
        """Open the picker of instruments for the passage."""
        quote = self.aim_in_view()
        if quote is not None:
            self.picker.pick_instrument(self._view.anchor_rect(), quote)

    def tag_chosen(self) -> None:
        """Open the picker of codes for what the inspector shows."""
        quote = self._aim_at_inspector()
        self.picker.pick_codes(self._view.anchor_rect(), quote, self._own_codes())

    def link_chosen(self) -> None:
        """Open the picker of instruments for what the inspector shows."""
        self.picker.pick_instrument(self._view.anchor_rect(), self._aim_at_inspector())

    def aim(self) -> str | None:
        """Take aim at the passage; gives its words, None where there is nothing."""
        self._targets, self._whole, self._shown, self._span = (), False, (), self._view.aim()
        current = self._view.current
        if self._span is not None:
            same = self._view.own_on(self._span)
            self._targets = (same,) if same is not None else ()
            return self._view.text[slice(*self._span)]
        if current is None:
            return None
        self._targets = (current,)
        return self._session.project.annotations.get(AnnotationId(current)).exact

    def aim_in_view(self) -> str | None:
        """Take aim as `aim` does, and bring the passage back into view: what opens beside it is to be about what one sees."""
        quote = self.aim()
        reader = self._view.reader
        span = self._span or (reader.span_of(self._targets[0]) if self._targets else None)
        if quote is not None and span is not None and not reader.in_view(*span) and not reader.in_view(span[1] - 1, span[1]):
            reader.page.show_whole(*span)
        return quote

    def _aim_at_inspector(self) -> str:
        article, self._targets = self._frame.inspector.target
        self._whole, self._shown, self._span = not self._targets, (), None
        if self._targets:
            return self._session.project.annotations.get(AnnotationId(self._targets[0])).exact
        return self._session.project.articles.get(ArticleId(article)).title if article is not None else ""

    def _own_codes(self) -> list[int]:
        """Give the codes that are on the one annotation aimed at: taking one off in the picker takes it off."""
        own = self._own_targets()
        self._shown = tuple(tagging.code for tagging in own[0].taggings) if len(own) == 1 else ()
        return list(self._shown)

    def _own_targets(self) -> list[Annotation]:
        annotations = self._session.project.annotations.several([AnnotationId(key) for key in self._targets])
        return [each for each in annotations if each.coder == self._session.project.me]

    # What was chosen

    def codes_picked(self, codes: Sequence[int], new: Sequence[str], go_on: bool) -> None:
        """Tag what was aimed at; codes taken off in the picker are taken off, new ones made."""
        done = self.apply(codes, new=new)
        self._view.focus()
        if done and go_on:
            self.go_on()

    def apply(self, codes: Sequence[int], *, new: Sequence[str] = ()) -> bool:
        """Tag what was aimed at, in one change: with codes, and with own codes of these names; whether it worked."""
        done = self._session.act(partial(self._tag, [CodeId(code) for code in codes], new))
        if done is None or done[0] is None:
            return False
        self._stand_on(done[0])
        self.tagged.emit(done[1])
        return True

    def _tag(self, codes: list[CodeId], new: Sequence[str]) -> tuple[int | None, list[CodeId]]:
        project = self._session.project
        with project.change("Tag passage"):
            if new:
                from desktop.models.offers import own_code  # not needed at the start

                codes = [*codes, *(own_code(project, name) for name in new)]
            if not self._targets:
                return self._add(codes=codes), codes
            own = [project.annotations.own_copy(AnnotationId(key)) for key in self._targets]
            for key in own:
                for code in codes:
                    project.annotations.tag(key, code)
                for code in set(self._shown) - set(codes):
                    project.annotations.untag(key, code)
        return own[0] if own else None, codes

    def instrument_picked(self, instrument: int, locator: str, go_on: bool) -> None:
        """Link what was aimed at to an instrument."""
        done = self.apply_link(instrument, locator)
        self._view.focus()
        if done and go_on:
            self.go_on()

    def apply_link(self, instrument: int, locator: str) -> bool:
        """Link what was aimed at to an instrument, in one change; whether it worked."""
        made = self._session.act(partial(self._link, InstrumentId(instrument), locator))
        if made is None:
            return False
        self._stand_on(made)
        self.linked.emit(instrument, locator)
        return True

    def _link(self, instrument: InstrumentId, locator: str) -> int | None:
        project = self._session.project
        with project.change("Link passage"):
            if not self._targets:
                return self._add(links=[(instrument, locator)])
            own = [project.annotations.own_copy(AnnotationId(key)) for key in self._targets]
            for key in own:
                project.annotations.link(key, instrument, locator)
        return own[0] if own else None

    def _add(self, codes: Sequence[CodeId] = (), links: Sequence[tuple[InstrumentId, str]] = ()) -> int | None:
        article = self._view.article
        if article is None or (self._span is None and not self._whole):
            return None
        start, end = self._span or (None, None)
        return self._session.project.annotations.add(ArticleId(article), start, end, codes=codes, links=links)

    def _stand_on(self, made: int | None) -> None:
        """Stand on what was made; it is what is aimed at from now on."""
        if made is not None and not self._whole:
            self._targets, self._shown = (made,), ()
            self._view.stand_on(made)

    def go_on(self) -> None:
        """Select the unit behind the passage, once it has been annotated."""
        if self._whole or not self._targets:
            return
        span = self._view.reader.span_of(self._targets[0]) or self._span  # a hidden annotation has no place on the page
        if span is not None:
            self._view.reader.set_selection(*span)
            self._view.reader.select_next()

    # At once

    def highlight(self) -> None:
        """Mark the passage without a code."""
        if self.aim() is not None and not self._targets:
            self._stand_on(self._session.act(self._add))

    def note(self) -> None:
        """Write a note on the passage, which is highlighted first if it is not annotated."""
        if self.aim() is None:
            return
        made = self._targets[0] if self._targets else self._session.act(self._add)
        if made is not None:
            self._view.stand_on(made)
            self._frame.inspector.show_annotations([made])
            self.note_requested.emit()

    def keep_note(self) -> None:
        """Keep what is being written in the inspector."""
        if self._frame.has_inspector:
            self._frame.inspector.keep()

    def remove(self) -> None:
        """Remove the annotation one stands on."""
        current = self._view.current
        if current is not None:
            self._session.act(partial(self._session.project.annotations.remove, [AnnotationId(current)]))

    # Boundaries

    def start_earlier(self) -> None:
        """Begin the annotation a unit earlier."""
        self._move("start", -1)

    def start_later(self) -> None:
        """Begin the annotation a unit later."""
        self._move("start", 1)

    def end_earlier(self) -> None:
        """End the annotation a unit earlier."""
        self._move("end", -1)

    def end_later(self) -> None:
        """End the annotation a unit later."""
        self._move("end", 1)

    def _move(self, edge: Literal["start", "end"], step: Literal[1, -1]) -> None:
        current = self._view.current
        span = self._view.reader.moved_boundary(current, edge, step) if current is not None else None
        if current is not None and span is not None:
            self.boundary_moved(current, *span)

    def boundary_moved(self, annotation: int, start: int, end: int) -> None:
        """Let an annotation reach from one code point to another; selection and caret stay on it."""
        reader = self._view.reader
        selected = self._view.selection == reader.span_of(annotation)
        move = self._session.project.annotations.move
        self._session.act(partial(move, AnnotationId(annotation), start, end))
        if reader.span_of(annotation) != (start, end):
            return
        if selected:
            reader.set_selection(start, end)
        elif not start <= reader.caret() <= end:
            reader.reveal(start, flash=False)
        self._view.stand_on(annotation)

    # Back and forth

    def undo(self) -> None:
        """Take the last change back."""
        change = self._session.project.next_undo()
        if change is None:
            self._session.tell(NothingToUndo())
        elif not self._beside(change, _undo):
            self._put_back(self._session.project.undo)

    def redo(self) -> None:
        """Bring the change undone last back."""
        change = self._session.project.next_redo()
        if change is None:
            self._session.tell(NothingToRedo())
        elif not self._beside(change, _redo):
            self._put_back(self._session.project.redo)

    def _put_back(self, action: Callable[[], Change]) -> None:
        """Undo or redo; where that takes away what had the focus, the keys go to the text where it is shown."""
        before = QApplication.focusWidget()
        marks = self._view.spans()
        self._put = None
        self._session.act(action)
        if before is not None and QApplication.focusWidget() is not before and self._view.isVisible():
            self._view.focus()
        change = self._put
        if change is not None and change.annotations is not None and len(change.annotations) == 1:
            self._show_touched(change, marks.get(change.annotations[0]))

    def _heard(self, change: Change) -> None:
        if change.kind in ("undo", "redo"):
            self._put = change

    def _show_touched(self, change: Change, was: tuple[int, int] | None) -> None:
        """Show the one annotation that was put back or taken away, where it is out of view, or tell which article it is in."""
        project, view, key = self._session.project, self._view, AnnotationId((change.annotations or (0,))[0])
        found = next(iter(project.annotations.several([key])), None)
        if found is None and was is None:
            self.told.emit(_words(change, ""))
        elif found is not None and found.article != view.article:
            self.told.emit(_words(change, project.articles.get(found.article).title))
        else:
            span = view.reader.span_of(key) or was
            if span is not None and not view.reader.in_view(*span):
                view.show_span(*span)
                view.stand_on(key if view.reader.span_of(key) is not None else None)

    def _beside(self, change: Change, work: ProjectWork) -> bool:
        """Put a large change back beside the window; whether it was begun."""
        large = sum(change.counts.values()) > _LARGE
        if not large and change.tables & {"article", "version"}:
            placed, characters = self._session.project.articles.borne(change.id)
            large = characters * (2 if placed else 1) + _PLACED * placed > _LONG
        return large and self._worker.change("Putting back", work, _nothing)


def _words(change: Change, title: str) -> str:
    """Say in which article what was done is taken back or brought back."""
    label = deed_words(change)
    if not title:
        words = "Undone in another article: {label}" if change.kind == "undo" else "Redone in another article: {label}"
        return tr(words, label=label)
    words = "Undone in “{title}”: {label}" if change.kind == "undo" else "Redone in “{title}”: {label}"
    return tr(words, label=label, title=title)


def _undo(project: Project, progress: Progress) -> None:
    with project.watched(progress):
        project.undo()


def _redo(project: Project, progress: Progress) -> None:
    with project.watched(progress):
        project.redo()


def _nothing(_value: object) -> None:
    """Nothing more is to be done: the change was told already."""
