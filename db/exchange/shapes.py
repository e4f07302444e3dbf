"""What the JSON inside records must look like: a stranger's bundle is held to it before anything is written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from db.records import Author, Block, Inline, Layout, Remark, Removed


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("it is no list")
    return value


def _words(*values: object) -> None:
    if not all(isinstance(value, str) for value in values):
        raise ValueError("it holds something else than words")


def _strings(value: Any) -> None:
    _words(*_list(value))


def _authors(value: Any) -> None:
    for each in _list(value):
        author = Author(**each)
        _words(author.name, author.affiliation, author.role)


def _removed(value: Any) -> None:
    for each in _list(value):
        removed = Removed(*each)
        _words(removed.reason, removed.text)
        _numbers(removed.start, removed.end)


def _remarks(value: Any) -> None:
    for each in _list(value):
        remark = Remark(*each)
        _words(remark.sentence, *dict(remark.facts), *dict(remark.facts).values())


def _pairs(value: Any) -> None:
    for kind, date in _list(value):
        _words(kind, date)


def _options(value: Any) -> None:
    for option, zh, en in _list(value):
        _words(option, zh, en)


def _numbers(*values: object) -> None:
    if not all(type(value) is int for value in values):
        raise ValueError("it holds something else than a number")


SHAPES: Mapping[tuple[str, str], Callable[[Any], None]] = {
    ("article", "authors"): _authors,
    ("version", "removed"): _removed,
    ("version", "remarks"): _remarks,
    ("codebook", "languages"): _strings,
    ("code", "cues_zh"): _strings,
    ("code", "cues_en"): _strings,
    ("crosswalk_row", "source_codes"): _strings,
    ("crosswalk_row", "target_codes"): _strings,
    ("instrument", "dates"): _pairs,
    ("field", "options"): _options,
}


def check_setting(name: object, value: object) -> str:
    """Hold a setting that travels to its shape; raises ValueError or TypeError."""
    if not isinstance(value, str) or name not in ("unit", "letters", "working"):
        raise ValueError(f"the setting {name}")
    if name == "working":
        _strings(json.loads(value))
    elif name == "letters":
        letters = json.loads(value)
        _words(*letters.keys(), *letters.values())
        if not all(re.fullmatch("[a-z]{2}", each) for each in letters.values()):
            raise ValueError("letters that are not two")
    elif value not in ("free", "clause", "sentence", "paragraph"):
        raise ValueError(f"the unit {value}")
    return value


def check_shapes(records: Mapping[str, list[dict[str, Any]]]) -> None:
    """Hold every JSON column to its shape; raises ValueError or TypeError."""
    for (kind, column), check in SHAPES.items():
        for record in records[kind]:
            try:
                check(json.loads(record[column]))
            except (TypeError, ValueError) as error:
                raise ValueError(f"{kind} {record['uuid']}, {column}: {error}") from error


def layout_fits(layout: str, text: str) -> bool:
    """Tell whether a layout's blocks are in order inside a text, and its inlines inside too."""
    read = Layout.from_json(layout)
    spans: list[Block | Inline] = [*read.blocks, *read.inlines]
    for span in spans:
        _numbers(span.start, span.end)
    _words(*(block.kind for block in read.blocks), *(block.marker for block in read.blocks))
    _words(*(inline.kind for inline in read.inlines), *(inline.href for inline in read.inlines))
    _numbers(*(block.level for block in read.blocks))
    _words(*(label for label, _start in read.pages))
    _numbers(*(start for _label, start in read.pages))
    turned = all(0 <= start <= len(text) for _label, start in read.pages)
    inside = turned and all(0 <= span.start <= span.end <= len(text) for span in spans)
    return inside and all(one.end <= other.start for one, other in pairwise(read.blocks))
