"""What is typed, as objects: words side by side are AND, "phrases", AND OR NOT (与 或 非), -word, brackets, field:value.

Pure; knows no SQL. Operators count only between spaces. Full-width ： （ ） “ ” count as their ASCII twins where they form a
field, a pair of brackets or a pair of quotes. A field before a bracket with several words holds for each of them; a
relation between passages (overlaps:) takes a query in brackets or quotes. What cannot be syntax is a word like any other,
and a remark says so: an unbalanced quote or bracket, an operator without its words. So every text is a query, and none
takes long.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from db.records import Remark
from db.search.fields import FIELDS, KINDS, RELATIONS_BETWEEN, dates, valued
from db.search.tree import Either, Every, Filter, Near, Node, Not, Query, QueryFault, Term, joined, leaves, pushed, size
from db.search.words import has_units

__all__ = [
    "DEEPEST",
    "FIELDS",
    "KINDS",
    "LONGEST",
    "MOST_WORDS",
    "OPERATORS",
    "Either",
    "Every",
    "Filter",
    "Near",
    "Node",
    "Not",
    "Query",
    "QueryFault",
    "Term",
    "begun",
    "dates",
    "leaves",
    "parse",
    "pushed",
    "storable",
    "tame",
]

LONGEST = 4_000  # characters of a query that are read
MOST_WORDS = 64
DEEPEST = 20  # brackets in brackets
_MOST_NESTED = 3  # relations in relations
_MOST_REMARKS, _MOST_LISTED = 5, 8

OPERATORS = {"AND": "and", "与": "and", "OR": "or", "或": "or", "NOT": "not", "非": "not"}
QUOTES = {'"': '"', "“": "”"}
OPENING, CLOSING = "(（", ")）"
NAMED = re.compile(r"([^\W\d][\w-]{0,30})[:：](?=\S)")
_HALF = re.compile("[\ud800-\udfff]")
_SPECIAL = re.compile(r'["“”()（）]')
# What stands for a quote or bracket that is none: folded they are the same, but these are never syntax.
_TAMED = {"(": "﹙", "（": "﹙", ")": "﹚", "）": "﹚"}
_ALONE = "The bracket at character {position} has no partner, so it was taken as it stands."
_ALL_ALONE = "The brackets at characters {position} have no partners, so they were taken as they stand."
_TOO_DEEP = "The bracket at character {position} lies in too many others, so what it holds was taken as it stands."
_UNCLOSED = "The quote at character {position} is not closed, so it was taken as it stands."
_BRACKETS = (_ALONE, _ALL_ALONE)
# What joins or begins something that is not there yet, at the end of what is typed.
_BEGUN = re.compile(r"\s(?:(?:AND|OR|NOT|与|或|非|-)\s*|[^\W\d][\w-]{0,30}[:：]|[(（\"“])$")


@dataclass(slots=True)
class _Token:
    kind: str  # "(" ")" "and" "or" "not" "-" "leaf"
    text: str
    position: int
    leaf: Node | None = None


@dataclass(slots=True)
class _Reader:
    """Cuts a query, or what stands in the brackets of a field, into tokens."""

    text: str
    offset: int = 0  # where the text begins in what was typed
    nested: int = 0
    remarks: list[Remark] = field(default_factory=list)
    tokens: list[_Token] = field(default_factory=list)
    pairs: dict[int, int] = field(default_factory=dict)
    at: int = 0

    def tree(self) -> Node | None:
        """Read it all."""
        self.pairs = _pairs(self.text)
        self._read()
        return _Builder(self._bounded(), self).build()

    def remark(self, sentence: str, position: int, **facts: str) -> None:
        """Say something of a place of the text."""
        remark = Remark(sentence, {"position": str(self.offset + position + 1), **facts})
        if sentence == _ALONE and (before := next((each for each in self.remarks if each.sentence in _BRACKETS), None)):
            listed = before.facts["position"].split(", ")
            if len(listed) < _MOST_LISTED and remark.facts["position"] not in listed:
                joined_ = ", ".join([*listed, remark.facts["position"]])
                self.remarks[self.remarks.index(before)] = Remark(_ALL_ALONE, {"position": joined_})
        elif remark not in self.remarks and len(self.remarks) < _MOST_REMARKS:
            self.remarks.append(remark)

    def _read(self) -> None:
        while self.at < len(self.text):
            here, character = self.at, self.text[self.at]
            if character.isspace():
                self.at += 1
            elif here in self.pairs:
                self._add("(" if character in OPENING else ")", here, here + 1)
            elif character in OPENING + CLOSING:
                self.remark(_ALONE, here)
                self.at += 1
            elif character in QUOTES or character == "”":
                self._quoted(character)
            elif character == "-":
                self._dashes()
            else:
                self._word()

    def _bounded(self) -> list[_Token]:
        """Leave out what goes over the number of words."""
        count = 0
        for at, token in enumerate(self.tokens):
            count += size(token.leaf)
            if count > MOST_WORDS:
                self.remarks.append(Remark("Only the first {count} words were searched for.", {"count": str(MOST_WORDS)}))
                kept = self.tokens[:at]
                while kept and kept[-1].kind not in ("leaf", ")"):
                    kept.pop()
                return kept
        return self.tokens

    def _add(self, kind: str, start: int, end: int, leaf: Node | None = None) -> None:
        self.tokens.append(_Token(kind, self.text[start:end], start, leaf))
        self.at = end

    def _dashes(self) -> None:
        """A dash before something takes it away; several are only punctuation."""
        start = end = self.at
        while self.text[end : end + 1] == "-":
            end += 1
        if end > start + 1:
            self.at = end
        elif self.text[end : end + 1].strip():
            self._add("-", start, end)
        else:
            self._term(start, end, "-")

    def _quoted(self, quote: str) -> None:
        end = self.text.find(QUOTES[quote], self.at + 1) if quote in QUOTES else -1
        if end < 0:
            self.remark(_UNCLOSED, self.at)
            self.at += 1
            return
        self._term(self.at, end + 1, self.text[self.at + 1 : end], whole=True)

    def _term(self, start: int, end: int, words: str, whole: bool = False) -> None:
        if has_units(words):
            self._add("leaf", start, end, Term(words, whole, self.offset + start))
            return
        if words.strip():
            self.remark("{words} holds no letter, number or character, so it was left out.", start, words=words[:20])
        self.at = end

    def _word(self) -> None:
        start = self.at
        named = NAMED.match(self.text, start)
        if named and not self.text.startswith("//", named.end()):
            return self._filter(named)
        end = start
        while end < len(self.text) and not self.text[end].isspace() and end not in self.pairs:
            end += 1
        word = self.text[start:end]
        around = self.text[max(0, start - 1) : start] + self.text[end : end + 1]
        if word in OPERATORS and (word.isascii() or not around.strip()):
            return self._add(OPERATORS[word], start, end)
        kept = self._tamed(start, end).rstrip(":：")
        return self._term(start, end, kept if has_units(kept) else word, kept in OPERATORS)

    def _tamed(self, start: int, end: int) -> str:
        """Give a word as it is searched for, and say which bracket of it has no partner."""
        word = self.text[start:end]
        kept = tame(word)
        alone = [at for at in range(start, end) if kept != word and self.text[at] in OPENING + CLOSING]
        if alone:
            self.remark(_ALONE, alone[0])
        return kept

    def _filter(self, named: re.Match[str]) -> None:
        start, first = named.end(), self.text[named.end()]
        name = FIELDS.get(named[1].lower(), named[1])
        closed = self.text.find(QUOTES[first], start + 1) if first in QUOTES else -1
        if closed > 0:
            return self._named(named, name, self.text[start + 1 : closed], closed + 1, start + 1)
        if first in OPENING and (last := self.pairs.get(start)) and (name in RELATIONS_BETWEEN or not self._inside(start, last)):
            return self._group(named, name, last)
        if first in QUOTES:
            self.remark(_UNCLOSED, start)
        end = self._end_of_value(start)
        return self._named(named, name, self._tamed(start, end), end, start)

    def _end_of_value(self, start: int) -> int:
        """Give where a value without quotes ends: at a blank, or at a bracket that does not belong to it."""
        end = start
        while end < len(self.text) and not self.text[end].isspace():
            partner = self.pairs.get(end)
            if partner is not None and (partner < start or (partner > end and not self._inside(end, partner))):
                break
            end += 1
        return end

    def _named(self, named: re.Match[str], name: str, value: str, end: int, inside: int) -> None:
        """Add a filter; a relation to what is itself a query takes it as that."""
        here, typed = self.offset + named.start(), self.text[named.start() : end]
        inner = None
        if name in RELATIONS_BETWEEN and ":" in value.replace("：", ":") and self.nested < _MOST_NESTED:
            inner = _Reader(value, self.offset + inside, self.nested + 1).tree()
            if not any(isinstance(leaf, Filter) and leaf.field in FIELDS.values() for leaf in leaves(inner)):
                inner = None
        made = Filter(name, valued(name, value) if inner is None else "", here, typed, inner)
        self._add("leaf", named.start(), end, made)

    def _group(self, named: re.Match[str], name: str, last: int) -> None:
        """Add what stands in brackets after a field."""
        here, inside = self.offset + named.start(), self.text[named.end() + 1 : last]
        typed = self.text[named.start() : last + 1]
        inner = None
        if self.nested < _MOST_NESTED:
            inner = _Reader(inside, self.offset + named.end() + 1, self.nested + 1, self.remarks).tree()
        else:
            self.remark(_TOO_DEEP, named.end())
        leaf: Node
        if inner is None:
            leaf = Filter(name, inside.strip().replace('"', "＂"), here, typed)
        elif name in RELATIONS_BETWEEN:
            leaf = Filter(name, "", here, typed, inner)
        else:
            leaf = _given(inner, name, named[1])
        self._add("leaf", named.start(), last + 1, leaf)

    def _inside(self, start: int, end: int) -> bool:
        return not any(c.isspace() for c in self.text[start:end])


def _given(node: Node, name: str, typed: str) -> Node:
    """Make each term of a tree a value of a field."""
    if isinstance(node, Term):
        return Filter(name, valued(name, node.text), node.position, f"{typed}:{node.text}")
    if isinstance(node, Not):
        return Not(_given(node.part, name, typed))
    if isinstance(node, Every | Either):
        return type(node)(tuple(_given(part, name, typed) for part in node.parts))
    return node


def tame(word: str) -> str:
    """Give a word with its quotes and brackets, if they are not balanced in it, as what is never syntax."""
    found = _SPECIAL.findall(word)
    if not found or (word[0] not in QUOTES and _balanced(word)):
        return word
    return _SPECIAL.sub(lambda match: _TAMED.get(match[0], "＂"), word.strip('"“”()（）'))


def _balanced(word: str) -> bool:
    pairs, closing = _pairs(word), ""
    for at, character in enumerate(word):
        if closing:
            closing = "" if character == closing else closing
        elif character in QUOTES:
            closing = QUOTES[character]
        elif character == "”" or (character in OPENING + CLOSING and at not in pairs):
            return False
    return not closing


def _pairs(text: str) -> dict[int, int]:
    """Give the partner of each balanced bracket outside quotes."""
    open_at: list[int] = []
    pairs: dict[int, int] = {}
    closing = ""
    last = {quote: text.rfind(partner) for quote, partner in QUOTES.items()}
    for at, character in enumerate(text):
        if closing:
            closing = "" if character == closing else closing
        elif character in QUOTES and last[character] > at:
            closing = QUOTES[character]
        elif character in OPENING:
            open_at.append(at)
        elif character in CLOSING and open_at:
            start = open_at.pop()
            if len(open_at) < DEEPEST:
                pairs[start], pairs[at] = at, start
    return pairs


class _Builder:
    """Makes a tree of tokens: NOT binds closest, then AND, then OR."""

    def __init__(self, tokens: list[_Token], reader: _Reader) -> None:
        self._tokens = tokens
        self._reader = reader
        self._at = 0
        self._left = MOST_WORDS - sum(size(token.leaf) for token in tokens)

    def build(self) -> Node | None:
        parts = []
        while self._kind():
            parts.append(self._either())
            self._at += self._kind() == ")"
        return joined(Every, parts)

    def _kind(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._tokens[at].kind if at < len(self._tokens) else ""

    def _either(self) -> Node | None:
        parts = [self._every()]
        while self._kind() == "or":
            self._at += 1
            parts.append(self._every())
        return joined(Either, parts)

    def _every(self) -> Node | None:
        parts: list[Node | None] = []
        while self._kind() not in ("", ")"):
            if self._kind() == "or" and parts and self._starts(1):
                break
            if self._kind() == "and" and parts and self._starts(1):
                self._at += 1
            parts.append(self._one())
        return joined(Every, parts)

    def _starts(self, ahead: int) -> bool:
        while self._kind(ahead) == "not":
            ahead += 1
        return self._kind(ahead) in ("leaf", "(", "-")

    def _one(self) -> Node | None:
        negations = 0
        while self._kind() in ("not", "-") and self._starts(1):
            negations += 1
            self._at += 1
        part = self._plain()
        for _ in range(negations if negations < 3 else 2 - negations % 2):
            part = None if part is None else Not(part)
        return part

    def _plain(self) -> Node | None:
        token = self._tokens[self._at]
        self._at += 1
        if token.kind == "leaf":
            return token.leaf
        if token.kind == "(":
            inner = self._either()
            self._at += 1
            return inner
        self._left -= 1
        if token.kind == "-" or self._left < 0:
            return None
        sentence = "{words} at character {position} joins nothing, so it was searched for as a word."
        self._reader.remark(sentence, token.position, words=token.text)
        return Term(token.text, True, self._reader.offset + token.position)


def begun(text: str) -> str:
    """Give what is typed without what only begins at its very end, behind something else: an operator, a field, a bracket."""
    while found := _BEGUN.search(text):
        name, last = found[0].strip().rstrip(":：").lower(), found[0][-1]
        closes = last == '"' and text.count(last) % 2 == 0
        if closes or not text[: found.start()].strip() or (last in ":：" and name not in FIELDS):
            break
        text = text[: found.start()]
    return text


def storable(text: str) -> str:
    """Give a text as SQLite takes it: half a character, as an input method may leave, becomes U+FFFD."""
    return _HALF.sub("\ufffd", text)


def parse(text: str, *, unfinished: bool = False) -> Query:
    """Read a query; never fails.

    Of an unfinished one, which is still being typed, an operator or the name of a field at the very end is not read yet,
    and nothing is said of a quote that may still be closed.
    """
    reader = _Reader(storable((begun(text) if unfinished else text)[:LONGEST]))
    root = reader.tree()
    if unfinished:
        reader.remarks = [remark for remark in reader.remarks if remark.sentence != _UNCLOSED]
    if len(text) > LONGEST:
        reader.remarks.append(Remark("Only the first {count} characters were searched for.", {"count": str(LONGEST)}))
    return Query(text, root, tuple(reader.remarks))
