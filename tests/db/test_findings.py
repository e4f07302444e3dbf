"""What a query finds leaves as CSV, XLSX or DOCX: read back from real files of a real project."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from db import errors
from db.exchange import results
from db.exchange.results import FOUND_COLUMNS
from db.project import Project
from db.search import concordance
from db.search.searcher import Searcher
from db.search.tree import Node
from db.search.writing import write as written
from db.sharing.findings import Findings
from tests.db.conftest import TWO, Opener
from tests.db.material import EN, ZH, draft

WHEN = "2026-03-04T05:06:07.000Z"
KEYS = [column.key for column in FOUND_COLUMNS]


class Study:
    """A project with two coders' passages, notes of all sorts and a translation."""

    def __init__(self, copied: Opener) -> None:
        one = copied("study")
        self.code = one.codes.all("asgf1")[5]
        law = one.instruments.add("《示例办法》")
        zh = one.articles.add(draft("算法与公平", ZH, publisher="治理观察"))
        one.articles.add(draft("Auditors", EN, language="en"))
        start = ZH.index("招聘")
        first = one.annotations.add(zh, start, start + 11, codes=[self.code.id], links=[(law, "第十九条")], note="重要\n第二行")
        one.notes.add("annotation", first, "只给自己", private=True)
        one.translations.add(first, "en", "The platform screens CVs")
        self.first = one.annotations.get(first).uuid
        one.close()
        two = copied("study", TWO)
        start = ZH.index("《示例办法》")
        second = two.annotations.add(zh, start, start + 10, note="=公开的笔记")
        hidden = two.notes.add("annotation", second, "别人的私密算法笔记", private=True)
        two.notes.reply(hidden, "对私密算法笔记的答复")
        two.notes.add("article", zh, "算法文章的笔记")
        two.close()
        self.project = copied("study")
        self.searcher = Searcher(self.project.store.connection)

    def findings(self, **more: Any) -> Findings:
        usual = {"me": self.project.me, "language": "zh_CN", "at": WHEN}
        return Findings(self.searcher, self.project.path, **(usual | more))

    def rows(self, query: str, kinds: tuple[str, ...] | None = None, **more: Any) -> list[dict[str, Any]]:
        sheet = results.table(self.findings(**more).hits(query, kinds))
        return [dict(zip(KEYS, row, strict=True)) for row in sheet.rows]


@pytest.fixture
def study(copied: Opener) -> Study:
    return Study(copied)


def test_a_passage_is_a_row_with_its_article_place_codes_links_notes_and_translation(study: Study) -> None:
    rows = study.rows("kind:passage")
    start = ZH.index("招聘")
    assert rows[0] == {
        "kind": "片段", "title": "算法与公平", "key": "林一2026", "authors": "林一", "publisher": "治理观察",
        "published": "2026-02-03", "locator": "¶1", "quote": ZH[start : start + 11], "codes": study.code.label("zh"),
        "instruments": "《示例办法》 第十九条", "coder": "林一", "notes": "重要\n第二行",
        "translations": "[en] The platform screens CVs",
        "annotation": study.first, "start": start, "end": start + 11,
    }  # fmt: skip
    assert [row["coder"] for row in rows] == ["林一", "Ada Two"]
    assert rows[0]["start"] < rows[1]["start"]


def test_the_same_in_english_has_english_words(study: Study) -> None:
    row = study.rows("kind:passage", language="en")[0]
    assert (row["kind"], row["codes"]) == ("passage", study.code.label("en"))
    assert [column.title("en") for column in FOUND_COLUMNS][:3] == ["Kind", "Article", "Key"]


def test_other_kinds_have_the_columns_that_fit_them(study: Study) -> None:
    article = study.rows("auditors", ("articles",))[0]
    assert (article["kind"], article["title"], article["quote"]) == (
        "文章",
        "Auditors",
        EN.replace("\n", " "),
    )
    assert EN[article["start"] : article["end"]] == "auditors"
    note = study.rows("公开", ("notes",))[0]
    assert (note["kind"], note["notes"], note["coder"], note["title"]) == ("笔记", "=公开的笔记", "Ada Two", "算法与公平")
    assert study.rows("文章的笔记", ("notes",))[0]["annotation"] == ""
    law = study.rows("示例办法", ("instruments",))[0]
    assert (law["kind"], law["instruments"]) == ("政策文书", "《示例办法》")
    code = study.rows(f'"{study.code.name_zh}"', ("codes",))[0]
    assert code["codes"] == study.code.label("zh")
    kinds = [row["kind"] for row in study.rows("算法")]
    assert kinds == sorted(kinds, key=["片段", "文章", "笔记", "政策文书", "编码"].index)


def test_private_notes_of_others_never_leave_and_one_s_own_only_if_asked(study: Study) -> None:
    everything = str(
        [study.rows(query) + study.rows(query, me=0) for query in ("kind:passage", "算法", "笔记", "答复", "kind:note")]
    )
    assert "公开的笔记" in everything
    assert not [words for words in ("私密", "答复", "只给自己") if words in everything]
    own = str(study.rows("kind:passage", private=True))
    assert "只给自己" in own
    assert "私密" not in own
    result = study.findings().hits("kind:passage")
    assert sum(1 for _row in result.rows) == 2
    assert result.report.carried == {"passage": 2}
    assert result.report.dropped == {"private note": 2}
    assert result.report.reasons == ["私人笔记留在本机。"]


def test_without_names_no_name_of_a_coder_is_in_the_file(study: Study, tmp_path: Path) -> None:
    query = 'coder:"Ada Two" OR overlaps:(coder:Ada) OR (kind:passage -coder:nobody)'
    for form in results.FORMATS:
        path = tmp_path / f"a.{form}"
        found = study.findings(language="en", anonymous=True, sentence=_sentence).hits(query, ("passages",))
        assert found.count == 2
        (other,) = {"Coder 1", "Coder 2"} - {found.provenance.coder}
        assert other in found.provenance.query
        results.write(path, found, form)
        words = str(everything_in(path))
        assert "Ada" not in words
        assert "nobody" not in words
        assert other in words
    assert {row["coder"] for row in study.rows("kind:passage", anonymous=True)} == {"编码者 1", "编码者 2"}


def _sentence(node: Node) -> str:
    return f"what fits {written(node)}"


def everything_in(path: Path) -> list[Any]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))
    if path.suffix == ".xlsx":
        return [list(page.iter_rows(values_only=True)) for page in openpyxl.load_workbook(path)]
    return [(paragraph.style.name, paragraph.text) for paragraph in docx.Document(str(path)).paragraphs]


def test_a_csv_has_the_query_in_its_last_column_and_no_formula(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    report = results.write(path, study.findings().hits("公开"), "csv")
    rows = everything_in(path)
    assert rows[0] == [*(column.title_zh for column in FOUND_COLUMNS), "检索式"]
    assert {row[-1] for row in rows[1:]} == {"公开"}
    assert "'=公开的笔记" in [cell for row in rows for cell in row]
    assert report.dropped["provenance"] == 1
    assert report.changed == {"inert cell": 1}


def test_an_xlsx_has_a_second_sheet_that_says_where_it_comes_from(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    found = study.findings(sentence=_sentence).hits("招聘  平台", ("passages", "articles"))
    report = results.write(path, found, "xlsx")
    hits, provenance = everything_in(path)
    assert openpyxl.load_workbook(path).sheetnames == ["检索结果", "出处"]
    assert [row[0] for row in hits] == ["类型", "片段", "文章"]
    assert isinstance(hits[1][14], int)
    stated = dict(provenance[1:])
    program, books = stated.pop("程序"), stated.pop("编码本")
    assert stated == {
        "检索式": "招聘  平台",
        "检索式释义": "what fits 招聘 平台",
        "结果数": "片段 1；文章 1",
        "项目": "study",
        "导出者": "林一",
        "日期": WHEN,
    }
    assert program.startswith("Glossator")
    assert "（修订 1）" in books
    assert report.carried == {"passage": 1, "article": 1}


def test_a_docx_quotes_each_passage_under_its_article_with_citation_codes_and_notes(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    results.write(path, study.findings().hits("kind:passage", ("passages",)), "docx")
    told = everything_in(path)
    start = ZH.index("招聘")
    assert told[0] == ("Title", "检索结果")
    assert ("Normal", "检索式：kind:passage") in told
    at = told.index(("Heading 1", "算法与公平"))
    about = (
        "译文：[en] The platform screens CVs", f"编码：{study.code.label('zh')}", "政策文书：《示例办法》 第十九条",
        "笔记：重要", "第二行", "编码者：林一",
    )  # fmt: skip
    assert told[at + 1 : at + 4] == [
        ("Normal", "林一  治理观察  2026-02-03  林一2026"),
        ("Quote", f"{ZH[start : start + 11]}（林一2026，¶1）"),
        ("Normal", "\n".join(about)),
    ]
    assert docx.Document(str(path)).core_properties.author == ""
    assert ("Normal", "日期：2026年3月4日 05:06 UTC") in [(style, text.replace("\n", "")) for style, text in everything_in(path)]


def test_a_docx_of_several_kinds_has_a_chapter_for_each(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    results.write(path, study.findings(language="en").hits("算法 OR 示例办法 OR 公开"), "docx")
    told = everything_in(path)
    chapters = [text for style, text in told if style == "Heading 1"]
    assert chapters[:3] == ["Passages", "Articles", "Notes"]
    assert ("Heading 2", "算法与公平") in told
    assert ("List Bullet", "《示例办法》") in told


def test_a_result_of_nothing_is_a_file_that_says_so(study: Study, tmp_path: Path) -> None:
    for form in results.FORMATS:
        path = tmp_path / f"a.{form}"
        assert results.write(path, study.findings().hits("没有这样的词", ("passages",)), form).carried == {}
        assert "没有这样的词" in str(everything_in(path)) or form == "csv"
    assert len(everything_in(tmp_path / "a.csv")) == 1


def test_a_concordance_leaves_in_its_order_with_places_and_ids(study: Study, tmp_path: Path) -> None:
    lines = concordance.lines(study.searcher, "招聘 OR 得分", me=study.project.me, context=6, order=("right1",))
    for form in results.FORMATS:
        report = results.write(tmp_path / f"k.{form}", study.findings().concordance("招聘 OR 得分", lines.lines, more=True), form)
        assert report.carried == {"line": len(lines.lines)}
        assert f"只收入前 {len(lines.lines)} 处，其余从略。" in report.reasons
    table, provenance = everything_in(tmp_path / "k.xlsx")
    assert [row[4:9] for row in table[1:]] == [(one.left, one.match, one.right, one.start, one.end) for one in lines.lines]
    assert study.first in [row[9] for row in table]
    assert ("结果数", f"行数 {len(lines.lines)}") in provenance
    read = docx.Document(str(tmp_path / "k.docx")).tables[0]
    assert [cell.text for cell in read.rows[0].cells] == ["左文", "命中", "右文", "来源"]
    assert [row.cells[1].text for row in read.rows[1:]] == [one.match for one in lines.lines]
    assert all("林一2026" in row.cells[3].text for row in read.rows[1:])


def test_lines_of_what_changed_since_are_left_out_or_without_a_place(study: Study) -> None:
    lines = concordance.lines(study.searcher, "算法 OR decide", me=study.project.me).lines
    project: Project = study.project
    study_of = {article.title: article.id for article in project.articles.all()}
    project.articles.remove([study_of["Auditors"]])
    project.articles.add_version(study_of["算法与公平"], draft("算法与公平", "短"))
    result = study.findings().concordance("算法 OR decide", lines)
    told = [(row.title, row.locator, row.citation) for row in result.rows]  # type: ignore[union-attr]
    assert set(told) == {("算法与公平", "", "（林一2026）")}
    assert result.report.dropped == {"line": 1}
    assert result.report.reasons == ["此后被移除的文章所在各行未收入。"]


def test_interrupting_the_searcher_is_no_damage_of_the_file(study: Study) -> None:
    result = study.findings().hits("kind:passage")
    study.searcher.connection.set_progress_handler(_one, 1)
    with pytest.raises(errors.Cancelled):
        list(result.rows)
    study.searcher.connection.set_progress_handler(None, 0)


def _one() -> int:
    return 1


def test_the_same_result_has_the_same_bytes(study: Study, tmp_path: Path) -> None:
    for form in results.FORMATS:
        for name in ("one", "two"):
            results.write(tmp_path / f"{name}.{form}", study.findings().hits("算法"), form)
        assert (tmp_path / f"one.{form}").read_bytes() == (tmp_path / f"two.{form}").read_bytes()


def test_cancelling_leaves_no_file(study: Study, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()

    def stop(_done: int, _total: int) -> None:
        raise errors.Cancelled

    for form in results.FORMATS:
        with pytest.raises(errors.Cancelled):
            results.write(folder / f"a.{form}", study.findings().hits("算法"), form, progress=stop)
    assert list(folder.iterdir()) == []


def test_a_kind_that_is_none_is_refused_and_a_place_that_moved_is_told_where_it_is_now(study: Study) -> None:
    with pytest.raises(errors.Refused):
        study.findings().hits("算法", ("pages",))
    project: Project = study.project
    article = project.annotations.get(project.annotations.by_ref(study.first)).article
    project.articles.add_version(article, draft("算法与公平", "新的开头\n" + ZH))
    row = next(row for row in study.rows("kind:passage") if row["annotation"] == study.first)
    start = ZH.index("招聘") + 5
    assert (row["start"], row["quote"], row["locator"]) == (start, ZH[start - 5 : start + 6], "¶3")
