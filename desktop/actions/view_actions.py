"""What is shown and how: sides, text only, theme, language, layers; remembered for the next start."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from db.changes import Change
from db.person import named
from desktop.actions.menu import Actions
from desktop.panels.article_view import ArticleView
from desktop.panels.frame import Frame
from desktop.session import Session
from desktop.settings import Settings
from desktop.style import dress
from desktop.theme import THEMES, Theme
from desktop.words import language, tr, use_language

_STEP, _NARROWEST, _WIDEST = 4, 30, 60  # em


class ViewActions(QObject):
    """Remembers every choice as it is made."""

    theme_changed = Signal(object)  # theme.Theme
    bars_shown = Signal(bool)  # whether menus, top bar and status line are shown
    question_asked = Signal(str, str, object, str)  # words, its name, value, text to start from

    def __init__(
        self, session: Session, settings: Settings, actions: Actions, frame: Frame, view: ArticleView, window: QWidget
    ) -> None:
        super().__init__(window)
        self._session = session
        self._settings = settings
        self._actions = actions
        self._frame = frame
        self._view = view
        self._window = window
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._system_changed)

    def begin(self) -> None:
        """Show everything as it was left."""
        self._frame.show_sides(self._settings.flag("sidebar", True), self._settings.flag("inspector", True))
        look, number = self._view.look, self._settings.number
        zoom, measure = number("zoom", look.zoom), number("measure", look.measure)
        self._view.set_look(replace(look, zoom=zoom, measure=measure, serif=self._settings.flag("serif", look.serif)))
        self.sync()

    def sync(self) -> None:
        """Check the entries of the menus that are on."""
        choice = self._settings.text("theme", "system")
        for name in ("system", *THEMES):
            self._actions[f"theme_{name}"].setChecked(name == choice)
        self._actions["language_zh"].setChecked(language().startswith("zh"))
        self._actions["language_en"].setChecked(language() == "en")
        self._actions["toggle_sidebar"].setChecked(self._frame.sidebar_on)
        self._actions["toggle_inspector"].setChecked(self._frame.inspector_on)
        self._actions["full_screen"].setChecked(self._frame.text_only)
        self._actions["serif_text"].setChecked(self._view.look.serif)
        self._actions["beside"].setChecked(self._view.beside)
        self._actions["scroll_together"].setChecked(self._view.scrolls_together)
        unit = (self._session.project.setting("unit") if self._session.is_open else None) or "free"
        self._actions[f"unit_{unit}"].setChecked(True)

    def follow(self, change: Change) -> None:
        """Check the unit of the project's passages after it was set, undone or redone."""
        if "setting" in change.tables:
            self.sync()

    def toggle_sidebar(self) -> None:
        """Show or hide the sidebar."""
        self._frame.show_sides(not self._frame.sidebar_on, self._frame.inspector_on)
        self._settings.keep("sidebar", self._frame.sidebar_on)
        self.sync()

    def toggle_inspector(self) -> None:
        """Show or hide the inspector."""
        self._frame.show_sides(self._frame.sidebar_on, not self._frame.inspector_on)
        if not self._frame.floating:
            self._settings.keep("inspector", self._frame.inspector_on)
        self.sync()

    def full_screen(self) -> None:
        """Leave text and margin only, or show everything again."""
        on = not self._frame.text_only
        self._frame.show_text_only(on)
        self.bars_shown.emit(not on)
        self._window.setWindowState(
            self._window.windowState() | Qt.WindowState.WindowFullScreen
            if on
            else self._window.windowState() & ~Qt.WindowState.WindowFullScreen
        )
        self.sync()

    def theme_system(self) -> None:
        """Follow the system's light or dark."""
        self._choose_theme("system")

    def theme_light(self) -> None:
        """Use the light theme."""
        self._choose_theme("light")

    def theme_dark(self) -> None:
        """Use the dark theme."""
        self._choose_theme("dark")

    def theme_sepia(self) -> None:
        """Use the sepia theme."""
        self._choose_theme("sepia")

    def _choose_theme(self, choice: str) -> None:
        self._settings.keep("theme", choice)
        self._dress()
        self.sync()

    def _system_changed(self) -> None:
        if self._settings.text("theme", "system") == "system":
            self._dress()

    def _dress(self) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            theme = Theme.named(self._settings.text("theme", "system"))
            dress(application, theme)
            self.theme_changed.emit(theme)

    def language_zh(self) -> None:
        """Speak Chinese."""
        self.choose_language("zh_CN")

    def language_en(self) -> None:
        """Speak English."""
        self.choose_language("en")

    def choose_language(self, wanted: str) -> None:
        """Switch the language of the window and keep it for this person."""
        application = QApplication.instance()
        if isinstance(application, QApplication) and wanted != language():
            use_language(application, wanted)
            self._session.name_person(replace(self._session.person, language=wanted))
        self.sync()

    def zoom_in(self) -> None:
        """Show the text larger."""
        self._zoom(self._view.look.zoom + 10)

    def zoom_out(self) -> None:
        """Show the text smaller."""
        self._zoom(self._view.look.zoom - 10)

    def zoom_reset(self) -> None:
        """Show the text at its normal size."""
        self._zoom(100)

    def zoom_by(self, steps: int) -> None:
        """Show the text larger or smaller by steps."""
        self._zoom(self._view.look.zoom + 10 * steps)

    def _zoom(self, per_cent: int) -> None:
        self._view.set_look(replace(self._view.look, zoom=max(60, min(300, per_cent))))
        self._settings.keep("zoom", self._view.look.zoom)

    def wider_column(self) -> None:
        """Let lines be longer."""
        self._measure(_STEP)

    def narrower_column(self) -> None:
        """Let lines be shorter."""
        self._measure(-_STEP)

    def _measure(self, by: int) -> None:
        measure = max(_NARROWEST, min(_WIDEST, self._view.look.measure + by))
        self._view.set_look(replace(self._view.look, measure=measure))
        self._settings.keep("measure", measure)

    def serif_text(self) -> None:
        """Set the text in a serif typeface, or in the plain one again."""
        self._view.set_look(replace(self._view.look, serif=not self._view.look.serif))
        self._settings.keep("serif", self._view.look.serif)
        self.sync()

    def beside(self) -> None:
        """Show a second article beside the text, or only one again."""
        self._view.toggle_beside()
        self.sync()

    def scroll_together(self) -> None:
        """Scroll the two articles together, or each for itself."""
        self._view.scroll_together(not self._view.scrolls_together)
        self.sync()

    def ask_name(self) -> None:
        """Ask who the person is."""
        self.question_asked.emit(
            tr("Your name, as colleagues will see it beside your annotations"), "person", None, self._session.person.name
        )

    def name_person(self, _value: object, name: str) -> None:
        """Say who the person is, here and in the open project."""
        person = named(self._session.person, name)
        self._session.name_person(person)
        project = self._session.project
        values = {"name": person.name, "initials": person.initials}
        self._session.act(partial(project.coders.edit, project.me, **values))


def keep_sizes(settings: Settings, window: QWidget, frame: Frame) -> None:
    """Keep the window's place and the widths of its sides."""
    if not window.isFullScreen():
        settings.keep("geometry", window.saveGeometry())
    slim, wide = frame.widths()
    settings.keep("sidebar_width", slim)
    settings.keep("inspector_width", wide)
