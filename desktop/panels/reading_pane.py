"""One text before one's eyes: the reader with find in the article, and what stands in the middle while nothing is open."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from db.records import AnnotationId, Article, Layout, Version, VersionId
from desktop.panels.carried_places import carried
from desktop.panels.empty_text import EmptyText
from desktop.panels.layer_line import LayerLine
from desktop.panels.marks import Marks, Sight
from desktop.panels.text_head import head_of
from desktop.reader.intervals import Mark
from desktop.session import Session
from desktop.theme import Theme

if TYPE_CHECKING:
    from desktop.panels.find_bar import FindBar
    from desktop.reader.reader import Head, Look, Reader  # made when the first article is shown

Span = tuple[int, int]
_AT_ONCE = 600  # annotations read before a text is painted first
_READ_AT_A_TIME = 300  # of the others, between two events
_MADE_AT_A_TIME = 3_000  # marks made anew of what was read
_WALKED_MILLISECONDS = 80  # the caret rests so long in a mark before it is told: a key that is held stays fast
Ends = tuple[int, int, int, int | None]  # a version, where its selection was begun, the caret, the annotation one stood on


class TextSignals(QWidget):
    """What a text tells: a pane of itself, the view of the pane that is active."""

    reader_made = Signal(object)  # the page that takes the single keys
    article_shown = Signal(object)  # id, or None
    annotation_entered = Signal(object)  # id, or None
    selection_changed = Signal()
    selection_finished = Signal()  # by the mouse
    hits_changed = Signal()
    place_changed = Signal(int, int)  # paragraph, of how many
    jumping = Signal()  # the caret leaves for elsewhere now: the place it leaves can be remembered
    unit_changed = Signal(str)
    boundary_moved = Signal(int, int, int)  # annotation, start, end: dragged by the mouse
    files_dropped = Signal(list)  # paths
    content_dropped = Signal(str, bool)
    link_requested = Signal(str)
    menu_requested = Signal(QPoint)
    several_requested = Signal(list)  # annotations that lie here
    head_activated = Signal()
    zoom_requested = Signal(int)  # steps
    import_requested = Signal()


class ReadingPane(TextSignals):
    """Shows one article; after a change only what changed is shown anew.

    The reader and its find bar are made when the first article is shown: the window starts without them.
    """

    touched = Signal(object)  # itself: a person did something here

    def __init__(self, session: Session, sight: Sight, theme: Theme, top: QWidget, empty: EmptyText) -> None:
        super().__init__()
        self._session = session
        self._theme = theme
        self._look: Look | None = None
        self._head: Head | None = None
        self._whole = "free"
        self._reader: Reader | None = None
        self._find_bar: FindBar | None = None
        self._empty = empty
        self.marks = Marks(session, sight)
        self.article: Article | None = None
        self.text = ""
        self.version = 0
        self.layout_shown = Layout()
        self._waiting: list[AnnotationId] = []  # their marks are to be made yet
        self._reading = False  # and they are to be read first
        self._coming: list[Mark] = []
        self._late: set[int] = set()  # changed while others were still coming
        self._again = False  # names or what is hidden changed meanwhile
        self._steps: list[tuple[bool, bool]] = []  # asked for meanwhile
        self._loading = QTimer(self)
        self._loading.setInterval(0)
        self._loading.timeout.connect(self._load_more)
        self._walking = QTimer(self)
        self._walking.setSingleShot(True)
        self._walking.setInterval(_WALKED_MILLISECONDS)
        self._walking.timeout.connect(self._tell_current)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(empty)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        self.layers = LayerLine(session, self.marks)
        self._box.addWidget(top)
        self._box.addWidget(self.layers)
        self._box.addWidget(self._stack, 1)
        empty.import_requested.connect(self.import_requested)
        self.layers.turned.connect(self.show_marks_again)

    @property
    def has_reader(self) -> bool:
        """Whether the reader was made."""
        return self._reader is not None

    @property
    def reader(self) -> Reader:
        """The reader, made now if no article was shown before."""
        if self._reader is None:
            from desktop.reader.reader import Reader

            self._reader = Reader(self._theme, self)
            self._reader.set_whole(self._whole)
            if self._look is not None:
                self._reader.set_look(self._look)
            self._stack.addWidget(self._reader)
            self._connect(self._reader)
            self.reader_made.emit(self._reader.page)
        return self._reader

    @property
    def find_bar(self) -> FindBar:
        """The find bar, made now if nothing was looked for before."""
        if self._find_bar is None:
            from desktop.panels.find_bar import FindBar

            self._find_bar = FindBar(self)
            self._box.insertWidget(2, self._find_bar)
            self._find_bar.found.connect(self._found)
            self._find_bar.stepping.connect(self.jumping)
            self._find_bar.taken.connect(self._take_hit)
            self._find_bar.left.connect(self.focus)
            self._find_bar.set_text(self.text)
        return self._find_bar

    def _connect(self, reader: Reader) -> None:
        for done_by_hand in (
            reader.mark_activated, reader.marks_requested, reader.menu_requested, reader.link_requested, reader.head_activated,
            reader.files_dropped, reader.content_dropped, reader.selection_finished, reader.boundary_moved,
        ):  # fmt: skip
            done_by_hand.connect(self._touch)  # before anybody else hears of it
        reader.selection_changed.connect(self.selection_changed)
        reader.selection_finished.connect(self.selection_finished)
        reader.mark_activated.connect(self.stand_on)
        reader.marks_requested.connect(self.several_requested)
        reader.boundary_moved.connect(self.boundary_moved)
        reader.caret_moved.connect(self._caret_moved)
        reader.mark_walked.connect(self._walk)
        reader.unit_changed.connect(self.unit_changed)
        reader.head_activated.connect(self.head_activated)
        reader.menu_requested.connect(self.menu_requested)
        reader.link_requested.connect(self.link_requested)
        reader.zoom_requested.connect(self.zoom_requested)
        reader.files_dropped.connect(self._dropped)
        reader.content_dropped.connect(self.content_dropped)

    def _touch(self, *_what: object) -> None:
        self.touched.emit(self)

    # What is shown

    def show_article(self, article: Article | None, place: int = 0, ends: Ends | None = None) -> None:
        """Show an article with a code point as the first in view and what was selected in this version, or nothing."""
        self.article = article
        self.setAccessibleName(article.title if article is not None else "")
        if article is None:
            self._clear()
        else:
            self._set_text(article, place)
            self._stack.setCurrentWidget(self.reader)
        self.article_shown.emit(article.id if article is not None else None)
        if article is not None and ends is not None and ends[0] == self.version:
            self._put_back(*ends[1:])
        self._tell_current()
        self.say_place()

    def _put_back(self, anchor: int, caret: int, annotation: int | None) -> None:
        self.reader.set_selection(anchor, caret)
        if annotation is not None and self.reader.span_of(annotation) is not None:
            self.reader.set_current(annotation)

    def _clear(self) -> None:
        self._loading.stop()
        self._begin_loading([], reading=False)
        self.text, self.version, self.layout_shown = "", 0, Layout()
        self._stack.setCurrentWidget(self._empty)
        self.layers.show_article(None)
        if self._find_bar is not None:
            self._find_bar.set_text("")
        if self._reader is not None:
            self._reader.set_article("", Layout.of_lines(""))  # a long text is not kept for nothing

    def _set_text(self, article: Article, place: int, version: Version | None = None) -> None:
        version = version or self._session.project.articles.version(article.id)
        self.text, self.version, self.layout_shown = version.text, version.id, version.layout
        self._head = head_of(article)
        self.reader.set_article(version.text, version.layout, head=self._head)
        self._load_marks(article, place, empty=True)
        self.reader.set_place(min(place, len(self.text)))
        if self._find_bar is not None:
            self._find_bar.set_text(version.text, place)

    def refresh_article(self, article: Article) -> None:
        """Take what is known of the article now; another text is shown at the same place."""
        self.article = article
        if article.version == self.version:
            if self._head != (head := head_of(article)):
                self._head = head
                self.reader.set_head(head)
            return
        version = self._session.project.articles.version(article.id)
        place, anchor, caret = carried(self.text, version.text, self.reader.place(), *self.reader.ends())
        self._set_text(article, place, version)
        self.reader.set_selection(anchor, caret)
        self._tell_current()
        self.say_place()

    def place(self) -> int:
        """Give the first code point in view."""
        return self.reader.place() if self.article is not None else 0

    def ends(self) -> Ends:
        """Give the version shown, where its selection was begun and the caret stands, and the annotation one stands on."""
        return (self.version, *self.reader.ends(), self.current) if self.article is not None else (0, 0, 0, None)

    # Marks

    def _load_marks(self, article: Article, place: int, *, empty: bool) -> None:
        """Read the annotations around a place now, the others when nothing else is to be done; then all are shown."""
        wanted = self.marks.begin(article.id)
        self.layers.show_article(article.id)
        at = max(0, len(wanted) * place // (len(self.text) + 1) - _AT_ONCE // 2)
        self._begin_loading(wanted[:at] + wanted[at + _AT_ONCE :], reading=True)
        self._coming, _gone = self.marks.follow(wanted[at : at + _AT_ONCE])
        if empty:
            self.reader.set_marks(self._coming)
        self._go_on_loading()

    def _begin_loading(self, waiting: list[AnnotationId], *, reading: bool) -> None:
        self._waiting, self._reading = waiting, reading
        self._coming, self._late, self._again, self._steps = [], set(), False, []

    def _go_on_loading(self) -> None:
        if self._waiting:
            self._loading.start()
            return
        self._loading.stop()
        self.reader.set_marks([mark for mark in self._coming if mark.id not in self._late])
        if self._late:
            self.reader.change_marks(*self.marks.follow(self._late))
        again, steps = self._again, self._steps
        self._begin_loading([], reading=False)
        self._leave_what_is_gone()
        if again:
            self.show_marks_again()
        for step in steps:
            self.step(*step)

    def _load_more(self) -> None:
        count = _READ_AT_A_TIME if self._reading else _MADE_AT_A_TIME
        part, self._waiting = self._waiting[:count], self._waiting[count:]
        self._coming += self.marks.follow(part)[0] if self._reading else self.marks.made(part)
        self._go_on_loading()

    def follow_marks(self, annotations: Iterable[int] | None, *, back: bool = False) -> None:
        """Read these annotations again, or all of them; one that comes back at the caret is stood on again."""
        if self.article is None:
            return
        if annotations is None:
            self._load_marks(self.article, self.reader.place(), empty=False)
            return
        put, gone = self.marks.follow(annotations)
        new = [mark.id for mark in put if self.reader.span_of(mark.id) is None]
        self.reader.change_marks(put, gone)
        if self._waiting:
            self._late.update(annotations)
        else:
            self._leave_what_is_gone()
        if back:
            self._stand_again(new)

    def show_marks_again(self) -> None:
        """Show the marks with the names and what is hidden now; nothing is read but names."""
        if self.article is None or not self._session.is_open:
            return
        if self._reading and self._waiting:
            self._again = True
            return
        steps = self._steps
        self._begin_loading(self.marks.known(), reading=False)
        self._steps = steps
        self._load_more()

    def _leave_what_is_gone(self) -> None:
        current = self.current
        if current is not None and self.reader.span_of(current) is None:
            self.stand_on(None)

    def _stand_again(self, marks: Iterable[int]) -> None:
        """Stand on the one of some marks that was left: what is selected, else the smallest own one at the caret."""
        if self.current is not None:
            return
        selected, caret = self.selection, self.reader.caret()
        spans = {key: span for key in marks if (span := self.reader.span_of(key)) is not None}
        here = [key for key, span in spans.items() if (span == selected if selected else span[0] <= caret <= span[1])]
        if here:
            self.stand_on(self.reader.smallest(here))

    def own_on(self, span: Span) -> int | None:
        """Give one's own annotation on exactly a span."""
        # The file is asked: the mark may be hidden, or not be there yet.
        return self._session.project.annotations.own_on(VersionId(self.version), *span) if self.article is not None else None

    # How it looks

    def set_theme(self, theme: Theme) -> None:
        """Show the text in another theme."""
        self._theme = theme
        if self._reader is not None:
            self._reader.set_theme(theme)

    def set_look(self, look: Look) -> None:
        """Show the text larger or smaller, in longer or shorter lines, in another typeface."""
        self._look = look
        if self._reader is not None:
            self._reader.set_look(look)

    def set_whole(self, name: str) -> None:
        """Widen selections to whole units of this name; `free` leaves them as they are."""
        self._whole = name
        if self._reader is not None:
            self._reader.set_whole(name)

    # Where one is

    @property
    def selection(self) -> Span | None:
        """The selected span."""
        return self.reader.selection() if self.article is not None else None

    @property
    def current(self) -> int | None:
        """The annotation one stands on."""
        return self._reader.current() if self._reader is not None else None

    def aim(self) -> Span | None:
        """Give what is selected; where nothing is and one stands on no annotation, select the unit at the caret and give it."""
        if self.article is None or self.selection is not None:
            return self.selection
        return self.reader.select_here() if self.current is None else None

    def stand_on(self, annotation: int | None, *, reveal: bool = False) -> None:
        """Make an annotation the current one; where asked, go to it."""
        if self.article is None:
            return
        self.reader.set_current(annotation)
        if reveal and annotation is not None and (span := self._span_of(annotation)):
            self.jumping.emit()
            self.reader.reveal(*span)
        self._tell_current()

    def _walk(self, annotation: int | None) -> None:
        """Make the annotation that keys moved the caret into the current one now, and tell it when they rest."""
        self.reader.set_current(annotation)
        self._walking.start()

    def _tell_current(self) -> None:
        self._walking.stop()
        self.annotation_entered.emit(self.current if self.article is not None else None)

    def _span_of(self, annotation: int) -> Span | None:
        """Give where an annotation lies, hidden or not; nothing where it is gone from the text."""
        span = self.reader.span_of(annotation)
        if span is None:
            for found in self._session.project.annotations.several([AnnotationId(annotation)]):
                if found.start is not None and found.end is not None:
                    span = found.start, found.end
        return span

    def show_span(self, start: int, end: int) -> None:
        """Go to a passage."""
        self.jumping.emit()
        self.reader.reveal(start, end)

    def anchor_rect(self) -> QRect:
        """Give where the selection, else the current annotation, else the caret is on the screen."""
        current = self.current if self.selection is None else None
        return self.reader.rect_of(self.reader.span_of(current) if current is not None else None)

    def focus(self) -> None:
        """Give the text the focus."""
        if self.article is not None:
            self.reader.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._empty.focus()

    def step(self, forward: bool, uncoded: bool = False) -> None:
        """Go to the next annotation or the one before, of all or of those not yet coded, as soon as all are there."""
        if self._waiting:
            self._steps.append((forward, uncoded))
            return
        self.jumping.emit()
        self.reader.next_mark(uncoded) if forward else self.reader.previous_mark(uncoded)

    def _caret_moved(self, point: int) -> None:
        """Leave the annotation one stood on when the caret leaves it, so that no key acts on what is out of sight."""
        current = self.current
        span = self.reader.span_of(current) if current is not None else None
        if span is not None and not span[0] <= point <= span[1]:
            self._walk(None)
        self.say_place()

    def say_place(self) -> None:
        """Tell the paragraph at the caret, and how many there are."""
        paragraph, paragraphs = self.reader.paragraph() if self.article is not None else (0, 0)
        self.place_changed.emit(max(1, paragraph), paragraphs)

    # Finding

    @property
    def hits(self) -> int:
        """How many hits find has."""
        return self._find_bar.hits if self._find_bar is not None else 0

    def begin_find(self) -> None:
        """Open find with the selected words."""
        self.jumping.emit()
        span = self.selection
        words = self.text[slice(*span)].split("\n")[0][:80] if span else ""
        self.find_bar.begin(words, span[0] if span else self.reader.place())

    def _take_hit(self, start: int, end: int) -> None:
        self.reader.set_selection(start, end)

    def _found(self, hits: list[Span], current: int) -> None:
        self.reader.show_hits(hits, current)
        self.hits_changed.emit()

    def _dropped(self, files: list[str]) -> None:
        self.files_dropped.emit([Path(file) for file in files])

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.show_marks_again()
            self.say_place()
        super().changeEvent(event)
