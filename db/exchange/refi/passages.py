"""Reading texts and what is marked in them: sources become articles, selections annotations, codings taggings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from db.exchange.refi.by_name import spots
from db.exchange.refi.catalogue import Reading, moment
from db.exchange.refi.guids import derived, normal
from db.exchange.refi.known import by_column
from db.exchange.refi.parsing import child, children, words_of
from db.exchange.refi.positions import Model, Proof, chosen, prove
from db.exchange.refi.sources import TextSource
from db.exchange.refi.values import Keys, Values
from db.records import Anchor, Layout, Progress

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_DANGLING = "The coding {guid} names a code {code} that is not in the file; it is left out."
_BAD_RANGE = "The selection {guid} in {name} marks nothing ({start} to {end} of {length}); it is left out."
_BY_NAME = "{count} passages of {name} were found by their names, for their positions fit no way of counting."
_REPLACED = "{count} characters of {name} that no text can hold are shown as �."
_STAYS = "The passage {guid} was moved in the file and worked on here; it stays where it is here."
_SAME_TEXT = "{name} has the text of another source; its passages stand there."
_TWICE = "{count} codings give a passage a code that it has from the same person already."
_SPLIT = "{count} selections are coded by several people; each has a passage of their own."


@dataclass(frozen=True, slots=True)
class SourceProof:
    """How one source was counted: its GUID, its article by uuid, its name, and the proof."""

    guid: str
    article: str
    name: str
    proof: Proof


class Passages:
    """Reads the sources into a reading."""

    def __init__(self, reading: Reading, models: Mapping[str, Model], model: Model | None) -> None:
        self._r, self._models, self._model = reading, models, model
        self._names, self._known, self._gathered = reading.names, reading.known, reading.gathered
        self.proofs: list[SourceProof] = []
        self.shown: list[list[str]] = []  # of each source, the annotations of its selections or ""
        self.areas: list[dict[int, str]] = []  # of each source, the annotations of a PDF's areas by their number
        self.notes: list[str] = []  # articles that are notes
        self.shared: set[int] = set()  # sources whose text is another's
        self.tagged: dict[str, str] = {}  # tagging -> annotation
        self._twice = self._split = 0
        self._triples = by_column(self._known.of("tagging"), "annotation", "code", "coder")
        self._shas = by_column(self._known.of("version"), "article", "sha256")
        self._by_sha: dict[str, str] = {str(v["sha256"]): str(v["article"]) for v in self._known.of("version").values()}
        self._numbers: dict[str, int] = {}
        for each in self._known.of("version").values():
            self._numbers[str(each["article"])] = max(self._numbers.get(str(each["article"]), 0), int(each["number"]))
        self._keys = Keys(str(article["key"]) for article in self._known.of("article").values())
        self.values = Values(reading, self._keys)

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
        if source.is_note:
            self.notes.append(article)
        guid = normal(source.inner.get("guid")) or normal(source.outer.get("guid"))
        self.proofs.append(SourceProof(guid, article, source.name, proof))
        self._r.report.carried["article"] += 1
        by = self._r.coder(source.outer.get("creatingUser") or source.inner.get("creatingUser"))
        placed = spots(source.raw, source.places, proof, taken=source.taken)
        pairs = zip(source.selections, placed, strict=True)
        self.shown.append([self._selection(each, source, article, version, spot.span, by) for each, spot in pairs])
        self._areas(source, article, version, {spot.span for spot in placed}, by)
        named = sum(spot.by_name for spot in placed)
        self._r.report.changed["annotation"] += named
        self._r.remark(_BY_NAME, named, name=source.name)
        self._r.report.changed["character"] += source.raw.replaced
        self._r.remark(_REPLACED, source.raw.replaced, name=source.name)
        for element in source.holders:
            self._whole(element, article, version, by)
            self._r.note_on(element, "article", article)
            if words := words_of(element, "Description"):
                self._describe(derived("description", article), "article", article, by, words)
            self.values.read(element, article)

    def _areas(self, source: TextSource, article: str, version: str, taken: set[tuple[int, int] | None], by: str) -> None:
        """Read the areas of a PDF whose words stand in its text, but for those that passages stand on already."""
        found: dict[int, str] = {}
        for at, (area, span) in enumerate(zip(children(source.outer, "PDFSelection"), source.areas, strict=False)):
            guid = normal(area.get("guid"))
            ours = self._known.of("annotation").get(guid)
            if ours is not None and ours["article"] == article:
                newest = version == self._known.current.get(article)
                span = self._known.places.get(guid) if newest else (ours["start"], ours["end"])
            if span is not None and (span not in taken or ours is not None):
                found[at] = self._selection(area, source, article, version, span, by)
        self.areas.append(found)

    # Articles and texts

    def _article(self, source: TextSource) -> tuple[str, str]:
        text = source.raw.text
        digest = sha256(text.encode()).hexdigest()
        twin = self._by_sha.get(digest) if text.strip() else None
        guid = source.inner.get("guid") or ("" if source.is_transcript else source.outer.get("guid"))
        known = normal(guid) in self._known.of("article")
        if twin is not None and not known:
            uuid = twin
            if twin not in (normal(guid), derived("article", normal(guid))):
                self.shared.add(len(self.proofs))
            if uuid in self._gathered.records["article"]:
                self._r.report.changed["article"] += 1
                self._r.tell(_SAME_TEXT, name=source.name)
        else:
            uuid = self._names.take("article", guid, source.name, normal(source.outer.get("guid")))
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
        key = self._keys.free(self._known.short_key(source.name, ""))
        by = self._r.coder(source.outer.get("creatingUser") or source.inner.get("creatingUser"))
        later = moment(source.outer.get("modifiedDateTime") or source.inner.get("modifiedDateTime")) or at
        fixed = {"key": key, "coder": by, "created": at, "modified": later}
        self._gathered.put("article", uuid, carried, fixed)

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
        self, element: Element, source: TextSource, article: str, version: str, found: tuple[int, int] | None, by: str
    ) -> str:
        """Read a selection; gives its annotation, nothing for one that marks nothing."""
        if found is None and source.is_transcript:
            return ""  # it is kept as it came
        guid = normal(element.get("guid"))
        codings = self._codings(element)
        if found is None:
            self._r.report.dropped["annotation"] += 1
            self._r.report.dropped["tagging"] += len(codings)
            facts = {"start": element.get("startPosition"), "end": element.get("endPosition"), "length": len(source.raw.text)}
            self._r.tell(_BAD_RANGE, guid=guid, name=source.name, **facts)
            return ""
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
        return uuid

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
        # An export of ours has the note beside the description that it was.
        is_note = self._names.of("note", uuid) is not None and uuid not in self._gathered.records["note"]
        if is_note or not words.strip():
            return
        fixed = {"coder": coder, "created": self._r.at, "modified": self._r.at}
        self._gathered.put("note", self._names.take("note", uuid), {kind: thing, "text": words}, fixed)
        self._r.report.carried["note"] += 1
