"""What is never written over, and whose names no file may take."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from db import errors
from db.connection import refuse_target
from db.exchange import archive
from db.exchange.formats import FORMATS
from db.exchange.targets import is_database
from db.project import Project
from tests.cli.conftest import Cli


@pytest.mark.parametrize("form", [each.name for each in FORMATS])
def test_no_export_writes_over_a_project(cli: Cli, study: Path, tmp_path: Path, form: str) -> None:
    other = tmp_path / "other.gloss"
    shutil.copy(study, other)
    for target in (study, other):
        before = target.read_bytes()
        code, lines, said = cli("export", study, target, "--format", form)
        assert (code, lines) == (1, [])
        assert ("exists already" if target == study else "nothing is written over") in said
        assert target.read_bytes() == before
    assert [path.name for path in tmp_path.glob(".*")] == []


@pytest.mark.parametrize("form", ["csv", "xlsx", "docx"])
def test_no_table_of_hits_writes_over_a_project(cli: Cli, study: Path, tmp_path: Path, form: str) -> None:
    other = tmp_path / "other.gloss"
    shutil.copy(study, other)
    code, _lines, said = cli("export", study, other, "--format", form, "--query", "备案", "--in", "articles")
    assert code == 1
    assert "nothing is written over" in said
    assert is_database(other)


def test_a_project_is_known_by_every_name_it_has(cli: Cli, study: Path, tmp_path: Path) -> None:
    linked, hard = tmp_path / "linked.csv", tmp_path / "hard.csv"
    try:
        linked.symlink_to(study)
        os.link(study, hard)
    except OSError:
        pytest.skip("no links on this system")
    for target in (linked, hard):
        code, _lines, said = cli("export", study, target)
        assert code == 1
        assert "exists already" in said
    assert is_database(study)
    assert linked.is_symlink()


@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal", "-WAL"])
def test_nothing_is_written_among_the_files_of_a_project(cli: Cli, study: Path, tmp_path: Path, end: str) -> None:
    target = tmp_path / f"study.gloss{end}"
    code, _lines, said = cli("export", study, target, "--format", "csv")
    assert code == 1
    assert "among the files" in said
    assert cli("save-copy", study, target)[0] == 1
    assert cli("freeze", study, "S", target)[0] == 1
    assert [line["ok"] for line in cli("check", study)[1] if not line["ok"]] == []


def test_a_table_may_end_as_those_files_do_where_no_project_lies(cli: Cli, study: Path, tmp_path: Path) -> None:
    target = tmp_path / "table-wal"
    assert cli("export", study, target, "--format", "csv")[0] == 0
    assert target.exists()


def test_freezing_never_makes_an_archive_of_another_project(cli: Cli, study: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.gloss"
    shutil.copy(study, other)
    for target in (other, study):
        assert cli("freeze", study, "S", target, "--replace")[0] == 1
        assert is_database(target)
    state = tmp_path / "s.glossbundle"
    assert cli("freeze", study, "S", state)[0] == 0
    assert cli("freeze", study, "S", state)[0] == 1
    assert cli("freeze", study, "S", state, "--replace")[0] == 0


def test_a_frozen_state_is_not_written_over_by_what_is_told_from_it(cli: Cli, study: Path, tmp_path: Path) -> None:
    state = tmp_path / "s.glossbundle"
    assert cli("freeze", study, "S", state)[0] == 0
    before = state.read_bytes()
    assert cli("export", state, state, "--format", "csv")[0] == 1
    assert cli("freeze", state, "T", state, "--replace")[0] == 1
    assert state.read_bytes() == before


def test_other_programs_databases_are_safe_too(cli: Cli, study: Path, tmp_path: Path) -> None:
    target = tmp_path / "places.sqlite"
    with closing(sqlite3.connect(target)) as made:
        made.execute("CREATE TABLE kept (word TEXT)")
        made.commit()
    before = target.read_bytes()
    assert cli("export", study, target, "--format", "md")[0] == 1
    assert target.read_bytes() == before


@pytest.mark.parametrize(
    "words", [("check-quotes", "{study}", "{page}", "--out"), ("agree", "{study}", "--coders", "Ada,Bo", "--out")]
)
def test_what_other_commands_write_goes_through_the_same_guard(
    cli: Cli, study: Path, source: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    article = cli("articles", study)[1][0]["article"]
    for coder in ("Ada", "Bo"):
        assert cli("tag", study, article, 0, 4, "--code", "asgf1.1.1", "--coder", coder)[0] == 0
    asked = [word.format(study=study, page=source) for word in words]
    assert cli(*asked, tmp_path / "free.csv")[0] in (0, 1)
    assert (tmp_path / "free.csv").exists()
    for name in ("other.csv", "other.xlsx"):
        other = tmp_path / name
        shutil.copy(study, other)
        code, _lines, said = cli(*asked, other)
        assert code == 1
        assert "nothing is written over" in said
        assert is_database(other)


def test_a_copy_replaces_a_closed_project_when_asked_but_never_an_open_one(cli: Cli, study: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.gloss"
    with closing(Project.create(other)):
        pass
    with closing(Project.open(study)) as project:
        with pytest.raises(errors.FileExists):
            project.copy_for_sharing(other)
        project.copy_for_sharing(other, replace=True)
        with pytest.raises(errors.FileExists):
            project.copy_for_sharing(study, replace=True)
        with closing(Project.open(other)), pytest.raises(errors.Refused, match="is open"):
            project.copy_for_sharing(other, replace=True)
        journal = other.with_name("other.gloss-journal")
        journal.write_bytes(b"left")
        with pytest.raises(errors.Refused, match="not closed well"):
            project.backup(other, replace=True)
    with closing(Project.open(study, read_only=True)) as project:
        assert len(project.articles.all()) == 1


def test_a_folder_is_no_target(tmp_path: Path) -> None:
    with pytest.raises(errors.FileExists):
        refuse_target(tmp_path, tmp_path / "own", replace=True, database=True)
    with pytest.raises(errors.FileExists), archive.replacing(tmp_path):
        pytest.fail("a folder was given out")
