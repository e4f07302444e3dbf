"""Two articles scrolled together, paragraph beside paragraph: an original and its translation."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor
from operator import itemgetter
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from db.project import Project
from db.records import ArticleId
from desktop.reader.lines import Line, line_at

if TYPE_CHECKING:
    from desktop.reader.reader import Reader

Pair = tuple[int, int]
_LOWEST_EYE = 0.6  # of the height of a text: so that what belongs to the caret's line is in view with its beginning


@dataclass(frozen=True, slots=True)
class Structure:
    """The counted paragraphs of a text by where they start (code points), and before which of them headings stand (from 0)."""

    starts: tuple[int, ...]
    headings: tuple[int, ...] = ()

    def paragraph(self, point: int) -> int:
        """Give the number of the paragraph at a code point, 0 before the first."""
        return bisect_right(self.starts, point)


def fixed_points(counts: Pair, headings: tuple[Sequence[int], Sequence[int]], related: Iterable[Pair] = ()) -> list[Pair]:
    """Give which heights of two texts belong together: -1 is the top of all, k that of paragraph k (from 0), the count the end.

    Equal counts go paragraph by paragraph; else paragraphs whose passages are related (numbers from 0) hold the texts
    together, and headings if both have as many; what crosses a pair before it is left out.
    """
    one, other = counts
    kept = [(-1, -1), (0, 0), (one, other)]
    if one == other:
        return kept
    for first, second in related:
        _keep([(first, second), (first + 1, second + 1)], kept)
    if len(headings[0]) == len(headings[1]):
        for pair in zip(*headings, strict=True):
            _keep([pair], kept)
    return kept


def _keep(pairs: Sequence[Pair], kept: list[Pair]) -> None:
    """Put pairs among those kept (sorted), unless one of them crosses any."""
    if all(_fits(pair, kept) for pair in pairs):
        for pair in pairs:
            at = bisect_right(kept, pair)
            if kept[at - 1] != pair:
                kept.insert(at, pair)


def _fits(pair: Pair, kept: Sequence[Pair]) -> bool:
    """Whether a pair crosses none of those kept (sorted): it lies between its neighbours on both sides."""
    at = bisect_right(kept, pair)
    before, after = kept[at - 1], kept[min(at, len(kept) - 1)]
    return before[0] <= pair[0] <= after[0] and before[1] <= pair[1] <= after[1]


def height_beside(height: float, points: Sequence[Pair], back: bool = False) -> float:
    """Give the height in the other text that belongs to a height in the one, proportional between fixed points."""
    here, there = (1, 0) if back else (0, 1)
    at = bisect_right(points, height, 1, key=itemgetter(here))
    if at == len(points):
        return points[-1][there] + height - points[-1][here]
    low, high = points[at - 1], points[at]
    share = (height - low[here]) / (high[here] - low[here])
    return low[there] + share * (high[there] - low[there])


def points_between(project: Project, one: int, other: int) -> list[Pair]:
    """Give where the passages of two articles begin that are translations of each other (code points, in the newest texts)."""
    pairs = project.relations.between_articles(ArticleId(one), ArticleId(other), "translates")
    places = {each.id: each.start for each in project.annotations.several(list({key for pair in pairs for key in pair}))}
    found = ((places.get(here), places.get(there)) for here, there in pairs)
    return [(here, there) for here, there in found if here is not None and there is not None]


def structure_of(reader: Reader) -> Structure:
    """Give the paragraphs and headings of the text a reader shows."""
    sheet = reader.page.sheet
    starts: list[int] = []
    headings: list[int] = []
    before = 0
    for block, number in zip(sheet.blocks, sheet.numbers, strict=True):
        if number > before:
            starts.append(block.start)
        elif block.kind == "heading" and block.start:
            headings.append(len(starts))
        before = number
    return Structure(tuple(starts), tuple(headings))


class _Side(QObject):
    """One of the two texts: its heights in pixels of the document, and what a person does there."""

    taken = Signal(object)  # itself: a person moves its scroll bar
    scrolled = Signal(object)
    stepped = Signal(object)  # the caret came to another paragraph

    def __init__(self, reader: Reader, parent: QObject) -> None:
        super().__init__(parent)
        self.reader = reader
        self.structure = structure_of(reader)
        self.bar = reader.page.verticalScrollBar()
        self.eye = 0.0  # how far below its upper edge it is kept level with the other, in pixels
        self._paragraph = self.structure.paragraph(reader.caret())
        self.bar.actionTriggered.connect(self._take)
        self.bar.valueChanged.connect(self._scroll)
        reader.caret_moved.connect(self._step)

    def part(self) -> None:
        """Listen no longer."""
        self.bar.actionTriggered.disconnect(self._take)
        self.bar.valueChanged.disconnect(self._scroll)
        self.reader.caret_moved.disconnect(self._step)

    def _take(self) -> None:
        self.taken.emit(self)

    def _scroll(self) -> None:
        self.scrolled.emit(self)

    def _step(self, point: int) -> None:
        before, self._paragraph = self._paragraph, self.structure.paragraph(point)
        if self._paragraph != before:
            self.stepped.emit(self)

    @property
    def room(self) -> int:
        """How much of the text is in view, in pixels."""
        return self.reader.page.viewport().height()

    def caret(self) -> float:
        """Give where the caret's line stands in view, in pixels; it may be above or below."""
        line = self._line(self.reader.caret())
        return (line.top if line else 0.0) - self.bar.value()

    def _line(self, point: int) -> Line | None:
        sheet = self.reader.page.sheet
        return line_at(sheet.document, sheet.positions.to_qt(point))

    def _top(self, paragraph: int) -> float:
        starts = self.structure.starts
        if paragraph < 0:
            return 0.0
        last = paragraph >= len(starts)
        line = self._line(len(self.reader.page.text) if last else starts[paragraph])
        return 0.0 if line is None else line.bottom if last else line.top

    def height(self, y: float) -> float:
        """Give the height of a place: 2.5 is the middle of the third paragraph, -1 the top of all."""
        count = len(self.structure.starts)
        paragraph = self.structure.paragraph(self.reader.place()) - 1
        while paragraph >= 0 and self._top(paragraph) > y:
            paragraph -= 1
        while paragraph < count and self._top(paragraph + 1) <= y:
            paragraph += 1
        if paragraph >= count:
            return float(count)
        top, bottom = self._top(paragraph), self._top(paragraph + 1)
        return paragraph + (y - top) / (bottom - top)

    def scroll_to(self, height: float) -> None:
        """Scroll so that a height is where both are kept level."""
        count = len(self.structure.starts)
        paragraph = min(max(floor(height), -1), count)
        y = self._top(paragraph)
        if paragraph < count:
            y += (height - paragraph) * (self._top(paragraph + 1) - y)
        if y - self.eye > self.bar.maximum():  # the bar may not know yet how far the text reaches
            self.reader.set_place(self.structure.starts[min(max(paragraph, 0), count - 1)] if count else 0)
        self.bar.setValue(round(y - self.eye))


class LinkedScrolling(QObject):
    """Keeps two texts beside each other; whichever a person moves, the other follows."""

    def __init__(self, one: Reader, other: Reader, related: Iterable[Pair], parent: QObject | None = None) -> None:
        """Link the texts shown now; `related` are code points in the one and the other whose passages belong together."""
        super().__init__(parent)
        self._sides = _Side(one, self), _Side(other, self)
        first, second = (side.structure for side in self._sides)
        pairs = [(first.paragraph(here) - 1, second.paragraph(there) - 1) for here, there in related]
        counts, headings = (len(first.starts), len(second.starts)), (first.headings, second.headings)
        self._points = fixed_points(counts, headings, [pair for pair in pairs if min(pair) >= 0])
        self._driver = self._sides[0]
        self._following = False
        self._looking = QTimer(self)
        self._looking.setSingleShot(True)
        self._looking.setInterval(0)
        self._looking.timeout.connect(self._look_at_caret)
        for side in self._sides:
            side.taken.connect(self._take)
            side.scrolled.connect(self._scrolled)
            side.stepped.connect(self._stepped)

    def part(self) -> None:
        """Let each scroll for itself again; the link is of no use after that."""
        self._looking.stop()
        for side in self._sides:
            side.part()
        self.deleteLater()

    def drive(self, reader: Reader) -> None:
        """Let the other text follow this one when it is moved next, by whatever."""
        self._driver = next(side for side in self._sides if side.reader is reader)

    def lead(self, reader: Reader) -> None:
        """Let the other text follow this one now."""
        self.drive(reader)
        self._follow()

    def _take(self, side: _Side) -> None:
        self._driver = side

    def _scrolled(self, side: _Side) -> None:
        if side is self._driver and not self._following:
            if side.bar.value() == side.bar.minimum():
                self._keep_level(0.0)
            self._follow()

    def _stepped(self, side: _Side) -> None:
        self._driver = side
        self._looking.start()  # the page may still scroll to the caret

    def _look_at_caret(self) -> None:
        eye = self._driver.caret()
        if 0 <= eye < self._driver.room:
            self._keep_level(eye)
            self._follow()

    def _keep_level(self, eye: float) -> None:
        self._driver.eye = eye
        self._led.eye = min(eye, _LOWEST_EYE * self._led.room)

    @property
    def _led(self) -> _Side:
        return self._sides[self._driver is self._sides[0]]

    def _follow(self) -> None:
        driver, led = self._driver, self._led
        height = height_beside(driver.height(driver.bar.value() + driver.eye), self._points, back=led is self._sides[0])
        self._following = True
        try:
            led.scroll_to(height)
        finally:
            self._following = False
