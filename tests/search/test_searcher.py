"""Queries find what they should, and say where."""

from __future__ import annotations

import json
import re
import threading
from itertools import pairwise

import pytest

from db import errors
from db.folding import fold
from db.locators import normalise
from db.search.query import QueryFault
from db.search.searcher import Searcher
from db.search.words import pattern
from resources import resource
from tests.search.library import Library

TEXTS = [
    "生成式人工智能服务提供者应当依法开展算法备案。",
    "The EU AI Act bans social scoring; OpenAI's GPT-4 is a model with systemic risk.",
    "算法推薦服務不得產生歧視。\n其中，国家鼓励透明。",
    "《数据安全法》第十九条：国家建立健全数据交易管理制度。",
    "人工\n智能与 GPT4、AIGC。",
]
# (query, the texts that it finds)
FINDS = [
    ("算", [0, 2]),
    ("法", [0, 2, 3]),
    ("算法", [0, 2]),
    ("算法备案", [0]),
    ("人工智能", [0, 4]),
    ("中国", []),
    ("国家", [2, 3]),
    ("国家 数据", [3]),
    ("国家 NOT 数据", [2]),
    ("国家 -透明", [3]),
    ("-国家", [0, 1, 4]),
    ("歧视 OR 备案", [0, 2]),
    ("(歧视 或 备案) 与 推荐", [2]),
    ("服务", [0, 2]),
    ("ai", [1, 4]),
    ('"ai"', [1]),
    ("GPT-4", [1, 4]),
    ('"GPT-4"', [1]),
    ("-GPT-4 -国家", [0]),
    ("NOT (GPT4 OR 国家)", [0]),
    ('"systemic risk"', [1]),
    ("act social", [1]),
    ("《数据安全法》", [3]),
    ("第十九条", [3]),
    ("“数据 安全”", []),
    ("不存在", []),
    ("'; DROP TABLE annotation; --", []),
    ('算法"', [0, 2]),
    ("算法*", [0, 2]),
    ("words MATCH x", []),
    ("NEAR(算法 备案)", []),
    ("{算法}", [0, 2]),
    ("passage_words:算法", []),
]


@pytest.fixture
def filled(library: Library) -> Library:
    for text in TEXTS:
        library.passage(library.article(text), text)
    return library


@pytest.mark.parametrize(("query", "expected"), FINDS)
def test_a_query_finds_its_texts_as_articles_and_as_passages(filled: Library, query: str, expected: list[int]) -> None:
    found = filled.found(query)
    assert [key - 1 for key in found.get("article", [])] == expected
    assert [key - 1 for key in found.get("passage", [])] == expected
    assert filled.search(query).total == 2 * len(expected)


@pytest.mark.parametrize("query", [query for query, expected in FINDS if expected and not query.startswith(("-", "NOT"))])
def test_marks_and_places_are_where_the_words_stand(filled: Library, query: str) -> None:
    for hit in filled.search(query).hits:
        text = TEXTS[(hit.article_id or 0) - 1]
        assert hit.start is not None
        assert hit.end is not None
        assert hit.marks
        assert all(0 <= s < e <= len(hit.snippet) for s, e in hit.marks)
        assert all(first[1] <= second[0] for first, second in pairwise(hit.marks))
        marked = [hit.snippet[s:e] for s, e in hit.marks]
        if hit.kind == "article":
            assert text[hit.start : hit.end].replace("\n", " ") == marked[0]
        else:
            assert text[hit.start : hit.end] == text
        assert hit.title == "题"


def test_words_of_one_query_may_stand_in_different_paragraphs_of_an_article_and_in_its_byline(library: Library) -> None:
    article = library.article("算法\n备案", "治理", authors='[{"name": "李四"}]', publisher="光明日报")
    assert library.found("算法 备案 治理 李四 光明") == {"article": [article]}
    assert library.found("算法备案 李四治理") == {}
    hit = library.one("李四")
    assert (hit.start, hit.end, hit.snippet, hit.marks) == (None, None, "李四", ((0, 2),))


def test_the_place_of_a_late_word_in_a_long_text_is_right(library: Library) -> None:
    text = "甲乙丙丁。\n" * 40_000 + "其中ＧＰＴ－４ 与人工\n智能。\n" + "戊己。" * 20_000
    article = library.article(text)
    for query, expected in (("gpt-4", "ＧＰＴ－４"), ("人工智能", "人工\n智能"), ("戊己", "戊己")):
        hit = library.one(query, "articles")
        assert (hit.record_id, text[hit.start : hit.end]) == (article, expected)
        assert hit.start == text.index(expected)
        assert len(hit.snippet) < 300
        assert library.search(f"{query} NOT 庚", "articles").total == 1


def test_codes_are_found_by_number_name_and_stable_name_with_what_lies_below(library: Library) -> None:
    article = library.article("甲乙丙丁")
    parent = library.code("算法安全", "3.1")
    child = library.code("偏见歧视", "3.1.1(b)", parent, name="asgf1.3.1.1.b")
    other = library.code("偏見歧視", "3.1.1(b)")
    first, second, third = (library.passage(article, text, code) for text, code in (("甲", parent), ("乙", child), ("丙", other)))
    for query, expected in (
        ("code:3.1", [first, second]),
        ("编码：算法安全", [first, second]),
        ("code:asgf1.3.1.1.b", [second]),
        ("code:3.1.1(b)", [second, third]),
        ("code:3.1.1（B）", [second, third]),
        ("code:偏見歧視", [third]),
        ("code:偏見歧视", [second, third]),
        ('code:"3.1.1(b) 偏见歧视"', [second, third]),
        ("code:3.1 乙", [second]),
        ("code:3.1 丁", []),
        ("code:3.1 OR 丙", [first, second, third]),
        ("-code:3.1", [third]),
        ("code:3.1 -乙", [first]),
        ("has:code", [first, second, third]),
        ("code:asgf1", [first, second, third]),
        ("有:笔记", []),
    ):
        assert library.found(query) == ({"passage": expected} if expected else {}), query


def test_an_unknown_name_finds_nothing_and_is_said(library: Library) -> None:
    article = library.article("甲乙")
    passage = library.passage(article, "甲")
    chinese = json.loads(resource("translations", "zh_CN", "search.json").read_text("utf-8"))
    for query, said in (
        ("甲 code:none", "No code"),
        ("甲 文书：无此法", "No instrument"),
        ("coder:nobody", "No coder"),
        ("article:nothing", "No article"),
    ):
        results = library.search(query)
        assert not results.hits
        assert results.remarks[0].sentence.startswith(said)
        assert results.remarks[0].sentence in chinese
        assert "character" in results.remarks[0].sentence.format_map(results.remarks[0].facts)
        assert not re.search(r"[a-z]", re.sub(r"{\w+}", "", chinese[results.remarks[0].sentence]))
    assert library.found("甲 -code:none") == {"passage": [passage]}


def test_an_unknown_field_is_searched_for_as_words_and_said(library: Library) -> None:
    article = library.article("注：甲 auther:wang")
    assert library.found("auther:wang") == {"article": [article]}
    assert "no field" in library.search("auther:wang").remarks[0].sentence
    assert library.found("注：甲") == {"article": [article]}
    assert not library.search("注：甲").remarks


def test_instruments_are_found_by_title_and_alias_with_provisions(library: Library) -> None:
    article = library.article("甲乙丙")
    law = library.instrument("《中华人民共和国数据安全法》", "数据安全法", "DSL", name="dsl")
    first, second, third = (library.passage(article, text) for text in "甲乙丙")
    library.link(first, law, "第十九条第一款", normalise("第十九条第一款"))
    library.link(second, law, "第一百九十条", normalise("第一百九十条"))
    library.link(third, library.instrument("网络安全法"))
    for query, expected in (
        ("instrument:dsl", [first, second]),
        ("文书：《数据安全法》", [first, second]),
        ("instrument:中华人民共和国数据安全法", [first, second]),
        ('instrument:"数据安全法@Art. 19"', [first]),
        ("instrument:dsl@第十九条", [first]),
        ("instrument:dsl＠第一百九十条", [second]),
        ("instrument:dsl@第二十条", []),
        ("instrument:dsl@别处", []),
        ("has:link -instrument:dsl", [third]),
    ):
        assert library.found(query, "passages") == ({"passage": expected} if expected else {}), query
    assert library.found("数据安全") == {"instrument": [law]}
    assert library.one("dsl").snippet == "DSL"


def test_coders_dates_status_and_articles_filter(library: Library) -> None:
    old = library.article("甲乙", "旧闻", published="2023-05-01", key="王2023")
    new = library.article("甲丙", "新规", published="2024-09-30T08:00", key="王2024")
    mine, hers = library.passage(old, "甲"), library.passage(new, "甲", coder=library.other)
    library.insert("article_status", article=old, coder=library.coder, status="coded", modified="2025")
    for query, expected in (
        ("coder:王鹏 甲", {"passage": [mine]}),
        ("编码者:al", {"passage": [hers]}),
        ('-coder:"Ada Lovelace"', {"passage": [mine]}),
        ("published:2024 甲", {"article": [new], "passage": [hers]}),
        ("发布：2023-01..2024-09-29", {"article": [old], "passage": [mine]}),
        ("published:2024-09", {"article": [new], "passage": [hers]}),
        ("created:..2020", {}),
        ("article:新 甲", {"article": [new], "passage": [hers]}),
        ("article:王2023", {"article": [old], "passage": [mine]}),
        ("status:coded", {"article": [old], "passage": [mine]}),
        ("状态:待读 kind:article", {"article": [new]}),
        ("kind:passage", {"passage": [mine, hers]}),
    ):
        assert library.found(query) == expected, query
    assert library.found("status:coded", me=library.other) == {}


def test_fields_filter_by_words_of_both_languages_and_speak_of_the_tagging_that_code_names(library: Library) -> None:
    article = library.article("甲乙")
    bias, safety = library.code("偏见"), library.code("安全")
    stance = library.field("stance", "tagging", "asserts/主张/asserts", "denies/否认/denies", label="立场")
    speaker = library.field("speaker", "annotation", label="说话人")
    passage = library.passage(article, "甲", bias, safety)
    for tagging, value in library.connection.execute(
        "SELECT id, CASE code WHEN ? THEN 'denies' ELSE 'asserts' END FROM tagging", (bias,)
    ).fetchall():
        library.insert("field_value", field=stance, tagging=tagging, value=value)
    library.insert("field_value", field=speaker, annotation=passage, value="外交部发言人")
    found = {"passage": [passage]}
    for query, expected in (
        ("stance:denies", found),
        ("立场：否认", found),
        ("code:偏见 stance:denies", found),
        ("code:安全 stance:denies", {}),
        ("说话人:外交部", found),
        ("speaker:国务院", {}),
    ):
        assert library.found(query) == expected, query


@pytest.mark.parametrize("query", ["甲 status:lost", "甲 has:none", "甲 kind:x", "甲 published:soon", "甲 stance:maybe"])
def test_a_value_that_cannot_be_is_explained_at_its_place(library: Library, query: str) -> None:
    library.field("stance", "tagging", "asserts", "denies")
    with pytest.raises(QueryFault, match="at character 3") as caught:
        library.search(query)
    assert caught.value.position == 2


def test_notes_are_shown_beside_their_passages_and_private_ones_to_their_author(library: Library) -> None:
    article = library.article("甲乙")
    code = library.code("偏见")
    passage = library.passage(article, "甲", code)
    note = library.note("关于**歧视**的话", annotation=passage)
    reply = library.note("歧视？", reply_to=note, coder=library.other)
    private = library.note("歧视私记", annotation=passage, private=1, coder=library.other)
    journal = library.note("歧视日记", day="2025-01-01")
    assert library.found("歧视") == {"note": [note, reply, private, journal]}
    assert library.found("歧视", me=library.coder) == {"note": [note, reply, journal]}
    assert library.found("歧视 code:偏见") == {"note": [note, reply, private]}
    assert library.found("code:偏见") == {"passage": [passage]}
    assert library.found("has:note") == {"passage": [passage]}
    hit = library.search("话", "notes").hits[0]
    assert (hit.record_id, hit.start, hit.end, hit.article_id, hit.title) == (note, 0, 1, article, "题")
    assert hit.marks == ((9, 10),)


def test_a_passage_is_found_by_its_translations_but_not_over_their_edges(library: Library) -> None:
    article = library.article("算法治理")
    passage = library.passage(article, "算法治理")
    library.translation(passage, "governance of algorithms")
    library.translation(passage, "规制算法", coder=library.other)
    for query in ("governance", "治理 规制", "algorithms 算法", '"of algorithms"'):
        assert library.found(query) == {"passage": [passage]}, query
    for query in ('"治理 governance"', "治理governance", "治理规制", '"algorithms 规制"', "算法治理，governance"):
        assert library.found(query) == {}, query
    hit = library.one("governance", "passages")
    assert (hit.snippet, hit.marks) == ("governance of algorithms", ((0, 10),))
    assert (hit.start, hit.end) == (0, 4)


def test_texts_of_a_record_that_end_in_line_breaks_do_not_run_together(library: Library) -> None:
    article = library.article("算法治\n", "理论")
    assert library.found("治理") == {}
    assert library.found("算法治 理论") == {"article": [article]}


def test_codes_are_found_by_definition_and_cue(library: Library) -> None:
    code = library.code("偏见", "3.1", definition_zh="因数据产生的歧视", cues_zh='["杀熟"]', name_en="Bias")
    for query in ("歧视", "杀熟", "bias", "3.1", "偏见"):
        assert library.found(query, "codes") == {"code": [code]}
    assert library.one("杀熟").title == "3.1 偏见"


def test_pages_join_up_and_kinds_share_a_page(library: Library) -> None:
    article = library.article("算法" * 70)
    for at in range(70):
        library.passage(article, "算法" * (at + 1))
    note = library.note("算法")
    first = library.search("算法", limit=20)
    assert {hit.kind for hit in first.hits} == {"article", "passage", "note"}
    assert (len(first.hits), first.total, first.capped) == (20, 72, False)
    for query in ("算法", '算法 -"GPT-4"'):
        whole = library.search(query, limit=100).hits
        pages = [hit for offset in range(0, 80, 9) for hit in library.search(query, limit=9, offset=offset).hits]
        assert sorted(pages, key=repr) == sorted(whole, key=repr)
        assert len(whole) == 72
    assert [hit.record_id for hit in library.search("算法", "notes", "passages", limit=2).hits] == [70, note]
    assert library.search("算法", limit=0).hits == ()


def test_counts_stop_at_a_thousand_and_go_on_when_asked(library: Library) -> None:
    article = library.article("算法")
    with library.history.change("Many"):
        for _ in range(1_005):
            library.passage(article, "算法")
    results = library.search("算法", "passages", limit=5)
    assert (results.total, results.capped, len(results.hits)) == (1_000, True, 5)
    assert library.searcher.total("算法", kinds=("passages",)) == 1_005
    assert library.searcher.total('算法 -"GPT-4"', kinds=("passages",)) == 1_005
    assert library.searcher.total("") == 0


def test_an_article_is_searched_in_its_newest_version_and_passages_where_they_are_now(library: Library) -> None:
    article = library.article("甲乙丙丁")
    passage = library.passage(article, "丙")
    version = library.version(article, "戊甲乙丁", 2)
    library.connection.execute("PRAGMA query_only = OFF")
    library.connection.execute("DELETE FROM place WHERE version = ?", (version,))
    assert library.found("戊") == {"article": [article]}
    hit = library.one("丙")
    assert (hit.kind, hit.record_id, hit.start, hit.end, hit.snippet) == ("passage", passage, None, None, "丙")


def test_a_running_query_can_be_stopped_from_another_thread(library: Library) -> None:
    article = library.article("算法")
    with library.history.change("Many"):
        for _ in range(3_000):
            library.passage(article, "算法")
    searcher = Searcher.open(library.path)
    stopper = threading.Event()

    def stop() -> None:
        while not stopper.wait(0.001):
            searcher.interrupt()

    thread = threading.Thread(target=stop)
    thread.start()
    try:
        with pytest.raises(errors.Cancelled):
            searcher.total("-GPT-4")
    finally:
        stopper.set()
        thread.join()
    assert searcher.run("算法", kinds=["passages"], limit=1).total == 1_000
    searcher.close()


@pytest.mark.parametrize("query", ["算" * 100_000, "(" * 100_000, '"' * 99_999, "\x00" * 50, "a OR " * 20_000, "算法，" * 3_000])
def test_an_enormous_query_is_answered(filled: Library, query: str) -> None:
    results = filled.search(query)
    assert results.remarks
    assert results.total <= len(TEXTS) * 2


def test_a_long_quotation_is_found(library: Library) -> None:
    text = "".join(chr(0x4E00 + at * 7 % 5_000) for at in range(1_500))
    article = library.article("前言。" + text + "结语。")
    library.article("前言。" + text[:700] + "变" + text[701:])
    assert library.found(text) == {"article": [article]}


def test_the_mark_is_the_whole_of_a_character_that_folds_to_two(library: Library) -> None:
    library.article("条款㈠规定 ﬁne")
    word = pattern("款(一)规", True)
    assert word is not None
    assert word.spans(fold("条款㈠规定")) == [(1, 4)]
    hit = library.one("fine")
    assert hit.snippet[slice(*hit.marks[0])] == "ﬁne"
