"""What is set for a project as a whole: one change each, taken back like any other."""

from __future__ import annotations

import pytest

from db import errors
from db.project import Project
from db.records import CodeId
from db.settings import UNITS
from tests.db.conftest import Opener
from tests.db.material import one_sentence, state


@pytest.fixture
def codes(project: Project) -> tuple[CodeId, CodeId]:
    return project.codes.by_ref("asgf1.1.1"), project.codes.by_ref("asgf1.1.2")


def test_the_unit_is_free_until_it_is_chosen_and_outlives_closing(copied: Opener) -> None:
    project = copied("units")
    assert project.setting("unit") == "free"
    project.set_unit("free")
    assert project.next_undo() is None
    for unit in UNITS[1:]:
        project.set_unit(unit)
        assert project.setting("unit") == unit
    assert project.history(1)[0].tables == {"setting"}
    project.undo()
    project.close()
    project = copied("units")
    assert project.setting("unit") == "sentence"
    project.undo()
    project.undo()
    assert project.setting("unit") == "free"
    project.redo()
    assert project.setting("unit") == "clause"


def test_what_is_no_unit_is_refused(project: Project) -> None:
    before = state(project)
    for unit in ("word", "", "Sentence"):
        with pytest.raises(errors.Refused) as told:
            project.set_unit(unit)
        one_sentence(told.value)
    assert state(project) == before


def test_a_strangers_unit_is_no_unit(project: Project) -> None:
    with project.store.history.upkeep():
        project.store.rows("INSERT INTO setting (name, value) VALUES ('unit', 'galaxy')")
    assert project.setting("unit") == "free"


def test_a_code_has_two_letters(project: Project, codes: tuple[CodeId, CodeId]) -> None:
    one = project.codes.get(codes[0]).uuid
    assert project.letters() == {}
    project.set_letters(codes[0], " PJ ")
    assert project.letters() == {one: "pj"}
    told = len(project.history())
    project.set_letters(codes[0], "pj")
    assert len(project.history()) == told
    project.set_letters(codes[0], "")
    assert project.letters() == {}
    project.undo()
    assert project.letters() == {one: "pj"}


def test_letters_that_another_code_has_change_places(project: Project, codes: tuple[CodeId, CodeId]) -> None:
    one, two = (project.codes.get(code).uuid for code in codes)
    project.set_letters(codes[0], "aa")
    project.set_letters(codes[1], "aa")
    assert project.letters() == {two: "aa"}
    project.set_letters(codes[0], "bb")
    project.set_letters(codes[0], "aa")
    assert project.letters() == {one: "aa", two: "bb"}
    project.undo()
    assert project.letters() == {one: "bb", two: "aa"}


@pytest.mark.parametrize("letters", ["a", "abc", "a1", "é!", "ａｂ", "甲乙"])
def test_what_are_not_two_letters_is_refused(project: Project, codes: tuple[CodeId, CodeId], letters: str) -> None:
    with pytest.raises(errors.Refused) as told:
        project.set_letters(codes[0], letters)
    one_sentence(told.value)
    assert project.letters() == {}
    with pytest.raises(errors.NotFound):
        project.set_letters(CodeId(99_999), "ab")


def test_a_code_that_is_gone_has_no_letters_until_it_comes_back(project: Project) -> None:
    own = project.codes.add("自建")
    uuid = project.codes.get(own).uuid
    project.set_letters(own, "zj")
    project.codes.remove(own)
    assert project.letters() == {}
    project.undo()
    assert project.letters() == {uuid: "zj"}


@pytest.mark.parametrize("stored", ["[", "3", '["ab"]'])
def test_letters_that_cannot_be_read_are_a_damaged_file_and_odd_ones_are_left_out(project: Project, stored: str) -> None:
    with project.store.history.upkeep():
        project.store.rows("INSERT INTO setting (name, value) VALUES ('letters', ?)", (stored,))
    if stored == '["ab"]':
        assert project.letters() == {}
    else:
        with pytest.raises(errors.ProjectDamaged):
            project.letters()
