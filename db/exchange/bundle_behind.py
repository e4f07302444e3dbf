"""What stands behind the records of a bundle: what they were before, what two left undecided, what was kept for re-export."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass
from typing import Any, Protocol

from db.errors import NotFound
from db.exchange.bundle_values import UUID
from db.exchange.disputable import PLACE, REMOVED, can_differ, fits, stands_in, storable
from db.exchange.members import lists, read_lists
from db.exchange.past import Past

MEMBER = "before.json"
# What imports of REFI-QDA kept aside stands in settings of names that begin so.
KEPT = "refi:"
DECISIONS = ("", "mine", "theirs", "both")
_LONGEST = 40  # a time
_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Dispute:
    """A conflict as it travels: the values as JSON, `mine` and `theirs` as its sender saw them."""

    kind: str
    record: str
    field: str
    mine: str
    theirs: str
    base: str
    created: str
    decision: str


class Behind(Protocol):
    """Where it comes from: contents.Contents or anything that answers alike."""

    def pasts(self) -> Iterator[tuple[str, Past]]: ...
    def disputes(self) -> list[Dispute]: ...
    def asides(self) -> dict[str, tuple[str, int]]: ...
    def original(self, sha256: str) -> bytes: ...


def written(source: Behind, kept: Collection[str], *, whole: bool) -> Iterator[bytes]:
    """Write what the records that go were before, and, in a bundle of all, what is in dispute about them."""
    pasts = ({"uuid": uuid, "past": past.as_json()} for uuid, past in source.pasts() if uuid in kept)
    disputes = [each for each in source.disputes() if each.record in kept] if whole else []
    rows = [list(astuple(each)) for each in disputes]
    return lists({"past": pasts, "conflict": ({"told": row} for row in sorted(rows))})


def read(lines: Iterable[bytes], records: Mapping[str, Sequence[Mapping[str, Any]]]) -> tuple[dict[str, Past], list[Dispute]]:
    """Read what `written` wrote about some records; ValueError, KeyError or TypeError for anything else."""
    there = {str(record["uuid"]): (kind, record) for kind, several in records.items() for record in several}
    pasts: dict[str, Past] = {}
    disputes: list[Dispute] = []

    def take(kind: str, entry: Any) -> None:
        if kind == "past":
            pasts[entry["uuid"]] = _fitting(Past.of_json(entry["past"]), *there.get(entry["uuid"], ("", {})))
        elif kind == "conflict":
            told = Dispute(*entry["told"])
            disputes.append(_checked(told, *there.get(told.record, ("", {}))))

    read_lists(lines, take)
    return pasts, disputes


def _fitting(past: Past, kind: str, record: Mapping[str, Any]) -> Past:
    if not kind or not all(step.fields.keys() <= record.keys() for step in past.steps):
        raise ValueError("what was before")
    return past


def _checked(told: Dispute, kind: str, record: Mapping[str, Any]) -> Dispute:
    """Hold a conflict to what merging can leave open of that record; raises ValueError."""
    words = all(isinstance(each, str) and storable(each) for each in astuple(told))
    if not words or told.kind != kind or told.decision not in DECISIONS or len(told.created) > _LONGEST:
        raise ValueError("a conflict in it")
    mine, theirs, base = (json.loads(value) for value in (told.mine, told.theirs, told.base))
    values = [mine, theirs]
    alone = told.field in record and can_differ(kind, told.field)
    if not (alone or told.field in (PLACE, REMOVED)) or not all(fits(kind, told.field, each) for each in values):
        raise ValueError("a conflict in it")
    hangs_on_itself = alone and told.record in values
    if hangs_on_itself or (told.field == REMOVED and values.count(REMOVED) != 1):
        raise ValueError("a conflict in it")
    # From what two began may be long gone: no one can decide for it.
    if not all(map(storable, base.values() if isinstance(base, dict) else (base,))):
        raise ValueError("a conflict in it")
    return told


def check_places(
    disputes: Iterable[Dispute], records: Mapping[str, Sequence[Mapping[str, Any]]], texts: Mapping[str, str]
) -> None:
    """Hold disputed places to the texts that came along; raises ValueError where one quotes what does not stand there."""
    versions = {str(one["uuid"]): str(one["version"]) for one in records["confirmation"]}
    for told in disputes:
        for value in (told.mine, told.theirs) if told.field == PLACE else ():
            place = json.loads(value)
            version = place.get("version") or versions.get(told.record, "")
            if version in texts and not stands_in(place, texts[version]):
                raise ValueError("a conflict in it")


# What was kept aside


def aside_files(value: str, original: Callable[[str], bytes]) -> tuple[str, ...]:
    """Give the files of what an import kept aside, by SHA-256, its own description first; raises what reading it raises."""
    from db.exchange.refi.aside import Aside

    told = json.loads(value)
    digest = told["sha256"]
    if not isinstance(told["file"], str) or not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
        raise ValueError("what an import kept aside")
    return digest, *sorted(set(Aside.from_json(original(digest)).members.values()))


def asides(source: Behind) -> dict[str, tuple[str, ...]]:
    """Give what imports kept aside, by its setting with its files; what came here without its files stays."""
    found = {}
    for name, (value, _number) in source.asides().items():
        with suppress(NotFound):
            files = aside_files(value, source.original)
            found[name] = tuple(sha256 for sha256 in files if source.original(sha256) is not None)
    return found


def check_aside(name: str, value: str, original: Callable[[str], bytes]) -> tuple[str, ...]:
    """Hold a stranger's aside to its shape: well-formed XML, names inside `sources/`; gives its files; raises ValueError."""
    from pathlib import Path, PurePosixPath

    from db.exchange.refi.aside import Aside
    from db.exchange.refi.parsing import parse

    if not UUID.fullmatch(name.removeprefix(KEPT)):
        raise ValueError(f"the setting {name}")
    files = aside_files(value, original)
    aside = Aside.from_json(original(files[0]))
    for member in aside.members:
        if member != f"sources/{PurePosixPath(member).name}" or "\\" in member or ":" in member:
            raise ValueError(f"the name {member}")
    for xml in aside.trees():
        parse(Path("kept.xml"), xml.encode())
    return files
