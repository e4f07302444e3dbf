"""What a bundle that holds a part is a part of, and which tombstones go with it: those of what would be in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from db.exchange.presets import LAYER, PRESETS, Records, Selection, narrowed
from db.records import TravellingRecord

_SETS = ("articles", "codes", "coders")
Stamp = tuple[str, str, int, bool]  # kind, replica, number, gone


class Source(Protocol):
    """Where records and tombstones are."""

    def records(self, kind: str) -> Iterator[TravellingRecord]: ...
    def removed(self) -> Mapping[str, Iterable[TravellingRecord]]: ...
    def pseudonyms(self) -> Mapping[str, str]: ...


def told(source: Source, wanted: Selection) -> dict[str, Any]:
    """Give a selection as a manifest carries it."""
    hidden = source.pseudonyms() if wanted.anonymous and wanted.coders is not None else {}
    several = {name: getattr(wanted, name) for name in _SETS}
    sets = {name: None if each is None else sorted(hidden.get(uuid, uuid) for uuid in each) for name, each in several.items()}
    return {"preset": wanted.preset, **sets}


def read(manifest: Mapping[str, Any]) -> Selection | None:
    """Read what `told` gave; None for a bundle of everything, and for those of old that did not say; ValueError for others."""
    held = manifest.get("part")
    if manifest["whole"] or held is None:
        return None
    sets = [held[name] for name in _SETS]
    if held["preset"] not in PRESETS or not all(each is None or isinstance(each, list) for each in sets):
        raise ValueError("what it is a part of")
    articles, codes, coders = (None if each is None else frozenset(map(str, each)) for each in sets)
    return Selection(held["preset"], articles, codes, coders, anonymous=bool(manifest.get("anonymous")))


def tombstones(
    source: Source, kinds: Iterable[str], wanted: Selection, stamps: Mapping[str, Stamp]
) -> tuple[set[str], set[str]]:  # fmt: skip
    """Choose the tombstones that go with a selection; gives those of what would be in it, and those of what nobody remembers."""
    gone = {uuid for uuid, stamp in stamps.items() if stamp[3] and not (wanted.anonymous and stamp[0] == "coder")}
    if wanted.everything or not gone:
        return gone, set()
    removed = source.removed()
    known = {str(record["uuid"]) for several in removed.values() for record in several} & gone
    belonging: set[str] = set()
    if known:
        records = {kind: [*source.records(kind), *removed.get(kind, ())] for kind in kinds}
        belonging = removed_with(wanted, records, known)
    return belonging, gone - known


def removed_with(wanted: Selection, records: Records, gone: Iterable[str]) -> set[str]:
    """Choose, of records that are gone, those that a selection would hold if they were there; `records` are with them."""
    among = set(gone)
    chosen = narrowed(records, wanted)
    kinds = LAYER if wanted.coders is not None else chosen.keys()
    return {str(record["uuid"]) for kind in kinds for record in chosen.get(kind, ()) if record["uuid"] in among}
