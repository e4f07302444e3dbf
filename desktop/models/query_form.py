"""A query as groups of lines that can be filled in: made of a tree, and read as one again. No widgets here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from db.records import Field
from db.search.fields import FIELD_KINDS, FIELDS, OPEN, RELATIONS_BETWEEN, choices, valued
from db.search.query import NAMED, parse
from db.search.tree import Either, Every, Filter, Node, Not, Term, joined, placed
from db.search.words import has_units
from db.search.writing import write
from desktop.words import language, tr

WORDS, PHRASE, TYPED = "", '"', ":"  # none is the name of a field
NAMED_SO, FOUND_SO = "", "query"  # how the other passages of a relation are said: a code or instrument, or a query
LEVELS = 3  # groups in groups

_LABELS = {
    WORDS: "Any text", PHRASE: "Exact phrase", "code": "Code", "instrument": "Instrument", "coder": "Coder",
    "article": "Article", "status": "Status", "stance": "Stance", "published": "Published", "created": "Date made",
    "modified": "Date changed", "imported": "Date of import", "kind": "Kind", "has": "What it has", "title": "Title",
    "author": "Author", "publisher": "Publisher", "source": "Source", "language": "Language", "genre": "Genre", "tag": "Tag",
    "collection": "Collection", "note": "Note", "translation": "Translation", "relation": "Relation",
    "origin": "How it was coded", "place": "State of its place", "near": "Distance of the words", "overlaps": "Overlaps",
    "inside": "Lies inside", "same-sentence": "In one sentence with", "same-paragraph": "In one paragraph with",
    "same-article": "In one article with", TYPED: "As typed",
}  # fmt: skip
_IS, _CONTAINS = ("is", "is not"), ("contains", "does not contain")
# The words between a field, or what it takes, and its value: it holds, it does not.
_VERBS = {
    PHRASE: _IS,
    "has": _CONTAINS,
    "text": _CONTAINS,
    "query": ("a passage", "no passage"),
    "number": ("at most", "more than"),
    TYPED: ("holds", "does not hold"),
}
_KINDS = {WORDS: "text", PHRASE: "text", TYPED: TYPED, **dict(FIELD_KINDS)}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the form: a field, whether it must not hold, and what stands in its one or two entries.

    The second entry is the provision of an instrument, the last day of a time, or how a relation's passages are said.
    `kept` is the node it was made of, which it stays until a person works on the line.
    """

    field: str = WORDS
    first: str = ""
    second: str = ""
    negated: bool = False
    kept: Node | None = None

    def node(self) -> Node | None:
        """Give what the line asks for; None while something is missing."""
        if self.kept is not None:
            return self.kept
        asked = self._asked()
        return Not(asked) if asked is not None and self.negated else asked

    def _asked(self) -> Node | None:
        first, second = self.first.strip(), self.second.strip()
        if self.field == WORDS:
            return joined(Every, [Term(word) for word in first.split() if has_units(word)])
        if self.field == PHRASE:
            return Term(self.first, whole=True) if has_units(first) else None
        if self.field == TYPED or (self.field in RELATIONS_BETWEEN and second == FOUND_SO):
            inner = parse(first).root
            inner = None if inner is None else placed(inner)
            return inner if self.field == TYPED or inner is None else Filter(self.field, inner=inner)
        value = _value(self.field, first, second)
        return Filter(self.field, valued(self.field, value)) if value else None


@dataclass(frozen=True, slots=True)
class Group:
    """Lines and groups of which all, or at least one, must hold, or must not."""

    parts: tuple[Line | Group, ...] = (Line(),)
    either: bool = False
    negated: bool = False

    def node(self) -> Node | None:
        """Give what the group asks for; None while nothing is filled in."""
        nodes: list[Node | None] = []
        for part in self.parts:
            node = part.node()
            several = isinstance(part, Line) and part.field == WORDS and isinstance(node, Every) and not self.either
            nodes += node.parts if several and isinstance(node, Every) else (node,)
        whole = joined(Either if self.either else Every, nodes)
        return Not(whole) if whole is not None and self.negated else whole


def shaped(node: Node | None, chinese: bool) -> Group:
    """Give a tree as the form shows it; `chinese` says in which language the form writes what it shows as typed."""
    if node is None:
        return Group()
    found = _part(node, LEVELS, chinese)
    return found if isinstance(found, Group) else Group((found,))


def _part(node: Node, levels: int, chinese: bool) -> Line | Group:
    inner = node.part if isinstance(node, Not) else node
    if isinstance(inner, Every | Either) and levels:
        parts = tuple(_part(part, levels - 1, chinese) for part in inner.parts)
        return Group(parts, isinstance(inner, Either), inner is not node)
    made = _line(inner, chinese)
    if made is not None:
        made = replace(made, negated=inner is not node)
        if made.node() == placed(node):
            return replace(made, kept=node)
    if inner is not node and isinstance(inner, Not):  # a double negation
        return Line(TYPED, write(node, chinese), kept=node)
    return Line(TYPED, write(inner, chinese), negated=inner is not node, kept=node)


def _line(node: Node, chinese: bool) -> Line | None:
    """Give the line for a term or a filter, which may not be quite the same again."""
    if isinstance(node, Term):
        return Line(PHRASE if node.whole else WORDS, node.text)
    if not isinstance(node, Filter):
        return None
    if node.inner is not None:
        return Line(node.field, write(node.inner, chinese), FOUND_SO)
    return Line(node.field, *_entries(node.field, node.value))


def _entries(field: str, value: str) -> tuple[str, str]:
    """Take a value apart into what stands in the two entries."""
    kind = _KINDS.get(field, "")
    if kind == "instrument":
        name, at, provision = value.rpartition("@")
        return (name, provision) if at and name and provision else (value, "")
    if kind == "date":
        first, dots, last = value.partition("..")
        return (first, last) if dots else (value, value)
    return value, ""


def _value(field: str, first: str, second: str) -> str:
    kind = _KINDS.get(field, "")
    if kind == "instrument":
        return f"{first}@{second}" if first and second else first
    if kind == "date":
        return first if first == second else f"{first}..{second}"
    return first


def read(field: str, text: str) -> str:
    """Give the value that a text stands for after a field's name, without the quotes it needs there."""
    root = parse(f"{field}:{text}").root
    return root.value if isinstance(root, Filter) and root.inner is None else text


def spoken(field: str, value: str) -> str:
    """Give a value as the window says it: a choice by its word in the window's language, all else as it is."""
    return next((word for known, word in words_of(field) if known == value), value)


def words_of(field: str) -> list[tuple[str, str]]:
    """Give what a field can be, with the words for it in the window's language; nothing where it is no choice."""
    chinese = language().startswith("zh")
    return [(value, zh if chinese else english) for value, english, zh in choices(field)]


def kind_of(field: str) -> str:
    """Tell what a field takes: a kind of `FIELD_KINDS`, "open" for a choice that may be another word, or TYPED."""
    return "open" if field in OPEN else _KINDS.get(field, "own")


def label_of(field: str) -> str:
    """Give what a field is called in the window's language; one of the project's own as it is typed."""
    return tr(_LABELS[field]) if field in _LABELS else field


def verbs_of(field: str) -> tuple[str, str]:
    """Give the words that join a field to its value, and those for that it must not hold."""
    holds, fails = _VERBS.get(field) or _VERBS.get(_KINDS.get(field, ""), _IS)
    return tr(holds), tr(fails)


def offered(own: Sequence[Field]) -> Iterable[tuple[str, str]]:
    """Give the fields to choose among, the project's own too, with what they are called."""
    known = dict.fromkeys((WORDS, PHRASE, *(field for field, _kind in FIELD_KINDS)))
    found = {field: label_of(field) for field in known}
    for field in own:
        names = (field.name, field.label_en, field.label_zh)
        name = next((name for name in names if _named(name)), "")
        if name and name.lower() not in FIELDS:
            zh, en = field.label_zh or field.label_en or name, field.label_en or field.label_zh or name
            found.setdefault(name, zh if language().startswith("zh") else en)
    return [*found.items(), (TYPED, label_of(TYPED))]


def _named(name: str) -> bool:
    """Whether a field of this name can be typed."""
    match = NAMED.match(f"{name}:x")
    return match is not None and match[1] == name
