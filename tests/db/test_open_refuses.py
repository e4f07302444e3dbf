"""What is refused when a project is opened, made or changed: one sentence each, and nothing stored lost or half written."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from db import errors, schema
from db.person import Person
from db.project import Project
from tests.db.conftest import ONE, TWO
from tests.db.material import EN, altered, draft, one_sentence, state


def refused(path: Path, kind: type[errors.ProjectError]) -> errors.ProjectError:
    """Open a file and expect a sentence of a kind, and the file as it was."""
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(kind) as told:
        Project.open(path, person=ONE)
    one_sentence(told.value)
    assert type(told.value) is kind
    if before is not None:
        assert path.read_bytes() == before
    return told.value


def test_a_missing_file(tmp_path: Path) -> None:
    refused(tmp_path / "none.gloss", errors.NoSuchProject)
    assert not list(tmp_path.glob("none*"))


def test_an_empty_file_a_text_a_folder_and_a_picture(tmp_path: Path) -> None:
    empty, text, folder, picture = (tmp_path / name for name in ("empty.gloss", "text.gloss", "folder.gloss", "p.gloss"))
    empty.touch()
    text.write_text("这不是项目\n" * 100)
    folder.mkdir()
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(2000))
    refused(empty, errors.EmptyFile)
    for path in (text, folder, picture):
        refused(path, errors.NotAProject)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a named pipe")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.gloss")
    refused(tmp_path / "pipe.gloss", errors.NotAProject)


def test_another_programs_database(tmp_path: Path) -> None:
    path = altered(tmp_path / "other.gloss", "PRAGMA application_id = 252006673", "CREATE TABLE t (a)")
    refused(path, errors.NotAProject)


def test_a_newer_project(full: Path) -> None:
    told = refused(altered(full, f"PRAGMA user_version = {schema.FORMAT + 1}"), errors.ProjectTooNew)
    assert told.facts["found"] == schema.FORMAT + 1


@pytest.mark.parametrize("kept", [50, 100, 4096, 0.5, 0.999])
def test_a_truncated_project(full: Path, kept: float) -> None:
    data = full.read_bytes()
    full.write_bytes(data[: int(kept if kept > 1 else len(data) * kept)])
    refused(full, errors.NotAProject if kept == 50 else errors.ProjectDamaged)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER t AFTER INSERT ON note BEGIN DELETE FROM article; END",
        "CREATE VIEW v AS SELECT 1",
        "CREATE VIRTUAL TABLE f USING fts5(a)",
        "CREATE VIRTUAL TABLE note_vocab USING fts5vocab(note_words, 'row')",
    ],
)
def test_a_schema_that_could_act(full: Path, statement: str) -> None:
    refused(altered(full, statement), errors.ForeignSchema)


def test_an_index_that_is_another_module(full: Path) -> None:
    path = altered(full, "DROP TABLE note_words", "CREATE VIRTUAL TABLE note_words USING fts5vocab(article_words, 'row')")
    refused(path, errors.ForeignSchema)


@pytest.mark.parametrize("table", ["history", "blob", "note", "code_words", "place", "index_state"])
def test_a_missing_table(full: Path, table: str) -> None:
    assert table in str(refused(altered(full, "PRAGMA foreign_keys = OFF", f"DROP TABLE {table}"), errors.ProjectDamaged))


def test_a_table_without_a_column(full: Path) -> None:
    path = altered(full, "ALTER TABLE article RENAME COLUMN title TO other")
    with Project.open(path, person=ONE) as project, pytest.raises(errors.ProjectDamaged):
        project.articles.all()


def look_around(path: Path) -> None:
    """Do what a person does, as far as it goes."""
    with Project.open(path, person=TWO) as project:
        doings: list[Callable[[], object]] = [
            project.articles.all,
            lambda: [project.articles.version(a.id) for a in project.articles.all()],
            lambda: [project.articles.original(a.id) for a in project.articles.all()],
            lambda: [project.annotations.of(a.id) for a in project.articles.all()],
            project.codes.all, project.instruments.all, project.fields.all, project.notes.all, project.history,
            lambda: list(project.search("算法").hits), lambda: project.search("code:asgf1"),
            lambda: state(project), lambda: project.codes.add("新"), lambda: project.articles.add(draft("新", EN)),
            project.undo, project.undo, project.redo, project.check, project.rest,
        ]  # fmt: skip
        for do in doings:
            try:
                do()
            except errors.ProjectError as error:
                one_sentence(error)


def test_damaged_pages_are_said_in_a_sentence(full: Path, tmp_path: Path) -> None:
    data = full.read_bytes()
    words = [data.find(mark) for mark in (b'{"blocks"', b'"name":', b'["issued"', b'[["CN"', "自建".encode())]
    dice = random.Random(2)
    for number in range(30):
        harmed = bytearray(data)
        at = words[number] if number < len(words) else dice.randrange(100, len(data))
        length = dice.choice((1, 4, 64, 4096))
        harmed[at : at + length] = dice.randbytes(len(harmed[at : at + length]))
        path = tmp_path / f"harmed{number}.gloss"
        path.write_bytes(harmed)
        try:
            look_around(path)
        except errors.ProjectError as error:
            one_sentence(error)


def test_a_name_that_is_taken_is_refused_and_kept(tmp_path: Path, person: Person) -> None:
    path = tmp_path / "taken.gloss"
    path.write_text("mine")
    with pytest.raises(errors.FileExists):
        Project.create(path, person=person)
    assert path.read_text() == "mine"
    with pytest.raises(errors.FolderMissing):
        Project.create(tmp_path / "no" / "x.gloss", person=person)
    assert not (tmp_path / "no").exists()


def test_a_failure_while_making_leaves_nothing(tmp_path: Path, person: Person) -> None:
    with pytest.raises(errors.NotFound):
        Project.create(tmp_path / "new.gloss", person=person, working=("no-such-book",))
    assert not list(tmp_path.glob("*new*"))
    assert not list(tmp_path.glob(".*"))


def test_a_name_too_long_is_said(tmp_path: Path, person: Person) -> None:
    for make in (Project.create, Project.open):
        with pytest.raises(errors.FileFault) as told:
            make(tmp_path / ("长" * 200 + ".gloss"), person=person)
        one_sentence(told.value)
