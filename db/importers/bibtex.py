"""BibTeX and BibLaTeX: keys and fields, with strings put in and the commonest TeX commands read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_ENTRY = re.compile(r"@\s*([A-Za-z]+)\s*([{(])")
_KEY = re.compile(r"\s*([^,\s{}()=]+)\s*,")
_FIELD = re.compile(r"[\s,]*([A-Za-z][\w:.+-]*)\s*=\s*")
_WORD = re.compile(r"[^\s,#{}()\"]+")
_JOINT = re.compile(r"\s*#\s*")
_MONTHS = {"jan": "1", "feb": "2", "mar": "3", "apr": "4", "may": "5", "jun": "6",
           "jul": "7", "aug": "8", "sep": "9", "oct": "10", "nov": "11", "dec": "12"}  # fmt: skip
_ACCENTS = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
            "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "r": "\u030a", "k": "\u0328"}  # fmt: skip
_ACCENTED = re.compile(r"\\(?:(['`^\"~=.])\s*|([cvuHrk])(?:\s+|(?=\{)))\{?\\?([A-Za-z])\}?")
_LETTERS = {"ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "aa": "å", "AA": "Å", "oe": "œ", "i": "ı"}
_LETTER = re.compile(rf"\\({'|'.join(sorted(_LETTERS, key=len, reverse=True))})(?![A-Za-z])\s*(?:\{{\}})?")
_RAW = ("url", "file", "doi", "author", "editor")  # braces mean something in names
_COMMAND = re.compile(r"\\[A-Za-z]+\*?\s*")


def bibtex_fields(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Give the key and the fields, by lower-case name, of every entry; what is malformed is passed over.

    Names stand as they are written, for `names_in`.
    """
    strings = dict(_MONTHS)
    at = 0
    while found := _ENTRY.search(text, at):
        at = found.end()
        kind = found[1].lower()
        if kind in ("comment", "preamble"):
            continue
        key = _KEY.match(text, at) if kind != "string" else None
        if kind != "string" and key is None:
            continue
        fields, at = _fields(text, key.end() if key else at, strings)
        if kind == "string":
            strings |= fields
        elif key:
            yield key[1], {name: plain(value) if name not in _RAW else value for name, value in fields.items()}


def _fields(text: str, at: int, strings: dict[str, str]) -> tuple[dict[str, str], int]:
    fields: dict[str, str] = {}
    while found := _FIELD.match(text, at):
        value, at = _value(text, found.end(), strings)
        fields[found[1].lower()] = " ".join(value.split())
    return fields, at


def _value(text: str, at: int, strings: dict[str, str]) -> tuple[str, int]:
    """Read a value: braced, quoted or a bare word, several joined by #."""
    parts: list[str] = []
    while at < len(text):
        if text[at] == "{":
            part, at = _braced(text, at, "}")
        elif text[at] == '"':
            part, at = _braced(text, at, '"')
        elif word := _WORD.match(text, at):
            part, at = strings.get(word[0].lower(), word[0]), word.end()
        else:
            break
        parts.append(part)
        joint = _JOINT.match(text, at)
        if joint is None:
            break
        at = joint.end()
    return "".join(parts), at


def _braced(text: str, at: int, end: str) -> tuple[str, int]:
    """Read up to the closing brace or quotation mark that fits the opening one; a text that ends first is all of it."""
    depth, start = 0, at + 1
    for place in range(start, len(text)):
        char = text[place]
        if char == end and not depth and text[place - 1] != "\\":
            return text[start:place], place + 1
        if char in "{}" and text[place - 1] != "\\":
            depth += 1 if char == "{" else -1
    return text[start:], len(text)


def names_in(value: str) -> Iterator[tuple[str, bool]]:
    """Give the names of a field as written, and of each whether braces hold it together, as they do a body's."""
    depth, start, bounds = 0, 0, []
    for found in re.finditer(r"\\.|[{}]|\sand(?=\s)", value):
        if found[0] in "{}":
            depth += 1 if found[0] == "{" else -1
        elif depth == 0 and not found[0].startswith("\\"):
            bounds.append((start, found.start()))
            start = found.end()
    for first, last in (*bounds, (start, len(value))):
        name = value[first:last].strip()
        if name and name != "others":
            yield plain(name), name.startswith("{") and _braced(name, 0, "}")[1] == len(name)


def plain(text: str) -> str:
    """Give a value without TeX: accents composed, commands and braces gone."""
    if "\\" in text:
        text = _ACCENTED.sub(_accented, text)
        text = _LETTER.sub(lambda found: _LETTERS[found[1]], text)
        text = re.sub(r"\\([&%$#_{}])", r"\1", text)
        text = _COMMAND.sub("", text)
    text = text.replace("~", " ").replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”")
    return " ".join(text.replace("{", "").replace("}", "").split())


def _accented(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", found[3] + _ACCENTS[found[1] or found[2]])
