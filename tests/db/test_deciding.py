"""Conflicts are decided one by one or all at once, as one change."""

from __future__ import annotations

import pytest

from db import errors
from db.project import Project
from db.sharing.deciding import Conflicts
from tests.db.conftest import TWO, Opener
from tests.db.material import ZH, draft, records, well
from tests.db.merges import carry, exchange_both_ways

Pair = tuple[Project, Project]


@pytest.fixture
def apart(copied: Opener) -> Pair:
    """Two projects that changed a title and a note differently and have merged each other."""
    one, two = copied("one"), copied("two", TWO)
    article = one.articles.add(draft("算法与公平", ZH))
    one.notes.add("article", article, "想法")
    carry(one, two)
    for project, word in ((one, "一"), (two, "二")):
        project.code_as(project.coders.by_ref("林一"))
        project.articles.edit(project.articles.all()[0].id, title=f"题{word}")
        project.notes.edit(project.notes.all()[0].id, f"注{word}")
    exchange_both_ways(one, two)
    return one, two


def title(project: Project) -> str:
    return project.articles.all()[0].title


def test_one_conflict_is_decided_and_the_rest_waits(apart: Pair) -> None:
    one, _two = apart
    conflicts = Conflicts(one.store)
    of_title = next(each for each in conflicts.all() if each.field == "title")
    assert conflicts.decide("theirs", [of_title.uuid]) == 1
    assert title(one) == "题二"
    assert [each.field for each in conflicts.all()] == ["text"]
    assert conflicts.decide("mine", [of_title.uuid]) == 1
    assert title(one) == "题一"


@pytest.mark.parametrize(("decision", "wanted"), [("mine", "题一"), ("theirs", "题二"), ("both", "题一")])
def test_all_are_decided_at_once_and_one_undo_takes_it_back(apart: Pair, decision: str, wanted: str) -> None:
    one, _two = apart
    before, conflicts = records(one), Conflicts(one.store)
    assert conflicts.decide(decision) == 2  # type: ignore[arg-type]
    assert title(one) == wanted
    notes = {"mine": "注一", "theirs": "注二", "both": "注一\n\n注二"}
    assert one.notes.all()[0].text == notes[decision]
    assert not conflicts.all()
    one.undo()
    assert records(one) == before
    assert len(conflicts.all()) == 2
    assert not well(one)


def test_a_decision_that_arrives_closes_the_conflict(apart: Pair) -> None:
    one, two = apart
    standing = title(one)
    decider, other = one, two
    # Whoever sees the value that does not stand as theirs takes it.
    Conflicts(decider.store).decide("theirs" if standing == "题一" else "mine")
    assert title(decider) != standing
    carry(decider, other)
    assert title(other) == title(decider)
    assert not [each for each in other.conflicts() if each.field == "title"]


def test_a_record_removed_on_one_side_is_kept_or_goes(copied: Opener) -> None:
    one, two = copied("one"), copied("two", TWO)
    article = one.articles.add(draft("算法与公平", ZH))
    carry(one, two)
    two.articles.remove([two.articles.all()[0].id])
    one.notes.add("article", article, "还要用")
    carry(two, one)
    conflicts = Conflicts(one.store)
    assert [(each.kind, each.field) for each in conflicts.all()] == [("article", "(removed)")]
    conflicts.decide("theirs")
    assert one.articles.all() == []
    one.undo()
    conflicts.decide("mine")
    assert len(one.articles.all()) == 1
    assert not well(one)


def test_a_conflict_that_is_not_there_is_told(apart: Pair) -> None:
    one, _two = apart
    with pytest.raises(errors.NotFound):
        Conflicts(one.store).decide("mine", ["nothing"])
