"""Tables of passages of other programs: their titles, separators, ways to write codes, places and times, and workbooks."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from db import errors
from db.exchange.foreign.columns import columns_of, day_first, time_of
from db.project import Project
from db.records import Annotation, ArticleId
from db.sharing import taking_in
from db.sharing.exporting import Choice, write
from tests.db.conftest import TWO, Opener
from tests.db.material import ZH, draft, state, well

TEXT = "第一段说平台应当说明理由。\n第二段说平台应当说明理由。\n😀第三段说平台应当说明理由。\nOne more line."
Rows = Sequence[Sequence[object]]


@pytest.fixture
def hearing(project: Project) -> ArticleId:
    """An article whose words come back in every paragraph, imported from a file with an address."""
    return project.articles.add(draft("听证记录", TEXT, url="https://example.org/hearing?id=3"))


def _csv(tmp_path: Path, rows: Rows, separator: str = ",", name: str = "table.csv") -> Path:
    path = tmp_path / name
    lines = (separator.join('"{}"'.format(str(cell).replace('"', '""')) for cell in row) for row in rows)
    path.write_text("\r\n".join(lines) + "\r\n", "utf-8-sig", newline="")
    return path


def _xlsx(tmp_path: Path, rows: Rows, name: str = "table.xlsx") -> Path:
    book = openpyxl.Workbook()
    book.active.append(["Read me first"])
    sheet = book.create_sheet("Segments")
    for row in rows:
        sheet.append(list(row))
    book.save(tmp_path / name)
    return tmp_path / name


def _take(project: Project, path: Path) -> taking_in.Intake:
    intake = taking_in.preview(project, path)
    taking_in.take_in(project, intake)
    assert not well(project)
    return intake


def _paths(project: Project, mark: Annotation) -> list[str]:
    codes = {code.id: code for code in project.codes.all()}
    found = []
    for tagging in mark.taggings:
        names, at = [], codes[tagging.code]
        while at.parent is not None:
            names.append(at.title("en"))
            at = codes[at.parent]
        found.append(" > ".join(reversed(names)))
    return sorted(found)


PROGRAMS: dict[str, tuple[Sequence[object], Sequence[object]]] = {
    "MAXQDA": (
        ("Color", "Comment", "Document group", "Document name", "Code", "Beginning", "End", "Weight score", "Segment",
         "Modified by", "Modified", "Created by", "Created", "Area", "Coverage %"),
        ("●", "看", "组", "听证记录", "理由 > 说明", 2, 2, 0, "平台应当说明理由", "Mei", "2026/2/4 9:00:00", "Mei",
         "2026/2/4 9:00:00", 8, "5.1")),
    "MAXQDA in Chinese": (
        ("颜色", "备注", "文档组", "文档名称", "编码", "开始", "结束", "权重", "片段", "创建者", "创建日期"),
        ("●", "看", "组", "听证记录", "理由\\说明", 2, 2, 0, "平台应当说明理由", "Mei", "2026年2月4日 9:00")),
    "ATLAS.ti": (
        ("ID", "Reference", "Quotation Name", "Quotation Content", "Document", "Comment", "Codes", "Created by", "Created",
         "Start", "End"),
        ("1:1", "¶ 2", "", "第二段说平台应当说明理由", "D 1: 听证记录.docx", "看", "理由: 说明\n理由: 别的", "Mei",
         "2026-02-04 09:00:00",
         2, 2)),
    "NVivo": (
        ("Source Name", "Node", "Coded Text", "Coder Name", "Date", "Memo"),
        ("听证记录", "Nodes\\\\理由\\说明", "第二段说平台应当说明理由", "Mei", "2026-02-04T09:00:00", "看")),
    "Dedoose": (
        ("Media Title", "Excerpt Range", "Excerpt Creator", "Excerpt Date", "Excerpt Copy", "Codes Applied Combined", "Memo",
         "Code: 理由 Applied"),
        ("听证记录.pdf", f"{TEXT.index('第二段')}-{TEXT.index('第二段') + 12}", "Mei", "2/4/2026 9:00:00 AM",
         "第二段说平台应当说明理由", "理由::说明, 别的", "看", "True")),
    "Taguette": (
        ("id", "document", "tag", "tag_parent", "tag_full_path", "tag_description", "content"),
        (7, "听证记录", "说明", "理由", "", "", "第二段说平台应当说明理由")),
    "QualCoder": (
        ("Coder", "Code", "File", "pos0", "pos1", "Coded", "seltext", "memo"),
        ("Mei", "理由>说明", "https://www.example.org/hearing/?id=3", TEXT.index("第二段"), TEXT.index("第二段") + 12, "",
         "第二段说平台应当说明理由", "看")),
    "an address": (
        ("URL", "Quote", "Tags", "Notes", "Annotator"),
        ("http://example.org/hearing?id=3&utm_source=x", "第二段说平台应当说明理由", "理由 > 说明, 别的", "看", "Mei")),
}  # fmt: skip


@pytest.mark.parametrize("made", [_csv, _xlsx])
@pytest.mark.parametrize("program", PROGRAMS)
def test_tables_of_other_programs_are_read_as_they_are(
    project: Project, hearing: ArticleId, tmp_path: Path, program: str, made: Callable[..., Path]
) -> None:
    intake = _take(project, made(tmp_path, PROGRAMS[program]))
    assert not intake.unfit, [one.reason("en") for one in intake.unfit]
    (mark,) = project.annotations.of(hearing)
    assert "平台应当说明理由" in mark.exact
    assert TEXT.index("\n") < mark.start < TEXT.index("😀")  # type: ignore[operator]
    assert "理由 > 说明" in [path.removeprefix("Imported > ") for path in _paths(project, mark)]
    if program != "Taguette":
        assert (project.coders.get(mark.coder).name, mark.notes[0].text) == ("Mei", "看")
    if program not in ("Taguette", "QualCoder", "an address"):
        assert mark.created == "2026-02-04T09:00:00.000Z"
    assert taking_in.preview(project, tmp_path / f"table{'.csv' if made is _csv else '.xlsx'}").changes_nothing


def test_a_preview_says_what_each_column_means(project: Project, hearing: ArticleId, tmp_path: Path) -> None:
    intake = taking_in.preview(project, _csv(tmp_path, PROGRAMS["MAXQDA"]))
    read, left = intake.report.reasons[-2:]
    assert "Segment → quotation" in read
    assert "Document name → article" in read
    assert "Weight score" in left
    assert "Segment" not in left


@pytest.mark.parametrize("separator", [",", ";", "\t", "，", "|"])
def test_lines_above_the_titles_are_passed_over(project: Project, hearing: ArticleId, tmp_path: Path, separator: str) -> None:
    rows = (
        ("片段表", "导出于 2026-01-01"),
        (),
        ("文章", "原文", "编码"),
        ("听证记录", "One more line", "甲"),
        ("没有", "x", "y"),
    )
    intake = _take(project, _csv(tmp_path, rows, separator))
    (mark,) = project.annotations.of(hearing)
    assert mark.exact == "One more line"
    assert [one.line for one in intake.unfit] == [5]


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        (["甲;乙；丙"], ["丙", "乙", "甲"]),
        (["甲|乙"], ["乙", "甲"]),
        (["甲\n乙"], ["乙", "甲"]),
        (["甲、乙"], ["乙", "甲"]),
        (["甲、乙;丙"], ["丙", "甲、乙"]),
        (["公平, 合理"], ["公平, 合理"]),
        (["甲 > 乙 > 丙"], ["甲 > 乙 > 丙"]),
        (["甲/乙"], ["甲/乙"]),
        (["甲/乙;甲/丙"], ["甲 > 丙", "甲 > 乙"]),
        (["甲：乙;甲"], ["甲", "甲 > 乙"]),
        (["https://example.org/a;https://example.org/b"], ["https://example.org/a", "https://example.org/b"]),
        (["Nodes\\\\甲\\\\乙"], ["甲 > 乙"]),
    ],
)
def test_a_cell_of_codes_is_taken_apart_as_its_table_writes_them(
    project: Project, hearing: ArticleId, tmp_path: Path, cells: list[str], codes: list[str]
) -> None:
    _take(project, _csv(tmp_path, [("article", "exact", "codes"), *(("听证记录", "One more line", cell) for cell in cells)]))
    (mark,) = project.annotations.of(hearing)
    assert sorted(path.removeprefix("Imported > ") for path in _paths(project, mark)) == sorted(codes)


def test_a_code_with_a_separator_in_its_name_is_itself(project: Project, hearing: ArticleId, tmp_path: Path) -> None:
    own = {name: project.codes.add(name_zh=name) for name in ("公平、公正", "甲/乙", "甲")}
    rows = [("article", "exact", "codes"), *(("听证记录", "One more line", name) for name in own)]
    _take(project, _csv(tmp_path, rows))
    (mark,) = project.annotations.of(hearing)
    assert {tagging.code for tagging in mark.taggings} == set(own.values())


def test_of_codes_of_one_name_the_way_down_tells(project: Project, hearing: ArticleId, tmp_path: Path) -> None:
    above = [project.codes.add(name_zh=name) for name in ("甲", "乙")]
    twins = [project.codes.add(name_zh="同名", parent=parent) for parent in above]
    _take(project, _csv(tmp_path, [("article", "exact", "codes"), ("听证记录", "One more line", "乙 > 同名")]))
    (mark,) = project.annotations.of(hearing)
    assert [tagging.code for tagging in mark.taggings] == [twins[1]]
    _take(project, _csv(tmp_path, [("article", "exact", "codes"), ("听证记录", "One more line", "乙 > 新的")], name="new.csv"))
    made = project.codes.get(project.codes.by_ref("新的"))
    assert made.parent == above[1]


def test_numbers_beside_words_are_positions_however_counted(project: Project, hearing: ArticleId, tmp_path: Path) -> None:
    words = "平台应当说明理由"
    third = TEXT.rindex(words)
    units = len(TEXT[:third].encode("utf-16-le")) // 2
    rows = [
        ("article", "start", "end", "exact", "codes"),
        ("听证记录", third, third + 8, words, "points"),
        ("听证记录", units, units + 8, words, "units"),
        ("听证记录", third + 1, third + 8, words, "from one"),
        ("听证记录", third, third + 7, words, "to the last"),
        ("听证记录", 3, 3, words, "paragraph"),
        ("听证记录", 1, 3, words, "too wide"),
        ("听证记录", 99_999, 99_999, "One more line", "far"),
    ]
    intake = _take(project, _csv(tmp_path, rows))
    one, two = project.annotations.of(hearing)
    assert (one.start, len(one.taggings)) == (third, 5)
    assert two.exact == "One more line"
    assert [one.line for one in intake.unfit] == [7]
    assert intake.report.changed["annotation"] == 5


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("2026-02-04T09:00:00+08:00", "2026-02-04T01:00:00.000Z"),
        ("2026/2/4 9:05", "2026-02-04T09:05:00.000Z"),
        ("2026.02.04", "2026-02-04T00:00:00.000Z"),
        ("2026年2月4日", "2026-02-04T00:00:00.000Z"),
        ("2026年2月4日 21:05:06", "2026-02-04T21:05:06.000Z"),
        ("2/4/2026 9:00:00 PM", "2026-02-04T21:00:00.000Z"),
        ("12/1/2026 12:00 AM", "2026-12-01T00:00:00.000Z"),
        ("04.02.2026 09:00:00", "2026-02-04T09:00:00.000Z"),
        ("46057.375", "2026-02-04T09:00:00.000Z"),
        ("31/2/2026", ""),
        ("昨天", ""),
        ("0/0/0000", ""),
    ],
)
def test_times_as_people_and_spreadsheets_write_them(words: str, at: str) -> None:
    assert time_of(words, days_first=day_first([words])) == at


def test_whether_days_come_first_is_told_by_the_column() -> None:
    assert day_first(["4/2/2026", "13/2/2026"])
    assert not day_first(["4/2/2026", "2/13/2026"])
    assert not day_first(["4/2/2026"])
    assert day_first(["4.2.2026"])


def test_a_date_of_a_workbook_is_a_time(project: Project, hearing: ArticleId, tmp_path: Path) -> None:
    row = ("听证记录", "One more line", "甲", datetime(2026, 2, 4, 9, 0))  # noqa: DTZ001
    _take(project, _xlsx(tmp_path, [("article", "exact", "codes", "created"), row]))
    (mark,) = project.annotations.of(hearing)
    assert mark.created == "2026-02-04T09:00:00.000Z"


def test_the_workbook_of_passages_that_leaves_comes_back(copied: Opener, tmp_path: Path) -> None:
    one, other = copied("one"), copied("other", TWO)
    article = one.articles.add(draft("算法与公平", ZH))
    mark = one.annotations.add(article, 6, 12, codes=[one.codes.by_ref("asgf1.1.1")], note="=想法\n'第二行")
    one.annotations.link(mark, one.instruments.by_ref("eu-ai-act"), "第十九条")
    path = tmp_path / "out.xlsx"
    write(one.store, path, Choice("xlsx", "zh_CN"))
    assert taking_in.preview(one, path).changes_nothing
    other.articles.add(draft("算法与公平", ZH))
    assert not _take(other, path).unfit
    (made,) = other.annotations.of(other.articles.by_ref("算法与公平"))
    assert (made.start, made.end, made.notes[0].text) == (6, 12, "=想法\n'第二行")


def test_titles_of_columns_do_not_care_for_case_and_gaps() -> None:
    found = columns_of(["\ufeffArticle_ID", " START ", "end:", "Quotation  Content", "Created_By", "编码"])
    assert found == {"article id": 0, "start": 1, "end": 2, "exact": 3, "coder": 4, "codes": 5}


def _packed(path: Path, **members: bytes) -> None:
    usual = {
        "xl/workbook.xml": b'<workbook xmlns:r="urn:r"><sheets><sheet name="a" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": b'<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": b"<worksheet><sheetData/></worksheet>",
    }
    named = {name.replace("__", "/").replace("_xml", ".xml"): data for name, data in members.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (usual | named).items():
            if data:
                archive.writestr(name, data)


_BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
HOSTILE: dict[str, Callable[[Path], object]] = {
    "no archive": lambda path: path.write_bytes(b"PK not really"),
    "empty": lambda path: path.write_bytes(b""),
    "no book": lambda path: _packed(path, xl__workbook_xml=b""),
    "no sheet": lambda path: _packed(path, xl__worksheets__sheet1_xml=b""),
    "entities": lambda path: _packed(path, xl__worksheets__sheet1_xml=_BOMB),
    "broken XML": lambda path: _packed(path, xl__worksheets__sheet1_xml=b"<worksheet><row>"),
    "no passages": lambda path: _packed(path),
    "a bomb": lambda path: _packed(path, xl__worksheets__sheet1_xml=b"<worksheet>" + b" " * 50_000_000 + b"</worksheet>"),
    "a row that is no number": lambda path: _packed(path, xl__worksheets__sheet1_xml=b'<a><row r="x"><c/></row></a>'),
    "deep XML": lambda path: _packed(path, xl__worksheets__sheet1_xml=b"<a>" * 5_000 + b"</a>" * 5_000),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused_in_a_sentence(project: Project, tmp_path: Path, name: str) -> None:
    path = tmp_path / "hostile.xlsx"
    HOSTILE[name](path)
    before = state(project)
    with pytest.raises(errors.CannotRead) as said:
        taking_in.preview(project, path)
    assert state(project) == before
    assert "\n" not in str(said.value)
    assert str(said.value).endswith(".")
