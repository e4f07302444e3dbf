"""Where the provisions and paragraphs of a text stand, and how a passage's place is written. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache

from db.folding import fold_query
from db.locators.canonical import NUMERAL, number, spell, step_of, steps_of
from db.locators.paragraphs import begins_with_title, is_blank, paragraph_numbers
from db.records import Block, Layout

_HEAD = re.compile(
    rf"(?P<label>第\s*(?P<number>[0-9]+|[{NUMERAL}]+)\s*(?P<kind>分编|编|章|节|条)(?:之(?P<after>[{NUMERAL}0-9]+))?)(?P<rest>.*)",
    re.DOTALL,
)
_ENGLISH_HEAD = re.compile(
    r"(?P<label>(?P<kind>article|chapter|section|title|part|annex)\s+(?:[0-9]+[a-z]?|[ivxlc]+)\b)(?P<rest>.*)",
    re.DOTALL | re.IGNORECASE,
)
_KINDS = {"分编": "subpart", "编": "part", "章": "ch", "节": "sec", "条": "art"}
# What stands after 第十九条 where a sentence only begins with a mention of it.
_MENTION = re.compile(r"[的、，,和与及或至到第款项规所中之]")
_ITEM = re.compile(rf"\s*[（(]([{NUMERAL}]+|[0-9]+|[a-z])[）)]|\s*(\d+)[.．、]\s")
_LABEL = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_HEADING_LENGTH = 60
# The level of an article (条); parts, chapters and sections stand above it.
ARTICLE = 5
# A block that begins a provision: (block, label as written, step of its canonical locator, level).
Head = tuple[Block, str, str, int]


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
    heads = without_contents(text, heads_of(text, layout))
    provisions: list[Provision] = []
    path: list[tuple[int, str]] = []
    for (block, label, step, level), end in zip(heads, _ends(heads, layout.blocks, len(text)), strict=True):
        path = [*((above, one) for above, one in path if above < level), (level, step)]
        canonical = step if level == ARTICLE else "/".join(one for _, one in path)
        provisions.append(Provision(label, canonical, block.start, max(end, block.end), level))
    return provisions


def heads_of(text: str, layout: Layout) -> list[Head]:
    """List the blocks that begin a provision, the entries of a table of contents too."""
    heads: list[Head] = []
    last = 0
    for block in layout.blocks:
        found = _head(text[block.start : block.end], block, last)
        if found:
            label, kind, value = found
            if kind == "art" and (counted := re.match(r"\d+", value)):
                last = int(counted.group())
            heads.append((block, label, f"{kind}{value}", _level(kind)))
    return heads


def _ends(heads: list[Head], blocks: tuple[Block, ...], length: int) -> list[int]:
    """Give where each head's provision ends: with the last block before the next head of its level or one above."""
    ends = [block.end for block in blocks]
    found: list[int] = []
    following = [length + 1] * (ARTICLE + 1)  # by level: where the next head of that level or above begins
    for block, _label, _step, level in reversed(heads):
        after = following[level]
        found.append(ends[bisect_right(ends, after - 1) - 1] if after <= length else ends[-1])
        following[level:] = [block.start] * (ARTICLE + 1 - level)
    return found[::-1]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage is: on a page or in a provision (canonical), else under a heading in paragraphs first to last."""

    provision: str = ""
    heading: str = ""
    first: int = 0
    last: int = 0
    in_title: bool = False

    def spelled(self, language: str) -> str:
        """Write it in a language: 第十九条第二款, Art. 19(2), 小标题 ¶5–6."""
        if self.provision and not self.heading:
            return spell(self.provision, language)
        if self.in_title and not self.first:
            return "标题" if language.startswith("zh") else "Title"
        numbers = f"¶{self.first}" + (f"–{self.last}" if self.last > self.first else "") if self.first else ""
        return f"{self.heading} {numbers}".strip()


class Paragraphs:
    """The paragraphs, headings and provisions of one text, to say where its passages are and to find them again.

    `title` is the article's: a first line that says it is no paragraph, whatever the layout makes of it.
    """

    def __init__(self, text: str, layout: Layout, title: str = "") -> None:
        self._text = text
        self._blocks = layout.blocks
        self._starts = [block.start for block in layout.blocks]
        self.provisions = outline(text, layout)
        articles = [one for one in self.provisions if one.level == ARTICLE]
        self._articles = articles if len(articles) >= 3 else []
        self._article_starts = [one.start for one in self._articles]
        self._parts: dict[int, list[tuple[int, str]]] = {}
        self._page_starts = [start for _, start in layout.pages]
        self._page_steps = [_page_step(label, number) for number, (label, _) in enumerate(layout.pages, 1)]
        self._titled = begins_with_title(text, title)
        self._numbers = paragraph_numbers(text, layout.blocks, title)
        self._headings: list[int] = []
        heading = -1
        for i, block in enumerate(layout.blocks):
            if block.kind == "heading" or (self._titled and block.start == 0):
                heading = i
            self._headings.append(heading)

    def at(self, position: int, language: str) -> str:
        """Say in a language where a position (code points) is."""
        return self.place(position, position).spelled(language)

    def place(self, start: int, end: int) -> Place:
        """Tell where text[start:end] is: its page, else its provision, or a range of them; else its heading and paragraphs."""
        while start < end and self._text[start].isspace():
            start += 1
        while start < end and self._text[end - 1].isspace():
            end -= 1
        if page := self._page(start, max(start, end - 1)):
            return Place(page)
        i = bisect_right(self._starts, start) - 1
        if i < 0:
            return Place()
        last = max(i, bisect_right(self._starts, max(start, end - 1)) - 1)
        one, other = (bisect_right(self._article_starts, at) - 1 for at in (start, self._starts[last]))
        if one >= 0 and start <= self._articles[one].end:
            return Place(_range(self._inside(one, i), self._inside(other, last)))
        return self._under_heading(i, last)

    def _page(self, first: int, last: int) -> str:
        """Give the canonical locator of the pages of two positions; "" in a text without pages or before the first of them."""
        one, other = (bisect_right(self._page_starts, at) - 1 for at in (first, last))
        return _range(self._page_steps[one], self._page_steps[other]) if one >= 0 else ""

    def _page_at(self, canonical: str) -> tuple[int, int] | None:
        """Give the extent of a page by its canonical locator."""
        if canonical not in self._page_steps:
            return None
        place = self._page_steps.index(canonical)
        ends = [*self._page_starts[1:], len(self._text) + 1]
        return self._page_starts[place], ends[place] - 1

    def _under_heading(self, i: int, last: int) -> Place:
        heading = self._headings[i]
        titled = heading == 0 and (self._titled or self._blocks[0].level <= 1)
        words = "" if heading < 0 or titled else shortened(self._text[self._blocks[heading].start : self._blocks[heading].end])
        first, final = max(1, self._numbers[i]), self._numbers[last]
        if heading == i:
            # A passage that begins in a heading is in the paragraphs after it, if it reaches them.
            if final <= self._numbers[i]:
                return Place(self._heading_provision(i), words, in_title=titled)
            first = self._numbers[i] + 1
        return Place("", words, first, max(first, final), titled)

    def _heading_provision(self, block: int) -> str:
        return next((one.canonical for one in self.provisions if one.start == self._starts[block]), "")

    @cached_property
    def units(self) -> tuple[tuple[int, int], ...]:
        """The extents (code points) of the paragraphs (款, with their items) and items (项) of a statute's articles, by start.

        What stands outside the articles is a unit block by block; no units where there are no articles.
        """
        units: list[tuple[int, int]] = []
        article = whole = -1  # the article a block is in, and the place in `units` of the paragraph that may have items
        for block in self._blocks if self._articles else ():
            text = self._text[block.start : block.end]
            if not text.strip():
                continue
            within = bisect_right(self._article_starts, block.start) - 1
            within = within if within >= 0 and block.start <= self._articles[within].end else -1
            if within != article or within < 0:
                article, whole = within, -1
            found = _ITEM.match(text) if whole >= 0 else None
            end = block.start + len(text.rstrip())
            if found and found[1]:
                units[whole] = units[whole][0], end
            else:
                whole = len(units) if within >= 0 else -1
            units.append((block.start + len(text) - len(text.lstrip()), end))
        return tuple(units)

    def _inside(self, article: int, block: int) -> str:
        """Give the canonical locator of a block inside an article: its paragraph and item."""
        parts = self._parts_of(article)
        return parts[max(0, bisect_right(parts, block, key=_block_of) - 1)][1]

    def _parts_of(self, article: int) -> list[tuple[int, str]]:
        """List the blocks of an article that are not blank, each with its canonical locator."""
        if article not in self._parts:
            whole = self._articles[article]
            first = bisect_right(self._starts, whole.start) - 1
            found, paragraph, item = [], 0, ""
            for i in range(first, bisect_right(self._starts, whole.end)):
                if is_blank(self._text, self._blocks[i]):
                    continue
                mark = _ITEM.match(self._text, self._blocks[i].start, self._blocks[i].end) if i > first else None
                if mark and mark[1]:
                    item = f"/i{number(mark[1]) or mark[1]}"
                else:
                    paragraph, item = paragraph + 1, ""
                found.append((i, f"{whole.canonical}/p{paragraph}{item}"))
            self._parts[article] = found if len(found) > 1 else [(first, whole.canonical)]
        return self._parts[article]

    def find(self, canonical: str) -> tuple[int, int] | None:
        """Find what a canonical locator points to, or the smallest unit around it: (start, end); None without its article."""
        if page := self._page_at(re.split(r"\+|\.\.", canonical)[0]):
            return page
        steps = re.split(r"\+|\.\.", canonical)[0].split("/")
        head = next((i for i, step in enumerate(steps) if step.startswith("art")), len(steps) - 1)
        found = next((one for one in self.provisions if _names(one.canonical.split("/"), steps[: head + 1])), None)
        if found is None:
            return None
        start = bisect_right(self._article_starts, found.start) - 1
        is_article = start >= 0 and self._articles[start] is found
        for length in range(len(steps), head + 1, -1) if is_article else ():
            wanted = "/".join(steps[:length])
            inside = [block for block, path in self._parts_of(start) if f"{path}/".startswith(f"{wanted}/")]
            if inside:
                return self._starts[inside[0]], self._blocks[inside[-1]].end
        return found.start, found.end


def _page_step(label: str, number: int) -> str:
    """Write a page's label as a step of a canonical locator; its number in the file where a label cannot be one."""
    return f"page{label.lower() if _LABEL.fullmatch(label) else number}"


def _block_of(part: tuple[int, str]) -> int:
    return part[0]


def _names(path: list[str], steps: list[str]) -> bool:
    """Whether a provision of this path is the one that steps name, which may leave out what encloses it: ch2 of part1/ch2."""
    rest = iter(path)
    return path[-1:] == steps[-1:] and all(step in rest for step in steps)


def _range(first: str, last: str) -> str:
    """Join the locators of a passage's beginning and end: art2/p1..2, art2..3, art2."""
    if first == last:
        return first
    one, other = first.split("/"), last.split("/")
    same = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if same == min(len(one), len(other)):
        return "/".join(one[:same])
    (kind, low), (_kind, high) = step_of(one[same]), step_of(other[same])
    return "/".join([*one[:same], f"{kind}{low}..{high}"])


def paragraph_locator(layout: Layout, start: int, text: str, language: str, end: int | None = None, title: str = "") -> str:
    """Say in a language where a position, or text[start:end], is: 第十九条第二款, or heading and ¶5–6 (code points)."""
    return place_of(layout, text, start, start if end is None else end, title).spelled(language)


def place_of(layout: Layout, text: str, start: int, end: int, title: str = "") -> Place:
    """Tell where text[start:end] is (code points) in an article of a title; what is worked out for a text is remembered."""
    return _paragraphs(text, _Same(layout), title).place(start, end)


def provision_units(text: str, layout: Layout) -> tuple[tuple[int, int], ...]:
    """Give `Paragraphs.units` of a text: the smallest provisions, by start, none where it is no statute."""
    return _paragraphs(text, _Same(layout), "").units


class _Same:
    """A layout compared by identity: hashing all its blocks would cost more than what is remembered."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.layout is other.layout

    def __hash__(self) -> int:
        return id(self.layout)


@lru_cache(maxsize=4)
def _paragraphs(text: str, same: _Same, title: str) -> Paragraphs:
    return Paragraphs(text, same.layout, title)


def _level(kind: str) -> int:
    return {"annex": 1, "part": 1, "subpart": 2, "ch": 3, "sec": 4, "art": ARTICLE}[kind]


def _head(text: str, block: Block, last: int) -> tuple[str, str, str] | None:
    """Read the head of a provision at a block's start: (label, kind, number)."""
    stripped = text.lstrip()
    if not stripped[:1] or stripped[0] not in "第AaCcSsTtPp":
        return None
    found = _HEAD.match(stripped) or _ENGLISH_HEAD.match(stripped)
    step = _step(found) if found else None
    if not found or not step:
        return None
    (kind, value), rest = step, found["rest"]
    heading = block.kind == "heading" or (len(stripped) <= _HEADING_LENGTH and not stripped.rstrip().endswith(("。", "；", "，")))
    chinese = found["label"].startswith("第")
    if kind == "art" and chinese:
        apart = not rest or rest[0].isspace() or rest[0] in "【（(:："
        fits = apart or (value == str(last + 1) and not _MENTION.match(rest))
    else:
        fits = heading and (not rest.strip() or _opens(rest, chinese))
    return (" ".join(found["label"].split()), kind, value) if fits else None


def _step(found: re.Match[str]) -> tuple[str, str] | None:
    """Read the number of a head: (kind, number)."""
    if "after" in found.re.groupindex:
        inserted = f"-{number(found['after'])}" if found["after"] else ""
        return _KINDS[found["kind"]], f"{number(found['number'])}{inserted}"
    steps = steps_of(fold_query(found["label"]), [])
    return steps[0] if steps else None


def _opens(rest: str, chinese: bool) -> bool:
    """Whether what follows a number can be a title."""
    if chinese:
        return rest[0].isspace() or not _MENTION.match(rest)
    return rest[0] in ":.—–-\n" or (rest.lstrip()[:1].isupper() and rest[0].isspace())


def without_contents(text: str, heads: list[Head]) -> list[Head]:
    """Leave out the entries of a table of contents: headings that come again, word for word, further down."""
    words = ["".join(text[block.start : block.end].split()) for block, *_ in heads]
    article = next((i for i, head in enumerate(heads) if head[3] == ARTICLE), len(heads))
    last = {word: i for i, word in enumerate(words)}
    return [head for i, head in enumerate(heads) if i >= article or last[words[i]] == i]


def shortened(text: str, length: int = 24) -> str:
    """Give words on one line, at most so many code points."""
    words = " ".join(text.split())
    return words if len(words) <= length else words[: length - 1] + "…"
