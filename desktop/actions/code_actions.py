"""Own codes, working frameworks and instruments: what the forms in the sidebar ask for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from db.records import CodeId, InstrumentId
from desktop.panels.sidebar import Sidebar
from desktop.session import Session


class CodeActions(QObject):
    """Asks, changes, and closes the form when it was done."""

    def __init__(self, session: Session, sidebar: Sidebar, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._sidebar = sidebar

    def set_working(self, books: Sequence[str]) -> None:
        """Choose the frameworks to work with."""
        self._session.act(partial(self._session.project.codes.set_working, list(books)))

    def begin_code(self) -> None:
        """Show the form for a new code."""
        self._sidebar.turn_to(1)
        self._sidebar.codes.begin_code()

    def begin_instrument(self) -> None:
        """Show the form for a new instrument."""
        self._sidebar.turn_to(2)
        self._sidebar.instruments.begin_instrument()

    def add_code(self, parent: CodeId | None, values: dict[str, str]) -> None:
        """Add an own code."""
        added = self._session.act(partial(self._session.project.codes.add, parent=parent, **values))
        if added is not None:
            self._sidebar.codes.done()
            self._sidebar.codes.show_code(added)

    def edit_code(self, code: int, parent: CodeId | None, values: dict[str, str]) -> None:
        """Correct a code and hang it where it belongs, as one change."""
        if self._tried(partial(self._edit_code, CodeId(code), parent, values)):
            self._sidebar.codes.done()

    def _edit_code(self, code: CodeId, parent: CodeId | None, values: dict[str, str]) -> None:
        project = self._session.project
        with project.change("Edit code"):
            if project.codes.get(code).parent != parent:
                project.codes.move(code, parent)
            project.codes.edit(code, **values)

    def remove_code(self, code: int) -> None:
        """Remove an own code with what is below it."""
        self._tried(partial(self._session.project.codes.remove, CodeId(code)))

    def add_instrument(self, values: dict[str, str], dates: list[tuple[str, str]], aliases: list[str]) -> None:
        """Add an own instrument."""
        add = partial(self._session.project.instruments.add, dates=dates, aliases=aliases, **values)
        added = self._session.act(add)
        if added is not None:
            self._sidebar.instruments.done()
            self._sidebar.instruments.show_instrument(added)

    def edit_instrument(self, instrument: int, values: dict[str, str], dates: list[tuple[str, str]], aliases: list[str]) -> None:
        """Correct an instrument and its other names, as one change."""
        if self._tried(partial(self._edit_instrument, InstrumentId(instrument), values, dates, aliases)):
            self._sidebar.instruments.done()

    def _edit_instrument(
        self, instrument: InstrumentId, values: dict[str, str], dates: list[tuple[str, str]], aliases: list[str]
    ) -> None:
        project = self._session.project
        with project.change("Edit instrument"):
            project.instruments.edit(instrument, dates=dates, **values)
            known = project.instruments.get(instrument).aliases
            for alias in known:
                if alias.text not in aliases:
                    project.instruments.remove_alias(alias.id)
            for text in aliases:
                project.instruments.add_alias(instrument, text)

    def remove_instrument(self, instrument: int) -> None:
        """Remove an own instrument with the links to it."""
        self._tried(partial(self._session.project.instruments.remove, InstrumentId(instrument)))

    def _tried(self, action: Callable[[], None]) -> bool:
        return bool(self._session.act(partial(_done, action)))

    def visit(self, url: str) -> None:
        """Open an address in the person's browser; only web addresses."""
        if url.lower().startswith(("https://", "http://")):
            QDesktopServices.openUrl(QUrl(url))


def _done(action: Callable[[], None]) -> bool:
    action()
    return True
