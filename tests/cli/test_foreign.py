"""Other programs' work and the check of quotations on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from db.cli.checking import check_quotes
from db.cli.conventions import Run
from db.cli.foreign import take, takes
from db.project import Project
from tests.cli.conftest import Cli
from tests.db.foreign_files import qualcoder, taguette


def _annotations(study: Path) -> int:
    with Project.open(study, read_only=True) as project:
        return sum(article.annotations for article in project.articles.all())


def _title(study: Path) -> str:
    with Project.open(study, read_only=True) as project:
        return project.articles.all()[0].title


def test_a_table_is_taken_in_after_a_dry_run_that_writes_nothing(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "passages.csv"
    path.write_text(f"article,exact,codes,coder\n{_title(study)},消除偏见与歧视,proxies,Ada\nnowhere,x,y,\n", "utf-8")
    run = Run(study, "", as_json=True)
    take(run, path, dry_run=True)
    foreseen = json.loads(capsys.readouterr().out)
    assert _annotations(study) == 0
    take(run, path, dry_run=False)
    done = json.loads(capsys.readouterr().out)
    assert _annotations(study) == 1
    assert foreseen == done
    assert done["unfit"] == [{"line": 3, "reason": "there is no article nowhere"}]
    assert done["carried"]["annotation"] == 1
    assert done["added"] > 2


def test_in_plain_words_every_line_that_fits_nothing_is_told(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "passages.csv"
    path.write_text(f"article,start,end,codes\n{_title(study)},0,2,x\nnowhere,1,2,y\n", "utf-8")
    take(Run(study, "", as_json=False), path, dry_run=False)
    told = capsys.readouterr()
    assert "Line 3: there is no article nowhere." in told.err
    assert told.out.startswith("added ")
    assert "left out 1" in told.out


def test_what_is_taken_is_known_by_its_content(study: Path, tmp_path: Path) -> None:
    folder = qualcoder(tmp_path, "interviews")
    database = taguette(tmp_path / "hearings.bin")
    assert [takes(each) for each in (folder, folder / "data.qda", database)] == [True, True, True]
    assert [takes(each) for each in (study, tmp_path, tmp_path / "missing.glossbundle")] == [False, False, False]


def test_quotations_are_checked_one_object_a_line(study: Path, tmp_path: Path, cli: Cli) -> None:
    path = tmp_path / "paper.md"
    path.write_text("他说“算法备案让监管者首次看清谁在提供合成服务”，又说“备案并不等于许可，它不能消除偏见”。\n", "utf-8")
    done = CliRunner().invoke(check_quotes, [str(study), str(path), "--json"], catch_exceptions=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["status"] for line in lines] == ["differs", "verbatim"]
    assert [part for part in lines[0]["difference"] if not part["equal"]] == [
        {"article": "第一", "manuscript": "首", "equal": False}
    ]  # fmt: skip
    assert all(line["citation"] and line["manuscript"]["place"] for line in lines)
    plain = CliRunner().invoke(check_quotes, [str(study), str(path)], catch_exceptions=False)
    assert "[-第一-]{+首+}" in plain.stdout
    assert "2 quotations: 1 verbatim, 1 differ" in plain.stderr
