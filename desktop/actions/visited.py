"""The places one was at: pages, articles and where one read in them, to go back to and forward again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from db.errors import ProjectError
from db.records import AnnotationId, ArticleId
from desktop.panels.article_view import ArticleView
from desktop.panels.pages import Pages
from desktop.session import Session

TEXT = "article"  # the page of the text
SCREEN = 800  # code points, about what a window shows at once: moves within it are one move
_REMEMBERED = 100


@dataclass(frozen=True, slots=True)
class Place:
    """A page; on that of the text, also the article (uuid), caret and first code point in view, and the annotation."""

    page: str
    article: str = ""
    caret: int = 0
    top: int | None = None  # None where the text was left unseen, as by a click on a tab: its own reading place serves
    annotation: int | None = None
    origin: int | None = None  # where the small moves that ended here began

    @property
    def point(self) -> int:
        """Where one reads: the caret, unless it was scrolled out of sight."""
        return self.caret if self.top is None or self.top <= self.caret <= self.top + SCREEN else self.top

    @property
    def spot(self) -> tuple[str, str, int, int | None]:
        """What tells two places apart at a glance."""
        return self.page, self.article, self.caret, self.top

    def follows(self, last: Place) -> bool:
        """Whether only small moves lie between the last place remembered and this one."""
        began = last.point if last.origin is None else last.origin
        return (self.page, self.article) == (last.page, last.article) and abs(self.point - began) <= SCREEN


class Visited(QObject):
    """Remembers the place before each jump; several small moves in one place are one."""

    changed = Signal()  # whether one can go back or forward may be otherwise now

    def __init__(self, session: Session, pages: Pages, view: ArticleView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._pages = pages
        self._view = view
        self._behind: list[Place] = []
        self._ahead: list[Place] = []
        self._jumping = 0
        self._uuid: tuple[int, str] = (0, "")  # of the article shown last
        self._seen: Place | None = None  # the text as the caret last stood in it
        pages.turning.connect(self.remember)
        pages.started_over.connect(self.clear)
        session.closed.connect(self.clear)
        view.jumping.connect(self.remember)
        for moved in (view.article_shown, view.active_changed, view.place_changed):
            moved.connect(self._note)

    @property
    def can_go_back(self) -> bool:
        """Whether there is a place before."""
        return bool(self._behind)

    @property
    def can_go_forward(self) -> bool:
        """Whether one went back from a place."""
        return bool(self._ahead)

    def clear(self) -> None:
        """Forget every place, as when another project is opened."""
        self._behind, self._ahead, self._seen, self._uuid = [], [], None, (0, "")
        self.changed.emit()

    def remember(self) -> None:
        """Remember the present place: the person is about to leave it."""
        if not self._jumping:
            self._push(self._here())

    @contextmanager
    def jump(self) -> Iterator[None]:
        """Remember the present place, and take all that happens inside for one jump away from it."""
        self.remember()
        self._jumping += 1
        try:
            yield
        finally:
            self._land()

    def back(self) -> bool:
        """Go to the place before; False where none is left that still exists."""
        return self._go(self._behind, self._ahead)

    def forward(self) -> bool:
        """Go again where one went back from; False where none is left that still exists."""
        return self._go(self._ahead, self._behind)

    def _go(self, places: list[Place], others: list[Place]) -> bool:
        here, went = self._here(), False
        while places and not went:
            place = places.pop()
            went = place.spot != here.spot and self._show(place)
        if went and here.page:
            others.append(here)
        self.changed.emit()
        return went

    def _push(self, place: Place) -> None:
        if not place.page or (place.page == TEXT and not place.article):
            return
        self._ahead.clear()
        last = self._behind[-1] if self._behind else None
        if last is not None and place.follows(last):
            self._behind[-1] = replace(place, origin=last.origin)
        else:
            self._behind = [*self._behind, replace(place, origin=place.point)][-_REMEMBERED:]
        self.changed.emit()

    # The text

    def _here(self) -> Place:
        if self._pages.name != TEXT:
            return Place(self._pages.name)
        return self._in_text(seen=True) or Place(TEXT)

    def _in_text(self, *, seen: bool) -> Place | None:
        """Give the place in the article shown, with how it is scrolled where it is seen."""
        article = self._view.article
        if article is None or not self._session.is_open:
            self._uuid = (0, "")
            return None
        if self._uuid[0] != article:
            found = self._session.attempt(lambda: self._session.project.articles.get(ArticleId(article)))
            self._uuid = (article, found.uuid if found else "")
        reader = self._view.reader
        return Place(TEXT, self._uuid[1], reader.caret(), reader.place() if seen else None, self._view.current)

    def _note(self) -> None:
        """Keep in mind where the caret stands; an article that was left unsaid, as by a click on a tab, is remembered now."""
        if self._jumping:
            return
        before, self._seen = self._seen, self._in_text(seen=False)
        if before is None or self._pages.name != TEXT or (self._seen and self._seen.article == before.article):
            return
        beside = self._view.beside_article if self._view.beside else ""
        if not beside or beside not in (before.article, self._seen.article if self._seen else ""):
            self._push(before)

    def _show(self, place: Place) -> bool:
        self._jumping += 1
        try:
            if place.page == TEXT and place.article:
                return self._show_text(place)
            turned = place.page != self._pages.name
            self._pages.turn_to(place.page)
            return turned
        finally:
            self._land()

    def _land(self) -> None:
        """End a jump: from now on moves count again."""
        self._jumping -= 1
        if not self._jumping:
            self._seen = self._in_text(seen=False)

    def _show_text(self, place: Place) -> bool:
        project, view = self._session.project, self._view
        try:
            article = project.articles.by_ref(place.article)
        except ProjectError:  # it was removed, which is nothing to tell: there are places before it
            return False
        self._pages.turn_to(TEXT)
        view.open(article)
        if place.top is not None and (view.reader.caret(), view.reader.place()) != (place.caret, place.top):
            length = len(view.text)
            view.reader.reveal(min(place.caret, length), flash=False)
            view.reader.set_place(min(place.top, length))
        found = project.annotations.several([AnnotationId(place.annotation)]) if place.annotation is not None else []
        view.stand_on(found[0].id if found and found[0].article == article else None)
        return True
