"""An index of passages: a list sorted by start with a running maximum of ends, asked by two bisects. No Qt here."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol


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
    note: bool = False
    codes: int = 0


class Intervals:
    """Marks by place, each with a lane that no overlapping mark has; a mark keeps its lane while others come and go."""

    def __init__(self, marks: Iterable[Mark] = ()) -> None:
        self._build(marks)

    def _build(self, marks: Iterable[Mark]) -> None:
        self._marks = sorted(marks, key=_order)
        self._starts = [mark.start for mark in self._marks]
        self._reach: list[int] = []  # the running maximum of ends
        self._extend_reach(0)
        self._lanes = _colour(self._marks)
        self._by_id = {mark.id: mark for mark in self._marks}

    def __len__(self) -> int:
        return len(self._marks)

    def __iter__(self) -> Iterator[Mark]:
        return iter(self._marks)

    def get(self, id: int) -> Mark | None:
        """Give the mark of an id."""
        return self._by_id.get(id)

    def lane(self, id: int) -> int:
        """Give the lane of a mark, from 0."""
        return self._lanes[id]

    def overlapping(self, start: int, end: int) -> list[Mark]:
        """Give the marks that share a character with start:end, in order of place."""
        first, last = bisect_right(self._reach, start), bisect_left(self._starts, end)
        return [mark for mark in self._marks[first:last] if mark.end > start]

    def at(self, point: int) -> list[Mark]:
        """Give the marks on the character at a code point, the shortest first."""
        return sorted(self.overlapping(point, point + 1), key=_length)

    def after(self, key: tuple[int, int, int]) -> Mark | None:
        """Give the first mark whose (start, -end, id) lies after a key."""
        index = bisect_right(self._marks, key, key=_order)
        return self._marks[index] if index < len(self._marks) else None

    def before(self, key: tuple[int, int, int]) -> Mark | None:
        """Give the last mark whose (start, -end, id) lies before a key."""
        index = bisect_left(self._marks, key, key=_order)
        return self._marks[index - 1] if index else None

    def put(self, mark: Mark) -> None:
        """Add a mark, or take it for the one of the same id."""
        old = self._by_id.get(mark.id)
        if old is not None and (old.start, old.end) == (mark.start, mark.end):
            self._marks[self._index(old)] = self._by_id[mark.id] = mark
            return
        self.remove(mark.id)
        taken = {self._lanes[other.id] for other in self.overlapping(mark.start, mark.end)}
        insort(self._marks, mark, key=_order)
        index = self._index(mark)
        self._starts.insert(index, mark.start)
        self._reach.insert(index, 0)
        self._extend_reach(index, until=index + 1)
        self._lanes[mark.id] = next(lane for lane in range(len(taken) + 1) if lane not in taken)
        self._by_id[mark.id] = mark

    def remove(self, id: int) -> None:
        """Take a mark out; one that is not there is no fault."""
        mark = self._by_id.pop(id, None)
        if mark is None:
            return
        index = bisect_left(self._marks, _order(mark), key=_order)
        del self._marks[index], self._starts[index], self._reach[index], self._lanes[id]
        self._extend_reach(index, until=index)

    def update(self, marks: Sequence[Mark]) -> bool:
        """Make these the marks, changing as little as possible; whether anything changed."""
        wanted = {mark.id: mark for mark in marks}
        gone = [id for id in self._by_id if id not in wanted]
        new = [mark for id, mark in wanted.items() if (old := self._by_id.get(id)) is not mark and old != mark]
        if len(gone) + len(new) > 50:
            self._build(wanted.values())
            return True
        for id in gone:
            self.remove(id)
        for mark in new:
            self.put(mark)
        return bool(gone or new)

    def _index(self, mark: Mark) -> int:
        return bisect_left(self._marks, _order(mark), key=_order)

    def _extend_reach(self, index: int, until: int | None = None) -> None:
        """Work the running maximum out from an index; from `until` on, stop where it is right already."""
        reach = self._reach[index - 1] if index else 0
        for place in range(index, len(self._marks)):
            reach = max(reach, self._marks[place].end)
            if place == len(self._reach):
                self._reach.append(reach)
            elif until is not None and place >= until and self._reach[place] == reach:
                return
            else:
                self._reach[place] = reach


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
