"""What else in the old text explains a stretch of the new one: a likeness that a sibling shares proves nothing."""

from __future__ import annotations

from db.anchors.grams import Grams
from db.anchors.mapping import Mapping
from db.anchors.measures import context, kept, similarity

# Longer passages have no siblings.
_LONGEST = 600
_SIBLINGS = 8
# Words that stand in more places elsewhere explain anything.
_PLACES = 200
# A sibling fits as well as the passage if it takes hardly more edits: so many, or such a part of its length.
_EDITS, _PART = 1.5, 0.03


class Rivals:
    """Old passages that a stretch of the new text may have come from."""

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        self._grams: Grams | None = None

    def as_like(self, start: int, end: int, image: tuple[int, int]) -> bool:
        """Whether some passage beside old[start:end] is as like a stretch of the new text as that one is."""
        mapping, text = self._mapping, self._mapping.new[slice(*image)]
        if not 4 <= len(text) <= _LONGEST:
            return False
        if self._grams is None:
            self._grams = Grams(mapping.old, [(0, len(mapping.old))], crowded=True)
        own = similarity(mapping.old[start:end], text, 0)
        least = own - max(_EDITS / max(len(text), end - start), _PART)
        others = self._grams.look_up(text, at_most=_SIBLINGS, least=0.2)
        return any(other.similarity >= least for other in others if other.end <= start or other.start >= end)

    def explain(self, start: int, end: int, image: tuple[int, int], around: float) -> bool:
        """Whether a stretch found for old[start:end] came, or may as well have come, from another old passage."""
        mapping, text = self._mapping, self._mapping.new[slice(*image)]
        quote = mapping.old[start:end]
        runs = mapping.origin(*image)
        if 2 * kept(runs) >= len(text):
            low, high = runs[0].old, runs[-1].old + runs[-1].length
            likeness = similarity(mapping.old[low:high], text, kept(runs))
            if (high <= start or low >= end) and likeness >= similarity(quote, text, 0) - 0.05:
                return True
        return any(self._stands_elsewhere(words, start, end, image, around) for words in {text, quote})

    def _stands_elsewhere(self, words: str, start: int, end: int, image: tuple[int, int], around: float) -> bool:
        """Whether words stand outside old[start:end] in surroundings as like, or in too many places to look at."""
        old, looked = self._mapping.old, 0
        at = old.find(words)
        while at >= 0:
            if at + len(words) > start and at < end:
                at = old.find(words, end)
                continue
            looked += 1
            if looked > _PLACES or context(old, at, at + len(words), self._mapping.new, *image) >= around:
                return True
            at = old.find(words, at + 1)
        return False
