"""What is typed becomes objects, whatever it is."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.search.fields import CHINESE, FIELD_KINDS, FIELDS, choices, valued
from db.search.query import LONGEST, MOST_WORDS, Either, Every, Filter, Node, Not, QueryFault, Term, dates, leaves, parse
from resources import resource


def shown(node: Node | None) -> str:
    """Write a tree down in a canonical form."""
    if node is None:
        return ""
    if isinstance(node, Term):
        return f'"{node.text}"' if node.whole else node.text
    if isinstance(node, Filter):
        if node.inner is not None:
            return f"{node.field}:{{{shown(node.inner)}}}"
        return f"{node.field}:[{node.value}]"
    if isinstance(node, Not):
        return f"-{shown(node.part)}"
    assert isinstance(node, Every | Either)
    return "(" + (" & " if isinstance(node, Every) else " | ").join(map(shown, node.parts)) + ")"


READ = [
    ("算法 备案", "(算法 & 备案)"),
    ("算法　备案", "(算法 & 备案)"),
    ("a OR b c", "(a | (b & c))"),
    ("a AND b OR c NOT d", "((a & b) | (c & -d))"),
    ("甲 与 乙 或 丙 非 丁", "((甲 & 乙) | (丙 & -丁))"),
    ("参与或监督", "参与或监督"),
    ("(a OR b) -c", "((a | b) & -c)"),
    ("（a 或 b） -（c d）", "((a | b) & -(c & d))"),
    ('"EU AI Act" “统筹 安全”', '("EU AI Act" & "统筹 安全")'),
    ("NOT NOT a", "--a"),
    ("code:3.1.1(b) 偏见", "(code:[3.1.1(b)] & 偏见)"),
    ("编码：3.1.1（b） 偏见", "(code:[3.1.1（b）] & 偏见)"),
    ("(code:x OR code:y)", "(code:[x] | code:[y])"),
    ("instrument:eu-ai-act@第十九条", "instrument:[eu-ai-act@第十九条]"),
    ("编码者:王鹏 立场:否认", "(coder:[王鹏] & stance:[denies])"),
    ("状态：已编码 status:To-Read", "(status:[coded] & status:[to read])"),
    ("邻近:5个字 near:20characters", "(near:[5] & near:[20])"),
    ("code:(a OR b c)", "(code:[a] | (code:[b] & code:[c]))"),
    ("类型：（文章 或 笔记）", "(kind:[article] | kind:[note])"),
    ("overlaps:(code:a coder:李)", "overlaps:{(code:[a] & coder:[李])}"),
    ('同句:"code:a 或 算法" 乙', "(same-sentence:{(code:[a] | 算法)} & 乙)"),
    ("重叠：（位于:(code:b) 甲）", "overlaps:{(inside:{code:[b]} & 甲)}"),
    ('inside:偏见 same-article:"数据 安全法"', "(inside:[偏见] & same-article:[数据 安全法])"),
    ("inside:code:偏见", "inside:{code:[偏见]}"),
    ("所谓“治理”问题", "所谓“治理”问题"),
    ("-- code:x", "code:[x]"),
    ("NOT NOT NOT a", "-a"),
    ("CODE:x", "code:[x]"),
    ("https://a.b/c", "https://a.b/c"),
    ("-code:x", "-code:[x]"),
    ("12:30", "12:30"),
    ("", ""),
    ("   ", ""),
    ("()", ""),
]


@pytest.mark.parametrize(("text", "expected"), READ)
def test_a_query_is_read_as_meant(text: str, expected: str) -> None:
    query = parse(text)
    assert shown(query.root) == expected
    assert query.text == text
    assert not query.remarks


EXPLAINED = [
    ('"算法 备案', "(算法 & 备案)", "quote"),
    ("“算法", "算法", "quote"),
    ("(算法", "算法", "bracket"),
    ("算法）", "算法", "bracket"),
    ("z(y", "z﹙y", "bracket"),
    ('code:"算法', "code:[算法]", "quote"),
    ("AND", '"AND"', "joins nothing"),
    ("算法 OR", '(算法 & "OR")', "joins nothing"),
    ("NOT", '"NOT"', "joins nothing"),
    ("或", '"或"', "joins nothing"),
    ("*", "", "left out"),
    ("算法 %%", "算法", "left out"),
    ("\x00", "", "left out"),
    ("-", "", "left out"),
    ("\ud83d", "", "left out"),
]


@pytest.mark.parametrize(("text", "expected", "said"), EXPLAINED)
def test_what_cannot_be_syntax_is_taken_literally_and_explained_at_its_place(text: str, expected: str, said: str) -> None:
    query = parse(text)
    assert shown(query.root) == expected
    assert said in query.remarks[0].sentence
    assert query.remarks[0].sentence.format_map(query.remarks[0].facts)


@given(st.text(st.sampled_from('算法aB1 \n"“”()（）-:：*AND或非\x00@.'), max_size=60))
def test_every_text_is_a_query(text: str) -> None:
    query = parse(text)
    assert all(isinstance(leaf, Term | Filter) for leaf in leaves(query.root))
    for remark in query.remarks:
        assert remark.sentence.format_map(remark.facts)


@given(st.text(max_size=200))
def test_whatever_is_typed_is_a_query(text: str) -> None:
    assert parse(text).text == text


SQL = "'; DROP TABLE annotation; -- code:x' OR 1=1 /* */ UNION SELECT * FROM coder"


def test_sql_is_words() -> None:
    assert all(leaf.field == "code" for leaf in leaves(parse(SQL).root) if isinstance(leaf, Filter))


ENORMOUS = [
    "算" * 100_000,
    "(" * 100_000,
    '"' * 99_999,
    "a OR " * 20_000,
    "-" * 100_000,
    "(a " * 5_000 + ")" * 5_000,
    "NOT " * 20_000,
]
ENORMOUS += ["overlaps:(" * 10_000 + "a" + ")" * 10_000, "code:(a " * 5_000, "“" * 50_000 + "”" * 50_000, "a:" * 50_000]
ENORMOUS += ["code:(a " * 400 + ")" * 400, "x:" + "(b" * 1_500 + ")" * 1_500, "a(b " * 30_000, 'overlaps:"code:' * 9_000]


@pytest.mark.parametrize("text", ENORMOUS)
def test_an_enormous_query_is_bounded(text: str) -> None:
    query = parse(text)
    assert len(list(leaves(query.root))) <= MOST_WORDS
    assert all(len(leaf.text) <= LONGEST for leaf in leaves(query.root) if isinstance(leaf, Term))
    assert query.remarks


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024", ("2024", "2025")),
        ("2024-01", ("2024-01", "2024-02")),
        ("2024-01..2024-09", ("2024-01", "2024-10")),
        ("2024年3月5日", ("2024-03-05", "2024-03-06")),
        ("..2023", ("", "2024")),
        ("2024年1月至2024年9月", ("2024-01", "2024-10")),
        ("2024-06-30..", ("2024-06-30", "")),
        ("２０２４－０１～2024-09", ("2024-01", "2024-10")),
    ],
)
def test_dates_are_ranges_of_prefixes(value: str, expected: tuple[str, str]) -> None:
    assert dates(Filter("published", value)) == expected


@pytest.mark.parametrize("value", ["", "..", "yesterday", "2024-13", "20", "2024-01-77", "2024-01..x"])
def test_a_date_that_is_none_is_explained_at_its_place(value: str) -> None:
    with pytest.raises(QueryFault, match="character 8") as caught:
        dates(Filter("published", value, 7))
    assert caught.value.position == 7
    assert isinstance(dates(Filter("created", "2024")), tuple)


def test_every_sentence_has_its_chinese_with_the_same_facts() -> None:
    chinese = {}
    for name in ("search.json", "query.json", "mend5.json"):
        chinese |= json.loads(resource("translations", "zh_CN", name).read_text("utf-8"))
    said = {remark.sentence for text in (*ENORMOUS, *(row[0] for row in EXPLAINED)) for remark in parse(text).remarks}
    assert {*said, QueryFault.sentence} <= chinese.keys()
    for english, words in chinese.items():
        facts = re.findall(r"{\w+}", english)
        assert sorted(facts) == sorted(re.findall(r"{\w+}", words))


def test_every_place_is_one_of_what_was_typed() -> None:
    text = "甲 overlaps:(乙 OR code:丙) code:(丁 戊)"
    found = {leaf.value or leaf.field: leaf.position for leaf in leaves(parse(text).root) if isinstance(leaf, Filter)}
    assert found == {"overlaps": 2, "丁": text.index("丁"), "戊": text.index("戊")}
    inner = next(leaf.inner for leaf in leaves(parse(text).root) if isinstance(leaf, Filter) and leaf.inner)
    assert [leaf.position for leaf in leaves(inner)] == [text.index("乙"), text.index("code:丙")]


def test_every_field_has_a_name_in_both_languages_and_says_what_it_takes() -> None:
    kinds = dict(FIELD_KINDS)
    assert kinds.keys() == CHINESE.keys() == set(FIELDS.values())
    for field, kind in kinds.items():
        assert FIELDS[CHINESE[field]] == FIELDS[field] == field
        assert (kind == "choice") == bool(choices(field))
        for value, *words in choices(field):
            assert all(valued(field, word) == value for word in (value, *words, words[0].replace(" ", "-").upper()))


def test_alternatives_are_kept_in_order() -> None:
    assert parse("a OR b OR c").root == Either((Term("a", position=0), Term("b", position=5), Term("c", position=10)))
