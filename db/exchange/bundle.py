"""The bundle (.glossbundle): a ZIP with everything that travels, the same bytes for the same state, checked before use."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

from db.errors import CannotRead
from db.exchange import bundle_behind as behind
from db.exchange import scope as parts
from db.exchange.archive import Archive, write_zip
from db.exchange.authors import authors
from db.exchange.bundle_locators import Locators
from db.exchange.bundle_values import UUID, Stamp, alias_in, number_in, stamp_in, uuid_in
from db.exchange.members import Rows, Watch, as_line, headed, lists, read_headed, read_lists
from db.exchange.packed import Originals, Packed, Texts
from db.exchange.past import Past
from db.exchange.presets import Selection, choose, without_text
from db.exchange.report import FidelityReport
from db.exchange.shapes import check_setting, check_shapes, layout_fits
from db.exchange.web_annotation import KINDS as WEB_KINDS
from db.exchange.web_annotation import PAGE, WebRecords, collection_head, web_items
from db.records import Progress, TravellingRecord, no_progress

SUFFIX = ".glossbundle"
FORMAT = 5
# Which member carries which kinds of record.
MEMBERS: Mapping[str, tuple[str, ...]] = {
    "articles.json": ("article", "version", "article_status", "confirmation"),
    "codebook.json": ("codebook", "code", "crosswalk", "crosswalk_row"),
    "instruments.json": ("instrument", "alias", "provision"),
    "records.json": ("coder", "relation", "note", "field", "field_value", "saved_search"),
    "library.json": ("collection", "collected", "article_tag"),
}
# What a format added: bundles of an older one do without it.
_SINCE: Mapping[str, int] = {"library.json": 2, "settings.json": 4}  # before.json may be missing
# (format, kind, column, value): columns that a format added, with what records of an older one mean.
_ADDED = ((3, "saved_search", "kind", "search"),)
_WEB, _MANIFEST, _STAMPS, _SETTINGS = "annotations.jsonld", "manifest.json", "stamps.json", "settings.json"
_ORDER = "order.json"
# Settings of a project that everybody in it keeps to; two letters for a code are at home in its codebook.
SETTINGS = ("unit", "letters", "working")


class Source(Protocol):
    """What a bundle is written from: contents.Contents or anything that answers alike."""

    def records(self, kind: str) -> Iterator[TravellingRecord]: ...
    def text(self, version: str) -> str: ...
    def original(self, sha256: str) -> bytes: ...
    def stamps(self) -> dict[str, Stamp]: ...
    def vector(self) -> dict[str, int]: ...
    def removed(self) -> Mapping[str, Iterable[TravellingRecord]]: ...
    def pseudonyms(self) -> Mapping[str, str]: ...
    def aliases(self) -> list[tuple[str, str, str]]: ...
    def settings(self) -> dict[str, tuple[str, int]]: ...
    def pasts(self) -> Iterator[tuple[str, Past]]: ...
    def disputes(self) -> list[behind.Dispute]: ...
    def asides(self) -> dict[str, tuple[str, int]]: ...


@dataclass(slots=True)
class Bundle:
    """What a bundle holds, read and checked; texts and originals by uuid and SHA-256."""

    manifest: dict[str, Any]
    records: dict[str, list[dict[str, Any]]]
    stamps: dict[str, Stamp]
    vector: dict[str, int]
    aliases: list[tuple[str, str, str]]
    texts: Mapping[str, str] = field(default_factory=dict)
    originals: Mapping[str, bytes] = field(default_factory=dict)
    packed: Packed | None = None
    # Settings with the number of the change that chose them: the later choice stands.
    settings: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    # Whether characters stand escaped in it: our own bundles escape nothing but control characters.
    escaped: bool = True
    # The order of records of a frozen state, by kind, where it is not that of their uuids.
    order: Mapping[str, list[str]] = field(default_factory=dict)
    # What records were before, and what two left undecided about them.
    pasts: dict[str, Past] = field(default_factory=dict)
    disputes: list[behind.Dispute] = field(default_factory=list)
    # Settings that stand for what imports kept aside, with its files by SHA-256.
    kept: dict[str, tuple[str, ...]] = field(default_factory=dict)
    scope: Selection | None = None
    unsure: dict[str, Stamp] = field(default_factory=dict)  # tombstones that may be of that part

    def opened(self) -> AbstractContextManager[None]:
        """Keep its file open while many texts are read."""
        return self.packed.opened() if self.packed is not None else nullcontext()

    @property
    def whole(self) -> bool:
        """Whether it holds all its sender had, so that what is absent was seen and is known to be gone."""
        return bool(self.manifest["whole"])

    @property
    def textless(self) -> bool:
        """Whether the articles' texts stayed with the sender, so that its marks are found on one's own."""
        return not self.manifest.get("texts", True)

    @property
    def anonymous(self) -> bool:
        """Whether its coders go under pseudonyms."""
        return bool(self.manifest.get("anonymous", False))

    @property
    def counts(self) -> dict[str, int]:
        """How many records of each kind it holds, for a preview."""
        return {kind: len(several) for kind, several in self.records.items() if several}

    @property
    def coders(self) -> list[str]:
        """The names of its coders."""
        return [str(coder["name"]) for coder in self.records["coder"]]


def write(
    source: Source, path: Path, *, articles: Sequence[str] | None = None, private: bool = False,
    wanted: Selection | None = None, state: Mapping[str, object] | None = None, order: Mapping[str, list[str]] | None = None,
    progress: Progress = no_progress,
) -> FidelityReport:  # fmt: skip
    """Write a bundle of all, or of what is wanted, without private notes unless asked for; raises NotWritten.

    `articles` and `private` say the same of a selection in short. `state` names a frozen state; `order` keeps the order of
    records, by kind, where it is not that of their uuids.
    """
    if wanted is None:
        wanted = Selection(articles=None if articles is None else frozenset(articles), private=private)
    report = FidelityReport()
    chosen = choose(source, _KINDS, wanted, report)
    for kind, several in chosen.items():
        report.carried[kind] += len(several)
    manifest = _manifest(chosen, wanted, state) | ({} if wanted.whole else {"part": parts.told(source, wanted)})
    uuids = {str(record["uuid"]) for several in chosen.values() for record in several}
    members = _members(source, chosen, uuids, wanted, progress)
    if state is None and wanted.texts and not wanted.anonymous:
        members = chain(members, [(behind.MEMBER, behind.written(source, uuids, whole=wanted.whole))])
    if order:
        members = chain(members, [(_ORDER, (as_line(order), b"\n"))])
    write_zip(path, _written(members, manifest))
    return report


@dataclass(frozen=True, slots=True)
class Outline:
    """What a bundle would hold, told before anything is written; `characters` of the texts that would go.

    `authors` are those of the coders whose passages, codes, notes or translations are in it.
    """

    report: FidelityReport
    counts: Mapping[str, int]
    coders: tuple[str, ...]
    articles: tuple[tuple[str, str], ...]  # uuid, title
    characters: int
    anonymous: bool
    texts: bool
    authors: tuple[str, ...] = ()


def outline(source: Source, wanted: Selection) -> Outline:
    """Tell what a bundle would hold; writes nothing."""
    report = FidelityReport()
    chosen = choose(source, _KINDS, wanted, report)
    counts = {kind: len(several) for kind, several in chosen.items() if several}
    report.carried.update(counts)
    coders = tuple(sorted(str(coder["name"]) for coder in chosen["coder"]))
    articles = tuple((str(one["uuid"]), str(one["title"])) for one in chosen["article"])
    characters = sum(int(version["characters"] or 0) for version in chosen["version"]) if wanted.texts else 0
    return Outline(report, counts, coders, articles, characters, wanted.anonymous, wanted.texts, authors(chosen))


_KINDS = (*(kind for several in MEMBERS.values() for kind in several), *WEB_KINDS)


def _manifest(
    chosen: Mapping[str, list[TravellingRecord]], wanted: Selection, state: Mapping[str, object] | None
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "kind": "glossbundle",
        "preset": wanted.preset,
        "whole": wanted.whole,
        "texts": wanted.texts,
        "anonymous": wanted.anonymous,
        **({"state": dict(state)} if state else {}),
        "coders": sorted(str(coder["name"]) for coder in chosen["coder"]),
        "counts": {kind: len(several) for kind, several in sorted(chosen.items()) if several},
        "codebooks": {str(b["name"] or b["uuid"]): [b["version"], b["revision"]] for b in chosen["codebook"]},
    }


def _written(
    members: Iterable[tuple[str, Iterable[bytes]]], manifest: dict[str, Any]
) -> Iterator[tuple[str, bytes | Iterable[bytes]]]:
    """Yield the members; the manifest comes last, for it holds the hashes of all others."""
    hashes: dict[str, str] = {}

    def hashed(name: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
        digest = hashlib.sha256()
        for piece in pieces:
            digest.update(piece)
            yield piece
        hashes[name] = digest.hexdigest()

    for name, pieces in members:
        yield name, hashed(name, pieces)
    ordered = {name: manifest[name] for name in sorted(manifest)} | {"members": dict(sorted(hashes.items()))}
    yield _MANIFEST, json.dumps(ordered, ensure_ascii=False, indent=0, separators=(",", ":")).encode() + b"\n"


def _members(
    source: Source, chosen: Mapping[str, list[TravellingRecord]], uuids: Set[str], wanted: Selection, progress: Progress
) -> Iterator[tuple[str, Iterable[bytes]]]:
    names = {str(r["uuid"]): str(r["name"]) for kind in ("code", "instrument") for r in chosen[kind] if r["name"]}
    extra = None if wanted.texts else Locators(source, chosen["version"], chosen["article"]).of
    versions = chosen["version"] if wanted.texts else []
    steps = len(versions) + len(chosen["annotation"]) // 100 + 1
    items = web_items(chosen, names, extra)
    passages = _telling(items, steps, progress)
    yield _WEB, headed(collection_head(len(chosen["annotation"])), PAGE, passages, b"]}}")
    for kind in WEB_KINDS:
        chosen[kind].clear()  # most of what was read, and written now
    for member, kinds in MEMBERS.items():
        held: dict[str, Iterable[object]] = {kind: chosen[kind] for kind in kinds}
        if not wanted.texts and "version" in held:
            held["version"] = map(without_text, chosen["version"])
        yield member, lists(held)
    asides = behind.asides(source) if wanted.whole else {}
    yield from _texts(source, versions, steps, progress, sorted({sha for files in asides.values() for sha in files}))
    told = source.settings() | {name: value for name, value in source.asides().items() if name in asides}
    yield _SETTINGS, (as_line(dict(sorted(told.items()))), b"\n")
    # A pseudonym is nobody's correction of a name.
    nameless = {str(coder["uuid"]) for coder in chosen["coder"]} if wanted.anonymous else set()
    yield _STAMPS, _stamps(source, uuids - nameless if nameless else uuids, wanted)


def _telling(items: Iterator[dict[str, Any]], total: int, progress: Progress) -> Iterator[bytes]:
    for number, item in enumerate(items):
        if number % 100 == 0:
            progress(number // 100, total)
        yield as_line(item)


def _texts(
    source: Source, versions: list[TravellingRecord], total: int, progress: Progress, kept: Iterable[str]
) -> Iterator[tuple[str, Iterable[bytes]]]:
    originals: set[str] = set()
    for number, version in enumerate(versions, total - len(versions)):
        progress(number, total)
        yield f"articles/{version['uuid']}.txt", (source.text(str(version["uuid"])).encode(),)
        name = version["original"]
        if isinstance(name, str) and name not in originals:
            originals.add(name)
            yield f"originals/{name}", (source.original(name),)
    for name in kept:
        if name not in originals:
            yield f"originals/{name}", (source.original(name),)


def _stamps(source: Source, kept: Set[str], wanted: Selection) -> Iterator[bytes]:
    stamps = source.stamps()
    gone, unsure = parts.tombstones(source, _KINDS, wanted, stamps)
    aliases = [each for each in source.aliases() if not (wanted.anonymous and each[0] == "coder")]
    head = {"aliases": aliases, "vector": source.vector(), "unsure": {uuid: stamps[uuid] for uuid in sorted(unsure)}}
    told = sorted(uuid for uuid in stamps if uuid in kept or uuid in gone)
    return headed(head, b'"stamps":{', (as_line(uuid) + b":" + as_line(stamps[uuid]) for uuid in told), b"}}")


def read(path: Path, *, progress: Progress = no_progress) -> Bundle:
    """Read a bundle and check all of it; raises CannotRead with the first thing that is wrong."""
    with Archive(path) as archive:
        try:
            return _read(archive, progress)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
            reason = "It is not in the form of a bundle ({detail}). Ask for it to be exported again."
            raise CannotRead(path, reason, detail=f"{type(error).__name__}: {error}"[:120]) from error


def _read(archive: Archive, progress: Progress) -> Bundle:
    manifest = json.loads(archive.read(_MANIFEST)) if _MANIFEST in archive.names else {}
    if manifest.get("kind") != "glossbundle":
        raise CannotRead(archive.path, "This archive is no bundle of annotations. Choose a .glossbundle file.")
    if (form := manifest["format"]) > FORMAT:
        raise CannotRead(archive.path, "It was written by a newer Glossator. Update Glossator to read it.")
    told = [manifest["whole"], manifest.get("texts", True), manifest.get("anonymous", False)]
    whole = type(form) is int and form > 0 and isinstance(manifest.get("state", {}), dict)
    if not whole or not all(isinstance(each, bool) for each in told):
        raise ValueError("what its manifest says of it")
    _check_members(archive, manifest["members"], progress)
    records, escaped = _records(archive, form)
    settings = {}
    if form >= _SINCE[_SETTINGS]:
        held = json.loads(archive.read(_SETTINGS))
        settings = {str(name): _setting(str(name), *value) for name, value in held.items()}
    vector, stamps, aliases, unsure = _behind(archive, records)
    packed = Packed(archive.path)
    bundle = Bundle(manifest, records, stamps, vector, aliases, packed=packed, settings=settings, escaped=escaped)
    bundle.scope, bundle.unsure = parts.read(manifest), unsure
    if _ORDER in archive.names:
        bundle.order = {str(kind): [uuid_in(uuid) for uuid in uuids] for kind, uuids in json.loads(archive.read(_ORDER)).items()}
    if behind.MEMBER in archive.names:
        bundle.pasts, bundle.disputes = behind.read(archive.lines(behind.MEMBER), records)
    check_shapes(records)
    with packed.opened():

        def read_kept(sha256: str) -> bytes:
            return packed.read(f"originals/{sha256}", sha256)

        bundle.kept = {n: behind.check_aside(n, v, read_kept) for n, (v, _at) in settings.items() if n.startswith(behind.KEPT)}
        _take_texts(archive.path, bundle, packed, progress)
        behind.check_places(bundle.disputes, records, bundle.texts)
    return bundle


def _check_members(archive: Archive, listed: Mapping[str, str], progress: Progress) -> None:
    if set(archive.names) != {_MANIFEST, *listed}:
        raise CannotRead(archive.path, "Its members are not those its manifest lists. Ask for it again.")
    for done, (name, wanted) in enumerate(listed.items()):
        progress(done, 2 * len(listed))
        if archive.digest(name) != wanted:
            raise CannotRead(archive.path, "The member {name} is not what its manifest says. Ask for it again.", name=name)


def _records(archive: Archive, form: int) -> tuple[dict[str, list[dict[str, Any]]], bool]:
    """Give the records by kind, and whether characters stand escaped in them."""
    web, kept, watch = WebRecords(), Rows(), Watch()
    whole = read_headed(watch.over(archive.blocks(_WEB)), b"]}}", web.take)
    web.take(whole["first"]["items"])
    for member, kinds in MEMBERS.items():
        kept.records |= {kind: [] for kind in kinds}
        if form >= _SINCE.get(member, 0):
            read_lists(watch.over(archive.blocks(member)), kept.keep)
    for since, kind, column, value in _ADDED:
        if form < since:
            kept.records[kind] = [{column: value, **record} for record in kept.records[kind]]
    return web.records | kept.records, watch.escaped


def _behind(
    archive: Archive, records: Mapping[str, object]
) -> tuple[dict[str, int], dict[str, Stamp], list[tuple[str, str, str]], dict[str, Stamp]]:
    stamps: dict[str, Stamp] = {}
    # The records of one change share their stamp.
    shared: dict[tuple[Any, ...], Stamp] = {}

    def take(several: Any) -> None:
        for uuid, values in several.items():
            key = tuple(values)
            stamp = shared.get(key)
            if stamp is None or type(key[3]) is not bool:
                stamp = shared[key] = stamp_in(uuid, *values, kinds=records)
            stamps[uuid] = stamp

    head = read_headed(archive.blocks(_STAMPS), b"}}", take)
    take(head["stamps"])
    vector = {uuid_in(replica): number_in(seen) for replica, seen in head["vector"].items()}
    unsure = {uuid: stamp_in(uuid, *values, kinds=records) for uuid, values in head.get("unsure", {}).items()}
    return vector, stamps, [alias_in(*values, kinds=records) for values in head["aliases"]], unsure


def _setting(name: str, value: object, number: object) -> tuple[str, int]:
    if name.startswith(behind.KEPT) and isinstance(value, str):
        return value, number_in(number)
    return check_setting(name, value), number_in(number)


def _take_texts(path: Path, bundle: Bundle, packed: Packed, progress: Progress) -> None:
    twice = _twice(bundle.records)
    if twice is not None:
        raise CannotRead(path, "The record {name} stands in it twice.", name=twice)
    marks: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for annotation in bundle.records["annotation"]:
        marks[annotation["version"]].append(annotation)
    versions = [] if bundle.textless else bundle.records["version"]
    hashes = {str(version["uuid"]): str(version["sha256"]) for version in versions}
    bundle.texts = Texts(packed, hashes)
    kept = (sha256 for files in bundle.kept.values() for sha256 in files)
    bundle.originals = Originals(packed, chain((v["original"] for v in versions if v["original"] is not None), kept))
    for done, version in enumerate(versions, len(versions)):
        progress(done, 2 * len(versions))
        _fit(path, bundle, version, marks[str(version["uuid"])])
    for name in bundle.originals:
        if bundle.manifest["members"].get(f"originals/{name}") != name:
            raise CannotRead(path, "The member {name} is not what its manifest says. Ask for it again.", name=name)


def _twice(records: Mapping[str, list[dict[str, Any]]]) -> str | None:
    """Find a uuid that two records have; raises ValueError for what is no uuid."""
    uuids = [record["uuid"] for several in records.values() for record in several]
    if not all(map(UUID.fullmatch, uuids)):
        raise ValueError("a uuid that is none")
    if len(set(uuids)) == len(uuids):
        return None
    return next(str(uuid) for uuid, count in Counter(uuids).items() if count > 1)


def _fit(path: Path, bundle: Bundle, version: Mapping[str, Any], marks: Iterable[Mapping[str, Any]]) -> None:
    """Refuse a text, a layout or passages that do not belong together."""
    try:
        text = bundle.texts[str(version["uuid"])]
    except CannotRead:
        text = None
    if text is None or len(text) != version["characters"]:
        raise CannotRead(path, "The text of {name} is not the one it was annotated on.", name=version["uuid"])
    if not layout_fits(version["layout"], text):
        raise CannotRead(path, "The layout of {name} does not fit its text.", name=version["uuid"])
    for annotation in marks:
        start, end = annotation["start"], annotation["end"]
        if start is not None and text[slice(start, end)] != annotation["exact"]:
            raise CannotRead(path, "The text of {name} is not the one it was annotated on.", name=annotation["version"])
