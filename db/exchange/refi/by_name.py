"""Passages by the words they are named after, for sources whose positions fit no way of counting or run over the text's end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from db.exchange.refi.positions import STANDARD, Mark, Model, Proof, is_named, placing, span
from db.exchange.refi.texts import RawText

# A shorter name says too little of where a passage begins.
_LEAST = 10
_LONG = 20  # how long names at least are cut
_GOOD = 1.2  # of two boundaries, how many on average say that positions are right
_MOST = 5_000  # names that are looked for in a text
_SEVERAL = 3  # names that must speak against positions
_ELLIPSIS = re.compile(r"(?:\.\.\.|…|\ufffd)+$")


Span = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a selection is, in code points (None: nowhere), and whether its name said so against its positions."""

    span: Span
    by_name: bool = False


def spots(raw: RawText, marks: Sequence[Mark | None], proof: Proof, *, taken: bool = False) -> list[Spot]:
    """Give where the selections of a text are; a mark without numbers is nowhere. `taken`: the text is not the counted one.

    Positions count. Names come in for a selection that marks nothing, and for all where positions meet few names and the
    text holds most of them just once, at fitting lengths; what neither places is then nowhere.
    """
    place, score = placing(raw, proof.model), proof.score
    found = [None if mark is None else span(place, mark) for mark in marks]
    sure = 2 * score.named >= proof.of or score.edges > _GOOD * proof.of
    if proof.by == "chosen" or (sure and not score.misfits):
        return [Spot(each) for each in found]
    finder = _Finder(raw, marks, proof.model if sure else STANDARD, strict=sure)
    pairs = list(zip(marks, found, strict=True))
    names = [finder.find(mark) if mark is not None and (each is None or not sure) else None for mark, each in pairs]
    if not sure:
        met = [mark is not None and each is not None and is_named(raw.text, *each, mark.name) for mark, each in pairs]
        said = sum(each is not None for each in names)
        told = sum(yes or each is not None for yes, each in zip(met, names, strict=True))
        if proof.of <= 2 * told and (taken or said >= _SEVERAL):
            return _failed(raw, list(zip(marks, found, names, strict=True)))
    spots_ = zip(found, names, strict=True)
    return [Spot(each) if each is not None or name is None else Spot(name, by_name=True) for each, name in spots_]


def _failed(raw: RawText, tried: Sequence[tuple[Mark | None, Span, Span]]) -> list[Spot]:
    """Place selections by their names, those whose names are not found just once as far off as the others."""
    drifts = Counter(name[0] - mark.start for mark, _found, name in tried if mark is not None and name is not None)
    drift, count = max(drifts.items(), key=lambda each: each[1], default=(0, 0))
    drift_known, place = count >= _SEVERAL and 2 * count > drifts.total(), placing(raw, STANDARD)
    made = []
    for mark, found, name in tried:
        moved = span(place, Mark(mark.start + drift, mark.end + drift, "")) if mark is not None and name is None else None
        if mark is None or name is not None:
            made.append(Spot(name, by_name=name is not None))
        elif drift_known and moved is not None and (not mark.name.strip() or is_named(raw.text, *moved, mark.name)):
            made.append(Spot(moved, by_name=True))
        else:
            # Only the very words are no chance.
            words = "" if found is None else raw.text[slice(*found)]
            made.append(Spot(found if words and words == mark.name else None))
    return made


class _Finder:
    """Finds passages by names; `strict` holds whole names to the length of their selections."""

    def __init__(self, raw: RawText, marks: Sequence[Mark | None], model: Model, *, strict: bool) -> None:
        self._raw, self._model, self._strict = raw, model, strict
        self._matches: dict[str, re.Match[str] | None] = {}
        lengths = [len(mark.name) for mark in marks if mark is not None]
        longest = max(lengths, default=0)
        # Names that are cut without saying so are all as long.
        self._cut_at = longest if longest >= _LONG or lengths.count(longest) > 1 else 0

    def find(self, mark: Mark) -> tuple[int, int] | None:
        """Give the only passage that is what a name says, or that it begins and a selection's length fits."""
        name, length = mark.name.strip(), mark.end - mark.start + self._model.last
        bare = _ELLIPSIS.sub("", name)
        words = bare.split()
        match = self._only(" ".join(words)) if length > 0 and words else None
        if match is None:
            return None
        start, end = match.span()
        # What counts double in one way of counting or another.
        slack = 2 + sum(letter == "\n" or ord(letter) > 0xFFFF for letter in match[0])
        is_cut = bare != name or (len(mark.name) == self._cut_at and length > end - start + slack)
        if is_cut:
            return _reaching(self._raw, start, length, self._model) if len("".join(words)) >= _LEAST else None
        return (start, end) if not self._strict or abs(length - (end - start)) <= slack else None

    def _only(self, words: str) -> re.Match[str] | None:
        """Give where the text has some words, if just once; a text with very many names is not searched for all of them."""
        if words not in self._matches and len(self._matches) < _MOST:
            pattern = r"\s+".join(map(re.escape, words.split()))
            matches = list(islice(re.finditer(pattern, self._raw.text), 2))
            self._matches[words] = matches[0] if len(matches) == 1 else None
        return self._matches.get(words)


def _reaching(raw: RawText, start: int, length: int, model: Model) -> tuple[int, int] | None:
    """Give the passage from a place on that is so many units long."""
    twice, at = set(raw.returns) if model.crlf == 2 else set(), start
    while length > 0 and at < len(raw.text):
        letter = raw.text[at]
        unit = len(letter.encode()) if model.utf8 else 1 + (model.utf16 and ord(letter) > 0xFFFF)
        length -= unit + (at in twice or (model.lf == 2 and letter == "\n"))
        at += 1
    return (start, at) if length == 0 else None
