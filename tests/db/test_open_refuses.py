"""What is refused when a project is opened, made or changed: one sentence each, and nothing stored lost or half written."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

import db.anchors
import db.importers.metadata  # noqa: F401  (a forked child without rights cannot import it later)
from db import connection as files
from db import errors, schema
from db.exchange import bundle
from db.person import Person
from db.project import Project
from db.records import ArticleId
from tests.db.children import ROOT, forked, held, without_rights
from tests.db.conftest import ONE, TWO, Opener
from tests.db.material import EN, ZH, draft, state, well

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and uids")


def one_sentence(error: errors.ProjectError) -> None:
    words = str(error)
    assert "\n" not in words
    assert words.endswith(".")
    assert "Traceback" not in words


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


@pytest.fixture
def full(copied: Opener) -> Path:
    """A closed project with something of everything in it."""
    project = copied("full")
    article = project.articles.add(draft("算法与公平", ZH))
    project.articles.add_version(article, draft("", ZH + "补记。"))
    annotation = project.annotations.add(article, 6, 12, codes=[project.codes.by_ref("asgf1.1.1")], note="想法")
    project.annotations.link(annotation, project.instruments.all()[0].id, "第十九条")
    project.fields.set("article", article, "jurisdiction", "CN")
    project.codes.add("自建")
    project.instruments.add("《自建办法》", dates=[("issued", "2026-01-01")])
    project.close()
    return project.path


def altered(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        for statement in statements:
            connection.execute(statement)
    return path


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
    words = [data.find(mark) for mark in (b'{"blocks"', b'"name":', '["issued"'.encode(), b'[["CN"', "自建".encode())]
    dice = random.Random(2)
    for number in range(60):
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


# Places that cannot be written to


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def _read_only_work(path: Path) -> str:
    with Project.open(path, person=ONE) as project:
        assert not project.writable
        assert len(project.articles.all()) == 1
        assert project.history()
        assert project.next_undo() is None
        for change in (lambda: project.codes.add("新"), project.undo, lambda: project.annotations.add(ArticleId(1), 0, 2)):
            with pytest.raises(errors.ProjectReadOnly) as told:
                change()
            one_sentence(told.value)
    return "done"


@POSIX
@pytest.mark.parametrize("folder_mode", [0o555, 0o755])
def test_a_read_only_place_is_read_and_not_changed(full: Path, open_folder: Path, folder_mode: int) -> None:
    path = open_folder / "study.gloss"
    shutil.copy(full, path)
    path.chmod(0o444)
    open_folder.chmod(folder_mode)
    before = path.read_bytes()
    assert forked(lambda: _read_only_work(path), prepare=without_rights) == "done"
    assert path.read_bytes() == before
    assert [each.name for each in open_folder.iterdir()] == ["study.gloss"]


@POSIX
def test_a_read_only_folder_holds_no_new_project_bundle_or_backup(full: Path, open_folder: Path) -> None:
    path = open_folder / "study.gloss"
    shutil.copy(full, path)
    path.chmod(0o444)
    open_folder.chmod(0o555)

    def work() -> str:
        with Project.open(path, person=ONE) as project:
            doings: list[Callable[[], object]] = [
                lambda: Project.create(open_folder / "new.gloss", person=ONE),
                lambda: bundle.write(project.contents(), open_folder / "new.glossbundle"),
                lambda: project.backup(open_folder / "copy.gloss"),
            ]
            for do in doings:
                with pytest.raises(errors.FileFault) as told:
                    do()
                one_sentence(told.value)
        return "done"

    assert forked(work, prepare=without_rights) == "done"
    assert [each.name for each in open_folder.iterdir()] == ["study.gloss"]


@POSIX
def test_what_may_not_be_read_is_said(full: Path, open_folder: Path) -> None:
    path, inside = open_folder / "mine.gloss", open_folder / "closed"
    shutil.copy(full, path)
    path.chmod(0o000)
    inside.mkdir(mode=0o700)

    def work() -> str:
        for each in (path, inside / "any.gloss"):
            with pytest.raises(errors.FileFault) as told:
                Project.open(each, person=ONE)
            one_sentence(told.value)
        with pytest.raises(errors.FileFault):
            Project.create(inside / "any.gloss", person=ONE)
        return "done"

    assert forked(work, prepare=without_rights) == "done"


# Another process writes


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "BUSY_MILLISECONDS", 50)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("statement", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
def test_a_file_that_another_process_writes(full: Path, statement: str) -> None:
    with Project.open(full, person=ONE) as project:
        before = state(project)
        with held(full, statement):
            with pytest.raises(errors.ProjectLocked) as told:
                project.codes.add("新")
            one_sentence(told.value)
            assert state(project) == before
            with Project.open(full, person=ONE) as other:
                assert state(other) == before
        project.codes.add("新")
        assert not well(project)


@pytest.mark.usefixtures("impatient")
def test_a_file_held_whole_is_said_to_be_locked(full: Path) -> None:
    altered(full)
    with held(full, "BEGIN EXCLUSIVE"):
        refused(full, errors.ProjectLocked)
    Project.open(full, person=ONE).close()


# No room


def test_a_full_disk_loses_nothing(full: Path) -> None:
    with Project.open(full, person=ONE) as project:
        before, told = state(project), len(project.history())
        connection = project.store.connection
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(errors.DiskFull) as said:
            project.articles.add(draft("长", EN * 2000))
        one_sentence(said.value)
        assert (state(project), len(project.history())) == (before, told)
        with pytest.raises(errors.DiskFull), project.change("Several"):
            project.codes.add("先")
            project.articles.add(draft("长", EN * 2000))
        assert state(project) == before
        connection.execute("PRAGMA max_page_count = 1000000")
        assert not well(project)
        project.articles.add(draft("长", EN * 20))
        project.undo()
        assert state(project) == before


def test_what_follows_a_full_disk_in_one_change_is_not_written(full: Path) -> None:
    with Project.open(full, person=ONE) as project:
        before = state(project)
        connection = project.store.connection
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(errors.FileFault), project.change("Import many"):
            for title, text in (("长", EN * 2000), ("短", EN)):
                try:
                    project.articles.add(draft(title, text))
                except errors.DiskFull:
                    continue
            if not connection.in_transaction:
                raise AssertionError("the second import should have been refused")
            raise errors.DiskFull(full)
        assert state(project) == before
        assert not well(project)


@POSIX
def test_a_limit_on_file_size_loses_nothing(full: Path, tmp_path: Path) -> None:
    import resource

    with Project.open(full, person=ONE) as project:
        before = state(project)

    def tight() -> None:
        limit = full.stat().st_size + 40_000
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    def work() -> str:
        with Project.open(full, person=ONE) as project:
            with pytest.raises(errors.FileFault) as told:
                project.articles.add(draft("长", EN * 5000, original=random.Random(1).randbytes(2_000_000)))
            one_sentence(told.value)
            assert state(project) == before
            return str(told.value)

    assert "full.gloss" in forked(work, prepare=tight)
    with Project.open(full, person=ONE) as project:
        assert state(project) == before
        assert not well(project)


@POSIX
def test_an_interrupted_writing_leaves_the_old_file_whole(full: Path, tmp_path: Path) -> None:
    import resource

    target = tmp_path / "out.glossbundle"
    with Project.open(full, person=ONE) as project:
        bundle.write(project.contents(), target)
        before = target.read_bytes()

        def tight() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2,) * 2)

        def work() -> str:
            with pytest.raises(errors.NotWritten) as told:
                bundle.write(project.contents(), target)
            one_sentence(told.value)
            for make in (lambda: Project.create(tmp_path / "new.gloss", person=ONE), lambda: project.backup(tmp_path / "c.gloss")):
                with pytest.raises(errors.FileFault) as told_too:
                    make()
                one_sentence(told_too.value)
            return "done"

        assert forked(work, prepare=tight) == "done"
    assert target.read_bytes() == before
    assert {each.name for each in tmp_path.iterdir()} <= {"full.gloss", "out.glossbundle", "home"}


# Making a project


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


# A sudden death

_WRITE = """
import sys
from pathlib import Path
from db.person import Person
from db.project import Project
from tests.db.material import draft
person = Person(uuid="00000000-0000-7000-8000-000000000001", name="林一", installation="here")
project = Project.open(Path(sys.argv[1]), person=person)
for number in range(10_000):
    with project.change("Many"):
        article = project.articles.add(draft(f"{number}", f"第{number}篇。" * 50))
        project.annotations.add(article, 0, 2, note=str(number))
    print(number, flush=True)
"""


@pytest.mark.parametrize("after", [1, 12])
def test_a_killed_program_loses_nothing_it_had_committed(full: Path, after: int) -> None:
    arguments = [sys.executable, "-c", _WRITE, str(full)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=ROOT) as child:
        assert child.stdout is not None
        said = [int(child.stdout.readline()) for _ in range(after)]
        child.kill()
    with Project.open(full, person=ONE) as project:
        assert not well(project)
        titles = {article.title for article in project.articles.all()}
        assert {str(number) for number in said} <= titles
        assert len(project.notes.all()) == len(titles)
        while project.next_undo():
            project.undo()
        assert not well(project)
