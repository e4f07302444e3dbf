"""What a drop or a paste carries."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData


def paths_in(mime: QMimeData) -> list[Path]:
    """List the files and folders of this computer."""
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
