"""What a file of another program becomes here: records with uuids that are the same whenever and wherever it is read.

A uuid is derived from what a thing is called in its own program, so that the same file read again changes nothing. A text
that the project has already is that article; a coder is known by name; whoever marked something stays who it was.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from db.exchange.bundle import Bundle
from db.exchange.refi.catalogue import moment
from db.exchange.refi.guids import derived
from db.exchange.refi.known import Gathered, Known, by_column
from db.exchange.report import FidelityReport
from db.records import Anchor, Layout
from resources import words

__all__ = ["Foreign", "Gathering", "Misfit", "Placed", "Unfit", "moment", "said"]

_CJK = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")
_LISTED = 40
_MORE = "{count} more of the like."
_OWN = ("自建编码", "Own codes")
_UNKNOWN = "Unknown coder"
# Of so many characters the language of a text is judged.
_JUDGED, _CHINESE = 5_000, 0.2


@dataclass(frozen=True, slots=True)
class Unfit:
    """A line of a table that fits nothing: its number, from 1, and why, as an English template with its facts."""

    line: int
    sentence: str
    facts: Mapping[str, object]

    def reason(self, language: str) -> str:
        """Say why in a language."""
        return words.say(language, self.sentence, self.facts or None)


class Misfit(Exception):
    """A row of a table that fits nothing, and why, as an English template with its facts."""

    def __init__(self, sentence: str, **facts: object) -> None:
        super().__init__(sentence)
        self.sentence, self.facts = sentence, facts


@dataclass(frozen=True, slots=True)
class Foreign:
    """A file as it would be taken in: the records, what was carried, changed or left out, and the lines that fit nothing."""

    bundle: Bundle
    report: FidelityReport
    unfit: tuple[Unfit, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A text in the project: its article and version by uuid, and the text itself."""

    article: str
    version: str
    text: str


def said(raw: object) -> str:
    """Give what a file holds as words: nothing for none, without what a project cannot hold."""
    return "" if raw is None else _UNWRITABLE.sub("\ufffd", str(raw)).replace("\r\n", "\n").replace("\r", "\n")


class Gathering:
    """Gathers the records that one file becomes; `space` tells its project from others of the same program."""

    def __init__(self, known: Known, name: str, digest: str, space: str, language: str) -> None:
        self.known, self._space, self._language = known, space, language
        self.name = name
        self.gathered = Gathered(known, derived("file", digest))
        self.report = FidelityReport()
        self._listed: list[str] = []
        # Who never marked anything here is known by the name as well; of several the first.
        self._coders = {str(coder["name"]): uuid for uuid, coder in reversed(list(known.of("coder").items()))}
        self._texts = {str(v["sha256"]): (str(v["article"]), uuid) for uuid, v in known.of("version").items()}
        self._keys = {str(article["key"]) for article in known.of("article").values()}
        self._spans = by_column(known.of("annotation"), "version", "start", "end", "coder")
        self._taggings = by_column(known.of("tagging"), "annotation", "code", "coder")
        self._links = by_column(known.of("link"), "annotation", "instrument", "locator")
        self._notes = by_column(known.of("note"), "annotation", "article", "code", "text")
        self._values = by_column(known.of("field_value"), "field", "article", "tagging", "value")
        self._collected = by_column(known.of("collected"), "collection", "article")
        self._codes_there = max((int(code["position"]) for code in known.of("code").values()), default=0)

    def uuid(self, kind: str, *parts: object) -> str:
        """Give the uuid of a thing by what it is called in its own program."""
        return self._kept(derived("foreign", self._space, kind, *map(str, parts)))

    def _kept(self, uuid: str) -> str:
        while uuid in self.known.aliases:
            uuid = self.known.aliases[uuid]
        return uuid

    # What is told

    def tell(self, sentence: str, **facts: object) -> None:
        """List something that could not simply be carried."""
        self._listed.append(words.say(self._language, sentence, facts or None))

    def remark(self, sentence: str, count: int, **facts: object) -> None:
        """Add a reason with its count, if there is any."""
        if count:
            self.report.reasons.append(words.say(self._language, sentence, {"count": count, **facts}))

    def foreign(self, unfit: tuple[Unfit, ...] = ()) -> Foreign:
        """Give all that was gathered."""
        for counts in (self.report.carried, self.report.changed, self.report.kept_aside, self.report.dropped):
            for kind in [kind for kind, count in counts.items() if not count]:
                del counts[kind]
        self.report.reasons += self._listed[:_LISTED]
        self.remark(_MORE, max(0, len(self._listed) - _LISTED))
        return Foreign(self.gathered.bundle(), self.report, unfit)

    # Records

    def _put(self, kind: str, uuid: str, carried: Mapping[str, Any], fixed: Mapping[str, Any]) -> str:
        ours = self.known.of(kind).get(uuid)
        differs = ours is not None and "modified" in ours and any(ours[name] != value for name, value in carried.items())
        self.gathered.put(kind, uuid, {**carried, "modified": self.known.now} if differs else carried, fixed)
        return uuid

    def coder(self, raw: object, at: str = "") -> str:
        """Give the coder of a name, made where there is none."""
        name = " ".join(said(raw).split()) or _UNKNOWN
        found = self._coders.get(name)
        if found is None:
            found = self._coders[name] = self._kept(derived("foreign coder", name))
            self._put("coder", found, {}, {"name": name, "created": at or self.known.now})
            self.report.carried["coder"] += 1
        return found

    def own_book(self) -> str:
        """Give the project's own codebook, made where there is none."""
        books = {**self.known.of("codebook"), **self.gathered.records["codebook"]}
        found = next((uuid for uuid, book in books.items() if not book["shipped"]), None)
        if found is None:
            found = derived("own codes")
            times = {"created": self.known.now, "modified": self.known.now}
            self._put("codebook", found, {}, {"title_zh": _OWN[0], "title_en": _OWN[1], **times})
        return found

    def code(
        self, uuid: str, raw: object, parent: str | None, *, meaning: object = "", colour: str = "", at: str = "",
        names: tuple[str, str] | None = None,
    ) -> str:  # fmt: skip
        """Gather an own code with its name (or its Chinese and English names), below another or at the top."""
        name = " ".join(said(raw).split()) or "?"
        zh, en = names or ((name, "") if _CJK.search(name) else ("", name))
        carried: dict[str, Any] = {"name_zh": zh, "name_en": en, "parent": parent, "codebook": self._book_of(parent)}
        if memo := said(meaning).strip():
            carried["definition_zh" if _CJK.search(memo) else "definition_en"] = memo
        if colour:
            carried["colour"] = colour
        if uuid not in self.known.of("code"):
            self._codes_there += 1
        at = at or self.known.now
        self.report.carried["code"] += 1
        return self._put("code", uuid, carried, {"position": self._codes_there, "created": at, "modified": at})

    def _book_of(self, parent: str | None) -> str:
        above = self.gathered.get("code", parent) if parent else None
        return str(above["codebook"]) if above else self.own_book()

    def article(
        self, uuid: str, title: object, text: str, layout: Layout, coder: str, *, at: str = "", file_name: str = "",
        media_type: str = "text/plain",
    ) -> Placed:  # fmt: skip
        """Gather an article with its text, or find the one that has this text."""
        digest = sha256(text.encode()).hexdigest()
        self.report.carried["article"] += 1
        if digest in self._texts and text.strip():
            article, version = self._texts[digest]
            return Placed(article, version, text)
        name, at = " ".join(said(title).split()), at or self.known.now
        fixed = {"coder": coder, "created": at, "modified": at, "language": _language(text)}
        if uuid not in self.known.of("article"):
            fixed["key"] = self._free_key(self.known.short_key(name, ""))
        self._put("article", uuid, {"title": name}, fixed)
        version = self._kept(derived("foreign version", uuid, digest))
        numbers = [int(v["number"]) for v in self.known.of("version").values() if v["article"] == uuid]
        made = {
            "article": uuid, "number": max(numbers, default=0) + 1, "layout": layout.to_json(), "sha256": digest,
            "characters": len(text), "imported": self.known.now, "media_type": media_type, "file_name": file_name,
        }  # fmt: skip
        self._put("version", version, {}, made)
        self.gathered.texts[version] = text
        self._texts[digest] = uuid, version
        return Placed(uuid, version, text)

    def _free_key(self, wanted: str) -> str:
        key, number = wanted, 1
        while key in self._keys:
            number += 1
            key = f"{wanted}-{number}"
        self._keys.add(key)
        return key

    def annotation(self, uuid: str, placed: Placed, span: tuple[int, int] | None, coder: str, at: str = "") -> str:
        """Gather an annotation of a span (None: the whole article), or find the coder's own on the very span."""
        start, end = span or (None, None)
        if uuid not in self.known.of("annotation"):
            twin = self._spans.get((placed.version, start, end, coder))
            if twin is not None:
                return twin
        self._spans[placed.version, start, end, coder] = uuid
        carried: dict[str, Any] = {"article": placed.article, "version": placed.version, "start": start, "end": end}
        if span is not None:
            anchor = Anchor.of(placed.text, *span)
            carried |= {"exact": anchor.exact, "prefix": anchor.prefix, "suffix": anchor.suffix}
        at = at or self.known.now
        self.report.carried["annotation"] += 1
        return self._put("annotation", uuid, carried, {"coder": coder, "created": at, "modified": at})

    def tagging(self, annotation: str, code: str, coder: str, at: str = "") -> str:
        """Gather a code on an annotation, or find it there."""
        found = self._taggings.get((annotation, code, coder))
        if found is None:
            found = self._kept(derived("foreign tagging", annotation, code, coder))
            self._taggings[annotation, code, coder] = found
            above = self.gathered.get("code", code)
            revision = int(above["revision"]) if above else 1
            made = {
                "annotation": annotation, "code": code, "coder": coder, "code_revision": revision,
                "origin_detail": self.name, "created": at or self.known.now,
            }  # fmt: skip
            self._put("tagging", found, {}, made)
        self.report.carried["tagging"] += 1
        return found

    def link(self, annotation: str, instrument: str, locator: str, canonical: str, coder: str, at: str = "") -> None:
        """Gather a link to an instrument, or find it there."""
        if (annotation, instrument, locator) not in self._links:
            uuid = self._links[annotation, instrument, locator] = self._kept(
                derived("foreign link", annotation, instrument, locator)
            )
            ends = {"annotation": annotation, "instrument": instrument, "coder": coder, "created": at or self.known.now}
            self._put("link", uuid, {}, {**ends, "locator": locator, "locator_key": canonical})
        self.report.carried["link"] += 1

    def note(
        self,
        kind: str,
        thing: str | None,
        raw: object,
        coder: str,
        *,
        at: str = "",
        day: str = "",
        parts: tuple[object, ...] = (),
    ) -> None:
        """Gather a note on an annotation, article or code, or an entry of the journal; the same words twice are one.

        `parts` tell several notes on a thing apart; without them a note is known by its words.
        """
        text = said(raw).strip()
        if not text:
            return
        at = at or self.known.now
        ends = {name: thing if name == kind else None for name in ("annotation", "article", "code")}
        self.report.carried["note"] += 1
        uuid = self.uuid("note", kind, thing, *(parts or (text,)))
        if (*ends.values(), text) not in self._notes or uuid in self.known.of("note"):
            self._notes[(*ends.values(), text)] = uuid
            self._put("note", uuid, {"text": text}, {**ends, "coder": coder, "day": day, "created": at, "modified": at})

    def field(self, name: str, target: str, kind: str = "text", zh: str = "") -> str:
        """Gather a field of articles or taggings, or find the one of that label."""
        for uuid, field in self.known.of("field").items():
            if field["target"] == target and name in (field["name"], field["label_zh"], field["label_en"]):
                return uuid
        uuid = self._kept(derived("foreign field", target, name))
        if uuid not in self.gathered.records["field"]:
            self._put("field", uuid, {}, {"target": target, "type": kind, "label_zh": zh or name, "label_en": name})
            self.report.carried["field"] += 1
        return uuid

    def value(self, field: str, kind: str, thing: str, raw: object, coder: str) -> None:
        """Gather the value of a field of an article or tagging."""
        value = said(raw).strip()
        ends = {name: thing if name == kind else None for name in ("article", "tagging")}
        if not value or (field, *ends.values(), value) in self._values:
            return
        uuid = self._kept(derived("foreign value", field, thing))
        self._values[(field, *ends.values(), value)] = uuid
        self._put("field_value", uuid, {"value": value}, {"field": field, "coder": coder, **ends})
        self.report.carried["field_value"] += 1

    def collection(self, uuid: str, raw: object, parent: str | None, coder: str, at: str = "") -> str:
        """Gather a collection of articles."""
        name, at = " ".join(said(raw).split()) or "?", at or self.known.now
        ours = self.known.of("collection").get(uuid)
        whole = {"uuid": uuid, "parent": parent, "coder": coder, "created": at, "modified": at, **(ours or {}), "name": name}
        self.gathered.records["collection"][uuid] = whole
        self.report.carried["collection"] += 1
        return uuid

    def collect(self, collection: str, article: str, coder: str, at: str = "") -> None:
        """Put an article into a collection."""
        if (collection, article) not in self._collected:
            uuid = self._collected[collection, article] = self._kept(derived("foreign collected", collection, article))
            record = {"uuid": uuid, "collection": collection, "article": article, "coder": coder, "created": at or self.known.now}
            self.gathered.records["collected"][uuid] = record


def _language(text: str) -> str:
    sample = text[:_JUDGED]
    letters = sum(map(str.isalpha, sample))
    if not letters:
        return ""
    return "zh" if len(_CJK.findall(sample)) > _CHINESE * letters else "en" if sample.isascii() else ""
