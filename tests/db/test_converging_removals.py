"""What was removed here and worked on there: what comes back is the same on all sides, whoever merges first."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.project import Project
from db.records import CodeId
from tests.db.conftest import ONE, THREE, TWO
from tests.db.doings import BELOW
from tests.db.material import ZH, draft, exported, well
from tests.db.merges import carry

PEOPLE = {"a": ONE, "b": TWO, "c": THREE}
PAIRS = list(itertools.permutations(range(3), 2))
# More of it by hand: GLOSSATOR_MORE=50.
MORE = int(os.environ.get("GLOSSATOR_MORE", "1"))
STEP = st.one_of(
    st.tuples(st.just("do"), st.integers(0, 2), st.integers(0, len(BELOW) - 1), st.integers(0, 5)),
    st.tuples(st.just("carry"), st.integers(0, 2), st.integers(1, 2), st.just(0)),
)


def opened(stack: ExitStack, folder: Path) -> list[Project]:
    return [stack.enter_context(Project.open(folder / f"{name}.gloss", person=person)) for name, person in PEOPLE.items()]


def conflicts(project: Project) -> set[str]:
    """The conflicts about what is there: nobody tells another of one about what is gone for good."""
    there = {uuid for uuid, stamp in project.contents().stamps().items() if not stamp[3]}
    return {each.uuid for each in project.conflicts(decided=True) if each.record in there}


def settled(folder: Path, order: list[tuple[int, int]]) -> tuple[dict[str, Any], set[str]]:
    """Merge all of each into each other until nothing is new; gives the records and the conflicts, which are everybody's."""
    with ExitStack() as stack:
        projects = opened(stack, folder)
        for _ in range(3):
            reports = [carry(projects[source], projects[target], check=False) for source, target in order]
        assert not any(report.added + report.updated + report.deleted for report in reports)
        assert [well(project) for project in projects] == [[], [], []]
        ends = [exported(project) for project in projects]
        told = [conflicts(project) for project in projects]
    for part in ("records", "stamps"):
        assert ends[0][part] == ends[1][part] == ends[2][part]
    assert told[0] == told[1] == told[2]
    return ends[0]["records"], told[0]


@settings(max_examples=MORE * 2, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEP, min_size=5, max_size=14), orders=st.lists(st.permutations(PAIRS), min_size=2, max_size=2))
def test_what_comes_back_does_not_hang_on_who_merges_first(
    small: Path, tmp_path_factory: pytest.TempPathFactory, steps: list[Any], orders: list[list[tuple[int, int]]]
) -> None:
    folder = tmp_path_factory.mktemp("three")
    with Project.open(shutil.copy(small, folder / "a.gloss"), person=ONE) as project:
        article = project.articles.add(draft("算法与公平", ZH))
        root = project.codes.add("根", "Root")
        project.annotations.add(article, 2, 8, codes=[root, project.codes.add("枝", "Branch", parent=root)], note="想法")
    for name in "bc":
        shutil.copy(folder / "a.gloss", folder / f"{name}.gloss")
    with ExitStack() as stack:
        projects = opened(stack, folder)
        for what, who, which, number in steps:
            if what == "do":
                BELOW[which](projects[who], number)
            else:
                carry(projects[who], projects[(who + which) % 3], check=False)
    other = shutil.copytree(folder, folder / "other")
    assert settled(folder, orders[0]) == settled(other, orders[1])
    shutil.rmtree(folder)


@pytest.fixture
def three(small: Path, tmp_path: Path) -> Iterator[list[Project]]:
    """Three who share an article and a branch of codes."""
    with Project.open(shutil.copy(small, tmp_path / "a.gloss"), person=ONE) as one:
        one.articles.add(draft("算法与公平", ZH))
        one.codes.add("枝", "Branch", parent=one.codes.add("根", "Root"))
    for name in "bc":
        shutil.copy(tmp_path / "a.gloss", tmp_path / f"{name}.gloss")
    with ExitStack() as stack:
        yield opened(stack, tmp_path)


def code(project: Project, name: str) -> CodeId:
    return project.codes.by_ref(name)


def own(project: Project) -> set[str]:
    return {each.name_zh for each in project.codes.all() if not each.name}


def mark(project: Project, name: str) -> None:
    project.annotations.add(project.articles.all()[0].id, 2, 8, codes=[code(project, name)])


def everywhere(projects: list[Project], order: list[tuple[int, int]]) -> list[set[str]]:
    for source, target in (*order, *PAIRS):
        carry(projects[source], projects[target], check=False)
    assert [well(project) for project in projects] == [[], [], []]
    return [own(project) for project in projects]


def test_what_was_kept_for_work_that_is_gone_again_is_kept_by_all(three: list[Project]) -> None:
    one, two, third = three
    two.codes.remove(code(two, "枝"))
    carry(two, one)
    mark(third, "枝")
    assert [clash.field for clash in carry(two, third).conflicts] == ["(removed)"]
    third.annotations.remove([third.annotations.of(third.articles.all()[0].id)[0].id])
    assert everywhere(three, PAIRS) == [{"根", "枝"}] * 3
    assert [[each.field for each in project.conflicts()] for project in three] == [["(removed)"]] * 3


@pytest.mark.parametrize(
    "first", [[(1, 0), (0, 1), (0, 2)], [(0, 2), (1, 0)], [(2, 1), (1, 0), (1, 2)], [(0, 1), (1, 2), (2, 0)]]
)
def test_all_that_fell_in_one_removal_comes_back_with_what_is_needed(three: list[Project], first: list[tuple[int, int]]) -> None:
    one, two, third = three
    third.codes.add("芽", "Bud", parent=code(third, "根"))
    mark(third, "芽")
    carry(third, one)
    one.codes.remove(code(one, "根"))
    third.notes.add("code", code(third, "根"), "有话说")
    mark(two, "根")
    assert everywhere(three, first) == [{"根", "枝", "芽"}] * 3
    # One thing to decide, about the topmost of what fell.
    for project in three:
        assert [(each.kind, each.field) for each in project.conflicts()] == [("code", "(removed)")]
        assert {each.record for each in project.conflicts()} == {project.codes.get(code(project, "根")).uuid}
        assert len(project.annotations.of(project.articles.all()[0].id)) == 2


def test_what_was_removed_for_itself_stays_so_though_what_it_was_under_comes_back(three: list[Project]) -> None:
    one, two, _third = three
    one.codes.remove(code(one, "枝"))
    one.codes.remove(code(one, "根"))
    mark(two, "根")
    assert everywhere(three, PAIRS) == [{"根"}] * 3


def test_a_text_comes_back_out_of_ones_own_history(three: list[Project]) -> None:
    one, two, _third = three
    article = one.articles.all()[0].id
    version = one.versions.edit_text(article, 2, 4, "改动")
    assert version is not None
    texts = [one.contents().text(str(each["uuid"])) for each in one.contents().records("version")]
    one.articles.remove([article])
    two.notes.add("article", two.articles.all()[0].id, "还在看")
    carry(two, one)
    carry(one, two)
    assert [[p.contents().text(str(v["uuid"])) for v in p.contents().records("version")] for p in (one, two)] == [texts, texts]


def test_what_was_brought_back_can_be_removed_again(three: list[Project]) -> None:
    one, two, _third = three
    one.codes.remove(code(one, "根"))
    mark(two, "根")
    assert everywhere(three, PAIRS) == [{"根", "枝"}] * 3
    one.codes.remove(code(one, "枝"))
    assert everywhere(three, PAIRS) == [{"根"}] * 3
