"""What a drop or a paste carries."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QMimeData

# Where browsers say which page a copied passage is from: Firefox, and Chromium beside Windows.
_UTF16, _UTF8 = "text/x-moz-url-priv", "chromium/x-source-url"
# What Windows puts before HTML on its clipboard.
_WINDOWS = 'application/x-qt-windows-mime;value="HTML Format"'
_SOURCE = re.compile(rb"SourceURL:([^\r\n]+)")
_ADDRESS = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)


def paths_in(mime: QMimeData) -> list[Path]:
    """List the files and folders of this computer."""
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]


def address_in(mime: QMimeData) -> str:
    """Give the address of the page that HTML was copied from, where the browser says it; else nothing."""
    said = [
        _bytes(mime, _UTF16).decode("utf-16-le", "replace"),
        _bytes(mime, _UTF8).decode("utf-8", "replace"),
        *(found.decode("utf-8", "replace") for found in _SOURCE.findall(_bytes(mime, _WINDOWS)[:4096])),
    ]
    lines = (line.strip("\0\ufeff \t") for each in said for line in each.splitlines()[:1])
    return next((line for line in lines if _ADDRESS.fullmatch(line)), "")


def _bytes(mime: QMimeData, kind: str) -> bytes:
    return bytes(mime.data(kind).data()) if mime.hasFormat(kind) else b""
