"""Running heads and feet and page numbers of a PDF: what comes again in the margin zone, page after page, at the same height."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from db.importers.pdf_lines import Line, Sheet

PAGE_NUMBER = re.compile(
    r"[\s\-–—―·|.〔\[（(]*(?:第|共|page|p\.)?\s*(?:\d{1,4}|[ivxlc]{1,7}|[一二三四五六七八九十]{1,4})"
    r"(?:\s*页)?(?:\s*[,，/／]?\s*(?:of|共|/|／)?\s*\d{1,4}\s*页?)?[\s\-–—―·|.〕\]）)]*",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+|(?<![a-z])[ivxlc]+(?![a-z])")
_DEPTH = 4  # rows from the edge of a page that can belong to a running head
_ZONE = 0.16  # of a page's height, from the edge inwards, in which it can stand…
_EDGE = 0.09  # …and in which it must where only two pages show it
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}

_Key = tuple[bool, int, str]
_Row = list[Line]


@dataclass(frozen=True, slots=True)
class Running:
    """What was taken off one page: the texts of its head and of its foot, in the order they are read, and of stamps on it."""

    head: tuple[str, ...]
    foot: tuple[str, ...]
    stamps: tuple[str, ...]


@dataclass(slots=True)
class _Edge:
    """The rows of one page as seen from its head, or from its foot upwards."""

    number: int
    label: str
    rows: list[_Row]
    height: float
    top: bool
    width: float  # of all that is set on the page

    def is_wide(self, row: _Row) -> bool:
        """Whether a row fills the width of the page as a line of the text does, without a gap in it."""
        return len(row) == 1 and not row[0].cells and row[0].width > 0.85 * self.width

    def distance(self, row: _Row) -> float:
        """How far from the edge a row stands, in points."""
        return row[0].base if self.top else self.height - row[0].base

    def keys(self, row: _Row) -> set[_Key]:
        """Give what the same running line has in common on every page, in each way its numbers may follow the pages."""
        text = re.sub(r"\s+", "", _words(row)).lower()
        numbers = [_value(found[0]) for found in _NUMBER.finditer(text)]
        pattern = _NUMBER.sub("#", text)
        still = [str(value) for value in numbers]
        moving = [f"+{value - self.number}" for value in numbers]
        ways = [still, moving]
        if len(numbers) > 1:
            ways += [[*still[:-1], moving[-1]], [moving[0], *still[1:]]]
        height = round(self.distance(row) / 4)
        return {(self.top, height, f"{pattern} {' '.join(way)}") for way in ways}

    def outer(self, row: _Row) -> set[_Key]:
        """Give what rows have in common that hold the number of their page at one end, whatever else is in them."""
        words = _words(row).lower().split()
        ends = {word for word in (*words[:1], *words[-1:]) if _NUMBER.fullmatch(word)}
        return {(self.top, round(self.distance(row) / 4), f"@{_value(word) - self.number}") for word in ends}

    def is_numbered(self, row: _Row) -> bool:
        """Whether a row holds the page's own number or label."""
        found = {_value(each[0]) for each in _NUMBER.finditer(_words(row).lower())}
        label = _NUMBER.fullmatch(self.label.lower())
        return bool(found & {self.number + 1, _value(label[0]) if label else self.number + 1})


def take_running(sheets: Sequence[Sheet], labels: Sequence[str]) -> list[Running]:
    """Take running heads and feet off the pages, from the edge inwards; what is in doubt stays in the text."""
    every = [_rows(sheet) for sheet in sheets]
    widths = [
        max((line.right for line in sheet.lines), default=0.0) - min((line.left for line in sheet.lines), default=0.0)
        for sheet in sheets
    ]
    tops = [_Edge(n, labels[n], every[n], sheet.height, True, widths[n]) for n, sheet in enumerate(sheets)]
    feet = [_Edge(n, labels[n], every[n][::-1], sheet.height, False, widths[n]) for n, sheet in enumerate(sheets)]
    seen: Counter[_Key] = Counter()
    for edge in (*tops, *feet):
        seen.update({near for row in edge.rows[:_DEPTH] for key in edge.keys(row) | edge.outer(row) for near in _near(key)})
    size, leading = _usual(sheets)
    stamps = _stamps(sheets, size)
    found = []
    for sheet, top, foot in zip(sheets, tops, feet, strict=True):
        head = _running(top, seen, len(sheets), size, leading)
        foot.rows = foot.rows[: len(foot.rows) - len(head)]
        end = _running(foot, seen, len(sheets), size, leading)
        taken = {id(line) for row in (*head, *end) for line in row}
        across = [line for line in sheet.lines if id(line) not in taken and _place(line) in stamps]
        taken |= {id(line) for line in across}
        sheet.lines = [line for line in sheet.lines if id(line) not in taken]
        found.append(Running(tuple(map(_words, head)), tuple(map(_words, end[::-1])), tuple(line.plain for line in across)))
    return found


def _stamps(sheets: Sequence[Sheet], size: float) -> set[tuple[int, int, str]]:
    """Give what is set large at one place of nearly every page, as a stamp that is not turned."""
    seen: Counter[tuple[int, int, str]] = Counter()
    for sheet in sheets:
        seen.update({_place(line) for line in sheet.lines if line.size > 1.8 * size})
    return {place for place, times in seen.items() if times >= max(3, 0.6 * len(sheets))}


def _place(line: Line) -> tuple[int, int, str]:
    return round(line.left / 4), round(line.base / 4), line.plain


def _running(edge: _Edge, seen: Counter[_Key], pages: int, size: float, leading: float) -> list[_Row]:
    """Give the rows at one edge of a page that are its running head or foot."""
    found: list[_Row] = []
    sure = 0  # rows up to the last that is set apart from the text
    for n, row in enumerate(edge.rows[:_DEPTH]):
        words, distance = _words(row), edge.distance(row)
        large = max(line.size for line in row)
        if (
            distance > _ZONE * edge.height
            or len(words) > 120
            or large > 1.15 * size
            or (edge.is_wide(row) and large > 0.93 * size)
        ):
            break
        following = edge.rows[n + 1] if n + 1 < len(edge.rows) else []
        times = max(seen[key] for key in edge.keys(row))
        counted = max((seen[key] for key in edge.outer(row)), default=0) if len(words) <= 60 and not found else 0
        numbered = edge.is_numbered(row)
        alone = not found and PAGE_NUMBER.fullmatch(words) is not None
        apart = not following or _is_apart(row, following, leading)
        if (alone and (numbered or times > 1)) or (counted > 2 and apart):
            sure = n + 1
        elif times < 2 or _is_of_table(row, following):
            break
        elif times < 3:
            if pages > 5 and not numbered:
                break
            if distance > _EDGE * edge.height or not apart or found[sure:] or not (numbered or _is_slight(words, large, size)):
                break
            sure = n + 1
        elif apart or (not n and times >= 4 and times >= 0.6 * pages and (counted > 2 or not _NUMBER.search(words.lower()))):
            sure = n + 1
        found.append(row)
    return found[:sure]


def _is_slight(words: str, large: float, size: float) -> bool:
    """Whether a row is set smaller than the text and does not begin like a note."""
    return large < 0.95 * size and not re.match(r"[①-⑳*†‡\[〔（(]|\d{1,3}[.)、\s]", words)


def _is_apart(row: _Row, following: _Row, leading: float) -> bool:
    """Whether a row stands further from the next than lines of the text do, or is set in another size."""
    one, other = max(line.size for line in row), max(line.size for line in following)
    return abs(following[0].base - row[0].base) > 1.3 * leading or one < 0.93 * other


def _is_of_table(row: _Row, following: _Row) -> bool:
    """Whether a row has cells that stand right over or under those of the next one."""
    lefts = [left for line in row for left in (line.cells or (line.left,))]
    others = [left for line in following for left in (line.cells or (line.left,))]
    return len(lefts) > 1 and sum(any(abs(one - other) < 3 for other in others) for one in lefts) > 1


def _rows(sheet: Sheet) -> list[_Row]:
    """Give the lines of a page by height, those of one height together."""
    rows: list[_Row] = []
    for line in sorted(sheet.lines, key=lambda line: (line.base, line.left)):
        if rows and line.base - rows[-1][0].base <= 0.3 * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _words(row: _Row) -> str:
    return " ".join(line.plain.replace("\t", " ") for line in row)


def _near(key: _Key) -> Iterator[_Key]:
    """Give the keys that count as this one: the neighbouring heights too."""
    top, distance, words = key
    return ((top, distance + step, words) for step in (-1, 0, 1))


def _value(number: str) -> int:
    """Give the value of a number in digits or small Roman letters."""
    if number.isdecimal():
        return int(number[:9])
    values = [_ROMAN[letter] for letter in number]
    return sum(-one if one < other else one for one, other in zip(values, [*values[1:], 0], strict=True))


def _usual(sheets: Sequence[Sheet]) -> tuple[float, float]:
    """Give the size most of the text is set in and the usual step from line to line, in points."""
    sizes: Counter[float] = Counter()
    steps: list[float] = []
    for sheet in sheets:
        for line in sheet.lines:
            sizes[round(line.size * 2) / 2] += len(line.text)
        steps += [other.base - one.base for one, other in pairwise(sheet.lines) if one.chunk == other.chunk]
    size = sizes.most_common(1)[0][0] if sizes else 10.0
    near = [step for step in steps if 0.9 * size <= step <= 3 * size]
    return size, median(near) if near else 1.5 * size
