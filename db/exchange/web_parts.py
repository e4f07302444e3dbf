"""The parts of a W3C Web Annotation, however a program writes them: one or a list, words or objects, deep or flat."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

from db.records import Anchor

URN = re.compile("urn:uuid:([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)
WITHIN = 40  # how deep targets, bodies and selectors are followed
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")


def listed(value: Any) -> list[str]:
    """Give the strings of what may be one or a list."""
    return [value] if isinstance(value, str) else [each for each in value if isinstance(each, str)] if value else []


def words_of(thing: Any, name: str) -> str:
    """Give a property that is words; nothing where it is something else."""
    found = thing.get(name) if isinstance(thing, dict) else None
    return storable(found)


def uuid_of(words: str) -> str:
    """Give the uuid of a urn:uuid; nothing for another name."""
    found = URN.fullmatch(words)
    return found[1].lower() if found else ""


def first_of(target: Any) -> Any:
    """Give the first of several targets; raises ValueError for absurd depth."""
    for _ in range(WITHIN):
        if isinstance(target, list):
            target = target[0]
        elif isinstance(target, dict) and "source" not in target and "items" in target:
            target = target["items"]
        else:
            return target
    raise ValueError("a target that is nested too deep")


def source_of(thing: Any) -> tuple[str, str, str]:
    """Give what a target or body is about: uuid, address, hash of the text."""
    source = thing if isinstance(thing, str) else thing.get("source", thing.get("id", ""))
    digest = words_of(thing, "gloss:sha256") or words_of(source, "gloss:sha256")
    if isinstance(source, dict):
        name = words_of(source, "id")
        address = words_of(source, "gloss:url") or name
    else:
        name = address = source if isinstance(source, str) else ""
    uuid = uuid_of(name)
    return uuid or name if uuid else "", "" if uuid_of(address) else address.partition("#")[0], digest.lower()


def title_of(target: Any) -> str:
    """Give the title of what a target is about."""
    source = target.get("source") if isinstance(target, dict) else None
    return words_of(source, "gloss:title") or words_of(source, "title")


def anchor_of(target: Any) -> Anchor | None:
    """Give the position and the quote of a target; None where it is the whole text."""
    found: dict[str, Mapping[str, Any]] = {}
    waiting, left = [target.get("selector") if isinstance(target, dict) else None], WITHIN
    while waiting:
        selector, left = waiting.pop(), left - 1
        if left < 0:
            raise ValueError("selectors that are nested too deep")
        if isinstance(selector, list):
            waiting += selector[:WITHIN]
        elif isinstance(selector, dict):
            for kind in listed(selector.get("type", selector.get("@type"))):
                found.setdefault(kind, selector)
            waiting += [selector.get(name) for name in ("items", "refinedBy", "default")]
    position, quote = found.get("TextPositionSelector", {}), found.get("TextQuoteSelector", {})
    start, end = position.get("start"), position.get("end")
    words = [storable(quote.get(name)) for name in ("exact", "prefix", "suffix")]
    if not isinstance(start, int) or not isinstance(end, int):
        if not words[0]:
            if found:
                raise ValueError("selectors of kinds that say nothing here: " + ", ".join(sorted(found)))
            return None
        start = end = -1
    return Anchor(start, end, *words)


def bodies_of(body: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Yield the bodies of an annotation, however deep they lie; raises ValueError for absurd depth."""
    if depth > WITHIN:
        raise ValueError("a body that is nested too deep")
    for each in body if isinstance(body, list) else [body]:
        if isinstance(each, list):
            yield from bodies_of(each, depth + 1)
        elif isinstance(each, str):
            yield {"value": each}
        elif isinstance(each, dict) and "items" in each:
            yield from bodies_of(each["items"], depth + 1)
        elif isinstance(each, dict):
            yield each


def by_words(records: Mapping[str, Mapping[str, Any]], *columns: str) -> dict[str, str]:
    """Give uuids of records by the words in some columns, the first column first."""
    found: dict[str, str] = {}
    for column in columns:
        for uuid, record in records.items():
            if record[column]:
                found.setdefault(str(record[column]).strip(), uuid)
    return found


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, _attributes: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("script", "style")
        if tag in ("p", "br", "li", "div"):
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if self._hidden <= 0:
            self.words.append(data)


def plain(html: str) -> str:
    """Give the words of HTML; scripts and pictures are neither run nor fetched nor kept."""
    parser = _Words()
    parser.feed(html)
    parser.close()
    return "".join(parser.words).strip()


def storable(raw: object) -> str:
    """Give words as a project can hold them."""
    return _UNWRITABLE.sub("\ufffd", raw) if isinstance(raw, str) else ""
