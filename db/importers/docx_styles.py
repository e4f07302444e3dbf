"""What the styles and numbering of a Word document say of its paragraphs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from db.importers.packed import local, value_of
from db.locators import numeral

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEADING = re.compile(r"(?:heading|标题|überschrift|titre)\s*([1-9])$", re.IGNORECASE)
_CIRCLED = [chr(0x2460 + n) for n in range(20)]
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_OFF = ("0", "false", "off", "none")


def child(element: _Element | None, *names: str) -> _Element | None:
    """Give the first child of a name, through several levels; None if one is missing."""
    for name in names:
        element = next((each for each in element if local(each) == name), None) if element is not None else None
    return element


def is_on(properties: _Element | None, name: str) -> bool | None:
    """Whether a property is switched on; None if nothing is said."""
    found = child(properties, name)
    return None if found is None else value_of(found, "val").lower() not in _OFF


@dataclass(slots=True)
class Style:
    """A paragraph or character style with what it takes over from the one it is based on."""

    name: str = ""
    outline: int = 0  # heading level from 1, 0 for none
    bold: bool = False
    italic: bool = False
    hidden: bool = False
    size: float = 0.0  # points
    numbering: tuple[str, int] = ("", 0)

    @property
    def kind(self) -> str:
        """What a paragraph of this style is: title, subtitle, quote, contents, code or ""."""
        name = self.name.lower()
        if name in ("title", "标题", "文章标题"):
            return "title"
        if name.startswith("toc") or name.startswith("目录"):
            return "contents"
        if "quote" in name or "引用" in name or name == "block text":
            return "quote"
        return "code" if name in ("html preformatted", "plain text code", "source code") else ""


def styles_in(root: _Element | None) -> dict[str, Style]:
    """Read the styles of a document by their id; "" is what holds where no style is named."""
    elements = {value_of(each, "styleId"): each for each in root if local(each) == "style"} if root is not None else {}
    found: dict[str, Style] = {}
    default = Style(size=_size(child(root, "docDefaults", "rPrDefault", "rPr")))
    for name in elements:
        _settle(name, elements, found, default, set())
    usual = next(
        (n for n, e in elements.items() if value_of(e, "type") == "paragraph" and value_of(e, "default") in ("1", "true")), ""
    )
    found[""] = found.get(usual, default)
    return found


def _size(run: _Element | None) -> float:
    text = value_of(child(run, "sz"), "val")
    return int(text) / 2 if text.isdecimal() else 0.0


def _settle(name: str, elements: dict[str, _Element], found: dict[str, Style], default: Style, above: set[str]) -> Style:
    if name in found or name not in elements or name in above:
        return found.get(name, default)
    element = elements[name]
    parent = value_of(child(element, "basedOn"), "val")
    base = _settle(parent, elements, found, default, above | {name}) if parent else default
    run, paragraph = child(element, "rPr"), child(element, "pPr")
    title = value_of(child(element, "name"), "val")
    level = value_of(child(paragraph, "outlineLvl"), "val")
    heading = _HEADING.match(title)
    outline = int(heading[1]) if heading else int(level) + 1 if level.isdecimal() and int(level) < 9 else base.outline
    bold, italic, hidden = (is_on(run, key) for key in ("b", "i", "vanish"))
    found[name] = Style(
        title,
        outline,
        base.bold if bold is None else bold,
        base.italic if italic is None else italic,
        base.hidden if hidden is None else hidden,
        _size(run) or base.size,
        numbering_of(paragraph) or base.numbering,
    )
    return found[name]


def numbering_of(paragraph: _Element | None) -> tuple[str, int] | None:
    """Give the list a paragraph's properties put it in, and its level from 0; None if they say nothing."""
    numbered = child(paragraph, "numPr")
    if numbered is None:
        return None
    level = value_of(child(numbered, "ilvl"), "val")
    return value_of(child(numbered, "numId"), "val"), min(8, int(level)) if level.isdecimal() else 0


@dataclass(slots=True)
class _Level:
    kind: str = "decimal"
    text: str = ""
    start: int = 1


@dataclass(slots=True)
class Numbers:
    """Counts the paragraphs of a document's lists."""

    _abstract: dict[str, dict[int, _Level]] = field(default_factory=dict)
    _of: dict[str, str] = field(default_factory=dict)
    _starts: dict[tuple[str, int], int] = field(default_factory=dict)
    _counts: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, root: _Element | None) -> Numbers:
        """Read the numbering of a document."""
        numbers = cls()
        for element in root if root is not None else ():
            if local(element) == "abstractNum":
                levels = {int(value_of(e, "ilvl") or 0): _level(e) for e in element if local(e) == "lvl"}
                numbers._abstract[value_of(element, "abstractNumId")] = levels
            elif local(element) == "num":
                numbers._of[value_of(element, "numId")] = value_of(child(element, "abstractNumId"), "val")
                for changed in (e for e in element if local(e) == "lvlOverride"):
                    start = value_of(child(changed, "startOverride"), "val")
                    if start.isdecimal():
                        numbers._starts[value_of(element, "numId"), int(value_of(changed, "ilvl") or 0)] = int(start)
        return numbers

    def next(self, number: str, level: int) -> str:
        """Give the label of the next paragraph of a list: 第一条, （二）, 1.2, •; "" where there is no such list."""
        abstract = self._of.get(number, "")
        levels = self._abstract.get(abstract, {})
        own = levels.get(level)
        if own is None:
            return ""
        if own.kind == "bullet":
            return "•"
        group = number if any(key[0] == number for key in self._starts) else abstract
        counts = self._counts.setdefault(group, [0] * 9)
        counts[level] = counts[level] + 1 if counts[level] else self._starts.get((number, level), own.start)
        counts[level + 1 :] = [0] * (8 - level)

        def numbered(found: re.Match[str]) -> str:
            place = int(found[1]) - 1
            one = levels.get(place, own)
            return spelled(counts[place] or one.start, "decimal" if own.kind == "decimalZero" else one.kind)

        return re.sub(r"%([1-9])", numbered, own.text).strip()


def _level(element: _Element) -> _Level:
    start = value_of(child(element, "start"), "val")
    kind = value_of(child(element, "numFmt"), "val") or "decimal"
    return _Level(kind, value_of(child(element, "lvlText"), "val"), int(start) if start.isdecimal() else 1)


def spelled(number: int, kind: str) -> str:
    """Write a number as a list numbers: decimal, roman, letters, Chinese."""
    lower = kind.lower()
    if lower.endswith("roman"):
        text = _roman(number)
        return text if kind.startswith("upper") else text.lower()
    if lower.endswith("letter"):
        text = chr(ord("A") + (number - 1) % 26) * (1 + (number - 1) // 26)
        return text if kind.startswith("upper") else text.lower()
    if lower.startswith(("chinese", "taiwanese", "japanesecounting", "ideographdigital", "japanesedigital", "koreancounting")):
        return numeral(number) if number < 100_000 else str(number)
    if lower.startswith("ideographtraditional"):
        return _STEMS[(number - 1) % 10]
    if lower.startswith("ideographzodiac"):
        return _BRANCHES[(number - 1) % 12]
    if "circle" in lower and 1 <= number <= 20:
        return _CIRCLED[number - 1]
    return "" if kind == "none" else str(number)


def _roman(number: int) -> str:
    signs = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"))
    text = ""
    for value, sign in (*signs, (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        count, number = divmod(min(number, 100_000), value)
        text += sign * count
    return text
