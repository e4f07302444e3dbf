"""How coders were compared last in a project, as the window keeps it on this installation."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from pathlib import Path

from desktop.settings import Settings


@dataclass(frozen=True, slots=True)
class Kept:
    """What was chosen: coders by uuid (none: whoever finished), codes by key (none: all that were used), unit, measures shown.

    `on` names what is switched on; it and `shown` are None where nothing was kept.
    """

    coders: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()
    shown: tuple[str, ...] | None = None
    on: tuple[str, ...] | None = None

    @classmethod
    def read(cls, text: str) -> Kept:
        """Read what `written` gave; what cannot be read is nothing."""
        try:
            found = json.loads(text or "{}")
        except ValueError:
            return cls()
        several = found if isinstance(found, dict) else {}
        return cls(**{
            each.name: tuple(map(str, several[each.name])) for each in fields(cls) if isinstance(several.get(each.name), list)
        })  # fmt: skip

    def written(self) -> str:
        """Write it as one text."""
        return json.dumps(asdict(self), ensure_ascii=False)


def keep(settings: Settings | None, project: Path, kept: Kept) -> None:
    """Keep what was chosen in a project, if there are settings."""
    if settings is not None:
        settings.keep(setting(project), kept.written())


def kept_of(settings: Settings | None, project: Path) -> Kept:
    """Give what was chosen last in a project."""
    return Kept.read(settings.text(setting(project)) if settings is not None else "")


def setting(project: Path) -> str:
    """Name the setting in which it is kept for a project."""
    return "agreement/" + sha256(str(project.absolute()).encode("utf-8", "surrogatepass")).hexdigest()[:16]
