"""A project of the first release opens, with all that was in it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from db import errors, schema
from db.library import Filter
from db.project import Project
from tests.db.conftest import ONE
from tests.db.material import altered, records, well

_ADDED = ("collection", "collected", "article_tag", "entry", "fingerprint", "article_key", "version_size")


@pytest.fixture
def first(full: Path, tmp_path: Path) -> Path:
    """A file as the first release wrote it: its own tables, filled with what `full` holds, and not a table more."""
    path = tmp_path / "first.gloss"
    with closing(sqlite3.connect(path, isolation_level=None)) as made:
        for script in schema.FIRST:
            made.executescript(script)
        made.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        made.execute("ATTACH ? AS source", (str(full),))
        made.execute("CREATE TABLE _sqlite_migrations (migration_set TEXT, name TEXT, applied_at TEXT)")
        rows = made.execute("SELECT * FROM source._sqlite_migrations WHERE name = '0001_first'").fetchall()
        names = [row[1] for row in made.execute("PRAGMA source.table_info(_sqlite_migrations)")]
        made.execute("DROP TABLE _sqlite_migrations")
        sql = made.execute("SELECT sql FROM source.sqlite_master WHERE name = '_sqlite_migrations'").fetchone()[0]
        made.execute(sql)
        made.executemany(f"INSERT INTO _sqlite_migrations VALUES ({', '.join('?' * len(names))})", rows)
        for table in [row[0] for row in made.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]:
            if not table.startswith(("sqlite_", "_sqlite_")):
                made.execute(f"INSERT INTO main.{table} SELECT * FROM source.{table}")
        from db.search import index

        index.create_tables(made)
        made.execute("UPDATE index_state SET version = 'of another program'")
        made.execute("PRAGMA user_version = 1")
        made.execute("DETACH source")
    return path


def test_a_file_of_the_first_release_is_brought_up(first: Path, full: Path) -> None:
    with closing(sqlite3.connect(first)) as old:
        assert not {row[0] for row in old.execute("SELECT name FROM sqlite_master")} & set(_ADDED)
    with Project.open(full, person=ONE) as project:
        held = records(project) | {kind: {} for kind in ("collection", "collected", "article_tag")}
    with Project.open(first, person=ONE) as project:
        assert records(project) == held
        assert project.next_undo() is None
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
