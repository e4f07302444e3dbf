"""A project of an earlier release opens, with all that was in it."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from db import errors, schema
from db.library import Filter
from db.project import Project
from db.repair import repair
from db.search import index
from db.search.searcher import Searcher
from tests.db.conftest import ONE, TWO
from tests.db.material import altered, records, well
from tests.db.merges import carry

_ADDED = ("collection", "collected", "article_tag", "entry", "fingerprint", "article_key", "version_size")


def older(full: Path, path: Path, scripts: Sequence[str], steps: int) -> Path:
    """Make a file as an earlier release wrote it: its own tables, filled with what `full` holds, and not a table more."""
    with closing(sqlite3.connect(path, isolation_level=None)) as made:
        for script in scripts:
            made.executescript(script)
        made.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        made.execute("ATTACH ? AS source", (str(full),))
        made.execute(made.execute("SELECT sql FROM source.sqlite_master WHERE name = '_sqlite_migrations'").fetchone()[0])
        made.execute("INSERT INTO _sqlite_migrations SELECT * FROM source._sqlite_migrations ORDER BY name LIMIT ?", (steps,))
        for table in [row[0] for row in made.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall()]:
            if not table.startswith(("sqlite_", "_sqlite_")):
                names = ", ".join(row[1] for row in made.execute(f"PRAGMA main.table_info({table})").fetchall())
                made.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM source.{table}")
        for table in schema.RECORDED:
            later = {row[1] for row in made.execute(f"PRAGMA source.table_info({table})").fetchall()}
            for name in later - set(schema.columns(made, table)):
                made.execute("UPDATE main.history SET old = json_remove(old, ?) WHERE tbl = ?", (f"$.{name}", table))
        index.create_tables(made)
        made.execute("UPDATE index_state SET version = 'of another program'")
        made.execute(f"PRAGMA user_version = {steps}")
        made.execute("DETACH source")
    return path


@pytest.fixture
def first(full: Path, tmp_path: Path) -> Path:
    """A file as the first release wrote it."""
    return older(full, tmp_path / "first.gloss", schema.FIRST, 1)


@pytest.fixture
def second(full: Path, tmp_path: Path) -> Path:
    """A file as the second release wrote it, with a search that was kept."""
    with Project.open(full, person=ONE) as project:
        project.searches.add("偏见", "算法偏见")
    return older(full, tmp_path / "second.gloss", (*schema.FIRST, *schema.SECOND), 2)


def test_a_file_of_the_first_release_is_brought_up(first: Path, full: Path) -> None:
    with closing(sqlite3.connect(first)) as old:
        assert not {row[0] for row in old.execute("SELECT name FROM sqlite_master")} & set(_ADDED)
    with Project.open(full, person=ONE) as project:
        held = records(project) | {kind: {} for kind in ("collection", "collected", "article_tag")}
    with Project.open(first, person=ONE) as project:
        assert records(project) == held
        assert project.history()
        assert project.articles.page(where=Filter(text="算法"))[0].title == "算法与公平"
        article = project.articles.all()[0].id
        project.collections.put([article], project.collections.add("新架"))
        project.articles.tag([article], "新签")
        assert project.articles.alike(article) == []
        assert not well(project)
    with Project.open(first, person=ONE) as project:
        assert project.articles.tags() == [("新签", 1)]
        project.undo()
        assert project.articles.tags() == []


def test_a_file_of_the_first_release_that_lacks_a_table_is_refused(first: Path) -> None:
    for read_only in (True, False):
        with pytest.raises(errors.ProjectDamaged, match="note"):
            Project.open(
                altered(first, "PRAGMA foreign_keys = OFF", "DROP TABLE IF EXISTS note"), person=ONE, read_only=read_only
            )


def test_a_file_of_the_first_release_can_be_read_without_being_changed(first: Path, tmp_path: Path) -> None:
    before = first.read_bytes()
    with Project.open(first, person=ONE, read_only=True) as project:
        assert project.articles.page(where=Filter(text="算法"))[0].title == "算法与公平"
        assert project.collections.all() == []
        assert not project.writable
    assert first.read_bytes() == before
    if os.name == "posix":
        folder = tmp_path / "closed"
        folder.mkdir()
        shutil.copy(first, folder)
        (folder / first.name).chmod(0o444)
        folder.chmod(0o555)
        try:
            with Project.open(folder / first.name, person=ONE) as project:
                assert len(project.articles.all()) == 1
        finally:
            folder.chmod(0o755)


def test_a_file_of_the_second_release_is_brought_up(second: Path, full: Path) -> None:
    with closing(sqlite3.connect(second)) as old:
        assert "kind" not in schema.columns(old, "saved_search")
        assert schema.columns(old, "looked") == ()
    with Project.open(full, person=ONE) as project:
        held = records(project)
    with Project.open(second, person=ONE) as project:
        assert records(project) == held
        assert [(each.title, each.kind) for each in project.searches.all()] == [("偏见", "search")]
        search = project.searches.all()[0].id
        project.searches.change(search, kind="standing")
        project.look(search)
        assert project.searches.news(search).total == 0
        assert not well(project)
    with closing(sqlite3.connect(second)) as new:
        assert new.execute("PRAGMA user_version").fetchone() == (schema.FORMAT,)
        assert [row[0] for row in new.execute("SELECT name FROM _sqlite_migrations ORDER BY name")][2] == "0003_searches"


def test_a_file_of_the_second_release_can_be_read_without_being_changed(second: Path) -> None:
    before = second.read_bytes()
    with Project.open(second, person=ONE, read_only=True) as project:
        found = project.searches.all()[0]
        assert (found.title, found.query, found.kind) == ("偏见", "算法偏见", "search")
    assert second.read_bytes() == before


def test_a_file_of_the_second_release_can_be_repaired(second: Path, tmp_path: Path) -> None:
    found = repair(second, tmp_path / "repaired.gloss")
    assert found["saved_search"] == (1, 0)
    with Project.open(tmp_path / "repaired.gloss", person=ONE) as project:
        assert [(each.title, each.kind) for each in project.searches.all()] == [("偏见", "search")]
        assert not well(project)


def test_an_older_file_is_searched_as_it_is(second: Path) -> None:
    before = second.read_bytes()
    searcher = Searcher.open(second)
    try:
        assert searcher.run("created:2000..", kinds=("passages",)).total > 0
        assert not searcher.run("code:没有这样的智能编码", kinds=("passages",)).hits
    finally:
        searcher.close()
    assert second.read_bytes() == before


def test_a_file_of_the_third_release_is_brought_up_and_merges(full: Path, tmp_path: Path) -> None:
    third = older(full, tmp_path / "third.gloss", (*schema.FIRST, *schema.SECOND, *schema.THIRD), 3)
    with closing(sqlite3.connect(third)) as old:
        assert schema.columns(old, "past") == ()
    with Project.open(full, person=ONE) as project:
        held = records(project)
        project.articles.edit(project.articles.all()[0].id, title="改过的题")
        with Project.open(third, person=ONE) as brought_up:
            assert records(brought_up) == held
            carry(project, brought_up)
            assert brought_up.articles.all()[0].title == "改过的题"
            assert schema.columns(brought_up.store.connection, "past") == ("uuid", "told")


def test_what_was_done_in_an_older_file_is_undone_as_before(full: Path, tmp_path: Path) -> None:
    with Project.open(full, person=ONE) as project:
        search = project.searches.add("偏见", "算法偏见")
        project.searches.change(search, query="算法公平")
        before = records(project)
        project.articles.edit(project.articles.all()[0].id, title="改过的题")
        project.searches.remove(search)
        after, done = records(project), len(project.history())
    with Project.open(older(full, tmp_path / "second.gloss", (*schema.FIRST, *schema.SECOND), 2), person=ONE) as brought_up:
        assert records(brought_up) == after
        assert len(brought_up.history()) == done
        brought_up.undo()
        assert [(each.query, each.kind) for each in brought_up.searches.all()] == [("算法公平", "search")]
        brought_up.undo()
        assert records(brought_up) == before
        brought_up.undo()
        assert [each.query for each in brought_up.searches.all()] == ["算法偏见"]
        brought_up.redo()
        brought_up.redo()
        brought_up.redo()
        assert records(brought_up) == after
        assert not well(brought_up)


def test_two_who_work_apart_in_files_of_the_third_release_still_know_what_they_began_from(full: Path, tmp_path: Path) -> None:
    scripts = (*schema.FIRST, *schema.SECOND, *schema.THIRD)
    with Project.open(full, person=ONE) as one:
        article = one.articles.all()[0].id
        code = one.codes.add("另建", "Another")
    shutil.copy(full, tmp_path / "two.gloss")
    with Project.open(full, person=ONE) as one, Project.open(tmp_path / "two.gloss", person=TWO) as two:
        one.articles.edit(article, title="一的题")
        one.codes.edit(code, colour="#111111")
        two.articles.edit(article, title="二的题")
        two.codes.edit(code, definition_en="by two")
    with (
        Project.open(older(full, tmp_path / "one3.gloss", scripts, 3), person=ONE) as one,
        Project.open(older(tmp_path / "two.gloss", tmp_path / "two3.gloss", scripts, 3), person=TWO) as two,
    ):
        carry(two, one)
        assert [(each.field, json.loads(each.base)) for each in one.conflicts()] == [("title", "算法与公平")]
        merged = one.codes.get(one.codes.by_ref("另建"))
        assert (merged.colour, merged.definition_en) == ("#111111", "by two")
