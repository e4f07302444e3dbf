"""Annotations as programs write them beside the standard: rows of Hypothesis, Open Annotation of 2013, one annotation a line.

Each is brought to the standard's own form; what a program calls its things is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from db.exchange.web_parts import WITHIN, TooDeep, listed, words_of

HYPOTHESIS = "https://hypothes.is/a/"
_OLD = {
    "hasTarget": "target", "hasBody": "body", "hasSource": "source", "hasSelector": "selector", "motivatedBy": "motivation",
    "annotatedBy": "creator", "annotatedAt": "created", "chars": "value", "item": "items", "hasStartSelector": "startSelector",
    "hasEndSelector": "endSelector", "@id": "id", "@type": "type", "hasPurpose": "purpose",
}  # fmt: skip
_PREFIX = re.compile("(oa|cnt|as|foaf|rdf|dcterms):")


def parsed(data: bytes) -> Any:
    """Read JSON, or JSON of one value a line; raises ValueError and RecursionError."""
    try:
        return json.loads(data)
    except json.JSONDecodeError as error:
        lines = [line for line in data.splitlines() if line.strip()]
        if error.msg != "Extra data" or len(lines) < 2:
            raise
        return [json.loads(line) for line in lines]


def is_row(thing: Mapping[str, Any]) -> bool:
    """Whether a thing is an annotation as Hypothesis' own interface gives it."""
    return "uri" in thing and ("text" in thing or "tags" in thing) and "body" not in thing


def is_old(thing: Mapping[str, Any]) -> bool:
    """Whether a thing is an annotation of the time before the standard, or says each name with its prefix."""
    return any(_PREFIX.sub("", name) == "hasTarget" or name == "oa:target" for name in thing)


def of_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Give a row of Hypothesis as an annotation of the standard; `references` say what it answers."""
    answers = [HYPOTHESIS + name for name in listed(row.get("references"))]
    text, uri = words_of(row, "text"), words_of(row, "uri")
    bodies: list[dict[str, Any]] = []
    if text.strip():
        purpose = "replying" if answers else "commenting"
        bodies.append({"type": "TextualBody", "value": text, "format": "text/markdown", "purpose": purpose})
    bodies += [{"type": "TextualBody", "purpose": "tagging", "value": tag} for tag in listed(row.get("tags"))]
    title = words_of(row.get("document"), "title")
    about = row.get("target")
    targets = [each for each in about if isinstance(each, dict)] if isinstance(about, list) else []
    made = {
        "type": "Annotation", "created": row.get("created"), "modified": row.get("updated"), "body": bodies,
        "creator": words_of(row.get("user_info"), "display_name") or words_of(row, "user").removeprefix("acct:"),
        "target": [
            {**each, "source": {"id": words_of(each, "source") or uri, "gloss:url": uri, "gloss:title": title}}
            for each in targets or [{}]
        ],
        "inReplyTo": answers,
    }  # fmt: skip
    return made | ({"id": HYPOTHESIS + str(row["id"])} if row.get("id") else {})


def of_old(thing: Any, depth: int = 0) -> Any:
    """Give an annotation of the time before the standard with the standard's names; raises TooDeep."""
    if depth > WITHIN:
        raise TooDeep("an annotation that is nested too deep")
    if isinstance(thing, list):
        return [of_old(each, depth + 1) for each in thing]
    if not isinstance(thing, dict):
        return thing
    found = {_PREFIX.sub("", name): of_old(value, depth + 1) for name, value in thing.items()}
    return {_OLD.get(name, name): value for name, value in found.items()}
