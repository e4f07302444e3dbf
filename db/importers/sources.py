"""Files, folders, archives and saved pages as the sources of articles, each with what is said of it beside it."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path, PurePath, PurePosixPath

from db.errors import CannotImport
from db.importers.bibliography import NAMES, Shelf, entries_in
from db.importers.decoding import EMPTY, LARGEST, TOO_LARGE
from db.importers.kinds import REFERENCES, kind_of
from db.importers.packed import Archive, file_name, shown

MISSING = "There is no such file. Check its name."
UNREADABLE = "The file cannot be read. Check whether you may open it, and whether the drive it lies on is there."
CIRCLE = "This link leads back to a folder it lies in, so it was not followed. Remove the link, or import the folder itself."
NESTED = "This archive lies in an archive in an archive. Unpack it and import what comes out."
NO_FILES = "Nothing to import was found in it. Give another folder or archive, or look into its folders too."
OTHER_KINDS = "Files of other kinds that were left out: {count} ({names})."
LISTED = "This file lists references. It became no article; what it says was put with the files it is about."
LISTED_MISSING = (
    "This file lists references. Not here are {count} of the files they name: {names}. "
    "Put them beside it and import the folder again."
)

# What a folder or archive is searched for; a file that is named is read whatever it is called.
READ = (".md", ".markdown", ".mdown", ".mkd", ".txt", ".text", ".html", ".htm", ".xhtml", ".shtml", ".mhtml", ".mht",
        ".pdf", ".docx", ".docm", ".epub")  # fmt: skip
# What is known and cannot be read, so that its line in the report says what to do.
_OTHER = (".doc", ".wps", ".rtf", ".odt", ".caj", ".pages")
_JUNK = frozenset(("__macosx", "thumbs.db", "desktop.ini", "icon\r", "$recycle.bin", "system volume information"))
_PARTS = re.compile(r"(?P<page>.+?)(?:_files|_file|\.files|-Dateien|_fichiers|_archivos)$", re.IGNORECASE)
_PAGES = (".html", ".htm", ".xhtml", ".shtml")
_DOCUMENTS = (".docx", ".docm", ".epub")  # zip files that are one document each, damaged or not
_DEPTH = 64  # folders in folders
_NAMED = 5  # names in a line that is about several files


class LeftOut(CannotImport):
    """What gave no article and was not meant to: a line in the report, no failure."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read: `name` as it can be shown, `load` gives its bytes or raises CannotImport, `facts` stand beside it."""

    name: str
    path: Path | None
    load: Callable[[], bytes]
    facts: Mapping[str, str] = field(default_factory=dict)  # title, authors, publisher, published, url, doi, language, key
    shelf: Shelf = field(default_factory=Shelf, repr=False, compare=False)


def sources(paths: Iterable[Path], *, recursive: bool = True) -> Iterator[Source]:
    """Give the files to read in these files, folders and archives, lazily; the `load` of what cannot be opened says why."""
    given = [Path(path) for path in paths]
    lists = [path for path in given if path.suffix.lower() in NAMES and _is_list(path)]
    shelf = Shelf()
    told = [_take_list(shelf, path.name, _shown_path(path), path, _bytes_of(path)) for path in lists]
    rest = [path for path in given if path not in lists]
    if not rest:
        yield from (_failing(_shown_path(path), path, REFERENCES) for path in lists)
        return
    for path in rest:
        if path.is_dir():
            yield from _folder(path, recursive=recursive, shelf=shelf)
        else:
            yield from _file(path, _with_neighbours(path, shelf))
    if told:
        folders = [path for path in rest if path.is_dir()]
        inside = (file for folder in folders for file in _walked(folder, recursive=recursive)[0])
        names = {path.name.lower() for path in chain(rest, inside)}
        for one in told:
            yield from _told_of(one, names)


@dataclass(frozen=True, slots=True)
class _List:
    """A reference list that was taken in: the files that its entries name, several for one entry at times."""

    name: str
    path: Path | None
    files: tuple[tuple[str, ...], ...] = ()


def _take_list(shelf: Shelf, own: str, name: str, path: Path | None, data: bytes) -> _List:
    entries = entries_in(data, own)
    shelf.add(entries, PurePath(own).name)
    files = (entry.get("files", "").split("\n") for entry in entries)
    local = (tuple(file for file in several if file and not file.startswith(("http://", "https://"))) for several in files)
    return _List(name, path, tuple(filter(None, local)))


def _told_of(listed: _List, names: Collection[str]) -> Iterator[Source]:
    """Give the line of a reference list, if it is not just a page's own; `names` are those of the files found, in lower case."""
    absent = [files for files in listed.files if not any(_is_there(file, listed.path, names) for file in files)]
    missing = [next((file for file in files if PurePath(file).suffix), files[0]) for files in absent]
    own = PurePath(listed.name)
    if missing:
        yield _failing(listed.name, listed.path, LISTED_MISSING, LeftOut, count=len(missing), names=_several(missing))
    elif not any(own.stem.lower() + suffix in names for suffix in READ):
        yield _failing(listed.name, listed.path, LISTED, LeftOut)


def _is_there(file: str, beside: Path | None, names: Collection[str]) -> bool:
    """Whether a file that a list names was found, or lies where the list says."""
    plain = file.replace("\\", "/")
    if plain.rpartition("/")[2].lower() in names:
        return True
    try:
        return beside is not None and beside.suffix.lower() in NAMES and (beside.parent / plain).is_file()
    except (OSError, ValueError):
        return False


def _several(names: Sequence[str]) -> str:
    """Give the first of some names, as they can be shown."""
    first = ", ".join(shown(name).rpartition("/")[2][:80] for name in names[:_NAMED])
    return f"{first}, …" if len(names) > _NAMED else first


def _shown_path(path: Path) -> str:
    """Give a path as it can be shown: the characters that steer a terminal or a line made visible."""
    first, *steps = path.parts or (".",)
    return str(Path(first, *(step if step == ".." else shown(step) for step in steps))) if steps else shown(first)


def _bytes_of(path: Path, name: str = "") -> bytes:
    name = name or _shown_path(path)
    try:
        if path.stat().st_size > LARGEST:
            raise CannotImport(name, TOO_LARGE, limit=LARGEST // (1024 * 1024))
        return path.read_bytes()
    except FileNotFoundError:
        raise CannotImport(name, MISSING) from None
    except (OSError, ValueError):
        raise CannotImport(name, UNREADABLE) from None


def _is_list(path: Path) -> bool:
    """Whether a file is a reference list; JSON may be anything."""
    try:
        return path.is_file() and (path.suffix.lower() != ".json" or bool(entries_in(_bytes_of(path), path.name)))
    except (CannotImport, OSError):
        return False


def _with_neighbours(path: Path, shelf: Shelf) -> Shelf:
    """Give the shelf with the lists that lie beside a file under its own name."""
    found = (
        [beside for suffix in NAMES if (beside := path.with_suffix(suffix)) != path and _is_list(beside)] if path.suffix else []
    )
    if not found:
        return shelf
    own = Shelf()
    for each in found:
        own.add(entries_in(_bytes_of(each), each.name), each.name)
    return own


def _failing(name: str, path: Path | None, reason: str, kind: type[CannotImport] = CannotImport, **facts: object) -> Source:
    return Source(name, path, partial(_raise, kind(name, reason, **facts)))


def _others(name: str, path: Path | None, names: Sequence[str]) -> Iterator[Source]:
    """Give one line for all the files of a folder or archive that are of other kinds."""
    if names:
        yield _failing(name, path, OTHER_KINDS, LeftOut, count=len(names), names=_several(names))


def _raise(error: CannotImport) -> bytes:
    raise error.with_traceback(None)


def _file(path: Path, shelf: Shelf) -> Iterator[Source]:
    """Give a file, or what is in it if it is an archive."""
    name = _shown_path(path)
    if not _is_archive(path):
        yield Source(name, path, partial(_bytes_of, path, name), shelf.named(path.name), shelf)
        return
    try:
        archive = Archive(path, name)
    except CannotImport as error:
        yield Source(name, path, partial(_raise, error))
        return
    yield from _archived(archive, path, shelf, depth=0)


def _head(path: Path, size: int = 4096) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(size)
    except (OSError, ValueError):
        return b""


def _is_archive(path: Path) -> bool:
    """Whether a file is a zip file that is no document."""
    if path.suffix.lower() in _DOCUMENTS or not _head(path, 4).startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return path.suffix.lower() not in READ
    return not names & {"[Content_Types].xml", "META-INF/container.xml", "mimetype"}


def _folder(folder: Path, *, recursive: bool, shelf: Shelf) -> Iterator[Source]:
    files, circles = _walked(folder, recursive=recursive)
    lists = [path for path in files if path.suffix.lower() in NAMES and _is_list(path)]
    known = set(lists)
    rest = [path for path in files if path not in known]
    wanted = [path for path in rest if _is_wanted(path.name, partial(_head, path))]
    own = Shelf() if lists else shelf
    told = [_take_list(own, path.name, _shown_path(path), path, _bytes_of(path)) for path in lists]
    for path in wanted:
        yield from _file(path, own)
    for path in circles:
        yield _failing(_shown_path(path), path, CIRCLE)
    name = _shown_path(folder)
    if wanted:
        names = {path.name.lower() for path in files}
        for one in told:
            yield from _told_of(one, names)
    else:
        yield from [_failing(one.name, one.path, REFERENCES) for one in told] or [_failing(name, folder, NO_FILES)]
    chosen = set(wanted)
    yield from _others(name, folder, [path.name for path in rest if path not in chosen])


def _walked(folder: Path, *, recursive: bool) -> tuple[list[Path], list[Path]]:
    """Give the files of a folder in order, and the links in it that lead in a circle; each folder is entered once."""
    files: list[Path] = []
    circles: list[Path] = []
    seen: set[str] = set()
    waiting: list[tuple[Path, tuple[str, ...]]] = [(folder, ())]
    while waiting:
        here, trail = waiting.pop()
        real = os.path.realpath(here)
        if leads_back(real, trail):
            circles.append(here)
            continue
        if real in seen or len(trail) > _DEPTH:
            continue
        seen.add(real)
        folders = _entries(here, files, circles)
        waiting += [(path, (*trail, real)) for path in reversed(folders)] if recursive else []
    return files, circles


def leads_back(real: str, trail: Iterable[str]) -> bool:
    """Whether a folder is one of those on the way to it or lies above one; all are real paths, without links."""
    above = real.rstrip(os.sep) + os.sep
    return any((way.rstrip(os.sep) + os.sep).startswith(above) for way in trail)


def _entries(folder: Path, files: list[Path], circles: list[Path]) -> list[Path]:
    """Add the files of one folder that are not hidden or junk, empty ones by their name only; its folders come back."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return []
    folders = []
    names = {entry.name.lower() for entry in entries}
    for entry in entries:
        if _is_junk(entry.name):
            continue
        try:
            if entry.is_dir():
                folders += [] if _is_of_page(entry.name, names) else [Path(entry.path)]
            elif entry.is_file() and (entry.stat().st_size or _is_named_so(entry.name)):
                files.append(Path(entry.path))
            elif entry.is_symlink() and entry.name.lower().endswith(READ):
                files.append(Path(entry.path))  # a link to nothing: reading it says so
        except OSError:
            circles.append(Path(entry.path))
    return folders


def _is_junk(name: str) -> bool:
    return name.startswith((".", "~$")) or name.lower() in _JUNK


def _is_of_page(folder: str, names: Collection[str]) -> bool:
    """Whether a folder holds the pictures and scripts of a page that a browser saved beside it."""
    found = _PARTS.match(folder)
    return found is not None and any(f"{found['page'].lower()}{suffix}" in names for suffix in _PAGES)


def _is_named_so(name: str) -> bool:
    return name.lower().endswith((*READ, *_OTHER, ".zip"))


def _is_wanted(name: str, head: Callable[[], bytes]) -> bool:
    """Whether a file in a folder is likely an article: by its name, else by how it begins."""
    suffix = PurePath(name).suffix.lower()
    if _is_named_so(name):
        return True
    if suffix in NAMES or re.fullmatch(r"\.(?:xlsx?|pptx?|od[sp]|gloss\w*|jar|apk|exe|db)", suffix):
        return False
    try:
        start = head()
        return kind_of(start, "") in ("pdf", "mhtml") or re.match(rb"\s*<(?:!doctype\s+html|html)\b", start, re.I) is not None
    except CannotImport:
        return False


def _archived(archive: Archive, path: Path | None, shelf: Shelf, *, depth: int) -> Iterator[Source]:
    """Give the files of an archive, and those of the archives in it."""
    members = sorted(_members(archive), key=lambda pair: pair[0])
    listed = [(name, _quietly(archive, member)) for name, member in members if name.lower().endswith(NAMES)]
    listed = [(name, data) for name, data in listed if not name.lower().endswith(".json") or entries_in(data, name)]
    own = Shelf() if listed else shelf
    told = [_take_list(own, name, f"{archive.name}/{name}", path, data) for name, data in listed]
    others: list[str] = []
    known = {name for name, _ in listed}
    found = False
    for name, member in members:
        if name in known:
            continue
        if not _is_wanted(name, partial(_opening, archive, member)):
            others.append(name)
            continue
        found = True
        yield from _member(archive, member, name, path, own, depth)
    if found:
        names = {PurePosixPath(name).name.lower() for name, _ in members}
        for one in told:
            yield from _told_of(one, names)
    else:
        yield from [_failing(one.name, path, REFERENCES) for one in told] or [_failing(archive.name, path, NO_FILES)]
    yield from _others(archive.name, path, others)


def _members(archive: Archive) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """Give the members that are not hidden or junk, empty ones by their name only, each with its name as it can be shown."""
    members = [(shown(file_name(member)), member) for member in archive.members]
    members = [(name, member) for name, member in members if member.file_size or _is_named_so(name)]
    names = {name.lower() for name, _ in members}
    return ((name, member) for name, member in members if not _is_hidden(PurePosixPath(name), names))


def _member(
    archive: Archive, member: zipfile.ZipInfo, name: str, path: Path | None, shelf: Shelf, depth: int
) -> Iterator[Source]:
    whole = f"{archive.name}/{name}"
    load = partial(archive.read, member)
    if not member.file_size:
        yield _failing(whole, path, EMPTY)
    elif not name.lower().endswith(".zip"):
        yield Source(whole, path, load, shelf.named(name), shelf)
    elif depth:
        yield _failing(whole, path, NESTED)
    else:
        yield from _inner(load, whole, path, shelf)


def _inner(load: Callable[[], bytes], name: str, path: Path | None, shelf: Shelf) -> Iterator[Source]:
    try:
        archive = Archive(load(), name)
    except CannotImport as error:
        yield Source(name, path, partial(_raise, error))
        return
    yield from _archived(archive, path, shelf, depth=1)


def _is_hidden(path: PurePosixPath, names: Collection[str]) -> bool:
    if any(_is_junk(part) for part in path.parts):
        return True
    for parent in list(path.parents)[:-1]:
        found = _PARTS.match(str(parent))
        if found and any(f"{found['page'].lower()}{suffix}" in names for suffix in _PAGES):
            return True
    return False


def _quietly(archive: Archive, member: zipfile.ZipInfo) -> bytes:
    try:
        return archive.read(member)
    except CannotImport:
        return b""


def _opening(archive: Archive, member: zipfile.ZipInfo) -> bytes:
    return _quietly(archive, member)[:4096] if member.file_size <= LARGEST else b""
