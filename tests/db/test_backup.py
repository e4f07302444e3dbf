"""Copies: a whole one to keep, and one to hand on in which what is private is really gone."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from db import errors
from db.project import Project
from db.records import ArticleId
from tests.db.conftest import ONE, TWO, Opener
from tests.db.material import exported, state, well

SECRET = "绝密的想法只有我知道 zebra-secret"


def holds(path: Path, words: str) -> bool:
    return words.encode() in path.read_bytes()


@pytest.fixture
def secretive(project: Project, article: ArticleId) -> Project:
    note = project.notes.add("article", article, "先写的" + SECRET, private=True)
    project.notes.edit(note, SECRET)
    project.notes.reply(note, "自答：" + SECRET)
    project.notes.add("article", article, "可以给人看")
    removed = project.notes.add(None, None, "删掉的" + SECRET, private=True)
    project.notes.remove(removed)
    return project


def test_a_backup_is_the_whole_project_with_its_history(secretive: Project, tmp_path: Path) -> None:
    target = tmp_path / "backup.gloss"
    before = state(secretive)
    secretive.backup(target)
    assert {each.name for each in tmp_path.iterdir()} >= {"backup.gloss"}
    assert not list(tmp_path.glob("*.part"))
    with Project.open(target, person=ONE) as copy:
        assert state(copy) == before
        assert [c.label for c in copy.history()] == [c.label for c in secretive.history()]
        copy.undo()
        assert copy.replica != secretive.replica
        assert not well(copy)
    assert state(secretive) == before


def test_a_copy_for_sharing_holds_no_private_word(secretive: Project, tmp_path: Path) -> None:
    target = tmp_path / "shared.gloss"
    secretive.copy_for_sharing(target)
    assert not holds(target, SECRET)
    assert not holds(target, "zebra-secret")
    assert not holds(target, str(tmp_path))
    with Project.open(target, person=TWO) as copy:
        assert [note.text for note in copy.notes.all()] == ["可以给人看"]
        assert copy.next_undo() is None
        assert not copy.search("zebra").hits
        assert not well(copy)
    assert SECRET in [note.text for note in secretive.notes.all()]


def test_a_copy_without_originals_holds_none(secretive: Project, article: ArticleId, tmp_path: Path) -> None:
    target = tmp_path / "shared.gloss"
    secretive.copy_for_sharing(target, originals=False)
    with Project.open(target, person=TWO) as copy:
        assert copy.articles.original(article) == b""
        assert copy.store.value("SELECT count(*) FROM blob") == 0
        assert not well(copy)


def test_a_copy_with_everything_equals(secretive: Project, tmp_path: Path) -> None:
    target = tmp_path / "shared.gloss"
    secretive.copy_for_sharing(target, private=True)
    with Project.open(target, person=ONE) as copy:
        assert exported(copy)["records"] == exported(secretive)["records"]
        assert copy.next_undo() is not None


def test_a_copy_without_history_cannot_undo(secretive: Project, tmp_path: Path) -> None:
    target = tmp_path / "shared.gloss"
    secretive.copy_for_sharing(target, private=True, history=False)
    assert not holds(target, "删掉的")
    with Project.open(target, person=ONE) as copy:
        assert copy.next_undo() is None
        assert len(copy.history()) == len(secretive.history())


def test_a_conflict_over_a_private_note_is_not_handed_on(secretive: Project, tmp_path: Path) -> None:
    private = next(note for note in secretive.notes.all() if note.private)
    with secretive.change("Conflict"):
        secretive.store.rows(
            "INSERT INTO conflict (uuid, kind, record, field, mine, theirs, base, created)"
            " VALUES (?, 'note', ?, 'text', ?, '', '', '')",
            (private.uuid, private.uuid, SECRET),
        )
    target = tmp_path / "shared.gloss"
    secretive.copy_for_sharing(target)
    assert not holds(target, SECRET)


def test_a_copy_that_fails_leaves_nothing_under_its_name(
    secretive: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise sqlite3.OperationalError("no luck")

    monkeypatch.setattr("db.project.index.rebuild", fail)
    with pytest.raises(errors.FileFault):
        secretive.copy_for_sharing(tmp_path / "shared.gloss")
    assert not list(tmp_path.glob("*shared*"))


def test_a_taken_name_and_a_missing_folder_are_refused(secretive: Project, tmp_path: Path) -> None:
    taken = tmp_path / "taken.gloss"
    taken.write_text("mine")
    for copy in (secretive.backup, secretive.copy_for_sharing):
        with pytest.raises(errors.FileExists):
            copy(taken)
        with pytest.raises(errors.FolderMissing):
            copy(tmp_path / "no" / "x.gloss")
    assert taken.read_text() == "mine"


def test_a_copied_file_is_another_replica_and_the_same_file_is_not(copied: Opener) -> None:
    project = copied("one")
    replica = project.replica
    project.close()
    assert copied("one").replica == replica
    assert copied("other").replica != replica


def test_a_copy_takes_the_place_of_another_only_if_asked(secretive: Project, article: ArticleId, tmp_path: Path) -> None:
    target = tmp_path / "shared.gloss"
    secretive.copy_for_sharing(target)
    secretive.articles.edit(article, title="后来的题")
    secretive.copy_for_sharing(target, replace=True)
    with Project.open(target, read_only=True) as copy:
        assert copy.articles.get(article).title == "后来的题"
    secretive.backup(target, replace=True)
    with Project.open(target, read_only=True) as copy:
        assert state(copy) == state(secretive)


def test_neither_the_project_nor_one_that_is_open_is_written_over(secretive: Project, tmp_path: Path) -> None:
    other = tmp_path / "other.gloss"
    secretive.backup(other)
    with Project.open(other) as opened:
        opened.articles.edit(opened.articles.all()[0].id, title="别的题")
        for copy in (secretive.backup, secretive.copy_for_sharing):
            with pytest.raises(errors.Refused) as told:
                copy(other, replace=True)
            one_sentence_or_two = str(told.value)
            assert "other.gloss" in one_sentence_or_two
        assert not well(opened)
    for copy in (secretive.backup, secretive.copy_for_sharing):
        with pytest.raises(errors.FileExists):
            copy(secretive.path, replace=True)
    assert not well(secretive)
