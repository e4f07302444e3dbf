"""Shipped data: frameworks, instruments, themes, icons, translations, a sample project."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent


def resource(*parts: str) -> Path:
    """Give the path of a shipped file, as in resource("icons", "code.svg")."""
    return _HERE.joinpath(*parts)
