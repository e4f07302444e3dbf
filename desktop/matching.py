"""Finding what a person means by a few keys: numbers, names in Chinese or English, pinyin and its initials. No Qt here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from threading import Thread
from typing import Generic, TypeVar

from db.folding import fold_query

Key = TypeVar("Key")
_KEPT = 8_192  # texts
_SEVERAL = 8  # a query of more words is cut there
# From best to worst; within one, boosted items come first, then the order they were given in.
_LETTERS, _EXACT, _SAME_NUMBER, _PREFIX, _NUMBER, _INITIALS, _SUBSTRING, _ALIAS, _INSIDE, _RARE, _ALIAS_SPELLED, _SUBSEQUENCE = (
    range(12)
)
_NONE = 99
_NOT_WORD = re.compile(r"[\W_]+")
_UNIT = re.compile(r"[a-z]+|\d+|[\u3400-\u9fff\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Matchable(Generic[Key]):
    """Something that can be found by any of its texts; of equals, the one with more boost comes first.

    Its letters, typed exactly, find it before all others; its aliases come below the texts of all.
    """

    key: Key
    texts: tuple[str, ...]
    boost: float = 0
    aliases: tuple[str, ...] = ()
    letters: str = ""


class Matcher(Generic[Key]):
    """Finds items by what a person types; what it works out of their texts is kept."""

    def __init__(self, items: Iterable[Matchable[Key]]) -> None:
        self._items = tuple(items)
        self._texts = [
            (*(_text(text) for text in item.texts if text), *(_alias(text) for text in item.aliases if text))
            for item in self._items
        ]

    def find(self, query: str, limit: int = 50) -> list[Matchable[Key]]:
        """List the items that fit a query, best first; an empty query lists all, most boosted first."""
        words = fold_query(query).split()
        wanted = [_Query(word) for word in dict.fromkeys([" ".join(words), *words[:_SEVERAL]]) if word]
        ranked = []
        for index, (item, texts) in enumerate(zip(self._items, self._texts, strict=True)):
            rank = _LETTERS if wanted and item.letters == wanted[0].text else _rank(wanted, texts)
            if rank < _NONE:
                ranked.append((rank, -item.boost, index))
        ranked.sort()
        return [self._items[index] for _rank, _boost, index in ranked[:limit]]


class _Query:
    """One word of a query (or the whole of it), folded."""

    def __init__(self, folded: str) -> None:
        self.text = folded
        self.squeezed = _NOT_WORD.sub("", folded)
        self.spelled = self.squeezed if self.squeezed.isascii() and not self.squeezed.isdigit() else ""
        # Few letters in order are found in nearly everything; two Chinese characters are not.
        self.loose = len(self.squeezed) >= (4 if self.squeezed.isascii() else 2)


class _Text:
    """One text of an item, folded; its units (a Chinese character, a Latin word, a number) are made when pinyin is asked for."""

    __slots__ = ("_units", "squeezed", "text")

    def __init__(self, source: str) -> None:
        self.text = fold_query(source)
        self.squeezed = _NOT_WORD.sub("", self.text)
        self._units: tuple[tuple[str, ...], ...] | None = () if source.isascii() else None

    @property
    def units(self) -> Sequence[tuple[str, ...]]:
        """The readings of each unit, the usual one first; nothing for a text without Chinese."""
        if self._units is None:
            self._units = tuple(_readings(unit) for unit in _UNIT.findall(self.text))
        return self._units

    def rank(self, query: _Query) -> int:
        """Tell how well a query fits; _NONE if it does not."""
        if query.text == self.text:
            return _EXACT
        if query.squeezed and query.squeezed == self.squeezed:
            return _SAME_NUMBER
        if self.text.startswith(query.text):
            return _PREFIX
        if query.squeezed and self.squeezed[:1].isdigit() and self.squeezed.startswith(query.squeezed):
            return _NUMBER
        spelled = self._spelled(query.spelled)
        if spelled == _INITIALS:
            return spelled
        if query.text in self.text or (len(query.squeezed) > 1 and query.squeezed in self.squeezed):
            return _SUBSTRING
        if spelled == _NONE and query.loose and _in_order(query.squeezed, self.squeezed):
            return _SUBSEQUENCE
        return spelled

    def _spelled(self, letters: str) -> int:
        """Tell whether letters spell the text in pinyin, whole or shortened: from its start, from within, or by rare readings."""
        if not letters or not self.units:
            return _NONE
        best = _NONE
        for start, readings in enumerate(self.units):
            if letters[0] not in {reading[0] for reading in readings}:
                continue
            if _spells(letters, self.units, start, usual=True):
                return _INITIALS if start == 0 else _INSIDE
            if best == _NONE and _spells(letters, self.units, start, usual=False):
                best = _RARE
        return best


class _Alias(_Text):
    """One more text of an item: what it says outright counts below names, what it is spelled like below that."""

    __slots__ = ()

    def rank(self, query: _Query) -> int:
        rank = super().rank(query)
        return _ALIAS if rank <= _SUBSTRING and rank != _INITIALS else _ALIAS_SPELLED if rank <= _RARE else _NONE


# The same texts are offered again after every change: what was worked out of them is kept.
_text, _alias = lru_cache(_KEPT)(_Text), lru_cache(_KEPT)(_Alias)


def _rank(wanted: Sequence[_Query], texts: Sequence[_Text]) -> int:
    """Rank an item: the whole query on one text, else each of its words on some text (the worst of them counts)."""
    if not wanted:
        return _EXACT
    whole, *words = wanted
    best = min((text.rank(whole) for text in texts), default=_NONE)
    if words and best > _SUBSTRING:
        best = min(best, max(min((text.rank(word) for text in texts), default=_NONE) for word in words))
    return best


def _in_order(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)


def _spells(letters: str, units: Sequence[tuple[str, ...]], start: int, *, usual: bool) -> bool:
    """Whether letters are used up by beginnings of the units' readings, one after the other from a unit on."""
    reached = {0}
    for readings in units[start:]:
        following: set[int] = set()
        for at in reached:
            for reading in readings[:1] if usual else readings:
                for length in range(_common(letters, at, reading), 0, -1):
                    following.add(at + length)
        if len(letters) in following:
            return True
        if not following:
            return False
        reached = following
    return False


def _common(letters: str, at: int, reading: str) -> int:
    """Count the characters that letters from a place on share with the beginning of a reading."""
    length = 0
    while length < len(reading) and at + length < len(letters) and letters[at + length] == reading[length]:
        length += 1
    return length


def initials(text: str) -> tuple[str, ...]:
    """Give the first letter of each unit of a text, in lower case: of a Chinese character, a Latin word, not of a number."""
    readings = (_readings(unit)[0] for unit in _UNIT.findall(fold_query(text)))
    return tuple(reading[0] for reading in readings if "a" <= reading[0] <= "z")


@cache
def warm_up() -> None:
    """Load the tables of pinyin on a thread, so that no key need wait for them."""
    Thread(target=_readings, args=("编",), name="pinyin").start()


@cache
def _readings(unit: str) -> tuple[str, ...]:
    """Give the ways to spell a unit: a Latin word or number is spelled as it is, a Chinese character in pinyin."""
    if unit.isascii():
        return (unit,)
    from db.readings import spelled

    return spelled(unit)
