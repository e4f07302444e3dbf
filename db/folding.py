"""Text folded for comparing, with the way back to the source: one engine for search, find in page and anchoring.

The traditional → simplified pairs in resources/folding/simplified.json are OpenCC's single characters
(https://github.com/BYVoid/OpenCC, Apache-2.0), each with its first choice. Pure; positions are code points.
"""

from __future__ import annotations

import json
import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from unicodedata import category, name, normalize

from resources import resource

# Raised whenever `fold` gives another text for the same input: search indexes are then rebuilt.
FOLDING_VERSION = 1

# Unicode's Default_Ignorable_Code_Point: soft hyphens, zero-width characters, variation selectors, marks of direction.
_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# Longer runs of combining marks are cut, as in Unicode's stream-safe text: sorting them takes quadratic time.
_MARKS_AT_ONCE = 30

# With more different characters to be replaced, one pass over them all is faster than one pass for each.
_MOST_REPLACED = 64

# Where characters stand that fold to Chinese ones, beside the traditional ones.
_TAKEN_APART = ((0x2E80, 0x2FE0), (0x3000, 0x3400), (0xF900, 0xFB00), (0x1F200, 0x1F300), (0x2F800, 0x2FA20))

# Keeps texts apart that are folded together; it folds to itself, and nothing joins it.
_APART = "\x1d"

_QUOTES = "\"'`´‘’‚‛“”„‟′″‹›«»「」『』﹁﹂﹃﹄〝〞〟"
_DASHES = "-‐‑‒–—―−─━~〜˗"
_PUNCTUATION = {
    **dict.fromkeys(map(ord, _QUOTES), '"'),
    **dict.fromkeys(map(ord, _DASHES), "-"),
    **dict.fromkeys(map(ord, "·•‧∙・⋅●"), "·"),
    **dict.fromkeys(map(ord, "【〔〖〘［"), "["),
    **dict.fromkeys(map(ord, "】〕〗〙］"), "]"),
    **dict.fromkeys(map(ord, "《〈"), "<"),
    **dict.fromkeys(map(ord, "》〉"), ">"),
    ord("。"): ".",
    ord("、"): ",",
}


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and where each of its characters came from.

    Folded character i came from source[origin[i]:ends[i]], where no `ends` are kept from the one character at origin[i];
    origin has one entry more, the length of the source.
    """

    text: str
    origin: Sequence[int]
    ends: Sequence[int] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give the source span of a folded half-open range; a character that folded to several is covered whole."""
        if start >= end:
            return self.origin[start], self.origin[start]
        return self.origin[start], self.ends[end - 1] if self.ends else self.origin[end - 1] + 1

    def index(self, position: int) -> int:
        """Give the first folded index that came from a source position or from after it."""
        return bisect_left(self.origin, position, 0, len(self.text))


class _Table(dict[int, str]):
    """Foldings of single characters for str.translate, worked out as they are met."""

    def __init__(self, piece: Callable[[str], str]) -> None:
        self.piece = piece
        self.special: dict[str, bool] = {}
        self.plain: set[str] = set()  # met, and folding to themselves

    def __missing__(self, code: int) -> str:
        folded = self[code] = self.piece(chr(code))
        return folded

    def specials(self, text: str) -> list[str]:
        """List the characters of a text that do not fold one to one."""
        known = self.special
        for character in set(text).difference(known):
            known[character] = len(self[ord(character)]) != 1
        return [character for character in set(text) if known[character]]

    def fold(self, text: str, characters: set[str] | None = None) -> str:
        """Give text.translate(self), sooner: few of its `characters` fold to anything but themselves."""
        changed = (set(text) if characters is None else characters) - self.plain
        # What a folding gives must not be folded again by the next.
        if len(changed) > _MOST_REPLACED or any(self[ord(new)] != new for old in changed for new in self[ord(old)]):
            self.plain.update(character for character in changed if self[ord(character)] == character)
            return text.translate(self)
        for old in changed:
            if (new := self[ord(old)]) == old:
                self.plain.add(old)
            else:
                text = text.replace(old, new)
        return text


def fold(text: str) -> Folded:
    """Fold for search and find: NFKC, case, accents of Latin letters, traditional → simplified; invisible ones go."""
    marks = "".join(re.escape(character) for character in set(text) if not character.isascii() and _extends(character))
    return _fold(text, _searching(), marks)


def fold_text(text: str) -> str:
    """Give fold(text).text without the way back, which is most of its cost."""
    table, characters = _searching(), set(text)
    if any(_extends(character) for character in characters - table.plain if not character.isascii()):
        return fold(text).text
    return table.fold(text, characters)


def fold_texts(texts: Sequence[str]) -> list[str]:
    """Give fold_text of each of several short texts, sooner than one by one."""
    folded = fold_text(_APART.join(texts)).split(_APART) if texts else []
    return folded if len(folded) == len(texts) else [fold_text(text) for text in texts]


def sources(character: str) -> str:
    """Give the characters in which a folded Chinese character can stand, itself first; "" if it is none.

    A text holds one of them if and only if the folded text holds the character: nothing joins a Chinese character.
    """
    return character + _sources().get(character, "") if len(character) == 1 and "\u3400" <= character <= "\u9fff" else ""


def fold_text_for_anchoring(text: str) -> str:
    """Give fold_for_anchoring(text).text without the way back."""
    return _anchoring().fold(text)


def fold_query(text: str) -> str:
    """Fold what a person typed, in the same way as `fold`."""
    return fold(text).text


def fold_for_anchoring(text: str) -> Folded:
    """Fold for finding a passage again: white space and all marks go too; quotes and punctuation are unified."""
    return _fold(text, _anchoring(), "")


def find_all(haystack: Folded, needle: str) -> list[tuple[int, int]]:
    """Find every occurrence of a needle (folded here), left to right without overlaps, as source spans."""
    needle = fold_query(needle)
    found: list[tuple[int, int]] = []
    at = haystack.text.find(needle) if needle else -1
    while at >= 0:
        start, end = haystack.span(at, at + len(needle))
        if not found or start >= found[-1][1]:
            found.append((start, end))
        at = haystack.text.find(needle, at + len(needle))
    return found


def _fold(text: str, table: _Table, marks: str) -> Folded:
    """Fold a text; `marks` (escaped) join the character before them, and they are folded together."""
    specials = "".join(map(re.escape, table.specials(text)))
    length = len(text)
    if not specials and not marks:
        return Folded(table.fold(text), range(length + 1))
    joined = f"[^{marks}]?[{marks}]{{1,{_MARKS_AT_ONCE}}}" if marks else ""
    pattern = re.compile("|".join(filter(None, (joined, specials and f"[{specials}]"))), re.DOTALL)
    parts, origin, clusters = [], array("i"), []
    done = 0
    for match in pattern.finditer(text):
        start, end = match.span()
        if start > done:
            parts.append(text[done:start].translate(table))
            origin.extend(range(done, start))
        folded = table[ord(text[start])] if end == start + 1 else table.piece(text[start:end])
        if folded:
            parts.append(folded)
            if end > start + 1:
                clusters.append((len(origin), len(folded), end))
            origin.extend([start] * len(folded))
        done = end
    parts.append(text[done:].translate(table))
    origin.extend(range(done, length + 1))
    return Folded("".join(parts), origin, _ends(origin, clusters))


def _ends(origin: array[int], clusters: list[tuple[int, int, int]]) -> Sequence[int]:
    """Give the source end of each folded character, given (index, length, source end) of what came from several."""
    if not clusters:
        return ()
    ends = array("i", [start + 1 for start in origin[:-1]])
    for index, length, end in clusters:
        ends[index : index + length] = array("i", [end] * length)
    return ends


@cache
def _extends(character: str) -> bool:
    """Whether a character joins the one before it: a combining mark, or a Korean vowel or final."""
    first = normalize("NFKD", character)[0]
    return category(first)[0] == "M" or "\u1161" <= first <= "\u1175" or "\u11a8" <= first <= "\u11c2"


@cache
def _searching() -> _Table:
    simplified = _simplified()

    def piece(source: str) -> str:
        for _ in range(2):  # case folding can undo a composition, which then folds further
            source = normalize("NFKC", normalize("NFKC", source).casefold())
        return _without_accents(_IGNORABLE.sub("", source)).translate(simplified)

    return _Table(piece)


@cache
def _sources() -> dict[str, str]:
    """Give what each Chinese character comes from beside itself: traditional characters, and those Unicode takes apart."""
    table, simplified, found = _searching(), _simplified(), dict[str, str]()
    taken_apart = ((old, table[old]) for first, last in _TAKEN_APART for old in range(first, last) if old not in simplified)
    for old, folded in chain(simplified.items(), taken_apart):
        for new in set(folded) - {chr(old)}:
            found[new] = found.get(new, "") + chr(old)
    return found


@cache
def _anchoring() -> _Table:
    simplified = _simplified()

    def piece(source: str) -> str:
        source = normalize("NFKD", normalize("NFKD", source.translate(_PUNCTUATION)).casefold()).translate(_PUNCTUATION)
        kept = (c for c in source if category(c)[0] not in "MZ" and category(c) not in ("Cc", "Cf"))
        return _IGNORABLE.sub("", "".join(kept)).translate(simplified)

    return _Table(piece)


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    kept, latin = [], False
    for character in normalize("NFD", text):
        if category(character) == "Mn":
            if latin:
                continue
        else:
            latin = name(character, "").startswith("LATIN ")
        kept.append(character)
    return normalize("NFC", "".join(kept))


@cache
def _simplified() -> dict[int, str]:
    pairs = json.loads(resource("folding", "simplified.json").read_text("utf-8"))
    return {ord(old): new for old, new in zip(pairs["traditional"], pairs["simplified"], strict=True)}
