"""The files of an archive by whatever name a list of contents calls them."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import unquote

from db.errors import CannotRead
from db.exchange.archive import Archive

NO_LIST = "It holds no list of contents (project.qde). Choose a .qdpx file, or ask for it to be exported again."
MANY_LISTS = "It holds several lists of contents, so that it is not clear which counts. Ask for it to be exported again."


class Files:
    """Finds members by paths with one to three slashes, a folder or none, in any case, with %-escapes."""

    def __init__(self, archive: Archive | None) -> None:
        self._archive = archive
        names = archive.names if archive is not None else []
        self._exact = {name.casefold(): name for name in names if not name.endswith("/")}
        self._bare: dict[str, list[str]] = {}
        for name in self._exact.values():
            self._bare.setdefault(PurePosixPath(name).name.casefold(), []).append(name)

    def list_of_contents(self) -> str:
        """Give the name of the list of contents, one .qde at the root or else the only one; raises CannotRead."""
        assert self._archive is not None
        found = [name for key, name in self._exact.items() if key.endswith(".qde")]
        found = [name for name in found if "/" not in name] or found
        if len(found) != 1:
            raise CannotRead(self._archive.path, MANY_LISTS if found else NO_LIST)
        return found[0]

    def find(self, path: str | None) -> str | None:
        """Give the member that a path means, if the archive holds one."""
        bare = (path or "").strip().replace("\\", "/").partition(":")
        words = (bare[2] if bare[1] and "/" not in bare[0] else (path or "").strip().replace("\\", "/")).lstrip("/")
        for spelt in dict.fromkeys((words, unquote(words))):
            for key in (spelt.casefold(), f"sources/{spelt.casefold()}"):
                if key in self._exact:
                    return self._exact[key]
            several = self._bare.get(PurePosixPath(spelt).name.casefold(), [])
            if spelt and len(several) == 1:
                return several[0]
        return None

    def read(self, name: str) -> bytes:
        """Give the bytes of a member; raises CannotRead."""
        assert self._archive is not None
        return self._archive.read(name)
