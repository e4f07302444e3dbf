"""Tagging with few keys: two letters, the last codes again, a sticky code, a code from the words themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from db.changes import Change
from db.errors import NotFound, Refused
from db.records import Code, CodeId, InstrumentId
from desktop.actions.annotation_actions import AnnotationActions
from desktop.panels.article_view import ArticleView
from desktop.session import Session
from desktop.words import language, tr

if TYPE_CHECKING:
    from desktop.panels.letters import Letters  # made when it is first opened

_LONGEST = 60  # characters of a code's name that is made from a passage
_READY_MILLISECONDS = 1_500  # after opening, when nothing else is to be done, what the letters need is loaded
_MADE_OF = frozenset({"tagging", "code", "instrument"})


class TaggingActions(QObject):
    """Knows which codes and which instrument were used last, whichever way the tagging went."""

    sticky_changed = Signal(str)  # words for the status line; nothing when no code sticks
    stuck = Signal(bool)
    told = Signal(str)  # what was done, where a code was made for it

    def __init__(self, session: Session, annotations: AnnotationActions, view: ArticleView, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._annotations = annotations
        self._view = view
        self._window = window
        self._panel: Letters | None = None
        self._last: tuple[CodeId, ...] = ()
        self._link: tuple[InstrumentId, str] | None = None
        self._sticky: tuple[CodeId, ...] = ()
        self._acted = False  # something changed since the last passage was tagged
        self._made = 0  # the change that tagged with a code it made
        self._recalled = False  # the file was asked for codes used before it was opened
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_READY_MILLISECONDS)
        self._timer.timeout.connect(self._get_ready)
        annotations.tagged.connect(self._note_codes)
        annotations.linked.connect(self._note_link)
        session.opened.connect(self._timer.start)
        session.closed.connect(self._forget)
        session.changed.connect(self._changed)

    @property
    def letters(self) -> Letters:
        """The panel of letters, made now if it was never opened."""
        if self._panel is None:
            from desktop.panels.letters import Letters

            self._panel = Letters(self._session, self._window)
            self._panel.code_picked.connect(self._lettered)
        return self._panel

    @property
    def has_codes(self) -> bool:
        """Whether there are codes to tag with again."""
        return self._session.is_open and bool(self._last_codes())

    @property
    def sticky_words(self) -> str:
        """Say which codes stick; nothing if none do."""
        names = [code.label(language()) or code.key for code in map(self._code, self._sticky) if code is not None]
        return tr("Sticky: {codes}", codes=tr(", ").join(names)) if names else ""

    # By keys

    def by_letters(self) -> None:
        """Wait for the two letters of a code for the passage."""
        quote = self._annotations.aim_in_view()
        if quote is not None:
            self.letters.begin(self._view.anchor_rect(), quote)

    def _lettered(self, code: int, _stays: bool) -> None:
        self._apply((CodeId(code),))

    def repeat_codes(self) -> None:
        """Tag the passage with the last codes again."""
        self._tag(self._last_codes())

    def repeat_and_next(self) -> None:
        """Tag the passage with the sticky codes, else the last ones again, and select the unit behind it."""
        if self._tag(self._sticky or self._last_codes()):
            self._annotations.go_on()

    def _tag(self, codes: tuple[CodeId, ...]) -> bool:
        return bool(codes) and self._annotations.aim() is not None and self._apply(codes)

    def _apply(self, codes: tuple[CodeId, ...]) -> bool:
        self._acted = False
        done = self._annotations.apply(codes)
        if done and not self._acted:
            self._session.tell(Refused("Already tagged"))
        return done

    def in_vivo(self) -> None:
        """Tag the selected words with an own code that is named like them."""
        span = self._view.selection
        words = " ".join(self._view.text[slice(*span)].split()) if span is not None else ""
        if len(words) > _LONGEST:
            self._session.tell(Refused("A code is named with at most {most} characters. Select fewer words.", most=_LONGEST))
        elif words and self._annotations.aim() is not None:
            self._annotations.apply([], new=[words])

    def repeat_link(self) -> None:
        """Link the passage to the last instrument and locator again."""
        link = self._last_link()
        if link is None:
            self._session.tell(Refused("No passage is linked yet. Link one to an instrument first (L)."))
        elif self._annotations.aim() is not None:
            self._annotations.apply_link(*link)

    # A code that sticks

    def sticky(self) -> None:
        """Let the last codes stick, or no more: each passage selected with the mouse is tagged with them at once."""
        self._stick(() if self._sticky else self._last_codes())

    def selection_finished(self) -> None:
        """Tag what was selected with the mouse with the sticky codes."""
        if self._session.editable and self._view.selection is not None:
            self._tag(self._sticky)

    def _stick(self, codes: tuple[CodeId, ...]) -> None:
        self._sticky = codes
        self.stuck.emit(bool(codes))
        self.sticky_changed.emit(self.sticky_words)

    # What was used last

    def _note_codes(self, codes: list[CodeId]) -> None:
        self._last = tuple(codes)
        last = self._session.project.next_undo()
        if last is not None and last.id == self._made:
            code = max(self._session.project.codes.all(), key=_age)
            if code.id in codes:
                self.told.emit(tr("New code “{name}” · tagged", name=code.label(language())))
        self._made = 0

    def _note_link(self, instrument: InstrumentId, locator: str) -> None:
        self._link = instrument, locator

    def _last_codes(self) -> tuple[CodeId, ...]:
        """Give the codes used last; after a start, those of one's own last annotation that has some."""
        if not self._last and not self._recalled:
            self._recalled = True
            project = self._session.project
            recent = tuple(project.codes.recent(1))
            last = project.annotations.last_with(code=recent[0]) if recent else None
            own = last is not None and last.coder == project.me
            self._last = tuple(tagging.code for tagging in last.taggings) if last is not None and own else recent
        return self._last

    def _last_link(self) -> tuple[InstrumentId, str] | None:
        """Give the instrument linked to last and its locator; after a start, those of the last link in the file."""
        project = self._session.project
        if self._link is None and (recent := project.instruments.recent(1)):
            last = project.annotations.last_with(instrument=recent[0])
            own = last.links if last is not None and last.coder == project.me else ()
            locators = [link.locator for link in own if link.instrument == recent[0]]
            self._link = recent[0], locators[-1] if locators else ""
        return self._link

    def _forget(self) -> None:
        self._timer.stop()
        self._last, self._link, self._recalled = (), None, False
        self._made = 0
        self._stick(())

    def _changed(self, change: Change) -> None:
        """Let go of codes and instruments that are gone; the words of those that stick may have changed."""
        self._acted = True
        if change.kind == "do" and change.label == "Tag passage" and "code" in change.tables:
            self._made = change.id
        if not change.tables & _MADE_OF:
            return
        self._recalled = False
        if "code" in change.tables:
            self._last = tuple(code for code in self._last if self._code(code) is not None)
            if self._sticky:
                self._stick(tuple(code for code in self._sticky if self._code(code) is not None))
        if "instrument" in change.tables and self._link is not None:
            known = {each.id for each in self._session.project.instruments.all()}
            self._link = self._link if self._link[0] in known else None

    def _code(self, code: CodeId) -> Code | None:
        try:
            return self._session.project.codes.get(code)
        except NotFound:
            return None

    def _get_ready(self) -> None:
        """Load the tables of pinyin beside the window, so that neither letters nor picker wait for them."""
        from desktop.matching import warm_up

        warm_up()


def _age(code: Code) -> int:
    return code.id
