"""Searches off the window's thread: the query asked for last, its first page before its count, its facets after that."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from db.errors import Cancelled, ProjectError
from db.records import Progress, SavedSearch
from db.search.query import Query, parse
from db.search.searcher import MOST_COUNTED, Searcher
from desktop.worker import Job

PAGE = 200
Work = Callable[[Searcher], Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One query, with the kinds of records to search (none: all), whose eyes it is for, and in which order."""

    query: str
    kinds: Sequence[str]
    me: int
    order: str = "newest"
    unveiled: bool = False  # what stands in layers that are hidden is found, too

    @property
    def asked(self) -> Query:
        """What is searched for of a query that may still be typed."""
        return parse(self.query, unfinished=True)


@dataclass(slots=True)
class _File:
    """A project's file, and what searches it once it was asked to; opened on the thread that searches."""

    path: Path
    searcher: Searcher | None = None

    def search(self) -> Searcher:
        self.searcher = self.searcher or Searcher.open(self.path)
        return self.searcher

    def interrupt(self) -> None:
        if self.searcher is not None:
            self.searcher.interrupt()

    def close(self) -> None:
        if self.searcher is not None:
            self.searcher.close()


class Lane(QObject):
    """One read-only connection on which works are done one after the other, off the window's thread."""

    done = Signal(str, object)  # the name it was asked under, its value
    failed = Signal(str, object)  # its name, ProjectError

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file: _File | None = None
        self._job: Job | None = None
        self._running = ""  # the name of what runs; nothing where nobody waits for it any more
        self._waiting: dict[str, Work] = {}
        self._idle: dict[str, Work] = {}  # done when nothing else waits, and begun anew where something else came between

    @property
    def busy(self) -> bool:
        """Whether something runs or waits."""
        return self._job is not None or bool(self._waiting) or bool(self._idle)

    def ask(self, path: Path, name: str, work: Work, *, idle: bool = False) -> None:
        """Do a work on a project's file after those before it; it takes the place of a waiting one of its name.

        An idle one comes after all others, and gives way to those that are asked for while it runs.
        """
        if self._file is None or self._file.path != path:
            self.close()
            self._file = _File(path)
        works = self._idle if idle else self._waiting
        works.pop(name, None)
        works[name] = work
        if self._job is None:
            self._start()
        elif self._running in self._idle:
            self._running = ""
            self._stop()

    def is_asked(self, name: str) -> bool:
        """Whether a work of this name runs or waits."""
        return name == self._running or name in self._waiting or name in self._idle

    def drop(self) -> None:
        """Forget all that waits, and stop what runs: nobody hears of it."""
        self._waiting.clear()
        self._idle.clear()
        self._running = ""
        self._stop()

    def _stop(self) -> None:
        if self._job is not None and self._file is not None:
            self._job.cancel()
            self._file.interrupt()

    def close(self) -> None:
        """Stop, wait for the thread to end and close the connection."""
        self.drop()
        self._unhook()
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def _start(self) -> None:
        name = next(iter(self._waiting or self._idle), "")
        if not name or (file := self._file) is None:
            return
        works = [self._waiting.pop(name) if self._waiting else self._idle[name]]

        def run(progress: Progress) -> Any:
            work, searcher = works.pop(), file.search()  # let go: what it holds may hold this lane, and so the job
            with searcher.watched():  # a stop is heard from here on, and one from before by the next line
                progress(0, 1)
                return work(searcher)

        self._running = name
        self._job = Job(run, self)
        self._job.succeeded.connect(self._succeeded)
        self._job.failed.connect(self._ended)
        self._job.start()

    def _unhook(self) -> str:
        """Wait for the thread that ends; gives the name of what it did."""
        job, self._job = self._job, None
        name, self._running = self._running, ""
        self._idle.pop(name, None)
        if job is not None:
            job.wait()
            job.succeeded.disconnect(self._succeeded)
            job.failed.disconnect(self._ended)
            job.deleteLater()
        return name

    def _is_heard(self) -> bool:
        """Whether the job that calls is the one that runs: a call queued before a job was dropped still comes."""
        return self._job is not None and self.sender() is self._job

    def _succeeded(self, value: object) -> None:
        if self._is_heard():
            name = self._unhook()
            if name:
                self.done.emit(name, value)
            if self._job is None:
                self._start()

    def _ended(self, error: BaseException) -> None:
        if not self._is_heard():
            return
        name = self._unhook()
        if name and isinstance(error, ProjectError) and not isinstance(error, Cancelled):
            self.failed.emit(name, error)
        if self._job is None:
            self._start()
        if not isinstance(error, ProjectError):
            raise error


class SearchRunner(QObject):
    """Runs the query asked for last, and fetches more of it; counts and facets have a thread of their own."""

    found = Signal(object)  # Results: its first page, not counted
    counted = Signal(object)  # Mapping[kind, (count, whether there are more)]
    faceted = Signal(object)  # Facets
    paged = Signal(int, object)  # the number of a page, Results
    news_found = Signal(int, object)  # the id of a standing search, News
    hidden_counted = Signal(int, bool)  # hits in layers that are hidden, whether there are more
    failed = Signal(object)  # ProjectError

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted: Wanted | None = None
        self._path: Path | None = None
        self.pages, self.numbers = Lane(self), Lane(self)
        self.pages.done.connect(self._page_done)
        self.pages.failed.connect(self._page_failed)
        self.numbers.done.connect(self._number_done)

    def run(self, path: Path, wanted: Wanted) -> None:
        """Run a query on a project's file, as soon as the one that runs has stopped."""
        self.forget()
        self._wanted, self._path = wanted, path

        def first(searcher: Searcher) -> object:
            with searcher.veiling(not wanted.unveiled):
                return searcher.first(wanted.asked, kinds=wanted.kinds or None, limit=PAGE, me=wanted.me, order=wanted.order)

        self.pages.ask(path, "first", first)

    def fetch(self, number: int) -> None:
        """Fetch a page of the query, counted from 0."""
        wanted, name = self._wanted, str(number)
        if wanted is None or self._path is None or self.pages.is_asked(name):
            return

        def more(searcher: Searcher) -> object:
            kinds, offset = wanted.kinds or None, number * PAGE
            with searcher.veiling(not wanted.unveiled):
                return searcher.run(wanted.asked, kinds=kinds, limit=PAGE, offset=offset, me=wanted.me, order=wanted.order)

        self.pages.ask(self._path, name, more)

    def count(self, most: int = MOST_COUNTED) -> None:
        """Count what the query finds, up to a number; below zero all of it, when nothing else is to be done."""
        if (wanted := self._wanted) is None or self._path is None:
            return

        def count(searcher: Searcher) -> Mapping[str, tuple[int, bool]]:
            with searcher.veiling(not wanted.unveiled):
                return searcher.count(wanted.asked, kinds=wanted.kinds or None, me=wanted.me, most=most)

        self.numbers.ask(self._path, "count", count, idle=most < 0)

    def count_hidden(self) -> None:
        """Count what the query finds in layers that are hidden."""
        if (wanted := self._wanted) is None or self._path is None:
            return

        def count(searcher: Searcher) -> tuple[int, bool]:
            return searcher.hidden(wanted.asked, kinds=wanted.kinds or None, me=wanted.me)

        self.numbers.ask(self._path, "hidden", count)

    def tell_apart(self) -> None:
        """Find the facets of the query."""
        if (wanted := self._wanted) is None or self._path is None:
            return

        def facets(searcher: Searcher) -> object:
            from db.search.facets import facets

            with searcher.veiling(not wanted.unveiled):
                return facets(searcher, wanted.asked, kinds=wanted.kinds or None, me=wanted.me)

        self.numbers.ask(self._path, "facets", facets)

    def look_for_news(self, path: Path, search: SavedSearch, me: int) -> None:
        """Find what is new in a standing search."""

        def look(searcher: Searcher) -> object:
            from db.search.standing import news

            with searcher.veiling():
                return news(searcher, search, me)

        self.numbers.ask(path, f"news {search.id}", look)

    def forget(self) -> None:
        """Drop the query that runs."""
        self._wanted = None
        self.pages.drop()
        self.numbers.drop()

    def close(self) -> None:
        """Stop, wait for the threads to end and close the connections."""
        self._wanted, self._path = None, None
        self.pages.close()
        self.numbers.close()

    @property
    def busy(self) -> bool:
        """Whether something runs."""
        return self.pages.busy or self.numbers.busy

    def _page_done(self, name: str, value: object) -> None:
        if name == "first":
            self.found.emit(value)
        else:
            self.paged.emit(int(name), value)

    def _page_failed(self, _name: str, error: ProjectError) -> None:
        self.numbers.drop()
        self.failed.emit(error)

    def _number_done(self, name: str, value: object) -> None:
        kind, _blank, key = name.partition(" ")
        if kind == "news":
            self.news_found.emit(int(key), value)
        elif kind == "count":
            self.counted.emit(value)
        elif kind == "hidden":
            self.hidden_counted.emit(*value)  # type: ignore[misc]
        else:
            self.faceted.emit(value)
