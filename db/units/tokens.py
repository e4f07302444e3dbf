"""Characters as a reader sees them, and words. Pure; positions are code points.

Chinese words come from rjieba: jieba's dictionary and method in Rust, kept up, one small wheel, some 0.15 s and 34 MB when
the first word is asked for; jieba itself is ten times slower and no longer released. Without it one Chinese character
is a word. Only the unbroken Chinese around the point is ever cut into words, in pieces of 200 characters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex

_PIECE = 200
_HAN = r"[\p{Han}--[〡-〩\u2e80-\u2fd5]]"
_KANA = r"[\p{Hiragana}\p{Katakana}ー]"
_MARK = r"[\p{GCB=Extend}\p{GCB=SpacingMark}\p{GCB=ZWJ}]"
# Flags are said apart: to count them in a long row, \X alone would take the square of its length.
_CHARACTER = rf"(?:\p{{RI}}{{2}}{_MARK}*|\X)"
_LETTERS = rf"(?:[\w--_--{_HAN}--{_KANA}][[\w--_--{_HAN}--{_KANA}]{_MARK}]*)"
# In this order: Chinese; addresses; U.S.; 3.1.1(b); words and figures such as GPT-4, don’t, 1,000.5, 10:30 and 4%;
# kana; dashes and dots; and any other character by itself.
_WORD = rf"""
    (?P<han>{_HAN}+)(?!{_MARK})
  | (?:https?|ftp)://[!-~]*[A-Za-z0-9/\#=&_\-]
  | [A-Za-z0-9._%+\-]{{1,64}}@[A-Za-z0-9\-]{{1,64}}(?:\.[A-Za-z0-9\-]{{1,64}})+
  | (?:[A-Za-z]\.){{2,}}(?![\w{_MARK}])
  | \d+(?:\.\d+)*(?:\([0-9A-Za-z]{{1,4}}\))+(?!{_MARK})
  | {_LETTERS}(?:(?:['’.\&·_‑\-]|(?<=\d)[,:/](?=\d)){_LETTERS})*(?:[%‰％](?!{_MARK}))?
  | {_KANA}[{_KANA}{_MARK}]*
  | (?:—+|…+|\.{{2,}})(?!{_MARK})
  | {_CHARACTER}
"""
# No word stands across these places, whatever is before and behind.
_ALONE = "，。；：！？、（）《》“”「」【】"
_SIGN = r"[\p{So}&&\p{GCB=Other}]"
_SEAM = rf"(?r)(?:(?<=[\s{_ALONE}])(?=\S)|(?<={_SIGN})(?={_SIGN}))(?!{_MARK})"
_WHOLE = r"[\p{GCB=Other}\p{GCB=LV}\p{GCB=LVT}]"


def characters(text: str, low: int, high: int, point: int) -> Iterator[tuple[int, int]]:
    """Give the characters of the paragraph text[low:high] from the one at a point (or somewhat before it) on: graphemes."""
    seam = _pattern(rf"(?r)(?<={_WHOLE})(?={_WHOLE})").search(text, low, min(point + 1, high))
    for found in _pattern(_CHARACTER).finditer(text, seam.start() if seam else low, high):
        if not found[0].isspace():
            yield found.span()


def words(text: str, low: int, high: int, point: int) -> Iterator[tuple[int, int]]:
    """Give the words of the paragraph text[low:high] from the one at a point (or somewhat before it) on, punctuation too."""
    seam = _pattern(_SEAM).search(text, low, min(point + 1, high))
    for found in _pattern(_WORD).finditer(text, seam.start() if seam else low, high):
        if found["han"] is None:
            if not found[0].isspace():
                yield found.span()
            continue
        start, end = found.span()
        if end > point:
            yield from _chinese(text, start + max(0, point - start) // _PIECE * _PIECE, end)


def _chinese(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Give the words of the unbroken Chinese text[start:end], piece after piece."""
    cut = _segmenter()
    for piece in range(start, end, _PIECE):
        at = piece
        for word in cut(text[piece : min(piece + _PIECE, end)]):
            yield at, at + len(word)
            at += len(word)


@cache
def _pattern(words: str) -> regex.Pattern[str]:
    import regex

    return regex.compile(words, regex.VERBOSE | regex.VERSION1)


@cache
def _segmenter() -> Callable[[str], list[str]]:
    try:
        import rjieba
    except ImportError:
        return list
    return rjieba.cut
