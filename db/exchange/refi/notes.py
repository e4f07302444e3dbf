"""Reading notes: onto what refers to them, as entries of the journal, or as what travels in their form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from db.exchange.refi import shapes
from db.exchange.refi.catalogue import Reading, moment
from db.exchange.refi.files import Files
from db.exchange.refi.formatted import docx_text
from db.exchange.refi.guids import derived, normal
from db.exchange.refi.keeping import Keeping
from db.exchange.refi.known import by_column
from db.exchange.refi.parsing import child, children, words_of
from db.exchange.refi.sources import is_coded
from db.exchange.refi.texts import read_text

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

ON = ("annotation", "article", "code", "instrument", "note")
_NO_WORDS = "The note {guid} has no words that can be read; it is kept as it came."
_COPIES = "{count} notes stand on several things; each has a copy of its own."
_NO_NOTE = "{count} references to notes that are not in the file are left out."


def links_of(root: Element) -> list[Element]:
    """Give the links of a project."""
    return list(children(child(root, "Links"), "Link"))


class NoteReader:
    """Reads notes; `about` are those that say who made a relation and why."""

    def __init__(self, reading: Reading, files: Files, tagged: Mapping[str, str], keeping: Keeping) -> None:
        self._r, self._files, self._tagged, self._keeping = reading, files, tagged, keeping
        self._names, self._known, self._gathered = reading.names, reading.known, reading.gathered
        self.about: dict[str, Element] = {}
        self._searches: set[str] = set()
        self._texts: set[str] = set()  # notes that are articles too

    def name(self) -> None:
        """Give the notes their uuids, so that links to them are understood."""
        said = {normal(each.get("targetGUID")) for link in links_of(self._r.root) for each in children(link, "NoteRef")}
        referred = {normal(each.get("targetGUID")) for each in self._r.root.iter("NoteRef")}
        referred |= {normal(link.get(end)) for link in links_of(self._r.root) for end in ("originGUID", "targetGUID")}
        for note in children(child(self._r.root, "Notes"), "Note"):
            guid = normal(note.get("guid"))
            if is_coded(note):
                self._texts.add(guid)
                if guid not in referred:
                    continue
            if guid in said and note.get("name") == shapes.ABOUT:
                self.about[guid] = note
            elif guid in self._known.of("saved_search") or shapes.search_heard((note.get("name") or "").strip()) is not None:
                self._searches.add(guid)
            elif not shapes.TRANSLATION.fullmatch((note.get("name") or "").strip()):
                self._names.take("note", note.get("guid"), note.get("name", ""))

    def read(self) -> None:
        """Read the notes onto what refers to them; without such, they are entries of the journal."""
        copies = 0
        there: set[str] = set()
        for note in children(child(self._r.root, "Notes"), "Note"):
            guid = normal(note.get("guid"))
            there.add(guid)
            if guid in self.about:
                continue
            if guid in self._searches:
                self._search(note)
                continue
            if guid in self._texts and self._names.of("article", guid) and not self._names.of("note", guid):
                continue
            words = self._words(note)
            if not words.strip():
                self._r.report.dropped["note"] += 1
                self._r.tell(_NO_WORDS, guid=guid)
                self._keeping.keep(note, "Notes")
                continue
            targets = list(dict.fromkeys(self._r.attached.get(guid, [])))
            if self._special(note, words, targets):
                continue
            uuid = self._names.of("note", guid) or self._names.take("note", note.get("guid"))
            if guid not in self._texts:
                self._keeping.keep_rich(note, uuid, words)
            self._note(note, words, targets[0] if targets else None, uuid)
            for kind, thing in targets[1:]:
                copies += 1
                self._note(note, words, (kind, thing), self._names.take("note", derived("copy", guid, thing)))
        absent = sum(len(several) for guid, several in self._r.attached.items() if guid not in there)
        self._r.report.dropped["reference"] += absent
        self._r.report.changed["note"] += copies
        self._r.remark(_COPIES, copies)
        self._r.remark(_NO_NOTE, absent)

    def _words(self, note: Element) -> str:
        """Give the words of a note with its title, unless they begin with it or its title says where it belongs."""
        path = self._files.find(note.get("plainTextPath"))
        rich = self._files.find(note.get("richTextPath"))
        try:
            words = read_text(self._files.read(path)).text if path else words_of(note, "PlainTextContent")
        except ValueError:
            words = ""
        if not words and rich:
            words = docx_text(self._files.read(rich)) or ""
        words = words.replace("\r\n", "\n").replace("\r", "\n") or words_of(note, "Description")
        title = (note.get("name") or "").strip()
        meant = title == shapes.FIELDS or shapes.is_day(title) or shapes.TRANSLATION.fullmatch(title) is not None
        begins = words.lstrip("# \n").startswith(title.removesuffix("...").removesuffix("…").strip())
        ours = self._r.is_own or self._names.of("note", note.get("guid")) in self._known.of("note")
        return words if meant or begins or ours or normal(note.get("guid")) in self._texts else f"# {title}\n\n{words}".strip()

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

    def _search(self, note: Element) -> None:
        uuid = self._names.take("saved_search", note.get("guid"))
        at = moment(note.get("creationDateTime")) or self._r.at
        later = moment(note.get("modifiedDateTime")) or at
        name, ours = (note.get("name") or "").strip(), self._known.of("saved_search").get(uuid)
        kind, title = shapes.search_heard(name) or ("search", name)
        carried = {"kind": kind, "title": title, "query": words_of(note, "PlainTextContent")}
        if ours is not None:
            same = all(ours[key] == value for key, value in carried.items())
            carried = {} if same else {**carried, "modified": max(later, str(ours["modified"]))}
        fixed = {"coder": self._r.coder(note.get("creatingUser")), "created": at, "modified": later}
        self._gathered.put("saved_search", uuid, carried, fixed)
        self._r.report.carried["saved_search"] += 1

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

    def attach(self) -> None:
        """Read the links between notes and what they are on, before the notes."""
        for link in links_of(self._r.root):
            origin, target = (self._names.any_of(link.get(end)) for end in ("originGUID", "targetGUID"))
            for one, other in ((origin, target), (target, origin)):
                if one is not None and other is not None and one[0] == "note" and other[0] in ON and one != other:
                    if other[0] == "note" and (one is not origin or link.get("name") != shapes.REPLY):
                        continue
                    guid = normal(link.get("originGUID" if one is origin else "targetGUID"))
                    self._r.attached.setdefault(guid, []).append(other)
                    break
