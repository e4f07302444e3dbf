"""Quotations of a manuscript checked against the library: verbatim, differing, ambiguous, absent, with their citations."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import docx
import pytest

from db import errors
from db.project import Project
from db.records import Author, Layout
from db.search.searcher import Searcher
from db.sharing.manuscripts import quotations
from db.sharing.quotes import Checked, Part, QuoteCheck, compared, read_manuscript
from tests.db.material import EN, ZH, draft

SOURCE = (
    "备案与许可\n算法备案让监管者第一次看清谁在提供合成服务，但备案并不等于许可。\n"
    "服务提供者应当在显著位置公示备案编号，并提供公示信息的链接。\n"
    "The board found that no operator had kept the logs it had promised to keep, and said so in plain words."
)


@pytest.fixture
def library(project: Project) -> Project:
    """A project with two articles."""
    project.articles.add(draft("备案与许可", SOURCE, authors=(Author("王澄"),), published="2025-06-01"))
    project.articles.add(draft("算法与公平", ZH))
    return project


def _check(project: Project, text: str) -> list[Checked]:
    manuscript = draft("手稿", text)
    return QuoteCheck(Searcher(project.store.connection), language="zh_CN").check(manuscript)


def _changed(parts: Sequence[Part]) -> list[tuple[str, str]]:
    return [(part.article, part.manuscript) for part in parts if not part.equal]


def test_a_quotation_to_the_letter_is_verbatim_with_its_place_and_citation(library: Project) -> None:
    text = "前言。\n正如论者所言，“备案并不等于许可”，但实践中常被混同。"
    (one,) = _check(library, text.replace("备案并不", "但备案并不"))
    assert one.status == "verbatim"
    assert one.found is not None
    assert not one.difference
    assert SOURCE[one.found.start : one.found.end] == "但备案并不等于许可"
    assert one.found.title == "备案与许可"
    assert one.citation == "（王澄2025，¶2）"
    assert one.quotation.text == "但备案并不等于许可"
    assert one.place == "¶2"


def test_typesetting_is_overlooked(library: Project) -> None:
    found = _check(library, "他写道：「算法備案讓監管者第一次看清\n誰在提供合成服務,但備案並不等於許可。」")
    assert [one.status for one in found] == ["verbatim"]


@pytest.mark.parametrize(
    ("marks", "count"), [("“{}”", 1), ('"{}"', 1), ("「{}」", 1), ("『{}』", 1), ("（{}）", 0), ("《{}》", 0), ("{}", 0)]
)
def test_what_counts_as_quotation_marks(library: Project, marks: str, count: int) -> None:
    assert len(_check(library, "他说" + marks.format("服务提供者应当在显著位置公示备案编号") + "。")) == count


def test_terms_are_no_quotations() -> None:
    text = '所谓“算法备案”与“看清谁”不同；the “audit gap” and a 5" disk.'
    assert quotations(text, Layout.of_lines(text)) == []


def test_a_changed_word_is_shown(library: Project) -> None:
    (one,) = _check(library, "据称，“服务提供者必须在显著位置公示备案编号，并提供信息的链接”。")
    assert one.status == "differs"
    assert one.citation == "（王澄2025，¶3）"
    assert _changed(one.difference) == [("应当", "必须"), ("公示", "")]
    assert "".join(part.manuscript for part in one.difference) == one.quotation.text


def test_words_of_letters_differ_as_wholes(library: Project) -> None:
    (one,) = _check(library, 'It held "that no operator has kept the logs it had promised to keep, and said so".')
    assert one.status == "differs"
    assert _changed(one.difference) == [("had", "has")]


@pytest.mark.parametrize("mark", ["……", "…", "...", "[...]", "[…]", "（……）", ". . ."])
def test_what_was_left_out_is_respected(library: Project, mark: str) -> None:
    (one,) = _check(library, f"“算法备案让监管者第一次看清{mark}备案并不等于许可”")
    assert one.status == "verbatim"
    assert one.found is not None
    assert SOURCE[one.found.start : one.found.end].startswith("算法备案让")
    assert SOURCE[: one.found.end].endswith("等于许可")


def test_parts_in_another_order_are_no_verbatim_quotation(library: Project) -> None:
    (one,) = _check(library, "“备案并不等于许可……算法备案让监管者第一次看清”")
    assert one.status != "verbatim"


def test_a_part_that_differs_is_shown_beside_one_that_does_not(library: Project) -> None:
    (one,) = _check(library, "“算法备案让监管者首次看清谁在提供合成服务……备案并不等于许可”")
    assert one.status == "differs"
    assert _changed(one.difference) == [("第一", "首")]


def test_a_letter_set_otherwise_is_no_change(library: Project) -> None:
    (one,) = _check(library, "“[T]he board found that no operator had kept the logs”")
    assert one.status == "verbatim"


def test_words_of_nobody_are_absent(library: Project) -> None:
    (one,) = _check(library, "有人说：“这句话任何一篇文章里都没有出现过，纯属虚构。”")
    assert (one.status, one.found, one.citation, one.candidates) == ("absent", None, "", ())


def test_words_of_two_articles_are_ambiguous_unless_the_manuscript_names_one(library: Project) -> None:
    library.articles.add(draft("转引", f"转引如下：{SOURCE[6:29]}。", authors=(Author("李转"),), published="2026-01-01"))
    (one,) = _check(library, "“算法备案让监管者第一次看清谁在提供合成服务”")
    assert one.status == "ambiguous"
    assert one.found is None
    assert {found.title for found, _citation in one.candidates} == {"备案与许可", "转引"}
    (one,) = _check(library, "“算法备案让监管者第一次看清谁在提供合成服务”（李转2026，第1段）")
    assert one.status == "verbatim"
    assert one.found is not None
    assert one.found.title == "转引"


def test_words_that_stand_twice_in_an_article_are_ambiguous(project: Project) -> None:
    project.articles.add(draft("重复", "应当说明推荐的理由和依据。\n中间一段。\n应当说明推荐的理由和依据。"))
    (one,) = _check(project, "“应当说明推荐的理由和依据”")
    assert one.status == "ambiguous"
    assert len(one.candidates) == 2


def test_one_quotation_in_another_belongs_to_it(project: Project) -> None:
    project.articles.add(draft("会", "他在会上说：“所谓‘公平’不是口号，“透明”也不是”，全场沉默。"))
    found = _check(project, "记者写道：“所谓‘公平’不是口号，“透明”也不是”。")
    assert [one.status for one in found] == ["verbatim"]


def test_a_markdown_manuscript_with_block_quotations(library: Project, tmp_path: Path) -> None:
    path = tmp_path / "paper.md"
    words = (
        "# 论文\n\n他指出：\n\n> 服务提供者应当在显著位置公示备案编号，并提供公示信息的链接。（王澄2025，第3段）\n\n"
        "又说“算法备案让监管者第一次看清谁在提供合成服务”[@王澄2025, para. 2]。\n"
    )
    path.write_text(words, "utf-8")
    manuscript = read_manuscript(path)
    found = QuoteCheck(Searcher(library.store.connection)).check(manuscript)
    assert [one.status for one in found] == ["verbatim", "verbatim"]
    assert found[0].quotation.text.endswith("链接。")
    assert all(manuscript.text[one.quotation.start : one.quotation.end] == one.quotation.text for one in found)
    assert path.read_text("utf-8") == words


def test_a_word_manuscript_is_read_and_not_changed(library: Project, tmp_path: Path) -> None:
    path = tmp_path / "paper.docx"
    made = docx.Document()
    made.add_heading("论文", 1)
    made.add_paragraph("论者认为“备案并不等于许可，也不等于批准”。")
    made.add_paragraph("The board found that no operator had kept the logs it had promised to keep", style="Quote")
    made.save(str(path))
    before = path.read_bytes()
    found = QuoteCheck(Searcher(library.store.connection)).check(read_manuscript(path))
    assert [one.status for one in found][-1] == "verbatim"
    assert path.read_bytes() == before
    assert len(found) == 2


def test_it_reads_over_a_connection_of_its_own_and_can_be_stopped(library: Project) -> None:
    searcher = Searcher.open(library.path)
    with closing(searcher.connection):
        assert QuoteCheck(searcher).check(draft("x", EN)) == []

        def stop(_done: int, _total: int) -> None:
            raise errors.Cancelled

        with pytest.raises(errors.Cancelled):
            QuoteCheck(searcher).check(draft("x", f"“{SOURCE}”"), progress=stop)
        with pytest.raises(sqlite3.OperationalError):
            searcher.connection.execute("DELETE FROM article")


def test_a_quotation_over_many_articles_finds_its_own(project: Project) -> None:
    for number in range(60):
        project.articles.add(
            draft(f"第{number}篇", f"第{number}篇讨论问责与公平，结论是第{number}号方案更可行，因为它的成本较低。")
        )
    (one,) = _check(project, "“结论是第37号方案更可行，因为它的成本较低”")
    assert one.status == "verbatim"
    assert one.found is not None
    assert one.found.title == "第37篇"


def test_compared_text_joins_to_both_sides() -> None:
    parts = compared("the logs had been kept", "the log has been kept, twice")
    assert "".join(part.article for part in parts) == "the logs had been kept"
    assert "".join(part.manuscript for part in parts) == "the log has been kept, twice"
