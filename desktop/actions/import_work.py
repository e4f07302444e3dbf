"""What importing does beside the window, on a project of its own: files read and stored, versions made, texts compared."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from db.errors import Cancelled, CannotImport, FileFault, ProjectError, Refused
from db.project import Project
from db.records import ArticleId, Draft, Progress
from desktop.models.outcomes import Imported
from desktop.session import Session
from desktop.words import tr

if TYPE_CHECKING:
    from db.importers import Source

UNFIT = "That does not fit what a project can hold ({detail}). Correct it."
FEW = 40  # files that are read one by one, each telling how far it is
_READ = 950  # thousandths of an import that reading is; the others are what makes the last of it searchable
_SETTLED = 250  # articles that are made searchable together
_TELL_EVERY = 0.1  # seconds between two names of files

Tell = Callable[[int, int, str], None]  # files done, files there are, the name of the last
Reading: TypeAlias = "Generator[tuple[Source, Draft | CannotImport], None, None]"
Found = list[tuple[int, ArticleId, str]]  # place among the outcomes, an article with nearly the same text, its title


def import_files(
    paths: Sequence[Path], only: Collection[Path] | None, tell: Tell, project: Project, progress: Progress
) -> list[Imported]:
    """Read files and add what they hold, as one change; what cannot be read does not keep back the rest."""
    from db import importers  # heavy, and needed only here

    def wanted() -> Iterator[Source]:
        for source in importers.sources(paths):
            progress(0, 0)
            if only is None or source.path in only:
                yield source

    total = sum(1 for _source in wanted())  # gone through twice, so that none of what is found need be kept
    reading = partial(_within, progress, 0, _READ)
    results: list[Imported] = []
    telling = _Telling(tell, total, paths)

    def look(name: str) -> None:
        """Say which file is waited for; the import can be cancelled here."""
        reading(len(results), total)
        telling.reads(len(results), name)

    read = _read_few(wanted(), total, reading, telling) if total < FEW else _read_many(wanted(), look)
    with closing(read), project.watched(partial(_within, progress, _READ, 1000)), project.change("Import article"):
        for source, draft in read:
            name = _short(source.name, paths)
            results.append(_added(name, source, draft, project))
            reading(len(results), total)
            if len(results) % _SETTLED == 0:  # while other processes read on
                with project.watched(partial(_meanwhile, partial(reading, len(results), total))):
                    project.settle()
            telling.reads(len(results), source.name)
        if total >= FEW:
            tell(total, total, "")  # the end of the change makes what was read searchable
    return results


class _Telling:
    """Tells which file is read, not oftener than a person can see; another name than the last is told at once where asked."""

    def __init__(self, tell: Tell, total: int, paths: Sequence[Path]) -> None:
        self._tell, self._total, self._paths = tell, total, paths
        self._told = 0.0

    def reads(self, done: int, name: str, *, at_once: bool = False) -> None:
        """Tell the name of the file that is read when so many are done."""
        if at_once or time.monotonic() - self._told >= _TELL_EVERY:
            self._told = time.monotonic()
            self._tell(done, self._total, _short(name, self._paths))


def _read_few(sources: Iterator[Source], total: int, progress: Progress, telling: _Telling) -> Reading:
    """Read one after the other, telling how far each is, so that a long one can be cancelled too."""
    from db import importers
    from db.importers.many import FAULT

    for done, source in enumerate(sources):
        telling.reads(done, source.name, at_once=True)
        try:
            step = partial(_within, progress, 1000 * done // total, 1000 * (done + 1) // total)
            yield source, importers.read_source(source, progress=step)
        except Cancelled:
            raise
        except CannotImport as error:
            yield source, error
        except (MemoryError, Exception) as error:  # one file's fault is a line in the report, never the end of the rest
            yield source, CannotImport(source.name, FAULT, detail=type(error).__name__)


def _read_many(sources: Iterator[Source], look: Callable[[str], None]) -> Reading:
    """Read with other processes, so that the window's own is free."""
    from db.importers.many import read_many

    yield from read_many(sources, look=look)


def import_pasted(html: str, text: str, address: str, project: Project, progress: Progress) -> list[Imported]:
    """Add what was copied: as a page where it has the structure of one, else as text."""
    from db import importers

    name = tr("Clipboard")
    try:
        draft = importers.read_html(html, progress=progress) if html else importers.read_text(text, progress=progress)
    except CannotImport as error:
        if not (html and text.strip()):
            return [Imported(name, error=error)]
        draft = importers.read_text(text, progress=progress)
    draft = replace(draft, url=draft.url or address)
    with project.watched(progress):
        return [_stored(draft.title or name, draft, "", project)]


def _within(progress: Progress, low: int, high: int, done: int, total: int) -> None:
    """Tell the progress of a part as that of the whole, in thousandths from low to high."""
    progress(low + ((high - low) * done // total if total else 0), 1000)


def _meanwhile(progress: Callable[[], None], _done: int, _total: int) -> None:
    """Tell the progress of the whole again, so that it can be cancelled in between."""
    progress()


def _short(name: str, paths: Sequence[Path]) -> str:
    """Name a source without the folders that lead to what was given."""
    above = (f"{path.parent}{os.sep}" for path in paths)
    return name.removeprefix(next((each for each in above if name.startswith(each)), ""))


def _added(name: str, source: Source, draft: Draft | CannotImport, project: Project) -> Imported:
    if isinstance(draft, CannotImport):
        return Imported(name, error=draft.with_traceback(None))
    from db import importers

    return _stored(name, draft, importers.facts_for(source, draft).get("key", ""), project)


def _stored(name: str, draft: Draft, key: str, project: Project) -> Imported:
    """Store a draft unless the project has it already; a draft that the project refuses is a line in the report."""
    try:
        known = project.articles.same_as(draft)
        if known is not None:
            return Imported(name, known, project.articles.get(known).title, known=True)
        return Imported(name, project.articles.add(draft, key=key), draft.title, remarks=draft.remarks)
    except (ProjectError, ValueError) as error:
        if isinstance(error, Cancelled) or (isinstance(error, FileFault) and not isinstance(error, CannotImport)):
            raise
        refused = error if isinstance(error, ProjectError) else CannotImport(name, UNFIT, detail=error)
        return Imported(name, error=refused.with_traceback(None))


def make_version(article: int, version: int, kept: Sequence[bool], project: Project, _progress: Progress) -> int:
    """Store what was chosen of the version that was shown; gives how many annotations wait to be looked at."""
    from db.importers.putting_back import chosen

    shown = project.articles.version(ArticleId(article))
    if shown.id != version:
        raise Refused("The article has another text meanwhile. Look at its blocks again.")
    new = chosen(shown, kept)
    draft = Draft(
        "", new.text, new.layout, original=project.articles.original(ArticleId(article)), media_type=new.media_type,
        file_name=new.file_name, removed=new.removed, remarks=new.remarks,
    )  # fmt: skip
    with project.change("Choose what belongs to the text"):
        project.articles.add_version(ArticleId(article), draft)
    return sum(project.review.count(ArticleId(article)).values())


def waits(session: Session, project: Project, article: ArticleId, count: int) -> bool:
    """Whether as many annotations of an article still wait for a person, in the project that was open."""
    return session.is_open and session.project is project and sum(project.review.count(article).values()) == count


def compare(round_: int, path: Path, new: Sequence[tuple[int, ArticleId]], progress: Progress) -> tuple[int, Found]:
    """Find for new articles an earlier one that is nearly the same."""
    with Project.open(path, read_only=True) as project:
        near = project.articles.reprinted([article for _place, article in new], progress=progress)
        titles = {other: project.articles.get(other).title for other in set(near.values())}
    return round_, [(place, near[article], titles[near[article]]) for place, article in new if article in near]
