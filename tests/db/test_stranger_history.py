"""A stranger's file cannot run statements on undo: the history is data, and only of known tables and columns."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from db import errors
from db.project import Project
from tests.db.conftest import ONE, Opener
from tests.db.material import ZH, draft, state, well


@pytest.fixture
def closed(copied: Opener) -> Path:
    project = copied("stranger")
    article = project.articles.add(draft("甲", ZH))
    project.articles.edit(article, title="乙")
    project.close()
    return project.path


def tampered(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement, values)
        connection.commit()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("tbl", "setting; DROP TABLE note"),
        ("tbl", "sqlite_master"),
        ("tbl", "blob"),
        ("tbl", "change"),
        ("old", json.dumps({"title = 'x'; DROP TABLE note; --": "x"})),
        ("old", json.dumps({"title": {"a": 1}})),
        ("old", json.dumps(["title"])),
        ("old", "no JSON"),
        ("old", None),
    ],
)
def test_a_foreign_table_or_column_is_refused_and_nothing_runs(closed: Path, column: str, value: str | None) -> None:
    tampered(closed, f"UPDATE history SET {column} = ? WHERE id = (SELECT max(id) FROM history)", value)
    with Project.open(closed, person=ONE) as project:
        before, tables = state(project), project.store.rows("SELECT name, sql FROM sqlite_master ORDER BY 1")
        with pytest.raises(errors.ProjectDamaged):
            project.undo()
        assert state(project) == before
        assert project.store.rows("SELECT name, sql FROM sqlite_master ORDER BY 1") == tables
        assert not well(project)


def test_unknown_columns_beside_known_ones_are_left_out(closed: Path) -> None:
    tampered(
        closed,
        "UPDATE history SET old = json_set(old, '$.evil', 'x', '$.\"a) VALUES (1); --\"', 1) WHERE op = 'U'",
    )
    with Project.open(closed, person=ONE) as project:
        project.undo()
        assert project.articles.all()[0].title == "甲"
        assert not well(project)


def test_old_values_that_fit_nowhere_are_refused(closed: Path) -> None:
    tampered(closed, "UPDATE history SET old = json_set(old, '$.uuid', 'short') WHERE op = 'U'")
    with Project.open(closed, person=ONE) as project:
        before = state(project)
        with pytest.raises(errors.ProjectError):
            project.undo()
        assert state(project) == before


def test_a_change_whose_old_values_are_gone_is_said(closed: Path) -> None:
    tampered(closed, "DELETE FROM history")
    with Project.open(closed, person=ONE) as project:
        before = state(project)
        with pytest.raises(errors.ProjectDamaged):
            project.undo()
        assert state(project) == before


def test_counts_that_are_something_else_are_not_believed(closed: Path) -> None:
    tampered(closed, "UPDATE change SET counts = '[1]'")
    with Project.open(closed, person=ONE) as project:
        assert [dict(change.counts) for change in project.history()] == [{}] * len(project.history())
