"""Texts of other programs: bytes to the one form every text has, remembering what was there, for positions are counted on it."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_RETURN = re.compile("\r\n?")
_GUESSES = ("utf-8", "gb18030", "cp1252", "latin-1")


@dataclass(frozen=True, slots=True)
class RawText:
    """A text with line feeds only and no byte order mark, and where it had more; places are code points of `text`."""

    text: str
    bom: bool = False
    returns: tuple[int, ...] = ()  # line feeds that were CRLF
    astral: tuple[int, ...] = ()  # characters of two UTF-16 units
    encoding: str = "utf-8"


def decode(data: bytes) -> tuple[str, bool, str]:
    """Give (text, whether it began with a byte order mark, encoding); ValueError for what holds NUL."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _whole(data[len(mark) :].decode(encoding, "surrogatepass")), True, encoding
    if len(data) > 1 and len(data) % 2 == 0 and 0 in data[:2]:
        encoding = "utf-16-le" if data[1] == 0 else "utf-16-be"
        return _whole(data.decode(encoding, "surrogatepass")), False, encoding
    for encoding in _GUESSES:
        try:
            return _whole(data.decode(encoding, "surrogatepass" if encoding == "utf-8" else "strict")), False, encoding
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 reads all bytes")


def _whole(text: str) -> str:
    if "\0" in text:
        raise ValueError("it holds NUL characters")
    return text


def measured(text: str, *, bom: bool = False, encoding: str = "utf-8") -> RawText:
    """Bring a text to its one form: CRLF and CR to line feeds, lone surrogates to U+FFFD, one leading mark off."""
    bom = bom or text.startswith("\ufeff")
    text = _SURROGATE.sub("\ufffd", text.removeprefix("\ufeff"))
    returns: tuple[int, ...] = ()
    if "\r" in text:
        pairs = [match.start() for match in _RETURN.finditer(text) if len(match[0]) == 2]
        returns = tuple(start - before for before, start in enumerate(pairs))
        text = _RETURN.sub("\n", text)
    astral = () if text.isascii() else tuple(match.start() for match in _ASTRAL.finditer(text))
    return RawText(text, bom, returns, astral, encoding)


def read_text(data: bytes) -> RawText:
    """Read a member of an archive; ValueError for what is no text."""
    text, bom, encoding = decode(data)
    return measured(text, bom=bom, encoding=encoding)
