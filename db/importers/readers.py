"""Other processes that read files for this one, and end at once when it no longer wants what they read, or is gone."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from threading import Event, Thread
from typing import TYPE_CHECKING, TypeVar

from db.errors import Cancelled

if TYPE_CHECKING:
    from concurrent.futures import Future
    from multiprocessing.connection import Connection

    Value = TypeVar("Value")

_NICE = 5  # what the window does goes first
_LOOK = 0.1  # seconds between two looks whether it is still wanted
_GRACE = 2.0  # seconds for what is under way to end by itself: a program that it started, a file that it made


class _Own:
    """What each of the processes has of its own."""

    unwanted = Event()


class Readers:
    """A pool of processes; `close` ends them, whatever they do."""

    def __init__(self, workers: int) -> None:
        from concurrent.futures import ProcessPoolExecutor  # only for many files
        from multiprocessing import get_context

        context = get_context("spawn")
        # Only this process holds the other end: when it closes it, or dies, each of them reads the end of the pipe.
        self._far, self._near = context.Pipe(duplex=False)
        self._pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(self._far,))

    def submit(self, work: Callable[..., Value], *arguments: object) -> Future[Value]:
        """Have a function called in one of the processes; raises BrokenProcessPool when one of them died."""
        return self._pool.submit(work, *arguments)

    def close(self) -> None:
        """End the processes without waiting for what they read."""
        self._near.close()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._far.close()


def waited(future: Future[Value], look: Callable[[], None]) -> Value:
    """Give what a future brings; `look` is called meanwhile, and what it raises ends the waiting."""
    from concurrent.futures import wait

    while not wait([future], _LOOK).done:
        look()
    return future.result()


def still_wanted(_done: int, _total: int) -> None:
    """Go on in one of the processes as long as the one that asked wants what is read; raises Cancelled."""
    if _Own.unwanted.is_set():
        raise Cancelled


def _begin(far: Connection) -> None:
    if hasattr(os, "nice"):
        os.nice(_NICE)
    Thread(target=_end_with, args=(far,), name="end", daemon=True).start()


def _end_with(far: Connection) -> None:
    """Wait until the other end is closed, then end this process, wherever it is."""
    try:
        far.recv_bytes()
    except (EOFError, OSError):
        _Own.unwanted.set()
        time.sleep(_GRACE)
        os._exit(0)
