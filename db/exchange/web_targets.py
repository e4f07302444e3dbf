"""What the target of a W3C Web Annotation points at, however it is said: positions, quotes, lines, ranges, one within another.

Several selectors of one target are ways of saying the same place: the first that finds one counts. Ways of pointing that mean
nothing on a reading text (XPath, CSS, SVG…) are named, so that it can be told. Lines and characters: RFC 5147.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from db.anchors import Quotes
from db.exchange.landing import Spot
from db.exchange.web_parts import WITHIN, TooDeep, kinds_of, number_of, storable, words_of
from db.records import Anchor

_PLAIN = re.compile(r"(char|line)=(\d{0,15})(,?)(\d{0,15})")
_TEXT = ":~:text="
_SPECIFIC = ("items", "default")


@dataclass(frozen=True, slots=True)
class Lines:
    """Whole lines, from the one that begins after so many up to that many; None is the text's end."""

    first: int
    last: int | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """From where one passage begins to where another begins, or ends."""

    start: Way
    end: Way
    inclusive: bool


@dataclass(frozen=True, slots=True)
class Within:
    """A passage of a passage; positions are counted from where the outer one begins."""

    outer: Way
    inner: Way


Way = Anchor | Lines | Stretch | Within
Find = Callable[[Anchor], Spot | None]


@dataclass(frozen=True, slots=True)
class Pointing:
    """The ways in which a target points at a passage, and the kinds of selectors that say nothing here; neither: the whole."""

    ways: tuple[Way, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def anchor(self) -> Anchor | None:
        """The first position or quote."""
        return next((way for way in self.ways if isinstance(way, Anchor)), None)

    @property
    def quote(self) -> str:
        """The words pointed at, as far as they are said."""
        return next((way.exact for way in self.ways if isinstance(way, Anchor) and way.exact), "")

    def counted(self, code_points: Callable[[int], int]) -> Pointing:
        """Give the same with other positions."""
        return replace(self, ways=tuple(_counted(way, code_points) for way in self.ways))


def pointing_of(target: Any) -> Pointing:
    """Read the selectors of a target, or the fragment of its address; raises TooDeep."""
    if isinstance(target, dict) and target.get("selector") is not None:
        ways, unread = _ways(target["selector"], 0)
        return Pointing(tuple(ways), tuple(dict.fromkeys(unread)))
    source = target.get("source", target.get("id", "")) if isinstance(target, dict) else target
    address = source if isinstance(source, str) else words_of(source, "id")
    way = _of_fragment(address.partition("#")[2])
    return Pointing((way,) if way else ())


def _ways(selector: Any, depth: int) -> tuple[list[Way], list[str]]:
    if depth > WITHIN:
        raise TooDeep("selectors that are nested too deep")
    if isinstance(selector, list):
        return _alternatives(selector, depth)
    if isinstance(selector, str):
        way = _of_fragment(selector.partition("#")[2])
        return ([way], []) if way else ([], ["IRI"])
    if not isinstance(selector, dict):
        return [], [type(selector).__name__]
    inside = [selector[name] for name in _SPECIFIC if selector.get(name) is not None]
    if inside:
        return _alternatives(inside, depth)
    return _refined(selector, depth)


def _alternatives(several: list[Any], depth: int) -> tuple[list[Way], list[str]]:
    """Read selectors of one place; a position and a quote become one anchor."""
    ways: list[Way] = []
    unread: list[str] = []
    for each in several:
        more, kinds = _ways(each, depth + 1)
        unread += kinds
        for way in more:
            mate = next((at for at, one in enumerate(ways) if _are_mates(one, way)), None)
            if mate is None:
                ways.append(way)
            else:
                ways[mate] = _joined(ways[mate], way)
    return ways, unread


def _are_mates(one: Way, other: Way) -> bool:
    if not isinstance(one, Anchor) or not isinstance(other, Anchor):
        return False
    return (one.start < 0) != (other.start < 0) and bool(one.exact) != bool(other.exact)


def _joined(one: Way, other: Way) -> Way:
    position, quote = (one, other) if isinstance(one, Anchor) and one.start >= 0 else (other, one)
    if isinstance(position, Anchor) and isinstance(quote, Anchor):
        return Anchor(position.start, position.end, quote.exact, quote.prefix, quote.suffix)
    return one


def _refined(selector: Mapping[str, Any], depth: int) -> tuple[list[Way], list[str]]:
    outer = _said(selector, depth)
    if selector.get("refinedBy") is None:
        return ([outer], []) if outer else ([], list(kinds_of(selector)) or ["Selector"])
    inner, unread = _ways(selector["refinedBy"], depth + 1)
    if outer is not None:
        return [Within(outer, each) for each in inner] or [outer], unread
    # In what cannot be told here positions mean nothing, but words do.
    quotes = [way for way in inner if not isinstance(way, Anchor) or way.exact]
    quotes = [replace(way, start=-1, end=-1) if isinstance(way, Anchor) else way for way in quotes]
    return quotes, unread if quotes else [*kinds_of(selector), *unread]


def _said(selector: Mapping[str, Any], depth: int) -> Way | None:
    """Read one selector; None for one that says nothing here."""
    kinds = kinds_of(selector)
    if "TextQuoteSelector" in kinds and (exact := storable(selector.get("exact"))):
        return Anchor(-1, -1, exact, storable(selector.get("prefix")), storable(selector.get("suffix")))
    if "TextPositionSelector" in kinds:
        start, end = number_of(selector.get("start")), number_of(selector.get("end"))
        return Anchor(max(start, -1), end, "") if start is not None and end is not None else None
    if "FragmentSelector" in kinds:
        return _of_fragment(words_of(selector, "value").removeprefix("#"))
    if "RangeSelector" in kinds and "startSelector" in selector:
        starts, ends = (_ways(selector.get(name), depth + 1)[0] for name in ("startSelector", "endSelector"))
        return Stretch(starts[0], ends[0], inclusive=False) if starts and ends else None
    return None


def _of_fragment(fragment: str) -> Way | None:
    """Read a fragment of an address: of plain text (RFC 5147), or of text as browsers write it (#:~:text=)."""
    if _TEXT in fragment:
        return _of_text(fragment.partition(_TEXT)[2].partition("&")[0])
    found = _PLAIN.match(fragment)
    if not found or not (found[2] or found[4]):
        return None
    first = int(found[2] or 0)
    last = int(found[4]) if found[4] else None if found[3] else first
    if found[1] == "line":
        return Lines(first, last)
    return Anchor(first, _END if last is None else last, "")


_END = 1 << 60  # stands for the end of a text


def _of_text(words: str) -> Way | None:
    parts = words.split(",")
    prefix = unquote(parts.pop(0)[:-1]) if parts[0].endswith("-") else ""
    suffix = unquote(parts.pop()[1:]) if parts and parts[-1].startswith("-") else ""
    said = [unquote(part) for part in parts if part]
    if len(said) == 1:
        return Anchor(-1, -1, said[0], prefix, suffix)
    if len(said) == 2:
        return Stretch(Anchor(-1, -1, said[0], prefix), Anchor(-1, -1, said[1], "", suffix), inclusive=True)
    return None


def _counted(way: Way, code_points: Callable[[int], int]) -> Way:
    if isinstance(way, Anchor) and way.start >= 0:
        return replace(way, start=code_points(way.start), end=code_points(way.end))
    if isinstance(way, Stretch):
        return replace(way, start=_counted(way.start, code_points), end=_counted(way.end, code_points))
    return replace(way, outer=_counted(way.outer, code_points)) if isinstance(way, Within) else way


# Finding


def located(pointing: Pointing, text: str, find: Find) -> Spot | None:
    """Give the place of the first way that finds one; `find` looks for an anchor on the text, in code points."""
    unsure = None
    for way in pointing.ways:
        spot = _located(way, text, find)
        if spot is not None and spot.how != "review":
            return spot
        unsure = unsure or spot
    return unsure


def _located(way: Way, text: str, find: Find) -> Spot | None:
    if isinstance(way, Anchor):
        return find(replace(way, end=min(way.end, len(text))) if way.end == _END else way)
    if isinstance(way, Lines):
        return _of_lines(way, text, find)
    if isinstance(way, Stretch):
        one, other = _located(way.start, text, find), _located(way.end, text, find)
        end = None if other is None else other.end if way.inclusive else other.start
        return _between(one, end, other)
    outer = _located(way.outer, text, find)
    if outer is None or outer.start is None or outer.end is None:
        return None
    start = outer.start
    quotes = Quotes(text[start : outer.end])
    inner = _located(way.inner, quotes.text, lambda anchor: _inside(outer, quotes, anchor))
    if inner is None or inner.start is None or inner.end is None:
        return None
    return replace(inner, start=inner.start + start, end=inner.end + start)


def _of_lines(way: Lines, text: str, find: Find) -> Spot | None:
    starts = [0, *(at + 1 for at, letter in enumerate(text) if letter == "\n")]
    last = len(starts) if way.last is None else max(way.last, way.first + 1)
    if way.first >= len(starts):
        return None
    return find(Anchor(starts[way.first], starts[last] - 1 if last < len(starts) else len(text), ""))


def _between(one: Spot | None, end: int | None, other: Spot | None) -> Spot | None:
    if one is None or other is None or one.start is None or end is None or one.start >= end:
        return None
    how = "review" if "review" in (one.how, other.how) else one.how
    return replace(one, end=end, how=how)


def _inside(outer: Spot, quotes: Quotes, anchor: Anchor) -> Spot | None:
    """Find an anchor in a passage, in positions of the passage."""
    text = quotes.text
    if not anchor.exact:
        inside = 0 <= anchor.start < anchor.end <= len(text)
        return replace(outer, start=anchor.start, end=anchor.end) if inside else None
    found = quotes.find(anchor)
    if found.start is None or found.end is None:
        return None
    how = "review" if found.status == "review" else outer.how
    return replace(outer, start=found.start, end=found.end, how=how)


# Units


def positions_and_quotes(pointing: Pointing) -> Iterator[Anchor]:
    """Yield what says both a position and the words there, by which the unit of positions can be proven."""
    for way in pointing.ways:
        if isinstance(way, Anchor) and way.start >= 0 and way.exact:
            yield way
