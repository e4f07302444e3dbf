"""What a large change did is put back many rows at a time, as if it were done row by row."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import changes, errors, reverting, schema
from db.project import Project
from db.records import AnnotationId, CodeId
from tests.db.conftest import Opener
from tests.db.material import ZH, draft, state, well

Table = dict[int, tuple[object, ...]]


def rows(project: Project) -> dict[str, Table]:
    """All recorded rows but stamps, which undo never restores."""
    found = {}
    for table in schema.RECORDED:
        found[table] = {row[0]: tuple(row) for row in project.store.rows(f"SELECT * FROM {table}")}
    return found


def reference(project: Project) -> dict[str, Table]:
    """What undoing the last change must give: its rows of the history, one by one, on plain values."""
    connection = project.store.connection
    found = {table: dict(values) for table, values in rows(project).items()}
    names = {table: schema.columns(connection, table) for table in schema.RECORDED}
    change = project.next_undo()
    assert change is not None
    sql = "SELECT tbl, op, key, old FROM history WHERE change = (SELECT ifnull(undo_rows, id) FROM change WHERE id = ?)"
    for table, op, key, old in project.store.rows(f"{sql} ORDER BY id DESC", (change.id,)):
        if table not in found:
            continue
        if op == "I":
            found[table].pop(key, None)
        else:
            values = reverting.values_of(old)
            found[table][key] = tuple(values[name] for name in names[table])
    return found


def _code(project: Project, number: int) -> CodeId:
    own = [code.id for code in project.codes.all() if not code.name]
    return own[number % len(own)] if own else project.codes.add("码")


def _annotation(project: Project, number: int) -> AnnotationId | None:
    found = project.store.rows("SELECT id FROM annotation ORDER BY id")
    return AnnotationId(found[number % len(found)][0]) if found else None


def _annotate(project: Project, number: int) -> None:
    if articles := project.articles.all():
        article = articles[number % len(articles)].id
        key = project.annotations.add(article, number % 9, number % 9 + 4, codes=[_code(project, number)], note="记")
        project.notes.reply(project.annotations.get(key).notes[0].id, "回复")


def _move(project: Project, number: int) -> None:
    if annotation := _annotation(project, number):
        project.annotations.move(annotation, number % 5, number % 5 + 3)


def _remove(project: Project, number: int) -> None:
    if annotation := _annotation(project, number):
        project.annotations.remove([annotation])


def _fleeting(project: Project, number: int) -> None:
    """Make a branch of codes, change it, hang it elsewhere and remove it: all in the one change."""
    above = project.codes.add("上")
    below = project.codes.add(f"下{number}", parent=above)
    project.codes.edit(above, name_zh="改")
    project.codes.move(below, _code(project, number) if number % 2 else None)
    project.codes.remove(above)


def _branch(project: Project, number: int) -> None:
    project.codes.add(f"枝{number}", parent=_code(project, number) if number % 3 else None)


def _hang(project: Project, number: int) -> None:
    code, parent = _code(project, number), _code(project, number * 7 + 1)
    if parent not in project.codes.branch(code):
        project.codes.move(code, parent)


def _cut(project: Project, number: int) -> None:
    project.codes.remove(_code(project, number))


def _import(project: Project, number: int) -> None:
    article = project.articles.add(draft(f"题{number}", ZH))
    if number % 2:
        project.articles.add_version(article, draft("", ZH + f"又{number}。"))


def _drop(project: Project, number: int) -> None:
    if articles := project.articles.all():
        project.articles.remove([articles[number % len(articles)].id])


VERBS: tuple[Callable[[Project, int], object], ...] = (
    *(_annotate, _annotate, _annotate, _move, _move, _remove, _fleeting, _branch, _branch, _hang, _cut, _import, _drop),
)
Step = tuple[int, int]
STEPS = st.lists(st.tuples(st.integers(0, len(VERBS) - 1), st.integers(0, 40)), min_size=1, max_size=12)


def do(project: Project, steps: list[Step]) -> None:
    """Take steps, but for what is refused, as a code below itself."""
    for verb, number in steps:
        with suppress(errors.Refused):
            VERBS[verb](project, number)


@contextmanager
def cut_small(most_rows: int) -> Iterator[None]:
    """Put back so few rows at a time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reverting, "_MOST_ROWS", most_rows)
        patch.setattr(reverting, "_MOST_CHARACTERS", most_rows * 300)
        yield


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(before=STEPS, inside=STEPS, most_rows=st.sampled_from([1, 3, 10, 5_000]))
def test_many_at_a_time_is_as_one_by_one(copied: Opener, before: list[Step], inside: list[Step], most_rows: int) -> None:
    project = copied()
    while project.next_undo():
        project.undo()
    with project.change("Before"):
        do(project, before)
    start = state(project)
    with project.change("All at once"):
        do(project, inside)
    end, change = state(project), project.next_undo()
    if change is not None and change.label == "All at once":
        with cut_small(most_rows):
            _back_and_forth(project, start, end)
    project.close()


def _back_and_forth(project: Project, start: dict[str, Any], end: dict[str, Any]) -> None:
    for _ in range(2):
        wanted = reference(project)
        project.undo()
        found = rows(project)
        assert [table for table in wanted if found[table] != wanted[table]] == []
        assert state(project) == start
        assert not well(project)
        project.redo()
        assert state(project) == end
        assert not well(project)


def test_many_passages_are_searched_as_before_after_undo_and_redo(project: Project) -> None:
    article = project.articles.add(draft("甲", ZH * 30))
    with project.change("Many"):
        keys = [project.annotations.add(article, at, at + 7, note=f"记{at}") for at in range(900)]
        project.translations.add(keys[0], "en", "algorithms")
    end = state(project)
    with project.change("Remove and move"):
        project.annotations.remove(keys[:450])
        for key in keys[450:]:
            project.annotations.move(key, 20, 31)
    for _ in range(2):
        project.undo()
        assert state(project) == end
        assert not well(project)
        assert len(project.search("algorithms", kinds=["passage"]).hits) == 1
        project.undo()
        assert not project.annotations.of(article)
        assert not well(project)
        project.redo()
        project.redo()
        assert not well(project)


def test_undo_that_is_cancelled_leaves_all_as_it_was(project: Project) -> None:
    article = project.articles.add(draft("甲", ZH))
    with project.change("Several"):
        for at in range(20):
            project.annotations.add(article, at, at + 2)
    before, told, seen = state(project), project.history(), list[int]()

    def cancel(done: int, total: int) -> None:
        seen.append(done)
        assert 0 <= done <= total
        if len(seen) == 3:
            raise errors.Cancelled

    with cut_small(5), pytest.raises(errors.Cancelled), project.watched(cancel):
        project.undo()
    assert seen == sorted(seen)
    assert (state(project), project.history()) == (before, told)
    assert not well(project)
    project.undo()
    assert not project.annotations.of(article)


def test_what_was_undone_comes_back_however_much_its_undo_had_to_keep(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.codes.add("先")
    with project.change("Import"):
        for number in range(5):
            project.articles.add(draft(f"题{number}", f"{ZH}{number}"))
    before = state(project)
    # New rows have no old values: the undo of an import holds all that the import itself did not.
    monkeypatch.setattr(changes, "KEPT_BYTES", 3_000)
    project.undo()
    assert not project.articles.all()
    assert project.next_undo() is None
    project.redo()
    assert state(project) == before
    assert not well(project)
    # Where the undo itself is forgotten, it can no longer be redone.
    project.undo()
    monkeypatch.setattr(changes, "KEPT_CHANGES", 1)
    with project.store.history.upkeep():
        project.store.history._trim()
    with pytest.raises(errors.NothingToUndo):
        project.undo()
    project.redo()
    assert state(project) == before


def test_a_removed_record_comes_back_whole_or_not_at_all(copied: Opener) -> None:
    project = copied("torn")
    article = project.articles.add(draft("甲", ZH))
    project.articles.remove([article])
    project.close()
    with closing(sqlite3.connect(project.path)) as connection, connection:
        connection.execute("UPDATE history SET old = json_remove(old, '$.title') WHERE tbl = 'article' AND op = 'D'")
    project = copied("torn")
    before = state(project)
    with pytest.raises(errors.ProjectDamaged):
        project.undo()
    assert state(project) == before
    assert not well(project)
