"""Anchors that arrive without the text they were made on: by stated position, then by quote and context."""

from __future__ import annotations

from collections.abc import Iterator

from db.anchors.grams import Grams
from db.anchors.measures import AROUND, surroundings
from db.anchors.placement import DOUBTFUL, SURE, Candidate, Placement, Status, doubted, gone
from db.folding import Folded, fold_for_anchoring
from db.records import Anchor

_OCCURRENCES = 200
_SEARCHED = 4_000
_SHORT = 8
_FOUND = 0.7
# How much better its surroundings must fit than those of any other place.
_MARGIN = 0.15


class _Place:
    """An occurrence: folded positions, likeness of the quote, of the context (None: none was given), confidence, distance."""

    __slots__ = ("around", "confidence", "distance", "end", "similarity", "start", "stated")

    def __init__(self, start: int, end: int, similarity: float, around: float | None, stated: int) -> None:
        self.start, self.end, self.similarity, self.around, self.stated = start, end, similarity, around, start == stated
        self.distance = abs(start - stated) if stated >= 0 else 0
        self.confidence = similarity * (0.6 + 0.4 * (0.75 if around is None else around))

    @property
    def rank(self) -> tuple[float, int]:
        """How well it fits, least first; what is nearest to the stated position comes before its equals, but proves nothing."""
        return -self.confidence - (0.01 if self.stated else 0), self.distance


class Quotes:
    """A text in which anchors of unknown origin are looked for; what is found is *unverified*."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._folded: Folded = fold_for_anchoring(text)
        self._grams: Grams | None = None

    def find(self, anchor: Anchor) -> Placement:
        """Say where an anchor is meant: a unique place, one for review, or none with candidates."""
        quote = fold_for_anchoring(anchor.exact).text
        if not quote:
            return self._by_position(anchor)
        places = sorted(self._places(anchor, quote), key=lambda place: place.rank)
        candidates = [self._candidate(place) for place in places]
        if not places or places[0].similarity < _FOUND:
            return gone("unverified", candidates)
        chosen = places[0]
        start, end = self._source(chosen, anchor)
        same = self.text[start:end] == anchor.exact
        status: Status = "exact" if chosen.similarity == 1 else "moved"
        confidence = min(chosen.confidence, 1.0 if same else 0.99)
        placement = Placement(status, start, end, round(confidence, 3), "unverified")
        if confidence < SURE or (len(quote) < _SHORT and (chosen.around or 0) < 0.5 and not chosen.stated):
            return doubted(placement, "unverified", candidates)
        if len(places) > 1 and not _is_clear(chosen, places[1]):
            return doubted(placement, "unverified", candidates)
        return placement

    def _by_position(self, anchor: Anchor) -> Placement:
        """Place an anchor with nothing but a position, or with a quote of white space only."""
        start, end = anchor.start, anchor.end
        if not 0 <= start < end <= len(self.text) or (anchor.exact and self.text[start:end] != anchor.exact):
            return gone("unverified")
        return Placement("review", start, end, 0.5, "unverified")

    def _places(self, anchor: Anchor, quote: str) -> Iterator[_Place]:
        text = self._folded.text
        before = fold_for_anchoring(anchor.prefix).text[-AROUND:]
        after = fold_for_anchoring(anchor.suffix).text[:AROUND]
        stated = self._folded.index(anchor.start) if 0 <= anchor.start <= len(self.text) else -1
        spans = list(_occurrences(text, quote, stated))
        found = [(start, start + len(quote), 1.0) for start in spans]
        if not found and len(quote) <= _SEARCHED:
            found = [(one.start, one.end, one.similarity) for one in self._all_grams().look_up(quote)]
        for start, end, likeness in found:
            around = None
            if before or after:
                around = surroundings((before, text[max(0, start - AROUND) : start]), (after, text[end : end + AROUND]))
            yield _Place(start, end, likeness, around, stated)

    def _all_grams(self) -> Grams:
        if self._grams is None:
            self._grams = Grams(self._folded.text, [(0, len(self._folded.text))])
        return self._grams

    def _source(self, place: _Place, anchor: Anchor) -> tuple[int, int]:
        start, end = self._folded.span(place.start, place.end)
        if place.similarity == 1:
            lead = len(anchor.exact) - len(anchor.exact.lstrip())
            low, high = start - lead, start - lead + len(anchor.exact)
            if low >= 0 and self.text[low:high] == anchor.exact:
                return low, high
        return start, end

    def _candidate(self, place: _Place) -> Candidate:
        start, end = self._folded.span(place.start, place.end)
        return Candidate(start, end, round(min(place.confidence, DOUBTFUL), 3))


def find(text: str, anchor: Anchor) -> Placement:
    """Look for one anchor that arrives without its text; for many in one text, keep a Quotes."""
    return Quotes(text).find(anchor)


def _is_clear(chosen: _Place, other: _Place) -> bool:
    if chosen.around is None or other.around is None:
        return chosen.similarity - other.similarity >= _MARGIN
    return chosen.confidence - other.confidence >= 0.4 * _MARGIN


def _occurrences(text: str, quote: str, stated: int) -> Iterator[int]:
    """Give where a quote stands word for word, the stated position first."""
    if stated >= 0 and text.startswith(quote, stated):
        yield stated
    at, seen = text.find(quote), 0
    while at >= 0 and seen < _OCCURRENCES:
        if at != stated:
            yield at
        seen += 1
        at = text.find(quote, at + 1)
