"""Colours and sizes as data: a theme's tokens, the palette, the fonts and the one stylesheet made of them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from resources import resource

THEMES = ("light", "dark", "sepia")
BRANCHES = ("principles", "inherent", "application", "derived", "technical", "governance", "guidelines", "own")
NO_BRANCH = "none"
# Named because the system's own choice for Chinese is often a Japanese face.
_FAMILIES = ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei UI", "Microsoft YaHei", "PingFang SC")
_SERIF = ("Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", "STSong", "SimSun", "NSimSun")
_QUOTES, _CHINESE = re.compile("[‘’“”]"), re.compile("[\u3000-\u9fff\uf900-\ufaff\uff00-\uffef]")
_ROLES = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "base",
    QPalette.ColorRole.AlternateBase: "window",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.Button: "window",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "error",
    QPalette.ColorRole.Highlight: "selection",
    QPalette.ColorRole.HighlightedText: "text",
    QPalette.ColorRole.Accent: "accent",
    QPalette.ColorRole.PlaceholderText: "muted",
    QPalette.ColorRole.ToolTipBase: "raised",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Link: "link",
    QPalette.ColorRole.LinkVisited: "link",
    QPalette.ColorRole.Light: "raised",
    QPalette.ColorRole.Midlight: "hover",
    QPalette.ColorRole.Mid: "hairline",
    QPalette.ColorRole.Dark: "scroll",
    QPalette.ColorRole.Shadow: "shadow",
}
_FADED_WHEN_DISABLED = (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText)


@dataclass(frozen=True)
class Theme:
    """A theme's tokens: colours as #rrggbb, sizes in logical pixels, strengths of fills in per cent."""

    name: str
    dark: bool
    colours: Mapping[str, str]
    branches: Mapping[str, str]
    sizes: Mapping[str, int]
    strengths: Mapping[str, int]

    @classmethod
    def load(cls, name: str) -> Theme:
        """Load light, dark or sepia; any other name gives light."""
        return _load(name if name in THEMES else "light")

    @classmethod
    def named(cls, choice: str) -> Theme:
        """Give the theme a person chose; `system` follows the system's light or dark now."""
        if choice != "system":
            return cls.load(choice)
        hints = QGuiApplication.styleHints()
        return cls.load("dark" if hints and hints.colorScheme() == Qt.ColorScheme.Dark else "light")

    def colour(self, token: str) -> QColor:
        """Give the colour of a token; KeyError for one that no theme has."""
        return QColor(self.colours[token])

    def branch(self, branch: str) -> QColor:
        """Give the colour of a framework's branch; a grey for none or an unknown one."""
        return QColor(self.branches.get(branch) or self.branches[NO_BRANCH])

    def size(self, token: str) -> int:
        """Give a size in logical pixels."""
        return self.sizes[token]

    def wash(self, colour: QColor, strength: str) -> QColor:
        """Give a colour thinned to a strength: rest, current, hover, aside, faded or lane."""
        washed = QColor(colour)
        washed.setAlphaF(self.strengths[strength] / 100)
        return washed

    def palette(self) -> QPalette:
        """Give the palette, the same for active and inactive windows, so that a selection stays visible beside a picker."""
        palette = QPalette()
        for role, token in _ROLES.items():
            palette.setColor(role, self.colour(token))
        for role in _FADED_WHEN_DISABLED:
            palette.setColor(QPalette.ColorGroup.Disabled, role, blend(self.colour("muted"), self.colour("window"), 0.6))
        return palette

    def stylesheet(self) -> str:
        """Give the stylesheet of the whole application."""
        sizes = {f"size_{name}": f"{value}px" for name, value in self.sizes.items()}
        return _stylesheet().substitute({**self.colours, **sizes})

    def apply(self, application: QApplication, rules: str = "") -> None:
        """Dress the application: style, palette, font, and the stylesheet with further rules behind it."""
        if application.style().objectName() != "fusion":
            application.setStyle("Fusion")
        application.setPalette(self.palette())
        application.setFont(ui_font(self.size("ui")))
        application.setStyleSheet(f"{self.stylesheet()}\n{rules}" if rules else self.stylesheet())


def blend(over: QColor, under: QColor, opacity: float) -> QColor:
    """Lay one colour over another with an opacity of 0 to 1."""
    pairs = ((over.red(), under.red()), (over.green(), under.green()), (over.blue(), under.blue()))
    return QColor(*(round(above * opacity + below * (1 - opacity)) for above, below in pairs))


def contrast(one: QColor, other: QColor) -> float:
    """Give the contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def ui_font(size: int = 13) -> QFont:
    """Give the font of the window in logical pixels."""
    return _font(size, QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont))


def with_narrow_quotes(words: str) -> bool:
    """Whether words want quotes as narrow as their letters: faces for Chinese draw ’ and “ as wide as a character."""
    return bool(_QUOTES.search(words)) and not _CHINESE.search(words)


def fitted(font: QFont, words: str) -> QFont:
    """Give a font for these words, with its narrow quotes (OpenType `pwid`) if they want them."""
    if not with_narrow_quotes(words):
        return font
    made = QFont(font)
    made.setFeature(QFont.Tag("pwid"), 1)
    return made


def text_font(size: int = 16, serif: bool = False) -> QFont:
    """Give the font of reading texts in logical pixels."""
    families = (*_SERIF, *_FAMILIES) if serif else _FAMILIES
    font = _font(size, QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont), families)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)  # even spacing at every zoom
    return font


def _font(size: int, system: QFont, families: Sequence[str] = _FAMILIES) -> QFont:
    font = QFont(system)
    font.setFamilies([*families, *system.families()])
    font.setPixelSize(size)
    return font


def _luminance(colour: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


@cache
def _load(name: str) -> Theme:
    return Theme(name=name, **json.loads(resource("themes", f"{name}.json").read_text("utf-8")))


@cache
def _stylesheet() -> Template:
    return Template(resource("themes", "window.qss").read_text("utf-8"))
