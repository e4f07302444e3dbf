"""Reading W3C Web Annotations of any program: single ones, lists, pages and collections; nothing is ever fetched.

Position, quote and the text's hash are all used: on the very text they were made on marks stand where they stood, elsewhere
they are looked for. Marks on texts that are not here are told, not dropped in silence.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from db.errors import CannotRead
from db.exchange.foreign.gathering import Foreign, Gathering, moment, said
from db.exchange.landing import Landed, Landing, where
from db.exchange.web_parts import (
    URN,
    WITHIN,
    anchor_of,
    bodies_of,
    by_words,
    first_of,
    listed,
    plain,
    source_of,
    title_of,
    uuid_of,
    words_of,
)  # fmt: skip
from db.locators import normalise
from db.records import Anchor, Progress, no_progress

MOST_BYTES = 500_000_000
_STEP = 100
_SHORT = 60


def read(path: Path, landing: Landing, language: str = "en", *, progress: Progress = no_progress) -> tuple[Foreign, Landed]:
    """Read a file into records of the project it is landing in; raises CannotRead."""
    data = _bytes(path)
    try:
        found = json.loads(data)
        reading = _Reading(landing, path, hashlib.sha256(data).hexdigest(), language)
        items = list(reading.items(found))
        for number, item in enumerate(items):
            if number % _STEP == 0:
                progress(number, len(items))
            reading.take(item)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError) as error:
        reason = "It holds no W3C annotations that can be read ({detail}). Ask for it to be exported again."
        raise CannotRead(path, reason, detail=f"{type(error).__name__}: {error}"[:120]) from error
    if not items:
        raise CannotRead(path, "There is no annotation in it. Choose a file of W3C Web Annotations.")
    return reading.done()


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CannotRead(path, "It is larger than can be read safely. Ask for it in parts.")
        return path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise CannotRead(path, "It cannot be read ({detail}). Check the name.", detail=error.strerror or str(error)) from error


class _Reading:
    def __init__(self, landing: Landing, path: Path, digest: str, language: str) -> None:
        self._landing, self._known = landing, landing.known
        self._all = Gathering(landing.known, path.name, digest, "w3c", language)
        self._put = self._all.gathered.put
        self.landed = Landed()
        self._missing: dict[str, None] = {}
        self._renamed: dict[str, str] = {}
        known = landing.known
        self._codes = by_words(known.of("code"), "name", "name_zh", "name_en")
        self._codes |= {f"{c['number']} {c['name_zh'] or c['name_en']}".strip(): u for u, c in known.of("code").items()}
        self._laws = by_words(known.of("instrument"), "name", "title_zh", "title_en", "url")
        self._fields = {str(f["name"] or ""): uuid for uuid, f in known.of("field").items()}
        self._spans = {(a["version"], a["start"], a["end"], a["coder"]): u for u, a in known.of("annotation").items()}
        self._tagged = {(t["annotation"], t["code"], t["coder"]): u for u, t in known.of("tagging").items()}
        self._imported: str | None = None

    def items(self, found: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
        """Yield the annotations of whatever was read."""
        if depth > WITHIN:
            raise ValueError("it is nested too deep")
        if isinstance(found, list):
            for each in found:
                yield from self.items(each, depth + 1)
        elif isinstance(found, dict):
            kinds = listed(found.get("type", found.get("@type")))
            if "target" in found or "Annotation" in kinds:
                yield found
                return
            for name in ("@graph", "first", "items", "next"):
                inner = found.get(name)
                if isinstance(inner, str):
                    self._all.tell("A page that lies elsewhere was not fetched: {address}.", address=inner[:_SHORT])
                elif inner is not None:
                    yield from self.items(inner, depth + 1)

    def done(self) -> tuple[Foreign, Landed]:
        """Give what was gathered."""
        self.landed.missing = list(self._missing)
        report = self._all.report
        report.dropped["annotation"] += len(self.landed.lost)
        self._all.remark("{count} passages stand nowhere in the text as it is here.", len(self.landed.lost))
        self._all.remark("{count} passages were found again unsurely; look at them.", len(self.landed.uncertain))
        self._all.remark("{count} texts are not in the project.", len(self._missing))
        return self._all.foreign(), self.landed

    # One annotation

    def take(self, item: Mapping[str, Any]) -> None:
        """Gather one annotation with what hangs on it."""
        target = first_of(item["target"])
        source, url, digest = source_of(target)
        article = self._landing.article(source, url, [digest] if digest else ())
        if article is None:
            self._missing[said(title_of(target) or url or source)] = None
            self._all.report.dropped["annotation"] += 1
            return
        version = self._landing.version(article, uuid_of(words_of(target, "gloss:version")), digest)
        coder, at = self._coder(item.get("creator")), moment(words_of(item, "created"))
        uuid = self._annotation(item, article, version, anchor_of(target), coder, at)
        if uuid is None:
            return
        self._values(item, "annotation", uuid)
        if isinstance(item.get("bodyValue"), str):
            self._note(uuid, {"value": item["bodyValue"]}, coder, at)
        for body in bodies_of(item.get("body")):
            self._body(uuid, body, listed(item.get("motivation")), coder, at)

    def _annotation(
        self, item: Mapping[str, Any], article: str, version: str | None, anchor: Anchor | None, coder: str, at: str
    ) -> str | None:
        uuid = self._own(item, "annotation")
        if uuid in self._known.of("annotation"):
            # Where it stands is known here better than the file can.
            self._all.gathered.keep("annotation", uuid)
            self._all.report.carried["annotation"] += 1
            self.landed.exact += 1
            return uuid
        spot = self._landing.place(article, version, anchor)
        if spot is None:
            self.landed.lost.append(anchor.exact if anchor else "")
            return None
        if spot.how == "review":
            self.landed.uncertain.append(anchor.exact if anchor else "")
        elif spot.how == "found" and version is None and words_of(first_of(item["target"]), "gloss:sha256"):
            self.landed.reanchored += 1
        else:
            self.landed.exact += 1
        twin = self._spans.get((spot.version, spot.start, spot.end, coder))
        self._all.report.carried["annotation"] += 1
        if twin is not None and not URN.fullmatch(str(item.get("id", ""))):
            return twin
        at = at or self._known.now
        modified = moment(words_of(item, "modified")) or at
        self._put("annotation", uuid, {"article": article, **where(spot, self._landing)},
                  {"coder": coder, "created": at, "modified": modified})  # fmt: skip
        self._spans[spot.version, spot.start, spot.end, coder] = uuid
        return uuid

    def _own(self, thing: Mapping[str, Any], kind: str, *around: str) -> str:
        """Give the uuid of a thing: its own, or one that is derived from what it is called or holds."""
        name = words_of(thing, "id") or words_of(thing, "@id")
        if found := URN.fullmatch(name):
            return self._landing.kept(found[1].lower())
        return self._all.uuid(kind, name or json.dumps(thing, sort_keys=True), *around)

    def _coder(self, creator: Any) -> str:
        if isinstance(creator, list):
            creator = creator[0] if creator else None
        name = creator if isinstance(creator, str) else words_of(creator, "name") or words_of(creator, "nickname")
        uuid = uuid_of(creator if isinstance(creator, str) else words_of(creator, "id"))
        if uuid and self._all.gathered.get("coder", self._landing.kept(uuid)):
            return self._landing.kept(uuid)
        found = self._all.coder("" if URN.fullmatch(str(name)) else name)
        if uuid and found in self._all.gathered.records["coder"] and found not in self._known.of("coder"):
            # Who is new here keeps the id that tells him from others of his name.
            record = self._all.gathered.records["coder"].pop(found)
            self._all.gathered.records["coder"][uuid] = {**record, "uuid": uuid}
            self._renamed[found] = uuid
        return self._renamed.get(found, found)

    # Bodies

    def _body(self, on: str, body: Mapping[str, Any], motives: list[str], coder: str, at: str) -> None:
        purposes = listed(body.get("purpose")) or motives
        maker = self._coder(body["creator"]) if "creator" in body else coder
        at = moment(words_of(body, "created") or words_of(body, "gloss:created")) or at
        if "tagging" in purposes or "classifying" in purposes:
            self._tag(on, body, maker, at)
        elif "source" in body and ("linking" in purposes or "identifying" in purposes):
            self._link(on, body, maker, at)
        elif "gloss:translating" in purposes:
            self._translation(on, body, maker, at)
        else:
            self._note(on, body, maker, at)

    def _tag(self, on: str, body: Mapping[str, Any], coder: str, at: str) -> None:
        name = (
            words_of(body, "gloss:name") or words_of(body, "gloss:label") or words_of(body, "value") or words_of(body, "source")
        )
        uuid = self._landing.kept(uuid_of(source_of(body)[0]))
        code = uuid if self._all.gathered.get("code", uuid) else self._codes.get(name.strip())
        if code is None:
            code = self._new_code(uuid, name)
        tagging = self._own(body, "tagging", on, code) if "id" in body else self._all.uuid("tagging", on, code, coder)
        if (on, code, coder) not in self._tagged:
            self._tagged[on, code, coder] = tagging
            above = self._all.gathered.get("code", code) or {}
            made = {
                "annotation": on, "code": code, "coder": coder, "created": at or self._known.now,
                "code_revision": int(body.get("gloss:code_revision") or above.get("revision") or 1),
                "origin": words_of(body, "gloss:origin") or "imported", "origin_detail": words_of(body, "gloss:origin_detail"),
            }  # fmt: skip
            self._put("tagging", tagging, {}, made)
        self._all.report.carried["tagging"] += 1
        self._values(body, "tagging", self._tagged[on, code, coder])

    def _new_code(self, uuid: str, name: str) -> str:
        """Make a code that is not here below one that says where it came from."""
        if self._imported is None:
            self._imported = self._all.uuid("code", "imported")
            if self._imported not in self._known.of("code"):
                self._all.code(self._imported, "", None, names=("导入的编码", "Imported"))
        code = uuid or self._all.uuid("code", name)
        if not self._all.gathered.get("code", code):
            self._all.code(code, name, self._imported)
        self._codes[name.strip()] = code
        return code

    def _link(self, on: str, body: Mapping[str, Any], coder: str, at: str) -> None:
        uuid = self._landing.kept(uuid_of(source_of(body)[0]))
        words = (words_of(body, "gloss:name"), words_of(body, "gloss:label"), source_of(body)[1])
        named = (self._laws.get(word.strip()) for word in words if word.strip())
        law = uuid if uuid in self._known.of("instrument") else next(filter(None, named), None)
        if law is None:
            self._all.tell("{name} is not among the instruments; the link became a note.", name=" ".join(words).strip()[:_SHORT])
            self._note(on, {"value": " ".join(filter(None, words))}, coder, at)
            return
        locator, relation = words_of(body, "gloss:locator"), words_of(body, "gloss:relation")
        link = self._own(body, "link", on, law, locator)
        made = {"annotation": on, "instrument": law, "coder": coder, "created": at or self._known.now, "locator": locator}
        self._put("link", link, {}, {**made, "locator_key": normalise(locator), "relation": relation})
        self._all.report.carried["link"] += 1
        self._values(body, "link", link)

    def _translation(self, on: str, body: Mapping[str, Any], coder: str, at: str) -> None:
        at = at or self._known.now
        modified = moment(words_of(body, "gloss:modified")) or at
        made = {
            "annotation": on, "language": words_of(body, "language"), "coder": coder, "created": at, "modified": modified,
            "translator": words_of(body, "gloss:translator"),
        }  # fmt: skip
        self._put("translation", self._own(body, "translation", on), {"text": words_of(body, "value")}, made)
        self._all.report.carried["translation"] += 1

    def _note(self, on: str, body: Mapping[str, Any], coder: str, at: str) -> None:
        text = said(body.get("value") or body.get("source") or body.get("id") or "")
        if words_of(body, "format") == "text/html":
            text = plain(text)
        if not text.strip():
            return
        uuid, at = self._own(body, "note", on), at or self._known.now
        reply = self._landing.kept(uuid_of(words_of(body, "gloss:reply_to")))
        there = reply and self._all.gathered.get("note", reply) is not None
        ends = {"reply_to": reply} if there else {"annotation": on}
        made: dict[str, Any] = {"coder": coder, "created": at, "modified": moment(words_of(body, "modified")) or at, **ends}
        made |= {"private": 1} if body.get("gloss:private") == 1 else {}
        self._put("note", uuid, {"text": text}, made)
        self._all.report.carried["note"] += 1

    def _values(self, thing: Mapping[str, Any], kind: str, on: str) -> None:
        for value in thing.get("gloss:values") or ():
            name = words_of(value, "field")
            field = self._fields.get(name) or self._landing.kept(uuid_of(name))
            if field not in self._known.of("field"):
                self._all.tell("There is no field {name} here; its value {value} was left out.",
                               name=name[:_SHORT], value=words_of(value, "value")[:_SHORT])  # fmt: skip
                self._all.report.dropped["field_value"] += 1
                continue
            coder = self._coder(value["creator"]) if "creator" in value else None
            uuid = self._own(value, "value", field, on)
            self._put("field_value", uuid, {"value": words_of(value, "value")}, {"field": field, kind: on, "coder": coder})
            self._all.report.carried["field_value"] += 1
