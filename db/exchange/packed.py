"""What lies packed in a bundle's file: texts and originals, read when they are asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from db.errors import CannotRead
from db.exchange.archive import Archive


class Packed:
    """The texts and originals of a bundle, read from its file when asked for: they need not all be in memory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open: Archive | None = None

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Keep the file open while many are read."""
        with Archive(self._path) as archive:
            self._open = archive
            try:
                yield
            finally:
                self._open = None

    def read(self, name: str, digest: str) -> bytes:
        """Give a member; raises CannotRead where it is not what it was when the bundle was read."""
        if self._open is None:
            with self.opened():
                return self.read(name, digest)
        data = self._open.read(name)
        if hashlib.sha256(data).hexdigest() != digest:
            raise CannotRead(self._path, "The member {name} is not what its manifest says. Ask for it again.", name=name)
        return data


class Texts(Mapping[str, str]):
    """The texts of a bundle by version, each as its hash says."""

    def __init__(self, packed: Packed, hashes: Mapping[str, str]) -> None:
        self._packed, self._hashes = packed, hashes  # uuid of a version -> SHA-256 of its text

    def __getitem__(self, uuid: str) -> str:
        return self._packed.read(f"articles/{uuid}.txt", self._hashes[uuid]).decode()

    def __iter__(self) -> Iterator[str]:
        return iter(self._hashes)

    def __len__(self) -> int:
        return len(self._hashes)


class Originals(Mapping[str, bytes]):
    """The imported bytes of a bundle by their SHA-256."""

    def __init__(self, packed: Packed, names: Iterable[str]) -> None:
        self._packed, self._names = packed, frozenset(names)

    def __getitem__(self, name: str) -> bytes:
        if name not in self._names:
            raise KeyError(name)
        return self._packed.read(f"originals/{name}", name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
