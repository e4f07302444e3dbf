"""Reading what stands around passages: notes, cases that are instruments, links, and what is kept aside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from hashlib import sha256
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from db.exchange.refi import shapes
from db.exchange.refi.aside import PLACE, Aside
from db.exchange.refi.catalogue import Reading, moment
from db.exchange.refi.files import Files
from db.exchange.refi.guids import derived, normal
from db.exchange.refi.known import by_column
from db.exchange.refi.labels import INSTRUMENT, heard
from db.exchange.refi.parsing import child, children, words_of
from db.exchange.refi.positions import ORIGIN
from db.exchange.refi.texts import read_text
from db.locators import normalise

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_NO_WORDS = "The note {guid} has no words that can be read; it is left out."
_CODED = "{count} notes are coded themselves; their words came, the codings did not."
_COPIES = "{count} notes stand on several things; each has a copy of its own."
_NO_NOTE = "{count} references to notes that are not in the file are left out."
_ASIDE = "Kept as they came for the next export, for they cannot be shown here: {kinds}."
_GUIDS = {
    "CodeRef": ("code",), "MemberCode": ("code",), "NoteRef": ("note",), "MemberNote": ("note",), "VariableRef": ("field",),
    "SourceRef": ("article",), "MemberSource": ("article",), "SelectionRef": ("annotation",),
}  # fmt: skip
_USERS = ("creatingUser", "modifyingUser", "creatingUserGUID", "modifyingUserGUID")
_PATHS = ("path", "currentPath", "richTextPath", "plainTextPath")


class Around:
    """Reads notes, cases and links, and gathers what is kept aside."""

    def __init__(self, reading: Reading, files: Files, tagged: Mapping[str, str]) -> None:
        self._r, self._files, self._tagged = reading, files, tagged
        self._names, self._known, self._gathered = reading.names, reading.known, reading.gathered
        self.aside = Aside()
        self.outer: set[str] = set()  # GUIDs of sources that texts stand in
        self._about: dict[str, Element] = {}  # notes that say who made a relation
        self._kinds: dict[str, int] = {}
        self._wholes: dict[str, str] = {}  # article -> a mark of the whole of it
        self._pointed: dict[tuple[str, str], None] = {}  # annotation, instrument
        self._linked: set[tuple[str, str]] = set()

    # Notes

    def name_notes(self) -> None:
        """Give the notes their uuids, so that links to them are understood."""
        said = {normal(each.get("targetGUID")) for link in self._links() for each in children(link, "NoteRef")}
        for note in children(child(self._r.root, "Notes"), "Note"):
            guid = normal(note.get("guid"))
            if guid in said and note.get("name") == shapes.ABOUT:
                self._about[guid] = note
            elif not shapes.TRANSLATION.fullmatch((note.get("name") or "").strip()):
                self._names.take("note", note.get("guid"), note.get("name", ""))

    def notes(self) -> None:
        """Read the notes onto what refers to them; without such, they are entries of the journal."""
        coded = copies = 0
        there: set[str] = set()
        for note in children(child(self._r.root, "Notes"), "Note"):
            guid = normal(note.get("guid"))
            there.add(guid)
            if guid in self._about:
                continue
            words = self._words(note)
            coded += any(each.tag in ("PlainTextSelection", "Coding") for each in note)
            if not words.strip():
                self._r.report.dropped["note"] += 1
                self._r.tell(_NO_WORDS, guid=guid)
                continue
            targets = list(dict.fromkeys(self._r.attached.get(guid, [])))
            if self._special(note, words, targets):
                continue
            uuid = self._names.of("note", guid) or self._names.take("note", note.get("guid"))
            self._note(note, words, targets[0] if targets else None, uuid)
            for kind, thing in targets[1:]:
                copies += 1
                self._note(note, words, (kind, thing), self._names.take("note", derived("copy", guid, thing)))
        absent = sum(len(several) for guid, several in self._r.attached.items() if guid not in there)
        self._r.report.dropped["reference"] += absent
        self._r.report.changed["note"] += copies
        self._r.report.dropped["coding of a note"] += coded
        self._r.remark(_CODED, coded)
        self._r.remark(_COPIES, copies)
        self._r.remark(_NO_NOTE, absent)

    def _words(self, note: Element) -> str:
        """Give the words of a note with its title, unless they begin with it or its title says where it belongs."""
        path = self._files.find(note.get("plainTextPath"))
        try:
            words = read_text(self._files.read(path)).text if path else words_of(note, "PlainTextContent")
        except ValueError:
            words = ""
        words = words.replace("\r\n", "\n").replace("\r", "\n") or words_of(note, "Description")
        title = (note.get("name") or "").strip()
        meant = title == shapes.FIELDS or shapes.is_day(title) or shapes.TRANSLATION.fullmatch(title) is not None
        begins = words.lstrip("# \n").startswith(title.removesuffix("...").removesuffix("…").strip())
        ours = self._r.origin.startswith(ORIGIN) or self._names.of("note", note.get("guid")) in self._known.of("note")
        return words if meant or begins or ours else f"# {title}\n\n{words}".strip()

    def _special(self, note: Element, words: str, targets: list[tuple[str, str]]) -> bool:
        """Read a translation or values of fields, which travel as notes; False for any other note."""
        name = (note.get("name") or "").strip()
        passages = [self._passage(*target) for target in targets]
        match = shapes.TRANSLATION.fullmatch(name)
        if match and passages and passages[0]:
            at = moment(note.get("creationDateTime")) or self._r.at
            fixed = {"coder": self._r.coder(note.get("creatingUser")), "created": at}
            fixed["modified"] = moment(note.get("modifiedDateTime")) or at
            carried = {"annotation": passages[0], "language": match[1], "text": words, "translator": match[2] or ""}
            uuid = self._names.take("translation", note.get("guid"))
            self._gathered.put("translation", uuid, carried, fixed)
            self._r.report.carried["translation"] += 1
            return True
        return name == shapes.FIELDS and bool(targets) and self._fields(words, *targets[0], note)

    def _fields(self, words: str, kind: str, thing: str, note: Element) -> bool:
        if kind not in ("annotation", "tagging"):
            return False
        fields = {str(f["name"] or uuid): uuid for uuid, f in self._known.of("field").items() if f["target"] == kind}
        pairs = [line.partition(": ") for line in words.split("\n")]
        if not all(name in fields and colon for name, colon, _value in pairs):
            return False
        ours = by_column(self._known.of("field_value"), "field", kind, "value")
        for name, _colon, value in pairs:
            uuid = ours.get((fields[name], thing, value))
            if uuid is not None:
                self._gathered.keep("field_value", uuid)
            else:
                uuid = self._names.take("field_value", derived("value", fields[name], thing, value))
                coder = self._r.coder(note.get("creatingUser"))
                self._gathered.put("field_value", uuid, {}, {"field": fields[name], kind: thing, "value": value, "coder": coder})
            self._r.report.carried["field_value"] += 1
        return True

    def _passage(self, kind: str, uuid: str) -> str | None:
        return uuid if kind == "annotation" else self._tagged.get(uuid) if kind == "tagging" else None

    def _note(self, note: Element, words: str, target: tuple[str, str] | None, uuid: str) -> None:
        at = moment(note.get("creationDateTime")) or self._r.at
        later = moment(note.get("modifiedDateTime")) or at
        name = (note.get("name") or "").strip()
        fixed: dict[str, Any] = {"coder": self._r.coder(note.get("creatingUser")), "created": at, "modified": later}
        if target is not None:
            kind, thing = target
            passage = self._passage(kind, thing)
            fixed |= {"annotation": passage} if passage else {"reply_to" if kind == "note" else kind: thing}
        else:
            fixed["day"] = name if shapes.is_day(name) else at[:10]
        ours = self._known.of("note").get(uuid)
        carried = {"text": words} if ours is None or ours["text"] != words else {}
        if carried and ours is not None:
            carried["modified"] = max(later, str(ours["modified"]))
        self._gathered.put("note", uuid, carried, fixed)
        self._r.report.carried["note"] += 1

    # Cases and links

    def cases(self) -> None:
        """Read the cases that are instruments; the others are kept aside."""
        titles = {
            title: uuid for uuid, each in self._known.of("instrument").items() for title in (each["title_zh"], each["title_en"])
            if title
        }  # fmt: skip
        for case in children(child(self._r.root, "Cases"), "Case"):
            guid, name = normal(case.get("guid")), (case.get("name") or "").strip()
            told = heard(INSTRUMENT, words_of(case, "Description"))
            if guid in self._known.of("instrument"):
                uuid = self._names.take("instrument", guid)
            elif told and (told.get("title_zh") or told.get("title_en")):
                uuid = self._names.take("instrument", case.get("guid"), name)
            elif name in titles:
                uuid = titles[name]
                self._names.point("instrument", guid, uuid)
            else:
                self.keep(case, "Cases")
                continue
            self._instrument(uuid, told)
            for reference in children(case, "SelectionRef"):
                annotation = self._names.of("annotation", reference.get("targetGUID"))
                if annotation is None:
                    self._r.report.dropped["reference"] += 1
                else:
                    self._pointed[annotation, uuid] = None

    def _instrument(self, uuid: str, told: Mapping[str, str] | None) -> None:
        self._r.report.carried["instrument"] += 1
        ours = self._known.of("instrument").get(uuid)
        if ours is not None:
            self._gathered.keep("instrument", uuid)
            return
        values: dict[str, Any] = dict(told or {})
        pairs = [part.partition("=") for part in values.pop("dates", "").split(", ") if "=" in part]
        values["dates"] = json.dumps([[kind, date] for kind, _equals, date in pairs])
        self._gathered.put("instrument", uuid, values, {"created": self._r.at, "modified": self._r.at})

    def attach(self) -> None:
        """Read the links between notes and what they are on, before the notes."""
        for link in self._links():
            origin, target = (self._names.any_of(link.get(end)) for end in ("originGUID", "targetGUID"))
            for one, other in ((origin, target), (target, origin)):
                if one is not None and other is not None and one[0] == "note" and other[0] in _ON and one != other:
                    if other[0] == "note" and (one is not origin or link.get("name") != shapes.REPLY):
                        continue
                    guid = normal(link.get("originGUID" if one is origin else "targetGUID"))
                    self._r.attached.setdefault(guid, []).append(other)
                    break

    def links(self) -> None:
        """Read the links between passages, articles and instruments; those that say nothing here are kept aside."""
        marks = self._gathered.records["annotation"].items()
        self._wholes = {str(mark["article"]): uuid for uuid, mark in marks if mark["start"] is None}
        for link in self._links():
            origin, target = (self._names.any_of(link.get(end)) for end in ("originGUID", "targetGUID"))
            if origin is not None and target is not None and "note" in (origin[0], target[0]):
                if not {origin[0], target[0]} <= {*_ON, "note"} or (origin[0] == target[0] and link.get("name") != shapes.REPLY):
                    self.keep(link, "Links")
            elif (
                origin is None or target is None or not (self._link(link, origin, target) or self._relation(link, origin, target))
            ):
                self.keep(link, "Links")
        triples = {(str(link["annotation"]), str(link["instrument"])) for link in self._known.of("link").values()}
        for annotation, instrument in self._pointed:
            if (annotation, instrument) not in self._linked | triples:
                uuid = self._names.take("link", derived("link", annotation, instrument))
                self._put_link(uuid, annotation, instrument, "", "")

    def _links(self) -> list[Element]:
        return list(children(child(self._r.root, "Links"), "Link"))

    def _link(self, link: Element, origin: tuple[str, str], target: tuple[str, str]) -> bool:
        if target[0] != "instrument" or origin[0] not in ("annotation", "article"):
            return False
        guid = normal(link.get("guid"))
        ours = self._known.of("link").get(guid)
        annotation = origin[1]
        if origin[0] == "article":
            whole = self._wholes.get(origin[1], "")
            annotation = str(ours["annotation"]) if ours else whole or self._whole(origin[1])
        locator, relation = shapes.link_heard(link.get("name") or "")
        uuid = self._names.take("link", guid)
        self._put_link(uuid, annotation, target[1], locator, relation)
        self._linked.add((annotation, target[1]))
        return True

    def _whole(self, article: str) -> str:
        """Make an annotation of a whole article for a link of it, by whoever brought the article."""
        record = self._gathered.get("article", article) or {}
        uuid = self._names.take("annotation", derived("whole", article, record["coder"]))
        versions = {**self._known.of("version"), **self._gathered.records["version"]}
        version = next(u for u, v in versions.items() if v["article"] == article)
        fixed = {"coder": record["coder"], "created": self._r.at, "modified": self._r.at}
        self._gathered.put("annotation", uuid, {"article": article, "version": self._known.current.get(article, version)}, fixed)
        return uuid

    def _put_link(self, uuid: str, annotation: str, instrument: str, locator: str, relation: str) -> None:
        made = self._gathered.get("annotation", annotation) or {}
        carried = {"annotation": annotation, "instrument": instrument, "locator": locator, "relation": relation}
        ours = self._known.of("link").get(uuid)
        key = str(ours["locator_key"]) if ours is not None and ours["locator"] == locator else normalise(locator)
        fixed = {"coder": made["coder"], "created": made["created"]}
        self._gathered.put("link", uuid, carried | {"locator_key": key}, fixed)
        self._r.report.carried["link"] += 1

    def _relation(self, link: Element, origin: tuple[str, str], target: tuple[str, str]) -> bool:
        kind, ends = link.get("name") or "", (origin[0], target[0])
        if kind not in self._known.relation_kinds.get(ends, ()):
            return False
        uuid = self._names.take("relation", link.get("guid"))
        fixed: dict[str, Any] = {
            "kind": kind,
            f"from_{origin[0]}": origin[1],
            f"to_{target[0]}": target[1],
            "created": self._r.at,
        }
        about = next((self._about[g] for each in link if (g := normal(each.get("targetGUID"))) in self._about), None)
        if about is not None:
            words = words_of(about, "PlainTextContent")
            fixed |= {"coder": self._r.coder(about.get("creatingUser")), "note": "" if words == kind else words}
            fixed["created"] = moment(about.get("creationDateTime")) or self._r.at
        maker = self._gathered.get(origin[0], origin[1]) or self._gathered.get(target[0], target[1]) or {}
        self._gathered.put("relation", uuid, {}, {"coder": maker.get("coder") or self._r.coder(None), **fixed})
        self._r.report.carried["relation"] += 1
        return True

    # Aside

    def leftovers(self) -> None:
        """Keep sets, graphs and the project's own description."""
        for group in ("Sets", "Graphs"):
            top = child(self._r.root, group)
            for element in () if top is None else top:
                self.keep(element, group)
        for kind, count in self._kinds.items():
            self._r.report.kept_aside[kind] += count
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self._kinds.items()))
        if kinds:
            self._r.report.reasons.append(shapes.say(self._r.language, _ASIDE, kinds=kinds))
        words = words_of(self._r.root, "Description")
        if words.strip():
            fixed = {"coder": self._r.coder(None), "created": self._r.at, "modified": self._r.at, "day": self._r.at[:10]}
            uuid = self._names.take("note", derived("project", self._r.root.get("name", ""), words))
            self._gathered.put("note", uuid, {"text": words}, fixed)

    def keep(self, element: Element, group: str) -> None:
        """Keep an element as it came, with the files it names."""
        self._kinds[str(element.tag)] = self._kinds.get(str(element.tag), 0) + 1
        self.aside.groups.setdefault(group, []).append(self._verbatim(element))

    def keep_shell(self, outer: Element, inner: Element, article: str, text: str) -> None:
        """Keep what a text source stands in, or its formatted file, for the article that is shown of it."""
        if outer is not inner:
            from lxml import etree

            shell = deepcopy(outer)
            for each in list(shell):
                if each.tag in ("Coding", "NoteRef", "VariableValue"):
                    shell.remove(each)
                elif each.tag == "Representation":
                    shell.replace(each, etree.Element("Representation"))
            areas = sum(1 for each in shell if each.tag == "PDFSelection")
            if areas:
                self._kinds["PDFSelection"] = self._kinds.get("PDFSelection", 0) + areas
            self.aside.shells[article] = {"xml": self._verbatim(shell)}
            assert PLACE in self.aside.shells[article]["xml"]
        elif path := inner.get("richTextPath"):
            self._take_file(path)
            if self._files.find(path):
                self.aside.shells[article] = {"rich": path, "sha256": sha256(text.encode()).hexdigest()}
                self._kinds["richTextPath"] = self._kinds.get("richTextPath", 0) + 1

    def _verbatim(self, element: Element) -> str:
        from lxml import etree

        for each in element.iter():
            for name in _PATHS:
                if each.get(name):
                    self._take_file(str(each.get(name)))
            if each.get("guid"):
                each.set("guid", normal(each.get("guid")))
            for name in _USERS:
                if each.get(name):
                    each.set(name, self._r.coder(each.get(name)))
            for name in ("targetGUID", "originGUID", "representedGUID"):
                if raw := each.get(name):
                    each.set(name, self._meant(str(each.tag), raw))
        words: str = etree.tostring(element, encoding="unicode", with_tail=False)
        return words

    def _meant(self, tag: str, raw: str) -> str:
        if normal(raw) in self.outer:
            return normal(raw)
        if tag in _GUIDS:
            kind = _GUIDS[tag][0]
            return self._r.fields.get(normal(raw), normal(raw)) if kind == "field" else self._names.of(kind, raw) or normal(raw)
        found = self._names.any_of(raw)
        return found[1] if found else normal(raw)

    def _take_file(self, path: str) -> None:
        name = self._files.find(path)
        if name is None:
            return
        data = self._files.read(name)
        digest = sha256(data).hexdigest()
        self._gathered.originals[digest] = data
        self.aside.members[f"sources/{PurePosixPath(name).name}"] = digest


_ON = ("annotation", "article", "code", "instrument", "note")
