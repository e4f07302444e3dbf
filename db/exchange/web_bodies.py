"""What a W3C Web Annotation says of its target: codes, links, notes, translations and values, and who said it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from db.exchange.foreign.gathering import Gathering, said
from db.exchange.landing import Landing
from db.exchange.web_parts import (
    URN,
    by_words,
    listed,
    name_of,
    number_of,
    plain,
    short_names,
    source_of,
    time_of,
    uuid_of,
    words_of,
)  # fmt: skip
from db.locators import normalise

SHORT = 60
_TAGS = frozenset({"tagging", "classifying"})
_LINKS = frozenset({"linking", "identifying"})
# What says of a body without a purpose of its own that it is words about the passage rather than its code.
_REMARKS = frozenset({"commenting", "describing", "replying", "questioning", "assessing", "editing", "moderating"})
_NO_WORDS = "A body of the kind {kind} has no words and was left out: {body}."
_NO_TIME = "{value} is no time; the time of reading stands for it."
_OTHER_NAME = "The code “{there}” of the file is “{here}” here; it keeps that name."
_SEVERAL = "{count} annotations name several creators; each is its first's."


class Bodies:
    """Gathers what annotations say into records."""

    def __init__(self, landing: Landing, gathering: Gathering) -> None:
        self._landing, self._known, self._all = landing, landing.known, gathering
        self._put = gathering.gathered.put
        self.nth = 0  # which of an annotation's targets this is; only on the first things keep their own ids
        self._several = 0
        self._renamed: dict[str, str] = {}
        self._odd_times: Counter[str] = Counter()
        self._other_names: dict[str, tuple[str, str]] = {}
        known = landing.known
        self._codes = by_words(known.of("code"), "name", "name_zh", "name_en")
        self._codes |= {f"{c['number']} {c['name_zh'] or c['name_en']}".strip(): u for u, c in known.of("code").items()}
        self._laws = by_words(known.of("instrument"), "name", "title_zh", "title_en", "url")
        self._fields = {str(f["name"] or ""): uuid for uuid, f in known.of("field").items()}
        self._tagged = {(t["annotation"], t["code"], t["coder"]): u for u, t in known.of("tagging").items()}
        self._imported: str | None = None

    def tell(self) -> None:
        """Add to the report what was counted."""
        self._all.remark(_SEVERAL, self._several)
        for value in self._odd_times:
            self._all.tell(_NO_TIME, value=value)
        for there, here in self._other_names.values():
            self._all.tell(_OTHER_NAME, there=there[:SHORT], here=here[:SHORT])

    # Who, when, by what id

    def own(self, thing: Mapping[str, Any], kind: str, *around: str) -> str:
        """Give the uuid of a thing: its own, or one that is derived from what it is called or holds."""
        name = words_of(thing, "id") or words_of(thing, "@id")
        found = URN.fullmatch(name)
        if found and not self.nth:
            return self._landing.kept(found[1].lower())
        nth = (str(self.nth),) if self.nth else ()
        return self._all.uuid(kind, name or json.dumps(thing, sort_keys=True), *around, *nth)

    def time(self, thing: Mapping[str, Any], *names: str) -> str:
        """Give when something was said, by the first name that is there; nothing for no time, which is told."""
        words = next(filter(None, (words_of(thing, name) for name in names)), "")
        found = time_of(words)
        if words and not found:
            self._odd_times[words[:SHORT]] += 1
        return found

    def coder(self, creator: Any) -> str:
        """Give the coder that a creator is: by uuid, or by name."""
        if isinstance(creator, list):
            self._several += len(creator) > 1
            creator = creator[0] if creator else None
        name, uuid = name_of(creator), uuid_of(creator if isinstance(creator, str) else words_of(creator, "id"))
        if uuid and self._all.gathered.get("coder", self._landing.kept(uuid)):
            return self._landing.kept(uuid)
        found = self._all.coder("" if URN.fullmatch(name) else name)
        if uuid and found in self._all.gathered.records["coder"] and found not in self._known.of("coder"):
            # Who is new here keeps the id that tells him from others of his name.
            record = self._all.gathered.records["coder"].pop(found)
            self._all.gathered.records["coder"][uuid] = {**record, "uuid": uuid}
            self._renamed[found] = uuid
        return self._renamed.get(found, found)

    # Bodies

    def take(self, on: str, body: Mapping[str, Any], motives: list[str], coder: str, at: str) -> str:
        """Gather one body of an annotation; gives the uuid of the note that it became, or nothing."""
        purposes = set(short_names(body.get("purpose"))) or set(motives)
        is_tag = "Tag" in body.get("type", ()) or "SemanticTag" in listed(body.get("type"))
        maker = self.coder(body["creator"]) if "creator" in body else coder
        at = self.time(body, "created", "gloss:created") or at
        told = _REMARKS & purposes and not body.get("purpose")
        if is_tag or (_TAGS & purposes and not told):
            self._tag(on, body, maker, at)
        elif "source" in body and _LINKS & purposes:
            return self._link(on, body, maker, at)
        elif "gloss:translating" in purposes:
            self._translation(on, body, maker, at)
        else:
            return self.note(on, body, maker, at)
        return ""

    def _tag(self, on: str, body: Mapping[str, Any], coder: str, at: str) -> None:
        name, uuid = " ".join(name_of(body).split()), self._landing.kept(source_of(body)[0])
        stable = self._codes.get(words_of(body, "gloss:name"))
        code = uuid if self._all.gathered.get("code", uuid) else stable or self._codes.get(name)
        if code is None and not name:
            self._left_out(body)
            return
        if code is None:
            code = self._new_code(uuid, name)
        elif code == uuid and name:
            self._called_otherwise(code, name)
        tagging = self.own(body, "tagging", on, code) if "id" in body else self._all.uuid("tagging", on, code, coder)
        if (on, code, coder) not in self._tagged:
            self._tagged[on, code, coder] = tagging
            above = self._all.gathered.get("code", code) or {}
            made = {
                "annotation": on, "code": code, "coder": coder, "created": at or self._known.now,
                "code_revision": number_of(body.get("gloss:code_revision")) or above.get("revision") or 1,
                "origin": words_of(body, "gloss:origin") or "imported", "origin_detail": words_of(body, "gloss:origin_detail"),
            }  # fmt: skip
            self._put("tagging", tagging, {}, made)
        self._all.report.carried["tagging"] += 1
        self.values(body, "tagging", self._tagged[on, code, coder])

    def _called_otherwise(self, code: str, name: str) -> None:
        """Tell of a code that is known by its id and has another name here; the name here stays."""
        here = self._all.gathered.get("code", code) or {}
        names = {str(here[column]) for column in ("name", "name_zh", "name_en", "number")} - {""}
        if not any(each in name for each in names):
            self._other_names[code] = name, str(here["name_zh"] or here["name_en"] or here["number"])

    def _new_code(self, uuid: str, name: str) -> str:
        """Make a code that is not here below one that says where it came from."""
        if self._imported is None:
            self._imported = self._all.uuid("code", "imported")
            if self._imported not in self._known.of("code"):
                self._all.code(self._imported, "", None, names=("导入的编码", "Imported"))
        code = uuid or self._all.uuid("code", name)
        if not self._all.gathered.get("code", code):
            self._all.code(code, name, self._imported)
        self._codes[name] = code
        return code

    def _link(self, on: str, body: Mapping[str, Any], coder: str, at: str) -> str:
        uuid = self._landing.kept(source_of(body)[0])
        words = (words_of(body, "gloss:name"), words_of(body, "gloss:label"), source_of(body)[1])
        named = (self._laws.get(word.strip()) for word in words if word.strip())
        law = uuid if uuid in self._known.of("instrument") else next(filter(None, named), None)
        if law is None:
            called = " ".join(filter(None, words)) or name_of(body)
            self._all.tell("{name} is not among the instruments; the link became a note.", name=called.strip()[:SHORT])
            return self.note(on, {"value": called}, coder, at)
        locator, relation = words_of(body, "gloss:locator"), words_of(body, "gloss:relation")
        link = self.own(body, "link", on, law, locator)
        made = {"annotation": on, "instrument": law, "coder": coder, "created": at or self._known.now, "locator": locator}
        self._put("link", link, {}, {**made, "locator_key": normalise(locator), "relation": relation})
        self._all.report.carried["link"] += 1
        self.values(body, "link", link)
        return ""

    def _translation(self, on: str, body: Mapping[str, Any], coder: str, at: str) -> None:
        at = at or self._known.now
        modified = self.time(body, "gloss:modified") or at
        made = {
            "annotation": on, "language": words_of(body, "language"), "coder": coder, "created": at, "modified": modified,
            "translator": words_of(body, "gloss:translator"),
        }  # fmt: skip
        self._put("translation", self.own(body, "translation", on), {"text": words_of(body, "value")}, made)
        self._all.report.carried["translation"] += 1

    def note(self, on: str, body: Mapping[str, Any], coder: str, at: str, answered: str = "") -> str:
        """Gather a note on an annotation, or in answer to another note; gives its uuid, or nothing where it says nothing."""
        text = said(words_of(body, "value") or name_of(body))
        if words_of(body, "format") == "text/html":
            text = plain(text)
        if not text.strip():
            self._left_out(body)
            return ""
        uuid, at = self.own(body, "note", on), at or self._known.now
        reply = answered or self._landing.kept(uuid_of(words_of(body, "gloss:reply_to")))
        there = reply and self._all.gathered.get("note", reply) is not None
        ends = {"reply_to": reply} if there else {"annotation": on}
        made: dict[str, Any] = {"coder": coder, "created": at, "modified": self.time(body, "modified") or at, **ends}
        made |= {"private": 1} if body.get("gloss:private") == 1 else {}
        self._put("note", uuid, {"text": text}, made)
        self._all.report.carried["note"] += 1
        return uuid

    def _left_out(self, body: Mapping[str, Any]) -> None:
        """Tell of a body without words; one that is only empty words has nothing to tell."""
        held = {name: value for name, value in body.items() if value not in ("", None, [], {})}
        if set(held) - {"type", "purpose", "format", "language", "id", "creator", "created", "modified", "value"}:
            self._all.report.dropped["note"] += 1
            kind = ", ".join(listed(body.get("type"))) or "?"
            self._all.tell(_NO_WORDS, kind=kind, body=json.dumps(held, ensure_ascii=False)[:SHORT])

    def values(self, thing: Mapping[str, Any], kind: str, on: str) -> None:
        """Gather the values of fields that a thing carries."""
        several = thing.get("gloss:values")
        for value in several if isinstance(several, list) else ():
            name = words_of(value, "field")
            field = self._fields.get(name) or self._landing.kept(uuid_of(name))
            if field not in self._known.of("field"):
                self._all.tell("There is no field {name} here; its value {value} was left out.",
                               name=name[:SHORT], value=words_of(value, "value")[:SHORT])  # fmt: skip
                self._all.report.dropped["field_value"] += 1
                continue
            coder = self.coder(value["creator"]) if "creator" in value else None
            uuid = self.own(value, "value", field, on)
            self._put("field_value", uuid, {"value": words_of(value, "value")}, {"field": field, kind: on, "coder": coder})
            self._all.report.carried["field_value"] += 1
