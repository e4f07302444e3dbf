"""Quotations of a manuscript checked against the library: verbatim, differing, ambiguous, absent, with their citations."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part as Part_
from docx.oxml import parse_xml

from db import errors
from db.project import Project
from db.records import Author, Layout
from db.search.searcher import Searcher
from db.sharing import quotes_file
from db.sharing.manuscripts import quotations
from db.sharing.quotes import Checked, QuoteCheck, read_manuscript
from db.sharing.wording import Part, compared, overlooked
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
    assert one.citation == "（王澄2025，¶1）"
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
    assert one.citation == "（王澄2025，¶2）"
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


# What a quotation is allowed


@pytest.mark.parametrize(
    ("words", "allowed"),
    [
        ("“服务提供者应当在显著位置公示备案编号，并提供公示信息的链接。”", ()),
        ("“服务提供者应当在显著位置公示备案编号。”", ("final",)),
        ("“服务提供者应当在显著位置公示备案编号！”", ("final",)),
        ("“The board found that no operator had kept the logs.”", ("final",)),
        ("“服务提供者[即平台]应当在显著位置公示备案编号”", ("insertion",)),
        ("“服务提供者〔引者注：平台〕应当在显著位置公示备案编号”", ("insertion",)),
        ("“服务提供者应当在显著位置公示[其]备案编号……的链接。”", ("omission", "insertion")),
        ("“The board found […] that no operator had kept the logs it had promised.”", ("omission", "final")),
        ("「算法備案讓監管者第一次看清誰在提供合成服務」", ("script",)),
        ("“算法备案让监管者第一次看清谁在提供合成服务,但备案并不等于许可”", ("width",)),
        ("“the board found that no operator had kept the logs”", ("case",)),
        ("“The board found that nooperator had kept the logs”", ("spaces",)),
        ("‘that no operator had kept the logs it had promised to keep’", ()),
        ("﹃服务提供者应当在显著位置公示备案编号﹄", ()),
    ],
)
def test_what_is_allowed_a_verbatim_quotation_is_named(library: Project, words: str, allowed: tuple[str, ...]) -> None:
    (one,) = _check(library, words)
    assert (one.status, one.allowed, one.difference) == ("verbatim", allowed, ())
    assert one.as_dict()["allowed"] == list(allowed)


def test_brackets_and_dots_of_the_article_itself_are_nothing_to_be_allowed(project: Project) -> None:
    project.articles.add(draft("文号", "国发〔2025〕11号文件要求各地区认真贯彻……并逐步推广到县一级。"))
    (one,) = _check(project, "“国发〔2025〕11号文件要求各地区认真贯彻……并逐步推广”")
    assert (one.status, one.allowed) == ("verbatim", ())


def test_a_changed_word_beside_a_stop_of_its_own_is_the_only_difference(library: Project) -> None:
    (one,) = _check(library, "“服务提供者必须在显著位置公示备案编号。”")
    assert one.status == "differs"
    assert _changed(one.difference) == [("应当", "必须")]


def test_what_was_left_out_and_put_in_stands_between_the_compared_parts(library: Project) -> None:
    (one,) = _check(library, "“服务提供者必须在显著位置公示[其]备案编号……的链接”")
    assert _changed(one.difference) == [("应当", "必须")]
    assert "".join(part.manuscript for part in one.difference) == one.quotation.text
    assert one.allowed == ("omission", "insertion")


def test_what_is_set_otherwise_is_no_difference_and_named_beside_those_there_are(library: Project) -> None:
    (one,) = _check(library, "「服務提供者必須在顯著位置公示備案編號,並提供公示信息的鏈接」")
    assert one.status == "differs"
    assert _changed(one.difference) == [("应当", "必須")]
    assert one.allowed == ("script", "width")
    assert "".join(part.manuscript for part in one.difference) == one.quotation.text
    assert "".join(part.article for part in one.difference) == "服务提供者应当在显著位置公示备案编号，并提供公示信息的链接"


def test_a_quotation_with_every_phrase_altered_is_found_by_shorter_ones(library: Project) -> None:
    (one,) = _check(library, "“服务的提供者应在显著的位置公示了备案编号，且提供公示信息链接”")
    assert one.status == "differs"
    assert one.citation == "（王澄2025，¶2）"


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("所谓“备案不等于许可”，是一种说法。", 0),
        ("“备案并不等于许可”（王澄2025，第2段）", 1),
        ("“备案并不等于许可”[@王澄2025, para. 2]", 1),
        ("所谓“备案”（2025）", 0),
    ],
)
def test_short_words_are_a_quotation_only_where_they_are_cited(library: Project, words: str, count: int) -> None:
    assert len(_check(library, words)) == count


def test_an_opening_mark_in_place_of_a_closing_one_does_not_swallow_the_paragraph(library: Project) -> None:
    (one,) = _check(library, "“服务提供者应当在显著位置公示备案编号“，此后各段都是作者自己的话，与引文无关。")
    assert (one.status, one.quotation.text) == ("verbatim", "服务提供者应当在显著位置公示备案编号")


def test_apostrophes_close_nothing() -> None:
    text = "It said ‘the board’s operators hadn’t kept what they’d promised’ and ‘tis all."
    assert [one.text for one in quotations(text, Layout.of_lines(text))] == [
        "the board’s operators hadn’t kept what they’d promised"
    ]


@pytest.mark.parametrize(
    ("article", "manuscript", "told"),
    [
        ("备案编号", "备案编号", ()),
        ("备案 编号", "备案编号", ()),
        ("备案", "備案", ("script",)),
        ("ABC，", "ＡＢＣ,", ("width",)),
        ("“备案”。", "「备案」.", ("marks",)),
        ("no body", "nobody", ("spaces",)),
        ("Café", "cafe", ("accents",)),
        ("“备案”，A", "「備案」,a", ("script", "width", "marks", "case")),
    ],
)
def test_what_is_overlooked_is_named_by_what_undoes_it(article: str, manuscript: str, told: tuple[str, ...]) -> None:
    assert overlooked(article, manuscript) == told


def test_every_part_of_a_word_document_is_looked_through_and_none_of_it_changed(library: Project, tmp_path: Path) -> None:
    path = tmp_path / "paper.docx"
    _word_document(path)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    manuscript = read_manuscript(path)
    found = QuoteCheck(Searcher(library.store.connection)).check(manuscript)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    assert [(one.quotation.text, one.status) for one in found] == [
        ("算法备案让监管者第一次看清谁", "verbatim"),  # in a cell
        ("服务提供者应当在显著位置公示备案编号", "verbatim"),  # what was put in stands, what was struck out does not
        ("并提供公示信息的链接。", "verbatim"),  # in a text box, once
        ("但备案并不等于许可。", "verbatim"),  # in a footnote
    ]


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_BOX = (
    '<w:r {ns} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><mc:AlternateContent>'
    '<mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp></w:drawing></mc:Choice>'
    "<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)


def _word_document(path: Path) -> None:
    """Write a document with quotations in a table, in tracked changes, a text box, a comment and a footnote."""
    document = docx.Document()
    document.add_table(1, 2).cell(0, 0).text = "表中“算法备案让监管者第一次看清谁”"
    changed = document.add_paragraph("修订“服务提供者")
    for tag, text, words in (("ins", "t", "应当在显著位置"), ("del", "delText", "必须马上")):
        run = f"<w:r><w:{text}>{words}</w:{text}></w:r>"
        changed._p.append(parse_xml(f'<w:{tag} {_W} w:id="1" w:author="a">{run}</w:{tag}>'))
    changed.add_run("公示备案编号”")
    document.add_comment(changed.runs, text="批注“这是批注里的一句话，不是稿件的引文”", author="x")
    box = "<w:txbxContent><w:p><w:r><w:t>框里“并提供公示信息的链接。”</w:t></w:r></w:p></w:txbxContent>"
    document.add_paragraph("文本框")._p.append(parse_xml(_BOX.format(ns=_W, box=box)))
    called = document.add_paragraph("脚注处")
    called._p.append(parse_xml(f'<w:r {_W}><w:footnoteReference w:id="2"/></w:r>'))
    words = "<w:p><w:r><w:t>脚注“但备案并不等于许可。”</w:t></w:r></w:p>"
    note = f'<w:footnotes {_W}><w:footnote w:id="2">{words}</w:footnote></w:footnotes>'
    name = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part_(PackURI("/word/footnotes.xml"), name, note.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    document.save(str(path))


def test_a_markdown_manuscript_is_looked_through_but_for_its_code(library: Project, tmp_path: Path) -> None:
    path = tmp_path / "paper.md"
    path.write_text(
        "正文[^1]，见 `“code in a line that is long enough”`。\n\n```\n“code with a long quotation in it”\n```\n\n"
        "| 表 |\n|---|\n| “服务提供者应当在显著位置公示备案编号” |\n\n- 列表“算法备案让监管者第一次看清谁”\n\n"
        "[^1]: 脚注“但备案并不等于许可。”\n",
        "utf-8",
    )
    found = QuoteCheck(Searcher(library.store.connection)).check(read_manuscript(path))
    assert [one.status for one in found] == ["verbatim"] * 3


# The result as a file


def test_the_result_is_a_table_and_a_document_in_both_languages(library: Project, tmp_path: Path) -> None:
    checked = _check(
        library,
        "“服务提供者必须在显著位置公示备案编号。”又“這句話任何一篇文章里都没有出現過，純屬虚構”，又“但备案并不等于许可！”",
    )
    assert [one.status for one in checked] == ["differs", "absent", "verbatim"]
    for language, words in (("en", ["differs", "not in the library", "verbatim"]), ("zh_CN", ["有出入", "文库中没有", "一致"])):
        path = tmp_path / f"{language}.xlsx"
        report = quotes_file.write(library.store, path, "手稿.docx", checked, language=language, at="2026-03-04T05:06:07.000Z")
        assert report.carried == {"quotation": 3}
        book = openpyxl.load_workbook(path)
        rows = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
        assert [row[1] for row in rows] == words
        assert rows[0][6] == "应当 → 必须"
        assert isinstance(rows[0][9], float)
        assert "手稿.docx" in str(list(book.worksheets[1].iter_rows(values_only=True)))
    assert rows[2][7] == "末尾标点为引者所用"
    quotes_file.write(library.store, tmp_path / "a.md", "手稿.docx", checked, language="en")
    text = (tmp_path / "a.md").read_text("utf-8")
    assert text.index("## differs (1)") < text.index("## not in the library (1)") < text.index("## verbatim (1)")
    assert "**Allowed**: a stop of its own at the end" in text
    report = quotes_file.write(library.store, tmp_path / "a.csv", "手稿.docx", checked, language="en")
    assert report.dropped == {"provenance": 1}
    assert (tmp_path / "a.csv").read_text("utf-8").count("\n") >= 4
    with pytest.raises(errors.Refused):
        quotes_file.write(library.store, tmp_path / "a.docx", "手稿.docx", checked)
