"""W3C Web Annotations (https://www.w3.org/TR/annotation-model/): one per annotation, with its codes, links and translations.

The reading text's code points are the positions; codes and instruments are named by uuid, their stable names stand beside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from db.records import TravellingRecord

CONTEXT = ["http://www.w3.org/ns/anno.jsonld", {"gloss": "urn:glossator:"}]
KINDS = ("annotation", "tagging", "link", "translation")
_BODIES = {
    "tagging": ("SpecificResource", "tagging", "code"),
    "link": ("SpecificResource", "linking", "instrument"),
    "translation": ("TextualBody", "gloss:translating", ""),
}
Records = Mapping[str, Iterable[TravellingRecord]]


def to_web(records: Records, names: Mapping[str, str]) -> dict[str, Any]:
    """Make an annotation collection; `names` gives stable names of codes and instruments by uuid."""
    bodies: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for kind in _BODIES:
        for record in records[kind]:
            bodies[str(record["annotation"])].append(_body(kind, record, names))
    items = [_annotation(record, bodies[str(record["uuid"])]) for record in records["annotation"]]
    return {
        "@context": CONTEXT,
        "type": "AnnotationCollection",
        "total": len(items),
        "first": {"type": "AnnotationPage", "items": items},
    }


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
    rest = {name: value for name, value in record.items() if name not in ("uuid", "annotation", "coder", source)}
    if source:
        body["source"] = _urn(record[source])
        if str(record[source]) in names:
            body["gloss:name"] = names[str(record[source])]
    else:
        body |= {"value": rest.pop("text"), "language": rest.pop("language"), "format": "text/plain"}
    return body | {f"gloss:{name}": value for name, value in rest.items()}


def from_web(collection: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Read what to_web wrote back into records; raises KeyError, TypeError or ValueError for anything else."""
    records: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
    purposes = {purpose: kind for kind, (_type, purpose, _source) in _BODIES.items()}
    for item in collection["first"]["items"]:
        uuid, target = _uuid(item["id"]), item["target"]
        selectors = {selector["type"]: selector for selector in target.get("selector", ())}
        position = selectors.get("TextPositionSelector", {"start": None, "end": None})
        quote = selectors.get("TextQuoteSelector", {"exact": "", "prefix": "", "suffix": ""})
        record = {"uuid": uuid, "article": _uuid(target["source"]), "version": _uuid(target["gloss:version"])}
        record |= {name: position[name] for name in ("start", "end")} | {
            name: quote[name] for name in ("exact", "prefix", "suffix")
        }
        record |= {"coder": _uuid(item["creator"]), "created": item["created"], "modified": item["modified"]}
        records["annotation"].append(record)
        for body in item["body"]:
            kind = purposes[body["purpose"]]
            records[kind].append({"uuid": _uuid(body["id"]), "annotation": uuid, **_from_body(kind, body)})
    return records


def _from_body(kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    source = _BODIES[kind][2]
    record = {
        name.removeprefix("gloss:"): value for name, value in body.items() if name.startswith("gloss:") and name != "gloss:name"
    }
    record["coder"] = _uuid(body["creator"])
    if source:
        record[source] = _uuid(body["source"])
    else:
        record |= {"text": body["value"], "language": body["language"]}
    return record


def _uuid(urn: str) -> str:
    if not urn.startswith("urn:uuid:"):
        raise ValueError(f"{urn} is no urn:uuid")
    return urn.removeprefix("urn:uuid:")
