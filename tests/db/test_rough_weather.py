"""Read-only places, locks, full disks and sudden deaths: nothing stored is lost or half written."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import db.anchors
import db.importers.metadata  # noqa: F401  (a forked child without rights cannot import it later)
from db import connection as files
from db import errors
from db.exchange import bundle
from db.project import Project
from db.records import ArticleId
from tests.db.children import ROOT, forked, held, without_rights
from tests.db.conftest import ONE
from tests.db.material import EN, altered, draft, one_sentence, state, well

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and uids")


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
        with pytest.raises(errors.ProjectLocked) as told:
            Project.open(full, person=ONE)
        one_sentence(told.value)
    Project.open(full, person=ONE).close()


# No room


def code_and_article(project: Project) -> None:
    with project.change("Several"):
        project.codes.add("先")
        project.articles.add(draft("长", EN * 2000))


def import_on(project: Project) -> list[str]:
    """Import a long and a short text in one change, going on where one fails, as a careless program would."""
    refusals = []
    with project.change("Import many"):
        for title, text in (("长", EN * 2000), ("短", EN)):
            try:
                project.articles.add(draft(title, text))
            except errors.FileFault as error:
                refusals.append(type(error).__name__)
    return refusals


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
        with pytest.raises(errors.DiskFull):
            code_and_article(project)
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
        try:
            kept = 2 - len(import_on(project))
        except errors.FileFault:
            kept = 0
        assert len(project.articles.all()) == len(before["article"]) + kept
        if not kept:
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
            makes: list[Callable[[], object]] = [
                lambda: Project.create(tmp_path / "new.gloss", person=ONE),
                lambda: project.backup(tmp_path / "c.gloss"),
            ]
            for make in makes:
                with pytest.raises(errors.FileFault) as told_too:
                    make()
                one_sentence(told_too.value)
            return "done"

        assert forked(work, prepare=tight) == "done"
    assert target.read_bytes() == before
    assert {each.name for each in tmp_path.iterdir()} <= {"full.gloss", "out.glossbundle", "home"}


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
