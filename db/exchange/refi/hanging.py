"""Writing what hangs on things: notes, translations, values of fields, tags, relations."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from db.exchange.bundle import Source
from db.exchange.refi import shapes
from db.exchange.refi.drawing import content, moment, tag
from db.exchange.refi.fitting import TYPES, fits
from db.exchange.refi.guids import derived
from db.exchange.refi.kept import Kept
from db.exchange.report import FidelityReport
from db.records import either

Record = Mapping[str, Any]
_SEVERAL = "; "
_TYPES = {"number": ["Integer", "Float"], "date": ["Date", "DateTime"]}


class Hanging:
    """Notes as Note elements with references to them, metadata and fields as variables, relations as links."""

    def __init__(
        self, source: Source, there: dict[str, set[str]], by: Callable[[object], str], names: Mapping[str, str], kept: Kept,
        private: str, language: str, report: FidelityReport,
    ) -> None:  # fmt: skip
        self._source, self._there, self._by, self._names, self._private = source, there, by, names, private
        self._kept, self._language, self._report = kept, language, report
        self.notes: list[str] = []
        self.arrows: list[str] = []
        self.refs: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        self.written: set[str] = set()
        self.merged: set[str] = set()  # notes that go as texts that are coded
        self._memos: Mapping[str, str] = {}
        self.values: defaultdict[str, list[str]] = defaultdict(list)
        self.variables: dict[str, str] = {}
        self.instruments: set[str] = set()
        self.hidden = 0

    def write(self, taggings: Mapping[str, str], memos: Mapping[str, str], *, every: bool) -> None:
        """Write all of it; `taggings` gives annotations by tagging, `every` says that the whole project goes.

        `memos` are the texts of articles that go as notes, by GUID: a note of the same words goes with them.
        """
        self._memos = memos
        self._there["tagging"] = {t for t, annotation in taggings.items() if annotation in self._there["annotation"]}
        self._write_notes()
        for translation in _sorted(self._source, "translation"):
            if translation["annotation"] in self._there["annotation"]:
                name = f"Translation ({translation['language']})"
                name += f", {translation['translator']}" if translation["translator"] else ""
                self._note(translation, name, str(translation["text"]))
                self._refer("annotation", translation["annotation"], str(translation["uuid"]))
                self._report.carried["translation"] += 1
        self._write_metadata()
        self._write_statuses()
        if every:
            self._write_searches()
        self._write_fields()
        self._write_relations()

    def _note(self, record: Record, name: str, text: str) -> None:
        uuid = str(record["uuid"])
        self.written.add(uuid)
        times = {"creationDateTime": moment(record.get("created")), "modifiedDateTime": moment(record.get("modified"))}
        inside = content("PlainTextContent", text)
        made = {"creatingUser": self._by(record["coder"]), **times}
        self.notes.append(tag("Note", inside, guid=uuid, name=name, richTextPath=self._kept.shell(uuid, text).rich, **made))

    def _refer(self, kind: str, uuid: object, note: str) -> None:
        self.refs[kind, str(uuid)].append(tag("NoteRef", targetGUID=note))

    def _write_notes(self) -> None:
        waiting = _sorted(self._source, "note")
        open_notes = [note for note in waiting if not note["private"] or note["coder"] == self._private]
        self.hidden = len(waiting) - len(open_notes)
        self._report.dropped["note"] += self.hidden
        while True:
            going = [note for note in open_notes if self._has_place(note)]
            if not going:
                break
            for note in going:
                self._write_note(note)
            open_notes = [note for note in open_notes if str(note["uuid"]) not in self.written]

    def _has_place(self, note: Record) -> bool:
        for kind in ("annotation", "article", "code"):
            if note[kind] is not None:
                return note[kind] in self._there[kind]
        return note["reply_to"] is None or note["reply_to"] in self.written

    def _write_note(self, note: Record) -> None:
        uuid, text = str(note["uuid"]), str(note["text"])
        if self._memos.get(uuid) == text:
            self.merged.add(uuid)
            self.written.add(uuid)
        else:
            self._note(note, shapes.note_name(text, str(note["day"])), text)
        self._report.carried["note"] += 1
        for kind in ("annotation", "article", "code"):
            if note[kind] is not None:
                self._refer(kind, note[kind], uuid)
        for kind, name in (("instrument", ""), ("reply_to", shapes.REPLY)):
            if note[kind] is not None:
                self._arrow(derived("on", uuid), name, uuid, str(note[kind]))
        if note["instrument"] is not None:
            self.instruments.add(str(note["instrument"]))

    def _arrow(self, guid: str, name: str, origin: str, target: str, inside: str = "") -> None:
        self.arrows.append(tag("Link", inside, guid=guid, name=name, direction="OneWay", originGUID=origin, targetGUID=target))

    # Variables

    def _value(self, article: str, guid: str, name: str, value: str, kind: str = "Text") -> None:
        self.variables.setdefault(guid, tag("Variable", guid=guid, name=name, typeOfVariable="Text"))
        inside = tag("VariableRef", targetGUID=guid) + content(f"{kind}Value", value)
        self.values[article].append(tag("VariableValue", inside))

    def _write_metadata(self) -> None:
        tags: defaultdict[str, list[str]] = defaultdict(list)
        for each in _sorted(self._source, "article_tag"):
            if each["article"] in self._there["article"]:
                tags[str(each["article"])].append(str(each["name"]))
                self._report.carried["article_tag"] += 1
        for article in _sorted(self._source, "article"):
            uuid = str(article["uuid"])
            if uuid not in self._there["article"]:
                continue
            made = {
                "authors": shapes.authors_told(json.loads(str(article["authors"]))),
                "tags": _SEVERAL.join(sorted(tags[uuid])),
            }
            for column, (en, zh) in shapes.METADATA.items():
                if value := made.get(column, str(article.get(column, ""))):
                    self._value(uuid, shapes.variable(column), either(self._language, zh, en), value)

    def _write_statuses(self) -> None:
        for status in _sorted(self._source, "article_status"):
            by = self._by(status["coder"])
            if status["article"] in self._there["article"] and by:
                name = self._names[str(status["coder"])]
                named = either(self._language, f"进度（{name}）", f"Status ({name})")
                words = shapes.status_told(str(status["status"]), str(status["reason"]))
                self._value(str(status["article"]), shapes.status_variable(by), named, words)
                self._report.carried["article_status"] += 1

    def _write_searches(self) -> None:
        for search in _sorted(self._source, "saved_search"):
            self._note(search, shapes.search_told(str(search["kind"]), str(search["title"])), str(search["query"]))
            self._report.carried["saved_search"] += 1

    def _write_fields(self) -> None:
        fields = {str(field["uuid"]): field for field in self._source.records("field")}
        names = {uuid: either(self._language, str(f["label_zh"]), str(f["label_en"])) for uuid, f in fields.items()}
        found: defaultdict[tuple[str, str], defaultdict[str, list[Record]]] = defaultdict(lambda: defaultdict(list))
        for value in _sorted(self._source, "field_value"):
            kind = next((kind for kind in ("article", "annotation", "tagging") if value[kind] is not None), "link")
            if kind == "link":
                self._report.dropped["field_value"] += 1
            elif str(value[kind]) in self._there[kind]:
                found[kind, str(value[kind])][str(value["field"])].append(value)
                self._report.carried["field_value"] += 1
        words: defaultdict[str, dict[str, str]] = defaultdict(dict)  # field -> article -> value
        for (kind, thing), by_field in sorted(found.items()):
            if kind == "article":
                for uuid, several in by_field.items():
                    words[uuid][thing] = _SEVERAL.join(str(value["value"]) for value in several)
            else:
                self._fields_note(kind, thing, by_field, fields)
        for uuid, field in sorted(fields.items()):
            if field["target"] == "article" and (uuid in words or not field["shipped"]):
                self._variable(uuid, names[uuid], str(field["type"]), words[uuid])

    def _variable(self, uuid: str, name: str, kind: str, values: Mapping[str, str]) -> None:
        """Write a field as a variable of the type it came with, or of its own, if all its values are of that."""
        came, description = self._kept.variable(uuid)
        tried = [came] if came in TYPES else _TYPES.get(kind, [])
        told = next((each for each in tried if all(fits(f"{each}Value", value) for value in values.values())), "Text")
        self.variables[uuid] = tag("Variable", content("Description", description), guid=uuid, name=name, typeOfVariable=told)
        for article, value in sorted(values.items()):
            self._value(article, uuid, name, value, told)

    def _fields_note(self, kind: str, thing: str, by_field: Mapping[str, list[Record]], fields: Mapping[str, Record]) -> None:
        lines, coder = [], None
        for uuid, several in by_field.items():
            name = str(fields[uuid]["name"] or uuid)
            lines += [f"{name}: {value['value']}" for value in several]
            coder = coder or several[0]["coder"]
        record = {"uuid": derived("fields", thing), "coder": coder}
        self._note(record, shapes.FIELDS, "\n".join(sorted(lines)))
        self._refer(kind, thing, record["uuid"] or "")

    # Relations

    def _write_relations(self) -> None:
        for relation in _sorted(self._source, "relation"):
            if relation["coder"] is None:
                continue
            ends = [self._end(relation, side) for side in ("from", "to")]
            if not all(ends):
                continue
            about = {"uuid": derived("about", str(relation["uuid"])), **{k: relation[k] for k in ("coder", "created")}}
            self._note(about, shapes.ABOUT, str(relation["note"]) or str(relation["kind"]))
            inside = tag("NoteRef", targetGUID=str(about["uuid"]))
            self._arrow(str(relation["uuid"]), str(relation["kind"]), ends[0], ends[1], inside)
            self._report.carried["relation"] += 1

    def _end(self, relation: Record, side: str) -> str:
        for kind in ("annotation", "article"):
            uuid = relation[f"{side}_{kind}"]
            if uuid is not None:
                return self._kept.stands_for(str(uuid)) if uuid in self._there[kind] else ""
        self.instruments.add(str(relation[f"{side}_instrument"]))
        return str(relation[f"{side}_instrument"])


def _sorted(source: Source, kind: str) -> list[Record]:
    return sorted(source.records(kind), key=_uuid)


def _uuid(record: Record) -> str:
    return str(record["uuid"])
