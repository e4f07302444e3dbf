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
_USUAL = re.compile("[\t\n\r -~\xa0-\u04ff\u2000-\u206f\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]")
_UNKEEPABLE = re.compile("[\0\ud800-\udfff]")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_RETURN = re.compile("\r\n?")
_GUESSES = ("utf-8", "gb18030", "cp1252", "latin-1")
# How files begin that are no text, and how much of NUL makes one none.
_BINARY = (b"PK\x03\x04", b"%PDF-", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\xd0\xcf\x11\xe0")
_MOST_NULS = 0.1
_LOOKED_AT = 8192


@dataclass(frozen=True, slots=True)
class RawText:
    """A text with line feeds only and no byte order mark, and where it had more; places are code points of `text`."""

    text: str
    bom: bool = False
    returns: tuple[int, ...] = ()  # line feeds that were CRLF
    astral: tuple[int, ...] = ()  # characters of two UTF-16 units
    encoding: str = "utf-8"
    replaced: int = 0  # characters that no text can hold, each U+FFFD now


def decode(data: bytes) -> tuple[str, bool, str]:
    """Give (text, whether it began with a byte order mark, encoding); ValueError for what is no text."""
    if data.startswith(_BINARY):
        raise ValueError("it is no text")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _whole(data[len(mark) :].decode(encoding, "surrogatepass")), True, encoding
    if encoding := _unmarked(data):
        return _whole(data.decode(encoding, "surrogatepass")), False, encoding
    mended = data.decode("utf-8", "replace")
    # A few bytes that are damaged do not make it another encoding.
    if 0 < mended.count("\ufffd") * 20 < len(data) - len(mended):
        return _whole(mended), False, "utf-8"
    for encoding in _GUESSES:
        try:
            return _whole(data.decode(encoding, "surrogatepass" if encoding == "utf-8" else "strict")), False, encoding
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 reads all bytes")


def _unmarked(data: bytes) -> str:
    """Give the UTF-16 of data without a mark, by where its zeros stand: every Latin letter and line end has one."""
    first, second = data[:_LOOKED_AT:2].count(0), data[1:_LOOKED_AT:2].count(0)
    if len(data) % 2 or not first + second:
        return ""
    if not min(first, second) and (first + second > 3 or 0 in data[:2]):
        return "utf-16-le" if second else "utf-16-be"
    # Some Chinese characters end in a zero as well, so that what is read must look like words.
    guesses = () if _is_utf8(data) else ("utf-16-le", "utf-16-be")
    return next((each for each in guesses if _is_wordlike(data[:_LOOKED_AT].decode(each, "replace"))), "")


def _is_wordlike(text: str) -> bool:
    return len(_USUAL.findall(text)) > 0.9 * len(text)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _whole(text: str) -> str:
    if text.count("\0") > _MOST_NULS * len(text):
        raise ValueError("it holds NUL characters")
    return text


def measured(text: str, *, bom: bool = False, encoding: str = "utf-8") -> RawText:
    """Bring a text to its one form: CRLF and CR to line feeds, NUL and lone surrogates to U+FFFD, one leading mark off."""
    bom = bom or text.startswith("\ufeff")
    text, replaced = (text, 0) if text.isascii() and "\0" not in text else _UNKEEPABLE.subn("\ufffd", text.removeprefix("\ufeff"))
    returns: tuple[int, ...] = ()
    if "\r" in text:
        pairs = [match.start() for match in _RETURN.finditer(text) if len(match[0]) == 2]
        returns = tuple(start - before for before, start in enumerate(pairs))
        text = _RETURN.sub("\n", text)
    astral = () if text.isascii() else tuple(match.start() for match in _ASTRAL.finditer(text))
    return RawText(text, bom, returns, astral, encoding, replaced)


def read_text(data: bytes) -> RawText:
    """Read a member of an archive; ValueError for what is no text."""
    text, bom, encoding = decode(data)
    return measured(text, bom=bom, encoding=encoding)
