"""The quotations of a manuscript: what stands in quotation marks or as a block quotation, and is long enough to be one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from db.records import Block, Layout

# Shorter ones are terms and titles: so many Chinese characters, or so many words of other scripts.
LEAST_CHARACTERS, LEAST_WORDS = 8, 4
_PAIRS = {"“": "”", "「": "」", "『": "』", "„": "“", "«": "»"}
_STRAIGHT = '"＂'
_CJK = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WORD = re.compile("[^\\W\\d_\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+(?:['’-][^\\W\\d_]+)*")
# What was left out of a quotation: ……, …, ..., […], [...], （……）; four full stops are three and the sentence's own.
_LEFT_OUT = re.compile(r"\s*(?:[\[［〔(（]\s*(?:…+|\.{3,}|(?:\.\s){2,}\.)\s*[\]］〕)）]|…+|\.{3,}|(?:\.\s){2,}\.|⋯+)\s*")
# A letter that was set otherwise: [T]he.
_SET_OTHERWISE = re.compile(r"[\[［](\w)[\]］](?=\w)")
# What a block quotation ends with: （王鹏2023，第5段） (Li 2023, 12) [@王鹏2023, para. 5] — Li Wei
_CITED = re.compile(r"\s*(?:[(（\[［][^()（）\[\]［］]{1,120}[)）\]］]|[—–―]{1,2}[^\n]{1,80})\s*\Z")


@dataclass(frozen=True, slots=True)
class Quotation:
    """One quotation: text[start:end] of the manuscript (code points), without its marks; `after` is what follows it."""

    start: int
    end: int
    text: str
    before: str
    after: str

    @property
    def parts(self) -> tuple[str, ...]:
        """The stretches that are quoted, without what was left out between them."""
        whole = _SET_OTHERWISE.sub(r"\1", self.text)
        return tuple(part for part in (each.strip() for each in _LEFT_OUT.split(whole)) if part)


_AROUND = 120


def quotations(text: str, layout: Layout) -> list[Quotation]:
    """List the quotations of a text in reading order; one within another belongs to it."""
    found = []
    for start, end in _spans(text, layout):
        lead, words = len(text[start:end]) - len(text[start:end].lstrip()), text[start:end].strip()
        if _is_long(words):
            start, end = start + lead, start + lead + len(words)
            around = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
            found.append(Quotation(start, end, words, *around))
    return found


def _is_long(words: str) -> bool:
    return len(_CJK.findall(words)) / LEAST_CHARACTERS + len(_WORD.findall(words)) / LEAST_WORDS >= 1


def _spans(text: str, layout: Layout) -> Iterator[tuple[int, int]]:
    blocks = list(layout.blocks) or list(Layout.of_lines(text).blocks)
    at = 0
    while at < len(blocks):
        first = blocks[at]
        if first.kind != "quote":
            if first.kind not in ("code", "heading"):
                yield from _marked(text, first)
            at += 1
            continue
        while at + 1 < len(blocks) and blocks[at + 1].kind == "quote":
            at += 1
        yield _bare(text, first.start, blocks[at].end)
        at += 1


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """Take from a block quotation what it is cited by at its end, and the marks around it."""
    cited = _CITED.search(text[start:end])
    # An omission in brackets at the end is no citation.
    if cited and cited.start() and not _LEFT_OUT.fullmatch(cited[0].strip()):
        end = start + cited.start()
    words = text[start:end].strip()
    begin = start + len(text[start:end]) - len(text[start:end].lstrip())
    closing = _PAIRS.get(words[:1]) or (words[:1] if words[:1] and words[:1] in _STRAIGHT else "")
    if closing and words.endswith(closing) and len(words) > 2 and words.count(words[0]) <= 2:
        return begin + 1, begin + len(words) - 1
    return begin, begin + len(words)


def _marked(text: str, block: Block) -> Iterator[tuple[int, int]]:
    """Find what stands in quotation marks in a block; an opening mark without its closing one counts to the block's end."""
    start, depth, opening, closing = -1, 0, "", ""
    for at in range(block.start, block.end):
        letter = text[at]
        if start < 0:
            if letter in _PAIRS or (letter in _STRAIGHT and not _is_inch(text, at)):
                start, depth, opening, closing = at + 1, 1, letter, _PAIRS.get(letter, letter)
        elif letter == closing:
            depth -= 1
            if depth == 0:
                yield start, at
                start = -1
        elif letter == opening:
            depth += 1
    # A quotation of several paragraphs begins each with a mark and closes only the last.
    if start >= 0 and opening not in _STRAIGHT:
        yield start, block.end


def _is_inch(text: str, at: int) -> bool:
    return text[at - 1 : at].isdigit() and not text[at + 1 : at + 2].isalpha()
