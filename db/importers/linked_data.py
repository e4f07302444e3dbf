"""What a page's JSON-LD says of its article (schema.org): who wrote it, who published it and when. It is read, never run."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from db.records import Author

_LARGEST = 1 << 20  # characters of one script that are parsed
_MOST = 10_000  # entries and lists of one script that are looked into
_PAGES = ("WebPage", "ItemPage")  # stand beside an article's own entry, or for it
_BODIES = ("Organization", "NewsMediaOrganization", "Corporation", "GovernmentOrganization")


@dataclass(slots=True)
class Linked:
    """What the entry of an article holds; "" for what it does not."""

    title: str = ""
    publisher: str = ""
    published: str = ""
    authors: list[Author] = field(default_factory=list)


def linked_in(scripts: list[str]) -> Linked:
    """Read the scripts of type application/ld+json; what is no JSON, or tells of no article, is passed over."""
    entries = [entry for script in scripts for entry in _entries(script)]
    known = {str(e["@id"]): e for e in reversed(entries) if e.get("@id") and len(e) > 2}
    articles = sorted((e for e in entries if _is_article(e)), key=lambda e: _types(e)[0] in _PAGES)
    found = Linked()
    for entry in articles:
        found.title = found.title or _text(entry.get("headline"))
        found.published = found.published or _text(entry.get("datePublished"))
        found.publisher = found.publisher or next((_name(p) for p in _each(entry.get("publisher"), known)), "")
        found.authors = found.authors or [a for p in _each(entry.get("author"), known) if (a := _author(p, known))]
    return found


def _entries(script: str) -> Iterator[dict[str, Any]]:
    if len(script) > _LARGEST:
        return
    try:
        waiting: deque[Any] = deque([json.loads(script, strict=False)])
    except (ValueError, RecursionError):
        return
    for _looked in range(_MOST):
        if not waiting:
            return
        each = waiting.popleft()
        if isinstance(each, dict):
            yield each
            inner = [each.get(key) for key in ("@graph", "mainEntity", "mainEntityOfPage")]
        else:
            inner = each[:200] if isinstance(each, list) else []
        waiting += (one for one in inner if isinstance(one, list | dict))


def _types(entry: dict[str, Any]) -> list[str]:
    said = entry.get("@type")
    return [str(t) for t in said] or [""] if isinstance(said, list) else [str(said or "")]


def _is_article(entry: dict[str, Any]) -> bool:
    return any(t in _PAGES or t.endswith(("Article", "Posting", "Report", "CreativeWork")) for t in _types(entry))


def _each(value: object, known: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Give the persons or bodies that a field names: one, several, a bare name, or the number of an entry elsewhere."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str) and one.strip():
            yield known.get(one, {"name": one})
        elif isinstance(one, dict):
            yield one if one.get("name") else known.get(str(one.get("@id")), one)


def _author(person: dict[str, Any], known: dict[str, dict[str, Any]]) -> Author | None:
    name = _name(person)
    if not name or name.startswith("http") or any(t in _BODIES for t in _types(person)):
        return None
    employers = (_name(e) for key in ("affiliation", "worksFor") for e in _each(person.get(key), known))
    return Author(name, next(filter(None, employers), ""), _text(person.get("jobTitle")))


def _name(entry: dict[str, Any]) -> str:
    return _text(entry.get("name"))


def _text(value: object) -> str:
    value = value[0] if isinstance(value, list) and value else value
    return " ".join(value.split())[:300] if isinstance(value, str) else ""
