"""Relating two passages: mark one end, go to the other, press one key; and going from a link to the provision it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from db.changes import Change
from db.errors import Refused
from db.records import AnnotationId, ArticleId, InstrumentId
from desktop.panels.article_view import ArticleView
from desktop.panels.notice_bar import NoticeBar
from desktop.session import Session
from desktop.words import language, tr

_QUOTED = (24, 16, 12, 8, 6, 4)  # characters of the marked passage that are said: as many as leave the bar one line

_MARKED = "“{quote}” marked · the other: 1 continues · 2 contradicts · 3 repeats · 4 translates · 5 answers it"
_NO_TEXT = "The text of {instrument} is not in this project. Import it and relate it to the instrument (is the text of)."


@dataclass(frozen=True, slots=True)
class End:
    """One end of a relation: a passage that may not be annotated yet."""

    article: int
    version: int
    span: tuple[int, int] | None  # None: it is on no place of the newest text
    annotation: int | None
    quote: str

    def same(self, other: End) -> bool:
        """Whether both are one passage."""
        if self.annotation is not None and self.annotation == other.annotation:
            return True
        return self.span is not None and (self.article, self.span) == (other.article, other.span)


class RelationActions(QObject):
    """Remembers the marked end until the other one is found or it is given up."""

    end_changed = Signal()
    place_requested = Signal(int, object, object, object)  # article, start, end, annotation: as GoActions.place takes them

    def __init__(self, session: Session, view: ArticleView, notice: NoticeBar, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._view = view
        self._notice = notice
        self._end: End | None = None
        self._words = ""
        self._menu: QMenu | None = None
        self._retelling = QTimer(self)
        self._retelling.setSingleShot(True)
        self._retelling.setInterval(0)
        self._retelling.timeout.connect(self._tell_again)
        notice.installEventFilter(self)
        session.changed.connect(self._changed)
        session.closed.connect(self.give_up)

    def serve(self, page: QWidget) -> None:
        """Let Esc on a page of text close the bar, which gives up the marked end."""
        self._notice.serve(page)

    # The marked end

    @property
    def has_end(self) -> bool:
        """Whether one end of a relation is marked."""
        return self._end is not None

    def mark_end(self) -> None:
        """Mark the passage as one end; where one is marked, give it up."""
        if self._end is not None:
            self.give_up()
            return
        end = self._here()
        if end is not None:
            self._set(end)
            self._tell()

    def give_up(self) -> None:
        """Forget the marked end."""
        if self._end is not None:
            self._set(None)
            if self._notice.words == self._words:
                self._notice.hide()

    def _set(self, end: End | None) -> None:
        self._end = end
        self.end_changed.emit()

    def _here(self) -> End | None:
        """Give the passage one is at; nothing is marked in the text for it."""
        span, article = self._view.aim(), self._view.article
        if article is None:
            return None
        if span is not None:
            return End(article, self._view.version, span, self._view.own_on(span), self._view.text[slice(*span)])
        found = self._session.project.annotations.several([AnnotationId(key) for key in (self._view.current,) if key is not None])
        if not found:
            return None
        each = found[0]
        place = None if each.start is None or each.end is None else (each.start, each.end)
        return End(each.article, each.version, place, each.id, each.exact)

    # What the bar says

    def _tell(self) -> None:
        quote = " ".join(self._end.quote.split()) if self._end else ""
        said = (tr(_MARKED, quote=quote if len(quote) <= most else f"{quote[:most]}…") for most in _QUOTED)
        shortest = tr(_MARKED, quote=f"{quote[:2]}…")
        self._words = next((words for words in said if self._notice.fits(words)), shortest)
        self._notice.tell(self._words)

    def _tell_again(self) -> None:
        if self._end is not None and self._notice.isHidden():
            self._tell()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Closing the bar gives the marked end up; another notice in its place does not."""
        if event.type() == QEvent.Type.HideToParent and self._end is not None:
            if self._notice.accessibleName() == self._words:
                self.give_up()
            else:
                self._retelling.start()
        return False

    # Relating

    def relate_1(self) -> None:
        """The passage one is at continues the marked one."""
        self._relate("continues")

    def relate_2(self) -> None:
        """The passage one is at contradicts the marked one."""
        self._relate("contradicts")

    def relate_3(self) -> None:
        """The passage one is at repeats the marked one."""
        self._relate("repeats")

    def relate_4(self) -> None:
        """The passage one is at translates the marked one."""
        self._relate("translates")

    def relate_5(self) -> None:
        """The passage one is at responds to the marked one."""
        self._relate("responds to")

    def _relate(self, kind: str) -> None:
        there, here = self._end, self._here()
        if there is None or here is None:
            return
        made = self._session.act(partial(self._join, kind, here, there))
        if made is not None:
            self.give_up()
            self._view.stand_on(made)
            self._view.focus()

    def _join(self, kind: str, here: End, there: End) -> int:
        """Relate two passages, each highlighted if it is not annotated yet, in one change; gives the first."""
        if here.same(there):
            raise Refused("Both ends are the same passage. Go to another one.")
        project = self._session.project
        if here.annotation is not None and there.annotation is not None:
            ends = ("annotation", here.annotation), ("annotation", there.annotation)
            related = project.relations.of(*ends[0])
            if any((each.kind, each.source, each.target, each.coder) == (kind, *ends, project.me) for each in related):
                raise Refused("These two passages are related like this already.")
        with project.change(f"Related: {kind}"):
            source, target = self._annotated(here), self._annotated(there)
            project.relations.add(kind, ("annotation", source), ("annotation", target))
        return source

    def _annotated(self, end: End) -> int:
        project = self._session.project
        if end.annotation is not None and project.annotations.several([AnnotationId(end.annotation)]):
            return end.annotation
        if end.span is None or project.articles.get(ArticleId(end.article)).version != end.version:
            raise Refused("The marked passage is no longer in the text. Mark it again.")
        return project.annotations.add(ArticleId(end.article), *end.span)

    def _changed(self, change: Change) -> None:
        """Know the marked end again when it is annotated meanwhile; forget it when its article is removed."""
        if (end := self._end) is None:
            return
        project = self._session.project
        if "article" in change.tables and not project.articles.several([ArticleId(end.article)]):
            self.give_up()
            return
        for each in project.annotations.several([AnnotationId(key) for key in change.annotations or ()]):
            place = (each.article, (each.start, each.end), each.coder)
            if end.annotation is None and place == (end.article, end.span, project.me):
                self._end = replace(end, annotation=each.id)

    # From a link to its provision

    def open_provision(self) -> None:
        """Go to what the annotation one stands on is linked to; of several links one is chosen."""
        current = self._view.current
        found = self._session.project.annotations.several([AnnotationId(current)]) if current is not None else []
        if not found:
            return
        links = [(link.instrument, link.locator) for link in found[0].links]
        if not links:
            self._session.tell(Refused("This passage is linked to no instrument. Press L to link it."))
        elif len(links) == 1:
            self.show_provision(*links[0])
        else:
            self._ask(links)

    def _ask(self, links: Sequence[tuple[InstrumentId, str]]) -> None:
        if self._menu is not None:
            self._menu.deleteLater()
        self._menu = QMenu(self._view)
        self._menu.triggered.connect(self._choose)
        for instrument, locator in links:
            entry = self._menu.addAction(f"{self._title(instrument)} {locator}".strip().replace("&", "&&"))
            entry.setData((instrument, locator))
        self._menu.setActiveAction(self._menu.actions()[0])
        self._menu.popup(self._view.anchor_rect().bottomLeft())

    def _choose(self, entry: QAction) -> None:
        self.show_provision(*entry.data())

    def show_provision(self, instrument: int, locator: str) -> None:
        """Go to a provision in the text of an instrument, or say that the text is not there."""
        found = self._session.attempt(partial(self._session.project.provision, InstrumentId(instrument), locator))
        title = self._title(instrument)
        if found is None:
            self._notice.tell(tr(_NO_TEXT, instrument=title))
            return
        article, start, end = found
        self.place_requested.emit(article, start, end, None)
        if locator.strip() and (start, end) == (0, 0):
            self._session.tell(
                Refused("{locator} was not found in the text of {instrument}; here it begins.", locator=locator, instrument=title)
            )

    def _title(self, instrument: int) -> str:
        found = self._session.project.instruments.get(InstrumentId(instrument))
        return found.title(language()) or found.key
