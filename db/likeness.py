"""How alike two texts are: reprints of one text found among many, whatever their titles, by-lines and remnants. Pure.

A text is taken as the set of its overlapping stretches of a few folded characters (Broder 1997). Its fingerprint is one
least hash of these for each of some bins (one permutation hashing, Li et al. 2012); two texts agree in about as many bins
as they share stretches. Texts that agree in some pair of neighbouring bins are looked at, the stretches themselves decide.
"""

from __future__ import annotations

import re
import struct
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, compress
from zlib import crc32

from db.folding import fold_text
from db.records import Progress, no_progress

# Raised whenever `fingerprint` gives another one for the same text.
RULES = 1
_LETTERS = re.compile(r"[^\W_]+")
_LENGTH = 5  # characters of a stretch
_BINS = 64
# Every fourth stretch, by the character it begins with, is hashed; which is chance, but the same for all texts.
_LOOKED_AT = bytes((byte * 167 + 91) % 256 < 64 for byte in range(256))
# Shorter texts say too little to be called alike; they are equal or they are not.
_FEWEST = 80
# Of longer texts only some stretches are compared, chosen by what they are and not by where they stand.
_WHOLE = 400_000
# Bins that must agree before the texts are compared, of all.
_LIKELY = _BINS // 5
# What is called a reprint: this much of all stretches shared, or nearly all of the shorter text in one not much longer.
_SHARED, _HELD, _HELD_SHARED = 0.5, 0.85, 0.35
_NOTHING = 0xFFFFFFFF
_PACKED = struct.Struct(f"<{_BINS}I")


def fingerprint(folded: str) -> bytes:
    """Give the fingerprint of a text folded by folding.fold_text; none for one too short to be alike."""
    letters = "".join(_LETTERS.findall(folded))
    if len(letters) < _FEWEST:
        return b""
    data, width = letters.encode("utf-16-le", "surrogatepass"), 2 * _LENGTH
    bins = [_NOTHING] * _BINS
    for at in compress(range(0, len(data) - width + 1, 2), data[::2].translate(_LOOKED_AT)):
        if (value := crc32(data[at : at + width])) < bins[value % _BINS]:
            bins[value % _BINS] = value
    return _PACKED.pack(*_filled(bins))


def _filled(bins: list[int]) -> list[int]:
    """Fill empty bins from the next that is not, so that two empty ones do not agree for nothing."""
    if _NOTHING not in bins:
        return bins
    filled = list(bins)
    for at, value in enumerate(bins):
        further = 0
        while value == _NOTHING and further < _BINS:
            further += 1
            value = bins[(at + further) % _BINS]
        filled[at] = (value + further * 0x9E3779B1) & _NOTHING if further else value
    return filled


def bands(prints: bytes) -> Iterable[int]:
    """Give what two fingerprints must have one of in common to be looked at: neighbouring bins, two by two."""
    pairs = array("Q", prints).tolist()
    return [pair ^ at * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF for at, pair in enumerate(pairs)]


def likely(one: bytes, other: bytes) -> bool:
    """Tell whether enough bins agree for the texts to be compared."""
    if not one or not other:
        return False
    agreeing = zip(_PACKED.unpack(one), _PACKED.unpack(other), strict=True)
    return sum(1 for a, b in agreeing if a == b) >= _LIKELY


def pairs(
    prints: Mapping[int, bytes], *, needless: Callable[[int, int], bool] | None = None, progress: Progress = no_progress
) -> Iterator[tuple[int, int]]:
    """Yield the pairs, smaller key first, whose texts are to be compared; once each, and none that is needless by then."""
    # Most bands are of one text alone; a list for each would be hundreds of thousands that the search for garbage goes through.
    first: dict[int, int] = {}
    further: defaultdict[int, list[int]] = defaultdict(list)
    for done, key in enumerate(sorted(prints)):
        progress(done, len(prints))
        met = {key}
        for band in bands(prints[key]):
            if first.setdefault(band, key) == key:
                continue
            for other in chain((first[band],), further[band]):
                if other not in met:
                    met.add(other)
                    if not (needless and needless(other, key)) and likely(prints[other], prints[key]):
                        progress(done, len(prints))
                        yield other, key
            further[band].append(key)


def coarseness(*lengths: int) -> int:
    """Say of how many stretches one is kept when texts of these lengths are compared."""
    return 1 + max(lengths) // _WHOLE


def stretches(text: str, coarse: int = 1) -> frozenset[str]:
    """Give the set of a text's overlapping stretches, one of so many where that is coarse."""
    letters = "".join(_LETTERS.findall(fold_text(text)))
    found = (letters[at : at + _LENGTH] for at in range(max(0, len(letters) - _LENGTH + 1)))
    if coarse > 1:
        found = (each for each in found if not crc32(each.encode("utf-8", "surrogatepass")) % coarse)
    return frozenset(found)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Say how alike two texts are, 0..1, given their stretches; 0 where neither can be a reprint of the other.

    It is the part of all stretches that both have. Two that quote the same paragraphs are not alike: most of each is its own.
    """
    fewer, more = sorted((len(one), len(other)))
    if fewer < _FEWEST - _LENGTH or fewer < _HELD_SHARED * more:
        return 0.0
    both = len(one & other)
    shared, held = both / (fewer + more - both), both / fewer
    return round(shared, 3) if shared >= _SHARED or (held >= _HELD and shared >= _HELD_SHARED) else 0.0


class Groups:
    """Keys that pairs join into groups."""

    def __init__(self) -> None:
        self._leads: dict[int, int] = {}

    def _lead(self, key: int) -> int:
        leads = self._leads
        while leads.setdefault(key, key) != key:
            leads[key] = key = leads[leads[key]]
        return key

    def join(self, one: int, other: int) -> None:
        """Put two keys, and all that are joined to them, into one group."""
        first, second = sorted((self._lead(one), self._lead(other)))
        self._leads[second] = first

    def together(self, one: int, other: int) -> bool:
        """Tell whether two keys are in one group already."""
        return one in self._leads and other in self._leads and self._lead(one) == self._lead(other)

    def listed(self) -> list[list[int]]:
        """Give the groups, each in ascending order, the group of the smallest first."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        for key in sorted(self._leads):
            found[self._lead(key)].append(key)
        return list(found.values())
