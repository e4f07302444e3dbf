"""All passages leave as CSV and XLSX with what hangs on them: read back from real files of a real project."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from db import errors
from db.exchange.formats import FORMATS, named, of_file
from db.project import Project
from db.search.tree import Node
from db.sharing import exporting
from tests.db.conftest import TWO, Opener
from tests.db.material import ZH, draft, state
from tests.db.sharing import Study, expect

UNSTABLE = ("创建时间", "修改时间", "批注标识", "文章标识", "文书标识")


@pytest.fixture
def study(copied: Opener) -> Study:
    return Study(copied)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_all_passages_are_a_table_with_everything_that_hangs_on_them(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    report = study.export(path, "csv")
    rows = read(path)
    lines = [" | ".join(rows[0])] + [" | ".join("…" if key in UNSTABLE else cell for key, cell in row.items()) for row in rows]
    expect("passages.txt", "\n".join(lines) + "\n")
    assert report.carried == {"passage": len(rows)} == {"passage": 5}
    assert report.dropped == {"private note": 2, "provenance": 1}
    mine = next(row for row in rows if row["批注标识"] == study.first)
    assert ZH[int(mine["起点"]) : int(mine["终点"])] == mine["原文"]
    assert mine["立场"] == f"{study.codes[0].label('zh')}：否认"


def test_another_s_private_notes_never_leave_and_one_s_own_only_if_asked(study: Study, tmp_path: Path) -> None:
    for form, suffix in (("csv", "csv"), ("html", "html"), ("md", "md")):
        for private in (False, True):
            path = tmp_path / f"a.{suffix}"
            study.export(path, form, private=private)
            words = path.read_text("utf-8")
            assert "公开的笔记" in words
            assert ("只给自己" in words) == private
            assert not [hidden for hidden in ("私密", "答复") if hidden in words]


def test_without_names_no_coder_s_name_is_in_a_file_nor_in_its_query(study: Study, tmp_path: Path) -> None:
    for each in exporting.formats():
        path = tmp_path / f"{each.name}{each.suffix}"
        if each.holds not in ("passages", "matrix"):
            continue
        study.export(path, each.name, anonymous=True, query='coder:"Ada Two" OR kind:passage', language="en")
        words = everything_in(path)
        assert "Ada" not in words
        assert "Coder 2" in words or each.name == "matrix"


def everything_in(path: Path) -> str:
    if path.suffix == ".xlsx":
        return str([list(page.iter_rows(values_only=True)) for page in openpyxl.load_workbook(path)])
    if path.suffix == ".docx":
        import docx

        return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)
    return path.read_text("utf-8")


def test_a_workbook_has_the_passages_and_where_they_come_from(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    study.export(path, "xlsx", language="en", query="kind:passage", articles=(study.zh,))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Passages", "Provenance"]
    table = list(book["Passages"].iter_rows(values_only=True))
    assert len(table) == 4
    stated = dict(book["Provenance"].iter_rows(min_row=2, values_only=True))
    assert stated["Query"] == "kind:passage"
    assert stated["In words"] == "Articles: 林一2026"
    assert stated["Found"] == "Passages 3"
    assert "(revision 1)" in stated["Codebooks"]
    status = table[0].index("Status of the place")
    assert {row[status] for row in table[1:]} == {"exact", "whole article"}


def test_a_code_takes_all_below_it_and_choices_narrow_each_other(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    group = study.codes[0].parent
    assert group is not None

    def count(**more: Any) -> int:
        return study.export(path, "csv", **more).carried["passage"]

    assert count(codes=(group,)) == 3
    assert count(codes=(study.codes[1].id,)) == 2
    assert count(codes=(group,), articles=(study.en, study.statute)) == 2
    assert count(codes=(group,), query="coder:Ada") == 0
    assert len(path.read_text("utf-8").splitlines()) == 1


def test_a_passage_that_is_gone_keeps_its_words_and_says_so(study: Study, tmp_path: Path) -> None:
    study.project.articles.add_version(study.en, draft("Auditors", "Something else altogether."))
    path = tmp_path / "a.csv"
    study.export(path, "csv", articles=(study.en,), language="en")
    row = read(path)[0]
    assert (row["Status of the place"], row["Start"], row["Place"]) == ("gone", "", "")
    assert row["Quotation"].startswith("A model")


def test_excel_gets_a_bom_and_nothing_that_it_would_run(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    report = study.export(path, "csv", excel=True)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert "'=公开的笔记" in path.read_text("utf-8")
    assert report.changed["inert cell"] == 1


def test_stopping_leaves_the_file_that_was_there_and_nothing_is_changed(study: Study, tmp_path: Path) -> None:
    before = state(study.project)
    for each in exporting.formats():
        if each.holds == "codebook":
            continue  # written at once
        path = tmp_path / f"old{each.suffix}"
        path.write_text("old", "utf-8")

        def stop(_done: int, _total: int) -> None:
            raise errors.Cancelled

        with pytest.raises(errors.Cancelled):
            exporting.write(study.project.store, path, exporting.Choice(each.name), stop)
        assert path.read_text("utf-8") == "old"
        assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []
    assert state(study.project) == before


def test_what_leaves_is_of_one_moment_whatever_is_written_meanwhile(study: Study, copied: Opener, tmp_path: Path) -> None:
    other = copied("study", TWO)

    def meanwhile(_node: Node) -> str:
        other.articles.remove([study.zh])
        return "all"

    path = tmp_path / "a.md"
    assert study.export(path, "md", query="kind:passage", sentence=meanwhile).carried["passage"] == 5
    assert study.export(path, "md").carried["passage"] == 2


def test_the_same_state_is_the_same_bytes(study: Study, tmp_path: Path) -> None:
    for each in exporting.formats():
        for number in (1, 2):
            study.export(tmp_path / f"{number}{each.suffix}", each.name)
        assert (tmp_path / f"1{each.suffix}").read_bytes() == (tmp_path / f"2{each.suffix}").read_bytes()


def test_an_empty_project_leaves_as_a_file_without_passages(project: Project, tmp_path: Path) -> None:
    for each in exporting.formats():
        path = tmp_path / f"a{each.suffix}"
        report = exporting.write(project.store, path, exporting.Choice(each.name, "en"))
        assert path.is_file()
        assert report.carried["passage"] == 0
    assert "There are no passages." in (tmp_path / "a.md").read_text("utf-8")


def test_every_format_has_one_name_and_its_suffix_leads_to_it() -> None:
    names = [each.name for each in FORMATS]
    assert len(set(names)) == len(names)
    assert set(exporting.WRITERS) <= set(names)
    found = of_file(Path("A.XLSX"))
    assert found is not None
    assert found.name == "xlsx"
    assert named("matrix").suffix == ".xlsx"
    assert of_file(Path("a.bib"), ["csv"]) is None
    assert of_file(Path("a.unknown")) is None
