"""The application: settings, theme, language, one session and its window."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QTimer, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from desktop.main_window import MainWindow
from desktop.session import Session
from desktop.settings import Settings
from desktop.style import dress
from desktop.theme import Theme
from desktop.words import use_language
from resources import words

MEASURE = "--measure-start"
SAMPLE = "--sample"


class Application(QApplication):
    """The one application; files opened from outside arrive as a signal."""

    file_opened = Signal(object)  # path

    def event(self, event: QEvent) -> bool:
        """Take files that the system opens with this program (macOS)."""
        if isinstance(event, QFileOpenEvent):
            self.file_opened.emit(Path(event.file()))
            return True
        return super().event(event)


def make_application(arguments: Sequence[str]) -> Application:
    """Make the application; an input method that the wheels of Qt lack is reached through one they have."""
    if os.environ.get("QT_IM_MODULE", "").startswith("fcitx"):
        os.environ["QT_IM_MODULE"] = "ibus"  # fcitx speaks ibus too
    QCoreApplication.setApplicationName("Glossator")
    QCoreApplication.setOrganizationName("Glossator")
    return Application([sys.argv[0], *arguments])


def make_window(application: QApplication, settings: Settings) -> MainWindow:
    """Make a window in the person's language and theme; nothing is opened yet."""
    session = Session(application)
    use_language(application, session.person.language or words.system_language())
    theme = Theme.named(settings.text("theme", "system"))
    dress(application, theme)
    window = MainWindow(session, settings, theme)
    session.setParent(window)
    return window


def run(arguments: Sequence[str]) -> int:
    """Open the window on what the arguments name and stay until it is closed; gives the exit code."""
    application = make_application(arguments)
    window = make_window(application, Settings())
    application.file_opened.connect(window.projects.open_path)
    files = [Path(argument) for argument in arguments if not argument.startswith("--")]
    if SAMPLE in arguments:
        window.projects.open_sample()
    elif files:
        window.projects.open_path(files[0])
    if not window.session.is_open and not window.pages.name:
        window.going.leave_page()
    if MEASURE in arguments:
        window.painted.connect(_end_soon)
    window.show()
    return application.exec()


def _end_soon() -> None:
    QTimer.singleShot(0, QCoreApplication.quit)
