"""What a merge is going to do: records to add, alter and take out, and what two changed differently."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Literal

from db.exchange.bundle import Bundle
from db.exchange.bundle_behind import Dispute
from db.exchange.disputable import PLACE as PLACE
from db.exchange.disputable import REMOVED as REMOVED
from db.exchange.dots import Dots
from db.exchange.landing import Landed
from db.records import Remark

Policy = Literal["ask", "mine", "theirs", "both"]
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that both sides changed differently, or a record that one removed and the other changed."""

    kind: str
    record: str
    field: str
    mine: Any
    theirs: Any
    base: Any


@dataclass(slots=True)
class Plan:
    """What merging a bundle will do to the project; nothing in it has been written."""

    bundle: Bundle
    inserts: defaultdict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    updates: list[tuple[str, str, Record]] = field(default_factory=list)
    deletes: list[tuple[str, str]] = field(default_factory=list)
    renames: list[tuple[str, str, str]] = field(default_factory=list)
    aliases: dict[str, tuple[str, str]] = field(default_factory=dict)
    stamps: dict[str, tuple[str, Dots, bool]] = field(default_factory=dict)
    conflicts: list[Clash] = field(default_factory=list)
    # What the other side's state of an updated record rests on.
    brought: dict[str, Dots] = field(default_factory=dict)
    dangling: int = 0
    unchanged: int = 0
    position: int = 0  # the last change of the project when it was planned
    # How marks that came without their texts stand here, and what they came in; None where texts came with them.
    landed: Landed | None = None
    sent: Bundle | None = None
    # Conflicts that the other side had, and that are not here yet or were decided there.
    disputes: list[Dispute] = field(default_factory=list)
    # Records on which they know all that we do: what they decided about them stands.
    settled: set[str] = field(default_factory=set)
    # What a person should know before taking it in.
    remarks: list[Remark] = field(default_factory=list)
    # Pseudonyms that nothing is by any more.
    nobody: list[str] = field(default_factory=list)
    # Settings that were chosen later on the other side.
    settings: dict[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def added(self) -> int:
        """How many records come in."""
        return sum(map(len, self.inserts.values()))

    @property
    def new(self) -> set[str]:
        """The records that come in, by uuid."""
        return {record["uuid"] for several in self.inserts.values() for record in several}

    @property
    def changes_nothing(self) -> bool:
        """Whether the project holds all of it already."""
        changed = self.added or self.updates or self.deletes or self.renames or self.stamps or self.aliases or self.nobody
        return not (changed or self.settings or self.disputes)
