"""Writing XML by hand, since a long project would take a tree of elements ten times as long and as much memory."""

from __future__ import annotations

import re

from db.exchange.refi.parsing import UNWRITABLE

_IN_TEXT = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("\r"): "&#13;"}
_IN_NAME = _IN_TEXT | {ord('"'): "&quot;", ord("\n"): "&#10;", ord("\t"): "&#9;"}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def escaped(text: str) -> str:
    """Give words as the content of an element; what XML cannot hold becomes U+FFFD."""
    return UNWRITABLE.sub("\ufffd", text).translate(_IN_TEXT)


def tag(name: str, inside: str = "", /, **attributes: str | int | None) -> str:
    """Write an element; attributes without a value are left out."""
    words = "".join(
        f' {key}="{UNWRITABLE.sub(chr(0xFFFD), str(value)).translate(_IN_NAME)}"'
        for key, value in attributes.items()
        if value not in (None, "")
    )
    return f"<{name}{words}>{inside}</{name}>\n" if inside else f"<{name}{words}/>\n"


def content(name: str, words: str) -> str:
    """Write an element that holds words; nothing for none."""
    return f"<{name}>{escaped(words)}</{name}>\n" if words else ""


def box(name: str, inside: str) -> str:
    """Write a container; an empty one is not allowed, so it is left out."""
    return f"<{name}>\n{inside}</{name}>\n" if inside else ""


def moment(at: object) -> str:
    """Give a time as the schema wants it; nothing for what is no whole time."""
    return str(at) if _TIME.fullmatch(str(at)) else ""
