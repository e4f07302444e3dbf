"""The parts of a W3C Web Annotation, however a program writes them: one or a list, words or objects, deep or flat."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any

from db.exchange.refi.catalogue import moment

URN = re.compile("urn:uuid:([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)
WITHIN = 40  # how deep targets, bodies and selectors are followed
_PREFIX = re.compile(r"(oa|as|dctypes|cnt):|https?://www\.w3\.org/(ns/(oa|activitystreams)|2011/content)#")
_ZONE = re.compile(r"\s*(UTC|GMT)$")
_YEAR = re.compile(r"\d{4}(-\d\d)?")
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")


class TooDeep(ValueError):
    """What is nested deeper than any program writes it."""


def listed(value: Any) -> list[str]:
    """Give the strings of what may be one or a list."""
    several = value if isinstance(value, list) else [value]
    return [each for each in several if isinstance(each, str)]


def kinds_of(thing: Any) -> list[str]:
    """Give the types of a thing by their short names."""
    return short_names(thing.get("type", thing.get("@type"))) if isinstance(thing, dict) else []


def short_names(value: Any) -> list[str]:
    """Give the names of what may be one or a list, without the prefixes of the vocabularies they are from."""
    return [_PREFIX.sub("", name) for name in listed(value)]


def number_of(value: Any) -> int | None:
    """Give a whole number, however it is written; None for anything else."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 16:
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def words_of(thing: Any, name: str) -> str:
    """Give a property that is words, the first of several, in whatever language; nothing where it is something else."""
    found = thing.get(name) if isinstance(thing, dict) else None
    for _ in range(3):
        if isinstance(found, list):
            found = found[0] if found else None
        elif isinstance(found, dict):
            found = found.get("@value")
    return storable(found)


def uuid_of(words: str) -> str:
    """Give the uuid of a urn:uuid; nothing for another name."""
    found = URN.fullmatch(words)
    return found[1].lower() if found else ""


def time_of(words: str) -> str:
    """Give a time as it is stored, from ISO 8601 of any precision or as mail has it; nothing for what is no time."""
    words = words.strip()
    if _YEAR.fullmatch(words):
        return moment(f"{words}-01-01"[:10])
    if found := moment(_ZONE.sub("Z", words)):
        return found
    try:
        return moment(parsedate_to_datetime(words).isoformat())
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def targets_of(target: Any, depth: int = 0) -> Iterator[list[Any]]:
    """Yield the targets of an annotation, each as a list of those of which one is to be chosen; raises TooDeep."""
    if depth > WITHIN:
        raise TooDeep("a target that is nested too deep")
    if isinstance(target, list):
        for each in target:
            yield from targets_of(each, depth + 1)
    elif isinstance(target, dict) and "source" not in target and "items" in target:
        inner = targets_of(target["items"], depth + 1)
        if "Choice" in kinds_of(target):
            yield [one for several in inner for one in several]
        else:
            yield from inner
    elif isinstance(target, str | dict):
        yield [target]


def source_of(thing: Any) -> tuple[str, str, str]:
    """Give what a target or body is about: uuid, address, hash of the text."""
    source = thing if isinstance(thing, str) else thing.get("source", thing.get("id", thing.get("@id", "")))
    if isinstance(source, list):
        source = source[0] if source else ""
    digest = words_of(thing, "gloss:sha256") or words_of(source, "gloss:sha256")
    if isinstance(source, dict):
        name = words_of(source, "id") or words_of(source, "@id")
        address = words_of(source, "gloss:url") or name
    else:
        name = address = storable(source)
    uuid = uuid_of(name)
    return uuid or name if uuid else "", "" if uuid_of(address) else without_passage(address), digest.lower()


def without_passage(address: str) -> str:
    """Take from an address the fragment that names a place on the page; one that names the page stays."""
    page, _hash, fragment = address.partition("#")
    route = fragment.partition(":~:")[0]
    return f"{page}#{route}" if route.startswith(("/", "!")) else page


def title_of(target: Any) -> str:
    """Give the title of what a target is about."""
    source = target.get("source", target) if isinstance(target, dict) else None
    names = (words_of(source, name) or words_of(target, name) for name in ("gloss:title", "title", "dc:title", "name", "label"))
    return " ".join(next(filter(None, names), "").split())


def name_of(thing: Any) -> str:
    """Give what a tag, a link or a person is called: its own name or words, or else the address that stands for it."""
    if isinstance(thing, str):
        return storable(thing)
    for name in ("gloss:name", "gloss:label", "value", "label", "name", "nickname", "prefLabel", "title"):
        if words := words_of(thing, name).strip():
            return words
    inner = thing.get("source") if isinstance(thing, dict) else None
    if isinstance(inner, list | dict) and inner:
        return name_of(inner[0] if isinstance(inner, list) else {**inner, "source": None})
    return storable(inner) or words_of(thing, "id") or words_of(thing, "@id")


def bodies_of(body: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Yield the bodies of an annotation, however deep they lie; raises TooDeep."""
    if depth > WITHIN:
        raise TooDeep("a body that is nested too deep")
    for each in body if isinstance(body, list) else [body]:
        if isinstance(each, list):
            yield from bodies_of(each, depth + 1)
        elif isinstance(each, str):
            yield {"source": each}
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
