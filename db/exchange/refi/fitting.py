"""What the schema allows, for elements that were kept as they came: what does not fit it is taken out before they go again."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_MADE = "name:s creatingUser:g creationDateTime:t modifyingUser:g modifiedDateTime:t"
_FILE = f"path:s currentPath:s {_MADE}"
_MARK = "Description? Coding* NoteRef*"
_REF = ("targetGUID:g!", "")
# Element: (attributes with kinds of values, ! where they must be; children in order with how many).
_SHAPES: Mapping[str, tuple[str, str]] = {
    "Case": ("guid:g! name:s", "Description? CodeRef* VariableValue* SourceRef* SelectionRef*"),
    "VariableValue": ("", "VariableRef TextValue? BooleanValue? IntegerValue? FloatValue? DateValue? DateTimeValue?"),
    "Set": ("guid:g! name:s!", "Description? MemberCode* MemberSource* MemberNote*"),
    "TextSource": (
        f"guid:g! richTextPath:s plainTextPath:s {_MADE}",
        "Description? PlainTextContent? PlainTextSelection* Coding* NoteRef* VariableValue*",
    ),
    "PlainTextSelection": (f"guid:g! startPosition:i! endPosition:i! {_MADE}", _MARK),
    "PictureSource": (
        f"guid:g! {_FILE}", "Description? TextDescription? PictureSelection* Coding* NoteRef* VariableValue*"
    ),
    "PictureSelection": (f"guid:g! firstX:i! firstY:i! secondX:i! secondY:i! {_MADE}", _MARK),
    "PDFSource": (f"guid:g! {_FILE}", "Description? PDFSelection* Representation? Coding* NoteRef* VariableValue*"),
    "PDFSelection": (
        f"guid:g! page:i! firstX:i! firstY:i! secondX:i! secondY:i! {_MADE}", "Description? Representation? Coding* NoteRef*"
    ),
    "AudioSource": (f"guid:g! {_FILE}", "Description? Transcript* AudioSelection* Coding* NoteRef* VariableValue*"),
    "VideoSource": (f"guid:g! {_FILE}", "Description? Transcript* VideoSelection* Coding* NoteRef* VariableValue*"),
    "AudioSelection": (f"guid:g! begin:i! end:i! {_MADE}", _MARK),
    "VideoSelection": (f"guid:g! begin:i! end:i! {_MADE}", _MARK),
    "Transcript": (
        f"guid:g! richTextPath:s plainTextPath:s {_MADE}",
        "Description? PlainTextContent? SyncPoint* TranscriptSelection* NoteRef*",
    ),
    "TranscriptSelection": (f"guid:g! fromSyncPoint:g toSyncPoint:g {_MADE}", _MARK),
    "SyncPoint": ("guid:g! timeStamp:i position:i", ""),
    "Coding": ("guid:g! creatingUser:g creationDateTime:t", "CodeRef NoteRef*"),
    "Graph": ("guid:g! name:s", "Vertex* Edge*"),
    "Vertex": ("guid:g! representedGUID:g name:s firstX:i! firstY:i! secondX:i secondY:i shape:shape color:c", ""),
    "Edge": (
        "guid:g! representedGUID:g name:s sourceVertex:g! targetVertex:g! color:c direction:direction lineStyle:lineStyle", ""
    ),
    "Link": ("guid:g! name:s direction:direction color:c originGUID:g targetGUID:g", "NoteRef*"),
    **dict.fromkeys(
        ("CodeRef", "NoteRef", "SourceRef", "SelectionRef", "VariableRef", "MemberCode", "MemberSource", "MemberNote"), _REF
    ),
}  # fmt: skip
_SHAPES = {**_SHAPES, **dict.fromkeys(("TextDescription", "Representation", "Note"), _SHAPES["TextSource"])}
_ZONE = r"(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d)?"
# The days that every month has: another is not worth a calendar.
_DAY = r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|\d{4}-(?:0[13-9]|1[0-2])-(?:29|30)|\d{4}-(?:0[13578]|1[02])-31"
_TIME = rf"(?:{_DAY})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?{_ZONE}"
_KINDS: Mapping[str, Callable[[str], object]] = {
    "s": lambda _value: True,
    **{
        kind: re.compile(pattern).fullmatch
        for kind, pattern in {
            "g": "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
            "i": r"\s*[+-]?[0-9]+\s*",
            "t": _TIME,
            "c": "#(?:[A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})",
            "direction": "Associative|OneWay|Bidirectional",
            "lineStyle": "dotted|dashed|solid",
            "shape": "Person|Oval|Rectangle|RoundedRectangle|Star|(?:Left|Right|Up|Down)Triangle|Note",
            "IntegerValue": r"\s*[+-]?[0-9]+\s*",
            "FloatValue": r"\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*",
            "BooleanValue": r"\s*(?:true|false|0|1)\s*",
            "DateValue": rf"\s*(?:{_DAY}){_ZONE}\s*",
            "DateTimeValue": rf"\s*{_TIME}\s*",
        }.items()
    },
}
TYPES = ("Text", "Boolean", "Integer", "Float", "Date", "DateTime")
_VALUES = tuple(f"{kind}Value" for kind in TYPES)


def fits(kind: str, words: str) -> bool:
    """Whether words are a value of a kind, as IntegerValue."""
    return kind == "TextValue" or bool(_KINDS[kind](words))


def fit(top: Element) -> int:
    """Take out of an element what the schema does not allow and bring the rest into its order; gives how much was lost.

    A value that is not of its type becomes text. The element itself stays, whatever it lacks: `is_whole` tells.
    """
    lost = 0
    # From the leaves up, so that what lost its own parts is judged by what is left.
    for element in reversed(list(top.iter())):
        if element.tag in _SHAPES:
            lost += _fit_attributes(element) + _fit_children(element)
    return lost


def must_have_guid(name: str) -> bool:
    """Whether an element of a name must have a GUID of its own."""
    return name in _SHAPES and "guid:g!" in _SHAPES[name][0]


def is_whole(element: Element) -> bool:
    """Whether an element has what it must have."""
    shape = _SHAPES.get(str(element.tag))
    if shape is None:
        return element.tag in (*_VALUES, "Description", "PlainTextContent")
    needed = [each.split(":")[0] for each in shape[0].split() if each.endswith("!")]
    parts = [each for each in shape[1].split() if each[-1] not in "?*"]
    return all(name in element.attrib for name in needed) and all(element.find(part) is not None for part in parts)


def _fit_attributes(element: Element) -> int:
    allowed = dict(each.rstrip("!").split(":") for each in _SHAPES[str(element.tag)][0].split())
    wrong = [
        name for name in map(str, element.attrib) if name not in allowed or not _KINDS[allowed[name]](element.get(name) or "")
    ]
    for name in wrong:
        del element.attrib[name]
    return len(wrong)


def _fit_children(element: Element) -> int:
    order = [each.rstrip("?*") for each in _SHAPES[str(element.tag)][1].split()]
    single = {each.rstrip("?") for each in _SHAPES[str(element.tag)][1].split() if not each.endswith("*")}
    kept: list[Element] = []
    for each in element:
        name = str(each.tag)
        if name in _VALUES and not fits(name, each.text or ""):
            each.tag = name = "TextValue"
        values = element.tag == "VariableValue" and name in _VALUES and any(other.tag in _VALUES for other in kept)
        doubled = values or (name in single and any(other.tag == name for other in kept))
        if name in order and not doubled and is_whole(each):
            kept.append(each)
    lost = len(element) - len(kept)
    element[:] = sorted(kept, key=lambda each: order.index(str(each.tag)))
    return lost
