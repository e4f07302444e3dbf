"""What the window remembers on this installation: sizes, theme, zoom, and per project its tabs and reading places."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from db.person import settings_folder

_RECENT = 8
_NAMES = ("shown", "beside")
_LISTS = ("tabs", "hidden_coders")


@dataclass(frozen=True, slots=True)
class Desk:
    """How a project was left: open articles, the one shown, and the first visible position of each, by uuid."""

    tabs: tuple[str, ...] = ()
    shown: str = ""
    places: Mapping[str, int] = field(default_factory=dict)
    hidden_coders: tuple[str, ...] = ()
    beside: str = ""  # the article beside the one shown
    sight: Mapping[str, object] = field(default_factory=dict)  # which codes are hidden, dimmed or alone in sight
    watched: Mapping[str, object] = field(default_factory=dict)  # the folder whose new files are imported
    seen: bool = False  # the project was opened here before


class Settings:
    """Typed settings of the window in window.ini beside the person's."""

    def __init__(self, path: Path | None = None) -> None:
        file = path or settings_folder() / "window.ini"
        self._store = QSettings(str(file), QSettings.Format.IniFormat)

    def text(self, name: str, default: str = "") -> str:
        """Give a text setting."""
        return str(self._store.value(name, default, type=str))

    def number(self, name: str, default: int) -> int:
        """Give a whole number; what is no number is the default."""
        try:
            return int(self.text(name, str(default)))
        except ValueError:
            return default

    def flag(self, name: str, default: bool) -> bool:
        """Give a yes or no."""
        return bool(self._store.value(name, default, type=bool))

    def blob(self, name: str) -> QByteArray:
        """Give bytes, as of a window's geometry."""
        value = self._store.value(name, QByteArray(), type=QByteArray)
        return value if isinstance(value, QByteArray) else QByteArray()

    def keep(self, name: str, value: str | int | bool | QByteArray) -> None:
        """Keep a setting."""
        self._store.setValue(name, value)

    def recent(self) -> list[Path]:
        """List the projects opened last that still exist, newest first."""
        found = self._json("recent")
        paths = [Path(each) for each in found if isinstance(each, str)] if isinstance(found, list) else []
        return [path for path in paths if path.is_file()]

    def remember_project(self, path: Path) -> None:
        """Put a project first among the recent ones."""
        path = path.absolute()
        others = [str(each) for each in self.recent() if each != path]
        self.keep("recent", json.dumps([str(path), *others][:_RECENT]))

    def desk(self, project: Path) -> Desk:
        """Give how a project was left; an unreadable one counts as never opened."""
        found = self._json(_key(project))
        try:
            if not isinstance(found, dict):
                return Desk()
            values = {name: found[name] for name in Desk.__dataclass_fields__ if name in found}
            kept: dict[str, Any] = {name: tuple(map(str, values[name])) for name in _LISTS if name in values}
            kept |= {name: str(values[name]) for name in _NAMES if name in values}
            kept |= {name: dict(values.get(name, {})) for name in ("sight", "watched")}
            places = {str(uuid): int(place) for uuid, place in values.get("places", {}).items()}
            return Desk(places=places, seen=True, **kept)
        except (AttributeError, KeyError, TypeError, ValueError):
            return Desk()

    def keep_desk(self, project: Path, desk: Desk) -> None:
        """Keep how a project is left."""
        self.keep(_key(project), json.dumps(asdict(desk), ensure_ascii=False))

    def _json(self, name: str) -> object:
        try:
            return json.loads(self.text(name) or "null")
        except ValueError:
            return None

    def write(self) -> None:
        """Write to disk what was kept."""
        self._store.sync()


def _key(project: Path) -> str:
    return "desks/" + sha256(str(project.absolute()).encode("utf-8", "surrogatepass")).hexdigest()[:16]
