"""`merge` takes REFI-QDA files and says what became of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from db import errors
from db.cli import refi as command
from db.cli.conventions import Run
from db.project import Project
from tests.exchange.refi_files import PASSAGES, PROGRAMS, written


def test_merging_tells_counts_fidelity_and_positions(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project.close()
    path = written(tmp_path / "a.qdpx", PROGRAMS["atlas"])
    assert command.takes(path)
    assert not command.takes(tmp_path / "a.glossbundle")
    run = Run(project.path, "", True)
    command.take(run, path, dry_run=True)
    foreseen = json.loads(capsys.readouterr().out)
    with Project.open(project.path, read_only=True) as opened:
        assert opened.articles.all() == []
    command.take(run, path, dry_run=False)
    told = json.loads(capsys.readouterr().out)
    assert told == foreseen
    assert told["carried"]["annotation"] == len(PASSAGES)
    assert told["conflicts"] == []
    [position] = told["positions"]
    assert (position["positions"], position["by"], position["selections"]) == ("utf-16,no-bom,crlf=1", "names", len(PASSAGES))
    assert position["samples"][0] == ["Oversight of 𝔸 models", "Oversight of 𝔸 models"]


def test_a_way_of_counting_can_be_given_and_a_wrong_one_is_refused(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path / "a.qdpx", PROGRAMS["atlas"])
    run = Run(project.path, "", True)
    project.close()
    command.take(run, path, dry_run=True, positions="code-points,crlf=2")
    assert json.loads(capsys.readouterr().out)["positions"][0]["by"] == "chosen"
    with pytest.raises(errors.Refused):
        command.take(run, path, dry_run=True, positions="bytes")
