"""Which tombstones of a bundle are followed: of a part only those of that part, so that nobody's work goes with another's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from db.exchange.bundle import Bundle
from db.exchange.bundle_values import Stamp
from db.exchange.presets import LAYER, Selection
from db.exchange.scope import removed_with

Known = Mapping[str, Mapping[str, dict[str, Any]]]


def followed(bundle: Bundle, stamps: Mapping[str, Stamp], ours: Known) -> dict[str, Stamp]:
    """Give the tombstones that are followed; of a part, what its sender could not tell is judged by what we hold."""
    told = {uuid: stamp for uuid, stamp in stamps.items() if stamp[3]}
    wanted = bundle.scope
    if wanted is None:
        return told
    held = {uuid: stamp for uuid, stamp in bundle.unsure.items() if uuid in ours.get(stamp[0], ())}
    if held:
        belonging = removed_with(wanted, {kind: list(several.values()) for kind, several in ours.items()}, held)
        told |= {uuid: stamp for uuid, stamp in held.items() if uuid in belonging}
    return {
        uuid: stamp
        for uuid, stamp in told.items()
        if uuid not in ours.get(stamp[0], ()) or not is_anothers(wanted, stamp[0], ours[stamp[0]][uuid])
    }


def is_anothers(wanted: Selection | None, kind: str, record: Mapping[str, Any]) -> bool:
    """Whether a record of ours is none of those whose layer a bundle is; names left out say nothing of it."""
    if wanted is None or wanted.coders is None or wanted.anonymous:
        return False
    return kind not in LAYER or record["coder"] not in wanted.coders


def parents_of(links: Mapping[str, str], record: Mapping[str, Any]) -> set[str]:
    """Give what a record belongs to; `links` are its columns with the kinds they refer to."""
    return {record[column] for column, parent in links.items() if parent != "coder" and record[column] is not None}
