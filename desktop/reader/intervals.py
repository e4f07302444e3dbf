"""An index of passages: chunks in order of place, each with the furthest end in it, so that most are passed over. No Qt here."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

_CHUNK = 256  # marks at most
_ANEW = 50  # more changes than that at once, and the index is made anew


class Passage(Protocol):
    """What can be indexed: code points, end exclusive, start < end."""

    @property
    def id(self) -> int: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark as the reader shows it; code points, end exclusive. `label` is empty for a highlight without a code."""

    id: int
    start: int
    end: int
    label: str = ""
    branch: str = ""
    coder: str = ""  # initials
    own: bool = True
    unsure: bool = False
    instrument: bool = False
    instrument_name: str = ""  # shown where there is no code
    note: bool = False
    codes: int = 0
    dim: bool = False  # painted faintly, and still there to be picked


class _Chunk:
    """Neighbouring marks in order of place, and how far the furthest of them reaches."""

    __slots__ = ("marks", "reach")

    def __init__(self, marks: list[Mark]) -> None:
        self.marks = marks
        self.reach = max(mark.end for mark in marks)


class Intervals:
    """Marks by place, each with a lane that no overlapping mark has; a mark keeps its lane while others come and go.

    What it costs to ask for a place or to change one mark does not grow with how many there are.
    """

    def __init__(self, marks: Iterable[Mark] = ()) -> None:
        self._build(marks)

    def _build(self, marks: Iterable[Mark]) -> None:
        ordered = sorted(marks, key=_order)
        self._chunks = [_Chunk(ordered[at : at + _CHUNK // 2]) for at in range(0, len(ordered), _CHUNK // 2)]
        self._heads = [_order(chunk.marks[0]) for chunk in self._chunks]
        self._lanes = _colour(ordered)
        self._by_id = {mark.id: mark for mark in ordered}

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[Mark]:
        return (mark for chunk in self._chunks for mark in chunk.marks)

    def get(self, id: int) -> Mark | None:
        """Give the mark of an id."""
        return self._by_id.get(id)

    def lane(self, id: int) -> int:
        """Give the lane of a mark, from 0."""
        return self._lanes[id]

    def overlapping(self, start: int, end: int) -> list[Mark]:
        """Give the marks that share a character with start:end, in order of place."""
        found: list[Mark] = []
        for chunk in self._chunks[: bisect_left(self._heads, (end,))]:
            if chunk.reach > start:
                found += [mark for mark in chunk.marks if mark.start < end and mark.end > start]
        return found

    def at(self, point: int) -> list[Mark]:
        """Give the marks on the character at a code point, the shortest first."""
        return sorted(self.overlapping(point, point + 1), key=_length)

    def after(self, key: tuple[int, int, int]) -> Mark | None:
        """Give the first mark whose (start, -end, id) lies after a key."""
        for chunk in self._chunks[max(0, bisect_right(self._heads, key) - 1) :]:
            index = bisect_right(chunk.marks, key, key=_order)
            if index < len(chunk.marks):
                return chunk.marks[index]
        return None

    def before(self, key: tuple[int, int, int]) -> Mark | None:
        """Give the last mark whose (start, -end, id) lies before a key."""
        place = bisect_left(self._heads, key) - 1
        if place < 0:
            return None
        marks = self._chunks[place].marks
        return marks[bisect_left(marks, key, key=_order) - 1]

    def put(self, mark: Mark) -> None:
        """Add a mark, or take it for the one of the same id."""
        old = self._by_id.get(mark.id)
        if old is not None and (old.start, old.end) == (mark.start, mark.end):
            chunk = self._chunks[self._place(old)]
            chunk.marks[bisect_left(chunk.marks, _order(old), key=_order)] = self._by_id[mark.id] = mark
            return
        self.remove(mark.id)
        taken = {self._lanes[other.id] for other in self.overlapping(mark.start, mark.end)}
        self._lanes[mark.id] = next(lane for lane in range(len(taken) + 1) if lane not in taken)
        self._by_id[mark.id] = mark
        self._insert(mark)

    def remove(self, id: int) -> None:
        """Take a mark out; one that is not there is no fault."""
        mark = self._by_id.pop(id, None)
        if mark is None:
            return
        del self._lanes[id]
        place = self._place(mark)
        marks = self._chunks[place].marks
        del marks[bisect_left(marks, _order(mark), key=_order)]
        self._replace(place, [marks] if marks else [])

    def change(self, put: Iterable[Mark], gone: Iterable[int] = ()) -> bool:
        """Take some marks out and put others in, or in the place of those of the same ids; whether anything changed."""
        wanted = {mark.id: mark for mark in put}
        out = [id for id in gone if id in self._by_id and id not in wanted]
        new = [mark for mark in wanted.values() if self._by_id.get(mark.id) != mark]
        for id in out:
            self.remove(id)
        for mark in new:
            self.put(mark)
        return bool(out or new)

    def update(self, marks: Iterable[Mark]) -> bool:
        """Make these the marks, changing as little as possible; whether anything changed."""
        wanted = {mark.id: mark for mark in marks}
        gone = [id for id in self._by_id if id not in wanted]
        new = [mark for id, mark in wanted.items() if (old := self._by_id.get(id)) is not mark and old != mark]
        if len(gone) + len(new) > _ANEW:
            self._build(wanted.values())
            return True
        return self.change(new, gone)

    def _place(self, mark: Mark) -> int:
        """Give the index of the chunk that a mark belongs in."""
        return max(0, bisect_right(self._heads, _order(mark)) - 1)

    def _insert(self, mark: Mark) -> None:
        if not self._chunks:
            self._chunks, self._heads = [_Chunk([mark])], [_order(mark)]
            return
        place = self._place(mark)
        marks = self._chunks[place].marks
        insort(marks, mark, key=_order)
        half = len(marks) // 2
        self._replace(place, [marks] if len(marks) <= _CHUNK else [marks[:half], marks[half:]])

    def _replace(self, place: int, several: Iterable[list[Mark]]) -> None:
        made = [_Chunk(marks) for marks in several]
        self._chunks[place : place + 1] = made
        self._heads[place : place + 1] = [_order(chunk.marks[0]) for chunk in made]


def _order(mark: Passage) -> tuple[int, int, int]:
    return mark.start, -mark.end, mark.id


def _length(mark: Passage) -> tuple[int, int, int]:
    return mark.end - mark.start, mark.start, mark.id


def _colour(marks: Sequence[Mark]) -> dict[int, int]:
    """Give every mark the lowest lane that is free where it starts (greedy, which is optimal for intervals)."""
    lanes: dict[int, int] = {}
    ends: list[int] = []
    for mark in marks:
        for lane, end in enumerate(ends):
            if end <= mark.start:
                ends[lane] = mark.end
                break
        else:
            lane = len(ends)
            ends.append(mark.end)
        lanes[mark.id] = lane
    return lanes
