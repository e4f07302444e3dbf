"""JSON of many records that is written and read line by line: one record a line, so that no member is ever whole in memory.

Any other layout of the same JSON is read too, at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from itertools import chain
from typing import Any

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
# Rows that are read by one call of the parser, which keeps the names of columns once for all of them.
_AT_ONCE = 500
_SHORT = 40
_LIST = re.compile(rb'"([a-z_]+)":\[')
Lines = Iterable[bytes]  # or pieces of several whole lines
Found = Callable[[str, Any], None]


def as_line(value: object) -> bytes:
    """Write one value as JSON on one line, without a line end."""
    return _encode(value).encode()


def rows(values: Iterable[bytes]) -> Iterator[bytes]:
    """Put each value on a line of its own, commas between them."""
    between = b""
    for value in values:
        yield between + value
        between = b",\n"
    if between:
        yield b"\n"


def lists(several: Mapping[str, Iterable[object]]) -> Iterator[bytes]:
    """Write an object of lists, one entry a line."""
    yield b"{\n"
    for number, (name, entries) in enumerate(several.items()):
        yield (b'],\n"' if number else b'"') + name.encode() + b'":[\n'
        yield from rows(as_line(entry) for entry in entries)
    yield b"]\n}\n"


def read_lists(lines: Lines, take: Found) -> None:
    """Read an object of lists; every entry is handed over with the name of its list."""
    stream = chain.from_iterable(map(BytesIO, lines))
    first = next(stream, b"")
    if first != b"{\n":
        for name, entries in json.loads(b"".join((first, *stream))).items():
            for entry in entries:
                take(name, entry)
        return
    name = ""
    for row in _grouped(stream):
        if isinstance(row, bytes):
            found = _LIST.fullmatch(row)
            name = found[1].decode() if found else name
            if not found and row not in (b"]", b"],", b"}"):
                raise ValueError("a line that is no record")
        else:
            for entry in row:
                take(name, entry)


def _grouped(stream: Iterator[bytes]) -> Iterator[bytes | list[Any]]:
    """Give the rows parsed, many at a time, and the lines between lists as they are."""
    waiting: list[bytes] = []
    for line in stream:
        row = line.rstrip(b"\n")
        if row[:1] == b"{" and len(row) > 1:
            waiting.append(row.removesuffix(b","))
            if len(waiting) < _AT_ONCE:
                continue
        if waiting:
            yield json.loads(b"[" + b",".join(waiting) + b"]")
            waiting = []
        if row[:1] != b"{" or len(row) == 1:
            yield row
    if waiting:
        raise ValueError("a list without an end")


def headed(head: Mapping[str, object], opening: bytes, entries: Iterable[bytes], end: bytes) -> Iterator[bytes]:
    """Write an object of some values and, last, what `opening` opens and `end` closes, with one entry a line."""
    yield as_line(head)[:-1] + b"," + opening + b"\n"
    yield from rows(entries)
    yield end + b"\n"


def read_headed(lines: Lines, end: bytes, take: Callable[[Any], None]) -> Any:
    """Read what `headed` wrote: gives the head with the list or object empty, its entries are handed over in groups.

    What is laid out otherwise is given whole, and nothing handed over.
    """
    stream = iter(lines)
    first = next(stream, b"")
    head, _end, rest = first.partition(b"\n")
    if not head.endswith((b":[", b":{")):
        return json.loads(b"".join((first, *stream)))
    opening, closing = (b"[", b"]") if head.endswith(b"[") else (b"{", b"}")
    for piece in chain((rest,), stream):
        # Lines are not taken apart: between the entries stand the commas that JSON has there.
        entries = piece.rstrip(b"\n")
        last = entries == end or entries.endswith(b"\n" + end)
        if last:
            entries = entries[: -len(end)].rstrip(b"\n")
        if entries:
            take(json.loads(opening + entries.removesuffix(b",") + closing))
        if last:
            if next(stream, None) is not None:
                raise ValueError("something after the end")
            return json.loads(head + end)
    raise ValueError("a list without an end")


class Watch:
    """Notes whether anything that passes has an escaped character."""

    def __init__(self) -> None:
        self.escaped = False

    def over(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the lines."""
        for line in lines:
            if b"\\u" in line:
                self.escaped = True
            yield line


class Rows:
    """Keeps records with one string for the names and words that stand in thousands of them."""

    def __init__(self) -> None:
        self.records: dict[str, list[dict[str, Any]]] = {}
        self._shared: dict[str, str] = {}

    def keep(self, kind: str, record: Any) -> None:
        """Keep a record of a kind that is known."""
        if kind in self.records:
            shared = self._shared.setdefault
            values = [shared(v, v) if isinstance(v, str) and len(v) < _SHORT else v for v in record.values()]
            self.records[kind].append(dict(zip(record, values, strict=True)))
