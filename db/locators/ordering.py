"""In what order provisions stand: as they are numbered, not as they are spelled. Pure."""

from __future__ import annotations

import re

from db.folding import fold_query
from db.locators.canonical import NUMERAL, number, step_of

# Recitals and principles stand before the articles, annexes after them; what is no canonical locator comes last.
_GROUPS = {"rec": 0, "prin": 0, "annex": 2}
_OTHERS = 3
_RANKS = ("rec", "prin", "annex", "part", "subpart", "ch", "sec", "art", "p", "i", "s", "page", "para")
_PARTS = re.compile(rf"(?P<number>[0-9]+|[{NUMERAL}]+)|[^0-9{NUMERAL}]+")
_LEADING = re.compile(r"[0-9]{1,18}")
_MOST = 18  # digits; a longer run is no number of a provision

Key = tuple[int, tuple[tuple[int, int, str], ...], tuple[tuple[int, int, str], ...]]


def provision_order(canonical: str, written: str = "") -> Key:
    """Give what provisions are sorted by: recitals, chapters and articles as they are numbered, annexes, then those without.

    Those without a canonical locator stand by the numbers in what was `written`: 第7, 第九, 第80.
    """
    if not canonical or not canonical.isascii():
        return (_OTHERS, (), natural(canonical or written))
    steps = [step_of(step) for step in canonical.partition("+")[0].split("/")]
    return (_GROUPS.get(steps[0][0], 1), tuple(_step(*step) for step in steps), natural(canonical))


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Give what a text is sorted by where the numbers in it, Arabic or Chinese, count as numbers."""
    return tuple(_part(found[0], found["number"]) for found in _PARTS.finditer(fold_query(text)))


def _part(part: str, figures: str | None) -> tuple[int, int, str]:
    value = number(part) if figures and len(part) <= _MOST else None
    return (1, 0, part) if value is None else (0, value, "")


def _step(kind: str, value: str) -> tuple[int, int, str]:
    rank = _RANKS.index(kind) if kind in _RANKS else len(_RANKS)
    found = _LEADING.match(value)
    return (rank, int(found[0]), value[found.end() :]) if found else (rank, 0, value)
