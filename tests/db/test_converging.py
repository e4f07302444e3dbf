"""Three replicas, anything done on any of them, merged in any order: they end in the same state."""

from __future__ import annotations

import itertools
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.exchange.presets import Selection
from db.project import Project
from tests.db.conftest import ONE, THREE, TWO, Opener
from tests.db.doings import OPS
from tests.db.material import ZH, draft, exported, well
from tests.db.merges import carry, differences, exchange_both_ways

# More of it by hand: GLOSSATOR_MORE=50.
MORE = int(os.environ.get("GLOSSATOR_MORE", "1"))
STEP = st.one_of(
    st.tuples(st.just("do"), st.integers(0, 2), st.integers(0, len(OPS) - 1), st.integers(0, 20)),
    st.tuples(st.just("carry"), st.integers(0, 2), st.integers(1, 2), st.just(0)),
)


@settings(max_examples=MORE * 4, deadline=None, suppress_health_check=list(HealthCheck))
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


@settings(max_examples=MORE * 5, deadline=None, suppress_health_check=list(HealthCheck))
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


def test_a_vector_that_lags_hides_no_later_change(copied: Opener) -> None:
    """What a merge finds to be here already, or undo takes back, may leave the number that was seen behind, never ahead.

    A number that lags makes a record be compared once more; only one that is ahead could let a change pass for old.
    """
    one, two, three = copied("one"), copied("two", TWO), copied("three", THREE)
    article = one.articles.add(draft("算法与公平", ZH))
    carry(one, two)
    two.undo()
    assert one.replica not in two.contents().vector()
    carry(one, two, wanted=Selection(articles=frozenset({one.articles.get(article).uuid})))
    assert not carry(one, two).added
    carry(one, three)
    assert one.contents().stamps() == two.contents().stamps() == three.contents().stamps()
    lagging, whole = (project.contents().vector().get(one.replica, 0) for project in (two, three))
    assert lagging < whole
    one.articles.edit(article, publisher="后来的刊")
    two.articles.edit(two.articles.all()[0].id, title="后来的题")
    for source, target in ((one, two), (two, one), (two, three)):
        assert not carry(source, target).conflicts
    told = {(each.title, each.publisher) for project in (one, two, three) for each in project.articles.all()}
    assert told == {("后来的题", "后来的刊")}
    carry(one, two)
    assert differences(one, three) == differences(one, two) == []
