"""Many files at once: read by other processes, so that the one that asks can store what was read and show a window meanwhile."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeAlias

from db.errors import Cancelled, CannotImport
from db.importers import facts_for, read_bytes
from db.importers.bibliography import completed
from db.importers.sources import Source
from db.records import Draft

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

FAULT = "The file could not be read because of a fault in Glossator ({detail}). The other files were read."
STOPPED = "Reading this file stopped the program that read it, so it was left out. The other files were read."

Read: TypeAlias = tuple[Source, Draft | CannotImport]
_Told: TypeAlias = "Draft | tuple[str, str, dict[str, object]]"  # an error as its parts: exceptions do not travel well
_FEW = 40  # files that are read sooner than another process has started
_TOGETHER = 16  # files sent to a process at once…
_HEAVY = 1 << 20  # …or as many as have this many bytes
_AHEAD = 3  # batches under way for each process, so that none waits and few drafts lie in memory
_NICE = 5  # what the window does goes first


@dataclass(slots=True)
class _Batch:
    """Files that are read together; a place in `told` is None until it is known what the file gave."""

    sources: list[Source]
    data: list[bytes]
    told: list[Draft | CannotImport | None]
    future: Future[list[_Told]] | None = None

    def waiting(self) -> list[int]:
        return [n for n, told in enumerate(self.told) if told is None]


def read_many(sources: Iterable[Source], workers: int | None = None) -> Iterator[Read]:
    """Read sources in their order, each to a Draft or to what is wrong with it; few of them are read in this process.

    `workers` is the number of processes (as many as the machine has by default, 0 for none). Closing the iterator stops them.
    """
    workers = (os.cpu_count() or 1) if workers is None else workers
    source_after_source = iter(sources)
    first = list(islice(source_after_source, _FEW))
    if workers < 1 or len(first) < _FEW:
        for source in chain(first, source_after_source):
            yield source, _here(source)
        return
    yield from _in_processes(chain(first, source_after_source), workers)


def _here(source: Source) -> Draft | CannotImport:
    try:
        data = source.load()
    except CannotImport as error:
        return error
    return _finished(source, data, _told(data, source.name))


def _told(data: bytes, name: str) -> _Told:
    try:
        return replace(read_bytes(data, name), original=b"")
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
    return [_told(data, name) for data, name in batch]


def _yield_to_others() -> None:
    if hasattr(os, "nice"):
        os.nice(_NICE)


def _pool(workers: int) -> ProcessPoolExecutor:
    from concurrent.futures import ProcessPoolExecutor  # only for many files
    from multiprocessing import get_context

    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_yield_to_others)


def _in_processes(sources: Iterable[Source], workers: int) -> Iterator[Read]:
    from concurrent.futures.process import BrokenProcessPool

    pool = _pool(workers)
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
                _receive(batch)
            except BrokenProcessPool:
                pool.shutdown(wait=False, cancel_futures=True)
                _one_by_one(batch)
                pool = _pool(workers)
                for other in under_way:
                    _send(pool, other)
            yield from ((source, told) for source, told in zip(batch.sources, batch.told, strict=True) if told is not None)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _batches(sources: Iterable[Source]) -> Iterator[_Batch]:
    batch, weight = _Batch([], [], []), 0
    for source in sources:
        try:
            data, told = source.load(), None
        except CannotImport as error:
            data, told = b"", error
        batch.sources.append(source)
        batch.data.append(data)
        batch.told.append(told)
        weight += len(data)
        if len(batch.sources) >= _TOGETHER or weight >= _HEAVY:
            yield batch
            batch, weight = _Batch([], [], []), 0
    if batch.sources:
        yield batch


def _send(pool: ProcessPoolExecutor, batch: _Batch) -> None:
    work = [(batch.data[n], batch.sources[n].name) for n in batch.waiting()]
    batch.future = pool.submit(_read_batch, work)


def _receive(batch: _Batch) -> None:
    assert batch.future
    for n, told in zip(batch.waiting(), batch.future.result(), strict=True):
        batch.told[n] = _finished(batch.sources[n], batch.data[n], told)


def _one_by_one(batch: _Batch) -> None:
    """Read a batch again after a process died, one process for each file, to learn which of them it was."""
    from concurrent.futures.process import BrokenProcessPool

    for n in batch.waiting():
        one = partial(_read_batch, [(batch.data[n], batch.sources[n].name)])
        with _pool(1) as pool:
            try:
                batch.told[n] = _finished(batch.sources[n], batch.data[n], pool.submit(one).result()[0])
            except BrokenProcessPool:
                batch.told[n] = CannotImport(batch.sources[n].name, STOPPED)
