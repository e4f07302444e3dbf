"""What a page is made of before anything is judged: pieces (blocks to be), containers over them, and what its head says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from db.records import BlockKind, Inline, Progress
from resources import resource

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]+")
_LETTERS = re.compile(r"[A-Za-z\u00c0-\u024f]+")


# What one article can hold: a shelf of books in characters, and so many blocks that none is read any more.
MOST_CHARACTERS, MOST_BLOCKS = 20_000_000, 500_000

Tick = Callable[[int], None]  # how many bytes, characters or pieces of one stretch of the work are done


@dataclass(slots=True)
class Piece:
    """One block of a page; inlines count from the piece's own start, in code points."""

    kind: BlockKind
    text: str
    inlines: tuple[Inline, ...] = ()
    level: int = 0
    marker: str = ""
    linked: int = 0  # characters inside links
    links: int = 0
    note: bool = False  # inside the page's footnotes or references
    load: float = -1.0  # its weight as running text once that is known
    soft: str | None = None  # the reason its words give to leave it out before or after the body, once that is known
    zone: str = ""  # the reason a navigation, footer, comments… element around it gives to leave it out

    @property
    def link_share(self) -> float:
        """The part of the text that lies in links, 0 to 1."""
        return self.linked / max(1, len(self.text))

    def unlinked(self) -> str:
        """Give the text without its links."""
        kept, at = "", 0
        for link in (i for i in self.inlines if i.kind == "link"):
            kept, at = kept + self.text[at : link.start], max(at, link.end)
        return kept + self.text[at:]

    def link_texts(self) -> list[str]:
        """Give the words of its links."""
        return [self.text[i.start : i.end] for i in self.inlines if i.kind == "link"]

    @property
    def is_bold(self) -> bool:
        """Whether the whole piece is bold, punctuation at its edges aside."""
        bold = sum(i.end - i.start for i in self.inlines if i.kind == "bold")
        return bold > 0 and bold >= len(self.text.strip()) - 2


@dataclass(frozen=True, slots=True)
class Container:
    """An element around pieces[first:last]."""

    first: int
    last: int
    zone: str = ""
    firm: bool = False  # said by the element's name, not only by a class


@dataclass(slots=True)
class Page:
    """A page as its markup gives it: every piece, whatever its worth."""

    pieces: list[Piece] = field(default_factory=list)
    containers: list[Container] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)  # names in lower case → the first content
    marks: dict[str, str] = field(default_factory=dict)  # text of elements that name the author, account or time
    title: str = ""  # of the head
    canonical: str = ""
    language: str = ""
    scripts: str = ""
    linked: list[str] = field(default_factory=list)  # its JSON-LD
    left_out: dict[str, int] = field(default_factory=dict)  # scripts, pictures, frames → how many


class TooMuch(Exception):
    """More text or blocks than one article can hold; whoever knows the file's name says so to the person."""


def refuse_too_much(characters: int, blocks: int) -> None:
    """Refuse what is more than one article can hold; raises TooMuch."""
    if characters > MOST_CHARACTERS or blocks > MOST_BLOCKS:
        raise TooMuch


def weight(text: str) -> float:
    """How much a text says, in Chinese characters: a Latin letter counts 0.4."""
    return sum(map(len, _HAN.findall(text))) + 0.4 * sum(map(len, _LETTERS.findall(text)))


def watched(pieces: Sequence[Piece], tick: Tick) -> Iterator[Piece]:
    """Go through pieces, telling now and then how many are done."""
    for number, piece in enumerate(pieces):
        if not number & 0x7FF:
            tick(number)
        yield piece


def simplified(text: str) -> str:
    """Give a text with traditional characters made simplified, one for one, so that one list of words does for both."""
    return text if text.isascii() else text.translate(_pairs())


@cache
def _pairs() -> dict[int, str]:
    pairs = json.loads(resource("folding", "simplified.json").read_text("utf-8"))
    return {ord(old): new for old, new in zip(pairs["traditional"], pairs["simplified"], strict=True)}


def words(text: str) -> frozenset[str]:
    """Give the words of a text as a set."""
    return frozenset(text.split())


class Pace:
    """Tells a Progress how far along the work is; whole is 1000."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._reached = 0

    def at(self, thousandth: float) -> None:
        """Say how much of the work is done (0-1000, never less than before); errors.Cancelled may come out of it."""
        self._reached = max(self._reached, int(thousandth))
        self._progress(self._reached, 1000)

    def between(self, low: float, high: float, total: int) -> Tick:
        """Give a function of the number done, out of `total`, for one stretch of the work."""
        return lambda done: self.at(low + (high - low) * done / max(1, total))
