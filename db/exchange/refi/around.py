"""Reading what stands around passages: cases that are instruments, attributes of cases, and links."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from db.exchange.refi import shapes
from db.exchange.refi.catalogue import Reading, moment
from db.exchange.refi.guids import derived, normal
from db.exchange.refi.keeping import Keeping
from db.exchange.refi.labels import INSTRUMENT, heard
from db.exchange.refi.notes import ON, links_of
from db.exchange.refi.parsing import child, children, words_of
from db.exchange.refi.sets import SetReader
from db.exchange.refi.values import Values
from db.locators import normalise

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_SAID = "{count} values of cases are shown at the texts of these cases."


class Around:
    """Reads cases, links and sets; `about` are the notes that say who made a relation."""

    def __init__(self, reading: Reading, keeping: Keeping, about: Mapping[str, Element]) -> None:
        self._r, self._keeping, self._about = reading, keeping, about
        self._names, self._known, self._gathered = reading.names, reading.known, reading.gathered
        self._wholes: dict[str, str] = {}  # article -> a mark of the whole of it
        self._pointed: dict[tuple[str, str], None] = {}  # annotation, instrument
        self._linked: set[tuple[str, str]] = set()

    def cases(self, values: Values) -> None:
        """Read the cases that are instruments; the others are kept aside, and what they say of sources is on those as well."""
        titles = {
            title: uuid for uuid, each in self._known.of("instrument").items() for title in (each["title_zh"], each["title_en"])
            if title
        }  # fmt: skip
        others: list[Element] = []
        for case in children(child(self._r.root, "Cases"), "Case"):
            guid, name = normal(case.get("guid")), (case.get("name") or "").strip()
            told = heard(INSTRUMENT, words_of(case, "Description"))
            if guid in self._known.of("instrument"):
                uuid = self._names.take("instrument", guid)
            elif told and (told.get("title_zh") or told.get("title_en")):
                uuid = self._names.take("instrument", case.get("guid"), name)
            elif name in titles:
                uuid = titles[name]
                self._names.point("instrument", guid, uuid)
            else:
                others.append(case)
                continue
            self._instrument(uuid, told)
            for reference in children(case, "SelectionRef"):
                annotation = self._names.of("annotation", reference.get("targetGUID"))
                if annotation is None:
                    self._r.report.dropped["reference"] += 1
                else:
                    self._pointed[annotation, uuid] = None
        said = values.read_cases(others)
        self._r.report.changed["Case"] += said
        self._r.remark(_SAID, said)
        for case in others:
            self._keeping.keep(case, "Cases")

    def _instrument(self, uuid: str, told: Mapping[str, str] | None) -> None:
        self._r.report.carried["instrument"] += 1
        ours = self._known.of("instrument").get(uuid)
        if ours is not None:
            self._gathered.keep("instrument", uuid)
            return
        values: dict[str, Any] = dict(told or {})
        pairs = [part.partition("=") for part in values.pop("dates", "").split(", ") if "=" in part]
        values["dates"] = json.dumps([[kind, date] for kind, _equals, date in pairs])
        self._gathered.put("instrument", uuid, values, {"created": self._r.at, "modified": self._r.at})

    def links(self) -> None:
        """Read the links between passages, articles and instruments; those that say nothing here are kept aside."""
        marks = self._gathered.records["annotation"].items()
        self._wholes = {str(mark["article"]): uuid for uuid, mark in marks if mark["start"] is None}
        for link in links_of(self._r.root):
            origin, target = (self._names.any_of(link.get(end)) for end in ("originGUID", "targetGUID"))
            if origin is not None and target is not None and "note" in (origin[0], target[0]):
                if not {origin[0], target[0]} <= {*ON, "note"} or (origin[0] == target[0] and link.get("name") != shapes.REPLY):
                    self._keeping.keep(link, "Links")
            elif (
                origin is None or target is None or not (self._link(link, origin, target) or self._relation(link, origin, target))
            ):
                self._keeping.keep(link, "Links")
        triples = {(str(link["annotation"]), str(link["instrument"])) for link in self._known.of("link").values()}
        for annotation, instrument in self._pointed:
            if (annotation, instrument) not in self._linked | triples:
                uuid = self._names.take("link", derived("link", annotation, instrument))
                self._put_link(uuid, annotation, instrument, "", "")

    def _link(self, link: Element, origin: tuple[str, str], target: tuple[str, str]) -> bool:
        if target[0] != "instrument" or origin[0] not in ("annotation", "article"):
            return False
        guid = normal(link.get("guid"))
        ours = self._known.of("link").get(guid)
        annotation = origin[1]
        if origin[0] == "article":
            whole = self._wholes.get(origin[1], "")
            annotation = str(ours["annotation"]) if ours else whole or self._whole(origin[1])
        locator, relation = shapes.link_heard(link.get("name") or "")
        uuid = self._names.take("link", guid)
        self._put_link(uuid, annotation, target[1], locator, relation)
        self._linked.add((annotation, target[1]))
        return True

    def _whole(self, article: str) -> str:
        """Make an annotation of a whole article for a link of it, by whoever brought the article."""
        record = self._gathered.get("article", article) or {}
        uuid = self._names.take("annotation", derived("whole", article, record["coder"]))
        versions = {**self._known.of("version"), **self._gathered.records["version"]}
        version = next(u for u, v in versions.items() if v["article"] == article)
        fixed = {"coder": record["coder"], "created": self._r.at, "modified": self._r.at}
        self._gathered.put("annotation", uuid, {"article": article, "version": self._known.current.get(article, version)}, fixed)
        return uuid

    def _put_link(self, uuid: str, annotation: str, instrument: str, locator: str, relation: str) -> None:
        made = self._gathered.get("annotation", annotation) or {}
        carried = {"annotation": annotation, "instrument": instrument, "locator": locator, "relation": relation}
        ours = self._known.of("link").get(uuid)
        key = str(ours["locator_key"]) if ours is not None and ours["locator"] == locator else normalise(locator)
        fixed = {"coder": made["coder"], "created": made["created"]}
        self._gathered.put("link", uuid, carried | {"locator_key": key}, fixed)
        self._r.report.carried["link"] += 1

    def _relation(self, link: Element, origin: tuple[str, str], target: tuple[str, str]) -> bool:
        kind, ends = link.get("name") or "", (origin[0], target[0])
        if kind not in self._known.relation_kinds.get(ends, ()):
            return False
        uuid = self._names.take("relation", link.get("guid"))
        fixed: dict[str, Any] = {
            "kind": kind,
            f"from_{origin[0]}": origin[1],
            f"to_{target[0]}": target[1],
            "created": self._r.at,
        }
        about = next((self._about[g] for each in link if (g := normal(each.get("targetGUID"))) in self._about), None)
        if about is not None:
            words = words_of(about, "PlainTextContent")
            fixed |= {"coder": self._r.coder(about.get("creatingUser")), "note": "" if words == kind else words}
            fixed["created"] = moment(about.get("creationDateTime")) or self._r.at
        maker = self._gathered.get(origin[0], origin[1]) or self._gathered.get(target[0], target[1]) or {}
        self._gathered.put("relation", uuid, {}, {"coder": maker.get("coder") or self._r.coder(None), **fixed})
        self._r.report.carried["relation"] += 1
        return True

    def leftovers(self, notes: Sequence[str]) -> None:
        """Read sets as collections, keep the others, graphs, what variables are, and the project's own description."""
        SetReader(self._r, self._keeping.keep).read(notes)
        for variable in children(child(self._r.root, "Variables"), "Variable"):
            field = self._r.fields.get(normal(variable.get("guid")))
            shell = {"type": variable.get("typeOfVariable") or "Text", "description": words_of(variable, "Description")}
            if field is not None and shell != {"type": "Text", "description": ""}:
                self._keeping.aside.shells[field] = shell
        for element in children(child(self._r.root, "Graphs"), "Graph"):
            self._keeping.keep(element, "Graphs")
        words = words_of(self._r.root, "Description")
        if words.strip():
            fixed = {"coder": self._r.coder(None), "created": self._r.at, "modified": self._r.at, "day": self._r.at[:10]}
            uuid = self._names.take("note", derived("project", self._r.root.get("name", ""), words))
            self._gathered.put("note", uuid, {"text": words}, fixed)
