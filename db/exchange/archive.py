"""A ZIP that can be trusted: written whole or not at all with the same bytes for the same content, read within limits."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import cast

from db.errors import CannotRead, FolderMissing, NotWritten
from db.exchange.targets import is_database, is_project, refuse_database

MEMBERS = 200_000
BYTES = 2_000_000_000
# Texts and records shrink to a tenth or a thirtieth; DEFLATE cannot do more than a thousandth, and only bombs come near.
RATIO = 200
# A line of a member is one record: no record is as long, but a bomb in one line is.
LINE = 64_000_000
_BUFFER = 1_000_000
_BLOCK = 500_000
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


def write_zip(path: Path, members: Iterable[tuple[str, bytes | Iterable[bytes]]]) -> dict[str, str]:
    """Write members in the order given with fixed times, beside the target and then renamed; gives name -> SHA-256.

    A member is its bytes, or pieces of them that are written as they come.
    """
    hashes: dict[str, str] = {}
    with replacing(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name, _FIXED_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.create_system = 3
            if isinstance(data, bytes):
                archive.writestr(info, data)
                hashes[name] = hashlib.sha256(data).hexdigest()
            else:
                hashes[name] = _write_pieces(archive, info, data)
    return hashes


def _write_pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo, pieces: Iterable[bytes]) -> str:
    # Small pieces cost a call each to pack; a megabyte at a time does not.
    hashed, waiting, size = hashlib.sha256(), [], 0
    with archive.open(info, "w") as member:
        for piece in pieces:
            waiting.append(piece)
            size += len(piece)
            if size > _BUFFER:
                whole = b"".join(waiting)
                hashed.update(whole)
                member.write(whole)
                waiting, size = [], 0
        whole = b"".join(waiting)
        hashed.update(whole)
        member.write(whole)
    return hashed.hexdigest()


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary file beside a target that is flushed and takes its place at the end; a failure leaves the old one.

    Whatever is exported comes through here. Raises FolderMissing, NotWritten, and Refused for a target that is a database.
    """
    if not path.parent.is_dir():
        raise FolderMissing(path)
    refuse_database(path)
    part = path.with_name(f".{path.name}.part")
    try:
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise NotWritten(path, reason=error.strerror or str(error)) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


class Archive:
    """An archive opened for reading: every name, size and count is checked before a member is given."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if path.is_dir():
            raise CannotRead(path, "This is a folder. Export a bundle from the project in it first, and give that.")
        try:
            self._zip = zipfile.ZipFile(path)
            infos = self._zip.infolist()
        except FileNotFoundError as error:
            raise CannotRead(path, "There is no such file. Check the name.") from error
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            if is_project(path):
                raise CannotRead(
                    path, "This is a project, not a bundle. Export a bundle from it first, and give that."
                ) from error
            if is_database(path):
                raise CannotRead(
                    path, "This is another program's database, of a kind that is not known here. Export from there what it holds."
                ) from error
            raise CannotRead(
                path, "This is no whole archive: it was cut short or is something else. Ask for it again."
            ) from error
        try:
            self._check(infos)
        except CannotRead:
            self.close()
            raise
        self._infos = {info.filename: info for info in infos}

    def _check(self, infos: list[zipfile.ZipInfo]) -> None:
        names = [info.filename for info in infos]
        if len(infos) > MEMBERS or sum(info.file_size for info in infos) > BYTES:
            raise CannotRead(self.path, "It would unpack to more than can be safe. It is not opened.")
        if len(set(names)) != len(names):
            raise CannotRead(self.path, "It holds two members of one name. It is not opened.")
        for info in infos:
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise CannotRead(self.path, "It is packed in a way that is not known here. Ask for it as a plain ZIP.")
            if info.flag_bits & 1:
                raise CannotRead(self.path, "It is encrypted. Ask its sender for one without a password.")
            pure = PurePosixPath(info.filename)
            if pure.is_absolute() or ".." in pure.parts or "\\" in info.filename or ":" in info.filename:
                raise CannotRead(self.path, "It holds a member that would leave its folder. It is not opened.")
            if (info.external_attr >> 16) & 0o170000 == 0o120000:
                raise CannotRead(self.path, "It holds a link to another file. It is not opened.")
            if info.file_size > 1_000_000 and info.file_size > RATIO * max(1, info.compress_size):
                raise CannotRead(self.path, "It would unpack to more than can be safe. It is not opened.")

    @property
    def names(self) -> list[str]:
        """The members' names."""
        return list(self._infos)

    def read(self, name: str) -> bytes:
        """Give a member's bytes, never more than it declares; raises CannotRead."""
        info = self._info(name)
        with self._unpacking(name), self._zip.open(info) as member:
            data = member.read(info.file_size + 1)
        if len(data) != info.file_size:
            raise CannotRead(self.path, "The member {name} is not as long as it says.", name=name)
        return data

    def digest(self, name: str) -> str:
        """Give the SHA-256 of a member, a piece at a time; raises CannotRead."""
        info, hashed, size = self._info(name), hashlib.sha256(), 0
        with self._unpacking(name), self._zip.open(info) as member:
            while piece := member.read(_BUFFER):
                hashed.update(piece)
                size += len(piece)
        if size != info.file_size:
            raise CannotRead(self.path, "The member {name} is not as long as it says.", name=name)
        return hashed.hexdigest()

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield a member's lines with their ends; raises CannotRead."""
        info = self._info(name)
        with self._unpacking(name), self._zip.open(info) as member:
            lines = io.BufferedReader(cast(io.RawIOBase, member), _BUFFER)
            while line := lines.readline(LINE):
                if len(line) == LINE:
                    raise CannotRead(self.path, "It would unpack to more than can be safe. It is not opened.")
                yield line

    def blocks(self, name: str) -> Iterator[bytes]:
        """Yield a member in pieces of whole lines with their ends, some hundred thousand bytes each; raises CannotRead."""
        info, begun = self._info(name), b""
        with self._unpacking(name), self._zip.open(info) as member:
            while piece := member.read(_BLOCK):
                at = piece.rfind(b"\n") + 1
                if at:
                    yield begun + piece[:at]
                begun = piece[at:] if at else begun + piece
                if len(begun) > LINE:
                    raise CannotRead(self.path, "It would unpack to more than can be safe. It is not opened.")
        if begun:
            yield begun

    def _info(self, name: str) -> zipfile.ZipInfo:
        info = self._infos.get(name)
        if info is None:
            raise CannotRead(self.path, "The member {name} is missing.", name=name)
        return info

    @contextmanager
    def _unpacking(self, name: str) -> Iterator[None]:
        try:
            yield
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
            raise CannotRead(self.path, "The member {name} is damaged. Ask for the file again.", name=name) from error

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()
