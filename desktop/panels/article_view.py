"""The text in the middle: tabs from the second article on, one text or two side by side, and find in the article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

from db.changes import Change
from db.records import Article, ArticleId
from desktop.panels.marks import NAMES, PASSAGES
from desktop.panels.reading_pane import Ends, ReadingPane
from desktop.panels.two_panes import TRANSLATION, TwoPanes, related_articles
from desktop.session import Session
from desktop.theme import Theme
from desktop.words import tr

# Which article is offered beside another, the likeliest first.
_BESIDE = (TRANSLATION, "reprint of", "comments on")


class ArticleView(TwoPanes):
    """Keeps what is open and where each article is read; after a change only what changed is shown anew."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self._open: list[Article] = []
        self._visited: list[int] = []  # the article shown last is the last
        self._places: dict[int, int] = {}
        self._ends: dict[int, Ends] = {}  # caret and selection, as long as the project is open
        session.changed.connect(self._changed)
        self.tabs.currentChanged.connect(self._turned)
        self.tabs.close_requested.connect(self._close)
        self.tabs.setAccessibleName(tr("Open articles"))

    # What is open

    def open(self, article: int, beside: bool = False) -> None:
        """Show an article: where it is shown already, else in the active pane; in the first one in a tab of its own."""
        there = next((pane for pane, shown in self._panes() if shown.id == article), None)
        waiting = self._second if self._beside and self._second is not None and self._second.article is None else self.pane
        if beside:
            self.show_beside(article)
            if self._second is not None:
                self._activate(self._second)
        elif there is not None:
            self._activate(there)
        elif waiting is self._second:
            self.show_beside(article)
        elif found := self._found(article):
            if all(each.id != article for each in self._open):
                self._open.append(found)
            self._show(article)

    def _found(self, article: int) -> Article | None:
        return self._session.attempt(partial(self._session.project.articles.get, ArticleId(article)))

    def select_span(self, start: int, end: int) -> None:
        """Select a passage of the article shown; nothing where there is none."""
        if self.pane.article is not None and start < end:
            self.pane.reader.set_selection(start, end)

    def restore(self, articles: Sequence[Article], shown: int | None, places: Mapping[str, int], beside: str = "") -> None:
        """Open the articles that were open, each at its place, and the one that stood beside (uuid)."""
        self._open = list(articles)
        others = self._session.project.articles.all() if beside else ()
        known = {each.uuid: each for each in (*others, *articles)}
        self._places = {each.id: places[each.uuid] for each in known.values() if each.uuid in places}
        self._show(shown if shown is not None else (articles[0].id if articles else None))
        if beside in known and self._first.article is not None:
            self.show_beside(known[beside].id)

    def desk(self) -> tuple[list[str], str, dict[str, int]]:
        """Give what is open, which is shown and where each is read, by uuid."""
        articles = {each.id: each for each in self._open}
        for pane, shown in self._panes():
            self._keep_place(pane)
            articles[shown.id] = shown
        places = {each.uuid: self._places[each.id] for each in articles.values() if each.id in self._places}
        return [each.uuid for each in self._open], self._first.article.uuid if self._first.article else "", places

    def clear(self) -> None:
        """Close everything."""
        self._open, self._visited = [], []
        self._show(None)  # first, so that nothing of a project that is gone is asked for
        self.close_beside()
        self._places, self._ends = {}, {}

    def close_shown(self) -> None:
        """Close the article shown."""
        if self.pane is self._second:
            self.close_beside()
        elif self.article is not None:
            self._close(self.article)

    def _close(self, article: int) -> None:
        at = next((place for place, each in enumerate(self._open) if each.id == article), -1)
        if at < 0:
            return
        del self._open[at]
        if self._first.article is None or self._first.article.id != article:
            self._fill_tabs()
        elif self._open:
            self._show(self._open[min(at, len(self._open) - 1)].id)
        else:
            self._move_over()

    def _move_over(self) -> None:
        """Show the article beside alone when the other is gone, or nothing where there is none."""
        left = self._second.article if self._second is not None else None
        self.close_beside()
        self._open = [left] if left is not None else []
        self._show(left.id if left is not None else None)

    def _turned(self, tab: int) -> None:
        if 0 <= tab < len(self._open):
            self._activate(self._first)
            self._show(self._open[tab].id)

    def _keep_place(self, pane: ReadingPane | None) -> None:
        if pane is not None and pane.article is not None:
            self._places[pane.article.id], self._ends[pane.article.id] = pane.place(), pane.ends()

    def _where(self, article: Article | None) -> tuple[int, Ends | None]:
        """Give the first code point in view of an article as it was left, and what was selected."""
        return (self._places.get(article.id, 0), self._ends.get(article.id)) if article is not None else (0, None)

    def next_tab(self) -> None:
        """Turn to the next open article, from the last one to the first."""
        self._turn_by(1)

    def previous_tab(self) -> None:
        """Turn to the open article before, from the first one to the last."""
        self._turn_by(-1)

    def _turn_by(self, step: int) -> None:
        shown = self._first.article.id if self._first.article is not None else None
        at = next((tab for tab, each in enumerate(self._open) if each.id == shown), None)
        if at is not None and len(self._open) > 1:
            self._turned((at + step) % len(self._open))
            self.focus()

    def _show(self, article: int | None) -> None:
        self._keep_place(self._first)
        shown = next((each for each in self._open if each.id == article), None)
        if shown is not None:
            self._visited = [*(each for each in self._visited if each != shown.id), shown.id]
        self._cut()
        self._fill_tabs(shown)
        self._first.show_article(shown, *self._where(shown))
        self._relate()

    def _fill_tabs(self, shown: Article | None = None) -> None:
        shown = shown or self._first.article
        self.tabs.fill(self._open, shown.id if shown is not None else None)
        self.tabs.setVisible(len(self._open) > 1 or self._beside)

    # Two side by side

    def toggle_beside(self) -> None:
        """Show the likeliest article beside the one shown, or only one again."""
        if self._beside:
            self.close_beside()
        elif self._first.article is not None:
            self._put_beside(self._likeliest(self._first.article.id))

    def show_beside(self, article: int) -> None:
        """Show an article beside the one shown, which stays the active one."""
        if self._first.article is None:
            self.open(article)
        elif found := self._found(article):
            self._put_beside(found)

    def _put_beside(self, article: Article | None) -> None:
        self._keep_place(self._second)
        self._show_second(article, *self._where(article))
        self._fill_tabs()

    def close_beside(self) -> None:
        """Show one article only."""
        if self._beside:
            self._keep_place(self._second)
            super().close_beside()
            self._fill_tabs()

    def _likeliest(self, article: int) -> Article | None:
        """Choose what to show beside an article: its translation, reprint or comment, else what was read before it."""
        others = related_articles(self._session.project, article)
        by_kind = (other for kind in _BESIDE for other, kinds in others.items() if kind in kinds)
        tabs = {each.id for each in self._open} - {article}
        visited = (each for each in reversed(self._visited) if each in tabs)
        chosen = next(by_kind, None) or next(visited, None)
        return self._found(chosen) if chosen is not None else None

    # After a change

    def _changed(self, change: Change) -> None:
        if change.tables & {"article", "version"}:
            self._refresh_articles()
        for pane, _article in self._panes():
            if change.tables & PASSAGES:
                pane.follow_marks(change.annotations, back=change.kind != "do")
            if change.tables & NAMES:
                pane.show_marks_again()
        if self._beside and change.tables & {"relation", "version"}:
            self._relate()

    def _refresh_articles(self) -> None:
        shown_now = [shown.id for _pane, shown in self._panes()]
        wanted = {each.id for each in self._open}.union(shown_now)
        known = self._session.project.articles.several(wanted)
        self._open = [known[each.id] for each in self._open if each.id in known]
        if any(pane is self._second and shown.id not in known for pane, shown in self._panes()):
            self.close_beside()
        if self._first.article is not None and self._first.article.id not in known:
            self._first.show_article(None)
            if self._open:
                self._show(self._open[-1].id)
            else:
                self._move_over()
        for pane, shown in self._panes():
            pane.refresh_article(known[shown.id])
        if self._second_tabs is not None and self._second is not None:
            self._second_tabs.show_one(self._second.article)
        self._fill_tabs()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.tabs.setAccessibleName(tr("Open articles"))
        super().changeEvent(event)
