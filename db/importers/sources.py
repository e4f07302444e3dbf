"""Files, folders, archives and saved pages as the sources of articles, each with what is said of it beside it."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePath, PurePosixPath

from db.errors import CannotImport
from db.importers.bibliography import NAMES, Shelf, entries_in
from db.importers.decoding import EMPTY, LARGEST, TOO_LARGE
from db.importers.kinds import REFERENCES, kind_of
from db.importers.packed import Archive, file_name, shown

MISSING = "There is no such file. Check its name."
UNREADABLE = "The file cannot be read ({detail}). Check whether you may open it."
CIRCLE = "This link leads back to a folder it lies in, so it was not followed. Remove the link, or import the folder itself."
NESTED = "This archive lies in an archive in an archive. Unpack it and import what comes out."
NO_FILES = "Nothing to import was found in it. Give another folder or archive, or look into its folders too."

# What a folder or archive is searched for; a file that is named is read whatever it is called.
READ = (".md", ".markdown", ".mdown", ".mkd", ".txt", ".text", ".html", ".htm", ".xhtml", ".shtml", ".mhtml", ".mht",
        ".pdf", ".docx", ".docm", ".epub")  # fmt: skip
# What is known and cannot be read, so that its line in the report says what to do.
_OTHER = (".doc", ".wps", ".rtf", ".odt", ".caj", ".pages")
_JUNK = frozenset(("__macosx", "thumbs.db", "desktop.ini", "icon\r", "$recycle.bin", "system volume information"))
_PARTS = re.compile(r"(?P<page>.+?)(?:_files|_file|\.files|-Dateien|_fichiers|_archivos)$", re.IGNORECASE)
_PAGES = (".html", ".htm", ".xhtml", ".shtml")
_DEPTH = 64  # folders in folders


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
    for path in lists:
        shelf.add(entries_in(_bytes_of(path), path.name), path.name)
    rest = [path for path in given if path not in lists]
    if not rest:
        yield from (_failing(_shown_path(path), path, REFERENCES) for path in lists)
    for path in rest:
        if path.is_dir():
            yield from _folder(path, recursive=recursive, shelf=shelf)
        else:
            yield from _file(path, _with_neighbours(path, shelf), named=True)


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
    except (OSError, ValueError) as error:
        raise CannotImport(name, UNREADABLE, detail=getattr(error, "strerror", None) or error) from None


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


def _failing(name: str, path: Path | None, reason: str) -> Source:
    return Source(name, path, partial(_raise, CannotImport(name, reason)))


def _raise(error: CannotImport) -> bytes:
    raise error.with_traceback(None)


def _file(path: Path, shelf: Shelf, *, named: bool = False) -> Iterator[Source]:
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
    found = False
    for source in _archived(archive, path, shelf, depth=0):
        found = True
        yield source
    if named and not found:
        yield _failing(name, path, NO_FILES)


def _head(path: Path, size: int = 4096) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(size)
    except (OSError, ValueError):
        return b""


def _is_archive(path: Path) -> bool:
    """Whether a file is a zip file that is no document."""
    if not _head(path, 4).startswith((b"PK\x03\x04", b"PK\x05\x06")):
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
    wanted = [path for path in files if path not in set(lists) and _is_wanted(path.name, partial(_head, path))]
    own = _filled(shelf, ((path.name, partial(_bytes_of, path)) for path in lists))
    found = False
    for path in wanted:
        for source in _file(path, own):
            found = True
            yield source
    for path in circles:
        yield _failing(_shown_path(path), path, CIRCLE)
    if not found:
        yield from [_failing(_shown_path(path), path, REFERENCES) for path in lists] or [
            _failing(_shown_path(folder), folder, NO_FILES)
        ]


def _filled(shelf: Shelf, lists: Iterable[tuple[str, Callable[[], bytes]]]) -> Shelf:
    """Give a shelf with these lists, or the shelf given if there are none."""
    own: Shelf | None = None
    for name, load in lists:
        own = own or Shelf()
        own.add(entries_in(load(), name), PurePath(name).name)
    return own or shelf


def _walked(folder: Path, *, recursive: bool) -> tuple[list[Path], list[Path]]:
    """Give the files of a folder in order, and the links in it that lead in a circle; each folder is entered once."""
    files: list[Path] = []
    circles: list[Path] = []
    seen: set[str] = set()
    waiting = [(folder, 0)]
    while waiting:
        here, depth = waiting.pop()
        real = os.path.realpath(here)
        if real in seen or depth > _DEPTH:
            if here.is_symlink() and (str(here.parent.resolve()) + os.sep).startswith(real + os.sep):
                circles.append(here)
            continue
        seen.add(real)
        folders = _entries(here, files, circles)
        waiting += [(path, depth + 1) for path in reversed(folders)] if recursive else []
    return files, circles


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
    members = [(shown(file_name(member)), member) for member in archive.members]
    members = [(name, member) for name, member in members if member.file_size or _is_named_so(name)]
    names = {name.lower() for name, _ in members}
    members = [(name, member) for name, member in members if not _is_hidden(PurePosixPath(name), names)]
    lists = [(name, member) for name, member in members if name.lower().endswith(NAMES)]
    own = _filled(shelf, ((name, partial(_quietly, archive, member)) for name, member in lists))
    found = False
    for name, member in sorted(members, key=lambda pair: pair[0]):
        whole = f"{archive.name}/{name}"
        if not _is_wanted(name, partial(_opening, archive, member)):
            continue
        found = True
        load = partial(archive.read, member)
        if not member.file_size:
            yield _failing(whole, path, EMPTY)
        elif not name.lower().endswith(".zip"):
            yield Source(whole, path, load, own.named(name), own)
        elif depth:
            yield _failing(whole, path, NESTED)
        else:
            yield from _inner(load, whole, path, own)
    if not found:
        yield from (_failing(f"{archive.name}/{name}", path, REFERENCES) for name, _ in lists if not name.endswith(".json"))


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
