"""The words of a query in their surroundings, one line for each place, sorted by what stands to the left and right of them.

A step of context is a character of a script written without spaces, or else a word or number; punctuation and blanks are
no steps. Chinese sorts by its usual reading (pypinyin, with tones), then by code point, behind words of other letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from db import errors
from db.folding import fold_text
from db.readings import toned
from db.records import Progress, Remark, no_progress
from db.search.places import MOST, Finding, Found, overlapping
from db.search.query import Query
from db.search.searcher import Searcher

STEPS = 5
ORDERS = ("position", "match", "date", *(f"{side}{step + 1}" for side in ("left", "right") for step in range(STEPS)))
MOST_CONTEXT = 1_000
# So many characters are looked at for the steps, and so many if they are too few: words may be long.
_REACHES = (16, 120)
_BLANKS = dict.fromkeys(map(ord, "\n\r\t\x0b\x0c\x85\u2028\u2029"), " ")
_UNSPACED = (
    "\u0e00-\u0eff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u302f\u3041-\u30ff\u3105-\u318e\u31f0-\u4dbf\u4e00-\ua4cf"
    "\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
_STEP = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W_])+")
_CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_Rank = tuple[int, str, str]

_STANDING = (
    "SELECT p.start, p.end, p.annotation FROM place p WHERE p.version = ? AND p.start < ? ORDER BY p.start, p.end DESC,"
    " p.annotation"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A place with what stands around it, on one line of the same length as in the text; `annotations`, anybody's, are the
    ids of those that overlap it, as far as the searcher shows them; `date` is when the article was published, as written."""

    article: int
    title: str
    version: int
    start: int
    end: int
    left: str
    match: str
    right: str
    annotations: tuple[int, ...]
    date: str = ""


@dataclass(frozen=True, slots=True)
class Concordance:
    """Lines in the order asked for; with `more` they are the first by position, and there are others."""

    lines: tuple[Line, ...]
    more: bool
    remarks: tuple[Remark, ...] = ()


def lines(
    searcher: Searcher,
    query: str | Query,
    *,
    me: int | None = None,
    context: int = 30,
    order: Sequence[str] = ("position",),
    most: int = MOST,
    progress: Progress = no_progress,
) -> Concordance:
    """Give up to `most` places in `context` characters to each side, by several of ORDERS, the first deciding most.

    `progress` counts articles. Raises Refused, QueryFault, and Cancelled after `searcher.interrupt()`.
    """
    rank = _ranking(order)
    context = min(max(context, 0), MOST_CONTEXT)
    found: list[tuple[tuple[object, ...], Line]] = []
    with searcher.watched():
        finding = Finding(searcher, query, me, most, progress)
        for text in finding:
            found += (
                (rank(text, line.start, line.end), line) for line in _of_text(searcher, me, text, context, most + 1 - len(found))
            )
            if len(found) > most:
                break
    listed = sorted(found[:most], key=_first)
    return Concordance(tuple(line for _key, line in listed), finding.more or len(found) > most, finding.remarks)


def _of_text(searcher: Searcher, me: int | None, text: Found, context: int, most: int) -> Iterator[Line]:
    spans = text.spans[:most]
    standing = searcher.connection.execute(_STANDING, (text.version, max((end for _start, end in spans), default=0)))
    there = list(overlapping(spans, standing))
    seen = set(searcher.seen(sorted({key for over in there for key in over}), me))
    for (start, end), all_over in zip(spans, there, strict=True):
        over = tuple(key for key in all_over if key in seen)
        left, match, right = (part.translate(_BLANKS) for part in around(text.text, start, end, context))
        place = (text.article, text.title, text.version, start, end)
        yield Line(*place, left, match, right, over, text.published)


def around(text: str, start: int, end: int, context: int) -> tuple[str, str, str]:
    """Give what stands before a place, in it and after it."""
    return text[max(0, start - context) : start], text[start:end], text[end : end + context]


def _first(pair: tuple[tuple[object, ...], Line]) -> tuple[object, ...]:
    return pair[0]


def _ranking(order: Sequence[str]) -> Callable[[Found, int, int], tuple[object, ...]]:
    """Make what gives the key that a place is sorted by; raises Refused."""
    for name in order:
        if name not in ORDERS:
            choices = ", ".join(ORDERS)
            raise errors.Refused("{order} is no order of a concordance. Choose among: {choices}.", order=name, choices=choices)
    # Places come by position, and what is sorted keeps that among equals.
    names = list(order)[: list(order).index("position")] if "position" in order else list(order)
    steps = {side: max((int(name[-1]) for name in names if name.startswith(side)), default=0) for side in ("left", "right")}

    def rank(text: Found, start: int, end: int) -> tuple[object, ...]:
        left = _nearest(text.text, start, steps["left"], -1)
        right = _nearest(text.text, end, steps["right"], 1)
        return tuple(part for name in names for part in _part(name, text, left, right, (start, end)))

    return rank


def _part(name: str, text: Found, left: list[str], right: list[str], span: tuple[int, int]) -> Iterator[object]:
    if name == "match":
        yield [_rank(step) for step in _STEP.findall(fold_text(text.text[slice(*span)]))]
    elif name == "date":  # the latest first, those without one last
        yield [-ord(character) for character in text.published] or [1]
    else:
        step = int(name[-1]) - 1
        yield [_rank(one) for one in (left if name.startswith("left") else right)[step : step + 1]]


def _nearest(text: str, point: int, steps: int, way: Literal[-1, 1]) -> list[str]:
    """Give at least so many steps before or after a point, the nearest first, if there are so many."""
    found: list[str] = []
    for reach in _REACHES if steps else ():
        part = text[max(0, point - reach) : point] if way < 0 else text[point : point + reach]
        found = _STEP.findall(fold_text(part))[::way]
        if len(found) > steps:  # the last may be cut off
            break
    return found


@lru_cache(65_536)
def _rank(step: str) -> _Rank:
    if _CHINESE.match(step) is None:
        return 0, step, ""
    return 1, toned(step), step
