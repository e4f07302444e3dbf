"""The files of a project by whatever name its list of contents calls them: in an archive, unpacked, or beside it."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Protocol
from urllib.parse import unquote

from db.errors import CannotRead
from db.exchange.archive import BYTES, MEMBERS, Archive

NO_LIST = "It holds no list of contents (project.qde). Choose a .qdpx file, or ask for it to be exported again."
MANY_LISTS = "It holds several lists of contents, so that it is not clear which counts. Ask for it to be exported again."


NO_FILE = "The file {name} beside it cannot be read any more. Put it back and try again."
TOO_MUCH = "It holds more files than can be read. Choose a folder with one project only."
_DRIVE = re.compile("[A-Za-z]:")
_RELATIVE = re.compile("relative:/*", re.IGNORECASE)
_LIST = ".qde"
_BESIDE = "beside:"  # how files are called that lie beside an archive; no member has such a name
_LARGEST = 100_000_000  # of files beside an archive


class Holding(Protocol):
    """What holds the files of a project."""

    path: Path

    @property
    def names(self) -> list[str]: ...
    def read(self, name: str) -> bytes: ...


class LooseArchive(Archive):
    """An archive as programs pack them: names with backslashes or colons, and what a Mac adds; nothing is ever unpacked."""

    def _check(self, infos: list[zipfile.ZipInfo]) -> None:
        for info in infos:
            spelt = _named(info).replace("\\", "/")
            # A drive is still refused; a colon within a name leaves no folder.
            info.filename = spelt if _DRIVE.match(spelt) else spelt.replace(":", "_")
        infos[:] = [info for info in infos if not _is_macs(info.filename)]
        super()._check(infos)


def _named(info: zipfile.ZipInfo) -> str:
    """Give a member's name; in an archive that does not say how names are written they are tried as UTF-8."""
    if not info.flag_bits & 0x800 and not info.filename.isascii():
        with suppress(UnicodeError):
            return info.filename.encode("cp437").decode("utf-8")
    return info.filename


class Unpacked:
    """A project that lies unpacked: a list of contents, and the files beside it and in its folder for sources.

    Links to other files are not followed, so that nothing comes from elsewhere.
    """

    def __init__(self, path: Path) -> None:
        lists = [path] if not path.is_dir() else sorted(each for each in path.iterdir() if each.suffix.lower() == _LIST)
        if len(lists) != 1:
            raise CannotRead(path, MANY_LISTS if lists else NO_LIST)
        self.path = lists[0]
        self._files = {self.path.name: self.path}
        size = 0
        for each in self._within(self.path.parent):
            name = each.relative_to(self.path.parent).as_posix()
            if each.suffix.lower() != _LIST:
                self._files[name] = each
                size += each.lstat().st_size if "/" in name else 0
                if len(self._files) > MEMBERS or size > BYTES:
                    raise CannotRead(path, TOO_MUCH)

    def _within(self, folder: Path, *, deep: bool = False) -> list[Path]:
        found = []
        for each in sorted(folder.iterdir()):
            if each.is_symlink():
                continue
            if each.is_dir() and (deep or each.name.lower() == "sources"):
                found += self._within(each, deep=True)
            elif each.is_file():
                found.append(each)
        return found

    @property
    def names(self) -> list[str]:
        """The files' names below the project's folder."""
        return list(self._files)

    def read(self, name: str) -> bytes:
        """Give the bytes of a file."""
        return self._files[name].read_bytes()


def _beside(folder: Path, relative: str) -> Path | None:
    """Give a file below a folder, by a path that leads nowhere else and over no links."""
    parts = PurePosixPath(relative).parts
    if not parts or any(part in ("..", "/") or ":" in part or "\0" in part for part in parts):
        return None
    at = folder
    for part in parts:
        at = at / part
        if at.is_symlink():
            return None
    with suppress(OSError, ValueError):
        inside = at.resolve().is_relative_to(folder.resolve())
        return at if inside and at.is_file() and at.stat().st_size <= _LARGEST else None
    return None


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _is_macs(name: str) -> bool:
    pure = PurePosixPath(name)
    return "__MACOSX" in pure.parts or pure.name.startswith("._") or pure.name == ".DS_Store"


class Files:
    """Finds members by paths with one to three slashes, a folder or none, in any case, with %-escapes."""

    def __init__(self, archive: Holding | None) -> None:
        self._archive = archive
        names = archive.names if archive is not None else []
        self._exact = {_key(name): name for name in names if not name.endswith("/")}
        self._bare: dict[str, list[str]] = {}
        for name in self._exact.values():
            self._bare.setdefault(_key(PurePosixPath(name).name), []).append(name)

    def list_of_contents(self) -> str:
        """Give the name of the list of contents, one .qde at the root or else the only one; raises CannotRead."""
        assert self._archive is not None
        found = [name for key, name in self._exact.items() if key.endswith(".qde")]
        found = [name for name in found if "/" not in name.removeprefix("./")] or found
        if len(found) != 1:
            raise CannotRead(self._archive.path, MANY_LISTS if found else NO_LIST)
        return found[0]

    def find(self, path: str | None, *, outside: bool = True) -> str | None:
        """Give the file that a path means: a member, or where it says so one that lies beside the project."""
        return self._member(path) or (self._outside(path) if outside and path else None)

    def _outside(self, path: str) -> str | None:
        match = _RELATIVE.match(path.strip())
        if match is None or self._archive is None:
            return None
        words = path.strip()[match.end() :].replace("\\", "/")
        for spelt in dict.fromkeys((words, unquote(words))):
            if _beside(self._archive.path.parent, spelt) is not None:
                return _BESIDE + spelt
        return None

    def _member(self, path: str | None) -> str | None:
        bare = (path or "").strip().replace("\\", "/").partition(":")
        words = (bare[2] if bare[1] and "/" not in bare[0] else (path or "").strip().replace("\\", "/")).lstrip("/")
        for spelt in dict.fromkeys(each.replace(":", "_") for each in (words, unquote(words), (path or "").strip())):
            for key in (_key(spelt), f"sources/{_key(spelt)}"):
                if key in self._exact:
                    return self._exact[key]
            several = self._bare.get(_key(PurePosixPath(spelt).name), [])
            if spelt and len(several) == 1:
                return several[0]
        return None

    def read(self, name: str) -> bytes:
        """Give the bytes of a member; raises CannotRead."""
        assert self._archive is not None
        if name.startswith(_BESIDE):
            found = _beside(self._archive.path.parent, name.removeprefix(_BESIDE))
            if found is None:
                raise CannotRead(self._archive.path, NO_FILE, name=name.removeprefix(_BESIDE))
            return found.read_bytes()
        return self._archive.read(name)
