"""W3C Web Annotations (https://www.w3.org/TR/annotation-model/): one per annotation, with its codes, links and translations.

The reading text's code points are the positions; codes and instruments are named by uuid, their stable names stand beside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
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
    bodies: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for kind in _BODIES:
        for record in records[kind]:
            bodies[str(record["annotation"])].append(_body(kind, record, names))
    for record in records["annotation"]:
        item = _annotation(record, bodies.get(str(record["uuid"]), []))
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

    def take(self, items: Iterable[Mapping[str, Any]]) -> None:
        """Read some annotations."""
        for item in items:
            uuid, target = _uuid(item["id"]), item["target"]
            selectors = {selector["type"]: selector for selector in target.get("selector", ())}
            position = selectors.get("TextPositionSelector", _NOWHERE)
            quote = selectors.get("TextQuoteSelector", _UNQUOTED)
            record = {
                "uuid": uuid, "article": self._shared(target["source"]), "version": self._shared(target["gloss:version"]),
                "start": position["start"], "end": position["end"], "exact": quote["exact"], "prefix": quote["prefix"],
                "suffix": quote["suffix"], "coder": self._shared(item["creator"]), "created": item["created"],
                "modified": item["modified"],
            }  # fmt: skip
            self.records["annotation"].append(record)
            for body in item["body"]:
                kind = _PURPOSES[body["purpose"]]
                self.records[kind].append({"uuid": _uuid(body["id"]), "annotation": uuid, **self._of_body(kind, body)})

    def _of_body(self, kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
        source = _BODIES[kind][2]
        record = {name[6:]: value for name, value in body.items() if name[:6] == "gloss:" and name != "gloss:name"}
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


_NOWHERE: Mapping[str, Any] = {"start": None, "end": None}
_UNQUOTED: Mapping[str, Any] = {"exact": "", "prefix": "", "suffix": ""}


def _uuid(urn: str) -> str:
    if not urn.startswith("urn:uuid:"):
        raise ValueError(f"{urn} is no urn:uuid")
    return urn[9:]
