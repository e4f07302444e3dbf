"""Where sentences and clauses end. Pure; positions are code points.

A sentence ends after its stops 。！？!?… and the quotes and brackets that close there, also inside a quotation
(他说：“好。”然后走了 is two); it goes on where a separator (，、；：), or after an ASCII stop or an ellipsis a small letter,
follows, where ！？… stand inside brackets, and where any stop stands inside the marks of a title 《…？》. An ASCII full
stop ends one only before white space, and not after abbreviations, initials and the number of a list. A clause ends
where a sentence does, and after ，；： (their ASCII forms not inside figures or Latin words) and after a dash ——.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

STOPS = "。．｡！？…!?‼⁇⁈⁉‽؟۔।"
SEPARATORS = "，；：,;:"
OPENING = "“‘「『（(【《〈［[｛{〔〖«‹"
CLOSING = "”’」』）)】》〉］]｝}〕〗»›"
PAIRS = dict(zip(OPENING, CLOSING, strict=True))
# What changes the look of the punctuation mark before it and stays with it.
ATTACHED = "\u0300-\u036f\u200d\u20d0-\u20ff\ufe00-\ufe0f\U000e0100-\U000e01ef"

_CLOSED = re.escape(CLOSING)
_TAIL = rf"[{STOPS}{SEPARATORS}{_CLOSED}{ATTACHED}\"'.]*"
# It begins with one set of characters, for which the search is fast, and leaves out what plainly stands in a word: x?y=1,2.
_RUN = re.compile(
    rf"[{STOPS}{SEPARATORS}.—]"
    rf"(?:(?<![.—])(?!(?<=[!-~][!?,:;])[A-Za-z0-9/=&#%_@~+-])|(?<=\.)(?:\.\.+|(?=[{_CLOSED}\"'{ATTACHED}]*(?:\s|\Z)))|(?<=\w—)—+){_TAIL}"
)
_BACKWARDS = re.compile(rf"[{STOPS}{SEPARATORS}{_CLOSED}{ATTACHED}\"'.—]*")
_LAST = re.compile(rf"[{STOPS}{SEPARATORS}.—][^{STOPS}{SEPARATORS}.—]*\Z")
_QUOTE = re.compile("[\"']")
_NEXT = re.compile(r"\s*([^\W\d_]+|[\d(（])")
_BEFORE_STOP = re.compile(r"(?:[A-Za-z]\.)*[A-Za-z]+\Z|\d{1,3}(?:\.\d{1,3})*\Z")
# The longest abbreviation looked for, the widest space before the number of a list, how far back straight quotes are counted.
_LONGEST, _INDENT, _REACH = 24, 16, 4_000

_NEVER_LAST = {
    *("mr", "mrs", "ms", "dr", "prof", "st", "rev", "gen", "sen", "rep", "hon", "vs", "cf", "viz", "approx", "ed", "eds"),
    *("dept", "est", "e.g", "i.e", "resp", "incl", "esp"),
}
_BEFORE_NUMBERS = {
    *("art", "arts", "sec", "secs", "no", "nos", "fig", "figs", "eq", "eqs", "ch", "chap", "vol", "vols", "para", "paras"),
    *("pt", "pts", "p", "pp", "cl", "app", "tab", "n", "nn", "reg", "regs", "ex", "rec", "c", "ca"),
}
_SELDOM_LAST = {"etc", "inc", "ltd", "co", "corp", "al", "jr", "sr"}
_FIRST_IN_SENTENCES = {
    *("The", "This", "That", "These", "Those", "It", "Its", "In", "On", "At", "For", "From", "However", "But", "And", "A", "An"),
    *("As", "By", "If", "When", "While", "We", "They", "He", "She", "There"),
}
_NUMBERED = re.compile(r"[\d(（IVXLC]")


def ends(text: str, low: int, high: int, start: int) -> Iterator[tuple[int, bool]]:
    """Give the clause ends of the paragraph text[low:high] from `run_start` of start on, and whether sentences end there."""
    for found in _RUN.finditer(text, run_start(text, low, start), high):
        verdict = _verdict(text, found.start(), found.end(), low, high)
        if verdict:
            yield verdict


def run_start(text: str, low: int, point: int) -> int:
    """Give where the punctuation before a point begins: from there on the ends are the same as from the paragraph's start."""
    reach = 16
    while True:
        begin = max(low, point - reach)
        found = _BACKWARDS.match(text[begin:point][::-1])
        length = found.end() if found else 0
        if length < point - begin or begin == low:
            return point - length
        reach *= 4


def _verdict(text: str, start: int, end: int, low: int, high: int) -> tuple[int, bool] | None:
    """Say where a clause ends at the punctuation text[start:end], and whether the sentence ends with it."""
    if end - start > 1:
        end = _without_opening_quote(text, start, end, high, low)
    following = text[end] if end < high else ""
    if following == "、" or start == low or text[start - 1] in OPENING:
        return None
    last = _LAST.search(text, start, end) if end - start > 1 else None
    stop = text[last.start()] if last else text[start]
    if stop not in "。！？" and _in_a_word(text[start:end], text[start - 1], following):
        return None
    if stop in SEPARATORS or stop == "—":
        return end, False
    if last and following and _stays_inside(last[0]):
        return None
    if stop not in "!?….":
        return end, True
    goes_on = _small_letter(text, end, high)
    if stop == "." and "..." not in text[start:end] and (goes_on or _abbreviates(text, start, end, low, high)):
        return None
    return end, not goes_on


def _without_opening_quote(text: str, start: int, end: int, high: int, low: int) -> int:
    """Give the end of punctuation before a straight quote in it that opens what follows."""
    for found in _QUOTE.finditer(text, start + 1, end):
        i = found.start()
        following = text[i + 1] if i + 1 < high else ""
        if not following or not (following.isalnum() or following in OPENING):
            continue
        if found[0] == "'" or text.count('"', max(low, i - _REACH), i) % 2 == 0:
            return i
    return end


def _in_a_word(run: str, before: str, following: str) -> bool:
    """Whether a mark belongs to a figure, an address or the like: 1,000, 10:30, ?x=1, １，０００."""
    if before.isdigit() and following.isdigit():
        return run[0] not in "。！？；…"
    return run.isascii() and "!" <= before <= "~" and "!" <= following <= "~" and following not in "\"'"


def _stays_inside(run: str) -> bool:
    """Whether a stop and what closes after it belong to a title, or ask or exclaim in brackets, in the midst of a sentence."""
    return any(c in "》〉" for c in run) or (run[0] not in "。．｡." and any(c in "）)】］]〕" for c in run))


def _small_letter(text: str, end: int, high: int) -> bool:
    found = _NEXT.match(text, end, high)
    return found is not None and found[1].islower()


def _abbreviates(text: str, start: int, end: int, low: int, high: int) -> bool:
    """Whether the full stop at start is one of an abbreviation, an initial or the number of a list."""
    if end == high:
        return False
    begin = max(low, start - _LONGEST)
    found = _BEFORE_STOP.search(text[begin:start])
    if not found:
        return False
    ahead = begin + found.start()
    if ahead - low < _INDENT and not text[low:ahead].strip():
        return len(found[0]) < 3 or found[0][0].isdigit() or found[0].lower() in _NEVER_LAST | _BEFORE_NUMBERS
    word = found[0].lower()
    following = _NEXT.match(text, end, high)
    after = following[1] if following else ""
    if word in _BEFORE_NUMBERS:
        return bool(_NUMBERED.match(after))
    if word in _SELDOM_LAST or ("." in word and not word[0].isdigit()):
        return word in _NEVER_LAST or after not in _FIRST_IN_SENTENCES
    return word in _NEVER_LAST or (len(word) == 1 and found[0].isupper() and after not in _FIRST_IN_SENTENCES)
