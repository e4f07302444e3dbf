"""What this program cannot show, kept as it came for the next export: pictures, sound, areas of PDFs, sets, graphs, cases.

It is kept as XML whose GUIDs are the uuids of our records, beside the files it names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

# What is kept, by the container it stands in.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "Cases": ("Case",), "Sources": ("TextSource", "PictureSource", "PDFSource", "AudioSource", "VideoSource"),
    "Notes": ("Note",), "Links": ("Link",), "Sets": ("Set",), "Graphs": ("Graph",),
}  # fmt: skip
_OWN_GUID = re.compile(r'<\w+\b[^>]*?\sguid="([^"]*)"')
_TREES = ("xml", "recording", "spoken")
# What holds the text of a source that is no text itself.
STANDING = {"PDFSource": "Representation", "PictureSource": "TextDescription"}
RECORDINGS = ("AudioSource", "VideoSource")


def place_of(element: str) -> str:
    """Give what holds the place of a text in what it stands in, by the text's element."""
    return f"<{element}/>"


def _guid(xml: str) -> str:
    found = _OWN_GUID.match(xml)
    return found[1] if found else xml


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

    def trees(self) -> list[str]:
        """Give all that is kept as XML."""
        kept = [xml for several in self.groups.values() for xml in several]
        return kept + [xml for shell in self.shells.values() for kind, xml in shell.items() if kind in _TREES]

    def join(self, older: Aside) -> Aside:
        """Add what was kept of other projects; what came back by way of another is not there twice."""
        groups = {}
        for name in GROUPS:
            newer = self.groups.get(name, [])
            there = set(map(_guid, newer))
            groups[name] = newer + [xml for xml in older.groups.get(name, []) if _guid(xml) not in there]
        return Aside(groups, older.shells | self.shells, older.members | self.members)
