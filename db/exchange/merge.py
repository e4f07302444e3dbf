"""Three-way merging of records by uuid, stamps and vectors: decides what is to be done, and writes nothing.

One side changed a record: that is taken. Both did, without knowing of each other: field by field against the base; a
field both changed is a conflict, kept with both values, and until a person decides the same one of them stands on all
sides. Deletions travel as tombstones; a deletion against a change is a conflict that keeps the record.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from operator import itemgetter
from typing import Any

from db.exchange.bundle import Bundle, Source
from db.exchange.bundle_values import Stamp
from db.exchange.disputable import PROSE, below_each_other
from db.exchange.dots import Dots, dots_of, join, seen, stamp_of
from db.exchange.fallen import Dot, Fallen, Fell
from db.exchange.joined import join_fields, order
from db.exchange.nameless import Nameless
from db.exchange.past import Past, base_of, knowing
from db.exchange.plan import PLACE, REMOVED, Clash, Plan, Policy, Record
from db.exchange.removals import followed
from db.exchange.rings import rings

__all__ = ["REMOVED", "Clash", "Plan", "Policy", "make_plan"]

Before = Callable[[str, str], Past]  # kind, uuid -> what our record was before
Remember = Callable[
    [Collection[str]], Mapping[str, Sequence[Mapping[str, Any]]]
]  # uuids of removed records -> kind -> last values
Remembered = tuple[Before, Remember]

# What makes two records of different uuids one thing, parents first.
_SAME: Mapping[str, tuple[str, ...]] = {
    "alias": ("instrument", "text", "scope"),
    "version": ("article", "sha256"),
    "article_status": ("article", "coder"),
    "tagging": ("annotation", "code", "coder"),
    "confirmation": ("annotation", "version"),
    "relation": ("kind", *(f"{s}_{end}" for s in ("from", "to") for end in ("annotation", "article", "instrument")), "coder"),
    "field_value": ("field", "article", "annotation", "tagging", "link", "value"),
    "collected": ("collection", "article"),
    "article_tag": ("article", "name"),
}


class _Merger:
    def __init__(
        self, ours: Source, bundle: Bundle, links: Mapping[str, Mapping[str, str]], history: Remembered, policy: Policy
    ) -> None:
        self.links = links  # kind -> column -> kind it refers to
        self.before, self.remember = history
        self.policy = policy
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
        self.nameless = Nameless(self.ours, bundle, self._update)
        self._settings = ours.settings() | ours.asides()
        self.fallen = Fallen(links, self._lost, self._moved)
        self.was: dict[str, str] = {}  # uuid that stays -> the one our record has in the file
        self._read: dict[tuple[str, int], Dots] = {}
        self._planned: dict[tuple[str, str, int], tuple[str, Dots, bool]] = {}

    def run(self) -> Plan:
        self._follow_aliases()
        self._match_articles()
        # Names left out are no other names: whoever is known here stays who it is.
        self.kept |= self.nameless.know()
        for kind in self.links:
            known = self.nameless.known if kind == "coder" else ()
            records = self.plan.bundle.records[kind]
            mapped = (self._mapped(kind, record) for record in records) if self.kept else records
            self.theirs[kind] = {record["uuid"]: record for record in mapped if record["uuid"] not in known}
            self._match(kind)
            for uuid, record in list(self.theirs[kind].items()):
                self._meet(kind, uuid, record)
        self._close()
        self._break_rings()
        self.nameless.leave(self.plan)
        self.plan.disputes = [replace(each, record=self._of(each.record)) for each in self.plan.bundle.disputes]
        held = self._settings
        theirs = self.plan.bundle.settings
        self.plan.settings = {name: value for name, value in theirs.items() if _chosen_later(value, held.get(name))}
        return self.plan

    # One thing under two uuids

    def _of(self, uuid: str) -> str:
        while uuid in self.kept:
            uuid = self.kept[uuid]
        return uuid

    def _mapped(self, kind: str, record: Record) -> Record:
        """Give a record of theirs under the uuids that stay; the very record where it has them."""
        kept = self.kept
        changed = {column: self._of(record[column]) for column in ("uuid", *self.links[kind]) if record[column] in kept}
        return {**record, **changed} if changed else record

    def _follow_aliases(self) -> None:
        """Take over what others found to be one thing, where we hold it under the uuid that goes."""
        for uuid, (kind, _kept) in list(self.plan.aliases.items()):
            stays = self._of(uuid)
            if uuid not in self.ours.get(kind, {}):
                continue
            if stays in self.ours[kind]:
                # We hold both as two things; they stay two here, and the other side's one is taken for its namesake.
                del self.plan.aliases[uuid], self.kept[uuid]
            else:
                self._rename(kind, uuid, stays)

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
        here = {self._likeness(kind, record, columns): uuid for uuid, record in self.ours[kind].items()}
        if not here:
            return
        for uuid, record in list(self.theirs[kind].items()):
            twin = here.get(self._likeness(kind, record, columns))
            # A twin that they hold too is another thing to them: a text that came back as a later version.
            if uuid not in self.ours[kind] and twin is not None and twin not in self.theirs[kind]:
                stays = self._join(kind, twin, uuid)
                self.theirs[kind][stays] = self.theirs[kind].pop(uuid) | {"uuid": stays}

    def _likeness(self, kind: str, record: Record, columns: tuple[str, ...]) -> tuple[Any, ...]:
        if kind == "field_value":
            fields = self.ours["field"] | self.theirs["field"]
            # A field of one value has one value record; two of them are a conflict.
            if fields.get(record["field"], {}).get("type") != "many of":
                columns = tuple(column for column in columns if column != "value")
        return tuple(record[column] for column in columns)

    def _join(self, kind: str, ours: str, theirs: str) -> str:
        """Keep the smaller uuid of one thing and remember the other as its alias."""
        stays, goes = min(ours, theirs), max(ours, theirs)
        self.kept[goes] = stays
        self.plan.aliases[goes] = (kind, stays)
        if stays == theirs:
            self._rename(kind, goes, stays)
        if goes in self.their_stamps:
            self.their_stamps[stays] = self.their_stamps.pop(goes)
        pasts = self.plan.bundle.pasts
        if goes in pasts:
            pasts[stays] = pasts.pop(goes)
        return stays

    def _rename(self, kind: str, goes: str, stays: str) -> None:
        """Give one of our records the uuid that stays; its stamp goes with it."""
        self.ours[kind][stays] = self.ours[kind].pop(goes) | {"uuid": stays}
        self.plan.renames.append((kind, goes, stays))
        self.was[stays] = self.was.pop(goes, goes)
        for several, links in self.links.items():
            for column in (column for column, target in links.items() if target == kind):
                for other in self.ours[several].values():
                    if other[column] == goes:
                        other[column] = stays
        if goes in self.our_stamps:
            self.our_stamps[stays] = self.our_stamps.pop(goes)
            _kind, replica, number, _gone = self.our_stamps[stays]
            self.plan.stamps[stays] = (kind, dots_of(replica, number), False)

    # One record on both sides

    def _dots(self, stamps: Mapping[str, Stamp], uuid: str) -> Dots:
        stamp = stamps.get(uuid)
        if stamp is None:
            return {}
        # The records of one change share their stamp, and nobody alters dots.
        name = stamp[1], stamp[2]
        dots = self._read.get(name)
        if dots is None:
            dots = self._read[name] = dots_of(*name)
        return dots

    def _meet(self, kind: str, uuid: str, theirs: Record) -> None:
        ours = self.ours[kind].get(uuid)
        if ours is None and uuid not in self.our_stamps:
            self.plan.inserts[kind].append(theirs)
            self.plan.stamps[uuid] = self._new_stamp(kind, uuid)
            return
        mine = self._dots(self.our_stamps, uuid)
        other = self._dots(self.their_stamps, uuid)
        if ours is None:
            self._meet_absent(kind, uuid, theirs, mine, other)
            return
        if ours.get("coder") != theirs.get("coder") or (kind == "translation" and self.plan.bundle.anonymous):
            theirs = self.nameless.same(kind, uuid, ours, theirs)
        i_saw, they_saw = self._who_saw(mine, other)
        if they_saw:
            self.plan.settled.add(uuid)
        self._stamp(kind, uuid, self._resting(mine, other))
        if ours == theirs or (i_saw and not they_saw):
            self.plan.unchanged += 1
        elif they_saw and not i_saw:
            self._update(kind, uuid, {name: value for name, value in theirs.items() if ours[name] != value})
        else:
            # Where each has seen the other and they differ all the same, no base is older than both.
            base = None if i_saw and they_saw else self._base(kind, uuid, ours, mine, other)
            self._join_fields(kind, uuid, ours, theirs, base)

    def _base(self, kind: str, uuid: str, ours: Record, mine: Dots, other: Dots) -> Mapping[str, Any] | None:
        """Give the fields of a record as both sides last knew them; None where neither side's past reaches back as far."""
        we_saw, they_saw = knowing(self.our_vector, mine), knowing(self.their_vector, other)
        before = self.before(kind, self.was.get(uuid, uuid))
        base = base_of(ours, before, self.plan.bundle.pasts.get(uuid, Past(None)), we_saw, they_saw)
        if base is not None:
            for column in self.links[kind]:
                base[column] = self._of(base[column]) if base[column] is not None else None
        return base

    def _new_stamp(self, kind: str, uuid: str) -> tuple[str, Dots, bool]:
        """Give the stamp of a record that we never had, one for all records of a change."""
        stamp = self.their_stamps.get(uuid)
        name = (kind, stamp[1], stamp[2]) if stamp else (kind, "", 0)
        found = self._planned.get(name)
        if found is None:
            found = self._planned[name] = (kind, self._dots(self.their_stamps, uuid), False)
        return found

    def _who_saw(self, mine: Dots, other: Dots) -> tuple[bool, bool]:
        """Tell whether we know what their state rests on, and whether they know ours."""
        return seen(other, self.our_vector) or seen(other, mine), seen(mine, self.their_vector) or seen(mine, other)

    def _resting(self, mine: Dots, other: Dots) -> Dots:
        """Give what the outcome rests on: the newer state's dots, or both where neither is newer."""
        i_saw, they_saw = self._who_saw(mine, other)
        if i_saw != they_saw:
            return mine if i_saw else other
        return join(mine, other)

    def _meet_absent(self, kind: str, uuid: str, theirs: Record, mine: Dots, other: Dots) -> None:
        """Meet a record that was removed here, or of which only a stamp is left."""
        fell = Fell(kind, theirs, mine, other, False)
        if not self.our_stamps[uuid][3]:
            self._insert(uuid, fell)
        elif seen(mine, other) and not self.their_stamps[uuid][3]:  # another program's file bears our own removal
            self.fallen.brought_back(uuid, fell)
        elif seen(other, self.our_vector) or self.policy == "mine":
            self.fallen.fell(uuid, fell)
        else:
            self.fallen.contested(uuid, fell)

    def _insert(self, uuid: str, fell: Fell) -> None:
        self.plan.inserts[fell.kind].append(dict(fell.record))
        self.plan.stamps[uuid] = (fell.kind, fell.resting, False)

    def _join_fields(self, kind: str, uuid: str, ours: Record, theirs: Record, base: Mapping[str, Any] | None) -> None:
        changed, differs = join_fields(kind, ours, theirs, base or {})
        for name, mine, value, was in differs:
            stands = self._clash(kind, uuid, name, mine, value, was)
            changed |= stands if name == PLACE else {name: stands}
        changed = {name: value for name, value in changed.items() if ours[name] != value}
        if changed:
            self._update(kind, uuid, changed)
        else:
            self.plan.unchanged += 1

    def _clash(self, kind: str, uuid: str, name: str, mine: Any, theirs: Any, base: Any) -> Any:
        """Note a conflict; gives the value that stands until it is decided, the same on all sides."""
        self.plan.conflicts.append(Clash(kind, uuid, name, mine, theirs, base))
        if self.policy == "both" and (kind, name) in PROSE:
            return below_each_other(mine, theirs)
        if self.policy in ("mine", "both"):
            return mine
        return theirs if self.policy == "theirs" else max((mine, theirs), key=order)

    def _update(self, kind: str, uuid: str, values: Record) -> None:
        self.plan.updates.append((kind, uuid, values))
        self.plan.brought[uuid] = self._dots(self.their_stamps, uuid)
        self.ours[kind][uuid] |= values

    def _stamp(self, kind: str, uuid: str, dots: Dots, *, gone: bool = False) -> None:
        before = self.our_stamps.get(uuid)
        if dots and (before is None or before[1:] != (*stamp_of(dots), gone)):
            self.plan.stamps[uuid] = (kind, dots, gone)

    # Deletions

    def _carry_deletions(self) -> None:
        for uuid, (kind, replica, number, _gone) in followed(self.plan.bundle, self.their_stamps, self.ours).items():
            dots, mine = dots_of(replica, number), self._dots(self.our_stamps, uuid)
            record = self.ours.get(kind, {}).get(uuid)
            if record is None:
                if uuid not in self.plan.stamps:
                    self._stamp(kind, uuid, self._resting(mine, dots), gone=True)
                continue
            fell = Fell(kind, record, dots, mine, True)
            if seen(dots, mine):
                self.fallen.brought_back(uuid, fell)
            # A private note never travelled, whatever the numbers say.
            elif record.get("private") or not seen(mine, self.their_vector):
                self.fallen.contested(uuid, fell)
            else:
                self.fallen.fell(uuid, fell)

    def _lost(self, removals: Set[Dot]) -> list[Fell]:
        """Give what fell in some removals and neither side holds, as our history tells it."""
        theirs = self.their_stamps
        wanted = {
            uuid: join(dots, self._dots(theirs, uuid))
            for uuid, (kind, replica, number, gone) in self.our_stamps.items()
            if gone and uuid not in self.theirs[kind] and (dots := dots_of(replica, number)).items() & removals
        }
        if not wanted:
            return []
        found = ((kind, record) for kind, records in self.remember(wanted).items() for record in records)
        return [
            Fell(kind, self._mapped(kind, dict(record)), wanted[uuid], {}, False)
            for kind, record in found
            if (uuid := str(record["uuid"])) in wanted
        ]

    def _moved(self, uuid: str, fell: Fell) -> set[str]:
        """Give what a record of a tree was below before moves that its remover did not see."""
        columns = [column for column, target in self.links[fell.kind].items() if target == fell.kind]
        if not columns:
            return set()
        saw = knowing(self.their_vector if fell.here else self.our_vector, fell.removal)
        past = self.before(fell.kind, self.was.get(uuid, uuid)).joined(self.plan.bundle.pasts.get(uuid, Past(None)))
        unseen = [step.fields for step in past.steps if not saw(step.dots)]
        return {self._of(fields[c][0]) for fields in unseen for c in columns if c in fields and fields[c][0]}

    def _live(self) -> dict[str, list[Record]]:
        """Give what is there of either side, as far as no removal stands."""
        gone = self.fallen.gone
        if not gone:
            return {}
        return {
            kind: [record for uuid, record in self.ours[kind].items() if uuid not in gone] + self.plan.inserts[kind]
            for kind in self.links
        }

    def _close(self) -> None:
        """Settle what was removed; leave out incoming records whose parent is nowhere."""
        self._carry_deletions()
        there = {uuid for several in self.ours.values() for uuid in several}
        there |= {record["uuid"] for several in self.plan.inserts.values() for record in several}
        self.fallen.settle(self._live(), there)
        for uuid, fell in self.fallen.back.items():
            if not fell.here:
                self._insert(uuid, fell)
                there.add(uuid)
            elif self.policy == "theirs" and uuid not in self.fallen.known:
                self.fallen.gone[uuid] = fell
            else:
                self._stamp(fell.kind, uuid, fell.resting)
        for uuid, fell in self.fallen.conflicts():
            mine, theirs = (None, REMOVED) if fell.here else (REMOVED, None)
            self.plan.conflicts.append(Clash(fell.kind, uuid, REMOVED, mine, theirs, None))
        for uuid, fell in self.fallen.gone.items():
            if fell.here:
                self.plan.deletes.append((fell.kind, uuid))
                self.plan.stamps[uuid] = (fell.kind, self._resting(self._dots(self.our_stamps, uuid), fell.removal), True)
                there.discard(uuid)
            else:
                self.plan.unchanged += uuid in self.theirs[fell.kind]
        self._mend_updates(there)
        while dangling := [kind for kind in self.links if self._dangle(kind, there)]:
            for kind in dangling:
                self._leave_out(kind, there)

    def _leave_out(self, kind: str, there: set[str]) -> None:
        """Leave out incoming records of a kind that hang on what is not there."""
        fitting: list[Record] = []
        for record in self.plan.inserts[kind]:
            if all(record[column] is None or record[column] in there for column in self.links[kind]):
                fitting.append(record)
                continue
            there.discard(record["uuid"])
            self.plan.stamps.pop(record["uuid"], None)
            self.plan.dangling += 1
        self.plan.inserts[kind] = fitting

    def _dangle(self, kind: str, there: Set[str]) -> bool:
        """Tell whether any incoming record of a kind hangs on what is not there."""
        named = ({*map(itemgetter(column), self.plan.inserts[kind])} for column in self.links[kind])
        return any(not uuids - {None} <= there for uuids in named)

    def _mend_updates(self, there: set[str]) -> None:
        """Leave updated records on what they hung on where they would hang on what is nowhere."""
        for kind, _uuid, values in self.plan.updates:
            for column in self.links[kind].keys() & values.keys():
                if values[column] is not None and values[column] not in there:
                    del values[column]
                    self.plan.dangling += 1

    def _break_rings(self) -> None:
        """Two who move things apart can hang each below the other: the greatest uuid of such a ring goes to the top."""
        for kind, links in self.links.items():
            for column in (column for column, target in links.items() if target == kind):
                after = {u: r[column] for u, r in self.ours[kind].items()}
                after |= {record["uuid"]: record[column] for record in self.plan.inserts[kind]}
                for ring in rings(after):
                    self._cut(kind, column, ring)

    def _cut(self, kind: str, column: str, ring: list[str]) -> None:
        top = max(ring)
        self.plan.inserts[kind] = [
            {**record, column: None} if record["uuid"] == top else record for record in self.plan.inserts[kind]
        ]
        if top in self.ours[kind]:
            self._update(kind, top, {column: None})
        # The cut rests on all that made the ring, so that it is newer than either.
        self._stamp(kind, top, self._resting_all(ring))

    def _resting_all(self, several: Iterable[str]) -> Dots:
        dots: Dots = {}
        for uuid in several:
            planned = self.plan.stamps.get(uuid)
            dots = join(dots, planned[1] if planned else self._dots(self.our_stamps, uuid))
        return dots


def _chosen_later(theirs: tuple[str, int], ours: tuple[str, int] | None) -> bool:
    """Whether a setting was chosen later there: the same on all sides, whoever asks first."""
    return ours is None or (theirs[1], theirs[0]) > (ours[1], ours[0])


def make_plan(
    ours: Source, bundle: Bundle, links: Mapping[str, Mapping[str, str]], history: Remembered, policy: Policy = "ask"
) -> Plan:
    """Decide how a bundle merges; `links` gives, per kind of record in parent order, column -> kind referred to.

    `history` tells what our records were before, and the last values of removed ones by their uuids.
    """
    # Planned anew where the project went on, so that a bundle itself stays as it was read.
    bundle = replace(bundle, stamps=dict(bundle.stamps), pasts=dict(bundle.pasts))
    return _Merger(ours, bundle, links, history, policy).run()
