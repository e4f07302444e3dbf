"""Quoting and citing: a passage with its short key and locator as plain text, as HTML and for Pandoc. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from db.locators import Place, place_of, spell, step_of
from db.records import Layout

# From this width on, ideographs counted double, a quote stands as a block of its own.
_LONG = 240
_WIDE = "\u2e80"
# Runs of white space that mean one space; the ideographic space and the no-break space stay as they are.
_SPACES = re.compile("[ \t\r\f\v\x85\u2028\u2029]+")
# What Pandoc reads as a citation key without braces, and what may not stand in braces either.
_BARE_KEY = re.compile(r"\w+(?:[:.#$%&\-+?<>~/]\w+)*")
_NO_KEY = re.compile(r"[\s{}]")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>@$^~])")
_LINE_START = re.compile(r"([#+\-:|%=(]|\w+(?=[.)]\s))")
_PANDOC_TERMS = {"part": "pt.", "subpart": "pt.", "ch": "chap.", "sec": "sec."}


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage to be quoted: its paragraphs joined by line feeds, the article's short key, its locator, and that for Pandoc.

    `language` is that of the reader's window, which chooses brackets and commas.
    """

    text: str
    key: str
    locator: str
    locator_pandoc: str
    language: str

    @property
    def is_block(self) -> bool:
        """Whether it is too long, or has too many paragraphs, to stand in a line."""
        return "\n" in self.text or sum(2 if c >= _WIDE else 1 for c in self.text) > _LONG

    @property
    def citation(self) -> str:
        """The citation in brackets: (王鹏2023, ¶5), in a Chinese window （王鹏2023，¶5）."""
        zh = self.language.startswith("zh")
        words = ("，" if zh else ", ").join(filter(None, (self.key, self.locator)))
        return f"（{words}）" if zh else f"({words})"

    @property
    def pandoc_citation(self) -> str:
        """The citation as Pandoc reads it: [@王鹏2023, para. 5]."""
        return f"[@{pandoc_key(self.key)}" + (f", {self.locator_pandoc}]" if self.locator_pandoc else "]")

    def plain(self) -> str:
        """Give quote and citation as plain text in one line; paragraphs are parted by a stroke."""
        return self._joined(_quoted(self.text.replace("\n", " / ")), self.citation)

    def html(self) -> str:
        """Give quote and citation as HTML: in a line, or as a block quotation with its paragraphs."""
        citation = escape(self.citation)
        if not self.is_block:
            # The marks are written out, since word processors put none around <q>.
            quoted = f'<q style="quotes: none">{escape(_quoted(self.text), quote=False)}</q>' if self.text else ""
            return f"<p>{self._joined(quoted, citation)}</p>"
        lines = [escape(line, quote=False) for line in self.text.split("\n")]
        lines[-1] = self._joined(lines[-1], citation)
        return "<blockquote>" + "".join(f"<p>{line}</p>" for line in lines) + "</blockquote>"

    def pandoc(self) -> str:
        """Give quote and citation in Pandoc's Markdown: in a line, or as a block quotation with its paragraphs."""
        citation = self.pandoc_citation
        if not self.is_block:
            return f"{_escaped(_quoted(self.text))} {citation}".strip()
        lines = [_LINE_START.sub(_guarded, _escaped(line), count=1) for line in self.text.split("\n")]
        return "\n>\n".join(f"> {line}" for line in lines) + f" {citation}"

    def _joined(self, quoted: str, citation: str) -> str:
        space = "" if self.language.startswith("zh") else " "
        return f"{quoted}{space}{citation}".strip()


def quote_of(key: str, text: str, layout: Layout, start: int | None, end: int | None, language: str, title: str = "") -> Quote:
    """Quote text[start:end] (code points) of an article with a short key and a title; None for both cites the whole article."""
    if start is None or end is None:
        return Quote("", key, "", "", language)
    lines = (_SPACES.sub(" ", line).strip() for line in text[start:end].split("\n"))
    place = place_of(layout, text, start, end, title)
    return Quote("\n".join(filter(None, lines)), key, place.spelled(language), _pandoc_locator(place), language)


def quote_at(key: str, place: Place | None, language: str) -> Quote:
    """Cite a place of an article with a short key, without words; None cites the whole article."""
    if place is None:
        return Quote("", key, "", "", language)
    return Quote("", key, place.spelled(language), _pandoc_locator(place), language)


def pandoc_key(key: str) -> str:
    """Write a key as Pandoc reads it, in braces where it must; white space and braces, which no key may hold, become _."""
    if _BARE_KEY.fullmatch(key):
        return key
    return "{" + _NO_KEY.sub("_", key) + "}"


def _pandoc_locator(place: Place) -> str:
    """Write a place with the short English terms that Pandoc knows: p. 12, pp. 12–13, para. 5, art. 19(1), chap. 2."""
    if place.first:
        return f"paras. {place.first}–{place.last}" if place.last > place.first else f"para. {place.first}"
    steps = place.provision.split("/")
    kind, value = step_of(steps[0])
    if kind == "page":
        return spell(place.provision, "en")
    if kind == "art":
        rest = spell(place.provision, "en").partition(" ")[2]
        return f"arts. {rest}" if ".." in value else f"art. {rest}"
    kind, value = step_of(steps[-1])
    return f"{_PANDOC_TERMS[kind]} {value}" if kind in _PANDOC_TERMS else ""


def _quoted(text: str) -> str:
    """Put text in double quotation marks; those inside become single, and single ones double."""
    if not text:
        return ""
    inside, single = [], 0
    for c in text:
        if c == "‘":
            single += 1
            c = "“"
        elif c == "’" and single:
            single -= 1
            c = "”"
        elif c in '“”"':
            c = {"“": "‘", "”": "’", '"': "'"}[c]
        inside.append(c)
    return f"“{''.join(inside)}”"


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


def _guarded(found: re.Match[str]) -> str:
    """Keep what stands at the start of a line from being read as a heading, list or rule."""
    return f"{found[0]}\\" if found[0][0].isalnum() else f"\\{found[0]}"
