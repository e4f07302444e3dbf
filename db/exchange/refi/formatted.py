"""The plain text of a formatted file, for sources that come without one: every paragraph of a DOCX a line."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from db.errors import CannotRead
from db.exchange.archive import RATIO
from db.exchange.refi.parsing import parse

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_PART = "word/document.xml"
_LARGEST = 100_000_000
_LETTERS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
# What Word keeps in a paragraph that is not shown as its text: deleted words, and the second form of a drawing.
_HIDDEN = ("del", "Fallback", "moveFrom")


def docx_text(data: bytes) -> str | None:
    """Give the text of a DOCX; None for anything else, and for what would unpack to too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            info = archive.getinfo(_PART)
            if info.file_size > min(_LARGEST, 1_000_000 + RATIO * info.compress_size):
                return None
            root = parse(Path(_PART), archive.read(info))
    except (
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        OSError,
        EOFError,
        ValueError,
        RuntimeError,
        NotImplementedError,
        CannotRead,
    ):
        return None
    return "\n".join(_words(each) for each in root.iter("p") if not any(above.tag == "p" for above in each.iterancestors()))


def _words(paragraph: Element) -> str:
    found: list[str] = []
    waiting = [paragraph]
    while waiting:
        element = waiting.pop()
        if element.tag == "t":
            found.append(element.text or "")
        elif element.tag in _LETTERS:
            found.append(_LETTERS[str(element.tag)])
        elif element.tag not in (*_HIDDEN, "pPr", "rPr"):
            waiting += reversed(element)
    return "".join(found)
