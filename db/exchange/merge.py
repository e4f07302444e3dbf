"""Three-way merging of records by uuid, stamps and vectors: decides what is to be done, and writes nothing.

One side changed a record: that is taken. Both did, without knowing of each other: field by field against the base; a
field both changed is a conflict, kept with both values, and until a person decides the same one of them stands on all
sides. Deletions travel as tombstones; a deletion against a change is a conflict that keeps the record.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from db.exchange.bundle import Bundle, Source, Stamp
from db.exchange.dots import Dots, dots_of, join, seen, stamp_of

Policy = Literal["ask", "mine", "theirs", "both"]
Record = dict[str, Any]
Base = Callable[[str, str], Mapping[str, Any] | None]  # kind, uuid -> our record before the other side's unseen change
REMOVED = "(removed)"

# What makes two records of different uuids one thing, parents first.
_SAME: Mapping[str, tuple[str, ...]] = {
    "alias": ("instrument", "text", "scope"),
    "version": ("article", "sha256"),
    "article_status": ("article", "coder"),
    "tagging": ("annotation", "code", "coder"),
    "confirmation": ("annotation", "version"),
    "field_value": ("field", "article", "annotation", "tagging", "link", "value"),
}
# Fields nobody decides about: the earlier or later, smaller or greater value stands.
_EARLIER = frozenset(
    {"created", "imported", "position", "published_from", "fetched_from", "number", "media_type", "file_name", "coder"}
)
_LATER = frozenset(
    {"modified", "revision", "code_revision", "removed", "remarks", "layout", "original", "origin", "origin_detail", "url_key"}
)


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
    dangling: int = 0
    unchanged: int = 0

    @property
    def added(self) -> int:
        """How many records come in."""
        return sum(map(len, self.inserts.values()))

    @property
    def changes_nothing(self) -> bool:
        """Whether the project holds all of it already."""
        return not (self.added or self.updates or self.deletes or self.renames or self.stamps or self.aliases)


class _Merger:
    def __init__(self, ours: Source, bundle: Bundle, links: Mapping[str, Mapping[str, str]], base: Base, policy: Policy) -> None:
        self.links = links  # kind -> column -> kind it refers to
        self.base, self.policy = base, policy
        self.plan = Plan(bundle)
        self.our_vector, self.their_vector = ours.vector(), bundle.vector
        self.our_stamps, self.their_stamps = ours.stamps(), bundle.stamps
        self.kept = {uuid: kept for _kind, uuid, kept in (*ours.aliases(), *bundle.aliases)}
        known = {uuid for _kind, uuid, _kept in ours.aliases()}
        self.plan.aliases = {uuid: (kind, kept) for kind, uuid, kept in bundle.aliases if uuid not in known}
        self.ours: dict[str, dict[str, Record]] = {
            kind: {str(record["uuid"]): dict(record) for record in ours.records(kind)} for kind in links
        }
        self.theirs: dict[str, dict[str, Record]] = {}
        self.gone_here: set[str] = set()

    def run(self) -> Plan:
        self._match_articles()
        for kind in self.links:
            self.theirs[kind] = {}
            for record in self.plan.bundle.records[kind]:
                mapped = self._mapped(kind, record)
                self.theirs[kind][mapped["uuid"]] = mapped
            self._match(kind)
            for uuid, record in list(self.theirs[kind].items()):
                self._meet(kind, uuid, record)
        self._carry_deletions()
        self._close()
        return self.plan

    # One thing under two uuids

    def _of(self, uuid: str) -> str:
        while uuid in self.kept:
            uuid = self.kept[uuid]
        return uuid

    def _mapped(self, kind: str, record: Mapping[str, Any]) -> Record:
        mapped = dict(record)
        for column in ("uuid", *self.links[kind]):
            if mapped[column] is not None and mapped[column] in self.kept:
                mapped[column] = self._of(mapped[column])
        return mapped

    def _match_articles(self) -> None:
        """Find articles that two people imported apart: equal reading text or equal original bytes."""
        here: dict[str, str] = {}
        for version in self.ours["version"].values():
            here |= {str(version[name]): str(version["article"]) for name in ("sha256", "original") if version[name]}
        for version in self.plan.bundle.records["version"]:
            article = self._of(str(version["article"]))
            if article in self.ours["article"]:
                continue
            twin = here.get(str(version["sha256"])) or here.get(str(version["original"]))
            if twin is not None and self._of(twin) != article:
                self._join("article", self._of(twin), article)

    def _match(self, kind: str) -> None:
        columns = _SAME.get(kind)
        if columns is None:
            return
        here = {tuple(record[c] for c in columns): uuid for uuid, record in self.ours[kind].items()}
        for uuid, record in list(self.theirs[kind].items()):
            twin = here.get(tuple(record[c] for c in columns))
            if uuid not in self.ours[kind] and twin is not None and twin != uuid:
                stays = self._join(kind, twin, uuid)
                self.theirs[kind][stays] = self.theirs[kind].pop(uuid) | {"uuid": stays}

    def _join(self, kind: str, ours: str, theirs: str) -> str:
        """Keep the smaller uuid of one thing and remember the other as its alias."""
        stays, goes = min(ours, theirs), max(ours, theirs)
        self.kept[goes] = stays
        self.plan.aliases[goes] = (kind, stays)
        if stays == theirs:
            record = self.ours[kind].pop(ours)
            self.ours[kind][stays] = record | {"uuid": stays}
            self.plan.renames.append((kind, ours, stays))
            for several, links in self.links.items():
                for column in (column for column, target in links.items() if target == kind):
                    for other in self.ours[several].values():
                        if other[column] == ours:
                            other[column] = stays
        for stamps in (self.our_stamps, self.their_stamps):
            if goes in stamps:
                stamps[stays] = stamps.pop(goes)
        return stays

    # One record on both sides

    @staticmethod
    def _dots(stamps: Mapping[str, Stamp], uuid: str) -> Dots:
        stamp = stamps.get(uuid)
        return dots_of(stamp[1], stamp[2]) if stamp else {}

    def _meet(self, kind: str, uuid: str, theirs: Record) -> None:
        mine = self._dots(self.our_stamps, uuid)
        other = self._dots(self.their_stamps, uuid)
        ours = self.ours[kind].get(uuid)
        if ours is None:
            self._meet_absent(kind, uuid, theirs, mine, other)
            return
        i_saw, they_saw = seen(other, self.our_vector) or seen(other, mine), seen(mine, self.their_vector) or seen(mine, other)
        if ours == theirs:
            joined = mine if i_saw and not they_saw else other if they_saw and not i_saw else join(mine, other)
            self._stamp(kind, uuid, joined)
            self.plan.unchanged += 1
        elif i_saw and not they_saw:
            self.plan.unchanged += 1
        elif they_saw and not i_saw:
            self._update(kind, uuid, {name: value for name, value in theirs.items() if ours[name] != value})
            self._stamp(kind, uuid, other)
        else:
            self._join_fields(kind, uuid, ours, theirs)
            self._stamp(kind, uuid, join(mine, other))

    def _meet_absent(self, kind: str, uuid: str, theirs: Record, mine: Dots, other: Dots) -> None:
        removed = self.our_stamps.get(uuid)
        if removed is not None and removed[3]:
            if seen(other, self.our_vector) or self.policy == "mine":
                self.gone_here.add(uuid)
                self.plan.unchanged += 1
                return
            if not seen(mine, self.their_vector):
                self._clash(kind, uuid, REMOVED, REMOVED, None, None)
        self.plan.inserts[kind].append(theirs)
        self.plan.stamps[uuid] = (kind, join(mine, other), False)

    def _join_fields(self, kind: str, uuid: str, ours: Record, theirs: Record) -> None:
        base = self.base(kind, uuid)
        changed: Record = {}
        for name, value in theirs.items():
            mine = ours[name]
            if mine == value:
                continue
            if base is not None and name in base and mine == base[name]:
                changed[name] = value
            elif base is not None and name in base and value == base[name]:
                continue
            elif name in _EARLIER or name in _LATER:
                ordered = sorted((mine, value), key=_order)
                changed[name] = ordered[0] if name in _EARLIER else ordered[1]
            else:
                changed[name] = self._clash(kind, uuid, name, mine, value, base.get(name) if base else None)
        changed = {name: value for name, value in changed.items() if ours[name] != value}
        if changed:
            self._update(kind, uuid, changed)
        else:
            self.plan.unchanged += 1

    def _clash(self, kind: str, uuid: str, name: str, mine: Any, theirs: Any, base: Any) -> Any:
        """Note a conflict; gives the value that stands until it is decided, the same on all sides."""
        self.plan.conflicts.append(Clash(kind, uuid, name, mine, theirs, base))
        if self.policy == "both" and (kind, name) == ("note", "text"):
            return "\n\n".join(sorted((mine, theirs)))
        if self.policy in ("mine", "both"):
            return mine
        return theirs if self.policy == "theirs" else max((mine, theirs), key=_order)

    def _update(self, kind: str, uuid: str, values: Record) -> None:
        self.plan.updates.append((kind, uuid, values))
        self.ours[kind][uuid] |= values

    def _stamp(self, kind: str, uuid: str, dots: Dots) -> None:
        before = self.our_stamps.get(uuid)
        if dots and (before is None or (before[1], before[2]) != stamp_of(dots)):
            self.plan.stamps[uuid] = (kind, dots, False)

    # Deletions

    def _carry_deletions(self) -> None:
        children: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for kind, links in self.links.items():
            for uuid, record in self.ours[kind].items():
                for column in links:
                    if record[column] is not None:
                        children[record[column]].append((kind, uuid))
        for uuid, (kind, replica, number, gone) in self.their_stamps.items():
            if gone:
                self._carry_deletion(kind, uuid, dots_of(replica, number), children)

    def _carry_deletion(self, kind: str, uuid: str, dots: Dots, children: Mapping[str, list[tuple[str, str]]]) -> None:
        mine = self._dots(self.our_stamps, uuid)
        if uuid not in self.ours.get(kind, {}):
            if not seen(dots, mine):
                self.plan.stamps[uuid] = (kind, join(mine, dots), True)
        elif seen(dots, self.our_vector) or seen(dots, mine):
            return
        elif self._unseen(kind, uuid, children):
            self._keep_removed(kind, uuid, mine, dots)
        else:
            self.plan.deletes.append((kind, uuid))
            self.plan.stamps[uuid] = (kind, join(mine, dots), True)

    def _keep_removed(self, kind: str, uuid: str, mine: Dots, dots: Dots) -> None:
        self.plan.conflicts.append(Clash(kind, uuid, REMOVED, None, REMOVED, None))
        if self.policy == "theirs":
            self.plan.deletes.append((kind, uuid))
        self.plan.stamps[uuid] = (kind, join(mine, dots), self.policy == "theirs")

    def _unseen(self, kind: str, uuid: str, children: Mapping[str, Iterable[tuple[str, str]]]) -> bool:
        """Tell whether a record or anything below it holds work of ours that the remover has not seen."""
        mine = self._dots(self.our_stamps, uuid)
        if not seen(mine, self.their_vector):
            return True
        below = [child for child in children.get(uuid, ()) if child[1] != uuid and self._hangs(child[0], kind)]
        return any(self._unseen(*child, children) for child in below)

    def _hangs(self, child: str, parent: str) -> bool:
        return parent not in ("coder",) and parent in self.links[child].values()

    def _close(self) -> None:
        """Bring back what incoming records hang on; leave out those whose parent is nowhere."""
        there = {uuid for several in self.ours.values() for uuid in several}
        there |= {record["uuid"] for several in self.plan.inserts.values() for record in several}
        for kind in reversed(tuple(self.links)):
            for record in self.plan.inserts[kind]:
                self._bring_parents(kind, record, there)
        while True:
            before = self.plan.added
            for kind, links in self.links.items():
                fitting = [r for r in self.plan.inserts[kind] if all(r[c] is None or r[c] in there for c in links)]
                for lost in (
                    (r for r in self.plan.inserts[kind] if r not in fitting)
                    if len(fitting) < len(self.plan.inserts[kind])
                    else ()
                ):
                    there.discard(lost["uuid"])
                    self.plan.stamps.pop(lost["uuid"], None)
                    self.plan.dangling += 1
                self.plan.inserts[kind] = fitting
            if self.plan.added == before:
                return

    def _bring_parents(self, kind: str, record: Record, there: set[str]) -> None:
        for column, parent in self.links[kind].items():
            uuid = record[column]
            if uuid is None or uuid in there or uuid not in self.theirs[parent]:
                continue
            there.add(uuid)
            found = self.theirs[parent][uuid]
            self.plan.inserts[parent].append(found)
            dots = join(self._dots(self.our_stamps, uuid), self._dots(self.their_stamps, uuid))
            self.plan.stamps[uuid] = (parent, dots, False)
            self.plan.conflicts.append(Clash(parent, uuid, REMOVED, REMOVED, None, None))
            self._bring_parents(parent, found, there)


def _order(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def make_plan(ours: Source, bundle: Bundle, links: Mapping[str, Mapping[str, str]], base: Base, policy: Policy = "ask") -> Plan:
    """Decide how a bundle merges; `links` gives, per kind of record in parent order, column -> kind referred to."""
    return _Merger(ours, bundle, links, base, policy).run()
