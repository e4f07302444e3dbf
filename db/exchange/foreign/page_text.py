"""The text of a page as a reading text, and where each of its characters went: for highlights are counted on the page's own.

A page's own text is all its text nodes one after another, as a browser counts them; a reading text has a line for each
block, without the blanks around it and without the scripts.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from html.parser import HTMLParser

from db.records import Block, BlockKind, Layout

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    {"p", "div", "section", "article", "ul", "ol", "li", "blockquote", "pre", "table", "tr", "td", "th", "hr", "br", "dl", "dt",
     "dd", "figure", "figcaption", "header", "footer", "main", "aside", "nav", "center", "form", "body", "caption", *_HEADINGS}
)  # fmt: skip
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "wbr", "col", "area", "base", "embed", "source", "track"})
_HIDDEN = frozenset({"script", "style", "template"})
_DEEPEST = 500  # of open elements; what is deeper counts as being so deep
_BLANK = {ord("\n"): " ", ord("\t"): " ", ord("\f"): " "}


@dataclass(frozen=True, slots=True)
class PageText:
    """A page's own text `raw`, its reading text, and the stretches that both have: (start in raw, start in text, length)."""

    raw: str
    text: str
    layout: Layout
    _stretches: tuple[tuple[int, int, int], ...]
    _bytes: tuple[int, ...]  # where each 1,000 code points of `raw` begin, in bytes

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """Give where a passage of `raw`, in code points, stands in the text; None where nothing of it does."""
        first = bisect_right(self._stretches, start, key=_start) - 1
        if first < 0 or start >= _end(self._stretches[first]):
            first += 1
        last = bisect_left(self._stretches, end, key=_start) - 1
        if not 0 <= start < end <= len(self.raw) or first > last:
            return None
        one, other = self._stretches[first], self._stretches[last]
        return one[1] + max(0, start - one[0]), other[1] + min(end - other[0], other[2])

    def code_point(self, offset: int) -> int | None:
        """Give the position of a UTF-8 byte of `raw` in code points; None outside it or inside a character."""
        if not 0 <= offset <= self._bytes[-1]:
            return None
        part = max(0, min(bisect_right(self._bytes, offset) - 1, len(self._bytes) - 2))
        inside = self.raw[part * _PART : part * _PART + _PART].encode()[: offset - self._bytes[part]]
        try:
            return part * _PART + len(inside.decode())
        except UnicodeDecodeError:
            return None


_PART = 1_000


def _start(stretch: tuple[int, int, int]) -> int:
    return stretch[0]


def _end(stretch: tuple[int, int, int]) -> int:
    return stretch[0] + stretch[2]


def read_page(html: str) -> PageText:
    """Read a page."""
    page = _Page()
    page.feed(html.replace("\0", "\ufffd").replace("\r\n", "\n").replace("\r", "\n"))
    page.close()
    page.break_line()
    raw = "".join(page.parts)
    lines, stretches, blocks, at = [], [], [], 0
    for start, end, kind, level, marker in page.lines:
        line = raw[start:end]
        bare = line.strip()
        if bare:
            begin = start + len(line) - len(line.lstrip())
            lines.append(bare.translate(_BLANK))
            stretches.append((begin, at, len(bare)))
            blocks.append(Block(kind, at, at + len(bare), level, marker))
            at += len(bare) + 1
    return PageText(raw, "\n".join(lines), Layout(tuple(blocks)), tuple(stretches), _offsets(raw))


def _offsets(raw: str) -> tuple[int, ...]:
    found = [0]
    for start in range(0, len(raw), _PART):
        found.append(found[-1] + len(raw[start : start + _PART].encode()))
    return tuple(found)


class _Page(HTMLParser):
    """Collects text nodes, and which stretches of them are lines of what kind."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.lines: list[tuple[int, int, BlockKind, int, str]] = []
        self._length = self._begin = 0
        self._open: list[str] = []
        self._numbers: list[int] = []  # of the items of open lists; 0 counts none
        self._marker = ""
        self._at_pre = False
        self._inked = False  # whether the line holds more than blanks

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.break_line()
        if tag in ("ul", "ol"):
            self._numbers.append(0 if tag == "ul" else 1)
        if tag == "li":
            number = self._numbers[-1] if self._numbers else 0
            self._marker = f"{number}." if number else "•"
            if number:
                self._numbers[-1] += 1
        if tag not in _VOID and len(self._open) < _DEEPEST:
            self._open.append(tag)
        self._at_pre = tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.break_line()
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        if tag in ("ul", "ol") and self._numbers:
            self._numbers.pop()

    def handle_data(self, data: str) -> None:
        self._take(data)
        self._at_pre = False

    def _take(self, data: str) -> None:
        if _HIDDEN & set(self._open):
            self.break_line()
            self._add(data)
            self._begin, self._inked = self._length, False
        elif "pre" in self._open:
            if self._at_pre and data.startswith("\n"):
                data = data[1:]  # HTML passes over a line end right behind the tag
            for number, line in enumerate(data.split("\n")):
                if number:
                    self.break_line()
                    self._add("\n")
                self._add(line)
        else:
            self._add(data)

    def _add(self, data: str) -> None:
        self.parts.append(data)
        self._length += len(data)
        self._inked = self._inked or not data.isspace()

    def break_line(self) -> None:
        """End the line here."""
        if self._length > self._begin and self._inked:
            kind, level, marker = self._kind()
            self.lines.append((self._begin, self._length, kind, level, marker))
            self._marker = "" if marker else self._marker
        self._begin, self._inked = self._length, False

    def _kind(self) -> tuple[BlockKind, int, str]:
        for tag in reversed(self._open):
            if tag in _HEADINGS:
                return "heading", _HEADINGS[tag], ""
            if tag == "li":
                return "item", max(1, len(self._numbers)), self._marker
            if tag == "blockquote":
                return "quote", 0, ""
            if tag == "pre":
                return "code", 0, ""
        return "paragraph", 0, ""
