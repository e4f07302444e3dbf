"""Three replicas, anything done on any of them, merged in any order: they end in the same state."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import errors
from db.project import Project
from db.records import CodeId
from tests.db.conftest import ONE, THREE, TWO
from tests.db.material import EN, THIRD, ZH, draft, exported, well
from tests.db.merges import carry, differences, exchange_both_ways


def _edit_title(project: Project, number: int) -> None:
    if articles := project.articles.all():
        project.articles.edit(articles[number % len(articles)].id, title=f"题{number}")


def _edit_publisher(project: Project, number: int) -> None:
    if articles := project.articles.all():
        project.articles.edit(articles[number % len(articles)].id, publisher=f"刊{number}")


def _annotate(project: Project, number: int) -> None:
    if articles := project.articles.all():
        codes = [project.codes.all()[number % 50].id]
        project.annotations.add(articles[number % len(articles)].id, number % 7, number % 7 + 5, codes=codes)


def _import(project: Project, number: int) -> None:
    project.articles.add(draft("导入", (ZH, EN, THIRD)[number % 3]))


def _remove_article(project: Project, number: int) -> None:
    if articles := project.articles.all():
        project.articles.remove([articles[number % len(articles)].id])


def _own(project: Project, number: int) -> Any:
    own = [code for code in project.codes.all() if not code.name]
    return own[number % len(own)] if own else None


def _code(project: Project, number: int) -> None:
    project.codes.add(f"码{project.path.stem}{len(project.codes.all())}{number}")


def _move_code(project: Project, number: int) -> None:
    code, parent = _own(project, number), _own(project, number * 5 + 1)
    if code and parent and parent.id not in project.codes.branch(code.id):
        project.codes.move(code.id, parent.id)


def _remove_code(project: Project, number: int) -> None:
    if code := _own(project, number):
        project.codes.remove(CodeId(code.id))


def _untag(project: Project, number: int) -> None:
    rows = project.store.rows("SELECT t.annotation, t.code FROM tagging t WHERE coder = ?", (project.me,))
    if rows:
        project.annotations.untag(*rows[number % len(rows)])


def _set_field(project: Project, number: int) -> None:
    if articles := project.articles.all():
        actor = ("state", "company", "media")[number % 3]
        project.fields.set("article", articles[number % len(articles)].id, "actor_type", actor)


def _undo(project: Project, number: int) -> None:
    change = project.next_undo()
    if change and change.label != "Merge bundle":
        project.undo()


def _note(project: Project, number: int) -> None:
    if articles := project.articles.all():
        project.notes.add("article", articles[number % len(articles)].id, f"注{number}")


def _version(project: Project, number: int) -> None:
    if articles := project.articles.all():
        article = articles[number % len(articles)].id
        project.articles.add_version(article, draft("", f"{(ZH, EN, THIRD)[number % 3]}第{number % 2}稿"))


def _reply(project: Project, number: int) -> None:
    if notes := project.notes.all():
        project.notes.reply(notes[number % len(notes)].id, f"答{number}")


def _remove_note(project: Project, number: int) -> None:
    if notes := [note for note in project.notes.all() if note.coder == project.me]:
        project.notes.remove(notes[number % len(notes)].id)


def _layer(project: Project, number: int) -> None:
    rows = project.store.rows("SELECT annotation FROM place WHERE start IS NOT NULL ORDER BY 1")
    placed = [a for a in project.annotations.several([row[0] for row in rows]) if a.start is not None]
    if placed:
        project.annotations.own_copy(placed[number % len(placed)].id)


def _unannotate(project: Project, number: int) -> None:
    rows = project.store.rows("SELECT id FROM annotation WHERE coder = ? ORDER BY id", (project.me,))
    if rows:
        project.annotations.remove([rows[number % len(rows)][0]])


def _collection(project: Project, number: int) -> None:
    there = project.collections.all()
    parent = there[number % len(there)].id if there and number % 2 else None
    project.collections.add(f"集{project.path.stem}{len(there)}{number}", parent)


def _move_collection(project: Project, number: int) -> None:
    if there := project.collections.all():
        with suppress(errors.Refused):
            project.collections.move(there[number % len(there)].id, there[number * 3 % len(there)].id)


def _remove_collection(project: Project, number: int) -> None:
    if there := project.collections.all():
        project.collections.remove(there[number % len(there)].id)


def _collect(project: Project, number: int) -> None:
    there, articles = project.collections.all(), project.articles.all()
    if there and articles:
        act = project.collections.take_out if number % 4 == 3 else project.collections.put
        act([articles[number % len(articles)].id], there[number % len(there)].id)


def _tag_article(project: Project, number: int) -> None:
    if articles := project.articles.all():
        act = project.articles.untag if number % 4 == 3 else project.articles.tag
        act([articles[number % len(articles)].id], f"签{number % 3}")


def _decide(project: Project, number: int) -> None:
    if waiting := project.review.waiting():
        placed = waiting[number % len(waiting)]
        if number % 3:
            project.review.decide(placed.annotation, number % 5, number % 5 + 4)
        else:
            project.review.decide_gone(placed.annotation)


def _mine(project: Project, number: int) -> Any:
    rows = project.store.rows("SELECT id FROM annotation WHERE coder = ? ORDER BY id", (project.me,))
    return rows[number % len(rows)][0] if rows else None


def _translate(project: Project, number: int) -> None:
    if annotation := _mine(project, number):
        project.translations.add(annotation, "en", f"words {number}")


def _edit_translation(project: Project, number: int) -> None:
    rows = project.store.rows("SELECT id FROM translation WHERE coder = ? ORDER BY id", (project.me,))
    if rows:
        project.translations.edit(rows[number % len(rows)][0], text=f"others {number}")


def _relate(project: Project, number: int) -> None:
    articles = project.articles.all()
    one, two = (articles[at % len(articles)].id for at in (number, number * 3 + 1)) if articles else (None, None)
    if one is not None and two is not None and one != two:
        project.relations.add("comments on", ("article", one), ("article", two))


def _instrument(project: Project, number: int) -> None:
    own = [each for each in project.instruments.all() if not each.shipped]
    if not own or number % 2:
        project.instruments.add(f"《办法{project.path.stem}{number}》", aliases=[f"办法{number}"])
    elif annotation := _mine(project, number):
        project.annotations.link(annotation, own[number % len(own)].id, f"第{number}条")


def _save_search(project: Project, number: int) -> None:
    kind = ("search", "smart code", "standing")[number % 3]
    project.searches.add(f"查{project.path.stem}{len(project.searches.all())}", f"偏见 {number}", kind)


def _edit_search(project: Project, number: int) -> None:
    if there := project.searches.all():
        project.searches.change(there[number % len(there)].id, query=f"公平 {number}")


def _stance(project: Project, number: int) -> None:
    rows = project.store.rows("SELECT id FROM tagging WHERE coder = ? ORDER BY id", (project.me,))
    if rows:
        stance = ("asserts", "denies", "supports")[number % 3]
        project.annotations.set_tagging_field(rows[number % len(rows)][0], "stance", stance)


def _status(project: Project, number: int) -> None:
    if articles := project.articles.all():
        project.articles.set_status(articles[number % len(articles)].id, ("reading", "coded", "checked")[number % 3])


def _unit(project: Project, number: int) -> None:
    project.set_unit(("clause", "sentence", "paragraph")[number % 3])


def _letters(project: Project, number: int) -> None:
    if code := _own(project, number):
        project.set_letters(code.id, "abcdef"[number % 5] + "xyz"[number % 3])


OPS: tuple[Callable[[Project, int], None], ...] = (
    _edit_title, _edit_publisher, _annotate, _import, _remove_article, _code, _move_code, _remove_code, _untag, _set_field, _undo,
    _note, _version, _reply, _remove_note, _layer, _unannotate,
    _collection, _move_collection, _remove_collection, _collect, _tag_article, _decide,
    _translate, _edit_translation, _relate, _instrument, _save_search, _edit_search, _stance, _status, _unit, _letters,
)  # fmt: skip

STEP = st.one_of(
    st.tuples(st.just("do"), st.integers(0, 2), st.integers(0, len(OPS) - 1), st.integers(0, 20)),
    st.tuples(st.just("carry"), st.integers(0, 2), st.integers(1, 2), st.just(0)),
)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEP, min_size=3, max_size=14), order=st.permutations(list(itertools.permutations(range(3), 2))))
def test_replicas_that_merge_all_of_each_other_converge(
    small: Path, tmp_path_factory: pytest.TempPathFactory, steps: list[Any], order: list[tuple[int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("three")
    projects = []
    for name, person in (("a", ONE), ("b", TWO), ("c", THREE)):
        shutil.copy(small, folder / f"{name}.gloss")
        projects.append(Project.open(folder / f"{name}.gloss", person=person))
    try:
        for what, who, which, number in steps:
            if what == "do":
                OPS[which](projects[who], number)
            else:
                carry(projects[who], projects[(who + which) % 3], check=False)
        for _ in range(3):
            for source, target in order:
                carry(projects[source], projects[target], check=False)
        assert [well(project) for project in projects] == [[], [], []]
        seen = [exported(project) for project in projects]
        assert seen[0]["records"] == seen[1]["records"] == seen[2]["records"]
        assert seen[0]["stamps"] == seen[1]["stamps"] == seen[2]["stamps"]
        chosen = [project.contents().settings() for project in projects]
        assert chosen[0] == chosen[1] == chosen[2]
        for source, target in order:
            told = len(projects[target].history())
            carry(projects[source], projects[target], check=False)
            assert len(projects[target].history()) == told
    finally:
        for project in projects:
            project.close()
        shutil.rmtree(folder)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    shared=st.lists(st.tuples(st.integers(0, len(OPS) - 1), st.integers(0, 20)), max_size=6),
    steps=st.lists(st.tuples(st.integers(0, 1), st.integers(0, len(OPS) - 1), st.integers(0, 20)), min_size=2, max_size=10),
)
def test_two_that_merge_what_each_was_before_end_alike(
    small: Path, tmp_path_factory: pytest.TempPathFactory, shared: list[tuple[int, int]], steps: list[tuple[int, int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("two")
    for name in ("a", "b"):
        shutil.copy(small, folder / f"{name}.gloss")
    with Project.open(folder / "a.gloss", person=ONE) as one, Project.open(folder / "b.gloss", person=TWO) as two:
        for op, number in ((3, 0), (5, 1), *shared):
            OPS[op](one, number)
        carry(one, two, check=False)
        for who, op, number in steps:
            OPS[op]((one, two)[who], number)
        exchange_both_ways(one, two)
        assert differences(one, two) == []
        assert one.contents().settings() == two.contents().settings()
    shutil.rmtree(folder)
