"""Many files read by other processes: the same drafts in the same order, and one bad file is one line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from db import importers
from db.errors import CannotImport
from db.importers import many
from db.importers.many import read_many
from db.importers.sources import Source
from resources.words import say

PAGES = sorted(path for path in (Path(__file__).parent / "files").glob("*.*"))


def source(name: str, data: bytes) -> Source:
    return Source(name, None, lambda: data)


def refusing(name: str) -> Source:
    def load() -> bytes:
        raise CannotImport(name, importers.FOLDER)

    return Source(name, None, load)


def test_other_processes_read_what_this_one_reads() -> None:
    files = [replace(source(f"{n}-{path.name}", path.read_bytes())) for n in range(4) for path in PAGES]
    files[5:5] = [source("leer.md", b""), refusing("ordner")]
    here, there = list(read_many(files, 0)), list(read_many(files, 2))
    assert len(files) > 40
    assert [s.name for s, _ in there] == [s.name for s in files]
    for (_, one), (_, other) in zip(here, there, strict=True):
        assert str(one) == str(other) if isinstance(one, CannotImport) else one == other
    bad = {s.name: str(told) for s, told in there if isinstance(told, CannotImport)}
    assert set(bad) == {"leer.md", "ordner"}
    assert "The file is empty" in bad["leer.md"]


def test_a_few_files_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_workers: int) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(many, "_pool", refuse)
    [(_, draft)] = read_many([source("a.md", "# 题\n\n正文在此。".encode())])
    assert not isinstance(draft, CannotImport)
    assert (draft.title, draft.original) == ("题", "# 题\n\n正文在此。".encode())


def test_sources_are_taken_as_they_are_needed() -> None:
    taken = 0

    def endless() -> Iterator[Source]:
        nonlocal taken
        while True:
            taken += 1
            yield source(f"{taken}.md", f"# 题{taken}\n\n正文在此。".encode())

    found = read_many(endless(), 1)
    first = [next(found)[0].name for _ in range(3)]
    found.close()  # type: ignore[attr-defined]
    assert first == ["1.md", "2.md", "3.md"]
    assert taken < 200


def test_a_fault_in_reading_one_file_is_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_data: bytes, name: str) -> None:
        raise RuntimeError(name)

    monkeypatch.setattr(many, "read_bytes", broken)
    [(_, told)] = read_many([source("a.md", b"x")])
    assert isinstance(told, CannotImport)
    assert "fault in Glossator (RuntimeError)" in str(told)


def test_a_file_that_ends_its_process_is_left_out_and_the_others_are_read() -> None:
    files = [source(f"{n}.md", f"# 题{n}\n\n正文在此。".encode()) for n in range(50)]
    files[7] = source("7.md", _Deadly(b"x"))
    told = [one for _, one in read_many(files, 1)]
    assert [n for n, one in enumerate(told) if isinstance(one, CannotImport)] == [7]
    assert "was left out" in str(told[7])


class _Deadly(bytes):
    """Bytes that end the process that unpacks them."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (3,)


def test_every_sentence_of_reading_many_has_its_chinese() -> None:
    assert [s for s in (many.FAULT, many.STOPPED) if say("zh_CN", s) == s] == []
