"""The person at this installation: kept beside the program's settings, never in a project, never from the system."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from db.ids import new_uuid

# Colours of coders, far enough apart to tell at a glance; branches use others.
COLOURS = ("#3b6ea5", "#b5532b", "#4f7f3f", "#8a4f9e", "#9a7a1c", "#2f8583")


@dataclass(frozen=True, slots=True)
class Person:
    """Who codes here: one coder in all own projects; `named` is False until the person has said a name."""

    uuid: str
    name: str = ""
    initials: str = ""
    colour: str = COLOURS[0]
    installation: str = ""
    language: str = ""

    @property
    def named(self) -> bool:
        """Whether the person has said a name."""
        return bool(self.name)


def settings_folder() -> Path:
    """Give the folder of the person's settings (GLOSSATOR_HOME, else where this system keeps them)."""
    if home := os.environ.get("GLOSSATOR_HOME"):
        return Path(home)
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or Path.home()) / "Glossator"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Glossator"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "glossator"


def _file() -> Path:
    return settings_folder() / "person.json"


def load_person() -> Person:
    """Read the person's settings; a first call makes the installation's and the coder's uuid and keeps them."""
    try:
        stored = json.loads(_file().read_text("utf-8"))
        return Person(**{key: str(stored[key]) for key in Person.__dataclass_fields__ if key in stored})
    except (OSError, ValueError, TypeError):
        person = Person(uuid=new_uuid(), installation=new_uuid())
        save_person(person)
        return person


def save_person(person: Person) -> None:
    """Keep the person's settings, whole or not at all; a folder that cannot be written is no reason to stop."""
    path = _file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(asdict(person), ensure_ascii=False, indent=1), "utf-8")
        part.replace(path)
    except OSError:
        return


def named(person: Person, name: str, colour: str = "") -> Person:
    """Give the person a name, with initials made from it."""
    return replace(person, name=name.strip(), initials=initials_of(name), colour=colour or person.colour)


def initials_of(name: str) -> str:
    """Make initials: the first character of a Chinese name, up to two capitals of another."""
    name = name.strip()
    if not name:
        return "?"
    if not name[0].isascii():
        return name[0]
    return "".join(word[0].upper() for word in name.split()[:2])
