"""What was removed and stays so, and what comes back: told from the joined records and their stamps, whoever merges first.

A record whose stamp covers its removal's is there: somebody brought it back knowing of that. Else it is gone if the side that
lacks it knew its last state, and if not it stays. What anything belongs to that is there comes back too, and under all that
came back so does what fell in the same removal, even out of one's own history. It is one conflict, about the topmost record
of the removal, so that nothing is lost and a person decides once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from db.exchange.dots import Dots, join
from db.exchange.removals import parents_of

Record = Mapping[str, Any]
Dot = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Fell:
    """A record that somebody removed: what the removal and the record rest on, and whether it is here or comes from them."""

    kind: str
    record: Record
    removal: Dots
    live: Dots
    here: bool

    @property
    def resting(self) -> Dots:
        """What it rests on if it stays."""
        return join(self.removal, self.live)

    @property
    def unmet(self) -> set[Dot]:
        """The removals that it does not know."""
        return {(replica, number) for replica, number in self.removal.items() if self.live.get(replica, 0) < number}


# The removed records that nobody brings, by the dots of their removals.
Lost = Callable[[Set[Dot]], Iterable[Fell]]
# What a record belonged to before somebody moved it without knowing of its removal.
Moved = Callable[[str, Fell], Set[str]]


class Fallen:
    """Settles which removals stand; `links` gives, per kind, column -> kind referred to."""

    def __init__(self, links: Mapping[str, Mapping[str, str]], lost: Lost, moved: Moved) -> None:
        self._links, self._lost, self._moved = links, lost, moved
        self.gone: dict[str, Fell] = {}  # whose removal stands
        self.back: dict[str, Fell] = {}  # that stay, or come back
        self.known: set[str] = set()  # of these, those that were brought back before
        self._contested: set[str] = set()
        self._asked: set[Dot] = set()
        self._below: defaultdict[str, list[str]] = defaultdict(list)

    def fell(self, uuid: str, fell: Fell) -> None:
        """Take a removal that stands, as far as the record itself tells."""
        self.gone[uuid] = fell
        for parent in parents_of(self._links[fell.kind], fell.record):
            self._below[parent].append(uuid)

    def brought_back(self, uuid: str, fell: Fell) -> None:
        """Take a record whose stamp covers its removal's."""
        self.back[uuid] = fell
        self.known.add(uuid)

    def contested(self, uuid: str, fell: Fell) -> None:
        """Take a record that was removed by somebody who did not know its last state."""
        self.back[uuid] = fell
        self._contested.add(uuid)

    def settle(self, live: Mapping[str, Collection[Record]], there: Set[str]) -> None:
        """Bring back what the records that are there belong to, and what fell with it; `there` are the uuids of all of them."""
        waiting = list(self.back)
        for uuid in self._named(live):
            self._need(uuid, waiting)
        for uuid in list(self.back):
            self._need_above(uuid, waiting)
        while waiting:
            uuid = waiting.pop()
            if self._recall(self.back[uuid].removal):
                waiting.extend(self.back)
            for child in self._below.get(uuid, ()):
                if child in self.gone and self._belongs(self.gone[child], there):
                    self.back[child] = self.gone.pop(child)
                    waiting.append(child)

    def _named(self, live: Mapping[str, Collection[Record]]) -> Iterator[str]:
        """Give the removed records that records which are there belong to."""
        for kind, records in live.items() if self.gone else ():
            for column in (column for column, parent in self._links[kind].items() if parent != "coder"):
                yield from sorted({*map(itemgetter(column), records)} & self.gone.keys())

    def _parents(self, fell: Fell) -> list[str]:
        return sorted(parents_of(self._links[fell.kind], fell.record))

    def _need(self, uuid: str, waiting: list[str]) -> None:
        if uuid in self.gone:
            self.back[uuid] = self.gone.pop(uuid)
            self._contested.add(uuid)
            waiting.append(uuid)
            self._need_above(uuid, waiting)

    def _need_above(self, uuid: str, waiting: list[str]) -> None:
        """Bring back what a record belongs to, and what it did where another can have worked on it before it was moved."""
        fell = self.back[uuid]
        before = self._moved(uuid, fell) if self.gone and uuid not in self.known else set()
        for parent in (*self._parents(fell), *sorted(before)):
            self._need(parent, waiting)

    def _recall(self, removal: Dots) -> bool:
        """Add, of a removal that did not stand, the records that only the history still holds; whether there are any."""
        more = removal.items() - self._asked
        self._asked |= more
        found = {str(fell.record["uuid"]): fell for fell in (self._lost(more) if more else ())}
        new = found.keys() - self.gone.keys() - self.back.keys()
        for uuid in new:
            self.fell(uuid, found[uuid])
        return bool(new)

    def _belongs(self, fell: Fell, there: Set[str]) -> bool:
        """Whether something fell together with what came back, and all that it hangs on is there."""
        parents = parents_of(self._links[fell.kind], fell.record)
        together = any(uuid in self.back and self.back[uuid].removal.items() & fell.removal.items() for uuid in parents)
        return together and all(uuid in self.back or (uuid in there and uuid not in self.gone) for uuid in parents)

    def conflicts(self) -> list[tuple[str, Fell]]:
        """Give the topmost records of the removals that are contested, in one order."""
        tops = {self._top(uuid) for uuid in self._contested}
        return [(uuid, self.back[uuid]) for uuid in sorted(tops)]

    def _top(self, uuid: str) -> str:
        passed = {uuid}
        while True:
            unmet, parents = self.back[uuid].unmet, self._parents(self.back[uuid])
            above = [parent for parent in parents if parent in self.back and self.back[parent].removal.items() & unmet]
            if not above or above[0] in passed:
                return uuid
            uuid = above[0]
            passed.add(uuid)
