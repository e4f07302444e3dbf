"""Zip files and XML from strangers: bounded, without entities, with names that can be shown."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from db.errors import CannotImport
from db.importers.decoding import LARGEST, TOO_LARGE

if TYPE_CHECKING:
    from lxml.etree import _Element

DAMAGED_ZIP = "This archive is damaged or incomplete. Fetch it again, or unpack it and import the files."
ENCRYPTED = "This file is locked with a password inside the archive. Unpack it yourself and import what comes out."
BOMB = "The archive unpacks to far more than it should ({size} MB), so it was not opened. Unpack it yourself if you trust it."
TOO_MANY = "The archive holds more than {limit} files. Unpack it and import a part at a time."

MOST_FILES = 100_000
MOST_BYTES = 8 * 1024**3
# Real texts shrink to a twentieth; what shrinks further than this was made to fill a disk.
_RATIO, _SMALL = 250, 16 * 1024 * 1024
_PART = 100 * 1024 * 1024
_CHUNK = 1 << 20
_UTF8_NAME = 0x800
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def shown(name: str) -> str:
    """Give a file's name as it can be shown: without control characters, steps upwards and a drive."""
    steps = _UNSEEN.sub("�", name.replace("\\", "/")).split("/")
    return "/".join(step for step in steps if step not in ("", ".", "..")) or "�"


class Archive:
    """A zip file that was looked over before anything in it is unpacked; `name` and `damaged` are for messages."""

    def __init__(self, file: Path | bytes, name: str, damaged: str = DAMAGED_ZIP) -> None:
        self.name = name
        self._damaged = damaged
        self._file = file
        with self._open() as archive:
            self.members = [info for info in archive.infolist() if not info.is_dir()]
        self._names = {info.filename: info for info in self.members}
        self._look_over(len(file) if isinstance(file, bytes) else file.stat().st_size)

    def _open(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(io.BytesIO(self._file) if isinstance(self._file, bytes) else self._file)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, RecursionError, OSError):
            raise CannotImport(self.name, self._damaged) from None

    def _look_over(self, size: int) -> None:
        if len(self.members) > MOST_FILES:
            raise CannotImport(self.name, TOO_MANY, limit=MOST_FILES)
        total = sum(info.file_size for info in self.members)
        overlapping = sum(info.compress_size for info in self.members) > size
        if total > MOST_BYTES or overlapping or total > max(_SMALL, size * _RATIO):
            raise CannotImport(self.name, BOMB, size=total // (1024 * 1024))

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def part(self, name: str) -> bytes:
        """Give the bytes of a part of a document; nothing where it is missing."""
        return self.read(self._names[name], _PART) if name in self._names else b""

    def read(self, member: zipfile.ZipInfo, limit: int = LARGEST) -> bytes:
        """Unpack one member; CannotImport if it is locked, damaged or larger than `limit` bytes."""
        where = f"{self.name}/{shown(file_name(member))}"
        if member.flag_bits & 1:
            raise CannotImport(where, ENCRYPTED)
        if member.file_size > max(_SMALL, member.compress_size * _RATIO):
            raise CannotImport(where, BOMB, size=member.file_size // (1024 * 1024))
        if member.file_size > limit:
            raise CannotImport(where, TOO_LARGE, limit=limit // (1024 * 1024))
        try:
            with self._open() as archive, archive.open(member) as stream:
                return b"".join(_bounded(stream, member.file_size))
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError):
            raise CannotImport(where, self._damaged) from None


def _bounded(stream: IO[bytes], size: int) -> Iterator[bytes]:
    """Read no more than the archive says there is."""
    while size > 0 and (chunk := stream.read(min(_CHUNK, size))):
        size -= len(chunk)
        yield chunk


def file_name(member: zipfile.ZipInfo) -> str:
    """Give a member's name; names without a stated encoding are UTF-8 or GB 18030 more often than IBM's."""
    if member.flag_bits & _UTF8_NAME or member.filename.isascii():
        return member.filename
    try:
        raw = member.filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename


def parsed(data: bytes, name: str, damaged: str) -> _Element:
    """Parse XML without entities, document types and addresses; CannotImport with the sentence `damaged` if it cannot be read."""
    from lxml import etree  # only when there is a document: it takes a while to load

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise CannotImport(name, damaged) from None
    types: Any = root.getroottree().docinfo.internalDTD
    if types is not None and any(True for _entity in types.iterentities()):
        raise CannotImport(name, damaged)
    return root


def local(element: _Element) -> str:
    """Give an element's name without its namespace; "" for a comment or instruction."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def value_of(element: _Element | None, name: str) -> str:
    """Give an attribute by its name without namespace; "" if there is none."""
    if element is None:
        return ""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), "")
