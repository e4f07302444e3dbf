"""Texts as records: layout, anchors and what an importer makes of a file; positions are code points, end exclusive."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from typing import Literal

# done, total; raises errors.Cancelled to stop the work. Total 0 means unknown.
Progress = Callable[[int, int], None]


def no_progress(_done: int, _total: int) -> None:
    """The progress of work nobody watches."""


BlockKind = Literal["heading", "paragraph", "item", "quote", "row", "figure", "code"]
InlineKind = Literal["bold", "italic", "link", "code"]


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a reading text: text[start:end], without the line feed that joins blocks."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0  # heading 1-6, list depth from 1
    marker: str = ""  # "•", "1.": shown beside the block, not part of the text


@dataclass(frozen=True, slots=True)
class Inline:
    """Emphasis or a link inside a block."""

    kind: InlineKind
    start: int
    end: int
    href: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a reading text is laid out; blocks are in order, do not overlap and cover all but the joining line feeds."""

    blocks: tuple[Block, ...] = ()
    inlines: tuple[Inline, ...] = ()
    pages: tuple[tuple[str, int], ...] = ()  # a page's label and where it begins, in order; a label may come again

    def to_json(self) -> str:
        """Give the layout as compact JSON: lists of values in field order; pages only if there are any."""
        values: dict[str, list[list[str | int]]] = {
            "blocks": [[b.kind, b.start, b.end, b.level, b.marker] for b in self.blocks],
            "inlines": [[i.kind, i.start, i.end, i.href] for i in self.inlines],
        }
        if self.pages:
            values["pages"] = [[label, start] for label, start in self.pages]
        return json.dumps(values, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Layout:
        """Read what to_json wrote."""
        value = json.loads(text)
        pages = tuple((str(label), int(start)) for label, start in value.get("pages", ()))
        return cls(tuple(Block(*b) for b in value["blocks"]), tuple(Inline(*i) for i in value["inlines"]), pages)

    @classmethod
    def of_lines(cls, text: str) -> Layout:
        """Lay a plain text out as one paragraph a line (empty lines are empty paragraphs)."""
        blocks, start = [], 0
        for line in text.split("\n"):
            blocks.append(Block("paragraph", start, start + len(line)))
            start += len(line) + 1
        return cls(tuple(blocks))


@dataclass(frozen=True, slots=True)
class Author:
    """A person or body that wrote an article, as its byline says."""

    name: str
    affiliation: str = ""
    role: str = ""

    @classmethod
    def listed(cls, stored: str) -> tuple[Author, ...]:
        """Read a by-line as it is stored: a list of authors or plain names; what is neither is passed over."""
        value = json.loads(stored)
        told = [{"name": each} if isinstance(each, str) else each for each in (value if isinstance(value, list) else ())]
        return tuple(
            cls(*(str(each.get(part) or "") for part in cls.__match_args__))
            for each in told
            if isinstance(each, dict) and isinstance(each.get("name"), str)
        )


@dataclass(frozen=True, slots=True)
class Removed:
    """A block kept out of the reading text: whole[start:end] == text, where whole is the text that `as_is` gives."""

    start: int
    end: int
    reason: str  # one of importers.boilerplate.REASONS
    text: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a person should know about an import: an English template and its facts (resources.words translates)."""

    sentence: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """What an importer makes of a file: a reading text with its layout and metadata, ready to become an article."""

    title: str
    text: str
    layout: Layout
    authors: tuple[Author, ...] = ()
    publisher: str = ""
    source: str = ""  # the original source line: 光明日报
    column: str = ""  # the column prefix of the title: 专家解读
    genre: str = ""
    url: str = ""
    published: str = ""  # ISO 8601 date, or date and time
    published_from: str = ""  # page, front matter, byline, text line, document, address, file beside, person
    fetched: str = ""
    fetched_from: str = ""
    language: str = ""  # BCP 47: zh, en
    original: bytes = b""
    media_type: str = "text/plain"
    removed: tuple[Removed, ...] = ()
    remarks: tuple[Remark, ...] = ()
    file_name: str = ""  # the file's own name, without folders


# The 32-64 code points kept on either side of a passage to find it again.
CONTEXT = 48


@dataclass(frozen=True, slots=True)
class Anchor:
    """A passage of one text: text[start:end] == exact, with up to CONTEXT code points on either side."""

    start: int
    end: int
    exact: str
    prefix: str = ""
    suffix: str = ""

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Anchor:
        """Describe text[start:end]; ValueError unless 0 <= start < end <= len(text)."""
        if not 0 <= start < end <= len(text):
            raise ValueError(f"{start}:{end} marks nothing in {len(text)} characters")
        return cls(start, end, text[start:end], text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT])


def as_json(value: object) -> str:
    """Give compact JSON of a record or plain value, non-ASCII kept."""
    plain = asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
