"""W3C Web Annotations as a file of its own, which any program of that standard reads: nothing in it needs a bundle beside it.

Every annotation says whose it is, on which text (address, title, hash), where (code points and quote) and with which codes,
instruments, notes and translations, by id and in words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from db.exchange.archive import replacing
from db.exchange.bundle import MEMBERS, Source
from db.exchange.members import as_line, headed
from db.exchange.presets import Selection, choose
from db.exchange.report import FidelityReport
from db.exchange.web_annotation import KINDS as WEB_KINDS
from db.exchange.web_annotation import PAGE, collection_head, web_items
from db.records import Progress, TravellingRecord, no_progress
from resources.words import say

SUFFIX = ".jsonld"
# What an annotation can tell in this format; what else a project holds does not go.
_MOTIVES = (("tagging", "tagging"), ("linking", "linking"), ("commenting", "commenting"))
_STEP = 200


def write(
    source: Source, path: Path, wanted: Selection | None = None, *, progress: Progress = no_progress
) -> FidelityReport:  # fmt: skip
    """Write the annotations of a selection as one collection; raises NotWritten. Notes that stand alone are dropped and told."""
    report = FidelityReport()
    chosen = choose(source, (*(k for kinds in MEMBERS.values() for k in kinds), *WEB_KINDS), wanted or Selection(), report)
    told = _Told(chosen, wanted.language if wanted else "en", report)
    total = len(chosen["annotation"])
    head = {**collection_head(total), "generator": "Glossator"}
    with replacing(path) as part, part.open("wb") as file:
        for line in headed(head, PAGE, told.lines(total, progress), b"]}}"):
            file.write(line)
    for kind in (*WEB_KINDS, "coder"):
        report.carried[kind] += len(chosen[kind])
    return report


class _Told:
    """Adds to each annotation what a reader without the project needs."""

    def __init__(self, chosen: Mapping[str, list[TravellingRecord]], language: str, report: FidelityReport) -> None:
        self._chosen = chosen
        self._by = {kind: {str(r["uuid"]): r for r in chosen[kind]} for kind in ("article", "version", "coder", "field")}
        self._labels = {str(code["uuid"]): _label(code) for code in chosen["code"]}
        self._labels |= {str(one["uuid"]): str(one["title_zh"] or one["title_en"]) for one in chosen["instrument"]}
        self._notes: defaultdict[str, list[TravellingRecord]] = defaultdict(list)
        self._values: defaultdict[str, list[TravellingRecord]] = defaultdict(list)
        replies: defaultdict[str, list[TravellingRecord]] = defaultdict(list)
        for note in chosen["note"]:
            if note["annotation"] is not None:
                self._notes[str(note["annotation"])].append(note)
            elif note["reply_to"] is not None:
                replies[str(note["reply_to"])].append(note)
        for several in self._notes.values():
            for note in several:  # grows while it is gone through: replies to replies
                several += replies.pop(str(note["uuid"]), [])
        for value in chosen["field_value"]:
            thing = value["annotation"] or value["tagging"] or value["link"]
            if thing is not None:
                self._values[str(thing)].append(value)
        told = sum(map(len, self._notes.values()))
        report.carried["note"] += told
        report.carried["field_value"] += sum(map(len, self._values.values()))
        if left := len(chosen["note"]) - told:
            report.dropped["note"] += left
            report.reasons.append(say(language, "Notes that are on no passage do not go into annotations."))

    def lines(self, total: int, progress: Progress) -> Iterator[bytes]:
        """Yield each annotation as a line."""
        names = {str(r["uuid"]): str(r["name"]) for kind in ("code", "instrument") for r in self._chosen[kind] if r["name"]}
        for number, item in enumerate(web_items(self._chosen, names, self._target)):
            if number % _STEP == 0:
                progress(number, total)
            yield as_line(self._whole(item))

    def _target(self, annotation: TravellingRecord) -> Mapping[str, Any]:
        article, version = self._by["article"][str(annotation["article"])], self._by["version"][str(annotation["version"])]
        about = {"id": f"urn:uuid:{article['uuid']}", "type": "Text", "gloss:title": article["title"]}
        if article["url"]:
            about["gloss:url"] = article["url"]
        return {"source": about, "gloss:sha256": version["sha256"]}

    def _whole(self, item: dict[str, Any]) -> dict[str, Any]:
        uuid = item["id"][9:]
        for body in item["body"]:
            self._name(body, body["id"][9:])
        for note in self._notes.get(uuid, ()):
            body = {
                "id": f"urn:uuid:{note['uuid']}", "type": "TextualBody", "creator": f"urn:uuid:{note['coder']}",
                "purpose": "replying" if note["reply_to"] else "commenting", "value": note["text"], "format": "text/markdown",
                "created": note["created"], "modified": note["modified"],
            }  # fmt: skip
            if note["reply_to"]:
                body["gloss:reply_to"] = f"urn:uuid:{note['reply_to']}"
            if note["private"]:
                body["gloss:private"] = 1
            item["body"].append(self._name(body, ""))
        self._name(item, uuid)
        purposes = {body["purpose"] for body in item["body"]}
        item["motivation"] = [motive for purpose, motive in _MOTIVES if purpose in purposes] or ["highlighting"]
        return item

    def _name(self, thing: dict[str, Any], uuid: str) -> dict[str, Any]:
        """Name the creator of an annotation or body, and what it points to, in words; add values of fields."""
        coder = self._by["coder"][thing["creator"][9:]]
        thing["creator"] = {"id": thing["creator"], "type": "Person", "name": coder["name"]}
        if "source" in thing:
            thing["gloss:label"] = self._labels.get(thing["source"][9:], "")
        if uuid in self._values:
            thing["gloss:values"] = [self._value(value) for value in self._values[uuid]]
        return thing

    def _value(self, value: TravellingRecord) -> dict[str, Any]:
        field = self._by["field"][str(value["field"])]
        told = {"id": f"urn:uuid:{value['uuid']}", "field": field["name"] or f"urn:uuid:{field['uuid']}", "value": value["value"]}
        return told if value["coder"] is None else {**told, "creator": f"urn:uuid:{value['coder']}"}


def _label(code: TravellingRecord) -> str:
    return f"{code['number']} {code['name_zh'] or code['name_en']}".strip()
