"""Reading texts and what is marked in them: sources become articles, selections annotations, codings taggings."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from db.exchange.refi import shapes
from db.exchange.refi.catalogue import Reading, moment
from db.exchange.refi.files import Files
from db.exchange.refi.guids import derived, normal
from db.exchange.refi.known import by_column
from db.exchange.refi.parsing import child, children, inner_words, number, words_of
from db.exchange.refi.positions import Mark, Model, Proof, chosen, placing, prove, span
from db.exchange.refi.texts import RawText
from db.records import Anchor, Layout, Progress

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_DANGLING = "The coding {guid} names a code {code} that is not in the file; it is left out."
_BAD_RANGE = "The selection {guid} in {name} marks nothing ({start} to {end} of {length}); it is left out."
_STAYS = "The passage {guid} was moved in the file and worked on here; it stays where it is here."
_SAME_TEXT = "{name} has the text of another source; its passages stand there."
_BAD_VALUE = "{value} is no value of {field}; it is left out."
_TWICE = "{count} codings give a passage a code that it has from the same person already."
_SPLIT = "{count} selections are coded by several people; each has a passage of their own."


@dataclass(frozen=True, slots=True)
class TextSource:
    """A source with a text: the element that holds selections, and the one it stands in, for a PDF another."""

    inner: Element
    outer: Element
    raw: RawText
    data: bytes
    file_name: str

    @property
    def name(self) -> str:
        """The source's name."""
        return (self.outer.get("name") or self.inner.get("name") or self.file_name).strip()

    @property
    def selections(self) -> Iterator[Element]:
        """The selections of its text."""
        return children(self.inner, "PlainTextSelection")

    @property
    def marks(self) -> list[Mark]:
        """The selections whose positions are numbers."""
        found = []
        for each in self.selections:
            start, end = number(each.get("startPosition")), number(each.get("endPosition"))
            if start is not None and end is not None:
                found.append(Mark(start, end, each.get("name", "")))
        return found


@dataclass(frozen=True, slots=True)
class SourceProof:
    """How one source was counted: its GUID, its article by uuid, its name, and the proof."""

    guid: str
    article: str
    name: str
    proof: Proof


class Passages:
    """Reads the sources into a reading."""

    def __init__(self, reading: Reading, files: Files, models: Mapping[str, Model], model: Model | None) -> None:
        self._r, self._files, self._models, self._model = reading, files, models, model
        self._names, self._known, self._gathered = reading.names, reading.known, reading.gathered
        self.proofs: list[SourceProof] = []
        self.tagged: dict[str, str] = {}  # tagging -> annotation
        self._twice = self._split = 0
        self._triples = by_column(self._known.of("tagging"), "annotation", "code", "coder")
        self._shas = by_column(self._known.of("version"), "article", "sha256")
        self._by_sha: dict[str, str] = {str(v["sha256"]): str(v["article"]) for v in self._known.of("version").values()}
        self._numbers: dict[str, int] = {}
        for each in self._known.of("version").values():
            self._numbers[str(each["article"])] = max(self._numbers.get(str(each["article"]), 0), int(each["number"]))
        self._values = by_column(self._known.of("field_value"), "field", "article", "value")
        self._ones = by_column(self._known.of("field_value"), "field", "article")
        self._tags = by_column(self._known.of("article_tag"), "article", "name")
        self._keys = {str(article["key"]) for article in self._known.of("article").values()}

    def read(self, sources: list[TextSource], progress: Progress) -> None:
        """Prove how each source was counted, then read it."""
        proofs = prove([(source.raw, source.marks) for source in sources], self._r.origin)
        for done, (source, proof) in enumerate(zip(sources, proofs, strict=True)):
            progress(done, len(sources))
            guid = normal(source.inner.get("guid"))
            model = self._models.get(guid) or self._models.get(normal(source.outer.get("guid"))) or self._model
            if model is not None:
                proof = chosen(source.raw, source.marks, model)
            self._source(source, proof)
        self._r.report.changed["tagging"] += self._twice
        self._r.remark(_TWICE, self._twice)
        self._r.remark(_SPLIT, self._split)

    def _source(self, source: TextSource, proof: Proof) -> None:
        article, version = self._article(source)
        guid = normal(source.inner.get("guid")) or normal(source.outer.get("guid"))
        self.proofs.append(SourceProof(guid, article, source.name, proof))
        self._r.report.carried["article"] += 1
        place = placing(source.raw, proof.model)
        by = self._r.coder(source.outer.get("creatingUser") or source.inner.get("creatingUser"))
        for selection in source.selections:
            self._selection(selection, source, article, version, place, by)
        for element in {source.inner: None, source.outer: None}:
            self._whole(element, article, version, by)
            self._r.note_on(element, "article", article)
            if words := words_of(element, "Description"):
                self._describe(derived("description", article), "article", article, by, words)
            self._metadata(element, article)

    # Articles and texts

    def _article(self, source: TextSource) -> tuple[str, str]:
        text = source.raw.text
        digest = sha256(text.encode()).hexdigest()
        twin = self._by_sha.get(digest) if text.strip() else None
        guid = source.inner.get("guid") or source.outer.get("guid")
        known = normal(guid) in self._known.of("article")
        if twin is not None and not known:
            uuid = twin
            if uuid in self._gathered.records["article"]:
                self._r.report.changed["article"] += 1
                self._r.tell(_SAME_TEXT, name=source.name)
        else:
            uuid = self._names.take("article", guid, source.name)
        for element in (source.inner, source.outer):
            self._names.point("article", element.get("guid"), uuid)
        if uuid not in self._gathered.records["article"]:
            self._put_article(source, uuid)
        version = self._shas.get((uuid, digest))
        if version is None:
            version = self._put_version(source, uuid, digest)
        self._by_sha.setdefault(digest, uuid)
        return uuid, version

    def _put_article(self, source: TextSource, uuid: str) -> None:
        ours = self._known.of("article").get(uuid)
        at = moment(source.outer.get("creationDateTime") or source.inner.get("creationDateTime")) or self._r.at
        carried = (
            {"title": source.name} if source.name and (ours is None or source.name not in (ours["title"], ours["key"])) else {}
        )
        if ours is not None:
            carried = carried | {"modified": self._known.now} if carried else {}
            self._gathered.put("article", uuid, carried)
            return
        key = self._free(self._known.short_key(source.name, ""))
        by = self._r.coder(source.outer.get("creatingUser") or source.inner.get("creatingUser"))
        later = moment(source.outer.get("modifiedDateTime") or source.inner.get("modifiedDateTime")) or at
        fixed = {"key": key, "coder": by, "created": at, "modified": later}
        self._gathered.put("article", uuid, carried, fixed)

    def _free(self, wanted: str) -> str:
        """Make a short key that no article has yet."""
        found, number_ = wanted, 1
        while found in self._keys:
            number_ += 1
            found = f"{wanted}-{number_}"
        self._keys.add(found)
        return found

    def _put_version(self, source: TextSource, article: str, digest: str) -> str:
        uuid = self._names.take("version", derived("version", article, digest))
        self._numbers[article] = self._numbers.get(article, 0) + 1
        original = sha256(source.data).hexdigest() if source.data else None
        if original is not None:
            self._gathered.originals[original] = source.data
        text = source.raw.text
        media = "application/pdf" if source.data.startswith(b"%PDF") else "text/plain"
        fixed = {
            "article": article, "number": self._numbers[article], "layout": Layout.of_lines(text).to_json(),
            "sha256": digest, "characters": len(text), "original": original, "media_type": media,
            "file_name": source.file_name, "imported": self._known.now,
        }  # fmt: skip
        self._gathered.put("version", uuid, {}, fixed)
        self._gathered.texts[uuid] = text
        self._shas[article, digest] = uuid
        return uuid

    # Selections and codings

    def _selection(
        self, element: Element, source: TextSource, article: str, version: str, place: Callable[[int], int | None], by: str
    ) -> None:
        guid = normal(element.get("guid"))
        start, end = number(element.get("startPosition")), number(element.get("endPosition"))
        found = None if start is None or end is None else span(place, Mark(start, end, ""))
        codings = self._codings(element)
        if found is None:
            self._r.report.dropped["annotation"] += 1
            self._r.report.dropped["tagging"] += len(codings)
            facts = {"start": element.get("startPosition"), "end": element.get("endPosition"), "length": len(source.raw.text)}
            self._r.tell(_BAD_RANGE, guid=guid, name=source.name, **facts)
            return
        owner = self._r.coder(element.get("creatingUser"), fallback=self._first(codings) or by)
        by_coder: dict[str, list[tuple[Element, str]]] = {}
        for coding, code in codings:
            by_coder.setdefault(self._r.coder(coding.get("creatingUser"), fallback=owner), []).append((coding, code))
        uuid = self._names.take("annotation", guid, article, str(found), str(len(self._gathered.records["annotation"])))
        ours = self._known.of("annotation").get(uuid)
        # The annotation of the GUID is its maker's; if the maker coded nothing and others did, it is the first of theirs.
        first = str(ours["coder"]) if ours else owner if owner in by_coder or not by_coder else next(iter(by_coder))
        anchor = Anchor.of(source.raw.text, *found)
        self._split += len(by_coder.keys() | {first}) > 1
        for coder in dict.fromkeys((first, *by_coder)):
            annotation = uuid if coder == first else self._names.take("annotation", derived(uuid, coder))
            self._annotation(annotation, element, article, version, anchor, coder)
            for coding, code in by_coder.get(coder, ()):
                self._tagging(coding, annotation, code, coder, element)
        self._r.note_on(element, "annotation", uuid)
        words = words_of(element, "Description")
        # Some programs describe a selection by its words.
        if words and words.split() != anchor.exact.split():
            self._describe(derived("description", uuid), "annotation", uuid, first, words)

    def _codings(self, element: Element) -> list[tuple[Element, str]]:
        """Give the codings of an element with their codes; those without a code are listed."""
        found = []
        for coding in children(element, "Coding"):
            reference = child(coding, "CodeRef")
            target = None if reference is None else reference.get("targetGUID")
            code = self._names.of("code", target)
            if code is None:
                self._r.report.dropped["tagging"] += 1
                self._r.tell(_DANGLING, guid=normal(coding.get("guid")), code=normal(target))
            else:
                found.append((coding, code))
        return found

    def _first(self, codings: Iterable[tuple[Element, str]]) -> str:
        """Give the first person who is named by some codings."""
        return next((self._r.coder(coding.get("creatingUser")) for coding, _code in codings if coding.get("creatingUser")), "")

    def _annotation(self, uuid: str, element: Element, article: str, version: str, anchor: Anchor, coder: str) -> None:
        created = moment(element.get("creationDateTime")) or self._r.at
        modified = moment(element.get("modifiedDateTime")) or created
        carried: dict[str, Any] = {
            "article": article, "version": version, "start": anchor.start, "end": anchor.end, "exact": anchor.exact,
            "prefix": anchor.prefix, "suffix": anchor.suffix,
        }  # fmt: skip
        ours = self._known.of("annotation").get(uuid)
        if ours is not None:
            carried = self._against(uuid, ours, carried, modified)
        self._gathered.put("annotation", uuid, carried, {"coder": coder, "created": created, "modified": modified})
        self._r.report.carried["annotation"] += 1

    def _against(self, uuid: str, ours: Mapping[str, Any], carried: dict[str, Any], modified: str) -> dict[str, Any]:
        """Give what changes of an annotation that we have: nothing where it stands there already, all of its place or none."""
        span_ = (carried["start"], carried["end"])
        here = (carried["version"], *span_) == (ours["version"], ours["start"], ours["end"])
        newest = carried["version"] == self._known.current.get(carried["article"]) and self._known.places.get(uuid) == span_
        if here or newest:
            return {}
        if self._known.only_imported(uuid) or modified > str(ours["modified"]):
            self._gathered.superseding.add(uuid)
            return carried | {"modified": max(modified, str(ours["modified"]))}
        self._r.report.changed["annotation"] += 1
        self._r.tell(_STAYS, guid=uuid)
        return {}

    def _tagging(self, coding: Element, annotation: str, code: str, coder: str, element: Element) -> None:
        triple = (annotation, code, coder)
        ours = self._triples.get(triple)
        if ours is not None and ours in self._gathered.records["tagging"]:
            self._twice += 1
        guid = coding.get("guid")
        uuid = ours or self._names.take("tagging", guid, *triple)
        if ours is None:
            at = moment(coding.get("creationDateTime")) or moment(element.get("creationDateTime")) or self._r.at
            known = self._known.of("tagging").get(uuid)
            code_ = self._gathered.get("code", code) or {}
            fixed = {"coder": coder, "code_revision": code_.get("revision", 1), "created": at}
            self._gathered.put(
                "tagging", uuid, {"annotation": annotation, "code": code} if known is None else {"code": code}, fixed
            )
            self._triples[triple] = uuid
        elif uuid in self._known.of("tagging"):
            self._gathered.keep("tagging", uuid)
        self._names.point("tagging", guid, uuid)
        self.tagged[uuid] = annotation
        self._r.note_on(coding, "tagging", uuid)
        self._r.report.carried["tagging"] += 1

    def _whole(self, element: Element, article: str, version: str, by: str) -> None:
        """Read codings of a whole source: one annotation of the whole article for each person."""
        for coding, code in self._codings(element):
            coder = self._r.coder(coding.get("creatingUser"), fallback=by)
            ours = self._known.of("tagging").get(self._names.of("tagging", coding.get("guid")) or normal(coding.get("guid")))
            annotation = str(ours["annotation"]) if ours is not None else derived("whole", article, coder)
            at = moment(coding.get("creationDateTime")) or self._r.at
            if annotation in self._known.of("annotation"):
                self._gathered.keep("annotation", annotation)
            elif annotation not in self._gathered.records["annotation"]:
                annotation = self._names.take("annotation", annotation)
                whole = {"article": article, "version": version}
                self._gathered.put("annotation", annotation, whole, {"coder": coder, "created": at, "modified": at})
            self._tagging(coding, annotation, code, coder, element)
            self._r.report.carried["annotation"] += 1

    def _describe(self, uuid: str, kind: str, thing: str, coder: str, words: str) -> None:
        """Keep a description as a note."""
        if not words.strip():
            return
        fixed = {"coder": coder, "created": self._r.at, "modified": self._r.at}
        self._gathered.put("note", self._names.take("note", uuid), {kind: thing, "text": words}, fixed)
        self._r.report.carried["note"] += 1

    # Metadata

    def _metadata(self, element: Element, article: str) -> None:
        carried: dict[str, Any] = {}
        ours = self._known.of("article").get(article)
        for guid, value in values_of(element):
            if guid in self._r.columns:
                self._column(self._r.columns[guid], value, article, ours, carried)
            elif guid in self._r.fields:
                self._field(self._r.fields[guid], value, article)
            else:
                self._r.report.dropped["field_value"] += 1
        if carried:
            before = self._gathered.records["article"].get(article) or {}
            if "key" in carried:
                self._keys.discard(str(before.get("key")))
                carried["key"] = self._free(carried["key"])
            if ours is not None:
                carried["modified"] = self._known.now
            self._gathered.records["article"][article] = before | carried

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
