"""Instruments: the shipped catalogue and own ones."""

from __future__ import annotations

import pytest

from db import errors
from db.project import Project
from db.records import ArticleId, InstrumentId
from tests.db.material import state, well


def test_the_catalogue_is_there(project: Project) -> None:
    shipped = [i for i in project.instruments.all() if i.shipped]
    assert len(shipped) == 78
    act = project.instruments.get(project.instruments.by_ref("eu-ai-act"))
    assert act.aliases
    assert act.dates
    assert project.relations.of("instrument", act.id) or act.kind


def test_an_instrument_is_found_by_name_title_and_alias(project: Project) -> None:
    own = project.instruments.add("《示例办法》", "Sample Measures", aliases=["示例办", "示例办"])
    for ref in ("《示例办法》", "示例办法", "Sample Measures", "示例办", "《示例办》", project.instruments.get(own).uuid[:30]):
        assert project.instruments.by_ref(ref) == own
    assert [alias.text for alias in project.instruments.get(own).aliases] == ["示例办"]
    other = project.instruments.add("另一办法", aliases=["示例办"])
    with pytest.raises(errors.Ambiguous):
        project.instruments.by_ref("示例办")
    assert project.instruments.by_ref("另一办法") == other
    for nobody in ("没有这个", "", "《》"):
        with pytest.raises(errors.NotFound):
            project.instruments.by_ref(nobody)


def test_a_local_alias_is_nobodys_name(project: Project) -> None:
    own = project.instruments.add("《示例办法》")
    project.instruments.add_alias(own, "本办法", scope="local")
    with pytest.raises(errors.NotFound):
        project.instruments.by_ref("本办法")


def test_every_verb_can_be_undone(project: Project, article: ArticleId) -> None:
    own = project.instruments.add("《示例办法》", dates=[("issued", "2026-01-01")], aliases=["示例办"])
    annotation = project.annotations.add(article, 0, 2, links=[(own, "第三条")])
    shipped = project.instruments.by_ref("eu-ai-act")
    for verb in (
        lambda: project.instruments.add("另", "Other", kind="law", url="https://example.org"),
        lambda: project.instruments.edit(own, title_en="Sample", dates=[("issued", "2026-02-01"), ("effective", "2026-03-01")]),
        lambda: project.instruments.edit(shipped, note="查对过", status="in force"),
        lambda: project.instruments.add_alias(shipped, "那部法"),
        lambda: project.instruments.remove_alias(project.instruments.get(own).aliases[0].id),
        lambda: project.instruments.remove(own),
    ):
        before = state(project)
        verb()
        assert state(project) != before
        project.undo()
        assert state(project) == before
        assert not well(project)
    assert project.annotations.get(annotation).links[0].locator == "第三条"


def test_what_makes_no_sense_is_refused(project: Project) -> None:
    own = project.instruments.add("《示例办法》")
    before, told = state(project), len(project.history())
    for refused in (
        lambda: project.instruments.add(" "),
        lambda: project.instruments.edit(own, title_zh=" "),
        lambda: project.instruments.remove(project.instruments.by_ref("eu-ai-act")),
        lambda: project.instruments.add_alias(own, "名", scope="somewhere"),
        lambda: project.instruments.edit(InstrumentId(9999), note="x"),
        lambda: project.instruments.add_alias(InstrumentId(9999), "名"),
    ):
        with pytest.raises(errors.ProjectError):
            refused()
    project.instruments.edit(own, title_zh="《示例办法》", dates=[])
    project.instruments.add_alias(own, " ")
    assert (state(project), len(project.history())) == (before, told)


def test_the_most_used_come_first(project: Project, article: ArticleId) -> None:
    own = project.instruments.add("《示例办法》")
    annotation = project.annotations.add(article, 0, 2, links=[(own, "第三条"), (own, "第四条")])
    assert project.instruments.all()[0].id == own
    assert project.instruments.get(own).uses == 2
    project.annotations.remove([annotation])
    assert project.instruments.get(own).uses == 0


def test_relations_hold_only_what_fits(project: Project, article: ArticleId) -> None:
    one, two = project.instruments.add("甲法"), project.instruments.add("乙法")
    before = state(project)
    relation = project.relations.add("supersedes", ("instrument", two), ("instrument", one), "全部")
    found = project.relations.of("instrument", one)[0]
    assert (found.id, found.source, found.target, found.note) == (relation, ("instrument", two), ("instrument", one), "全部")
    project.relations.remove(relation)
    project.undo()
    project.undo()
    assert state(project) == before
    with pytest.raises(errors.Refused):
        project.relations.add("supersedes", ("article", article), ("instrument", one))
    with pytest.raises(errors.NotFound):
        project.relations.add("is the text of", ("article", article), ("instrument", 9999))
    assert state(project) == before


def test_saved_searches_come_and_go(project: Project) -> None:
    key = project.searches.add(" ", "算法偏见")
    assert [(s.title, s.query) for s in project.searches.all()] == [("算法偏见", "算法偏见")]
    project.searches.remove(key)
    assert not project.searches.all()
    project.undo()
    assert len(project.searches.all()) == 1
