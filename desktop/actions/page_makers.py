"""How each page of the centre is made; what only a page needs is imported when it is first shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtWidgets import QWidget

from desktop.panels.article_view import ArticleView
from desktop.session import Session
from desktop.settings import Settings
from desktop.theme import Theme


def page_makers(session: Session, settings: Settings, view: ArticleView) -> Mapping[str, Callable[[], QWidget]]:
    """Give the maker of each page by name."""
    return {
        "article": partial(_given, view),
        "start": partial(_start, session, settings),
        "search": partial(_search, session),
        "history": partial(_history, session),
        "journal": partial(_journal, session),
        "conflicts": partial(_conflicts, session),
        "version_preview": partial(_version_preview, session),
        "text_editor": partial(_text_editor, session),
        "versions": partial(_versions, session, settings),
        "review": partial(_review, session, settings),
        "duplicates": partial(_duplicates, session),
        "marking": partial(_marking, session),
        "agreement": partial(_agreement, session, settings),
        "text_choice": partial(_text_choice, session),
        "import_report": _import_report,
        "code": partial(_code, session),
        "export": partial(_export, session, settings),
        "quotes": partial(_quotes, session),
        "merge": _merge,
        "shortcuts": _shortcuts,
        "about": _about,
        "outcomes": _outcomes,
    }


def _given(page: QWidget) -> QWidget:
    return page


def _start(session: Session, settings: Settings) -> QWidget:
    from desktop.panels.start_page import StartPage

    page = StartPage(session.person.name, settings.recent())
    page.follow_recent(settings.recent)
    return page


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


def _version_preview(session: Session) -> QWidget:
    from desktop.panels.version_preview import VersionPreview

    return VersionPreview(session)


def _text_editor(session: Session) -> QWidget:
    from desktop.panels.text_editor import TextEditor

    return TextEditor(session)


def _versions(session: Session, settings: Settings) -> QWidget:
    from desktop.panels.versions_page import VersionsPage

    return VersionsPage(session, Theme.named(settings.text("theme", "system")))


def _review(session: Session, settings: Settings) -> QWidget:
    from desktop.panels.review_page import ReviewPage

    return ReviewPage(session, Theme.named(settings.text("theme", "system")))


def _agreement(session: Session, settings: Settings) -> QWidget:
    from desktop.panels.agreement_page import AgreementPage

    return AgreementPage(session, settings)


def _code(session: Session) -> QWidget:
    from desktop.panels.code_page import CodePage

    return CodePage(session)


def _marking(session: Session) -> QWidget:
    from desktop.panels.marking_page import MarkingPage

    return MarkingPage(session)


def _export(session: Session, settings: Settings) -> QWidget:
    from desktop.panels.export_page import ExportPage

    return ExportPage(session, settings)


def _quotes(session: Session) -> QWidget:
    from desktop.panels.quotes_page import QuotesPage

    return QuotesPage(session)


def _duplicates(session: Session) -> QWidget:
    from desktop.panels.duplicates_page import DuplicatesPage

    return DuplicatesPage(session)


def _text_choice(session: Session) -> QWidget:
    from desktop.panels.text_choice import TextChoice

    return TextChoice(session)


def _import_report() -> QWidget:
    from desktop.panels.import_report import ImportReport

    return ImportReport()


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
