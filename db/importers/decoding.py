"""Bytes to text: byte order marks, what a page says of itself, then which encoding makes the most sense."""

from __future__ import annotations

import codecs
import re

from db.errors import CannotImport

LARGEST = 200 * 1024 * 1024

EMPTY = "The file is empty. Save the page again, or choose another file."
TOO_LARGE = "The file is larger than {limit} MB. Split it, or take only the part you need."
NOT_TEXT = "This is not text. Choose a web page, a Markdown file or a plain text file."
NULS = "The file holds NUL characters, so it is not text. Export it as UTF-8 text from the program that made it."
REPLACED = "{count} characters could not be read and stand as � in the text."

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET = re.compile(rb"""<(?:meta|\?xml)\b[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_CONTROL = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# The characters that any Chinese text is full of, in both scripts, and its punctuation; a wrong decoding has almost none.
_COMMON = frozenset(
    "的一是不了在人有我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而"
    "能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长"
    "這來個國們為說時會過學對裡後發還無開動兩長與業關機應該產權資與條項規智慧險據術"
    "安全网络信息法治理工业企数据技术人工能风险应当规定条第与及其他等由部门产社保护管政府机构发展"
    "，。、；：？！“”《》（）「」"
)
_ALIKE = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs"}
_WESTERN = frozenset("àâäáãåæçéèêëíìîïñóòôöõøœúùûüýÿßÀÂÄÁÃÅÆÇÉÈÊËÍÎÏÑÓÔÖÕØŒÚÛÜ‘’“”–—…«»·•°§©®£€¿¡\u00a0")
_SAMPLE = 200_000
_SENSIBLE = 0.12  # the share of common characters from which an encoding is believed


def decode(data: bytes, name: str) -> tuple[str, int]:
    """Give the text of `data` and how many of its characters could not be read; CannotImport if it is no text."""
    if not data:
        raise CannotImport(name, EMPTY)
    if len(data) > LARGEST:
        raise CannotImport(name, TOO_LARGE, limit=LARGEST // (1024 * 1024))
    found = _by_mark(data) or _by_nuls(data) or _strictly(data, "utf-8", "surrogatepass")
    if found is None and (named := _named(data)):
        found = _strictly(data, named) or _closely(data, named)
    found = found or _closely(data, "utf-8") or _by_sense(data) or _western(data) or _by_detector(data)
    if found is None:
        raise CannotImport(name, NOT_TEXT)
    text, replaced = found
    if "\0" in text:
        raise CannotImport(name, NULS)
    if len(_CONTROL.findall(text[:_SAMPLE])) > 2 + len(text[:_SAMPLE]) // 200:
        raise CannotImport(name, NOT_TEXT)
    return text, replaced


def clean(text: str) -> str:
    """Give the one form every text has: line feeds only, no byte order mark, U+FFFD for lone surrogates; nothing else."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATE.sub("\ufffd", text.removeprefix("\ufeff"))


def _strictly(data: bytes, encoding: str, errors: str = "strict") -> tuple[str, int] | None:
    try:
        return data.decode(encoding, errors), 0
    except (UnicodeDecodeError, LookupError):
        return None


def _by_mark(data: bytes) -> tuple[str, int] | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            body = data[len(mark) :]
            if encoding.startswith("utf-16") and len(body) % 2:
                body = body[:-1]
            return _strictly(body, encoding, "surrogatepass") or _closely(body, encoding)
    return None


def _by_nuls(data: bytes) -> tuple[str, int] | None:
    """Read UTF-16 without its mark: NULs, if any, lie on one side only, and the text makes sense."""
    sample = data[:_SAMPLE]
    if b"\0" not in sample or len(data) % 2:
        return None
    for encoding, half in (("utf-16-le", 1), ("utf-16-be", 0)):
        found = _strictly(data, encoding) if 0 not in sample[1 - half :: 2] else None
        if found and (sample[half::2].count(0) * 2 > len(sample) // 2 or _sense(found[0]) >= _SENSIBLE):
            return found
    return None


def _named(data: bytes) -> str:
    match = _CHARSET.search(data[:8192])
    label = match[1].decode("ascii", "ignore").lower() if match else ""
    return _ALIKE.get(label, label)


def _closely(data: bytes, encoding: str) -> tuple[str, int] | None:
    """Read what is cut or damaged in a few places only."""
    try:
        text = data.decode(encoding, "replace")
    except LookupError:
        return None
    bad, foreign = text.count("\ufffd"), len(text) - len(text.encode("ascii", "ignore"))
    return (text, bad) if bad * 20 <= foreign - bad else None


def _sense(text: str) -> float:
    foreign = [c for c in text[:_SAMPLE] if c > "\x7f"]
    return sum(c in _COMMON for c in foreign) / max(1, len(foreign))


def _by_sense(data: bytes) -> tuple[str, int] | None:
    encodings = ("gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
    senses = {e: _sense(data[:_SAMPLE].decode(e, "ignore")) for e in encodings}
    best = max(encodings, key=senses.__getitem__)
    return (_strictly(data, best) or _closely(data, best)) if senses[best] >= _SENSIBLE else None


def _western(data: bytes) -> tuple[str, int] | None:
    found = _strictly(data, "cp1252") if b"\0" not in data else None
    foreign = [c for c in found[0][:_SAMPLE] if c > "\x7f"] if found else []
    return found if foreign and sum(c in _WESTERN for c in foreign) >= 0.95 * len(foreign) else None


def _by_detector(data: bytes) -> tuple[str, int] | None:
    if b"\0" in data:
        return None
    from charset_normalizer import from_bytes  # only here: most texts never need it

    best = from_bytes(data[:_SAMPLE]).best()
    if best is None or best.chaos > 0.15:
        return None
    return _strictly(data, best.encoding)
