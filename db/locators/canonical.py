"""What 第十九条第一款第（二）项 or Art. 10(2)(a) points to, in one canonical form. Pure.

A canonical locator is a path of steps, a kind and a number each: `art19/p1/i2`. Kinds from the outside in: `annex` or `rec`
(recital) or `prin` (principle) or `page` or `para`; `part` (编, Title) `subpart` (分编) `ch` (章) `sec` (节) `art` (条) `p` (款)
`i` (项, point) `s` (目). Numbers are Arabic, with letters and insertions as they are: `art4a`, `art120-1` (第一百二十条之一),
`art10/p2/ia`. Articles are numbered through a text, so what encloses them is left out. `art9..11` is a range, `+` joins a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from db.folding import fold_query

_DIGITS = {**{c: i for i, c in enumerate("零一二三四五六七八九")}, "〇": 0, "○": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1_000}
_JOINED = {"廿": "二十", "卅": "三十", "卌": "四十"}
NUMERAL = "〇○零一二两三四五六七八九十百千万廿卅卌"
_CHINESE_KINDS = {
    "分编": "subpart", "编": "part", "部分": "part", "章": "ch", "节": "sec", "条": "art", "款": "p", "项": "i", "目": "s",
    "自然段": "para", "段": "para", "页": "page", "原则": "prin",
}  # fmt: skip
_ENGLISH_KINDS = {
    "articles": "art", "article": "art", "arts": "art", "art": "art", "chapters": "ch", "chapter": "ch", "chap": "ch",
    "ch": "ch", "sections": "sec", "section": "sec", "secs": "sec", "sec": "sec", "§§": "sec", "§": "sec", "part": "part",
    "title": "part", "recitals": "rec", "recital": "rec", "rec": "rec", "principle": "prin", "pages": "page", "page": "page",
    "pp": "page", "p": "page", "paragraphs": "p", "paragraph": "p", "paras": "p", "para": "p", "¶": "para",
    "subparagraph": "i", "points": "i", "point": "i", "letter": "i", "item": "i", "clause": "sec",
}  # fmt: skip
_CHINESE_NAMES = {
    "rec": "序言第{}段", "prin": "原则{}", "para": "第{}段", "part": "第{}编", "subpart": "第{}分编",
    "ch": "第{}章", "sec": "第{}节", "art": "第{}条", "p": "第{}款", "s": "第{}目",
}  # fmt: skip
_ENGLISH_NAMES = {
    "annex": "Annex", "rec": "Recital", "prin": "Principle", "page": "p.", "para": "¶", "part": "Part",
    "subpart": "Subpart", "ch": "Ch.", "sec": "Sec.", "art": "Art.", "p": "para.", "i": "item", "s": "point",
}  # fmt: skip
_ORDER = ("annex", "rec", "prin", "page", "para", "part", "subpart", "ch", "sec", "art", "p", "i", "s")
_ENCLOSING = {"part", "subpart", "ch", "sec"}
_ROMAN = {"part", "ch", "sec", "art", "annex"}
_BELOW = {"p": "i", "i": "s"}

_CHINESE = rf"第?\s*\(?(?P<zn>[0-9]+(?:[-.][0-9]+)*|[{NUMERAL}]+|[a-z])\)?\s*(?P<zk>{'|'.join(_CHINESE_KINDS)})"
_TOKEN = re.compile(
    rf"{_CHINESE}(?:之\s*(?P<zi>[0-9]+|[{NUMERAL}]+))?"
    rf"|(?P<annex>附件|附录|附表|annexe?s?|appendix|schedule)\s*第?\s*\(?(?P<an>[0-9]+|[{NUMERAL}]+|[ivxlc]+\b|[a-z]\b)?\)?"
    rf"|(?P<ek>{'|'.join(_ENGLISH_KINDS)})\.?\s*\(?(?P<en>[0-9]+(?:[-.][0-9]+)*[a-z]?\b|[ivxlc]+\b|[a-z]\b)\)?"
    rf"|\((?P<bracket>[0-9]+|[a-z]{{1,5}}|[{NUMERAL}]+)\)"
    r"|(?P<bare>^[0-9]+[a-z]?(?=\(|$))|(?P<dotted>^[0-9]+(?:\.[0-9]+)+$)"
    r"|[\s,]+|\bof\b|\bthe\b|的"
)
_TITLE = re.compile(r"《[^》]*》|<<[^>]*>>")
_JOINT = re.compile(r"[、;]|和|及|与|\band\b|&")
_RANGE = re.compile(r"(?<=[0-9条章节款项)])\s*(?:至|到|[-–—~]|to\b)\s*(?=第|[0-9]+(?![0-9条])|art)")
_SHORT_RANGE = re.compile(rf"第([0-9]+|[{NUMERAL}]+)\s*(?:至|到|[-–—~])\s*第?([0-9]+|[{NUMERAL}]+)(条|款|项)")


def number(text: str) -> int | None:
    """Read a number written in Chinese or Arabic digits; None if it is none."""
    if text.isascii() and text.isdigit():
        return int(text)
    for short, long in _JOINED.items():
        text = text.replace(short, long)
    if not text or any(c not in _DIGITS and c not in _UNITS and c != "万" for c in text):
        return None
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c == "万":
            total, section, digit = (total + section + digit) * 10_000, 0, 0
        else:
            section += (digit or 1) * _UNITS[c]
            digit = 0
    return total + section + digit


def numeral(value: int) -> str:
    """Write a number below 100,000 in Chinese, as articles are numbered: 19 → 十九."""
    if value >= 10_000:
        rest = value % 10_000
        tail = ("零" if rest < 1_000 else "") + numeral(rest) if rest else ""
        return numeral(value // 10_000) + "万" + tail
    words, zero = "", False
    for unit, name in ((1_000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            words += ("零" if zero else "") + "零一二三四五六七八九"[digit] + name
        zero = bool(words) and (zero or not digit) and not digit
    return (words[1:] if words.startswith("一十") else words) or "零"


def normalise(locator: str) -> str:
    """Give the canonical form of a locator as written, or nothing where it is none."""
    text = _SHORT_RANGE.sub(_written_out, _TITLE.sub("", fold_query(locator)).strip())
    joined: list[str] = []
    before: list[tuple[str, str]] = []
    for piece in _JOINT.split(text):
        ends = _RANGE.split(piece.strip(), maxsplit=1)
        steps = steps_of(ends[0], before)
        if not steps:
            return ""
        path = _path(steps)
        if len(ends) == 2:
            last = steps_of(ends[1], steps)
            if not last or last[-1][0] != steps[-1][0]:
                return ""
            path += f"..{last[-1][1]}"
        joined.append(path)
        before = steps
    return "+".join(joined)


def matches(canonical: str, prefix: str) -> bool:
    """Whether a canonical locator is, or lies inside, another one: art19/p1 is inside art19, art1 is not."""
    return bool(prefix) and any(
        _inside(one.split("/"), other.split("/")) for one in canonical.split("+") for other in prefix.split("+")
    )


def spell(canonical: str, language: str) -> str:
    """Write a canonical locator in words: 第十九条第一款第（二）项, Art. 19(1)(2)."""
    zh = language.startswith("zh")
    return ("、" if zh else ", ").join(_spell_path(path, zh) for path in canonical.split("+"))


def _spell_path(path: str, zh: bool) -> str:
    words = ""
    for step in path.split("/"):
        kind, value = step_of(step)
        first, _, last = value.partition("..")
        if zh:
            words += _spell_chinese(kind, first) + (f"至{_spell_chinese(kind, last)}" if last else "")
        else:
            words += _spell_english(kind, f"{first}–{last}" if last else first, bool(words))
    return words.strip()


def _written_out(found: re.Match[str]) -> str:
    """Write 第九至十二条 as 第九条至第十二条; 第12-1条 is one article and stays."""
    first, last = number(found[1]), number(found[2])
    if first is None or last is None or last <= first:
        return found[0]
    return f"第{found[1]}{found[3]}至第{found[2]}{found[3]}"


def steps_of(text: str, before: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Read one locator as (kind, number) steps, outermost first; what it leaves out comes from the one before it."""
    steps: list[tuple[str, str]] = []
    at = 0
    if before and re.fullmatch(r"[0-9]+[a-z]?|[ivx]+|\(\w+\)", text):
        kind = before[-1][0]
        return [*before[:-1], (kind, _value(kind, text.strip("()")))]
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None or token.end() == at:
            return []
        steps.extend(_read(token, steps))
        at = token.end()
    steps.sort(key=_rank)
    if steps and steps[0][0] == "annex" and all(kind != "p" for kind, _ in steps):
        steps = [({"i": "p", "s": "i"}.get(kind, kind), value) for kind, value in steps]
    if any(kind == "art" for kind, _ in steps):
        steps = [step for step in steps if step[0] not in _ENCLOSING]
    if steps and before and _rank(steps[0]) > _rank(before[0]):
        steps = [*(step for step in before if _rank(step) < _rank(steps[0])), *steps]
    return steps if len({kind for kind, _ in steps}) == len(steps) else []


def _read(token: re.Match[str], before: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    if token["zk"]:
        kind = _CHINESE_KINDS[token["zk"]]
        inserted = f"-{number(token['zi'])}" if token["zi"] else ""
        yield kind, _value(kind, token["zn"]) + inserted
    elif token["annex"]:
        yield "annex", _value("annex", token["an"] or "")
    elif token["ek"]:
        kind = _ENGLISH_KINDS[token["ek"]]
        first, *rest = token["en"].split(".") if kind == "art" else [token["en"]]
        yield kind, _value(kind, first)
        yield from zip(("p", "i", "s"), rest, strict=False)
    elif token["bracket"]:
        last = before[-1][0] if before else ""
        numbered = token["bracket"].isdigit() and last in ("art", "annex", "sec", "")
        kind = "p" if numbered else _BELOW.get(last, "i")
        yield kind, _value(kind, token["bracket"])
    elif token["bare"] or token["dotted"]:
        yield ("art", token["bare"]) if token["bare"] else ("sec", token["dotted"])


def _value(kind: str, text: str) -> str:
    value = number(text)
    if value is not None:
        return str(value)
    if kind in _ROMAN and re.fullmatch("[ivxlc]+", text) and (len(text) > 1 or text in "ivx" or kind == "ch"):
        return str(_roman(text))
    return text


def _roman(text: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}[c] for c in text]
    return sum(-a if a < b else a for a, b in pairwise([*values, 0]))


def _rank(step: tuple[str, str]) -> int:
    return _ORDER.index(step[0])


def _path(steps: list[tuple[str, str]]) -> str:
    return "/".join(kind + value for kind, value in steps)


def step_of(step: str) -> tuple[str, str]:
    """Take a step of a canonical locator apart: art19 → (art, 19)."""
    for kind in sorted(_ORDER, key=len, reverse=True):
        if step.startswith(kind):
            return kind, step[len(kind) :]
    return "", step


def _inside(path: list[str], outer: list[str]) -> bool:
    return len(path) >= len(outer) and all(map(_covers, outer, path))


def _covers(outer: str, step: str) -> bool:
    if outer == step:
        return True
    (kind, first, last), (other, low, high) = _bounds(outer), _bounds(step)
    if kind != other or (first == last and low == high):
        return False
    return first <= high and low <= last  # a range holds, or touches, what is asked for


def _bounds(step: str) -> tuple[str, int, int]:
    kind, value = step_of(step)
    ends = [int(found) if (found := (re.match(r"\d+", end) or [""])[0]) else -1 for end in value.split("..")]
    return kind, ends[0], ends[-1]


def _spell_chinese(kind: str, value: str) -> str:
    if kind == "page":  # labels such as A-3 are no insertions
        return f"第{value}页"
    base, _, inserted = value.partition("-")
    written = numeral(int(base)) if base.isdigit() else base
    if kind == "annex":
        return f"附件{written}"
    if kind == "i":
        return f"第（{written}）项"
    words = _CHINESE_NAMES.get(kind, "{}").format(base if kind == "para" else written)
    return words + (f"之{numeral(int(inserted))}" if inserted.isdigit() else "")


def _spell_english(kind: str, value: str, follows: bool) -> str:
    if kind in ("p", "i", "s") and follows:
        return f"({value})"
    if kind == "page" and "–" in value:
        return f" pp. {value}"
    return f" {_ENGLISH_NAMES.get(kind, kind)} {value}"
