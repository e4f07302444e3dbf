"""A tree as the text that is read as it: the inverse of `query.parse`, with the field names of one language. Pure."""

from __future__ import annotations

from db.search.fields import CHINESE, RELATIONS_BETWEEN, choices, valued
from db.search.query import parse, tame
from db.search.tree import Either, Every, Filter, Near, Node, Not, Term, placed


def write(node: Node | None, chinese: bool = False) -> str:
    """Write a tree, so that parse(write(tree)) is it again but for the positions.

    A term that cannot stand without quotes is put in quotes (and is then whole), which no term is that was read.
    """
    if isinstance(node, Term):
        return node.text if not node.whole and _reads_as(node.text, node) else quoted(node.text)
    if isinstance(node, Filter):
        return _filter(node, chinese)
    if isinstance(node, Near):
        words = [_grouped(Either(group) if len(group) > 1 else group[0], chinese) for group in node.groups]
        return " ".join([*words, _filter(Filter("near", str(node.distance)), chinese)])
    if isinstance(node, Not):
        return f"NOT {write(node.part, chinese)}" if isinstance(node.part, Not) else f"-{_grouped(node.part, chinese)}"
    if isinstance(node, Every):
        return " ".join(_grouped(part, chinese) for part in node.parts)
    if isinstance(node, Either):
        parts = [_grouped(part, chinese) if isinstance(part, Either) else write(part, chinese) for part in node.parts]
        return (" 或 " if chinese else " OR ").join(parts)
    return ""


def quoted(words: str) -> str:
    """Put words in quotes that they do not hold."""
    if '"' not in words:
        return f'"{words}"'
    return f"“{words}”" if "”" not in words else f'"{words.replace(chr(34), "＂")}"'


def value_of(field: str, value: str) -> str:
    """Write the value of a field, in quotes where it needs them."""
    return value if _reads_as(f"{field}:{value}", Filter(field, valued(field, value))) else quoted(value)


def _filter(filter: Filter, chinese: bool) -> str:
    name, value = filter.field, filter.value
    if filter.inner is not None:
        return f"{CHINESE[name] if chinese else name}:({write(filter.inner, chinese)})"
    said = next((words[2] if chinese else words[1].replace(" ", "-") for words in choices(name) if words[0] == value), value)
    if name == "near" and chinese and value.isdecimal():
        said = f"{value}字"
    typed = f"{CHINESE.get(name, name) if chinese else name}:"
    return typed + (said if _reads_as(typed + said, filter) else quoted(value))


def _grouped(node: Node, chinese: bool) -> str:
    written = write(node, chinese)
    return f"({written})" if isinstance(node, Every | Either | Near) else written


def _reads_as(text: str, node: Term | Filter) -> bool:
    """Whether a text is read as a leaf, wherever it stands."""
    if tame(text) != text or (isinstance(node, Filter) and node.field in RELATIONS_BETWEEN and not node.value):
        return False
    root = parse(text).root
    return root is not None and placed(root) == placed(node)
