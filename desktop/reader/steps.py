"""Steps of the caret and units of selection: Qt takes a whole Chinese clause for a word. No Qt here; code points throughout."""

from __future__ import annotations

import re

# A sentence ends at its stops with the quotes and brackets that close it. An ASCII full stop ends one only before white space.
_END = re.compile(r"(?:[。！？!?…]+|\.(?=[\s\"')\]’”]|$))[”’」』）)】》〉\]\"']*")
# A run of letters of other scripts, a number, or one character of an ideographic or kana script.
_STEP = re.compile(r"[^\W\d_\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+|\d+(?:[.,]\d+)*|\S")


def paragraph_at(text: str, point: int) -> tuple[int, int]:
    """Give the line of the text that holds a code point, without its line feed."""
    point = min(max(point, 0), len(text))
    end = text.find("\n", point)
    return text.rfind("\n", 0, point) + 1, len(text) if end < 0 else end


def sentence_at(text: str, point: int) -> tuple[int, int]:
    """Give the sentence at a code point without the white space around it; it never leaves its paragraph."""
    start, end = paragraph_at(text, point)
    point = min(point, end - 1)
    begin = stop = start
    while stop <= point:
        begin = stop
        found = _END.search(text, begin, end)
        stop = found.end() if found else end
        while stop < end and text[stop].isspace():
            stop += 1
    return trimmed(text, begin, stop)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Draw a span in until it begins and ends with something to read; an empty one if there is nothing."""
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return start, end


def next_step(text: str, point: int) -> int:
    """Give where the next word begins: a Latin word, a number, or one Chinese character is a word."""
    found = _STEP.match(text, point)
    point = found.end() if found else point + 1
    while point < len(text) and text[point] in " \t\u00a0\u3000":
        point += 1
    return min(point, len(text))


def previous_step(text: str, point: int) -> int:
    """Give where the word before a code point begins."""
    while point > 0 and text[point - 1] in " \t\u00a0\u3000":
        point -= 1
    if point == 0 or text[point - 1] == "\n":
        return max(point - 1, 0)
    low = max(paragraph_at(text, point)[0], point - 200)
    starts = [found.start() for found in _STEP.finditer(text, low, point)]
    return starts[-1] if starts else point - 1


def next_sentence(text: str, point: int) -> int:
    """Give where the next sentence begins, or the end of the text."""
    end = sentence_at(text, point)[1] if point < len(text) else point
    point = max(end, point)
    while point < len(text) and text[point].isspace():
        point += 1
    return point


def previous_sentence(text: str, point: int) -> int:
    """Give where this sentence begins, or the one before it if the caret stands there already."""
    start = sentence_at(text, point)[0]
    if start < point:
        return start
    while point > 0 and text[point - 1].isspace():
        point -= 1
    return sentence_at(text, point - 1)[0] if point > 0 else 0
