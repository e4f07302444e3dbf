"""How the window around the text looks: the rules for bars, sidebar, sheets and the first page, made of a theme's tokens."""

from __future__ import annotations

from string import Template

from PySide6.QtWidgets import QApplication

from desktop.style_panels import filled, panels_style, tokens_rule
from desktop.theme import Theme
from resources import resource

_TOKENS = ("text", "muted", "hover", "selection", "hairline", "accent")

_RULES = Template(
    """
QWidget#topBar { background: $window; border-bottom: 1px solid $hairline; }
QLabel#projectName { font-weight: 600; }
QLineEdit#commandField { background: $base; padding: 2px 10px; }
QToolButton#framework, QToolButton#layers { color: $muted; }
QToolButton#framework:hover, QToolButton#layers:hover { color: $text; }
QToolButton#initials { background: $hover; border-radius: 11px; min-width: 24px; min-height: 18px; padding: 1px 2px; }
QToolButton#initials:focus { border-color: $focus; }
QFrame#palette { background: $raised; border: 1px solid $scroll; border-radius: $radius_large; }
QListView#paletteList { background: $raised; }

QWidget#sidebar { background: $window; }
QTabBar#sidebarTabs { background: $window; }
QTabBar#sidebarTabs::tab { height: 31px; padding: 0 5px; margin-left: 2px; }
QFrame#inlineForm { background: $base; border: none; border-top: 1px solid $hairline; }
QLabel[role="formTitle"] { font-weight: 600; }
QLabel[role="formCaption"] { color: $muted; }
QLabel[role="emptyWords"] { color: $muted; }

QFrame#noticeBar { background: $hover; border: none; border-bottom: 1px solid $hairline; }
QFrame#noticeBar[error="true"] { background: $warning_bar; }
QToolButton#noticeAction { color: $link; font-weight: 600; padding: 3px 8px; }
QToolButton#noticeClose, QToolButton[role="sheetClose"] { color: $muted; padding: 3px 7px; }
QToolButton#noticeClose:hover, QToolButton[role="sheetClose"]:hover { color: $text; }

QWidget#statusLine { background: $window; border-top: 1px solid $hairline; }
QWidget#statusLine QLabel { color: $muted; font-size: $small; }
QWidget#statusLine QLabel#statusMessage { color: $text; }
QWidget#statusLine QToolButton { color: $link; font-size: $small; padding: 0 6px; }

QScrollArea#startPage, QWidget#startGround, QScrollArea#sheet, QWidget#sheetGround { background: $base; }
QLabel[role="startTitle"] { font-size: 28px; font-weight: 600; }
QLabel[role="startWords"] { color: $muted; font-size: 15px; }
QLabel[role="startHeading"] { font-weight: 600; font-size: 15px; }
QLabel[role="frameworkNote"] { color: $muted; font-size: $small; }
QPushButton#folderButton { text-align: left; }
QToolButton[role="languageButton"] { color: $muted; }
QToolButton[role="languageButton"]:checked { color: $text; }
QToolButton[role="recentProject"] { color: $link; padding: 4px 8px; margin-left: -8px; }
QLabel[role="sheetHeading"] { font-size: $title; font-weight: 600; }
QLabel[role="sheetSection"] { font-weight: 600; padding-top: 12px; }
QLabel[role="sheetFirst"] { color: $muted; }
QLabel[role="sheetRemoved"] { color: $muted; border-left: 2px solid $hairline; padding: 2px 0 2px 12px; }

QTabBar#articleTabs { background: $window; border-bottom: 1px solid $hairline; }
QTabBar#articleTabs::tab { height: 31px; min-width: 80px; max-width: 220px; }
QTabBar#articleTabs::tab:selected { background: $base; }
QTabBar#articleTabs[active="false"]::tab:selected { color: $muted; border-bottom-color: $scroll; }
QFrame#findBar { background: $window; border: none; border-bottom: 1px solid $hairline; }
QLabel[role="findCount"] { color: $muted; font-size: $small; }
QToolButton[role="tabClose"] { color: $muted; padding: 0 3px; font-size: 10px; }
QToolButton[role="tabClose"]:hover { color: $text; background: $hairline; }
QRadioButton { spacing: 8px; padding: 2px 0; }
QRadioButton::indicator { width: 12px; height: 12px; border: 1px solid $muted; border-radius: 7px; background: $base; }
QRadioButton::indicator:focus { border-color: $focus; }
QRadioButton::indicator:disabled { border-color: $hairline; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 4px solid $accent; background: $base; }
QRadioButton:focus { color: $accent; }
QComboBox::down-arrow { image: url("$arrow"); width: 12px; height: 12px; }
QWidget#readerEmpty { background: $base; }
"""
)


def window_style(theme: Theme) -> str:
    """Give the stylesheet of the window around the text, to be added to the theme's own."""
    rules = filled(_RULES, theme, arrow=resource("themes", "arrow.svg").as_posix())
    return f"{rules}\n{tokens_rule('TokenTree', theme, *_TOKENS)}\n"


def dress(application: QApplication, theme: Theme) -> None:
    """Dress the application in a theme, with the rules of every part of the window."""
    theme.apply(application, f"{panels_style(theme)}\n{window_style(theme)}")
