"""Marks that arrive without the text they were made on: which article here is meant, and where on it they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from db.anchors import Anchor, Quotes
from db.exchange.bundle import Bundle
from db.exchange.bundle_values import Stamp
from db.exchange.presets import BELONGS
from db.exchange.refi.known import Known, Record

_PLACE = ("article", "version", "start", "end", "exact", "prefix", "suffix")
# Texts whose passages are being looked for, which cost their folding each.
_TEXTS = 20


@dataclass(slots=True)
class Landed:
    """How marks of others came to stand here; quotes of those found again unsurely or nowhere, names of texts not here."""

    exact: int = 0
    reanchored: int = 0
    uncertain: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a version of ours; start and end None for the whole article; `how` is exact, found or review."""

    version: str
    start: int | None
    end: int | None
    how: str


class Landing:
    """Finds the articles that are meant and the places on them; `text` gives the text of a version of ours."""

    def __init__(self, known: Known, text: Callable[[str], str]) -> None:
        self.known, self._text = known, text
        self._addresses = {str(a["url_key"]): uuid for uuid, a in known.of("article").items() if a["url_key"]}
        self._hashes: dict[str, list[str]] = {}
        for uuid, version in known.of("version").items():
            self._hashes.setdefault(str(version["sha256"]), []).append(uuid)
        self._quotes: dict[str, Quotes] = {}

    def article(self, uuid: str, url: str, hashes: Iterable[str]) -> str | None:
        """Find an article of ours by uuid, by a text it has or had, or by its address."""
        uuid = self.kept(uuid)
        if uuid in self.known.of("article"):
            return uuid
        for digest in hashes:
            for version in self._hashes.get(digest, ()):
                return str(self.known.of("version")[version]["article"])
        return self._addresses.get(self.known.url_key(url)) if url else None

    def kept(self, uuid: str) -> str:
        """Follow what merging found to be one."""
        while uuid in self.known.aliases:
            uuid = self.known.aliases[uuid]
        return uuid

    def version(self, article: str, uuid: str, digest: str) -> str | None:
        """Find a version of an article by uuid or by its text's hash; None where that text is not here."""
        uuid, versions = self.kept(uuid), self.known.of("version")
        if uuid in versions and (not digest or versions[uuid]["sha256"] == digest):
            return uuid
        return next((one for one in self._hashes.get(digest, ()) if versions[one]["article"] == article), None)

    def place(self, article: str, version: str | None, anchor: Anchor | None) -> Spot | None:
        """Say where a passage stands: on the very text it was made on where that is here, else on the newest; None if nowhere."""
        at = version or self.known.current[article]
        if anchor is None:
            return Spot(at, None, None, "exact")
        if version is not None:
            text = self.text(version)
            inside = 0 <= anchor.start < anchor.end <= len(text)
            if inside and (not anchor.exact or text[anchor.start : anchor.end] == anchor.exact):
                return Spot(version, anchor.start, anchor.end, "exact")
        found = self._looked_through(at).find(anchor)
        if found.start is None or found.end is None:
            return None
        return Spot(at, found.start, found.end, "review" if found.status == "review" else "found")

    def text(self, version: str) -> str:
        """Give a text of ours."""
        return self._looked_through(version).text

    def _looked_through(self, version: str) -> Quotes:
        if version not in self._quotes:
            if len(self._quotes) >= _TEXTS:
                self._quotes.clear()
            self._quotes[version] = Quotes(self._text(version))
        return self._quotes[version]


def land(bundle: Bundle, landing: Landing) -> tuple[Bundle, Landed]:
    """Give a bundle without texts as one about the articles that are here; what has no place here is left out and told.

    A mark that had to be looked for carries no stamp: where it stands is no change of its maker's, and gives way to what is.
    """
    told = Landed()
    uuids, gone = _articles(bundle, landing, told)
    stamps = dict(bundle.stamps)
    records = {kind: list(several) for kind, several in bundle.records.items()} | {"article": [], "version": []}
    hashes = {str(version["uuid"]): str(version["sha256"]) for version in bundle.records["version"]}
    for version in bundle.records["version"]:
        article = uuids.get(str(version["article"]))
        found = landing.version(article, str(version["uuid"]), str(version["sha256"])) if article else None
        if found:
            uuids[str(version["uuid"])] = found
    records["annotation"] = []
    for mark in sorted(bundle.records["annotation"], key=lambda one: str(one["version"])):
        if mark["article"] in uuids:
            placed = _placed(mark, landing, uuids, told)
            if placed is not None:
                records["annotation"].append(placed)
                if mark["version"] not in uuids:
                    stamps.pop(str(mark["uuid"]), None)
                continue
        gone.add(str(mark["uuid"]))
    gone |= {uuid for uuid in hashes if uuid not in uuids}
    _without(records, gone, uuids, stamps)
    return replace(bundle, records=records, stamps=stamps), told


def _articles(bundle: Bundle, landing: Landing, told: Landed) -> tuple[dict[str, str], set[str]]:
    """Say which of our articles each of theirs is, and which are not here."""
    texts: dict[str, list[str]] = {}
    for version in bundle.records["version"]:
        texts.setdefault(str(version["article"]), []).append(str(version["sha256"]))
    uuids: dict[str, str] = {}
    gone: set[str] = set()
    for article in bundle.records["article"]:
        uuid = str(article["uuid"])
        found = landing.article(uuid, str(article["url"]), texts.get(uuid, ()))
        if found is None:
            gone.add(uuid)
            told.missing.append(str(article["title"] or article["url"] or uuid))
        else:
            uuids[uuid] = found
    return uuids, gone


def _placed(mark: Record, landing: Landing, uuids: Mapping[str, str], told: Landed) -> Record | None:
    article, version = uuids[mark["article"]], uuids.get(mark["version"])
    ours = landing.known.of("annotation").get(landing.kept(mark["uuid"]))
    if ours is not None:
        return {**mark, **{name: ours[name] for name in _PLACE}}
    start, end = mark["start"], mark["end"]
    anchor = None if start is None or end is None else Anchor(start, end, mark["exact"], mark["prefix"], mark["suffix"])
    spot = landing.place(article, version, anchor)
    if spot is None:
        told.lost.append(str(mark["exact"]))
        return None
    if spot.how == "exact":
        told.exact += 1
    elif spot.how == "found":
        told.reanchored += 1
    else:
        told.uncertain.append(str(mark["exact"]))
    return {**mark, "article": article, **where(spot, landing)}


def where(spot: Spot, landing: Landing) -> dict[str, Any]:
    """Give the columns of an annotation that stands at a spot."""
    columns: dict[str, Any] = {"version": spot.version, "start": spot.start, "end": spot.end}
    if spot.start is None or spot.end is None:
        return {**columns, "exact": "", "prefix": "", "suffix": ""}
    anchor = Anchor.of(landing.text(spot.version), spot.start, spot.end)
    return {**columns, "exact": anchor.exact, "prefix": anchor.prefix, "suffix": anchor.suffix}


def _without(
    records: dict[str, list[Record]], gone: set[str], uuids: Mapping[str, str], stamps: dict[str, Stamp]
) -> None:  # fmt: skip
    """Leave out what belongs to what is not here, and call articles and versions what they are called here."""
    more = True
    while more:
        more = False
        for kind, links in BELONGS.items():
            kept = [r for r in records[kind] if not any(r[link] in gone for link in links)]
            if len(kept) < len(records[kind]):
                gone |= {str(r["uuid"]) for r in records[kind]} - {str(r["uuid"]) for r in kept}
                records[kind], more = kept, True
    for kind in _RENAMED:
        for at, record in enumerate(records[kind]):
            called = {name: uuids[value] for name, value in record.items() if isinstance(value, str) and value in uuids}
            if any(record[name] != value for name, value in called.items()):
                records[kind][at] = {**record, **called}
                stamps.pop(str(record["uuid"]), None)


# Kinds that name articles or versions.
_RENAMED = ("article_status", "confirmation", "note", "field_value", "relation", "collected", "article_tag")
