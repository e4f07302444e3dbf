"""`export` of tables, reports, the matrix and references as a script drives it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import docx
import openpyxl
import pytest
from click.testing import CliRunner

from db.cli import main
from tests.cli.conftest import Cli
from tests.cli.test_cli import text_of
from tests.cli.test_refusals import refused


@pytest.fixture
def tagged(study: Path, cli: Cli) -> Path:
    """The project with one passage that has a code, a link and a note."""
    article = cli("articles", study)[1][0]["article"]
    start = text_of(cli, study)[1].index("算法备案")
    more = ("--code", "asgf1.3.1.1.b", "--instrument", "eu-ai-act@Art. 10", "--note", "备案的用处")
    assert cli("tag", study, article, start, start + 4, *more)[0] == 0
    return study


def test_without_a_query_all_passages_leave(tagged: Path, cli: Cli, tmp_path: Path) -> None:
    code, lines, error = cli("export", tagged, tmp_path / "a.csv")
    assert (code, error) == (0, "")
    assert lines[0]["carried"] == {"passage": 1}
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text("utf-8"), newline="")))
    assert [(row["Quotation"], row["Code ids"], row["Instrument ids"], row["Notes"]) for row in rows] == [
        ("算法备案", "asgf1.3.1.1.b", "eu-ai-act@Art. 10", "备案的用处")
    ]


def test_each_suffix_has_its_format_and_others_go_by_name(tagged: Path, cli: Cli, tmp_path: Path) -> None:
    for suffix in ("xlsx", "docx", "html", "md", "bib", "ris", "json"):
        assert cli("export", tagged, tmp_path / f"a.{suffix}")[0] == 0
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == ["Passages", "Provenance"]
    assert docx.Document(str(tmp_path / "a.docx")).paragraphs[0].text == "Passages by code"
    assert "[@林知远2024, para. 1]" in (tmp_path / "a.md").read_text("utf-8")
    assert "@online{林知远2024," in (tmp_path / "a.bib").read_text("utf-8")
    assert cli("export", tagged, tmp_path / "m.xlsx", "--format", "matrix")[0] == 0
    assert openpyxl.load_workbook(tmp_path / "m.xlsx").sheetnames[0] == "Evidence matrix"


def test_reports_are_by_what_is_asked_and_of_what_is_chosen(tagged: Path, cli: Cli, tmp_path: Path) -> None:
    article = cli("articles", tagged)[1][0]["article"]
    more = ("--by", "instrument", "--query", "备案", "--codes", "asgf1.3,asgf1.1", "--articles", article, "--style", "law")
    code, lines, _error = cli("export", tagged, tmp_path / "a.md", *more)
    words = (tmp_path / "a.md").read_text("utf-8")
    assert (code, lines[0]["carried"]) == (0, {"passage": 1})
    assert words.startswith("# Passages by instrument\n")
    assert "**Query**: 备案" in words
    assert "### Art. 10\n" in words
    assert "林知远：《" in words


def test_a_report_goes_to_standard_output(tagged: Path) -> None:
    done = CliRunner().invoke(main, ["export", str(tagged), "-", "--format", "html", "--anonymous", "--by", "coder"])
    assert done.exit_code == 0
    assert done.stdout.startswith("<!DOCTYPE html>")
    assert "<h2>Coder 1</h2>" in done.stdout


def test_options_that_a_format_does_not_take_are_refused(tagged: Path, cli: Cli, tmp_path: Path) -> None:
    refused(cli("export", tagged, tmp_path / "a.csv", "--by", "code"), "--by")
    refused(cli("export", tagged, tmp_path / "a.bib", "--anonymous"), "--anonymous")
    refused(cli("export", tagged, tmp_path / "a.html", "--excel"), "--excel")
    refused(cli("export", tagged, tmp_path / "a.glossbundle", "--style", "apa"), "--style")
    refused(cli("export", tagged, tmp_path / "a.csv", "--codes", "no-such-code"), "no-such-code")
    refused(cli("export", tagged, tmp_path / "a.md", "--query", "published:春天"), "published")
    assert not list(tmp_path.glob("a.*"))
