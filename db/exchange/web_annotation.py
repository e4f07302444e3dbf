"""W3C Web Annotations (https://www.w3.org/TR/annotation-model/): one per annotation, with its codes, links and translations.

The reading text's code points are the positions; codes and instruments are named by uuid, their stable names stand beside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from db.records import TravellingRecord

# How the page of a collection opens, behind its head.
PAGE = b'"first":{"type":"AnnotationPage","items":['
CONTEXT = ["http://www.w3.org/ns/anno.jsonld", {"gloss": "urn:glossator:"}]
KINDS = ("annotation", "tagging", "link", "translation")
_BODIES = {
    "tagging": ("SpecificResource", "tagging", "code"),
    "link": ("SpecificResource", "linking", "instrument"),
    "translation": ("TextualBody", "gloss:translating", ""),
}
Records = Mapping[str, Iterable[TravellingRecord]]
Extra = Callable[[TravellingRecord], Mapping[str, Any]]


def collection_head(total: int) -> dict[str, Any]:
    """Give what stands before the page of a collection."""
    return {"@context": CONTEXT, "type": "AnnotationCollection", "total": total}


def web_items(records: Records, names: Mapping[str, str], extra: Extra | None = None) -> Iterator[dict[str, Any]]:
    """Yield one annotation after another; `names` gives stable names of codes and instruments by uuid.

    `extra` gives what else is told of an annotation's target.
    """
    # Bodies are made when their annotation is: of a hundred thousand they would need more memory than the records.
    hanging: defaultdict[object, list[tuple[str, TravellingRecord]]] = defaultdict(list)
    for kind in _BODIES:
        for record in records[kind]:
            hanging[record["annotation"]].append((kind, record))
    for record in records["annotation"]:
        bodies = [_body(kind, one, names) for kind, one in hanging.get(record["uuid"], ())]
        item = _annotation(record, bodies)
        if extra is not None:
            item["target"] |= extra(record)
        yield item


def _urn(uuid: object) -> str:
    return f"urn:uuid:{uuid}"


def _annotation(record: TravellingRecord, bodies: list[dict[str, Any]]) -> dict[str, Any]:
    target: dict[str, Any] = {"source": _urn(record["article"]), "gloss:version": _urn(record["version"])}
    if record["start"] is not None:
        target["selector"] = [
            {"type": "TextPositionSelector", "start": record["start"], "end": record["end"]},
            {"type": "TextQuoteSelector", **{name: record[name] for name in ("exact", "prefix", "suffix")}},
        ]
    head = {"id": _urn(record["uuid"]), "type": "Annotation", "creator": _urn(record["coder"])}
    return head | {"created": record["created"], "modified": record["modified"], "target": target, "body": bodies}


def _body(kind: str, record: TravellingRecord, names: Mapping[str, str]) -> dict[str, Any]:
    of_type, purpose, source = _BODIES[kind]
    body: dict[str, Any] = {"id": _urn(record["uuid"]), "type": of_type, "purpose": purpose, "creator": _urn(record["coder"])}
    if source:
        body["source"] = _urn(record[source])
        if str(record[source]) in names:
            body["gloss:name"] = names[str(record[source])]
        left: tuple[str, ...] = ("uuid", "annotation", "coder", source)
    else:
        body |= {"value": record["text"], "language": record["language"], "format": "text/plain"}
        left = ("uuid", "annotation", "coder", "text", "language")
    for name, value in record.items():
        if name not in left:
            body[f"gloss:{name}"] = value
    return body


_PURPOSES = {purpose: kind for kind, (_type, purpose, _source) in _BODIES.items()}


class WebRecords:
    """Reads what web_items wrote back into records; raises KeyError, TypeError or ValueError for anything else."""

    def __init__(self) -> None:
        self.records: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
        # One string for the name of an article or coder that thousands of annotations refer to.
        self._names: dict[str, str] = {}
        # Of bodies that look alike, what stands in which column.
        self._columns: dict[tuple[str, ...], list[tuple[str, str]]] = {}

    def take(self, items: Iterable[Mapping[str, Any]]) -> None:
        """Read some annotations."""
        shared, marks = self._shared, self.records["annotation"]
        for item in items:
            uuid, target = _uuid(item["id"]), item["target"]
            position, quote = _selectors(target.get("selector", ()))
            created, modified = item["created"], item["modified"]
            marks.append({
                "uuid": uuid, "article": shared(target["source"]), "version": shared(target["gloss:version"]),
                "start": position["start"], "end": position["end"], "exact": quote["exact"], "prefix": quote["prefix"],
                "suffix": quote["suffix"], "coder": shared(item["creator"]), "created": created,
                "modified": created if modified == created else modified,
            })  # fmt: skip
            for body in item["body"]:
                kind = _PURPOSES[body["purpose"]]
                record = self._of_body(kind, body)
                record["uuid"], record["annotation"] = _uuid(body["id"]), uuid
                self.records[kind].append(record)

    def _of_body(self, kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
        source, names = _BODIES[kind][2], tuple(body)
        columns = self._columns.get(names)
        if columns is None:
            columns = [(name, name[6:]) for name in names if name[:6] == "gloss:" and name != "gloss:name"]
            if len(self._columns) < _LAYOUTS:
                self._columns[names] = columns
        record = {column: body[name] for name, column in columns}
        record["coder"] = self._shared(body["creator"])
        if source:
            record[source] = self._shared(body["source"])
        else:
            record |= {"text": body["value"], "language": body["language"]}
        return record

    def _shared(self, urn: str) -> str:
        found = self._names.get(urn)
        if found is None:
            found = self._names[urn] = _uuid(urn)
        return found


# Ways to lay out a body that are kept.
_LAYOUTS = 50
_NOWHERE: Mapping[str, Any] = {"start": None, "end": None}
_UNQUOTED: Mapping[str, Any] = {"exact": "", "prefix": "", "suffix": ""}


def _selectors(several: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Give the place and the quote of a target."""
    if len(several) == 2 and several[0]["type"] == "TextPositionSelector" and several[1]["type"] == "TextQuoteSelector":
        return several[0], several[1]
    selectors = {selector["type"]: selector for selector in several}
    return selectors.get("TextPositionSelector", _NOWHERE), selectors.get("TextQuoteSelector", _UNQUOTED)


def _uuid(urn: str) -> str:
    if not urn.startswith("urn:uuid:"):
        raise ValueError(f"{urn} is no urn:uuid")
    return urn[9:]
