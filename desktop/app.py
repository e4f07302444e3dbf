"""The application: settings, theme, language, one session and its window."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from db.person import load_person
from desktop.main_window import MainWindow
from desktop.settings import Settings
from desktop.style import dress
from desktop.theme import Theme
from desktop.words import use_language
from resources import words

MEASURE_SHOWN = "--measure-start"  # ends when the window has been painted
MEASURE_READY = "--measure-ready"  # ends when it shows the project
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
    """Make a window in the person's language and theme, with its parts; nothing is opened yet."""
    window, theme = _make_frame(application, settings)
    fill(window, theme)
    return window


def _make_frame(application: QApplication, settings: Settings) -> tuple[MainWindow, Theme]:
    """Make the window without its parts, which takes a fraction of the time."""
    use_language(application, load_person().language or words.system_language())
    theme = Theme.named(settings.text("theme", "system"))
    dress(application, theme)
    return MainWindow(settings, theme), theme


def fill(window: MainWindow, theme: Theme) -> None:
    """Fill a window with its parts; what they are made of is imported only now."""
    from desktop.session import Session
    from desktop.wiring import Wiring

    Wiring(window).assemble(Session(), theme)


class _Start(QObject):
    """Shows the window first, then fills it and opens what the arguments name."""

    ready = Signal()  # the window is filled and shows what was asked for

    def __init__(self, application: Application, arguments: Sequence[str]) -> None:
        super().__init__(application)
        self._application, self._arguments = application, arguments
        self.window, self._theme = _make_frame(application, Settings())
        self.window.painted.connect(self._go_on)

    def _go_on(self) -> None:
        QTimer.singleShot(0, self._fill)

    def _fill(self) -> None:
        fill(self.window, self._theme)
        self._application.file_opened.connect(self.window.projects.open_path)
        files = [Path(argument) for argument in self._arguments if not argument.startswith("--")]
        if SAMPLE in self._arguments:
            self.window.projects.open_sample()
        elif files:
            self.window.projects.open_path(files[0])
        if not self.window.session.is_open and not self.window.pages.name:
            self.window.pages.start_over("start")
        gc.freeze()  # the window stays: the search for garbage, for which every thread stands still, need not go through it
        QTimer.singleShot(0, self.ready.emit)


def run(arguments: Sequence[str]) -> int:
    """Open the window on what the arguments name and stay until it is closed; gives the exit code."""
    application = make_application(arguments)
    start = _Start(application, arguments)
    if MEASURE_SHOWN in arguments:
        start.window.painted.disconnect()
        start.window.painted.connect(_end_soon)
    if MEASURE_READY in arguments:
        start.ready.connect(_end_soon)
    start.window.show()
    return application.exec()


def _end_soon() -> None:
    QTimer.singleShot(0, QCoreApplication.quit)
