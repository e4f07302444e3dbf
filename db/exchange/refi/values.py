"""Reading what variables say of articles: columns of metadata, tags, how far a coder is, and values of fields."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from db.exchange.refi import shapes
from db.exchange.refi.catalogue import Reading
from db.exchange.refi.guids import derived, normal
from db.exchange.refi.known import by_column
from db.exchange.refi.parsing import child, children, inner_words

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_BAD_VALUE = "{value} is no value of {field}; it is left out."


class Keys:
    """The short keys of articles."""

    def __init__(self, known: Iterable[str]) -> None:
        self._taken = set(known)

    def free(self, wanted: str, instead: str = "") -> str:
        """Make a short key that no article has yet; `instead` is one that is free again."""
        self._taken.discard(instead)
        found, number = wanted, 1
        while found in self._taken:
            number += 1
            found = f"{wanted}-{number}"
        self._taken.add(found)
        return found


class Values:
    """Reads the values that elements give to variables onto articles; `keys` are the short keys that are taken."""

    def __init__(self, reading: Reading, keys: Keys) -> None:
        self._r, self._keys = reading, keys
        self._names, self._known, self._gathered = reading.names, reading.known, reading.gathered
        self._values = by_column(self._known.of("field_value"), "field", "article", "value")
        self._ones = by_column(self._known.of("field_value"), "field", "article")
        self._statuses = by_column(self._known.of("article_status"), "article", "coder")
        self._tags = by_column(self._known.of("article_tag"), "article", "name")
        self._said: set[tuple[str, str]] = set()  # (article, variable) that the file gives a value to

    def read(self, element: Element, article: str) -> None:
        """Read the values of an element onto an article."""
        carried: dict[str, Any] = {}
        ours = self._known.of("article").get(article)
        for guid, value in values_of(element):
            self._said.add((article, guid))
            if guid in self._r.columns:
                self._column(self._r.columns[guid], value, article, ours, carried)
            elif guid in self._r.fields:
                self._field(self._r.fields[guid], value, article)
            elif guid in self._r.statuses:
                self._status(self._r.statuses[guid], value, article)
            else:
                self._r.report.dropped["field_value"] += 1
        if carried:
            before = self._gathered.records["article"].get(article) or {}
            if "key" in carried:
                carried["key"] = self._keys.free(carried["key"], instead=str(before.get("key")))
            if ours is not None:
                carried["modified"] = self._known.now
            self._gathered.records["article"][article] = before | carried

    def read_cases(self, cases: Iterable[Element]) -> int:
        """Read the attributes of cases onto the articles that are in them; gives how many values articles got so.

        What a source says itself counts; where several cases of one article differ, none of them does.
        """
        found: dict[tuple[str, str], set[str]] = {}
        for case in cases:
            articles = {self._names.of("article", each.get("targetGUID")) for each in children(case, "SourceRef")}
            for guid, value in values_of(case):
                for article in articles:
                    if article is not None and guid in self._r.fields and (article, guid) not in self._said:
                        found.setdefault((article, guid), set()).add(value)
        agreed = {key: values.pop() for key, values in found.items() if len(values) == 1}
        for (article, guid), value in agreed.items():
            self._field(self._r.fields[guid], value, article)
        return len(agreed)

    def _column(self, column: str, value: str, article: str, ours: Mapping[str, Any] | None, carried: dict[str, Any]) -> None:
        if column == "tags":
            for name in filter(None, (part.strip() for part in value.split(";"))):
                self._tag(article, name)
            return
        told = shapes.authors_told(json.loads(ours["authors"])) if ours and column == "authors" else ours and ours[column]
        if value == told:
            return
        if column == "authors":
            value = json.dumps(shapes.authors_heard(value), ensure_ascii=False, separators=(",", ":"))
        carried[column] = value
        if column == "url":
            carried["url_key"] = self._known.url_key(value)
        if column in ("published", "fetched"):
            carried[f"{column}_from"] = "file"

    def _status(self, coder: str, value: str, article: str) -> None:
        found = shapes.status_heard(value)
        if found is None:
            self._r.report.dropped["article_status"] += 1
            return
        carried = dict(zip(("status", "reason"), found, strict=True))
        uuid = self._statuses.get((article, coder)) or self._names.take("article_status", derived("status", article, coder))
        ours = self._known.of("article_status").get(uuid)
        if ours is not None:
            changed = any(ours[key] != part for key, part in carried.items())
            carried = {**carried, "modified": self._known.now} if changed else {}
        self._gathered.put("article_status", uuid, carried, {"article": article, "coder": coder, "modified": self._r.at})
        self._r.report.carried["article_status"] += 1

    def _tag(self, article: str, name: str) -> None:
        ours = self._tags.get((article, name))
        if ours is not None:
            self._gathered.keep("article_tag", ours)
            return
        uuid = self._names.take("article_tag", derived("tag", article, name))
        record = self._gathered.records["article"][article]
        fixed = {"article": article, "name": name, "coder": record["coder"], "created": self._r.at}
        self._gathered.put("article_tag", uuid, {}, fixed)

    def _field(self, field: str, value: str, article: str) -> None:
        record = self._gathered.get("field", field) or {}
        options = {word: option[0] for option in json.loads(record.get("options", "[]")) for word in option}
        for part in value.split("; ") if record.get("type") == "many of" else [value]:
            if options and part not in options:
                self._r.report.dropped["field_value"] += 1
                self._r.tell(_BAD_VALUE, value=part, field=record["label_en"])
                continue
            kept = options.get(part, part)
            ours = self._values.get((field, article, kept))
            self._r.report.carried["field_value"] += 1
            if ours is not None:
                self._gathered.keep("field_value", ours)
                continue
            # A field of one value is one record, so that another value corrects it.
            several = record.get("type") == "many of"
            uuid = (None if several else self._ones.get((field, article))) or self._names.take(
                "field_value", derived("value", field, article, kept if several else "")
            )
            fixed = {"coder": self._gathered.records["article"][article]["coder"], "field": field, "article": article}
            self._gathered.put("field_value", uuid, {"value": kept}, fixed)


def values_of(element: Element) -> Iterator[tuple[str, str]]:
    """Give (variable, value) of an element's variable values that are not empty."""
    for each in children(element, "VariableValue"):
        reference = child(each, "VariableRef")
        value = next((found for found in each if found.tag != "VariableRef"), None)
        words = "" if value is None else inner_words(value)
        if reference is not None and words.strip():
            yield normal(reference.get("targetGUID")), words
