"""What matches what: folded text as units, the tokens an index keeps of them, and the pattern a typed term becomes.

Units are runs of scripts written without spaces (Chinese, Japanese, Korean, Thai…), words of other letters, numbers, and
the marks 《 and 》. All else is a gap. A term fits where its units stand one after another:

- a run fits anywhere, also over a line break inside it, but over no punctuation: 中国 is not in 其中，国家;
- a word or number fits from its start, and the last one's end is open while typing (AI fits AIGC, not OpenAI);
  in quotes it is whole;
- unquoted, nothing typed beside a word or number also fits blanks or a hyphen (GPT4 and GPT-4 fit each other and GPT 4);
  any other punctuation typed fits any gap (安全、发展 fits 安全，发展);
- in quotes, nothing typed fits nothing, a blank fits any gap (so neither punctuation nor a line break breaks the phrase),
  and other punctuation fits itself, with blanks and line breaks free around it ("GPT-4" fits neither GPT4 nor GPT 4).

The index keeps overlapping pairs of a run and its last character alone (ABC → AB BC C), words, numbers and 《 》, but no
gaps, so `Pattern.match` finds all that fit and, unless `Pattern.exact`, a little more, which `Pattern.find` sorts out.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import add
from sys import byteorder

from db.folding import Folded, fold_query
from db.records import Progress, no_progress

_RUN = (
    "\u0900-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u302f\u3031-\u303c\u3041-\u309f"
    "\u30a1-\u30fa\u30fc-\u318e\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7ff"
    "\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
_MARKS = "《》"
_UTF_32 = f"utf-32-{byteorder[0]}e"
_WORD = rf"[^\W_0-9{_RUN}{_MARKS}]"
# Stands between the texts of a record; no term fits over it.
BREAK = "\x03"
_GAP = rf"(?:(?![{_RUN}{_MARKS}{BREAK}])[\W_])"
_OVER = r"[^\S\n]*\n\s*"  # a line break, with the blanks around it
_UNIT = re.compile(rf"([{_RUN}]+(?:{_OVER}[{_RUN}]+)*)|({_WORD}+)|([0-9]+)|([{_MARKS}])")
_RUN_KIND, _WORD_KIND, _NUMBER_KIND, _MARK_KIND = 1, 2, 3, 4  # the groups of _UNIT

# What a text may hold where a pattern has a group. Classes of these characters take a millisecond to compile, so the
# pattern of a term has none: it captures any gap, and these, compiled once, judge it.
_UNBROKEN = re.compile(rf"\S+(?:{_OVER}\S+)*")
_NOTHING = re.compile(rf"(?:{_OVER})?")
_SOFT = re.compile(r"[\s\-‐–—_·]{0,3}")
_SOME_SOFT = re.compile(r"[\s\-‐–—_·]{1,3}")
_ANY, _SOME = re.compile(f"{_GAP}*"), re.compile(f"{_GAP}+")
_SOME_BREAK = re.compile(f"(?!{_OVER}$){_GAP}+")
_EDGE = {_WORD_KIND: re.compile(_WORD), _NUMBER_KIND: re.compile("[0-9]")}

# A long text is cut in pieces of about so many characters, where a gap lets it.
_AT_ONCE = 100_000
_CUT = re.compile(rf"(?![{_RUN}])[^\w\s]")
_SPLIT = re.compile(f"([{_RUN}]+)")
_OTHERS = re.compile(rf"{_WORD}+|[0-9]+|[{_MARKS}]")
_AFTER_BLANK = re.compile(" [^ ]")
# What stands for a word, number or mark while pairs are made, and what keeps texts apart; no run holds them.
_PLACE, _APART = "\x1e", "\x1d"
# Longer phrases are looked up by their ends, the regex does the rest.
_LONGEST_PHRASE = 48


def tokens(folded: str, progress: Progress = no_progress) -> str:
    """Give the index tokens of a folded text, with blanks between; `progress` counts characters."""
    found, start = [], 0
    while len(folded) - start > _AT_ONCE and (cut := _CUT.search(folded, start + _AT_ONCE)):
        found.append(_tokens(folded[start : cut.start()].replace(_APART, " ")))
        start = cut.start()
        progress(start, len(folded))
    words = "".join([*found, _tokens(folded[start:].replace(_APART, " "))])
    return "" if words.isspace() else words


def tokens_of(texts: Sequence[str]) -> list[str]:
    """Give the index tokens of each of several short folded texts, sooner than one by one."""
    joined = _APART.join(texts)
    if joined.count(_APART) != len(texts) - 1:
        return [tokens(text) for text in texts]
    return _tokens(joined).split(_APART)


def _tokens(text: str) -> str:
    """Give the tokens, without a step of Python for each: every character is laid beside the one after it, in threes with
    a blank."""
    pieces = _SPLIT.split(text)
    shapes = {gap: _shape(gap) for gap in set(pieces[::2])}
    others = [word for gap in pieces[::2] for word in shapes[gap][1]]
    pieces[::2] = [shapes[gap][0] for gap in pieces[::2]]
    firsts = "".join(pieces)
    seconds = _AFTER_BLANK.sub("  ", f"{firsts} ")[1:]
    threes = array("I", b"\x20\0\0\0" if byteorder == "little" else b"\0\0\0\x20") * (3 * len(firsts))
    threes[::3], threes[1::3] = _codes(firsts), _codes(seconds)
    pairs = threes.tobytes().decode(_UTF_32, "surrogatepass")
    if not others:
        return pairs
    between = pairs.split(_PLACE)
    whole = [""] * (2 * len(between) - 1)
    whole[::2], whole[1::2] = between, others
    return "".join(whole)


def _codes(text: str) -> array[int]:
    return array("I", text.encode(_UTF_32, "surrogatepass"))


def _shape(gap: str) -> tuple[str, list[str]]:
    """Say what becomes of the text between two runs, and which words are in it: a mere line break joins the runs."""
    if _NOTHING.fullmatch(gap) and _APART not in gap:
        return "", []
    if _APART in gap:
        shapes = [_shape(part) for part in gap.split(_APART)]
        return f" {_APART} ".join(shape for shape, _words in shapes), [word for _shape, words in shapes for word in words]
    words = _OTHERS.findall(gap)
    return f" {f'{_PLACE} ' * len(words)}", words


def has_units(text: str) -> bool:
    """Tell whether a text holds anything that can be looked up."""
    return _UNIT.search(fold_query(text)) is not None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A term ready to be found: `match` for the index, in FTS5's syntax; `exact` if that finds no more than fits."""

    match: str
    exact: bool
    regex: re.Pattern[str]
    rules: tuple[re.Pattern[str] | str, ...]  # for each group: what it may hold, or the very punctuation
    before: re.Pattern[str] | None  # what may not stand before the first unit
    after: re.Pattern[str] | None

    def find(self, text: str, start: int = 0) -> tuple[int, int] | None:
        """Give the first place in a folded text from an index on."""
        while (match := self.regex.search(text, start)) is not None:
            if self._fits(match):
                return match.span()
            start = match.start() + 1
        return None

    def spans(self, folded: Folded) -> list[tuple[int, int]]:
        """Give the source spans of all that fits in a folded text."""
        found, start = [], 0
        while (span := self.find(folded.text, start)) is not None:
            found.append(folded.span(*span))
            start = span[1]
        return found

    def _fits(self, match: re.Match[str]) -> bool:
        start, end = match.span()
        if self.before is not None and start > 0 and self.before.match(match.string, start - 1):
            return False
        if self.after is not None and self.after.match(match.string, end):
            return False
        for rule, held in zip(self.rules, match.groups(), strict=True):
            if isinstance(rule, str):
                if "".join(held.split()) != rule:
                    return False
            elif rule.fullmatch(held) is None:
                return False
        return True


@lru_cache(256)
def pattern(text: str, whole: bool = False) -> Pattern | None:
    """Make the pattern of a term; None where it holds no unit."""
    folded = fold_query(text)
    units = [(m.lastindex or 0, "".join(m.group().split()), m.start(), m.end()) for m in _UNIT.finditer(folded)]
    if not units:
        return None
    phrase: list[str] = []
    source: list[str] = []
    rules: list[re.Pattern[str] | str] = []
    for at, (kind, unit, _start, end) in enumerate(units):
        last = at == len(units) - 1
        source.append(re.escape(unit))
        if kind == _RUN_KIND:
            phrase += map(add, unit, unit[1:])
            phrase += [unit[-1]] if not last or len(unit) == 1 else []
            if len(unit) > 1:
                source[-1] = "(" + r"\s*".join(unit) + ")"
                rules.append(_UNBROKEN)
        else:
            phrase.append(unit)
        if not last:
            source.append(r"([\W_]*?)")
            rules.append(_between(kind, units[at + 1][0], folded[end : units[at + 1][2]], whole))
    kind, unit, _start, _end = units[-1]
    is_open = len(unit) == 1 if kind == _RUN_KIND else kind != _MARK_KIND and not whole
    return Pattern(
        _phrase(phrase, is_open),
        len(units) == 1 and len(phrase) <= _LONGEST_PHRASE,
        re.compile("".join(source)),
        tuple(rules),
        _EDGE.get(units[0][0]),
        _EDGE.get(kind) if whole else None,
    )


def _phrase(words: list[str], is_open: bool) -> str:
    """Say words in a row in FTS5's syntax; the last may be unfinished."""
    star = "*" if is_open else ""
    if len(words) <= _LONGEST_PHRASE:
        return f'"{" ".join(words)}"{star}'
    half = _LONGEST_PHRASE // 2
    return f'("{" ".join(words[:half])}" AND "{" ".join(words[-half:])}"{star})'


def _between(kind: int, following: int, typed: str, whole: bool) -> re.Pattern[str] | str:
    """Say which gaps of a text fit between two units with what was typed between them."""
    alike = kind == following
    if not typed:
        if _MARK_KIND in (kind, following):
            return _ANY
        return _NOTHING if whole else _SOFT
    if whole and not any(c.isspace() for c in typed):
        return typed
    if alike and kind == _RUN_KIND:
        return _SOME_BREAK
    if not whole and _SOFT.fullmatch(typed):
        return _SOME_SOFT if alike else _SOFT
    return _SOME if alike or whole else _ANY
