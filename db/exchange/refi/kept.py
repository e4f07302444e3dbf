"""What was kept aside as it goes out again, with the articles that stand in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from db.errors import NotFound
from db.exchange.refi.areas import leave, open_up, put, shown_in
from db.exchange.refi.aside import GROUPS, STANDING, Aside, place_of
from db.exchange.refi.drawing import escaped
from db.exchange.refi.fitting import fit, is_whole
from db.exchange.refi.parsing import parse, words_of
from db.exchange.refi.transcripts import Recordings
from db.exchange.report import FidelityReport
from db.records import TravellingRecord

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_REFERENCES = ("CodeRef", "NoteRef", "SourceRef", "SelectionRef", "VariableRef", "MemberCode", "MemberSource", "MemberNote")
_USERS = ("creatingUser", "modifyingUser", "creatingUserGUID", "modifyingUserGUID")
_ANY = "00000000-0000-0000-0000-000000000000"
_KEPT = Path("kept.xml")


class Files(Protocol):
    """Where the files lie that an import kept, by SHA-256, and the records beside them."""

    def records(self, kind: str) -> Iterator[TravellingRecord]: ...
    def original(self, sha256: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Shell:
    """What a text source is written as, and its formatted file."""

    element: str = "TextSource"
    rich: str = ""
    note: str = ""  # the GUID of the note that it is the text of


class Kept:
    """What was kept aside, as it goes out again; what refers to things that stay behind is taken out of it."""

    def __init__(self, aside: Aside, source: Files, *, every: bool = True) -> None:
        self._aside, self._source, self._every = aside, source, every
        self.recordings = Recordings(aside.shells)
        self._inside: dict[str, dict[str, str]] = {}  # article -> annotation that is an area -> what stands in it
        self._stands: dict[str, Element] = {}  # article -> what its text stands in
        self.lost = 0
        self._count: Counter[str] = Counter()

    def shell(self, article: str, text: str) -> Shell:
        """Give what the source of an article is written as."""
        found = self._aside.shells.get(article, {})
        if "xml" in found:
            stands = parse(_KEPT, found["xml"].encode())
            place = STANDING.get(str(stands.tag), "")
            if place and stands.find(place) is not None and stands.get("guid"):
                self._stands[article] = stands
                return Shell(place)
        unchanged = bool(found) and found.get("sha256") == sha256(text.encode()).hexdigest()
        note = found.get("note", "")
        return Shell("Note" if note else "TextSource", found.get("rich", "") if unchanged else "", note)

    def stands_for(self, article: str) -> str:
        """Give the GUID that an article's text has: that of the note it is."""
        return self._aside.shells.get(article, {}).get("note") or article

    def member(self, article: str) -> tuple[str, str]:
        """Give how sets name an article's source, and the GUID of that: of the recording or PDF that its text is in."""
        shell = self._aside.shells.get(article, {})
        if "note" in shell:
            return "MemberNote", shell["note"]
        stands = self._stands.get(article)
        guid = self.recordings.within(article) or ("" if stands is None else str(stands.get("guid")))
        return "MemberSource", guid or article

    def variable(self, field: str) -> tuple[str, str]:
        """Give the type and the description that a field's variable came with."""
        found = self._aside.shells.get(field, {})
        return found.get("type", ""), found.get("description", "")

    def around(self, article: str, element: str, name: str, known: set[str], by: Callable[[object], str]) -> str:
        """Give a source within what it stands in, of the same name."""
        from lxml import etree

        stands = self._stands.get(article)
        if stands is None:
            return element
        stands.set("name", name)
        inside = self._inside.get(article, {})
        shown = leave(stands, inside)
        self._mend(stands, known, by)
        open_up(stands, shown)
        self._count[str(stands.tag)] += 1
        place = place_of(STANDING[str(stands.tag)])
        return put(etree.tostring(stands, encoding="unicode"), inside).replace(place, element) + "\n"

    def take_area(self, article: str, annotation: str, inside: str) -> bool:
        """Take what stands in an annotation that is an area of a PDF; False for any other."""
        stands = self._stands.get(article)
        if stands is None or annotation not in shown_in(stands):
            return False
        self._inside.setdefault(article, {})[annotation] = inside
        return True

    def known(self, there: set[str]) -> set[str]:
        """Give the GUIDs that one may refer to: those of what goes, and of what was kept."""
        found = there | self.recordings.guids(every=self._every)
        trees = [parse(_KEPT, xml.encode()) for several in self._aside.groups.values() for xml in several]
        for tree in (*trees, *self._stands.values()):
            found.update(str(each.get("guid")) for each in tree.iter() if each.get("guid"))
        return found

    def spoken(self, known: set[str], by: Callable[[object], str]) -> str:
        """Give the recordings with their transcripts."""
        words, kinds = self.recordings.write(lambda tree: self._mend(tree, known, by), every=self._every)
        self._count.update(kinds)
        return words

    def parts(self, ours: Mapping[str, Collection[str]], known: set[str], by: Callable[[object], str]) -> dict[str, str]:
        """Give the elements of each container that still make sense; `ours` are those of a container that go as our own."""
        from lxml import etree

        found = {}
        for name in GROUPS:
            trees = [parse(_KEPT, xml.encode()) for xml in self._aside.groups.get(name, ())]
            fitting = [
                tree
                for tree in trees
                if tree.tag in GROUPS[name] and tree.get("guid") not in ours.get(name, ()) and self._mend(tree, known, by)
            ]
            self._count.update(str(tree.tag) for tree in fitting)
            found[name] = "".join(etree.tostring(tree, encoding="unicode") + "\n" for tree in fitting)
        return found

    def members_of(
        self, guid: str, ours: Collection[str], known: set[str], by: Callable[[object], str]
    ) -> tuple[str, str, str, str]:
        """Give the description, codes, other sources and notes beside our own that a set of a GUID came with."""
        from lxml import etree

        words, found = "", {"MemberCode": "", "MemberSource": "", "MemberNote": ""}
        for xml in self._aside.groups.get("Sets", ()):
            tree = parse(_KEPT, xml.encode())
            if tree.get("guid") != guid:
                continue
            self._mend(tree, known, by)
            self._count["Set"] += 1
            words = words_of(tree, "Description")
            for each in tree:
                if each.tag in found and each.get("targetGUID") not in ours:
                    found[str(each.tag)] += etree.tostring(each, encoding="unicode", with_tail=False) + "\n"
            break
        return words, found["MemberCode"], found["MemberSource"], found["MemberNote"]

    def _mend(self, tree: Element, known: set[str], by: Callable[[object], str]) -> bool:
        """Take dangling references out of an element; False where nothing is left of it."""
        for each in list(tree.iter()):
            for name in _USERS:
                if name in each.attrib:
                    user = by(each.get(name))
                    each.attrib.pop(name)
                    if user:
                        each.set(name, user)
            if each.get("representedGUID") not in (None, *known):
                del each.attrib["representedGUID"]
            dangling = each.tag in _REFERENCES and each.get("targetGUID") not in known
            ends = [each.get(end) for end in ("originGUID", "targetGUID")] if each.tag == "Link" else []
            if dangling or any(end not in known for end in ends):
                self.lost += 1
                above = each.getparent()
                if above is None:
                    return False
                above.remove(each)
        empty = [each for each in tree.iter(*STANDING.values()) if not len(each) and not each.attrib]
        for each in empty:
            # Where a text of ours goes in: it fits when that is there.
            each.set("guid", _ANY)
        self.lost += fit(tree)
        for each in empty:
            each.attrib.clear()
        # A set that lost all it held would come back as an empty collection.
        whole = is_whole(tree) and (tree.tag != "Set" or any(each.tag in _REFERENCES for each in tree))
        self.lost += not whole
        return whole

    def members(self, contents: str) -> Iterator[tuple[str, bytes]]:
        """Give the files; where not everything goes, those that the list of contents names."""
        for name, digest in sorted(self._aside.members.items()):
            bare = PurePosixPath(name).name
            if not (self._every or any(escaped(each) in contents for each in (bare, quote(bare)))):
                continue
            try:
                yield name, self._source.original(digest)
            except NotFound:
                self.lost += 1

    def tell(self, report: FidelityReport) -> None:
        """Add to a report what goes out again and what was taken out."""
        report.carried.update(self._count)
        report.dropped["reference"] += self.lost
