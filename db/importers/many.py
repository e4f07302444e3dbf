"""Many files at once: read by other processes, so that the one that asks can store what was read and show a window meanwhile."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeAlias

from db.errors import Cancelled, CannotImport
from db.importers import facts_for, read_bytes
from db.importers.bibliography import completed
from db.importers.readers import Readers, still_wanted, waited
from db.importers.sources import Source
from db.records import Draft, Progress

if TYPE_CHECKING:
    from concurrent.futures import Future

FAULT = "The file could not be read because of a fault in Glossator ({detail}). The other files were read."
STOPPED = "Reading this file stopped the program that read it, so it was left out. The other files were read."

Look = Callable[[str], None]
Read: TypeAlias = tuple[Source, Draft | CannotImport]
_Told: TypeAlias = "Draft | tuple[str, str, dict[str, object]]"  # an error as its parts: exceptions do not travel well
_FEW = 40  # files that are read sooner than another process has started
_TOGETHER = 16  # files sent to a process at once…
_HEAVY = 1 << 20  # …or as many as have this many bytes
_AHEAD = 3  # batches under way for each process, so that none waits and few drafts lie in memory


def _look_nowhere(_name: str) -> None:
    return


@dataclass(slots=True)
class _Batch:
    """Files that are read together; a place in `told` is None until it is known what the file gave."""

    sources: list[Source]
    data: list[bytes]
    told: list[Draft | CannotImport | None]
    future: Future[list[_Told]] | None = None

    def waiting(self) -> list[int]:
        return [n for n, told in enumerate(self.told) if told is None]


def read_many(sources: Iterable[Source], workers: int | None = None, look: Look = _look_nowhere) -> Iterator[Read]:
    """Read sources in their order, each to a Draft or to what is wrong with it; few of them are read in this process.

    `workers` is the number of processes (as many as the machine has by default, 0 for none). `look` is told, several times a
    second, the name of the file that is waited for; what it raises ends the reading. Closing the iterator ends it too.
    """
    workers = (os.cpu_count() or 1) if workers is None else workers
    source_after_source = iter(sources)
    first = list(islice(source_after_source, _FEW))
    if workers < 1 or len(first) < _FEW:
        for source in chain(first, source_after_source):
            yield source, _here(source, look)
        return
    yield from _in_processes(chain(first, source_after_source), workers, look)


def _here(source: Source, look: Look) -> Draft | CannotImport:
    look(source.name)
    try:
        data = source.load()
    except CannotImport as error:
        return error
    return _finished(source, data, _told(data, source.name, lambda _done, _total: look(source.name)))


def _told(data: bytes, name: str, progress: Progress) -> _Told:
    try:
        return replace(read_bytes(data, name, progress=progress), original=b"")
    except Cancelled:
        raise
    except CannotImport as error:
        return str(error.path), error.template, {k: v for k, v in error.facts.items() if k not in ("path", "reason")}
    except (MemoryError, Exception) as error:  # one file's fault is a line in the report, never the end of the rest
        return name, FAULT, {"detail": type(error).__name__}


def _finished(source: Source, data: bytes, told: _Told) -> Draft | CannotImport:
    """Give a draft its bytes, which did not travel back, and what a reference list beside the file says of it."""
    if isinstance(told, tuple):
        path, template, facts = told
        return CannotImport(path, template, **facts)
    draft = replace(told, original=data)
    return completed(draft, facts_for(source, draft))


def _read_batch(batch: list[tuple[bytes, str]]) -> list[_Told]:
    return [_told(data, name, still_wanted) for data, name in batch]


def _in_processes(sources: Iterable[Source], workers: int, look: Look) -> Iterator[Read]:
    from concurrent.futures.process import BrokenProcessPool

    pool = Readers(workers)
    under_way: deque[_Batch] = deque()
    batches = _batches(sources)
    try:
        while True:
            while len(under_way) < workers * _AHEAD and (batch := next(batches, None)):
                _send(pool, batch)
                under_way.append(batch)
            if not under_way:
                return
            batch = under_way.popleft()
            try:
                _receive(batch, look)
            except BrokenProcessPool:
                pool.close()
                _one_by_one(batch, look)
                pool = Readers(workers)
                for other in under_way:
                    _send(pool, other)
            yield from ((source, told) for source, told in zip(batch.sources, batch.told, strict=True) if told is not None)
    finally:
        pool.close()


def _batches(sources: Iterable[Source]) -> Iterator[_Batch]:
    """Put sources together, a heavy one alone: nothing but itself waits for it, and it is known which one is waited for."""
    batch, weight = _Batch([], [], []), 0
    for source in sources:
        try:
            data, told = source.load(), None
        except CannotImport as error:
            data, told = b"", error
        if batch.sources and (len(batch.sources) >= _TOGETHER or weight + len(data) > _HEAVY):
            yield batch
            batch, weight = _Batch([], [], []), 0
        batch.sources.append(source)
        batch.data.append(data)
        batch.told.append(told)
        weight += len(data)
    if batch.sources:
        yield batch


def _send(pool: Readers, batch: _Batch) -> None:
    work = [(batch.data[n], batch.sources[n].name) for n in batch.waiting()]
    batch.future = pool.submit(_read_batch, work)


def _receive(batch: _Batch, look: Look) -> None:
    assert batch.future
    waiting = batch.waiting()
    name = batch.sources[max(waiting, key=lambda n: len(batch.data[n]), default=0)].name
    results = waited(batch.future, partial(look, name))
    for n, told in zip(waiting, results, strict=True):
        batch.told[n] = _finished(batch.sources[n], batch.data[n], told)


def _one_by_one(batch: _Batch, look: Look) -> None:
    """Read a batch again after a process died, one process for each file, to learn which of them it was."""
    from concurrent.futures.process import BrokenProcessPool

    for n in batch.waiting():
        source, data = batch.sources[n], batch.data[n]
        pool = Readers(1)
        try:
            [told] = waited(pool.submit(_read_batch, [(data, source.name)]), partial(look, source.name))
            batch.told[n] = _finished(source, data, told)
        except BrokenProcessPool:
            batch.told[n] = CannotImport(source.name, STOPPED)
        finally:
            pool.close()
