"""Where the provisions and paragraphs of a text stand, and how a passage's place is written. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from db.folding import fold_query
from db.locators.canonical import NUMERAL, number, spell, steps_of
from db.records import Block, Layout

_HEAD = re.compile(
    rf"(?P<label>第\s*(?:[0-9]+|[{NUMERAL}]+)\s*(?P<kind>分编|编|章|节|条)(?:之[{NUMERAL}0-9]+)?)(?P<rest>.*)", re.DOTALL
)
_ENGLISH_HEAD = re.compile(
    r"(?P<label>(?P<kind>article|chapter|section|title|part|annex)\s+(?:[0-9]+[a-z]?|[ivxlc]+)\b)(?P<rest>.*)",
    re.DOTALL | re.IGNORECASE,
)
# What stands after 第十九条 where a sentence only begins with a mention of it.
_MENTION = re.compile(r"[的、，,和与及或至到第款项规所中之]")
_ITEM = re.compile(rf"\s*[（(]([{NUMERAL}]+|[0-9]+|[a-z])[）)]|\s*(\d+)[.．、]\s")
_HEADING_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Provision:
    """A heading or article of a statute: its label as written, canonical locator, extent (code points), level 1-5."""

    label: str
    canonical: str
    start: int
    end: int
    level: int


def outline(text: str, layout: Layout) -> list[Provision]:
    """List the parts, chapters, sections and articles of a statute in order; each extends until the next of its level."""
    heads: list[tuple[Block, str, str, int]] = []
    last = 0
    for block in layout.blocks:
        found = _head(text[block.start : block.end], block, last)
        if found:
            label, kind, value = found
            if kind == "art" and (counted := re.match(r"\d+", value)):
                last = int(counted.group())
            heads.append((block, label, f"{kind}{value}", _level(kind)))
    heads = _without_contents(text, heads)
    ends = [block.end for block in layout.blocks]
    provisions: list[Provision] = []
    path: list[tuple[int, str]] = []
    for i, (block, label, step, level) in enumerate(heads):
        path = [*((above, one) for above, one in path if above < level), (level, step)]
        canonical = step if level == _level("art") else "/".join(one for _, one in path)
        following = next((b.start for b, _, _, other in heads[i + 1 :] if other <= level), len(text) + 1)
        end = ends[bisect_right(ends, following - 1) - 1] if following <= len(text) else ends[-1]
        provisions.append(Provision(label, canonical, block.start, max(end, block.end), level))
    return provisions


class Paragraphs:
    """The paragraphs, headings and provisions of one text, to say where its passages are."""

    def __init__(self, text: str, layout: Layout) -> None:
        self._text = text
        self._blocks = layout.blocks
        self._starts = [block.start for block in layout.blocks]
        articles = [one for one in outline(text, layout) if one.level == _level("art")]
        self._articles = articles if len(articles) >= 3 else []
        self._article_starts = [one.start for one in self._articles]
        self._numbers: list[int] = []
        self._headings: list[int] = []
        counted, heading = 0, -1
        for i, block in enumerate(layout.blocks):
            if block.kind == "heading":
                heading = i
            elif text[block.start : block.end].strip():
                counted += 1
            self._numbers.append(counted)
            self._headings.append(heading)

    def at(self, position: int, language: str) -> str:
        """Say where a position is: provision, else heading and paragraph number."""
        i = bisect_right(self._starts, position) - 1
        if i < 0:
            return ""
        a = bisect_right(self._article_starts, position) - 1
        if a >= 0 and position <= self._articles[a].end:
            return spell(self._inside(self._articles[a], i), language)
        heading = self._headings[i]
        if heading == 0 and self._blocks[0].level <= 1:
            if i == 0:
                return "标题" if language.startswith("zh") else "Title"
            heading = -1
        words = ""
        if heading >= 0:
            words = _shortened(self._text[self._blocks[heading].start : self._blocks[heading].end])
        return words if heading == i else f"{words} ¶{max(1, self._numbers[i])}".strip()

    def _inside(self, article: Provision, block: int) -> str:
        """Give the canonical locator of a block inside an article: its paragraph and item."""
        first = bisect_right(self._starts, article.start) - 1
        paragraph, item, alone = 0, "", True
        for i in range(first, len(self._blocks)):
            text = self._text[self._blocks[i].start : self._blocks[i].end]
            if self._blocks[i].start > article.end or (i > block and not alone):
                break
            found = _ITEM.match(text) if i > first else None
            if i > first and text.strip():
                alone = False
            if i > block or not text.strip():
                continue
            if found and found[1]:
                item = str(number(found[1]) or found[1])
            else:
                paragraph, item = paragraph + 1, ""
        if alone:
            return article.canonical
        return f"{article.canonical}/p{paragraph}" + (f"/i{item}" if item else "")


def paragraph_locator(layout: Layout, start: int, text: str, language: str) -> str:
    """Say in a language where a position (code points) of a text is: 第十九条第二款, or heading and ¶5."""
    return _paragraphs(text, _Same(layout)).at(start, language)


class _Same:
    """A layout compared by identity: hashing all its blocks would cost more than what is remembered."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.layout is other.layout

    def __hash__(self) -> int:
        return id(self.layout)


@lru_cache(maxsize=4)
def _paragraphs(text: str, same: _Same) -> Paragraphs:
    return Paragraphs(text, same.layout)


def _level(kind: str) -> int:
    return {"annex": 1, "part": 1, "subpart": 2, "ch": 3, "sec": 4, "art": 5}[kind]


def _head(text: str, block: Block, last: int) -> tuple[str, str, str] | None:
    """Read the head of a provision at a block's start: (label, kind, number)."""
    stripped = text.lstrip()
    if not stripped[:1] or stripped[0] not in "第AaCcSsTtPp":
        return None
    found = _HEAD.match(stripped) or _ENGLISH_HEAD.match(stripped)
    steps = steps_of(fold_query(found["label"]), []) if found else []
    if not found or not steps:
        return None
    (kind, value), rest = steps[0], found["rest"]
    heading = block.kind == "heading" or (len(stripped) <= _HEADING_LENGTH and not stripped.rstrip().endswith(("。", "；", "，")))
    chinese = found["label"].startswith("第")
    if kind == "art" and chinese:
        apart = not rest or rest[0].isspace() or rest[0] in "【（(:："
        fits = apart or (value == str(last + 1) and not _MENTION.match(rest))
    else:
        fits = heading and (not rest.strip() or _opens(rest, chinese))
    return (" ".join(found["label"].split()), kind, value) if fits else None


def _opens(rest: str, chinese: bool) -> bool:
    """Whether what follows a number can be a title."""
    if chinese:
        return rest[0].isspace() or not _MENTION.match(rest)
    return rest[0] in ":.—–-\n" or (rest.lstrip()[:1].isupper() and rest[0].isspace())


def _without_contents(text: str, heads: list[tuple[Block, str, str, int]]) -> list[tuple[Block, str, str, int]]:
    """Leave out the entries of a table of contents: headings that come again, word for word, further down."""
    words = ["".join(text[block.start : block.end].split()) for block, *_ in heads]
    article = next((i for i, head in enumerate(heads) if head[3] == _level("art")), len(heads))
    return [head for i, head in enumerate(heads) if i >= article or words[i] not in words[i + 1 :]]


def _shortened(text: str, length: int = 24) -> str:
    words = " ".join(text.split())
    return words if len(words) <= length else words[: length - 1] + "…"
