"""How the panels look: the rules for inspector, picker and pages, made of a theme's tokens."""

from __future__ import annotations

from string import Template

from desktop.theme import BRANCHES, NO_BRANCH, Theme

_TOKENS = ("text", "muted", "hover", "selection", "hairline", "accent", "search_hit", "error")

_RULES = Template(
    """
QLabel[role="section"] { color: $muted; font-size: $small; font-weight: 600; }
QLabel[role="row-title"], QLabel[role="words"] { color: $text; }
QLabel[role="link-sign"] { color: $muted; padding-top: 4px; }
QLabel[role="markdown"] { color: $text; }
QWidget[role="inspector"], QWidget[role="sheet"] { background: $window; }
QWidget[role="quote"] { color: $text; font-size: 14px; }
QWidget[role="small"] { color: $muted; font-size: $small; }

QFrame[role="row"] { background: transparent; border: 1px solid transparent; border-radius: $radius; }
QFrame[role="row"]:hover { background: $hover; }
QFrame[role="row"]:focus { border-color: $focus; }
QToolButton[role="row-button"] { color: $scroll; padding: 1px 4px; margin-top: 3px; }
QFrame[role="chosen"] QToolButton[role="row-button"] { color: $muted; margin-top: 0; }
QFrame[role="row"] QToolButton[role="row-button"]:hover { color: $text; background: $hairline; }
QToolButton[role="quiet"] { color: $muted; font-size: $small; padding: 1px 6px 1px -5px; }
QToolButton[role="quiet"]:hover { color: $text; }
QToolButton[role="quiet"]:checked { color: $accent; background: transparent; }
QToolButton[role="value"] { padding: 1px 6px 1px 0; }

QLineEdit[role="plain"], QPlainTextEdit[role="plain-title"] {
    background: transparent; border: 1px solid transparent; padding: 1px 6px;
}
QPlainTextEdit[role="plain-title"] { font-size: 15px; font-weight: 600; padding: 0 2px; }
QLineEdit[role="plain"]:hover, QPlainTextEdit[role="plain-title"]:hover { background: $hover; }
QLineEdit[role="plain"]:focus, QPlainTextEdit[role="plain-title"]:focus { background: $base; border-color: $focus; }
QLineEdit[role="plain"]:read-only:hover, QLineEdit[role="plain"]:read-only:focus { background: transparent; }
QPlainTextEdit[role="note"] { padding: 3px 4px; }

QToolButton[role="segment"] {
    border: 1px solid $hairline; border-left: none; border-radius: 0; padding: 3px 1px; font-size: $small; color: $muted;
}
QToolButton[role="segment"][edge="first"] {
    border-left: 1px solid $hairline; border-top-left-radius: $radius; border-bottom-left-radius: $radius;
}
QToolButton[role="segment"][edge="last"] { border-top-right-radius: $radius; border-bottom-right-radius: $radius; }
QToolButton[role="segment"]:checked { background: $selection; color: $text; }
QToolButton[role="segment"]:focus { border: 1px solid $focus; }

QFrame[role="note-card"] { border: none; border-left: 2px solid transparent; }
QFrame[role="note-card"][reply="true"] { border-left: 2px solid $hairline; }
QFrame[role="note-card"]:focus { border-left: 2px solid $focus; }

QFrame[role="picker"] { background: $raised; border: 1px solid $scroll; border-radius: $radius_large; }
QFrame[role="picker"] QWidget[role="definition"], QFrame[role="picker"] QAbstractItemView { background: $raised; }
QScrollArea[role="definition"] { border: none; border-left: 1px solid $hairline; }
QLineEdit[role="picker"] {
    border: none; border-top: 1px solid $hairline; border-bottom: 1px solid $hairline; border-radius: 0;
    padding: 8px 12px; font-size: 15px; background: $raised;
}
QLineEdit[role="picker"]:focus { border-color: $focus; }
QFrame[role="chosen"] { background: $hover; border: none; border-radius: $radius; }

QWidget[role="page"], QWidget[role="page"] QAbstractItemView, QScrollArea[role="page"] { background: $base; }
QLineEdit[role="query"] { padding: 7px 12px; font-size: 15px; }
QLabel[role="error"] { color: $error; font-size: $small; }
QToolButton[role="toggle"] {
    color: $muted; font-size: $small; border: 1px solid $hairline; border-radius: 10px; padding: 1px 9px;
}
QToolButton[role="toggle"]:checked { color: $text; background: $selection; border-color: $selection; }
QToolButton[role="toggle"]:focus { border-color: $focus; }
QFrame[role="entry"] { background: transparent; border: none; border-bottom: 1px solid $hairline; }
QTableCornerButton::section { background: $window; border: none; border-bottom: 1px solid $hairline; }
"""
)


def filled(rules: Template, theme: Theme, **more: str) -> str:
    """Fill a theme's colours and sizes into rules."""
    return rules.substitute({**theme.colours, **{name: f"{value}px" for name, value in theme.sizes.items()}, **more})


def branch_colours(theme: Theme) -> dict[str, str]:
    """Give the colour of every branch, and of what has none, as #rrggbb."""
    return {branch: theme.branch(branch).name() for branch in (*BRANCHES, NO_BRANCH)}


def tokens_rule(view: str, theme: Theme, *names: str) -> str:
    """Hand colours of a theme, and those of the branches, to a class of views whose delegates paint with them."""
    tokens = {name: theme.colours[name] for name in names} | branch_colours(theme)
    return f'{view} {{ qproperty-tokens: "{";".join(f"{name}={value}" for name, value in tokens.items())}"; }}'


def panels_style(theme: Theme) -> str:
    """Give the stylesheet of the panels, to be added to the theme's own."""
    bar = 'QWidget[role="branch-bar"][branch="%s"] { background: %s; }'
    bars = "\n".join(bar % pair for pair in branch_colours(theme).items())
    tokens = "\n".join(tokens_rule(view, theme, *_TOKENS) for view in ("TokenView", "AgreementTable"))
    return f"{filled(_RULES, theme)}\n{bars}\n{tokens}\n"
