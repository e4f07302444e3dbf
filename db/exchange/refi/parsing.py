"""The XML of other programs, read without trusting it: no entities, no document types, no network, within limits.

Namespaces are as various as programs' versions and say nothing that names do not, so elements stand by their bare names.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

from db.errors import CannotRead

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

LARGEST = 300_000_000
LONGEST_NAME = 100_000
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(rb"""^\s*<\?xml\b[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
# Encodings that may be declared: in others a document type could hide.
_ENCODINGS = ("utf-8", "us-ascii", "iso-8859-1", "windows-1252", "gb2312", "gbk", "gb18030", "big5", "shift_jis")
_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]{0,400}\?>")
_NUMBER = re.compile(r"([+-]?[0-9]{1,12})(?:\.0*)?")
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile("&#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,9}));")
_PAIR = re.compile("&#(?:[xX]0*[dD][89abAB][0-9A-Fa-f]{2}|5[5-6][0-9]{3});&#(?:[xX]0*[dD][c-fC-F][0-9A-Fa-f]{2}|5[6-7][0-9]{3});")
_BROKEN = re.compile(f"{UNWRITABLE.pattern}|&#")
_PROLOG = re.compile(r"(?:\s+|<!--.*?-->|<\?.*?\?>)*", re.DOTALL)

NO_XML = "Its list of contents cannot be read ({detail}). Ask for it to be exported again."
TOO_LARGE = "Its list of contents is larger than {limit} MB. Ask for a part of it."
HAS_DTD = "It declares a document type, which no such file needs and which can do harm. It is not opened."
TOO_LONG = "A name in it is longer than any name can be. It is not opened."


def parse(path: Path, data: bytes) -> Element:
    """Give the root of an XML document with the bare names of its elements; raises CannotRead.

    What XML cannot hold, as programs write it all the same, becomes U+FFFD, which is as long.
    """
    from lxml import etree

    if len(data) > LARGEST:
        raise CannotRead(path, TOO_LARGE, limit=LARGEST // 1_000_000)
    words = _decoded(path, data)
    start = _PROLOG.match(words)
    if words[start.end() if start else 0 :].startswith("<!"):
        raise CannotRead(path, HAS_DTD)
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, load_dtd=False, no_network=True, huge_tree=True, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(_holdable(words).encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise CannotRead(path, NO_XML, detail=" ".join(str(error).split())[:120]) from error
    if root.xpath(f"boolean(//@*[string-length() > {LONGEST_NAME}])"):
        raise CannotRead(path, TOO_LONG)
    for element in cast("list[Element]", root.xpath("//*[@*[namespace-uri() != '']]")):
        for name in [name for name in element.attrib if "{" in str(name)]:
            del element.attrib[name]
    for element in root.iter("{*}*"):
        element.tag = str(element.tag).rpartition("}")[2]
    etree.cleanup_namespaces(root)
    return root


def _decoded(path: Path, data: bytes) -> str:
    encoding, begins = next(((name, len(mark)) for mark, name in _MARKS if data.startswith(mark)), ("", 0))
    if not encoding and data[:2] in (b"<\0", b"\0<"):
        encoding = "utf-16-le" if data[:1] == b"<" else "utf-16-be"
    if not encoding:
        declared = _DECLARED.match(data[:300])
        encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
        # A declaration that can be read as bytes is not in UTF-16, as programs say that write strings to files.
        encoding = "utf-8" if encoding == "utf8" or encoding.startswith(("utf-16", "ucs-2", "unicode")) else encoding
        if encoding not in _ENCODINGS:
            raise CannotRead(path, NO_XML, detail=encoding)
    try:
        words = data[begins:].decode(encoding)
        words.encode()
    except UnicodeError as error:
        raise CannotRead(path, NO_XML, detail=" ".join(str(error).split())[:120]) from error
    return _DECLARATION.sub("", words, count=1)


def _holdable(words: str) -> str:
    """Put U+FFFD for characters that XML cannot hold, and join halves of characters that are written one by one."""
    if _BROKEN.search(words):
        words = _PAIR.sub(_joined, words)
        words = _REFERENCE.sub(lambda match: match[0] if _is_holdable(match) else "\ufffd", words)
        words = UNWRITABLE.sub("\ufffd", words)
    return words


def _code(match: re.Match[str]) -> int:
    return int(match[1], 16) if match[1] else int(match[2])


def _is_holdable(match: re.Match[str]) -> bool:
    code = _code(match)
    return code > 0x10FFFF or not UNWRITABLE.match(chr(code))


def _joined(match: re.Match[str]) -> str:
    high, low = (_code(found) for found in _REFERENCE.finditer(match[0]))
    if 0xD800 <= high < 0xDC00 <= low < 0xE000:
        return chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)
    return match[0]


def child(element: Element, name: str) -> Element | None:
    """Give the first child of a name."""
    return next((each for each in element if each.tag == name), None)


def children(element: Element | None, name: str) -> Iterator[Element]:
    """Give the children of a name, none of nothing."""
    return (each for each in element if each.tag == name) if element is not None else iter(())


def words_of(element: Element, name: str) -> str:
    """Give the text of a child; nothing where there is none."""
    found = child(element, name)
    return "" if found is None else inner_words(found)


def inner_words(element: Element) -> str:
    """Give the text of an element and of what is in it."""
    return "".join(str(words) for words in element.itertext())


def number(raw: str | None) -> int | None:
    """Read a whole number (12, +12, 12.0); None for anything else or anything no text is long enough for."""
    match = _NUMBER.fullmatch((raw or "").strip())
    return int(match[1]) if match else None
