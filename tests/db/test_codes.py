"""Codes: frameworks as shipped, own codes as a tree, names unique under one parent, every verb undoable."""

from __future__ import annotations

import pytest

from db import errors
from db.project import Project
from db.records import ArticleId, CodeId
from tests.db.material import state, well


def own(project: Project) -> list[str]:
    return [code.name_zh or code.name_en for code in project.codes.all() if not code.name]


def test_all_frameworks_are_there_and_one_works(project: Project) -> None:
    books = project.codes.books()
    assert [(book.name, book.working) for book in books] == [("asgf1", True), ("asgf2", False), ("asgf3", False)]
    assert {code.book for code in project.codes.offered()} == {"asgf1"}
    project.codes.set_working(["asgf2", "asgf3", "asgf2"])
    assert project.codes.working() == ("asgf2", "asgf3")
    project.undo()
    assert project.codes.working() == ("asgf1",)
    with pytest.raises(errors.NotFound):
        project.codes.set_working(["asgf9"])


def test_every_node_comes_after_its_parent(project: Project) -> None:
    above = project.codes.add("上")
    for number in range(3):
        project.codes.add(f"下{number}", parent=above)
    project.codes.move(above, project.codes.by_ref("asgf1.1"))
    codes = project.codes.all()
    places = {code.id: place for place, code in enumerate(codes)}
    assert len(places) == project.store.value("SELECT count(*) FROM code")
    for code in codes:
        if code.parent is not None:
            assert places[code.parent] < places[code.id]
            assert code.id in project.codes.branch(code.parent)
    assert own(project) == ["上", "下0", "下1", "下2"]


def test_an_own_code_below_a_framework_stands_in_its_branch(project: Project) -> None:
    parent = project.codes.by_ref("asgf1.1.1")
    code = project.codes.get(project.codes.add("细目", parent=parent))
    assert (code.book, code.branch, code.parent, code.shipped) == ("asgf1", project.codes.get(parent).branch, parent, True)
    assert project.codes.branch(parent) == [parent, code.id]
    assert code.confirmed("zh") or code.name_zh_status == "ours"
    assert not well(project)


def test_every_verb_can_be_undone(project: Project, article: ArticleId) -> None:
    code = project.codes.add("甲", "A", definition_zh="定义")
    below = project.codes.add("乙", parent=code)
    project.annotations.add(article, 0, 2, codes=[below])
    for verb in (
        lambda: project.codes.edit(code, name_zh="丙", colour="#ff0000"),
        lambda: project.codes.move(below, None),
        lambda: project.codes.move(code, project.codes.by_ref("asgf1.1")),
        lambda: project.codes.remove(code),
        lambda: project.codes.add("丁", parent=below),
    ):
        before = state(project)
        verb()
        after = state(project)
        assert after != before
        project.undo()
        assert state(project) == before
        project.redo()
        assert state(project) == after
        assert not well(project)
        project.undo()


def test_a_change_of_meaning_raises_the_revision_and_a_colour_does_not(project: Project, article: ArticleId) -> None:
    code = project.codes.add("甲")
    project.codes.edit(code, colour="#ff0000")
    assert project.codes.get(code).revision == 1
    annotation = project.annotations.add(article, 0, 2, codes=[code])
    project.codes.edit(code, definition_zh="更窄")
    assert project.codes.get(code).revision == 2
    assert project.annotations.get(annotation).taggings[0].revision == 1


def test_names_are_unique_under_one_parent_only(project: Project) -> None:
    one, two = project.codes.add("甲", "A"), project.codes.add("乙")
    for refused in (
        lambda: project.codes.add("甲"),
        lambda: project.codes.add("", " A "),
        lambda: project.codes.edit(two, name_zh="甲"),
    ):
        with pytest.raises(errors.Refused, match="already a code"):
            refused()
    below = project.codes.add("甲", parent=two)
    with pytest.raises(errors.Refused, match="already a code"):
        project.codes.move(below, None)
    with pytest.raises(errors.Ambiguous):
        project.codes.by_ref("甲")
    assert project.codes.by_ref(project.codes.get(one).uuid) == one


def test_what_makes_no_sense_is_refused(project: Project) -> None:
    code = project.codes.add("甲")
    below = project.codes.add("乙", parent=code)
    shipped = project.codes.by_ref("asgf1.1.1")
    before = state(project)
    for refused in (
        lambda: project.codes.add(" "),
        lambda: project.codes.edit(code, name_zh=" "),
        lambda: project.codes.move(code, below),
        lambda: project.codes.move(code, code),
        lambda: project.codes.edit(shipped, name_zh="别名"),
        lambda: project.codes.move(shipped, None),
        lambda: project.codes.remove(shipped),
    ):
        with pytest.raises(errors.Refused):
            refused()
    for name in ("没有", ""):
        with pytest.raises(errors.NotFound):
            project.codes.by_ref(name)
    with pytest.raises(errors.NotFound):
        project.codes.get(CodeId(9999))
    assert state(project) == before


def test_a_framework_code_takes_a_colour_and_advice(project: Project) -> None:
    shipped = project.codes.by_ref("asgf1.1.1")
    project.codes.edit(shipped, colour="#00ff00", use_when="凡是……", avoid_when="若是……")
    found = project.codes.get(shipped)
    assert (found.colour, found.use_when, found.avoid_when) == ("#00ff00", "凡是……", "若是……")


def test_crosswalks_lead_both_ways(project: Project) -> None:
    codes = [code.id for code in project.codes.all("asgf1")]
    pairs = [(code, there) for code in codes for there, _kind, _sure in project.codes.counterparts(code)]
    assert len(pairs) > 20
    assert all(project.codes.get(there).book == "asgf2" for _code, there in pairs)
    code, there = pairs[0]
    assert code in [back for back, _kind, _sure in project.codes.counterparts(there)]
    assert project.codes.counterparts(project.codes.add("自建")) == []
