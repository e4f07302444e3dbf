"""The native file choosers: each starts in the folder where the same kind of thing was last chosen on this computer."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.settings import Settings

Kind = Literal["import", "export", "open"]


def choose_file(window: QWidget, kind: Kind, title: str, filters: str, folder: Path | None = None) -> Path | None:
    """Ask for a file; `folder` is where the first of its kind is looked for. None where nothing was chosen."""
    name, _ = QFileDialog.getOpenFileName(window, title, _start(kind, folder), filters)
    return _kept(kind, Path(name)) if name else None


def choose_files(window: QWidget, kind: Kind, title: str, filters: str, folder: Path | None = None) -> list[Path]:
    """Ask for any number of files."""
    names, _ = QFileDialog.getOpenFileNames(window, title, _start(kind, folder), filters)
    return [_kept(kind, Path(name)) for name in names]


def choose_folder(window: QWidget, kind: Kind, title: str, folder: Path | None = None) -> Path | None:
    """Ask for a folder."""
    name = QFileDialog.getExistingDirectory(window, title, _start(kind, folder))
    return _kept(kind, Path(name)) if name else None


def choose_target(window: QWidget, kind: Kind, title: str, filters: str, offered: Path) -> Path | None:
    """Ask where to write a file; a name is offered."""
    start = Path(_start(kind, offered.parent)) / offered.name
    name, _ = QFileDialog.getSaveFileName(window, title, str(start), filters)
    return _kept(kind, Path(name)) if name else None


def with_ending(chosen: Path, ending: str) -> tuple[Path, bool]:
    """Give a chosen name with its ending, and whether a file of that name may be replaced: the chooser asked about it only as
    it was typed."""
    typed = chosen.suffix.lower() == ending
    return (chosen if typed else chosen.with_name(chosen.name + ending)), typed


def _start(kind: Kind, folder: Path | None) -> str:
    """Give the first there is: the folder used last, the one offered, the person's documents, home.

    Of a folder that is not there Qt would make the name of a file.
    """
    kept = Settings().text(f"folders/{kind}")
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    wanted = (Path(kept) if kept else None, folder, Path(documents) if documents else None)
    return str(next((each for each in wanted if each is not None and each.is_dir()), Path.home()))


def _kept(kind: Kind, chosen: Path) -> Path:
    """Keep the folder that what was chosen lies in."""
    Settings().keep(f"folders/{kind}", str(chosen.absolute().parent))
    return chosen
