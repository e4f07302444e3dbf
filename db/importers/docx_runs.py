"""The runs of one Word paragraph to text and emphasis: without deletions, hidden text and field codes; notes by number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from db.importers.docx_styles import Style, child, is_on
from db.importers.docx_symbols import symbol
from db.importers.packed import local, value_of
from db.records import Inline, InlineKind

if TYPE_CHECKING:
    from lxml.etree import _Element

_LEFT_OUT = frozenset(
    ("del", "moveFrom", "delText", "delInstrText", "instrText", "pPr", "rPr", "sdtPr", "rt", "rubyPr", "commentReference")
)
_LINK = re.compile(r'HYPERLINK\s+"([^"]+)"')
_WEB = re.compile(r"(?:https?://|mailto:|#)", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufdd0\ufdd1]")


@dataclass(slots=True)
class Counted:
    """What is counted on the way through a document."""

    pictures: int = 0
    changes: int = 0
    comments: int = 0


@dataclass(slots=True)
class Notes:
    """Footnotes and endnotes in the order they are called."""

    called: list[tuple[str, str]] = field(default_factory=list)  # footnote or endnote, its id

    def number(self, kind: str, name: str) -> int:
        """Give the number of a note, a new one if it is called for the first time."""
        if (kind, name) not in self.called:
            self.called.append((kind, name))
        return self.called.index((kind, name)) + 1


class Runs:
    """Reads one paragraph; `text` is its reading text, `lines` where a line break parts it, `boxes` its text boxes."""

    def __init__(
        self, styles: Mapping[str, Style], links: Mapping[str, str], notes: Notes, counted: Counted, style: Style | None = None
    ) -> None:
        self._styles, self._links, self._notes, self._counted = styles, links, notes, counted
        self._style = style or Style()
        self._buffer: list[str] = []
        self._length = 0
        self._inlines: list[Inline] = []
        self._fields: list[list[str]] = []  # instructions of the fields that are open; None text once the result begins
        self._results: list[tuple[bool, int]] = []
        self.boxes: list[_Element] = []
        self.pictures: list[str] = []
        self.largest = 0.0

    @property
    def text(self) -> str:
        """The text so far, line breaks as line feeds."""
        return "".join(self._buffer)

    @property
    def inlines(self) -> tuple[Inline, ...]:
        """Bold, italic and links, neighbours joined, in code points of the text."""
        found: list[Inline] = []
        for one in sorted(self._inlines, key=lambda i: (i.kind, i.href, i.start)):
            last = found[-1] if found else None
            if last and (last.kind, last.href, last.end) == (one.kind, one.href, one.start):
                found[-1] = Inline(one.kind, last.start, one.end, one.href)
            else:
                found.append(one)
        return tuple(sorted((i for i in found if i.start < i.end), key=lambda i: (i.start, -i.end)))

    def read(self, element: _Element) -> None:
        """Read what is in an element, in order."""
        for each in element:
            name = local(each)
            if name in _LEFT_OUT:
                self._counted.changes += name in ("del", "moveFrom")
                self._counted.comments += name == "commentReference"
                if name == "instrText" and self._fields:
                    self._fields[-1].append(each.text or "")
            elif name == "r":
                self._run(each)
            elif name in ("hyperlink", "fldSimple"):
                self._link(each)
            elif name == "AlternateContent":
                chosen = child(each, "Choice")
                self.read(chosen if chosen is not None else each)
            else:
                self._counted.changes += name in ("ins", "moveTo")
                self.read(each)

    def _link(self, element: _Element) -> None:
        start, field_code = self._length, _LINK.search(value_of(element, "instr"))
        self.read(element)
        self._note("link", start, field_code[1] if field_code else self._links.get(value_of(element, "id"), ""))

    def _note(self, kind: InlineKind, start: int, href: str = "") -> None:
        if self._length > start and (kind != "link" or _WEB.match(href)):
            self._inlines.append(Inline(kind, start, self._length, href))

    def _run(self, run: _Element) -> None:
        properties = child(run, "rPr")
        style = self._styles.get(value_of(child(properties, "rStyle"), "val"), Style())
        if is_on(properties, "vanish") or (style.hidden and is_on(properties, "vanish") is None):
            return
        start, before = self._length, len(self._buffer)
        for each in run:
            self._part(each)
        bold, italic = is_on(properties, "b"), is_on(properties, "i")
        if style.bold if bold is None else bold:
            self._note("bold", start)
        if style.italic if italic is None else italic:
            self._note("italic", start)
        size = value_of(child(properties, "sz"), "val")
        if any(map(str.strip, self._buffer[before:])):
            self.largest = max(self.largest, int(size) / 2 if size.isdecimal() else style.size or self._style.size)

    def _part(self, part: _Element) -> None:
        name = local(part)
        if name in ("t", "tab", "ptab", "br", "cr", "noBreakHyphen", "sym"):
            self._say(self._sign(name, part))
        elif name == "fldChar":
            self._field(value_of(part, "fldCharType"))
        elif name == "instrText" and self._fields:
            self._fields[-1].append(part.text or "")
        elif name in ("footnoteReference", "endnoteReference"):
            self._say(f"[{self._notes.number(name.removesuffix('Reference'), value_of(part, 'id'))}]")
        elif name in ("drawing", "pict", "object"):
            self._picture(part)
        elif name in ("ruby", "AlternateContent"):
            chosen = child(part, "rubyBase" if name == "ruby" else "Choice")
            self._inside(chosen if chosen is not None else part)
        elif name in _LEFT_OUT:
            self._counted.comments += name == "commentReference"

    def _sign(self, name: str, part: _Element) -> str:
        if name == "t":
            return _CONTROL.sub("", (part.text or "").replace("\n", " ").replace("\t", " "))
        if name in ("tab", "ptab"):
            return " " if self._buffer and not self._buffer[-1].endswith(" ") else ""
        if name == "noBreakHyphen":
            return "\u2011"
        if name == "sym":
            return symbol(value_of(part, "font"), value_of(part, "char"))
        return "\n" if value_of(part, "type") in ("", "textWrapping") else ""

    def _inside(self, element: _Element) -> None:
        """Read what is in a part of a run: runs of its own, or parts."""
        for each in element:
            if local(each) == "r":
                self._run(each)
            else:
                self._part(each)

    def _say(self, text: str) -> None:
        if self._fields and not self._results[-1][0]:
            return  # the code of a field, before its result
        self._buffer.append(text)
        self._length += len(text)

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self._fields.append([])
            self._results.append((False, self._length))
        elif kind == "separate" and self._fields:
            self._results[-1] = (True, self._length)
        elif kind == "end" and self._fields:
            code, (shown, start) = "".join(self._fields.pop()), self._results.pop()
            if shown and (found := _LINK.search(code)):
                self._note("link", start, found[1])

    def _picture(self, part: _Element) -> None:
        boxes = [each for each in part.iter() if local(each) == "txbxContent"]
        # Word writes a text box twice, for newer and older programs; a box in a box comes with the outer one.
        self.boxes += [box for box in boxes[:1] if not any(box in other.iterdescendants() for other in boxes)]
        if boxes:
            return
        self._counted.pictures += 1
        for each in part.iter():
            if local(each) == "docPr" and (words := " ".join((value_of(each, "descr")).split())):
                self.pictures.append(words)
