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
from collections.abc import Iterable, Iterator, Mapping
from itertools import compress
from zlib import crc32

from db.folding import fold_text

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


def pairs(prints: Mapping[int, bytes]) -> Iterator[tuple[int, int]]:
    """Yield the pairs, smaller key first, whose texts are to be compared; once each."""
    known: defaultdict[int, list[int]] = defaultdict(list)
    for key in sorted(prints):
        met: set[int] = set()
        for band in bands(prints[key]):
            for other in known[band]:
                if other not in met:
                    met.add(other)
                    if likely(prints[other], prints[key]):
                        yield other, key
            known[band].append(key)


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


def groups(alike: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Join pairs into groups, each in ascending order, the group of the smallest first."""
    leads: dict[int, int] = {}

    def lead(key: int) -> int:
        while leads.setdefault(key, key) != key:
            leads[key] = key = leads[leads[key]]
        return key

    for one, other in alike:
        first, second = sorted((lead(one), lead(other)))
        leads[second] = first
    found: defaultdict[int, list[int]] = defaultdict(list)
    for key in sorted(leads):
        found[lead(key)].append(key)
    return list(found.values())
