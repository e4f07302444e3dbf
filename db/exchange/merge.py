"""Three-way merging of records by uuid, stamps and vectors: decides what is to be done, and writes nothing.

One side changed a record: that is taken. Both did, without knowing of each other: field by field against the base; a
field both changed is a conflict, kept with both values, and until a person decides the same one of them stands on all
sides. Deletions travel as tombstones; a deletion against a change is a conflict that keeps the record.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from db.exchange.bundle import Bundle, Source, Stamp
from db.exchange.dots import Dots, dots_of, join, seen, stamp_of
from db.exchange.plan import REMOVED, Clash, Plan, Policy, Record
from db.exchange.rings import rings

__all__ = ["REMOVED", "Base", "Clash", "Plan", "Policy", "make_plan"]

Base = Callable[[str, str], Mapping[str, Any] | None]  # kind, uuid -> our record before the other side's unseen change

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
# Fields nobody decides about: the earlier or later, smaller or greater value stands.
_EARLIER = frozenset(
    {"created", "imported", "position", "published_from", "fetched_from", "number", "media_type", "file_name", "coder"}
)
_LATER = frozenset(
    {"modified", "revision", "code_revision", "removed", "remarks", "layout", "original", "origin", "origin_detail", "url_key"}
)


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
        self._settings = ours.settings()
        self.gone_here: set[str] = set()
        self._read: dict[tuple[str, int], Dots] = {}
        self._planned: dict[tuple[str, str, int], tuple[str, Dots, bool]] = {}

    def run(self) -> Plan:
        self._follow_aliases()
        self._match_articles()
        for kind in self.links:
            self.theirs[kind] = {}
            # Names left out are no other names: whoever is known here stays who it is.
            known = self.ours[kind].keys() if kind == "coder" and self.plan.bundle.anonymous else ()
            for record in self.plan.bundle.records[kind]:
                mapped = self._mapped(kind, record)
                if mapped["uuid"] not in known:
                    self.theirs[kind][mapped["uuid"]] = mapped
            self._match(kind)
            for uuid, record in list(self.theirs[kind].items()):
                self._meet(kind, uuid, record)
        self._carry_deletions()
        self._close()
        self._break_rings()
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
        return stays

    def _rename(self, kind: str, goes: str, stays: str) -> None:
        """Give one of our records the uuid that stays; its stamp goes with it."""
        self.ours[kind][stays] = self.ours[kind].pop(goes) | {"uuid": stays}
        self.plan.renames.append((kind, goes, stays))
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
        i_saw, they_saw = self._who_saw(mine, other)
        self._stamp(kind, uuid, self._resting(mine, other))
        if ours == theirs or (i_saw and not they_saw):
            self.plan.unchanged += 1
        elif they_saw and not i_saw:
            self._update(kind, uuid, {name: value for name, value in theirs.items() if ours[name] != value})
        else:
            # Where each has seen the other and they differ all the same, no base is older than both.
            base = None if i_saw and they_saw else self.base(kind, uuid)
            self._join_fields(kind, uuid, ours, theirs, base)

    def _new_stamp(self, kind: str, uuid: str) -> tuple[str, Dots, bool]:
        """Give the stamp of a record that we never had, one for all records of a change."""
        stamp = self.their_stamps.get(uuid)
        name = (kind, *stamp[1:3]) if stamp else (kind, "", 0)
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
        removed = self.our_stamps.get(uuid)
        if removed is not None and removed[3]:
            if seen(other, self.our_vector) or self.policy == "mine":
                self.gone_here.add(uuid)
                self.plan.unchanged += 1
                return
            if not seen(mine, self.their_vector):
                self._clash(kind, uuid, REMOVED, REMOVED, None, None)
        self.plan.inserts[kind].append(theirs)
        self.plan.stamps[uuid] = (kind, self._resting(mine, other), False)

    def _join_fields(self, kind: str, uuid: str, ours: Record, theirs: Record, base: Mapping[str, Any] | None) -> None:
        changed: Record = {}
        known = base or {}
        for name, value in theirs.items():
            mine = ours[name]
            if value == mine or (name in known and value == known[name]):
                continue
            if name in known and mine == known[name]:
                changed[name] = value
            elif name in _EARLIER or name in _LATER:
                ordered = sorted((mine, value), key=_order)
                changed[name] = ordered[0] if name in _EARLIER else ordered[1]
            else:
                changed[name] = self._clash(kind, uuid, name, mine, value, known.get(name))
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
        self.plan.brought[uuid] = self._dots(self.their_stamps, uuid)
        self.ours[kind][uuid] |= values

    def _stamp(self, kind: str, uuid: str, dots: Dots, *, gone: bool = False) -> None:
        before = self.our_stamps.get(uuid)
        if dots and (before is None or before[1:] != (*stamp_of(dots), gone)):
            self.plan.stamps[uuid] = (kind, dots, gone)

    # Deletions

    def _carry_deletions(self) -> None:
        children: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for kind in self.links:
            for uuid, record in self.ours[kind].items():
                for parent in self._parents(kind, record):
                    children[parent].append((kind, uuid))
        gone: dict[str, tuple[str, Dots]] = {}
        for uuid, (kind, replica, number, removed) in self.their_stamps.items():
            dots, mine = dots_of(replica, number), self._dots(self.our_stamps, uuid)
            if removed and uuid not in self.ours.get(kind, {}):
                if uuid not in self.plan.stamps:
                    self._stamp(kind, uuid, self._resting(mine, dots), gone=True)
            elif removed and not (seen(dots, self.our_vector) or seen(dots, mine)):
                gone[uuid] = kind, dots
        for uuid in self._keep_work(gone, children):
            kind, dots = gone.pop(uuid)
            self.plan.stamps[uuid] = (kind, join(self._dots(self.our_stamps, uuid), dots), False)
        for uuid, (kind, dots) in gone.items():
            self.plan.deletes.append((kind, uuid))
            self.plan.stamps[uuid] = (kind, self._resting(self._dots(self.our_stamps, uuid), dots), True)

    def _keep_work(self, gone: Mapping[str, tuple[str, Dots]], children: Mapping[str, list[tuple[str, str]]]) -> set[str]:
        """Choose what stays though they removed it: what holds work they have not seen, and all that belongs to it."""
        kept = {uuid for uuid, (kind, _dots) in gone.items() if self._unseen(kind, uuid, children)}
        self.plan.conflicts += [Clash(gone[uuid][0], uuid, REMOVED, None, REMOVED, None) for uuid in sorted(kept)]
        if self.policy == "theirs":
            return set()
        waiting = {uuid: self._parents(kind, self.ours[kind][uuid]) for uuid, (kind, _d) in gone.items() if uuid not in kept}
        while more := [u for u, parents in waiting.items() if parents & kept and not parents & waiting.keys()]:
            kept.update(more)
            for uuid in more:
                del waiting[uuid]
        return kept

    def _parents(self, kind: str, record: Record) -> set[str]:
        return {record[column] for column, parent in self.links[kind].items() if parent != "coder" and record[column] is not None}

    def _unseen(self, kind: str, uuid: str, children: Mapping[str, Iterable[tuple[str, str]]]) -> bool:
        """Tell whether a record or anything below it holds work of ours that the remover has not seen."""
        mine = self._dots(self.our_stamps, uuid)
        # A private note never travelled, whatever the numbers say.
        if not seen(mine, self.their_vector) or self.ours[kind][uuid].get("private"):
            return True
        return any(self._unseen(*child, children) for child in children.get(uuid, ()))

    def _close(self) -> None:
        """Bring back what incoming records hang on; leave out those whose parent is nowhere."""
        there = {uuid for several in self.ours.values() for uuid in several}
        there |= {record["uuid"] for several in self.plan.inserts.values() for record in several}
        for kind in reversed(tuple(self.links)):
            columns = tuple(self.links[kind])
            for record in list(self.plan.inserts[kind]):
                for column in columns:
                    if record[column] is not None and record[column] not in there:
                        self._bring_parents(kind, record, there)
        self._mend_updates(there)
        self._bring_children(there)
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

    def _bring_children(self, there: set[str]) -> None:
        """Bring back with a record what belongs to it and was removed here with it."""
        back = {r["uuid"] for several in self.plan.inserts.values() for r in several if r["uuid"] in self.our_stamps}
        stays = self.gone_here - back
        waiting = {u: (kind, self.theirs[kind][u]) for kind in self.links for u in self.theirs[kind] if u in stays}
        while True:
            parents = {uuid: self._parents(*pair) for uuid, pair in waiting.items()}
            more = [uuid for uuid, several in parents.items() if several & back and several <= there]
            if not more:
                return
            for uuid in more:
                kind, record = waiting.pop(uuid)
                self.plan.inserts[kind].append(record)
                dots = join(self._dots(self.our_stamps, uuid), self._dots(self.their_stamps, uuid))
                self.plan.stamps[uuid] = (kind, dots, False)
            back.update(more)
            there.update(more)

    def _mend_updates(self, there: set[str]) -> None:
        """Bring back what updated records are to hang on; what is nowhere is left as it was."""
        for kind, _uuid, values in self.plan.updates:
            links = {column: target for column, target in self.links[kind].items() if column in values}
            self._bring_parents(kind, values | {c: None for c in self.links[kind] if c not in links}, there)
            for column in links:
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
        dots: Dots = {}
        for uuid in ring:
            planned = self.plan.stamps.get(uuid)
            dots = join(dots, planned[1] if planned else self._dots(self.our_stamps, uuid))
        self._stamp(kind, top, dots)

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


def _chosen_later(theirs: tuple[str, int], ours: tuple[str, int] | None) -> bool:
    """Whether a setting was chosen later there: the same on all sides, whoever asks first."""
    return ours is None or (theirs[1], theirs[0]) > (ours[1], ours[0])


def _order(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def make_plan(ours: Source, bundle: Bundle, links: Mapping[str, Mapping[str, str]], base: Base, policy: Policy = "ask") -> Plan:
    """Decide how a bundle merges; `links` gives, per kind of record in parent order, column -> kind referred to."""
    return _Merger(ours, bundle, links, base, policy).run()
