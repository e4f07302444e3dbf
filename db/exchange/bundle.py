"""The bundle (.glossbundle): a ZIP with everything that travels, the same bytes for the same state, checked before use."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from db.errors import CannotRead
from db.exchange.archive import Archive, write_zip
from db.exchange.dots import dots_of, stamp_of
from db.exchange.report import FidelityReport
from db.exchange.shapes import check_shapes, layout_fits
from db.exchange.web_annotation import KINDS as WEB_KINDS
from db.exchange.web_annotation import from_web, to_web
from db.records import Progress, TravellingRecord, no_progress

SUFFIX = ".glossbundle"
FORMAT = 3
# Which member carries which kinds of record.
MEMBERS: Mapping[str, tuple[str, ...]] = {
    "articles.json": ("article", "version", "article_status", "confirmation"),
    "codebook.json": ("codebook", "code", "crosswalk", "crosswalk_row"),
    "instruments.json": ("instrument", "alias", "provision"),
    "records.json": ("coder", "relation", "note", "field", "field_value", "saved_search"),
    "library.json": ("collection", "collected", "article_tag"),
}
# What a format added: bundles of an older one do without it.
_SINCE: Mapping[str, int] = {"library.json": 2}
# Columns that a format added, with what records of an older one mean: (format, kind, column, value).
_ADDED: tuple[tuple[int, str, str, str], ...] = ((3, "saved_search", "kind", "search"),)
_WEB, _MANIFEST, _STAMPS = "annotations.jsonld", "manifest.json", "stamps.json"
Stamp = tuple[str, str, int, bool]  # kind, replica, number, gone
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Source(Protocol):
    """What a bundle is written from: contents.Contents or anything that answers alike."""

    def records(self, kind: str) -> Iterator[TravellingRecord]: ...
    def text(self, version: str) -> str: ...
    def original(self, sha256: str) -> bytes: ...
    def stamps(self) -> dict[str, Stamp]: ...
    def vector(self) -> dict[str, int]: ...
    def aliases(self) -> list[tuple[str, str, str]]: ...


@dataclass(slots=True)
class Bundle:
    """What a bundle holds, read and checked; texts and originals by uuid and SHA-256."""

    manifest: dict[str, Any]
    records: dict[str, list[dict[str, Any]]]
    stamps: dict[str, Stamp]
    vector: dict[str, int]
    aliases: list[tuple[str, str, str]]
    texts: dict[str, str] = field(default_factory=dict)
    originals: dict[str, bytes] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether it holds all its sender had, so that what is absent was seen and is known to be gone."""
        return bool(self.manifest["whole"])

    @property
    def counts(self) -> dict[str, int]:
        """How many records of each kind it holds, for a preview."""
        return {kind: len(several) for kind, several in self.records.items() if several}

    @property
    def coders(self) -> list[str]:
        """The names of its coders."""
        return [str(coder["name"]) for coder in self.records["coder"]]


def write(
    source: Source, path: Path, *, articles: Sequence[str] | None = None, private: bool = False, progress: Progress = no_progress
) -> FidelityReport:
    """Write a bundle of all, or of some articles by uuid, without private notes unless asked for; raises NotWritten."""
    report = FidelityReport()
    chosen = _chosen(source, articles, private, report)
    kept = {str(record["uuid"]) for several in chosen.values() for record in several}
    stamps = {u: s for u, s in source.stamps().items() if u in kept or (s[3] and articles is None)}
    members = dict(_members(source, chosen, progress))
    members[_STAMPS] = _json({"aliases": source.aliases(), "stamps": stamps, "vector": source.vector()})
    for kind, several in chosen.items():
        report.carried[kind] += len(several)
    manifest = {
        "format": FORMAT,
        "kind": "glossbundle",
        "whole": articles is None,
        "coders": sorted(str(coder["name"]) for coder in chosen["coder"]),
        "counts": {kind: len(several) for kind, several in sorted(chosen.items()) if several},
        "codebooks": {str(b["name"] or b["uuid"]): [b["version"], b["revision"]] for b in chosen["codebook"]},
        "members": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(members.items())},
    }
    write_zip(path, [(_MANIFEST, _json(manifest)), *sorted(members.items())])
    return report


def _chosen(
    source: Source, articles: Sequence[str] | None, private: bool, report: FidelityReport
) -> dict[str, list[TravellingRecord]]:
    """Choose the records that go; what hangs on a record that stays behind stays behind with it."""
    kinds = [kind for several in MEMBERS.values() for kind in several] + list(WEB_KINDS)
    chosen = {kind: sorted(source.records(kind), key=_by_uuid) for kind in kinds}
    if articles is not None:
        wanted = set(articles)
        chosen["article"] = [article for article in chosen["article"] if article["uuid"] in wanted]
        chosen["collection"] = _collections_of(wanted, chosen)
    if not private:
        public = [note for note in chosen["note"] if not note["private"]]
        report.dropped["note"] += len(chosen["note"]) - len(public)
        if report.dropped["note"]:
            report.reasons.append("Private notes stay on this machine.")
        chosen["note"] = public
    _drop_dangling(chosen)
    # A coder who made nothing is nobody's concern; so an empty project adds none.
    makers = {r.get("coder") for kind, several in chosen.items() if kind != "coder" for r in several}
    chosen["coder"] = [coder for coder in chosen["coder"] if coder["uuid"] in makers]
    return chosen


def _collections_of(articles: set[str], chosen: Mapping[str, list[TravellingRecord]]) -> list[TravellingRecord]:
    """Give the collections that hold some articles, and those above them; the others are not the receiver's concern."""
    parents = {str(record["uuid"]): record["parent"] for record in chosen["collection"]}
    kept: set[str] = set()
    for record in chosen["collected"]:
        at = str(record["collection"]) if record["article"] in articles else None
        while at is not None and at not in kept:
            kept.add(at)
            above = parents.get(at)
            at = None if above is None else str(above)
    return [record for record in chosen["collection"] if record["uuid"] in kept]


# What a record belongs to: with it gone, the record has nothing to say.
_BELONGS: Mapping[str, tuple[str, ...]] = {
    "version": ("article",),
    "article_status": ("article",),
    "annotation": ("article", "version"),
    "tagging": ("annotation",),
    "link": ("annotation",),
    "translation": ("annotation",),
    "confirmation": ("annotation", "version"),
    "collected": ("collection", "article"),
    "article_tag": ("article",),
    "note": ("annotation", "article", "reply_to"),
    "field_value": ("article", "annotation", "tagging", "link"),
    "relation": ("from_article", "from_annotation", "to_article", "to_annotation"),
}


def _drop_dangling(chosen: dict[str, list[TravellingRecord]]) -> None:
    while True:
        there = {record["uuid"] for several in chosen.values() for record in several}
        before = sum(map(len, chosen.values()))
        for kind, links in _BELONGS.items():
            chosen[kind] = [r for r in chosen[kind] if all(r[link] is None or r[link] in there for link in links)]
        if sum(map(len, chosen.values())) == before:
            return


def _members(source: Source, chosen: Mapping[str, list[TravellingRecord]], progress: Progress) -> Iterator[tuple[str, bytes]]:
    versions, originals = chosen["version"], set()
    for done, version in enumerate(versions):
        progress(done, len(versions))
        yield f"articles/{version['uuid']}.txt", source.text(str(version["uuid"])).encode()
        name = version["original"]
        if name is not None and name not in originals:
            originals.add(name)
            yield f"originals/{name}", source.original(str(name))
    names = {str(r["uuid"]): str(r["name"]) for kind in ("code", "instrument") for r in chosen[kind] if r["name"]}
    yield _WEB, _json(to_web(chosen, names))
    for member, kinds in MEMBERS.items():
        yield member, _json({kind: chosen[kind] for kind in kinds})


def _by_uuid(record: TravellingRecord) -> str:
    return str(record["uuid"])


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=0, separators=(",", ":")).encode() + b"\n"


def read(path: Path, *, progress: Progress = no_progress) -> Bundle:
    """Read a bundle and check all of it; raises CannotRead with the first thing that is wrong."""
    with Archive(path) as archive:
        try:
            return _read(archive, progress)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
            reason = "It is not in the form of a bundle ({detail}). Ask for it to be exported again."
            raise CannotRead(path, reason, detail=f"{type(error).__name__}: {error}"[:120]) from error


def _read(archive: Archive, progress: Progress) -> Bundle:
    manifest = json.loads(archive.read(_MANIFEST))
    if manifest["kind"] != "glossbundle":
        raise CannotRead(archive.path, "This archive is no bundle of annotations. Choose a .glossbundle file.")
    if manifest["format"] > FORMAT:
        raise CannotRead(archive.path, "It was written by a newer Glossator. Update Glossator to read it.")
    listed = manifest["members"]
    if set(archive.names) != {_MANIFEST, *listed}:
        raise CannotRead(archive.path, "Its members are not those its manifest lists. Ask for it again.")
    data: dict[str, bytes] = {}
    for done, (name, wanted) in enumerate(listed.items()):
        progress(done, len(listed))
        data[name] = archive.read(name)
        if hashlib.sha256(data[name]).hexdigest() != wanted:
            raise CannotRead(archive.path, "The member {name} is not what its manifest says. Ask for it again.", name=name)
    records: dict[str, list[dict[str, Any]]] = from_web(json.loads(data[_WEB]))
    for member, kinds in MEMBERS.items():
        older = manifest["format"] < _SINCE.get(member, 0)
        held = dict.fromkeys(kinds, ()) if older else json.loads(data[member])
        records |= {kind: list(held[kind]) for kind in kinds}
    for since, kind, column, value in _ADDED:
        if manifest["format"] < since:
            records[kind] = [{column: value, **record} for record in records[kind]]
    behind = json.loads(data[_STAMPS])
    stamps = {uuid: _stamp(uuid, *values, kinds=records) for uuid, values in behind["stamps"].items()}
    vector = {_uuid(replica): _number(seen) for replica, seen in behind["vector"].items()}
    bundle = Bundle(manifest, records, stamps, vector, [_alias(*values, kinds=records) for values in behind["aliases"]])
    check_shapes(records)
    _take_texts(archive.path, bundle, data)
    return bundle


def _uuid(value: object) -> str:
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise ValueError(f"{value!r} is no uuid")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value < 1 << 62:
        raise ValueError(f"{value!r} is no number of a change")
    return value


def _stamp(uuid: str, kind: str, replica: str, number: int, gone: object, *, kinds: Mapping[str, object]) -> Stamp:
    dots = dots_of(replica, _number(number))
    if kind not in kinds or not isinstance(gone, bool) or stamp_of(dots) != (replica, number):
        raise ValueError(f"the stamp of {uuid}")
    for name, count in dots.items():
        _uuid(name), _number(count)
    return kind, replica, number, gone


def _alias(kind: str, uuid: str, kept: str, *, kinds: Mapping[str, object]) -> tuple[str, str, str]:
    # The smaller always stays, so that following aliases comes to an end.
    if kind not in kinds or not _uuid(kept) < _uuid(uuid):
        raise ValueError(f"the alias of {uuid}")
    return kind, uuid, kept


def _take_texts(path: Path, bundle: Bundle, data: Mapping[str, bytes]) -> None:
    seen = Counter(_uuid(r["uuid"]) for several in bundle.records.values() for r in several)
    if twice := [uuid for uuid, count in seen.items() if count > 1]:
        raise CannotRead(path, "The record {name} stands in it twice.", name=twice[0])
    for version in bundle.records["version"]:
        text = data[f"articles/{version['uuid']}.txt"].decode()
        if hashlib.sha256(text.encode()).hexdigest() != version["sha256"] or len(text) != version["characters"]:
            raise CannotRead(path, "The text of {name} is not the one it was annotated on.", name=version["uuid"])
        if not layout_fits(version["layout"], text):
            raise CannotRead(path, "The layout of {name} does not fit its text.", name=version["uuid"])
        bundle.texts[str(version["uuid"])] = text
        if version["original"] is not None:
            bundle.originals[str(version["original"])] = data[f"originals/{version['original']}"]
    for annotation in bundle.records["annotation"]:
        text = bundle.texts.get(str(annotation["version"]), "")
        start, end = annotation["start"], annotation["end"]
        if text and start is not None and text[slice(start, end)] != annotation["exact"]:
            raise CannotRead(path, "The text of {name} is not the one it was annotated on.", name=annotation["version"])
    for name, content in bundle.originals.items():
        if hashlib.sha256(content).hexdigest() != name:
            raise CannotRead(path, "The member {name} is not what its manifest says. Ask for it again.", name=name)
