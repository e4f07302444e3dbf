"""What went wrong, in the person's words."""

from __future__ import annotations

from pathlib import Path

from db.errors import CannotImport, ProjectError, Refused
from desktop.words import tr


def words(error: ProjectError) -> str:
    """Say an error in the window's language, paths shortened."""
    facts = {name: _short(value, error) for name, value in error.facts.items()}
    if isinstance(error, CannotImport):
        facts["reason"] = tr(error.template, **facts)
    template = error.template if isinstance(error, Refused) else error.sentence
    return tr(template, **facts) if facts else tr(template)


def _short(value: object, error: ProjectError) -> object:
    if not isinstance(value, Path):
        return tr(value) if isinstance(value, str) else value
    if isinstance(error, CannotImport):
        return value.name
    try:
        return Path("~") / value.relative_to(Path.home())
    except (ValueError, RuntimeError):
        return value
