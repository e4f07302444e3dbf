"""What this program cannot show, kept as it came for the next export: pictures, sound, areas of PDFs, sets, graphs, cases.

It is kept as XML whose GUIDs are the uuids of our records, beside the files it names.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from db.errors import NotFound
from db.exchange.bundle import Source
from db.exchange.refi.parsing import parse
from db.exchange.report import FidelityReport

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

GROUPS = ("Cases", "Sources", "Links", "Sets", "Graphs")
_REFERENCES = ("CodeRef", "NoteRef", "SourceRef", "SelectionRef", "VariableRef", "MemberCode", "MemberSource", "MemberNote")
_NEEDS = {"Coding": "CodeRef", "VariableValue": "VariableRef"}
_USERS = ("creatingUser", "modifyingUser", "creatingUserGUID", "modifyingUserGUID")
PLACE = "<Representation/>"
_KEPT = Path("kept.xml")


@dataclass(slots=True)
class Aside:
    """Elements by the container they stand in, the shells of articles by uuid, files by member name as SHA-256."""

    groups: dict[str, list[str]] = field(default_factory=dict)
    shells: dict[str, dict[str, str]] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.groups or self.shells or self.members)

    def to_json(self) -> bytes:
        """Give it as it is kept."""
        values = {"groups": self.groups, "shells": self.shells, "members": self.members}
        return json.dumps(values, ensure_ascii=False, sort_keys=True).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Aside:
        """Read what to_json wrote; ValueError, KeyError or TypeError for anything else."""
        value = json.loads(data)
        groups = {str(name): [str(xml) for xml in value["groups"][name]] for name in value["groups"] if name in GROUPS}
        shells = {str(u): {str(k): str(v) for k, v in shell.items()} for u, shell in value["shells"].items()}
        return cls(groups, shells, {str(name): str(sha) for name, sha in value["members"].items()})

    def join(self, older: Aside) -> Aside:
        """Add what was kept of other projects."""
        groups = {name: self.groups.get(name, []) + older.groups.get(name, []) for name in GROUPS}
        return Aside(groups, older.shells | self.shells, older.members | self.members)


@dataclass(frozen=True, slots=True)
class Shell:
    """What a text source is written as, and its formatted file."""

    element: str = "TextSource"
    rich: str = ""


class Kept:
    """What was kept aside, as it goes out again; what refers to things that stay behind is taken out of it."""

    def __init__(self, aside: Aside, source: Source) -> None:
        self._aside, self._source = aside, source
        self._stands: dict[str, Element] = {}  # article -> what its text stands in
        self.lost = 0
        self._count: Counter[str] = Counter()

    def shell(self, article: str, text: str) -> Shell:
        """Give what the source of an article is written as."""
        found = self._aside.shells.get(article, {})
        if "xml" in found:
            self._stands[article] = parse(_KEPT, found["xml"].encode())
            return Shell("Representation")
        unchanged = bool(found) and found.get("sha256") == sha256(text.encode()).hexdigest()
        return Shell(rich=found.get("rich", "") if unchanged else "")

    def around(self, article: str, element: str, known: set[str], by: Callable[[object], str]) -> str:
        """Give a source within what it stands in."""
        from lxml import etree

        stands = self._stands.get(article)
        if stands is None:
            return element
        self._mend(stands, known, by)
        self._count[str(stands.tag)] += 1
        return etree.tostring(stands, encoding="unicode").replace(PLACE, element) + "\n"

    def known(self, there: set[str]) -> set[str]:
        """Give the GUIDs that one may refer to: those of what goes, and of what was kept."""
        found = set(there)
        trees = [parse(_KEPT, xml.encode()) for several in self._aside.groups.values() for xml in several]
        for tree in (*trees, *self._stands.values()):
            found.update(str(each.get("guid")) for each in tree.iter() if each.get("guid"))
        return found

    def parts(self, there: set[str], known: set[str], by: Callable[[object], str]) -> dict[str, str]:
        """Give the elements of each container that still make sense, without those that go as our own."""
        from lxml import etree

        found = {}
        for name in GROUPS:
            trees = [parse(_KEPT, xml.encode()) for xml in self._aside.groups.get(name, ())]
            fitting = [tree for tree in trees if tree.get("guid") not in there and self._mend(tree, known, by)]
            self._count.update(str(tree.tag) for tree in fitting)
            found[name] = "".join(etree.tostring(tree, encoding="unicode") + "\n" for tree in fitting)
        return found

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
        for each in list(tree.iter(*_NEEDS)):
            above = each.getparent()
            if above is not None and each.find(_NEEDS[str(each.tag)]) is None:
                above.remove(each)
        return True

    def members(self) -> Iterator[tuple[str, bytes]]:
        """Give the files."""
        for name, digest in sorted(self._aside.members.items()):
            try:
                yield name, self._source.original(digest)
            except NotFound:
                self.lost += 1

    def tell(self, report: FidelityReport) -> None:
        """Add to a report what goes out again and what was taken out."""
        report.carried.update(self._count)
        report.dropped["reference"] += self.lost
