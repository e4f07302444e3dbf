"""Places a person has to look at: annotations whose place on the newest text is unsure, or that have none there."""

from __future__ import annotations

import json
from dataclasses import dataclass

from db import errors
from db.anchors.placement import Candidate, Placement
from db.carrying import CONFIRMED, GONE_BEFORE
from db.changes import now
from db.records import Anchor, AnnotationId, ArticleId
from db.store import Row, Store

_WAITING = (
    " FROM place p JOIN current c ON c.version = p.version JOIN annotation a ON a.id = p.annotation"
    f" WHERE p.status IN ('review', 'gone') AND p.how NOT IN ('{CONFIRMED}', '{GONE_BEFORE}') AND (?1 IS NULL OR a.article = ?1)"
)
_SELECT = (
    "SELECT a.id, (SELECT name FROM coder WHERE id = a.coder), p.status, p.start, p.end, p.confidence, p.how, p.candidates,"
    " a.start, a.end, a.exact, a.prefix, a.suffix, a.article, (SELECT number FROM version WHERE id = a.version)"
)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an annotation stands, or would stand, on a text; `made` is where it was made, on version `made_on`."""

    annotation: AnnotationId
    coder: str
    status: str  # exact, aligned, moved, review, gone
    start: int | None
    end: int | None
    confidence: float
    how: str
    candidates: tuple[Candidate, ...]
    made: Anchor
    article: ArticleId | None = None  # in the review list
    made_on: int | None = None  # the version's number, in the review list


def of_placement(annotation: AnnotationId, coder: str, made: Anchor, found: Placement) -> Placed:
    """Say what db.anchors found of an annotation."""
    place = (found.status, found.start, found.end, found.confidence, found.how, found.candidates)
    return Placed(annotation, coder, *place, made)


def _candidates(stored: str) -> tuple[Candidate, ...]:
    return tuple(Candidate(**each) for each in json.loads(stored))


class Review:
    """The places of a project that wait for a person."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def waiting(self, article: ArticleId | None = None) -> list[Placed]:
        """List the places that wait, of one article or of all: the order of articles, then of the text the marks were made on."""
        rows = self._store.rows(f"{_SELECT}{_WAITING} ORDER BY a.article, a.start, a.end, a.id", (article,))
        return [self._placed(row) for row in rows]

    def count(self, article: ArticleId | None = None) -> dict[str, int]:
        """Count what waits: {"review": unsure places, "gone": annotations without one}."""
        rows = self._store.rows(f"SELECT p.status, count(*){_WAITING} GROUP BY p.status", (article,))
        return {"review": 0, "gone": 0} | {str(row[0]): int(row[1]) for row in rows}

    def articles(self) -> list[tuple[ArticleId, int]]:
        """List the articles where something waits, with how much."""
        rows = self._store.rows(f"SELECT a.article, count(*){_WAITING} GROUP BY a.article ORDER BY a.article", (None,))
        return [(ArticleId(row[0]), row[1]) for row in rows]

    def _placed(self, row: Row) -> Placed:
        found = self._store.parsed(row[7], _candidates)
        values = (*row[:5], row[5] / 1000, row[6], found, Anchor(*row[8:13]), *row[13:])
        return Placed(*values)

    def accept(self, annotation: AnnotationId, candidate: int | None = None) -> None:
        """Say that an annotation stands where it is placed now, or at one of its candidates; raises NotFound or Refused."""
        row = self._store.one(
            "SELECT p.start, p.end, p.candidates FROM place p JOIN current c ON c.version = p.version WHERE p.annotation = ?",
            (annotation,),
        )
        if row is None:
            raise errors.NotFound("annotation", annotation)
        start, end = row[0], row[1]
        if candidate is not None:
            several = self._store.parsed(row[2], _candidates)
            if not 0 <= candidate < len(several):
                raise errors.NotFound("candidate", candidate)
            start, end = several[candidate].start, several[candidate].end
        if start is None or end is None:
            raise errors.Refused("This annotation has no place on the newest text. Choose a candidate, or select the passage.")
        self.decide(annotation, start, end)

    def decide(self, annotation: AnnotationId, start: int, end: int) -> None:
        """Say where an annotation stands on the newest text, whoever made it; raises NotFound, BadSpan or Refused."""
        characters = self._newest(annotation)[1]
        if not 0 <= start < end <= characters:
            raise errors.BadSpan(start, end, characters)
        self._confirm(annotation, start, end)

    def decide_gone(self, annotation: AnnotationId) -> None:
        """Say that an annotation's passage is no longer in the newest text; raises NotFound or Refused."""
        self._confirm(annotation, None, None)

    def _newest(self, annotation: AnnotationId) -> tuple[int, int]:
        row = self._store.one(
            "SELECT c.version, v.characters, a.version, a.start FROM annotation a JOIN current c ON c.article = a.article"
            " JOIN version v ON v.id = c.version WHERE a.id = ?",
            (annotation,),
        )
        if row is None:
            raise errors.NotFound("annotation", annotation)
        if row[0] == row[2] or row[3] is None:
            raise errors.Refused(
                "This annotation was made on the newest text, so there is nothing to decide. Move its boundaries."
            )
        return row[0], row[1]

    def _confirm(self, annotation: AnnotationId, start: int | None, end: int | None) -> None:
        version = self._newest(annotation)[0]
        row = self._store.one(
            "SELECT id, start, end FROM confirmation WHERE annotation = ? AND version = ?", (annotation, version)
        )
        if row is not None and row[1:] == (start, end):
            return
        with self._store.change("Confirm place"):
            values = {"start": start, "end": end, "coder": self._store.me, "created": now()}
            if row is not None:
                self._store.update("confirmation", row[0], **values)
            else:
                self._store.insert("confirmation", annotation=annotation, version=version, **values)
