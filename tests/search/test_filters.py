"""Filters and words together find what reading every passage would, whichever way the statement goes."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.search import plan
from db.search.fields import FIELD_KINDS, RELATIONS_BETWEEN
from db.search.query import Either, Every, Filter, Node, Not, QueryFault, Term, parse
from resources.words import say
from tests.search.library import Library

_LEAF = st.sampled_from(["甲", "乙丙", "丁", "code:first", "code:second", "code:none", "coder:WP", "instrument:law", "has:note"])
_PAIR = st.sampled_from([" ", " OR ", " NOT "])
_QUERY = st.recursive(
    _LEAF,
    lambda inner: st.tuples(inner, _PAIR, inner).map("".join) | inner.map("({})".format) | inner.map("-({})".format),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, dict[int, tuple[str, set[str]]]]]:
    library = Library(tmp_path_factory.mktemp("mixed") / "mixed.gloss")
    rng = random.Random(3)
    codes = {name: library.code(name, name=name) for name in ("first", "second")}
    law = library.instrument("法律", name="law")
    passages = {}
    with library.history.change("Fill"):
        for _ in range(40):
            text = "".join(rng.choices("甲乙丙丁，", k=4)) + "。"
            kept = {f"code:{name}" for name in codes if rng.random() < 0.3}
            mine = rng.random() < 0.5
            tagged = [codes[name] for name in codes if f"code:{name}" in kept]
            coder = library.coder if mine else library.other
            key = library.passage(library.article(text), text, *tagged, coder=coder)
            if rng.random() < 0.3:
                library.link(key, law)
                kept.add("instrument:law")
            if rng.random() < 0.3:
                library.note("注", annotation=key)
                kept.add("has:note")
            passages[key] = text, kept | ({"coder:WP"} if mine else set())
    yield library, passages
    library.close()


def holds(node: Node, text: str, kept: set[str]) -> bool:
    """Judge one passage by reading it."""
    if isinstance(node, Term):
        return node.text in text
    if isinstance(node, Filter):
        return node.typed in kept
    if isinstance(node, Not):
        return not holds(node.part, text, kept)
    assert isinstance(node, Every | Either)
    return (all if isinstance(node, Every) else any)(holds(part, text, kept) for part in node.parts)


@pytest.mark.parametrize(("few", "listed"), [(500, 20_000), (0, 20_000), (0, 0)])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(queries=st.lists(_QUERY, min_size=1, max_size=6))
def test_filters_and_words_find_what_reading_finds(
    mixed: tuple[Library, dict[int, tuple[str, set[str]]]],
    monkeypatch: pytest.MonkeyPatch,
    few: int,
    listed: int,
    queries: list[str],
) -> None:
    library, passages = mixed
    monkeypatch.setattr(plan, "FEW", few)
    monkeypatch.setattr(plan, "MOST_LISTED", listed)
    for query in queries:
        root = parse(query).root
        assert root is not None
        expected = [key for key, (text, kept) in passages.items() if holds(root, text, kept)]
        results = library.search(query, "passages", limit=100)
        assert [hit.record_id for hit in reversed(results.hits)] == expected, query
        assert results.total == len(expected)
        assert library.searcher.total(query, kinds=["passages"]) == len(expected)


def test_every_field_of_an_article_filters_by_it(library: Library) -> None:
    one = library.article(
        "甲一", "人工智能治理", key="a", publisher="学习社", source="新华网", language="zh", genre="commentary",
        authors='[{"name": "李娜"}, {"name": "Ada Lovelace"}]',
    )  # fmt: skip
    two = library.article("甲二", "治理之外", key="b", publisher="学习社北京", language="en", genre="随笔", authors="[]")
    above = library.insert("collection", name="全部", coder=library.coder, **times())
    below = library.insert("collection", name="第一批", parent=above, coder=library.coder, **times())
    library.insert("collected", collection=below, article=one, coder=library.coder, created="2025")
    library.insert("article_tag", article=two, name="要读", coder=library.coder, created="2025")
    library.run("UPDATE version SET imported = '2024-05-01T00:00:00Z' WHERE article = ?", two)
    library.run("UPDATE article SET modified = '2023-02-03T00:00:00Z' WHERE id = ?", one)
    passages = {one: library.passage(one, "一"), two: library.passage(two, "二")}
    library.insert("relation", kind="comments on", from_article=two, to_article=one, created="2025")
    for query, expected in (
        ("title:治理", [one, two]),
        ("标题:人工智能", [one]),
        ("title:一", []),
        ("author:李", [one]),
        ("作者:lovelace", [one]),
        ("author:Ada", [one]),
        ("publisher:学习社", [one]),
        ("发布者:学习", [one, two]),
        ("发布者:學習社北京", [two]),
        ("来源:新华", [one]),
        ("language:Chinese", [one]),
        ("语言:英文", [two]),
        ("genre:评论", [one]),
        ("体裁:随笔", [two]),
        ("-genre:commentary", [two]),
        ("标签:要读", [two]),
        ("tag:无", []),
        ("collection:全部", [one]),
        ("文集:第一", [one]),
        ("has:tag", [two]),
        ("有:文集", [one]),
        ("导入:2024-05", [two]),
        ("relation:comments-on", [one, two]),
        ("relation:评论", [one, two]),
        ("title:(人工智能 OR 之外) -语言:zh", [two]),
    ):
        found = library.found(query, "articles", "passages")
        assert found.get("article", []) == expected, query
        assert found.get("passage", []) == [passages[article] for article in expected], query
    assert library.found("modified:2023", "articles") == {"article": [one]}
    assert "fits no article" in library.search("publisher:无").remarks[0].sentence


def times() -> dict[str, str]:
    return {"created": "2025", "modified": "2025"}


def test_every_field_of_a_passage_filters_by_it(library: Library) -> None:
    article = library.article("甲乙丙丁")
    first, second = library.code("偏见"), library.code("安全")
    law, other = library.instrument("《数据安全法》", name="dsl"), library.instrument("《网络安全法》", name="csl")
    a, b, c = (library.passage(article, words, first, second) for words in "甲乙丙")
    library.run("UPDATE tagging SET origin = 'from a query' WHERE annotation = ? AND code = ?", a, first)
    library.run("UPDATE link SET relation = 'quotes' WHERE id = ?", library.link(b, law))
    library.link(b, other)
    library.note("这里谈到歧视", annotation=a)
    library.note("歧视私记", annotation=c, private=1, coder=library.other)
    library.insert("translation", annotation=b, language="en", text="Bias in hiring", coder=library.coder, **times())
    library.insert("relation", kind="contradicts", from_annotation=a, to_annotation=c, created="2025")
    library.run("UPDATE annotation SET modified = '2023-02-03T00:00:00Z' WHERE id = ?", c)
    for query, expected in (
        ("origin:from-a-query", [a]),
        ("来历：来自检索 code:偏见", [a]),
        ("origin:来自检索 code:安全", []),
        ("relation:quotes", [b]),
        ("关系:引用 文书:dsl", [b]),
        ("关系:引用 文书:csl", []),
        ("relation:相矛盾", [a, c]),
        ("has:relation", [a, c]),
        ("笔记:歧视", [a]),
        ("note:(这里 OR 没有)", [a]),
        ("有:笔记", [a]),
        ("translation:bias", [b]),
        ("译文:hir", [b]),
        ("has:translation -code:无", [b]),
        ("place:exact", [a, b, c]),
        ("位置:待核查", []),
        ("修改:2023", [c]),
    ):
        assert library.found(query, "passages", me=library.coder).get("passage", []) == expected, query
    assert library.found("note:歧视", "passages") == {"passage": [a, c]}
    library.version(article, "甲乙丁", 2)
    assert c in library.found("place:gone OR place:review", "passages")["passage"]


def test_a_field_of_ones_own_takes_numbers_dates_and_words(library: Library) -> None:
    article = library.article("甲")
    for name, kind, value in (("轮次", "number", "3"), ("会议", "date", "2024-05-01"), ("地点", "text", "北京海淀")):
        field = library.insert("field", label_zh=name, label_en="", target="article", type=kind)
        library.insert("field_value", field=field, article=article, value=value)
    for query, expected in (
        ("轮次:3", True), ("轮次:2..5", True), ("轮次:4..", False), ("轮次:..3.5", True), ("会议:2024", True),
        ("会议:2024-06..", False), ("地点:海淀", True), ("地点:上海", False),
    ):  # fmt: skip
        assert bool(library.found(query, "articles")) == expected, query
    for query in ("轮次:多", "轮次:..", "会议:昨天"):
        with pytest.raises(QueryFault, match="at character 1"):
            library.search(query)


@pytest.mark.parametrize("field", [field for field, kind in FIELD_KINDS if kind in ("choice", "date", "number", "query")])
def test_a_value_that_a_field_cannot_have_is_explained_in_chinese_too(library: Library, field: str) -> None:
    library.field("stance", "tagging", "asserts/主张/asserts", "denies/否认/denies")
    library.article("甲乙")
    query = f'甲 乙 {field}:"{"" if field in RELATIONS_BETWEEN else "无此值"}"'
    if field in ("language", "genre"):
        assert library.search(query).remarks
        return
    with pytest.raises(QueryFault) as caught:
        library.search(query)
    assert caught.value.position == 4
    said = say("zh_CN", caught.value.sentence, caught.value.facts)
    assert "第 5 个字符" in said
    assert "{" not in said


def smart(library: Library, title: str, query: str) -> int:
    return library.insert("saved_search", title=title, query=query, kind="smart code", coder=library.coder, **times())


def test_a_smart_code_finds_what_its_query_finds_of_passages(library: Library) -> None:
    article = library.article("甲乙丙丁")
    code = library.code("偏见")
    a, b, c = (library.passage(article, words, *codes) for words, codes in (("甲", (code,)), ("乙", ()), ("丙", (code,))))
    smart(library, "热议", "code:偏见 OR 乙")
    smart(library, "热议之外", "-code:热议 OR code:偏见 丙")
    smart(library, "偏见", "乙")
    smart(library, "疏漏", "published:昨天")
    smart(library, "空", "")
    library.insert("saved_search", title="旧检索", query="甲", kind="search", coder=library.coder, **times())
    for query, expected in (
        ("code:热议", [a, b, c]),
        ("编码：熱議 -丙", [a, b]),
        ("code:热议之外", [c]),
        ("-code:热议", []),
        ("code:偏见", [a, c]),
        ("overlaps:热议", []),
        ("same-article:(code:热议 乙)", [a, c]),
        ("code:空", []),
        ("code:旧检索", []),
    ):
        assert library.found(query) == ({"passage": expected} if expected else {}), query
    assert not library.found("code:疏漏")
    assert "holds a mistake" in library.search("甲 code:疏漏").remarks[0].sentence
    assert library.search("甲 code:疏漏").remarks[0].facts["position"] == "3"


def test_smart_codes_made_of_themselves_find_nothing_and_say_so(library: Library) -> None:
    library.passage(library.article("甲"), "甲")
    smart(library, "自己", "甲 OR code:自己")
    smart(library, "此", "code:彼")
    smart(library, "彼", "overlaps:此")
    for at in range(12):
        smart(library, f"第{at}层", f"code:第{at + 1}层")
        smart(library, f"广{at}", " OR ".join(f"code:广{at + 1} 甲" for _ in range(30)))
    for query in ("code:此", "code:彼", "code:第0层", "code:广0"):
        results = library.search(query)
        assert not results.hits or query == "code:广0"
        assert "made of itself" in " ".join(remark.sentence for remark in results.remarks), query
    assert len(library.search("code:自己").hits) == 1


_PIECES = (
    "甲", "乙丙", "AI", " ", "  ", " OR ", " NOT ", "-", '"', "“", "”", "(", ")", "（", "）", ":", "\x00", "\ud83d", "*",
    "'; DROP TABLE code", "code:", "code:热议 ", "overlaps:(", "同句:first ", "near:5 ", "near:x", "status:coded ", "kind:note ",
    "note:甲 ", "title:(甲 ", "has:note ", "instrument:law@一 ", "published:2024..", "立场:否认 ", "relation:quotes ",
    "place:gone ", "注：",
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(st.sampled_from(_PIECES), max_size=14))
def test_whatever_is_typed_is_run_or_explained(mixed: tuple[Library, dict[int, tuple[str, set[str]]]], pieces: list[str]) -> None:
    library, _passages = mixed
    if not library.connection.execute("SELECT 1 FROM saved_search").fetchone():
        smart(library, "热议", "code:first OR 甲 乙 near:3")
    query = "".join(pieces)
    place, remarks, count = 0, parse(query).remarks, 0
    try:
        results = library.search(query, limit=5)
        remarks, count = results.remarks, len(results.hits)
    except QueryFault as fault:
        place = fault.position
    assert 0 <= place <= len(query)
    assert count <= 5
    assert all(remark.sentence.format_map(remark.facts) for remark in remarks)


def test_what_is_said_of_a_query_is_said_in_chinese_too(library: Library) -> None:
    library.article("甲")
    smart(library, "自己", "code:自己")
    smart(library, "疏漏", "status:无")
    nears = " ".join("甲乙丙丁戊己庚辛壬")
    queries = (
        "tag:无",
        "文集:无",
        "author:无",
        "near:3 甲",
        f"{nears} near:3",
        "code:自己",
        "code:疏漏",
        "code:(a " * 9 + ")" * 9,
    )
    for query in queries:
        remarks = library.search(query).remarks
        assert remarks, query
        for remark in remarks:
            assert say("zh_CN", remark.sentence, remark.facts) != say("en", remark.sentence, remark.facts)
