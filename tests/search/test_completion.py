"""Wherever the cursor stands, what could be typed there is offered, and what is offered is read as that."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.search.completion import MOST, Completions, complete
from db.search.fields import CHINESE, FIELD_KINDS, FIELDS
from db.search.query import Filter, leaves, parse
from tests.search.library import Library


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    library = Library(tmp_path_factory.mktemp("complete") / "complete.gloss")
    parent = library.code("算法安全", "3.1")
    library.code("偏见歧视", "3.1.1(b)", parent, name="asgf1.3.1.1.b", name_en="Bias")
    library.code("透明 度")
    law = library.instrument("《数据安全法》", "DSL", name="dsl")
    library.insert("provision", instrument=law, label="第十九条", title="分级")
    library.field("jurisdiction", "article", "CN/中国", "EU/欧盟", label="法域")
    speaker = library.field("speaker", "annotation", label="说话人")
    article = library.article(
        "甲乙",
        "人工智能治理",
        key="li2024",
        published="2024-05-01",
        authors='[{"name": "李娜"}]',
        publisher="学习社",
        genre="随笔",
    )
    passage = library.passage(article, "甲")
    library.link(passage, law, "第二十条")
    library.insert("field_value", field=speaker, annotation=passage, value="外交部")
    library.insert("article_tag", article=article, name="要读", coder=library.coder, created="2025")
    library.insert("collection", name="第一批", coder=library.coder, created="2025", modified="2025")
    library.insert(
        "saved_search", title="杀熟讨论", query="甲", kind="smart code", coder=library.coder, created="2025", modified="2025"
    )
    yield library
    library.close()


def offered(library: Library, text: str) -> tuple[str, list[str]]:
    """Complete at the mark | and give what would be replaced, and by what."""
    before, _mark, after = text.partition("|")
    found = complete(before + after, len(before), library.connection, library.coder)
    return (before + after)[found.start : found.end], [offer.insert for offer in found.offers]


@pytest.mark.parametrize(
    ("text", "replaced", "first"),
    [
        ("co|", "co", ["code:", "coder:", "collection:"]),
        ("甲 编|", "编", ["编码:", "编码者:"]),
        ("bm|", "bm", ["code:", "coder:"]),
        ("法|", "法", ["法域:"]),
        ("code:3|", "3", ["3.1", "3.1.1(b)"]),
        ("code:3.|1.1(b) 甲", "3.1.1(b)", ["3.1", "3.1.1(b)"]),
        ("编码：偏| 甲", "偏", ["3.1.1(b)"]),
        ("code:pjqs|", "pjqs", ["3.1.1(b)"]),
        ('code:"透|', '"透', ['"透明 度"']),
        ('code:"透|x" 甲', '"透x"', ['"透明 度"']),
        ("code:杀|", "杀", ["杀熟讨论"]),
        ("-(甲 OR code:歧|) 乙", "歧", ["3.1.1(b)"]),
        ("overlaps:(code:偏|", "偏", ["3.1.1(b)"]),
        ("重叠:偏|", "偏", ["3.1.1(b)"]),
        ("instrument:sjaq|", "sjaq", ["dsl"]),
        ("instrument:dsl@|", "dsl@", ["dsl@第十九条", "dsl@第二十条"]),
        ("文书:dsl@第二|", "dsl@第二", ["dsl@第二十条"]),
        ("coder:a|", "a", ['"Ada Lovelace"']),
        ("article:rgzn|", "rgzn", ["li2024"]),
        ("标题:治理|", "治理", ["人工智能治理"]),
        ("author:李|", "李", ["李娜"]),
        ("publisher:|", "", ["学习社"]),
        ("tag:要|", "要", ["要读"]),
        ("文集:|", "", ["第一批"]),
        ("status:re|", "re", ["reading", "to-read"]),
        ("状态:已编|", "已编", ["已编码"]),
        ("体裁:|", "", ["评论", "分析", "新闻", "访谈", "官方文件", "研究", "随笔"]),
        ("法域:欧|", "欧", ["欧盟"]),
        ("jurisdiction:|", "", ["CN", "EU"]),
        ("speaker:外|", "外", ["外交部"]),
        ("near:|", "", ["5", "10", "20", "50"]),
        ("邻近:5|", "5", ["5字", "50字"]),
        ("published:2024|", "2024", ["2024", "2024-01..2024-12"]),
        ('"甲 co|', "", []),
        ("nothing:x|", "x", []),
    ],
)
def test_what_could_stand_there_is_offered(library: Library, text: str, replaced: str, first: list[str]) -> None:
    assert offered(library, text) == (replaced, first)


@pytest.mark.parametrize("field", [field for field, _kind in FIELD_KINDS])
def test_what_is_offered_for_a_field_is_read_as_its_value(library: Library, field: str) -> None:
    for name in (field, CHINESE[field]):
        found = complete(f"{name}:", len(name) + 1, library.connection, library.coder)
        assert len(found.offers) <= MOST
        assert found.offers or field in ("note", "translation", "source", "stance")
        for offer in found.offers:
            (leaf,) = leaves(parse(f"{name}:{offer.insert}").root)
            assert isinstance(leaf, Filter)
            assert leaf.field == field
            assert offer.label


def test_what_is_offered_for_codes_and_instruments_finds_just_them(library: Library) -> None:
    for offer in complete("code:", 5, library.connection, None).offers:
        assert not library.search(f"code:{offer.insert}").remarks, offer
    for offer in complete("instrument:", 11, library.connection, None).offers:
        assert not library.search(f"instrument:{offer.insert}").remarks, offer


@given(st.text(st.sampled_from('算aB1 \n"“”()（）-:：*code编码:@状态'), max_size=60), st.integers(-3, 70))
def test_every_place_of_every_text_can_be_completed(library: Library, text: str, cursor: int) -> None:
    found = complete(text, cursor, library.connection, None)
    assert isinstance(found, Completions)
    assert 0 <= found.start <= found.end <= len(text)
    assert len(found.offers) <= MOST


@pytest.mark.parametrize(
    "text", ["(" * 100_000, '"' * 100_001, "code:" * 20_000, "a" * 100_000, "\x00" * 9, "code:'; DROP TABLE code"]
)
def test_an_enormous_text_is_completed(library: Library, text: str) -> None:
    assert complete(text, len(text), library.connection, None).start <= len(text)
    assert FIELDS
