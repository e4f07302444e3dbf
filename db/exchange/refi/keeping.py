"""Reading what cannot be shown: kept as it came for the next export, with its references turned into ours."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from copy import deepcopy
from hashlib import sha256
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from db.exchange.refi.areas import empty, shown_in
from db.exchange.refi.aside import GROUPS, Aside, place_of
from db.exchange.refi.catalogue import Reading
from db.exchange.refi.files import Files
from db.exchange.refi.fitting import must_have_guid
from db.exchange.refi.guids import derived, normal
from db.exchange.refi.positions import Model
from db.exchange.refi.shapes import say
from db.exchange.refi.sources import TextSource
from db.exchange.refi.transcripts import stub

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_ASIDE = "Kept as they came for the next export, for they cannot be shown here: {kinds}."
_MISPLACED = "{kind} stands in {group}, where it has no place; it is left out."
_GUIDS = {
    "CodeRef": "code", "MemberCode": "code", "NoteRef": "note", "MemberNote": "note", "VariableRef": "field",
    "SourceRef": "article", "MemberSource": "article", "SelectionRef": "annotation",
}  # fmt: skip
_USERS = ("creatingUser", "modifyingUser", "creatingUserGUID", "modifyingUserGUID")
_WITHIN = ("fromSyncPoint", "toSyncPoint", "sourceVertex", "targetVertex")  # what refers to parts of the same element
_PATHS = ("path", "currentPath", "richTextPath", "plainTextPath")
_AREAS = ("PDFSelection", "PictureSelection", "AudioSelection", "VideoSelection")
_GONE = "Gone"


class Keeping:
    """Gathers what is kept aside; `outer` are the GUIDs of sources that texts stand in."""

    def __init__(self, reading: Reading, files: Files, sources: Sequence[TextSource]) -> None:
        self._r, self._files = reading, files
        self._names, self._gathered = reading.names, reading.gathered
        self.aside = Aside()
        self.outer = {normal(source.outer.get("guid")) for source in sources if source.outer is not source.inner}
        self._guids: set[tuple[str, str]] = set()  # of what is kept
        self._kinds: dict[str, int] = {}
        self._recordings: dict[int, tuple[Element, list[str]]] = {}  # by source: what is kept of it, articles of its transcripts

    def keep(self, element: Element, group: str) -> None:
        """Keep an element as it came, with the files it names; one that stands where it has no place is left out."""
        if element.tag not in GROUPS[group]:
            self._r.report.dropped[str(element.tag)] += 1
            self._r.tell(_MISPLACED, kind=element.tag, group=group)
            return
        self._count(str(element.tag))
        self.aside.groups.setdefault(group, []).append(self._verbatim(element))

    def keep_shell(self, source: TextSource, article: str, model: Model, shown: Sequence[str], areas: Mapping[int, str]) -> None:
        """Keep what the text of an article stands in, and its formatted file.

        `shown` are the annotations of its selections or "", `areas` those of a PDF's areas.
        """
        if source.is_transcript:
            self._keep_transcript(source, article, model, shown)
        elif source.outer is not source.inner:
            self._keep_standing(source, article, areas)
        else:
            shell = {"note": normal(source.inner.get("guid")) or article} if source.is_note else {}
            path = source.inner.get("richTextPath")
            if path and self._files.find(path, outside=False):
                self._take_file(path)
                self._count("richTextPath")
                shell |= {"rich": path, "sha256": sha256(source.raw.text.encode()).hexdigest()}
            if shell:
                self.aside.shells[article] = shell

    def keep_rich(self, note: Element, uuid: str, words: str) -> bool:
        """Keep the formatted file of a note; False where there is none."""
        path = note.get("richTextPath")
        if not path or not self._files.find(path, outside=False):
            return False
        self._take_file(path)
        self._count("richTextPath")
        self.aside.shells[uuid] = {"rich": path, "sha256": sha256(words.encode()).hexdigest()}
        return True

    def _keep_standing(self, source: TextSource, article: str, areas: Mapping[int, str]) -> None:
        from lxml import etree

        shell, tag = deepcopy(source.outer), str(source.inner.tag)
        again = "xml" in self.aside.shells.get(article, {})
        for each in list(shell):
            if each.tag in ("Coding", "NoteRef", "VariableValue") or (again and each.tag == tag):
                shell.remove(each)
            elif each.tag == tag:
                shell.replace(each, etree.Element(tag))
        empty(shell, areas)
        self._count_areas(shell, shown_in(shell))
        if again:
            # Two sources with one text: the second goes again without it.
            self.keep(shell, "Sources")
            return
        self.aside.shells[article] = {"xml": self._verbatim(shell)}
        assert place_of(tag) in self.aside.shells[article]["xml"]

    def _keep_transcript(self, source: TextSource, article: str, model: Model, shown: Sequence[str]) -> None:
        """Keep a recording with places for its transcripts, and of each the points in time and what cannot be shown."""
        from lxml import etree

        recording, articles = self._recordings.setdefault(id(source.outer), (deepcopy(source.outer), []))
        at = list(source.outer).index(source.inner)
        if self.aside.shells.get(article, {}).get("spoken"):
            recording[at] = etree.Element(_GONE)
            return
        recording[at] = etree.Element("Transcript", guid=article)
        articles.append(article)
        spoken = stub(source.inner, source.raw, model, shown)
        self._kinds["TranscriptSelection"] = self._kinds.get("TranscriptSelection", 0) + sum(not each for each in shown)
        self.aside.shells[article] = {
            "spoken": self._verbatim(spoken), "sha256": sha256(source.raw.text.encode()).hexdigest(),
            "first": "" if source.number else "yes",
        }  # fmt: skip

    def finish(self) -> None:
        """Keep the recordings, and say what was kept."""
        for recording, articles in self._recordings.values():
            for each in list(recording):
                if each.tag in ("Coding", "NoteRef", "VariableValue", _GONE):
                    recording.remove(each)
            recording.set("guid", normal(recording.get("guid")) or derived("recording", *articles[:1]))
            self._count(str(recording.tag))
            self._count_areas(recording)
            words = self._verbatim(recording)
            guid = str(recording.get("guid"))
            self.aside.shells[guid] = {"recording": words}
            for article in articles:
                self.aside.shells[article]["within"] = guid
        self._kinds = {kind: count for kind, count in self._kinds.items() if count}
        for kind, count in self._kinds.items():
            self._r.report.kept_aside[kind] += count
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self._kinds.items()))
        if kinds:
            self._r.report.reasons.append(say(self._r.language, _ASIDE, kinds=kinds))

    def _count_areas(self, element: Element, shown: Collection[str] = ()) -> None:
        for each in element:
            if each.tag in _AREAS and each.get("guid") not in shown:
                self._count(str(each.tag))

    def _count(self, kind: str) -> None:
        self._kinds[kind] = self._kinds.get(kind, 0) + 1

    def _verbatim(self, element: Element) -> str:
        from lxml import etree

        for each in element.iter():
            for name in _PATHS:
                if each.get(name):
                    self._take_file(str(each.get(name)))
            # What is bare is the place of a text that is shown.
            if each.get("guid") or (must_have_guid(str(each.tag)) and (len(each) or each.attrib)):
                each.set("guid", self._own_guid(str(each.tag), each.get("guid")))
            self._refer_here(each)
        words: str = etree.tostring(element, encoding="unicode", with_tail=False)
        return words

    def _refer_here(self, element: Element) -> None:
        """Let an element refer to our records."""
        tag = str(element.tag)
        meant: dict[str, Callable[[str], str]] = {
            **dict.fromkeys(_USERS, self._r.coder),
            **dict.fromkeys(_WITHIN, normal),
            **dict.fromkeys(("targetGUID", "originGUID", "representedGUID"), lambda raw: self._meant(tag, raw)),
        }
        for name, here in meant.items():
            if raw := element.get(name):
                element.set(name, here(raw))

    def _own_guid(self, tag: str, raw: str | None) -> str:
        """Give the GUID of a kept element: its own, or a derived one where it has none or another has the same."""
        guid = normal(raw) or derived("kept", tag)
        while (tag, guid) in self._guids:
            guid = derived("kept", tag, guid)
        self._guids.add((tag, guid))
        return guid

    def _meant(self, tag: str, raw: str) -> str:
        if normal(raw) in self.outer:
            return normal(raw)
        if tag in _GUIDS:
            kind = _GUIDS[tag]
            return self._r.fields.get(normal(raw), normal(raw)) if kind == "field" else self._names.of(kind, raw) or normal(raw)
        found = self._names.any_of(raw)
        return found[1] if found else normal(raw)

    def _take_file(self, path: str) -> None:
        # What lies beside a project stays there: recordings are large.
        name = self._files.find(path, outside=False)
        if name is None:
            return
        data = self._files.read(name)
        digest = sha256(data).hexdigest()
        self._gathered.originals[digest] = data
        self.aside.members[f"sources/{PurePosixPath(name).name}"] = digest
