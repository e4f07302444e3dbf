"""What is still being typed, what is run of a query, and how much there is of what it finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.search.completion import complete
from db.search.facets import facets
from db.search.query import begun, parse
from db.search.searcher import Searcher
from db.search.telling import as_run
from db.search.tree import Node, Term, placed
from db.search.writing import write
from tests.search.library import Library


def run_as(query: str) -> str:
    def own(name: str) -> bool:
        return name == "地区"

    return write(as_run(parse(query).root, own))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("数据 OR", "数据"), ("数据 OR ", "数据"), ("数据 AND NOT", "数据"), ("数据 -", "数据"), ("数据 或", "数据"),
        ("数据 与 非", "数据"), ("数据 OR (", "数据"), ('数据 OR "', "数据"), ('"数据 "', '"数据 "'), ("数据 （", "数据"),
        ("数据 code:", "数据"), ("数据 编码：", "数据"), ('数据 "', "数据"), ('数据 "算法 偏', "数据 算法 偏"),
        ('数据 code:"算', "数据 code:算"), ("OR", "OR"), ("-", None), ("数据 OR 算法", "数据 OR 算法"),
        ("数据 http:", "数据 http:"),
        ("数据与", "数据与"), ("数据 ORDER", "数据 ORDER"),
    ],
)  # fmt: skip
def test_what_is_begun_at_the_end_is_not_read_while_it_is_typed(typed: str, read: str | None) -> None:
    unfinished = parse(typed, unfinished=True)
    whole: Node | None = parse(read).root if read is not None else None
    assert (unfinished.root and placed(unfinished.root)) == (whole and placed(whole))
    assert unfinished.text == typed
    assert not unfinished.remarks or typed in ("OR", "-")
    assert begun(begun(typed)) == begun(typed)


def test_a_finished_text_is_read_to_its_end() -> None:
    assert len(parse("数据 OR").remarks) == 1
    assert parse("数据 OR").root != parse("数据").root
    assert parse('"数').root == Term("数", False, 1)
    assert len(parse('"数').remarks) == 1


def test_remarks_on_brackets_become_one() -> None:
    (remark,) = parse("((( 数据").remarks
    assert remark.facts == {"position": "1, 2, 3"}
    (remark,) = parse("( 数据").remarks
    assert remark.facts == {"position": "1"}
    (remark,) = parse("( " * 1_000).remarks
    assert remark.facts["position"].count(",") == 7


@pytest.mark.parametrize(
    ("query", "run"),
    [
        ("数据 near:5", "数据"), ("数据 算法 near:5", "数据 算法 near:5"), ("near:5", ""), ("数据 -near:5", "数据"),
        ("foo:bar", '"foo:bar"'), ("地区:上海", "地区:上海"), ("overlaps:(code:a near:5)", "overlaps:(code:a)"),
        ("(数据 算法) near:5 coder:李", "(数据 算法) near:5 coder:李"), ("数据 OR near:5", "数据"),
    ],
)  # fmt: skip
def test_what_is_said_of_a_query_is_what_is_run_of_it(query: str, run: str) -> None:
    assert run_as(query).replace('"', "") == run_as(run).replace('"', "") == write(parse(run).root).replace('"', "")
    assert "near" in run_as(query) or "near" not in run


def test_all_that_is_found_is_counted_to_the_end(library: Library) -> None:
    article = library.article("数据。" * 40)
    with library.history.change("Many"):
        for _each in range(1_100):
            library.passage(article, "数据")
    searcher = Searcher(library.connection)
    assert searcher.count("数据") == {"article": (1, False), "passage": (1_000, True), "note": (0, False)} | {
        kind: (0, False) for kind in ("instrument", "code")
    }
    assert searcher.count("数据", most=-1)["passage"] == (1_100, False)
    assert searcher.total("数据") == 1_101


def test_an_article_found_says_who_wrote_and_published_it(library: Library) -> None:
    library.article("数据", authors='[{"name": "李娜"}, {"name": "王强"}]', publisher="学习社")
    (hit,) = library.search("数据", "articles").hits
    assert (hit.authors, hit.publisher) == (("李娜", "王强"), "学习社")


def test_hits_are_counted_by_the_article_they_are_in(library: Library) -> None:
    one, other = library.article("数据。数据", key="a"), library.article("数据", key="b")
    passage = library.passage(one, "数据")
    note = library.note("数据", annotation=passage)
    library.note("数据", reply_to=note)
    library.note("数据", article=other)
    library.note("数据", day="2025-01-01")
    assert facets(Searcher(library.connection), "数据").articles == {one: 4, other: 2}


@pytest.fixture
def frameworks(tmp_path: Path) -> Library:
    library = Library(tmp_path / "two.gloss")
    times = {"created": "2025", "modified": "2025", "shipped": 1}
    for book, version in (("one", "1.0"), ("two", "2.0")):
        library.book = library.insert("codebook", name=book, title_zh="治理框架", title_en="Governance", version=version, **times)
        library.code("公平", "3.2", name=f"{book}.3.2", name_en="Fairness")
        library.code("", "7", name=f"{book}.7")
    return library


def offers(library: Library, language: str) -> list[tuple[str, str, str]]:
    found = complete("code:", 5, library.connection, None, language).offers
    return [(offer.insert, offer.label, offer.detail) for offer in found]


def test_codes_of_two_frameworks_are_told_apart(frameworks: Library) -> None:
    assert offers(frameworks, "en") == [
        ("one.3.2", "3.2 Fairness", "Framework 1.0"), ("one.7", "7 · Framework 1.0", "unnamed"),
        ("two.3.2", "3.2 Fairness", "Framework 2.0"), ("two.7", "7 · Framework 2.0", "unnamed"),
    ]  # fmt: skip
    assert offers(frameworks, "zh_CN")[0] == ("one.3.2", "3.2 公平", "框架 1.0")
    frameworks.run("INSERT INTO setting (name, value) VALUES ('working', '[\"two\"]')")
    assert [insert for insert, _label, _detail in offers(frameworks, "en")] == ["one.3.2", "one.7", "3.2", "7"]
    frameworks.close()
