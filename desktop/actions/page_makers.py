"""How each page of the centre is made; what only a page needs is imported when it is first shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtWidgets import QWidget

from desktop.panels.article_view import ArticleView
from desktop.session import Session
from desktop.settings import Settings


def page_makers(session: Session, settings: Settings, view: ArticleView) -> Mapping[str, Callable[[], QWidget]]:
    """Give the maker of each page by name."""
    return {
        "article": partial(_given, view),
        "start": partial(_start, session, settings),
        "search": partial(_search, session),
        "history": partial(_history, session),
        "journal": partial(_journal, session),
        "conflicts": partial(_conflicts, session),
        "removed": _removed,
        "merge": _merge,
        "shortcuts": _shortcuts,
        "about": _about,
        "outcomes": _outcomes,
    }


def _given(page: QWidget) -> QWidget:
    return page


def _start(session: Session, settings: Settings) -> QWidget:
    from desktop.panels.start_page import StartPage

    return StartPage(session.person.name, settings.recent())


def _search(session: Session) -> QWidget:
    from desktop.panels.search_page import SearchPage

    return SearchPage(session)


def _history(session: Session) -> QWidget:
    from desktop.panels.history_page import HistoryPage

    return HistoryPage(session)


def _journal(session: Session) -> QWidget:
    from desktop.panels.journal_page import JournalPage

    return JournalPage(session)


def _conflicts(session: Session) -> QWidget:
    from desktop.panels.conflicts_page import ConflictsPage

    return ConflictsPage(session)


def _removed() -> QWidget:
    from desktop.panels.help_sheets import RemovedSheet

    return RemovedSheet()


def _merge() -> QWidget:
    from desktop.panels.merge_sheet import MergeSheet

    return MergeSheet()


def _shortcuts() -> QWidget:
    from desktop.panels.help_sheets import ShortcutsSheet

    return ShortcutsSheet()


def _about() -> QWidget:
    from desktop.panels.help_sheets import AboutSheet

    return AboutSheet()


def _outcomes() -> QWidget:
    from desktop.panels.help_sheets import OutcomeSheet

    return OutcomeSheet()
