"""The tree of codes in REFI-QDA: as part of a project, and alone as a codebook (.qdc)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from db.exchange.archive import replacing
from db.exchange.bundle import Source
from db.exchange.refi import shapes
from db.exchange.refi.drawing import box, content, tag
from db.exchange.report import FidelityReport
from db.records import either

SUFFIX = ".qdc"
_CROSSWALKS = "Crosswalks between frameworks are not in it: the format has no place for them."
Record = Mapping[str, Any]


def write_codebook(source: Source, path: Path, codes: Sequence[str] | None = None, language: str = "en") -> FidelityReport:
    """Write all codes, or some by uuid with what is above and below them, as a codebook; raises FolderMissing or NotWritten."""
    report = FidelityReport()
    tree = CodeWriter(source, codes, language, report).tree()
    root = f'<?xml version="1.0" encoding="utf-8"?>\n<CodeBook xmlns="{shapes.CODEBOOK}" origin="{shapes.origin("")}">\n'
    with replacing(path) as part:
        part.write_bytes(f"{root}{box('Codes', tree)}</CodeBook>\n".encode())
    crosswalks = sum(1 for _record in source.records("crosswalk"))
    report.dropped["crosswalk"] += crosswalks
    if crosswalks:
        report.reasons.append(shapes.say(language, _CROSSWALKS))
    return report


class CodeWriter:
    """Writes codes as a tree; a framework has a root of its own that nothing is coded with."""

    def __init__(self, source: Source, wanted: Sequence[str] | None, language: str, report: FidelityReport) -> None:
        self._language, self._report = language, report
        self._codes = {str(code["uuid"]): code for code in source.records("code")}
        self._books = {str(book["uuid"]): book for book in source.records("codebook")}
        self._below: defaultdict[str | None, list[Record]] = defaultdict(list)
        for code in sorted(self._codes.values(), key=_order):
            self._below[None if code["parent"] is None else str(code["parent"])].append(code)
        self.given = set(self._codes) if wanted is None else self._below_and_with(wanted)  # what passages may be coded with
        chosen = self._with_above(self.given)
        # Frameworks' roots may be referred to as well.
        books = {str(self._codes[uuid]["codebook"]) for uuid in chosen}
        self._chosen, self._roots = chosen, {uuid for uuid in books if self._books[uuid]["shipped"]}
        self.there = chosen | self._roots
        self.refs: Mapping[str, str] = {}

    def _below_and_with(self, wanted: Sequence[str]) -> set[str]:
        found: set[str] = set()
        waiting = [uuid for uuid in wanted if uuid in self._codes]
        while waiting:
            uuid = waiting.pop()
            found.add(uuid)
            waiting += [str(code["uuid"]) for code in self._below[uuid]]
        return found

    def _with_above(self, given: set[str]) -> set[str]:
        found = set(given)
        for uuid in given:
            above = self._codes[uuid]["parent"]
            while above is not None and above not in found:
                found.add(str(above))
                above = self._codes[str(above)]["parent"]
        return found

    def tree(self) -> str:
        """Write the tree."""
        written = self._written()
        tops: defaultdict[str, list[str]] = defaultdict(list)
        for code in self._below[None]:
            if str(code["uuid"]) in written:
                tops[str(code["codebook"])].append(written[str(code["uuid"])])
        found = []
        for uuid in sorted(tops, key=lambda uuid: (not self._books[uuid]["shipped"], self._books[uuid]["name"] or "", uuid)):
            inside, book = "".join(tops[uuid]), self._books[uuid]
            if uuid in self._roots:
                name = either(self._language, str(book["title_zh"]), str(book["title_en"]))
                version = str(book["version"])
                name = name if version in name else f"{name} {version}"
                inside = tag("Code", inside, guid=uuid, name=name, isCodable="false")
                self._report.carried["codebook"] += 1
            found.append(inside)
        return "".join(found)

    def _written(self) -> dict[str, str]:
        """Write every chosen code with what is below it, from the leaves up, for trees may be deeper than calls can be."""
        order, waiting = [], list(reversed(self._below[None]))
        while waiting:
            order.append(waiting.pop())
            waiting += reversed(self._below[str(order[-1]["uuid"])])
        written: dict[str, str] = {}
        for code in reversed(order):
            uuid = str(code["uuid"])
            if uuid in self._chosen:
                below = "".join(written.pop(str(child["uuid"]), "") for child in self._below[uuid])
                inside = content("Description", shapes.code_words(code)) + self.refs.get(uuid, "") + below
                name = shapes.code_name(code, self._language)
                written[uuid] = tag("Code", inside, guid=uuid, name=name, isCodable="true", color=str(code["colour"]))
                self._report.carried["code"] += 1
        return written


def _order(code: Record) -> tuple[int, str]:
    return int(code["position"]), str(code["uuid"])
