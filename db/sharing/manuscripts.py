"""The quotations of a manuscript: what stands in quotation marks or as a block quotation, and is long enough to be one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from db.records import Block, Layout

# Shorter ones are terms and titles: so many Chinese characters, or so many words of other scripts. One that is cited right
# after it is a quotation at half the length.
LEAST_CHARACTERS, LEAST_WORDS = 8, 4
_PAIRS = {
    "“": "”", "‘": "’", "「": "」", "『": "』", "﹁": "﹂", "﹃": "﹄", "｢": "｣", "〝": "〞", "„": "“", "«": "»",
}  # fmt: skip
# A citation that follows a quotation: （王鹏2023，第5段） (Li 2023) [@li2023, p. 3] [12]
_CITED_AFTER = re.compile(r"[”’」』﹂﹄｣〞»\"＂]?[，,。.]?\s*[（(\[［][^（()）\]］\n]{0,80}\d")
_STRAIGHT = '"＂'
_CJK = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WORD = re.compile("[^\\W\\d_\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+(?:['’-][^\\W\\d_]+)*")
# What was left out of a quotation: ……, …, ..., […], [...], （……）; four full stops are three and the sentence's own.
_LEFT_OUT = re.compile(r"(?:[\[［〔(（]\s*(?:…+|\.{3,}|(?:\.\s){2,}\.)\s*[\]］〕)）]|…+|\.{3,}|(?:\.\s){2,}\.|⋯+)")
# A letter that was set otherwise: [T]he.
_SET_OTHERWISE = re.compile(r"[\[［]([^\W\d_\u2e80-\U0003ffff])[\]］](?=\w)")
# What was put in by who quotes: [该办法], [sic], 〔引者注〕.
_PUT_IN = re.compile(r"[\[［〔][^\[\]［］〔〕\n]{1,60}[\]］〕]")
# Signs that end a quotation's own sentence, whatever the article has there.
FINAL = " \t\n\r\u3000。．.，,、；;：:！!？?…—–-"
# What a block quotation ends with: （王鹏2023，第5段） (Li 2023, 12) [@王鹏2023, para. 5] — Li Wei
_CITED = re.compile(r"(?:[(（\[［][^()（）\[\]［］]{1,120}[)）\]］]|[—–―]{1,2}[^\n]{1,80})\s*\Z")


@dataclass(frozen=True, slots=True)
class Quotation:
    """One quotation: text[start:end] of the manuscript (code points), without its marks; `after` is what follows it."""

    start: int
    end: int
    text: str
    before: str
    after: str

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The ways it may be read, the strictest first: to the letter, with what was left out, with what was put in."""
        letters = _SET_OTHERWISE.sub(r"\1", self.text)
        open_ended = _LEFT_OUT.split(letters)
        without = [piece for each in open_ended for piece in _PUT_IN.split(each)]
        asked = [Reading((self.text,)), Reading(tuple(open_ended), ("omission",) if len(open_ended) > 1 else ())]
        asked.append(Reading(tuple(without), (*asked[1].allowed, "insertion")))
        found: dict[tuple[str, ...], Reading] = {}
        for each in asked:
            parts = tuple(part for part in (part.strip() for part in each.parts) if part.rstrip(FINAL))
            if not parts:
                continue
            found.setdefault(parts, Reading(parts, each.allowed))
            ended = (*parts[:-1], parts[-1].rstrip(FINAL))
            found.setdefault(ended, Reading(ended, (*each.allowed, "final")))
        return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Reading:
    """The stretches of a quotation that its article has one after another, and what is allowed in reading it so."""

    parts: tuple[str, ...]
    allowed: tuple[str, ...] = ()


_AROUND, _LONGEST_CITATION = 120, 240
_MOST_UNCLOSED = 64  # in one block: more marks that nothing closes are no quotations


def quotations(text: str, layout: Layout) -> list[Quotation]:
    """List the quotations of a text in reading order; one within another belongs to it."""
    found = []
    for start, end in _spans(text, layout):
        lead, words = len(text[start:end]) - len(text[start:end].lstrip()), text[start:end].strip()
        after = text[end : end + _AROUND]
        if _is_long(words, 2 if _CITED_AFTER.match(after) else 1):
            start, end = start + lead, start + lead + len(words)
            around = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
            found.append(Quotation(start, end, words, *around))
    return found


def _is_long(words: str, times: int = 1) -> bool:
    return times * (len(_CJK.findall(words)) / LEAST_CHARACTERS + len(_WORD.findall(words)) / LEAST_WORDS) >= 1


def _spans(text: str, layout: Layout) -> Iterator[tuple[int, int]]:
    blocks = list(layout.blocks) or list(Layout.of_lines(text).blocks)
    at = 0
    while at < len(blocks):
        first = blocks[at]
        if first.kind != "quote":
            if first.kind not in ("code", "heading"):
                follows = at + 1 < len(blocks) and text[blocks[at + 1].start : blocks[at + 1].end].lstrip()[:1] in _PAIRS
                yield from _outside_code(_marked(text, first, follows), layout)
            at += 1
            continue
        while at + 1 < len(blocks) and blocks[at + 1].kind == "quote":
            at += 1
        yield _bare(text, first.start, blocks[at].end)
        at += 1


def _outside_code(found: Iterator[tuple[int, int]], layout: Layout) -> Iterator[tuple[int, int]]:
    """Leave out what stands in words of a program."""
    code = [each for each in layout.inlines if each.kind == "code"]
    yield from (span for span in found if not any(each.start < span[1] and span[0] < each.end for each in code))


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """Take from a block quotation what it is cited by at its end, and the marks around it."""
    tail = max(start, end - _LONGEST_CITATION)
    cited = _CITED.search(text[tail:end].rstrip())
    # An omission in brackets at the end is no citation.
    if cited and tail + cited.start() > start and not _LEFT_OUT.fullmatch(cited[0].strip()):
        end = tail + cited.start()
    words = text[start:end].strip()
    begin = start + len(text[start:end]) - len(text[start:end].lstrip())
    closing = _PAIRS.get(words[:1]) or (words[:1] if words[:1] and words[:1] in _STRAIGHT else "")
    if closing and words.endswith(closing) and len(words) > 2 and words.count(words[0]) <= 2:
        return begin + 1, begin + len(words) - 1
    return begin, begin + len(words)


def _marked(text: str, block: Block, follows: bool) -> Iterator[tuple[int, int]]:
    """Find what stands in quotation marks in a block; `follows` says that the next block begins with an opening one.

    A quotation of several paragraphs begins each with a mark and closes only the last. Where a closing mark is missing, an
    opening one set in its place closes, or else the end of the block or of its cell.
    """
    at, unclosed = block.start, 0
    while unclosed < _MOST_UNCLOSED and (start := _opening(text, at, block.end)) < block.end:
        cell = text.find("\t", start, block.end) if block.kind == "row" else -1
        last = cell if cell >= 0 else block.end
        end, again = _closing(text, start, last)
        if end < 0:
            unclosed += 1
            if text[start] in _STRAIGHT or text[start] == "‘":
                at = start + 1
                continue
            end = last if again < 0 or follows else again
        yield start + 1, end
        at = end + 1


def _opening(text: str, at: int, last: int) -> int:
    """Give where the next quotation begins, `last` where none does."""
    return next((place for place in range(at, last) if _opens(text, place)), last)


def _opens(text: str, at: int) -> bool:
    letter = text[at]
    if letter == "‘":
        return not _is_latin(text[at - 1 : at])
    return letter in _PAIRS or (letter in _STRAIGHT and not _is_inch(text, at))


def _closing(text: str, start: int, last: int) -> tuple[int, int]:
    """Give where the quotation that begins at a mark is closed, and where its opening mark comes again; -1 where not."""
    opening = text[start]
    closing = _PAIRS.get(opening, opening)
    depth, again = 1, -1
    for at in range(start + 1, last):
        letter = text[at]
        if letter == closing and not (letter == "’" and _is_latin(text[at - 1 : at]) and _is_latin(text[at + 1 : at + 2])):
            depth -= 1
            if depth == 0:
                return at, again
        elif letter == opening:
            depth += 1
            again = at if again < 0 else again
    return -1, again


def _is_latin(letter: str) -> bool:
    return letter.isalnum() and letter < "\u2e80"


def _is_inch(text: str, at: int) -> bool:
    return text[at - 1 : at].isdigit() and not text[at + 1 : at + 2].isalpha()
