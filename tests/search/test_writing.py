"""A tree is written as a text that is read as that tree, in either language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.search.query import parse
from db.search.tree import Either, Every, Filter, Near, Node, Not, Term, placed
from db.search.writing import write

WRITTEN = [
    ("编码：偏见 算法", "code:偏见 算法", "编码:偏见 算法"),
    ("status:已编码 near:5字 a b", "status:coded near:5 a b", "状态:已编码 邻近:5字 a b"),
    ("状态:待读", "status:to-read", "状态:待读"),
    ("(a OR b) -（c d）", "(a OR b) -(c d)", "(a 或 b) -(c d)"),
    ('重叠:"code:a 编码者:李"', "overlaps:(code:a coder:李)", "重叠:(编码:a 编码者:李)"),
    ('编码:"透明 度" "EU AI Act"', 'code:"透明 度" "EU AI Act"', '编码:"透明 度" "EU AI Act"'),
    ("a (OR) b", 'a "OR" b', 'a "OR" b'),
    ("code:3.1.1(b) 法域:欧盟", "code:3.1.1(b) 法域:欧盟", "编码:3.1.1(b) 法域:欧盟"),
    ("NOT NOT a", "NOT -a", "NOT -a"),
    ("", "", ""),
]


@pytest.mark.parametrize(("text", "english", "chinese"), WRITTEN)
def test_a_query_is_written_with_the_names_of_a_language(text: str, english: str, chinese: str) -> None:
    root = parse(text).root
    assert (write(root), write(root, chinese=True)) == (english, chinese)


def bare(node: Node | None) -> Node | None:
    return None if node is None else placed(node)


_PIECES = (
    "算法", "aB", "1", " ", "  ", "\n", '"', "“", "”", "(", ")", "（", "）", "-", ":", "：", "*", "AND", "OR", "NOT", "与", "或",
    "非", "\x00", "@", ".", "code:", "编码:", "overlaps:", "同句：", "near:", "status:", "已编码", "注：", "//", "near:5字", "_",
    "overlaps:(", "code:(", "a b)",
)  # fmt: skip
_TYPED = st.lists(st.sampled_from(_PIECES), max_size=30).map("".join) | st.text(max_size=50)


@given(_TYPED, st.booleans())
def test_what_is_written_is_read_as_what_was_read(text: str, chinese: bool) -> None:
    root = parse(text).root
    written = write(root, chinese)
    assert bare(parse(written).root) == bare(root), written
    assert write(parse(written).root, chinese) == written


_WORD = st.sampled_from(["算法", "AI", "GPT-4", "AND", "x:y", "a(b", '"', "5”", "(c)", "-d", "甲 乙", "3.1.1(b)", "https://a"])
_LEAF = (
    st.builds(Term, _WORD.filter(lambda word: word.isalnum() and word != "AND"))
    | st.builds(Term, _WORD.filter(lambda word: word != '"'), st.just(True))
    | st.builds(Filter, st.sampled_from(["code", "coder", "title", "法域"]), _WORD)
)


def _several(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return parts.map(Every) | parts.map(Either) | inner.map(_negated) | inner.map(lambda part: Filter("overlaps", inner=part))


def _negated(node: Node) -> Node:
    return Not(node.part) if isinstance(node, Not) else Not(node)


@given(st.recursive(_LEAF, _several, max_leaves=8), st.booleans())
def test_what_a_form_builds_is_read_as_that(tree: Node, chinese: bool) -> None:
    assert shallow(tree) > 3 or bare(parse(write(tree, chinese)).root) == bare(tree)


def shallow(node: Node) -> int:
    """Count relations in relations, of which so many are read."""
    if isinstance(node, Filter):
        return 0 if node.inner is None else 1 + shallow(node.inner)
    parts = (node.part,) if isinstance(node, Not) else getattr(node, "parts", ())
    return max(map(shallow, parts), default=0)


def test_words_drawn_together_are_written_with_near() -> None:
    near = Near(((Term("甲"), Term("乙")), (Term("丙"),)), 5)
    assert write(Not(near)) == "-((甲 OR 乙) 丙 near:5)"
    assert write(near, chinese=True) == "(甲 或 乙) 丙 邻近:5字"
