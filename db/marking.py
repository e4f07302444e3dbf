"""Marks the hits of a query: one's own annotations on many passages at once, as one change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from db import errors
from db.annotations import Annotations
from db.notes import Notes
from db.records import AnnotationId, ArticleId, CodeId, InstrumentId, Progress, VersionId, no_progress
from db.store import Store

if TYPE_CHECKING:
    from db.search.marking import Candidate

ORIGIN = "from a query"

_LABELLED = 60  # code points of a query in a label


def marked_label(query: str) -> str:
    """Say what the change does that marks the hits of a query: its label in the history."""
    words = " ".join(query.split())
    shown = words if len(words) <= _LABELLED else f"{words[: _LABELLED - 1]}…"
    return f"Tag hits: {shown}" if shown else "Tag hits"


class Marking:
    """Makes annotations of candidates."""

    def __init__(self, store: Store, annotations: Annotations, notes: Notes) -> None:
        self._store = store
        self._annotations = annotations
        self._notes = notes

    def mark(
        self, candidates: Sequence[Candidate], *, codes: Iterable[CodeId] = (), links: Iterable[tuple[InstrumentId, str]] = (),
        note: str = "", query: str = "", progress: Progress = no_progress,
    ) -> list[AnnotationId]:  # fmt: skip
        """Give codes, links and a note to passages, all or none; gives one's own annotations on them, in their order.

        An annotation of one's own on the very passage gets what it lacks. `query` is kept with the codes as their origin;
        `progress` counts candidates and may raise Cancelled. Raises Refused where a text is another since, or NotFound.
        """
        codes, links = list(dict.fromkeys(codes)), list(dict.fromkeys(links))
        if not candidates:
            return []
        made: list[AnnotationId] = []
        with self._store.change(marked_label(query)):
            self._refuse_outdated(candidates)
            for done, one in enumerate(candidates):
                progress(done, len(candidates))
                own = self._annotations.own_on(VersionId(one.version), one.start, one.end)
                if own is None:
                    place = ArticleId(one.article), one.start, one.end
                    own = self._annotations.add(*place, codes=codes, links=links, note=note, origin=ORIGIN, detail=query)
                else:
                    self._complete(own, codes, links, note, query)
                made.append(own)
            progress(len(candidates), len(candidates))
        return made

    def _refuse_outdated(self, candidates: Sequence[Candidate]) -> None:
        newest: dict[int, int] = dict(self._store.rows("SELECT article, version FROM current"))
        for one in candidates:
            same = newest.get(one.article) == one.version
            # A number can be another version's, where one was undone.
            text = self._store.text(one.version, self._uuid(one.version)) if same else ""
            if text[one.start : one.end] != one.exact or not one.exact:
                raise errors.Refused(
                    "The text of {title} has changed since these hits were found, so nothing was tagged. Find them again.",
                    title=one.title,
                )

    def _uuid(self, version: int) -> str:
        return str(self._store.value("SELECT uuid FROM version WHERE id = ?", (version,)))

    def _complete(
        self, own: AnnotationId, codes: Sequence[CodeId], links: Sequence[tuple[InstrumentId, str]], note: str, query: str
    ) -> None:
        for code in codes:
            self._annotations.tag(own, code, origin=ORIGIN, detail=query)
        for instrument, locator in links:
            self._annotations.link(own, instrument, locator)
        if note.strip() and all(one.text != note for one in self._notes.of("annotation", [own]).get(own, ())):
            self._notes.add("annotation", own, note)
