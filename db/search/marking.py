"""Where the hits of a query would be marked: each as it stands, or the clause, sentence or paragraph that holds it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from db import units
from db.records import AnnotationId, CodeId, Progress, no_progress
from db.search.concordance import around
from db.search.places import Finding, Found, Span, overlapping
from db.search.query import Query
from db.search.searcher import Searcher

Unit = Literal["hit", "clause", "sentence", "paragraph"]
UNITS: tuple[Unit, ...] = ("hit", "clause", "sentence", "paragraph")
MOST = 5_000
_AROUND = 40
# Of one coder, with all of some codes.
_OWN = (
    "SELECT p.start, p.end, p.annotation FROM place p CROSS JOIN annotation a ON a.id = p.annotation WHERE p.version = ?"
    " AND p.start IS NOT NULL AND a.coder = ? AND (SELECT count(DISTINCT t.code) FROM tagging t WHERE t.annotation = a.id"
    " AND t.code IN (SELECT value FROM json_each(?))) = ? ORDER BY p.start, p.end DESC, p.annotation"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch that may be marked, with what stands around it, how many hits are in it, and the annotations over a part of
    it, one's own, that carry all the codes already."""

    article: int
    title: str
    version: int
    start: int
    end: int
    before: str
    exact: str
    after: str
    hits: int
    already: tuple[AnnotationId, ...]


def candidates(
    searcher: Searcher,
    query: str | Query,
    unit: Unit,
    codes: Sequence[CodeId] = (),
    *,
    me: int | None,
    most: int = MOST,
    progress: Progress = no_progress,
) -> tuple[Candidate, ...]:
    """Give up to `most` candidates by the article's title and the place in it; ask for one more to learn of more.

    `me` is the coder whose annotations count as `already` there. `progress` counts articles. Raises QueryFault, and
    Cancelled after `searcher.interrupt()`.
    """
    with searcher.watched():
        finding = Finding(searcher, query, me, most, progress)
        made = (candidate for text in finding for candidate in _of_text(searcher, text, finding.words, unit, codes, me))
        return tuple(islice(made, most))


def _of_text(
    searcher: Searcher, text: Found, words: bool, unit: Unit, codes: Sequence[CodeId], me: int | None
) -> Iterator[Candidate]:
    as_they_are = unit == "hit" and not words
    counted = [(*span, 1) for span in text.spans] if as_they_are else _counted(text.text, text.spans, unit)
    wanted = list(dict.fromkeys(codes))
    own = searcher.connection.execute(_OWN, (text.version, me, json.dumps(wanted), len(wanted)))
    for (start, end, hits), already in zip(counted, overlapping(((s, e) for s, e, _hits in counted), own), strict=True):
        before, exact, after = around(text.text, start, end, _AROUND)
        known = tuple(AnnotationId(key) for key in already)
        yield Candidate(text.article, text.title, text.version, start, end, before, exact, after, hits, known)


def _counted(text: str, spans: Sequence[Span], unit: Unit) -> list[tuple[int, int, int]]:
    """Give the units that hold some of the spans, sorted, and how many each; units that share a part are one."""
    widened = sorted(units.widened(text, start, end, "free" if unit == "hit" else unit) for start, end in spans)
    counted: list[tuple[int, int, int]] = []
    for start, end in widened:
        first, last, hits = counted[-1] if counted else (0, 0, 0)
        if (start, end) == (first, last) or (unit != "hit" and start < last):
            counted[-1] = (first, max(last, end), hits + 1)
        else:
            counted.append((start, end, 1))
    return counted
