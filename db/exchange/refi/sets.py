"""Collections of articles as REFI-QDA's sets, and sets as collections; one within another is told in its description."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from db.exchange.bundle import Source
from db.exchange.refi.catalogue import Reading
from db.exchange.refi.drawing import content, tag
from db.exchange.refi.guids import derived, normal
from db.exchange.refi.kept import Kept
from db.exchange.refi.known import by_column
from db.exchange.refi.parsing import child, children, words_of
from db.exchange.report import FidelityReport
from db.records import either

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_OF_TEXTS = ("MemberSource", "MemberNote")
_WITHIN = re.compile(r"^Within: .* \[([0-9A-Fa-f-]{36})\]$", re.MULTILINE)


class SetWriter:
    """Writes the collections that hold some of the articles, or all of them with every article, and those above them."""

    def __init__(self, source: Source, articles: set[str], *, every: bool, report: FidelityReport) -> None:
        self._report = report
        self._articles = {str(article["uuid"]) for article in source.records("article")}
        self._collections = {str(each["uuid"]): each for each in source.records("collection")}
        self._members: defaultdict[str, list[str]] = defaultdict(list)
        for each in source.records("collected"):
            if each["article"] in articles:
                self._members[str(each["collection"])].append(str(each["article"]))
        self.there = set(self._collections) if every else self._with_above(set(self._members))

    def _with_above(self, wanted: set[str]) -> set[str]:
        found: set[str] = set()
        for uuid in wanted:
            at: str | None = uuid
            while at is not None and at not in found:
                found.add(at)
                above = self._collections[at]["parent"]
                at = None if above is None else str(above)
        return found

    def write(self, kept: Kept, known: set[str], by: Callable[[object], str]) -> str:
        """Write the sets; codes, notes and other sources that a set of the same GUID held come back into it."""
        written = ""
        ours = self._articles | {kept.member(article)[1] for article in self._articles}
        for uuid in sorted(self.there):
            each = self._collections[uuid]
            above = self._collections.get(str(each["parent"]))
            within = f"Within: {' '.join(str(above['name']).split())} [{above['uuid']}]" if above is not None else ""
            named = [kept.member(article) for article in sorted(self._members[uuid])]
            words, codes, sources, notes = kept.members_of(uuid, ours, known, by)
            words = "\n".join(filter(None, (_WITHIN.sub("", words).strip(), within)))
            members, noted = (
                "".join(tag(kind, targetGUID=guid) for kind, guid in dict.fromkeys(named) if kind == wanted)
                for wanted in ("MemberSource", "MemberNote")
            )
            inside = content("Description", words) + codes + members + sources + noted + notes
            written += tag("Set", inside, guid=uuid, name=str(each["name"]))
            self._report.carried["collection"] += 1
        return written


class SetReader:
    """Reads sets of sources as collections."""

    def __init__(self, reading: Reading, keep: Callable[[Element, str], None]) -> None:
        self._r, self._keep = reading, keep
        self._names, self._known, self._gathered = reading.names, reading.known, reading.gathered
        self._collected = by_column(self._known.of("collected"), "collection", "article")

    def read(self, notes: Sequence[str]) -> None:
        """Read the sets; those that hold anything but articles are kept aside too.

        `notes` are articles that are coded notes; those in no set are collected by themselves.
        """
        parents: dict[str, str] = {}
        for each in children(child(self._r.root, "Sets"), "Set"):
            refs = [(str(ref.tag), self._names.of("article", ref.get("targetGUID"))) for ref in each if ref.tag != "Description"]
            articles = list(dict.fromkeys(uuid for name, uuid in refs if name in _OF_TEXTS and uuid is not None))
            words = words_of(each, "Description")
            within = _WITHIN.search(words)
            ours = normal(each.get("guid")) in self._known.of("collection")
            mixed = any(name not in _OF_TEXTS or uuid is None for name, uuid in refs)
            if mixed or _WITHIN.sub("", words).strip():
                self._keep(each, "Sets")
            if articles or ours or not mixed:
                uuid = self._set(each, articles)
                parents[uuid] = normal(within[1]) if within else ""
        self._nest(parents)
        there = {member["article"] for member in self._gathered.records["collected"].values()}
        memos = [uuid for uuid in dict.fromkeys(notes) if uuid not in there]
        if memos and not self._r.is_own:
            self._collect(self._names.take("collection", derived("memos")), either(self._r.language, "备忘录", "Memos"), memos)

    def _set(self, element: Element, articles: list[str]) -> str:
        name = " ".join((element.get("name") or "").split()) or "?"
        return self._collect(self._names.take("collection", element.get("guid"), name), name, articles)

    def _collect(self, uuid: str, name: str, articles: list[str]) -> str:
        ours = self._known.of("collection").get(uuid)
        first = (self._gathered.get("article", articles[0]) or {}) if articles else {}
        coder = str(ours["coder"]) if ours else str(first.get("coder") or self._r.coder(None))
        carried: dict[str, Any] = {} if ours is not None and ours["name"] == name else {"name": name}
        if ours is not None and carried:
            carried["modified"] = self._known.now
        self._gathered.put("collection", uuid, carried, {"coder": coder, "created": self._r.at, "modified": self._r.at})
        self._r.report.carried["collection"] += 1
        for article in articles:
            member = self._collected.get((uuid, article))
            if member is not None:
                self._gathered.keep("collected", member)
                continue
            member = self._names.take("collected", derived("collected", uuid, article))
            fixed = {"collection": uuid, "article": article, "coder": coder, "created": self._r.at}
            self._gathered.put("collected", member, {}, fixed)
        return uuid

    def _nest(self, parents: Mapping[str, str]) -> None:
        """Put collections into those they stand in; a ring, which a stranger's file may hold, is opened."""
        for uuid, guid in parents.items():
            if guid in self._gathered.records["collection"] and not self._is_above(uuid, guid):
                record = self._gathered.records["collection"][uuid]
                if record["parent"] != guid:
                    record["parent"] = guid
                    record["modified"] = self._known.now if uuid in self._known.of("collection") else record["modified"]

    def _is_above(self, uuid: str, at: str | None) -> bool:
        while at is not None and at != uuid:
            at = (self._gathered.get("collection", at) or {}).get("parent")
        return at == uuid
