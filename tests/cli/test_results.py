"""`export --query` as a script drives it."""

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

REPORT = {"carried", "changed", "kept_aside", "dropped", "reasons"}


@pytest.fixture
def tagged(study: Path, cli: Cli) -> Path:
    """The project with one passage that has a note."""
    article = cli("articles", study)[1][0]["article"]
    start = text_of(cli, study)[1].index("算法备案")
    assert cli("tag", study, article, start, start + 4, "--note", "-备案的用处")[0] == 0
    return study


def test_results_are_written_in_the_format_of_the_suffix(tagged: Path, cli: Cli, tmp_path: Path) -> None:
    for suffix in ("csv", "xlsx", "docx"):
        code, lines, error = cli("export", tagged, tmp_path / f"a.{suffix}", "--query", "备案", "--in", "passages,notes")
        assert (code, error) == (0, "")
        assert set(lines[0]) == REPORT
        assert lines[0]["carried"] == {"passage": 1, "note": 1}
    rows = list(csv.reader(io.StringIO((tmp_path / "a.csv").read_text("utf-8"), newline="")))
    assert [row[0] for row in rows] == ["Kind", "passage", "note"]
    assert rows[1][7] == "算法备案"
    assert rows[1][11] == "'-备案的用处"
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == ["Search results", "Provenance"]
    assert docx.Document(str(tmp_path / "a.docx")).paragraphs[0].text == "Search results"


def test_a_concordance_a_format_by_name_and_a_bom(tagged: Path, cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "lines.txt"
    code, lines, _error = cli("export", tagged, out, "--format", "csv", "--query", "备案", "--concordance", "--excel")
    assert code == 0
    text = out.read_text("utf-8")
    assert text.startswith("\ufeffArticle,Key,")
    assert lines[0]["carried"]["line"] == text_of(cli, tagged)[1].count("备案") == len(text.splitlines()) - 1


def test_a_table_goes_to_standard_output_and_remarks_are_told(tagged: Path, cli: Cli) -> None:
    words = ["export", str(tagged), "-", "--format", "csv", "--query", "“备案", "--in", "passages", "--anonymous"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0
    assert "Coder 1" in done.stdout
    assert done.stdout_bytes.decode().count("\r\n") == 2
    assert "not closed" in done.stderr


def test_what_does_not_go_together_is_refused(tagged: Path, cli: Cli, tmp_path: Path) -> None:
    refused(cli("export", tagged, tmp_path / "a.csv", "--concordance"), "--query")
    refused(cli("export", tagged, tmp_path / "a.glossbundle", "--query", "备案"), "csv")
    refused(cli("export", tagged, tmp_path / "a.glossbundle", "--concordance"), "--concordance")
    refused(cli("export", tagged, tmp_path / "a.glossbundle", "--excel"), "--excel")
    refused(cli("export", tagged, tmp_path / "a.xlsx", "--query", "备案", "--articles", "x"), "x")
    refused(cli("export", tagged, tmp_path / "a.xlsx", "--query", "备案", "--by", "code"), "--by")
    refused(cli("export", tagged, tmp_path / "a.html", "--query", "备案", "--in", "passages"), "--in")
    refused(cli("export", tagged, tmp_path / "a.xlsx", "--query", "备案", "--in", "pages"), "pages")
    refused(cli("export", tagged, tmp_path / "a.xlsx", "--query", "published:春天"), "published")
    refused(cli("export", tagged, tmp_path / "a.xyz", "--query", "备案"), "suffix")
    refused(cli("export", tagged, tmp_path / "none" / "a.csv", "--query", "备案"), "folder")
    assert not list(tmp_path.glob("a.*"))


def test_the_project_is_not_changed(tagged: Path, cli: Cli, tmp_path: Path) -> None:
    before = cli("history", tagged)[1]
    assert cli("export", tagged, tmp_path / "a.xlsx", "--query", "备案")[0] == 0
    assert cli("history", tagged)[1] == before
