"""What is painted under the text: fills and lanes of marks, hits of a search, the passage just revealed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop.reader.document import Sheet
from desktop.reader.intervals import Intervals, Mark
from desktop.reader.lines import Line
from desktop.theme import Theme, blend, contrast

Span = tuple[int, int]
LANES = 4  # underlines and lanes of the margin; of further marks only the number is told
READABLE = 4.5  # the least contrast of words with what they stand on (WCAG 2.2, AA)
_FILLS = 2
_DASHES, _DOTS = (4.0, 2.5), (1.5, 2.5)
_ROUND = 2.5


class Stretch(NamedTuple):
    """Where the same marks fill, the longest first; whether another stretch follows at once."""

    start: int
    end: int
    marks: tuple[Mark, ...]
    joined: bool


def stretches(marks: Iterable[Mark], most: int = _FILLS, current: int | None = None) -> Iterator[Stretch]:
    """Give which marks fill which stretch: the shortest of those that overlap there, at most so many, the current on top."""
    turns: dict[int, tuple[list[Mark], list[Mark]]] = {}
    for mark in marks:
        turns.setdefault(mark.start, ([], []))[0].append(mark)
        turns.setdefault(mark.end, ([], []))[1].append(mark)
    active: list[tuple[int, int, Mark]] = []  # the shortest first
    since = 0
    chosen: tuple[Mark, ...] = ()
    for turn in sorted(turns):
        for mark in turns[turn][1]:
            del active[bisect_left(active, _length(mark), key=_first_two)]
        for mark in turns[turn][0]:
            insort(active, (*_length(mark), mark), key=_first_two)
        now = tuple(each[2] for each in reversed(active[:most]))
        if current is not None:
            now = _raised(now, next((each[2] for each in active if each[2].id == current), None))
        if now != chosen:
            if chosen:
                yield Stretch(since, turn, chosen, bool(now))
            since, chosen = turn, now


def _raised(chosen: tuple[Mark, ...], current: Mark | None) -> tuple[Mark, ...]:
    """Put the current mark on top, in the place of the longest where it was not among those that fill."""
    if current is None:
        return chosen
    others = tuple(mark for mark in chosen if mark is not current)
    return (*(others if current in chosen else others[1:]), current)


def _length(mark: Mark) -> tuple[int, int]:
    return mark.end - mark.start, mark.id


def _first_two(active: tuple[int, int, Mark]) -> tuple[int, int]:
    return active[0], active[1]


def readable(ground: QColor, base: QColor, words: Iterable[QColor]) -> QColor:
    """Give a ground, thinned towards the base no further than all words that stand on it need to be read."""
    several = list(words)
    for twentieth in range(20, 0, -1):
        thinned = blend(ground, base, twentieth / 20)
        if all(contrast(each, thinned) >= READABLE for each in several):
            return thinned
    return QColor(base)


class Highlights:
    """Marks, hits and what is under the pointer, and how they look on the lines of a page."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.marks = Intervals()
        self.hits: Sequence[Span] = ()
        self.current_hit = -1
        self.current: int | None = None
        self.hovered: int | None = None
        self.flash: Span | None = None

    @property
    def theme(self) -> Theme:
        """The theme whose colours are painted."""
        return self._theme

    @theme.setter
    def theme(self, theme: Theme) -> None:
        self._theme = theme
        self._grounds: dict[object, QColor] = {}
        self._pens: dict[object, QPen] = {}

    def strength(self, mark: Mark) -> str:
        """Give how strongly a mark is painted now: current, hover, rest, aside (the pointer is on another) or faded."""
        if mark.id == self.current:
            return "current"
        if mark.id == self.hovered:
            return "hover"
        if mark.dim:
            return "faded"
        return "rest" if self.hovered is None else "aside"

    def ground(self, washes: Sequence[tuple[str, str]], words: Sequence[str] = ()) -> QColor:
        """Give the opaque colour of fills, (branch, strength) from below, on which text and words of these colours are read."""
        key = (*washes, *words)
        if key not in self._grounds:
            ground = self._theme.colour("base")
            for branch, strength in washes:
                ground = blend(self._theme.branch(branch), ground, self._theme.strengths[strength] / 100)
            self._grounds[key] = self._readable(ground, words)
        return self._grounds[key]

    def hit_ground(self, token: str, words: Sequence[str] = ()) -> QColor:
        """Give the opaque colour of a hit (search_hit, current_hit) or of what was just revealed (accent), to be read on."""
        key = (token, *words)
        if key not in self._grounds:
            ground = self._theme.colour(token)
            if token == "accent":
                ground = blend(ground, self._theme.colour("base"), self._theme.strengths["hover"] / 100)
            self._grounds[key] = self._readable(ground, words)
        return self._grounds[key]

    def _readable(self, ground: QColor, words: Sequence[str]) -> QColor:
        return readable(ground, self._theme.colour("base"), [self._theme.colour("text"), *map(QColor, words)])

    def label_colour(self, strength: str) -> QColor:
        """Give the colour of a label's words: as faint as can still be read for what is faded."""
        base, muted = self._theme.colour("base"), self._theme.colour("muted")
        if strength in ("current", "hover"):
            return self._theme.colour("text")
        if strength != "faded":
            return muted
        steps = (blend(muted, base, twentieth / 20) for twentieth in range(12, 20))
        return next((colour for colour in steps if contrast(colour, base) >= READABLE), muted)

    def pen(self, mark: Mark) -> QPen:
        """Give the pen of a mark's lane: thinner for another coder's, dashed if unsure, dotted and grey without a code."""
        key = mark.branch, self.strength(mark), mark.own, mark.unsure, bool(mark.label)
        if key not in self._pens:
            self._pens[key] = self._made_pen(mark, key[1])
        return self._pens[key]

    def _made_pen(self, mark: Mark, strength: str) -> QPen:
        colour = self._theme.branch(mark.branch) if mark.label else self._theme.colour("muted")
        if strength not in ("current", "hover"):  # opaque, which Qt paints many times as fast
            thinned = self._theme.strengths["hover" if strength == "faded" else "lane"] / 100
            colour = blend(colour, self._theme.colour("base"), thinned)
        pen = QPen(colour, (1.5 if mark.own else 1.0) * (1.5 if strength == "current" else 1.0))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if not mark.label:
            pen.setDashPattern(_DOTS)
        elif mark.unsure:
            pen.setDashPattern(_DASHES)
        return pen

    def paint(self, painter: QPainter, lines: Sequence[Line], sheet: Sheet) -> None:
        """Paint under the lines in view; the painter is in document coordinates."""
        if not lines:
            return
        brush = _Brush(painter, lines, sheet)
        from_qt = sheet.positions.from_qt
        start, end = from_qt(brush.start), from_qt(brush.end)
        visible = self.marks.overlapping(start, end + 1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for each in stretches(visible, current=self.current):
            washes = [(mark.branch, self.strength(mark)) for mark in each.marks]
            brush.fill(each.start, each.end, self.ground(washes, brush.words(each.start, each.end)), each.joined)
        if self.flash:
            brush.fill(*self.flash, self.hit_ground("accent", brush.words(*self.flash)))
        first = bisect_right(self.hits, start, key=_end_of)
        for index in range(first, bisect_left(self.hits, end, key=_start_of)):
            hit = self.hits[index]
            brush.fill(*hit, self.hit_ground("current_hit" if index == self.current_hit else "search_hit", brush.words(*hit)))
        for mark in visible:
            if (lane := self.marks.lane(mark.id)) < LANES:
                brush.underline(mark.start, mark.end, lane, self.pen(mark))
        brush.touch(self.theme.colour("base"))


class _Brush:
    """Paints spans of code points on lines."""

    def __init__(self, painter: QPainter, lines: Sequence[Line], sheet: Sheet) -> None:
        self._painter = painter
        self._lines = sorted(lines, key=_start_of_line)
        self._ends = [line.end for line in self._lines]
        self._to_qt = sheet.positions.to_qt
        self._both_ways = sheet.both_ways
        self._sides: dict[tuple[int, int, int], list[tuple[float, float]]] = {}
        self._coloured = list(_coloured(self._lines))
        self.start, self.end = self._lines[0].start, self._lines[-1].end

    def words(self, start: int, end: int) -> tuple[str, ...]:
        """Give the colours of words in a span that have another than the text, as #rrggbb."""
        if not self._coloured:
            return ()
        first, last = self._to_qt(start), self._to_qt(end)
        return tuple(sorted({colour for begin, stop, colour in self._coloured if begin < last and first < stop}))

    def _pieces(self, start: int, end: int) -> Iterator[tuple[Line, float, float]]:
        first, last = self._to_qt(start), self._to_qt(end)
        for index in range(bisect_right(self._ends, first), len(self._lines)):
            line = self._lines[index]
            if line.start >= last:
                return
            key = index, max(first, line.start), min(last, line.end)
            if key not in self._sides:  # a mark's fill and its lane mostly stand under the same characters
                self._sides[key] = line.spans(key[1], key[2], self._both_ways)
            for left, right in self._sides[key]:
                yield line, left, right

    def fill(self, start: int, end: int, colour: QColor, joined: bool = False) -> None:
        """Fill behind a span; one that is joined to the next reaches under its round corners."""
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(colour)
        last = self._to_qt(end) if joined and not self._both_ways else -1
        for line, left, right in self._pieces(start, end):
            pad = 0.16 * line.size
            wide = right - left + (_ROUND if line.start < last < line.end else 0)
            self._painter.drawRoundedRect(QRectF(left, line.top - pad, wide, line.size + 2 * pad), _ROUND, _ROUND)

    def underline(self, start: int, end: int, lane: int, pen: QPen) -> None:
        """Draw the line of a lane under a span."""
        self._painter.setPen(pen)
        for line, left, right in self._pieces(start, end):
            y = line.bottom + 0.17 * line.size + 0.75 + 2.75 * lane
            self._painter.drawLine(QLineF(left, y, right, y))

    def touch(self, ground: QColor) -> None:
        """Lay a touch of the ground over itself: after anything translucent Qt paints the text in less than half the time."""
        line = self._lines[len(self._lines) // 2]
        ground.setAlpha(1)
        self._painter.fillRect(QRectF(line.origin.x(), line.top, 1, 1), ground)


def _coloured(lines: Iterable[Line]) -> Iterator[tuple[int, int, str]]:
    """Give the Qt positions of words that have a colour of their own (links, captions), and it, in the blocks of lines."""
    seen = -1
    for line in lines:
        at = line.block.position()
        if at == seen:
            continue
        seen = at
        for piece in line.block.textFormats():
            colour = piece.format.foreground()
            if colour.style() != Qt.BrushStyle.NoBrush:
                yield at + piece.start, at + piece.start + piece.length, colour.color().name()


def _start_of(span: Span) -> int:
    return span[0]


def _end_of(span: Span) -> int:
    return span[1]


def _start_of_line(line: Line) -> int:
    return line.start
