"""A query as one sentence in the window's language: what is shown, and by what it was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce

from db.codebook import Codes
from db.errors import ProjectError
from db.folding import fold_query
from db.project import Project
from db.records import Code, Codebook
from db.search.fields import RELATIONS_BETWEEN, choices
from db.search.telling import as_run
from db.search.tree import Either, Every, Filter, Near, Node, Not, Term, leaves
from desktop.dates import when
from desktop.words import language, listed, tr

# Gives what a value of a field (code, instrument, coder, article) is called.
Namer = Callable[[str, str], str]

_PHRASES = {
    "code": "coded {value}", "instrument": "linked to {value}", "coder": "by {value}", "article": "in the article {value}",
    "published": "published {value}", "created": "made {value}", "modified": "changed {value}", "imported": "imported {value}",
    "kind": "of the kind {value}", "status": "in articles marked {value}",
    "title": "in articles titled {value}", "author": "in articles by {value}",
    "publisher": "in articles of the publisher {value}", "source": "in articles from {value}",
    "language": "in articles in {value}", "genre": "in articles of the genre {value}", "tag": "in articles tagged {value}",
    "collection": "in the collection {value}", "note": "with a note that holds {value}",
    "translation": "whose translation holds {value}", "origin": "coded {value} (origin)",
    "place": "whose place is {value}", "near": "within {value} characters of each other", "overlaps": "overlapping {value}",
    "inside": "inside {value}", "same-sentence": "in one sentence with {value}",
    "same-paragraph": "in one paragraph with {value}", "same-article": "in one article with {value}",
}  # fmt: skip
# What is said after "with", several together.
_HAVING = {"stance": "the stance {value}", "relation": "the relation {value}", "has": ""}
_HAD = {
    "note": "a note", "code": "a code", "link": "a link", "translation": "a translation", "relation": "a relation",
    "tag": "a tag", "collection": "a collection",
}  # fmt: skip
_DATES = ("published", "created", "modified", "imported")
# Only passages have these.
_OF_PASSAGES = frozenset({"code", "instrument", "stance", "translation", "relation", "origin", "place", *RELATIONS_BETWEEN})
_KINDS = {"article": "Articles", "passage": "Passages", "note": "Notes", "instrument": "Instruments", "code": "Codes"}


def book_words(book: Codebook) -> str:
    """Call a codebook as shortly as the bar above does."""
    return tr("Framework {version}", version=book.version) if book.version else book.title(language())


def code_words(code: Code, book: Codebook | None) -> str:
    """Call a code by its number and name; one without a name by its number and its codebook."""
    if code.title(language()) or book is None:
        return code.label(language()) or code.key
    return tr("{number} · {book} (unnamed)", number=code.number or code.key, book=book_words(book))


def sentence(node: Node | None, namer: Namer, kinds: Sequence[str] = ()) -> str:
    """Say what a tree asks for, of some kinds of records (none: all); nothing for no tree."""
    if node is None:
        return ""
    parts = list(node.parts) if isinstance(node, Every) else [node]
    chosen = next((part for part in parts if isinstance(part, Filter) and part.field == "kind" and part.value in _KINDS), None)
    if chosen is not None:
        parts.remove(chosen)
        kinds = (chosen.value,)
    how = listed(_Teller(namer).phrases(parts))
    what = _what(node, kinds)
    return tr("{what} {how}", what=what, how=how) if how else what


def _what(node: Node, kinds: Sequence[str]) -> str:
    if kinds:
        return reduce(_and, [tr(_KINDS[kind]) if kind == kinds[0] else tr(_KINDS[kind]).lower() for kind in kinds])
    found = list(leaves(node))
    if any(isinstance(leaf, Filter) and leaf.field in _OF_PASSAGES for leaf in found):
        return tr("Passages")
    return tr("Everything") if any(isinstance(leaf, Term) for leaf in found) else tr("Articles and passages")


def _and(one: str, other: str) -> str:
    return tr("{one} and {other}", one=one, other=other)


def _both(one: str, other: str) -> str:
    return tr("{phrase} and {more}", phrase=one, more=other)


def _or(one: str, other: str) -> str:
    return tr("{one} or {other}", one=one, other=other)


class _Teller:
    """Says the parts of one tree."""

    def __init__(self, namer: Namer) -> None:
        self._namer = namer

    def phrases(self, parts: Sequence[Node]) -> list[str]:
        """Say parts that must all hold; words are said together, and so are values of one field."""
        together: dict[str, list[Node]] = {}
        for part in parts:
            together.setdefault(_subject(part), []).append(part)
        near = together.pop("near", [])
        alone = together.pop("?", [])
        having = [self._uniform(field, together.pop(field)) for field in _HAVING if field in together]
        said = [tr("with {things}", things=reduce(_and, having))] if having else []
        said += [self._uniform(field, some) for field, some in together.items() if field]
        words = together.get("", [])
        if words:
            said.append(self._worded(words, near))
        return said + [self._phrase(part) for part in (alone if words else near + alone)]

    def _worded(self, parts: Sequence[Node], near: Sequence[Node]) -> str:
        plain = [part for part in parts if not isinstance(part, Not)]
        without = [part.part for part in parts if isinstance(part, Not)]
        lacks = reduce(_or, map(self._words, without)) if without else ""
        if not plain:
            return tr("whose words do not hold {words}", words=lacks)
        holds = reduce(_and, map(self._words, plain))
        holds = tr("{words} and not {others}", words=holds, others=lacks) if lacks else holds
        holds = tr("{words} within {count} characters of each other", words=holds, count=_value(near[0])) if near else holds
        return tr("whose words hold {words}", words=holds)

    def _words(self, node: Node) -> str:
        if isinstance(node, Term):
            return f"“{node.text}”" if node.whole or _chinese() else node.text
        if isinstance(node, Not):
            return tr("not {words}", words=self._words(node.part))
        parts = node.parts if isinstance(node, Every | Either) else ()
        said = reduce(_and if isinstance(node, Every) else _or, map(self._words, parts))
        return tr("({phrase})", phrase=said)

    def _uniform(self, field: str, parts: Sequence[Node]) -> str:
        """Say what is asked of one field."""
        value = reduce(_and, [self._values(part, nested=len(parts) > 1) for part in parts])
        if field in _HAVING:
            return tr(_HAVING[field], value=value) if _HAVING[field] else value
        if field in _PHRASES:
            return tr(_PHRASES[field], value=value)
        return tr("whose {field} is {value}", field=field, value=value)

    def _values(self, node: Node, *, nested: bool) -> str:
        if isinstance(node, Filter):
            return self._value(node)
        parts = node.parts if isinstance(node, Every | Either) else ()
        join = _and if isinstance(node, Every) else _or
        said = reduce(join, [self._values(part, nested=True) for part in parts])
        return tr("({phrase})", phrase=said) if nested else said

    def _value(self, filter: Filter) -> str:
        field, value = filter.field, filter.value
        if filter.inner is not None:
            parts = filter.inner.parts if isinstance(filter.inner, Every) else (filter.inner,)
            return tr("{what} {how}", what=tr("another passage"), how=listed(self.phrases(parts)))
        if field in RELATIONS_BETWEEN:
            how = tr(_PHRASES["code"], value=_named(self._namer("code", value)))
            return tr("{what} {how}", what=tr("another passage"), how=how)
        if field in _DATES:
            return _period(value)
        if field in ("code", "instrument", "coder", "article"):
            return _named(self._namer(field, value))
        if field == "has" and value in _HAD:
            return tr(_HAD[value])
        said = next(((zh if _chinese() else en) for one, en, zh in choices(field) if one == value), "")
        if field in _HAVING:
            return f"“{said or value}”"
        return said or (value if field == "near" else _named(value))

    def _phrase(self, node: Node) -> str:
        """Say one part that must hold."""
        if isinstance(node, Not):
            return tr("not {phrase}", phrase=self._phrase(node.part))
        if isinstance(node, Near):
            return self._worded([Either(group) for group in node.groups], [Filter("near", str(node.distance))])
        if (field := _subject(node)) not in ("", "?"):
            said = self._uniform(field, [node])
            return tr("with {things}", things=said) if field in _HAVING else said
        if not field:
            return self._worded([node], ())
        if isinstance(node, Every):
            return tr("({phrase})", phrase=reduce(_both, self.phrases(node.parts)))
        parts = node.parts if isinstance(node, Either) else ()
        return tr("({phrase})", phrase=reduce(_or, map(self._phrase, parts)))


def _subject(node: Node) -> str:
    """Give the one field of which all of a tree is said, "" for words, "?" where it is several or something is negated."""
    if isinstance(node, Not):
        return "" if _subject(node.part) == "" else "?"
    if isinstance(node, Term):
        return ""
    if isinstance(node, Filter):
        return node.field
    if isinstance(node, Near):
        return "?"
    subjects = {_subject(part) for part in node.parts}
    return subjects.pop() if len(subjects) == 1 else "?"


def _value(node: Node) -> str:
    return node.value if isinstance(node, Filter) else ""


def _period(value: str) -> str:
    """Say a date or a range of dates."""
    first, dots, last = value.partition("..")
    first, last = _date(first), _date(last)
    if not dots:
        return first
    if first and last:
        return tr("{first}–{last}", first=first, last=last)
    return tr("from {date} on", date=first) if first else tr("up to {date}", date=last)


def _date(typed: str) -> str:
    typed = typed.strip(". ")
    return f"{typed}年" if _chinese() and len(typed) == 4 and typed.isdecimal() else when(typed)


def _chinese() -> bool:
    return language().startswith("zh")


def _named(name: str) -> str:
    return f"“{name}”" if _chinese() else name


class Names:
    """Names values of fields by a project's records; what codes are called is read once, until it is `forgotten`."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._codes: Mapping[str, tuple[str, int]] | None = None
        self._fields: frozenset[str] | None = None

    def forget(self) -> None:
        """Read what codes and fields are called again when it is next asked for."""
        self._codes = self._fields = None

    def told(self, root: Node | None) -> Node | None:
        """Give of a tree what is run of it."""
        return as_run(root, self._is_field) if root is not None else None

    def _is_field(self, name: str) -> bool:
        if self._fields is None:
            own = self._project.fields.all()
            self._fields = frozenset(fold_query(each) for one in own for each in (one.name, one.label_zh, one.label_en) if each)
        return fold_query(name.strip()) in self._fields

    def __call__(self, field: str, value: str) -> str:
        """Say a value; as it was typed where it names nothing, or more than one thing."""
        try:
            return self._known(field, value) or value
        except ProjectError:
            return value

    def _known(self, field: str, value: str) -> str:
        project = self._project
        if field == "code":
            self._codes = self._codes if self._codes is not None else _labels(project.codes)
            label, books = self._codes.get(fold_query(value.strip()), ("", 0))
            return tr("{name} ({count} frameworks)", name=value.strip(), count=books) if books > 1 else label
        if field == "coder":
            wanted = fold_query(value.strip())
            found = [each.name for each in project.coders.all() if wanted in (fold_query(each.name), fold_query(each.initials))]
            return found[0] if len(found) == 1 else ""
        if field == "article":
            return project.articles.get(project.articles.by_ref(value)).title
        name, at, provision = value.replace("＠", "@").partition("@")
        return project.instruments.get(project.instruments.by_ref(name)).title(language()) + at + provision


def _labels(codes: Codes) -> Mapping[str, tuple[str, int]]:
    """Give by all that codes are called, folded, the label of the only one that is called so, and in how many books any is."""
    found: dict[str, tuple[str, set[int]]] = {}
    books = {book.id: book for book in codes.books()}
    for code in codes.all():
        label = code_words(code, books.get(code.codebook))
        called = (code.name, code.uuid, code.number, code.name_zh, code.name_en, code.label("zh_CN"), code.label("en"))
        for name in {fold_query(each) for each in called if each}:
            among = found[name][1] if name in found else set[int]()
            found[name] = ("" if name in found else label), {*among, int(code.codebook)}
    return {name: (label, len(among)) for name, (label, among) in found.items()}
