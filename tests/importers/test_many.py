"""Many files read by other processes: the same drafts in the same order, and one bad file is one line."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing import active_children
from pathlib import Path
from threading import Event

import pytest

from db import importers
from db.errors import Cancelled, CannotImport
from db.importers import many, readers
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

    monkeypatch.setattr(many, "Readers", refuse)
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
    def broken(_data: bytes, name: str, **_more: object) -> None:
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


def test_what_is_waited_for_is_named_and_giving_up_ends_the_processes() -> None:
    class GivenUp(Exception):
        pass

    page = "<html><body><h1>题</h1>" + "<p>治理需要各方参与，也需要把责任写清楚，并且每年检查一次。" * 100_000
    files = [source(f"{n}.md", f"# 题{n}\n\n正文在此。".encode()) for n in range(45)]
    files[3] = source("long.html", page.encode())
    named = []

    def look(name: str) -> None:
        named.append(name)
        if name == "long.html":
            raise GivenUp

    done = []
    with pytest.raises(GivenUp):
        done += [one.name for one, _ in read_many(files, 2, look)]
    assert named[-1] == "long.html"
    end = time.monotonic() + 30
    while active_children() and time.monotonic() < end:
        time.sleep(0.05)
    assert active_children() == []


def test_a_process_stops_reading_when_it_is_not_wanted_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    readers.still_wanted(0, 0)
    unwanted = Event()
    unwanted.set()
    monkeypatch.setattr(readers._Own, "unwanted", unwanted)
    with pytest.raises(Cancelled):
        many._read_batch([("# 题\n\n正文在此。".encode(), "a.md")])


def test_a_heavy_file_is_sent_alone() -> None:
    sizes = [10, 10, many._HEAVY + 1, 10, many._HEAVY // 2, many._HEAVY // 2 + 1]
    batches = list(many._batches(source(str(n), b"x" * size) for n, size in enumerate(sizes)))
    assert [[one.name for one in batch.sources] for batch in batches] == [["0", "1"], ["2"], ["3", "4"], ["5"]]
