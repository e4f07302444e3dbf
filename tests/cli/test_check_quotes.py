"""The quotations of a manuscript are checked on the command line, and the result is kept where that is asked for."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

SENTENCE = "服务提供者应当在显著位置公示备案编号，并提供公示信息的链接。"


@pytest.fixture
def checked(tmp_path: Path, cli: Cli) -> tuple[Path, Path]:
    """A project with one article, and a manuscript that quotes it."""
    project, article, manuscript = tmp_path / "study.gloss", tmp_path / "a.md", tmp_path / "手稿.md"
    article.write_text(f"# 备案与许可\n\n{SENTENCE}\n\n另外一段，说的是别的事情。\n", "utf-8")
    manuscript.write_text("“服务提供者应当在显著位置公示备案编号。”又“服务提供者必须在显著位置公示备案编号”。\n", "utf-8")
    assert cli("new", project)[0] == 0
    assert cli("import", project, article)[0] == 0
    return project, manuscript


def test_each_quotation_is_a_line_with_what_was_allowed(cli: Cli, checked: tuple[Path, Path]) -> None:
    code, lines, _errors = cli("check-quotes", *checked)
    assert code == 0
    assert [(line["status"], line["allowed"]) for line in lines] == [("verbatim", ["final"]), ("differs", [])]
    code, lines, errors = cli("check-quotes", *checked, plain=True)
    assert "(a stop of its own at the end)" in lines[0]
    assert "2 quotations: 1 verbatim, 1 differ, 0 ambiguous, 0 not in the library" in errors


@pytest.mark.parametrize("ending", ["xlsx", "csv", "md"])
def test_the_result_is_kept_and_the_manuscript_stays_as_it_is(
    cli: Cli, checked: tuple[Path, Path], tmp_path: Path, ending: str
) -> None:
    out, before = tmp_path / f"result.{ending}", hashlib.sha256(checked[1].read_bytes()).hexdigest()
    code, lines, _errors = cli("check-quotes", *checked, "--out", out)
    assert (code, len(lines)) == (0, 2)
    assert out.stat().st_size > 0
    if ending == "csv":
        with out.open(encoding="utf-8", newline="") as file:
            assert [row["Status"] for row in csv.DictReader(file)] == ["verbatim", "differs"]
    assert hashlib.sha256(checked[1].read_bytes()).hexdigest() == before


@pytest.mark.parametrize("name", ["手稿.md", "result.docx"])
def test_a_result_in_the_manuscript_s_place_or_of_another_kind_is_refused(
    cli: Cli, checked: tuple[Path, Path], tmp_path: Path, name: str
) -> None:
    before = checked[1].read_bytes()
    code, _lines, errors = cli("check-quotes", *checked, "--out", tmp_path / name)
    assert code == 1
    assert errors.strip()
    assert checked[1].read_bytes() == before
    assert not (tmp_path / "result.docx").exists()
