"""HTML to pieces in one linear pass that builds no tree, so that depth and size do no harm; nothing is run or fetched."""

from __future__ import annotations

import re
from typing import Any, cast

from db.importers.page_tables import PageTable
from db.importers.phrases import is_interface
from db.importers.pieces import Container, Page, Piece, Tick, refuse_too_much, words
from db.records import BlockKind, Inline, InlineKind

_SILENT = words("script style template svg iframe object embed select textarea canvas audio video applet math")
_CONTAINERS = words(
    "html body div section article main td th ul ol dl table tbody form nav aside footer header center blockquote "
    "fieldset details dialog menu figure noscript button label"
)
_BLOCKS = _CONTAINERS | words(
    "p li dt dd tr h1 h2 h3 h4 h5 h6 pre hr address caption figcaption thead tfoot legend summary hgroup title"
)
_EMPHASIS: dict[str, InlineKind] = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "a": "link", "code": "code", "kbd": "code", "samp": "code",
}  # fmt: skip
_KINDS: tuple[InlineKind, ...] = ("bold", "italic", "link", "code")
_ZONES = {"nav": "navigation", "menu": "navigation", "footer": "notice", "aside": "outside", "form": "interface",
          "button": "interface", "label": "interface", "dialog": "interface", "noscript": "hidden"}  # fmt: skip
_NAMED_ZONES = re.compile(
    r"(?P<footnote>\bfoot-?notes?\b|\breferences?\b|\bref-?list\b|\bend-?notes?\b)"
    r"|(?P<comments>\bcomments?\b|\bcomment-?(?:list|area|form|box)|disqus|pinglun)"
    r"|(?P<related>related|recommend|read-?more|hot-?(?:list|news|articles?)|more-?(?:news|articles?)|\brank(?:ing)?\b)"
    r"|(?P<promotion>\bshare\b|share-?(?:bar|box|buttons?|tools?)|social|qr-?code|erweima|subscri(?:be|ption)|newsletter|promo"
    r"|advert|\bads?\b|\bad-|sponsor|cookie|consent|popup|modal|toast|paywall)"
    r"|(?P<navigation>\bnav\b|nav-?bar|\bmenu\b|bread-?crumbs?|crumbs?\b|pagination|\bpager\b|\btabs?\b|top-?bar|site-?header)"
    r"|(?P<outside>side-?bar)"
    r"|(?P<notice>\bfooter\b|copy-?right|disclaimer|\bbeian\b)",
    re.IGNORECASE,
)
_MARKS = re.compile(
    r"(?P<account>\bjs_name\b|profile_nickname)|(?P<author>\bjs_author_name\b|\bbyline\b|\bauthor-?name\b|\bp-author\b)"
    r"|(?P<time>\bpublish_time\b|\bpub-?(?:time|date)\b|\bentry-date\b)",
    re.IGNORECASE,
)
_SEVERAL = ("citation_author", "dc.creator")  # stand once for each author
_READER_ALT = re.compile(r"Image \d+(?::\s*|$)")  # what tools that turn a page into Markdown number its pictures by
_BESIDE = re.compile(r"footnote-backref|\bedit-?section\b|-editsection\b")  # marks beside the words, no part of them
_GONE = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_WEIGHTED = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\n\r\f]+")
_SPACES_BUT_LINES = re.compile(r"[ \t\r\f]+")
_WEB = re.compile(r"(?:https?://|mailto:|//|/|#|\.|[^:/?#]*(?:[/?#]|$))", re.IGNORECASE)
# What leaves a line blank, if it holds nothing else: white space of any kind, zero-width spaces and soft hyphens.
_NOTHING = "".join(map(chr, (*range(9, 14), *range(28, 33), 0x85, 0xA0, 0xAD, 0x1680, *range(0x2000, 0x200C), 0x2028, 0x2029)))
_NOTHING += "\u200d\u202f\u205f\u2060\u3000\ufeff"
_CHUNK = 1 << 18
_SCRIPTS = 1 << 18  # as much of the scripts is looked at for the page's date and account, never run


def walk(html: str, tick: Tick, *, keep_lines: bool = False) -> Page:
    """Read HTML into a Page; `tick` is told the bytes done. `keep_lines` makes a line feed in a paragraph a new block."""
    from lxml import etree  # only when there is a page: it takes a while to load

    data = html.encode("utf-8", "replace")
    target = _Walker(keep_lines)
    parser = etree.HTMLParser(target=cast(Any, target), encoding="utf-8", huge_tree=True)
    if not data.strip():
        return target.page
    for start in range(0, len(data), _CHUNK):
        tick(start)
        parser.feed(data[start : start + _CHUNK])
        refuse_too_much(target.characters, target.blocks)
    page = parser.close()
    assert isinstance(page, Page)
    return page


class _Walker:
    """The target that lxml's parser calls for each tag and each stretch of text."""

    def __init__(self, keep_lines: bool) -> None:
        self.page = Page()
        self.characters = 0
        self._keep_lines = keep_lines
        self._spaces = _SPACES_BUT_LINES if keep_lines else _SPACES
        self._open: list[tuple[str, tuple[InlineKind, ...], int, str, str]] = []
        self._silent: list[str] = []
        self._in_linked = False
        self._buffer: list[str] = []
        self._length = 0
        self._ends_in_space = True
        self._inlines: list[Inline] = []
        self._depth: dict[InlineKind, int] = dict.fromkeys(_KINDS, 0)
        self._since: dict[InlineKind, int] = dict.fromkeys(_KINDS, 0)
        self._href = ""
        self._linked = self._links = 0
        self._alts: list[str] = []
        self._lists: list[int] = []  # -1 for bullets, else the next number
        self._marker = ""
        self._levels: list[int] = []
        self._quotes = self._preformatted = self._captions = self._heads = 0
        self._tables: list[PageTable] = []
        self._capture: tuple[str, int, list[str]] | None = None

    @property
    def blocks(self) -> int:
        """How many blocks and elements around them there are, ended or still open."""
        return len(self.page.pieces) + len(self.page.containers) + len(self._open)

    # What lxml calls

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element opens."""
        if tag in _SILENT or (attributes and _BESIDE.search(attributes.get("class", ""))):
            self._count(tag)
            self._silent.append(tag)
            self._in_linked = tag == "script" and "ld+json" in attributes.get("type", "")
            self.page.linked += [""] if self._in_linked else []
            return
        if self._silent:
            return
        if tag in ("meta", "link", "html", "base", "time"):
            self._about(tag, attributes)
        if tag == "br":
            self._line_break()
        elif tag == "img":
            self._picture(attributes)
        elif tag in _BLOCKS:
            self._start_block(tag, attributes)
        if not attributes:
            kinds = self._start_inlines(tag, attributes) if tag in _EMPHASIS else ()
            self._open.append((tag, kinds, len(self.page.pieces), _ZONES.get(tag, ""), ""))
            return
        names = f"{attributes.get('id', '')} {attributes.get('class', '')}"
        self._open.append(
            (tag, self._start_inlines(tag, attributes), len(self.page.pieces), self._zone(tag, names, attributes), names)
        )
        if len(names) > 1 and tag not in ("body", "html") and self._capture is None and (mark := _MARKS.search(names)):
            self._capture = (str(mark.lastgroup), len(self._open), [])
        if tag == "a" and "footnote-ref" in names:
            self.data("[")

    def end(self, tag: str) -> None:
        """An element closes."""
        if self._silent:
            if self._silent[-1] == tag:
                self._silent.pop()
            return
        if not self._open or self._open[-1][0] != tag:
            return
        if tag == "a" and "footnote-ref" in self._open[-1][4]:
            self.data("]")
        if self._capture and self._capture[1] == len(self._open):
            self._keep_mark()
        _, kinds, first, zone, _ = self._open.pop()
        for kind in kinds:
            self._end_inline(kind)
        if tag in _BLOCKS:
            self._end_block(tag)
        if tag in _CONTAINERS or zone:
            self._flush()
            if len(self.page.pieces) - first >= (1 if zone else 2):
                self.page.containers.append(Container(first, len(self.page.pieces), zone, tag in _ZONES))

    def data(self, text: str) -> None:
        """Text between tags."""
        if self._silent:
            if self._silent[-1] == "script" and self._in_linked:
                self.page.linked[-1] += text
            elif self._silent[-1] == "script" and len(self.page.scripts) < _SCRIPTS:
                self.page.scripts += text[:_SCRIPTS]
            return
        if self._heads:
            self.page.title = (self.page.title + text)[:2000]
            return
        if self._capture and len(self._capture[2]) < 50:
            self._capture[2].append(text)
        if not self._preformatted:
            text = self._collapsed(text)
        if text:
            self._buffer.append(text)
            self._length += len(text)
            self.characters += len(text)
            self._ends_in_space = text.endswith((" ", "\n"))
            if self._depth["link"]:
                self._linked += len(text)

    def _collapsed(self, text: str) -> str:
        """Collapse white space as a browser does, over the tags between words too, and leave soft hyphens out."""
        if not text.isprintable() or "  " in text:  # a soft hyphen is not printable either
            text = self._spaces.sub(" ", text.replace("\u00ad", ""))
        return text[1:] if self._ends_in_space and text.startswith(" ") else text

    def close(self) -> Page:
        """The document is over."""
        self._flush()
        return self.page

    # What the head says

    def _about(self, tag: str, attributes: dict[str, str]) -> None:
        page = self.page
        if tag == "meta":
            name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or ""
            name, content = name.lower(), attributes.get("content", "")
            if name in _SEVERAL and name in page.meta and content:
                page.meta[name] = f"{page.meta[name]}; {content}"[:2000]
            elif name and content:
                page.meta.setdefault(name, content)
        elif tag == "link" and "canonical" in attributes.get("rel", "").lower():
            page.canonical = page.canonical or attributes.get("href", "")
        elif tag == "html":
            page.language = attributes.get("lang", "")
        elif tag == "time" and attributes.get("datetime"):
            page.marks.setdefault("datetime", attributes["datetime"])

    def _keep_mark(self) -> None:
        assert self._capture
        name, _, texts = self._capture
        if (text := _SPACES.sub(" ", "".join(texts)).strip()) and len(text) <= 80:
            self.page.marks.setdefault(name, text)
        self._capture = None

    def _zone(self, tag: str, names: str, attributes: dict[str, str]) -> str:
        if tag in _ZONES:
            return _ZONES[tag]
        if "hidden" in attributes or _GONE.search(attributes.get("style", "")):
            return "hidden"
        if tag in _CONTAINERS and tag not in ("body", "html") and (found := _NAMED_ZONES.search(names)):
            return str(found.lastgroup)
        return ""

    def _count(self, tag: str) -> None:
        kind = {
            "script": "scripts",
            "iframe": "frames",
            "object": "frames",
            "embed": "frames",
            "audio": "media",
            "video": "media",
        }
        if not self._silent and tag in kind:
            self.page.left_out[kind[tag]] = self.page.left_out.get(kind[tag], 0) + 1

    # Inside a block

    def _start_inlines(self, tag: str, attributes: dict[str, str]) -> tuple[InlineKind, ...]:
        kind = _EMPHASIS.get(tag)
        if kind is None:
            if tag not in ("span", "font", "u") or not _WEIGHTED.search(attributes.get("style", "")):
                return ()
            kind = "bold"
        if kind == "link":
            href = attributes.get("href", "").strip()
            self._href = href if _WEB.match(href) else ""
            self._links += 1
        if not self._depth[kind]:
            self._since[kind] = self._length
        self._depth[kind] += 1
        return (kind,)

    def _end_inline(self, kind: InlineKind) -> None:
        self._depth[kind] -= 1
        if not self._depth[kind]:
            self._note(kind)

    def _note(self, kind: InlineKind) -> None:
        if self._length > self._since[kind] and (kind != "link" or self._href):
            self._inlines.append(Inline(kind, self._since[kind], self._length, self._href if kind == "link" else ""))

    def _line_break(self) -> None:
        if self._preformatted:
            self.data("\n")
        else:
            self._flush()

    def _picture(self, attributes: dict[str, str]) -> None:
        self.page.left_out["pictures"] = self.page.left_out.get("pictures", 0) + 1
        if alt := _READER_ALT.sub("", _SPACES.sub(" ", attributes.get("alt", "")).strip()):
            self._alts.append(alt)

    # Blocks

    def _start_block(self, tag: str, attributes: dict[str, str]) -> None:
        self._flush()
        if tag == "p":
            return
        if tag in ("ul", "ol"):
            first = attributes.get("start", "")
            self._lists.append(-1 if tag == "ul" else int(first) if first.isdecimal() and len(first) < 9 else 1)
        elif tag == "li" and self._lists:
            number = self._lists[-1]
            self._marker = "•" if number < 0 else f"{number}."
            self._lists[-1] += number >= 0
        elif tag == "table":
            self._tables.append(PageTable(len(self.page.pieces), len(self.page.containers), nested=bool(self._tables)))
        elif tag in ("tr", "td", "th") and self._tables:
            self._tables[-1].open(tag, len(self.page.pieces))
        self._deepen(tag, 1)

    def _end_block(self, tag: str) -> None:
        self._flush()
        if tag == "p":
            return
        self._deepen(tag, -1)
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        elif tag == "li":
            self._marker = ""
        elif tag in ("td", "th") and self._tables:
            self._tables[-1].close(len(self.page.pieces))
        elif tag == "table" and self._tables:
            self._tables.pop().settle(self.page)
            if self._tables:
                self._tables[-1].holds_table = True

    def _deepen(self, tag: str, step: int) -> None:
        if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            self._levels = [*self._levels, int(tag[1])] if step > 0 else self._levels[:-1]
        elif tag == "blockquote":
            self._quotes += step
        elif tag == "pre":
            self._preformatted += step
        elif tag == "figcaption":
            self._captions += step
        elif tag == "title":
            self._heads += step

    def _kind(self) -> tuple[BlockKind, int]:
        if self._levels:
            return "heading", self._levels[-1]
        if self._preformatted:
            return "code", 0
        if self._captions:
            return "figure", 0
        if self._quotes:
            return "quote", 0
        return ("item", len(self._lists)) if self._lists else ("paragraph", 0)

    def _flush(self) -> None:
        """End the block under way: its lines become pieces, and what is still open goes on in the next."""
        if not self._length and not self._alts:
            return
        for kind in filter(self._depth.__getitem__, _KINDS):
            self._note(kind)
            self._since[kind] = 0
        whole = "".join(self._buffer)
        kind_of_block, level = self._kind()
        found, share = False, self._linked / max(1, self._length)
        for start, end in self._lines(whole):
            piece = Piece(kind_of_block, whole[start:end], _within(self._inlines, start, end), level)
            piece.linked, piece.links = round(share * (end - start)), self._links
            piece.marker, self._marker = self._marker, ""
            self.page.pieces += _parted(piece)
            found = True
        if not found:
            self.page.pieces += [Piece("figure", alt) for alt in self._alts]
        self._buffer, self._inlines, self._alts = [], [], []
        self._length = self._linked = 0
        self._links = 1 if self._depth["link"] else 0
        self._ends_in_space = True

    def _lines(self, whole: str) -> list[tuple[int, int]]:
        """Give the spans of the lines that are not blank, trimmed as a browser trims them."""
        spans, start = [], 0
        if "\n" not in whole and not self._preformatted:
            right = len(whole.rstrip(" \t\r\f"))
            return [(len(whole) - len(whole.lstrip(" ")), right)] if whole.strip(_NOTHING) else []
        for line in whole.split("\n") if self._preformatted or self._keep_lines else [whole]:
            left = start if self._preformatted else start + len(line) - len(line.lstrip(" "))
            right = start + len(line.rstrip(" \t\n\r\f"))
            if line.strip(_NOTHING):
                spans.append((left, right))
            start += len(line) + 1
        return spans


def _parted(piece: Piece) -> list[Piece]:
    """Part a link that says 返回首页 or the like from the sentence it is glued to."""
    last = piece.inlines[-1] if piece.inlines else None
    if last is None or last.kind != "link" or last.end != len(piece.text) or not 0 < last.start < last.end <= last.start + 40:
        return [piece]
    before, words = piece.text[: last.start].rstrip(" "), piece.text[last.start :]
    if not before.endswith(("。", "！", "？", "”", "…")) or not is_interface(words):
        return [piece]
    rest = Piece(piece.kind, words, (Inline("link", 0, len(words), last.href),), piece.level, "", len(words), 1)
    piece.text, piece.inlines = before, _within(list(piece.inlines[:-1]), 0, len(before))
    piece.linked, piece.links = max(0, piece.linked - len(words)), max(0, piece.links - 1)
    return [piece, rest]


def _within(inlines: list[Inline], start: int, end: int) -> tuple[Inline, ...]:
    if not inlines:
        return ()
    cut = [Inline(i.kind, max(i.start, start) - start, min(i.end, end) - start, i.href) for i in inlines]
    return tuple(sorted((i for i in cut if i.start < i.end), key=lambda i: (i.start, -i.end)))
