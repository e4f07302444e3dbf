"""What is typed, as objects: words side by side are AND, "phrases", AND OR NOT (与 或 非), -word, brackets, field:value.

Pure; knows no SQL. Operators count only between spaces. Full-width ： （ ） “ ” count as their ASCII twins where they form a
field, a pair of brackets or a pair of quotes. What cannot be syntax is a word like any other, and a remark says so: an
unbalanced quote or bracket, an operator without its words. So every text is a query, and none takes long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from db.errors import ProjectError
from db.records import Remark
from db.search.words import has_units

LONGEST = 2_000  # characters of a query that are read
MOST_WORDS = 64
DEEPEST = 20  # brackets in brackets

KINDS = ("article", "passage", "note", "instrument", "code")
KIND_WORDS = {
    **{kind: kind for kind in KINDS}, **{f"{kind}s": kind for kind in KINDS},
    "文章": "article", "段落": "passage", "批注": "passage", "annotation": "passage", "笔记": "note", "文书": "instrument",
    "编码": "code",
}  # fmt: skip
FIELDS = {
    **{name: name for name in ("code", "instrument", "coder", "article", "published", "created", "kind", "status", "has")},
    "编码": "code", "文书": "instrument", "编码者": "coder", "文章": "article", "发布": "published", "创建": "created",
    "类型": "kind", "状态": "status", "有": "has", "立场": "stance",
}  # fmt: skip
HAS_WORDS = {"note": "note", "code": "code", "link": "link", "笔记": "note", "编码": "code", "文书": "link", "instrument": "link"}
STATUS_WORDS = {
    "to read": "to read", "to-read": "to read", "unread": "to read", "待读": "to read", "未读": "to read",
    "reading": "reading", "在读": "reading", "阅读中": "reading", "正在阅读": "reading",
    "coded": "coded", "已编码": "coded", "checked": "checked", "已核对": "checked", "已检查": "checked", "已复核": "checked",
    "excluded": "excluded", "已排除": "excluded", "排除": "excluded",
}  # fmt: skip
_OPERATORS = {"AND": "and", "与": "and", "OR": "or", "或": "or", "NOT": "not", "非": "not"}
_QUOTES = {'"': '"', "“": "”"}
_OPENING, _CLOSING = "(（", ")）"
_ALONE = "The bracket at character {position} has no partner, so it was taken as it stands."
_FIELD = re.compile(r"([^\W\d][\w-]{0,30})[:：](?=\S)")
_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?")


class QueryFault(ProjectError):
    """A value that its field cannot have; `position` is its place in the query, in code points."""

    sentence = "{value} does not fit {field} at character {position}. Write {expected}."

    def __init__(self, field: str, value: str, position: int, expected: str) -> None:
        self.position = position
        super().__init__(field=field, value=value, position=position + 1, expected=expected)


@dataclass(frozen=True, slots=True)
class Term:
    """Words to be found; `whole` where they stood in quotes."""

    text: str
    whole: bool = False
    position: int = 0


@dataclass(frozen=True, slots=True)
class Filter:
    """field:value; `field` is the English name where it is a built-in field, else as typed; `typed` is all of it."""

    field: str
    value: str
    position: int = 0
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be."""

    part: Node


@dataclass(frozen=True, slots=True)
class Every:
    """All of several."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of several."""

    parts: tuple[Node, ...]


Node = Term | Filter | Not | Every | Either


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: the text as typed, what it asks for (None: nothing), and what should be said about it."""

    text: str
    root: Node | None
    remarks: tuple[Remark, ...] = ()


def leaves(node: Node | None) -> Iterator[Term | Filter]:
    """Yield the terms and filters of a tree."""
    if isinstance(node, Term | Filter):
        yield node
    elif isinstance(node, Not):
        yield from leaves(node.part)
    elif node is not None:
        for part in node.parts:
            yield from leaves(part)


def pushed(node: Node, negative: bool = False) -> Node:
    """Push negations down to the leaves, so that Not holds only a Term or a Filter."""
    if isinstance(node, Not):
        return pushed(node.part, not negative)
    if isinstance(node, Term | Filter):
        return Not(node) if negative else node
    parts = tuple(pushed(part, negative) for part in node.parts)
    return Either(parts) if isinstance(node, Every) == negative else Every(parts)


def dates(filter: Filter) -> tuple[str, str]:
    """Give the range of a date filter as ISO prefixes: from the first, up to but not including the second ("" = open)."""
    first, dots, last = filter.value.replace("…", "..").replace("～", "..").partition("..")
    bounds = (first.strip(". "), (last if dots else first).strip(". "))
    low, high = (_DATE.fullmatch(bound) for bound in bounds)
    if (bounds[0] and not low) or (bounds[1] and not high) or not (low or high):
        raise _not_a_date(filter)
    try:
        return (_iso(low, 0) if low else ""), (_iso(high, 1) if high else "")
    except ValueError:
        raise _not_a_date(filter) from None


def _not_a_date(filter: Filter) -> QueryFault:
    return QueryFault(filter.field, filter.value, filter.position, "2024, 2024-01 or 2024-01..2024-09")


def _iso(match: re.Match[str], after: int) -> str:
    """Give a year, month or day as an ISO prefix, or the one after it."""
    numbers = [int(group) for group in match.groups() if group]
    if (len(numbers) > 1 and not 1 <= numbers[1] <= 12) or (len(numbers) > 2 and not 1 <= numbers[2] <= 31):
        raise ValueError(numbers)
    numbers[-1] += after
    return "-".join(f"{number:02}" if at else f"{number:04}" for at, number in enumerate(numbers))


@dataclass(slots=True)
class _Token:
    kind: str  # "(" ")" "and" "or" "not" "-" "leaf"
    text: str
    position: int
    leaf: Term | Filter | None = None


@dataclass(slots=True)
class _Reader:
    """Cuts a query into tokens."""

    text: str
    remarks: list[Remark] = field(default_factory=list)
    tokens: list[_Token] = field(default_factory=list)
    at: int = 0

    def read(self) -> list[_Token]:
        pairs = _pairs(self.text)
        while self.at < len(self.text):
            here, character = self.at, self.text[self.at]
            if character.isspace():
                self.at += 1
            elif here in pairs:
                kind = "(" if character in _OPENING else ")"
                self._add(kind, here, here + 1)
            elif character in _OPENING + _CLOSING:
                self.remark(_ALONE, here)
                self.at += 1
            elif character in _QUOTES:
                self._quoted(character)
            elif character == "-" and self.text[here + 1 : here + 2].strip() not in ("", "-"):
                self._add("-", here, here + 1)
            else:
                self._word(pairs)
        return self.tokens

    def _add(self, kind: str, start: int, end: int, leaf: Term | Filter | None = None) -> None:
        self.tokens.append(_Token(kind, self.text[start:end], start, leaf))
        self.at = end

    def remark(self, sentence: str, position: int, **facts: str) -> None:
        remark = Remark(sentence, {"position": str(position + 1), **facts})
        if remark not in self.remarks and len(self.remarks) < 5:
            self.remarks.append(remark)

    def _quoted(self, quote: str) -> None:
        end = self.text.find(_QUOTES[quote], self.at + 1)
        if end < 0:
            self.remark("The quote at character {position} is not closed, so it was taken as it stands.", self.at)
            self.at += 1
            return
        self._term(self.at, end + 1, self.text[self.at + 1 : end], whole=True)

    def _term(self, start: int, end: int, words: str, whole: bool = False) -> None:
        if not has_units(words):
            if words.strip():
                self.remark("{words} holds no letter, number or character, so it was left out.", start, words=words[:20])
            self.at = end
            return
        self._add("leaf", start, end, Term(words, whole, start))

    def _word(self, pairs: dict[int, int]) -> None:
        start = self.at
        named = _FIELD.match(self.text, start)
        if named and not self.text.startswith("//", named.end()):
            return self._filter(named, pairs)
        end = start
        while end < len(self.text) and not self.text[end].isspace() and end not in pairs:
            end += 1
            if self.text[end - 1] in _OPENING + _CLOSING:
                self.remark(_ALONE, end - 1)
        word = self.text[start:end]
        around = self.text[max(0, start - 1) : start] + self.text[end : end + 1]
        if word in _OPERATORS and (word.isascii() or not around.strip(" \u3000\t\n")):
            self._add(_OPERATORS[word], start, end)
        else:
            self._term(start, end, word)

    def _filter(self, named: re.Match[str], pairs: dict[int, int]) -> None:
        start = end = named.end()
        closing = _QUOTES.get(self.text[start], "")
        closed = self.text.find(closing, start + 1) if closing else -1
        if closed > 0:
            value, end = self.text[start + 1 : closed], closed + 1
        else:
            while end < len(self.text) and not self.text[end].isspace():
                if end in pairs:
                    if self.text[end] in _CLOSING and pairs[end] < start:
                        break
                    if self.text[end] in _OPENING and not self._inside(end, pairs[end]):
                        break
                end += 1
            value = self.text[start:end]
        name = FIELDS.get(named[1].lower(), named[1])
        self._add("leaf", named.start(), end, Filter(name, value, named.start(), self.text[named.start() : end]))

    def _inside(self, start: int, end: int) -> bool:
        return not any(c.isspace() for c in self.text[start:end])


def _pairs(text: str) -> dict[int, int]:
    """Give the partner of each balanced bracket outside quotes."""
    open_at: list[int] = []
    pairs: dict[int, int] = {}
    closing, at = "", 0
    while at < len(text):
        character = text[at]
        if closing:
            closing = "" if character == closing else closing
        elif character in _QUOTES and text.find(_QUOTES[character], at + 1) > 0:
            closing = _QUOTES[character]
        elif character in _OPENING:
            open_at.append(at)
        elif character in _CLOSING and open_at:
            start = open_at.pop()
            if len(open_at) < DEEPEST:
                pairs[start], pairs[at] = at, start
        at += 1
    return pairs


class _Builder:
    """Makes a tree of tokens: NOT binds closest, then AND, then OR."""

    def __init__(self, tokens: list[_Token], reader: _Reader) -> None:
        self._tokens = tokens
        self._reader = reader
        self._at = 0

    def build(self) -> Node | None:
        parts = []
        while self._kind():
            parts.append(self._either())
            self._at += self._kind() == ")"
        return _joined(Every, parts)

    def _kind(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._tokens[at].kind if at < len(self._tokens) else ""

    def _either(self) -> Node | None:
        parts = [self._every()]
        while self._kind() == "or":
            self._at += 1
            parts.append(self._every())
        return _joined(Either, parts)

    def _every(self) -> Node | None:
        parts: list[Node | None] = []
        while self._kind() not in ("", ")"):
            if self._kind() == "or" and parts and self._starts(1):
                break
            if self._kind() == "and" and parts and self._starts(1):
                self._at += 1
            parts.append(self._one())
        return _joined(Every, parts)

    def _starts(self, ahead: int) -> bool:
        return self._kind(ahead) in ("leaf", "(", "-") or (self._kind(ahead) == "not" and self._starts(ahead + 1))

    def _one(self) -> Node | None:
        token = self._tokens[self._at]
        self._at += 1
        if token.kind == "leaf":
            return token.leaf
        if token.kind == "(":
            inner = self._either()
            self._at += 1
            return inner
        if token.kind in ("not", "-") and self._starts(0):
            part = self._one()
            return Not(part) if part is not None else None
        if token.kind == "-":
            return None
        sentence = "{words} at character {position} joins nothing, so it was searched for as a word."
        self._reader.remark(sentence, token.position, words=token.text)
        return Term(token.text, False, token.position)


def _joined(kind: type[Every] | type[Either], parts: list[Node | None]) -> Node | None:
    kept = tuple(part for part in parts if part is not None)
    return kind(kept) if len(kept) > 1 else kept[0] if kept else None


def parse(text: str) -> Query:
    """Read a query; never fails."""
    reader = _Reader(text[:LONGEST])
    tokens = reader.read()
    if len(text) > LONGEST:
        reader.remarks.append(Remark("Only the first {count} characters were searched for.", {"count": str(LONGEST)}))
    count = 0
    for at, token in enumerate(tokens):
        count += token.kind == "leaf"
        if count > MOST_WORDS:
            reader.remarks.append(Remark("Only the first {count} words were searched for.", {"count": str(MOST_WORDS)}))
            tokens = tokens[:at]
            while tokens[-1].kind not in ("leaf", ")"):
                tokens.pop()
            break
    root = _Builder(tokens, reader).build()
    return Query(text, root, tuple(reader.remarks))
